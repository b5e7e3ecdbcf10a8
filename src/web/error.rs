//! What can go wrong with a request, and which status it gets. What the page then says is in `error_page`.

use std::fmt;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};

use crate::account;

/// Why a request got no page.
#[derive(Debug)]
pub enum Error {
    /// The account said no.
    Account(account::Error),
    /// Nothing is at this address, or not for this person (`C-09`, `C-10`).
    NotFound,
    /// The form's token is missing or of an earlier session. What was typed, to show it again.
    FormTooOld(Vec<(String, String)>),
    /// The form came from somebody else's page (`C-01`).
    Foreign,
    /// Too many requests.
    TooMany {
        /// Seconds to wait.
        retry_after: u32,
    },
    /// The request makes no sense: a form of ours never asks this.
    BadInput(&'static str),
    /// More than we take (`C-07`).
    TooLarge,
    /// Nobody is signed in.
    SignedOut,
    /// Our own fault.
    Broken(Reference),
}

/// What a person can tell their host, and the host can find in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference(String);

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error {
    /// Our own fault: `cause` goes to the log, once, with the reference that the page shows.
    pub fn broken(cause: impl std::error::Error) -> Self {
        let reference = Reference::draw();
        let mut chain = cause.to_string();
        let mut source = cause.source();
        while let Some(deeper) = source {
            chain = format!("{chain}: {deeper}");
            source = deeper.source();
        }
        tracing::error!(%reference, cause = %chain, "a request failed");
        Self::Broken(reference)
    }

    /// The page's status.
    pub fn status(&self) -> StatusCode {
        use account::Error as Account;
        match self {
            Self::NotFound | Self::Account(Account::NotFound(_) | Account::MailboxRebuilt(_)) => StatusCode::NOT_FOUND,
            Self::SignedOut | Self::Account(Account::SignedOut) => StatusCode::UNAUTHORIZED,
            Self::FormTooOld(_) | Self::Foreign | Self::Account(Account::Refused) => StatusCode::FORBIDDEN,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::BadInput(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Account(Account::OverQuota | Account::NoRole(_)) => StatusCode::CONFLICT,
            Self::Account(Account::Unreachable(_) | Account::Unknown | Account::NotKept) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Seconds after which it may go better.
    pub fn retry_after(&self) -> Option<u32> {
        match self {
            Self::TooMany { retry_after } => Some(*retry_after),
            Self::Account(account::Error::Unreachable(_)) => Some(10),
            _ => None,
        }
    }
}

impl Reference {
    /// Six hexadecimal digits: enough to find a line in a day's log.
    fn draw() -> Self {
        use std::hash::{BuildHasher, RandomState};
        let drawn = RandomState::new().hash_one(0_u8);
        Self(format!("{:03X}-{:03X}", drawn & 0xfff, drawn >> 52))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status())
    }
}

impl From<account::Error> for Error {
    fn from(error: account::Error) -> Self {
        Self::Account(error)
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    /// Without a body: `error_page` draws it, where language and templates are at hand.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status());
        if let Some(seconds) = self.retry_after() {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        response.insert_header((header::CACHE_CONTROL, "no-store")).finish()
    }
}
