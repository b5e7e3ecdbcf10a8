//! Before anything is done to chosen messages: how many they are, from which folders, what it frees, and what can't be taken
//! back. `POST /storage/messages` says which and what; nothing is done by it.

use actix_web::HttpResponse;
use serde::Serialize;

use super::chosen::go_to;
use super::confirm::Field;
use super::error::Error;
use super::export_show;
use super::flash::{FlashKind, FlashMessage};
use super::form::Fields;
use super::locale::Locale;
use super::page::Head;
use super::selections::Selections;
use super::shell::Shell;
use super::sizes::size;
use super::storage_look::pile;
use super::storage_query::StorageQuery;
use super::templates::Template;
use super::tree::{Place, every_place, path, places};
use super::urls::Urls;
use super::visit::Visit;
use crate::account::{Heap, Overview, Piled, Taking};
use crate::mail::{Fullness, MessageRef, Role, Selection};

/// The page.
#[derive(Serialize)]
pub(super) struct StorageAsk {
    head: Head,
    shell: Shell,
    icon: &'static str,
    question: String,
    /// What happens then, a sentence each.
    lines: Vec<String>,
    /// "12 messages in Archive".
    folders: Vec<String>,
    /// The messages, exactly, and where they were chosen.
    fields: Vec<Field>,
    action: String,
    ways: Vec<Way>,
    /// Folders to move to.
    places: Vec<Place>,
    /// Signed messages are asked about.
    asks_signed: bool,
    no_url: String,
}

/// A button.
#[derive(Serialize)]
struct Way {
    name: &'static str,
    value: &'static str,
    label: String,
    kind: &'static str,
}

impl Template for StorageAsk {
    const NAME: &'static str = "pages/storage_ask.html";
}

/// What is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// Remove the files and keep the messages.
    Strip,
    /// Move into a folder.
    Move,
    /// Move to Trash, or delete for good.
    Delete,
}

impl Deed {
    fn read(text: &str) -> Option<Self> {
        Some(match text {
            "strip" => Self::Strip,
            "move" => Self::Move,
            "delete" => Self::Delete,
            _ => return None,
        })
    }
}

/// The messages that it is about.
pub(super) struct About<'a> {
    /// Exactly these.
    pub chosen: &'a Selections,
    /// What they take, where all of it is known.
    pub octets: Option<u64>,
    /// How many more there are, too many for one form.
    pub left: u64,
    /// Where they were chosen.
    pub query: &'a StorageQuery,
    /// Trash was asked just now, and had no room for them.
    pub trash_is_full: bool,
}

/// `POST /storage/messages`: `of` … say which heap, `all` or each `selection` which messages of it, `do` what is meant.
pub(super) async fn storage_ask(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    let query = StorageQuery::read(|name| fields.one(name)).ok_or(Error::NotFound)?;
    let wanted = fields.one("do").unwrap_or_default();
    let wants_all = fields.one("all").is_some();
    let ticked = if wants_all { Selections::default() } else { Selections::read(&fields)? };
    // a list that is shorter by now has nothing to say about those that were chosen on its last page
    let first = StorageQuery::first(query.heap.clone());
    let piled = pile(if wants_all { &first } else { &query }, visit.account()).await;
    let (chosen, octets, left) = match piled {
        Ok(piled) if wants_all => {
            let (fits, left) = Selections::fitting(piled.selections);
            (fits, (left == 0).then_some(piled.octets), left)
        }
        Ok(piled) => {
            let octets = weight(&ticked, &piled);
            (ticked, octets, 0)
        }
        Err(Error::NotFound) if !wants_all => (ticked, None, 0),
        Err(other) => return Err(other),
    };
    let urls = &visit.state.urls;
    if chosen.is_empty() {
        let text = visit.locale.text("nothing-chosen").to_owned();
        let message = FlashMessage { text, kind: FlashKind::Bad, undo: None };
        return Ok(go_to(&come_back(&query, urls), Some(message), &visit));
    }
    if wanted == "download" {
        return export_show::ask(&visit, Taking::Chosen(chosen.0)).await;
    }
    let deed = Deed::read(wanted).ok_or(Error::BadInput("nothing to do"))?;
    let octets = match octets {
        Some(octets) => Some(octets),
        None => weigh(&chosen, &visit).await,
    };
    let overview = visit.account().overview().await?;
    let about = About { chosen: &chosen, octets, left, query: &query, trash_is_full: false };
    let shell = Shell::new(&visit, &overview, None);
    visit.answer(&StorageAsk::new(shell, deed, &about, &overview, &visit.locale, urls))
}

/// What the chosen ones take; `None` if one of them is not among those shown any more.
fn weight(chosen: &Selections, piled: &Piled) -> Option<u64> {
    let is_chosen = |message: &MessageRef| {
        chosen.0.iter().any(|selection| {
            selection.mailbox == message.mailbox
                && selection.uid_validity == message.uid_validity
                && selection.uids.contains(message.uid)
        })
    };
    let known = piled.rows.iter().filter(|row| is_chosen(&row.message));
    let (count, octets) = known.fold((0, 0_u64), |(count, sum), row| (count + 1, sum.saturating_add(row.octets)));
    (count == chosen.messages()).then_some(octets)
}

/// The same, asked for; `None` if it can't be told exactly. What is wrong with them is said when it is done.
async fn weigh(chosen: &Selections, visit: &Visit) -> Option<u64> {
    let export = visit.account().export(&Taking::Chosen(chosen.0.clone())).await.ok()?;
    let weight = visit.account().weigh(&export).await.ok()?;
    weight.is_exact.then_some(weight.octets)
}

/// Where a heap is shown: its first page, or the page that has the biggest messages of all.
fn come_back(query: &StorageQuery, urls: &Urls) -> String {
    match query.heap {
        Heap::Folder(_) => urls.storage(),
        _ => urls.storage_messages(&query.suffix()),
    }
}

impl StorageAsk {
    /// The question about these messages.
    pub(super) fn new(
        shell: Shell,
        deed: Deed,
        about: &About<'_>,
        overview: &Overview,
        locale: &Locale,
        urls: &Urls,
    ) -> Self {
        let page = Page { about, overview, locale, urls };
        let asked = match deed {
            Deed::Delete => page.delete(),
            Deed::Move => page.move_to(),
            Deed::Strip => page.strip(),
        };
        Self {
            head: Head::new(asked.question.clone(), urls, locale),
            shell,
            icon: asked.icon,
            question: asked.question,
            lines: asked.lines.into_iter().chain(page.more()).collect(),
            folders: page.folders(),
            fields: Selections::fields(&about.chosen.0),
            action: asked.action,
            ways: asked.ways,
            places: if deed == Deed::Move { page.places() } else { Vec::new() },
            asks_signed: deed == Deed::Strip,
            no_url: come_back(about.query, urls),
        }
    }
}

/// What differs from deed to deed.
struct Asked {
    icon: &'static str,
    question: String,
    lines: Vec<String>,
    action: String,
    ways: Vec<Way>,
}

struct Page<'a> {
    about: &'a About<'a>,
    overview: &'a Overview,
    locale: &'a Locale,
    urls: &'a Urls,
}

impl Page<'_> {
    fn count(&self) -> u64 {
        u64::try_from(self.about.chosen.messages()).unwrap_or(u64::MAX)
    }

    fn say(&self, key: &str) -> String {
        self.locale.language.count(key, self.count(), [])
    }

    /// One sentence where what it frees is known, another where it is not.
    fn frees(&self, known: &str, unknown: &str) -> String {
        match self.about.octets {
            Some(octets) => {
                let size = size(octets, &self.locale.language);
                self.locale.language.count(known, self.count(), [("size", size.as_str())])
            }
            None => self.say(unknown),
        }
    }

    fn way(&self, name: &'static str, value: &'static str, label: &str, kind: &'static str) -> Way {
        Way { name, value, label: self.locale.text(label).to_owned(), kind }
    }

    /// Trash is offered where it has room and the messages are not in it already.
    fn delete(&self) -> Asked {
        let trash = self.overview.with_role(Role::Trash).map(|trash| &trash.name);
        let is_thrown_away = self.about.chosen.0.iter().all(|selection| Some(&selection.mailbox) == trash);
        let is_full = self.about.trash_is_full || self.overview.quota.fullness() == Fullness::Full;
        let mut lines = vec![self.frees("storage-ask-delete-frees", "storage-ask-delete-text")];
        let mut ways = vec![self.way("how", "good", "delete-for-good", "danger-solid")];
        match (is_thrown_away, is_full) {
            (true, _) => {}
            (false, true) => lines.push(self.say("storage-ask-full")),
            (false, false) => {
                lines.push(self.say("storage-ask-trash"));
                ways.push(self.way("how", "trash", "storage-ask-trash-button", ""));
            }
        }
        let question = self.say("storage-ask-delete");
        Asked { icon: "trash-2", question, lines, action: self.urls.storage_delete(), ways }
    }

    fn move_to(&self) -> Asked {
        Asked {
            icon: "folder-input",
            question: self.say("storage-ask-move"),
            lines: vec![self.locale.text("storage-ask-move-text").to_owned()],
            action: self.urls.storage_move(),
            ways: vec![self.way("", "", "storage-ask-move-yes", "primary")],
        }
    }

    fn strip(&self) -> Asked {
        Asked {
            icon: "paperclip",
            question: self.say("storage-ask-strip"),
            lines: vec![self.frees("storage-ask-strip-frees", "storage-ask-strip-text")],
            action: self.urls.storage_strip(),
            ways: vec![self.way("", "", "storage-ask-strip-yes", "danger-solid")],
        }
    }

    /// Not to where all of them are already.
    fn places(&self) -> Vec<Place> {
        let mailboxes = &self.overview.mailboxes;
        match self.about.chosen.0.as_slice() {
            [only] => places(mailboxes, &only.mailbox, self.locale),
            _ => every_place(mailboxes, self.locale),
        }
    }

    fn more(&self) -> Option<String> {
        let left = self.about.left;
        (left > 0).then(|| self.locale.language.count("storage-ask-first", left, []))
    }

    fn folders(&self) -> Vec<String> {
        let line = |selection: &Selection| {
            let count = u64::try_from(selection.uids.len()).unwrap_or(u64::MAX);
            let folder = path(&selection.mailbox, self.overview, self.locale);
            self.locale.language.count("storage-ask-from", count, [("folder", folder.as_str())])
        };
        self.about.chosen.0.iter().filter(|selection| !selection.uids.is_empty()).map(line).collect()
    }
}
