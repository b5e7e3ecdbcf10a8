//! Parts in pages of their own: pictures, texts, and attached messages that are saved into a folder.

use super::helpers::{Page, Person, TestApp, encode, mail_server, spawn_app};

/// A picture of 4 by 2 pixels, in base64.
const PICTURE: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAQAAAACCAIAAADwyuo0AAAAEElEQVR4nGP4z8AARwzIHABvqgf5gNwAKAAAAABJRU5ErkJggg==";

const LETTER: &str = "From: Bo <bo@example.org>\r\nSubject: Parts\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHere.\r\n\
    --b\r\nContent-Type: image/png; name=dot.png\r\nContent-Disposition: attachment\r\n\
    Content-Transfer-Encoding: base64\r\n\r\nPICTURE\r\n\
    --b\r\nContent-Type: text/csv; charset=iso-8859-1; name=list.csv\r\nContent-Disposition: attachment\r\n\
    Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe;<script>alert(1)</script>\r\n\
    --b\r\nContent-Type: application/pdf; name=plan.pdf\r\n\r\n%PDF\r\n\
    --b\r\nContent-Type: text/html; name=page.html\r\nContent-Disposition: attachment\r\n\r\n<p>x\r\n\
    --b\r\nContent-Type: message/rfc822\r\n\r\nFrom: Deep <deep@example.org>\r\nSubject: Inner letter\r\n\
    Date: Tue, 13 Jan 2026 09:30:00 +0100\r\n\r\nInside.\r\n\
    --b\r\nContent-Type: image/png; name=broken.png\r\nContent-Disposition: attachment\r\n\r\nno picture\r\n--b--\r\n";

async fn opened() -> (TestApp, Person, Page) {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("INBOX", [LETTER.replace("PICTURE", PICTURE)]).await;
    let page = ann.open_message(&ann.open_mailbox("INBOX").await, "Parts").await;
    (app, ann, page)
}

#[tokio::test]
async fn a_card_says_what_a_file_is_and_shows_a_picture_of_our_own_making() {
    let (_app, ann, page) = opened().await;
    let about = page.texts(".attachment__size");
    assert!(about[0].starts_with("Picture, ") && about[1].starts_with("Spreadsheet, "), "{about:?}");
    let thumbnails = page.attributes(".attachment__picture", "src");
    let small = ann.get(&thumbnails[0]).await;
    assert_eq!((small.status, small.header("content-type")), (200, Some("image/jpeg")));
    assert_eq!(small.header("x-content-type-options"), Some("nosniff"));
    assert!(small.header("cache-control").unwrap().starts_with("private"));
    // what only calls itself a picture has none, and neither has another person (C-10)
    assert_eq!(ann.get(&thumbnails[1]).await.status, 404);
    assert_eq!(ann.get(&thumbnails[0].replace("/thumbnail/2", "/thumbnail/3")).await.status, 404);
}

#[tokio::test]
async fn pictures_and_texts_are_viewed_here_and_other_files_are_not() {
    let (_app, ann, page) = opened().await;
    let views = page.attributes(".attachment__actions a", "href");
    assert_eq!(page.attributes(".attachment__actions a", "aria-label")[..2], ["View dot.png", "View list.csv"]);
    let picture = ann.open(&views[0]).await;
    let shown = ann.get(&picture.attributes(".part__picture", "src")[0]).await;
    assert_eq!((shown.status, shown.header("content-type")), (200, Some("image/png")));
    let text = ann.open(&views[1]).await;
    assert_eq!(text.texts("pre"), ["Grüße;<script>alert(1)</script>"]);
    for part in ["4", "5", "1", "9", "2.0.1"] {
        // A-04, C-09
        assert_eq!(ann.get(&views[0].replace("/view/2", &format!("/view/{part}"))).await.status, 404, "{part}");
    }
}

#[tokio::test]
async fn an_attached_message_is_saved_into_a_folder_with_its_own_date() {
    let (_app, ann, page) = opened().await;
    ann.mail().await.make("Kept").await;
    let asks = ann.open(&page.link("Save message.eml into a folder")).await;
    let back = ann.send(&asks.form("Save").fill("to", &encode(&mail_server().wire_name("Kept")))).await;
    assert_eq!(back.flash(), "Message saved to Kept.");
    let mut mail = ann.mail().await;
    assert_eq!(mail.subjects("Kept").await, ["Inner letter"]);
    mail.select("Kept").await;
    let said = format!("{:?}", mail.command("FETCH 1 (INTERNALDATE FLAGS)").await);
    assert!(said.contains("13-Jan-2026") && !said.contains("Seen"), "{said}");
    // a folder that is not there is made by nobody
    let asks = ann.open(&page.link("Save message.eml into a folder")).await;
    let lost = ann.send(&asks.form("Save").forge("to", "Nowhere")).await;
    assert_eq!(lost.status, 404);
    assert_eq!(ann.mail().await.subjects("INBOX").await, ["Parts"]);
    // what is no message is not saved
    let forged = asks.form("Save").with_action(&asks.form("Save").action.replace("/save/6", "/save/4"));
    assert_eq!(ann.send(&forged).await.status, 404);
    assert_eq!(ann.mail().await.subjects("Kept").await, ["Inner letter"]);
}
