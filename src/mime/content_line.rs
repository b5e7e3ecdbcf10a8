//! The lines that iCalendar (RFC 5545 3.1) and vCard (RFC 6350 3.2, and 2.1 before it) are written in.

use super::{charset, transfer};

/// Lines that are read; a file can have millions.
const MOST: usize = 20_000;
/// Octets of one unfolded line that are kept.
const LONGEST: usize = 16 << 10;

const QUOTED_PRINTABLE: &str = "QUOTED-PRINTABLE";

/// `group.NAME;PARAM=a,"b":value`
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// Upper case, without its group.
    pub(super) name: String,
    /// Names upper case; values without quotes.
    pub(super) params: Vec<(String, String)>,
    /// As written: with its escapes, but without an encoding of vCard 2.1.
    pub(super) value: String,
}

impl Line {
    /// The first value of a parameter.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether a parameter has this value among its others, or stands there by its value alone (vCard 2.1: `TEL;HOME:`).
    pub(super) fn has(&self, name: &str, wanted: &str) -> bool {
        self.params.iter().any(|(key, value)| {
            key == name && value.split(',').any(|one| one.trim().eq_ignore_ascii_case(wanted))
                || value.is_empty() && key.eq_ignore_ascii_case(wanted)
        })
    }

    /// The value as text, on one line.
    pub(super) fn text(&self) -> String {
        one_line(&unescaped(&self.value))
    }

    /// The values between unescaped separators, each as text on one line.
    pub(super) fn fields(&self, separator: char) -> Vec<String> {
        let mut fields = Vec::new();
        let mut field = String::new();
        let mut chars = self.value.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => {
                    field.push(c);
                    field.extend(chars.next());
                }
                _ if c == separator => fields.push(std::mem::take(&mut field)),
                _ => field.push(c),
            }
        }
        fields.push(field);
        fields.iter().map(|field| one_line(&unescaped(field))).collect()
    }
}

/// Blanks collapsed, ends trimmed.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `\n`, `\,`, `\;`, `\\` (RFC 5545 3.3.11); another backslash is one.
pub(super) fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some('n' | 'N')) => {
                chars.next();
                text.push('\n');
            }
            ('\\', Some(next @ (',' | ';' | '\\' | ':' | '"'))) => {
                text.push(*next);
                chars.next();
            }
            _ => text.push(c),
        }
    }
    text
}

/// The lines of a text whose line ends are `\n`.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line> {
    let mut rest = text.split('\n').take(MOST).peekable();
    std::iter::from_fn(move || {
        loop {
            let first = rest.next()?;
            let mut line = first.get(..first.floor_char_boundary(LONGEST)).unwrap_or_default().to_owned();
            let mut is_printable = is_quoted_printable(&line);
            // of the line as it is written: the one that is kept ends where it is cut
            let mut ends_soft = first.ends_with('=');
            loop {
                // vCard 2.1 folds quoted-printable by its own rule
                let soft = ends_soft && is_printable;
                let folded = rest.next_if(|next| soft || next.starts_with([' ', '\t']));
                let Some(more) = folded else { break };
                ends_soft = more.ends_with('=');
                if line.len() >= LONGEST {
                    continue;
                }
                if soft {
                    line.pop();
                }
                let before = line.len();
                line.push_str(if soft { more.trim_start() } else { more.get(1..).unwrap_or_default() });
                // what was looked through before can't begin more than the name's length further on
                let new = line.floor_char_boundary(before.saturating_sub(QUOTED_PRINTABLE.len()));
                is_printable = is_printable || line.get(new..).is_some_and(is_quoted_printable);
                line.truncate(line.floor_char_boundary(LONGEST));
            }
            if let Some(line) = parse(&line) {
                return Some(line);
            }
        }
    })
}

fn is_quoted_printable(text: &str) -> bool {
    text.to_ascii_uppercase().contains(QUOTED_PRINTABLE)
}

/// One line; `None` where there is no colon.
fn parse(text: &str) -> Option<Line> {
    let mut quoted = false;
    let colon = text.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == ':' && !quoted
    });
    // an open quote hides every colon: then the first one counts
    let at = colon.map(|(at, _)| at).or_else(|| text.find(':'))?;
    let (head, value) = (text.get(..at)?, text.get(at + 1..)?);
    let mut params = Vec::new();
    let mut pieces = outside_quotes(head, ';').into_iter();
    let name = pieces.next()?.trim().to_ascii_uppercase();
    let name = name.rsplit_once('.').map_or(name.as_str(), |(_, name)| name).to_owned();
    for piece in pieces.take(50) {
        let (key, value) = piece.split_once('=').unwrap_or((piece, ""));
        params.push((key.trim().to_ascii_uppercase(), value.replace('"', "").trim().to_owned()));
    }
    let mut line = Line { name, params, value: value.to_owned() };
    if line.has("ENCODING", "QUOTED-PRINTABLE") {
        let bytes = transfer::decode("quoted-printable", line.value.as_bytes());
        line.value = charset::decode(line.param("CHARSET"), &bytes).replace('\r', "");
    }
    (!line.name.is_empty()).then_some(line)
}

fn outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let mut quoted = false;
    text.split(move |c| {
        quoted ^= c == '"';
        c == separator && !quoted
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Line {
        lines(text).next().unwrap_or_default()
    }

    #[test]
    fn lines_are_unfolded_and_taken_apart() {
        let line = one("ATTENDEE;CN=\"Ann: the \n first; really\";role=CHAIR:mailto:ann@\n\texample.org\nX:y");
        assert_eq!((line.name.as_str(), line.value.as_str()), ("ATTENDEE", "mailto:ann@example.org"));
        assert_eq!((line.param("CN"), line.param("ROLE")), (Some("Ann: the first; really"), Some("CHAIR")));
        assert_eq!(one("item1.TEL;TYPE=home,voice:1").name, "TEL");
        assert!(one("TEL;TYPE=\"home,voice\":1").has("TYPE", "Voice") && one("TEL;HOME:1").has("TYPE", "home"));
    }

    #[test]
    fn escapes_and_the_encoding_of_old_cards_are_undone() {
        assert_eq!(one("SUMMARY:a\\, b\\; c\\\\d\\ne \\x").text(), "a, b; c\\d e \\x");
        assert_eq!(one("N:M\\;x;Jo;;").fields(';'), ["M;x", "Jo", "", ""]);
        let line = one("N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BC=\n  ller;J=C3=B6rg");
        assert_eq!(line.fields(';'), ["Müller", "Jörg"]);
    }

    #[test]
    fn what_is_no_line_is_left_out_and_what_is_endless_is_cut() {
        assert_eq!(lines("nonsense\n\n:x\nA:1\"\nB;C=\"x:2").map(|line| line.name).collect::<Vec<_>>(), ["A", "B"]);
        let long = format!("A:{}\n{}", "é".repeat(LONGEST), " x\n".repeat(100));
        assert!(one(&long).value.len() <= LONGEST);
        let photo = format!("PHOTO;ENCODING=QUOTED-PRINTABLE:{}y\nB:2", "x=\n".repeat(LONGEST + 100));
        assert_eq!(lines(&photo).map(|line| line.name).collect::<Vec<_>>(), ["PHOTO", "B"]);
        let late = "N;ENCODING=\n QUOTED-PRINT\n ABLE:M=C3=BC=\nller";
        assert_eq!(one(late).value, "M\u{fc}ller");
    }

    #[test]
    fn hostile_lines_cost_linear_time() {
        let hostile = format!("A;ENCODING=QUOTED-PRINTABLE:{}=\n{}", "x".repeat(2_000_000), "=\n".repeat(MOST));
        let (found, spent) = crate::spent::spent(|| lines(&hostile).count());
        assert_eq!(found, 1);
        assert!(spent.as_secs() < 3, "{spent:?}"); // D-04
    }
}
