//! Whom a person wrote to: remembered when something is sent, and suggested when something is typed.

use std::time::Duration;

use tokio::time::timeout;

use super::error::Error;
use super::fold::Wanted;
use super::identities::identities_of;
use super::own_addresses::same;
use super::visit::Visit;
use super::writing::{Writing, keep_writing, writing_of};
use crate::mail::{Address, Moment};
use crate::store::unix_now;

/// How long Sent may take; what is typed waits for it.
const PATIENCE: Duration = Duration::from_millis(500);
/// How many are suggested at once.
const MOST_SUGGESTED: usize = 8;
/// Of a message to more people than this nobody is remembered: it is a mailing, and whom one writes to is not who is
/// in it.
const MOST_REMEMBERED: usize = 50;
/// The longest name that is remembered, in characters; what is longer is none.
const LONGEST_NAME: usize = 200;

/// Remembers the recipients of what was sent, or is on its way, and the first time those whom Sent tells of too; the
/// writer's own addresses are left out. It was sent whether or not this works: a failure is for the log.
pub(super) async fn remember(recipients: impl Iterator<Item = &Address>, visit: &Visit) {
    if let Err(error) = try_to_remember(recipients, visit).await {
        tracing::warn!(status = %error, "the recipients of a message are not remembered");
    }
}

async fn try_to_remember(recipients: impl Iterator<Item = &Address>, visit: &Visit) -> Result<(), Error> {
    let writing = writing_of(visit).await?;
    if !writing.collects {
        return Ok(());
    }
    let now = unix_now();
    let known = before_anybody_took_note(&writing, visit).await;
    let mut people: Vec<(&str, &str, i64)> = Vec::new();
    // oldest first: the last name that was said is kept
    for (address, at) in known.iter().flatten().rev() {
        people.push((name_of(address), &address.addr, at.seconds.min(now)));
    }
    let mut these: Vec<&Address> = Vec::new();
    for address in recipients {
        if !these.iter().any(|known| same(&known.addr, &address.addr)) {
            these.push(address);
        }
    }
    if these.len() <= MOST_REMEMBERED {
        people.extend(these.into_iter().map(|address| (name_of(address), address.addr.as_str(), now)));
    }
    let identities = identities_of(visit).await?;
    let is_own = |addr: &str| identities.iter().any(|identity| same(&identity.address.addr, addr));
    people.retain(|(_, addr, _)| addr.contains('@') && !is_own(addr));
    let (state, user) = (&visit.state, visit.account().user());
    state.store.recipients().note(user, &people, &state.key).await.map_err(Error::broken)?;
    if known.is_some() && !writing.acquainted {
        keep_writing(&Writing { acquainted: true, ..writing }, visit).await?;
    }
    Ok(())
}

/// People whose name or address begins with what was typed, the most used first; one's own addresses last.
pub(super) async fn suggest(typed: &str, visit: &Visit) -> Result<Vec<Address>, Error> {
    let wanted = Wanted::new(typed);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let (state, user) = (&visit.state, visit.account().user());
    let known = state.store.recipients().list(user, &state.key).await.map_err(Error::broken)?;
    let known = known.into_iter().map(|known| Address { name: known.name, addr: known.address });
    let before = before_anybody_took_note(&writing_of(visit).await?, visit).await.unwrap_or_default();
    let before = before.into_iter().map(|(address, _)| Address { name: name_of(&address).to_owned(), ..address });
    let own = identities_of(visit).await?.into_iter().map(|identity| identity.address);
    let mut found: Vec<Address> = Vec::new();
    for address in known.chain(before).chain(own).filter(|address| wanted.means(&address.name, &address.addr)) {
        if found.len() == MOST_SUGGESTED {
            break;
        }
        if !found.iter().any(|one| same(&one.addr, &address.addr)) {
            found.push(address);
        }
    }
    Ok(found)
}

/// Whom Sent tells of, the newest first, as long as they are not among the recipients: what is only looked at changes
/// nothing (`C-02`), so they come in with the first message that is sent. `None` where Sent can't be had now: one goes
/// on without them, and finds them with the next letter, for what was begun goes on.
async fn before_anybody_took_note(writing: &Writing, visit: &Visit) -> Option<Vec<(Address, Moment)>> {
    if writing.acquainted || !writing.collects {
        return Some(Vec::new());
    }
    let account = visit.account().clone();
    let asked = actix_web::rt::spawn(async move { account.acquaintances().await });
    timeout(PATIENCE, asked).await.ok()?.ok()?.ok()
}

/// A name worth remembering: on one line, of bearable length, and no address.
fn name_of(address: &Address) -> &str {
    let name = address.name.trim();
    let strange = name.contains('@') || name.chars().any(char::is_control) || name.chars().count() > LONGEST_NAME;
    if strange { "" } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_none_is_not_remembered() {
        let name = |name: &str| name_of(&Address { name: name.to_owned(), addr: "a@x.example".to_owned() }).to_owned();
        assert_eq!(name(" Tove Berg "), "Tove Berg");
        for strange in ["a@x.example", "Tove\r\nBcc: x", &"x".repeat(201)] {
            assert_eq!(name(strange), "", "{strange}"); // I-05
        }
    }
}
