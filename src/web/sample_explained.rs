//! A sample of everything that machines tell, with a stranger's markup in it.

use crate::account::Explained;
use crate::mail::{
    Address, Answer, Attendee, Calendar, Cause, Civil, Complaint, Contact, Delivery, Disposed, Event, Every, Labelled,
    Method, Outcome, PartPath, Place, Receipt, Recipient, Repeat, Report, Seal, When,
};

/// One of everything that machines tell.
pub(super) fn explained() -> Explained {
    let recipient = |outcome, cause| Recipient {
        addr: "<b>ann</b>@example.org".into(),
        outcome,
        cause,
        diagnostic: "550 5.1.1 <script>alert(1)</script>".into(),
        status: "5.1.1".into(),
        ..Recipient::default()
    };
    let attendee = |answer| Attendee { who: person("Tove <Berg>", "tove@kontor7.example"), answer, optional: true };
    let start = Civil::new((2026, 12, 12), (19, 30, 0)).map(When::Utc);
    let event = Event {
        summary: "Dinner <i>".into(),
        location: "Harbour, https://hafenmuseum.example".into(),
        description: "Bring bread.\n".into(),
        start,
        organizer: Some(person("Ilse", "ilse@hafenmuseum.example")),
        attendees: vec![attendee(Answer::Accepted), attendee(Answer::None)],
        more_attendees: 7,
        repeats: Some(Repeat { every: Every::Week, interval: 1, ..Repeat::default() }),
        ..Event::default()
    };
    let one = || PartPath::root().child(2);
    let events = vec![event.clone(), Event { cancelled: true, ..event }];
    let phones = vec![Labelled { place: Place::Mobile, text: "+49 40 1".into() }];
    Explained {
        reports: vec![
            Report::Delivery(Delivery {
                recipients: vec![
                    recipient(Outcome::Failed, Cause::Full),
                    recipient(Outcome::Delayed, Cause::Unknown),
                    recipient(Outcome::Delivered, Cause::Unknown),
                ],
                more: 3,
                ..Delivery::default()
            }),
            Report::Receipt(Receipt { disposition: Disposed::Displayed, ..Receipt::default() }),
            Report::Complaint(Complaint { kind: "abuse".into(), ..Complaint::default() }),
        ],
        calendars: vec![(one(), Calendar { method: Method::Request, events, more: 2 })],
        contacts: vec![(one(), Contact { name: "Ann <u>".into(), phones, ..Contact::default() })],
        seals: vec![Seal::SignedPgp, Seal::LockedSmime],
    }
}

fn person(name: &str, addr: &str) -> Address {
    Address { name: name.into(), addr: addr.into() }
}
