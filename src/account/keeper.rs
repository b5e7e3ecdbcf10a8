//! What a step of work writes down before it does what can't be done twice.

use std::sync::Arc;

use super::Error;
use super::job::{Place, Written};
use super::works::Shared;
use crate::store;

/// The row of a piece of work, in the hands of the one who is at it.
#[derive(Debug)]
pub(super) struct Keeper {
    pub(super) works: Arc<Shared>,
    pub(super) row: store::Job,
    /// What is on the disk.
    pub(super) written: Written,
}

impl Keeper {
    /// Writes how far it is, with what is to be done next, and waits for the disk (write-ahead). An error: the step ends here,
    /// and nothing of it may be done.
    pub(super) async fn keep(&mut self, place: &Place) -> Result<(), Error> {
        let written = Written { place: place.clone(), ..self.written.clone() };
        let kept = self.works.jobs.keep(&self.row, &written.write(), &self.works.key).await;
        match kept {
            Ok(true) => {
                self.written = written;
                Ok(())
            }
            Ok(false) => Err(Error::NotKept),
            Err(error) => {
                tracing::error!(%error, "how far background work is could not be written down");
                Err(Error::NotKept)
            }
        }
    }

    #[allow(dead_code, reason = "for steps that are longer than a window")]
    /// Whether the work is to end as soon as it can: the program stops.
    pub(super) fn is_to_end(&self) -> bool {
        self.works.stop.is_cancelled()
    }
}
