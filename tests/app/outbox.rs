//! What did not go at once: the outbox and its buttons, by a submission server that does what the test tells it to.

use super::helpers::{
    At, Does, Fault, FaultProxy, Form, Page, Person, Submission, TestApp, Times, mail_server, pair, skip_on,
    spawn_app_with,
};

const OUTBOX: &str = "/webmail/outbox";

async fn with(submission: &Submission) -> (TestApp, Person, Person) {
    let app = spawn_app_with(&submission.section()).await;
    let (ann, bo) = pair(&app).await;
    (app, ann, bo)
}

async fn written(ann: &Person, to: &str, subject: &str) -> Form {
    let page = ann.open("/webmail/compose").await;
    page.form_in(".compose", "Send").fill("to", to).fill("subject", subject).fill("text", "Hello.")
}

fn states(outbox: &Page) -> Vec<String> {
    outbox.texts(".outbox__state")
}

#[tokio::test]
async fn what_waits_is_sent_by_its_button_or_called_off() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let submission = Submission::plain().await;
    let (_app, ann, bo) = with(&submission).await;
    submission.at(At::Dot, Does::Say("451 4.3.0 Come back later"));
    let page = ann.send(&written(&ann, &bo.who.user, "Grey").await).await;
    let said = "Not sent yet. The mail server can't take it just now: “451 4.3.0 Come back later” It is tried again.";
    assert_eq!(page.flash(), said);
    assert_eq!((states(&page), page.texts(".outbox__subject")), (vec!["Waits".to_owned()], vec!["Grey".to_owned()]));
    assert!(page.text().contains("It is tried again: "), "{}", page.text());

    // still not
    submission.at(At::Dot, Does::Say("451 4.3.0 Come back later"));
    let page = ann.send(&page.form("Send now")).await;
    assert_eq!(
        (page.flash().as_str(), states(&page)),
        ("It could not be sent. Below stands why.", vec!["Waits".into()])
    );
    // and now
    let page = ann.send(&page.form("Send now")).await;
    assert_eq!((page.flash().as_str(), states(&page)), ("Sent.", vec![]));
    assert_eq!((submission.delivered().len(), ann.mail().await.subjects("Sent").await), (1, vec!["Grey".into()]));

    submission.at(At::Dot, Does::Say("451 4.3.0 Come back later"));
    let page = ann.send(&written(&ann, &bo.who.user, "Off").await).await;
    let page = ann.send(&page.form("Don’t send")).await;
    assert_eq!(page.flash(), "Not sent. Go on writing.");
    assert_eq!(page.form_in(".compose", "Send").field("subject"), Some("Off"));
    assert_eq!(states(&ann.open(OUTBOX).await), [""; 0]);
    assert_eq!(submission.delivered().len(), 1);
}

#[tokio::test]
async fn what_failed_is_tried_again_changed_or_left() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let submission = Submission::plain().await;
    let (_app, ann, bo) = with(&submission).await;
    submission.always(At::Dot, Does::Say("554 5.7.1 <b>Spam</b>"));
    let page = ann.submit(&written(&ann, &bo.who.user, "Refused").await).await;
    let said = "Not sent. The mail server refused it: “554 5.7.1 <b>Spam</b>” The message is still here.";
    assert_eq!((page.status, page.texts(".compose__errors strong")), (422, vec![said.to_owned()]));
    let outbox = ann.open(OUTBOX).await;
    assert_eq!(states(&outbox), ["Not sent"]);
    assert!(outbox.text().contains("Nobody got it. The draft is kept."), "{}", outbox.text());
    let page = ann.send(&outbox.form("Try again")).await;
    assert_eq!(
        (page.flash().as_str(), states(&page)),
        ("It could not be sent. Below stands why.", vec!["Not sent".into()])
    );

    // changed, it goes, and once
    submission.heal();
    let page = ann.open(&page.link("Edit")).await;
    let form = page.form_in(".compose", "Send").fill("text", "Hello, without it.");
    assert_eq!(ann.send(&form).await.flash(), "Sent.");
    let delivered = submission.delivered();
    assert_eq!(delivered.len(), 1);
    assert!(String::from_utf8_lossy(&delivered[0].octets).contains("without it"));
    assert_eq!(states(&ann.open(OUTBOX).await), [""; 0]);

    // tried again when the server has thought better of it
    submission.at(At::Mail, Does::Say("550 5.1.8 Not from there"));
    ann.submit(&written(&ann, &bo.who.user, "Again").await).await;
    let page = ann.send(&ann.open(OUTBOX).await.form("Try again")).await;
    assert_eq!((page.flash().as_str(), submission.delivered().len()), ("Sent.", 2));

    // left: it is a draft, and nothing more
    submission.at(At::Dot, Does::Say("554 5.7.1 No"));
    ann.submit(&written(&ann, &bo.who.user, "Left").await).await;
    let page = ann.send(&ann.open(OUTBOX).await.form("Leave it")).await;
    assert_eq!(page.form_in(".compose", "Send").field("subject"), Some("Left"));
    assert_eq!(states(&ann.open(OUTBOX).await), [""; 0]);
    assert_eq!(ann.mail().await.subjects("Drafts").await, ["Left"]);
}

#[tokio::test]
async fn what_may_have_been_sent_is_sent_again_only_by_its_button() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let submission = Submission::plain().await;
    let (_app, ann, bo) = with(&submission).await;
    for (number, subject) in ["Perhaps", "Left"].into_iter().enumerate() {
        submission.at(At::Dot, Does::DoneThenCut);
        let form = written(&ann, &bo.who.user, subject).await;
        let page = ann.send(&form).await;
        assert!(page.flash().contains("It may have been sent"), "{}", page.flash());
        assert_eq!(states(&page), ["Perhaps sent"]);
        assert_eq!(ann.send(&form).await.flash(), page.flash(), "pressing again sends nothing");
        assert_eq!(submission.delivered().len(), 1 + 2 * number);
        if number == 0 {
            let page = ann.send(&page.form("Send it again")).await;
            assert_eq!((page.flash().as_str(), states(&page)), ("Sent.", vec![]));
            assert_eq!(submission.delivered().len(), 2);
        } else {
            // whoever leaves it is not told that it was not sent
            let page = ann.send(&page.form("Leave it")).await;
            let told = page.flash();
            assert!(told.ends_with("It is no longer in the outbox. It may have been sent."), "{told}");
            assert!(told.starts_with("This message may have been sent already."), "it is another one: {told}");
            assert_eq!(page.form_in(".compose", "Send").field("subject"), Some("Left"));
        }
    }
    assert_eq!(ann.mail().await.subjects("Drafts").await, ["Left"]);
}

#[tokio::test]
async fn a_copy_that_could_not_be_saved_is_saved_by_its_button_and_nothing_is_sent_again() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let (submission, proxy) = (Submission::plain().await, FaultProxy::plain(mail_server()).await);
    let imap = format!("[imap]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n", proxy.port);
    let app = spawn_app_with(&format!("{imap}{}", submission.section())).await;
    let (ann, bo) = pair(&app).await;
    proxy.arm(Fault::Say("TAG NO [SERVERBUG] Not now\r\n"), "UID MOVE", Times::From(0));
    let page = ann.send(&written(&ann, &bo.who.user, "Copied").await).await;
    assert_eq!(page.flash(), "Sent. The copy could not be stored in Sent.");
    assert_eq!(states(&page), ["Sent, copy not saved"]);
    assert_eq!(ann.mail().await.subjects("Drafts").await, ["Copied"], "the draft stays until there is a copy");
    proxy.heal().await;
    let page = ann.send(&page.form("Save the copy again")).await;
    assert_eq!((page.flash().as_str(), states(&page)), ("The copy is in Sent.", vec![]));
    let mut mail = ann.mail().await;
    assert_eq!((mail.subjects("Sent").await, mail.subjects("Drafts").await), (vec!["Copied".to_owned()], vec![]));
    assert_eq!(submission.delivered().len(), 1);
}
