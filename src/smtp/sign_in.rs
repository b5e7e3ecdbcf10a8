//! Signing in (RFC 4954), with the same name and password as at the IMAP server.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::reply::Reply;
use super::talk::Talk;
use super::{Error, Mechanism};
use crate::mail::Secret;

/// The server wants to hear more.
const GO_ON: u16 = 334;

/// Proves who sends. A server that knows no AUTH at all takes our mail without, or says at MAIL that it does not. No password
/// goes over a line that others can read: the configuration allows that for loopback alone.
pub(super) async fn sign_in(talk: &mut Talk, user: &str, password: &Secret) -> Result<(), Error> {
    let offers = talk.offers();
    if !offers.auth {
        return Ok(());
    }
    let reply = if offers.mechanisms.contains(&Mechanism::Plain) {
        plain(talk, user, password).await?
    } else if offers.mechanisms.contains(&Mechanism::Login) {
        login(talk, user, password).await?
    } else {
        return Err(Error::NoWayToSignIn);
    };
    if reply.is_done() { Ok(()) } else { Err(Error::SignIn(reply.said())) }
}

/// RFC 4616.
async fn plain(talk: &mut Talk, user: &str, password: &Secret) -> Result<Reply, Error> {
    let proof = encoded(&[b"\0", user.as_bytes(), b"\0", password.expose()]);
    let reply = talk.ask(SecretLine::of("AUTH PLAIN ", &proof)).await?;
    // RFC 4954 4: a server may not take it with the command, and asks
    if reply.code == GO_ON { talk.ask(SecretLine::of("", &proof)).await } else { Ok(reply) }
}

/// The server asks twice, in words that differ from one to the next; the order does not.
async fn login(talk: &mut Talk, user: &str, password: &Secret) -> Result<Reply, Error> {
    let mut reply = talk.ask("AUTH LOGIN\r\n").await?;
    for answer in [user.as_bytes(), password.expose()] {
        if reply.code == GO_ON {
            reply = talk.ask(SecretLine::of("", &encoded(&[answer]))).await?;
        }
    }
    Ok(reply)
}

fn encoded(pieces: &[&[u8]]) -> Zeroizing<String> {
    let whole = Zeroizing::new(pieces.concat());
    Zeroizing::new(STANDARD.encode(&*whole))
}

/// A line with a secret in it, wiped when it was said.
struct SecretLine(Zeroizing<String>);

impl SecretLine {
    fn of(before: &str, secret: &Zeroizing<String>) -> Self {
        Self(Zeroizing::new(format!("{before}{}\r\n", secret.as_str())))
    }
}

impl fmt::Display for SecretLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
