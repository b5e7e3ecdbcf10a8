//! A text with its looks, as the composer's script posts it: markup like any stranger's, cleaned before anything is made of it
//! (`X-16`). Its pictures are named `cid:…`, as in the message that is made of it.

use std::collections::BTreeMap;

use super::form::Fields;
use super::urls::Urls;
use crate::html::{Policy, SafeHtml, sanitize, text_of};
use crate::mail::{Attachment, Source, UntrustedHtml};

/// The markup that a form carries, fit to be sent; empty where the text is plain.
pub(super) fn read(fields: &Fields) -> SafeHtml {
    let posted = fields.one("html").unwrap_or_default();
    if fields.one("format") != Some("rich") || posted.trim().is_empty() {
        return SafeHtml::default();
    }
    clean(posted)
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
        let read = read(&fields("rich", hostile));
        assert_eq!(
            read.as_str(),
            "<div><b>Hello</b><img src=\"cid:a@b\"><img><a target=\"_blank\" rel=\"noopener noreferrer nofollow\">y</a></div>"
        );
        assert_eq!(clean(read.as_str()), read, "and once more changes nothing");
        assert!(super::read(&fields("plain", hostile)).is_empty());
        assert!(super::read(&fields("rich", " ")).is_empty());
        assert_eq!(plain(&read, String::new()), "Helloy");
        assert_eq!(plain(&read, "> Hello".to_owned()), "> Hello");
    }
}
