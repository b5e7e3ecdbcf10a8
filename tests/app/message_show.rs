//! One message: all its people, its words, its way along the list.

use super::helpers::{letter, spawn_app};

const LETTER: &str = "From: =?utf-8?Q?J=C3=B6rg?= <jg@example.org>\r\nSender: Office <office@example.org>\r\n\
    Reply-To: Answers <answers@example.org>\r\nTo: Ann <ann@example.org>, ben@example.org, Cy <cy@example.org>\r\n\
    Cc: Dee <dee@example.org>\r\nBcc: eve@example.org\r\nSubject: Harbour\r\n\
    Date: Mon, 02 Nov 2026 10:00:00 +0100\r\nX-Odd: a  value\r\nMIME-Version: 1.0\r\n\
    Content-Type: text/plain; charset=utf-8\r\n\r\n\
    Look at https://example.org/a?b=1&c=2. Or javascript:alert(1) <b>not bold</b>\r\n\
    > You wrote:\r\n> Is it deep?\r\n>> Deeper\r\nYes.\r\n-- \r\nJ.\r\n";

#[tokio::test]
async fn a_message_shows_all_its_people_and_its_words() {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("INBOX", [LETTER]).await;
    let message = ann.open_message(&ann.open_mailbox("INBOX").await, "Harbour").await;
    assert_eq!((message.status, message.texts("h1")), (200, vec!["Harbour".to_owned()]));
    assert_eq!(message.texts(".facts dt"), ["From", "Sender", "Reply to", "To", "Cc", "Bcc", "Date", "Arrived"]);
    let people = message.texts(".facts .people li").join("; ").replace("< ", "<").replace(" >", ">");
    assert_eq!(
        people,
        "Jörg <jg@example.org>; Office <office@example.org>; Answers <answers@example.org>; Ann <ann@example.org>; \
         ben@example.org; Cy <cy@example.org>; Dee <dee@example.org>; eve@example.org"
    );
    assert_eq!(message.attributes(".sender__date", "datetime"), ["2026-11-02T09:00:00+00:00"]);
    // links are links, and nothing else is
    assert_eq!(message.attributes(".message__text a", "href"), ["https://example.org/a?b=1&c=2"]);
    assert_eq!(message.attributes(".message__text a", "rel"), ["noopener noreferrer nofollow"]);
    assert!(message.texts(".message__text b").is_empty());
    // what somebody quoted is folded away
    assert_eq!(message.texts(".message__quote details:not([open]) .message__lines").len(), 2);
    assert!(message.texts(".message__quote")[0].contains("Is it deep?"));

    let headers = ann.open(&message.link("All headers")).await;
    let names = headers.texts("dl dt");
    assert!(names.contains(&"X-Odd".to_owned()) && names.contains(&"Reply-To".to_owned()), "{names:?}");
    assert!(ann.open(&headers.link("Back to the message")).await.texts("h1") == ["Harbour"]);
    let print = ann.open(&message.link("Print")).await;
    assert!(print.text().contains("Harbour") && print.text().contains("Is it deep?"), "{}", print.text());
    assert!(print.source().find("<script").is_none());
}

#[tokio::test]
async fn opening_a_message_marks_it_read_on_the_server_and_in_the_next_list() {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("INBOX", [letter("One"), letter("Two")]).await;
    let list = ann.open_mailbox("INBOX").await;
    assert!(list.row("One").unread);
    ann.open_message(&list, "One").await;
    let mut mail = ann.mail().await;
    assert_eq!(mail.state("INBOX").await, ["One \\Seen", "Two"]);
    let list = ann.open_mailbox("INBOX").await;
    assert_eq!((list.row("One").unread, list.row("Two").unread), (false, true));
    assert!(list.texts("title")[0].starts_with("Inbox (1)"));
}

#[tokio::test]
async fn newer_and_older_lead_through_the_folder_and_back_to_its_list() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let mut mail = ann.mail().await;
    for (subject, flags) in [("One", "\\Flagged"), ("Two", ""), ("Three", "\\Flagged"), ("Four", "\\Flagged")] {
        mail.append("INBOX", flags, letter(subject).as_bytes()).await;
    }
    let list = ann.open_mailbox("INBOX").await;
    let three = ann.open_message(&list, "Three").await;
    assert_eq!(three.texts(".toolbar__where"), ["2 of 4"]);
    assert_eq!(ann.open(&three.link("Older message")).await.texts("h1"), ["Two"]);
    assert_eq!(ann.open(&three.link("Newer message")).await.texts("h1"), ["Four"]);
    assert!(ann.open(&list.row("One").address).await.attributes("[aria-label='Older message']", "href").is_empty());
    // the list that it was opened from stays the way back, however far one went
    let flagged = ann.open(&list.link("Flagged")).await;
    let three = ann.open_message(&flagged, "Three").await;
    let one = ann.open(&three.link("Older message")).await;
    assert_eq!((one.texts("h1"), one.texts(".toolbar__where")), (vec!["One".to_owned()], vec!["3 of 3".to_owned()]));
    let back = ann.open(&one.attributes(".toolbar__back", "href")[0]).await;
    assert_eq!(back.rows(), ["Four", "Three", "One"]);
    // gone elsewhere: said so, and the others are still found
    mail.select("INBOX").await;
    let uid = mail.search("SUBJECT Two").await[0];
    mail.remove(uid).await;
    let gone = ann.get(&list.row("Two").address).await;
    assert_eq!((gone.status, gone.texts("h1")), (404, vec!["This message is no longer here".to_owned()]));
    assert_eq!(ann.open(&gone.link("Back to Inbox")).await.rows().len(), 3);
    let three = ann.open(&list.row("Three").address).await;
    assert_eq!(ann.open(&three.link("Older message")).await.texts("h1"), ["One"]);
}

#[tokio::test]
async fn next_and_previous_stay_in_the_list_that_a_message_was_opened_from() {
    let app = spawn_app().await;
    let letters = ["Boat one", "Car two", "Boat three", "Car four", "Boat five"].map(letter);
    let ann = app.person().await.with_messages("INBOX", letters).await;
    let list = ann.open_mailbox("INBOX").await;
    // unread ones, each of which is read by being opened
    let unread = ann.open(&list.link("Unread")).await;
    let mut page = ann.open_message(&unread, "Boat five").await;
    for subject in ["Car four", "Boat three", "Car two"] {
        page = ann.open(&page.link("Older message")).await;
        assert_eq!(page.texts("h1"), [subject]);
    }
    assert_eq!(page.texts(".toolbar__where"), ["4 of 5"]);
    assert_eq!(ann.open(&page.link("Newer message")).await.texts("h1"), ["Boat three"]);
    // what was found
    let found = ann.search(&list, "boat").await;
    let three = ann.open_message(&found, "Boat three").await;
    assert_eq!(ann.open(&three.link("Older message")).await.texts("h1"), ["Boat one"]);
    assert_eq!(ann.open(&three.link("Newer message")).await.texts("h1"), ["Boat five"]);
    // the other way round
    let oldest = ann.open("/webmail/mailbox/INBOX?sort=oldest").await;
    let two = ann.open_message(&oldest, "Car two").await;
    assert_eq!(two.texts(".toolbar__where"), ["2 of 5"]);
    assert_eq!(ann.open(&two.link("Next message in this list")).await.texts("h1"), ["Boat three"]);
    assert_eq!(ann.open(&two.link("Previous message in this list")).await.texts("h1"), ["Boat one"]);
    // one that left meanwhile is passed over
    let found = ann.search(&list, "boat").await;
    let mut mail = ann.mail().await;
    mail.select("INBOX").await;
    let uid = mail.search("SUBJECT three").await[0];
    mail.remove(uid).await;
    let five = ann.open_message(&found, "Boat five").await;
    assert_eq!(ann.open(&five.link("Older message")).await.texts("h1"), ["Boat one"]);
}

#[tokio::test]
async fn a_designed_message_can_be_read_as_plain_text_and_back() {
    let app = spawn_app().await;
    let head = "From: Bo <bo@example.org>\r\nMIME-Version: 1.0\r\nSubject: ";
    let both = format!(
        "{head}Both\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\nContent-Type: text/plain\r\n\r\n\
         As Bo wrote it.\r\n--a\r\nContent-Type: text/html\r\n\r\n<p>As it was <b>designed</b>.\r\n--a--\r\n"
    );
    let html = format!(
        "{head}Designed\r\nContent-Type: text/html\r\n\r\n<style>p{{color:red}}</style><p>One<p>&lt;two&gt;\r\n"
    );
    let ann = app.person().await.with_messages("INBOX", [both, html]).await;
    let list = ann.open_mailbox("INBOX").await;
    for (subject, words) in [("Both", "As Bo wrote it."), ("Designed", "One <two>")] {
        let message = ann.open_message(&list, subject).await;
        assert_eq!(message.attributes("iframe", "src").len(), 1);
        let plain = ann.open(&message.link("Show as plain text")).await;
        assert!(plain.attributes("iframe", "src").is_empty());
        assert_eq!(plain.texts(".message__text")[0].trim(), words);
        let back = ann.open(&plain.link("Show as designed")).await;
        assert_eq!(back.attributes("iframe", "src").len(), 1);
    }
}

#[tokio::test]
async fn an_attached_message_is_shown_where_it_is() {
    let app = spawn_app().await;
    let outer = "From: Bo <bo@example.org>\r\nSubject: Forwarded\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n\
        --o\r\nContent-Type: message/rfc822\r\n\r\nFrom: Cy <cy@example.org>\r\nSubject: Inner <i>words</i>\r\n\
        MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\nContent-Type: text/plain\r\n\r\n\
        The inner text.\r\n--i\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=in.csv\r\n\r\n\
        1,2\r\n--i--\r\n--o--\r\n";
    let ann = app.person().await.with_messages("INBOX", [outer]).await;
    let message = ann.open_message(&ann.open_mailbox("INBOX").await, "Forwarded").await;
    assert_eq!(message.texts(".attached__subject"), ["Inner <i>words</i>"]);
    assert!(message.texts(".attached")[0].contains("The inner text."));
    assert!(message.texts(".attached .people")[0].contains("cy@example.org"));
    assert_eq!(ann.get(&message.link("in.csv")).await.body, b"1,2");
}
