//! The application as people and their browsers meet it: the real one, on a port of its own, with a real mail server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can't go on fails, and that is how it says so"
)]

mod helpers;

mod canned;
mod compose;
mod conversation;
mod corpus;
mod devices;
mod events;
mod explained;
mod export;
mod faults;
mod filing;
mod identities;
mod import;
mod import_account;
mod invitation_answer;
mod jobs;
mod login;
mod mailbox_show;
mod message_body;
mod message_flag;
mod message_move;
mod message_resend;
mod message_show;
mod message_undo;
mod message_unsubscribe;
mod not_sent;
mod odd_mails;
mod operation;
mod outbox;
mod part_download;
mod part_show;
mod proxies;
mod quota;
mod random;
mod reading;
mod receipts;
mod recipients;
mod remote_pictures;
mod requests;
mod rules;
mod sender;
mod sending;
mod servers;
mod session;
mod settings;
#[allow(dead_code, reason = "what the tests of the guarded client need beside")]
#[path = "../remote/site.rs"]
mod site;
mod starts;
mod storage;
#[allow(dead_code, reason = "what the tests of the account floor need beside")]
#[path = "../sending/submission.rs"]
mod submission;
mod told;
mod unreachable;
mod uploads;
mod writer_change;
mod writing;
mod written_on;
