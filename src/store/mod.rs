//! What must survive a restart, and the secrets that guard it.
//!
//! An embedded SQLite database holds sessions, failed sign-ins, whose pictures people want to see, whom they write to, what
//! they set up for writing, what is being sent, and which work goes on in the background; a file holds the server's own key, and a folder the files that people
//! uploaded for messages they write. Nothing here knows what a session or a belonging is about: the floors above hand in text
//! and get it back. A password comes here sealed.

mod attempts;
mod belongings;
mod clock;
mod error;
mod fetched;
mod job;
mod job_id;
mod jobs;
mod open;
mod outbox;
mod outbox_entry;
mod outbox_kept;
mod outbox_open;
mod random;
mod recipients;
#[cfg(test)]
mod sample;
mod seal;
mod sealed_row;
mod senders;
mod server_key;
mod sessions;
mod upload;
mod upload_folder;
mod uploads;

pub use attempts::{Attempt, Attempts, Limits, Verdict};
pub use belongings::{Belonging, Belongings};
pub use clock::unix_now;
pub use error::Error;
pub use fetched::{Fetched, FetchedFrom};
pub use job::{Job, JobStage};
pub use job_id::{JobId, NotAJobId};
pub use jobs::Jobs;
pub use open::Store;
pub use outbox::{Begun, Outbox};
pub use outbox_entry::{Entry, RowId, Stage};
pub use random::random;
pub use recipients::{Recipient, Recipients};
pub use seal::SealKey;
pub use senders::Senders;
pub use server_key::ServerKey;
pub use sessions::{Lifetime, SessionId, SessionState, Sessions};
pub use upload::{NotKept, Upload, Uploaded};
pub use uploads::Uploads;
