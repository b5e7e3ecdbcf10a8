//! Mails made to take long, or to take much.

use std::time::Duration;

use crate::check::sanitized;
use crate::spent::spent;

/// How long a hostile mail is, and what it may cost: a debug build takes some twenty times as long for each byte,
/// and what takes time by the square of the length still shows in the eighth part of it.
const LENGTH: usize = if cfg!(debug_assertions) { 250_000 } else { 2_000_000 };
const MOST: Duration = Duration::from_millis(if cfg!(debug_assertions) { 20_000 } else { 3_000 });

fn deepest(html: &str) -> usize {
    let tree = scraper::Html::parse_fragment(html);
    let mut deepest = 0;
    for node in tree.tree.nodes() {
        deepest = deepest.max(node.ancestors().count());
    }
    deepest
}

// D-01
#[test]
fn nesting_without_end_costs_little_and_is_flattened() {
    let attributes: String = (0..LENGTH / 10).map(|i| format!("<font size={}>", i)).collect();
    let mut mails: Vec<(String, String)> = [
        "<div>",
        "<ul><li>",
        "<font>",
        "<b>",
        "<table>",
        "<table><tr><td>",
        "<blockquote>",
        "<p>",
        "<b><p>",
        "<a><p>",
        "<span>",
        "<i><table><b>",
        "<table><b>",
        "<dl><dd>",
        "<svg>",
        "<svg><g>",
        "<object>",
        "<select>",
        "<button>",
        "<center><font color=red>",
        "<p><font size=1><i>",
        "<h1>",
        "<table><caption>",
        "<td>",
        "<pre>\n",
        "</p>",
        "<b></i>",
        "<a href=http://x.example/>",
        "<table><a href=http://x.example>",
        "<body>",
        "<xmp>",
        "<!--",
        "<![CDATA[",
        "<",
        "</",
        "<a ",
        "<a b='",
        "&",
        "&amp",
        "&nbsp;",
        "\u{a0}x",
        "<p title='&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&'>",
        "&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "<br>",
        "<img>",
        "<img src=cid:a@b>",
        "<p style=\"color:red\">",
        "<p style='color:calc(((((((((('>",
        "<li>",
        "<colgroup>",
        "<table><colgroup>",
        "<table><li>",
        "<table>x",
        "<math><mi>",
        "<template>",
        "<li><table>",
        "x<b>y</p>",
        "<style>p{color:red}</style>",
        "<style>.a,.b .c>td{color:red}",
        "<style>@media screen{p{color:red}",
        "<style>",
        "<p class='a a a a a a a a' id=b>",
        "<body style='color:red'>",
    ]
    .iter()
    .map(|unit| ((*unit).to_owned(), unit.repeat(LENGTH / unit.len())))
    .collect();
    mails.push(("<font size=N>".into(), attributes));
    let address = format!("<a href='http://x.example/{}'>", "&".repeat(4000));
    mails.push(("<a href=&&&>".into(), address.repeat(LENGTH / address.len())));
    for (unit, html) in mails {
        let (sanitized, took) = spent(|| sanitized(&html));
        assert!(took < MOST, "{unit} took {took:?}");
        assert!(sanitized.html.len() < 12_000_000, "{unit} grew to {}", sanitized.html.len());
        assert!(deepest(sanitized.html.as_str()) < 230, "{unit} is {} deep", deepest(sanitized.html.as_str()));
    }
}

#[test]
fn what_is_behind_deep_nesting_is_still_shown() {
    let html = format!("{}seen{}<p>after</p>", "<div>".repeat(100_000), "</div>".repeat(100_000));
    let out = sanitized(&html).html;
    assert!(out.as_str().contains("seen"));
    assert!(out.as_str().ends_with("<p>after</p>"), "the outer level is found again");
}

// D-01
#[test]
fn a_word_without_end_can_be_broken_by_the_browser() {
    for piece in ["A", "e\u{301}", "<b>A</b>", "<i></i>A", "&amp;"] {
        let out = sanitized(&format!("<p>{}</p>", piece.repeat(5000))).html;
        let words = out.as_str().replace("<b>", "").replace("</b>", "").replace("<i></i>", "").replace("&amp;", "&");
        let words: Vec<_> = words.trim_start_matches("<p>").trim_end_matches("</p>").split("<wbr>").collect();
        let longest = words.iter().map(|word| word.chars().count()).max().unwrap();
        assert!(longest <= 1000 && words.len() < 12, "{piece}: {longest} letters, {} pieces", words.len());
        assert_eq!(sanitized(out.as_str()).html, out, "{piece}");
    }
    let plain = format!("<p>{}</p>", "nine more ".repeat(5000));
    assert_eq!(sanitized(&plain).html.as_str(), plain, "what has blanks is not divided");
}

//
#[test]
fn words_are_divided_where_they_stand_in_the_end() {
    let (b, c) = ("b".repeat(600), "c".repeat(600));
    for html in [
        format!("<table>{b}<tr><td>x</td></tr>{c}</table>"),
        format!("{b}<table>{c}<tr><td>x</td></tr></table>{b}"),
        format!("{b}<table>{c}<table><tr><td>{b}</td>{c}</table>{c}</table>{b}"),
        format!("<a href=https://long-evil-name.example/>bank.example</a>{}", "x".repeat(985)),
    ] {
        let out = sanitized(&html).html;
        assert_eq!(sanitized(out.as_str()).html, out, "{html}");
    }
}

// D-01
#[test]
fn a_table_is_a_bounded_number_of_columns_wide() {
    let cells = format!("<table><tr>{}</tr></table>", "<td colspan=1000>x</td>".repeat(10_000));
    assert_eq!(sanitized(&cells).html.as_str().matches("colspan").count(), 20);
    let honest = "<table><tr><td colspan=\"3\">x</td></tr></table>".repeat(2000);
    assert_eq!(sanitized(&honest).html.as_str().matches("colspan").count(), 2000);
}

#[test]
fn a_mail_beyond_the_limits_is_cut_and_says_so() {
    let long = sanitized(&format!("<p>first</p>{}", "x".repeat(3_000_000)));
    assert!(long.cut && long.html.as_str().starts_with("<p>first</p>") && long.html.len() < 2_120_000);
    let many = sanitized(&"<i>x</i>".repeat(100_000));
    assert!(many.cut && many.html.as_str().ends_with("</i>"));
    assert!(!sanitized("<p>short</p>").cut);
    // A cut in the middle of a character or a tag leaves neither half.
    let split = sanitized(&format!("<p>{}\u{1f600}</p>", "x".repeat(2 * 1024 * 1024 - 5)));
    assert!(split.cut && !split.html.as_str().contains('\u{fffd}'));
}

#[test]
fn a_style_sheet_or_comment_of_two_megabytes_is_stepped_over() {
    for (open, close) in [("<style>", "</style>"), ("<!--", "-->"), ("<script>", "</script>"), ("<title>", "</title>")]
    {
        let html = format!("{open}{}{close}<p>after</p>", "a < b -- c </x> ".repeat(100_000));
        assert_eq!(sanitized(&html).html.as_str(), "<p>after</p>", "{open}");
    }
}
