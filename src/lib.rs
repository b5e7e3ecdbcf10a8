//! Fernpost: webmail where the mail server is the truth.
//!
//! The table of contents. A module names only floors below its own; `tests/architecture.rs` keeps it so.

// roof: the parts put together
pub mod app;
pub mod check;
pub mod config;
pub mod telemetry;
// floor 3: what a browser can ask and is shown
pub mod web;
// floor 2: what a signed-in person can do
pub mod account;
// floor 1: the outside world, one home each
pub mod html;
pub mod imap;
pub mod mime;
pub mod pop3;
pub mod remote;
pub mod smtp;
pub mod store;
// ground: the words, and whom we trust
pub mod mail;
pub mod tls;
// beside the tests
#[cfg(test)]
#[path = "../tests/html/spent.rs"]
mod spent;
