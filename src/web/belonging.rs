//! One of the things that a person set up for writing, as its form keeps it: an identity, a ready-made text.

use super::error::Error;
use super::flash::{FlashKind, FlashMessage};
use super::visit::Visit;
use crate::store::Belonging;

/// The number to keep it under, by what looking for it `found`. What was removed meanwhile is brought back, so that what was
/// typed is not lost; where that can't be done any more there is no number, and it is kept anew.
pub(super) async fn number_of<T>(
    found: Result<T, Error>,
    kind: Belonging,
    number: u32,
    visit: &Visit,
) -> Result<Option<u32>, Error> {
    let (state, user) = (&visit.state, visit.account().user());
    let is_there = match found {
        Err(Error::NotFound) => {
            state.store.belongings().restore(user, kind, number, &state.key).await.map_err(Error::broken)?
        }
        found => found.map(|_| true)?,
    };
    Ok(is_there.then_some(number))
}

/// What is said when it was kept; `kept` is none where there are as many as one may have, which `full` says.
pub(super) fn said(kept: Option<u32>, kind: Belonging, full: &str, visit: &Visit) -> FlashMessage {
    let language = &visit.locale.language;
    let (text, kind) = match kept {
        Some(_) => (language.text("settings-saved").to_owned(), FlashKind::Good),
        None => (language.count(full, kind.most().into(), []), FlashKind::Bad),
    };
    FlashMessage { text, kind, undo: None }
}
