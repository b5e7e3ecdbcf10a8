//! Addresses of what a person set up for writing.

use super::urls::Urls;

impl Urls {
    /// The identities of a person.
    pub fn identities(&self) -> String {
        format!("{}/identities", self.settings())
    }

    /// The form of one more.
    pub fn identity_new(&self) -> String {
        format!("{}/new", self.identities())
    }

    /// One of them.
    pub fn identity(&self, number: u32) -> String {
        format!("{}/{number}", self.identities())
    }

    /// What makes it the one that is used first.
    pub fn identity_first(&self, number: u32) -> String {
        format!("{}/first", self.identity(number))
    }

    /// What takes it away.
    pub fn identity_remove(&self, number: u32) -> String {
        format!("{}/remove", self.identity(number))
    }

    /// What brings it back.
    pub fn identity_restore(&self, number: u32) -> String {
        format!("{}/restore", self.identity(number))
    }

    /// How a person likes to write.
    pub fn writing(&self) -> String {
        format!("{}/writing", self.settings())
    }

    /// Texts to begin a message with.
    pub fn canned(&self) -> String {
        format!("{}/templates", self.settings())
    }

    /// The form of one more.
    pub fn canned_new(&self) -> String {
        format!("{}/new", self.canned())
    }

    /// One of them.
    pub fn canned_text(&self, number: u32) -> String {
        format!("{}/{number}", self.canned())
    }

    /// What takes it away.
    pub fn canned_remove(&self, number: u32) -> String {
        format!("{}/remove", self.canned_text(number))
    }

    /// What brings it back.
    pub fn canned_restore(&self, number: u32) -> String {
        format!("{}/restore", self.canned_text(number))
    }

    /// Whom a person wrote to; what is posted there is one to forget.
    pub fn recipients(&self) -> String {
        format!("{}/recipients", self.settings())
    }

    /// What knows one of them again.
    pub fn recipient_restore(&self) -> String {
        format!("{}/restore", self.recipients())
    }

    /// The page that asks before all of them are forgotten, and what it posts to.
    pub fn recipients_forget(&self) -> String {
        format!("{}/forget", self.recipients())
    }
}
