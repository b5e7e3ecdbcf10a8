//! What a person's own mail server found out about who sent a message (RFC 8601).

/// The findings that may be believed, and what follows from them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Authenticity {
    /// What follows.
    pub verdict: Verdict,
    /// What was found, the way each was found once or more; a message may carry several signatures.
    pub checks: Vec<Check>,
}

/// Whether the sender is who the `From` field says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody who may be believed says anything.
    #[default]
    NotChecked,
    /// The mail server vouches for this domain, the one in `From`.
    Verified {
        /// Lower case, internationalised names in ASCII (`xn--…`).
        domain: String,
    },
    /// It looked, and can't say.
    Unverified,
    /// It looked, and this domain, the one in `From`, did not send the message.
    Failed {
        /// As above.
        domain: String,
    },
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// How it was found.
    pub method: CheckMethod,
    /// What.
    pub outcome: CheckResult,
    /// The domain it is about; empty where the server named none.
    pub domain: String,
    /// Whether that domain belongs to whom the domain in `From` belongs to (RFC 7489 3.1, relaxed).
    pub aligned: bool,
}

/// How a mail server looks (RFC 8601 2.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckMethod {
    /// Whether the host that sent it may send for the domain of the envelope (RFC 7208).
    Spf,
    /// Whether a domain signed it, and nobody changed it since (RFC 6376).
    Dkim,
    /// Whether one of both speaks for the domain in `From` (RFC 7489).
    Dmarc,
    /// What servers on the way said they had found (RFC 8617): for information, no verdict is made of it.
    Arc,
}

/// What it found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckResult {
    /// It holds.
    Pass,
    /// It does not.
    Fail,
    /// It does not, and the domain's owner is not sure of the own list (SPF).
    SoftFail,
    /// The owner says nothing, or the server's own rules kept it from deciding.
    Neutral,
    /// There is nothing to check: no signature, no record.
    None,
    /// It could not be checked.
    Error,
}

impl Authenticity {
    /// Whether the mail server vouches for the domain in `From`.
    pub fn is_verified(&self) -> bool {
        matches!(self.verdict, Verdict::Verified { .. })
    }

    /// The domains whose signatures hold (DKIM).
    pub fn signers(&self) -> impl Iterator<Item = &str> {
        let holds = |check: &&Check| check.method == CheckMethod::Dkim && check.outcome == CheckResult::Pass;
        self.checks.iter().filter(holds).map(|check| check.domain.as_str())
    }
}
