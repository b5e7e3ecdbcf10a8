//! Moving and copying: what is chosen and nothing else, wholly or not at all.

use super::helpers::{
    MailClient, Page, Person, TestApp, differs_on, letter, mail_server, skip_on, spawn_app, spawn_app_with,
};

/// Without MOVE, so that a quota can refuse: the copy counts until the original is gone.
fn keys_without(capabilities: &str) -> String {
    let server = mail_server();
    format!(
        "[imap]\nhost = \"127.0.0.1\"\nport = {}\nca_file = \"{}\"\ndisabled_capabilities = [{capabilities}]\n",
        server.port("IMAPS_PORT"),
        server.ca_file().display()
    )
}

async fn with_deleted_elsewhere(app: &TestApp) -> Person {
    let ann = app.person().await;
    let mut mail = ann.mail().await;
    for mailbox in ["INBOX", "Trash", "Junk", "Work"] {
        mail.make(mailbox).await;
        mail.append(mailbox, "\\Deleted \\Flagged", letter("Theirs").as_bytes()).await;
        for subject in ["First", "Second"] {
            mail.append(mailbox, "\\Seen", letter(subject).as_bytes()).await;
        }
    }
    ann
}

const THEIRS: &str = "Theirs \\Deleted \\Flagged";

/// Undoes a move of "First", and where the server does not tell how, puts another one in its place.
async fn put_back(ann: &Person, mail: &mut MailClient, page: &Page, mailbox: &str) {
    if differs_on!(Bare, "no-copyuid") {
        assert!(!page.offers("Undo"));
        mail.append(mailbox, "\\Seen", letter("First").as_bytes()).await;
    } else {
        let page = ann.undo(page).await;
        assert_eq!(page.flash(), "1 message is back in Inbox.");
    }
}

async fn everything(ann: &Person, mail: &mut MailClient, list: &Page) {
    for button in ["Mark as read", "Flag", "Mark as unread", "Take the flag off"] {
        ann.press(list, button, &["First"]).await;
    }
    ann.copy(list, "Work", &["First"]).await;
    let page = ann.press(list, "Archive", &["First"]).await;
    put_back(ann, mail, &page, "INBOX").await;
}

/// The invariant: whatever is done here, messages that another program marked `\Deleted` stay until that program
/// removes them.
#[tokio::test]
async fn what_another_program_marked_deleted_survives_every_action() {
    for missing in ["", "\"MOVE\""] {
        let app = spawn_app_with(&keys_without(missing)).await;
        let ann = with_deleted_elsewhere(&app).await;
        let mut mail = ann.mail().await;
        everything(&ann, &mut mail, &ann.open_mailbox("INBOX").await).await;
        for button in ["Delete", "Junk", "Work", "Archive"] {
            let list = ann.open_mailbox("INBOX").await;
            let page = ann.press(&list, button, &["First"]).await;
            assert!(page.flash().starts_with("1 message moved to "), "{button}: {}", page.flash());
            assert_eq!(mail.state("INBOX").await[0], THEIRS, "{missing} {button}");
            put_back(&ann, &mut mail, &page, "INBOX").await;
        }
        let trash = ann.open_mailbox("Trash").await;
        let question = ann.press(&trash, "Delete for good", &["First"]).await;
        ann.send(&question.form("Delete for good")).await;
        let junk = ann.open_mailbox("Junk").await;
        ann.press(&junk, "Not junk", &["First"]).await;
        for mailbox in ["INBOX", "Trash", "Junk", "Work"] {
            assert_eq!(mail.state(mailbox).await[0], THEIRS, "{missing} {mailbox}");
        }
        if differs_on!(Bare, "no-uid-expunge") {
            continue; // the rest is there, marked
        }
        assert_eq!(mail.state("Trash").await, [THEIRS, "Second \\Seen"]);
        assert_eq!(mail.state("Junk").await, [THEIRS, "Second \\Seen"]);
    }
}

#[tokio::test]
async fn many_are_moved_and_put_back_with_their_marks() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let mut mail = ann.mail().await;
    for mailbox in ["Work", "Work/Deep"] {
        mail.make(mailbox).await;
    }
    for (subject, flags) in [("One", "\\Seen \\Flagged"), ("Two", "$Label1"), ("Three", ""), ("Four", "\\Answered")] {
        mail.append("INBOX", flags, letter(subject).as_bytes()).await;
    }
    let list = ann.open_mailbox("INBOX").await;
    let page = ann.press(&list, "Deep", &["One", "Two", "Four"]).await;
    assert_eq!((page.flash().as_str(), page.rows()), ("3 messages moved to Deep.", vec!["Three".to_owned()]));
    assert_eq!(mail.state("Work/Deep").await, ["One \\Flagged \\Seen", "Two $Label1", "Four \\Answered"]);
    skip_on!(Bare, "no-copyuid");
    let page = ann.undo(&page).await;
    assert_eq!(page.flash(), "3 messages are back in Inbox.");
    let mut state = mail.state("INBOX").await;
    state.sort();
    assert_eq!(state, ["Four \\Answered", "One \\Flagged \\Seen", "Three", "Two $Label1"]);
    assert!(mail.state("Work/Deep").await.is_empty());
}

#[tokio::test]
async fn three_of_fifty_gone_elsewhere_leave_forty_seven() {
    let app = spawn_app().await;
    let letters = (1..=50).map(|number| letter(&format!("No-{number:02}")));
    let ann = app.person().await.with_messages("INBOX", letters).await;
    let list = ann.open_mailbox("INBOX").await;
    let all = ann.open(&list.link("Choose all on this page")).await;
    let mut mail = ann.mail().await;
    mail.select("INBOX").await;
    let uids = mail.search("ALL").await;
    for uid in &uids[10..13] {
        mail.remove(*uid).await;
    }
    let page = ann.send(&all.form_in(".selection", "Archive")).await;
    assert_eq!(page.flash(), "47 messages moved to Archive. 3 were gone already.");
    assert_eq!(mail.subjects("Archive").await.len(), 47);
    // and a list of yesterday, whose messages are all gone
    let page = ann.send(&all.form_in(".selection", "Delete")).await;
    assert_eq!((page.status, page.flash().as_str()), (200, "What you chose is no longer here. Nothing was changed."));
    assert!(mail.subjects("Trash").await.is_empty());
}

#[tokio::test]
async fn a_full_account_keeps_what_it_has_and_can_be_emptied() {
    //
    skip_on!(Bare, "no-quota");
    let app = spawn_app_with(&keys_without("\"MOVE\"")).await;
    let ann = app.signed_in(mail_server().person_with("ann", Some(20_000))).await;
    let mut mail = ann.mail().await;
    for mailbox in ["Work", "Trash"] {
        mail.make(mailbox).await;
    }
    for subject in ["One", "Two"] {
        let big = letter(subject) + &"0123456789 0123456789 0123456789\r\n".repeat(240);
        mail.append("INBOX", "\\Seen", big.as_bytes()).await;
    }
    let list = ann.open_mailbox("INBOX").await;
    for button in ["Work", "Archive", "Junk", "Copy"] {
        let page = match button {
            "Copy" => ann.copy(&list, "Work", &["One", "Two"]).await,
            _ => ann.press(&list, button, &["One", "Two"]).await,
        };
        assert_eq!((page.status, page.texts("h1")), (409, vec!["There is no room left".to_owned()]), "{button}");
        assert!(page.text().contains("quota"), "{}", page.text());
        let mut subjects = mail.subjects("INBOX").await;
        subjects.sort();
        assert_eq!(subjects, ["One", "Two"], "{button}");
        assert!(mail.subjects("Work").await.is_empty(), "{button}: half moved");
        assert_eq!(page.attributes(".empty a.button", "href")[0], "/webmail/storage");
    }
    // Trash can't take it: for good, after a question
    let question = ann.press(&list, "Delete", &["One", "Two"]).await;
    if differs_on!(Courier, "trash-is-free") {
        assert_eq!(question.flash(), "2 messages moved to Trash.");
        return;
    }
    assert_eq!(question.texts("h1"), ["Delete 2 messages for good?"], "{}", question.text());
    assert_eq!(mail.subjects("INBOX").await.len(), 2);
    let page = ann.send(&question.form("Delete for good")).await;
    assert_eq!((page.flash().as_str(), page.rows().len()), ("2 messages deleted for good.", 0));
    assert!(mail.subjects("INBOX").await.is_empty() && mail.subjects("Trash").await.is_empty());
}

#[tokio::test]
async fn a_folder_made_anew_or_gone_is_not_the_one_that_was_shown() {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("Work", [letter("Old")]).await;
    let mut mail = ann.mail().await;
    let list = ann.open_mailbox("Work").await;
    let message = list.row("Old").address;
    mail.delete("Work").await;
    let page = ann.press(&list, "Delete", &["Old"]).await;
    assert_eq!((page.status, page.texts("h1")), (404, vec!["There is no folder of this name".to_owned()]));
    mail.make("Work").await;
    mail.append("Work", "", letter("New").as_bytes()).await;
    for button in ["Archive", "Delete", "Junk", "Mark as read", "Flag"] {
        let page = ann.press(&list, button, &["Old"]).await;
        assert_eq!((page.status, page.texts("h1")), (404, vec!["Work was rebuilt by the mail server".to_owned()]));
    }
    let page = ann.get(&message).await;
    assert_eq!((page.status, page.texts("h1")), (404, vec!["Work was rebuilt by the mail server".to_owned()]));
    assert_eq!(ann.open(&page.link("Back to Work")).await.rows(), ["New"]);
    assert_eq!(mail.state("Work").await, ["New"]);
}

#[tokio::test]
async fn a_target_that_is_none_changes_nothing() {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("INBOX", [letter("One")]).await;
    ann.mail().await.make("Work").await;
    let list = ann.open_mailbox("INBOX").await;
    let move_to = list.form_in(".selection", "Work").tick("One");
    for (form, status) in [(move_to.clone().forge("to", "Nowhere"), 404), (move_to.clone().forge("to", "a~b"), 404)] {
        assert_eq!(ann.send(&form).await.status, status);
    }
    let page = ann.send(&move_to.without("to")).await;
    assert_eq!(page.flash(), "No folder was chosen, so nothing was changed.");
    assert_eq!(ann.mail().await.state("INBOX").await, ["One"]);
}

#[tokio::test]
async fn a_change_from_elsewhere_or_without_its_token_is_refused() {
    // C-01
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("INBOX", [letter("One")]).await;
    let list = ann.open_mailbox("INBOX").await;
    for button in ["Archive", "Delete", "Junk", "Mark as read", "Flag"] {
        let form = list.form_in(".selection", button).tick("One");
        assert_eq!(ann.submit(&form.clone().without("csrf")).await.status, 403, "{button}");
        let foreign = ann.request("POST", &form.action).header("Origin", "https://evil.example").form(&form.fields);
        let page = foreign.send().await;
        assert_eq!((page.status, page.texts("h1").len()), (403, 1), "{button}");
    }
    assert_eq!(ann.mail().await.state("INBOX").await, ["One"]);
}
