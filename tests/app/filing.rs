//! What is done to messages from a list or from an open one: seen by another mail program at once.

use super::helpers::{Person, differs_on, encode, mail_server, skip_on, spawn_app};

fn letter(subject: &str) -> String {
    format!("From: Ben <ben@example.org>\r\nTo: ann@example.org\r\nSubject: {subject}\r\n\r\nHello.\r\n")
}

async fn person_with(subjects: &[&str]) -> (super::helpers::TestApp, Person) {
    let app = spawn_app().await;
    let ann = app.person().await;
    let ann = ann.with_messages("INBOX", subjects.iter().map(|subject| letter(subject))).await;
    (app, ann)
}

const BAR: &str = ".selection";

#[tokio::test]
async fn archived_messages_are_in_archive_and_come_back_by_undo() {
    let (_app, ann) = person_with(&["Lunch?", "Minutes", "Plans"]).await;
    let list = ann.open_mailbox("INBOX").await;
    assert_eq!(list.rows(), ["Plans", "Minutes", "Lunch?"]);

    let page = ann.send(&list.form_in(BAR, "Archive").tick("Lunch?").tick("Plans")).await;
    assert_eq!(page.flash(), "2 messages moved to Archive.");
    assert_eq!(page.rows(), ["Minutes"]);
    let mut mail = ann.mail().await;
    assert_eq!(mail.subjects("Archive").await, ["Lunch?", "Plans"]);

    skip_on!(Bare, "no-copyuid");
    let page = ann.send(&page.form("Undo")).await;
    assert_eq!(page.flash(), "2 messages are back in Inbox.");
    assert_eq!(mail.subjects("INBOX").await.len(), 3);
    assert!(ann.open_mailbox("Archive").await.rows().is_empty());
}

#[tokio::test]
async fn what_happened_is_said_once() {
    let (_app, ann) = person_with(&["Lunch?"]).await;
    let list = ann.open_mailbox("INBOX").await;
    let page = ann.send(&list.form_in(BAR, "Mark as read").tick("Lunch?")).await;
    assert_eq!(page.flash(), "1 message marked as read.");
    assert_eq!(ann.open_mailbox("INBOX").await.flash(), "");
}

#[tokio::test]
async fn choosing_nothing_changes_nothing_and_says_so() {
    let (_app, ann) = person_with(&["Lunch?"]).await;
    for button in ["Archive", "Delete", "Junk", "Mark as read", "Flag"] {
        let list = ann.open_mailbox("INBOX").await;
        let page = ann.send(&list.form_in(BAR, button)).await;
        assert_eq!(page.flash(), "Nothing was chosen, so nothing was changed.", "{button}");
        assert_eq!(page.rows(), ["Lunch?"]);
    }
}

#[tokio::test]
async fn a_rows_star_means_no_other_row() {
    let (_app, ann) = person_with(&["Lunch?", "Minutes"]).await;
    let list = ann.open_mailbox("INBOX").await;
    let mut mail = ann.mail().await;
    mail.select("INBOX").await;
    let uids = mail.search("ALL").await;
    // the first row's star, while the other row is chosen
    let page = ann.send(&list.form_in(".message-row", "Flag").tick("Lunch?")).await;
    assert_eq!(page.attributes(".flag", "aria-pressed"), ["true", "false"]);
    assert_eq!(mail.flags(uids[1]).await, ["\\Flagged"]);
    assert!(mail.flags(uids[0]).await.is_empty());
}

#[tokio::test]
async fn deleting_goes_to_trash_first_and_from_there_after_a_question() {
    let (_app, ann) = person_with(&["Lunch?", "Minutes"]).await;
    let list = ann.open_mailbox("INBOX").await;
    let page = ann.send(&list.form_in(BAR, "Delete").tick("Lunch?")).await;
    assert_eq!(page.flash(), "1 message moved to Trash.");
    // another program's mark in the same folder
    let mut mail = ann.mail().await;
    mail.append("Trash", "\\Deleted", letter("Not ours").as_bytes()).await;

    let trash = ann.open_mailbox("Trash").await;
    let question = ann.send(&trash.form_in(BAR, "Delete for good").tick("Lunch?")).await;
    assert_eq!(question.texts("h1"), ["Delete this message for good?"]);
    assert_eq!(mail.subjects("Trash").await, ["Lunch?", "Not ours"]); // asked, not done

    let page = ann.send(&question.form("Delete for good")).await;
    assert_eq!(page.flash(), "1 message deleted for good.");
    let left = if differs_on!(Bare, "no-uid-expunge") { &["Lunch?", "Not ours"][..] } else { &["Not ours"] };
    assert_eq!(mail.subjects("Trash").await, left); // only what was chosen
}

#[tokio::test]
async fn emptying_trash_asks_with_the_number() {
    let (_app, ann) = person_with(&["Stays"]).await;
    let ann = ann.with_messages("Trash", [letter("One"), letter("Two")]).await;
    let trash = ann.open_mailbox("Trash").await;
    let question = ann.open(&trash.link("Empty Trash (2 messages)")).await;
    assert_eq!(question.texts("h1"), ["Empty Trash?"]);
    let page = ann.send(&question.form("Delete 2 messages")).await;
    assert_eq!(page.flash(), "Trash is empty. 2 messages deleted for good.");
    let mut mail = ann.mail().await;
    assert_eq!(mail.left("Trash").await, [""; 0]);
    assert_eq!(mail.subjects("INBOX").await, ["Stays"]);
    assert_eq!(ann.open("/webmail/mailbox/INBOX/empty").await.status, 404);
}

#[tokio::test]
async fn junk_and_not_junk_lead_there_and_back() {
    let (_app, ann) = person_with(&["Win a car"]).await;
    let list = ann.open_mailbox("INBOX").await;
    ann.send(&list.form_in(BAR, "Junk").tick("Win a car")).await;
    let junk = ann.open_mailbox("Junk").await;
    assert_eq!(junk.rows(), ["Win a car"]);
    let page = ann.send(&junk.form_in(BAR, "Not junk").tick("Win a car")).await;
    assert_eq!(page.flash(), "1 message moved to Inbox.");
}

#[tokio::test]
async fn a_message_is_moved_and_copied_from_its_page() {
    let (_app, ann) = person_with(&["Plans"]).await;
    ann.mail().await.make("Work/Übersicht").await;
    let list = ann.open_mailbox("INBOX").await;
    let message = ann.open(&list.link("Plans")).await;
    let page =
        ann.send(&message.form("Copy").fill("copy_to", &encode(&mail_server().wire_name("Work/Übersicht")))).await;
    assert_eq!(page.flash(), "1 message copied to Übersicht.");
    let message = ann.open(&page.link("Plans")).await;
    let page = ann.send(&message.form("Übersicht")).await;
    assert_eq!(page.flash(), "1 message moved to Übersicht.");
    assert!(page.rows().is_empty());
    assert_eq!(ann.open_mailbox("Work/Übersicht").await.rows().len(), 2);
}

#[tokio::test]
async fn a_rebuilt_folders_old_form_touches_nothing() {
    let (_app, ann) = person_with(&["Lunch?"]).await;
    let list = ann.open_mailbox("INBOX").await;
    let form = list.form_in(BAR, "Archive").tick("Lunch?").forge("uidvalidity", "1");
    let page = ann.send(&form).await;
    assert_eq!((page.status, page.texts("h1")), (404, vec!["Inbox was rebuilt by the mail server".to_owned()]));
    assert_eq!(ann.mail().await.subjects("INBOX").await, ["Lunch?"]);
}

#[tokio::test]
async fn what_is_no_uid_folder_or_number_is_not_found() {
    let (_app, ann) = person_with(&["Lunch?"]).await;
    let list = ann.open_mailbox("INBOX").await;
    for (field, value) in [("uid", "x"), ("uid", "0"), ("uid", "1:*"), ("mailbox", "a~b"), ("uidvalidity", "-1")] {
        let page = ann.send(&list.form_in(BAR, "Archive").tick("Lunch?").forge(field, value)).await;
        assert_eq!(page.status, 404, "{field}={value}"); // C-09
    }
    assert_eq!(ann.mail().await.subjects("INBOX").await, ["Lunch?"]);
}
