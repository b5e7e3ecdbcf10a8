//! Taking mail along: what is downloaded is read by Python's own modules.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

use super::helpers::{Fault, FaultProxy, Form, Page, Person, Times, letter, mail_server, spawn_app, spawn_app_with};

/// What Python finds in an archive.
pub(crate) fn read_by_python(kind: &str, octets: &[u8]) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("archive");
    std::fs::write(&file, octets).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/app/archives.py");
    let output = Command::new("python3").arg(script).arg(kind).arg(&file).output().expect("python3 runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn texts<'a>(found: &'a [Value], key: &str) -> Vec<&'a str> {
    let mut all: Vec<&str> = found.iter().map(|one| one[key].as_str().unwrap()).collect();
    all.sort_unstable();
    all
}

fn sha256(octets: &[u8]) -> String {
    let mut hash = Command::new("sha256sum")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(hash.stdin.as_mut().unwrap(), octets).unwrap();
    drop(hash.stdin.take());
    let output = hash.wait_with_output().unwrap();
    String::from_utf8(output.stdout).unwrap()[..64].to_owned()
}

/// The page on which somebody chooses how a folder is downloaded.
async fn asked(person: &Person, mailbox: &str) -> Page {
    let list = person.open_mailbox(mailbox).await;
    person.open(&list.link("Download folder…")).await
}

fn chosen(page: &Page, format: &str) -> Form {
    page.form("Download").forge("format", format)
}

fn is_archive(page: &Page, ending: &str) {
    assert_eq!(page.status, 200, "{}", page.source());
    let disposition = page.header("content-disposition").unwrap();
    assert!(disposition.starts_with("attachment; filename=\""), "{disposition}");
    assert!(disposition.contains(&format!(".{ending}\"")), "{disposition}");
    assert_eq!(page.header("content-type"), Some("application/octet-stream"));
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
}

/// A message of some octets with lines that mbox files quote.
fn awkward(subject: &str, octets: usize) -> String {
    let line = "From the beginning >From \u{fc}ber all lines are\r\n>From quoted ones\r\n\r\nFrom a@b Tue Jan 13 08:30:00 2026\r\n\r\n";
    letter(subject) + &line.repeat(octets / line.len() + 1)
}

#[tokio::test]
async fn a_folder_as_zip_has_each_message_to_the_octet_under_a_name_of_its_own() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let mut mail = ann.mail().await;
    mail.make("Work").await;
    let date = Some("13-Jan-2026 09:30:00 +0100");
    let messages = [
        awkward("Plans: a/b\\c <x> \"y\"?", 100),
        awkward("Same", 300_000),
        awkward("same", 2_000),
        letter("=?utf-8?q?=C3=9Cbersicht?="),
        letter("CON"),
        letter(""),
    ];
    for message in &messages {
        mail.append_of("Work", "\\Seen", date, message.as_bytes()).await;
    }
    let page = asked(&ann, "Work").await;
    assert!(page.text().contains("6 messages, 3"), "{}", page.text());
    let zip = ann.submit(&chosen(&page, "zip")).await;
    is_archive(&zip, "zip");
    let found = read_by_python("zip", &zip.body);
    let mut hashes: Vec<String> = messages.iter().map(|message| sha256(message.as_bytes())).collect();
    hashes.sort_unstable();
    assert_eq!(texts(&found, "sha256"), hashes);
    let names = texts(&found, "name");
    let lower: std::collections::BTreeSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
    assert_eq!(lower.len(), 6, "{names:?}");
    for name in &names {
        // safe on Windows, macOS and Linux
        assert!(name.ends_with(".eml") && !name.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|']), "{name}");
    }
    assert!(names.iter().any(|name| name.contains("Übersicht")), "{names:?}");
    // when it was written: 2 November 2026 is after it arrived, and not believed
    let day = serde_json::json!([2026, 1, 13]);
    assert!(found.iter().all(|one| one["date"].as_array().unwrap()[..3] == day.as_array().unwrap()[..]), "{found:?}");
    assert_eq!(mail.subjects("Work").await.len(), 6);
}

#[tokio::test]
async fn an_mbox_keeps_dates_marks_and_lines_that_look_like_its_own() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let mut mail = ann.mail().await;
    mail.make("Work").await;
    let date = Some("13-Jan-2026 09:30:00 +0100");
    mail.append_of("Work", "\\Seen \\Flagged", date, awkward("One", 100).as_bytes()).await;
    mail.append_of("Work", "\\Answered", date, awkward("Two", 400_000).as_bytes()).await;
    mail.append_of("Work", "", date, letter("Three").as_bytes()).await;
    let mbox = ann.submit(&chosen(&asked(&ann, "Work").await, "mbox")).await;
    is_archive(&mbox, "mbox");
    let found = read_by_python("mbox", &mbox.body);
    assert_eq!(texts(&found, "subject"), ["One", "Three", "Two"]);
    let by_subject: BTreeMap<&str, &Value> = found.iter().map(|one| (one["subject"].as_str().unwrap(), one)).collect();
    assert_eq!(by_subject["One"]["from"], "bo@example.org Tue Jan 13 08:30:00 2026");
    let flags: Vec<&str> =
        ["One", "Two", "Three"].iter().map(|one| by_subject[one]["flags"].as_str().unwrap()).collect();
    assert_eq!(flags, ["ROF", "OA", "O"]);
    assert!(by_subject["One"]["body"].as_str().unwrap().contains("\n>>From quoted ones\n"));
}

#[tokio::test]
async fn a_maildir_has_its_marks_in_the_names_of_its_files() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let mut mail = ann.mail().await;
    mail.make("Work").await;
    mail.make("Work/Küche").await;
    let date = Some("13-Jan-2026 09:30:00 +0100");
    let (one, two) = (awkward("One", 100), awkward("Two", 700_000));
    mail.append_of("Work", "\\Seen \\Flagged", date, one.as_bytes()).await;
    mail.append_of("Work/Küche", "\\Answered", date, two.as_bytes()).await;
    let page = asked(&ann, "Work").await;
    let form = chosen(&page, "maildir").tick("With the folder below it");
    let tar = ann.submit(&form).await;
    is_archive(&tar, "tar");
    let found = read_by_python("tar", &tar.body);
    let mut told: Vec<_> = found
        .iter()
        .map(|one| {
            let text = |key: &str| one[key].as_str().unwrap().to_owned();
            (text("name"), text("subject"), text("flags"), one["arrived"].as_i64().unwrap(), text("sha256"))
        })
        .collect();
    told.sort();
    let row = |name: &str, subject: &str, flags: &str, octets: &str| {
        (name.to_owned(), subject.to_owned(), flags.to_owned(), 1_768_293_000, sha256(octets.as_bytes()))
    };
    assert_eq!(told, [row("Work", "One", "FS", &one), row("Work/Küche", "Two", "R", &two)]);
}

#[tokio::test]
async fn several_folders_lie_in_folders_of_the_archive() {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("Work", [letter("One")]).await;
    let ann = ann.with_messages("Work/Deep", [letter("Two"), letter("Three")]).await;
    let ann = ann.with_messages("Other", [letter("Four")]).await;
    let page = asked(&ann, "Work").await;
    let form = chosen(&page, "zip").tick("With the folder below it");
    let names: Vec<String> = read_by_python("zip", &ann.submit(&form).await.body)
        .iter()
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names.iter().filter(|name| name.starts_with("Work/Deep/")).count(), 2, "{names:?}");
    assert_eq!(names.len(), 3, "{names:?}");
    let form = chosen(&page, "mbox").tick("With the folder below it");
    let mboxes = ann.submit(&form).await;
    is_archive(&mboxes, "zip");
    let found = read_by_python("mboxes", &mboxes.body);
    assert_eq!(texts(&found, "name"), ["Work.mbox", "Work/Deep.mbox", "Work/Deep.mbox"]);
    assert_eq!(texts(&found, "subject"), ["One", "Three", "Two"]);
}

#[tokio::test]
async fn what_was_chosen_or_found_is_downloaded_and_nothing_else() {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("INBOX", [letter("Bread"), letter("Butter"), letter("Cheese")]).await;
    let list = ann.open_mailbox("INBOX").await;
    let page = ann.press(&list, "Download…", &["Bread", "Cheese"]).await;
    assert_eq!(page.texts("h1"), ["Download 2 messages"]);
    let mbox = ann.submit(&chosen(&page, "mbox")).await;
    assert_eq!(texts(&read_by_python("mbox", &mbox.body), "subject"), ["Bread", "Cheese"]);
    // the same without the page in between
    let form = list.form_in(".selection", "Download…").tick("Butter").forge("format", "mbox");
    assert_eq!(texts(&read_by_python("mbox", &ann.submit(&form).await.body), "subject"), ["Butter"]);
    let nothing = ann.press(&list, "Download…", &[]).await;
    assert_eq!(nothing.flash(), "Nothing was chosen, so there is nothing to download.");

    let found = ann.search(&list, "Cheese").await;
    let page = ann.open(&found.link("Download these…")).await;
    assert!(page.text().contains("Messages with “Cheese”."), "{}", page.text());
    let mbox = ann.submit(&chosen(&page, "mbox")).await;
    assert_eq!(texts(&read_by_python("mbox", &mbox.body), "subject"), ["Cheese"]);
}

#[tokio::test]
async fn an_address_of_no_messages_of_ones_own_is_no_download() {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("INBOX", [letter("Bread")]).await;
    let page = asked(&ann, "INBOX").await;
    let form = chosen(&page, "zip");
    assert_eq!(ann.submit(&form.clone().forge("mailbox", "Nowhere")).await.status, 404);
    assert_eq!(ann.submit(&form.clone().forge("format", "exe")).await.status, 404);
    assert_eq!(ann.submit(&form.clone().without("csrf")).await.status, 403); // C-01
    let wrong = form.clone().without("mailbox").forge("selection", "INBOX/1/1");
    assert_eq!(ann.submit(&wrong).await.status, 404);
    let empty = app.person().await;
    let page = empty.open("/webmail/export?mailbox=INBOX").await;
    assert!(page.text().contains("There are no messages to download."));
    assert!(!page.offers("Download"));
    assert_eq!(app.visitor().get("/webmail/export?mailbox=INBOX").await.status, 303);
}

#[tokio::test]
async fn a_connection_that_is_lost_in_the_middle_is_made_anew_and_nothing_is_missing() {
    let server = mail_server();
    for (fault, verb) in [(Fault::CutBefore, "UID FETCH"), (Fault::CutInside, "UID FETCH")] {
        for nth in [0, 2] {
            let proxy = FaultProxy::plain(server).await;
            let app =
                spawn_app_with(&format!("[imap]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n", proxy.port)).await;
            let messages: Vec<String> = (0..110) // fifty go in a command
                .map(|number| awkward(&format!("Letter {number}"), if number % 40 == 3 { 900_000 } else { 6_000 }))
                .collect();
            let ann = app.person().await.with_messages("Work", &messages).await;
            let page = asked(&ann, "Work").await;
            proxy.arm(fault, verb, Times::Once(nth));
            let zip = ann.submit(&chosen(&page, "zip")).await;
            assert!(proxy.hits() > 0, "{fault:?} {nth}");
            let found = read_by_python("zip", &zip.body);
            let mut hashes: Vec<String> = messages.iter().map(|message| sha256(message.as_bytes())).collect();
            hashes.sort_unstable();
            assert_eq!(texts(&found, "sha256"), hashes, "{fault:?} {nth}");
        }
    }
}

#[tokio::test]
async fn a_mail_server_that_is_gone_for_good_cuts_the_download_so_that_nobody_takes_it_for_a_whole() {
    let proxy = FaultProxy::plain(mail_server()).await;
    let app = spawn_app_with(&format!("[imap]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n", proxy.port)).await;
    // three commands of fifty are under way at once: when the fifth is sent, something has come
    let messages: Vec<String> = (0..260).map(|number| awkward(&format!("Letter {number}"), 600)).collect();
    let ann = app.person().await.with_messages("Work", &messages).await;
    let page = asked(&ann, "Work").await;
    proxy.arm(Fault::GoneAfter, "UID FETCH", Times::Once(4));
    let form = chosen(&page, "zip");
    let whole = ann.request("POST", &form.action).form(&form.fields).try_send().await;
    // where another connection was open it may give the rest: then it is all there
    if let Some(page) = whole {
        let hashes = texts(&read_by_python("zip", &page.body), "sha256").len();
        assert_eq!((page.status, hashes), (200, messages.len()), "half an archive came as a whole one");
    }
}

#[tokio::test]
async fn a_message_that_vanished_meanwhile_is_left_out_and_named() {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("INBOX", [letter("Bread"), letter("Butter"), letter("Cheese")]).await;
    let list = ann.open_mailbox("INBOX").await;
    let page = ann.press(&list, "Download…", &["Bread", "Butter"]).await;
    let mut mail = ann.mail().await;
    mail.select("INBOX").await;
    let uid = mail.search("SUBJECT Bread").await[0];
    mail.remove(uid).await;
    let zip = ann.submit(&chosen(&page, "zip")).await;
    let found = read_by_python("zip", &zip.body);
    let names = texts(&found, "name");
    assert_eq!(names.len(), 2);
    assert!(names[0].ends_with("Butter.eml") && names[1] == "left-out.txt", "{names:?}");
    let mbox = ann.submit(&chosen(&page, "mbox")).await;
    let found = read_by_python("mbox", &mbox.body);
    assert_eq!(texts(&found, "subject"), ["Butter", "left-out.txt"]);
    let text = found.iter().find(|one| one["subject"] == "left-out.txt").unwrap()["body"].as_str().unwrap();
    assert!(text.contains("1 message that was asked for is not in this download."), "{text}");
    assert!(text.contains("Inbox | ") && text.contains("| Bread | moved or deleted meanwhile"), "{text}");
}
