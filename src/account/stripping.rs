//! Removing attachments and keeping their messages.

use serde::{Deserialize, Serialize};

use super::job::{Place, Step};
use super::keeper::Keeper;
use super::{Account, Error, on_paper};
use crate::mail::Selection;

/// Whose attachments go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stripping {
    /// Of these messages, and of no others.
    #[serde(with = "on_paper::selections")]
    pub from: Vec<Selection>,
    /// What is removed beside attachments, and from what.
    pub wanted: Wanted,
    /// What stands in the place of each.
    pub note: Note,
}

/// What is removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Pictures that stand in the text go as well.
    pub inline_pictures: bool,
    /// Signed messages too, though their signature does not hold any more.
    pub signed: bool,
}

/// What stands in the place of a removed part: the page brings its words along, since nobody here speaks a language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// A text of one or more lines in which `{name}`, `{type}`, `{size}` and `{date}` are put in.
    pub text: String,
    /// When they are removed, as it is shown.
    pub date: String,
}

impl Stripping {
    pub(super) fn total(&self) -> u64 {
        self.from.iter().map(|one| one.uids.len() as u64).sum()
    }
}

pub(super) async fn step(
    _account: &Account,
    _stripping: &Stripping,
    place: Place,
    _keeper: &mut Keeper,
) -> Result<Step, Error> {
    Ok(Step::Done(place))
}
