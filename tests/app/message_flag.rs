//! Read and unread, flagged and not: one message or many, from the list or from the message.

use super::helpers::{letter, spawn_app};

#[tokio::test]
async fn marks_are_set_and_taken_off_and_no_other_is_touched() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let mut mail = ann.mail().await;
    for (subject, flags) in [("One", "\\Answered $Label1"), ("Two", ""), ("Three", "\\Draft \\Deleted")] {
        mail.append("INBOX", flags, letter(subject).as_bytes()).await;
    }
    for (button, said, state) in [
        ("Mark as read", "2 messages marked as read.", ["One $Label1 \\Answered \\Seen", "Two \\Seen"]),
        ("Flag", "2 messages flagged.", ["One $Label1 \\Answered \\Flagged \\Seen", "Two \\Flagged \\Seen"]),
        ("Mark as unread", "2 messages marked as unread.", ["One $Label1 \\Answered \\Flagged", "Two \\Flagged"]),
        ("Take the flag off", "2 flags taken off.", ["One $Label1 \\Answered", "Two"]),
    ] {
        let list = ann.open_mailbox("INBOX").await;
        let page = ann.press(&list, button, &["One", "Two"]).await;
        assert_eq!((page.flash().as_str(), page.texts("h1")), (said, vec!["Inbox".to_owned()]));
        // R-15, and another program's mark for deletion survives
        assert_eq!(mail.state("INBOX").await, [state[0], state[1], "Three \\Deleted \\Draft"], "{button}");
        let row = page.row("One");
        assert_eq!((row.unread, row.flagged), (!state[0].contains("Seen"), state[0].contains("Flagged")));
    }
}

#[tokio::test]
async fn a_message_is_flagged_where_it_is_read_and_left_when_it_is_unread_again() {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("INBOX", [letter("One")]).await;
    let mut mail = ann.mail().await;
    let list = ann.open_mailbox("INBOX").await;
    let message = ann.open_message(&list, "One").await;
    assert_eq!(mail.state("INBOX").await, ["One \\Seen"]);

    let message = ann.send(&message.form_in(".toolbar", "Flag")).await;
    assert_eq!(message.texts(".message__subject"), ["One"]);
    assert_eq!(message.attributes(".message__star", "aria-label"), ["Flagged"]);
    assert_eq!(mail.state("INBOX").await, ["One \\Flagged \\Seen"]);

    let message = ann.send(&message.form_in(".toolbar", "Take the flag off")).await;
    assert!(message.texts(".message__star").is_empty() && message.offers("Flag"));
    assert_eq!(mail.state("INBOX").await, ["One \\Seen"]);

    let list = ann.send(&message.form_in(".toolbar", "Mark as unread")).await;
    assert!(list.row("One").unread);
    assert_eq!(mail.state("INBOX").await, ["One"]);
}
