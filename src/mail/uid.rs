//! The numbers that name messages and states of a mailbox (RFC 9051 2.3.1).

use std::fmt;
use std::num::{NonZeroU32, NonZeroU64};
use std::str::FromStr;

/// A text that names no UID, UIDVALIDITY or mod-sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a number between 1 and 4294967295")]
pub struct NotAUid;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(NonZeroU32);

        impl $name {
            /// The number, unless it is zero.
            pub fn new(number: u32) -> Option<Self> {
                NonZeroU32::new(number).map(Self)
            }

            /// The bare number.
            pub fn number(self) -> u32 {
                self.0.get()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAUid;

            fn from_str(text: &str) -> Result<Self, NotAUid> {
                // `parse` would take "+7"; an address has one spelling only
                if text.is_empty() || text.starts_with('0') || !text.bytes().all(|b| b.is_ascii_digit()) {
                    return Err(NotAUid);
                }
                text.parse().ok().map(Self).ok_or(NotAUid)
            }
        }
    };
}

number! {
    /// Names a message in a mailbox for as long as the mailbox keeps its [`UidValidity`].
    Uid
}

number! {
    /// Changes when a server had to number a mailbox anew; UIDs of before mean nothing then.
    UidValidity
}

/// A mailbox's or message's mod-sequence (RFC 7162 3.1): grows with each change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModSeq(NonZeroU64);

impl ModSeq {
    /// The number, unless it is zero.
    pub fn new(number: u64) -> Option<Self> {
        NonZeroU64::new(number).map(Self)
    }

    /// The bare number.
    pub fn number(self) -> u64 {
        self.0.get()
    }
}

impl fmt::Display for ModSeq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_positive_numbers_are_uids() {
        assert_eq!("42".parse::<Uid>().unwrap().number(), 42);
        for wrong in ["", "0", "01", "+1", "-1", "1 ", "4294967296", "٣", "1:2"] {
            assert_eq!(wrong.parse::<Uid>(), Err(NotAUid), "{wrong:?}"); // C-09
        }
    }
}
