//! What is doubtful about a sender, in sentences above the message.

use serde::Serialize;

use super::locale::Locale;
use super::sender_mark;
use super::shown::clean;
use crate::account::Opened;
use crate::mail::Doubt;

/// One sentence.
#[derive(Serialize)]
pub(super) struct Warning {
    kind: &'static str,
    icon: &'static str,
    text: String,
}

/// All of them, the gravest first.
pub(super) fn warnings(opened: &Opened, locale: &Locale) -> Vec<Warning> {
    let failed = sender_mark::warning(&opened.authenticity, locale).map(|text| Warning {
        kind: "bad",
        icon: "shield-alert",
        text,
    });
    let doubts = opened.doubts.iter().map(|doubt| Warning {
        kind: "warn",
        icon: "triangle-alert",
        text: sentence(doubt, locale),
    });
    failed.into_iter().chain(doubts).collect()
}

fn sentence(doubt: &Doubt, locale: &Locale) -> String {
    let language = &locale.language;
    match doubt {
        Doubt::LookAlike { domain, ascii, like } if like.is_empty() => {
            language.say("doubt-mixed-domain", [("domain", clean(domain).into()), ("ascii", clean(ascii).into())])
        }
        Doubt::LookAlike { ascii, like, .. } => {
            language.say("doubt-look-alike", [("ascii", clean(ascii).into()), ("like", clean(like).into())])
        }
        Doubt::MixedAlphabets { word } => language.say("doubt-mixed-name", [("word", clean(word).into())]),
        Doubt::NamesAnother { claimed, domain } => {
            language.say("doubt-names-another", [("claimed", clean(claimed).into()), ("domain", clean(domain).into())])
        }
        Doubt::SeveralSenders => locale.text("doubt-several-senders").to_owned(),
        Doubt::AnswersElsewhere { address } => {
            language.say("doubt-answers-elsewhere", [("address", clean(address).into())])
        }
        Doubt::TurnedName => locale.text("doubt-turned-name").to_owned(),
        Doubt::TurnedSubject => locale.text("doubt-turned-subject").to_owned(),
        Doubt::KnownName { known } => language.say("doubt-known-name", [("known", clean(known).into())]),
        Doubt::OwnName => locale.text("doubt-own-name").to_owned(),
    }
}
