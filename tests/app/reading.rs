//! Lists and letters: what a page shows, and what opening it does.

use super::helpers::{Person, TestApp, spawn_app};

const NEWSLETTER: &str = "From: Green Field <news@green.example>\r\nTo: Ann <ann@example.org>\r\nSubject: Gardens\r\n\
    MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n\
    --m\r\nContent-Type: multipart/related; boundary=r\r\n\r\n\
    --r\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
    <p>Seven <b>gardens</b><script>alert(1)</script><img src=\"cid:pic@x\"><img src=\"cid:doc@x\">\
    <img src=\"http://127.0.0.1:9/t.gif\"></p>\r\n\
    --r\r\nContent-Type: image/gif\r\nContent-ID: <pic@x>\r\nContent-Transfer-Encoding: base64\r\n\r\n\
    R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7\r\n\
    --r\r\nContent-Type: image/png\r\nContent-ID: <doc@x>\r\n\r\n<html><script>alert(1)</script>\r\n\
    --r--\r\n\
    --m\r\nContent-Type: text/html; name=\"pa\u{202E}gpj.html\"\r\nContent-Disposition: attachment; \
    filename=\"evil.html\"\r\n\r\n<script>alert(1)</script>\r\n\
    --m\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"a.bin\"\r\n\
    Content-Transfer-Encoding: base64\r\n\r\nAAEC/w==\r\n--m--\r\n";

async fn reader() -> (TestApp, Person, String) {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("INBOX", [NEWSLETTER]).await;
    let list = ann.open_mailbox("INBOX").await;
    let message = list.link("Gardens");
    (app, ann, message)
}

async fn is_read(ann: &Person) -> bool {
    let mut mail = ann.mail().await;
    mail.select("INBOX").await;
    !mail.search("SEEN").await.is_empty()
}

#[tokio::test]
async fn only_a_person_who_looks_marks_a_message_read() {
    // C-02
    let (_app, ann, message) = reader().await;
    for (header, value) in [("Sec-Fetch-Dest", "image"), ("Sec-Fetch-Dest", "empty"), ("Sec-Purpose", "prefetch")] {
        let page = ann.request("GET", &message).header(header, value).send().await;
        assert_eq!(page.status, 200);
        assert!(!is_read(&ann).await, "{header}: {value}");
    }
    ann.request("HEAD", &message).send().await;
    for below in ["/body", "/print", "/source", "/headers", "/attachments.zip"] {
        assert_eq!(ann.get(&format!("{message}{below}")).await.status, 200, "{below}");
    }
    assert!(!is_read(&ann).await);
    ann.request("GET", &message).header("Sec-Fetch-Dest", "document").send().await;
    assert!(is_read(&ann).await);
}

#[tokio::test]
async fn the_frame_is_sandboxed_by_page_and_by_answer() {
    let (_app, ann, message) = reader().await;
    let page = ann.open(&message).await;
    let sandbox = &page.attributes("iframe", "sandbox")[0];
    assert_eq!(sandbox, "allow-same-origin allow-popups allow-popups-to-escape-sandbox");
    assert!(page.text().contains("1 remote image blocked"), "{}", page.text());
    let frame = ann.get(&page.attributes("iframe", "src")[0]).await;
    let policy = frame.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; ") && policy.contains("sandbox allow-same-origin"), "{policy}");
    assert!(!policy.contains("allow-scripts") && !policy.contains("script-src"));
    assert!(frame.text().contains("Seven gardens"));
    assert!(!frame.source().contains("<script") && !frame.source().contains("127.0.0.1:9"));
}

#[tokio::test]
async fn an_inline_picture_is_what_its_bytes_say() {
    let (_app, ann, message) = reader().await;
    let frame = ann.get(&format!("{message}/body")).await;
    let pictures = frame.attributes("img[src]", "src");
    assert_eq!(pictures.len(), 2, "{}", frame.source());
    let gif = ann.get(&pictures[0]).await;
    assert_eq!((gif.status, gif.header("content-type")), (200, Some("image/gif")));
    assert!(gif.body.starts_with(b"GIF89a") && gif.body.len() == 42);
    let pretender = ann.get(&pictures[1]).await;
    assert_eq!(pretender.status, 404);
}

#[tokio::test]
async fn files_come_as_bytes_that_nothing_runs() {
    let (_app, ann, message) = reader().await;
    let page = ann.open(&message).await;
    for (name, bytes) in [("evil.html", &b"<script>alert(1)</script>"[..]), ("a.bin", &[0, 1, 2, 255])] {
        let file = ann.get(&page.link(name)).await;
        assert_eq!(file.body, bytes);
        assert_eq!(file.header("content-type"), Some("application/octet-stream"));
        assert!(file.header("content-disposition").unwrap().starts_with(&format!("attachment; filename=\"{name}\"")));
        assert_eq!(file.header("x-content-type-options"), Some("nosniff"));
        assert!(file.header("content-security-policy").unwrap().contains("sandbox"));
    }
    let archive = ann.get(&page.link("Download all")).await;
    assert!(archive.body.starts_with(b"PK\x03\x04") && archive.body.windows(4).any(|w| w == b"PK\x05\x06"));
}

#[tokio::test]
async fn somebody_elses_address_of_a_message_is_none() {
    // C-10
    let (app, _ann, message) = reader().await;
    let ben = app.person().await;
    for below in ["", "/body", "/part/2/evil.html", "/source", "/attachments.zip"] {
        assert_eq!(ben.get(&format!("{message}{below}")).await.status, 404, "{below}");
    }
}

#[tokio::test]
async fn filters_search_and_pages_show_what_they_say() {
    let app = spawn_app().await;
    let letters = (1..=51).map(|n| format!("From: b@example.org\r\nSubject: Letter {n}\r\n\r\nHello.\r\n"));
    let ann = app.person().await.with_messages("INBOX", letters).await;
    let mut mail = ann.mail().await;
    mail.select("INBOX").await;
    let uids = mail.search("ALL").await;
    mail.store(uids[4], "+FLAGS (\\Seen \\Flagged)").await;

    let list = ann.open_mailbox("INBOX").await;
    assert_eq!((list.rows().len(), list.rows()[0].as_str()), (50, "Letter 51"));
    assert_eq!(list.texts(".pager__where"), ["1–50 of 51"]);
    assert!(list.texts("title")[0].starts_with("Inbox (50)"));
    let second = ann.open(&list.link("Page after")).await;
    assert_eq!(second.rows(), ["Letter 1"]);
    assert_eq!(ann.open(&list.link("Flagged")).await.rows(), ["Letter 5"]);
    assert_eq!(ann.open("/webmail/mailbox/INBOX?q=Letter+17").await.rows(), ["Letter 17"]);
    let nothing = ann.open("/webmail/mailbox/INBOX?q=nowhere").await;
    assert_eq!(nothing.texts(".empty h2"), ["No message with “nowhere”"]);
    assert_eq!(ann.open(&nothing.link("Show all messages")).await.rows().len(), 50);
    assert_eq!(ann.open("/webmail/mailbox/INBOX?page=3").await.status, 404);
    let chosen = ann.open(&list.link("Choose all on this page")).await;
    assert_eq!(chosen.attributes(".message-row input[checked]", "value").len(), 50);
}

#[tokio::test]
async fn an_empty_folder_has_a_way_out() {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("Trash", [""; 0]).await;
    let page = ann.open_mailbox("Trash").await;
    assert_eq!(page.texts(".empty h2"), ["Trash is empty"]);
    assert_eq!(ann.open(&page.link("Go to the inbox")).await.status, 200);
}

#[tokio::test]
async fn what_is_more_than_a_page_holds_is_counted_and_not_dropped() {
    // D-03
    let app = spawn_app().await;
    let parts: String = (0..130).map(|n| format!("--x\r\nContent-Type: text/plain\r\n\r\nPiece {n}.\r\n")).collect();
    let mail = format!(
        "From: bo@b.example\r\nSubject: Pieces\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n\
         {parts}--x--\r\n"
    );
    let ann = app.person().await.with_messages("INBOX", [mail]).await;
    let page = ann.open_message(&ann.open_mailbox("INBOX").await, "Pieces").await;
    assert!(page.text().contains("Piece 99.") && !page.text().contains("Piece 100."));
    let told = page.texts(".notice__text").concat();
    assert!(told.starts_with("30 more parts are not shown"), "{told}");
    assert!(page.attributes(".notice a", "href")[0].ends_with("/source"));
    let paper = ann.open(&page.link("Print")).await;
    assert!(paper.text().contains("30 more parts are not shown"), "and on paper");
}

#[tokio::test]
async fn all_recipients_are_a_link_away_which_leads_to_the_same_page_with_more_of_it() {
    // D-03
    let app = spawn_app().await;
    let to: Vec<String> = (0..250).map(|n| format!("p{n}@b.example")).collect();
    let mail = format!("From: bo@b.example\r\nTo: {}\r\nSubject: Many\r\n\r\nHello.\r\n", to.join(",\r\n "));
    let ann = app.person().await.with_messages("INBOX", [mail]).await;
    let list = ann.open("/webmail/mailbox/INBOX?filter=unread&sort=sender").await;
    let page = ann.open_message(&list, "Many").await;
    assert!(page.text().contains("p199@b.example") && !page.text().contains("p200@b.example"));
    let all = ann.open(&page.link("Show all 250 recipients")).await;
    assert!(all.text().contains("p249@b.example"));
    assert!(all.address.contains("filter=unread&sort=sender&recipients=all"), "{}", all.address);
    assert_eq!(all.attributes(".details", "open").len(), 1, "they are in sight");
}

#[tokio::test]
async fn a_text_that_is_cut_says_so_and_where_all_of_it_is() {
    // D-02
    let app = spawn_app().await;
    let line = format!("{}\r\n", "x".repeat(900));
    let long = format!("From: bo@b.example\r\nSubject: Long\r\n\r\n{}The end.\r\n", line.repeat(2_500));
    let ann = app.person().await.with_messages("INBOX", [long]).await;
    let page = ann.open_message(&ann.open_mailbox("INBOX").await, "Long").await;
    assert!(!page.text().contains("The end."));
    assert!(page.texts(".message__cut")[0].starts_with("The text is longer than is shown here."));
    let whole = ann.get(&page.link("Download all of it")).await;
    assert!(whole.body.ends_with(b"The end.\r\n"));
    let paper = ann.open(&page.link("Print")).await;
    assert!(paper.text().contains("The text is longer than is shown here."));
}

#[tokio::test]
async fn a_designed_mail_that_is_cut_says_so() {
    // D-02
    let app = spawn_app().await;
    let html = "<i>x</i>\r\n".repeat(50_100);
    let long = format!(
        "From: bo@b.example\r\nSubject: Wide\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n{html}<p>The end.\r\n"
    );
    let ann = app.person().await.with_messages("INBOX", [long]).await;
    let page = ann.open_message(&ann.open_mailbox("INBOX").await, "Wide").await;
    // neither page nor frame waits for ever; what they waited for is there for who asks again
    let words = "The message is very long. Below is its beginning.";
    let page = ann.open_until(&page.address, |page| page.texts(".notice__text").concat().contains(words)).await;
    let frame = ann.get(&page.attributes("iframe", "src")[0]).await;
    assert!(frame.text().matches('x').count() > 10_000 && !frame.text().contains("The end."));
}
