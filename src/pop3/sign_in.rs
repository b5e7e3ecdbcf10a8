//! Signing in, once: by AUTH PLAIN where that is offered, else by USER and PASS.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::talk::Talk;
use super::{Error, Offers};
use crate::mail::Secret;

/// The longest line of a command, its CRLF with it (RFC 2449 4).
const LONGEST_COMMAND: usize = 255;

/// Proves who asks. A server that was asked for nothing it offers is asked in the old way: not all of them say what they offer.
pub(super) async fn sign_in(talk: &mut Talk, offers: &Offers, user: &str, password: &Secret) -> Result<(), Error> {
    let secret = std::str::from_utf8(password.expose()).map_err(|_| Error::Argument)?;
    if [user, secret].iter().any(|text| text.contains(['\r', '\n', '\0'])) {
        return Err(Error::Argument); // L-06
    }
    let outcome = if offers.plain {
        plain(talk, user, secret).await
    } else if offers.user || offers.words.is_empty() {
        by_name(talk, user, secret).await
    } else {
        return Err(Error::NoWayToSignIn);
    };
    match outcome {
        Ok(_) => Ok(()),
        Err(Error::Refused) => Err(Error::SignIn),
        Err(error) => Err(error),
    }
}

/// RFC 5034 4: with the command where there is room for it, else when the server asks.
async fn plain(talk: &mut Talk, user: &str, secret: &str) -> Result<String, Error> {
    let proof = Zeroizing::new(format!("\0{user}\0{secret}"));
    let proof = Zeroizing::new(STANDARD.encode(proof.as_bytes()));
    let at_once = Zeroizing::new(format!("AUTH PLAIN {}\r\n", proof.as_str()));
    if at_once.len() <= LONGEST_COMMAND {
        return talk.ask(&at_once).await;
    }
    talk.say("AUTH PLAIN\r\n").await?;
    let asked = talk.line().await?;
    if asked.starts_with('+') && !asked.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("+OK")) {
        return talk.ask(&Zeroizing::new(format!("{}\r\n", proof.as_str()))).await;
    }
    Err(asked.strip_prefix("-ERR").map_or(Error::Garbled("no question for the proof"), |text| Error::of(text.trim())))
}

/// RFC 1939 7. A server may take any name, so that nobody finds out which there are.
async fn by_name(talk: &mut Talk, user: &str, secret: &str) -> Result<String, Error> {
    talk.ask(&format!("USER {user}\r\n")).await?;
    talk.ask(&Zeroizing::new(format!("PASS {secret}\r\n"))).await
}
