//! Messages as they are opened, for `samples`: a plain one, and one that is not to be believed.

use std::sync::Arc;

use super::sample_words::{ago, mailbox, name, person};
use crate::account::{Attachment, Body, Explained, Neighbours, Opened};
use crate::mail::{
    Authenticity, Check, CheckMethod, CheckResult, Doubt, Envelope, Flag, Letter, MessageRef, ReceiptAsked, Role, Uid,
    UidValidity, Unsubscribe, Verdict,
};

fn verified(domain: &str) -> Authenticity {
    let check = |method| Check { method, outcome: CheckResult::Pass, domain: domain.into(), aligned: true };
    Authenticity {
        verdict: Verdict::Verified { domain: domain.into() },
        checks: [CheckMethod::Spf, CheckMethod::Dkim, CheckMethod::Dmarc].map(check).to_vec(),
    }
}

pub(super) fn doubtful() -> Opened {
    let plain = opened(vec![text("Your account ends today. Sign in now.")]);
    let check = |method, outcome| Check {
        method,
        outcome,
        domain: "bank.example".into(),
        aligned: method != CheckMethod::Dkim,
    };
    Opened {
        authenticity: Authenticity {
            verdict: Verdict::Failed { domain: "xn--bnk-ula.example".into() },
            checks: vec![
                check(CheckMethod::Spf, CheckResult::SoftFail),
                check(CheckMethod::Dkim, CheckResult::Pass),
                check(CheckMethod::Dmarc, CheckResult::Fail),
            ],
        },
        doubts: vec![
            Doubt::KnownName { known: "i.brandt@hafenmuseum.example".into() },
            Doubt::OwnName,
            Doubt::LookAlike {
                domain: "bаnk.example".into(),
                ascii: "xn--bnk-7cd.example".into(),
                like: "bank.example".into(),
            },
            Doubt::LookAlike {
                domain: "bаnk.example".into(),
                ascii: "xn--bnk-7cd.example".into(),
                like: String::new(),
            },
            Doubt::MixedAlphabets { word: "Bаnk".into() },
            Doubt::NamesAnother { claimed: "service@bank.example".into(), domain: "evil.example".into() },
            Doubt::SeveralSenders,
            Doubt::AnswersElsewhere { address: "x@evil.example".into() },
            Doubt::TurnedName,
            Doubt::TurnedSubject,
        ],
        readable_domain: Some(("bänk.example".into(), "xn--bnk-ula.example".into())),
        unsubscribe: Unsubscribe {
            one_click: "https://lists.bank.example/out?x=1".into(),
            page: "https://lists.bank.example/out?x=1".into(),
            letter: Some(Letter { to: "out+7@bank.example".into(), subject: "no more".into(), text: String::new() }),
        },
        receipt: Some(ReceiptAsked {
            to: vec![person("Bank <b>", "x@bank.example")],
            is_elsewhere: true,
            ..ReceiptAsked::default()
        }),
        ..plain
    }
}

pub(super) fn opened(bodies: Vec<Body>) -> Opened {
    let file = |at: u16, name: &str, media_type: &str, size| Attachment {
        path: crate::mail::PartPath::root().child(at),
        name: name.into(),
        media_type: media_type.into(),
        size,
    };
    Opened {
        message: MessageRef {
            mailbox: name("INBOX"),
            uid_validity: UidValidity::new(7).unwrap(),
            uid: Uid::new(4819).unwrap(),
        },
        mailbox: mailbox("INBOX", Some(Role::Inbox), 12),
        flags: [Flag::Seen, Flag::Flagged].into_iter().collect(),
        envelope: Arc::new(Envelope {
            subject: "Final plans for the east wing, with two questions about the stairs".into(),
            from: vec![person("Ilse Brandt", "i.brandt@hafenmuseum.example")],
            reply_to: vec![person("", "office@hafenmuseum.example")],
            to: vec![
                person("Mara Lindqvist", "mara.lindqvist@nordhafen.example"),
                person("Bauamt Nord", "bauamt@nordhafen.example"),
            ],
            cc: (0..300).map(|n| person("Tove Berg", &format!("tove{n}@kontor7.example"))).collect(),
            sent_date: Some(ago(60 * 50)),
            list_id: Some("plans.hafenmuseum.example".into()),
            ..Envelope::default()
        }),
        authenticity: verified("hafenmuseum.example"),
        doubts: Vec::new(),
        readable_domain: None,
        receipt: None,
        unsubscribe: Unsubscribe::default(),
        internal_date: ago(19),
        size: 8_400_000,
        preview: "Good morning Mara, attached are the drawings".into(),
        bodies,
        left_out: 2,
        attachments: vec![
            file(2, "East wing, plans rev. F.pdf", "application/pdf", 5_100_000),
            file(3, "Stairs – Schnitt B–B.jpg", "image/jpeg", 2_900_000),
            file(4, "Costs November.xlsx", "application/vnd.ms-excel", 412_000),
        ],
        explained: Explained::default(),
        neighbours: Neighbours { before: None, after: Uid::new(4818), place: 1, total: 1284 },
        damaged: false,
    }
}

/// What is written in it.
pub(super) const LETTER: &str = "Good morning Mara,\n\nattached are the drawings we agreed on last week. Two things are still open \
before the builders start on the 7th, and I would like your word on both:\n\n1. The stairs to the gallery. The fire \
office asks for 1.20 m; we have 1.16 m. See https://hafenmuseum.example/plans?rev=F for the sections.\n\n2. The lamp \
over the entrance. Tove found the old one in the depot. It works. Shall we keep it?\n\nWarm greetings from the \
harbour\nIlse\n\n> On Friday Mara wrote:\n>> When do the builders come?\n> I shall ask them.\n\n-- \nIlse \
Brandt\nHafenmuseum\n";

pub(super) fn text(body: &str) -> Body {
    Body::Text { path: crate::mail::PartPath::root().child(1), text: body.into(), cut: false }
}
