//! Out of a mailing.

use super::helpers::{Page, Person, TestApp, spawn_app};

async fn mailing(app: &TestApp, fields: &str) -> (Person, Page) {
    let message = format!("From: News <news@a.example>\r\nSubject: Offers\r\n{fields}\r\nBuy.\r\n");
    let ann = app.person().await.with_messages("INBOX", [message]).await;
    let list = ann.open_mailbox("INBOX").await;
    let page = ann.open(&list.row("Offers").address).await;
    (ann, page)
}

#[tokio::test]
async fn where_a_way_out_leads_is_said_before_anybody_goes_there() {
    //
    let app = spawn_app().await;
    let fields =
        "List-Unsubscribe: <https://lists.a.example/out?x=1>,\r\n <mailto:out+7@a.example?subject=no%20more>\r\n";
    let (ann, message) = mailing(&app, fields).await;
    let page = ann.open(&message.link("Unsubscribe")).await;
    assert_eq!(page.texts("h1"), ["Unsubscribe from News?"]);
    assert!(page.text().contains("on a page of lists.a.example"), "{}", page.text());
    assert_eq!(page.link("Open lists.a.example"), "https://lists.a.example/out?x=1");
    assert_eq!(page.attributes(".empty a[target]", "rel"), ["noopener noreferrer nofollow"; 2]);
    assert_eq!(page.link("Write to out+7@a.example"), "mailto:out%2B7@a.example?subject=no%20more");
    assert!(!page.offers("Unsubscribe"), "nobody vouches for a signature");
    assert_eq!(ann.open(&page.link("Back to the message")).await.texts("h1"), ["Offers"]);
}

#[tokio::test]
async fn what_is_no_way_out_is_not_offered() {
    let app = spawn_app().await;
    for fields in ["", "List-Unsubscribe: <javascript:alert(1)>\r\n", "List-Unsubscribe: NO\r\n"] {
        let (ann, message) = mailing(&app, fields).await;
        assert!(message.texts(".sender__end a").is_empty(), "{fields}");
        let page = ann.open(&format!("{}/unsubscribe", message.address)).await;
        assert!(page.text().contains("no way to unsubscribe"), "{}", page.text());
        assert!(page.attributes(".empty a[target]", "href").is_empty());
    }
}

#[tokio::test]
async fn asking_how_to_unsubscribe_marks_nothing_read() {
    // C-02
    let app = spawn_app().await;
    let message = "From: a@a.example\r\nSubject: Offers\r\nList-Unsubscribe: <https://a.example/>\r\n\r\nBuy.\r\n";
    let ann = app.person().await.with_messages("INBOX", [message]).await;
    let list = ann.open_mailbox("INBOX").await;
    let ask = format!("{}/unsubscribe", list.row("Offers").address);
    assert_eq!(ann.open(&ask).await.status, 200);
    assert_eq!(ann.open_mailbox("INBOX").await.tree()[0].1, "1");
}
