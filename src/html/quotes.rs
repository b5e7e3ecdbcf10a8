//! What an answer quotes, folded away at its end as it is in plain text.
//!
//! `rewrite` tells where a quote begins, by the names that mail programs give it; the frame puts a `details` around whole
//! elements of what came of that. Only what stands behind everything that the author wrote is folded: quotes between answers
//! are what the answers are about.

use std::borrow::Cow;
use std::ops::Range;

use super::css::names;
use super::elements::{self, Fate, Kind};
use super::scan::{Attribute, Scanner, Token};
use super::{entities, escape, limits};

/// What begins with an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begins {
    /// Nothing that is known of.
    Nothing,
    /// A quote: the content of this `blockquote`, which says so only by its class.
    Quote,
    /// A quote: all that is in this element.
    Whole,
    /// A quote that goes on behind this element, to the end of what both are in: Outlook puts nothing around it.
    Rest,
}

/// Classes of a `blockquote` that is a quote.
const QUOTES: [&str; 3] = ["gmail_quote", "protonmail_quote", "yahoo_quoted"];
/// Classes of other elements that hold all that is quoted: Yahoo, Proton, Zoho, and ours.
const WHOLE_CLASSES: [&str; 4] = ["yahoo_quoted", "protonmail_quote", "zmail_extra", names::QUOTE];
/// And the id of the new Outlook's.
const WHOLE_ID: &str = "mail-editor-reference-message-container";
/// Ids of elements from which on all is quoted: Outlook on the web (the first is where it puts what is written), and Hotmail.
const REST_IDS: [&str; 3] = ["appendonsend", "divRplyFwdMsg", "stopSpelling"];
/// Letters of the line that a program puts above a quote (`On 3 May Ann wrote:`), at most.
const INTRODUCTION: usize = 300;

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
    let id = value("id");
    if name == "div" && (is_one_of(&WHOLE_CLASSES) || id == WHOLE_ID) {
        return Begins::Whole;
    }
    if is_one_of(&[names::REST]) || REST_IDS.contains(&&*id) || is_word_head(&value("style")) {
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
    if !["type=\"cite\"", names::REST, names::QUOTE].iter().any(|begin| markup.contains(begin)) {
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
    let mut quotes: Vec<Range<usize>> = Vec::new();
    let mut said = Said::default();
    loop {
        let start = scanner.at();
        let Some(token) = scanner.token() else { break };
        match token {
            Token::Text(text) => {
                let text = entities::decode(text, false);
                if inside.is_none() && !text.chars().all(is_nothing) {
                    quotes.clear();
                    said.words(&text);
                    mark(&mut open);
                }
            }
            Token::Start { name, attributes, .. } => {
                if ends_line(&name) {
                    said.end_line();
                }
                let is_void = matches!(elements::fate(&name), Fate::Keep(_, kind) if kind.is_void());
                if inside.is_none() {
                    inside = begun(start, &name, &attributes, &open);
                    if inside.is_none() && is_void && name == "img" {
                        quotes.clear();
                        said.is_something = true;
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
            Token::End { name } => {
                if ends_line(&name) {
                    said.end_line();
                }
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
    said.end_line();
    if !said.is_something || quotes.len() > limits::FOLDS {
        return Vec::new();
    }
    // Apple Mail quotes the line that introduces the quote, too
    let last = quotes.len().saturating_sub(1);
    let is_introduction = |quote: &Range<usize>| is_introduction(&words(markup.get(quote.clone()).unwrap_or_default()));
    quotes
        .into_iter()
        .enumerate()
        .filter(|(at, one)| *at == last || !is_introduction(one))
        .map(|(_, one)| one)
        .collect()
}

/// What the author says, line by line. A line that introduces a quote is the program's; where there is no other, the answer
/// stands in the quote, or there is none.
#[derive(Default)]
struct Said {
    line: String,
    is_something: bool,
}

impl Said {
    fn words(&mut self, text: &str) {
        match self.line.len() + text.len() <= 8 * INTRODUCTION {
            true => self.line.push_str(text),
            false => self.is_something = true,
        }
    }

    fn end_line(&mut self) {
        self.is_something |= !self.line.is_empty() && !is_introduction(&self.line);
        self.line.clear();
    }
}

/// Whether this is nothing but a line that tells whose words follow.
fn is_introduction(line: &str) -> bool {
    let line = line.trim_matches(is_nothing);
    line.ends_with([':', '\u{ff1a}']) && line.chars().count() <= INTRODUCTION
}

/// The first words of markup.
fn words(markup: &str) -> String {
    let mut scanner = Scanner::new(markup);
    let mut words = String::new();
    while let Some(token) = scanner.token().filter(|_| words.len() <= 8 * INTRODUCTION) {
        if let Token::Text(text) = token {
            words.push_str(&entities::decode(text, false));
        }
    }
    words
}

/// Whether the tag of an element stands between two lines.
fn ends_line(name: &str) -> bool {
    name == "br" || !matches!(elements::fate(name), Fate::Keep(_, Kind::Formatting | Kind::Inline | Kind::Void))
}

/// Something stands in all that is open.
fn mark(open: &mut [Open]) {
    open.iter_mut().for_each(|element| element.has_content = true);
}

/// The quote that begins with the tag at `start`, `open` being around it.
fn begun(start: usize, name: &str, attributes: &[Attribute<'_>], open: &[Open]) -> Option<Inside> {
    if name == "blockquote" && attributes.iter().any(|a| a.name == "type" && a.raw == "cite") {
        return Some(Inside::Quote(start, open.len()));
    }
    let class =
        attributes.iter().find(|attribute| attribute.name == "class").map(|class| class.raw).unwrap_or_default();
    let is = |ours: &str| class.split_ascii_whitespace().any(|class| class == ours);
    if is(names::QUOTE) {
        return Some(Inside::Quote(start, open.len()));
    }
    if !is(names::REST) {
        return None;
    }
    // what it is all alone at the beginning of is its own frame
    let frames = open.iter().rev().take_while(|around| around.is_plain && !around.has_content).count();
    let outside = open.len() - frames;
    Some(Inside::Rest(open.get(outside).map_or(start, |around| around.start), outside))
}

/// Whether nobody sees this character.
fn is_nothing(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
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
        assert_eq!(again.html.as_str(), cleaned.html.as_str()); // X-04
        let mut scanner = Scanner::new(&once);
        let mut seen = String::new();
        while let Some(token) = scanner.token() {
            match token {
                Token::Text("\u{2022}\u{2022}\u{2022}") => {}
                Token::Text(text) if entities::decode(text, false).chars().all(is_nothing) => {}
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
        for (program, expected, html) in [
            (
                "Gmail",
                "YesAnn:[OldOlder]",
                "<div dir=ltr>Yes</div><br><div class='gmail_quote gmail_quote_container'><div class=gmail_attr>Ann:<br></div><blockquote class=gmail_quote style='margin:0'>Old<br><blockquote class=gmail_quote>Older</blockquote></blockquote></div>",
            ),
            (
                "Apple Mail",
                "YesAnn:[Old]",
                "<body>Yes<br><div><br><blockquote type=cite><div>Ann:</div></blockquote></div><blockquote type=cite><p>Old</p></blockquote></body>",
            ),
            (
                "Thunderbird",
                "YesAnn:[Old]",
                "<p>Yes</p><div class=moz-cite-prefix>Ann:<br></div><blockquote type=cite cite='mid:1@x'>Old</blockquote><br>\u{200b}&nbsp;",
            ),
            (
                "Outlook on the web",
                "Yes[From: AnnOld]",
                "<body dir=ltr><div class=elementToProof>Yes</div><div id=appendonsend></div><hr style='display:inline-block;width:98%'><div id=divRplyFwdMsg dir=ltr><font>From: Ann</font></div><div><p>Old</p></div></body>",
            ),
            (
                "Outlook",
                "Yes[From:AnnOld]",
                "<div class=WordSection1><p class=MsoNormal>Yes</p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in'><p><b>From:</b> Ann</p></div></div><p>Old</p></div>",
            ),
            (
                "Outlook 2007",
                "Yes[From: AnnOld]",
                "<div class=WordSection1><p>Yes</p><div style='border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm'>From: Ann</div><p>Old</p></div>",
            ),
            ("Hotmail", "Yes[From: AnnOld]", "<div>Yes<hr id=stopSpelling>From: Ann<br>Old</div>"),
            (
                "Proton Mail",
                "Yes[Ann:Old]",
                "<div>Yes</div><div class=protonmail_quote>Ann:<br><blockquote class=protonmail_quote>Old</blockquote></div>",
            ),
            ("Yahoo", "Yes[Ann:Old]", "<div>Yes</div><div id=y class=yahoo_quoted><div>Ann:</div><div>Old</div></div>"),
        ] {
            assert_eq!(seen(html), expected, "{program}");
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
            // written below the quote, in whatever holds it
            (
                "<p>Sent with Proton</p><div class=protonmail_quote>Ann:<blockquote>Old</blockquote></div><p>No!</p>",
                "Sent with ProtonAnn:OldNo!",
            ),
            ("<p>Yes</p><div><div class=yahoo_quoted>Old</div></div><p>More</p>", "YesOldMore"),
            // written into the quote: all that stands outside is who is quoted
            (
                "<div class=gmail_quote><div>On Mon, <a href=mailto:a@b>Ann</a> wrote:<br></div><blockquote class=gmail_quote>When?<p>At ten</p></blockquote></div>",
                "On Mon,Annwrote:When?At ten",
            ),
            (
                "<p>My answers below:</p><p>Ann:</p><blockquote type=cite>When?<p>At ten</p></blockquote>",
                "My answers below:Ann:When?At ten",
            ),
            ("<div id=divRplyFwdMsg>From: Ann</div><p>Passed on</p>", "From: AnnPassed on"),
            ("<p>A saying:</p><blockquote>Less is more</blockquote>", "A saying:Less is more"),
            ("<p>Hi</p><blockquote type=cite>a</blockquote><img src=cid:x alt=seal>", "Hia"),
            ("<p>Hi</p><ul><li><blockquote type=cite>a</blockquote></li></ul>", "Hi[a]"),
        ] {
            assert_eq!(seen(html), expected, "{html}");
        }
    }

    // D-01
    #[test]
    fn of_thousands_of_quotes_none_is_folded() {
        let markup = format!("<p>x</p>{}", "<blockquote type=\"cite\">y</blockquote>".repeat(10_000));
        assert_eq!(folded(&markup, "Show"), markup);
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
