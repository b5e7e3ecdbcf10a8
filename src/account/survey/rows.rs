//! Rows of messages, with their subjects: remembered, else read now.

use std::collections::{BTreeMap, HashMap};

use super::found::Weighed;
use super::reading::Reader;
use super::sum::{Found, Known, weighed};
use crate::account::account::locked;
use crate::account::{Account, Error};
use crate::imap::Item;
use crate::mail::{Uid, UidSet};
use crate::mime;

/// What is read for a row.
const ITEMS: [Item; 2] = [Item::Uid, Item::SurveyFields];

impl Account {
    /// These messages as rows; those that are gone by now are missing.
    pub(super) async fn weighed_rows(&self, folders: &[Known], found: &[Found]) -> Result<Vec<Weighed>, Error> {
        let mut subjects = self.remembered_subjects(folders, found);
        let mut unknown: BTreeMap<usize, Vec<Uid>> = BTreeMap::new();
        for (at, kept) in found.iter().filter(|(at, kept)| !subjects.contains_key(&(*at, kept.uid))) {
            unknown.entry(*at).or_default().extend(Uid::new(kept.uid));
        }
        let mut reader = Reader::new(self);
        for (at, uids) in unknown {
            let Some((folder, _)) = folders.get(at) else { continue };
            let uids: UidSet = uids.into_iter().collect();
            let fetched = match reader.messages(&folder.mailbox, folder.uid_validity, &uids, &ITEMS).await {
                Ok(fetched) => fetched,
                Err(error) if error.ends_connection() => return Err(Error::about(error, &folder.mailbox)),
                Err(_) => continue, // the folder is gone, or made anew: none of them is there
            };
            for one in fetched {
                if let (Some(uid), Some(header)) = (one.uid, one.header_fields()) {
                    subjects.insert((at, uid.number()), mime::glance(header).subject());
                }
            }
        }
        let row = |found: &Found| {
            let subject = subjects.remove(&(found.0, found.1.uid))?;
            Some(Weighed { subject, ..weighed(folders, found)? })
        };
        Ok(found.iter().filter_map(row).collect())
    }

    /// Subjects that a survey or a list has read.
    fn remembered_subjects(&self, folders: &[Known], found: &[Found]) -> HashMap<(usize, u32), String> {
        let mut essences = locked(&self.0.essences);
        let mut subject = |at: usize, uid: u32| {
            let (folder, _) = folders.get(at)?;
            if let Some(title) = folder.titles.get(&uid) {
                return Some(title.to_string());
            }
            let essence = essences.find(&(folder.mailbox.clone(), folder.uid_validity, Uid::new(uid)?))?;
            Some(essence.envelope.subject.clone())
        };
        found.iter().filter_map(|(at, kept)| Some(((*at, kept.uid), subject(*at, kept.uid)?))).collect()
    }
}
