//! `POST /message/{mailbox}/{uidvalidity}/{uid}/answer`: the answer to an invitation goes to whoever invited, by the outbox,
//! as everything that is sent.

use actix_web::HttpResponse;

use super::came_of::came_of;
use super::chosen::go_to;
use super::compose_post::soon;
use super::dates::Dates;
use super::error::Error;
use super::event_time::{is_over, told};
use super::flash::{FlashKind, FlashMessage};
use super::form::Fields;
use super::identities::identities_of;
use super::invitation::read_answer;
use super::later::now_here;
use super::not_sent;
use super::params::MessageParam;
use super::sheet::lines;
use super::shown::clean;
use super::visit::Visit;
use crate::account::{self, Asked, InvitationAnswer, Queue, Standing, standing};
use crate::mail::{Address, Answer, Calendar, MessageId, PartPath};

/// The longest note that goes with an answer, in characters.
const LONGEST_NOTE: usize = 2_000;

/// Answers. `answer` is `accepted`, `tentative` or `declined`; `part` has the invitation; `comment` goes with it.
pub(super) async fn invitation_answer(
    visit: Visit,
    message: MessageParam,
    fields: Fields,
) -> Result<HttpResponse, Error> {
    let (locale, urls) = (&visit.locale, &visit.state.urls);
    let one = |name: &str| fields.one(name).unwrap_or_default();
    let strange = || Error::BadInput("an answer that no form of ours gives");
    let answer = read_answer(one("answer")).ok_or_else(strange)?;
    let part: PartPath = one("part").parse().map_err(|_| Error::NotFound)?;
    let message_id = MessageId::parse(one("message_id")).map_err(|_| strange())?;
    let bad = |text: String| {
        let message_url = urls.message(&message.0);
        go_to(&message_url, Some(FlashMessage { text, kind: FlashKind::Bad, undo: None }), &visit)
    };
    let comment = match lines(one("comment"), LONGEST_NOTE) {
        Ok(comment) => comment,
        Err(problem) => return Ok(bad(problem.in_words(locale))),
    };
    let opened = visit.account().peek_message(&message.0, &Asked::default()).await?;
    let calendars = &opened.explained.calendars;
    let (part, calendar) = calendars.iter().find(|(path, _)| *path == part).ok_or(Error::NotFound)?;
    let identities = identities_of(&visit).await?;
    let Standing::Invited { identity, organizer, .. } = standing(calendar, &identities) else {
        return Ok(bad(locale.text("invitation-not-answered").to_owned()));
    };
    if calendar.events.iter().all(|event| is_over(event, locale)) {
        return Ok(bad(locale.text("invitation-over").to_owned()));
    }
    let from = identities.iter().find(|one| one.id == identity).map(|one| one.address.clone()).unwrap_or_default();
    let (subject, text) = words(answer, calendar, &from, &comment, &visit);
    let now = now_here(locale);
    let part = part.clone();
    let given = InvitationAnswer { message_id, now, part, answer, from, organizer, comment, subject, text };
    let sending = visit.account().answer_invitation(&opened.message, &given, &identities, soon(&visit).await?).await;
    let sending = match sending {
        Ok(sending) => sending,
        Err(account::Error::Refused) => return Ok(bad(locale.text("invitation-not-answered").to_owned())),
        Err(error) => return Err(error.into()),
    };
    if let Queue::Failed(why) = &sending.state {
        let text = locale.language.say("invitation-unsent", [("why", not_sent::told(why, locale).into())]);
        return Ok(go_to(&urls.outbox(), Some(FlashMessage { text, kind: FlashKind::Bad, undo: None }), &visit));
    }
    match came_of(&visit, &sending, &urls.message(&opened.message)).await {
        Some(answer) => Ok(answer),
        None => Err(Error::broken(std::io::Error::other("a message in no state"))),
    }
}

/// The subject, and what people read who have no calendar.
fn words(answer: Answer, calendar: &Calendar, from: &Address, comment: &str, visit: &Visit) -> (String, String) {
    let (locale, dates) = (&visit.locale, Dates::now(&visit.locale));
    let event = calendar.events.first();
    let summary = event.map(|event| clean(&event.summary)).filter(|summary| !summary.is_empty());
    let summary = summary.unwrap_or_else(|| locale.text("invitation-untitled").to_owned());
    let when = event.map(|event| told(event.start.as_ref(), event.end.as_ref(), locale, &dates).here);
    let keys = match answer {
        Answer::Accepted => ("answer-subject-accepted", "answer-text-accepted"),
        Answer::Declined => ("answer-subject-declined", "answer-text-declined"),
        _ => ("answer-subject-tentative", "answer-text-tentative"),
    };
    let subject = locale.language.say(keys.0, [("summary", summary.as_str().into())]);
    let mut text = locale.language.say(keys.1, [("who", clean(from.label()).into())]);
    for line in [summary, when.unwrap_or_default()].into_iter().filter(|line| !line.is_empty()) {
        text.push('\n');
        text.push_str(&line);
    }
    if !comment.is_empty() {
        text.push_str("\n\n");
        text.push_str(comment);
    }
    (subject, text)
}
