//! The POP3 floor against a server that does everything wrong, and against a real Dovecot or Courier.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can't go on fails, and that is how it says so"
)]

#[path = "../app/helpers/certificates.rs"]
#[allow(dead_code, reason = "shared with the tests of the application")]
mod certificates;
#[path = "../app/helpers/mail_client.rs"]
#[allow(dead_code, reason = "shared with the tests of the application")]
mod mail_client;
#[path = "../app/helpers/mail_server.rs"]
#[allow(dead_code, reason = "shared with the tests of the application")]
mod mail_server;
#[path = "../app/helpers/pop_server.rs"]
#[allow(dead_code, reason = "shared with the tests of the application")]
mod pop_server;

mod faults;
mod real;
mod secured;

use std::time::Duration;

use fernpost::mail::Secret;
use fernpost::pop3::{Dialer, Error, Maildrop, Pop3Server, Tls};

use pop_server::PopServer;

/// As long as a server may take for an answer where it gives none.
const DEADLINE: Duration = Duration::from_secs(1);

/// Where a server of this machine is.
fn at(port: u16, tls: Tls) -> Pop3Server {
    Pop3Server { host: "localhost".into(), port, tls, ca_file: None, disabled_capabilities: Vec::new() }
}

/// Somebody who signed in to this server.
async fn signed_in(server: &PopServer) -> Result<Maildrop, Error> {
    let dialer = Dialer::new(at(server.port, Tls::None)).unwrap().with_deadline(DEADLINE);
    dialer.sign_in("ann", &Secret::new("canary secret")).await
}
