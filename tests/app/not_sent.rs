//! Why a message was not sent, and what is asked before it goes.

use super::helpers::{
    At, Does, Form, Person, Submission, header, pair, read_by_python, skip_on, spawn_app, spawn_app_with,
};

async fn written(ann: &Person, to: &str, subject: &str) -> Form {
    let page = ann.open("/webmail/compose").await;
    page.form_in(".compose", "Send").fill("to", to).fill("subject", subject).fill("text", "Hello.")
}

#[tokio::test]
async fn each_failure_has_its_sentence_and_the_draft_is_kept() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let submission = Submission::plain().await;
    let app = spawn_app_with(&submission.section()).await;
    let (ann, bo) = pair(&app).await;
    let cases = [
        (At::Auth, "535 5.7.8 Who?", "The mail server for sending did not take your password.", 422),
        (At::Auth, "454 4.7.0 Later", "The mail server can't take it just now: “454 4.7.0 Later”", 303),
        (At::Data, "451 4.3.2 Full", "The mail server can't take it just now: “451 4.3.2 Full”", 303),
        (At::Data, "554 5.7.1 No", "The mail server refused it: “554 5.7.1 No”", 422),
        (At::Dot, "452 4.2.2 Full", "The mail server can't take it just now: “452 4.2.2 Full”", 303),
        (At::Dot, "552 5.2.3 Large", "The mail server refused it: “552 5.2.3 Large”", 422),
        (At::Mail, "550 5.1.8 Who?", "The mail server does not let you write from this address: “550 5.1.8 Who?”", 422),
        (At::Greeting, "220-\u{0}", "", 303),
    ];
    for (number, (at, says, sentence, status)) in cases.into_iter().enumerate() {
        let subject = format!("Number {number}");
        let does = if sentence.is_empty() { Does::Cut } else { Does::Say(says) };
        submission.at(at, does);
        let page = ann.submit(&written(&ann, &bo.who.user, &subject).await).await;
        assert_eq!(page.status, status, "{at:?} {says}: {}", page.text());
        let page = if status == 303 { ann.follow(page).await } else { page };
        let sentence =
            if sentence.is_empty() { "The mail server for sending closed the connection." } else { sentence };
        assert!(page.text().contains(sentence), "{at:?} {says}: {}", page.text());
        assert!(ann.mail().await.subjects("Drafts").await.contains(&subject), "{at:?} {says}");
    }
    assert_eq!((submission.delivered().len(), ann.mail().await.subjects("Sent").await), (0, vec![]));
}

#[tokio::test]
async fn nothing_is_said_to_a_server_that_is_not_the_one_we_trust_or_has_no_tls() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let (unknown, stripped) = (Submission::starttls().await, Submission::plain().await);
    // one with a certificate of nobody, one from which somebody on the way has taken STARTTLS
    let of_nobody =
        unknown.section().lines().filter(|line| !line.starts_with("ca_file")).collect::<Vec<_>>().join("\n");
    let sections = [of_nobody + "\n", stripped.section().replace("\"none\"", "\"starttls\"")];
    for (server, section) in [&unknown, &stripped].into_iter().zip(sections) {
        let app = spawn_app_with(&section).await;
        let (ann, bo) = pair(&app).await;
        let page = ann.submit(&written(&ann, &bo.who.user, "Secret").await).await;
        let page = if page.status == 303 { ann.follow(page).await } else { page };
        assert!(page.text().contains("The connection to the mail server for sending is not safe"), "{}", page.text());
        assert_eq!(ann.mail().await.subjects("Drafts").await, ["Secret"]);
        assert!(server.signed_in().is_empty() && server.heard().iter().all(|line| !line.starts_with("MAIL")));
    }
}

#[tokio::test]
async fn an_address_that_the_server_cannot_take_is_marked() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let submission = Submission::plain().await;
    submission.offer(&["AUTH PLAIN", "8BITMIME"]);
    let app = spawn_app_with(&submission.section()).await;
    let (ann, bo) = pair(&app).await;
    let form = written(&ann, &bo.who.user, "Letters").await.fill("cc", "j\u{f6}rg@b\u{fc}cher.example");
    let page = ann.submit(&form).await;
    assert_eq!(page.status, 422);
    let said = "The mail server for sending takes no address with such letters: j\u{f6}rg@b\u{fc}cher.example";
    assert_eq!(page.texts(".compose__errors a"), [said]);
    assert_eq!(page.attributes(".compose__errors a", "href"), ["#cc"]);
    // letters in the domain alone are no trouble
    let page = page.form_in(".compose", "Send").fill("cc", "jorg@b\u{fc}cher.example");
    assert_eq!(ann.send(&page).await.flash(), "Sent.");
    assert_eq!(submission.delivered()[0].to, [bo.who.user.as_str(), "jorg@xn--bcher-kva.example"]);
}

#[tokio::test]
async fn many_who_see_each_other_are_asked_about_and_the_blind_are_not() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let submission = Submission::plain().await;
    let app = spawn_app_with(&submission.section()).await;
    let (ann, _) = pair(&app).await;
    let people = |count: usize| (0..count).map(|n| format!("p{n}@b.example")).collect::<Vec<_>>().join(", ");
    let form =
        written(&ann, &people(20), "Many").await.fill("cc", "c1@b.example, c2@b.example, c3@b.example, c4@b.example");
    assert_eq!(ann.send(&form).await.flash(), "Sent.", "24 are not many");

    let form = written(&ann, &people(25), "Many").await;
    let page = ann.submit(&form).await;
    let said = "25 people see each other's addresses. In Bcc nobody sees them.";
    assert_eq!((page.status, page.texts(".flash__list li")), (200, vec![said.to_owned()]));
    assert_eq!(submission.delivered().len(), 1);
    // asked about once, whenever it is to go
    let page = ann.submit(&page.form_in(".compose", "Send all the same").forge("action", "anyway:send")).await;
    assert_eq!(page.status, 303);
    assert_eq!(submission.delivered()[1].to.len(), 25);

    let form = written(&ann, "one@b.example", "Many").await.fill("bcc", &people(100));
    assert_eq!(ann.send(&form).await.flash(), "Sent.");
    assert_eq!(submission.delivered()[2].to.len(), 101);
}

#[tokio::test]
async fn priority_and_confirmations_are_as_they_were_ticked() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let submission = Submission::plain().await;
    let app = spawn_app_with(&submission.section()).await;
    let (ann, bo) = pair(&app).await;
    for (number, (priority, x_priority, importance)) in
        [("high", "1", "high"), ("normal", "", ""), ("low", "5", "low")].into_iter().enumerate()
    {
        let form = written(&ann, &bo.who.user, priority).await.fill("priority", priority);
        let ticked = number != 1;
        let form = match ticked {
            true => form.tick("Ask readers to confirm").tick("Tell me when it was delivered"),
            false => form,
        };
        // kept and gone on with, it says the same
        let page = ann.submit(&form.clone().forge("action", "save")).await;
        assert_eq!(page.status, 200);
        let drafts = ann.open_mailbox("Drafts").await;
        let form = ann.open_message(&drafts, priority).await.form_in(".compose", "Send");
        assert_eq!((form.field("priority"), form.field("receipt")), (Some(priority), ticked.then_some("1")));
        assert_eq!(form.field("delivery"), ticked.then_some("1"));
        assert_eq!(ann.send(&form).await.flash(), "Sent.");

        let delivered = &submission.delivered()[number];
        let read = read_by_python(&String::from_utf8_lossy(&delivered.octets));
        assert_eq!((header(&read, "X-Priority"), header(&read, "Importance")), (x_priority, importance));
        let asks = header(&read, "Disposition-Notification-To");
        assert_eq!(asks, if ticked { format!("<{}>", ann.who.user) } else { String::new() });
        assert_eq!(header(&read, "X-Fernpost-Asks"), "", "it is for the draft alone");
        assert_eq!(delivered.commands[1].contains("NOTIFY=SUCCESS"), ticked, "{:?}", delivered.commands);
    }
}

#[tokio::test]
async fn the_signature_stands_where_it_was_chosen() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("INBOX", [super::helpers::letter("Question")]).await;
    let page = ann.open("/webmail/settings/identities/0").await;
    ann.send(&page.form("Save").fill("signature", "Ann\nHarbour 7")).await;
    let list = ann.open_mailbox("INBOX").await;
    let letter = ann.open_message(&list, "Question").await;
    for (text, signature, is_last) in
        [("above", "above", false), ("above", "below", true), ("below", "above", true), ("below", "below", true)]
    {
        let page = ann.open("/webmail/settings/writing").await;
        ann.send(&page.form("Save").forge("text", text).forge("signature", signature)).await;
        let form = ann.open(&letter.link("Reply")).await.form_in(".compose", "Send");
        let written = form.field("text").unwrap();
        assert_eq!(written.ends_with("\n-- \nAnn\nHarbour 7"), is_last, "{text} {signature}: {written:?}");
        assert_eq!(written.find("Harbour 7") > written.find("> "), is_last, "{text} {signature}: {written:?}");
    }
}
