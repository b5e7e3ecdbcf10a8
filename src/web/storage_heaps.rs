//! Messages that belong together in one respect, each heap in a line that leads to it.

use serde::Serialize;

use super::locale::Locale;
use super::mailbox_param::field_value;
use super::shown::{clean, initials_of, tone};
use super::sizes::size;
use super::storage_query::StorageQuery;
use super::tree::path;
use super::urls::Urls;
use crate::account::{Heap, ListUse, Overview, SenderUse, Survey};
use crate::mail::{Address, Role};

/// A heap, and the way to look at it.
#[derive(Serialize)]
pub(super) struct Heaped {
    name: String,
    text: String,
    /// Empty: it is said in the text.
    size: String,
    /// Empty: there is nothing to look at.
    url: String,
    look_label: String,
    initials: String,
    tone: &'static str,
}

/// Trash or Junk, to be emptied.
#[derive(Serialize)]
pub(super) struct Emptying {
    label: String,
    icon: &'static str,
    /// The folder as a form's field, where it is known what lies in it.
    value: String,
    /// The page that asks before it is emptied, as long as that is not known.
    url: String,
}

/// What heaps are described with.
pub(super) struct Heaps<'a> {
    /// The folders.
    pub overview: &'a Overview,
    /// Language.
    pub locale: &'a Locale,
    /// Where they are.
    pub urls: &'a Urls,
}

impl Heaps<'_> {
    /// What was thrown away already, and what it frees, as far as that is known.
    pub(super) fn quickest(&self, survey: &Survey) -> Vec<Emptying> {
        let all = [(Role::Trash, "trash-2"), (Role::Junk, "shield-alert")];
        all.into_iter().filter_map(|(role, icon)| self.emptying(role, icon, survey)).collect()
    }

    fn emptying(&self, role: Role, icon: &'static str, survey: &Survey) -> Option<Emptying> {
        let language = &self.locale.language;
        let mailbox = self.overview.with_role(role)?;
        let messages = mailbox.counts.map(|counts| counts.messages);
        let folder = path(&mailbox.name, self.overview, self.locale);
        let known = survey.folders.iter().find(|folder| folder.mailbox == mailbox.name);
        match known.filter(|folder| messages.is_none_or(|messages| messages == folder.messages)) {
            Some(known) if known.messages == 0 => None,
            Some(known) => {
                let words = [("folder", folder.into()), ("size", size(known.octets, language).into())];
                let label = language.say("storage-empty", words);
                Some(Emptying { label, icon, value: field_value(&mailbox.name), url: String::new() })
            }
            None if messages.is_none_or(|messages| messages > 0) => {
                let label = language.say("storage-empty-unknown", [("folder", folder.into())]);
                Some(Emptying { label, icon, value: String::new(), url: self.urls.mailbox_empty(&mailbox.name) })
            }
            None => None,
        }
    }

    /// Who takes most.
    pub(super) fn senders(&self, survey: &Survey) -> Vec<Heaped> {
        survey.senders.iter().map(|sender| self.sender(sender)).collect()
    }

    fn sender(&self, sender: &SenderUse) -> Heaped {
        let who = Address { name: sender.name.as_str().into(), addr: sender.address.as_str().into() };
        let name = match clean(who.label()) {
            name if name.is_empty() => self.locale.text("storage-sender-none").to_owned(),
            name => name,
        };
        Heaped {
            initials: initials_of(&who),
            tone: tone(&sender.address),
            ..self.heaped(
                Heap::Sender(sender.address.clone()),
                name,
                "storage-count",
                sender.messages.into(),
                sender.octets,
            )
        }
    }

    /// Lists with old mail.
    pub(super) fn lists(&self, survey: &Survey) -> Vec<Heaped> {
        survey.lists.iter().map(|list| self.list(list)).collect()
    }

    fn list(&self, list: &ListUse) -> Heaped {
        let name = clean(if list.name.is_empty() { &list.list_id } else { &list.name });
        self.heaped(Heap::List(list.list_id.clone()), name, "storage-list-text", list.messages.into(), list.octets)
    }

    /// What can go without a letter being lost.
    pub(super) fn ways(&self, survey: &Survey) -> Vec<Heaped> {
        let files = survey.with_files.iter().fold(0_u64, |sum, one| sum.saturating_add(one.file_octets));
        let with_files = u64::try_from(survey.with_files.len()).unwrap_or(u64::MAX);
        let text = |key: &str| self.locale.text(key).to_owned();
        vec![
            // their size is in the sentence
            Heaped {
                size: String::new(),
                ..self.heaped(Heap::WithFiles, text("storage-files"), "storage-files-text", with_files, files)
            },
            Heaped {
                size: String::new(),
                ..self.heaped(
                    Heap::Duplicates,
                    text("storage-duplicates"),
                    "storage-duplicates-text",
                    survey.extra,
                    survey.extra_octets,
                )
            },
        ]
    }

    fn heaped(&self, heap: Heap, name: String, key: &str, messages: u64, octets: u64) -> Heaped {
        let language = &self.locale.language;
        let size = size(octets, language);
        Heaped {
            text: language.count(key, messages, [("size", size.as_str())]),
            url: match messages {
                0 => String::new(),
                _ => self.urls.storage_messages(&StorageQuery::first(heap).suffix()),
            },
            look_label: language.say("storage-look-at", [("what", name.as_str().into())]),
            initials: String::new(),
            tone: "",
            name,
            size,
        }
    }
}
