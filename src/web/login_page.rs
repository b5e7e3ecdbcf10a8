//! TEMPORARY stand-in for the sign-in page's type.
#![allow(missing_docs)]

use serde::Serialize;

use super::page::Head;
use super::templates::Template;

#[derive(Serialize)]
pub struct LoginPage {
    pub head: Head,
    pub action: String,
    pub user: String,
    pub user_missing: bool,
    pub password_wrong: bool,
    pub message: Option<String>,
    pub next: String,
    pub csrf: String,
    pub stay: bool,
    pub stay_hint: String,
    pub domain: Option<String>,
}

impl Template for LoginPage {
    const NAME: &'static str = "pages/login.html";
}
