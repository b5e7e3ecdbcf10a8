//! The SMTP floor against a server that does everything wrong, and against a real Postfix.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can't go on fails, and that is how it says so"
)]

#[path = "../app/helpers/mail_client.rs"]
#[allow(dead_code, reason = "shared with the tests of the application")]
mod mail_client;
#[path = "../app/helpers/mail_server.rs"]
#[allow(dead_code, reason = "shared with the tests of the application")]
mod mail_server;
#[path = "../app/helpers/submission.rs"]
#[allow(dead_code, reason = "shared with the tests of the application")]
mod submission;

mod boundaries;
mod offers;
mod postfix;
mod security;
mod submitting;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use fernpost::mail::Secret;
use fernpost::smtp::{Accepted, Envelope, Error, SmtpServer, Submitter, Tls};

use submission::Submission;

/// As long as a server may take for an answer where it gives none.
const DEADLINE: Duration = Duration::from_secs(1);

/// Where this server is, for somebody who uses no TLS.
fn plain(port: u16) -> SmtpServer {
    SmtpServer { host: "127.0.0.1".into(), port, tls: Tls::None, ca_file: None, disabled_capabilities: Vec::new() }
}

/// Somebody who sends by this server, patiently.
fn submitter(server: &Submission) -> Submitter {
    Submitter::new(plain(server.port)).unwrap()
}

/// The same, with little patience.
fn impatient(server: &Submission) -> Submitter {
    submitter(server).with_deadline(DEADLINE)
}

/// From Ann to these.
fn envelope(to: &[&str]) -> Envelope {
    let to = to.iter().map(|address| (*address).to_owned()).collect();
    Envelope { from: "ann@example.org".to_owned(), to, ..Envelope::default() }
}

/// A message with this text, whose lines end in CRLF.
fn message(text: &str) -> Bytes {
    Bytes::from(format!("From: ann@example.org\r\nSubject: Hello\r\n\r\n{text}\r\n"))
}

/// Sends a short message to Bo, who is asked in between; how often that was.
async fn send(submitter: &Submitter) -> (Result<Accepted, Error>, usize) {
    send_all(submitter, &envelope(&["bo@example.org"]), message("Hello.")).await
}

async fn send_all(submitter: &Submitter, envelope: &Envelope, message: Bytes) -> (Result<Accepted, Error>, usize) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let before_data = async move {
        count.fetch_add(1, Ordering::SeqCst);
        true
    };
    let sent = deliver(submitter, envelope, message, before_data).await;
    (sent, asked.load(Ordering::SeqCst))
}

async fn deliver(
    submitter: &Submitter,
    envelope: &Envelope,
    message: Bytes,
    before_data: impl Future<Output = bool> + Send + 'static,
) -> Result<Accepted, Error> {
    submitter.submit("ann@example.org", &Secret::new(" pass \"word\\ "), envelope, message, before_data).await
}
