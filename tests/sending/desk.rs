//! Somebody at a desk with the account floor: their own mail server, a submission server, an outbox on a disk.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use fernpost::account::{
    Account, Accounts, InvitationAnswer, Outgoing, Post, Resending, Servers, Submission as Routes, Works,
};
use fernpost::imap::{self, Dialer, ImapServer};
use fernpost::mail::{
    Address, Answer, Draft, Identity, MailboxName, MessageId, MessageRef, Moment, Secret, Uid, UidValidity,
};
use fernpost::smtp::{self, SmtpServer, Submitter};
use fernpost::store::{ServerKey, Store, Uploads};

use crate::mail_server::Credentials;

/// Where everything is.
#[derive(Debug, Clone)]
pub(crate) struct Ports {
    pub(crate) imap: u16,
    pub(crate) smtp: u16,
    pub(crate) files_sent: bool,
    /// What the mail server is said not to be able to do; empty for nothing.
    pub(crate) without: &'static str,
}

/// What a program has of it.
pub(crate) struct Desk {
    pub(crate) accounts: Accounts,
    pub(crate) store: Store,
    pub(crate) uploads: Uploads,
}

impl Desk {
    /// As the program starts: with the files of before, if there are some.
    pub(crate) async fn open(folder: &Path, ports: &Ports) -> Self {
        let key = Arc::new(ServerKey::open_or_make(&folder.join("secret")).unwrap());
        let store = Store::open(&format!("sqlite:{}", folder.join("fernpost.db").display())).await.unwrap();
        store.outbox().recover().await.unwrap();
        let uploads = Uploads::open(&folder.join("uploads"), 1 << 20, &key).unwrap();
        let imap = ImapServer {
            host: "127.0.0.1".into(),
            port: ports.imap,
            tls: imap::Tls::None,
            ca_file: None,
            disabled_capabilities: ports.without.split_whitespace().map(str::to_owned).collect(),
        };
        let smtp = SmtpServer {
            host: "127.0.0.1".into(),
            port: ports.smtp,
            tls: smtp::Tls::None,
            ca_file: None,
            disabled_capabilities: Vec::new(),
        };
        let outgoing = Outgoing { submitter: Submitter::new(smtp).unwrap(), files_sent: ports.files_sent };
        let accounts = Accounts::new(Servers::from(Dialer::new(imap).unwrap()))
            .with_submission(Routes::new(Some(outgoing), []))
            .with_works(Works::new(store.jobs().clone(), store.belongings().clone(), key.clone()))
            .with_post(Post::new(store.outbox().clone(), uploads.clone(), key));
        let runs = accounts.clone();
        tokio::spawn(async move { runs.run_outbox().await });
        let runs = accounts.clone();
        tokio::spawn(async move { runs.run_jobs().await });
        Self { accounts, store, uploads }
    }

    pub(crate) async fn sign_in(&self, who: &Credentials) -> Account {
        self.accounts.sign_in(&who.user, Secret::new(who.password.as_str()), None).await.unwrap()
    }
}

pub(crate) fn id(number: usize) -> MessageId {
    MessageId::parse(&format!("number.{number}.@sending.example")).unwrap()
}

static COUNT: AtomicI64 = AtomicI64::new(0);

/// When it is written: the form does not know it, and each press has its own.
fn now() -> Moment {
    let seconds = i64::from(std::process::id()) * 1_000 + COUNT.fetch_add(1, Ordering::Relaxed);
    Moment { seconds, offset_minutes: 60 }
}

fn person(addr: &str) -> Address {
    Address { name: String::new(), addr: addr.to_owned() }
}

/// A message to three people.
pub(crate) fn draft(from: &str, number: usize) -> Draft {
    Draft {
        from: person(from),
        to: vec![person("bo@there.example"), person("cy@there.example")],
        bcc: vec![person("hidden@there.example")],
        subject: format!("Number {number}"),
        text: format!("This is number {number}.\n.\nThe end.\n"),
        ..Draft::new(id(number), now())
    }
}

/// A message sent once more, to two people.
pub(crate) fn resending(from: &str, number: usize) -> Resending {
    let to = vec![person("bo@there.example"), person("cy@there.example")];
    Resending { from: person(from), to, cc: Vec::new(), date: now(), message_id: id(number) }
}

/// A message that invites somebody.
pub(crate) fn invitation(attendee: &str, number: usize) -> String {
    format!(
        "Message-ID: <invitation.{number}@there.example>\r\nFrom: bo@there.example\r\nSubject: Walk {number}\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/calendar; charset=utf-8; method=REQUEST\r\n\r\n\
         BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//there//EN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n\
         UID:walk.{number}@there.example\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260302T120000Z\r\n\
         SUMMARY:Walk {number}\r\nORGANIZER:mailto:bo@there.example\r\n\
         ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:{attendee}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

/// Yes, to that; and who it is that is invited.
pub(crate) fn answer(from: &str, number: usize) -> (Vec<Identity>, InvitationAnswer) {
    let answer = InvitationAnswer {
        message_id: id(number),
        now: now(),
        part: "1".parse().unwrap(),
        answer: Answer::Accepted,
        from: person(from),
        organizer: person("bo@there.example"),
        comment: String::new(),
        subject: format!("Accepted: Walk {number}"),
        text: "They come.\n".to_owned(),
    };
    (vec![Identity { address: person(from), ..Identity::default() }], answer)
}

pub(crate) fn message(mailbox: &str, uid_validity: u32, uid: u32) -> MessageRef {
    MessageRef {
        mailbox: MailboxName::new(mailbox).unwrap(),
        uid_validity: UidValidity::new(uid_validity).unwrap(),
        uid: Uid::new(uid).unwrap(),
    }
}
