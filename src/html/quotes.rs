//! What an answer quotes, folded away at its end as it is in plain text.
//!
//! `rewrite` tells where a quote begins, by the names that mail programs give it; the frame puts a `details` around whole
//! elements of what came of that. Only what stands behind everything that the author wrote is folded: quotes between answers
//! are what the answers are about.

use std::borrow::Cow;
use std::ops::Range;

use super::css::names;
use super::elements::{self, Fate};
use super::scan::{Attribute, Scanner, Token};
use super::{entities, escape};

/// What begins with an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begins {
    /// Nothing that is known of.
    Nothing,
    /// A quote: the content of this `blockquote`, which says so only by its class.
    Quote,
    /// A quote that goes on behind this element, to the end of what both are in: Outlook puts nothing around it.
    Rest,
}

/// Classes of a `blockquote` that is a quote.
const QUOTES: [&str; 3] = ["gmail_quote", "protonmail_quote", "yahoo_quoted"];
/// Classes of other elements from which on all is quoted: Yahoo, Proton, Outlook on phones, Zoho, and ours.
const REST_CLASSES: [&str; 5] =
    ["yahoo_quoted", "protonmail_quote", "ms-outlook-mobile-reference-message", "zmail_extra", names::REST];
/// And their ids: Outlook on the web (the first is where it puts what is written), on the Mac, the new one, and Hotmail.
const REST_IDS: [&str; 5] = [
    "appendonsend",
    "divRplyFwdMsg",
    "OLK_SRC_BODY_SECTION",
    "mail-editor-reference-message-container",
    "stopSpelling",
];

/// What begins with the element `name`.
pub(super) fn begins(name: &str, attributes: &[Attribute<'_>]) -> Begins {
    if !matches!(name, "blockquote" | "div" | "hr") {
        return Begins::Nothing;
    }
    let value = |wanted: &str| {
        let found = attributes.iter().find(|attribute| attribute.name == wanted);
        found.map(|attribute| entities::decode(attribute.raw, true)).unwrap_or_default()
    };
    let class = value("class");
    let is_one_of = |known: &[&str]| class.split_ascii_whitespace().any(|class| known.contains(&class));
    if name == "blockquote" {
        return if is_one_of(&QUOTES) { Begins::Quote } else { Begins::Nothing };
    }
    if is_one_of(&REST_CLASSES) || REST_IDS.contains(&&*value("id")) || is_word_head(&value("style")) {
        return Begins::Rest;
    }
    Begins::Nothing
}

/// Whether this is the style of the lines that Outlook for Windows (2007 to 2024) puts above what is answered: nothing but a line
/// at the top, 3 points below it. `border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in`
fn is_word_head(style: &str) -> bool {
    if !style.contains("3.0pt") {
        return false;
    }
    let squeezed: String = style.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    let Some(rest) = squeezed.strip_prefix("border:none;border-top:solid") else { return false };
    let colours = ["#e1e1e1", "#b5c4df"];
    rest.split_once("1.0pt;padding:3.0pt0").is_some_and(|(colour, _)| colours.contains(&colour))
}

/// The markup with what it quotes at its end in elements that a person can open by the button `label`.
pub(super) fn folded<'a>(markup: &'a str, label: &str) -> Cow<'a, str> {
    if !markup.contains("type=\"cite\"") && !markup.contains(names::REST) {
        return Cow::Borrowed(markup);
    }
    let quotes = at_the_end(markup);
    let mut out = String::with_capacity(markup.len() + quotes.len() * 200);
    let mut at = 0;
    for Range { start, end } in quotes {
        out.push_str(markup.get(at..start).unwrap_or_default());
        out.push_str("<details class=\"fp-more\"><summary");
        escape::named(&mut out, "title", label);
        escape::named(&mut out, "aria-label", label);
        out.push_str(">\u{2022}\u{2022}\u{2022}</summary>");
        out.push_str(markup.get(start..end).unwrap_or_default());
        out.push_str("</details>");
        at = end;
    }
    out.push_str(markup.get(at..).unwrap_or_default());
    Cow::Owned(out)
}

/// An element that is open.
struct Open {
    /// Where its tag begins.
    start: usize,
    /// Something stands in it already.
    has_content: bool,
    /// It is nothing but what is around it.
    is_plain: bool,
}

/// Where a quote began, and how many elements are open outside of it.
#[derive(Clone, Copy)]
enum Inside {
    /// Ends with its element.
    Quote(usize, usize),
    /// Ends before its parent does.
    Rest(usize, usize),
}

/// The quotes behind which nothing is said; none where nothing is said before them either. `markup` is well-formed.
fn at_the_end(markup: &str) -> Vec<Range<usize>> {
    let mut scanner = Scanner::new(markup);
    let mut open: Vec<Open> = Vec::new();
    let mut inside = None;
    let (mut quotes, mut is_said) = (Vec::new(), false);
    loop {
        let start = scanner.at();
        let Some(token) = scanner.token() else { break };
        match token {
            Token::Text(text) => {
                if inside.is_none() && !is_blank(text) {
                    (is_said, quotes) = (true, Vec::new());
                    mark(&mut open);
                }
            }
            Token::Start { name, attributes, .. } => {
                let is_void = matches!(elements::fate(&name), Fate::Keep(_, kind) if kind.is_void());
                if inside.is_none() {
                    inside = begun(start, &name, &attributes, &open);
                    if inside.is_none() && is_void && name == "img" {
                        (is_said, quotes) = (true, Vec::new());
                    }
                    if inside.is_none() && is_void {
                        mark(&mut open);
                    }
                }
                if !is_void {
                    let is_plain = name == "div" && !attributes.iter().any(|a| a.raw.contains(names::PAGE));
                    open.push(Open { start, has_content: false, is_plain });
                }
            }
            Token::End { .. } => {
                open.pop();
                match inside {
                    Some(Inside::Quote(from, outside)) if open.len() <= outside => {
                        quotes.push(from..scanner.at());
                        inside = None;
                    }
                    Some(Inside::Rest(from, outside)) if open.len() < outside => {
                        quotes.push(from..start);
                        inside = None;
                    }
                    _ => {}
                }
                if inside.is_none()
                    && let Some(parent) = open.last_mut()
                {
                    parent.has_content = true;
                }
            }
        }
    }
    if let Some(Inside::Rest(from, _)) = inside {
        quotes.push(from..markup.len());
    }
    if is_said { quotes } else { Vec::new() }
}

/// Something stands in all that is open.
fn mark(open: &mut [Open]) {
    open.iter_mut().for_each(|element| element.has_content = true);
}

/// The quote that begins with the tag at `start`, `open` being around it.
fn begun(start: usize, name: &str, attributes: &[Attribute<'_>], open: &[Open]) -> Option<Inside> {
    let has = |wanted: &str, value: &str| attributes.iter().any(|a| a.name == wanted && a.raw == value);
    if name == "blockquote" && has("type", "cite") {
        return Some(Inside::Quote(start, open.len()));
    }
    let is_rest =
        |a: &Attribute<'_>| a.name == "class" && a.raw.split_ascii_whitespace().any(|class| class == names::REST);
    if !attributes.iter().any(is_rest) {
        return None;
    }
    // what it is all alone at the beginning of is its own frame
    let frames = open.iter().rev().take_while(|around| around.is_plain && !around.has_content).count();
    let outside = open.len() - frames;
    Some(Inside::Rest(open.get(outside).map_or(start, |around| around.start), outside))
}

/// Whether nobody sees this text.
fn is_blank(text: &str) -> bool {
    let is_nothing =
        |c: char| c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}');
    entities::decode(text, false).chars().all(is_nothing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::{Policy, sanitize};
    use crate::mail::UntrustedHtml;

    /// The markup of a mail, what is folded in brackets, without other tags.
    fn seen(html: &str) -> String {
        let cleaned = sanitize(&UntrustedHtml::new(html), &Policy::for_a_quote());
        let once = folded(cleaned.html.as_str(), "Show").into_owned();
        let again = sanitize(&UntrustedHtml::new(cleaned.html.as_str()), &Policy::for_a_quote());
        assert_eq!(again.html.as_str(), cleaned.html.as_str());
        let mut scanner = Scanner::new(&once);
        let mut seen = String::new();
        while let Some(token) = scanner.token() {
            match token {
                Token::Text("\u{2022}\u{2022}\u{2022}") => {}
                Token::Text(text) if is_blank(text) => {}
                Token::Text(text) => seen.push_str(text.trim()),
                Token::Start { name, .. } if name == "details" => seen.push('['),
                Token::End { name } if name == "details" => seen.push(']'),
                _ => {}
            }
        }
        seen
    }

    #[test]
    fn what_is_quoted_at_the_end_is_folded_whoever_wrote_it() {
        for (program, html) in [
            (
                "Gmail",
                "<div dir=ltr>Yes</div><br><div class='gmail_quote gmail_quote_container'><div class=gmail_attr>Ann:<br></div><blockquote class=gmail_quote style='margin:0'>Old<br><blockquote class=gmail_quote>Older</blockquote></blockquote></div>",
            ),
            (
                "Apple Mail",
                "<body>Yes<br><div><br><blockquote type=cite><div>Ann:</div></blockquote></div><blockquote type=cite><p>Old</p></blockquote></body>",
            ),
            (
                "Thunderbird",
                "<p>Yes</p><div class=moz-cite-prefix>Ann:<br></div><blockquote type=cite cite='mid:1@x'>Old</blockquote><br>\u{200b}&nbsp;",
            ),
            (
                "Outlook on the web",
                "<body dir=ltr><div class=elementToProof>Yes</div><div id=appendonsend></div><hr style='display:inline-block;width:98%'><div id=divRplyFwdMsg dir=ltr><font>From: Ann</font></div><div><p>Old</p></div></body>",
            ),
            (
                "Outlook",
                "<div class=WordSection1><p class=MsoNormal>Yes</p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in'><p><b>From:</b> Ann</p></div></div><p>Old</p></div>",
            ),
            (
                "Outlook 2007",
                "<div class=WordSection1><p>Yes</p><div style='border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm'>From: Ann</div><p>Old</p></div>",
            ),
            ("Hotmail", "<div>Yes<hr id=stopSpelling>From: Ann<br>Old</div>"),
            ("Yahoo", "<div>Yes</div><div id=y class=yahoo_quoted><div>Ann:</div><div>Old</div></div>"),
        ] {
            let seen = seen(html);
            assert!(seen.starts_with("Yes") && seen.ends_with(']') && seen.contains('['), "{program}: {seen}");
            let (said, folded) = seen.split_once('[').unwrap();
            assert!(!said.contains("Old") && folded.contains("Old"), "{program}: {seen}");
        }
    }

    #[test]
    fn what_is_answered_piece_by_piece_stays_open() {
        for (html, expected) in [
            (
                "<blockquote type=cite>When?</blockquote><p>At ten</p><blockquote type=cite>Where?</blockquote><p>Here</p>",
                "When?At tenWhere?Here",
            ),
            (
                "<p>All of it below</p><blockquote type=cite>a</blockquote>b<blockquote type=cite>c</blockquote>",
                "All of it belowab[c]",
            ),
            ("<blockquote type=cite>Only this</blockquote>", "Only this"),
            ("<div id=divRplyFwdMsg>From: Ann</div><p>Passed on</p>", "From: AnnPassed on"),
            ("<p>A saying:</p><blockquote>Less is more</blockquote>", "A saying:Less is more"),
            ("<p>Hi</p><blockquote type=cite>a</blockquote><img src=cid:x alt=seal>", "Hia"),
            ("<p>Hi</p><ul><li><blockquote type=cite>a</blockquote></li></ul>", "Hi[a]"),
        ] {
            assert_eq!(seen(html), expected, "{html}");
        }
    }

    #[test]
    fn the_button_says_what_it_does_in_the_readers_language() {
        let html = folded("<p>x</p><blockquote type=\"cite\">y</blockquote>", "Zitat \"zeigen\"");
        assert_eq!(
            html,
            "<p>x</p><details class=\"fp-more\"><summary title=\"Zitat &quot;zeigen&quot;\" aria-label=\"Zitat &quot;zeigen&quot;\">\
             \u{2022}\u{2022}\u{2022}</summary><blockquote type=\"cite\">y</blockquote></details>"
        );
    }
}
