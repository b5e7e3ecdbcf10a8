//! A row of a message list, as it is read out.

use scraper::ElementRef;

use super::page::{selector, words};

/// What a row says.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) subject: String,
    pub(crate) address: String,
    pub(crate) who: String,
    pub(crate) preview: String,
    pub(crate) date: String,
    pub(crate) datetime: String,
    pub(crate) unread: bool,
    pub(crate) flagged: bool,
    /// "Answered. With files."
    pub(crate) marks: String,
}

impl Row {
    pub(super) fn read(row: &ElementRef<'_>) -> Self {
        let text = |css: &str| row.select(&selector(css)).next().map(|found| words(&found)).unwrap_or_default();
        let attribute = |css: &str, name: &str| {
            let found = row.select(&selector(css)).next();
            found.and_then(|found| found.attr(name).map(str::to_owned)).unwrap_or_default()
        };
        Self {
            subject: text(".message-row__subject"),
            address: attribute(".message-row__subject", "href"),
            who: text(".message-row__name"),
            preview: text(".message-row__preview"),
            date: text(".message-row__date"),
            datetime: attribute(".message-row__date", "datetime"),
            // said and seen must agree
            unread: text(".message-row__from").starts_with("Unread.")
                && row.value().classes().any(|class| class == "message-row--unread"),
            flagged: attribute(".flag", "aria-pressed") == "true",
            marks: text(".message-row__side"),
        }
    }
}
