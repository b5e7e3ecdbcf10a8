//! What honest mails look like afterwards.

use crate::check::{checked, sanitized};

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
fn links_open_apart() {
    becomes(
        "<a href='https://ok.example/?a=1&b=2' target=_top onclick=x>ok</a>",
        "<a href=\"https://ok.example/?a=1&amp;b=2\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">ok</a>",
    );
}
