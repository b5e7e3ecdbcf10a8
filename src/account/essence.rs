//! What never changes about a message in its mailbox: header, arrival there and at all, size, structure, first line.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::account::{Inner, locked};
use super::memory::{Weighed, part_weight};
use super::recent::Recent;
use crate::imap::{Capability, Error, Fetched, Item, Link};
use crate::mail::{BodyStructure, Envelope, MailboxName, MessageRef, Moment, PartPath, Uid, UidSet, UidValidity};
use crate::mime;

/// One message, as far as it can't change.
#[derive(Debug)]
pub(super) struct Essence {
    pub(super) envelope: Arc<Envelope>,
    pub(super) internal_date: Moment,
    /// Since when it is in this mailbox (SAVEDATE, RFC 8514); when it arrived, where the server does not know.
    pub(super) saved: Moment,
    pub(super) size: u64,
    pub(super) structure: Arc<BodyStructure>,
    pub(super) has_attachments: bool,
    pub(super) preview: Arc<str>,
}

impl Weighed for Essence {
    fn weight(&self) -> usize {
        let structure = match self.structure.as_ref() {
            BodyStructure::Known(top) => top.walk().map(part_weight).sum(),
            BodyStructure::Opaque => 0,
        };
        size_of::<Self>() + self.envelope.weight() + structure + self.preview.len() + 32
    }
}

impl Weighed for Envelope {
    fn weight(&self) -> usize {
        let people = [&self.from, &self.reply_to, &self.to, &self.cc, &self.bcc];
        let people: usize =
            people.iter().flat_map(|list| list.iter()).map(|one| one.name.len() + one.addr.len() + 80).sum();
        let ids: usize = self.references.iter().chain(&self.in_reply_to).map(|id| id.len() + 40).sum();
        size_of::<Self>() + self.subject.len() + people + ids + self.message_id.as_ref().map_or(0, String::len) + 64
    }
}

/// Essences by where the message lies.
pub(super) type Essences = Recent<(MailboxName, UidValidity, Uid), Arc<Essence>>;

/// Octets of a text and of an HTML part that are enough for a first line, where the server makes none.
const ENOUGH_TEXT: u32 = 1_024;
const ENOUGH_HTML: u32 = 8_192;

/// What a list needs to know of a message.
pub(super) fn items(link: &Link) -> Vec<Item> {
    let mut items = vec![Item::Uid, Item::Flags, Item::InternalDate, Item::Size, Item::Structure, Item::ListFields];
    if link.capabilities().has(Capability::Preview) {
        items.push(Item::Preview);
    }
    if link.capabilities().has(Capability::SaveDate) {
        items.push(Item::SaveDate);
    }
    items
}

impl Inner {
    /// The essences of `uids` in the open mailbox; those that vanished meanwhile are missing. `fetched` is what was
    /// just read of some of them; the rest is remembered or fetched.
    pub(super) async fn essences(
        &self,
        link: &mut Link,
        uids: &[Uid],
        fetched: Vec<Fetched>,
    ) -> Result<HashMap<Uid, Arc<Essence>>, Error> {
        let Some((mailbox, uid_validity)) = link.view().map(|view| (view.mailbox.clone(), view.uid_validity)) else {
            return Ok(HashMap::new());
        };
        let mut known: HashMap<Uid, Arc<Essence>> = {
            let mut essences = locked(&self.essences);
            let find = |uid: &Uid| Some((*uid, essences.find(&(mailbox.clone(), uid_validity, *uid))?));
            uids.iter().filter_map(find).collect()
        };
        let mut new: Vec<Fetched> =
            fetched.into_iter().filter(|one| one.uid.is_some_and(|uid| !known.contains_key(&uid))).collect();
        let missing: UidSet = uids
            .iter()
            .filter(|uid| !known.contains_key(uid) && !new.iter().any(|one| one.uid == Some(**uid)))
            .copied()
            .collect();
        if !missing.is_empty() {
            let items = items(link);
            new.extend(link.fetch(&missing, &items).await?);
        }
        let mut previews = self.previews(link, &new).await?;
        for one in new {
            let Some(uid) = one.uid else { continue };
            let essence = Arc::new(essence(one, previews.remove(&uid)));
            locked(&self.essences).remember((mailbox.clone(), uid_validity, uid), essence.clone());
            known.insert(uid, essence);
        }
        Ok(known)
    }

    /// From now on the message's parts are those that we find in it ourselves.
    pub(super) fn distrust_structure(&self, message: &MessageRef, essence: &Essence) {
        self.replace_structure(message, essence, BodyStructure::Opaque);
    }

    /// Remembers another structure of a message than the server tells.
    pub(super) fn replace_structure(&self, message: &MessageRef, essence: &Essence, structure: BodyStructure) {
        let key = (message.mailbox.clone(), message.uid_validity, message.uid);
        let replaced = Essence {
            envelope: essence.envelope.clone(),
            structure: Arc::new(structure),
            preview: essence.preview.clone(),
            ..*essence
        };
        locked(&self.essences).remember(key, Arc::new(replaced));
    }

    /// First lines of those that came without, made here from the start of each message's text: for servers without
    /// PREVIEW, and for those that offer it and say NIL (Cyrus 3.6, 2022, as long as nothing else makes them for it).
    /// One round trip.
    async fn previews(&self, link: &mut Link, new: &[Fetched]) -> Result<HashMap<Uid, String>, Error> {
        let new: Vec<&Fetched> = new.iter().filter(|one| one.preview.is_none()).collect();
        if new.is_empty() {
            return Ok(HashMap::new());
        }
        let mut wanted: BTreeMap<(PartPath, bool), Vec<Uid>> = BTreeMap::new();
        for one in &new {
            if let (Some(uid), Some((path, html))) = (one.uid, one.structure.as_ref().and_then(first_text)) {
                wanted.entry((path, html)).or_default().push(uid);
            }
        }
        let requests: Vec<(UidSet, Vec<Item>)> = wanted
            .iter()
            .map(|((path, html), uids)| {
                let enough = if *html { ENOUGH_HTML } else { ENOUGH_TEXT };
                (uids.iter().copied().collect(), vec![Item::Uid, Item::Part(path.clone(), Some(enough))])
            })
            .collect();
        let read = link.fetch_each(&requests).await?;
        let mut previews = HashMap::new();
        for one in new {
            let Some((uid, (path, html))) = one.uid.zip(one.structure.as_ref().and_then(first_text)) else { continue };
            let bytes =
                read.iter().find(|other| other.uid == Some(uid)).and_then(|other| other.body(&path.to_string()));
            let part = match &one.structure {
                Some(BodyStructure::Known(top)) => top.find(&path),
                _ => None,
            };
            if let (Some(bytes), Some(part)) = (bytes, part) {
                let line = match html {
                    true => mime::preview_of_html(mime::html(part, bytes).as_str()),
                    false => mime::preview(&mime::text(part, bytes)),
                };
                previews.insert(uid, line);
            }
        }
        Ok(previews)
    }
}

/// The part a first line is made of, and whether it is HTML.
fn first_text(structure: &BodyStructure) -> Option<(PartPath, bool)> {
    let BodyStructure::Known(top) = structure else { return None };
    mime::reading(top).shown.into_iter().find_map(|shown| match shown {
        mime::Shown::Text(path) => Some((path, false)),
        mime::Shown::Html(path) => Some((path, true)),
        _ => None,
    })
}

fn essence(fetched: Fetched, preview: Option<String>) -> Essence {
    let read = |header: &bytes::Bytes| match &fetched.structure {
        Some(BodyStructure::Known(top)) => mime::envelope_beside(header, top),
        _ => mime::envelope(header),
    };
    let envelope = fetched.header_fields().map(read).unwrap_or_default();
    let internal_date = fetched.arrived();
    let structure = fetched.structure.unwrap_or(BodyStructure::Opaque);
    let has_attachments = match &structure {
        BodyStructure::Known(top) => mime::has_attachments(top),
        BodyStructure::Opaque => false,
    };
    let preview = match fetched.preview {
        Some(made_by_server) => mime::preview(&made_by_server),
        None => preview.unwrap_or_default(),
    };
    Essence {
        envelope: Arc::new(envelope),
        internal_date,
        saved: fetched.save_date.unwrap_or(internal_date),
        size: fetched.size.unwrap_or(0),
        structure: Arc::new(structure),
        has_attachments,
        preview: preview.into(),
    }
}
