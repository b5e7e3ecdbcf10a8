//! The SMTP floor: hands a finished message to the person's submission server (RFC 6409, RFC 5321).
//!
//! What it promises: a submission runs in a task of its own and to its end, whether or not anybody still waits; every step has
//! a deadline; nothing is handed over unless every recipient was taken; and whoever asks is told which it was: taken, refused,
//! never sent, or not known ([`Error::Uncertain`]). lettre writes the commands, the dots and nothing else of what matters:
//! replies are cut, limited and read here ([`line`](self)), before lettre sees a short one of ours in their place.
//!
//! What it leaves to others: the octets (`mime`), and what is done before and after (`account`).

mod dial;
mod envelope;
mod error;
mod line;
mod octets;
mod offers;
mod probe;
mod reply;
mod sign_in;
mod submit;
mod talk;

pub use envelope::Envelope;
pub use error::{Error, Said};
pub use offers::{Mechanism, Offers};
pub use probe::{Probe, probe};
pub use submit::{Accepted, Submitter};

pub use crate::tls::{Server as SmtpServer, Tls};
