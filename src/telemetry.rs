//! The log: lines on standard error, chosen by `RUST_LOG` or the key `log`.
//!
//! No secret and no mail reaches it (`S-08`): async-imap, which would print whole commands, is silenced whatever is
//! asked for, and a panic tells where it was, not what it held.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::EnvFilter;

/// Libraries that would log what passes through them, or what is no news.
const SILENCED: &[&str] =
    &["async_imap=off", "actix_server=warn", "imap_proto=off", "sqlx=warn", "actix_session=error", "html5ever=off"];

/// Starts the log. `chosen` is the key `log`; the environment's `RUST_LOG` wins over it.
pub fn start(chosen: &str) {
    let wanted = std::env::var("RUST_LOG").unwrap_or_else(|_| chosen.to_owned());
    let mut filter = EnvFilter::try_new(&wanted).unwrap_or_else(|_| EnvFilter::new("info"));
    for directive in SILENCED {
        if let Ok(directive) = directive.parse() {
            filter = filter.add_directive(directive);
        }
    }
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr).with_ansi(stderr().is_terminal());
    // Fails only where there is a log already, as in tests that build several applications.
    let _ = log.try_init();
    std::panic::set_hook(Box::new(|panic| {
        // Its message may hold a piece of mail: "byte index 5 is not a char boundary" quotes the text.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a panic");
    }));
}
