//! Exactly once, whatever is killed wherever (`R-39`).
//!
//! A message is sent, and something ends at one place of it: the sending program by kill -9, the submission server's
//! connection, or Dovecot with all its children. Then all of it is there again, the program goes on, and what it says of the
//! message is held against what the submission server took and what another mail program finds.

use std::time::{Duration, Instant};

use crate::desk::{self, Ports};
use crate::fault_proxy::{Fault, FaultProxy, Times};
use crate::mail_client::MailClient;
use crate::mail_server::{Credentials, MailServer, mail_server};
use crate::own_server::OwnServer;
use crate::sender::Sender;
use crate::submission::{POINTS, Point, Submission, What};

/// What ends, and where.
#[derive(Debug, Clone, Copy)]
enum End {
    /// The program, while the submission server is at this point.
    ProgramAtSmtp(Point),
    /// The program, at the n-th command of this kind to the mail server: before the server has it, or when it has done it.
    ProgramAtImap(Fault, &'static str, usize),
    /// The program, so long after it was asked to send.
    ProgramAfter(Duration),
    /// The connection to the submission server.
    Smtp(Point),
    /// Dovecot, while the submission server is at this point.
    Dovecot(Point),
    /// Dovecot, at the n-th command of this kind: before it has it, or when it has done it and said so to nobody.
    DovecotAtImap(Fault, &'static str, usize),
    /// Dovecot, before anything.
    DovecotBefore,
}

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// What somebody wrote: it is a draft until it is sent.
    Written,
    /// A message once more, as it is. No draft is made of it.
    Resent,
    /// An answer to an invitation. No draft is made of it either.
    Answer,
}

impl Kind {
    /// Where the mail server is asked for something. Of what is written: before the draft is there, before and behind the marks,
    /// the move to Sent, and the mark on what is answered. Of the others: before there is anything, the copy, and the mark.
    fn commands(self) -> &'static [(&'static str, usize)] {
        match self {
            Self::Written => &[("APPEND", 0), ("UID STORE", 0), ("UID MOVE", 0), ("UID STORE", 2)],
            Self::Resent | Self::Answer => &[("UID FETCH", 0), ("APPEND", 0), ("UID STORE", 0)],
        }
    }

    /// How the sender is told.
    fn verb(self) -> &'static str {
        match self {
            Self::Written => "send",
            Self::Resent => "resend",
            Self::Answer => "answer",
        }
    }

    /// The field of its name, to how many it goes, and the mark on what it is about.
    fn traits(self) -> (&'static str, usize, &'static str) {
        match self {
            Self::Written => ("MESSAGE-ID", 3, "\\Answered"),
            Self::Resent => ("RESENT-MESSAGE-ID", 2, "$Forwarded"),
            Self::Answer => ("MESSAGE-ID", 1, "\\Answered"),
        }
    }
}

/// Before and behind every command to the mail server.
fn at_imap(kind: Kind, end: fn(Fault, &'static str, usize) -> End) -> impl Iterator<Item = End> {
    let both = move |&(verb, nth)| [Fault::Swallow, Fault::GoneAfter].map(|fault| end(fault, verb, nth));
    kind.commands().iter().flat_map(both)
}

/// Every place at which the program can be killed.
fn program(kind: Kind) -> impl Iterator<Item = End> {
    // to one person there is one RCPT
    let is_met = move |point: &Point| !matches!(point, Point::Rcpt(before) if *before >= kind.traits().1);
    POINTS.into_iter().filter(is_met).map(End::ProgramAtSmtp).chain(at_imap(kind, End::ProgramAtImap))
}

/// The same, and every place at which the connection to the submission server can end. Of the one that ends behind the answer
/// nobody learns.
fn known(kind: Kind) -> Vec<End> {
    let smtp: Vec<End> = program(kind)
        .filter_map(|end| match end {
            End::ProgramAtSmtp(point) if point != Point::Answered => Some(End::Smtp(point)),
            _ => None,
        })
        .collect();
    program(kind).chain(smtp).collect()
}

/// One account and everything around it.
struct Stage<'a> {
    server: &'a MailServer,
    folder: tempfile::TempDir,
    submission: Submission,
    proxy: FaultProxy,
    who: Credentials,
    mail: MailClient,
    uid_validity: u32,
}

/// What was found in the end.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    taken: usize,
    sent: usize,
    drafts: usize,
    marked: bool,
}

impl<'a> Stage<'a> {
    async fn new(server: &'a MailServer) -> Self {
        let who = server.person("ann");
        let mut mail = MailClient::sign_in(server, &who).await;
        let uid_validity = mail.select("INBOX").await;
        let (submission, proxy) = (Submission::start().await, FaultProxy::plain(server).await);
        Self { server, folder: tempfile::tempdir().unwrap(), submission, proxy, who, mail, uid_validity }
    }

    async fn sender(&self) -> Sender {
        let ports = Ports { imap: self.proxy.port, smtp: self.submission.port, files_sent: false, without: "" };
        Sender::start(self.folder.path(), &ports, &self.who).await
    }

    /// Sends a message while something ends; checks what became of it.
    async fn send(&mut self, kind: Kind, number: usize, end: End, mut sender: Sender) -> Sender {
        let (uid, send) = self.letter(kind, number).await;
        sender = match end {
            End::ProgramAtSmtp(point) => {
                self.submission.at(point, What::Pause);
                sender.tell(&send);
                self.submission.hit().await;
                sender.kill();
                self.submission.go_on();
                self.sender().await
            }
            End::ProgramAtImap(fault, verb, nth) => {
                self.proxy.arm(fault, verb, Times::Once(nth));
                sender.tell(&send);
                let proxy = &self.proxy;
                until(|| proxy.hits() > 0).await;
                sender.kill();
                // what the fault still does it does before all is well again
                self.proxy.wait_for_open(0).await;
                self.proxy.heal().await;
                self.sender().await
            }
            End::ProgramAfter(time) => {
                sender.tell(&send);
                tokio::time::sleep(time).await;
                sender.kill();
                self.sender().await
            }
            End::Smtp(point) => {
                self.submission.at(point, What::Cut);
                let told = sender.ask(&send).await;
                self.submission.go_on();
                if told == "waiting" {
                    assert_eq!(sender.ask(&format!("send_now {number}")).await, "sent", "{end:?}");
                }
                sender
            }
            End::Dovecot(_) | End::DovecotAtImap(..) | End::DovecotBefore => panic!("not here"),
        };
        sender.ask("settle").await;
        self.check((kind, number, end), &send, uid, &mut sender).await;
        sender
    }

    /// What is answered or sent on, and what is to be told to the sender.
    async fn letter(&mut self, kind: Kind, number: usize) -> (u32, String) {
        let letter = match kind {
            Kind::Answer => desk::invitation(&self.who.user, number),
            _ => format!("Subject: Letter {number}\r\nFrom: bo@there.example\r\n\r\nWrite back.\r\n"),
        };
        let uid = self.mail.append("INBOX", "", letter.as_bytes()).await;
        (uid, format!("{} {number} {} {uid}", kind.verb(), self.uid_validity))
    }

    /// What the program says, and what is there.
    async fn check(&mut self, case: (Kind, usize, End), send: &str, letter: u32, sender: &mut Sender) {
        let (kind, number, end) = case;
        let mut state = sender.ask(&format!("state {number}")).await;
        if matches!(state.as_str(), "nothing" | "submitting") {
            // it was not told anything when it ended: the browser shows its form, and it is sent once more
            let found = self.found(kind, number, letter).await;
            assert_eq!(found.taken, 0, "{end:?}: said to be not known, and sent");
            state = sender.ask(send).await;
        }
        let found = self.found(kind, number, letter).await;
        match state.as_str() {
            "sent" => {
                let expected = Found { taken: 1, sent: 1, drafts: 0, marked: true };
                assert_eq!(found, expected, "{kind:?} {end:?}");
            }
            "uncertain" => {
                assert!(found.taken <= 1, "{kind:?} {end:?}: {found:?}");
                let drafts = usize::from(kind == Kind::Written);
                let kept = Found { taken: found.taken, sent: 0, drafts, marked: false };
                assert_eq!(found, kept, "{kind:?} {end:?}: a draft is kept");
            }
            other => panic!("{kind:?} {end:?}: {other}"),
        }
        // nothing that was sent shows whom it was hidden from (I-07), and each got it in one transaction
        for taken in self.submission.taken(&format!("number.{number}.@")) {
            assert!(!taken.message.contains("hidden@") && taken.to.len() == kind.traits().1, "{taken:?}");
        }
    }

    async fn found(&mut self, kind: Kind, number: usize, letter: u32) -> Found {
        let id = format!("number.{number}.@");
        let (field, _, mark) = kind.traits();
        self.mail.select("INBOX").await;
        let marked = self.mail.flags(letter).await.contains(&mark.to_owned());
        Found {
            taken: self.submission.taken(&id).len(),
            sent: count(&mut self.mail, "Sent", field, &id).await,
            drafts: count(&mut self.mail, "Drafts", field, &id).await,
            marked,
        }
    }
}

async fn count(mail: &mut MailClient, mailbox: &str, field: &str, id: &str) -> usize {
    let (_, status) = mail.attempt(&format!("SELECT {mailbox}")).await;
    if !status.starts_with("OK") {
        return 0;
    }
    mail.search(&format!("HEADER {field} {id}")).await.len()
}

async fn until(is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(30), "it never comes");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// How many are sent: 60 together with those of the other test, and many more where somebody asks for it.
fn wished() -> usize {
    std::env::var("FERNPOST_SENDS").ok().and_then(|count| count.parse().ok()).unwrap_or(55)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_is_sent_once_whatever_is_killed_on_the_way() {
    let mut stage = Stage::new(mail_server()).await;
    let mut sender = stage.sender().await;
    let known = known(Kind::Written);
    let seed = std::process::id() as usize;
    for number in 0..wished() {
        let chance = seed.wrapping_mul(2_654_435_761).wrapping_add(number * 40_503);
        let end = match known.get(number) {
            Some(end) => *end,
            None if number % 2 == 0 => End::ProgramAfter(Duration::from_micros(chance as u64 % 60_000)),
            None => known[chance % known.len()],
        };
        sender = stage.send(Kind::Written, number, end, sender).await;
    }
    assert!(stage.submission.transactions() >= wished());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sent_on_and_an_answer_to_an_invitation_go_once_whatever_is_killed_on_the_way() {
    let mut stage = Stage::new(mail_server()).await;
    let mut sender = stage.sender().await;
    let cases =
        [Kind::Resent, Kind::Answer].into_iter().flat_map(|kind| known(kind).into_iter().map(move |end| (kind, end)));
    for (number, (kind, end)) in (2000..).zip(cases) {
        sender = stage.send(kind, number, end, sender).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_is_sent_once_though_dovecot_is_killed_on_the_way() {
    let own = OwnServer::start();
    let mut stage = Stage::new(&own).await;
    let mut sender = stage.sender().await;
    let ends = std::iter::once(End::DovecotBefore)
        .chain(POINTS.into_iter().map(End::Dovecot))
        .chain(at_imap(Kind::Written, End::DovecotAtImap));
    for (number, end) in (1000..).zip(ends) {
        let (uid, send) = stage.letter(Kind::Written, number).await;
        match end {
            End::Dovecot(point) => {
                stage.submission.at(point, What::Pause);
                sender.tell(&send);
                stage.submission.hit().await;
                own.kill().await;
                stage.submission.go_on();
                let told = sender.hear().await;
                own.start_again().await;
                // a Dovecot that ended behind the answer may have done all of it
                assert!(["sent, not filed", "sent"].contains(&told.as_str()), "{end:?}: {told}");
            }
            End::DovecotAtImap(fault, verb, nth) => {
                stage.proxy.arm(fault, verb, Times::Once(nth));
                sender.tell(&send);
                until(|| stage.proxy.hits() > 0).await;
                // what the fault still does it does before Dovecot ends
                if fault == Fault::GoneAfter {
                    stage.proxy.wait_for_open(0).await;
                }
                own.kill().await;
                stage.proxy.heal().await;
                let told = sender.hear().await;
                own.start_again().await;
                match told.as_str() {
                    "sent, not filed" | "sent" => {}
                    // whether the draft is there nobody knows: the form is shown, and sent once more
                    "error Unreachable" | "error Unknown" => assert_eq!(sender.ask(&send).await, "sent", "{end:?}"),
                    other => panic!("{end:?}: {other}"),
                }
            }
            _ => {
                own.kill().await;
                let told = sender.ask(&send).await;
                assert!(told.starts_with("error Unreachable"), "{told}");
                own.start_again().await;
                assert_eq!(sender.ask(&send).await, "sent");
            }
        }
        stage.mail = MailClient::sign_in(stage.server, &stage.who).await;
        let told = sender.ask(&format!("save_copy {number}")).await;
        assert_eq!(told, "sent", "{end:?}: the copy is filed, and nothing is sent");
        stage.check((Kind::Written, number, end), &send, uid, &mut sender).await;
    }
}
