//! What stands in the composer's form: kept exactly as it was typed, whatever comes of it (`R-46`), and turned into a
//! draft where that can be done.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::attached::{self, read_token, token};
use super::error::Error;
use super::form::Fields;
use super::local_path::LocalPath;
use super::locale::Locale;
use super::looks;
use super::sizes::size;
use super::typed_people::{has_break, people, too_many};
use super::urls::{message_path, read_message_path};
use crate::account::recipients_field;
use crate::html::{SafeHtml, text_above};
use crate::mail::{About, Attachment, Draft, Identity, Look, MessageId, MessageRef, Moment, Priority, SavedBy};

/// The longest subject in bytes.
const LONGEST_SUBJECT: usize = 10_000;
/// The most messages that a message says it answers.
const MOST_REFERENCES: usize = 200;

/// The form's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Typed {
    /// The name that the message has from the first moment on.
    pub message_id: MessageId,
    /// Where it was saved last.
    pub draft: Option<MessageRef>,
    /// What it answers or passes on.
    pub about: Option<About>,
    /// `In-Reply-To`.
    pub in_reply_to: Vec<MessageId>,
    /// `References`.
    pub references: Vec<MessageId>,
    /// Which identity writes.
    pub from: u32,
    /// The one whose wishes the form was filled with.
    pub filled_for: u32,
    /// Whether somebody took away the copy to themselves that stood in it.
    pub no_copy: bool,
    /// Recipients, as typed.
    pub to: String,
    /// The same.
    pub cc: String,
    /// The same.
    pub bcc: String,
    /// Where answers go, as typed.
    pub reply_to: String,
    /// The subject, as typed.
    pub subject: String,
    /// The text; lines end in LF.
    pub text: String,
    /// The same with its looks, cleaned; empty: it is plain.
    pub html: SafeHtml,
    /// Pieces of the text with looks of their own: they are what it began with, and no form carries them.
    pub looks: Vec<Look>,
    /// How urgent it is.
    pub priority: Priority,
    /// Whether readers are to confirm.
    pub receipt: bool,
    /// Whether servers are to confirm.
    pub delivery: bool,
    /// The files.
    pub attachments: Vec<Attachment>,
    /// When to send it: a day and time of the person's zone, as typed.
    pub at: String,
    /// Where to go afterwards; empty: to the inbox.
    pub back: String,
    /// Which page's script posts it, and how many times it did.
    pub page: Option<SavedBy>,
    /// What was kept last: [`Typed::state`] of it, or of what the form began with.
    pub was: String,
    /// Whether the page's script says that nobody touched it, but the script that gave it its looks.
    pub untouched: bool,
}

/// Something that keeps a message from being sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Complaint {
    /// The id of the field, and of what the summary links to; empty for what is about no field.
    pub field: &'static str,
    /// What the summary says.
    pub text: String,
    /// What stands at the field; where it is empty, what the summary says.
    pub hint: String,
    /// The file that it is about.
    pub file: Option<usize>,
}

impl Complaint {
    /// About a field.
    pub(super) fn new(field: &'static str, text: impl Into<String>) -> Self {
        Self { field, text: text.into(), hint: String::new(), file: None }
    }
}

impl Typed {
    /// Reads the form. What no form of ours holds is refused; what a person could have typed never is.
    pub(super) fn read(fields: &Fields, base: &str) -> Result<Self, Error> {
        let one = |name: &str| fields.one(name).unwrap_or_default().to_owned();
        let strange = || Error::BadInput("a composer's form that is none of ours");
        let ids = |name: &str| -> Vec<MessageId> {
            let text = fields.one(name).unwrap_or_default();
            text.split(' ').filter_map(|id| MessageId::parse(id).ok()).take(MOST_REFERENCES).collect() // I-03
        };
        let mut attachments = Vec::new();
        for text in fields.all("attachment") {
            attachments.push(read_token(text).ok_or_else(strange)?);
        }
        let back = fields.one("back").and_then(|back| LocalPath::new(back, base));
        let text = one("text").replace("\r\n", "\n").replace('\r', "\n");
        let html = looks::read(fields, &text);
        let from = fields.one("from").and_then(|id| id.parse().ok()).unwrap_or_default();
        let filled_for = fields.one("filled_for").unwrap_or_default();
        Ok(Self {
            message_id: MessageId::parse(&one("message_id")).map_err(|_| strange())?,
            draft: fields.one("draft").and_then(read_message_path),
            about: fields.one("about").and_then(read_about),
            in_reply_to: ids("in_reply_to"),
            references: ids("references"),
            from,
            filled_for: filled_for.trim_end_matches('-').parse().unwrap_or(from),
            no_copy: filled_for.ends_with('-'),
            to: one("to"),
            cc: one("cc"),
            bcc: one("bcc"),
            reply_to: one("reply_to"),
            subject: one("subject"),
            text: looks::plain(&html, text),
            html,
            looks: Vec::new(),
            priority: match fields.one("priority") {
                Some("high") => Priority::High,
                Some("low") => Priority::Low,
                _ => Priority::Normal,
            },
            receipt: fields.one("receipt").is_some(),
            delivery: fields.one("delivery").is_some(),
            attachments,
            at: one("at"),
            back: back.map(|back| back.as_str().to_owned()).unwrap_or_default(),
            page: fields.one("page").and_then(SavedBy::parse),
            was: one("was"),
            untouched: fields.one("untouched").is_some_and(|said| !said.is_empty()),
        })
    }

    /// A form that begins with this draft; `saved` is where it lies already.
    pub(super) fn of(draft: Draft, identities: &[Identity], saved: Option<MessageRef>, back: String) -> Self {
        let writes = |identity: &&Identity| identity.address.addr.eq_ignore_ascii_case(&draft.from.addr);
        let default = || identities.iter().find(|identity| identity.is_default).or(identities.first());
        let from = identities.iter().find(writes).or_else(default).map_or(0, |identity| identity.id);
        let mut typed = Self {
            message_id: draft.message_id,
            draft: saved,
            about: draft.about,
            in_reply_to: draft.in_reply_to,
            references: draft.references,
            from,
            filled_for: from,
            no_copy: false,
            to: recipients_field(&draft.to),
            cc: recipients_field(&draft.cc),
            bcc: recipients_field(&draft.bcc),
            reply_to: recipients_field(&draft.reply_to),
            subject: draft.subject,
            text: draft.text,
            html: draft.html.as_deref().map(looks::clean).unwrap_or_default(),
            looks: draft.looks,
            priority: draft.priority,
            receipt: draft.asks_receipt,
            delivery: draft.asks_delivery,
            attachments: draft.attachments,
            at: String::new(),
            back,
            page: None,
            was: String::new(),
            untouched: false,
        };
        typed.was = typed.state();
        typed
    }

    /// What a person can change, in a number: equal ones need not be saved again.
    pub(super) fn state(&self) -> String {
        let mut hasher = DefaultHasher::new();
        (&self.to, &self.cc, &self.bcc, &self.reply_to, &self.subject, &self.text, self.html.as_str())
            .hash(&mut hasher);
        (self.from, self.priority as u8, self.receipt, self.delivery).hash(&mut hasher);
        // where its octets are changes with each saving, and is nobody's business
        self.attachments.iter().for_each(|file| file.name.hash(&mut hasher));
        format!("{:x}", hasher.finish())
    }

    /// Puts lines above what is written, in both of its forms; where it would be too long with its looks it is plain from here on.
    pub(super) fn put_above(&mut self, lines: &str) {
        // an empty line to begin in is used; but where the text has looks, that line is a paragraph of those
        let is_apart = self.html.is_empty() && (self.text.is_empty() || self.text.starts_with('\n'));
        self.text.insert_str(0, if is_apart { "" } else { "\n" });
        self.text.insert_str(0, lines);
        if !self.html.is_empty() {
            self.html = text_above(lines, &self.html).unwrap_or_default();
        }
    }

    /// Whether something was typed since it was kept.
    pub(super) fn is_changed(&self) -> bool {
        !self.untouched && self.was != self.state()
    }

    /// Who writes: one of the person's identities, and nobody else (`I-05`).
    pub(super) fn writer<'a>(&self, identities: &'a [Identity]) -> Option<&'a Identity> {
        identities.iter().find(|identity| identity.id == self.from)
    }

    /// The draft, without what could not be understood, and what that is. `largest` is what one message may carry.
    pub(super) fn draft(
        &self,
        identities: &[Identity],
        largest: Option<u64>,
        now: Moment,
        locale: &Locale,
    ) -> (Draft, Vec<Complaint>) {
        let mut complaints = Vec::new();
        let writer = self.writer(identities);
        if writer.is_none() {
            complaints.push(Complaint::new("from", locale.text("compose-no-such-writer")));
        }
        let writer = writer.or(identities.first()).cloned().unwrap_or_default();
        let mut people = |field, text: &str| people(field, text, &writer.address, locale, &mut complaints);
        let (to, cc, bcc) = (people("to", &self.to), people("cc", &self.cc), people("bcc", &self.bcc));
        let reply_to = people("reply_to", &self.reply_to);
        complaints.extend(too_many(to.len() + cc.len() + bcc.len(), locale));
        if has_break(&self.subject) || self.subject.len() > LONGEST_SUBJECT {
            complaints.push(Complaint::new("subject", locale.text("compose-subject-lines"))); // I-05
        }
        if self.text.contains('\0') {
            complaints.push(Complaint::new("text", locale.text("compose-text-nul")));
        }
        complaints.extend(self.too_much(largest, locale));
        let line = |text: &str| text.replace(|c: char| c.is_control(), " ").trim().to_owned();
        let draft = Draft {
            // what its writer wishes stood in the form from the beginning, to be seen and taken away
            reply_to,
            from: writer.address,
            organisation: writer.organisation,
            to,
            cc,
            bcc,
            subject: line(&self.subject),
            text: self.text.replace('\0', ""),
            html: (!self.html.is_empty()).then(|| self.html.as_str().to_owned()),
            in_reply_to: self.in_reply_to.clone(),
            references: self.references.clone(),
            priority: self.priority,
            asks_receipt: self.receipt,
            asks_delivery: self.delivery,
            attachments: self.attachments.clone(),
            about: self.about.clone(),
            saved_by: self.page.clone(),
            ..Draft::new(self.message_id.clone(), now)
        };
        (draft, complaints)
    }

    /// Whether the files are too many or too large.
    fn too_much(&self, largest: Option<u64>, locale: &Locale) -> Option<Complaint> {
        let language = &locale.language;
        if self.attachments.len() > attached::MOST {
            let most = language.number(number(attached::MOST));
            let count = number(self.attachments.len());
            return Some(Complaint::new("files", language.count("compose-too-many-files", count, [("most", &most)])));
        }
        let (total, largest) = (attached::total(&self.attachments), largest?);
        if attached::on_the_way(total) <= largest {
            return None;
        }
        let fits = size(attached::room_for_files(largest), language);
        let alone = self.attachments.iter().position(|file| attached::on_the_way(file.size) > largest);
        let text =
            language.say("compose-files-too-large", [("size", size(total, language).into()), ("most", fits.into())]);
        Some(Complaint { file: alone, ..Complaint::new("files", text) })
    }

    /// The form's hidden fields.
    pub(super) fn hidden(&self) -> Vec<(&'static str, String)> {
        let ids = |ids: &[MessageId]| ids.iter().map(MessageId::as_str).collect::<Vec<_>>().join(" ");
        vec![
            ("message_id", self.message_id.to_string()),
            ("draft", self.draft.as_ref().map(message_path).unwrap_or_default()),
            ("about", self.about.as_ref().map(about_text).unwrap_or_default()),
            ("in_reply_to", ids(&self.in_reply_to)),
            ("references", ids(&self.references)),
            ("back", self.back.clone()),
            ("was", self.was.clone()),
            ("filled_for", format!("{}{}", self.filled_for, if self.no_copy { "-" } else { "" })),
            ("looks_of", if self.html.is_empty() { String::new() } else { looks::mark(&self.text) }),
        ]
    }

    /// The fields that a refusal can be about, with who is in them.
    pub(super) fn in_fields(&self) -> Vec<(&'static str, &str)> {
        let people = [("to", self.to.as_str()), ("cc", &self.cc), ("bcc", &self.bcc), ("text", "")];
        let files = (!self.attachments.is_empty()).then_some(("files", ""));
        people.into_iter().chain(files).collect()
    }

    /// The files as fields.
    pub(super) fn tokens(&self) -> Vec<String> {
        self.attachments.iter().map(token).collect()
    }
}

fn about_text(about: &About) -> String {
    match about {
        About::Answers(message) => format!("answers:{}", message_path(message)),
        About::Forwards(messages) => {
            format!("forwards:{}", messages.iter().map(message_path).collect::<Vec<_>>().join(" "))
        }
    }
}

fn read_about(text: &str) -> Option<About> {
    match text.split_once(':')? {
        ("answers", message) => Some(About::Answers(read_message_path(message)?)),
        ("forwards", messages) => {
            let messages: Vec<MessageRef> =
                messages.split(' ').filter_map(read_message_path).take(attached::MOST).collect();
            (!messages.is_empty()).then_some(About::Forwards(messages))
        }
        _ => None,
    }
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
