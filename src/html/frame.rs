//! The document of the frame in which a mail is shown, and the mail on paper.

use std::borrow::Cow;

use super::css::names;
use super::design::Canvas;
use super::links;
use super::quotes;
use super::safe::{SafeCss, SafeHtml};
use super::sanitize::Sanitized;

/// Letters as large as the browser's. What a mail says about its page (`fp-page`) reaches the frame's edges. Wide
/// pictures and tables give way to the window; pictures that are not loaded leave a box with their text.
const BASE: &str = "\
:root{-webkit-text-size-adjust:100%;text-size-adjust:100%}\
body{margin:0;padding:16px;background:#fff;color:#1d1c1a;font:100%/1.5 system-ui,-apple-system,\"Segoe UI\",Roboto,sans-serif;overflow-wrap:break-word}\
.fp-page{padding:16px}\
.fp-mail>.fp-page{margin:-16px!important}\
.fp-mail.fp-mail>.fp-page{display:block!important}\
img{max-width:100%!important}\
img[src]{height:auto}\
img:not([src]){display:inline-block;min-width:1em;min-height:1em;overflow:hidden;box-sizing:border-box;border:1px dashed #8c8a84!important;color:#5d5b56;font:13px/1.4 system-ui,sans-serif;vertical-align:middle}\
img:not([src])[height=\"1\"],img:not([src])[width=\"1\"]{border:0!important;min-width:0;min-height:0}\
table{max-width:100%}\
pre{white-space:pre-wrap}\
blockquote{margin:0 0 0 4px;padding-left:12px;border-left:2px solid #c9c5bb}\
a{color:#1a56b0}\
@media(max-width:600px){body{padding:12px}.fp-page{padding:12px}.fp-mail>.fp-page{margin:-12px!important}table,td,th,div,p{box-sizing:border-box}table,td,th,div:not(.fp-page){max-width:100%!important;min-width:0!important}}\
@media print{body{padding:0}.fp-mail>.fp-page{margin:0!important}}";

/// Where a link leads that claims otherwise. What is important in a layer is so before all that a mail's own rules call important,
/// and the element has no style of its own (`rewrite`): it is to be seen wherever the link is.
const MARK: &str = "\
@layer fp{.fp-mark{all:initial!important;display:inline!important;visibility:visible!important;cursor:pointer!important;font:600 13px/1.4 system-ui,sans-serif!important;color:#8a1f11!important;background:#fdecea!important;padding:1px 4px!important;border-radius:3px!important;unicode-bidi:isolate!important;overflow-wrap:anywhere!important}}";

/// The button that shows what is quoted, and what it opens: whatever a mail's own rules are, it is there, and small.
const FOLD: &str = "\
@layer fp{.fp-more{display:block!important;margin:8px 0!important}.fp-more>summary{all:initial!important;display:inline-block!important;cursor:pointer!important;padding:0 8px!important;border-radius:4px!important;background:#e9edf1!important;color:#46525f!important;font:700 12px/20px system-ui,sans-serif!important;letter-spacing:1px!important}.fp-more>summary:hover{color:#1d1c1a!important}.fp-more>summary:focus-visible{outline:2px solid #1a56b0!important;outline-offset:2px!important}.fp-more[open]>summary{margin-bottom:8px!important}}";

/// The same by night, on our own ground.
const FOLD_DARK: &str = "\
@layer fp{@media screen and (prefers-color-scheme:dark){.fp-more>summary{background:#243244!important;color:#a9b8c8!important}.fp-more>summary:hover{color:#e4eaf1!important}.fp-more>summary:focus-visible{outline-color:#8abdec!important}}}";

/// White paper by day and by night: the mail's colours were chosen for it.
const WHITE: &str = ":root{color-scheme:light}";

/// Our own ground by night (`colour::NIGHT`).
const DARK: &str = "\
:root{color-scheme:light dark}\
@media screen and (prefers-color-scheme:dark){body{background:#16202c;color:#e4eaf1}a{color:#8abdec}blockquote{border-left-color:#3e4f63}img:not([src]){border-color:#6d8096!important;color:#a9b8c8}}";

/// The whole document around a mail: UTF-8, no script, no address to load from.
///
/// `fold`: what the button is called that shows the quote at the mail's end; without one nothing is folded away.
pub fn document(mail: &Sanitized, fold: Option<&str>) -> SafeHtml {
    let design = &mail.design;
    let markup = fold.map_or(Cow::Borrowed(mail.html.as_str()), |label| quotes::folded(mail.html.as_str(), label));
    let folds = match (&markup, design.canvas) {
        (Cow::Borrowed(_), _) => ["", ""],
        (_, Canvas::White) => [FOLD, ""],
        (_, Canvas::Dark) => [FOLD, FOLD_DARK],
    };
    let (canvas, scheme) = match design.canvas {
        Canvas::White => (WHITE, "light"),
        Canvas::Dark => (DARK, "light dark"),
    };
    let own = [MARK, folds[0], folds[1], BASE, canvas, links::STYLE];
    let mails = [&design.fit, &design.light, &design.dark, &design.inks].map(SafeCss::as_str);
    let styles: Vec<&str> = own.into_iter().chain(mails).collect();
    let mut html = String::with_capacity(mail.html.len() + styles.iter().map(|style| style.len()).sum::<usize>() + 512);
    html.push_str("<!doctype html>\n<html><head><meta charset=\"utf-8\">");
    html.push_str("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
    html.push_str("<meta name=\"color-scheme\" content=\"");
    html.push_str(scheme);
    html.push_str("\"><meta name=\"referrer\" content=\"no-referrer\"><style>");
    styles.iter().for_each(|style| html.push_str(style));
    html.push_str("</style></head><body class=\"fp-mail\">");
    html.push_str(&markup);
    html.push_str("</body></html>\n");
    SafeHtml::new(html)
}

/// The mail as the `number`th piece of a sheet of paper, whose rules reach no other piece.
pub fn sheet(mail: &Sanitized, number: usize) -> SafeHtml {
    let own = format!(".{} ", names::MAIL);
    let name = format!("{}-{number}", names::MAIL);
    let scoped = |css: &SafeCss| css.as_str().replace(&own, &format!(".{name} "));
    let css = scoped(&mail.design.light);
    let mark = if mail.html.as_str().contains(names::MARK) { MARK } else { "" };
    let style = if css.is_empty() && mark.is_empty() { css } else { format!("<style>{mark}{css}</style>") };
    SafeHtml::new(format!("{style}<div class=\"{name}\">{}</div>", mail.html.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::{Policy, sanitize};
    use crate::mail::UntrustedHtml;

    fn mail(html: &str) -> Sanitized {
        sanitize(&UntrustedHtml::new(html), &Policy::for_a_quote())
    }

    #[test]
    fn the_frame_holds_the_mail_and_nothing_that_runs() {
        let html = document(&mail("<style>p{color:red}</style><p>Hello<script>x</script></p>"), None);
        assert!(html.as_str().starts_with("<!doctype html>"));
        assert!(html.as_str().contains("<body class=\"fp-mail\"><p>Hello</p></body>"));
        assert!(html.as_str().contains(".fp-mail p{color:red}"));
        assert!(!html.as_str().contains("<script"));
        assert!(
            !document(&mail("<style>p{color:red}/*</style/><script>x</script>*/"), None).as_str().contains("script")
        );
    }

    #[test]
    fn a_mail_that_paints_its_grounds_stays_light() {
        assert!(document(&mail("<p bgcolor=red>x<td>"), None).as_str().contains("content=\"light dark\""));
        assert!(document(&mail("<table bgcolor=white><tr><td>x"), None).as_str().contains("content=\"light\""));
    }

    #[test]
    fn on_paper_each_mail_has_its_own_rules() {
        let html = sheet(&mail("<style>p{color:red}</style><p>x.fp-mail y</p>"), 2);
        assert_eq!(
            html.as_str(),
            "<style>.fp-mail-2 p{color:red}</style><div class=\"fp-mail-2\"><p>x.fp-mail y</p></div>"
        );
    }
}
