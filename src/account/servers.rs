//! Which mail server serves whom.

use super::by_domain::ByDomain;
use crate::imap::Dialer;

/// The IMAP servers the operator configured; whoever has none can't sign in.
pub type Servers = ByDomain<Dialer>;
