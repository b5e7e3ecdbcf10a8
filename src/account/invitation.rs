//! Invitations: who is asked, what they answered, and their answer (RFC 5546, RFC 6047).

use std::time::Duration;

use tokio::time::timeout;

use super::account::Work;
use super::explained::explained;
use super::{Account, Error, Explained, Made, Opened, Sending, When};
use crate::imap::Purpose;
use crate::mail::{
    About, Address, Answer, Calendar, Draft, Event, Identity, MessageId, MessageRef, Method, Moment, PartPath, Role,
};
use crate::mime::{self, CalendarReply};

/// How long a page waits to hear what was answered before.
const PATIENCE: Duration = Duration::from_millis(300);
/// Answers in Sent that are looked at, the newest first.
const MOST: usize = 4;
/// Octets of a calendar that is answered; a longer one is not read to the person either.
const LONGEST: usize = 512 << 10;

/// What a person can do about a calendar that a message brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nothing: it is an event to look at, somebody's answer, something that is called off.
    NotAsked,
    /// They invite themselves.
    Organises,
    /// Others are invited, and they are not among them.
    NotInvited,
    /// It does not say who invites, or not where they can be reached.
    NoOrganizer,
    /// They can answer.
    Invited {
        /// As whom: one of their identities.
        identity: u32,
        /// Who gets the answer.
        organizer: Address,
        /// What the invitation itself says they answered.
        answered: Answer,
    },
}

/// An answer that was found in Sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// Which.
    pub answer: Answer,
    /// When it was written.
    pub at: Moment,
}

/// Somebody's answer, with the words that go with it.
#[derive(Debug, Clone)]
pub struct InvitationAnswer {
    /// The name of the message that carries it.
    pub message_id: MessageId,
    /// When it is given.
    pub now: Moment,
    /// The part with the invitation.
    pub part: PartPath,
    /// Yes, no, perhaps.
    pub answer: Answer,
    /// Who answers.
    pub from: Address,
    /// To whom.
    pub organizer: Address,
    /// What they add.
    pub comment: String,
    /// The subject, in the language of the one who answers.
    pub subject: String,
    /// What people read of it.
    pub text: String,
}

/// What a person with these addresses can do about a calendar. One that asks about several events is answered as one.
pub fn standing(calendar: &Calendar, own: &[Identity]) -> Standing {
    if !matches!(calendar.method, Method::Request | Method::Add) || calendar.events.iter().all(|event| event.cancelled)
    {
        return Standing::NotAsked;
    }
    let organizer = calendar.events.iter().find_map(|event| event.organizer.clone());
    if organizer.as_ref().is_some_and(|organizer| mime::identity_of(&organizer.addr, own).is_some()) {
        return Standing::Organises;
    }
    let asked = |event: &Event| {
        let found = event.attendees.iter().find_map(|one| Some((mime::identity_of(&one.who.addr, own)?, one.answer)));
        found.map(|(identity, answered)| (identity.id, answered))
    };
    let Some((identity, answered)) = calendar.events.iter().find_map(asked) else { return Standing::NotInvited };
    match organizer.filter(|organizer| mime::wire_address(&organizer.addr).is_some()) {
        Some(organizer) => Standing::Invited { identity, organizer, answered },
        None => Standing::NoOrganizer,
    }
}

impl Account {
    /// What this person answered to the invitations of a message, as their copy in Sent says, whatever program wrote it;
    /// `None` where there is no such copy, or looking for it takes too long.
    pub async fn answered(&self, opened: &Opened) -> Option<Answered> {
        let id = opened.envelope.message_id.clone().filter(|id| MessageId::parse(id).is_ok())?;
        let events: Vec<String> = events(&opened.explained).map(|event| event.uid.clone()).collect();
        if events.is_empty() {
            return None;
        }
        timeout(PATIENCE, self.find_answer(id, opened.internal_date, events)).await.ok()?.ok()?
    }

    async fn find_answer(&self, id: String, since: Moment, events: Vec<String>) -> Result<Option<Answered>, Error> {
        let overview = self.overview().await?;
        let Some(sent) = overview.with_role(Role::Sent).map(|mailbox| mailbox.name.clone()) else { return Ok(None) };
        // a server's clock may be behind the one that wrote the invitation
        let since = Moment { seconds: since.seconds.saturating_sub(86_400), ..since };
        let mailbox = sent.clone();
        let found = self.read(Purpose::Mailbox(&mailbox), move |inner| -> Work<Option<Answered>> {
            let (id, sent, events) = (id.clone(), sent.clone(), events.clone());
            Box::new(move |link| {
                Box::pin(async move {
                    let uid_validity = link.select(&sent).await?.uid_validity;
                    // as of now: what was sent a moment ago was filed by another connection
                    link.sync_now().await?;
                    let mut uids = link.related(std::slice::from_ref(&id), Some(since)).await?;
                    uids.reverse();
                    uids.truncate(MOST);
                    let essences = inner.essences(link, &uids, Vec::new()).await?;
                    for uid in uids {
                        let Some(essence) = essences.get(&uid) else { continue };
                        let message = MessageRef { mailbox: sent.clone(), uid_validity, uid };
                        let Some((content, ..)) = inner.content(link, &message, essence).await? else { continue };
                        if let Some(answer) = answer_in(&explained(&content, &[]), &events) {
                            let at = essence.envelope.sent_date.unwrap_or(essence.internal_date);
                            return Ok(Some(Answered { answer, at }));
                        }
                    }
                    Ok(None)
                })
            })
        });
        found.await.map_err(|error| Error::about(error, &mailbox))
    }

    /// Answers an invitation: the organiser gets a message that their calendar reads, and the message with the invitation is
    /// marked as answered. Under one name it goes once. [`Error::Refused`]: nobody of this name is invited.
    pub async fn answer_invitation(
        &self,
        message: &MessageRef,
        answer: &InvitationAnswer,
        own: &[Identity],
        when: When,
    ) -> Result<Sending, Error> {
        let invitation = self.open_text(message, &answer.part, LONGEST).await?.text;
        let reply = CalendarReply { own, answer: answer.answer, comment: &answer.comment, now: answer.now };
        let calendar = mime::calendar_reply(&invitation, &reply).ok_or(Error::Refused)?;
        let written = self.written(message).await?;
        let (in_reply_to, references) = mime::answered_ids(&written.envelope);
        let draft = Draft {
            from: answer.from.clone(),
            to: vec![answer.organizer.clone()],
            subject: answer.subject.clone(),
            text: answer.text.clone(),
            calendar: Some(calendar),
            in_reply_to,
            references,
            about: Some(About::Answers(message.clone())),
            ..Draft::new(answer.message_id.clone(), answer.now)
        };
        let octets = mime::build(&draft, &[], mime::Copy::Outgoing).into();
        self.send_made(draft, octets, Made::Answer(message.clone()), when).await
    }
}

fn events(explained: &Explained) -> impl Iterator<Item = &Event> {
    explained.calendars.iter().flat_map(|(_, calendar)| &calendar.events)
}

/// The answer in a message of one's own, if it is one to these events.
fn answer_in(explained: &Explained, wanted: &[String]) -> Option<Answer> {
    let replies = explained.calendars.iter().filter(|(_, calendar)| calendar.method == Method::Reply);
    let mut events = replies.flat_map(|(_, calendar)| &calendar.events);
    let event = events.find(|event| wanted.contains(&event.uid))?;
    event.attendees.first().map(|attendee| attendee.answer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Attendee;

    fn address(addr: &str) -> Address {
        Address { name: String::new(), addr: addr.to_owned() }
    }

    fn own() -> Vec<Identity> {
        let one = |id, addr| Identity { id, address: address(addr), ..Identity::default() };
        vec![one(0, "ann@a.example"), one(7, "office@a.example")]
    }

    fn invitation(method: Method, organizer: Option<&str>, invited: &[&str]) -> Calendar {
        let attendee = |addr: &&str| Attendee { who: address(addr), answer: Answer::Accepted, optional: false };
        let event = Event {
            organizer: organizer.map(address),
            attendees: invited.iter().map(attendee).collect(),
            ..Event::default()
        };
        Calendar { method, events: vec![event], more: 0 }
    }

    #[test]
    fn whoever_is_asked_can_answer_as_whom_they_were_asked() {
        let bo = Some("bo@b.example");
        let calendar = invitation(Method::Request, bo, &["cy@c.example", "Office+x@a.example"]);
        let asked = Standing::Invited { identity: 7, organizer: address("bo@b.example"), answered: Answer::Accepted };
        assert_eq!(standing(&calendar, &own()), asked);
        let of = |method, organizer, invited: &[&str]| standing(&invitation(method, organizer, invited), &own());
        assert_eq!(of(Method::Request, bo, &["cy@c.example"]), Standing::NotInvited);
        assert_eq!(of(Method::Request, Some("ANN@a.example"), &["ann@a.example"]), Standing::Organises);
        for nobody in [None, Some("no address"), Some("")] {
            assert_eq!(of(Method::Request, nobody, &["ann@a.example"]), Standing::NoOrganizer);
        }
        for method in [Method::Publish, Method::Reply, Method::Cancel, Method::Counter, Method::DeclineCounter] {
            assert_eq!(of(method, bo, &["ann@a.example"]), Standing::NotAsked);
        }
        let mut off = invitation(Method::Request, bo, &["ann@a.example"]);
        off.events[0].cancelled = true;
        assert_eq!(standing(&off, &own()), Standing::NotAsked);
    }
}
