//! What is said of a message that was handed over, by a submission server that does what the test tells it to.

use jiff::{Timestamp, ToSpan, tz::TimeZone};

use super::helpers::{Form, Page, Person, Submission, TestApp, pair, skip_on, spawn_app_with};

async fn with(submission: &Submission) -> (TestApp, Person, Person) {
    let app = spawn_app_with(&submission.section()).await;
    let (ann, bo) = pair(&app).await;
    (app, ann, bo)
}

/// A filled form of a page that knows what the submission server can do.
async fn written(ann: &Person, to: &str, subject: &str) -> Form {
    let mut page = ann.open("/webmail/compose").await;
    while note(&page).contains("A mail server that holds messages back") {
        page = ann.open("/webmail/compose").await;
    }
    page.form_in(".compose", "Send").fill("to", to).fill("subject", subject).fill("text", "Hello.")
}

fn note(page: &Page) -> String {
    page.texts(".compose__later .compose__small").concat()
}

/// So many hours from now, as the form says it; nobody told their zone.
fn in_hours(hours: i64) -> String {
    let at = Timestamp::now().checked_add(hours.hours()).unwrap().to_zoned(TimeZone::UTC);
    format!("later:{}", at.strftime("%Y-%m-%dT%H:%M"))
}

#[tokio::test]
async fn a_confirmation_of_delivery_that_the_server_cannot_give_is_not_promised() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let submission = Submission::plain().await;
    let (_app, ann, bo) = with(&submission).await;
    let form = written(&ann, &bo.who.user, "Confirmed").await.tick("Tell me when it was delivered");
    assert_eq!(ann.send(&form).await.flash(), "Sent.");
    assert!(submission.delivered()[0].commands[1].contains("NOTIFY=SUCCESS"), "{:?}", submission.delivered());

    submission.offer(&["AUTH PLAIN"]);
    let asked = written(&ann, &bo.who.user, "Not confirmed").await.tick("Tell me when it was delivered");
    let told = ann.send(&asked).await.flash();
    assert_eq!(
        told,
        "Sent. You asked to be told when it is delivered: this mail server can’t do that, so nobody will tell you."
    );
    assert!(!submission.delivered()[1].commands[1].contains("NOTIFY"));
    assert_eq!(ann.send(&written(&ann, &bo.who.user, "Not asked").await).await.flash(), "Sent.");

    // where it waits a little first, what is known is said at once
    let page = ann.open("/webmail/settings/writing").await;
    ann.send(&page.form("Save").forge("undo", "30")).await;
    let asked = written(&ann, &bo.who.user, "Waits").await.tick("Tell me when it was delivered");
    let told = ann.send(&asked).await.flash();
    assert!(told.starts_with("Goes out in ") && told.ends_with("so nobody will tell you."), "{told}");
}

#[tokio::test]
async fn a_server_that_holds_messages_back_gets_them_at_once_and_that_is_said_before_and_after() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let submission = Submission::plain().await;
    submission.offer(&["AUTH PLAIN", "FUTURERELEASE 86400 2030-01-01T00:00:00Z"]);
    let (_app, ann, bo) = with(&submission).await;
    let form = written(&ann, &bo.who.user, "Held").await.forge("action", &in_hours(2));
    let page = ann.open("/webmail/compose").await;
    assert!(note(&page).contains("your mail server holds it back itself"), "{}", note(&page));
    let told = ann.send(&form).await.flash();
    assert!(told.starts_with("Handed over. The mail server sends it on "), "{told}");
    assert!(submission.delivered()[0].commands[0].contains("HOLDFOR="), "{:?}", submission.delivered());
    // whoever asks again is told the same
    assert_eq!(ann.send(&form).await.flash(), told);
    // longer than it holds anything back: it waits here
    let form = written(&ann, &bo.who.user, "Waits").await.forge("action", &in_hours(48));
    let told = ann.send(&form).await.flash();
    assert!(told.starts_with("Goes out on "), "{told}");
    assert_eq!(submission.delivered().len(), 1);
}

#[tokio::test]
async fn a_server_that_holds_nothing_back_leaves_the_password_here_and_that_is_said() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let submission = Submission::plain().await;
    let (_app, ann, bo) = with(&submission).await;
    let form = written(&ann, &bo.who.user, "Later").await;
    let page = ann.open("/webmail/compose").await;
    let said = "Until then your password is kept here, sealed, so that it can be sent while you are away.";
    assert_eq!(note(&page), said);
    assert!(page.text().contains("Day and time (UTC)"), "{}", page.text());
    // one of the times that are offered
    let offered = page.form_in(".compose", "Tomorrow morning 08:00").field("action").unwrap().to_owned();
    assert!(offered.starts_with("later:20") && offered.ends_with("T08:00"), "{offered}");
    let told = ann.send(&form.clone().forge("action", &offered)).await;
    assert!(told.flash().starts_with("Goes out on "), "{}", told.flash());
    assert!(told.flash().contains("08:00"), "{}", told.flash());
    // and it is called off again
    let page = ann.undo(&told).await;
    assert_eq!(page.form_in(".compose", "Send").field("subject"), Some("Later"));

    // a time that is typed
    let typed = page.form_in(".compose", "Send at this time");
    for (at, says) in [
        ("", "Choose a day and a time"),
        ("2020-01-01T10:00", "That time has gone by"),
        ("2099-01-01T10:00", "That is more than a year from now"),
    ] {
        let page = ann.submit(&typed.clone().fill("at", at)).await;
        assert_eq!((page.status, page.texts("#at-error")), (422, vec![says.to_owned()]), "{at}");
        assert_eq!(page.form_in(".compose", "Send").field("text"), Some("Hello."), "{at}");
    }
    let at = in_hours(3).replace("later:", "");
    let told = ann.send(&typed.fill("at", &at)).await.flash();
    assert!(told.starts_with("Goes out on ") && told.contains(at.rsplit_once('T').unwrap().1), "{told}");
    assert_eq!(ann.open("/webmail/outbox").await.texts(".outbox__subject"), ["Later"]);
    assert_eq!(submission.delivered().len(), 0);
}
