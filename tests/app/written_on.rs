//! Writing on what was sent, waits, or may have been sent: nothing goes twice by itself, and nothing that was typed is lost.

use super::helpers::{
    At, Does, FaultProxy, Form, Page, Person, Submission, TestApp, mail_server, pair, skip_on, spawn_app_with,
};

/// Somebody who writes, and a submission server that does as it is told.
async fn writer() -> (TestApp, Person, Submission) {
    let submission = Submission::plain().await;
    let app = spawn_app_with(&submission.section()).await;
    let (ann, _) = pair(&app).await;
    (app, ann, submission)
}

async fn written(ann: &Person, subject: &str, text: &str) -> Form {
    let page = ann.open("/webmail/compose").await;
    page.form("Send").fill("to", "bo@there.example").fill("subject", subject).fill("text", text)
}

fn again(page: &Page, button: &str) -> Form {
    page.form_in(".compose", button)
}

/// The composer with a draft, from the list of drafts.
async fn draft(ann: &Person, subject: &str) -> Page {
    let drafts = ann.open_mailbox("Drafts").await;
    ann.open_message(&drafts, subject).await
}

/// The messages that the submission server took, in order.
fn taken(submission: &Submission) -> Vec<String> {
    submission.delivered().iter().map(|one| String::from_utf8_lossy(&one.octets).into_owned()).collect()
}

/// A message's name.
fn name(message: &str) -> String {
    message.split("Message-ID: ").nth(1).unwrap().split('\r').next().unwrap().to_owned()
}

/// Saves a form as the page's script does.
async fn save_by_script(ann: &Person, form: &Form) -> serde_json::Value {
    let saved = ann.request("POST", "/webmail/drafts").form(&form.fields).send().await;
    serde_json::from_str(&saved.source()).unwrap_or_else(|_| panic!("{} {}", saved.status, saved.source()))
}

fn lead(page: &Page) -> String {
    page.texts(".compose__errors strong").join(" ")
}

#[tokio::test]
async fn what_waits_is_taken_back_before_it_is_written_on() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let (_app, ann, submission) = writer().await;
    ann.send(&written(&ann, "Plans", "As it was.").await.forge("action", "later").fill("at", &tomorrow())).await;
    // from the list it is not in anybody's hands
    let page = draft(&ann, "Plans").await;
    assert_eq!(page.texts("h1"), ["Outbox"]);
    assert!(page.flash().contains("This message waits to be sent."), "{}", page.text());
    let page = ann.send(&page.form("Don’t send")).await;
    let form = again(&page, "Send").fill("text", "As it is now.");
    assert_eq!(ann.send(&form).await.flash(), "Sent.");
    let taken = taken(&submission);
    assert!(taken.len() == 1 && taken[0].contains("As it is now."), "{taken:?}");
    assert_eq!(ann.mail().await.subjects("Drafts").await, [""; 0]);
}

#[tokio::test]
async fn what_is_changed_while_it_waits_goes_as_it_was_typed_last() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let (_app, ann, submission) = writer().await;
    let form = written(&ann, "Plans", "First words.").await;
    let later = form.clone().forge("action", "later").fill("at", &tomorrow());
    assert!(ann.send(&later).await.flash().starts_with("Goes out on"));
    // the same form in another tab, written on
    assert_eq!(ann.send(&form.fill("text", "Last words.")).await.flash(), "Sent.");
    let taken = taken(&submission);
    assert!(taken.len() == 1 && taken[0].contains("Last words."), "{taken:?}");
    assert_eq!(ann.open("/webmail/outbox").await.texts(".outbox__subject"), [""; 0]);
    assert_eq!(ann.mail().await.subjects("Drafts").await, [""; 0]);
}

#[tokio::test]
async fn what_is_changed_after_it_was_sent_is_not_dropped_and_goes_when_it_is_asked_to() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let (_app, ann, submission) = writer().await;
    let form = written(&ann, "Plans", "First words.").await;
    ann.send(&form).await;
    let page = ann.submit(&form.clone().fill("text", "Other words.")).await;
    assert_eq!((page.status, taken(&submission).len()), (409, 1));
    assert!(lead(&page).contains("This message went out already"), "{}", page.text());
    assert_eq!(again(&page, "Send").field("text"), Some("Other words."));
    let other = again(&page, "Send");
    let (one, two) = tokio::join!(ann.submit(&other), ann.submit(&other));
    assert_eq!((one.status, two.status), (303, 303));
    assert_eq!(ann.send(&form).await.flash(), "Sent.", "what is the same is told as it was");
    let taken = taken(&submission);
    assert!(taken.len() == 2 && taken[1].contains("Other words."), "{taken:?}");
    assert_eq!(ann.mail().await.subjects("Sent").await, ["Plans", "Plans"]);
}

#[tokio::test]
async fn what_may_have_been_sent_is_written_on_as_another_message_and_its_writer_is_warned() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let (_app, ann, submission) = writer().await;
    let form = written(&ann, "Plans", "First words.").await;
    submission.at(At::Dot, Does::DoneThenCut);
    assert!(ann.send(&form).await.text().contains("Perhaps sent"));
    // by the form that is still there
    let page = ann.submit(&form.clone().fill("text", "Other words.")).await;
    assert_eq!((page.status, taken(&submission).len()), (409, 1));
    assert!(lead(&page).contains("may have gone out already"), "{}", page.text());
    assert_eq!(again(&page, "Send").field("text"), Some("Other words."));
    // by the outbox
    let outbox = ann.open("/webmail/outbox").await;
    let page = ann.open(&outbox.link("Edit")).await;
    assert!(lead(&page).contains("may have been sent already"), "{}", page.text());
    let form = again(&page, "Send");
    assert_eq!(form.field("text").map(str::trim_end), Some("First words."));
    assert_eq!(ann.send(&form.fill("text", "Last words.")).await.flash(), "Sent.");
    let taken = taken(&submission);
    assert!(taken.len() == 2 && taken[1].contains("Last words."), "{taken:?}");
    assert_ne!(name(&taken[0]), name(&taken[1]), "no server takes the one for the other");
    // that the first one is in doubt is still said, and its draft is there
    assert_eq!(ann.open("/webmail/outbox").await.texts(".outbox__state"), ["Perhaps sent"]);
    assert_eq!(ann.mail().await.subjects("Drafts").await, ["Plans"]);
}

#[tokio::test]
async fn what_may_have_been_sent_and_was_left_goes_under_its_name_only_as_it_was() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let (_app, ann, submission) = writer().await;
    let form = written(&ann, "Plans", "First words.").await;
    submission.at(At::Dot, Does::DoneThenCut);
    ann.send(&form).await;
    let page = ann.send(&ann.open("/webmail/outbox").await.form("Leave it")).await;
    assert!(lead(&page).contains("may have been sent already"), "{}", page.text());
    assert_eq!(ann.send(&again(&page, "Send").fill("text", "Other words.")).await.flash(), "Sent.");
    // and by the form of then
    let page = ann.submit(&form.fill("text", "Last words.")).await;
    assert!(page.status == 409 && lead(&page).contains("may have gone out already"), "{}", page.text());
    assert_eq!(ann.send(&again(&page, "Send")).await.flash(), "Sent.");
    let taken = taken(&submission);
    assert!(taken.len() == 3 && taken[1].contains("Other words.") && taken[2].contains("Last words."), "{taken:?}");
    let mut names: Vec<String> = taken.iter().map(|message| name(message)).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 3, "no server takes the one for the other");
}

#[tokio::test]
async fn what_waits_goes_on_waiting_where_what_was_to_go_in_its_place_could_not_be_kept() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let (submission, proxy) = (Submission::plain().await, FaultProxy::plain(mail_server()).await);
    let imap = format!("[imap]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n", proxy.port);
    let app = spawn_app_with(&format!("{imap}{}", submission.section())).await;
    let (ann, _) = pair(&app).await;
    let form = written(&ann, "Plans", "First words.").await;
    let later = form.clone().forge("action", "later").fill("at", &tomorrow());
    assert!(ann.send(&later).await.flash().starts_with("Goes out on"));
    // in another tab, with a file that is gone by now
    let with_file = form.clone().forge("action", "attach").choose("files", "plan.txt", b"the plan");
    let page = ann.submit(&with_file).await;
    ann.submit(&again(&page, "Save draft").forge("action", "remove:0")).await;
    let page = ann.submit(&again(&page, "Send")).await;
    assert!(lead(&page).contains("Not sent"), "{}", page.text());
    // and with a mail server that is gone
    proxy.refuse();
    let page = ann.submit(&form.fill("text", "Last words.")).await;
    assert!(lead(&page).contains("Not sent"), "{}", page.text());
    proxy.heal().await;
    let outbox = ann.open("/webmail/outbox").await;
    assert_eq!(outbox.texts(".outbox__state"), ["Waits"]);
    assert!(outbox.text().contains("Goes out on"), "at its time: {}", outbox.text());
    assert_eq!(ann.send(&outbox.form("Send now")).await.flash(), "Sent.");
    let taken = taken(&submission);
    assert!(taken.len() == 1 && taken[0].contains("First words."), "{taken:?}");
}

#[tokio::test]
async fn what_a_script_saves_beside_a_message_that_waits_is_a_message_of_its_own() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let (_app, ann, submission) = writer().await;
    let saved = ann.submit(&written(&ann, "Plans", "First words.").await.forge("action", "save")).await;
    let form = again(&saved, "Send");
    ann.send(&form.clone().forge("action", "later").fill("at", &tomorrow())).await;
    let other = form.fill("text", "Other words.").fill("subject", "Other plans");
    let told = save_by_script(&ann, &other).await;
    assert!(told["conflict"] == true && told["text"].as_str().unwrap().contains("stays as it was then"), "{told}");
    assert_ne!(told["message_id"].as_str(), other.field("message_id"));
    // the list leads to it, and not to what waits
    assert_eq!(again(&draft(&ann, "Other plans").await, "Send").field("text"), Some("Other words."));
    let other = ["message_id", "draft", "was"]
        .into_iter()
        .fold(other, |form, field| form.forge(field, told[field].as_str().unwrap()));
    assert_eq!(ann.send(&other).await.flash(), "Sent.");
    let outbox = ann.open("/webmail/outbox").await;
    assert_eq!(outbox.texts(".outbox__state"), ["Waits"], "nobody called it off");
    assert_eq!(ann.send(&outbox.form("Send now")).await.flash(), "Sent.");
    let taken = taken(&submission);
    assert!(taken.len() == 2 && taken[0].contains("Other words.") && taken[1].contains("First words."), "{taken:?}");
    assert_eq!(ann.mail().await.subjects("Drafts").await, [""; 0]);
}

#[tokio::test]
async fn what_takes_the_place_of_a_message_that_waits_leaves_no_draft_behind() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let (_app, ann, submission) = writer().await;
    let saved = ann.submit(&written(&ann, "Plans", "First words.").await.forge("action", "save")).await;
    let form = again(&saved, "Send");
    ann.send(&form.clone().forge("action", "later").fill("at", &tomorrow())).await;
    assert_eq!(ann.send(&form.fill("text", "Last words.")).await.flash(), "Sent.", "nobody changed it elsewhere");
    let taken = taken(&submission);
    assert!(taken.len() == 1 && taken[0].contains("Last words."), "{taken:?}");
    assert_eq!(ann.mail().await.subjects("Drafts").await, [""; 0]);
    // nor does what was called off, and saved since
    let saved = ann.submit(&written(&ann, "Others", "First words.").await.forge("action", "save")).await;
    ann.send(&again(&saved, "Send").forge("action", "later").fill("at", &tomorrow())).await;
    let page = ann.send(&ann.open("/webmail/outbox").await.form("Don’t send")).await;
    let page = ann.submit(&again(&page, "Save draft").fill("text", "Last words.")).await;
    assert_eq!(ann.send(&again(&page, "Send")).await.flash(), "Sent.");
    assert_eq!(ann.mail().await.subjects("Drafts").await, [""; 0]);
}

#[tokio::test]
async fn a_draft_that_was_saved_of_a_sent_message_goes_with_the_message_that_it_becomes() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let (_app, ann, submission) = writer().await;
    let form = written(&ann, "Plans", "First words.").await;
    ann.send(&form).await;
    let saved = ann.submit(&form.fill("text", "Other words.").forge("action", "save")).await;
    let page = ann.submit(&again(&saved, "Send")).await;
    assert_eq!(page.status, 409);
    assert_eq!(ann.send(&again(&page, "Send")).await.flash(), "Sent.");
    assert_eq!(taken(&submission).len(), 2);
    assert_eq!(ann.mail().await.subjects("Drafts").await, [""; 0]);
}

#[tokio::test]
async fn a_draft_that_was_thrown_away_elsewhere_is_said_to_be_gone_and_is_no_reason_not_to_send() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let (_app, ann, _submission) = writer().await;
    let saved = ann.submit(&written(&ann, "Plans", "First words.").await.forge("action", "save")).await;
    let mut mail = ann.mail().await;
    mail.select("Drafts").await;
    let uid = mail.search("ALL").await[0];
    mail.remove(uid).await;
    let told = save_by_script(&ann, &again(&saved, "Send").fill("text", "Other words.")).await;
    let text = told["text"].as_str().unwrap();
    assert!(text.starts_with("The draft that you opened is not in Drafts any more"), "{told}");
    assert_eq!(told["conflict"], false);
    assert_eq!(mail.subjects("Drafts").await, ["Plans"]);
}

#[tokio::test]
async fn what_did_not_go_is_what_was_saved_of_it_last() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let (_app, ann, submission) = writer().await;
    submission.refuse("bo@there.example", "550 5.1.1 Nobody");
    let page = ann.submit(&written(&ann, "Plans", "First words.").await).await;
    assert_eq!(page.status, 422);
    ann.submit(&again(&page, "Save draft").fill("to", "cy@there.example").fill("text", "Saved words.")).await;
    let outbox = ann.open("/webmail/outbox").await;
    assert_eq!(outbox.texts(".outbox__state"), ["Not sent"]);
    assert_eq!(ann.send(&outbox.form("Try again")).await.flash(), "Sent.");
    let delivered = submission.delivered();
    assert_eq!((delivered.len(), &delivered[0].to), (1, &vec!["cy@there.example".to_owned()]));
    assert!(taken(&submission)[0].contains("Saved words."));
    assert_eq!(ann.mail().await.subjects("Drafts").await, [""; 0]);
}

#[tokio::test]
async fn what_is_saved_of_a_message_that_waits_by_now_is_kept_beside_it() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let (_app, ann, submission) = writer().await;
    submission.refuse("bo@there.example", "550 5.1.1 Nobody");
    let open = ann.submit(&written(&ann, "Plans", "First words.").await).await;
    submission.heal();
    submission.at(At::Mail, Does::Say("451 4.7.1 Later"));
    ann.send(&ann.open("/webmail/outbox").await.form("Try again")).await;
    // the page of before is still open somewhere
    let form = again(&open, "Save draft").fill("text", "Other words.").fill("subject", "Other plans");
    let page = ann.submit(&form).await;
    assert!(page.text().contains("What you sent of this draft stays as it was then."), "{}", page.text());
    let outbox = ann.open("/webmail/outbox").await;
    assert_eq!(ann.send(&outbox.form("Send now")).await.flash(), "Sent.");
    let taken = taken(&submission);
    assert!(taken.len() == 1 && taken[0].contains("First words."), "{taken:?}");
    assert_eq!(ann.mail().await.subjects("Drafts").await, ["Other plans"]);
}

#[tokio::test]
async fn whoever_sends_a_draft_that_was_changed_elsewhere_is_told_and_both_are_kept() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let (_app, ann, submission) = writer().await;
    let form = written(&ann, "Mine", "x").await.forge("action", "save");
    let page = ann.submit(&form).await;
    ann.submit(&again(&page, "Save draft").fill("subject", "Theirs")).await;
    let told = ann.send(&again(&page, "Send")).await.flash();
    assert!(told.starts_with("Sent. Its draft was changed elsewhere meanwhile"), "{told}");
    assert_eq!(ann.mail().await.subjects("Drafts").await, ["Theirs"]);
    assert_eq!(taken(&submission).len(), 1);
    // and nothing is said where nobody did
    let page = ann.submit(&written(&ann, "Another", "x").await.forge("action", "save")).await;
    assert_eq!(ann.send(&again(&page, "Send")).await.flash(), "Sent.");
}

#[tokio::test]
async fn back_after_sending_a_draft_is_told_what_became_of_it() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let (_app, ann, submission) = writer().await;
    ann.submit(
        &again(&ann.open("/webmail/compose").await, "Save draft")
            .fill("to", "bo@there.example")
            .fill("subject", "Plans"),
    )
    .await;
    let drafts = ann.open_mailbox("Drafts").await;
    let address = ann.get(&drafts.row("Plans").address).await.location().expect("an address with the message's name");
    let page = ann.open(&address).await;
    assert_eq!(ann.send(&again(&page, "Send")).await.flash(), "Sent.");
    let back = ann.open(&address).await;
    assert_eq!((back.flash().as_str(), back.offers("Send")), ("Sent.", false));
    assert_eq!(taken(&submission).len(), 1);
}

/// A day and time, as a browser's field has it.
fn tomorrow() -> String {
    let at = jiff::Zoned::now().checked_add(jiff::Span::new().days(1)).unwrap();
    at.strftime("%Y-%m-%dT%H:%M").to_string()
}

#[tokio::test]
async fn back_after_saving_a_draft_is_at_what_was_saved() {
    skip_on!(Bare, "no-uid-expunge");
    let app = super::helpers::spawn_app().await;
    let ann = app.person().await;
    ann.submit(&again(&ann.open("/webmail/compose").await, "Save draft").fill("subject", "First")).await;
    let drafts = ann.open_mailbox("Drafts").await;
    let address = ann.get(&drafts.row("First").address).await.location().expect("an address with the message's name");
    ann.submit(&again(&ann.open(&address).await, "Save draft").fill("subject", "Second")).await;
    let page = ann.open(&address).await;
    assert_eq!(again(&page, "Send").field("subject"), Some("Second"));
    ann.send(&again(&page, "Throw away")).await;
    assert_eq!(ann.get(&address).await.status, 404);
}
