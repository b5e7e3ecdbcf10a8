//! The one place that writes commands (`I-01`): no text of a person or a message reaches the wire unencoded.

use crate::mail::{MailboxName, UidSet};

use super::mailbox_name;

/// A text with CR, LF or NUL: no form of it can be sent safely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a control character in an argument")]
pub struct NotAnArgument;

/// A command being written: words, and literals between them.
///
/// ```text
/// UID SEARCH CHARSET UTF-8 SUBJECT {6}␍␊Grüße
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Text up to each literal; the last has no literal after it.
    pub(super) texts: Vec<String>,
    /// The literals, one less than the texts. UTF-8, without NUL.
    pub(super) literals: Vec<String>,
}

impl Command {
    /// Begins with `words`, which are ours and fixed: never made of anybody's input.
    pub fn new(words: &'static str) -> Self {
        Self { texts: vec![words.to_owned()], literals: Vec::new() }
    }

    /// Appends fixed words, after a space.
    #[must_use]
    pub fn word(self, words: &'static str) -> Self {
        self.raw(words)
    }

    /// Appends a set of UIDs.
    #[must_use]
    pub fn uids(self, uids: &UidSet) -> Self {
        self.raw(&uids.to_string())
    }

    /// Appends a range of sequence numbers, from 1, both ends inside.
    #[must_use]
    pub(super) fn sequence(self, ranges: &[(u32, u32)]) -> Self {
        let text: Vec<_> = ranges.iter().map(|(first, last)| format!("{first}:{last}")).collect();
        self.raw(&text.join(","))
    }

    /// Appends a mailbox name in modified UTF-7 (RFC 3501 5.1.3).
    pub fn mailbox(self, name: &MailboxName) -> Result<Self, NotAnArgument> {
        Ok(self.raw(&quoted(&mailbox_name::to_wire(name))?))
    }

    /// Appends any text as one string: quoted where that is possible, else as a literal.
    pub fn string(mut self, text: &str) -> Result<Self, NotAnArgument> {
        if text.contains(['\r', '\n', '\0']) {
            return Err(NotAnArgument);
        }
        if text.is_ascii() && text.len() < 1000 {
            return Ok(self.raw(&quoted(text)?));
        }
        if let Some(last) = self.texts.last_mut() {
            last.push(' ');
        }
        self.literals.push(text.to_owned());
        self.texts.push(String::new());
        Ok(self)
    }

    /// Appends flags as a list. Keywords are atoms: any other character refuses the command.
    pub fn flags<'a>(self, flags: impl IntoIterator<Item = &'a crate::mail::Flag>) -> Result<Self, NotAnArgument> {
        let mut words = Vec::new();
        for flag in flags {
            let word = flag.as_wire();
            let bare = word.strip_prefix('\\').unwrap_or(word);
            let is_atom = |c: char| c.is_ascii_graphic() && !"(){%*\"\\]".contains(c);
            if bare.is_empty() || !bare.chars().all(is_atom) {
                return Err(NotAnArgument);
            }
            words.push(word);
        }
        Ok(self.raw(&format!("({})", words.join(" "))))
    }

    /// Appends what another part of this floor composed out of numbers and fixed words.
    #[must_use]
    pub(super) fn raw(mut self, text: &str) -> Self {
        if let Some(last) = self.texts.last_mut() {
            if !last.is_empty() || !self.literals.is_empty() {
                last.push(' ');
            }
            last.push_str(text);
        }
        self
    }
}

/// A quoted string (RFC 9051 9, `quoted`).
pub(super) fn quoted(text: &str) -> Result<String, NotAnArgument> {
    if text.contains(['\r', '\n', '\0']) {
        return Err(NotAnArgument);
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    Ok(quoted)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use proptest::prelude::*;

    use super::*;
    use crate::imap::token::{self, Value};

    /// What a server would read of the command.
    fn as_read(command: &Command) -> Vec<Value> {
        let mut line = String::new();
        for (at, text) in command.texts.iter().enumerate() {
            line.push_str(text);
            if let Some(literal) = command.literals.get(at) {
                line.push_str(&format!("{{{}}}\r\n{literal}", literal.len()));
            }
        }
        token::values(&Bytes::from(line))
    }

    proptest! {
        #[test]
        fn any_text_is_read_as_exactly_one_argument(text in "\\PC{0,40}|[\"\\\\{}+*%()0-9 ]{0,20}") {
            let command = Command::new("SEARCH SUBJECT").string(&text).unwrap().word("UNSEEN"); // I-01
            let read = as_read(&command);
            prop_assert_eq!(read.len(), 4);
            prop_assert_eq!(read.get(2).and_then(Value::text), Some(text));
        }

        #[test]
        fn any_mailbox_name_is_read_as_exactly_one_argument(text in "[^\u{0}\r\n]{1,40}") {
            let name = MailboxName::new(&text).unwrap();
            let read = as_read(&Command::new("SELECT").mailbox(&name).unwrap());
            prop_assert_eq!(read.len(), 2);
            let wire = read.get(1).and_then(Value::bytes).unwrap();
            prop_assert_eq!(mailbox_name::from_wire(wire).unwrap(), name);
        }
    }

    #[test]
    fn line_ends_and_nul_are_refused() {
        for wrong in ["a\r\nA1 LOGOUT", "a\n", "\0"] {
            assert!(Command::new("SEARCH TEXT").string(wrong).is_err());
        }
        let flag = crate::mail::Flag::Keyword("a) b".into());
        assert!(Command::new("UID STORE 1 +FLAGS").flags([&flag]).is_err());
    }
}
