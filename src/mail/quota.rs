//! How full the account is (RFC 9208).

/// How much of something is in use, and how much may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Use {
    /// Octets or messages in use.
    pub used: u64,
    /// Octets or messages allowed, never 0; `None`: the server sets no limit.
    pub limit: Option<u64>,
}

/// What quota can be counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Resource {
    /// Octets.
    Storage,
    /// Messages.
    Messages,
}

/// What counts against the same limits (RFC 9208 3.2). An account has none, one, or several that hold at once.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct QuotaRoot {
    /// The server's name of it; may be empty.
    pub name: String,
    /// Octets.
    pub storage: Option<Use>,
    /// Messages.
    pub messages: Option<Use>,
}

/// All that is known of how full the account is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Quota {
    /// The roots of the inbox, as the server told. Empty: it has none, or does not tell.
    pub roots: Vec<QuotaRoot>,
    /// Octets of all own mailboxes, summed up here, where the server does not tell how much is in use: an estimate, without a limit.
    pub estimate: Option<u64>,
}

/// The limit that will be met first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fullest {
    /// What is limited.
    pub resource: Resource,
    /// How much of it is in use.
    pub used: u64,
    /// How much may be; never 0.
    pub limit: u64,
}

/// What follows from how full an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Fullness {
    /// There is room, or nobody knows.
    #[default]
    Roomy,
    /// 80 % are in use.
    Filling,
    /// 90 % are in use.
    AlmostFull,
    /// All is in use: new mail is returned to its sender.
    Full,
}

impl Quota {
    /// The limit that will be met first: of all roots and resources the one with the least room, in its own measure.
    pub fn fullest(&self) -> Option<Fullest> {
        let all = self.roots.iter().flat_map(|root| {
            let limited = |resource, of: Option<Use>| {
                of.and_then(|of| of.limit.map(|limit| Fullest { resource, used: of.used, limit }))
            };
            [limited(Resource::Storage, root.storage), limited(Resource::Messages, root.messages)]
        });
        // storage, which people know, where both are as full
        all.flatten().reduce(|one, other| if other.share() > one.share() { other } else { one })
    }

    /// Octets in use, as told or estimated; the most of all roots, since several hold at once.
    pub fn octets(&self) -> Option<u64> {
        self.roots.iter().filter_map(|root| root.storage).map(|storage| storage.used).max().or(self.estimate)
    }

    /// What follows from it.
    pub fn fullness(&self) -> Fullness {
        self.fullest().map_or(Fullness::Roomy, |fullest| fullest.fullness())
    }
}

impl Fullest {
    /// How full, in percent, rounded down; above 100 where the server lets it.
    pub fn percent(&self) -> u64 {
        u64::try_from(u128::from(self.used) * 100 / u128::from(self.limit.max(1))).unwrap_or(u64::MAX)
    }

    /// What follows from it.
    pub fn fullness(&self) -> Fullness {
        match self.percent() {
            100.. => Fullness::Full,
            90.. => Fullness::AlmostFull,
            80.. => Fullness::Filling,
            _ => Fullness::Roomy,
        }
    }

    /// In billionths, to compare.
    fn share(&self) -> u128 {
        u128::from(self.used) * 1_000_000_000 / u128::from(self.limit.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(used: u64, limit: u64) -> Option<Use> {
        Some(Use { used, limit: Some(limit) })
    }

    #[test]
    fn of_several_limits_the_one_that_is_met_first_counts() {
        let user = QuotaRoot { name: "user".into(), storage: of(50, 100), messages: of(95, 100) };
        let domain = QuotaRoot { name: "domain".into(), storage: of(900, 1_000), messages: None };
        let quota = Quota { roots: vec![user, domain], estimate: None };
        assert_eq!(quota.fullest(), Some(Fullest { resource: Resource::Messages, used: 95, limit: 100 }));
        assert_eq!((quota.octets(), quota.fullness()), (Some(900), Fullness::AlmostFull));
    }

    #[test]
    fn without_a_limit_nothing_is_full() {
        let root = QuotaRoot { storage: Some(Use { used: u64::MAX, limit: None }), ..QuotaRoot::default() };
        let quota = Quota { roots: vec![root], estimate: None };
        assert_eq!((quota.fullest(), quota.fullness(), quota.octets()), (None, Fullness::Roomy, Some(u64::MAX)));
        assert_eq!(Quota { roots: Vec::new(), estimate: Some(5) }.octets(), Some(5));
    }

    #[test]
    fn a_step_is_reached_with_its_last_octet() {
        let fullness = |used| Fullest { resource: Resource::Storage, used, limit: 1_000 }.fullness();
        assert_eq!([799, 800, 899, 900, 999, 1_000, 5_000].map(fullness), {
            use Fullness::*;
            [Roomy, Filling, Filling, AlmostFull, AlmostFull, Full, Full]
        });
        assert_eq!(Fullest { resource: Resource::Storage, used: u64::MAX, limit: 1 }.percent(), u64::MAX);
    }
}
