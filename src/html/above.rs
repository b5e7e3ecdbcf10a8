//! Plain text put above markup.

use super::escape;
use super::policy::Policy;
use super::safe::SafeHtml;
use super::sanitize::sanitize;
use crate::mail::UntrustedHtml;

/// Puts lines of plain text above what is written, each a paragraph of its own, as an editor would have made them. `None` where
/// both together are too long: nothing of what is written is cut for it.
pub fn text_above(text: &str, html: &SafeHtml) -> Option<SafeHtml> {
    let mut markup = String::with_capacity(text.len() + html.len() + 64);
    for line in text.lines() {
        markup.push_str("<div>");
        if line.is_empty() {
            markup.push_str("<br>")
        } else {
            escape::text(&mut markup, line)
        }
        markup.push_str("</div>");
    }
    markup.push_str(html.as_str());
    let cleaned = sanitize(&UntrustedHtml::new(markup), &Policy::for_a_message());
    (!cleaned.cut).then(|| cleaned.fragment())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(markup: &str) -> SafeHtml {
        sanitize(&UntrustedHtml::new(markup), &Policy::for_a_message()).fragment()
    }

    #[test]
    fn lines_of_text_stand_above_what_is_written_and_are_no_markup() {
        let written = clean("<div>See <b>this</b><img src=\"cid:a@b\"></div>");
        let both = text_above("Dear <b>Ann</b> & all,\n\nthanks", &written).unwrap();
        assert_eq!(
            both.as_str(),
            "<div>Dear &lt;b&gt;Ann&lt;/b&gt; &amp; all,</div><div><br></div><div>thanks</div>\
             <div>See <b>this</b><img src=\"cid:a@b\"></div>"
        );
        assert_eq!(clean(both.as_str()), both, "and once more changes nothing");
        let styled = clean("<style>p{color:red}</style><p>red</p>");
        let both = text_above("Hello", &styled).unwrap();
        assert!(
            both.as_str().contains("color:") && both.as_str().contains("<div>Hello</div><p"),
            "{both:?} {}",
            both.as_str()
        );
    }

    #[test]
    fn nothing_of_what_is_written_is_cut() {
        let long = clean(&"<p>long</p>".repeat(49_999));
        assert!(text_above("one\ntwo\nthree", &long).is_none());
    }
}
