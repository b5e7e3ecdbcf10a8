//! How a person likes to write: kept by the server, so that it is the same on every device.

use serde::{Deserialize, Serialize};

use super::error::Error;
use super::visit::Visit;
use crate::store::Belonging;

/// What was chosen, or what is usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Writing {
    /// For how many seconds a sent message waits and can be taken back: one of [`Self::UNDO_SECONDS`].
    pub undo_seconds: u8,
    /// Where the text stands that is written.
    pub text: Place,
    /// Where the signature stands when the text is above the quote; else it is the last of all.
    pub signature: Place,
    /// Whether readers are asked to confirm that they read it (RFC 8098).
    pub asks_receipt: bool,
    /// Whether it is remembered whom is written to.
    pub collects: bool,
    /// Whether those who were written to before are remembered too; until then Sent is asked for them.
    pub acquainted: bool,
    /// Which identity is taken where nothing says otherwise.
    pub first_identity: u32,
}

/// On which side of the quoted message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Place {
    /// Before it.
    Above,
    /// After it.
    Below,
}

impl Default for Writing {
    fn default() -> Self {
        Self {
            undo_seconds: 10,
            text: Place::Above,
            signature: Place::Above,
            asks_receipt: false,
            collects: true,
            acquainted: false,
            first_identity: 0,
        }
    }
}

impl Writing {
    /// How long one can choose that a message waits.
    pub(super) const UNDO_SECONDS: [u8; 4] = [0, 10, 20, 30];
}

/// How this person likes to write. What can't be read is what is usual: nobody is kept from writing by it.
pub(super) async fn writing_of(visit: &Visit) -> Result<Writing, Error> {
    let (state, user) = (&visit.state, visit.account().user());
    let kept = state.store.belongings().list(user, Belonging::Writing, &state.key).await.map_err(Error::broken)?;
    Ok(kept.first().and_then(|(_, text)| serde_json::from_str(text).ok()).unwrap_or_default())
}

/// Keeps it.
pub(super) async fn keep_writing(writing: &Writing, visit: &Visit) -> Result<(), Error> {
    let (state, user) = (&visit.state, visit.account().user());
    let text = serde_json::to_string(writing).map_err(Error::broken)?;
    state.store.belongings().put(user, Belonging::Writing, 0, &text, &state.key).await.map_err(Error::broken)
}
