//! What became of a submission that was not accepted.

use std::fmt;

/// What the server said: its code and its text, made of one line without control characters. It may name people: it is for the
/// person who sends, and for nobody's log.
#[derive(Clone, PartialEq, Eq)]
pub struct Said {
    /// The reply code (RFC 5321 4.2.1), 200 to 599.
    pub code: u16,
    /// What follows it, at most 500 characters.
    pub text: String,
}

impl Said {
    /// Whether it may go better later (`R-34`): a code from 400 to 499.
    pub fn is_temporary(&self) -> bool {
        (400..500).contains(&self.code)
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.text)
    }
}

/// The code alone: what is logged names nobody.
impl fmt::Debug for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Said({}, …)", self.code)
    }
}

/// Why a message was not accepted. After every one of them but [`Self::Uncertain`] the server has nothing of it: it can be
/// tried again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nothing answers at the address.
    #[error("cannot connect: {0}")]
    Connect(String),
    /// TLS failed: wrong name, unknown or expired certificate, no STARTTLS where it is demanded, or somebody spoke in between.
    #[error("not secure: {0}")]
    Insecure(String),
    /// The server refused name and password, or can't prove them now ([`Said::is_temporary`]).
    #[error("credentials refused: {0:?}")]
    SignIn(Said),
    /// The server wants a sign-in of a kind that we don't know: neither PLAIN nor LOGIN.
    #[error("no way to sign in")]
    NoWayToSignIn,
    /// No answer within the deadline; nothing was sent.
    #[error("no answer in time")]
    TimedOut,
    /// The connection ended before the whole message went; nothing was sent.
    #[error("connection closed")]
    Closed,
    /// What came is no SMTP, or more of it than can be meant; nothing was sent.
    #[error("not SMTP: {0}")]
    Garbled(&'static str),
    /// These can't be addresses; the server was not asked.
    #[error("{} that are no addresses", .0.len())]
    NotAddresses(Vec<String>),
    /// The server refused these recipients, so nothing was sent to anybody (`R-35`).
    #[error("{} recipients refused", .0.len())]
    Recipients(Vec<(String, Said)>),
    /// The server refused the sender.
    #[error("sender refused: {0:?}")]
    Sender(Said),
    /// The message is larger than the server takes (`R-36`); both in octets.
    #[error("{size} octets, and {limit} are taken")]
    TooLarge {
        /// Of this message.
        size: u64,
        /// What the server takes.
        limit: u64,
    },
    /// The server does not take letters outside ASCII before the `@` of an address (RFC 6531), and these have some; none: it is
    /// the message's own header.
    #[error("{} addresses outside ASCII", .0.len())]
    NeedsSmtpUtf8(Vec<String>),
    /// The server does not take 8-bit octets (RFC 6152), and the message has some: it must be built in 7-bit.
    #[error("8-bit octets are not taken")]
    NeedsEightBit,
    /// The server holds no message back, or not for so long (RFC 4865).
    #[error("messages are not held so long")]
    CannotHold,
    /// The octets are none that may go by SMTP (`I-06`).
    #[error("not sendable: {0}")]
    NotSendable(&'static str),
    /// The server refused the message: at once, at DATA or when it had all of it.
    #[error("refused: {0:?}")]
    Refused(Said),
    /// Whoever asked changed their mind before the message went.
    #[error("stopped")]
    Stopped,
    /// All of it went, and no answer came: it may have been accepted, or not (`R-33`). Never to be sent again by itself.
    #[error("not known whether it was accepted")]
    Uncertain,
}

impl Error {
    /// Whether the same message may be taken later (`R-34`). Never of [`Self::Uncertain`].
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Connect(_) | Self::TimedOut | Self::Closed => true,
            Self::SignIn(said) | Self::Sender(said) | Self::Refused(said) => said.is_temporary(),
            Self::Recipients(refused) => refused.iter().all(|(_, said)| said.is_temporary()),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(code: u16) -> Said {
        Said { code, text: "ann@example.org is not here".to_owned() }
    }

    #[test]
    fn what_may_go_better_later_is_told_from_what_will_not() {
        let refused =
            |codes: &[u16]| Error::Recipients(codes.iter().map(|code| (String::new(), said(*code))).collect());
        for (error, temporary) in [
            (Error::Refused(said(451)), true),
            (Error::Refused(said(554)), false),
            (refused(&[450, 452]), true),
            (refused(&[450, 550]), false),
            (Error::Connect(String::new()), true),
            (Error::SignIn(said(454)), true),
            (Error::SignIn(said(535)), false),
            (Error::Uncertain, false),
        ] {
            assert_eq!(error.is_temporary(), temporary, "{error:?}");
        }
    }

    #[test]
    fn what_is_logged_of_an_error_names_nobody() {
        let error = Error::Recipients(vec![("ann@example.org".to_owned(), said(550))]);
        assert!(!error.to_string().contains("ann@"));
        assert!(!format!("{:?} {}", Error::Refused(said(550)), Error::Refused(said(550))).contains("ann@"));
    }
}
