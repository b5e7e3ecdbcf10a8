//! Another writer chosen while a message is written: what nobody touched goes with them, and what somebody typed stays.

use super::helpers::{Form, Page, Person, Submission, TestApp, mail_server, skip_on, spawn_app_with};

const IDENTITIES: &str = "/webmail/settings/identities";

/// Somebody with a private identity, which is used first, and the office's; each with wishes of its own.
async fn writer() -> (TestApp, Person, Submission) {
    let submission = Submission::plain().await;
    let who = mail_server().person("ann");
    let keys = format!(
        "[identities]\naddresses = \"own\"\naliases = {{ \"{}\" = [\"office@fernpost.example\"] }}\n{}",
        who.user,
        submission.section()
    );
    let app = spawn_app_with(&keys).await;
    let ann = app.signed_in(who).await;
    let page = ann.open("/webmail/settings/writing").await;
    ann.send(&page.form("Save").forge("undo", "0")).await;
    let form = ann.open(&format!("{IDENTITIES}/0")).await.form("Save");
    let form = form.fill("reply_to", "private@home.example").fill("signature", "Ann").fill("language", "de");
    ann.send(&form.tick("Send me a copy")).await;
    let form = ann.open(&format!("{IDENTITIES}/new")).await.form("Save").fill("name", "Office");
    ann.send(&form.fill("reply_to", "desk@fernpost.example").fill("signature", "The office\nHarbour 7")).await;
    (app, ann, submission)
}

/// A composer, begun by the private one, with the office chosen.
async fn by_the_office(ann: &Person) -> (Page, Form) {
    let page = ann.open("/webmail/compose").await;
    let form = page.form("Send").fill("to", "bo@there.example").fill("subject", "Plans");
    let office = page.attributes("#from option", "value").pop().unwrap();
    (page, form.fill("from", &office))
}

fn message(submission: &Submission) -> (Vec<String>, String) {
    let delivered = submission.delivered();
    let last = delivered.last().expect("a message");
    (last.to.clone(), String::from_utf8_lossy(&last.octets).into_owned())
}

#[tokio::test]
async fn what_nobody_touched_goes_with_another_writer() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let (_app, ann, submission) = writer().await;
    let (page, form) = by_the_office(&ann).await;
    assert_eq!(page.form("Send").field("reply_to"), Some("private@home.example"));
    assert_eq!(page.form("Send").field("bcc"), Some(ann.who.user.as_str()));
    // to be seen before it goes
    let shown = ann.submit(&form.clone().forge("action", "attach")).await;
    let form_of = shown.form_in(".compose", "Send");
    assert_eq!((form_of.field("reply_to"), form_of.field("bcc")), (Some("desk@fernpost.example"), Some("")));
    assert!(form_of.field("text").unwrap().ends_with("\n\n-- \nThe office\nHarbour 7"), "{:?}", form_of.field("text"));
    assert_eq!(shown.attributes("textarea", "lang"), [""; 0], "and is checked in the office's language");
    // and as it is, in one go
    assert_eq!(ann.send(&form).await.flash(), "Sent.");
    let (to, message) = message(&submission);
    assert_eq!(to, ["bo@there.example"], "the private one gets no copy");
    assert!(message.contains("Reply-To: <desk@fernpost.example>") && message.contains("The office"), "{message}");
    assert!(!message.contains("private@home.example") && !message.contains("\r\nAnn"), "{message}");
    // and back
    let first = page.attributes("#from option", "value").remove(0);
    let back = ann.submit(&form_of.fill("from", &first).forge("action", "attach")).await.form_in(".compose", "Send");
    assert_eq!(
        (back.field("reply_to"), back.field("bcc")),
        (Some("private@home.example"), Some(ann.who.user.as_str()))
    );
    assert!(back.field("text").unwrap().ends_with("\n\n-- \nAnn"), "{:?}", back.field("text"));
}

#[tokio::test]
async fn what_somebody_typed_or_took_away_stays_whoever_writes() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let (_app, ann, submission) = writer().await;
    let (_, form) = by_the_office(&ann).await;
    let form =
        form.fill("reply_to", "mine@home.example").fill("bcc", "cy@there.example").fill("text", "Hello\n\n-- \nA.");
    ann.send(&form).await;
    let (to, text) = message(&submission);
    assert_eq!(to, ["bo@there.example", "cy@there.example"]);
    assert!(text.contains("Reply-To: <mine@home.example>") && text.contains("-- \r\nA."), "{text}");
    // no copy to oneself where it was taken away, and no other place for answers
    let page = ann.open("/webmail/compose").await;
    let form = page.form("Send").fill("to", "bo@there.example").fill("subject", "Plans").fill("text", "x");
    ann.send(&form.fill("bcc", "").fill("reply_to", "")).await;
    let (to, text) = message(&submission);
    assert_eq!((to.len(), text.contains("Reply-To")), (1, false), "{text}");
}
