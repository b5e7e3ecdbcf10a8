//! What is marked on a message (RFC 9051 2.3.2).

use std::fmt;

/// One mark, in the server's own words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flag {
    /// Read.
    Seen,
    /// Answered.
    Answered,
    /// Starred.
    Flagged,
    /// Marked for removal.
    Deleted,
    /// Unfinished.
    Draft,
    /// `$Forwarded` (RFC 5550 5.9): sent on.
    Forwarded,
    /// `$Junk` (IANA IMAP keywords): unwanted.
    Junk,
    /// `$NotJunk`: wanted after all.
    NotJunk,
    /// `$MDNSent` (RFC 3503): a receipt that was asked for was sent, or refused; nobody is to ask once more.
    ReceiptSent,
    /// Any other keyword, and system flags of the future.
    Keyword(Box<str>),
}

impl Flag {
    /// Reads the wire spelling; letter case does not matter (RFC 9051 2.3.2).
    pub fn from_wire(text: &str) -> Self {
        const KNOWN: [Flag; 9] = [
            Flag::Seen,
            Flag::Answered,
            Flag::Flagged,
            Flag::Deleted,
            Flag::Draft,
            Flag::Forwarded,
            Flag::Junk,
            Flag::NotJunk,
            Flag::ReceiptSent,
        ];
        KNOWN
            .into_iter()
            .find(|flag| flag.as_wire().eq_ignore_ascii_case(text))
            .unwrap_or_else(|| Self::Keyword(text.into()))
    }

    /// The spelling on the wire.
    pub fn as_wire(&self) -> &str {
        match self {
            Self::Seen => "\\Seen",
            Self::Answered => "\\Answered",
            Self::Flagged => "\\Flagged",
            Self::Deleted => "\\Deleted",
            Self::Draft => "\\Draft",
            Self::Forwarded => "$Forwarded",
            Self::Junk => "$Junk",
            Self::NotJunk => "$NotJunk",
            Self::ReceiptSent => "$MDNSent",
            Self::Keyword(text) => text,
        }
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_wire())
    }
}

/// All marks of one message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flags(Vec<Flag>);

impl Flags {
    /// Whether `flag` is set.
    pub fn contains(&self, flag: &Flag) -> bool {
        self.0.contains(flag)
    }

    /// Sets or clears one.
    pub fn set(&mut self, flag: &Flag, on: bool) {
        self.0.retain(|other| other != flag);
        if on {
            self.0.push(flag.clone());
            self.0.sort_unstable();
        }
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Flag> {
        self.0.iter()
    }
}

impl FromIterator<Flag> for Flags {
    fn from_iter<T: IntoIterator<Item = Flag>>(flags: T) -> Self {
        let mut flags: Vec<_> = flags.into_iter().collect();
        flags.sort_unstable();
        flags.dedup();
        Self(flags)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_spelling_is_read_in_any_case_and_unknown_words_are_kept() {
        assert_eq!(Flag::from_wire("\\SEEN"), Flag::Seen);
        assert_eq!(Flag::from_wire("$label1").as_wire(), "$label1");
    }
}
