//! Somebody with a fresh account on the real Dovecot, signed in by the account floor, and their other mail program.

use fernpost::account::{Account, Accounts, Asked, Emptied, Listing, Servers};
use fernpost::imap::{Dialer, ImapServer};
use fernpost::mail::{Flag, Secret, Selection, Uid};

use crate::mail_client::MailClient;
use crate::mail_server::{Credentials, mail_server};
use crate::{name, plain};

pub(crate) struct Person {
    pub(crate) who: Credentials,
    pub(crate) account: Account,
    /// The other mail program.
    pub(crate) mail: MailClient,
}

impl Person {
    pub(crate) async fn new(word: &str) -> Self {
        Self::with(word, &[], None).await
    }

    /// Somebody whose server lacks these capabilities, and who may keep this many octets.
    pub(crate) async fn with(word: &str, lacking: &[&str], quota: Option<u64>) -> Self {
        let who = mail_server().person_with(word, quota);
        let account = sign_in(&who, lacking).await;
        let mail = MailClient::sign_in(mail_server(), &who).await;
        Self { who, account, mail }
    }

    /// Puts mails with these subjects into a mailbox; their UIDs.
    pub(crate) async fn put(&mut self, mailbox: &str, subjects: &[&str]) -> Vec<u32> {
        let mut uids = Vec::new();
        for subject in subjects {
            uids.push(self.mail.append(mailbox, "", mail(subject, "A line of text.").as_bytes()).await);
        }
        uids
    }

    /// Makes these mailboxes, as far as they are not there.
    pub(crate) async fn have(&mut self, mailboxes: &[&str]) {
        for mailbox in mailboxes {
            self.mail.make(mailbox).await;
        }
    }

    pub(crate) async fn list(&self, mailbox: &str) -> Listing {
        self.account.list_messages(&name(mailbox), &Asked::default()).await.unwrap()
    }

    /// Rows of a mailbox with these UIDs, as a page would choose them.
    pub(crate) async fn choose(&self, mailbox: &str, uids: &[u32]) -> Selection {
        let listing = self.list(mailbox).await;
        let uids = uids.iter().filter_map(|uid| Uid::new(*uid)).collect();
        Selection { mailbox: name(mailbox), uid_validity: listing.uid_validity, uids }
    }

    /// Every message of a mailbox.
    pub(crate) async fn choose_all(&self, mailbox: &str) -> Selection {
        let listing = self.list(mailbox).await;
        let uids = listing.rows.iter().map(|row| row.uid).collect();
        Selection { mailbox: name(mailbox), uid_validity: listing.uid_validity, uids }
    }

    /// Subjects as the list shows them, newest first.
    pub(crate) async fn subjects(&self, mailbox: &str) -> Vec<String> {
        self.list(mailbox).await.rows.iter().map(|row| row.envelope.subject.clone()).collect()
    }
}

/// Signs in to the real server, behaving as if it lacked these capabilities.
pub(crate) async fn sign_in(who: &Credentials, lacking: &[&str]) -> Account {
    let server = ImapServer {
        disabled_capabilities: lacking.iter().map(|word| (*word).to_owned()).collect(),
        ..plain(mail_server().port("IMAP_PORT"))
    };
    let accounts = Accounts::new(Servers::from(Dialer::new(server).unwrap()));
    accounts.sign_in(&who.user, Secret::new(who.password.as_bytes()), None).await.unwrap()
}

/// How many messages went at once when a mailbox was emptied.
pub(crate) fn emptied(emptied: Emptied) -> u32 {
    match emptied {
        Emptied::Done(changed) => changed.done,
        Emptied::Begun(job) => panic!("{job} goes on in the background"),
    }
}

/// A short mail.
pub(crate) fn mail(subject: &str, text: &str) -> String {
    format!(
        "From: Ann <ann@example.org>\r\nTo: Ben <ben@example.org>\r\nSubject: {subject}\r\n\
         Date: Mon, 2 Mar 2026 10:00:00 +0000\r\nMessage-ID: <{subject}@example.org>\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n"
    )
}

/// Flags as the account shows them.
pub(crate) fn flags_of(listing: &Listing, uid: u32) -> Vec<String> {
    let row = listing.rows.iter().find(|row| row.uid.number() == uid).unwrap_or_else(|| panic!("no row {uid}"));
    let mut flags: Vec<String> = row.flags.iter().map(|flag: &Flag| flag.as_wire().to_owned()).collect();
    flags.sort_unstable();
    flags
}
