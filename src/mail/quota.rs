//! How full the account is (RFC 9208).

/// Storage of one quota root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Bytes in use.
    pub used: u64,
    /// Bytes allowed; never 0.
    pub limit: u64,
}

impl Quota {
    /// How full, in percent, rounded down; above 100 where the server lets it.
    pub fn percent(&self) -> u64 {
        self.used.saturating_mul(100) / self.limit.max(1)
    }
}
