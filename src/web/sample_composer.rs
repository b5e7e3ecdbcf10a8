//! The composer and the outbox, for `samples`.

use jiff::Timestamp;

use super::compose_show::ComposeShow;
use super::compose_told::Told;
use super::message_resend::{self, MessageResend};
use super::outbox_show::OutboxShow;
use super::reminders::reminders;
use super::sample_opened::opened;
use super::sample_words::{ago, name, person};
use super::samples::Studio;
use super::typed::{Complaint, Typed};
use crate::account::{Queue, Queued, Reply, Sending, Why};
use crate::mail::{
    About, Attachment, Draft, Identity, MessageId, MessageRef, Priority, Source, Uid, UidValidity, UploadId,
};

fn identities() -> Vec<Identity> {
    let identity = |id, name: &str, addr: &str| Identity {
        id,
        address: person(name, addr),
        language: "en-GB".into(),
        is_default: id == 0,
        ..Identity::default()
    };
    vec![
        identity(0, "Mara Lindqvist", "mara@nordhafen.example"),
        identity(7, "Studio Lindqvist", "studio@nordhafen.example"),
    ]
}

fn written() -> Typed {
    let message =
        MessageRef { mailbox: name("INBOX"), uid_validity: UidValidity::new(7).unwrap(), uid: Uid::new(4819).unwrap() };
    let file = |name: &str, media_type: &str, size| Attachment {
        name: name.into(),
        media_type: media_type.into(),
        size,
        content_id: None,
        source: Source::Upload(UploadId::from_bytes([7; 16])),
    };
    let draft = Draft {
        from: person("Mara Lindqvist", "mara@nordhafen.example"),
        to: vec![
            person("Ilse Brandt", "i.brandt@hafenmuseum.example"),
            person("Bauamt Nord", "bauamt@nordhafen.example"),
            person("tove@kontor7", ""),
        ],
        subject: "Re: Final plans for the east wing, with two questions about the stairs".into(),
        text: "Dear Ilse,\n\nplease do move the wall. Four centimetres now are cheaper than a letter from the fire office \
               later, and the old rail can go to the workshop.\n\nAnd yes: keep the lamp!\n\nMara Lindqvist\nStudio \
               Lindqvist · Nordhafen\n\nOn 23 November, Ilse Brandt wrote:\n> attached are the drawings we agreed on \
               last week. Two things are still open\n> before the builders start on the 7th, and I would like your \
               word on both:"
            .into(),
        attachments: vec![
            file("Section B–B, corrected.pdf", "application/pdf", 3_400_000),
            file("Site video.mov", "video/quicktime", 27_800_000),
        ],
        about: Some(About::Answers(message.clone())),
        ..Draft::new(MessageId::parse("1@nordhafen.example").unwrap(), ago(0))
    };
    Typed::of(draft, &identities(), Some(message), "/webmail/mailbox/INBOX".into())
}

/// The composer and the outbox.
pub(super) fn draw(studio: &mut Studio) {
    let show = |studio: &Studio, typed: &Typed, told: &Told| {
        ComposeShow::new(studio.shell("Drafts"), typed, &identities(), told, &studio.locale, &studio.urls)
    };
    let typed = written();
    let saved = Some(Timestamp::now());
    let (_, complaints) = typed.draft(&identities(), Some(34_500_000), ago(0), &studio.locale);
    let page = show(studio, &typed, &Told { saved, complaints, ..Told::default() });
    studio.draw("compose-refused", &page);
    let asked = Typed { subject: String::new(), attachments: Vec::new(), about: None, ..typed.clone() };
    let reminders = reminders(&Typed { text: "See the attached plan".into(), ..asked.clone() }, 30, &studio.locale);
    assert_eq!(reminders.len(), 3);
    let page = show(studio, &asked, &Told { reminders, anyway: "anyway:send".into(), ..Told::default() });
    studio.draw("compose-asked", &page);
    let empty = Typed { to: String::new(), text: String::new(), draft: None, ..asked };
    let page = show(studio, &empty, &Told::default());
    studio.draw("compose", &page);
    let full = Typed { cc: "bo@nordhafen.example".into(), at: "x".into(), priority: Priority::High, ..typed };
    let at = Complaint::new("at", studio.locale.text("compose-at-past"));
    let page = show(studio, &full, &Told { lead: "Not sent.".into(), complaints: vec![at], ..Told::default() });
    studio.draw("compose-full", &page);

    let resending = message_resend::Typed {
        message_id: MessageId::parse("2@nordhafen.example").unwrap(),
        from: 7,
        to: "tove@kontor7".into(),
        cc: String::new(),
        back: String::new(),
    };
    let nobody = Complaint::new("to", studio.locale.text("compose-nobody"));
    for (name, complaints) in [("resend", Vec::new()), ("resend-refused", vec![nobody])] {
        let (shell, told) = (studio.shell("INBOX"), Told { complaints, ..Told::default() });
        let original = opened(Vec::new());
        let page = MessageResend::new(shell, &original, &resending, &identities(), &told, &studio.locale, &studio.urls);
        studio.draw(name, &page);
    }

    let reply = Reply { code: 550, text: "5.1.1 <nobody@kontor7.example> User unknown".into() };
    let now = Timestamp::now().as_second();
    let states = [
        Queue::Waiting { due: now + 20, after: None },
        Queue::Waiting { due: now + 200_000, after: None },
        Queue::Waiting { due: now + 300, after: Some(Why::NoConnection) },
        Queue::Failed(Why::Recipients(vec![("nobody@kontor7.example".into(), reply)])),
        Queue::Uncertain,
        Queue::Sent { filed: false },
        Queue::Submitting,
        Queue::Sent { filed: true },
    ];
    let queued = states.map(|state| Queued {
        sending: Sending {
            message_id: MessageId::parse("1@nordhafen.example").unwrap(),
            state,
            draft: Some(opened(Vec::new()).message),
            made: None,
            to: (0..5).map(|n| person("", &format!("tove{n}@kontor7.example"))).collect(),
            conflict: false,
            is_other: false,
            perhaps_sent: false,
            held_until: None,
            unconfirmed: false,
        },
        since: now - 600,
        tries: 0,
        subject: "Final plans for the east wing".into(),
    });
    let page = OutboxShow::new(studio.shell("INBOX"), &queued, &studio.locale, &studio.urls);
    studio.draw("outbox", &page);
    let page = OutboxShow::new(studio.shell("INBOX"), &[], &studio.locale, &studio.urls);
    studio.draw("outbox-empty", &page);
}
