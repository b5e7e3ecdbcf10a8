//! What the server or the wire did.

/// Why a command has no answer, or not the wished one. Nothing of it holds what the server said: that may name people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nothing answers at the address.
    #[error("cannot connect: {0}")]
    Connect(String),
    /// TLS failed: wrong name, unknown or expired certificate, no STLS where it is demanded, or somebody spoke in between.
    #[error("not secure: {0}")]
    Insecure(String),
    /// The server refused name and password.
    #[error("credentials refused")]
    SignIn,
    /// The server takes neither AUTH PLAIN nor USER and PASS.
    #[error("no way to sign in")]
    NoWayToSignIn,
    /// Another program has the maildrop open, and this server lets in one at a time (`[IN-USE]`, RFC 2449 8.1.2).
    #[error("the maildrop is in use")]
    InUse,
    /// The server can't now, or was asked too often (`[SYS/TEMP]`, RFC 3206; `[LOGIN-DELAY]`, RFC 2449 8.1.1).
    #[error("not now")]
    Busy,
    /// `-ERR`: understood or not, it is not done.
    #[error("-ERR")]
    Refused,
    /// No answer within the deadline.
    #[error("no answer in time")]
    TimedOut,
    /// The connection ended before or inside an answer.
    #[error("connection closed")]
    Closed,
    /// What came is no POP3, or more of it than can be meant.
    #[error("not POP3: {0}")]
    Garbled(&'static str),
    /// The message is larger than whoever asked would take; the rest of it was not read, and the connection is of no further use.
    #[error("a message larger than was asked for")]
    TooLarge,
    /// Where the message was to go, it could not.
    #[error("no place for the message: {0}")]
    NoPlace(String),
    /// The argument can't be sent to any server (CR, LF, NUL).
    #[error("argument with a control character")]
    Argument,
}

impl Error {
    /// What an answer of `-ERR` means: by its code where it has one (RFC 2449 8).
    pub(super) fn of(text: &str) -> Self {
        let code = text.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(code, _)| code);
        match code.map(str::to_ascii_uppercase).as_deref() {
            Some("IN-USE") => Self::InUse,
            Some("LOGIN-DELAY" | "SYS/TEMP") => Self::Busy,
            Some("AUTH") => Self::SignIn,
            _ => Self::Refused,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_by_its_code() {
        for (text, error) in [
            ("[IN-USE] Do you have another POP session running?", Error::InUse),
            ("[login-delay] wait", Error::Busy),
            ("[SYS/TEMP] Internal error", Error::Busy),
            ("[AUTH] Authentication failed.", Error::SignIn),
            ("[SYS/PERM] no", Error::Refused),
            ("no such message", Error::Refused),
            ("[IN-USE without an end", Error::Refused),
            ("", Error::Refused),
        ] {
            assert_eq!(Error::of(text), error, "{text}");
        }
    }
}
