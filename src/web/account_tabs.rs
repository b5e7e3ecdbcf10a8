//! The pages about the account as a whole, for the tabs on top of each.

use serde::Serialize;

use super::locale::Locale;
use super::urls::Urls;

/// Which page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    /// How this program behaves.
    Settings,
    /// What fills the mailbox.
    Storage,
    /// How it is set up elsewhere.
    Devices,
}

/// A link to a page.
#[derive(Serialize)]
pub(super) struct TabLink {
    url: String,
    label: String,
    current: bool,
}

/// Links to all of them, seen from `current`.
pub(super) fn tabs(current: Tab, locale: &Locale, urls: &Urls) -> Vec<TabLink> {
    [
        (Tab::Settings, "settings", urls.settings()),
        (Tab::Storage, "storage", urls.storage()),
        (Tab::Devices, "devices", urls.devices()),
    ]
    .into_iter()
    .map(|(tab, label, url)| TabLink { url, label: locale.text(label).to_owned(), current: tab == current })
    .collect()
}
