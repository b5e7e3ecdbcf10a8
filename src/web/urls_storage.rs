//! Addresses of the page that tells what fills the mailbox.

use super::urls::Urls;

impl Urls {
    /// `/storage`: how full the mailbox is, and what fills it.
    pub fn storage(&self) -> String {
        format!("{}/storage", self.base())
    }

    /// What begins to count, once more.
    pub fn storage_survey(&self) -> String {
        format!("{}/survey", self.storage())
    }

    /// What ends the counting.
    pub fn storage_survey_stop(&self) -> String {
        format!("{}/stop", self.storage_survey())
    }

    /// Messages that belong together, by the end of the address (`StorageQuery`); what is posted there are those chosen, and
    /// what is to be asked about them.
    pub fn storage_messages(&self, suffix: &str) -> String {
        format!("{}/messages{suffix}", self.storage())
    }

    /// What deletes the chosen ones.
    pub fn storage_delete(&self) -> String {
        format!("{}/delete", self.storage())
    }

    /// What moves them.
    pub fn storage_move(&self) -> String {
        format!("{}/move", self.storage())
    }

    /// What takes the files out of them.
    pub fn storage_strip(&self) -> String {
        format!("{}/strip", self.storage())
    }
}
