//! What a person asks for while something goes wrong, and what the account must hold when it was done.

use super::super::helpers::{Account, Form, MailClient, Page, Person, Seen, letter};

/// What a person does: a column of the table in `docs/faults.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    List,
    Filter,
    Message,
    Body,
    Attachment,
    Flag,
    Unflag,
    Move,
    Copy,
    Archive,
    Junk,
    Delete,
    DeleteForGood,
    Empty,
    Undo,
}

/// All of them, as the table orders and names them.
pub(super) const OPERATIONS: [(Operation, &str); 15] = [
    (Operation::List, "list"),
    (Operation::Filter, "filter"),
    (Operation::Message, "message"),
    (Operation::Body, "body"),
    (Operation::Attachment, "attachment"),
    (Operation::Flag, "flag"),
    (Operation::Unflag, "unflag"),
    (Operation::Move, "move"),
    (Operation::Copy, "copy"),
    (Operation::Archive, "archive"),
    (Operation::Junk, "junk"),
    (Operation::Delete, "delete"),
    (Operation::DeleteForGood, "delete for good"),
    (Operation::Empty, "empty"),
    (Operation::Undo, "undo"),
];

/// One request, ready to be sent.
pub(super) struct Case {
    pub(super) ask: Ask,
    /// The message it is about.
    pub(super) subject: String,
    /// What the account holds now.
    pub(super) before: Account,
    /// What it is to hold when it was done.
    pub(super) after: Account,
}

/// What a browser sends.
pub(super) enum Ask {
    Get(String),
    Post(Form),
}

/// Octets of the attachment, so many that they arrive in pieces.
pub(super) const ATTACHED: usize = 200_007;

impl Operation {
    /// Whether it changes nothing but that a message was read.
    pub(super) fn reads(self) -> bool {
        matches!(self, Self::List | Self::Filter | Self::Message | Self::Body | Self::Attachment)
    }

    /// The command that does it: the cell of the table is about a fault at this one. For what reads, all of them are.
    pub(super) fn deciding(self) -> &'static str {
        match self {
            Self::Flag | Self::Unflag => "UID STORE",
            Self::DeleteForGood | Self::Empty => "UID EXPUNGE",
            Self::Copy => "UID COPY",
            _ => "UID MOVE",
        }
    }

    /// Makes what it needs: a message of its own for each time.
    pub(super) async fn prepare(self, ann: &Person, mail: &mut MailClient, time: usize) -> Case {
        let subject = format!("Letter {time}");
        let (mailbox, flags) = match self {
            Self::DeleteForGood | Self::Empty => ("Trash", "\\Seen"),
            Self::Unflag => ("INBOX", "\\Flagged"),
            Self::Filter | Self::Message => ("INBOX", ""),
            _ => ("INBOX", "\\Seen $label"),
        };
        let text = match self {
            Self::Message | Self::Body | Self::Attachment => with_attachment(&subject),
            _ => letter(&subject),
        };
        let uid_validity = mail.select(mailbox).await;
        if self == Self::Empty && !mail.search("ALL").await.is_empty() {
            mail.command("STORE 1:* +FLAGS.SILENT (\\Deleted)").await; // of a time when it was not done
            mail.command("EXPUNGE").await;
        }
        let uid = mail.append(mailbox, flags, text.as_bytes()).await;
        let address = format!("/webmail/message/INBOX/{uid_validity}/{uid}");
        let ask = match self {
            Self::List => Ask::Get("/webmail/mailbox/INBOX".to_owned()),
            Self::Filter => Ask::Get("/webmail/mailbox/INBOX?filter=unread".to_owned()),
            Self::Message => Ask::Get(address),
            Self::Body => Ask::Get(format!("{address}/body")),
            Self::Attachment => Ask::Get(format!("{address}/part/2/data.bin")),
            _ => Ask::Post(self.form(ann, mailbox, &subject).await),
        };
        let before = mail.everything().await;
        let after = self.done(&subject, before.clone());
        Case { ask, subject, before, after }
    }

    async fn form(self, ann: &Person, mailbox: &str, subject: &str) -> Form {
        let list = ann.open_mailbox(mailbox).await;
        let chosen = |button: &str| list.form_in(".selection", button).tick_only(subject);
        match self {
            Self::Flag => chosen("Flag"),
            Self::Unflag => chosen("Take the flag off"),
            Self::Move => chosen("Work"),
            Self::Copy => list.form_in(".selection", "Copy").fill("copy_to", "Work").tick_only(subject),
            Self::Archive => chosen("Archive"),
            Self::Junk => chosen("Junk"),
            Self::Delete => chosen("Delete"),
            Self::DeleteForGood => ann.send(&chosen("Delete for good")).await.form("Delete for good"),
            Self::Empty => ann.open("/webmail/mailbox/Trash/empty").await.form_in("form.cluster", "Delete 1 message"),
            Self::Undo => ann.send(&chosen("Archive")).await.form_in(".flash", "Undo"),
            _ => unreachable!("no form: {self:?}"),
        }
    }

    /// The account after it.
    fn done(self, subject: &str, mut account: Account) -> Account {
        let mut take = |mailbox: &str| {
            let messages = account.get_mut(mailbox).unwrap();
            let at = messages.iter().position(|message| message.subject == subject).unwrap();
            messages.remove(at)
        };
        let (mut message, to) = match self {
            Self::List | Self::Filter | Self::Body | Self::Attachment => return account,
            Self::Message | Self::Flag | Self::Unflag => (take("INBOX"), "INBOX"),
            Self::Move => (take("INBOX"), "Work"),
            Self::Archive => (take("INBOX"), "Archive"),
            Self::Junk => (take("INBOX"), "Junk"),
            Self::Delete => (take("INBOX"), "Trash"),
            Self::Undo => (take("Archive"), "INBOX"),
            Self::DeleteForGood | Self::Empty => {
                take("Trash");
                return account;
            }
            Self::Copy => {
                let message = take("INBOX");
                put(&mut account, "INBOX", message.clone());
                (message, "Work")
            }
        };
        match self {
            Self::Message => message.flags.push("\\Seen".to_owned()),
            Self::Flag => message.flags.push("\\Flagged".to_owned()),
            Self::Unflag => message.flags.retain(|flag| flag != "\\Flagged"),
            Self::Junk => message.flags.push("$Junk".to_owned()),
            _ => {}
        }
        message.flags.sort_unstable();
        put(&mut account, to, message);
        account
    }

    /// What the account may hold as well when it was done: a server need not keep our marks.
    pub(super) fn done_without_marks(self, case: &Case) -> Account {
        let mut account = case.after.clone();
        if self == Self::Junk {
            unmark(&mut account, "Junk", &case.subject, "$Junk");
        }
        account
    }

    /// What the account must hold if it was neither done nor left alone: begun, with nothing lost or doubled. Only the
    /// sentence that it is not known may stand beside that.
    pub(super) fn is_half_done(self, case: &Case, account: &Account) -> bool {
        let mut account = account.clone();
        match self {
            Self::Junk => unmark(&mut account, "INBOX", &case.subject, "$Junk"),
            Self::DeleteForGood | Self::Empty => unmark(&mut account, "Trash", &case.subject, "\\Deleted"),
            _ => {}
        }
        account == case.before
    }

    /// Whether a page with status 200 shows what is there.
    pub(super) fn is_right(self, page: &Page, case: &Case) -> bool {
        let inbox = case.before.get("INBOX").unwrap();
        let sorted = |mut subjects: Vec<String>| {
            subjects.sort();
            subjects
        };
        let subjects = |of: &dyn Fn(&Seen) -> bool| -> Vec<String> {
            inbox.iter().filter(|message| of(message)).map(|message| message.subject.clone()).collect()
        };
        match self {
            Self::List => sorted(page.rows()) == subjects(&|_| true),
            Self::Filter => sorted(page.rows()) == subjects(&|seen| !seen.flags.contains(&"\\Seen".to_owned())),
            Self::Message => {
                page.texts(".message__subject") == [case.subject.as_str()]
                    && page.texts(".attachment__name") == ["data.bin"]
            }
            Self::Body => page.text().contains(&format!("Hello from {}.", case.subject)),
            Self::Attachment => page.body.len() == ATTACHED && page.body.iter().all(|byte| *byte == b'x'),
            _ => unreachable!("no page of its own: {self:?}"),
        }
    }

    /// Whether these words say that it was done.
    pub(super) fn is_said_to_be_done(self, flash: &str) -> bool {
        flash
            == match self {
                Self::Flag => "1 message flagged.",
                Self::Unflag => "1 flag taken off.",
                Self::Move => "1 message moved to Work.",
                Self::Copy => "1 message copied to Work.",
                Self::Archive => "1 message moved to Archive.",
                Self::Junk => "1 message moved to Junk.",
                Self::Delete => "1 message moved to Trash.",
                Self::DeleteForGood => "1 message deleted for good.",
                Self::Empty => "Trash is empty. 1 message deleted for good.",
                Self::Undo => "1 message is back in Inbox.",
                _ => unreachable!("says nothing: {self:?}"),
            }
    }
}

fn unmark(account: &mut Account, mailbox: &str, subject: &str, flag: &str) {
    let messages = account.get_mut(mailbox).unwrap();
    messages.iter_mut().filter(|seen| seen.subject == subject).for_each(|seen| seen.flags.retain(|its| its != flag));
    messages.sort();
}

fn put(account: &mut Account, mailbox: &str, message: Seen) {
    let messages = account.get_mut(mailbox).unwrap();
    messages.push(message);
    messages.sort();
}

fn with_attachment(subject: &str) -> String {
    // BASE64("xxx") is eHh4, and a line holds 19 of it
    let lines = vec!["eHh4".repeat(19); ATTACHED / 57];
    let rest = "eHh4".repeat(ATTACHED % 57 / 3);
    // a name of one word: nobody asks Sent whose it is, which a slow machine does now and then
    format!(
        "From: Bo <bo@example.org>\r\nTo: ann@example.org\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=cut\r\n\r\n--cut\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
         <p>Hello from {subject}.</p>\r\n--cut\r\nContent-Type: application/octet-stream\r\n\
         Content-Disposition: attachment; filename=data.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n{rest}\r\n--cut--\r\n",
        lines.join("\r\n")
    )
}
