//! The IMAP and account floors against a server that does everything wrong, and against a real Dovecot.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::type_complexity,
    reason = "a test that can't go on fails, and that is how it says so"
)]

#[path = "../app/helpers/mail_client.rs"]
#[allow(dead_code, reason = "shared with the tests of the application")]
mod mail_client;
#[path = "../app/helpers/mail_server.rs"]
#[allow(dead_code, reason = "shared with the tests of the application")]
mod mail_server;
mod person;
#[path = "../mime/python.rs"]
mod python;
mod scripted;

mod adding;
mod begun;
mod binary;
mod chosen;
mod exporting;
mod fallbacks;
mod faults;
mod jobs;
mod lines;
mod login;
mod odd;
mod strings;
mod survey;
mod survey_reading;
mod truth;
mod writes;

use fernpost::account::{Account, Accounts, Servers};
use fernpost::imap::{Connections, Dialer, ImapServer, Tls};
use fernpost::mail::{MailboxName, MessageRef, Secret, Selection, Uid, UidSet, UidValidity};

use scripted::Scripted;

/// A server on loopback without TLS.
fn plain(port: u16) -> ImapServer {
    ImapServer { host: "127.0.0.1".into(), port, tls: Tls::None, ca_file: None, disabled_capabilities: Vec::new() }
}

/// Connections to a scripted server, of which there is one at most.
fn connections(server: &Scripted) -> Connections {
    let one = Dialer::new(plain(server.port)).unwrap().with_connections(1);
    Connections::new(one, "ann", Secret::new("secret"), None)
}

/// Somebody signed in to a scripted server.
async fn account(server: &Scripted) -> Account {
    let accounts = Accounts::new(Servers::from(Dialer::new(plain(server.port)).unwrap()));
    accounts.sign_in("ann", Secret::new("secret"), None).await.unwrap()
}

fn name(text: &str) -> MailboxName {
    MailboxName::new(text).unwrap()
}

fn uids(numbers: impl IntoIterator<Item = u32>) -> UidSet {
    numbers.into_iter().filter_map(Uid::new).collect()
}

/// Messages of a mailbox.
fn chosen(mailbox: &str, uid_validity: u32, numbers: impl IntoIterator<Item = u32>) -> Selection {
    Selection { mailbox: name(mailbox), uid_validity: UidValidity::new(uid_validity).unwrap(), uids: uids(numbers) }
}

fn message(mailbox: &str, uid_validity: u32, uid: u32) -> MessageRef {
    MessageRef {
        mailbox: name(mailbox),
        uid_validity: UidValidity::new(uid_validity).unwrap(),
        uid: Uid::new(uid).unwrap(),
    }
}
