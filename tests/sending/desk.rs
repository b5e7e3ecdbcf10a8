//! Somebody at a desk with the account floor: their own mail server, a submission server, an outbox on a disk.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use fernpost::account::{Account, Accounts, Outgoing, Post, Servers, Submission as Routes, Works};
use fernpost::imap::{self, Dialer, ImapServer};
use fernpost::mail::{Address, Draft, MailboxName, MessageId, MessageRef, Moment, Secret, Uid, UidValidity};
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
            max_connections: 4,
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

/// A message to three people.
pub(crate) fn draft(from: &str, number: usize) -> Draft {
    let person = |addr: &str| Address { name: String::new(), addr: addr.to_owned() };
    // the form does not know it: each press has its own
    let seconds = i64::from(std::process::id()) * 1_000 + COUNT.fetch_add(1, Ordering::Relaxed);
    Draft {
        from: person(from),
        to: vec![person("bo@there.example"), person("cy@there.example")],
        bcc: vec![person("hidden@there.example")],
        subject: format!("Number {number}"),
        text: format!("This is number {number}.\n.\nThe end.\n"),
        ..Draft::new(id(number), Moment { seconds, offset_minutes: 60 })
    }
}

pub(crate) fn message(mailbox: &str, uid_validity: u32, uid: u32) -> MessageRef {
    MessageRef {
        mailbox: MailboxName::new(mailbox).unwrap(),
        uid_validity: UidValidity::new(uid_validity).unwrap(),
        uid: Uid::new(uid).unwrap(),
    }
}
