//! Every way in which a message begins: sent by the real Postfix, and read by somebody else.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::helpers::{
    MailClient, Page, Person, arrived, header, letter, octets, pair, read_by_python, sending_app, skip_on,
};

/// In every field.
const WORDS: &str = "Gr\u{fc}\u{df}e \u{65e5}\u{672c} \u{1f389}";

fn file() -> Vec<u8> {
    (0..=255).cycle().take(3000).collect()
}

/// A message with a file, to Ann and Cy and a list that is Cy.
fn original(ann: &Person, bo: &Person, cy: &Person) -> String {
    let word = format!("=?utf-8?B?{}?=", STANDARD.encode(WORDS));
    let encoded = STANDARD.encode(file());
    let lines: Vec<&str> = encoded.as_bytes().chunks(76).filter_map(|line| str::from_utf8(line).ok()).collect();
    format!(
        "From: {word} <{}>\r\nTo: {word} <{}>\r\nCc: {word} <{cy}>\r\nSubject: {word}\r\nList-Id: <list.example.org>\r\n\
         List-Post: <mailto:{cy}>\r\nDate: Mon, 02 Nov 2026 10:00:00 +0000\r\nMessage-ID: <original@example.org>\r\n\
         References: <first@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n\
         --m\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n\
         --m\r\nContent-Type: application/x-any\r\nContent-Disposition: attachment; filename*=utf-8''Pl%C3%A4ne.bin\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{}\r\n--m--\r\n",
        bo.who.user,
        ann.who.user,
        STANDARD.encode(format!("Words: {WORDS}\n")),
        lines.join("\r\n"),
        cy = cy.who.user,
    )
}

/// The newest message, once there are so many.
async fn newest(mail: &mut MailClient, count: usize) -> Value {
    for _ in 0..3000 {
        if mail.subjects("INBOX").await.len() == count {
            return read_by_python(octets(&mail.command("UID FETCH * (BODY.PEEK[])").await.concat()));
        }
    }
    panic!("message {count} never came");
}

fn files<'a>(read: &'a Value, name: &str) -> Vec<&'a str> {
    let parts = read["parts"].as_array().unwrap().iter();
    parts.filter(|part| part["name"] == name).filter_map(|part| part["octets"].as_str()).collect()
}

fn texts(read: &Value) -> String {
    read["parts"].as_array().unwrap().iter().filter_map(|part| part["text"].as_str()).collect()
}

/// A link and what comes of it: To, Cc, what the subject begins with, In-Reply-To, References, and whether the text and the file go
/// along.
type Way<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str, &'a str, bool, bool);

#[tokio::test]
async fn every_way_to_begin_arrives_as_it_was_meant() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = pair(&app).await;
    let cy = app.person().await;
    let source = original(&ann, &bo, &cy);
    let ann = ann.with_messages("INBOX", [source]).await;
    let (to_bo, to_cy) = (format!("{WORDS} <{}>", bo.who.user), format!("{WORDS} <{}>", cy.who.user));
    let list = ann.open_mailbox("INBOX").await;
    let letter = ann.open_message(&list, WORDS).await;
    let thread = "<first@example.org> <original@example.org>";

    let ways: [Way<'_>; 7] = [
        ("", "", "", "", "", "", false, false),
        ("Reply", &to_bo, "", "Re: ", "<original@example.org>", thread, true, false),
        ("Reply all", &to_bo, &to_cy, "Re: ", "<original@example.org>", thread, true, false),
        ("Reply to the list", &cy.who.user, "", "Re: ", "<original@example.org>", thread, true, false),
        ("Forward", "", "", "Fwd: ", "", thread, true, true),
        ("Forward as a file", "", "", "Fwd: ", "", thread, true, true),
        ("Write it again", "", "", "", "", "<first@example.org>", true, true),
    ];
    let mut inbox = bo.mail().await;
    for (number, (way, to, cc, prefix, in_reply_to, references, has_text, has_file)) in ways.into_iter().enumerate() {
        let page = match way {
            "" => ann.open("/webmail/compose").await,
            way => ann.open(&letter.link(way)).await,
        };
        let form = page.form_in(".compose", "Send");
        if way != "Write it again" {
            assert_eq!((form.field("to"), form.field("cc")), (Some(to), Some(cc)), "{way}");
        }
        let subject = format!("{prefix}{}", if way.is_empty() { "" } else { WORDS });
        assert_eq!(form.field("subject"), Some(subject.as_str()), "{way}");
        // so that each comes to Bo, and to nobody twice
        let form = match to.is_empty() {
            true => form.fill("to", &to_bo).fill("cc", ""),
            false if to == to_bo => form,
            false => form.fill("bcc", &bo.who.user),
        };
        let text = format!("Own {WORDS}\n{}", form.field("text").unwrap());
        let form = form.fill("text", &text).fill("subject", &format!("{subject}{WORDS}"));
        let form = form.fill("reply_to", &format!("{WORDS} <{}>", ann.who.user));
        let sent = ann.send(&form.choose("files", "F\u{ef}le.bin", &file())).await;
        assert_eq!(sent.flash(), "Sent.", "{way}");

        let read = newest(&mut inbox, number + 1).await;
        let expected = [
            ("Subject", format!("{subject}{WORDS}")),
            ("To", if to.is_empty() { to_bo.clone() } else { to.to_owned() }),
            ("Cc", cc.to_owned()),
            ("Reply-To", format!("{WORDS} <{}>", ann.who.user)),
            ("In-Reply-To", in_reply_to.to_owned()),
            ("References", references.to_owned()),
            ("Bcc", String::new()), // I-07
            ("X-Fernpost-About", String::new()),
            ("MIME-Version", "1.0".to_owned()),
        ];
        for (name, value) in expected {
            assert_eq!(header(&read, name), value, "{way}: {name}");
        }
        assert!(header(&read, "From").contains(&ann.who.user), "{way}");
        assert!(!header(&read, "Date").is_empty() && header(&read, "Message-ID").starts_with('<'), "{way}");
        assert_ne!(header(&read, "Message-ID"), "<original@example.org>", "{way}");
        let said = texts(&read);
        assert!(said.contains(&format!("Own {WORDS}")), "{way}: {said}");
        assert_eq!(said.contains(&format!("Words: {WORDS}")), has_text, "{way}: {said}");
        let bytes = STANDARD.encode(file());
        assert_eq!(files(&read, "F\u{ef}le.bin"), [bytes.as_str()], "{way}");
        assert_eq!(files(&read, "Pl\u{e4}ne.bin"), vec![bytes.as_str(); usize::from(has_file)], "{way}");
    }
    assert_eq!(ann.mail().await.subjects("Drafts").await, [""; 0]);
    let flags = ann.mail().await.state("INBOX").await.concat();
    assert!(flags.contains("\\Answered") && flags.contains("$Forwarded"), "{flags}");
}

/// What a link of the composer calls the message of a row.
fn place(list: &Page, subject: &str) -> String {
    let address = list.row(subject).address;
    let path = address.strip_prefix("/webmail/message/").unwrap();
    path.split('?').next().unwrap().to_owned()
}

#[tokio::test]
async fn all_that_is_passed_on_at_once_is_marked_though_the_draft_was_closed_meanwhile() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = pair(&app).await;
    let ann = ann.with_messages("INBOX", ["One", "Two", "Three"].map(letter)).await;
    let list = ann.open_mailbox("INBOX").await;
    let begin = |subjects: [&str; 2]| {
        let [one, two] = subjects.map(|subject| place(&list, subject));
        format!("/webmail/compose?forward_attached={one}&forward_attached={two}")
    };
    let page = ann.open(&begin(["One", "Two"])).await;
    let form = page.form_in(".compose", "Close, the draft is kept").fill("to", &bo.who.user);
    ann.send(&form).await;
    let mut mail = ann.mail().await;
    assert_eq!(mail.state("INBOX").await, ["One", "Two", "Three"]);

    let drafts = ann.open_mailbox("Drafts").await;
    let page = ann.open_message(&drafts, "Fwd: One").await;
    assert_eq!(ann.send(&page.form_in(".compose", "Send")).await.flash(), "Sent.");
    assert_eq!(mail.state("INBOX").await, ["One $Forwarded", "Two $Forwarded", "Three"]);
    let message = arrived(&mut bo.mail().await, "INBOX", "Fwd: One").await;
    assert!(!message.contains("X-Fernpost"), "{message}");
    let read = read_by_python(octets(&message));
    assert!(texts(&read).contains("this is One.") && texts(&read).contains("this is Two."), "{read}");

    // and without a draft in between
    let page = ann.open(&begin(["Two", "Three"])).await;
    ann.send(&page.form_in(".compose", "Send").fill("to", &bo.who.user)).await;
    assert_eq!(mail.state("INBOX").await, ["One $Forwarded", "Two $Forwarded", "Three $Forwarded"]);
}

#[tokio::test]
async fn what_is_answered_in_any_folder_is_marked_though_the_draft_was_closed_meanwhile() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = pair(&app).await;
    let question = letter("Deep").replace("bo@example.org", &bo.who.user);
    let ann = ann.with_messages("Customers", [question]).await;
    let list = ann.open_mailbox("Customers").await;
    let page = ann.open_message(&list, "Deep").await;
    let page = ann.open(&page.link("Reply")).await;
    ann.send(&page.form_in(".compose", "Close, the draft is kept").fill("text", "Yes.")).await;
    // by another browser
    let elsewhere = app.signed_in(ann.who.clone()).await;
    let drafts = elsewhere.open_mailbox("Drafts").await;
    let page = elsewhere.open_message(&drafts, "Re: Deep").await;
    assert_eq!(page.texts("h1"), ["Reply to Bo Lind"]);
    assert_eq!(elsewhere.send(&page.form_in(".compose", "Send")).await.flash(), "Sent.");
    assert_eq!(ann.mail().await.state("Customers").await, ["Deep \\Answered \\Seen"]);
}
