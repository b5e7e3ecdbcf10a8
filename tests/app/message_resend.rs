//! A message sent once more, unchanged, to somebody else (RFC 5322 3.6.6).

use super::helpers::{
    Form, Page, Person, TestApp, arrived, header, letter, octets, pair, read_by_python, sending_app, skip_on,
    spawn_app_with, submission_by,
};

/// A message with everything that could be changed on the way.
fn original(subject: &str) -> String {
    let letter =
        letter(subject).replace("MIME-Version", "Bcc: secret@example.org\r\nX-Odd:  kept   as it is\r\nMIME-Version");
    format!("{letter}\r\nGr\u{fc}\u{df}e \t\r\n-- \r\nBo\r\n")
}

/// The page for sending it on, of the only message in the inbox.
async fn asked(ann: &Person, subject: &str) -> Page {
    let inbox = ann.open_mailbox("INBOX").await;
    let page = ann.open_message(&inbox, subject).await;
    ann.open(&page.link("Send it on unchanged")).await
}

async fn undo_seconds(ann: &Person, seconds: &str) {
    let page = ann.open("/webmail/settings/writing").await;
    ann.send(&page.form("Save").forge("undo", seconds)).await;
}

async fn with_original(app: &TestApp, subject: &str) -> (Person, Person) {
    let (ann, bo) = pair(app).await;
    (ann.with_messages("INBOX", [original(subject)]).await, bo)
}

fn form(page: &Page) -> Form {
    page.form_in(".compose", "Send it on")
}

#[tokio::test]
async fn a_message_is_sent_on_as_it_came_and_says_by_whom() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = with_original(&app, "Handed on").await;
    let page = asked(&ann, "Handed on").await;
    assert!(page.text().contains("From Bo Lind, 2 November 2026"), "{}", page.text());
    let sent = ann.send(&form(&page).fill("to", &format!("B\u{f6} <{}>", bo.who.user))).await;
    assert_eq!((sent.flash().as_str(), sent.texts("h1")), ("Sent.", vec!["Handed on".to_owned()]));

    let fetched = arrived(&mut bo.mail().await, "INBOX", "Handed on").await;
    let (message, source) = (octets(&fetched).to_owned(), original("Handed on"));
    // everything from the first field of the original on is as it was, but for its Bcc
    let (_, kept) = source.split_once("From:").unwrap();
    let (_, found) = message.split_once("\r\nFrom:").unwrap();
    let id = |text: &str| text.split_once("Message-ID: <").unwrap().1.split_once('>').unwrap().0.to_owned();
    let same_id = |text: &str| text.replace(&id(text), "id");
    assert_eq!(same_id(found), same_id(&kept.replace("Bcc: secret@example.org\r\n", ""))); // I-07
    let read = read_by_python(&message);
    assert!(header(&read, "Resent-From").contains(&ann.who.user), "{read}");
    assert_eq!(header(&read, "Resent-To"), format!("B\u{f6} <{}>", bo.who.user));
    assert!(!header(&read, "Resent-Date").is_empty());
    assert_ne!(header(&read, "Resent-Message-ID"), header(&read, "Message-ID"));
    let fields: Vec<&str> = read["headers"].as_array().unwrap().iter().filter_map(|field| field[0].as_str()).collect();
    let at = |name: &str| fields.iter().position(|field| *field == name).unwrap();
    assert!(at("Resent-Date") < at("From") && at("Resent-Message-ID") < at("From"), "{fields:?}");

    let mut mail = ann.mail().await;
    assert_eq!(mail.state("INBOX").await, ["Handed on $Forwarded \\Seen"]);
    assert_eq!(mail.state("Sent").await, ["Handed on \\Seen"]);
    assert_eq!(mail.subjects("Drafts").await, [""; 0]);
    let copy = arrived(&mut mail, "Sent", "Handed on").await;
    assert_eq!(header(&read_by_python(octets(&copy)), "Resent-Message-ID"), header(&read, "Resent-Message-ID"));
}

#[tokio::test]
async fn however_often_it_is_pressed_it_goes_once() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = with_original(&app, "Once more").await;
    let page = asked(&ann, "Once more").await;
    let form = form(&page).fill("to", &bo.who.user);
    let (first, second) = tokio::join!(ann.submit(&form), ann.submit(&form));
    assert_eq!((first.status, second.status), (303, 303));
    assert_eq!(ann.send(&form).await.flash(), "Sent.");
    let back = ann.follow(ann.get(page.address.as_str()).await).await;
    assert_eq!(back.flash(), "Sent.");
    arrived(&mut bo.mail().await, "INBOX", "Once more").await;
    // by another page it is another time
    let again = asked(&ann, "Once more").await;
    ann.send(&again.form_in(".compose", "Send it on").fill("to", &bo.who.user)).await;
    let mut mail = bo.mail().await;
    while mail.subjects("INBOX").await.len() < 2 {}
    assert_eq!(ann.mail().await.subjects("Sent").await, ["Once more", "Once more"]);
}

#[tokio::test]
async fn who_it_goes_to_is_looked_at_and_kept() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = with_original(&app, "Looked at").await;
    let page = asked(&ann, "Looked at").await;
    for (field, value, says) in [
        ("to", "", "Nobody is named who gets it"),
        ("to", "bo@@x", "There is more than one @."),
        ("cc", "bo@b.example\r\nBcc: cy@b.example", "Addresses stand on one line"),
        ("from", "4711", "this address is not one of yours"), // I-05
    ] {
        let page = ann.submit(&form(&page).forge(field, value)).await;
        assert_eq!(page.status, 422, "{field} {value:?}");
        assert!(page.text().contains(says), "{field}: {}", page.text());
        if field == "to" {
            assert_eq!(form(&page).field("to"), Some(value));
        }
    }
    let nobody = format!("nobody-at-all@{}", bo.who.user.rsplit_once('@').unwrap().1);
    let page = ann.submit(&form(&page).fill("to", &format!("{}, {nobody}", bo.who.user))).await;
    assert_eq!(page.status, 422);
    assert!(page.texts(".compose__errors a")[0].contains(&nobody), "{}", page.text());
    assert_eq!(bo.mail().await.subjects("INBOX").await, [""; 0]);
    // mended, it goes, under the same name
    assert_eq!(ann.send(&form(&page).fill("to", &bo.who.user)).await.flash(), "Sent.");
    assert_eq!(ann.submit(&form(&page).without("csrf")).await.status, 403); // C-01
}

#[tokio::test]
async fn it_can_be_taken_back_and_is_gone_on_with() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = with_original(&app, "Hasty").await;
    undo_seconds(&ann, "30").await;
    let sent = ann.send(&form(&asked(&ann, "Hasty").await).fill("to", &bo.who.user)).await;
    assert!(sent.flash().starts_with("Goes out in "), "{}", sent.flash());
    let page = ann.undo(&sent).await;
    assert_eq!(form(&page).field("to"), Some(bo.who.user.as_str()), "{}", page.text());
    assert_eq!(ann.mail().await.subjects("Drafts").await, [""; 0]);
    undo_seconds(&ann, "0").await;
    assert_eq!(ann.send(&form(&page)).await.flash(), "Sent.");
    arrived(&mut bo.mail().await, "INBOX", "Hasty").await;
}

#[tokio::test]
async fn what_cannot_go_waits_in_the_outbox_though_its_original_is_gone() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let app = spawn_app_with(&submission_by(nobody)).await;
    let (ann, bo) = with_original(&app, "Stuck").await;
    let page = ann.send(&form(&asked(&ann, "Stuck").await).fill("to", &bo.who.user)).await;
    assert!(page.text().contains("The mail server for sending does not answer."), "{}", page.text());
    let mut mail = ann.mail().await;
    mail.select("INBOX").await;
    mail.remove(1).await;
    let outbox = ann.open("/webmail/outbox").await;
    assert_eq!(outbox.texts(".outbox__subject"), ["Stuck"]);
    let page = ann.send(&outbox.form("Send now")).await;
    assert_eq!(page.texts(".outbox__subject"), ["Stuck"], "its octets are kept: {}", page.text());
    assert!(page.text().contains("does not answer"), "{}", page.text());
}
