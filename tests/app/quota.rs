//! How full the mailbox is, on every page; and what is said when room runs out.

use std::path::Path;

use super::helpers::{
    MailClient, Page, Person, TestApp, arrived, letter, mail_server, sending_app, skip_on, spawn_app,
};

const KILOBYTE: u64 = 1024;

/// A mail of exactly so many octets, in whole lines.
fn mail_of(octets: u64) -> Vec<u8> {
    let mut mail =
        b"From: ann@example.org\r\nSubject: Large\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n".to_vec();
    let octets = usize::try_from(octets).unwrap();
    while mail.len() + 128 <= octets {
        mail.extend(format!("{}\r\n", "x".repeat(62)).into_bytes());
    }
    mail.extend(format!("{}\r\n", "y".repeat(octets - mail.len() - 2)).into_bytes());
    mail
}

/// Somebody who may keep so many kilobytes and has 50.
async fn with_fifty_kilobytes_of(limit: u64) -> (TestApp, Person) {
    let who = mail_server().person_with("ann", Some(limit * KILOBYTE));
    MailClient::sign_in(mail_server(), &who).await.append("INBOX", "", &mail_of(50 * KILOBYTE)).await;
    let app = spawn_app().await;
    let ann = app.signed_in(who).await;
    (app, ann)
}

fn notices(page: &Page) -> Vec<String> {
    page.texts(".app__main > .notice .notice__text")
}

#[tokio::test]
async fn each_page_says_when_room_runs_out_and_what_will_happen() {
    skip_on!(Bare, "no-quota");
    for (limit, level, notice) in [
        (100, "meter", ""),
        (62, "meter meter--warn", "Your mailbox is 80% full. When it is full, new mail is returned to its sender."),
        (
            55,
            "meter meter--full",
            "Your mailbox is almost full (90%). When it is full, new mail is returned to its sender.",
        ),
        (
            50,
            "meter meter--full",
            "Your mailbox is full. New mail is returned to its sender until there is room again.",
        ),
    ] {
        let (_app, ann) = with_fifty_kilobytes_of(limit).await;
        let list = ann.open_mailbox("INBOX").await;
        let expected: Vec<&str> = if notice.is_empty() { Vec::new() } else { vec![notice] };
        assert_eq!(notices(&list), expected, "{limit} kB");
        assert_eq!(list.attributes(".quota meter", "class"), [level]);
        let message = ann.open_message(&list, "Large").await;
        for page in [message, ann.open("/webmail/compose").await, ann.open("/webmail/settings").await] {
            assert_eq!(notices(&page), expected, "{limit} kB");
        }
        let links = list.attributes(".quota, .notice a", "href");
        assert!(links.len() == 1 + expected.len() && links.iter().all(|link| link == "/webmail/storage"), "{links:?}");
    }
}

#[tokio::test]
async fn a_mailbox_can_be_full_of_messages() {
    skip_on!(Bare, "no-quota");
    skip_on!(Cyrus | Courier, "no-message-quota");
    let who = mail_server().person_with("ann", None);
    let line = Path::new(mail_server().setting("USERS_DIR")).join(&who.user);
    let text = std::fs::read_to_string(&line).unwrap();
    std::fs::write(&line, text.trim_end().to_owned() + "userdb_quota_rule=*:bytes=10000000:messages=4\n").unwrap();
    let mut client = MailClient::sign_in(mail_server(), &who).await;
    for number in 0..4 {
        client.append("INBOX", "", letter(&format!("No {number}")).as_bytes()).await;
    }
    let app = spawn_app().await;
    let ann = app.signed_in(who).await;
    let list = ann.open_mailbox("INBOX").await;
    let notice =
        "Your mailbox is full: it holds 4 of 4 messages. New mail is returned to its sender until there is room again.";
    assert_eq!((notices(&list), list.texts(".quota__used")), (vec![notice.into()], vec!["4 of 4 messages".into()]));
}

#[tokio::test]
async fn what_a_full_account_could_not_save_is_offered_until_it_went_or_was_thrown_away() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let who = mail_server().person_with("ann", Some(20 * KILOBYTE));
    MailClient::sign_in(mail_server(), &who).await.append("INBOX", "", &mail_of(20 * KILOBYTE - 200)).await;
    let app = sending_app().await;
    let (ann, bo) = (app.signed_in(who.clone()).await, app.person().await);
    let settings = ann.open("/webmail/settings/writing").await;
    ann.send(&settings.form("Save").forge("undo", "0")).await;
    let form = ann.open("/webmail/compose").await.form_in(".compose", "Save draft");
    let form =
        form.fill("to", &bo.who.user).fill("subject", "Full").fill("cc", "cy@x").fill("text", "Much\nwas typed.");
    let form = form.forge("format", "rich").forge("html", "<div>Much</div><div><b>was</b> typed.</div>");
    let form =
        form.without("looks_of").fill("priority", "high").tick("Ask readers").choose("files", "plan.txt", b"plan");
    let page = ann.submit(&form).await;
    assert_eq!(page.status, 422);
    assert!(page.texts(".compose__errors strong")[0].contains("It is kept here too"), "{}", page.text());
    assert_eq!(page.form_in(".compose", "Send").field("text"), Some("Much\nwas typed."));
    // a script that saves while somebody writes keeps it too, and it is one
    let (media_type, body) = page.form_in(".compose", "Send").fill("subject", "Full, typed on").multipart();
    let saved = ann.request("POST", "/webmail/drafts").body(&media_type, body).send().await;
    assert!(saved.status == 422 && saved.source().contains("It is kept here too"), "{}", saved.source());

    // by another browser, and by nobody else
    let elsewhere = app.signed_in(who).await;
    let page = elsewhere.open("/webmail/compose").await;
    assert_eq!(page.texts(".compose__unsaved li"), ["Full, typed on"]);
    assert_eq!(bo.open("/webmail/compose").await.texts(".compose__unsaved li"), [""; 0]);
    let address = page.link("Full, typed on");
    let page = elsewhere.open(&address).await;
    assert!(page.text().contains("This could not be saved before"), "{}", page.text());
    let kept = page.form_in(".compose", "Send");
    for (name, value) in [
        ("to", bo.who.user.as_str()),
        ("cc", "cy@x"),
        ("text", "Much\nwas typed."),
        ("priority", "high"),
        ("receipt", "1"),
    ] {
        assert_eq!(kept.field(name), Some(value), "{name}");
    }
    assert!(kept.field("html").unwrap().contains("<b>was</b>"));
    assert_eq!(page.texts(".compose .attachment__name"), ["plan.txt"]);

    // sent, it is offered no more
    assert!(elsewhere.send(&kept.fill("cc", "")).await.flash().starts_with("Sent."));
    let message = arrived(&mut bo.mail().await, "INBOX", "Full, typed on").await;
    assert!(message.contains("plan.txt"), "{message}");
    assert_eq!(ann.open("/webmail/compose").await.texts(".compose__unsaved li"), [""; 0]);
    assert!(elsewhere.get(&address).await.location().is_some_and(|to| to.ends_with("/compose")));

    // and so is what is thrown away, for which there is no room in Trash either
    let form = ann.open("/webmail/compose").await.form_in(".compose", "Save draft").fill("subject", "Never mind");
    let page = ann.submit(&form).await;
    assert_eq!(ann.open("/webmail/compose").await.texts(".compose__unsaved li"), ["Never mind"]);
    assert_eq!(ann.send(&page.form_in(".compose", "Throw away")).await.flash(), "Thrown away.");
    assert_eq!(ann.open("/webmail/compose").await.texts(".compose__unsaved li"), [""; 0]);
}
