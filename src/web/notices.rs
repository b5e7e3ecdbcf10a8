//! What there is to know about a message before it is read: in sentences above it, some with buttons.

use serde::Serialize;

use super::attachments::without_card;
use super::blocked::Remote;
use super::locale::Locale;
use super::remote_show::{Pictures, Sender};
use super::seal;
use super::shown::clean;
use crate::account::Opened;

/// Something to know about this message.
#[derive(Serialize)]
pub(super) struct Notice {
    kind: &'static str,
    icon: &'static str,
    text: String,
    /// Where the whole of it is; empty where nothing is missing.
    source_url: String,
    /// What can be chosen about remote pictures.
    choices: Option<Choices>,
}

/// The buttons of a form about remote pictures.
#[derive(Serialize)]
struct Choices {
    url: String,
    once: bool,
    always: bool,
    never: bool,
    /// The page to come back to, if it is not the message's own.
    back: String,
    /// Whose pictures that page shows already.
    shown: String,
}

/// What is asked about remote pictures, and by whom.
pub(super) struct Asking<'a> {
    /// What is shown, and may be.
    pub pictures: &'a Pictures,
    /// Where the form goes.
    pub url: &'a str,
    /// Where the source of the message is.
    pub source_url: &'a str,
    /// The page to come back to; empty: that of the message.
    pub back: &'a str,
    /// Whose pictures that page shows already.
    pub shown: &'a str,
}

/// All of it.
pub(super) fn notices(opened: &Opened, remote: &Remote, asking: &Asking<'_>, locale: &Locale) -> Vec<Notice> {
    let mut notices = Vec::new();
    let left_out = opened.left_out + without_card(opened);
    if left_out > 0 {
        let count = u64::try_from(left_out).unwrap_or(u64::MAX);
        notices.push(Notice {
            kind: "warn",
            icon: "triangle-alert",
            text: locale.language.count("notice-more-parts", count, []),
            source_url: asking.source_url.to_owned(),
            choices: None,
        });
    }
    let mut say =
        |kind, icon, text, choices| notices.push(Notice { kind, icon, text, source_url: String::new(), choices });
    if opened.damaged {
        say("warn", "triangle-alert", locale.text("notice-damaged").to_owned(), None);
    }
    for (text, locked) in seal::sentences(&opened.explained, locale) {
        say(if locked { "warn" } else { "plain" }, "key-round", text, None);
    }
    if let Some(text) = misled(remote, locale) {
        // a proven sender has his links counted by somebody else, as newsletters do
        let proven = opened.authenticity.is_verified();
        say(if proven { "plain" } else { "warn" }, if proven { "info" } else { "triangle-alert" }, text, None);
    }
    if remote.cut {
        say("warn", "triangle-alert", locale.text("notice-cut").to_owned(), None);
    }
    let are_shown = asking.pictures.are_shown();
    if remote.is_unknown && !are_shown {
        // a number would be that of some of them
        say("plain", "image-off", locale.text("notice-remote-unknown").to_owned(), choices(asking));
    } else if remote.images > 0 {
        let text = if are_shown { shown_pictures(remote, locale) } else { blocked_pictures(remote, locale) };
        say("plain", "image-off", text, choices(asking).filter(|_| remote.showable > 0));
    }
    notices
}

fn choices(asking: &Asking<'_>) -> Option<Choices> {
    let Asking { pictures, url, back, shown, .. } = asking;
    let choices = Choices {
        url: (*url).to_owned(),
        once: !pictures.are_shown(),
        always: pictures.sender == Sender::Proven,
        never: pictures.sender == Sender::Chosen,
        back: (*back).to_owned(),
        shown: (*shown).to_owned(),
    };
    (pictures.may_be_asked && (choices.once || choices.always || choices.never)).then_some(choices)
}

/// "A link says bank.example and leads to evil.example.": here, where nothing of the mail's can hide it.
fn misled(remote: &Remote, locale: &Locale) -> Option<String> {
    let (first, others) = remote.misled.split_first()?;
    let words = || [("claimed", clean(&first.claimed)), ("host", clean(&first.host))];
    let language = &locale.language;
    Some(match number(others.len()) {
        0 => language.say("notice-misled", words().map(|(name, word)| (name, word.into()))),
        more => {
            let [(claimed, claims), (host, leads)] = words();
            language.count("notice-misled-more", more, [(claimed, claims.as_str()), (host, leads.as_str())])
        }
    })
}

/// "5 remote images blocked, 2 of them trackers"
fn blocked_pictures(remote: &Remote, locale: &Locale) -> String {
    let blocked = locale.language.count("notice-remote-blocked", number(remote.images), []);
    match remote.trackers {
        0 => blocked,
        trackers => locale.language.count("notice-remote-trackers", number(trackers), [("blocked", blocked.as_str())]),
    }
}

/// "3 remote images shown, 2 trackers still blocked"
fn shown_pictures(remote: &Remote, locale: &Locale) -> String {
    let shown = locale.language.count("notice-remote-shown", number(remote.showable), []);
    match remote.trackers {
        0 => shown,
        trackers => {
            locale.language.count("notice-trackers-blocked", number(trackers), [("shown-images", shown.as_str())])
        }
    }
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
