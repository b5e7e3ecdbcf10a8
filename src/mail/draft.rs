//! A message that a person writes (RFC 5322, RFC 2045): everything that is known of it before there are octets.

use std::fmt;

use super::{Address, MessageId, MessageRef, Moment, PartPath};

/// What is written so far. Texts are Unicode as typed, lines end in LF; nothing in here is checked but by its types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its name from the first moment on: whatever is saved or sent under one name is the same message.
    pub message_id: MessageId,
    /// When it was written: `Date`.
    pub date: Moment,
    /// Who writes.
    pub from: Address,
    /// The writer's organisation; empty: none (RFC 5536 3.2.9).
    pub organisation: String,
    /// Where answers go; empty: to `from`.
    pub reply_to: Vec<Address>,
    /// `To`.
    pub to: Vec<Address>,
    /// `Cc`.
    pub cc: Vec<Address>,
    /// `Bcc`: in our own copies, never on the way out (`I-07`).
    pub bcc: Vec<Address>,
    /// `Subject`.
    pub subject: String,
    /// The text; where there is `html` too, what stands beside it for those who read plain text.
    pub text: String,
    /// The text with its looks: markup that the `html` floor has cleaned. Pictures in it are named `cid:…`.
    pub html: Option<String>,
    /// Pieces of the text that have looks of their own, in their order: for a page where somebody writes, and in no message.
    pub looks: Vec<Look>,
    /// What it says to calendars beside its text: an iCalendar object with its method (RFC 6047), lines end in CRLF.
    pub calendar: Option<CalendarText>,
    /// `In-Reply-To`.
    pub in_reply_to: Vec<MessageId>,
    /// `References`, oldest first.
    pub references: Vec<MessageId>,
    /// How urgent the writer says it is.
    pub priority: Priority,
    /// Whether readers are asked to confirm that they read it (RFC 8098).
    pub asks_receipt: bool,
    /// Whether servers are asked to confirm that it was delivered (RFC 3461).
    pub asks_delivery: bool,
    /// Files that go with it, in their order; pictures of the text too.
    pub attachments: Vec<Attachment>,
    /// What it is an answer to, or passes on: marked so when it is sent.
    pub about: Option<About>,
    /// Which page's script saved it.
    pub saved_by: Option<SavedBy>,
}

/// `X-Priority` and `Importance` (RFC 4021 2.1.54).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Priority {
    /// Can wait.
    Low,
    /// Says nothing.
    #[default]
    Normal,
    /// Urgent.
    High,
}

/// A piece of a plain text, and what may stand in its place where a text has looks: a quote, a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// As it stands in the text, whole lines.
    pub text: String,
    /// As it looks: markup that the `html` floor has cleaned.
    pub html: String,
}

/// An iCalendar object as it goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarText {
    /// `METHOD`, for the part's type too (RFC 6047 2.4).
    pub method: &'static str,
    /// All of it.
    pub text: String,
}

/// A file that goes with a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// What it is called; never a path.
    pub name: String,
    /// `type/subtype`.
    pub media_type: String,
    /// Its octets; of a part on the server, which tells them encoded, a good guess.
    pub size: u64,
    /// For a picture in the text: the name that `cid:` has there.
    pub content_id: Option<String>,
    /// Where its octets are.
    pub source: Source,
}

/// Where the octets of an attachment are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Uploaded to us.
    Upload(UploadId),
    /// In a message on the person's own server.
    Part(MessageRef, PartPath),
    /// A whole message there.
    Message(MessageRef),
}

/// What a draft is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// It answers this one: `\Answered`.
    Answers(MessageRef),
    /// It passes these on: `$Forwarded` (RFC 5788).
    Forwards(Vec<MessageRef>),
}

/// A page in somebody's browser, and which of its savings it is: what tells one's own saving, of which one was not told, from another's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedBy {
    page: String,
    step: u32,
}

impl SavedBy {
    /// Reads what it is written as, `4711.3`, and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let (page, step) = text.trim().split_once('.')?;
        let fits = (1..=64).contains(&page.len()) && page.bytes().all(|byte| byte.is_ascii_alphanumeric());
        Some(Self { page: page.to_owned(), step: step.parse().ok()? }).filter(|_| fits)
    }

    /// Whether the same page saved it, and before that one.
    pub fn is_before(&self, later: &Self) -> bool {
        self.page == later.page && self.step < later.step
    }
}

impl fmt::Display for SavedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.page, self.step)
    }
}

/// The name of an uploaded file: 32 hexadecimal digits that nobody can guess.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UploadId(String);

impl UploadId {
    /// Of 16 random octets.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Reads what [`Self::as_str`] gives, and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let is_one = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        is_one.then(|| Self(text.to_owned()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Draft {
    /// Of this name, and empty: from nobody, to nobody, about nothing.
    pub fn new(message_id: MessageId, date: Moment) -> Self {
        Self {
            message_id,
            date,
            from: Address::default(),
            organisation: String::new(),
            reply_to: Vec::new(),
            to: Vec::new(),
            cc: Vec::new(),
            bcc: Vec::new(),
            subject: String::new(),
            text: String::new(),
            html: None,
            looks: Vec::new(),
            calendar: None,
            in_reply_to: Vec::new(),
            references: Vec::new(),
            priority: Priority::Normal,
            asks_receipt: false,
            asks_delivery: false,
            attachments: Vec::new(),
            about: None,
            saved_by: None,
        }
    }

    /// Everybody it goes to, in the order of the fields.
    pub fn recipients(&self) -> impl Iterator<Item = &Address> {
        self.to.iter().chain(&self.cc).chain(&self.bcc)
    }
}
