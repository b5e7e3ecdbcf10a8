//! Odd mails in a real mailbox: each is listed, opened and downloaded.

use std::collections::HashMap;
use std::path::Path;

use fernpost::account::{Asked, Body};
use fernpost::mail::{MessageRef, PageNumber, PartPath};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::mail_server::mail_server;
use crate::name;
use crate::person::Person;

struct OddMail {
    entry: Value,
    bytes: Vec<u8>,
}

impl OddMail {
    fn file(&self) -> &str {
        self.entry["file"].as_str().unwrap()
    }
}

fn corpus() -> Vec<OddMail> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/mime");
    let entries = std::fs::read(corpus.join("expected.json")).expect("the corpus is part of the repository");
    let entries: Vec<Value> = serde_json::from_slice(&entries).expect("expected.json is JSON");
    let read = |entry: Value| {
        let bytes = std::fs::read(corpus.join(entry["file"].as_str().unwrap())).expect("every mail has its file");
        OddMail { entry, bytes }
    };
    entries.into_iter().map(read).collect()
}

/// Puts a mail into INBOX behind the server's back, exactly as it is: APPEND refuses NUL, and may change line ends.
fn put_into_maildir(user: &str, file: &str, bytes: &[u8]) {
    let server = mail_server();
    let maildir = Path::new(server.setting("MAIL_DIR")).join(user).join("Maildir");
    let (tmp, new) = (maildir.join("tmp").join(file), maildir.join("new").join(file));
    std::fs::write(&tmp, bytes).expect("the Maildir can be written");
    let owner = |key| server.setting(key).parse().ok();
    std::os::unix::fs::chown(&tmp, owner("MAIL_UID"), owner("MAIL_GID")).expect("mail belongs to its owner");
    std::fs::rename(tmp, new).expect("the Maildir can be written");
}

fn pieces(bodies: &[Body]) -> usize {
    bodies.iter().map(|body| if let Body::Message { bodies, .. } = body { 1 + pieces(bodies) } else { 1 }).sum()
}

/// Size and hash of a part as it is downloaded.
async fn download(one: &Person, message: &MessageRef, path: &PartPath) -> Result<(usize, String), String> {
    let part = one.account.open_part(message, path).await.map_err(|error| format!("{error:?}"))?;
    let mut bytes = part.bytes;
    let (mut size, mut hash) = (0, Sha256::new());
    while let Some(piece) = bytes.next().await {
        let piece = piece.map_err(|error| format!("after {size} octets: {error:?}"))?;
        size += piece.len();
        hash.update(&piece);
    }
    Ok((size, hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
}

/// What is wrong with the files of an opened mail.
async fn files_that_differ(one: &Person, message: &MessageRef, mail: &OddMail) -> Vec<String> {
    let opened = one.account.peek_message(message, &Default::default()).await.unwrap();
    let mut wrong = Vec::new();
    let mut found: Vec<(usize, String)> = Vec::new();
    for attachment in &opened.attachments {
        match download(one, message, &attachment.path).await {
            Ok(file) => found.push(file),
            Err(error) => wrong.push(format!("{} {}: {error}", attachment.path, attachment.name)),
        }
    }
    for expected in mail.entry["attachments"].as_array().into_iter().flatten() {
        let Some(hash) = expected["sha256"].as_str() else { continue };
        let same = |file: &&(usize, String)| {
            file.1 == hash && expected["size"].as_u64().is_none_or(|size| size == file.0 as u64)
        };
        if found.iter().find(same).is_none() {
            wrong.push(format!("no file {expected} among {found:?}"));
        }
    }
    wrong
}

async fn all_are_listed_opened_and_downloaded(lacking: &[&str]) {
    let mails = corpus();
    assert_eq!(mails.len(), 100, "the corpus has changed");
    let mut one = Person::with("odd", lacking, None).await;
    let mut by_uid: HashMap<u32, &OddMail> = HashMap::new();
    for mail in mails.iter().filter(|mail| mail.entry["load"] != "maildir") {
        by_uid.insert(one.mail.append("INBOX", "", &mail.bytes).await, mail);
    }
    // each takes the next UID, as soon as the server looks
    for mail in mails.iter().filter(|mail| mail.entry["load"] == "maildir") {
        put_into_maildir(&one.who.user, mail.file(), &mail.bytes);
        one.mail.select("INBOX").await;
        let uid = *one.mail.search("ALL").await.last().unwrap();
        assert!(by_uid.insert(uid, mail).is_none(), "{} did not arrive", mail.file());
    }
    let mut rows = Vec::new();
    for page in 1..=2 {
        let asked = Asked { page: PageNumber::new(page).unwrap(), ..Asked::default() };
        let listing = one.account.list_messages(&name("INBOX"), &asked).await.unwrap();
        assert_eq!(listing.counts.messages, 100);
        rows.extend(listing.rows.into_iter().map(|row| (row, listing.uid_validity)));
    }
    assert_eq!(rows.len(), 100, "a mail is missing in the list");
    let mut wrong = Vec::new();
    for (row, uid_validity) in rows {
        let mail = by_uid[&row.uid.number()];
        let message = MessageRef { mailbox: name("INBOX"), uid_validity, uid: row.uid };
        let opened = match one.account.open_message(&message, &Default::default()).await {
            Ok(opened) => opened,
            Err(error) => {
                wrong.push(format!("{}: {error:?}", mail.file()));
                continue;
            }
        };
        if pieces(&opened.bodies) == 0
            && opened.attachments.is_empty()
            && mail.entry["text"].as_array().is_some_and(|text| !text.is_empty())
        {
            wrong.push(format!("{}: nothing is shown", mail.file()));
        }
        if let Err(error) = one.account.open_headers(&message).await {
            wrong.push(format!("{}: headers: {error:?}", mail.file()));
        }
        match one.account.open_source(&message).await {
            Err(error) => wrong.push(format!("{}: source: {error:?}", mail.file())),
            Ok(mut source) => {
                let mut octets = 0;
                while let Some(piece) = source.bytes.next().await {
                    match piece {
                        Ok(piece) => octets += piece.len(),
                        Err(error) => wrong.push(format!("{}: source: {error:?}", mail.file())),
                    }
                }
                if octets < mail.bytes.len() {
                    wrong.push(format!("{}: source of {octets} octets", mail.file()));
                }
            }
        }
        if mail.entry["level"] == "must" {
            let files = files_that_differ(&one, &message, mail).await;
            wrong.extend(files.into_iter().map(|file| format!("{}: {file}", mail.file())));
        }
    }
    assert!(wrong.is_empty(), "{lacking:?}\n{}", wrong.join("\n"));
}

#[tokio::test]
async fn every_odd_mail_is_listed_opened_and_downloaded() {
    all_are_listed_opened_and_downloaded(&[]).await;
}

#[tokio::test]
async fn every_odd_mail_is_listed_and_opened_where_the_server_makes_no_previews() {
    all_are_listed_opened_and_downloaded(&["PREVIEW", "BINARY"]).await;
}
