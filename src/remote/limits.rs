//! How much is asked of other people's servers, and how much is taken from them (`P-03`, `P-04`).

use std::time::Duration;

/// The bounds of one [`super::Client`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For a connection with its TLS.
    pub connect: Duration,
    /// For all of it: name, connections, redirects, body.
    pub whole: Duration,
    /// For a free place before it begins.
    pub wait: Duration,
    /// Octets of a body.
    pub body: usize,
    /// Redirects that are followed.
    pub redirects: usize,
    /// At the same time, in this process.
    pub parallel: usize,
    /// At the same time, for one person.
    pub parallel_per_person: usize,
    /// Octets of pictures that are remembered.
    pub cache: usize,
    /// How long a picture is remembered.
    pub fresh: Duration,
    /// How long it is remembered that none came.
    pub failed: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            whole: Duration::from_secs(10),
            wait: Duration::from_secs(20),
            body: 5 << 20,
            redirects: 3,
            parallel: 20,
            parallel_per_person: 6,
            cache: 64 << 20,
            fresh: Duration::from_secs(3600),
            failed: Duration::from_secs(60),
        }
    }
}
