//! Messages begun from others: answers, messages passed on, drafts gone on with.

use bytes::Bytes;
use fernpost::account::{ReplyPlace, ReplyStyle, Start};
use fernpost::mail::{
    About, Address, Draft, Flag, Identity, Mailto, MessageId, MessageRef, Moment, PartPath, Priority, Source,
    UidValidity,
};
use fernpost::mime::{self, Copy};

use crate::message;
use crate::person::Person;
use crate::python::{assert_read_by_python, expected};

/// What stands in the header of what is built here.
const FIELDS: &[&str] = &[
    "Date",
    "From",
    "Reply-To",
    "To",
    "Cc",
    "Bcc",
    "Subject",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Organization",
    "X-Priority",
    "Importance",
    "Disposition-Notification-To",
    "X-Fernpost-Asks",
    "X-Fernpost-About",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
];

fn style(place: ReplyPlace) -> ReplyStyle {
    let people = |list: &[Address]| mime::recipients_field(list);
    ReplyStyle {
        place,
        signature: ReplyPlace::Above,
        now: Moment { seconds: 1_796_000_000, offset_minutes: 60 },
        random: [9; 16],
        attribution: Box::new(|who, when| format!("On {}, {} wrote:", when.seconds, who.label())),
        forwarded: Box::new(move |envelope| {
            format!(
                "-- Forwarded --\nFrom: {}\nTo: {}\nBcc: {}",
                people(&envelope.from),
                people(&envelope.to),
                people(&envelope.bcc)
            )
        }),
    }
}

fn identities() -> Vec<Identity> {
    let one = |id: u32, addr: &str, signature: &str| Identity {
        id,
        address: Address { name: format!("Ann {id}"), addr: addr.into() },
        signature: signature.into(),
        is_default: id == 0,
        ..Identity::default()
    };
    let sales =
        Identity { copies_to_self: true, organisation: "Firm".into(), ..one(1, "sales@firm.example", "Sales\nFirm") };
    vec![one(0, "ann@home.example", "Ann"), sales]
}

impl Person {
    /// Puts a mail there, as it is.
    async fn put_mail(&mut self, mailbox: &str, mail: &[u8]) -> MessageRef {
        let uid = self.mail.append(mailbox, "", mail).await;
        let uid_validity: UidValidity = self.list(mailbox).await.uid_validity;
        MessageRef { uid_validity, ..message(mailbox, 1, uid) }
    }

    /// The octets of a draft's files.
    async fn load(&self, draft: &Draft) -> Vec<Bytes> {
        let mut files = Vec::new();
        for file in &draft.attachments {
            let mut part = match &file.source {
                Source::Part(of, path) => self.account.open_part(of, path).await.unwrap(),
                Source::Message(of) => self.account.open_source(of).await.unwrap(),
                Source::Upload(_) => panic!("nothing was uploaded"),
            };
            let mut octets = Vec::new();
            while let Some(piece) = part.bytes.next().await {
                octets.extend_from_slice(&piece.unwrap());
            }
            files.push(Bytes::from(octets));
        }
        files
    }

    async fn begin(&self, start: Start, place: ReplyPlace) -> Draft {
        self.account.start_draft(&start, &identities(), &style(place)).await.unwrap()
    }
}

const PLAIN: &str = "From: Ben Bell <ben@b.example>\r\nTo: Sales <SALES@firm.example>, cy@c.example\r\nCc: ann@home.example, dee@d.example\r\n\
    Subject: AW: Re: Lunch\r\nDate: Mon, 2 Mar 2026 10:00:00 +0000\r\nMessage-ID: <3@b.example>\r\nReferences: <1@x> <2@x>\r\nMIME-Version: 1.0\r\n\
    Content-Type: text/plain; charset=utf-8; format=flowed\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
    One long \r\nline.\r\n\r\n> Earlier \r\n> words\r\n-- \r\nBen\r\n";

#[tokio::test]
async fn an_answer_has_everything_that_belongs_to_it() {
    let mut ann = Person::new("begun").await;
    let mail = ann.put_mail("INBOX", PLAIN.as_bytes()).await;

    let below = ann.begin(Start::Reply(mail.clone()), ReplyPlace::Below).await;
    assert_eq!(below.from.addr, "sales@firm.example", "the identity that it came to");
    assert_eq!((below.organisation.as_str(), below.bcc.len()), ("Firm", 1));
    assert_eq!(mime::recipients_field(&below.to), "Ben Bell <ben@b.example>");
    assert_eq!((below.subject.as_str(), below.cc.len()), ("Re: Lunch", 0));
    assert_eq!(below.in_reply_to, [MessageId::parse("3@b.example").unwrap()]);
    assert_eq!(below.references, ["1@x", "2@x", "3@b.example"].map(|id| MessageId::parse(id).unwrap()));
    assert_eq!(below.about, Some(About::Answers(mail.clone())));
    assert_eq!(below.message_id.as_str(), format!("{}@firm.example", "09".repeat(16)));
    let quote = "On 1772445600, Ben Bell wrote:\n> One long line.\n>\n>> Earlier words\n";
    assert_eq!(below.text, format!("{quote}\n\n\n-- \nSales\nFirm"));

    let above = ann.begin(Start::Reply(mail.clone()), ReplyPlace::Above).await;
    assert_eq!(above.text, format!("\n\nSales\nFirm\n\n{quote}"));

    let all = ann.begin(Start::ReplyAll(mail.clone()), ReplyPlace::Below).await;
    assert_eq!(mime::recipients_field(&all.to), "Ben Bell <ben@b.example>");
    assert_eq!(mime::recipients_field(&all.cc), "cy@c.example, dee@d.example");
    let built = mime::build(&all, &[], Copy::Outgoing);
    let read = mime::envelope(&built);
    assert_eq!((read.references.len(), read.in_reply_to.len()), (3, 1));

    assert!(
        ann.list("INBOX")
            .await
            .rows
            .iter()
            .all(|row| !row.flags.contains(&Flag::Seen) && !row.flags.contains(&Flag::Answered)),
        "nothing is marked yet"
    );
}

#[tokio::test]
async fn the_signature_stands_above_the_quote_or_is_the_last_of_all() {
    let mut ann = Person::new("signed").await;
    let designed = PLAIN.replace("text/plain; charset=utf-8; format=flowed", "text/html; charset=utf-8");
    let mail = ann.put_mail("INBOX", designed.as_bytes()).await;
    let mut identities = identities();
    for identity in &mut identities {
        identity.signature_html = Some("<p><b>Firm</b></p>".into());
    }
    for (place, signature, last) in [
        (ReplyPlace::Above, ReplyPlace::Above, false),
        (ReplyPlace::Above, ReplyPlace::Below, true),
        (ReplyPlace::Below, ReplyPlace::Above, true),
        (ReplyPlace::Below, ReplyPlace::Below, true),
    ] {
        let style = ReplyStyle { signature, ..style(place) };
        let at = format!("{place:?} {signature:?}");
        for start in [Start::Reply(mail.clone()), Start::Forward(mail.clone())] {
            let draft = ann.account.start_draft(&start, &identities, &style).await.unwrap();
            let is_answer = matches!(start, Start::Reply(_));
            let last = if is_answer { last } else { signature == ReplyPlace::Below };
            assert_eq!(draft.text.ends_with("\n\n-- \nSales\nFirm"), last, "{at}: {:?}", draft.text);
            assert_eq!(draft.text.starts_with("\n\nSales\nFirm\n\n"), !last, "{at}: {:?}", draft.text);
            assert_eq!(draft.text.matches("Sales\nFirm").count(), 1, "{at}");
            // what looks like something stands in the order of the text
            let looks: Vec<bool> = draft.looks.iter().map(|look| look.text == "Sales\nFirm").collect();
            assert_eq!(looks, [!last, last], "{at}");
        }
    }
}

#[tokio::test]
async fn a_designed_message_is_quoted_in_words() {
    let mut ann = Person::new("words").await;
    let mail = "From: <ben@b.example>\r\nTo: x@y.example\r\nSubject: News\r\nMIME-Version: 1.0\r\n\
        Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
        <style>p{color:red}</style><p>Dear <b>Ann</b>,</p><img src=\"http://tracker.example/x.png\"><script>alert(1)</script>\r\n\
        <div onclick=x>Grüße</div>\r\n";
    let mail = ann.put_mail("INBOX", mail.as_bytes()).await;
    let answer = ann.begin(Start::Reply(mail), ReplyPlace::Below).await;
    assert!(answer.text.contains("\n> Dear Ann,\n> Grüße\n"), "{}", answer.text);
    assert!(!answer.text.contains("alert") && !answer.text.contains("tracker") && !answer.text.contains('<')); // X-16
    assert_eq!((answer.html, answer.from.addr.as_str()), (None, "ann@home.example"));
}

const WITH_FILES: &str = "From: ben@b.example\r\nTo: ann@home.example\r\nBcc: secret@s.example\r\nSubject: Plans\r\nMessage-ID: <7@b.example>\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: multipart/related; boundary=r\r\n\r\n\
    --r\r\nContent-Type: text/html\r\n\r\n<p>See <img src=\"cid:pic@b\"></p>\r\n--r\r\nContent-Type: image/png; name=\"pic.png\"\r\nContent-ID: <pic@b>\r\n\
    Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--r--\r\n--m\r\nContent-Type: application/pdf\r\n\
    Content-Disposition: attachment; filename*=utf-8''Pl%C3%A4ne.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERg==\r\n\
    --m\r\nContent-Type: message/rfc822\r\n\r\nFrom: cy@c.example\r\nSubject: Inside\r\n\r\nDeep\r\n--m--\r\n";

#[tokio::test]
async fn a_message_is_passed_on_with_its_files() {
    let mut ann = Person::new("passed").await;
    let mail = ann.put_mail("INBOX", WITH_FILES.as_bytes()).await;
    let draft = ann.begin(Start::Forward(mail.clone()), ReplyPlace::Below).await;
    assert_eq!((draft.subject.as_str(), draft.to.len(), draft.in_reply_to.len()), ("Fwd: Plans", 0, 0));
    assert_eq!(draft.about, Some(About::Forwards(vec![mail.clone()])));
    assert_eq!(draft.text, "\n\nAnn\n\n-- Forwarded --\nFrom: ben@b.example\nTo: ann@home.example\nBcc:\n\nSee\n"); // I-07
    let files: Vec<_> = draft.attachments.iter().map(|file| (file.name.as_str(), file.media_type.as_str())).collect();
    assert_eq!(files, [("Pläne.pdf", "application/pdf"), ("message.eml", "message/rfc822"), ("pic.png", "image/png")]);

    let loaded = ann.load(&draft).await;
    let built = mime::build(&draft, &loaded, Copy::Outgoing);
    let parsed = mime::structure(&built);
    let octets = |path: &str| {
        let part = parsed.part.find(&path.parse().unwrap()).unwrap();
        mime::decode(&part.encoding, &built[parsed.ranges[&part.path].clone()])
    };
    assert_eq!((octets("2"), octets("4")), (b"%PDF".to_vec(), b"\x89PNG\r\n\x1a\n".to_vec()));
    assert_eq!(octets("3"), b"From: cy@c.example\r\nSubject: Inside\r\n\r\nDeep");

    let attached = ann.begin(Start::ForwardAttached(vec![mail.clone(), mail.clone()]), ReplyPlace::Below).await;
    assert_eq!((attached.subject.as_str(), attached.text.as_str()), ("Fwd: Plans", "\n\n-- \nAnn"));
    assert_eq!(attached.attachments.len(), 2);
    assert_eq!(attached.about, Some(About::Forwards(vec![mail.clone(), mail.clone()])), "each is marked");
    assert_eq!(attached.attachments[0].name, "Plans.eml");
    assert_eq!(attached.attachments[0].source, Source::Message(mail));
}

#[tokio::test]
async fn every_way_to_begin_is_read_by_somebody_else() {
    let mut ann = Person::new("ways").await;
    let everywhere = "Ünïcödé 日本語 🎉 שלום";
    let file = fernpost::mail::Attachment {
        name: format!("{everywhere}.bin"),
        media_type: "application/x-any".into(),
        size: 0,
        content_id: None,
        source: Source::Part(message("INBOX", 1, 1), PartPath::root().child(1)),
    };
    let from = |addr: &str| Address { name: everywhere.into(), addr: addr.into() };
    let blank = ann.begin(Start::New(Mailto::default()), ReplyPlace::Below).await;
    let original = Draft {
        from: from("ben@b.example"),
        to: vec![from("ann@home.example"), from("cy@c.example")],
        cc: vec![from("dee@bücher.example")],
        subject: everywhere.into(),
        text: format!("{everywhere}\n> {everywhere}"),
        html: Some(format!("<p>{everywhere}</p>")),
        references: vec![MessageId::parse("0@x").unwrap()],
        attachments: vec![file],
        ..blank
    };
    let octets = [Bytes::from((0..=255).collect::<Vec<u8>>())];
    let mail = ann.put_mail("INBOX", &mime::build(&original, &octets, Copy::Outgoing)).await;
    let link = mime::mailto("mailto:e@e.example?subject=%C3%9Cber&body=Gr%C3%BC%C3%9Fe%0D%0A%0D%0AAnn").unwrap();
    let mut cases = Vec::new();
    for start in [
        Start::New(link),
        Start::Reply(mail.clone()),
        Start::ReplyAll(mail.clone()),
        Start::ReplyList(mail.clone()),
        Start::Forward(mail.clone()),
        Start::ForwardAttached(vec![mail.clone()]),
        Start::Edit(mail.clone()),
        Start::Again(mail.clone()),
    ] {
        for place in [ReplyPlace::Below, ReplyPlace::Above] {
            let draft = ann.begin(start.clone(), place).await;
            let files = ann.load(&draft).await;
            let carries =
                matches!(start, Start::Forward(_) | Start::ForwardAttached(_) | Start::Edit(_) | Start::Again(_));
            assert_eq!(files.len(), usize::from(carries), "{start:?}");
            cases.push((mime::build(&draft, &files, Copy::Outgoing), expected(&draft, &files)));
        }
    }
    assert_read_by_python(&cases);
}

#[tokio::test]
async fn a_draft_is_gone_on_with_as_it_was() {
    let mut ann = Person::new("draft").await;
    ann.mail.make("Customers").await;
    let answered = ann.put_mail("Customers", PLAIN.as_bytes()).await;
    let answer = ann.begin(Start::ReplyAll(answered.clone()), ReplyPlace::Below).await;
    let draft = Draft {
        to: vec![
            Address { name: "Éva".into(), addr: "e@e.example".into() },
            Address { name: "unfinish".into(), addr: String::new() },
        ],
        bcc: vec![Address { name: String::new(), addr: "s@s.example".into() }],
        reply_to: vec![Address { name: String::new(), addr: "r@r.example".into() }],
        from: Address { name: "Another Name".into(), addr: "sales@firm.example".into() },
        text: "\nHéllo\n\n  indented\n> quote\n\n\n-- \n".into(),
        priority: Priority::High,
        asks_receipt: true,
        asks_delivery: true,
        ..answer
    };
    let saved = ann.put_mail("Drafts", &mime::build(&draft, &[], Copy::WithBcc)).await;
    let again = ann.begin(Start::Edit(saved.clone()), ReplyPlace::Above).await;
    assert_eq!(again, draft, "everything, its name and what it answers too");

    let anew = ann.begin(Start::Again(saved), ReplyPlace::Above).await;
    assert_eq!(anew.message_id.as_str(), format!("{}@firm.example", "09".repeat(16)));
    assert_eq!((anew.about.clone(), anew.date), (None, style(ReplyPlace::Above).now));
    assert_eq!(
        Draft { message_id: draft.message_id.clone(), about: draft.about.clone(), date: draft.date, ..anew },
        draft
    );
}

#[tokio::test]
async fn a_rich_draft_keeps_its_looks_pictures_and_files() {
    let mut ann = Person::new("rich").await;
    let file = |name: &str, media_type: &str, id: Option<&str>| fernpost::mail::Attachment {
        name: name.into(),
        media_type: media_type.into(),
        size: 0,
        content_id: id.map(str::to_owned),
        source: Source::Part(message("INBOX", 1, 1), PartPath::root().child(1)),
    };
    let blank = ann.begin(Start::New(Mailto::default()), ReplyPlace::Below).await;
    let draft = Draft {
        text: "Hi".into(),
        html: Some("<p>Hi <b>there</b> <img src=\"cid:logo@firm.example\" alt=\"\"></p>".into()),
        attachments: vec![
            file("a.pdf", "application/pdf", None),
            file("logo.png", "image/png", Some("logo@firm.example")),
        ],
        ..blank
    };
    let octets = [Bytes::from_static(b"%PDF"), Bytes::from_static(b"\x89PNG")];
    let saved = ann.put_mail("Drafts", &mime::build(&draft, &octets, Copy::WithBcc)).await;
    let again = ann.begin(Start::Edit(saved.clone()), ReplyPlace::Below).await;
    let html = again.html.clone().unwrap();
    assert!(html.contains("<b>there</b>") && html.contains("src=\"cid:logo@firm.example\""), "{html}");
    assert_eq!(again.text, "Hi");
    let files: Vec<_> = again.attachments.iter().map(|file| (file.name.as_str(), file.content_id.as_deref())).collect();
    assert_eq!(files, [("a.pdf", None), ("logo.png", Some("logo@firm.example"))]);

    // saved once more it is the same, to the last octet of what was said
    let twice = ann.put_mail("Drafts", &mime::build(&again, &octets, Copy::WithBcc)).await;
    let third = ann.begin(Start::Edit(twice), ReplyPlace::Below).await;
    assert_eq!((third.html, third.text, third.message_id), (again.html, again.text, again.message_id));
}

#[tokio::test]
async fn drafts_of_other_programs_are_gone_on_with() {
    let mut ann = Person::new("others").await;
    let thunderbird = "X-Mozilla-Draft-Info: internal/draft; vcard=0; receipt=0; DSN=1; uuencode=0; attachmentreminder=0\r\n\
        X-Identity-Key: id1\r\nFcc: imap://x@y/Sent\r\nMessage-ID: <tb@home.example>\r\nDate: Mon, 2 Mar 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n\
        From: Ann <ann@home.example>\r\nTo: ben@b.example\r\nSubject: Half\r\nContent-Type: text/html; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
        <!DOCTYPE html><html><head><meta http-equiv=\"content-type\" content=\"text/html; charset=UTF-8\"></head><body>\r\n\
        <p>Half a <i>thöught</i></p><script>alert(1)</script></body></html>\r\n";
    let saved = ann.put_mail("Drafts", thunderbird.as_bytes()).await;
    let draft = ann.begin(Start::Edit(saved), ReplyPlace::Below).await;
    assert_eq!((draft.text.as_str(), draft.message_id.as_str()), ("Half a thöught", "tb@home.example"));
    let html = draft.html.unwrap();
    assert!(html.contains("<i>thöught</i>") && !html.contains("script"), "{html}"); // X-16
    assert!(draft.asks_delivery && !draft.asks_receipt);
    assert_eq!((draft.from.name.as_str(), draft.about), ("Ann", None));

    let stranger = "From: Ben <ben@b.example>\r\nReply-To: elsewhere@b.example\r\nOrganization: Theirs\r\nDisposition-Notification-To: ben@b.example\r\n\
        To: ann@home.example\r\nSubject: Form\r\nMessage-ID: <f@b.example>\r\n\r\nFill in\r\n";
    let letter = ann.put_mail("INBOX", stranger.as_bytes()).await;
    let own = ann.begin(Start::Again(letter), ReplyPlace::Below).await;
    assert_eq!((own.from.addr.as_str(), own.organisation.as_str(), own.reply_to.len()), ("ann@home.example", "", 0));
    assert_eq!((own.asks_receipt, own.subject.as_str(), own.text.as_str()), (false, "Form", "Fill in"));

    let apple = "X-Uniform-Type-Identifier: com.apple.mail-draft\r\nX-Apple-Mail-Remote-Attachments: NO\r\nFrom: someone@else.example\r\n\
        Mime-Version: 1.0 (Mac OS X Mail)\r\nContent-Type: multipart/alternative; boundary=\"Apple-Mail=_1\"\r\nX-Universally-Unique-Identifier: 5\r\n\
        Subject: \r\nMessage-Id: <not valid>\r\n\r\n--Apple-Mail=_1\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
        Caf=C3=A9\r\n--Apple-Mail=_1\r\nContent-Type: text/html; charset=us-ascii\r\n\r\n<html><body>Caf&eacute;<br></body></html>\r\n--Apple-Mail=_1--\r\n";
    let saved = ann.put_mail("Drafts", apple.as_bytes()).await;
    let draft = ann.begin(Start::Edit(saved), ReplyPlace::Below).await;
    assert_eq!((draft.text.as_str(), draft.subject.as_str()), ("Café", ""));
    assert_eq!(
        draft.message_id.as_str(),
        format!("{}@home.example", "09".repeat(16)),
        "an id that is none is replaced"
    );
    assert_eq!(draft.from.addr, "ann@home.example", "only as oneself"); // I-05
    assert!(draft.html.unwrap().contains("Café"));
}

#[tokio::test]
async fn no_hostile_mail_makes_a_field_of_its_own() {
    let mut ann = Person::new("hostile").await;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/");
    let mut mails = Vec::new();
    for kind in ["mime", "xss", "explained"] {
        for entry in std::fs::read_dir(format!("{folder}{kind}")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "eml") {
                mails.push((path.display().to_string(), std::fs::read(&path).unwrap()));
            }
        }
    }
    mails.sort();
    assert!(mails.len() > 250, "{}", mails.len());
    let mut begun = 0;
    for (path, mail) in mails {
        // Dovecot refuses NUL in a literal
        let Ok(uid) = ann.mail.try_append("INBOX", "", None, &mail).await else { continue };
        let uid_validity = ann.list("INBOX").await.uid_validity;
        let mail = MessageRef { uid_validity, ..message("INBOX", 1, uid) };
        for start in [Start::ReplyAll, Start::Forward, Start::Edit] {
            let draft = ann.begin(start(mail.clone()), ReplyPlace::Below).await;
            let files = vec![Bytes::from_static(b"x"); draft.attachments.len()];
            let built = mime::build(&draft, &files, Copy::WithBcc);
            let mut names: Vec<String> = mime::headers(&built).into_iter().map(|(name, _)| name).collect();
            assert!(names.iter().all(|name| FIELDS.contains(&name.as_str())), "{path}: {names:?}"); // I-03, I-05
            names.sort();
            assert!(names.windows(2).all(|two| two[0] != two[1]), "{path}: {names:?}");
            for line in built.split(|byte| *byte == b'\n') {
                assert!(line.is_empty() || line.ends_with(b"\r") && line.len() <= 999, "{path}"); // I-06
            }
            assert!(identities().iter().any(|one| one.address.addr == draft.from.addr), "{path}: {:?}", draft.from);
            assert_eq!(mime::without_bcc(&built), mime::build(&draft, &files, Copy::Outgoing), "{path}"); // I-07
            begun += 1;
        }
    }
    assert!(begun > 700, "{begun}");
}
