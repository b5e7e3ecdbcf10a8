//! The POP3 floor: what a POP client would see of a mailbox, and fetches out of it (RFC 1939, 2449, 2595, 5034).
//!
//! What it promises: every answer has a deadline and a limit, however long a line or a list is; a password goes over TLS that is
//! believed (or, where the configuration says so, over loopback), and once; and nothing is deleted unless [`Maildrop::delete`] was
//! called and [`Maildrop::quit`] after it: a connection that is dropped has deleted nothing (RFC 1939 6).
//!
//! What it leaves to others: what a message is (`mime`), and where it goes (`account`).

mod dial;
mod dots;
mod error;
mod maildrop;
mod offers;
mod probe;
mod sign_in;
mod talk;

pub use dial::Dialer;
pub use error::Error;
pub use maildrop::{Maildrop, Total};
pub use offers::Offers;
pub use probe::{Probe, probe};

pub use crate::tls::{Connect, Connecting, Server as Pop3Server, Tls};
