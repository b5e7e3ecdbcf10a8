//! Random tag soup: whatever comes in, what comes out is listed, isolated and fixed.
//! `PROPTEST_CASES=10000` looks longer.

use fernpost::html::{Links, text};
use proptest::prelude::*;

use crate::check::checked;

const FRAGMENTS: &[&str] = &[
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<font color=red>",
    "<font size=2 face=a>",
    "</font>",
    "<a href=http://a.example/>",
    "<a href=http://b.example/ title=x>",
    "</a>",
    "<table>",
    "</table>",
    "<tbody>",
    "<tr>",
    "</tr>",
    "<td>",
    "<td bgcolor=red>",
    "</td>",
    "<th>",
    "</th>",
    "<caption>",
    "</caption>",
    "<colgroup>",
    "</colgroup>",
    "<col span=2>",
    "<thead>",
    "<tfoot>",
    "</tbody>",
    "<ul>",
    "<ol>",
    "<li>",
    "</li>",
    "</ul>",
    "</ol>",
    "<dl>",
    "<dd>",
    "<dt>",
    "</dd>",
    "</dl>",
    "<h1>",
    "</h1>",
    "<h2>",
    "</h3>",
    "<pre>",
    "</pre>",
    "\n",
    "\n\n",
    "<hr>",
    "<br>",
    "</br>",
    "<img src=cid:a@b>",
    "<img src=http://t.example/x alt=y>",
    "<img srcset='http://t.example/x 2x'>",
    "<span>",
    "</span>",
    "<center>",
    "</center>",
    "<blockquote>",
    "</blockquote>",
    "<address>",
    "</address>",
    "<body bgcolor=red dir=rtl>",
    "</body>",
    "<html lang=de>",
    "<svg>",
    "</svg>",
    "<math>",
    "</math>",
    "<mtext>",
    "<mglyph>",
    "<foreignObject>",
    "<style>",
    "</style>",
    "<script>",
    "</script>",
    "<title>",
    "</title>",
    "<noscript>",
    "</noscript>",
    "<textarea>",
    "</textarea>",
    "<template>",
    "</template>",
    "<select>",
    "<option>",
    "</select>",
    "<button>",
    "</button>",
    "<object>",
    "</object>",
    "<form>",
    "</form>",
    "<input>",
    "<marquee>",
    "</marquee>",
    "<nobr>",
    "</nobr>",
    "<iframe>",
    "</iframe>",
    "<xmp>",
    "</xmp>",
    "<listing>",
    "<plaintext>",
    "<frameset>",
    "<video>",
    "</video>",
    "<dialog>",
    "<section>",
    "</section>",
    "<details>",
    "<summary>",
    "<ruby>",
    "<rt>",
    "<!--",
    "-->",
    "--!>",
    "<![CDATA[",
    "]]>",
    "<?xml",
    "<!doctype html>",
    "<x-y>",
    "</x-y>",
    "text",
    " ",
    "\t",
    "&amp;",
    "&lt;b&gt;",
    "&nbsp;",
    "&#13;",
    "&#0;",
    "&copy",
    "&",
    "<",
    ">",
    "\"",
    "'",
    "\0",
    "\r\n",
    "\u{a0}",
    "\u{202e}",
    "é😀",
    "<p title='",
    "<p title=\"a&#10;b&quot;<b>\">",
    "<p style='color:red;margin:-1px'>",
    "<p style=\"background:url(http://t.example/x)\">",
    "<td width=1e9>",
    "<a href='mailto:a@b.example?subject=x&bcc=y'>",
    "<a href='/compose?mailto=mailto%3Aa%40b.example'>",
    "<a href='/compose?mailto=mailto%3Aa%40b.example%3Fbcc%3Dy'>",
    "<a href=javascript:alert(1)>",
    "<a/href=//x>",
    "<small>",
    "</small>",
    "www.bank.example",
    "https://x.example ",
    "<bdo dir=rtl>",
    "</bdo>",
    "<q>",
    "</q>",
    "<wbr>",
    "<sub>",
    "</sub>",
    "<tt>",
    "<code>",
    "</code>",
    "<nav>",
    "</nav>",
    "<image src=x>",
    "<li value=3>",
    "<a name=x id=y class=z onclick=a>",
    "<svg/>",
    "<br/>",
    "<div/>",
    "<desc>",
    "<annotation-xml encoding=text/html>",
    "<style>.y,td{color:red}</style>",
    "<style>body{background:#111;margin:0}#x .y{display:none}</style>",
    "<style>@media (prefers-color-scheme:dark){.y{background:#111;color:#eee}}</style>",
    "<style>.y{color:red",
    "<div class=fp-page>",
    "<body class='y'>",
    "<html class=y style=color:red>",
    "<p class='y m-z fp-mail' id=x>",
];

fn soup() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof![
            12 => proptest::sample::select(FRAGMENTS).prop_map(str::to_owned),
            1 => "[ -~]{0,12}",
            1 => "\\PC{0,6}",
        ],
        0..60,
    )
    .prop_map(|pieces| pieces.concat())
}

/// Only what shapes the tree: soup thick enough to meet the parser's odd corners.
fn thick_soup() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(&FRAGMENTS[..60]), 0..40).prop_map(|pieces| pieces.concat())
}

fn styles() -> impl Strategy<Value = String> {
    let words = &[
        "color",
        "background",
        "font",
        "margin",
        "width",
        "border",
        ":",
        ":",
        ";",
        " ",
        "red",
        "#fff",
        "12px",
        "-1.5em",
        "1e9px",
        "0.3333333%",
        "'Arial'",
        "\\",
        "/*",
        "*/",
        "url(",
        "http://x",
        ")",
        "calc(",
        "rgb(",
        "1,2,3",
        "(",
        "{",
        "}",
        "!important",
        ",",
        "/",
        "+",
        "--x",
        "var(",
        "<",
        "expression(",
        "3999.9996px",
        "4000.4px",
        "-0",
        ".00049px",
        "background-color",
        "font-family",
        "list-style",
        "display",
        "none",
        "\u{e9}",
        "\"",
        "'",
        "@",
        "33.333334pt",
        "99999999999999999999",
        "line-height",
        "letter-spacing",
    ];
    proptest::collection::vec(proptest::sample::select(&words[..]), 0..20).prop_map(|pieces| pieces.concat())
}

/// Pieces of style sheets, good and bad.
fn sheets() -> impl Strategy<Value = String> {
    let words = &[
        "p",
        "td",
        "*",
        "body",
        "html",
        ":root",
        ".a",
        ".m-a",
        ".fp-mail",
        ".fp-page",
        "#b",
        "[class=a]",
        "[id='b']",
        "[href^=tel]",
        "[width=\"600\"]",
        ":hover",
        ":first-child",
        ":nth-child(2n+1)",
        "::before",
        ":not(p)",
        " ",
        " ",
        ">",
        "+",
        "~",
        ",",
        ",",
        "{",
        "{",
        "}",
        "}",
        ";",
        ":",
        "color:red;",
        "color:#333!important;",
        "display:none;",
        "background:#111;",
        "background:url(http://x/y);",
        "width:100%!important",
        "font:0/0 a",
        "@media",
        "@media ",
        "screen",
        " and ",
        "(max-width:600px)",
        "(min-width: 1e3px)",
        "(prefers-color-scheme:dark)",
        "print",
        "only ",
        "not ",
        "@import 'x';",
        "@font-face{",
        "@supports (x){",
        "@media screen{",
        "/*",
        "*/",
        "\\",
        "<!--",
        "-->",
        "</style>",
        "<style>",
        "<style media='(max-width:9px)'>",
        "\"",
        "'",
        "(",
        ")",
        "[",
        "]",
        "expression(1)",
        "|",
        "&",
        "é",
        "\\3c ",
        "\0",
        "\n",
        "!important",
    ];
    proptest::collection::vec(proptest::sample::select(&words[..]), 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tag_soup_comes_out_clear(html in soup()) {
        checked(&html);
    }

    #[test]
    fn thick_tag_soup_comes_out_clear(html in thick_soup()) {
        checked(&html);
    }

    #[test]
    fn any_string_comes_out_clear(html in "\\PC{0,200}") {
        checked(&html);
    }

    #[test]
    fn any_style_comes_out_plain(style in styles()) {
        checked(&format!("<p style=\"{}\">x</p>", style.replace('"', "&quot;")));
    }

    //
    #[test]
    fn any_style_sheet_comes_out_plain(sheet in sheets(), after in soup()) {
        checked(&format!("<style>{sheet}</style><body class='a'><p class='a b' id=b>x</p>{after}"));
    }

    //
    #[test]
    fn rules_of_pieces_come_out_plain(rules in proptest::collection::vec((sheets(), styles()), 0..6)) {
        let sheet: String = rules.iter().map(|(selector, style)| format!("{selector}{{{style}}}")).collect();
        checked(&format!("<style>{sheet}</style><p class='a b' id=b>x</p>"));
    }

    #[test]
    fn any_link_comes_out_isolated(href in "(https?:|mailto:|tel:|javascript:|//|data:|/compose\\?mailto=(mailto%3A)?)?[ -~]{0,40}", text in "(www\\.)?[a-z.]{0,20}") {
        checked(&format!("<a href=\"{}\">{text}</a>", href.replace('"', "&quot;")));
    }

    //
    #[test]
    fn plain_text_keeps_every_character(text in "([ -~]|\n|> |>|-- \n|www\\.a\\.example|https://a\\.example/|é){0,80}") {
        let blocks = text::blocks(&text, Links::AsWritten);
        let shown: String = blocks.iter().flat_map(|b| &b.inner).flat_map(|i| &i.pieces).map(|p| p.text.as_str()).collect();
        let bare = |text: &str| text.chars().filter(|c| !matches!(c, '>' | ' ')).collect::<String>();
        prop_assert_eq!(bare(&shown), bare(&text));
        for link in blocks.iter().flat_map(|b| &b.inner).flat_map(|i| &i.pieces).filter_map(|p| p.link.as_deref()) {
            prop_assert!(link.starts_with("http://") || link.starts_with("https://") || link.starts_with("mailto:"), "{}", link);
        }
    }
}
