//! What can be done to messages of a folder, decided here and not in a template.

use serde::Serialize;

use super::locale::Locale;
use super::tree::Place;
use super::urls::{Act, Urls};
use crate::mail::Role;

/// A button: its form's messages are sent to `url`, with one more field.
#[derive(Serialize, Clone, Default)]
pub(super) struct Action {
    url: String,
    label: String,
    title: String,
    icon: &'static str,
    name: &'static str,
    value: String,
    /// The letter that presses it; empty for none.
    key: &'static str,
    sub: bool,
    path: String,
}

/// The buttons on a bar, and those in the menu behind it.
pub(super) struct Actions {
    /// In sight.
    pub bar: Vec<Action>,
    /// Behind "More".
    pub more: Vec<Action>,
}

/// Makes buttons.
pub(super) struct Maker<'a> {
    /// Language.
    pub locale: &'a Locale,
    /// Where they lead.
    pub urls: &'a Urls,
}

impl Maker<'_> {
    /// For messages chosen from a list.
    pub(super) fn for_list(&self, role: Option<Role>) -> Actions {
        let mut bar = self.filing(role);
        bar.push(self.flag("mark-read", "mail-open", "seen", ""));
        bar.push(Action { key: "", ..self.flag("flag", "star", "flagged", "s") });
        let more = vec![
            self.flag("mark-unread", "mail", "unseen", "m"),
            self.flag("unflag", "star", "unflagged", ""),
            Action {
                url: self.urls.export(),
                label: self.locale.text("export-menu").to_owned(),
                icon: "download",
                ..Action::default()
            },
        ];
        Actions { bar, more }
    }

    /// For an open message.
    pub(super) fn for_message(&self, role: Option<Role>, flagged: bool) -> Actions {
        let star = match flagged {
            true => self.flag("unflag", "star", "unflagged", "s"),
            false => self.flag("flag", "star", "flagged", "s"),
        };
        Actions { bar: self.filing(role), more: vec![self.flag("mark-unread", "mail", "unseen", "m"), star] }
    }

    /// The folders that messages can be moved to.
    pub(super) fn places(&self, places: Vec<Place>) -> Vec<Action> {
        let url = self.urls.act(Act::Move);
        places
            .into_iter()
            .map(|place| Action {
                url: url.clone(),
                label: place.label,
                icon: place.icon,
                name: "to",
                value: place.value,
                sub: place.sub,
                path: place.path,
                ..Action::default()
            })
            .collect()
    }

    fn filing(&self, role: Option<Role>) -> Vec<Action> {
        let mut bar = Vec::new();
        if !matches!(role, Some(Role::Archive | Role::Drafts)) {
            bar.push(self.action(Act::Archive, "archive", "archive-title", "archive", "e"));
        }
        bar.push(match role {
            Some(Role::Trash) => self.action(Act::Delete, "delete-for-good", "delete-for-good-title", "trash-2", "#"),
            _ => self.action(Act::Delete, "delete", "delete-title", "trash-2", "#"),
        });
        match role {
            Some(Role::Junk) => bar.push(Action {
                name: "on",
                value: "0".to_owned(),
                ..self.action(Act::Junk, "not-junk", "not-junk-title", "inbox", "!")
            }),
            Some(Role::Sent | Role::Drafts) => {}
            _ => bar.push(self.action(Act::Junk, "junk", "junk-title", "shield-alert", "!")),
        }
        bar
    }

    fn action(&self, act: Act, label: &str, title: &str, icon: &'static str, key: &'static str) -> Action {
        Action {
            url: self.urls.act(act),
            label: self.locale.text(label).to_owned(),
            title: self.locale.text(title).to_owned(),
            icon,
            key,
            ..Action::default()
        }
    }

    fn flag(&self, label: &str, icon: &'static str, value: &str, key: &'static str) -> Action {
        Action {
            name: "flag",
            value: value.to_owned(),
            ..self.action(Act::Flag, label, if key == "s" && label == "flag" { "flag-title" } else { label }, icon, key)
        }
    }
}
