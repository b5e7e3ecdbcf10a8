//! Answers to invitations (RFC 5546, RFC 6047): what the organiser gets, read by Python, and what the page says afterwards.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::helpers::{Page, Person, arrived, header, octets, pair, read_by_python, sending_app, skip_on};

/// An invitation by mail; `lines` of its event beside who invites whom.
fn invitation(subject: &str, method: &str, organizer: &str, attendee: &str, lines: &str) -> String {
    let calendar = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Harbour//Calendar//EN\r\nMETHOD:{method}\r\nBEGIN:VTIMEZONE\r\n\
         TZID:Nordhafen\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n\
         END:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:{subject}-7@harbour.example\r\nDTSTAMP:20261101T090000Z\r\n\
         SEQUENCE:2\r\nSUMMARY:{subject}\\, with cake\r\nORGANIZER;CN=\"Bo: Lind\":mailto:{organizer}\r\n\
         ATTENDEE;CN=Cy;PARTSTAT=ACCEPTED:mailto:cy@c.example\r\n\
         ATTENDEE;CN=Ann;ROLE=REQ-PARTICIPANT;RSVP=TRUE;PARTSTAT=NEEDS-ACTION:mailto:{attendee}\r\n{lines}\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    format!(
        "From: Bo Lind <{organizer}>\r\nTo: {attendee}\r\nSubject: {subject}\r\nDate: Mon, 02 Nov 2026 10:00:00 +0000\r\n\
         Message-ID: <{subject}.invites.{attendee}>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nCome.\r\n--b\r\n\
         Content-Type: text/calendar; charset=utf-8; method={method}\r\n\r\n{calendar}\r\n--b--\r\n"
    )
}

const NEXT_YEAR: &str = "DTSTART;TZID=Nordhafen:20300302T110000\r\nDTEND;TZID=Nordhafen:20300302T120000\r\n\
                         RECURRENCE-ID;TZID=Nordhafen:20300301T110000";

async fn opened(ann: &Person, subject: &str) -> Page {
    let inbox = ann.open_mailbox("INBOX").await;
    ann.open_message(&inbox, subject).await
}

/// The calendar in an answer, unfolded, a line each.
fn calendar(read: &Value) -> Vec<String> {
    let part = read["parts"].as_array().unwrap().iter().find(|part| part["type"] == "text/calendar").unwrap();
    assert_eq!(part["params"]["method"], "REPLY");
    assert_eq!(part["params"]["charset"], "utf-8");
    let octets = STANDARD.decode(part["octets"].as_str().unwrap()).unwrap();
    let text = String::from_utf8(octets).unwrap().replace("\r\n ", "");
    text.split("\r\n").map(str::to_owned).collect()
}

#[tokio::test]
async fn an_answer_reaches_who_invited_in_the_words_of_their_calendar() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = pair(&app).await;
    let mail = invitation("Walk", "REQUEST", &bo.who.user, &ann.who.user.to_uppercase(), NEXT_YEAR);
    let ann = ann.with_messages("INBOX", [mail]).await;
    let page = opened(&ann, "Walk").await;
    let form = page.form("Maybe").fill("comment", "I may be late,\nsorry; \u{e9}.");
    let page = ann.send(&form).await;
    assert_eq!((page.flash().as_str(), page.texts("h1")), ("Sent.", vec!["Walk".to_owned()]));
    assert!(page.texts(".card__standing")[0].starts_with("You said maybe: "), "{:?}", page.texts(".card__standing"));
    assert_eq!(page.texts(".card__answer [aria-pressed=true]"), ["Maybe"]);

    let fetched = arrived(&mut bo.mail().await, "INBOX", "Maybe: Walk, with cake").await;
    let read = read_by_python(octets(&fetched));
    assert_eq!(read["type"], "multipart/alternative");
    assert_eq!(header(&read, "In-Reply-To"), format!("<Walk.invites.{}>", ann.who.user.to_uppercase()));
    assert!(header(&read, "From").contains(&ann.who.user) && header(&read, "To").contains(&bo.who.user));
    let text = read["parts"][0]["text"].as_str().unwrap();
    assert!(text.contains("may come") && text.contains("I may be late,"), "{text}");
    let lines = calendar(&read);
    for line in [
        "METHOD:REPLY",
        "UID:Walk-7@harbour.example",
        "SEQUENCE:2",
        "RECURRENCE-ID;TZID=Nordhafen:20300301T110000",
        "DTSTART;TZID=Nordhafen:20300302T110000",
        "TZID:Nordhafen",
        &format!("ORGANIZER;CN=\"Bo: Lind\":mailto:{}", bo.who.user),
        "COMMENT:I may be late\\,\\nsorry\\; \u{e9}.",
    ] {
        assert!(lines.iter().any(|one| one == line), "{line} is not in {lines:#?}");
    }
    let attendees: Vec<_> = lines.iter().filter(|line| line.starts_with("ATTENDEE")).collect();
    let expected =
        format!("ATTENDEE;CN=Ann;ROLE=REQ-PARTICIPANT;PARTSTAT=TENTATIVE:mailto:{}", ann.who.user.to_uppercase());
    assert_eq!(attendees, [&expected], "one answers for oneself");
    let mut mail = ann.mail().await;
    assert_eq!(mail.state("INBOX").await, ["Walk \\Answered \\Seen"]);
    assert_eq!(mail.subjects("Sent").await, ["Maybe: Walk, with cake"]);
    assert_eq!(mail.subjects("Drafts").await, [""; 0]);

    // one changes one's mind; the page says what was said last, on every device
    let page = ann.send(&opened(&ann, "Walk").await.form("Decline")).await;
    assert_eq!(page.flash(), "Sent.");
    let elsewhere = app.signed_in(ann.who.clone()).await;
    let page = opened(&elsewhere, "Walk").await;
    assert!(page.texts(".card__standing")[0].starts_with("You declined: "), "{:?}", page.texts(".card__standing"));
    let fetched = arrived(&mut bo.mail().await, "INBOX", "Declined: Walk, with cake").await;
    assert!(calendar(&read_by_python(octets(&fetched))).iter().any(|line| line.contains("PARTSTAT=DECLINED")));
}

#[tokio::test]
async fn an_answer_goes_once_and_can_be_taken_back() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = pair(&app).await;
    let mail = invitation("Once", "REQUEST", &bo.who.user, &ann.who.user, NEXT_YEAR);
    let ann = ann.with_messages("INBOX", [mail]).await;
    let page = ann.open("/webmail/settings/writing").await;
    ann.send(&page.form("Save").forge("undo", "30")).await;
    let page = ann.send(&opened(&ann, "Once").await.form("Accept")).await;
    assert!(page.flash().starts_with("Goes out in "), "{}", page.flash());
    assert_eq!(page.texts(".card__standing"), [""; 0], "nothing was answered yet");
    let page = ann.undo(&page).await;
    assert_eq!((page.flash().as_str(), page.texts("h1")), ("Not sent.", vec!["Once".to_owned()]));
    let page = ann.open("/webmail/settings/writing").await;
    ann.send(&page.form("Save").forge("undo", "0")).await;
    let form = opened(&ann, "Once").await.form("Accept");
    let (first, second) = tokio::join!(ann.submit(&form), ann.submit(&form));
    assert_eq!((first.status, second.status), (303, 303));
    arrived(&mut bo.mail().await, "INBOX", "Accepted: Once, with cake").await;
    assert_eq!(ann.mail().await.subjects("Sent").await, ["Accepted: Once, with cake"]);
    assert_eq!(ann.submit(&form.clone().without("csrf")).await.status, 403); // C-01
    assert_eq!(ann.submit(&form.clone().forge("part", "9")).await.status, 404); // C-09
    assert_eq!(ann.submit(&form.forge("answer", "delegated")).await.status, 400);
}

#[tokio::test]
async fn what_cannot_be_answered_says_why() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = pair(&app).await;
    let (me, them) = (ann.who.user.clone(), bo.who.user.clone());
    let past = "DTSTART:20200302T110000Z";
    let mails = [
        invitation("Others", "REQUEST", &them, "cy@c.example", NEXT_YEAR),
        invitation("Mine", "REQUEST", &me, "cy@c.example", NEXT_YEAR),
        invitation("Over", "REQUEST", &them, &me, past),
        invitation("Nowhere", "REQUEST", "nobody", &me, NEXT_YEAR),
        invitation("Off", "CANCEL", &them, &me, NEXT_YEAR),
        invitation("Counter", "COUNTER", &them, &me, NEXT_YEAR),
        invitation("Weekly", "REQUEST", &them, &me, "DTSTART:20200302T110000Z\r\nRRULE:FREQ=WEEKLY"),
    ];
    let ann = ann.with_messages("INBOX", mails).await;
    for (subject, says) in [
        ("Others", "names none of your addresses"),
        ("Mine", "You invited to this yourself."),
        ("Over", "This is over."),
        ("Nowhere", "does not say where an answer would go"),
        ("Off", "Cancelled"),
        ("Counter", "Another time is proposed"),
    ] {
        let page = opened(&ann, subject).await;
        assert!(page.text().contains(says), "{subject}: {}", page.text());
        assert!(!page.offers("Accept"), "{subject}");
    }
    let weekly = opened(&ann, "Weekly").await;
    let forged = weekly.form("Accept");
    for subject in ["Others", "Over", "Off"] {
        let page = opened(&ann, subject).await;
        let form = forged.clone().with_action(&format!("{}/answer", path(&page.address)));
        let page = ann.send(&form).await;
        assert!(!page.flash().contains("Sent"), "{subject}: {}", page.flash());
    }
    assert_eq!(ann.mail().await.subjects("Sent").await, [""; 0]);
}

/// The path of an address, without its query.
fn path(address: &str) -> &str {
    let path = address.find("/webmail").map_or(address, |at| &address[at..]);
    path.split('?').next().unwrap_or_default()
}
