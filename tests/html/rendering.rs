//! What honest mails look like afterwards.

use fernpost::html::{Links, Policy, Remote, sanitize};
use fernpost::mail::UntrustedHtml;

use crate::check::{checked, inline, sanitized};

fn becomes(html: &str, out: &str) {
    assert_eq!(checked(html), out, "{html}");
}

#[test]
fn what_browsers_repair_is_repaired() {
    becomes("<p>a<p>b", "<p>a</p><p>b</p>");
    becomes("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>");
    becomes(
        "<table><tr><td>a<td>b<tr><td>c</table>d",
        "<table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></tbody></table>d",
    );
    becomes("<b>a<i>b</b>c</i>", "<b>a<i>b</i></b><i>c</i>");
    becomes("<p><b>a<p>b</b>c", "<p><b>a</b></p><p><b>b</b>c</p>");
    becomes("<table>x<tr><td>y</table>", "x<table><tbody><tr><td>y</td></tr></tbody></table>");
    becomes("<table><b>x<tr><td>y</table>z", "<b>x</b><table><tbody><tr><td>y</td></tr></tbody></table><b>z</b>");
    becomes("<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>");
    becomes("<h1>a<h2>b", "<h1>a</h1><h2>b</h2>");
    becomes("<tr><td>no table", "no table");
    becomes(
        "<font color=red><table><tr><td>a</font>b</table>c",
        "<font color=\"red\"><table><tbody><tr><td>ab</td></tr></tbody></table>c</font>",
    );
}

#[test]
fn tags_that_are_not_known_leave_their_text() {
    becomes("<x-card>a<o:p>b</o:p></x-card><marquee>c</marquee><form>d</form>", "abcd");
    becomes("<section>a</section>", "<div>a</div>");
    becomes("<p>a<script>b</script><style>c</style>d", "<p>ad</p>");
    becomes("<svg><g><text>a</text></g></svg>b", "b");
    becomes("<button>a<p>b</p></button>c", "c");
    becomes("<div><video><p>never closed</div>after", "<div></div>after");
    becomes("<!--[if mso]><p>Outlook</p><![endif]-->a<![if !mso]>b<![endif]>", "ab");
}

#[test]
fn the_page_colours_and_direction_stay() {
    becomes(
        "<html dir=rtl><head><title>t</title></head><body bgcolor=#EEEEEE text=black style='margin:0;padding:4px'>a</body></html>b",
        "<div dir=\"rtl\"><div style=\"background-color:#eeeeee;color:black;margin:0;padding:4px\">ab</div></div>",
    );
    becomes("<html><body>a</body></html>", "a");
}

#[test]
fn a_picture_elsewhere_leaves_a_box_with_its_text() {
    let out = sanitized(
        "<img src='http://shop.example/a.jpg' alt='Red shoes' width=600 height=200><img src=http://t.example/o width=1 height=1>",
    );
    assert_eq!(out.html.as_str(), "<img alt=\"Red shoes\" width=\"600\" height=\"200\">");
    assert_eq!((out.remote_images, out.trackers), (2, 1));
}

#[test]
fn a_picture_of_the_mail_is_shown_from_our_own_address() {
    becomes("<img src=\"cid:logo@x\" alt=Logo>", "<img src=\"/inline/logox.png\" alt=\"Logo\">");
    becomes("<img src=\"cid:logo\" alt=Logo>", "<img alt=\"Logo\">");
}

#[test]
fn a_link_says_where_it_leads_and_nobody_says_it_for_it() {
    let linked = |href: &str, title: &str, text: &str| {
        format!(
            "<a href=\"{href}\" title=\"{title}\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">{text}</a>"
        )
    };
    becomes(
        "<a title='https://bank.example/' href=https://evil.example>www.bank.example</a>",
        &linked("https://evil.example/", "evil.example", "www.bank.example \u{26a0} evil.example"),
    );
    becomes("<a href=http://2130706433>here</a>", &linked("http://127.0.0.1/", "127.0.0.1", "here \u{26a0} 127.0.0.1"));
    let looks = "аррӏе.example (xn--80ak6aa92e.example)";
    becomes(
        "<a href='https://аррӏе.example'>here</a>",
        &linked("https://xn--80ak6aa92e.example/", looks, &format!("here \u{26a0} {looks}")),
    );
    // in each of its pieces, and only once
    checked("<a href=http://1.2.3.4>one<p>two</p>three<table><tr><td>four</table></a>");
    checked(&format!("<a href=http://1.2.3.4>{}</a>", "long ".repeat(2000)));
    checked("<a href=http://1.2.3.4><img src=cid:a@b></a><a href=http://1.2.3.4></a><a href=http://1.2.3.4> </a>");
}

#[test]
fn pictures_elsewhere_are_shown_from_our_own_address_and_trackers_are_not() {
    let ours = |url: &str| format!("/inline/{}", url.len());
    let policy = Policy { inline: &inline, remote: Remote::Shown(&ours), links: Links::AsWritten };
    let mail = "<img src=http://a.example/b.png alt=B><img src=http://t.example/o width=1 height=1>\
        <img srcset='//a.example/c.png 2x'><td background=http://a.example/d.png><p style='background:url(//a.example/e)'>";
    let out = sanitize(&UntrustedHtml::new(mail), &policy);
    assert_eq!(out.html.as_str(), "<img src=\"/inline/22\" alt=\"B\"><img src=\"/inline/23\"><p></p>");
    assert_eq!((out.remote_images, out.showable, out.trackers), (5, 2, 1));
    let again = sanitize(&UntrustedHtml::new(out.html.as_str()), &policy);
    assert_eq!(again.html, out.html);
}

#[test]
fn links_open_apart() {
    becomes(
        "<a href='https://ok.example/?a=1&b=2' target=_top onclick=x>ok</a>",
        "<a href=\"https://ok.example/?a=1&amp;b=2\" title=\"ok.example\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">ok</a>",
    );
}
