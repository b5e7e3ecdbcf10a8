//! Background work, whatever is killed wherever: nothing is lost, and nothing is there twice in the end.
//!
//! A program removes messages, or takes their attachments out, and is killed with -9 at each of its commands: before the
//! server has it, or when the server has done it and the program does not know. Then it starts again and goes on, and another
//! mail program looks at what is there.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use fernpost::account::{How, Note, Order, Removal, Stripping, Wanted};
use fernpost::mail::{MailboxName, Selection, UidSet, UidValidity};

use crate::desk::Ports;
use crate::fault_proxy::{Fault, FaultProxy, Times};
use crate::mail_client::MailClient;
use crate::mail_server::{Credentials, Server, mail_server};
use crate::sender::Sender;

/// When the program ends.
#[derive(Debug, Clone, Copy)]
enum End {
    /// At the n-th command of this kind.
    At(Fault, &'static str, usize),
    /// So long after the work was ordered.
    After(Duration),
}

struct Stage {
    who: Credentials,
    mail: MailClient,
    proxy: FaultProxy,
    folder: tempfile::TempDir,
    without: &'static str,
}

impl Stage {
    async fn new(without: &'static str) -> Self {
        let who = mail_server().person("ann");
        let mail = MailClient::sign_in(mail_server(), &who).await;
        let proxy = FaultProxy::plain(mail_server()).await;
        Self { who, mail, proxy, folder: tempfile::tempdir().unwrap(), without }
    }

    async fn program(&self) -> Sender {
        let ports = Ports { imap: self.proxy.port, smtp: 1, files_sent: false, without: self.without };
        Sender::start(self.folder.path(), &ports, &self.who).await
    }

    /// Orders work, ends the program on the way, starts it again, and waits for the end; what is told of it.
    async fn work(&mut self, order: &Order, end: End) -> String {
        let mut program = self.program().await;
        if let End::At(fault, verb, nth) = end {
            self.proxy.arm(fault, verb, Times::Once(nth));
        }
        let id = program.ask(&format!("begin {}", serde_json::to_string(order).unwrap())).await;
        match end {
            End::At(..) => {
                let started = Instant::now();
                while self.proxy.hits() == 0 {
                    assert!(started.elapsed() < Duration::from_secs(30), "{end:?} never comes");
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
            }
            End::After(time) => tokio::time::sleep(time).await,
        }
        program.kill();
        // what the fault still does it does before all is well again
        self.proxy.wait_for_open(0).await;
        self.proxy.heal().await;
        self.program().await.ask(&format!("done {id}")).await
    }

    /// Fills a mailbox with messages of these names; its selection of all but the last.
    async fn fill(&mut self, mailbox: &str, names: impl Iterator<Item = String>) -> Selection {
        self.mail.make(mailbox).await;
        let mut uids = Vec::new();
        for name in names {
            let letter = format!("Subject: {name}\r\nMessage-ID: <{name}@x>\r\n\r\nText\r\n");
            uids.push(self.mail.append(mailbox, "", letter.as_bytes()).await);
        }
        uids.pop();
        self.selection(mailbox, uids).await
    }

    async fn selection(&mut self, mailbox: &str, uids: Vec<u32>) -> Selection {
        let uid_validity = UidValidity::new(self.mail.select(mailbox).await).unwrap();
        let uids = UidSet::from(uids.into_iter().map(|uid| (uid, uid)).collect::<Vec<_>>());
        Selection { mailbox: MailboxName::new(mailbox).unwrap(), uid_validity, uids }
    }
}

/// Every place of these commands, before and behind it.
fn ends<const N: usize>(commands: [(&'static str, usize); N]) -> impl Iterator<Item = End> {
    let both = |(verb, nth)| [Fault::Swallow, Fault::GoneAfter].map(|fault| End::At(fault, verb, nth));
    let seed = u64::from(std::process::id());
    let sometime = (0..4).map(move |at| End::After(Duration::from_micros(seed * 7_919 % 5_000 + at * 6_000)));
    commands.into_iter().flat_map(both).chain(sometime)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bulk_deletion_that_is_killed_goes_on_and_touches_nothing_else() {
    let commands = [("UID FETCH", 0), ("UID STORE", 0), ("UID EXPUNGE", 0), ("UID STORE", 1), ("UID EXPUNGE", 1)];
    for (number, end) in ends(commands).enumerate() {
        let mut stage = Stage::new("").await;
        let (mut from, mut size) = (Vec::new(), 0);
        for folder in ["A", "B"] {
            // more than a window of them
            let count = if folder == "A" && number % 4 == 0 { 503 } else { 12 };
            let selection = stage.fill(folder, (0..count).map(|at| format!("{folder}{at:03}"))).await;
            size += (count - 1) * "Subject: A000\r\nMessage-ID: <A000@x>\r\n\r\nText\r\n".len();
            from.push(selection);
        }
        let total: usize = from.iter().map(|one| one.uids.len()).sum();
        // one that somebody else marked stays: it is not chosen
        stage.mail.append("A", "\\Deleted", b"Subject: marked\r\n\r\n").await;
        let order = Order::Remove(Removal { from, how: How::ForGood, by_rule: false });
        let told = stage.work(&order, end).await;
        assert_eq!(told, format!("{total} 0 {total} {size} 0"), "{end:?}");
        let left = [stage.mail.subjects("A").await, stage.mail.subjects("B").await];
        let last = |folder: &str, at: usize| format!("{folder}{at:03}");
        let of_a = if number % 4 == 0 { 502 } else { 11 };
        assert_eq!(left, [vec![last("A", of_a), "marked".to_owned()], vec![last("B", 11)]], "{end:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bulk_move_that_is_killed_leaves_each_message_once() {
    let with_move = ends([("UID MOVE", 0), ("UID MOVE", 1), ("UID FETCH", 1)]).map(|end| ("", end));
    let commands = [("STATUS", 0), ("UID COPY", 0), ("UID STORE", 0), ("UID EXPUNGE", 0), ("UID COPY", 1)];
    let without = ends(commands).map(|end| ("MOVE", end));
    for (lacks, end) in with_move.chain(without) {
        if lacks.is_empty() && mail_server().kind() != Server::Dovecot {
            continue; // some have no MOVE, and are tried in the other way
        }
        let mut stage = Stage::new(lacks).await;
        let mut from = Vec::new();
        let mut expected = Vec::new();
        for folder in ["A", "B"] {
            // two of them are alike
            let names = (0..12).map(|at| format!("{folder}{:03}", if at == 5 { 4 } else { at }));
            from.push(stage.fill(folder, names.clone()).await);
            expected.extend(names.take(11));
        }
        stage.mail.make("Trash").await;
        stage.mail.append("Trash", "", b"Subject: before\r\n\r\n").await;
        let order = Order::Remove(Removal { from, how: How::ToTrash, by_rule: false });
        let told = stage.work(&order, end).await;
        assert_eq!(told, "22 0 22 0 0", "{lacks} {end:?}");
        expected.push("before".to_owned());
        expected.sort();
        let mut there = stage.mail.subjects("Trash").await;
        there.sort();
        assert_eq!(there, expected, "{lacks} {end:?}");
        for folder in ["A", "B"] {
            assert_eq!(stage.mail.subjects(folder).await, [format!("{folder}011")], "{lacks} {end:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taking_attachments_out_that_is_killed_loses_nothing_and_leaves_each_message_once() {
    let commands = [
        ("UID FETCH", 0),
        ("UID FETCH", 1),
        ("UID FETCH", 2),
        ("APPEND", 0),
        ("APPEND", 1),
        ("UID SEARCH", 0),
        ("UID FETCH", 4),
        ("UID FETCH", 5),
        ("UID STORE", 0),
        ("UID EXPUNGE", 0),
        ("UID EXPUNGE", 1),
    ];
    for end in ends(commands) {
        let mut stage = Stage::new("").await;
        stage.mail.make("Work").await;
        let mut uids = Vec::new();
        for at in 0..4 {
            // the last but one has nothing to be taken out, and one has no name
            let file = if at == 2 { "" } else { "Content-Disposition: attachment; filename=\"offer.pdf\"\r\n" };
            let id = if at == 1 { String::new() } else { format!("Message-ID: <{at}@x>\r\n") };
            let mut letter = format!(
                "Subject: Letter {at}\r\n{id}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nText {at}\r\n--b\r\n{file}\
                 Content-Type: text/x-log\r\n\r\n"
            );
            for line in 0..200 {
                write!(letter, "line {line} of what is to go\r\n").unwrap();
            }
            letter.push_str("--b--\r\n");
            let date = Some("02-Nov-2020 23:30:00 +0100");
            let flags = "\\Seen \\Flagged $Label1";
            uids.push(stage.mail.append_of("Work", flags, date, letter.as_bytes()).await);
        }
        uids.pop();
        let from = vec![stage.selection("Work", uids.clone()).await];
        let note = Note { text: "Gone: {name}".to_owned(), date: String::new(), sizes: Vec::new() };
        let order = Order::Strip(Stripping { from, wanted: Wanted::default(), note });
        let told = stage.work(&order, end).await;
        assert!(told.starts_with("3 1 3 ") && told.ends_with(" 0"), "{end:?}: {told}");
        let mut subjects = stage.mail.subjects("Work").await;
        subjects.sort();
        assert_eq!(subjects, ["Letter 0", "Letter 1", "Letter 2", "Letter 3"], "{end:?}: each once");
        for at in 0..4 {
            let [uid] = stage.mail.search(&format!("SUBJECT \"Letter {at}\"")).await[..] else { panic!("{end:?}") };
            assert_eq!(stage.mail.flags(uid).await, ["$Label1", "\\Flagged", "\\Seen"], "{end:?}");
            let told = stage.mail.command(&format!("UID FETCH {uid} (INTERNALDATE BODY.PEEK[])")).await.concat();
            assert!(told.contains("02-Nov-2020 2"), "{end:?}: {told}");
            assert!(told.contains(&format!("Text {at}")), "{end:?}: {told}");
            let is_whole = told.contains("line 199");
            assert_eq!(is_whole, at >= 2, "{end:?}: Letter {at}");
            assert_eq!(uids.contains(&uid), at == 2, "{end:?}");
        }
    }
}
