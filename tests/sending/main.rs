//! Sending, exactly once: the account floor with a real mail server, a submission server that does everything wrong, and ends of
//! the program at every step. And background work, on the same desk, ended likewise.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::print_stdout,
    reason = "a test that can't go on fails, and that is how it says so"
)]

#[path = "../app/helpers/fault_line.rs"]
#[allow(dead_code, unused_imports, reason = "shared with the tests of the application")]
mod fault_line;
#[path = "../app/helpers/fault_proxy.rs"]
#[allow(dead_code, unused_imports, reason = "shared with the tests of the application")]
mod fault_proxy;
#[path = "../app/helpers/mail_client.rs"]
#[allow(dead_code, unused_imports, reason = "shared with the tests of the application")]
mod mail_client;
#[path = "../app/helpers/mail_server.rs"]
#[allow(dead_code, unused_imports, reason = "shared with the tests of the application")]
mod mail_server;
#[path = "../app/helpers/own_server.rs"]
#[allow(dead_code, unused_imports, reason = "shared with the tests of the application")]
mod own_server;

mod desk;
mod drafts;
mod jobs;
mod killed;
mod once;
mod sender;
mod submission;
