//! Plain text mail, cut into what a page draws: paragraphs, quotes, the signature, and the links in them.
//!
//! Nothing here is HTML. A page writes each piece as text, escaped by its template, and puts a link around it
//! where there is one.

use std::borrow::Cow;

use linkify::{LinkFinder, LinkKind};

use super::links::{self, Visible};
use super::policy::Links;

/// A stretch of text of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: Kind,
    /// Its content, in order. One entry for text and signatures; one for each change of depth in a quote.
    pub inner: Vec<Inner>,
}

/// What a stretch of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What the author wrote.
    Text,
    /// Consecutive quoted lines of any depth: one group, to be folded as one.
    Quote,
    /// From the line `-- ` on (RFC 3676 section 4.3).
    Signature,
}

/// Lines of one depth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inner {
    /// How deep it is quoted: 0 for what is not quoted, at most [`DEEPEST`].
    pub depth: u8,
    /// The text, without the quote marks that `depth` stands for; lines end with `\n`.
    pub pieces: Vec<Piece>,
}

/// A run of text, with where it leads if it is a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The text as written.
    pub text: String,
    /// An absolute `http`, `https` or `mailto` address.
    pub link: Option<String>,
    /// What to say after it: where it leads, if nobody could read that from the text; else empty.
    pub mark: String,
}

/// Quote marks beyond this many on one line are text.
pub const DEEPEST: u8 = 32;

/// Links in one text; what looks like one after that many stays text.
const LINKS: usize = 5000;
/// Changes between text and quotes, or of their depth; what comes after that many stays as it was written. Each is some elements
/// of the page, and 30,000 of them keep a browser busy for half a minute.
const CHANGES: usize = 500;
/// Octets of what stands before the `@` of a mail address (RFC 5321 4.5.3.1.1).
const MAIL: usize = 64;
/// What is put before a `www.` that stands where a link can begin.
const SCHEME: &str = "https://";

/// Cuts `text` into blocks. Control characters but tab and line feed are left out; nothing else is changed.
pub fn blocks(text: &str, links: Links) -> Vec<Block> {
    let text = tidy(text);
    let mut finder = LinkFinder::new();
    // Without a scheme each dot could be in a link, and is looked at up to the end of its word: 100 kB without a blank took seconds.
    finder.url_must_have_scheme(true).kinds(&[LinkKind::Url, LinkKind::Email]);
    let mut links_left = LINKS;
    let mut blocks: Vec<Block> = Vec::new();
    for (kind, depth, lines) in groups(&text) {
        let inner = Inner { depth, pieces: pieces(&lines, &finder, links, &mut links_left) };
        match blocks.last_mut() {
            Some(last) if last.kind == kind => last.inner.push(inner),
            _ => blocks.push(Block { kind, inner: vec![inner] }),
        }
    }
    blocks
}

fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\n' | '\t' => out.push(c),
            c if c < ' ' || c == '\u{7f}' => {}
            c => out.push(c),
        }
    }
    out
}

/// Runs of lines of one kind and depth, quote marks taken off.
fn groups(text: &str) -> Vec<(Kind, u8, String)> {
    let mut groups: Vec<(Kind, u8, String)> = Vec::new();
    let mut signature = false;
    for line in text.split_inclusive('\n') {
        if groups.len() >= CHANGES {
            match groups.get_mut(CHANGES) {
                Some((_, _, lines)) => lines.push_str(line),
                None => groups.push((Kind::Text, 0, line.to_owned())),
            }
            continue;
        }
        let (depth, rest) = quote_depth(line);
        let kind = if depth > 0 {
            signature = false;
            Kind::Quote
        } else {
            signature |= matches!(line.trim_end_matches('\n'), "-- " | "--\u{a0}");
            if signature { Kind::Signature } else { Kind::Text }
        };
        match groups.last_mut() {
            Some((known_kind, known_depth, lines)) if (*known_kind, *known_depth) == (kind, depth) => {
                lines.push_str(rest)
            }
            _ => groups.push((kind, depth, rest.to_owned())),
        }
    }
    groups
}

/// How deep a line is quoted, and the line without its marks (`>`, `> >`, `>>`, and one space after them).
fn quote_depth(line: &str) -> (u8, &str) {
    // What mbox files do to a line of the author's is not a quote (RFC 4155).
    if line.starts_with(">From ") {
        return (0, line);
    }
    let mut depth = 0;
    let mut rest = line;
    while depth < DEEPEST {
        let Some(after) = rest.strip_prefix('>').or_else(|| rest.strip_prefix(" >").filter(|_| depth > 0)) else {
            break;
        };
        depth += 1;
        rest = after;
    }
    if depth > 0 {
        rest = rest.strip_prefix(' ').unwrap_or(rest);
    }
    (depth, rest)
}

fn pieces(text: &str, finder: &LinkFinder, links: Links, links_left: &mut usize) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut push = |text: &str, link: Option<String>| match pieces.last_mut() {
        Some(last) if last.link.is_none() && link.is_none() => last.text.push_str(text),
        _ => {
            let mark = link.as_deref().and_then(Visible::of).and_then(|mut visible| {
                visible.saw(text);
                visible.mark().map(str::to_owned)
            });
            pieces.push(Piece { text: text.to_owned(), link, mark: mark.unwrap_or_default() });
        }
    };
    // Line by line: no link reaches over a line's end, and no line's tricks over the next.
    for line in text.split_inclusive('\n') {
        let (whole, put) = with_schemes(line);
        // where in the line as it was written something is
        let written = |at: usize| at - SCHEME.len() * put.partition_point(|start| *start < at);
        for span in finder.spans(&whole) {
            let text = line.get(written(span.start())..written(span.end())).unwrap_or_default();
            let is_named = put.binary_search(&span.start()).is_ok();
            let link = span.kind().filter(|_| *links_left > 0).and_then(|kind| match is_named {
                true => links::accept_as(&format!("{SCHEME}{text}"), links),
                false => address(kind, text, links),
            });
            *links_left -= usize::from(link.is_some());
            push(text, link);
        }
    }
    pieces
}

/// A line with a scheme before each `www.` that says of a name that it is meant as an address, and where each of them is.
fn with_schemes(line: &str) -> (Cow<'_, str>, Vec<usize>) {
    let mut whole = String::new();
    let (mut put, mut from) = (Vec::new(), 0);
    let bytes = line.as_bytes();
    for dot in memchr::memchr_iter(b'.', bytes) {
        let Some(at) = dot.checked_sub(3).filter(|at| *at >= from) else { continue };
        let is_meant = bytes.get(at..dot).is_some_and(|name| name.eq_ignore_ascii_case(b"www"))
            && bytes.get(dot + 1).is_some_and(|b| b.is_ascii_alphanumeric() || *b >= 0x80);
        // what is part of a longer name, of a path or of a mail address begins nothing
        let goes_on = |b: &u8| b.is_ascii_alphanumeric() || b"-.@/+_%&?#~".contains(b) || *b >= 0x80;
        let is_mail = || {
            let rest = line.get(dot + 1..).unwrap_or_default();
            rest.get(..MAIL.min(rest.len()))
                .unwrap_or_default()
                .find(|c: char| !c.is_alphanumeric() && !"._-+".contains(c))
                .is_some_and(|end| rest.get(end..).is_some_and(|rest| rest.starts_with('@')))
        };
        if !is_meant || is_mail() || at.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(goes_on) {
            continue;
        }
        whole.push_str(line.get(from..at).unwrap_or_default());
        put.push(whole.len());
        whole.push_str(SCHEME);
        from = at;
    }
    if put.is_empty() {
        return (Cow::Borrowed(line), put);
    }
    whole.push_str(line.get(from..).unwrap_or_default());
    (Cow::Owned(whole), put)
}

/// The address for what the finder took for a link.
fn address(kind: &LinkKind, text: &str, links: Links) -> Option<String> {
    match kind {
        LinkKind::Email => links::accept(&format!("mailto:{text}")),
        LinkKind::Url => links::accept_as(text, links).filter(|link| link.starts_with("http")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(text: &str) -> Vec<String> {
        blocks(text, Links::AsWritten)
            .into_iter()
            .map(|block| {
                let inner: Vec<String> = block
                    .inner
                    .iter()
                    .map(|inner| {
                        let text: String = inner
                            .pieces
                            .iter()
                            .map(|p| {
                                let link = |link: &String| format!("[{}]({link}){}", p.text, p.mark);
                                p.link.as_ref().map_or(p.text.clone(), link)
                            })
                            .collect();
                        format!("{}:{text}", inner.depth)
                    })
                    .collect();
                format!("{:?} {}", block.kind, inner.join("|"))
            })
            .collect()
    }

    #[test]
    fn consecutive_quotes_of_any_depth_are_one_group() {
        assert_eq!(
            drawn("Hi,\n\n> you wrote\n>> and I wrote\n> > too\n> again\nBye\n-- \nAnna\n"),
            [
                "Text 0:Hi,\n\n",
                "Quote 1:you wrote\n|2:and I wrote\ntoo\n|1:again\n",
                "Text 0:Bye\n",
                "Signature 0:-- \nAnna\n"
            ]
        );
    }

    #[test]
    fn a_reply_below_a_signature_is_no_signature() {
        assert_eq!(drawn("-- \nAnna\n> old\nnew"), ["Signature 0:-- \nAnna\n", "Quote 1:old\n", "Text 0:new"]);
    }

    #[test]
    fn a_line_that_a_mailbox_file_marked_is_no_quote() {
        assert_eq!(drawn(">From here on"), ["Text 0:>From here on"]);
    }

    #[test]
    fn addresses_become_links_and_nothing_else_does() {
        assert_eq!(
            drawn(
                "see https://ok.example/a?b=(1), www.ok.example. mail a@b.example\nend.Start javascript:x file:///x ftp://x.example"
            ),
            ["Text 0:see [https://ok.example/a?b=(1)](https://ok.example/a?b=(1)), \
                 [www.ok.example](https://www.ok.example/). mail [a@b.example](mailto:a@b.example)\n\
                 end.Start javascript:x file:///x ftp://x.example"]
        );
    }

    #[test]
    fn a_name_that_begins_with_www_is_an_address_where_one_can_begin() {
        assert_eq!(
            drawn(
                "(www.a.example/x) x.www.b.example \"WWW.c.example\",www.d.example; a/www.e.example 'www.f.example'. www. www.g"
            ),
            [
                "Text 0:([www.a.example/x](https://www.a.example/x)) x.www.b.example \"[WWW.c.example](https://www.c.example/)\",\
             [www.d.example](https://www.d.example/); a/www.e.example '[www.f.example](https://www.f.example/)'. www. www.g"
            ]
        );
    }

    #[test]
    fn a_name_within_an_address_leaves_the_address_as_it_is() {
        assert_eq!(
            drawn("Web:www.a.example http://a.example/x,www.b.example/y www.hans@b.example"),
            ["Text 0:Web:[www.a.example](https://www.a.example/) \
              [http://a.example/x,www.b.example/y](http://a.example/x,www.b.example/y) [www.hans@b.example](mailto:www.hans@b.example)"]
        );
    }

    #[test]
    fn thousands_of_quotes_are_a_bounded_number_of_pieces() {
        let text = format!("{}x\ny\n", ">".repeat(31)).repeat(30_000);
        let blocks = blocks(&text, Links::AsWritten);
        assert_eq!(blocks.len(), CHANGES);
        let shown: usize = blocks.iter().flat_map(|b| &b.inner).flat_map(|i| &i.pieces).map(|p| p.text.len()).sum();
        assert_eq!(shown, text.len() - CHANGES / 2 * 31, "nothing is lost but the marks");
    }

    #[test]
    fn a_link_to_numbers_or_in_look_alike_letters_says_so() {
        assert_eq!(
            drawn("http://192.0.2.1/x and https://xn--80ak6aa92e.example/ and https://münchen.example/"),
            ["Text 0:[http://192.0.2.1/x](http://192.0.2.1/x) \u{26a0} 192.0.2.1 and \
              [https://xn--80ak6aa92e.example/](https://xn--80ak6aa92e.example/) \
              \u{26a0} аррӏе.example (xn--80ak6aa92e.example) and \
              [https://münchen.example/](https://xn--mnchen-3ya.example/)"]
        );
    }

    #[test]
    fn what_tracks_is_taken_out_of_links_when_asked() {
        let blocks = blocks("https://a.example/?utm_source=x&id=1", Links::Untracked);
        let piece = &blocks[0].inner[0].pieces[0];
        assert_eq!(piece.link.as_deref(), Some("https://a.example/?id=1"));
        assert_eq!(piece.text, "https://a.example/?utm_source=x&id=1");
    }

    #[test]
    fn a_link_with_a_password_stays_text() {
        assert_eq!(drawn("https://bank.example:x@evil.example/"), ["Text 0:https://bank.example:x@evil.example/"]);
    }

    //
    #[test]
    fn the_text_is_what_was_written() {
        let text = "a\0b\r\nc\rd <script>&amp;\u{202e}x\u{7}\n";
        let out: String = blocks(text, Links::AsWritten)
            .iter()
            .flat_map(|b| &b.inner)
            .flat_map(|i| &i.pieces)
            .map(|p| &*p.text)
            .collect();
        assert_eq!(out, "ab\nc\nd <script>&amp;\u{202e}x\n");
    }

    #[test]
    fn quote_marks_without_end_stay_readable() {
        let line = ">".repeat(20_000);
        let blocks = blocks(&line, Links::AsWritten);
        assert_eq!(blocks.len(), 1);
        assert_eq!(blocks[0].inner[0].depth, DEEPEST);
        assert_eq!(blocks[0].inner[0].pieces[0].text.len(), 20_000 - usize::from(DEEPEST));
    }

    //
    #[test]
    fn two_hundred_kilobytes_of_almost_links_take_no_time() {
        for almost in [
            "a@",
            "www.",
            "http://",
            "a.b@",
            "://",
            "mailto:",
            "www.a",
            "a@b.c ",
            "1.2.3.4:",
            "a.:",
            "(www.",
            "a.b",
            "www.1.2.3.4:(",
            "a://x:",
            "\u{e9}www.",
            "x-.y",
        ] {
            let text = almost.repeat(200_000 / almost.len());
            let (_, took) = crate::spent::spent(|| blocks(&text, Links::AsWritten));
            assert!(took.as_millis() < if cfg!(debug_assertions) { 2000 } else { 200 }, "{almost} took {took:?}");
        }
    }
}
