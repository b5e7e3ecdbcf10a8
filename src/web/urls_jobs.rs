//! Addresses of work that goes on in the background, and of rules.

use super::urls::Urls;
use crate::account::JobId;

impl Urls {
    /// `/jobs/{id}`: how far a piece of background work is.
    pub fn job(&self, id: &JobId) -> String {
        format!("{}/jobs/{id}", self.base())
    }

    /// What is done with it: `stop`, `go-on`, `make` or `forget`.
    pub fn job_act(&self, id: &JobId, act: &str) -> String {
        format!("{}/{act}", self.job(id))
    }

    /// `/storage/rules`: what is thrown away by itself.
    pub fn storage_rules(&self) -> String {
        format!("{}/storage/rules", self.base())
    }
}
