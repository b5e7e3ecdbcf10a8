//! TEMPORARY stand-in: signatures only.
#![allow(missing_docs, clippy::unimplemented, unused_variables)]

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use crate::imap::ImapServer;
use super::{Asked, ByteStream, Error, Listing, Opened, Overview};
use crate::mail::{Flag, MailboxName, MessageRef, PartPath, Role, Secret, Selection, UidValidity, UntrustedHtml};

#[derive(Clone)]
pub struct Servers;
impl Servers {
    pub fn new(
        default: Option<ImapServer>,
        domains: impl IntoIterator<Item = (String, ImapServer)>,
    ) -> Result<Self, crate::imap::Error> {
        Ok(Self)
    }
}
#[derive(Clone)]
pub struct Accounts;
#[derive(Clone)]
pub struct Account;
pub struct HtmlPart {
    pub html: UntrustedHtml,
    pub inline: HashMap<String, PartPath>,
    pub cut: bool,
}
pub struct FilePart {
    pub name: String,
    pub media_type: String,
    pub size: Option<u64>,
    pub bytes: ByteStream,
}
pub struct Changed {
    pub done: u32,
    pub missing: u32,
    pub to: Option<MailboxName>,
    pub undo: Option<Selection>,
}
impl Accounts {
    pub fn new(servers: Servers) -> Self {
        Self
    }
    pub async fn sign_in(&self, user: &str, password: Secret, client: Option<IpAddr>) -> Result<Account, Error> {
        unimplemented!()
    }
    pub fn resume(&self, user: &str, password: Secret) -> Result<Account, Error> {
        unimplemented!()
    }
    pub async fn sign_out(&self, account: &Account) {}
    pub async fn census(&self) -> (usize, usize) {
        (0, 0)
    }
    pub async fn shut_down(&self) {}
}
impl Account {
    pub fn user(&self) -> &str {
        unimplemented!()
    }
    pub fn matches(&self, password: &Secret) -> bool {
        unimplemented!()
    }
    pub fn sign_out(&self) {
        unimplemented!()
    }
    pub async fn overview(&self) -> Result<Arc<Overview>, Error> {
        unimplemented!()
    }
    pub async fn list_messages(&self, mailbox: &MailboxName, asked: &Asked) -> Result<Listing, Error> {
        unimplemented!()
    }
    pub async fn open_message(&self, message: &MessageRef) -> Result<Opened, Error> {
        unimplemented!()
    }
    pub async fn peek_message(&self, message: &MessageRef) -> Result<Opened, Error> {
        unimplemented!()
    }
    pub async fn set_flag(&self, chosen: &Selection, flag: &Flag, on: bool) -> Result<Changed, Error> {
        unimplemented!()
    }
    pub async fn move_messages(&self, chosen: &Selection, to: &MailboxName) -> Result<Changed, Error> {
        unimplemented!()
    }
    pub async fn move_to_role(&self, chosen: &Selection, to: Role) -> Result<Changed, Error> {
        unimplemented!()
    }
    pub async fn empty_mailbox(&self, mailbox: &MailboxName, uid_validity: UidValidity) -> Result<Changed, Error> {
        unimplemented!()
    }
}
