//! Drafts on the person's own server: the new one first, then the old one goes, and nobody else's.

use fernpost::account::{Account, Error, SavedDraft, What};
use fernpost::mail::{Attachment, Draft, MessageRef, SavedBy, Source};

use crate::desk::{self, Desk, Ports};
use crate::mail_client::MailClient;
use crate::mail_server::{Credentials, mail_server};

async fn somebody() -> (Desk, Account, Credentials, MailClient, tempfile::TempDir) {
    let who = mail_server().person("ann");
    let folder = tempfile::tempdir().unwrap();
    let ports = Ports { imap: mail_server().port("IMAP_PORT"), smtp: 1, files_sent: false, without: "" };
    let desk = Desk::open(folder.path(), &ports).await;
    let account = desk.sign_in(&who).await;
    let mail = MailClient::sign_in(mail_server(), &who).await;
    (desk, account, who, mail, folder)
}

async fn save(account: &Account, draft: &Draft, replaces: Option<&MessageRef>) -> SavedDraft {
    account.save_draft(draft, replaces).await.unwrap()
}

fn of(who: &Credentials, subject: &str) -> Draft {
    Draft { subject: subject.to_owned(), ..desk::draft(&who.user, 1) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_saved_draft_takes_the_place_of_the_one_before() {
    let (_desk, account, who, mut mail, _folder) = somebody().await;
    let first = save(&account, &of(&who, "First"), None).await;
    assert_eq!(mail.state("Drafts").await, ["First \\Draft \\Seen"]);
    let second = save(&account, &of(&who, "Second"), first.message.as_ref()).await;
    assert!(!first.conflict && !second.conflict);
    assert_eq!(mail.subjects("Drafts").await, ["Second"]);
    mail.select("Drafts").await;
    assert_eq!(mail.search("ALL").await, [second.message.as_ref().unwrap().uid.number()]);
    account.discard_draft(second.message.as_ref().unwrap()).await.unwrap();
    assert_eq!((mail.subjects("Drafts").await, mail.subjects("Trash").await), (vec![], vec!["Second".to_owned()]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_save_the_same_draft_both_are_kept_and_the_second_is_told() {
    let (_desk, account, who, mut mail, _folder) = somebody().await;
    let first = save(&account, &of(&who, "First"), None).await;
    let here = save(&account, &of(&who, "Here"), first.message.as_ref()).await;
    let there = save(&account, &of(&who, "There"), first.message.as_ref()).await;
    assert!(!here.conflict && there.conflict);
    assert_eq!(mail.subjects("Drafts").await, ["Here", "There"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_same_page_saved_without_being_told_is_no_change_by_anybody_else() {
    let (_desk, account, who, mut mail, _folder) = somebody().await;
    let by = |subject: &str, page: &str| Draft { saved_by: SavedBy::parse(page), ..of(&who, subject) };
    let first = save(&account, &by("First", "7.1"), None).await;
    // the answers to these never came
    save(&account, &by("Second", "7.2"), first.message.as_ref()).await;
    save(&account, &by("Third", "7.3"), first.message.as_ref()).await;
    let told = save(&account, &by("Fourth", "7.4"), first.message.as_ref()).await;
    assert!(!told.conflict);
    assert_eq!(mail.subjects("Drafts").await, ["Fourth"]);
    // one that comes late takes nothing away that was saved after it
    save(&account, &by("Late", "7.2"), first.message.as_ref()).await;
    assert_eq!(mail.subjects("Drafts").await, ["Fourth", "Late"]);
    // and what another page saved is somebody else's
    let other = save(&account, &by("Elsewhere", "8.9"), first.message.as_ref()).await;
    assert!(other.conflict);
    assert_eq!(mail.subjects("Drafts").await, ["Fourth", "Late", "Elsewhere"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_else_saved_is_told_of_though_the_same_page_saved_one_without_being_told_too() {
    let (_desk, account, who, mut mail, _folder) = somebody().await;
    let by = |subject: &str, page: &str| Draft { saved_by: SavedBy::parse(page), ..of(&who, subject) };
    let first = save(&account, &by("First", "7.1"), None).await;
    save(&account, &by("Elsewhere", "8.1"), first.message.as_ref()).await;
    // the answer to this one never came
    save(&account, &by("Second", "7.2"), first.message.as_ref()).await;
    let told = save(&account, &by("Third", "7.3"), first.message.as_ref()).await;
    assert!(told.conflict);
    assert_eq!(mail.subjects("Drafts").await, ["Elsewhere", "Third"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_that_was_thrown_away_elsewhere_is_no_second_one() {
    let (_desk, account, who, mut mail, _folder) = somebody().await;
    let first = save(&account, &of(&who, "First"), None).await;
    mail.select("Drafts").await;
    mail.remove(first.message.as_ref().unwrap().uid.number()).await;
    let told = save(&account, &of(&who, "Second"), first.message.as_ref()).await;
    assert!(told.gone && !told.conflict);
    assert_eq!(mail.subjects("Drafts").await, ["Second"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_but_a_draft_is_ever_replaced() {
    let (_desk, account, who, mut mail, _folder) = somebody().await;
    let uid = mail.append("INBOX", "", b"Subject: Letter\r\n\r\nHello.\r\n").await;
    let letter = desk::message("INBOX", mail.select("INBOX").await, uid);
    let first = save(&account, &of(&who, "Draft"), Some(&letter)).await;
    assert!(first.gone && !first.conflict, "it is the only one of its name");
    let rebuilt = MessageRef { mailbox: desk::message("Drafts", 1, 1).mailbox, ..desk::message("x", 4_000_000_000, 1) };
    assert!(save(&account, &of(&who, "Again"), Some(&rebuilt)).await.conflict);
    assert_eq!(mail.subjects("INBOX").await, ["Letter"]);
    assert_eq!(mail.subjects("Drafts").await, ["Draft", "Again"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_of_a_draft_are_parts_of_it_from_then_on() {
    let (desk, account, who, mut mail, _folder) = somebody().await;
    let letter = "Subject: Letter\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nText\r\n\
                  --x\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: inline\r\n\r\n\
                  UGljdHVyZQ==\r\n--x\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; \
                  filename=a.bin\r\n\r\nFile\r\n--x--\r\n";
    let uid = mail.append("INBOX", "", letter.as_bytes()).await;
    let letter = desk::message("INBOX", mail.select("INBOX").await, uid);
    let attached = |name: &str, media_type: &str, content_id: Option<&str>, source: Source| Attachment {
        name: name.to_owned(),
        media_type: media_type.to_owned(),
        size: 0,
        content_id: content_id.map(str::to_owned),
        source,
    };
    let mut upload = desk.uploads.begin(&who.user, 100).await.unwrap();
    upload.write(b"Uploaded").await.unwrap();
    let uploaded = upload.finish().await.unwrap();
    let attachments = vec![
        attached("a.bin", "application/octet-stream", None, Source::Part(letter.clone(), "3".parse().unwrap())),
        attached("p.png", "image/png", Some("p@x"), Source::Part(letter.clone(), "2".parse().unwrap())),
        attached("letter.eml", "message/rfc822", None, Source::Message(letter.clone())),
        attached("up.txt", "text/plain", None, Source::Upload(uploaded.id.clone())),
    ];
    let html = Some("<p>Look: <img src=\"cid:p@x\"></p>".to_owned());
    let draft = Draft { html, attachments, ..of(&who, "With files") };
    let mut saved = save(&account, &draft, None).await;
    for round in ["once", "and again, from what was saved"] {
        let message = saved.message.clone().unwrap();
        let mut octets = Vec::new();
        for attachment in &saved.attachments {
            let Source::Part(at, path) = &attachment.source else { panic!("{attachment:?}") };
            assert_eq!(*at, message);
            let mut file = account.open_part(at, path).await.unwrap();
            let mut all = Vec::new();
            while let Some(piece) = file.bytes.next().await {
                all.extend_from_slice(&piece.unwrap());
            }
            octets.push(String::from_utf8(all).unwrap());
        }
        assert_eq!((octets[0].trim_end(), octets[1].as_str()), ("File", "Picture"), "{round}");
        assert_eq!(octets[3], "Uploaded", "{round}");
        assert!(octets[2].starts_with("Subject: Letter\r\n"), "{round}: {}", octets[2]);
        let again = Draft { attachments: saved.attachments.clone(), ..draft.clone() };
        saved = save(&account, &again, Some(&message)).await;
        assert!(!saved.conflict);
        // from now on it is the draft that has it
        desk.uploads.remove(&who.user, &uploaded.id).await.unwrap();
    }
    let gone = account.save_draft(&draft, saved.message.as_ref()).await;
    assert_eq!(gone, Err(Error::NotFound(What::Upload("up.txt".to_owned()))));
    assert_eq!(mail.subjects("Drafts").await, ["With files"]);
}
