//! Work that goes on in the background: what its page says of it, and what can be done about it.

use super::helpers::{Page, Person, encode, mail_server, spawn_app};

/// More than a page removes at once.
const MANY: usize = 2_040;

/// Fills Trash with more than a page removes at once, beside one that another program marked.
async fn with_full_trash(ann: Person) -> Person {
    let mut mail = ann.mail().await;
    mail.make("Trash").await;
    mail.append("Trash", "\\Flagged", b"Subject: last\r\n\r\n").await;
    mail.select("Trash").await;
    // each round doubles them
    let (trash, mut count) = (mail_server().wire_name("Trash"), 1);
    while count < MANY {
        mail.command(&format!("COPY 1:{} {trash}", count.min(MANY - count))).await;
        mail.command("NOOP").await;
        count += count.min(MANY - count);
    }
    ann
}

/// The question about all of it.
fn emptying() -> String {
    format!("/webmail/mailbox/{}/empty", encode(&mail_server().wire_name("Trash")))
}

/// The page, as soon as it says this.
async fn until(ann: &Person, address: &str, words: &str) -> Page {
    ann.open_until(address, |page| page.texts(".outbox__state").concat().contains(words)).await
}

#[tokio::test]
async fn many_messages_are_removed_in_the_background_and_the_page_says_how_far_it_is() {
    let app = spawn_app().await;
    let ann = with_full_trash(app.person().await).await;
    let page = ann.open(&emptying()).await;
    assert!(page.text().contains("2,040"), "{}", page.text());
    let page = ann.submit(&page.form("Delete 2,040 messages")).await;
    let address = page.location().unwrap();
    assert!(address.starts_with("/webmail/jobs/"), "{address}");
    // what comes meanwhile stays
    ann.mail().await.append("Trash", "", b"Subject: later\r\n\r\n").await;
    let page = until(&ann, &address, "Done").await;
    assert_eq!(page.texts("h1"), ["Delete 2,040 messages for good"]);
    assert!(page.texts(".job__progress").concat().starts_with("2,040 messages, "), "{}", page.text());
    assert_eq!(ann.mail().await.left("Trash").await, ["later"]);

    let list = ann.send(&page.form("Take it off the list")).await;
    assert_eq!(list.flash(), "It is off the list.");
    let gone = ann.open(&address).await;
    assert_eq!((gone.status, gone.texts("h1").concat().as_str()), (404, "This is no longer known"));
}

#[tokio::test]
async fn work_is_its_owners_and_nobody_elses() {
    let app = spawn_app().await;
    let ann = with_full_trash(app.person().await).await;
    let page = ann.open(&emptying()).await;
    let page = ann.submit(&page.form("Delete 2,040 messages")).await;
    let address = page.location().unwrap();
    let ben = app.person().await;
    assert_eq!(ben.open(&address).await.status, 404); // C-10
    let page = until(&ann, &address, "Done").await;
    let theirs = ben.open_mailbox("INBOX").await;
    let token = theirs.form("Sign out").field("csrf").unwrap().to_owned();
    let forged = page.form("Take it off the list").forge("csrf", &token);
    assert_eq!(ben.submit(&forged).await.status, 404);
    assert_eq!(ann.open(&address).await.status, 200);
    for wrong in ["x", "AAAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAB"] {
        assert_eq!(ann.open(&format!("/webmail/jobs/{wrong}")).await.status, 404, "{wrong}"); // C-09
    }
}

#[tokio::test]
async fn what_was_begun_goes_on_after_a_restart_with_the_next_request() {
    let mut app = spawn_app().await;
    let ann = with_full_trash(app.person().await).await;
    let page = ann.open(&emptying()).await;
    let page = ann.submit(&page.form("Delete 2,040 messages")).await;
    let address = page.location().unwrap();
    app.restart().await;
    let page = until(&ann, &address, "Done").await;
    assert!(page.texts(".job__progress").concat().starts_with("2,040 messages, "), "{}", page.text());
    assert_eq!(ann.mail().await.left("Trash").await, [""; 0]);
}
