//! As whom a person writes: what is kept of each identity, and which of them may be used.

use serde::{Deserialize, Serialize};

use super::error::Error;
use super::own_addresses::OwnAddresses;
use super::visit::Visit;
use super::writing::{Writing, writing_of};
use crate::mail::{Address, Identity};
use crate::store::Belonging;

/// What is kept of an identity: everything but its number and whether it is the first.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    name: String,
    address: String,
    reply_to: Vec<(String, String)>,
    organisation: String,
    signature: String,
    signature_html: String,
    copies_to_self: bool,
    language: String,
}

/// Those a person may write as, the one that is used first at their head. There is always one: the sign-in address.
/// One whose address the operator allows no longer is not among them (`I-05`).
pub(super) async fn identities_of(visit: &Visit) -> Result<Vec<Identity>, Error> {
    let own = OwnAddresses::of(visit.account().user(), &visit.state.config);
    let mut identities = all_identities(visit).await?;
    identities.retain(|identity| own.allow(&identity.address.addr));
    if let Some(first) = identities.iter().position(|identity| identity.is_default) {
        let first = identities.remove(first);
        identities.insert(0, first);
    } else if let Some(first) = identities.first_mut() {
        first.is_default = true;
    }
    Ok(identities)
}

/// All there are, allowed or not: the sign-in address, then as they were added.
pub(super) async fn all_identities(visit: &Visit) -> Result<Vec<Identity>, Error> {
    let (state, user) = (&visit.state, visit.account().user());
    let kept = state.store.belongings().list(user, Belonging::Identity, &state.key).await.map_err(Error::broken)?;
    Ok(put_together(kept, OwnAddresses::of(user, &state.config).first(), &writing_of(visit).await?))
}

/// Keeps one that is there, or adds one where `number` is none; `None`: there are as many as one may have.
pub(super) async fn keep_identity(
    identity: &Identity,
    number: Option<u32>,
    visit: &Visit,
) -> Result<Option<u32>, Error> {
    let (state, user) = (&visit.state, visit.account().user());
    let text = serde_json::to_string(&Kept::of(identity)).map_err(Error::broken)?;
    let belongings = state.store.belongings();
    match number {
        Some(number) => {
            let put = belongings.put(user, Belonging::Identity, number, &text, &state.key).await;
            put.map(|()| Some(number)).map_err(Error::broken)
        }
        None => belongings.add(user, Belonging::Identity, &text, &state.key).await.map_err(Error::broken),
    }
}

/// Makes identities of what is kept. Number 0 always has the sign-in address, whatever is kept of it.
fn put_together(kept: Vec<(u32, String)>, sign_in: &str, writing: &Writing) -> Vec<Identity> {
    let mut identities = vec![Identity { address: address("", sign_in), ..Identity::default() }];
    for (id, text) in kept {
        // what a later version wrote and this one can't read is left out, and stays kept
        let Ok(kept) = serde_json::from_str::<Kept>(&text) else { continue };
        if id > 0 && kept.address.is_empty() {
            continue;
        }
        match (id, identities.first_mut()) {
            (0, Some(first)) => *first = Identity { address: address(&kept.name, sign_in), ..kept.identity(0) },
            _ => identities.push(kept.identity(id)),
        }
    }
    for identity in &mut identities {
        identity.is_default = identity.id == writing.first_identity;
    }
    identities
}

impl Kept {
    fn of(identity: &Identity) -> Self {
        Self {
            name: identity.address.name.clone(),
            address: identity.address.addr.clone(),
            reply_to: identity.reply_to.iter().map(|to| (to.name.clone(), to.addr.clone())).collect(),
            organisation: identity.organisation.clone(),
            signature: identity.signature.clone(),
            signature_html: identity.signature_html.clone().unwrap_or_default(),
            copies_to_self: identity.copies_to_self,
            language: identity.language.clone(),
        }
    }

    fn identity(self, id: u32) -> Identity {
        Identity {
            id,
            address: Address { name: self.name, addr: self.address },
            reply_to: self.reply_to.into_iter().map(|(name, addr)| Address { name, addr }).collect(),
            organisation: self.organisation,
            signature: self.signature,
            signature_html: Some(self.signature_html).filter(|html| !html.is_empty()),
            copies_to_self: self.copies_to_self,
            language: self.language,
            is_default: false,
        }
    }
}

fn address(name: &str, addr: &str) -> Address {
    Address { name: name.to_owned(), addr: addr.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(kept: &[(u32, &str)]) -> Vec<(u32, String)> {
        kept.iter().map(|(number, text)| (*number, (*text).to_owned())).collect()
    }

    #[test]
    fn there_is_always_the_sign_in_address_and_it_stays_what_it_is() {
        let usual = put_together(Vec::new(), "ann@example.org", &Writing::default());
        let bare = Identity { address: address("", "ann@example.org"), is_default: true, ..Identity::default() };
        assert_eq!(usual, [bare]);
        let kept = texts(&[(0, r#"{"name":"Ann","address":"boss@example.org","signature":"A."}"#)]);
        let named = put_together(kept, "ann@example.org", &Writing::default());
        assert_eq!(named[0].address, address("Ann", "ann@example.org")); // I-05
        assert_eq!(named[0].signature, "A.");
    }

    #[test]
    fn what_was_kept_comes_back_and_what_no_version_wrote_is_left_out() {
        let office = Identity {
            id: 7,
            address: address("Büro", "office@example.org"),
            reply_to: vec![address("", "desk@example.org")],
            organisation: "Harbour".to_owned(),
            signature: "Ann\nHarbour".to_owned(),
            copies_to_self: true,
            language: "de".to_owned(),
            is_default: true,
            ..Identity::default()
        };
        let kept = serde_json::to_string(&Kept::of(&office)).unwrap();
        let writing = Writing { first_identity: 7, ..Writing::default() };
        let all = put_together(texts(&[(7, &kept), (9, "[]"), (10, "later: 1")]), "ann@example.org", &writing);
        assert_eq!(all[1..], [office]);
        assert!(!all[0].is_default);
    }
}
