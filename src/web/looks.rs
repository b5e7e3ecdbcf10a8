//! A text with its looks, as the composer's script posts it: markup like any stranger's, cleaned before anything is made of it
//! (`X-16`). Its pictures are named `cid:…`, as in the message that is made of it.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::Serialize;

use super::form::Fields;
use super::urls::Urls;
use crate::html::{Policy, SafeHtml, sanitize, text_of};
use crate::mail::{Attachment, Look, Source, UntrustedHtml};

/// The markup that a form carries beside this text, fit to be sent; empty where the text is plain.
///
/// A browser without scripts gives back the markup that it got, whatever became of the text: then that is how the text looks
/// if it is still the one it came with, as `looks_of` says. A script takes that field away.
pub(super) fn read(fields: &Fields, text: &str) -> SafeHtml {
    read_by(fields, text, &Policy::for_a_message())
}

/// The same for a signature, which has no pictures: they would have to go along with each message.
pub(super) fn read_signature(fields: &Fields, text: &str) -> SafeHtml {
    read_by(fields, text, &Policy::for_a_quote())
}

fn read_by(fields: &Fields, text: &str, policy: &Policy<'_>) -> SafeHtml {
    let posted = fields.one("html").unwrap_or_default();
    let is_untouched = fields.one("looks_of").is_some_and(|mark_of| mark_of == mark(text));
    match posted.trim().is_empty() {
        false if is_untouched || fields.one("format") == Some("rich") => {
            sanitize(&UntrustedHtml::new(posted), policy).fragment()
        }
        _ => SafeHtml::default(),
    }
}

/// What tells one text from another; browsers are free with the white space at a field's ends.
pub(super) fn mark(text: &str) -> String {
    let mut hasher = DefaultHasher::new();
    text.trim().hash(&mut hasher);
    format!("{:x}", hasher.finish())
}

/// Pieces of a text with their looks, as JSON for the script.
pub(super) fn pieces(looks: &[Look]) -> String {
    #[derive(Serialize)]
    struct Piece<'a> {
        text: &'a str,
        html: &'a str,
    }
    let pieces: Vec<Piece<'_>> = looks.iter().map(|look| Piece { text: &look.text, html: &look.html }).collect();
    serde_json::to_string(&pieces).unwrap_or_default()
}

/// The same for markup that was kept.
pub(super) fn clean(markup: &str) -> SafeHtml {
    sanitize(&UntrustedHtml::new(markup), &Policy::for_a_message()).fragment()
}

/// What stands beside it for those who read plain text: what the script made of it, which knows quotes, else ours.
pub(super) fn plain(markup: &SafeHtml, posted: String) -> String {
    if posted.trim().is_empty() && !markup.is_empty() { text_of(markup) } else { posted }
}

/// Where a browser finds the pictures that the text names, as JSON: those that lie in a message already.
pub(super) fn pictures(files: &[Attachment], urls: &Urls) -> String {
    let place = |file: &Attachment| match &file.source {
        Source::Part(message, path) => Some((file.content_id.clone()?, urls.inline(message, path))),
        Source::Upload(_) | Source::Message(_) => None,
    };
    let known: BTreeMap<String, String> = files.iter().filter_map(place).collect();
    serde_json::to_string(&known).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(format: &str, html: &str) -> Fields {
        Fields::of(
            [("format", format), ("html", html)].map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        )
    }

    #[test]
    fn what_is_posted_is_cleaned_as_any_mail_is() {
        let hostile = "<div onclick=x><b>Hello</b><script>x</script><img src=\"cid:a@b\"><img src=\"http://evil.example/x.png\">\
                       <a href=\"javascript:x\">y</a></div>";
        let read = read(&fields("rich", hostile), "");
        assert_eq!(
            read.as_str(),
            "<div><b>Hello</b><img src=\"cid:a@b\"><img><a target=\"_blank\" rel=\"noopener noreferrer nofollow\">y</a></div>"
        );
        assert_eq!(clean(read.as_str()), read, "and once more changes nothing");
        assert!(super::read(&fields("plain", hostile), "").is_empty());
        assert!(super::read(&fields("rich", " "), "").is_empty());
        let mut without_scripts = fields("plain", "<b>Hello</b>");
        without_scripts.add("looks_of", mark("Hello\n"));
        assert_eq!(super::read(&without_scripts, "\nHello").as_str(), "<b>Hello</b>");
        assert!(super::read(&without_scripts, "Hello there").is_empty(), "the text was changed");
        assert_eq!(plain(&read, String::new()), "Helloy");
        assert_eq!(plain(&read, "> Hello".to_owned()), "> Hello");
    }
}
