//! Which submission server sends whose mail.

use super::by_domain::ByDomain;
use crate::smtp::Submitter;

/// Where somebody's mail leaves.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The server.
    pub submitter: Submitter,
    /// Whether it puts what it sends into Sent by itself.
    pub files_sent: bool,
}

/// The submission servers the operator configured; whoever has none reads only.
pub type Submission = ByDomain<Outgoing>;
