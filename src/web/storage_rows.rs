//! Messages with what they take, to choose from.

use serde::Serialize;

use super::dates::Dates;
use super::locale::Locale;
use super::selections;
use super::shown::clean;
use super::sizes::size;
use super::tree::path;
use super::urls::Urls;
use crate::account::{Heap, Overview, Weighed};

/// One message.
#[derive(Serialize)]
pub(super) struct Line {
    /// What choosing it sends; and what it is called in the page.
    value: String,
    url: String,
    subject: String,
    /// "Amal Mansour · Clients / Hafenmuseum".
    place: String,
    date: String,
    datetime: String,
    size: String,
    /// "4 MB in files"; empty where the list is not about files.
    files: String,
    /// What removing it frees, to be added up.
    octets: u64,
    chosen: bool,
}

/// What lines are made of.
pub(super) struct Lines<'a> {
    /// What they belong to.
    pub heap: &'a Heap,
    /// Whether all of them are chosen.
    pub chosen: bool,
    /// The folders.
    pub overview: &'a Overview,
    /// Language.
    pub locale: &'a Locale,
    /// Where messages are.
    pub urls: &'a Urls,
}

impl Lines<'_> {
    /// A line for each.
    pub(super) fn of(&self, messages: &[Weighed]) -> Vec<Line> {
        let dates = Dates::now(self.locale);
        messages.iter().map(|message| self.line(message, &dates)).collect()
    }

    fn line(&self, weighed: &Weighed, dates: &Dates<'_>) -> Line {
        let language = &self.locale.language;
        let subject = clean(&weighed.subject);
        let who = weighed.from.as_ref().map(|from| clean(from.label())).filter(|who| !who.is_empty());
        let who = who.unwrap_or_else(|| self.locale.text("no-sender").to_owned());
        let folder = path(&weighed.message.mailbox, self.overview, self.locale);
        let is_about_files = *self.heap == Heap::WithFiles;
        Line {
            value: selections::value_of(&weighed.message),
            url: self.urls.message(&weighed.message),
            subject: if subject.is_empty() { self.locale.text("no-subject").to_owned() } else { subject },
            place: language.say("storage-row-place", [("who", who.into()), ("folder", folder.into())]),
            date: weighed.date.map(|date| dates.short(date)).unwrap_or_default(),
            datetime: weighed.date.map(|date| dates.machine(date)).unwrap_or_default(),
            size: size(weighed.octets, language),
            files: match is_about_files {
                true => language.say("storage-row-files", [("size", size(weighed.file_octets, language).into())]),
                false => String::new(),
            },
            octets: weighed.octets,
            chosen: self.chosen,
        }
    }
}
