//! What all requests share.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use actix_web::{HttpRequest, web};
use tokio_util::sync::CancellationToken;

use super::Error;
use super::assets::Assets;
use super::metrics::Metrics;
use super::pace::Pace;
use super::safe_bodies::SafeBodies;
use super::security_headers::Policy;
use super::templates::Templates;
use super::urls::Urls;
use super::words::Words;
use crate::account::Accounts;
use crate::config::{Config, Origin};
use crate::remote;
use crate::store::{ServerKey, Store, Uploads};

/// One for the process; every worker sees the same.
pub struct State {
    /// The configuration.
    pub config: Arc<Config>,
    /// The people who are signed in, and their connections.
    pub accounts: Accounts,
    /// Sessions and failed sign-ins.
    pub store: Store,
    /// Files for messages that are not sent yet.
    pub uploads: Uploads,
    /// Files that messages are brought in from.
    pub imports: Uploads,
    /// The server's own key.
    pub key: Arc<ServerKey>,
    /// What browsers see: scheme, host and port.
    pub origin: Origin,
    /// The pages' templates.
    pub templates: Templates,
    /// Style sheets, scripts, pictures.
    pub assets: Assets,
    /// Where everything is.
    pub urls: Urls,
    /// What everything is called.
    pub words: Words,
    /// HTML of mails, cleaned, of the last minute.
    pub safe_bodies: SafeBodies,
    /// What asks other people's servers.
    pub remote: remote::Client,
    /// What was counted.
    pub metrics: Metrics,
    /// Who is too fast.
    pub pace: Pace,
    /// The headers of every response.
    pub policy: Policy,
    /// Set when the program was told to stop: it then is not ready for more.
    pub stopping: AtomicBool,
    /// Cancelled at the same time: what never ends by itself, ends.
    pub stop: CancellationToken,
}

impl State {
    /// The state behind a request; every application is made with one.
    pub(super) fn of(request: &HttpRequest) -> Result<&web::Data<Self>, Error> {
        request.app_data::<web::Data<Self>>().ok_or_else(|| Error::broken(io::Error::other("no state")))
    }
}
