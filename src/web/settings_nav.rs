//! The pages of the settings, for the list of them beside each.

use serde::Serialize;

use super::locale::Locale;
use super::urls::Urls;

/// Which page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    /// What is kept in this browser.
    Browser,
    /// As whom one writes.
    Identities,
    /// How one writes.
    Writing,
    /// Texts to begin with.
    Canned,
    /// Whom one wrote to.
    Recipients,
}

/// A link to a page.
#[derive(Serialize)]
pub(super) struct SectionLink {
    url: String,
    label: String,
    current: bool,
}

/// Links to all of them, seen from `current`.
pub(super) fn sections(current: Section, locale: &Locale, urls: &Urls) -> Vec<SectionLink> {
    [
        (Section::Browser, "settings-browser", urls.settings()),
        (Section::Identities, "identities", urls.identities()),
        (Section::Writing, "writing", urls.writing()),
        (Section::Canned, "canned", urls.canned()),
        (Section::Recipients, "recipients", urls.recipients()),
    ]
    .into_iter()
    .map(|(section, label, url)| SectionLink { url, label: locale.text(label).to_owned(), current: section == current })
    .collect()
}
