//! The page that asks before what can't be undone.

use serde::Serialize;

use super::page::Head;
use super::shell::Shell;
use super::templates::Template;

/// What it says, and the form it is.
#[derive(Serialize)]
pub(super) struct Confirm {
    /// Title and files.
    pub head: Head,
    /// Surroundings.
    pub shell: Shell,
    /// "Delete 3 messages for good?"
    pub question: String,
    /// What happens then.
    pub consequence: String,
    /// Where the form goes.
    pub action: String,
    /// What the form carries besides its token.
    pub fields: Vec<Field>,
    /// The button.
    pub yes: String,
    /// The way back.
    pub no_url: String,
}

/// A hidden field.
#[derive(Serialize)]
pub(super) struct Field {
    name: &'static str,
    value: String,
}

impl Field {
    /// A field of this name.
    pub(super) fn new(name: &'static str, value: String) -> Self {
        Self { name, value }
    }
}

impl Template for Confirm {
    const NAME: &'static str = "pages/confirm.html";
}
