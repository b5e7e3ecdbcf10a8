//! Invitations and events as cards: what, when, where, who. Answering comes with sending.

use serde::Serialize;

use super::event_time::{repeats, told};
use super::letter::{Block, Letters, Person, blocks};
use super::locale::Locale;
use super::shown::clean;
use crate::account::Explained;
use crate::mail::{Address, Answer, Attendee, Event, Method};

/// Attendees that are listed; the file has all of them.
const LISTED: usize = 50;

/// One event.
#[derive(Serialize)]
pub(super) struct InvitationCard {
    title: String,
    kind: &'static str,
    summary: String,
    struck: bool,
    reply: String,
    when: String,
    datetime: String,
    there: String,
    repeats: String,
    location: Vec<Block>,
    organizer: Option<Person>,
    invited: Vec<Invited>,
    more_invited: String,
    description: Vec<Block>,
    file_url: String,
    more_events: String,
}

/// Who is invited, and what they said.
#[derive(Serialize)]
struct Invited {
    who: Person,
    answer: String,
}

/// The events in a message.
pub(super) fn invitations(explained: &Explained, letters: &Letters<'_>) -> Vec<InvitationCard> {
    let Letters { message, locale, urls, .. } = letters;
    let mut cards = Vec::new();
    for (path, calendar) in &explained.calendars {
        let file_url = urls.part(message, path, "invitation.ics");
        let last = calendar.events.len().saturating_sub(1);
        for (at, event) in calendar.events.iter().enumerate() {
            let mut card = card(calendar.method, event, letters);
            card.file_url.clone_from(&file_url);
            card.more_events = match u64::try_from(calendar.more) {
                Ok(more @ 1..) if at == last => locale.language.count("invitation-more-events", more, []),
                _ => String::new(),
            };
            cards.push(card);
        }
    }
    cards
}

fn card(method: Method, event: &Event, letters: &Letters<'_>) -> InvitationCard {
    let Letters { locale, dates, links, .. } = letters;
    let language = &locale.language;
    let cancelled = event.cancelled || method == Method::Cancel;
    let (key, kind) = match method {
        _ if cancelled => ("invitation-cancelled", "bad"),
        Method::Request | Method::Add if event.sequence > 0 => ("invitation-changed", "warn"),
        Method::Request | Method::Add => ("invitation", "plain"),
        Method::Reply => ("invitation-answer", "plain"),
        Method::Counter => ("invitation-counter", "warn"),
        Method::DeclineCounter => ("invitation-declined-counter", "plain"),
        Method::Refresh => ("invitation-refresh", "plain"),
        Method::Publish | Method::Cancel => ("invitation-event", "plain"),
    };
    let when = told(event.start.as_ref(), event.end.as_ref(), locale, dates);
    let summary = match clean(&event.summary) {
        empty if empty.is_empty() => language.text("invitation-untitled").to_owned(),
        summary => summary,
    };
    let is_reply = matches!(method, Method::Reply | Method::Counter | Method::Refresh);
    let text = |text: &str| if text.trim().is_empty() { Vec::new() } else { blocks(text, *links) };
    let beyond = event.attendees.len().saturating_sub(LISTED) + event.more_attendees;
    InvitationCard {
        title: language.text(key).to_owned(),
        kind,
        summary,
        struck: cancelled,
        reply: event.attendees.first().filter(|_| is_reply).map(|one| reply(one, locale)).unwrap_or_default(),
        when: when.here,
        datetime: when.machine,
        there: when.there,
        repeats: match &event.repeats {
            Some(repeat) => repeats(repeat, locale, dates),
            None if event.is_instance => language.text("event-instance").to_owned(),
            None => String::new(),
        },
        location: text(&clean(&event.location)),
        organizer: event.organizer.as_ref().map(Person::from),
        invited: match is_reply {
            true => Vec::new(),
            false => event.attendees.iter().take(LISTED).map(|one| invited(one, locale)).collect(),
        },
        more_invited: match u64::try_from(beyond) {
            Ok(more @ 1..) if !is_reply => language.count("event-more-invited", more, []),
            _ => String::new(),
        },
        description: text(&event.description),
        file_url: String::new(),
        more_events: String::new(),
    }
}

fn invited(attendee: &Attendee, locale: &Locale) -> Invited {
    let answer = match attendee.answer {
        Answer::None => "answer-none",
        Answer::Accepted => "answer-accepted",
        Answer::Declined => "answer-declined",
        Answer::Tentative => "answer-tentative",
        Answer::Delegated => "answer-delegated",
    };
    let mut answer = locale.text(answer).to_owned();
    if attendee.optional {
        answer = format!("{answer}, {}", locale.text("answer-optional"));
    }
    Invited { who: Person::from(&attendee.who), answer }
}

fn reply(attendee: &Attendee, locale: &Locale) -> String {
    let who = |address: &Address| clean(address.label());
    let key = match attendee.answer {
        Answer::None => "reply-none",
        Answer::Accepted => "reply-accepted",
        Answer::Declined => "reply-declined",
        Answer::Tentative => "reply-tentative",
        Answer::Delegated => "reply-delegated",
    };
    locale.language.say(key, [("who", who(&attendee.who).into())])
}
