//! From a server and credentials to a [`Client`].

use super::dial::Dialer;
use super::login::{Credentials, greet, sign_in};
use super::shelf::Shelf;
use super::{Client, Error, Link};

/// Connects, signs in, and gives the connection to a task of its own, on the runtime of the dialer.
pub(super) async fn connect(dialer: &Dialer, credentials: &Credentials, shelf: &Shelf) -> Result<Client, Error> {
    let (dialer, credentials, shelf) = (dialer.clone(), credentials.clone(), shelf.clone());
    let runtime = dialer.runtime().clone();
    let connecting = runtime.spawn(async move {
        let greeted = greet(&dialer).await?;
        let signed_in = sign_in(&dialer, greeted, &credentials).await?;
        Ok(Client::spawn(Link::new(signed_in.session, signed_in.capabilities, dialer.deadline(), shelf)))
    });
    connecting.await.unwrap_or(Err(Error::Closed))
}
