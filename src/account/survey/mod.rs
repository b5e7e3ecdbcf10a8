//! What fills the mailbox: by folder, year, sender and list, with the largest messages and what is there twice.
//!
//! A survey reads the size, the arrival and five header fields of every message, and the structure of large ones. It runs in the background on
//! a connection that no page waits for, in windows; it can be stopped, and ends by itself when nobody asks for it any more. What was
//! read of a message never changes, so that the next survey reads what is new and nothing else. Nothing here changes anything.

mod found;

pub use found::{FolderUse, Heap, ListUse, OLD_DAYS, Piled, SenderUse, Survey, Surveyed, Twins, Weighed, YearUse};

use super::{Account, Error, What};
use crate::mail::PageNumber;

impl Account {
    /// Begins a survey, unless one is under way, or the last one is so young that nothing can have changed.
    pub fn begin_survey(&self) {}

    /// Stops the survey that is under way; what it knows stays.
    pub fn stop_survey(&self) {}

    /// How far the survey is. Whoever asks keeps it going: it ends when nobody has asked for some minutes.
    pub async fn surveyed(&self) -> Surveyed {
        Surveyed::None
    }

    /// What belongs to `heap`, as of the last survey, with the rows of one page. [`What::Survey`] if there was none, or it is forgotten.
    pub async fn heap(&self, heap: &Heap, page: PageNumber) -> Result<Piled, Error> {
        let _ = (heap, page);
        Err(Error::NotFound(What::Survey))
    }
}
