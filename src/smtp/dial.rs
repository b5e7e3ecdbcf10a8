//! Opens a line to a server, secures it, and hears what is offered.

use std::time::Duration;

use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::line::Line;
use super::talk::Talk;
use super::{Error, SmtpServer, Tls};
use crate::tls::{NoTrust, Witness};

/// How long the TCP connection may take (`R-06`).
const CONNECT: Duration = Duration::from_secs(5);
/// How long TLS may take.
const HANDSHAKE: Duration = Duration::from_secs(5);

/// A server with what it takes to connect to it, made once.
pub(super) struct Dialer {
    server: SmtpServer,
    tls: Option<TlsConnector>,
}

impl Dialer {
    /// Reads the trust store.
    pub(super) fn new(server: SmtpServer) -> Result<Self, Error> {
        let tls = server.connector().map_err(no_trust)?;
        Ok(Self { server, tls })
    }

    /// The same, for a single connection, with somebody who sees whose certificate it meets.
    pub(super) fn witnessed(server: SmtpServer) -> Result<(Self, Witness), Error> {
        let (tls, witness) = server.witnessed().map_err(no_trust)?;
        Ok((Self { server, tls }, witness))
    }

    /// A conversation that has begun: the server has greeted and said what it offers, under TLS where that is configured. No
    /// answer may take longer than `deadline`.
    pub(super) async fn open(&self, deadline: Duration) -> Result<Talk, Error> {
        let connecting = TcpStream::connect((self.server.host.as_str(), self.server.port));
        let connect = |error: std::io::Error| Error::Connect(error.to_string());
        let socket = timeout(CONNECT.min(deadline), connecting).await.map_err(|_| Error::TimedOut)?.map_err(connect)?;
        socket.set_nodelay(true).map_err(connect)?;
        let line = Line::new(socket).map_err(connect)?;
        if self.server.tls == Tls::Implicit {
            self.secure(&line, deadline).await?;
        }
        let mut talk = Talk::begin(line, &self.server.disabled_capabilities, deadline).await?;
        if self.server.tls == Tls::Starttls {
            if !talk.offers().starttls {
                return Err(Error::Insecure("the server does not offer STARTTLS".to_owned()));
            }
            let reply = talk.ask("STARTTLS\r\n").await?;
            if !reply.is_done() {
                return Err(Error::Insecure(format!("the server answers STARTTLS with {}", reply.code)));
            }
            self.secure(talk.line(), deadline).await?;
            // what was offered in clear was offered by anybody (RFC 3207 4.2)
            talk.greet(&self.server.disabled_capabilities).await?;
        }
        Ok(talk)
    }

    async fn secure(&self, line: &Line, deadline: Duration) -> Result<(), Error> {
        let Some(tls) = &self.tls else { return Err(Error::Insecure("no TLS configured".to_owned())) };
        let name =
            ServerName::try_from(self.server.host.clone()).map_err(|error| Error::Insecure(error.to_string()))?;
        timeout(HANDSHAKE.min(deadline), line.secure(tls, name)).await.map_err(|_| Error::TimedOut)?
    }
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
