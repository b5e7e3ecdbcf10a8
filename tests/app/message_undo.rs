//! Undo: what was moved away comes back, marks and all, and everything else stays. And what has no undo asks first.

use super::helpers::{encode, letter, mail_server, skip_on, spawn_app};

#[tokio::test]
async fn every_way_of_moving_away_can_be_undone_from_the_list_and_from_the_message() {
    skip_on!(Bare, "no-copyuid");
    let app = spawn_app().await;
    let ann = app.person().await;
    let mut mail = ann.mail().await;
    mail.make("Work").await;
    mail.append("INBOX", "\\Seen \\Flagged $Label1", letter("One").as_bytes()).await;
    mail.append("INBOX", "\\Seen", letter("Stays").as_bytes()).await;
    for (button, mailbox) in [("Archive", "Archive"), ("Junk", "Junk"), ("Delete", "Trash"), ("Work", "Work")] {
        for from_list in [true, false] {
            let list = ann.open_mailbox("INBOX").await;
            let page = if from_list {
                ann.press(&list, button, &["One"]).await
            } else {
                let message = ann.open_message(&list, "One").await;
                ann.send(&message.form_in(".toolbar", button)).await
            };
            assert_eq!(page.flash(), format!("1 message moved to {mailbox}."));
            assert_eq!((page.texts("h1"), page.rows()), (vec!["Inbox".to_owned()], vec!["Stays".to_owned()]));
            assert_eq!(mail.subjects(mailbox).await, ["One"]);
            assert!(
                mail.state(mailbox).await[0].contains("$Label1 \\Flagged \\Seen"),
                "{:?}",
                mail.state(mailbox).await
            );
            let page = ann.undo(&page).await;
            assert_eq!((page.flash().as_str(), page.rows().len()), ("1 message is back in Inbox.", 2));
            assert!(mail.subjects(mailbox).await.is_empty());
            // no mark of what was undone stays behind: other programs would still take it for junk
            assert_eq!(mail.state("INBOX").await, ["Stays \\Seen", "One $Label1 \\Flagged \\Seen"], "{button}");
        }
    }
}

#[tokio::test]
async fn undoing_twice_or_too_late_says_so() {
    skip_on!(Bare, "no-copyuid");
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("INBOX", [letter("One")]).await;
    let page = ann.press(&ann.open_mailbox("INBOX").await, "Archive", &["One"]).await;
    ann.undo(&page).await;
    let again = ann.undo(&page).await;
    assert_eq!(again.flash(), "What you chose is no longer here. Nothing was changed.");
    assert_eq!(ann.mail().await.subjects("INBOX").await, ["One"]);
}

#[tokio::test]
async fn what_is_deleted_for_good_is_asked_for_from_the_message_too() {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("Trash", [letter("One"), letter("Two")]).await;
    let message = ann.open_message(&ann.open_mailbox("Trash").await, "One").await;
    let question = ann.send(&message.form_in(".toolbar", "Delete for good")).await;
    assert_eq!(question.texts("h1"), ["Delete this message for good?"]);
    // keeping it leads back and changes nothing
    assert_eq!(ann.open(&question.link("Keep")).await.rows().len(), 2);
    assert_eq!(ann.mail().await.subjects("Trash").await.len(), 2);
    let page = ann.send(&question.form("Delete for good")).await;
    assert_eq!((page.flash().as_str(), page.rows()), ("1 message deleted for good.", vec!["Two".to_owned()]));
    assert!(!page.offers("Undo"));
    assert_eq!(ann.mail().await.left("Trash").await, ["Two"]);
}

#[tokio::test]
async fn junk_is_emptied_after_a_question_and_nothing_else_can_be() {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("Junk", [letter("One"), letter("Two")]).await;
    let junk = ann.open_mailbox("Junk").await;
    let question = ann.open(&junk.link("Empty Junk (2 messages)")).await;
    let yes = question.form("Delete 2 messages");
    let page = ann.send(&yes).await;
    assert_eq!(page.flash(), "Junk is empty. 2 messages deleted for good.");
    assert!(ann.mail().await.left("Junk").await.is_empty());
    let mut inbox = yes;
    inbox.action = "/webmail/mailbox/INBOX/empty".to_owned();
    assert_eq!(ann.submit(&inbox).await.status, 404);
    skip_on!(Bare, "no-uid-expunge");
    let page = ann.open(&format!("/webmail/mailbox/{}/empty", encode(&mail_server().wire_name("Junk")))).await;
    assert_eq!(page.flash(), "Junk is empty already.");
}
