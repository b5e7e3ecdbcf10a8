//! What a browser can ask, and what it is shown.
//!
//! A request passes, from the outside in: access log, response headers, Host, Origin, session; then a handler of
//! [`routes`], which asks `account` one thing and answers with one page. Nothing here decides anything about mail.

mod access_log;
mod assets;
mod client;
mod cookies;
mod csrf;
mod ended;
mod error;
mod error_page;
mod flash;
mod form;
mod health;
mod host;
mod layers;
mod local_path;
mod locale;
mod login;
mod login_csrf;
mod login_page;
mod logout;
mod mailbox_param;
mod metrics;
mod origin;
mod pace;
mod page;
mod panics;
mod redirect;
mod routes;
mod security_headers;
mod session;
mod session_store;
mod shown;
mod signed_in;
mod state;
mod templates;
mod urls;
mod words;
mod zone;

pub use assets::Assets;
pub use error::Error;
pub use health::configure as configure_admin;
pub use layers::app;
pub use metrics::Metrics;
pub use pace::Pace;
pub use security_headers::Policy;
pub use state::State;
pub use templates::Templates;
pub use urls::Urls;
pub use words::Words;
