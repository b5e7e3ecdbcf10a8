//! Mailbox names between the wire and the screen.

use std::borrow::Cow;

use bytes::Bytes;

use super::{token, utf7};
use crate::mail::{MailboxName, NotAMailboxName};

/// The name to write; the server's own bytes where our encoding would name another mailbox (`I-02`).
pub(super) fn to_wire(name: &MailboxName) -> Cow<'_, str> {
    match name.wire_form().map(std::str::from_utf8) {
        Some(Ok(wire)) => wire.into(),
        _ => utf7::encode(name.as_str()).into(),
    }
}

/// The name a server wrote.
pub(super) fn from_wire(wire: &Bytes) -> Result<MailboxName, NotAMailboxName> {
    match utf7::decode(wire) {
        Some(text) => MailboxName::new(&text),
        None => MailboxName::with_wire_form(&token::lenient(wire), wire),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_name_is_sent_back_as_it_came() {
        for odd in ["Kunden & Co", "Entwürfe", "&XX"] {
            let name = from_wire(&Bytes::copy_from_slice(odd.as_bytes())).unwrap();
            assert_eq!(name.as_str(), odd);
            assert_eq!(to_wire(&name), odd); // I-02
        }
    }
}
