//! Which POP3 server has whose mail.

use super::by_domain::ByDomain;
use crate::pop3::Dialer;

/// The POP3 servers the operator configured.
pub type PopServers = ByDomain<Dialer>;
