//! Somebody with an account, signed in.

use std::ops::Deref;

use super::form::Form;
use super::mail_client::MailClient;
use super::mail_server::{Credentials, mail_server};
use super::page::Page;
use super::visitor::Visitor;

/// A signed-in person; does all that a [`Visitor`] does.
pub(crate) struct Person {
    visitor: Visitor,
    pub(crate) who: Credentials,
}

impl Person {
    pub(super) fn new(visitor: Visitor, who: Credentials) -> Self {
        Self { visitor, who }
    }

    /// This person, signed in at an application that runs by itself.
    pub(crate) async fn sign_in_at(origin: &str, who: Credentials) -> Self {
        let visitor = Visitor::new(origin);
        let page = visitor.sign_in(&who.user, &who.password).await;
        assert_eq!(page.status, 303, "signing in: {}", page.text());
        Self::new(visitor, who)
    }

    /// Sends this header with every request from now on.
    pub(crate) fn with_header(self, name: &str, value: &str) -> Self {
        Self { visitor: self.visitor.with_header(name, value), who: self.who }
    }

    /// The same person's other mail program.
    pub(crate) async fn mail(&self) -> MailClient {
        MailClient::sign_in(mail_server(), &self.who).await
    }

    /// The person with these messages in a mailbox, which is made if need be.
    pub(crate) async fn with_messages<M: AsRef<[u8]>>(
        self,
        mailbox: &str,
        messages: impl IntoIterator<Item = M>,
    ) -> Self {
        let mut mail = self.mail().await;
        mail.make(mailbox).await;
        for message in messages {
            mail.append(mailbox, "", message.as_ref()).await;
        }
        self
    }

    /// A message list, by the mailbox's name.
    pub(crate) async fn open_mailbox(&self, mailbox: &str) -> Page {
        self.open(&format!("/webmail/mailbox/{}", encode(&mail_server().wire_name(mailbox)))).await
    }

    /// Opens the message with this subject, from the list that it is in.
    pub(crate) async fn open_message(&self, list: &Page, subject: &str) -> Page {
        self.open(&list.row(subject).address).await
    }

    /// Ticks the rows with these subjects and presses a button of the bar below the list, or of a menu in it.
    pub(crate) async fn press(&self, list: &Page, button: &str, subjects: &[&str]) -> Page {
        let form = subjects.iter().fold(list.form_in(".selection", button), |form, subject| form.tick(subject));
        self.send(&form).await
    }

    /// Copies the rows with these subjects to a mailbox.
    pub(crate) async fn copy(&self, list: &Page, mailbox: &str, subjects: &[&str]) -> Page {
        let form = list.form_in(".selection", "Copy").fill("copy_to", &encode(&mail_server().wire_name(mailbox)));
        self.send(&subjects.iter().fold(form, |form, subject| form.tick(subject))).await
    }

    /// Presses "Undo" beside what just happened.
    pub(crate) async fn undo(&self, page: &Page) -> Page {
        self.send(&page.form_in(".flash", "Undo")).await
    }

    /// Looks for words in the folder of this list.
    pub(crate) async fn search(&self, list: &Page, words: &str) -> Page {
        let (action, name) = (list.attributes("form.search", "action"), list.attributes("form.search input", "name"));
        let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair(&name[0], words).finish();
        self.open(&format!("{}?{query}", action[0])).await
    }

    /// Sends a form and follows where it leads.
    pub(crate) async fn send(&self, form: &Form) -> Page {
        self.follow(self.submit(form).await).await
    }

    /// Presses the button that signs out.
    pub(crate) async fn sign_out(&self, page: &Page) -> Page {
        self.submit(&page.form("Sign out")).await
    }
}

impl Deref for Person {
    type Target = Visitor;

    fn deref(&self) -> &Visitor {
        &self.visitor
    }
}

/// A mailbox's name in an address, written from its description and not with the application's own function.
pub(crate) fn encode(mailbox: &str) -> String {
    let only_dots = mailbox.bytes().all(|byte| byte == b'.');
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') || (byte == b'.' && !only_dots);
    mailbox.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("~{b:02X}") }).collect()
}
