//! Who wrote this: what the mail server says of the sender, and what is doubtful.

use super::helpers::{Page, Person, TestApp, differs_on, spawn_app, spawn_app_with, until};

/// The line by which the mail server took a message in.
const ARRIVED: &str = "Received: from out.example (out.example [192.0.2.1]) by mx.example.org (Postfix) with ESMTPS id 1;\r\n\t\
    Tue, 13 Jan 2026 09:30:00 +0100\r\n";
const PASSED: &str = "Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=bank.example;\r\n\t\
    dkim=pass header.d=bank.example; dmarc=pass header.from=bank.example\r\n";

fn letter(above: &str, from: &str, rest: &str) -> String {
    format!("{above}From: {from}\r\nTo: Ann <ann@example.org>\r\nSubject: News\r\n{rest}\r\nHello.\r\n")
}

async fn trusting() -> TestApp {
    spawn_app_with("[authentication]\ntrusted = [\"mx.example.org\"]\n").await
}

async fn shown(app: &TestApp, message: String) -> Page {
    let ann = app.person().await.with_messages("INBOX", [message]).await;
    open_newest(&ann).await
}

async fn open_newest(ann: &Person) -> Page {
    let list = ann.open_mailbox("INBOX").await;
    ann.open(&list.attributes(".message-row__subject", "href")[0]).await
}

/// The mark, what the details say, and the warnings.
fn said(page: &Page) -> (String, String, String) {
    let facts = page.texts(".facts dd").into_iter().filter(|fact| fact.contains("SPF") || fact.contains("DMARC"));
    (page.texts(".sender .mark").concat(), facts.collect(), page.texts(".notice").join(" "))
}

#[tokio::test]
async fn a_sender_is_marked_by_what_the_mail_server_says_above_the_strangers_lines() {
    let app = trusting().await;
    let bank = "Bank <info@bank.example>";

    let (mark, fact, warnings) = said(&shown(&app, letter(&[PASSED, ARRIVED].concat(), bank, "")).await);
    assert_eq!(mark, "Verified");
    assert_eq!(fact, "The mail server vouches for bank.example: SPF passed, DKIM passed, DMARC passed.");
    assert_eq!(warnings, "");

    let failed = PASSED.replace("pass", "fail");
    let (mark, fact, warnings) = said(&shown(&app, letter(&[&failed, ARRIVED].concat(), bank, "")).await);
    assert_eq!(mark, "Failed the check");
    assert_eq!(
        fact,
        "The mail server says that bank.example did not send this: SPF failed, DKIM failed, DMARC failed."
    );
    assert_eq!(warnings, "The sender could not be verified (DMARC failed). Do not trust links in it.");

    let unknown =
        "Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=mailer.example; dkim=none; dmarc=none\r\n";
    let (mark, fact, warnings) = said(&shown(&app, letter(&[unknown, ARRIVED].concat(), bank, "")).await);
    assert_eq!(mark, "Not verified");
    assert_eq!(
        fact,
        "The mail server can't say who sent this: SPF passed for mailer.example, DKIM absent, DMARC absent."
    );
    assert_eq!(warnings, "");
}

#[tokio::test]
async fn what_a_stranger_writes_of_himself_is_not_believed() {
    let app = trusting().await;
    let foreign = "Received: from a by out.example; Tue, 13 Jan 2026 09:30:00 +0100\r\n";
    for above in [
        [ARRIVED, foreign, PASSED].concat(),
        [ARRIVED, ARRIVED, PASSED].concat(),
        [&PASSED.replace("mx.example.org", "evil.example"), ARRIVED].concat(),
        [&PASSED.replace("mx.example.org;", "mx.example.org.evil.example;"), ARRIVED].concat(),
    ] {
        let page = shown(&app, letter(&above, "Bank <info@bank.example>", "")).await;
        assert_eq!(said(&page), Default::default(), "{above}");
    }
}

#[tokio::test]
async fn without_a_name_to_trust_nothing_is_said() {
    let app = spawn_app().await;
    let page = shown(&app, letter(&[PASSED, ARRIVED].concat(), "Bank <info@bank.example>", "")).await;
    assert_eq!(said(&page), Default::default());
}

#[tokio::test]
async fn what_is_not_as_it_looks_is_said_above_the_message() {
    let app = spawn_app().await;
    let receipt = match differs_on!(Cyrus | Courier | Bare, "imap-only") {
        true => {
            "x@bank.example asks for a receipt that you have opened this. None was sent, and none is sent by itself."
        }
        false => "x@bank.example asks for a receipt that you have opened this. Send a receipt Don’t",
    };
    for (from, rest, expected) in [
        (
            "\"service@bank.example\" <x@evil.example>",
            "",
            "The sender's name says service@bank.example, but the address is one of evil.example.",
        ),
        ("Bank <x@bank.example>", "Reply-To: y@evil.example\r\n", "An answer would go elsewhere: to y@evil.example."),
        (
            "=?utf-8?Q?P=D0=B0yPal?= <x@bank.example>",
            "",
            "The sender's name mixes letters of different alphabets that look alike, in P\u{430}yPal.",
        ),
        (
            "Bank <x@xn--pypal-4ve.example>",
            "",
            "The sender's domain looks like paypal.example and is another one. The network spells it \
             xn--pypal-4ve.example.",
        ),
        (
            "=?utf-8?Q?Ann_=E2=80=AEnnA?= <x@bank.example>",
            "",
            "The sender's name contains hidden signs that change the order of letters. They are left out here.",
        ),
        (
            "Ann <x@bank.example>, Ben <y@bank.example>",
            "",
            "This message names several senders. The first is shown, the others are among the details.",
        ),
        (
            "Ann <x@bank.example>",
            "Disposition-Notification-To: x@bank.example\r\n",
            receipt,
        ),
        ("Ann <x@bank.example>", "", ""),
    ] {
        let page = shown(&app, letter("", from, rest)).await;
        assert_eq!(page.texts(".notice").join(" "), expected, "{from}");
        assert!(!page.source().contains('\u{202E}'), "{from}");
    }
}

#[tokio::test]
async fn a_domain_is_shown_as_people_read_it_and_as_the_network_spells_it() {
    let app = spawn_app().await;
    let page = shown(&app, letter("", "Ann <x@xn--bcher-kva.example>", "")).await;
    let facts = page.texts(".facts dd");
    assert!(
        facts.iter().any(|fact| fact == "bücher.example, which the network spells xn--bcher-kva.example"),
        "{facts:?}"
    );
    assert_eq!(page.texts(".notice").concat(), "");
}

#[tokio::test]
async fn a_stranger_with_the_name_of_somebody_one_writes_to_is_told_from_them() {
    let app = spawn_app().await;
    let to = "From: ann@example.org\r\nTo: Ilse Brandt <i.brandt@museum.example>\r\nSubject: Plans\r\n\r\nHello.\r\n";
    let warning = "First message from this sender. The name is that of somebody you write to (i.brandt@museum.example), \
                   the address is not.";
    for (from, expected) in [
        ("Ilse Brandt <ilse@evil.example>", warning),
        ("\"ILSE  BRANDT\" <ilse@evil.example>", warning),
        ("Ilse Brandt <I.Brandt@museum.example>", ""),
        ("Ilse Berg <ilse@evil.example>", ""),
    ] {
        let ann = app.person().await.with_messages("Sent", [to]).await;
        let ann = ann.with_messages("INBOX", [letter("", from, "")]).await;
        // asked in the background if the machine is slow: then the next page has the answer
        until(async || {
            let told = open_newest(&ann).await.texts(".notice").concat();
            if told == expected { Ok(()) } else { Err(format!("{from}: {told}")) }
        })
        .await;
    }
}

#[tokio::test]
async fn whoever_was_read_before_is_no_stranger() {
    let app = spawn_app().await;
    let to = "From: ann@example.org\r\nTo: Ilse Brandt <i.brandt@museum.example>\r\nSubject: Plans\r\n\r\nHello.\r\n";
    let ann = app.person().await.with_messages("Sent", [to]).await;
    let mut mail = ann.mail().await;
    mail.append("INBOX", "\\Seen", letter("", "Ilse Brandt <ilse@home.example>", "").as_bytes()).await;
    let ann = ann.with_messages("INBOX", [letter("", "Ilse Brandt <ilse@home.example>", "")]).await;
    assert_eq!(open_newest(&ann).await.texts(".notice").concat(), "");
}

#[tokio::test]
async fn who_does_not_want_to_hear_of_receipts_does_not() {
    //
    let app = spawn_app().await;
    let asking = letter("", "Ann <x@bank.example>", "Disposition-Notification-To: x@bank.example\r\n");
    let ann = app.person().await.with_messages("INBOX", [asking]).await;
    assert_eq!(open_newest(&ann).await.texts(".notice").len(), 1);
    let settings = ann.open("/webmail/settings").await;
    ann.send(&settings.form("Save").without("receipts")).await;
    assert_eq!(open_newest(&ann).await.texts(".notice").len(), 0);
    let settings = ann.open("/webmail/settings").await;
    ann.send(&settings.form("Save").tick("Ask me when a sender wants a receipt")).await;
    assert_eq!(open_newest(&ann).await.texts(".notice").len(), 1);
}
