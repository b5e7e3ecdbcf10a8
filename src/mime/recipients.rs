//! Lists of addresses as people type them: strict, since what is taken here goes out.

use super::addr_spec::{checked, is_without_width};
use super::header_field::visible;
use crate::mail::{Address, AddressFault, NotAnAddress};

/// Reads what was typed into a field of recipients: `Ann Bee <ann@b.example>, c@d.example; "Bee, Cy" <cy@b.example>`.
///
/// Commas, semicolons and line ends separate; groups (RFC 5322 3.4) are dissolved; empty places mean nothing. Names may stand
/// without quotes where they need none. Everything that is no address is told, in its order; nothing is guessed.
pub fn recipients(text: &str) -> Result<Vec<Address>, Vec<NotAnAddress>> {
    let (mut good, mut wrong) = (Vec::new(), Vec::new());
    for entry in entries(text) {
        match address(entry) {
            Ok(address) => good.push(address),
            Err(why) => wrong.push(NotAnAddress { text: entry.to_owned(), why }),
        }
    }
    if wrong.is_empty() { Ok(good) } else { Err(wrong) }
}

/// As [`recipients`], for what is not finished yet: what is no address becomes a name without one, so that it is kept, and is
/// told again when it matters.
pub fn recipients_so_far(text: &str) -> Vec<Address> {
    let kept = |entry: &str| Address { name: visible(entry).trim().to_owned(), addr: String::new() };
    entries(text).into_iter().map(|entry| address(entry).unwrap_or_else(|_| kept(entry))).collect()
}

/// The text that fills a field of recipients; [`recipients`] reads it back.
pub fn recipients_field(addresses: &[Address]) -> String {
    let mut field = String::new();
    for address in addresses {
        if !field.is_empty() {
            field.push_str(", ");
        }
        let name = one_line(&address.name);
        let addr = visible(&address.addr);
        match (name.is_empty() || name == *addr, addr.is_empty()) {
            (true, _) => field.push_str(&addr),
            (false, true) => field.push_str(&name),
            (false, false) => {
                push_name(&mut field, &name);
                field.push_str(&format!(" <{addr}>"));
            }
        }
    }
    field
}

/// One line with single blanks.
fn one_line(text: &str) -> String {
    visible(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn push_name(field: &mut String, name: &str) {
    if !name.contains(|c: char| "\"(),:;<>@[\\]".contains(c)) {
        field.push_str(name);
        return;
    }
    field.push('"');
    for c in name.chars() {
        if matches!(c, '"' | '\\') {
            field.push('\\');
        }
        field.push(c);
    }
    field.push('"');
}

/// The entries of a list, trimmed, none of them empty. A line end ends an entry, whatever is open in it.
fn entries(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in text.split('\n') {
        let mut outside = Outside::default();
        let last_group = line.rfind(';').unwrap_or(0);
        let mut start = 0;
        let mut named = true; // whether what stands in the entry so far may be a group's name
        for (at, c) in line.char_indices() {
            if !outside.is_after(c) {
                continue;
            }
            match c {
                ',' | ';' => {
                    found.extend(line.get(start..at));
                    (start, named) = (at + 1, true);
                }
                '@' | '<' => named = false,
                ':' if named && at < last_group => start = at + 1,
                _ => {}
            }
        }
        found.extend(line.get(start..));
    }
    let says_nothing = |entry: &&str| entry.chars().all(|c| c.is_whitespace() || is_without_width(c));
    found.into_iter().map(str::trim).filter(|entry| !says_nothing(entry)).collect()
}

/// Walks a text and knows what stands outside of quotes and comments.
#[derive(Default)]
struct Outside {
    quoted: bool,
    escaped: bool,
    comments: usize,
}

impl Outside {
    /// Takes the next character; whether it stands outside. Quotes and parentheses themselves do not.
    fn is_after(&mut self, c: char) -> bool {
        match c {
            _ if self.escaped => self.escaped = false,
            '\\' if self.quoted || self.comments > 0 => self.escaped = true,
            '"' if self.comments == 0 => self.quoted = !self.quoted,
            '(' if !self.quoted => self.comments += 1,
            ')' if !self.quoted => self.comments = self.comments.saturating_sub(1),
            _ => return !self.quoted && self.comments == 0,
        }
        false
    }
}

/// What one entry says.
fn address(entry: &str) -> Result<Address, AddressFault> {
    let entry = entry.replace('\t', " ");
    if let Some(odd) = entry.chars().find(|c| c.is_control()) {
        return Err(AddressFault::Character(odd));
    }
    let mut outside = Outside::default();
    let mut brackets = Vec::new();
    let (mut remarks, mut has_at) = (false, false);
    for (at, c) in entry.char_indices() {
        let is_outside = outside.is_after(c);
        if is_outside && matches!(c, '<' | '>') {
            brackets.push((at, c));
        }
        has_at |= is_outside && c == '@';
        remarks |= matches!(c, '(' | ')') && !outside.quoted;
    }
    if outside.quoted {
        return Err(AddressFault::Unclosed);
    }
    if remarks {
        return Err(AddressFault::Comment);
    }
    match brackets.as_slice() {
        [] if !has_at => Err(AddressFault::NoAddress),
        [] => Ok(Address { name: String::new(), addr: checked(without_scheme(&entry))? }),
        [(open, '<'), (close, '>')] => {
            if !entry.get(close + 1..).unwrap_or_default().trim().is_empty() {
                return Err(AddressFault::Behind);
            }
            let inside = entry.get(open + 1..*close).unwrap_or_default();
            let addr = checked(without_scheme(inside))?;
            Ok(Address { name: name(entry.get(..*open).unwrap_or_default()), addr })
        }
        _ => Err(AddressFault::Unclosed),
    }
}

/// `mailto:` comes along when a link is copied.
fn without_scheme(text: &str) -> &str {
    let text = text.trim();
    let scheme = text.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:"));
    scheme.and(text.get(7..)).unwrap_or(text)
}

/// A display name without its quotes.
fn name(text: &str) -> String {
    let mut outside = Outside::default();
    let mut kept = String::with_capacity(text.len());
    for c in text.chars() {
        let was = (outside.quoted, outside.escaped);
        outside.is_after(c);
        let is_mark = match was {
            (true, false) => matches!(c, '"' | '\\'),
            (true, true) => false,
            (false, _) => c == '"',
        };
        if !is_mark {
            kept.push(c);
        }
    }
    one_line(&kept)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn takes(typed: &str, expected: &[(&str, &str)]) {
        let found = recipients(typed).unwrap();
        let found: Vec<_> = found.iter().map(|one| (one.name.as_str(), one.addr.as_str())).collect();
        assert_eq!(found, expected, "{typed:?}");
    }

    #[track_caller]
    fn refuses(typed: &str, expected: &[(&str, AddressFault)]) {
        let found = recipients(typed).unwrap_err();
        let found: Vec<_> = found.iter().map(|one| (one.text.as_str(), one.why)).collect();
        assert_eq!(found, expected, "{typed:?}");
    }

    #[test]
    fn lists_are_read_as_people_type_them() {
        takes("Ann <a@b>, c@d; e@f", &[("Ann", "a@b"), ("", "c@d"), ("", "e@f")]);
        takes("a@b\r\nc@d\n\n , ;e@f,", &[("", "a@b"), ("", "c@d"), ("", "e@f")]);
        takes("\"Bee, Ann\" <a@b>,\t<c@d>", &[("Bee, Ann", "a@b"), ("", "c@d")]);
        takes("John Q. Public <j@b>", &[("John Q. Public", "j@b")]);
        takes("\"Joe \\\"Q\\\" \\\\ P\" <a@b>", &[("Joe \"Q\" \\ P", "a@b")]);
        takes("Ann \"Bee; C\" D <a@b>", &[("Ann Bee; C D", "a@b")]);
        takes("\"j. p\"@b.example", &[("", "\"j. p\"@b.example")]);
        takes("mailto:a@b, Ann <MAILTO:c@d>", &[("", "a@b"), ("Ann", "c@d")]);
        takes("ann@b.example <ann@b.example>", &[("ann@b.example", "ann@b.example")]);
        takes("ירון <y@b.example>", &[("ירון", "y@b.example")]);
        takes("Ann <a@bücher.example>", &[("Ann", "a@bücher.example")]);
        takes(" \u{200b} ", &[]);
    }

    #[test]
    fn groups_are_dissolved() {
        takes("Team: a@b, Ben <c@d>; e@f", &[("", "a@b"), ("Ben", "c@d"), ("", "e@f")]);
        takes("undisclosed-recipients:;", &[]);
        takes("a@[IPv6:2001:db8::1]; b@c", &[("", "a@[IPv6:2001:db8::1]"), ("", "b@c")]);
    }

    #[test]
    fn each_entry_that_is_wrong_is_told_by_its_own_text() {
        refuses("Ann, b@c, d@", &[("Ann", AddressFault::NoAddress), ("d@", AddressFault::NoDomain)]);
        refuses("Ann b@c", &[("Ann b@c", AddressFault::Blank)]);
        refuses("a..b@c, d@e..f", &[("a..b@c", AddressFault::Dots), ("d@e..f", AddressFault::Dots)]);
        refuses("a@b (at work, mostly)", &[("a@b (at work, mostly)", AddressFault::Comment)]);
        refuses("Ann <a@b, c@d>", &[("Ann <a@b", AddressFault::Unclosed), ("c@d>", AddressFault::Unclosed)]);
        refuses("\"Ann <a@b>\nc@d", &[("\"Ann <a@b>", AddressFault::Unclosed)]);
        refuses("Ann <a@b> c@d", &[("Ann <a@b> c@d", AddressFault::Behind)]);
        refuses("<>", &[("<>", AddressFault::NoAddress)]);
        refuses("https://b.example", &[("https://b.example", AddressFault::NoAddress)]);
        refuses("a@b\0", &[("a@b\0", AddressFault::Character('\0'))]); // I-05
        refuses("a@b\rBcc: c@d", &[("a@b\rBcc: c@d", AddressFault::Character('\r'))]); // I-05
    }

    #[test]
    fn what_is_not_finished_is_kept() {
        let so_far = recipients_so_far("Ann <a@b>, ben, \"cy");
        assert_eq!(so_far[0].addr, "a@b");
        assert_eq!((so_far[1].name.as_str(), so_far[2].name.as_str()), ("ben", "\"cy"));
        assert_eq!(recipients_field(&so_far), "Ann <a@b>, ben, \"cy");
    }

    #[test]
    fn long_lists_cost_linear_time() {
        for piece in ["a@b,", "\"", "(", "\\\"", "a:", ":;", "<", "@", "a@b\n"] {
            let typed = piece.repeat(200_000 / piece.len());
            let begun = std::time::Instant::now();
            let _ = recipients(&typed);
            assert!(begun.elapsed().as_secs() < 3, "{piece:?} took {:?}", begun.elapsed()); // D-04
        }
    }

    proptest! {
        #[test]
        fn a_field_is_read_back(names in proptest::collection::vec("\\PC{0,20}", 0..5)) {
            let typed: Vec<Address> = names
                .iter()
                .map(|name| Address { name: one_line(name), addr: "ann@b.example".to_owned() })
                .collect();
            prop_assert_eq!(recipients(&recipients_field(&typed)), Ok(typed));
        }

        #[test]
        fn nothing_that_is_taken_can_break_a_line(text in "[a-c@<>\",;:()\\\\ .\r\n\\x00é\\-]{0,60}") { // I-05
            for address in recipients(&text).unwrap_or_default() {
                let both = format!("{}{}", address.name, address.addr);
                prop_assert!(!both.chars().any(char::is_control), "{both:?}");
            }
        }
    }
}
