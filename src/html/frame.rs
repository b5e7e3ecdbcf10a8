//! The document of the frame in which a mail is shown.

use super::safe::SafeHtml;

/// White paper by day and by night: a mail's own colours were chosen for it. Wide mails give way to the window,
/// pictures that are not loaded leave a box with their text.
const BASE: &str = "\
:root{color-scheme:light;-webkit-text-size-adjust:100%;text-size-adjust:100%}\
body{margin:0;padding:16px;background:#fff;color:#1d1c1a;font:16px/1.5 system-ui,-apple-system,\"Segoe UI\",Roboto,sans-serif;overflow-wrap:break-word}\
img{max-width:100%!important}\
img[src]{height:auto}\
img:not([src]){display:inline-block;min-width:1em;min-height:1em;overflow:hidden;box-sizing:border-box;border:1px dashed #8c8a84!important;color:#5d5b56;font:13px/1.4 system-ui,sans-serif;vertical-align:middle}\
img:not([src])[height=\"1\"],img:not([src])[width=\"1\"]{border:0!important;min-width:0;min-height:0}\
table{max-width:100%}\
pre{white-space:pre-wrap}\
blockquote{margin:0 0 0 4px;padding-left:12px;border-left:2px solid #c9c5bb}\
a{color:#1a56b0}\
@media(max-width:600px){body{padding:12px}table,td,th{max-width:100%!important;min-width:0!important}table[width],table[style*=width]{width:100%!important}}\
@media print{body{padding:0}}";

/// The whole document around a mail: UTF-8, no script, no address to load from. `style` is our own CSS, added
/// after the base rules; it is left out if it could end its element.
pub fn document(body: &SafeHtml, style: &str) -> SafeHtml {
    let style = if style.contains('<') { "" } else { style };
    let mut html = String::with_capacity(body.len() + style.len() + BASE.len() + 256);
    html.push_str("<!doctype html>\n<html><head><meta charset=\"utf-8\">");
    html.push_str("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
    html.push_str("<meta name=\"color-scheme\" content=\"light\"><meta name=\"referrer\" content=\"no-referrer\">");
    html.push_str("<style>");
    html.push_str(BASE);
    html.push_str(style);
    html.push_str("</style></head><body>");
    html.push_str(body.as_str());
    html.push_str("</body></html>\n");
    SafeHtml::new(html)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_holds_the_mail_and_nothing_that_runs() {
        let body = SafeHtml::new("<p>Hello</p>".into());
        let html = document(&body, "body{color:red}");
        assert!(html.as_str().starts_with("<!doctype html>"));
        assert!(html.as_str().contains("<body><p>Hello</p></body>"));
        assert!(html.as_str().contains("body{color:red}"));
        assert!(!html.as_str().contains("<script"));
        assert!(!document(&body, "</style><script>x</script>").as_str().contains("script"));
    }
}
