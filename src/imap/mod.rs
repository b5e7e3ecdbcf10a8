//! The IMAP floor (RFC 9051, RFC 3501 and the extensions named in [`Capabilities`]).
//!
//! What it promises: one task owns one socket ([`Client`]); every command has a deadline and ends in what the server
//! really said; a refused command, a closed socket and an answer that is no IMAP are three different errors and never
//! an empty success; memory is bounded whatever the server sends. async-imap writes the commands and paces the
//! answers; everything that is data is framed ([`wire`](self)), tokenised and read here.
//!
//! What it leaves to others: what a header or a body means (`mime`), what an action means to a person (`account`).

mod along;
mod append;
mod argument;
mod batch;
mod body_structure;
mod bulk;
mod capability;
mod client;
mod code;
mod connect;
mod connections;
mod dial;
mod error;
mod fetch;
mod frame;
mod link;
mod list;
mod listening;
mod login;
mod mailbox_name;
mod onward;
mod overview;
mod paced;
mod piece;
mod probe;
mod quota;
mod reader;
mod response;
mod search;
mod select;
mod shelf;
mod store;
mod stream;
mod survey;
mod thread;
mod token;
mod transfer;
mod utf7;
mod view;
mod wire;

pub use along::Along;
pub use argument::{Command, NotAnArgument};
pub use body_structure::body_structure;
pub use bulk::Weighed;
pub use capability::{Capabilities, Capability};
pub use client::{Attention, Client};
pub use code::Code;
pub use connections::{Connections, Purpose};
pub use dial::Dialer;
pub use error::Error;
pub use fetch::{Fetched, Item};
pub use link::Link;
pub use onward::{Coming, Onward, OnwardReader, OnwardSender, onward};
pub use overview::{Filling, Tree, WithQuota};
pub use probe::{Probe, probe};
pub use search::{Criteria, Order};
pub use stream::Socket;
pub use survey::{MailboxState, WithSizes};
pub use thread::{ThreadId, Threads};
pub use transfer::Copied;
pub use view::View;

pub use crate::tls::{Connect, Connecting, Server as ImapServer, Tls};
