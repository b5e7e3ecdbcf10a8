//! Which messages a page about storage is about: `?of=folder&mailbox=Work&page=2`, and the same as fields of its forms.

use super::locale::Locale;
use super::mailbox_param::{field_value, read_field};
use super::shown::clean;
use super::tree::path;
use super::urls::percent_encode;
use crate::account::{Heap, OLD_DAYS, Overview};
use crate::mail::{MailboxName, PageNumber};

/// The oldest and the youngest mail that can be asked for, in days.
const DAYS: std::ops::RangeInclusive<u32> = 1..=36_500;
/// Years that calendars know.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9999;
/// The longest address or list identifier, in octets.
const LONGEST: usize = 1000;

/// A heap of messages, and which page of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StorageQuery {
    /// Which messages.
    pub heap: Heap,
    /// Which rows.
    pub page: PageNumber,
}

impl StorageQuery {
    /// The first page of a heap.
    pub(super) fn first(heap: Heap) -> Self {
        Self { heap, page: PageNumber::FIRST }
    }

    /// Reads the values that `value` finds by their names; `None` for what no page offers.
    pub(super) fn read<'a>(value: impl Fn(&str) -> Option<&'a str>) -> Option<Self> {
        let mailbox = || value("mailbox").and_then(read_field);
        let year = || value("year")?.parse().ok().filter(|year| YEARS.contains(year));
        let words = |name| value(name).filter(|text: &&str| text.len() <= LONGEST).map(str::to_owned);
        let heap = match value("of")? {
            "folder" => Heap::Folder(mailbox()?),
            "year" => Heap::Year(year()?),
            "before" => Heap::Before(year()?),
            "sender" => Heap::Sender(words("address")?),
            "list" => Heap::List(words("list")?),
            "biggest" => Heap::Biggest,
            "files" => Heap::WithFiles,
            "duplicates" => Heap::Duplicates,
            "older" => Heap::OlderThan {
                mailbox: mailbox()?,
                below: value("below").is_some(),
                days: value("days")?.parse().ok().filter(|days| DAYS.contains(days))?,
            },
            _ => return None,
        };
        let page = match value("page") {
            None | Some("") => PageNumber::FIRST,
            Some(page) => page.parse().ok()?,
        };
        Some(Self { heap, page })
    }

    /// What [`Self::read`] reads: names and values.
    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = match &self.heap {
            Heap::Folder(mailbox) => vec![("of", "folder".to_owned()), ("mailbox", field_value(mailbox))],
            Heap::Year(year) => vec![("of", "year".to_owned()), ("year", year.to_string())],
            Heap::Before(year) => vec![("of", "before".to_owned()), ("year", year.to_string())],
            Heap::Sender(address) => vec![("of", "sender".to_owned()), ("address", address.clone())],
            Heap::List(list) => vec![("of", "list".to_owned()), ("list", list.clone())],
            Heap::Biggest => vec![("of", "biggest".to_owned())],
            Heap::WithFiles => vec![("of", "files".to_owned())],
            Heap::Duplicates => vec![("of", "duplicates".to_owned())],
            Heap::OlderThan { mailbox, below, days } => {
                let mut fields = vec![("of", "older".to_owned()), ("mailbox", field_value(mailbox))];
                fields.extend(below.then(|| ("below", "1".to_owned())));
                fields.push(("days", days.to_string()));
                fields
            }
        };
        if self.page != PageNumber::FIRST {
            fields.push(("page", self.page.number().to_string()));
        }
        fields
    }

    /// The end of the page's address.
    pub(super) fn suffix(&self) -> String {
        let pairs = self.fields().into_iter().map(|(name, value)| format!("{name}={}", percent_encode(&value)));
        format!("?{}", pairs.collect::<Vec<_>>().join("&"))
    }

    /// The same heap, elsewhere in it.
    pub(super) fn on_page(&self, page: PageNumber) -> Self {
        Self { heap: self.heap.clone(), page }
    }

    /// What the heap is called.
    pub(super) fn title(&self, overview: &Overview, locale: &Locale) -> String {
        let language = &locale.language;
        let folder = |mailbox: &MailboxName| path(mailbox, overview, locale);
        match &self.heap {
            Heap::Folder(mailbox) => language.say("storage-of-folder", [("folder", folder(mailbox).into())]),
            Heap::Year(year) => language.say("storage-of-year", [("year", year.to_string().into())]),
            Heap::Before(year) => language.say("storage-of-before", [("year", year.to_string().into())]),
            Heap::Sender(address) if address.is_empty() => locale.text("storage-sender-none").to_owned(),
            Heap::Sender(address) => language.say("storage-of-sender", [("sender", clean(address).into())]),
            Heap::List(list) => language.say("storage-of-list", [("list", clean(list).into())]),
            Heap::Biggest => locale.text("storage-of-biggest").to_owned(),
            Heap::WithFiles => locale.text("storage-of-files").to_owned(),
            Heap::Duplicates => locale.text("storage-of-duplicates").to_owned(),
            Heap::OlderThan { mailbox, below, days } => {
                let key = if *below { "storage-of-older-below" } else { "storage-of-older" };
                language.say(key, [("folder", folder(mailbox).into()), ("time", age(*days, locale).into())])
            }
        }
    }

    /// What there is to know about the heap; mostly nothing.
    pub(super) fn lead(&self, locale: &Locale) -> String {
        match &self.heap {
            Heap::Duplicates => locale.text("storage-duplicates-lead").to_owned(),
            Heap::List(_) => locale.language.say("storage-lists-text", [("days", OLD_DAYS.into())]),
            _ => String::new(),
        }
    }
}

/// "a year", "45 days".
pub(super) fn age(days: u32, locale: &Locale) -> String {
    locale.language.say("storage-days", [("days", days.into())])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Option<StorageQuery> {
        let values: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        StorageQuery::read(|name| values.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()))
    }

    #[test]
    fn an_address_reads_back_as_it_was_written() {
        for query in [
            "?of=folder&mailbox=Work~2FKunden&page=2",
            "?of=year&year=2020",
            "?of=before&year=2020",
            "?of=sender&address=bo%40example.org",
            "?of=sender&address=",
            "?of=list&list=rust-users.example.org",
            "?of=biggest",
            "?of=files&page=2",
            "?of=duplicates",
            "?of=older&mailbox=INBOX&below=1&days=365",
            "?of=older&mailbox=INBOX&days=1&page=3",
        ] {
            assert_eq!(read(query.trim_start_matches('?')).unwrap().suffix(), query);
        }
    }

    #[test]
    fn what_no_page_offers_is_no_heap() {
        // C-09
        for wrong in [
            "",
            "of=",
            "of=all",
            "of=folder",
            "of=folder&mailbox=a~b",
            "of=year",
            "of=year&year=",
            "of=year&year=0",
            "of=year&year=99999",
            "of=before&year=2020-01-01",
            "of=sender",
            "of=list",
            "of=older&mailbox=INBOX",
            "of=older&mailbox=INBOX&days=0",
            "of=older&mailbox=INBOX&days=-1",
            "of=older&mailbox=INBOX&days=4294967296",
            "of=older&days=30",
            "of=biggest&page=0",
            "of=biggest&page=x",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert_eq!(read(&format!("of=sender&address={}", "x".repeat(LONGEST + 1))), None);
    }
}
