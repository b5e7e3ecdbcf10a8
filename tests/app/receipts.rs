//! Receipts that a message was opened (RFC 8098): asked for, given when a person says so, and not otherwise (`X-15`).

use super::helpers::{
    At, Does, NO_SUBMISSION, Page, Person, Submission, arrived, header, octets, pair, read_by_python, sending_app,
    skip_on, spawn_app_with,
};

fn asking(subject: &str, above: &str, from: &str, to: &str, receipt_to: &str) -> String {
    format!(
        "{above}From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: Mon, 02 Nov 2026 10:00:00 +0000\r\n\
         Message-ID: <{subject}.asks.{to}>\r\nDisposition-Notification-To: {receipt_to}\r\n\r\nHello.\r\n"
    )
}

async fn opened(ann: &Person, subject: &str) -> Page {
    let inbox = ann.open_mailbox("INBOX").await;
    ann.open_message(&inbox, subject).await
}

#[tokio::test]
async fn a_receipt_goes_to_who_asked_when_somebody_says_so_and_once() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = pair(&app).await;
    let (me, them) = (ann.who.user.clone(), bo.who.user.clone());
    let ann = ann.with_messages("INBOX", [asking("Plans", "", &them, &me, &format!("Bo <{them}>"))]).await;
    let page = opened(&ann, "Plans").await;
    assert_eq!(
        page.texts(".notice__text"),
        [format!("Bo < {them} > asks for a receipt that you have opened this.").replace("< ", "<").replace(" >", ">")]
    );
    assert_eq!(ann.mail().await.state("INBOX").await, ["Plans \\Seen"], "none is sent by itself");
    let form = page.form("Send a receipt");
    let (first, second) = tokio::join!(ann.submit(&form), ann.submit(&form));
    assert_eq!((first.status, second.status), (303, 303));

    let fetched = arrived(&mut bo.mail().await, "INBOX", "Read: Plans").await;
    let message = octets(&fetched);
    let read = read_by_python(message);
    assert_eq!(read["params"]["report-type"], "disposition-notification");
    assert_eq!(
        read["types"].as_array().unwrap()[..3],
        ["multipart/report", "text/plain", "message/disposition-notification"]
    );
    assert_eq!(header(&read, "Auto-Submitted"), "auto-replied");
    assert_eq!(header(&read, "In-Reply-To"), format!("<Plans.asks.{me}>"));
    assert!(header(&read, "From").contains(&me) && header(&read, "To").contains(&them));
    assert_eq!(header(&read, "Return-Path"), "<>", "nobody is told that it could not be delivered");
    let reported: Vec<(String, String)> = serde_json::from_value(read["reported"].clone()).unwrap();
    let of = |name: &str| reported.iter().find(|(one, _)| one == name).map(|(_, value)| value.clone()).unwrap();
    assert_eq!(of("Final-Recipient").replace(' ', ""), format!("rfc822;{me}"));
    assert_eq!(of("Original-Message-ID"), format!("<Plans.asks.{me}>"));
    assert_eq!(of("Disposition"), "manual-action/MDN-sent-manually; displayed");
    assert!(of("Reporting-UA").ends_with("; Fernpost"));
    assert!(read["parts"][0]["text"].as_str().unwrap().contains("displayed to"), "{read}");
    // whoever asked is told in a sentence
    let told = opened(&bo, "Read: Plans").await;
    assert_eq!(told.texts(".card__text"), [format!("Your message was opened by {me}.")]);
    assert!(!told.offers("Send a receipt"), "and nobody answers a receipt");

    assert_eq!(ann.mail().await.state("INBOX").await, ["Plans $MDNSent \\Seen"]); // RFC 3503
    assert_eq!(ann.mail().await.subjects("Sent").await, ["Read: Plans"]);
    assert!(!opened(&ann, "Plans").await.offers("Send a receipt"));
    let again = ann.send(&form).await;
    assert_eq!(again.flash(), "This was answered already: nothing more was sent.");
    assert_eq!(bo.mail().await.subjects("INBOX").await, ["Read: Plans"]);
    assert_eq!(ann.submit(&form.clone().without("csrf")).await.status, 403); // C-01
}

#[tokio::test]
async fn who_refuses_is_not_asked_again_by_any_program() {
    let app = spawn_app_with(&Submission::plain().await.section()).await;
    let ann = app.person().await;
    let mail = asking("Plans", "", "bo@b.example", &ann.who.user.clone(), "bo@b.example");
    let ann = ann.with_messages("INBOX", [mail]).await;
    let page = ann.send(&opened(&ann, "Plans").await.form("Don’t")).await;
    assert_eq!(page.flash(), "No receipt is sent, and you are not asked again.");
    assert_eq!(ann.mail().await.state("INBOX").await, ["Plans $MDNSent \\Seen"]);
    assert!(!page.offers("Send a receipt"));
}

#[tokio::test]
async fn what_is_not_sent_takes_its_mark_back_and_can_be_sent_later() {
    let submission = Submission::plain().await;
    let app = spawn_app_with(&submission.section()).await;
    let ann = app.person().await;
    let mail = asking("Plans", "", "bo@b.example", &ann.who.user.clone(), "bo@b.example");
    let ann = ann.with_messages("INBOX", [mail]).await;
    submission.always(At::Rcpt, Does::Say("550 5.7.1 not today"));
    let page = ann.send(&opened(&ann, "Plans").await.form("Send a receipt")).await;
    assert!(page.flash().starts_with("The receipt was not sent. "), "{}", page.flash());
    assert_eq!(ann.mail().await.state("INBOX").await, ["Plans \\Seen"]);
    submission.heal();
    // a server that wants to know who sends is told
    submission.at(At::Mail, Does::Say("553 5.7.1 not owned by you"));
    let page = ann.send(&opened(&ann, "Plans").await.form("Send a receipt")).await;
    assert_eq!(page.flash(), "Sent.");
    let delivered = submission.delivered();
    assert_eq!(delivered.len(), 1);
    assert_eq!(
        (delivered[0].from.as_str(), &delivered[0].to[..]),
        (ann.who.user.as_str(), &["bo@b.example".to_owned()][..])
    );
    assert_eq!(ann.mail().await.state("INBOX").await, ["Plans $MDNSent \\Seen"]);
}

#[tokio::test]
async fn a_receipt_that_is_called_off_takes_its_mark_back() {
    let submission = Submission::plain().await;
    let app = spawn_app_with(&submission.section()).await;
    let ann = app.person().await;
    let mail = asking("Plans", "", "bo@b.example", &ann.who.user.clone(), "bo@b.example");
    let ann = ann.with_messages("INBOX", [mail]).await;
    submission.always(At::Rcpt, Does::Say("451 4.7.1 later"));
    let page = ann.send(&opened(&ann, "Plans").await.form("Send a receipt")).await;
    assert!(page.flash().contains("again"), "{}", page.flash());
    assert_eq!(ann.mail().await.state("INBOX").await, ["Plans $MDNSent \\Seen"], "it waits");
    ann.send(&ann.open("/webmail/outbox").await.form("Don’t send")).await;
    assert_eq!(ann.mail().await.state("INBOX").await, ["Plans \\Seen"]);
}

#[tokio::test]
async fn a_receipt_that_may_have_gone_keeps_its_mark_though_it_is_left() {
    let submission = Submission::plain().await;
    let app = spawn_app_with(&submission.section()).await;
    let ann = app.person().await;
    let mail = asking("Plans", "", "bo@b.example", &ann.who.user.clone(), "bo@b.example");
    let ann = ann.with_messages("INBOX", [mail]).await;
    submission.at(At::Dot, Does::DoneThenCut);
    ann.send(&opened(&ann, "Plans").await.form("Send a receipt")).await;
    ann.send(&ann.open("/webmail/outbox").await.form("Leave it")).await;
    assert_eq!(ann.mail().await.state("INBOX").await, ["Plans $MDNSent \\Seen"]);
}

#[tokio::test]
async fn nobody_is_asked_about_what_is_not_to_be_answered() {
    let app = spawn_app_with(&Submission::plain().await.section()).await;
    let ann = app.person().await;
    let me = ann.who.user.clone();
    let mail = |subject: &str, above: &str, from: &str| asking(subject, above, from, &me, from);
    let ann = ann
        .with_messages(
            "INBOX",
            [
                mail("Mine", "", &me),
                mail("Automatic", "Return-Path: <>\r\n", "bo@b.example"),
                asking("Others", "", "bo@b.example", &me, &me),
                mail("Listed", "Return-Path: <list@lists.example>\r\n", "bo@b.example"),
                mail("Asks", "Return-Path: <bo@b.example>\r\n", "bo@b.example"),
            ],
        )
        .await;
    let ann = ann.with_messages("Junk", [mail("Spam", "", "bo@b.example")]).await;
    for subject in ["Mine", "Automatic", "Others"] {
        assert!(!opened(&ann, subject).await.offers("Send a receipt"), "{subject}");
    }
    let junk = ann.open_message(&ann.open_mailbox("Junk").await, "Spam").await;
    assert!(!junk.offers("Send a receipt"), "{}", junk.text());
    // RFC 8098 2.1: the address that asks is not the one that sent
    let warned = opened(&ann, "Listed").await;
    assert!(warned.offers("Send a receipt") && warned.text().contains("That is not where the message came from"));
    let plain = opened(&ann, "Asks").await;
    assert!(plain.offers("Send a receipt") && !plain.text().contains("That is not where"));
    // in a conversation too
    let conversation = ann.open(&plain.link("Whole conversation")).await;
    assert!(conversation.offers("Send a receipt"));
}

#[tokio::test]
async fn without_a_way_to_send_it_is_only_said() {
    let app = spawn_app_with(NO_SUBMISSION).await;
    let ann = app.person().await;
    let mail = asking("Plans", "", "bo@b.example", &ann.who.user.clone(), "bo@b.example");
    let ann = ann.with_messages("INBOX", [mail]).await;
    let page = opened(&ann, "Plans").await;
    assert!(page.text().contains("None was sent") && !page.offers("Send a receipt"));
}
