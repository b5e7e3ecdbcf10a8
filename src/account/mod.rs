//! What a signed-in person can do: the product without HTTP.
//!
//! Every action happens on the person's own mail server. Answers are in the person's terms: see [`Error`].

mod bytes;
mod error;
mod listing;
mod opened;
mod overview;

pub use bytes::ByteStream;
pub use error::{Error, Unreachable, What};
pub use listing::{Asked, Filter, Listing, Row, Sort};
pub use opened::{Attachment, Body, Neighbours, Opened};
pub use overview::Overview;

mod account;
pub use account::{Account, Accounts, Changed, FilePart, HtmlPart, Servers};
