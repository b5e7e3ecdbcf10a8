//! From a socket to a session: greeting, STARTTLS, capabilities, LOGIN (RFC 9051 6.1, 6.2).

use std::net::IpAddr;
use std::time::Duration;

use async_imap::{Authenticator, Client as Anonymous, Session};
use tokio::time::timeout;

use super::dial::Dialer;
use super::response::{Response, Status};
use super::token::Value;
use super::wire::Wire;
use super::{Capabilities, Capability, Code, Error, Tls};
use crate::mail::Secret;

/// How long the whole of it may take after the socket is open.
const DEADLINE: Duration = Duration::from_secs(10);
/// Characters of a greeting that somebody is shown.
const GREETING: usize = 200;

/// Who signs in.
#[derive(Debug, Clone)]
pub(super) struct Credentials {
    pub(super) user: String,
    pub(super) password: Secret,
    /// Whose browser it is, for the server's own log and limits (`L-05`).
    pub(super) client: Option<IpAddr>,
}

/// A session, and what the server can do in it.
pub(super) struct SignedIn {
    pub(super) session: Session<Wire>,
    pub(super) capabilities: Capabilities,
}

/// A connection before sign-in.
pub(super) struct Greeted {
    client: Anonymous<Wire>,
    /// What the server called itself in its first line, for people: at most [`GREETING`] characters.
    pub(super) greeting: String,
    pub(super) capabilities: Capabilities,
}

/// Connects, takes the greeting, and secures the connection as configured.
pub(super) async fn greet(dialer: &Dialer) -> Result<Greeted, Error> {
    let socket = dialer.dial().await?;
    within(dialer, async {
        let mut client = Anonymous::new(Wire::new(socket));
        let (greeting, mut words) = greeting(&mut client).await?;
        if dialer.server().tls == Tls::Starttls {
            words = match words {
                Some(words) => Some(words),
                None => Some(capability(&mut client).await?),
            };
            let offered = Capabilities::new(words.iter().flatten().map(String::as_str), &[]);
            if !offered.starttls() {
                return Err(Error::Insecure("STARTTLS is not offered".into())); // L-07
            }
            let wire = command(&mut client, "STARTTLS").await;
            let wire = wire.map_err(|_| Error::Insecure("STARTTLS refused".into()))?;
            // up to its answer; what was sent ahead of TLS stays there and is found below
            while let Some(line) = wire.take() {
                if matches!(Response::read(&line), Some(Response::Tagged { .. })) {
                    break;
                }
            }
            let socket = client.into_inner().into_socket().map_err(|fault| Error::Insecure(fault.into()))?;
            client = Anonymous::new(Wire::new(dialer.secure(socket).await?));
            words = None; // what was said in clear does not count (RFC 3501 6.2.1)
        }
        let words = match words {
            Some(words) => words,
            None => capability(&mut client).await?,
        };
        let capabilities = Capabilities::new(words.iter().map(String::as_str), &dialer.server().disabled_capabilities);
        Ok(Greeted { client, greeting, capabilities })
    })
    .await
}

/// Proves the credentials.
pub(super) async fn sign_in(dialer: &Dialer, greeted: Greeted, credentials: &Credentials) -> Result<SignedIn, Error> {
    within(dialer, async {
        let Greeted { mut client, capabilities, .. } = greeted;
        let password = std::str::from_utf8(credentials.password.expose()).map_err(|_| Error::Argument)?;
        if credentials.user.contains(['\r', '\n', '\0']) || password.contains(['\r', '\n', '\0']) {
            return Err(Error::Argument); // L-06
        }
        if capabilities.has(Capability::Id) {
            command(&mut client, &identification(credentials.client)).await.ok();
        }
        let plain = capabilities.authenticates_by("PLAIN");
        if capabilities.login_disabled() && !plain {
            return Err(Error::Insecure("LOGIN is disabled".into())); // L-07
        }
        let ascii = credentials.user.is_ascii() && password.is_ascii();
        let result = if plain && (!ascii || capabilities.login_disabled()) {
            let answer = format!("\0{}\0{password}", credentials.user);
            client.authenticate("PLAIN", Plain(answer)).await
        } else {
            client.login(&credentials.user, password).await
        };
        let mut session = match result {
            Ok(session) => session,
            Err((error, mut client)) => return Err(why(&error, client.get_mut())),
        };
        let told = last_tagged(session.get_mut());
        let words = match told {
            Some(Code::Capability(words)) => words,
            _ => {
                session.run_command_and_check_ok("CAPABILITY").await.map_err(|error| why(&error, session.get_mut()))?;
                capability_words(session.get_mut()).unwrap_or_default()
            }
        };
        let capabilities = Capabilities::new(words.iter().map(String::as_str), &dialer.server().disabled_capabilities);
        Ok(SignedIn { session, capabilities })
    })
    .await
}

struct Plain(String);

impl Authenticator for Plain {
    type Response = String;

    fn process(&mut self, _: &[u8]) -> String {
        std::mem::take(&mut self.0)
    }
}

/// `ID (…)`: who we are and for whom (RFC 2971; `x-originating-ip` as Dovecot reads it from trusted networks).
fn identification(client: Option<IpAddr>) -> String {
    let version = env!("CARGO_PKG_VERSION");
    match client {
        None => format!(r#"ID ("name" "Fernpost" "version" "{version}")"#),
        Some(ip) => format!(r#"ID ("name" "Fernpost" "version" "{version}" "x-originating-ip" "{ip}")"#),
    }
}

async fn within<T>(dialer: &Dialer, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    timeout(DEADLINE.min(dialer.deadline()), work).await.unwrap_or(Err(Error::TimedOut))
}

/// The server's first line: its text, and the capabilities, if it named them there.
async fn greeting(client: &mut Anonymous<Wire>) -> Result<(String, Option<Vec<String>>), Error> {
    match client.read_response().await {
        Ok(Some(_)) => {}
        Ok(None) => return Err(Error::Closed),
        Err(_) => return Err(fault(client.get_mut())),
    }
    let line = client.get_mut().take();
    let text = line.as_deref().map(text_of).unwrap_or_default();
    match line.as_ref().and_then(Response::read) {
        Some(Response::Status { status: Status::Ok, code: Code::Capability(words) }) => Ok((text, Some(words))),
        Some(Response::Status { status: Status::Ok, .. }) => Ok((text, None)),
        Some(Response::Status { status: Status::Bye, code }) => Err(Error::Bye(code)),
        // PREAUTH: whose mail would it be?
        Some(Response::Status { .. }) => Err(Error::Garbled("an unusable greeting")),
        _ => Err(Error::Garbled("no greeting")),
    }
}

/// What follows `* OK` and the code in brackets.
fn text_of(line: &[u8]) -> String {
    let line = String::from_utf8_lossy(line);
    let text = line.trim_start_matches("* ").trim_start();
    let text = text.split_once(' ').map_or("", |(_, text)| text);
    let text = text.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(text, |(_, text)| text);
    text.trim().chars().filter(|c| !c.is_control()).take(GREETING).collect()
}

async fn capability(client: &mut Anonymous<Wire>) -> Result<Vec<String>, Error> {
    let wire = command(client, "CAPABILITY").await?;
    capability_words(wire).ok_or(Error::Garbled("no capabilities"))
}

/// Runs a command before sign-in, and leaves what was said with the wire.
async fn command<'a>(client: &'a mut Anonymous<Wire>, command: &str) -> Result<&'a mut Wire, Error> {
    match client.run_command_and_check_ok(command, None).await {
        Ok(()) => Ok(client.get_mut()),
        Err(error) => Err(why(&error, client.get_mut())),
    }
}

fn capability_words(wire: &mut Wire) -> Option<Vec<String>> {
    let mut words = None;
    while let Some(line) = wire.take() {
        if let Some(Response::Data(name, values)) = Response::read(&line)
            && name == "CAPABILITY"
        {
            words = Some(values.iter().filter_map(Value::text).collect());
        }
    }
    words
}

/// The code of the last tagged answer; everything said so far is taken.
fn last_tagged(wire: &mut Wire) -> Option<Code> {
    let mut last = None;
    while let Some(line) = wire.take() {
        if let Some(Response::Tagged { code, .. }) = Response::read(&line) {
            last = Some(code);
        }
    }
    last
}

/// What really happened when async-imap reports a failure.
fn why(error: &async_imap::error::Error, wire: &mut Wire) -> Error {
    let mut bye = None;
    let mut answer = None;
    while let Some(line) = wire.take() {
        match Response::read(&line) {
            Some(Response::Status { status: Status::Bye, code }) => bye = Some(code),
            Some(Response::Tagged { status, code, .. }) => answer = Some((status, code)),
            _ => {}
        }
    }
    match (answer, bye, error) {
        (Some((Status::No, code @ (Code::Busy | Code::Limit | Code::Alert))), _, _) => Error::No(code),
        // said in so many words, whether or not a good-bye follows
        (Some((Status::No, Code::CredentialsRefused)), _, _) | (Some((Status::No, _)), None, _) => Error::Refused,
        (Some((Status::Bad, _)), None, _) => Error::Bad,
        (_, Some(code), _) => Error::Bye(code),
        (_, _, async_imap::error::Error::Validate(_)) => Error::Argument,
        _ => fault(wire),
    }
}

fn fault(wire: &Wire) -> Error {
    wire.fault().map_or(Error::Closed, Error::Garbled)
}
