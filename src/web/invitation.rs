//! Invitations and events as cards: what, when, where, who; and whether the one who looks can answer.

use serde::Serialize;

use super::compose_start::fresh_id;
use super::error::Error;
use super::event_time::{is_over, repeats, told};
use super::identities::identities_of;
use super::letter::{Block, Letters, Person, blocks};
use super::locale::Locale;
use super::shown::clean;
use super::visit::Visit;
use crate::account::{Answered, Explained, Opened, Standing, standing};
use crate::mail::{Address, Answer, Attendee, Calendar, Event, Identity, Method, PartPath};

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
    /// What this person answered, or why they can't.
    standing: String,
    /// Whether that is an answer of theirs.
    answered: bool,
    form: Option<AnswerForm>,
}

/// The form that answers.
#[derive(Serialize)]
struct AnswerForm {
    url: String,
    part: String,
    message_id: String,
    choices: Vec<AnswerChoice>,
}

/// A button of it.
#[derive(Serialize)]
struct AnswerChoice {
    value: &'static str,
    label: String,
    icon: &'static str,
    current: bool,
}

/// What is known for an answer. Empty where nobody can answer: on paper.
#[derive(Debug, Default)]
pub(super) struct Answering {
    /// Where an answer goes; empty: nowhere.
    pub url: String,
    /// The name that it would have.
    pub message_id: String,
    /// Who might be asked.
    pub own: Vec<Identity>,
    /// What was answered before.
    pub answered: Option<Answered>,
}

/// What is known for an answer to the invitations of a message.
pub(super) async fn answering(visit: &Visit, opened: &Opened) -> Result<Answering, Error> {
    if opened.explained.calendars.is_empty() {
        return Ok(Answering::default());
    }
    let own = identities_of(visit).await?;
    let is_asked = |calendar: &Calendar| matches!(standing(calendar, &own), Standing::Invited { .. });
    let answered = match opened.explained.calendars.iter().any(|(_, calendar)| is_asked(calendar)) {
        true => visit.account().answered(opened).await,
        false => None,
    };
    Ok(Answering {
        url: visit.state.urls.answer(&opened.message),
        message_id: fresh_id(visit.account().user())?.to_string(),
        own,
        answered,
    })
}

/// Who is invited, and what they said.
#[derive(Serialize)]
struct Invited {
    who: Person,
    answer: String,
}

/// The events in a message.
pub(super) fn invitations(explained: &Explained, letters: &Letters<'_>, answering: &Answering) -> Vec<InvitationCard> {
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
            if at == 0 && !answering.url.is_empty() {
                card.answer(path, calendar, answering, letters);
            }
            cards.push(card);
        }
    }
    cards
}

fn card(method: Method, event: &Event, letters: &Letters<'_>) -> InvitationCard {
    let Letters { locale, dates, links, urls, .. } = letters;
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
    let text = |text: &str| if text.trim().is_empty() { Vec::new() } else { blocks(text, *links, urls) };
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
        standing: String::new(),
        answered: false,
        form: None,
    }
}

impl InvitationCard {
    /// Says what was answered, and offers what can be. A calendar is answered as one, on its first card.
    fn answer(&mut self, path: &PartPath, calendar: &Calendar, answering: &Answering, letters: &Letters<'_>) {
        let Letters { locale, dates, .. } = letters;
        let why_not = match standing(calendar, &answering.own) {
            Standing::NotAsked => return,
            Standing::Organises => "invitation-own",
            Standing::NotInvited => "invitation-others",
            Standing::NoOrganizer => "invitation-no-organizer",
            Standing::Invited { .. } if calendar.events.iter().all(|event| is_over(event, locale)) => "invitation-over",
            Standing::Invited { answered, .. } => {
                let answer = answering.answered.map_or(answered, |answered| answered.answer);
                if let Some(said) = answering.answered {
                    let at = dates.medium(said.at);
                    let key = answered_key(said.answer);
                    self.standing = locale.language.say(key, [("date", at.into())]);
                    self.answered = true;
                }
                self.form = Some(AnswerForm {
                    url: answering.url.clone(),
                    part: path.to_string(),
                    message_id: answering.message_id.clone(),
                    choices: ANSWERS
                        .into_iter()
                        .map(|(value, known, label, icon)| AnswerChoice {
                            value,
                            label: locale.text(label).to_owned(),
                            icon,
                            current: known == answer,
                        })
                        .collect(),
                });
                return;
            }
        };
        self.standing = locale.text(why_not).to_owned();
    }
}

/// What can be answered: as the form says it, and on its button.
const ANSWERS: [(&str, Answer, &str, &str); 3] = [
    ("accepted", Answer::Accepted, "invitation-accept", "check"),
    ("tentative", Answer::Tentative, "invitation-perhaps", ""),
    ("declined", Answer::Declined, "invitation-decline", "x"),
];

/// An answer as the form says it.
pub(super) fn read_answer(text: &str) -> Option<Answer> {
    ANSWERS.into_iter().find(|(value, ..)| *value == text).map(|(_, answer, ..)| answer)
}

fn answered_key(answer: Answer) -> &'static str {
    match answer {
        Answer::Accepted => "answered-accepted",
        Answer::Declined => "answered-declined",
        Answer::Tentative => "answered-tentative",
        Answer::Delegated => "answered-delegated",
        Answer::None => "answered-none",
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
