//! Bringing messages in: what another mail program finds afterwards, and what is said of the rest.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use fernpost::account::{
    Account, Accounts, Brought, Duplicates, Importing, Job, JobState, Notice, Obstacle, Order, Servers, Works,
};
use fernpost::imap::{self, Dialer, ImapServer};
use fernpost::mail::{MailboxName, Secret};
use fernpost::store::{ServerKey, Store, Uploads};

use super::helpers::{
    Credentials, Fault, FaultProxy, MailClient, Page, Person, Program, SOON, Times, configuration, files_below,
    free_port, letter, mail_server, skip_on, spawn_app, spawn_app_with, until, until_so,
};

/// Somebody with the account floor, whose files lie in a folder.
struct Desk {
    account: Account,
    imports: Uploads,
    who: Credentials,
    _folder: tempfile::TempDir,
    _accounts: Accounts,
}

impl Desk {
    async fn new(who: Credentials) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = Arc::new(ServerKey::open_or_make(&folder.path().join("secret")).unwrap());
        let store = Store::open(&format!("sqlite:{}", folder.path().join("fernpost.db").display())).await.unwrap();
        let imports = Uploads::imports(folder.path(), 200 << 20, &key).unwrap();
        let server = ImapServer {
            host: "127.0.0.1".into(),
            port: mail_server().port("IMAP_PORT"),
            tls: imap::Tls::None,
            ca_file: None,
            disabled_capabilities: Vec::new(),
        };
        let works = Works::new(store.jobs().clone(), store.belongings().clone(), key);
        let accounts =
            Accounts::new(Servers::from(Dialer::new(server).unwrap())).with_works(works).with_imports(imports.clone());
        let runs = accounts.clone();
        tokio::spawn(async move { runs.run_jobs().await });
        let account = accounts.sign_in(&who.user, Secret::new(who.password.as_str()), None).await.unwrap();
        Self { account, imports, who, _folder: folder, _accounts: accounts }
    }

    async fn person() -> Self {
        Self::new(mail_server().person("ann")).await
    }

    async fn mail(&self) -> MailClient {
        MailClient::sign_in(mail_server(), &self.who).await
    }

    async fn keep(&self, octets: &[u8]) -> String {
        let mut upload = self.imports.begin(&self.who.user, u64::MAX).await.unwrap();
        for piece in octets.chunks(64 << 10) {
            upload.write(piece).await.unwrap();
        }
        upload.finish().await.unwrap().id.as_str().to_owned()
    }

    /// Orders it.
    async fn begin(&self, files: &[(&str, &[u8])], into: &str, duplicates: Duplicates) -> fernpost::store::JobId {
        let mut brought = Vec::new();
        for (name, octets) in files {
            let upload = self.keep(octets).await;
            brought.push(Brought { upload, name: (*name).to_owned(), octets: octets.len() as u64 });
        }
        let into = MailboxName::new(&mail_server().wire_name(into)).unwrap();
        self.account.begin_job(Order::Import(Importing { files: brought, into, duplicates })).await.unwrap()
    }

    /// Waits until it stands so.
    async fn wait(&self, id: &fernpost::store::JobId, wanted: impl Fn(&JobState) -> bool) -> Job {
        until(async || {
            let job = self.account.job(id).await.unwrap();
            if wanted(&job.state) { Ok(job) } else { Err(format!("{job:?}")) }
        })
        .await
    }

    /// Brings files in, to the end.
    async fn bring(&self, files: &[(&str, &[u8])], into: &str, duplicates: Duplicates) -> Job {
        let id = self.begin(files, into, duplicates).await;
        let job = self.wait(&id, |state| *state == JobState::Done).await;
        assert_eq!(self.imports.used(&self.who.user).await.unwrap(), 0, "files are left");
        job
    }
}

fn said(job: &Job) -> Vec<(Notice, &str, u64)> {
    job.report.iter().map(|one| (one.notice, one.about.as_str(), one.count)).collect()
}

/// A ZIP archive as Python packs it.
fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let script = "import base64, io, json, sys, zipfile\n\
        out = io.BytesIO()\n\
        with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:\n\
        \x20   for name, octets in json.load(sys.stdin):\n\
        \x20       archive.writestr(name, base64.b64decode(octets))\n\
        sys.stdout.buffer.write(out.getvalue())\n";
    let mut python = Command::new("python3")
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 runs");
    let encoded: Vec<(&str, String)> = files
        .iter()
        .map(|(name, octets)| {
            use base64::Engine as _;
            (*name, base64::engine::general_purpose::STANDARD.encode(octets))
        })
        .collect();
    let mut input = python.stdin.take().unwrap();
    input.write_all(&serde_json::to_vec(&encoded).unwrap()).unwrap();
    drop(input);
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success());
    output.stdout
}

/// Messages in an mbox file as mutt writes it.
fn mbox(messages: &[String]) -> Vec<u8> {
    let mut text = String::new();
    for (number, message) in messages.iter().enumerate() {
        let quoted = message.replace("\r\n", "\n").replace("\nFrom ", "\n>From ");
        text += &format!("From bo@example.org Tue Jan 13 08:{:02}:00 2026\n{quoted}\n", number % 60);
    }
    text.into_bytes()
}

async fn fetched(mail: &mut MailClient, uid: u32, item: &str) -> String {
    mail.command(&format!("UID FETCH {uid} ({item})")).await.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn files_of_every_kind_arrive_with_their_dates_and_marks() {
    let desk = Desk::person().await;
    let mut mail = desk.mail().await;
    mail.make("Work").await;
    let eml = letter("A file");
    let marked = letter("Marked").replace("MIME-Version", "Status: RO\r\nX-Status: AF\r\nMIME-Version");
    let messages = [marked, letter("Second") + "\r\nFrom here on\r\n"];
    let zip = zipped(&[
        ("Work/cur/1768293000.M1.host:2,FS", letter("Of a Maildir").as_bytes()),
        ("old/archive", &mbox(&[letter("Of an mbox in it"), letter("And another")])),
        ("photo.jpg", b"\xff\xd8\xff\xe0"),
    ]);
    let files: [(&str, &[u8]); 3] = [("a.eml", eml.as_bytes()), ("box", &mbox(&messages)), ("all.zip", &zip)];
    let job = desk.bring(&files, "Work", Duplicates::Skip).await;
    assert_eq!((job.done, job.total), (7, 7), "{job:?}");
    assert_eq!(said(&job), [(Notice::NotAMessage, "photo.jpg", 1)]);
    let subjects = mail.subjects("Work").await;
    assert_eq!(subjects, ["A file", "Marked", "Second", "Of a Maildir", "Of an mbox in it", "And another"]);
    let uids = mail.search("ALL").await;
    assert!(fetched(&mut mail, uids[0], "INTERNALDATE").await.contains("2-Nov-2026 10:00:00 +0000"));
    assert!(fetched(&mut mail, uids[1], "INTERNALDATE").await.contains("13-Jan-2026 08:00:00 +0000"));
    assert_eq!(mail.flags(uids[1]).await, ["\\Answered", "\\Flagged", "\\Seen"]);
    assert_eq!(mail.flags(uids[3]).await, ["\\Flagged", "\\Seen"]);
    let body = fetched(&mut mail, uids[2], "BODY.PEEK[]").await;
    assert!(body.contains("\r\nFrom here on\r\n") && !body.contains("Status"), "{body}");
}

#[tokio::test]
async fn what_was_downloaded_comes_back_to_the_octet() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let mut mail = ann.mail().await;
    mail.make("Work").await;
    let odd =
        letter("Odd") + "From the start\r\n>From a quote\r\n\r\nFrom a@b Tue Jan 13 08:30:00 2026\r\nA: b\r\n\r\n";
    let own = letter("Own").replace("MIME-Version", "Status: RO\r\nContent-Length: 3\r\nMIME-Version");
    for message in [&odd, &own] {
        mail.append_of("Work", "\\Flagged", Some("13-Jan-2026 09:30:00 +0100"), message.as_bytes()).await;
    }
    for format in ["mbox", "zip"] {
        let page = ann
            .open(&format!("/webmail/export?mailbox={}", super::helpers::encode(&mail_server().wire_name("Work"))))
            .await;
        let archive = ann.submit(&page.form("Download").forge("format", format)).await;
        let desk = Desk::new(mail_server().person("ben")).await;
        let job = desk.bring(&[("archive", &archive.body)], "INBOX", Duplicates::Skip).await;
        assert_eq!((job.done, said(&job).len()), (2, 0), "{job:?}");
        let mut theirs = desk.mail().await;
        theirs.select("INBOX").await;
        for (at, uid) in theirs.search("ALL").await.into_iter().enumerate() {
            let whole = fetched(&mut theirs, uid, "RFC822.SIZE INTERNALDATE BODY.PEEK[]").await;
            let message = [&odd, &own][at];
            assert!(whole.contains(message.as_str()), "{format}: {whole}");
            assert!(whole.contains(&format!("RFC822.SIZE {} ", message.len())), "{format}: {whole}");
            if format == "mbox" {
                assert_eq!(theirs.flags(uid).await, ["\\Flagged"]);
                assert!(whole.contains("13-Jan-2026 08:30:00 +0000"), "{whole}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_there_already_is_left_out_or_not_as_one_wishes() {
    let desk = Desk::person().await;
    let mut mail = desk.mail().await;
    let nameless = "Subject: No name\r\n\r\nHi.\r\n".to_owned();
    let known = letter("Known");
    mail.append("INBOX", "", known.as_bytes()).await;
    mail.append("INBOX", "", nameless.as_bytes()).await;
    // as long, and another one
    let alike = nameless.replace("Hi.", "Ho.");
    let file = mbox(&[known, nameless, alike, letter("New")]);
    let job = desk.bring(&[("box", &file)], "INBOX", Duplicates::Skip).await;
    assert_eq!(said(&job), [(Notice::AlreadyThere, "", 2)]);
    assert_eq!(mail.subjects("INBOX").await, ["Known", "No name", "No name", "New"]);
    let job = desk.bring(&[("box", &file)], "INBOX", Duplicates::Skip).await;
    assert_eq!(said(&job), [(Notice::AlreadyThere, "", 4)]);
    assert_eq!(mail.subjects("INBOX").await.len(), 4);
    desk.bring(&[("box", &file)], "INBOX", Duplicates::Keep).await;
    assert_eq!(mail.subjects("INBOX").await.len(), 8);
    // twice in one file
    let twice = letter("Twice");
    let job = desk.bring(&[("box", &mbox(&[twice.clone(), twice]))], "INBOX", Duplicates::Skip).await;
    assert_eq!(said(&job), [(Notice::AlreadyThere, "", 1)]);
}

#[tokio::test]
async fn what_can_not_be_read_is_said_and_the_rest_arrives() {
    let desk = Desk::person().await;
    let inner = zipped(&[("a.eml", letter("Hidden").as_bytes())]);
    let mut bomb = letter("Bomb").into_bytes();
    bomb.resize(40 << 20, b'x');
    let zip = zipped(&[
        ("../../../tmp/evil.eml", letter("Path").as_bytes()),
        ("inner.zip", &inner),
        ("bomb.eml", &bomb),
        ("note.txt", b"just a note"),
        ("nul.eml", letter("Nul").replace("Hello", "He\0lo").as_bytes()),
        ("bare.eml", letter("Bare").replace("\r\n", "\n").as_bytes()),
    ]);
    let mut broken = zipped(&[("a.eml", letter("Lost").as_bytes())]);
    broken.truncate(broken.len() / 2);
    let files: [(&str, &[u8]); 4] =
        [("all.zip", &zip), ("broken.zip", &broken), ("empty", b""), ("song.mp3", b"ID3\x03\0\0")];
    let job = desk.bring(&files, "INBOX", Duplicates::Skip).await;
    let mut notices = said(&job);
    notices.sort_by_key(|(_, about, _)| *about);
    assert_eq!(
        notices,
        [
            (Notice::Repaired, "Nul", 1),
            (Notice::Bursts, "bomb.eml", 1),
            (Notice::Unreadable, "broken.zip", 1),
            (Notice::NotAMessage, "empty", 1),
            (Notice::ArchiveInside, "inner.zip", 1),
            (Notice::NotAMessage, "note.txt", 1),
            (Notice::NotAMessage, "song.mp3", 1),
        ]
    );
    assert_eq!(desk.mail().await.subjects("INBOX").await, ["Path", "Nul", "Bare"]);
    assert!(!Path::new("/tmp/evil.eml").exists());
}

#[tokio::test]
async fn an_archive_of_a_hundred_thousand_files_that_are_no_mail_is_read_to_its_end() {
    let desk = Desk::person().await;
    let script = "import io, sys, zipfile\n\
        out = io.BytesIO()\n\
        with zipfile.ZipFile(out, 'w') as archive:\n\
        \x20   for number in range(100_000):\n\
        \x20       archive.writestr(f'{number}.txt', b'x')\n\
        \x20   archive.writestr('last.eml', b'Subject: Last\\r\\n\\r\\n')\n\
        sys.stdout.buffer.write(out.getvalue())\n";
    let output = Command::new("python3").args(["-c", script]).output().unwrap();
    let id = desk.begin(&[("many.zip", &output.stdout)], "INBOX", Duplicates::Skip).await;
    let since = Instant::now();
    while desk.account.job(&id).await.unwrap().state != JobState::Done {
        assert!(since.elapsed() < Duration::from_secs(300));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let job = desk.account.job(&id).await.unwrap();
    assert_eq!((job.done, job.report.len() as u64 + job.left_out), (100_001, 100_000));
    assert_eq!(desk.mail().await.subjects("INBOX").await, ["Last"]);
}

#[tokio::test]
async fn a_mailbox_that_becomes_full_stops_it_and_room_lets_it_go_on() {
    skip_on!(Bare, "no-quota");
    let who = mail_server().person_with("ann", Some(1_000_000));
    let desk = Desk::new(who).await;
    let messages: Vec<String> =
        (0..8).map(|number| letter(&format!("Letter {number}")) + &"x\r\n".repeat(80_000)).collect();
    let id = desk.begin(&[("box", &mbox(&messages))], "INBOX", Duplicates::Skip).await;
    let job = desk.wait(&id, |state| matches!(state, JobState::Waiting(_))).await;
    assert_eq!(job.state, JobState::Waiting(Obstacle::OverQuota));
    assert!((1..8).contains(&job.done), "{job:?}");
    let mut mail = desk.mail().await;
    let there = mail.subjects("INBOX").await;
    assert_eq!(there.len() as u64, job.done);
    // room for more, three times over
    let mut taken: Vec<String> = Vec::new();
    for _ in 0..10 {
        taken.extend(mail.subjects("INBOX").await);
        mail.select("INBOX").await;
        for uid in mail.search("ALL").await {
            mail.remove(uid).await;
        }
        desk.account.go_on_job(&id).await.unwrap();
        let job = desk.wait(&id, |state| !matches!(state, JobState::Running)).await;
        if job.state == JobState::Done {
            break;
        }
    }
    taken.extend(mail.subjects("INBOX").await);
    taken.sort();
    taken.dedup();
    assert_eq!(taken, (0..8).map(|number| format!("Letter {number}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_import_that_is_forgotten_leaves_no_file() {
    skip_on!(Bare, "no-quota");
    let desk = Desk::new(mail_server().person_with("ann", Some(10_000))).await;
    let large = letter("Large") + &"x\r\n".repeat(20_000);
    let zip = zipped(&[("box", &mbox(&[large]))]);
    let id = desk.begin(&[("all.zip", &zip)], "INBOX", Duplicates::Keep).await;
    let job = desk.wait(&id, |state| matches!(state, JobState::Waiting(_))).await;
    assert_eq!(job.state, JobState::Waiting(Obstacle::OverQuota));
    assert!(desk.imports.used(&desk.who.user).await.unwrap() > 0);
    desk.account.forget_job(&id).await.unwrap();
    assert_eq!(desk.imports.used(&desk.who.user).await.unwrap(), 0);
}

/// The page on which files are brought.
async fn asked(person: &Person, mailbox: &str) -> Page {
    let list = person.open_mailbox(mailbox).await;
    person.open(&list.link("Import messages…")).await
}

#[tokio::test]
async fn a_file_is_brought_by_a_form_without_scripts() {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("Work", [letter("Old")]).await;
    let page = asked(&ann, "Work").await;
    let file = mbox(&[letter("One"), letter("Two")]);
    let begun = ann.submit(&page.form("Import").choose("file", "box.mbox", &file)).await;
    assert_eq!(begun.status, 303, "{}", begun.source());
    let at = begun.location().unwrap();
    ann.open_until(&at, |page| page.text().contains("2 messages imported")).await;
    assert!(ann.get(&at).await.text().contains("Import into Work"), "{}", ann.get(&at).await.text());
    assert_eq!(ann.mail().await.subjects("Work").await, ["Old", "One", "Two"]);
    let folder = app.file("fernpost.uploads");
    until_so("no file is left", async || files_below(&folder).is_empty()).await;
}

#[tokio::test]
async fn what_can_not_be_taken_is_said_on_the_page_with_everything_chosen() {
    let app = spawn_app_with("[limits]\nimport_megabytes = 1\n").await;
    let ann = app.person().await.with_messages("Work", [letter("Old")]).await;
    let page = asked(&ann, "Work").await;
    let form = page.form("Import");
    let none = ann.submit(&form.clone().without("skip")).await;
    assert_eq!(none.status, 422);
    assert!(none.text().contains("No file was chosen."), "{}", none.text());
    let again = none.form("Import");
    assert_eq!(again.field("mailbox"), form.field("mailbox"));
    assert_eq!(again.field("skip"), None);
    let large = vec![b'x'; 1_500_000];
    let refused = ann.submit(&form.clone().choose("file", "large.mbox", &large)).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("large.mbox"), "{}", refused.text());
    let huge = vec![b'x'; 4_000_000];
    let refused = ann.submit(&form.clone().choose("file", "huge.mbox", &huge)).await;
    assert_eq!(refused.status, 413);
    assert!(refused.text().contains("Nothing was imported."), "{}", refused.text());
    let forged = ann.submit(&form.clone().forge("csrf", "x").choose("file", "a.eml", b"A: b\r\n\r\n")).await;
    assert_eq!(forged.status, 403); // C-01
    let nowhere = ann.submit(&form.forge("mailbox", "Nowhere").choose("file", "a.eml", b"A: b\r\n\r\n")).await;
    assert_eq!(nowhere.status, 404);
    assert_eq!(files_below(&app.file("fernpost.uploads")), Vec::<std::path::PathBuf>::new());
}

#[tokio::test]
async fn a_folder_that_vanishes_meanwhile_is_said_and_can_be_made_again() {
    let proxy = FaultProxy::plain(mail_server()).await;
    let keys = format!("[imap]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n", proxy.port);
    let app = spawn_app_with(&keys).await;
    let ann = app.person().await.with_messages("Work", [letter("Old")]).await;
    let file = mbox(&[letter("One"), letter("Two"), letter("Three")]);
    let form = asked(&ann, "Work").await.form("Import").choose("file", "box.mbox", &file);
    proxy.arm(Fault::CutBefore, "APPEND", Times::From(1));
    let at = ann.submit(&form).await.location().unwrap();
    ann.open_until(&at, |page| page.text().contains("can’t be reached at this moment")).await;
    ann.mail().await.delete("Work").await;
    proxy.heal().await;
    let gone = "The folder that messages come into is not there any more: it was deleted or renamed.";
    let page = ann.open_until(&at, |page| page.text().contains(gone)).await;
    ann.send(&page.form("Make the folder again")).await;
    ann.open_until(&at, |page| page.texts(".outbox__state").concat().contains("Done")).await;
    // what was there before went with the folder
    assert_eq!(ann.mail().await.subjects("Work").await, ["One", "Two", "Three"]);
}

/// Kills the program at the n-th APPEND, which the server has done or not, and lets it go on: everything is there once.
async fn killed_at(fault: Fault, nth: usize) {
    let folder = tempfile::tempdir().unwrap();
    let proxy = FaultProxy::plain(mail_server()).await;
    let port = free_port();
    let keys = format!("[imap]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n", proxy.port);
    let file = folder.path().join("fernpost.toml");
    std::fs::write(&file, configuration(folder.path(), &format!("127.0.0.1:{port}"), "127.0.0.1:0", &keys)).unwrap();
    let program = Program::serve(&file, "warn", port);
    let who = mail_server().person("ann");
    let ann = Person::sign_in_at(&format!("http://127.0.0.1:{port}"), who).await;
    let subjects: Vec<String> = (0..203).map(|number| format!("Letter {number}")).collect();
    let messages: Vec<String> = subjects.iter().map(|subject| letter(subject)).collect();
    let form = asked(&ann, "INBOX").await.form("Import").without("skip").choose("file", "box", &mbox(&messages));
    proxy.arm(fault, "APPEND", Times::Once(nth));
    assert_eq!(ann.submit(&form).await.status, 303);
    until_so("the line is cut", async || proxy.hits() > 0).await;
    drop(program); // kill -9
    proxy.wait_for_open(0).await;
    proxy.heal().await;
    let program = Program::serve(&file, "warn", port);
    // the browser's own connections went with the program
    until_so("it answers", async || ann.request("GET", "/webmail/mailbox/INBOX").try_send().await.is_some()).await;
    let uploads = folder.path().join("fernpost.uploads");
    until_so("no file is left", async || files_below(&uploads).is_empty()).await;
    let mut mail = ann.mail().await;
    assert_eq!(mail.subjects("INBOX").await, subjects, "{fault:?} at {nth}"); // nothing lost, nothing twice
    drop(program);
}

#[tokio::test]
async fn an_import_that_is_killed_anywhere_loses_nothing_and_files_nothing_twice() {
    // the first, one in the middle, the last of a window, and the next one's
    let rounds = [0, 100, 199, 200, 202].map(|nth| async move {
        killed_at(Fault::Swallow, nth).await;
        killed_at(Fault::GoneAfter, nth).await;
    });
    futures_util::future::join_all(rounds).await;
}

/// Imports these files with the program itself, which is killed as soon as this is so of its files, and goes on; the subjects that
/// are there in the end.
async fn killed_when(files: &[(&str, &[u8])], is_so: impl Fn(&[std::path::PathBuf]) -> bool) -> Vec<String> {
    let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
    let keys = format!("[imap]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n", mail_server().port("IMAP_PORT"));
    let file = folder.path().join("fernpost.toml");
    std::fs::write(&file, configuration(folder.path(), &format!("127.0.0.1:{port}"), "127.0.0.1:0", &keys)).unwrap();
    let program = Program::serve(&file, "warn", port);
    let ann = Person::sign_in_at(&format!("http://127.0.0.1:{port}"), mail_server().person("ann")).await;
    let mut form = asked(&ann, "INBOX").await.form("Import").without("skip");
    for (name, octets) in files {
        form = form.choose("file", name, octets);
    }
    let uploads = folder.path().join("fernpost.uploads");
    let watched = uploads.clone();
    let sent = tokio::spawn(async move { (ann.submit(&form).await, ann) });
    let (kept, left) = tokio::task::block_in_place(|| {
        let since = Instant::now();
        loop {
            let now = files_below(&watched);
            if is_so(&now) {
                drop(program); // kill -9
                return (now, files_below(&watched));
            }
            assert!(since.elapsed() < SOON, "it never is: {now:?}");
            std::thread::yield_now();
        }
    });
    assert!(!left.is_empty(), "killed too late: {kept:?}");
    let (begun, ann) = sent.await.unwrap();
    assert_eq!(begun.status, 303);
    let at = begun.location().unwrap();
    let program = Program::serve(&file, "warn", port);
    until_so("it answers", async || ann.request("GET", "/webmail/mailbox/INBOX").try_send().await.is_some()).await;
    // what was half unpacked is nobody's, and is swept with what is old
    let is_whole = |file: &std::path::PathBuf| file.extension().is_none_or(|extension| extension != "part");
    until_so("none is left", async || !files_below(&uploads).iter().any(is_whole)).await;
    let said = ann.open(&at).await.text();
    assert!(said.contains(" messages imported, ") || said.contains("Goes on"), "{said}");
    let subjects = ann.mail().await.subjects("INBOX").await;
    drop(program);
    subjects
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_it_unpacks_an_mbox_file_of_an_archive_an_import_unpacks_it_again() {
    let expected: Vec<String> = (0..3).map(|number| format!("Letter {number}")).collect();
    // what packs too well would be taken for a bomb
    let lines: String =
        (1..300_000_u64).map(|n| format!("{:016x}\r\n", n.wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
    let messages: Vec<String> = expected.iter().map(|subject| letter(subject) + &lines).collect();
    let zip = zipped(&[("box", &mbox(&messages))]);
    let is_unpacked = std::cell::Cell::new(false);
    let found = killed_when(&[("all.zip", &zip)], |files| {
        // the archive is whole by then, and the next file is what comes out of it
        let parts = files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "part")).count();
        is_unpacked.set(is_unpacked.get() || files.len() > parts);
        is_unpacked.get() && files.len() > 1
    })
    .await;
    assert_eq!(found, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_it_deletes_its_files_an_import_files_nothing_twice_and_deletes_the_rest() {
    let expected: Vec<String> = (0..400).map(|number| format!("Letter {number}")).collect();
    let messages: Vec<String> = expected.iter().map(|subject| letter(subject)).collect();
    let files: Vec<(&str, &[u8])> = messages.iter().map(|message| ("a.eml", message.as_bytes())).collect();
    let most = std::cell::Cell::new(0);
    let found = killed_when(&files, |files| {
        most.set(most.get().max(files.len()));
        most.get() == 400 && files.len() < 400
    })
    .await;
    assert_eq!(found, expected);
}
