//! `style` attributes of one mail, cleaned: newsletters are written by programs that say the same few hundreds of times.

use std::collections::HashMap;

use super::facts::Facts;
use super::{css, entities, escape};

/// Styles that are remembered.
const MOST: usize = 256;

/// By how they are written.
#[derive(Default)]
pub(super) struct Styles<'a> {
    known: HashMap<&'a str, Style>,
    /// The last one beyond those.
    other: Style,
}

/// What is left of a `style` attribute.
#[derive(Default)]
pub(super) struct Style {
    /// It, as it is written; possibly nothing.
    pub(super) attribute: String,
    /// Pictures on other servers that were in it.
    pub(super) remote: usize,
}

impl<'a> Styles<'a> {
    /// What is left of the style that is written as `raw`; what it says of the mail's look is noted.
    pub(super) fn cleaned(&mut self, raw: &'a str, facts: &mut Facts) -> &Style {
        if self.known.len() < MOST || self.known.contains_key(raw) {
            self.known.entry(raw).or_insert_with(|| Style::of(&entities::decode(raw, true), facts))
        } else {
            self.other = Style::of(&entities::decode(raw, true), facts);
            &self.other
        }
    }
}

impl Style {
    /// The same of a style whose character references are read.
    pub(super) fn of(style: &str, facts: &mut Facts) -> Self {
        let cleaned = css::clean(style);
        let mut attribute = String::new();
        if !cleaned.css.is_empty() {
            facts.style(&cleaned.declarations);
            escape::named(&mut attribute, "style", &cleaned.css);
        }
        Self { attribute, remote: cleaned.remote }
    }
}
