//! What honest mails look like afterwards.

use fernpost::html::{Policy, Remote, sanitize};
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
        "<div class=\"fp-page\" dir=\"rtl\" style=\"background-color:#eeeeee;color:black;margin:0;padding:4px\">ab</div>",
    );
    becomes("<html><body>a</body></html>", "a");
    becomes("<html dir=rtl>a", "<div class=\"fp-page\" dir=\"rtl\">a</div>");
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

fn mark(host: &str) -> String {
    format!("<span class=\"fp-mark\"> \u{26a0} {host}</span>")
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
        &linked("https://evil.example/", "evil.example", &format!("www.bank.example{}", mark("evil.example"))),
    );
    becomes(
        "<a href=http://2130706433>here</a>",
        &linked("http://127.0.0.1/", "127.0.0.1", &format!("here{}", mark("127.0.0.1"))),
    );
    let looks = "аррӏе.example (xn--80ak6aa92e.example)";
    becomes(
        "<a href='https://аррӏе.example'>here</a>",
        &linked("https://xn--80ak6aa92e.example/", looks, &format!("here{}", mark(looks))),
    );
    // a mark that a mail wrote itself, without our looks or with looks of its own, is not taken for ours
    for forged in [
        "<span style='font-size:0'> \u{26a0} evil.example</span>",
        " \u{26a0} evil.example",
        "<span class=fp-mark><b style='font-size:0'> \u{26a0} evil.example</b></span>",
        "<span class=fp-mark> \u{26a0} evil.example</span> ",
    ] {
        let out = checked(&format!("<a href=https://evil.example>www.bank.example{forged}</a>"));
        assert!(out.trim_end_matches("</a>").ends_with(&mark("evil.example")), "{out}");
    }
    becomes(
        "<a href=https://evil.example>www.bank.example<span id=x style='display:none' class='a fp-mark'> \u{26a0} evil.example</span></a>",
        &linked("https://evil.example/", "evil.example", &format!("www.bank.example{}", mark("evil.example"))),
    );
    // nor is what a mail says in our looks: a wrong host, a host instead of the text, a seal on its own
    for (forged, text) in [
        ("<a href=https://evil.example>Log in <span class=fp-mark> \u{26a0} bank.example</span></a>", "Log in "),
        ("<a href=https://evil.example><span class=fp-mark>https://www.bank.example</span></a>", ""),
        ("<p><span class=fp-mark>\u{26a0} verified sender</span></p>", ""),
        ("<a href=https://evil.example>x<span class=fp-mark> \u{26a0} evil.example</span> and more</a>", "x"),
    ] {
        let out = checked(forged);
        assert!(out.contains(&format!("{text}<span>")), "{out}");
    }
    let out = checked("<a href=https://evil.example><span class=fp-mark>https://www.bank.example</span></a>");
    assert!(out.contains(&mark("evil.example")), "{out}");
    let out =
        checked("<a href=https://evil.example><i title=bank.example>Sign in</i><img title=bank.example alt=x></a>");
    assert!(!out.contains("bank.example"), "what a pointer is told over a link is ours: {out}");
    // and what is said of them outside the mail, where the mail can't hide it
    let out = crate::check::sanitized("<a href=https://evil.example>www.bank.example</a><a href=//x>y</a>");
    assert_eq!(
        out.misled.iter().map(|one| (&*one.claimed, &*one.host)).collect::<Vec<_>>(),
        [("www.bank.example", "evil.example")]
    );
    // in each of its pieces, and only once
    checked("<a href=http://1.2.3.4>one<p>two</p>three<table><tr><td>four</table></a>");
    checked(&format!("<a href=http://1.2.3.4>{}</a>", "long ".repeat(2000)));
    checked("<a href=http://1.2.3.4><img src=cid:a@b></a><a href=http://1.2.3.4></a><a href=http://1.2.3.4> </a>");
}

#[test]
fn pictures_elsewhere_are_shown_from_our_own_address_and_trackers_are_not() {
    let ours = |url: &str| format!("/inline/{}", url.len());
    let policy = Policy { inline: &inline, remote: Remote::Shown(&ours), ..Policy::for_a_message() };
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

#[test]
fn classes_and_ids_stay_where_a_rule_speaks_of_them() {
    becomes(
        "<style>.a{color:red}#b td{color:blue}</style><table id=b class='x a'><tr><td class=c>y",
        "<table id=\"m-b\" class=\"m-a\"><tbody><tr><td>y</td></tr></tbody></table>",
    );
    let mail = sanitized("<p class=late>x</p><style>.late{color:red}</style><style media=print>p{color:blue}</style>");
    assert_eq!(mail.fragment().as_str(), "<style>.fp-mail .m-late{color:red}</style><p class=\"m-late\">x</p>");
}

#[test]
fn rules_for_the_body_have_an_element_to_be_about() {
    becomes("<style>body{margin:0}</style><p>x", "<div class=\"fp-page\"><p>x</p></div>");
    becomes(
        "<style>body.dark{margin:0}</style><html class=dark><body class='dark x' bgcolor=red>x",
        "<div class=\"fp-page m-dark\" style=\"background-color:red\">x</div>",
    );
    becomes("<div class=fp-page>x</div>", "<div class=\"fp-page\">x</div>");
    becomes("<p class='fp-page fp-mail'>x</p>", "<p>x</p>");
}

#[test]
fn a_style_sheet_in_a_comment_or_of_another_kind_is_none() {
    for html in [
        "<!--[if mso]><style>p{color:red}</style><![endif]--><p>x</p>",
        "<style type='text/less'>p{color:red}</style><p>x</p>",
        "<title><style>p{color:red}</style></title><p>x</p>",
        "<style>p{color:red</style><p>x</p><style",
    ] {
        let fragment = sanitized(html).fragment();
        assert!(fragment.as_str().ends_with("<p>x</p>"), "{html}");
        assert_eq!(fragment.as_str().contains("<style>"), html.starts_with("<style>"), "{html}");
    }
}
