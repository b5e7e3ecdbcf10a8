//! The words of the field, with their rules: no I/O, no async, no serialisation.
//!
//! Names follow RFC 9051 (IMAP), RFC 5322 (message format), RFC 2045 (MIME) and RFC 6154 (special use).

mod address;
mod authenticity;
mod body_structure;
mod calendar;
mod civil;
mod contact;
mod doubt;
mod draft;
mod envelope;
mod flag;
mod identity;
mod mailbox;
mod mailto;
mod message_id;
mod message_ref;
mod moment;
mod not_an_address;
mod paging;
mod part_body;
mod part_path;
mod quota;
mod report;
mod seal;
mod secret;
mod uid;
mod uid_set;
mod unsubscribe;

pub use address::Address;
pub use authenticity::{Authenticity, Check, CheckMethod, CheckResult, Verdict};
pub use body_structure::{BodyStructure, Disposition, Part, PartKind};
pub use calendar::{Answer, Attendee, Calendar, Event, Every, Method, Repeat, When};
pub use civil::Civil;
pub use contact::{Contact, Labelled, Place};
pub use doubt::Doubt;
pub use draft::{About, Attachment, Draft, Priority, Source, UploadId};
pub use envelope::Envelope;
pub use flag::{Flag, Flags};
pub use identity::Identity;
pub use mailbox::{Counts, Mailbox, MailboxName, NotAMailboxName, Role};
pub use mailto::Mailto;
pub use message_id::{MessageId, NotAMessageId};
pub use message_ref::{MessageRef, Selection};
pub use moment::Moment;
pub use not_an_address::{AddressFault, NotAnAddress};
pub use paging::{PageNumber, Pages};
pub use part_body::UntrustedHtml;
pub use part_path::{NotAPartPath, PartPath};
pub use quota::{Fullest, Fullness, Quota, QuotaRoot, Resource, Use};
pub use report::{Cause, Complaint, Delivery, Disposed, Outcome, Receipt, Recipient, Report};
pub use seal::Seal;
pub use secret::Secret;
pub use uid::{ModSeq, NotAUid, Uid, UidValidity};
pub use uid_set::UidSet;
pub use unsubscribe::{Letter, Unsubscribe};
