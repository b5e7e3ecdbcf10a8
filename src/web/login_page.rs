//! The sign-in page.

use serde::Serialize;

use super::page::Head;
use super::templates::Template;

/// What it shows. The password is no part of it (`S-10`).
#[derive(Serialize)]
pub(super) struct LoginPage {
    /// Title and files.
    pub head: Head,
    /// What the form is sent to.
    pub action: String,
    /// The name as it was typed.
    pub user: String,
    /// Whether the name is what is missing.
    pub user_missing: bool,
    /// Whether the password is missing or was refused.
    pub password_wrong: bool,
    /// What is in the way.
    pub message: Option<String>,
    /// Where to go afterwards: a path of ours.
    pub next: String,
    /// What was being written, sealed.
    pub kept: String,
    /// What was being written, to be copied.
    pub left: String,
    /// The form's token.
    pub csrf: String,
    /// Whether to stay signed in.
    pub stay: bool,
    /// How long that is.
    pub stay_hint: String,
    /// The domain added to a bare name.
    pub domain: Option<String>,
}

impl Template for LoginPage {
    const NAME: &'static str = "pages/login.html";
}
