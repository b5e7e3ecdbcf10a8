//! Mails that say less than they show, or hide what they say: nothing of them is lost.

use super::helpers::{Page, Person, TestApp, differs_on, spawn_app};

const HEAD: &str = "From: Ann <ann@example.org>\r\nTo: Ben <ben@example.org>\r\nSubject: Odd\r\nMIME-Version: 1.0\r\n";

/// A message with `rest` behind its first fields, opened.
async fn open(rest: &[u8]) -> (TestApp, Person, Page) {
    let app = spawn_app().await;
    let mail = [HEAD.as_bytes(), rest].concat();
    let ann = app.person().await.with_messages("INBOX", [mail]).await;
    let page = ann.open_message(&ann.open_mailbox("INBOX").await, "Odd").await;
    assert_eq!(page.status, 200);
    (app, ann, page)
}

/// Related parts: `html`, and a picture of each type, `p0@x` and so on.
fn related(html: &str, types: &[&str]) -> String {
    let mut mail =
        "Content-Type: multipart/related; boundary=r\r\n\r\n--r\r\nContent-Type: text/html\r\n\r\n".to_owned();
    mail.push_str(html);
    for (at, media_type) in types.iter().enumerate() {
        mail.push_str(&format!(
            "\r\n--r\r\nContent-Type: image/{media_type}; name=p{at}.{media_type}\r\nContent-ID: <p{at}@x>\r\n\
             Content-Disposition: inline; filename=p{at}.{media_type}\r\n\r\nx"
        ));
    }
    mail + "\r\n--r--\r\n"
}

#[tokio::test]
async fn pictures_that_the_html_does_not_show_are_files() {
    let html = "<p>Words <img src='cid:p0%40x'><a href='cid:p1@x'>x</a><!-- <img src='cid:p2@x'> -->";
    let (_app, ann, page) = open(related(html, &["png", "png", "gif"]).as_bytes()).await;
    assert_eq!(page.texts(".attachment__name"), ["p1.png", "p2.gif"]);
    let again = ann.open_message(&ann.open_mailbox("INBOX").await, "Odd").await;
    assert_eq!(again.texts(".attachment__name"), ["p1.png", "p2.gif"]);
}

#[tokio::test]
async fn pictures_of_types_that_are_not_shown_in_place_are_files() {
    //
    let html = "<p>Words <img src='cid:p0@x'><img src='cid:p1@x'><img src='cid:p2@x'>";
    let (_app, ann, page) = open(related(html, &["png", "bmp", "tiff"]).as_bytes()).await;
    assert_eq!(page.texts(".attachment__name"), ["p1.bmp", "p2.tiff"]);
    assert_eq!(ann.get(&page.attributes(".attachment__name", "href")[0]).await.body, b"x");
}

#[tokio::test]
async fn html_that_shows_nothing_leaves_the_word_to_the_plain_form() {
    let mail = "Content-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\nContent-Type: text/plain\r\n\r\nThe words.\r\n\
                --a\r\nContent-Type: text/html\r\n\r\n<body><div>&nbsp;<br></div></body>\r\n--a--\r\n";
    let (_app, _ann, page) = open(mail.as_bytes()).await;
    assert!(page.text().contains("The words.") && page.attributes("iframe", "src").is_empty());
}

#[tokio::test]
async fn xhtml_is_shown_like_html() {
    let mail = "Content-Type: application/xhtml+xml; charset=utf-8\r\n\r\n<html><body><p>Words</p></body></html>\r\n";
    let (_app, ann, page) = open(mail.as_bytes()).await;
    let frame = ann.get(&page.attributes("iframe", "src")[0]).await;
    assert_eq!(frame.status, 200);
    assert!(frame.text().contains("Words"));
}

#[tokio::test]
async fn text_behind_no_blank_line_is_read() {
    let part = "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\r\nGood words\r\n--m\r\nWords at once\r\nlast words\r\n--m--\r\n";
    for (mail, words) in [
        ("Dear Ben,\r\nfirst paragraph\r\n\r\nSecond paragraph\r\n", ["first paragraph", "Second paragraph"]),
        ("Hello Ben,\r\nhow are you: fine\r\nbye\r\n", ["Hello Ben,", "bye"]),
        (part, ["Good words", "last words"]),
    ] {
        if differs_on!(Cyrus, "too-awkward") && mail != part {
            continue;
        }
        if differs_on!(Courier, "headless-parts") && mail == part {
            continue;
        }
        let (_app, ann, page) = open(mail.as_bytes()).await;
        let again = ann.open_message(&ann.open_mailbox("INBOX").await, "Odd").await;
        for word in words {
            assert!(page.text().contains(word) && again.text().contains(word), "{word}");
        }
    }
}

#[tokio::test]
async fn raw_headers_and_names_are_read_as_the_text_is() {
    let mut mail = b"Comments: \xcf\xf0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\
                     Content-Type: text/plain; charset=windows-1251\r\n\r\n\xcf\xf0\r\n--m\r\n\
                     Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"\xcf\xf0.txt\"\r\n\r\n\
                     x\r\n--m--\r\n"
        .to_vec();
    mail.splice(0..0, *b"Cc: \xcf\xf0 <c@example.org>\r\n");
    if differs_on!(Cyrus, "too-awkward") {
        return;
    }
    let (_app, _ann, page) = open(&mail).await;
    assert_eq!(page.texts(".attachment__name"), ["Пр.txt"]);
    assert!(page.text().contains("Пр"));
}
