//! Opens a line to a server, secures it, and hears what is offered.

use std::time::Duration;

use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::maildrop::Maildrop;
use super::sign_in::sign_in;
use super::talk::{Socket, Talk};
use super::{Error, Offers, Pop3Server, Tls};
use crate::mail::Secret;
use crate::tls::{Connect, NoTrust, Witness};

/// How long the TCP connection may take (`R-06`).
const CONNECT: Duration = Duration::from_secs(5);
/// How long TLS may take.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// How long the server may take for one answer, unless the operator says otherwise.
const DEADLINE: Duration = Duration::from_secs(30);
/// Lines of an answer to CAPA.
const MOST_OFFERS: usize = 200;
/// Characters of a greeting that somebody is shown.
const GREETING: usize = 200;

/// A server with what it takes to connect to it, made once. Cheap to clone.
#[derive(Clone)]
pub struct Dialer {
    server: Pop3Server,
    tls: Option<TlsConnector>,
    connect: Option<Connect>,
    deadline: Duration,
}

/// A conversation that has begun, under TLS where that is configured.
pub(super) struct Greeted {
    pub(super) talk: Talk,
    /// What the server called itself.
    pub(super) greeting: String,
    pub(super) offers: Offers,
}

impl Dialer {
    /// Reads the trust store. Fails if a named CA file can't be read or holds no certificate.
    pub fn new(server: Pop3Server) -> Result<Self, Error> {
        let tls = server.connector().map_err(no_trust)?;
        Ok(Self { server, tls, connect: None, deadline: DEADLINE })
    }

    /// The same, for a single connection, with somebody who sees whose certificate it meets.
    pub(super) fn witnessed(server: Pop3Server) -> Result<(Self, Witness), Error> {
        let (tls, witness) = server.witnessed().map_err(no_trust)?;
        Ok((Self { server, tls, connect: None, deadline: DEADLINE }, witness))
    }

    /// The same, whose connections are made by `connect`.
    #[must_use]
    pub fn connecting_by(self, connect: Connect) -> Self {
        Self { connect: Some(connect), ..self }
    }

    /// The server.
    pub fn server(&self) -> &Pop3Server {
        &self.server
    }

    /// The same, but as patient as this: no answer, and no piece of a long one, may take longer.
    #[must_use]
    pub fn with_deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// Connects and proves who it is, once: the mail that waits there.
    pub async fn sign_in(&self, user: &str, password: &Secret) -> Result<Maildrop, Error> {
        let Greeted { mut talk, offers, .. } = self.open().await?;
        sign_in(&mut talk, &offers, user, password).await?;
        Ok(Maildrop::new(talk))
    }

    /// Connects, secures the connection as configured, and hears what is offered.
    pub(super) async fn open(&self) -> Result<Greeted, Error> {
        let connecting = async {
            match &self.connect {
                Some(connect) => connect().await,
                None => TcpStream::connect((self.server.host.as_str(), self.server.port)).await,
            }
        };
        let connect = |error: std::io::Error| Error::Connect(error.to_string());
        let patience = CONNECT.min(self.deadline);
        let tcp = timeout(patience, connecting).await.map_err(|_| Error::TimedOut)?.map_err(connect)?;
        tcp.set_nodelay(true).map_err(connect)?;
        let mut socket: Socket = Box::new(tcp);
        if self.server.tls == Tls::Implicit {
            socket = self.secure(socket).await?;
        }
        let mut talk = Talk::new(socket, self.deadline);
        let greeting = text_of(&talk.hear().await?);
        let mut offers = self.offers(&mut talk).await?;
        if self.server.tls == Tls::Starttls {
            // a server without CAPA may know it all the same; what it says to the command itself counts
            talk.ask("STLS\r\n").await.map_err(|error| match error {
                Error::Refused => Error::Insecure("the server does not offer STLS".to_owned()), // L-07
                other => other,
            })?;
            talk = Talk::new(self.secure(talk.into_socket()?).await?, self.deadline);
            // what was offered in clear was offered by anybody
            offers = self.offers(&mut talk).await?;
        }
        Ok(Greeted { talk, greeting, offers })
    }

    async fn offers(&self, talk: &mut Talk) -> Result<Offers, Error> {
        match talk.ask("CAPA\r\n").await {
            Ok(_) => {
                let lines = talk.lines(MOST_OFFERS, |line| Ok(line.to_owned())).await?;
                Ok(Offers::read(&lines, &self.server.disabled_capabilities))
            }
            Err(Error::Refused) => Ok(Offers::default()),
            Err(error) => Err(error),
        }
    }

    async fn secure(&self, socket: Socket) -> Result<Socket, Error> {
        let insecure = |error: &dyn std::fmt::Display| Error::Insecure(error.to_string());
        let tls = self.tls.as_ref().ok_or_else(|| insecure(&"no TLS configured"))?;
        let name = ServerName::try_from(self.server.host.clone()).map_err(|error| insecure(&error))?;
        match timeout(HANDSHAKE.min(self.deadline), tls.connect(name, socket)).await {
            Err(_) => Err(Error::TimedOut),
            Ok(Err(error)) => Err(insecure(&error)),
            Ok(Ok(stream)) => Ok(Box::new(stream)),
        }
    }
}

/// A greeting without its code in brackets (RFC 2449 8), for people.
fn text_of(greeting: &str) -> String {
    let text = greeting.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(greeting, |(_, text)| text);
    text.trim().chars().filter(|c| !c.is_control()).take(GREETING).collect()
}

fn no_trust(error: NoTrust) -> Error {
    Error::Insecure(error.to_string())
}

/// Neither keys nor certificates.
impl std::fmt::Debug for Dialer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dialer").field("server", &self.server).finish_non_exhaustive()
    }
}
