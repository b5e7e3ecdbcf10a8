//! A form of the settings as somebody filled it in: checked field by field, and given back with everything typed where
//! something is in the way (422).

use actix_web::http::StatusCode;
use serde::Serialize;

use super::form::Fields;
use super::locale::Locale;
use super::shown::clean;
use super::typed_people::hint;
use crate::account::recipients;
use crate::mail::{Address, NotAnAddress};

/// The longest field of addresses, in characters.
const LONGEST_ADDRESSES: usize = 5_000;
/// The most addresses in one field.
const MOST_ADDRESSES: usize = 20;

/// So many wrong addresses of a field are told, each with what is wrong.
const TOLD: usize = 3;

/// Why a field can't be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Problem {
    /// Nothing is in it, and something must be.
    Missing,
    /// A control character, where one would begin another header field or end the text (`I-05`).
    Control,
    /// It has more characters than this.
    TooLong(usize),
    /// Something else than one mail address stands there.
    NotOneAddress,
    /// These are no mail addresses.
    NotAddresses(Vec<NotAnAddress>),
    /// There are more addresses than this.
    TooMany(usize),
    /// The operator does not allow to write from it.
    NotAllowed,
}

/// What was sent, and what is in the way.
pub(super) struct Sheet<'a> {
    fields: &'a Fields,
    problems: Vec<(&'static str, Problem)>,
}

/// A form: of which one of the things that are kept, none for a new one; what stands in it; and what of it is in the way.
pub(super) struct Form<'a, T> {
    /// Its number.
    pub number: Option<u32>,
    /// What stands there, as it was typed or is kept.
    pub typed: T,
    /// Which fields, and why.
    pub problems: &'a [(&'static str, Problem)],
}

impl<T> Form<'_, T> {
    /// 422 where something is in the way.
    pub(super) fn status(&self) -> StatusCode {
        if self.problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
    }
}

/// A field to type into, as it is drawn.
#[derive(Serialize, Default)]
pub(super) struct Field {
    name: &'static str,
    label: String,
    hint: String,
    value: String,
    problem: String,
    described_by: String,
    /// Lines of a text; 0 for a field of one line.
    rows: u8,
    /// What a browser may fill in (WCAG 1.3.5).
    autocomplete: &'static str,
    /// Whether addresses belong into it.
    addresses: bool,
    /// Whether it is where to begin.
    first: bool,
}

impl<'a> Sheet<'a> {
    /// As it came.
    pub(super) fn new(fields: &'a Fields) -> Self {
        Self { fields, problems: Vec::new() }
    }

    /// What `read` makes of a field; where it can't, the problem is noted and there is nothing.
    pub(super) fn take<T: Default>(&mut self, name: &'static str, read: impl FnOnce(&str) -> Result<T, Problem>) -> T {
        read(self.fields.one(name).unwrap_or_default()).unwrap_or_else(|problem| {
            self.problems.push((name, problem));
            T::default()
        })
    }

    /// Notes what is in the way of a field that was read already.
    pub(super) fn note(&mut self, name: &'static str, problem: Problem) {
        self.problems.push((name, problem));
    }

    /// Whether a box is ticked.
    pub(super) fn ticked(&self, name: &str) -> bool {
        self.fields.one(name).is_some()
    }

    /// What is in the way, in the order of the fields.
    pub(super) fn problems(self) -> Vec<(&'static str, Problem)> {
        self.problems
    }
}

impl Field {
    /// A field called `name`, labelled with the text of `label`.
    pub(super) fn new(name: &'static str, label: &str, value: impl Into<String>, locale: &Locale) -> Self {
        Self { name, label: locale.text(label).to_owned(), value: value.into(), ..Self::default() }
    }

    /// With the text of `hint` below it.
    pub(super) fn hint(self, hint: &str, locale: &Locale) -> Self {
        let described_by = format!("{}-hint", self.name);
        Self { hint: locale.text(hint).to_owned(), described_by, ..self }
    }

    /// For a text of several lines.
    pub(super) fn rows(self, rows: u8) -> Self {
        Self { rows, ..self }
    }

    /// For what a browser knows of its owner.
    pub(super) fn autocomplete(self, autocomplete: &'static str) -> Self {
        Self { autocomplete, ..self }
    }

    /// For mail addresses.
    pub(super) fn of_addresses(self) -> Self {
        Self { addresses: true, ..self }
    }

    /// With what is in the way of it; the first of all is where to begin.
    pub(super) fn marked(self, problems: &[(&'static str, Problem)], locale: &Locale) -> Self {
        let Some((_, problem)) = problems.iter().find(|(name, _)| *name == self.name) else { return self };
        let described_by = format!("{}-error {}", self.name, self.described_by).trim_end().to_owned();
        let first = problems.first().is_some_and(|(name, _)| *name == self.name);
        Self { problem: problem.in_words(locale), described_by, first, ..self }
    }
}

impl Problem {
    /// What is wrong, and what would be right.
    pub(super) fn in_words(&self, locale: &Locale) -> String {
        let number = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        match self {
            Self::Missing => locale.text("field-missing").to_owned(),
            Self::Control => locale.text("field-control").to_owned(),
            Self::TooLong(most) => locale.language.count("field-too-long", number(*most), []),
            Self::NotOneAddress => locale.text("field-not-an-address").to_owned(),
            Self::NotAddresses(wrong) => {
                let said = |one: &NotAnAddress| {
                    let (address, hint) = (clean(&one.text), hint(one.why, locale));
                    locale.language.say("field-wrong-address", [("address", address.into()), ("hint", hint.into())])
                };
                wrong.iter().take(TOLD).map(said).collect::<Vec<_>>().join(" ")
            }
            Self::TooMany(most) => locale.language.count("field-too-many", number(*most), []),
            Self::NotAllowed => locale.text("field-not-allowed").to_owned(),
        }
    }
}

/// One line of at most `most` characters, without the blanks around it. CR, LF, NUL and the like are refused, not
/// taken out: what stands behind one was not typed into this field by a person (`I-05`).
pub(super) fn line(text: &str, most: usize) -> Result<String, Problem> {
    let line = text.trim_matches(' ');
    if line.chars().any(char::is_control) {
        return Err(Problem::Control);
    }
    bounded(line, most)
}

/// As [`line()`], and not empty.
pub(super) fn some_line(text: &str, most: usize) -> Result<String, Problem> {
    line(text, most).and_then(|line| if line.is_empty() { Err(Problem::Missing) } else { Ok(line) })
}

/// A text of several lines, of at most `most` characters: lines end in LF, empty lines around it go.
pub(super) fn lines(text: &str, most: usize) -> Result<String, Problem> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(Problem::Control);
    }
    bounded(text.trim_start_matches('\n').trim_end(), most)
}

fn bounded(text: &str, most: usize) -> Result<String, Problem> {
    if text.chars().nth(most).is_some() { Err(Problem::TooLong(most)) } else { Ok(text.to_owned()) }
}

/// A mail address and nothing else.
pub(super) fn address(text: &str) -> Result<String, Problem> {
    match addresses(text)?.as_slice() {
        [] => Err(Problem::Missing),
        [one] if one.name.is_empty() => Ok(one.addr.clone()),
        _ => Err(Problem::NotOneAddress),
    }
}

/// Mail addresses with commas between them, with or without names; perhaps none.
pub(super) fn addresses(text: &str) -> Result<Vec<Address>, Problem> {
    let whole = line(text, LONGEST_ADDRESSES)?;
    let addresses = recipients(&whole).map_err(Problem::NotAddresses)?;
    if addresses.len() > MOST_ADDRESSES { Err(Problem::TooMany(MOST_ADDRESSES)) } else { Ok(addresses) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::AddressFault;

    #[test]
    fn no_field_of_one_line_takes_a_second() {
        for wrong in ["Ann\r\nBcc: all@example.org", "Ann\n", "a\0b", "a\tb", "\u{85}"] {
            assert_eq!(line(wrong, 100), Err(Problem::Control), "{wrong:?}"); // I-05
            assert_eq!(address(wrong), Err(Problem::Control), "{wrong:?}");
        }
        assert_eq!(line(" Ann Ünal ", 100).unwrap(), "Ann Ünal");
        assert_eq!(line("äöü", 2), Err(Problem::TooLong(2)));
        assert_eq!(some_line("  ", 2), Err(Problem::Missing));
    }

    #[test]
    fn a_text_keeps_its_lines_and_nothing_else_of_what_controls() {
        assert_eq!(lines("\r\nAnn\r\n\r\nHarbour\rx  \r\n", 100).unwrap(), "Ann\n\nHarbour\nx");
        assert_eq!(lines("a\0b", 100), Err(Problem::Control)); // I-05
        assert_eq!(lines("\u{1b}[2J", 100), Err(Problem::Control));
    }

    #[test]
    fn an_address_is_an_address() {
        for right in
            ["ann@example.org", "a.b+c_d=e@sub.example.org", "büro@bücher.example", "ann@localhost", "o'neil@x.ie"]
        {
            assert_eq!(address(right).unwrap(), right);
        }
        for wrong in [
            "ann",
            "ann@",
            "@example.org",
            "ann@@example.org",
            "a b@example.org",
            "ann@example..org",
            ".ann@example.org",
            "ann.@example.org",
            "Ann <ann@example.org>",
            "ann@exam ple.org",
            "ann@-x.org",
        ] {
            let refused = address(wrong).unwrap_err();
            assert!(matches!(refused, Problem::NotAddresses(_) | Problem::NotOneAddress), "{wrong}");
        }
        let why = |text: &str| match address(text) {
            Err(Problem::NotAddresses(wrong)) => wrong.first().map(|one| one.why),
            _ => None,
        };
        assert_eq!(why(&format!("{}@example.org", "x".repeat(65))), Some(AddressFault::TooLong));
        assert_eq!((why("ann"), why("ann@")), (Some(AddressFault::NoAddress), Some(AddressFault::NoDomain)));
        assert_eq!(address(" "), Err(Problem::Missing));
        let two: Vec<String> =
            addresses("a@x.org, \"Berg, B.\" <b@x.org>;").unwrap().into_iter().map(|address| address.addr).collect();
        assert_eq!(two, ["a@x.org", "b@x.org"]);
        assert!(matches!(addresses("a@x.org b@x.org"), Err(Problem::NotAddresses(_))));
        assert_eq!(addresses(""), Ok(Vec::new()));
        assert_eq!(addresses(&"a@x.org,".repeat(21)), Err(Problem::TooMany(20)));
    }
}
