//! XML that mail programs read: written by a library that escapes, read without entities of anybody's own.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// A document that grows. Writing to memory does not fail.
pub(super) struct Xml(Writer<Vec<u8>>);

impl Xml {
    /// An empty one, in UTF-8.
    pub(super) fn new() -> Self {
        let mut xml = Self(Writer::new_with_indent(Vec::new(), b' ', 1));
        xml.write(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        xml
    }

    /// A start tag.
    pub(super) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let start = BytesStart::new(name).with_attributes(attributes.iter().copied());
        self.write(Event::Start(start));
    }

    /// An element without content.
    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let start = BytesStart::new(name).with_attributes(attributes.iter().copied());
        self.write(Event::Empty(start));
    }

    /// The end tag of the innermost open element.
    pub(super) fn close(&mut self, name: &str) {
        self.write(Event::End(BytesEnd::new(name)));
    }

    /// An element with nothing but text.
    pub(super) fn leaf(&mut self, name: &str, text: &str) {
        self.open(name, &[]);
        self.write(Event::Text(BytesText::new(text)));
        self.close(name);
    }

    /// The same, in this language.
    pub(super) fn leaf_in(&mut self, name: &str, language: &str, text: &str) {
        self.open(name, &[("lang", language)]);
        self.write(Event::Text(BytesText::new(text)));
        self.close(name);
    }

    /// A document type, as it stands between `<!DOCTYPE ` and `>`.
    pub(super) fn doctype(&mut self, words: &'static str) {
        self.write(Event::DocType(BytesText::from_escaped(words)));
    }

    /// The whole.
    pub(super) fn finish(self) -> String {
        String::from_utf8(self.0.into_inner()).unwrap_or_default()
    }

    fn write(&mut self, event: Event<'_>) {
        if let Err(error) = self.0.write_event(event) {
            tracing::error!(%error, "XML could not be written");
        }
    }
}
