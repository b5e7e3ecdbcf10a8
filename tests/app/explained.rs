//! What machines write, said in sentences: reports, invitations, contacts, signatures, and files in containers.

use super::helpers::{Page, Person, TestApp, spawn_app};

fn mail(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/explained");
    std::fs::read(folder.join(name)).unwrap()
}

async fn open(name: &str, subject: &str) -> (TestApp, Person, Page) {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("INBOX", [mail(name)]).await;
    let page = ann.open_message(&ann.open_mailbox("INBOX").await, subject).await;
    assert_eq!(page.status, 200);
    (app, ann, page)
}

#[tokio::test]
async fn a_bounce_says_who_did_not_get_it_why_and_what_to_do() {
    let (_app, ann, page) = open("bounce.eml", "Undelivered Mail Returned to Sender").await;
    assert_eq!(
        page.texts(".card__text"),
        [
            "Could not be delivered to bo@full.example: the mailbox is full.",
            "Could not be delivered to cy@nowhere.example: there is no such address.",
            "Not yet delivered to di@slow.example: the mail server there does not answer.",
        ]
    );
    assert_eq!(page.texts(".card__about"), ["About your message “The plans” (13 Jan 2026, 08:29)."]);
    let notes = page.texts(".card__note");
    assert_eq!(notes[0], "Send it again in a few days, or reach the person in another way.");
    assert_eq!(notes[2], "You need do nothing: it will be tried again until 18 Jan 2026, 08:29.");
    // the server's words are text
    assert!(page.texts(".card__details dd").contains(&"552 5.2.2 <b>quota</b> exceeded".to_owned()));
    assert!(page.text().contains("This is the mail system at host"));
    assert_eq!(page.texts(".attached__subject"), ["The plans"]);
    let paper = ann.open(&page.link("Print")).await;
    assert_eq!(paper.texts(".card__text"), page.texts(".card__text"), "and on paper");
}

#[tokio::test]
async fn receipts_and_complaints_are_said_in_a_sentence() {
    let (_app, _ann, page) = open("receipt.eml", "Read: The plans").await;
    assert_eq!(page.texts(".card__text"), ["Your message was opened by joe@example.com."]);
    let (_app, _ann, page) = open("complaint.eml", "FW: The plans").await;
    assert_eq!(page.texts(".card__text"), ["Somebody marked a message that was sent from here as unwanted."]);
    assert!(page.text().contains("About your message “The plans”.") && page.text().contains("192.0.2.7"));
}

#[tokio::test]
async fn an_invitation_says_what_when_where_and_who_once() {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("INBOX", [mail("invitation.eml")]).await;
    ann.set_cookie("fernpost_zone", "America/New_York");
    let page = ann.open_message(&ann.open_mailbox("INBOX").await, "Stairs").await;
    assert_eq!(page.texts(".card__title"), ["Stairs, <b>east wing</b>"]);
    let facts = page.texts(".card .facts > dd");
    let facts: Vec<_> = facts.iter().map(|fact| fact.replace("< ", "<").replace(" >", ">")).collect();
    assert_eq!(
        facts,
        [
            "Tuesday, 14 July 2026, 04:30–05:30 (UTC-4)",
            "Tuesday, 14 July 2026, 10:30–11:30 (UTC+2)",
            "Every week on Tuesday, 3 times",
            "Harbour 7",
            "Ilse Brandt <ilse@museum.example>",
            "Ann Example <ann@example.org>: no answer yet Tove <tove@kontor.example>: accepted, optional",
        ]
    );
    assert_eq!(page.attributes(".card time", "datetime"), ["2026-07-14T04:30:00-04:00"]);
    let file = ann.get(&page.attributes(".card .cluster a", "href")[0]).await;
    assert!(file.source().starts_with("BEGIN:VCALENDAR"));
    assert_eq!(file.header("content-type"), Some("application/octet-stream"));
    assert!(page.text().contains("You are invited."));
}

#[tokio::test]
async fn a_card_shows_a_person() {
    let (_app, _ann, page) = open("contact.eml", "My card").await;
    assert_eq!(page.texts(".card__title"), ["Tove <i>Berg</i>"]);
    assert_eq!(page.texts(".card .facts li"), ["Kontor 7", "tove@kontor.example (work)", "+49 40 123 (mobile)"]);
    assert_eq!(page.texts(".attachment__name"), ["tove.vcf"]);
}

#[tokio::test]
async fn the_files_of_a_winmail_dat_are_offered_with_their_bytes() {
    let (_app, ann, page) = open("winmail.eml", "From Outlook").await;
    assert_eq!(page.texts(".attachment__name"), ["winmail.dat", "Übersicht 2026.pdf", "dot.png"]);
    let addresses = page.attributes(".attachment__name", "href");
    let file = ann.get(&addresses[1]).await;
    assert_eq!(file.body, b"%PDF-1.4 inside");
    assert_eq!(file.header("content-type"), Some("application/octet-stream"));
    assert!(file.header("content-disposition").unwrap().ends_with("filename*=UTF-8''%C3%9Cbersicht%202026.pdf"));
    assert!(ann.get(&addresses[2]).await.body.starts_with(b"\x89PNG"));
    assert!(ann.get(&addresses[0]).await.body.starts_with(b"\x78\x9f\x3e\x22"));
    // C-09
    assert_eq!(ann.get(&addresses[1].replace("2.0.1", "2.0.9")).await.status, 404);
    assert_eq!(ann.get(&addresses[1].replace("2.0.1", "1.0.1")).await.status, 404);
    let zip = ann.get(&page.attributes(".attachments__head a", "href")[0]).await;
    assert!(zip.body.windows(15).any(|bytes| bytes == b"%PDF-1.4 inside"));
    assert!(page.text().contains("Sent with files.") && !page.text().contains("Text inside"));
}

#[tokio::test]
async fn the_text_of_a_winmail_dat_is_shown_where_there_is_no_other() {
    let (_app, ann, page) = open("winmail-alone.eml", "Only winmail").await;
    let frame = ann.get(&page.attributes("iframe", "src")[0]).await;
    assert!(frame.source().contains("Text <b>inside</b>") && !frame.source().contains("alert"), "{}", frame.source());
}

#[tokio::test]
async fn what_was_signed_in_one_piece_is_read() {
    let (_app, ann, page) = open("smime-opaque.eml", "Signed in one piece").await;
    assert!(page.text().contains("Signed in one piece: Grüße."));
    assert_eq!(page.texts(".notice__text"), ["Signed with S/MIME; the signature is not checked."]);
    assert_eq!(page.texts(".attachment__name"), ["smime.p7m", "inside.pdf"]);
    assert_eq!(ann.get(&page.attributes(".attachment__name", "href")[1]).await.body, b"%PDF signed");
}

#[tokio::test]
async fn what_is_locked_says_so() {
    let (_app, _ann, page) = open("smime-encrypted.eml", "Locked").await;
    assert!(page.texts(".notice__text")[0].starts_with("Encrypted with S/MIME: it can’t be read here."));
    assert_eq!(page.texts(".attachment__name"), ["smime.p7m"]);
    let (_app, _ann, page) = open("pgp-encrypted.eml", "Locked by PGP").await;
    assert!(page.texts(".notice__text")[0].starts_with("Encrypted with OpenPGP: it can’t be read here."));
}

#[tokio::test]
async fn an_encoded_message_is_shown_in_place() {
    let (_app, ann, page) = open("encoded-message.eml", "Forwarded encoded").await;
    assert_eq!(page.texts(".attached__subject"), ["Encoded inside"]);
    assert!(page.text().contains("The text inside."));
    let file = ann.get(&page.attributes(".attachment__name", "href")[0]).await;
    assert!(file.source().starts_with("From: Deep <deep@example.org>"));
}
