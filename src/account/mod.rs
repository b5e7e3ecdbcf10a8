//! What a signed-in person can do: the product without HTTP.
//!
//! Every action happens on the person's own mail server. Answers are in the person's terms: see [`Error`].

#[expect(clippy::module_inception, reason = "the floor is named after its main word")]
mod account;
mod accounts;
mod acquaintances;
mod adding;
mod after_sending;
mod aftermath;
mod ahead;
mod answered_draft;
mod busy;
mod by_domain;
mod bytes;
mod carrying;
mod container;
mod content;
mod conversation;
mod devices_check;
mod devices_pop;
mod drafts;
mod errand;
mod error;
mod essence;
mod explained;
mod export;
mod fetch_window;
mod fetcher;
mod fetching;
mod filing;
mod gathering;
mod importing;
mod invitation;
mod job;
mod job_steps;
mod jobs;
mod keeper;
mod largest;
mod letter;
mod list_messages;
mod listing;
mod loading;
mod memory;
mod namesake;
mod neighbours;
mod on_paper;
mod open_message;
mod opened;
mod outbox;
mod overview;
mod part_text;
mod parts;
mod pictures;
mod plain_text;
mod pop_servers;
mod post;
mod present;
mod pulse;
mod queue;
mod receipt_answer;
mod recent;
mod removal;
mod removal_by_rule;
mod removal_cursor;
mod resend;
mod rewritten;
mod roles;
mod rules;
mod saving;
mod sending;
mod servers;
mod sorted;
mod source;
mod sources;
mod start;
mod start_draft;
mod strip_note;
mod stripping;
mod submission;
mod successor;
mod survey;
mod take_back;
mod tempo;
mod trusted;
mod untold;
mod works;
mod written;

pub use account::Account;
pub use accounts::{Accounts, Census};
pub use by_domain::ByDomain;
pub use bytes::ByteStream;
pub use container::Container;
pub use conversation::{Conversation, Said};
pub use devices_check::{Checkup, Finding, Protocol, Way, WayChecked};
pub use devices_pop::{Maildrop, PopLook};
pub use drafts::SavedDraft;
pub use error::{Error, Unreachable, What};
pub use explained::Explained;
pub use export::{Carriage, Carriages, Carried, Export, LeftOut, Taking, Weight, WhyLeftOut};
pub use fetcher::{FetchBy, Fetcher, Source};
pub use fetching::Fetching;
pub use filing::{Changed, Emptied};
pub use importing::{Brought, Duplicates, Importing};
pub use invitation::{Answered, InvitationAnswer, Standing, standing};
pub use job::{Job, JobState, Notice, Obstacle, Order, Remark};
pub use listing::{Asked, Filter, Listing, Row, Sort};
pub use opened::{Attachment, Body, Neighbours, Opened};
pub use overview::Overview;
pub use part_text::TextPart;
pub use parts::{FilePart, HtmlPart};
pub use pictures::LARGEST_PICTURE;
pub use pop_servers::PopServers;
pub use post::Post;
pub use pulse::{Health, Pulsed, Watch};
pub use queue::{Made, Queue, Queued, Reply, Sending, When, Why};
pub use receipt_answer::ReceiptGiven;
pub use removal::{How, Removal};
pub use rules::{Counted, Due, Rule};
pub use servers::Servers;
pub use start::{Attribution, Forwarded, ReplyPlace, ReplyStyle, Start};
pub use strip_note::Note;
pub use stripping::Stripping;
pub use submission::{Outgoing, Submission};
pub use survey::{FolderUse, Heap, ListUse, OLD_DAYS, Piled, SenderUse, Survey, Surveyed, Twins, Weighed, YearUse};
pub use tempo::Cadence;
pub use trusted::Trusted;
pub use works::Works;

/// The name of a piece of background work.
pub use crate::store::{JobId, NotAJobId};

/// What is taken out of a message whose attachments are removed.
pub use crate::mime::Wanted;

/// What people type where addresses belong, and links that begin a message: pure, and of the `mime` floor.
pub use crate::mime::{
    Resending, identity_of, is_answer, mailto, recipients, recipients_field, recipients_so_far, wire_address,
};

/// How messages are kept in files: pure, and of the `mime` floor.
pub use crate::mime::{MboxWriter, folder_name, maildir_info, message_file_name};
