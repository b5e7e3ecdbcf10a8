//! What a form sent.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, web::BytesMut};
use futures_util::future::LocalBoxFuture;
use futures_util::{FutureExt, StreamExt};

use super::Error;
use super::selections;
use super::signed_in::{SignedIn, require};
use super::state::State;

/// The longest form in bytes (`C-07`).
const LONGEST: usize = 1024 * 1024;
/// How long a browser may take to send it.
const PATIENCE: Duration = Duration::from_secs(30);
/// The most fields, chosen messages not counted.
const MOST_FIELDS: usize = 100;
/// The most chosen messages.
const MOST_UIDS: usize = 10_000;

/// A form's fields in their order. As an extractor: the form of a signed-in person with the right token, not too many
/// of them in a second; nothing of it is looked at before (`C-01`).
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Fields that were read elsewhere.
    pub(super) fn of(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// All of them, as they came.
    pub(super) fn into_all(self) -> Vec<(String, String)> {
        self.0
    }

    /// The first field of this name.
    pub(super) fn one(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Every field of this name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// One more.
    pub(super) fn add(&mut self, name: &str, value: String) {
        self.0.push((name.to_owned(), value));
    }

    /// All fields, in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Reads the body of a form, whoever sent it.
    pub(super) async fn read(request: &HttpRequest, payload: &mut Payload) -> Result<Self, Error> {
        Self::read_long(request, payload, LONGEST).await
    }

    /// As [`Self::read`], of at most so many bytes.
    pub(super) async fn read_long(request: &HttpRequest, payload: &mut Payload, longest: usize) -> Result<Self, Error> {
        let said = request.headers().get(CONTENT_TYPE).and_then(|said| said.to_str().ok()).unwrap_or_default();
        let media_type = said.split(';').next().unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Error::BadInput("a body that is no form"));
        }
        let mut body = BytesMut::new();
        let whole = async {
            while let Some(piece) = payload.next().await {
                let piece = piece.map_err(|_| Error::BadInput("a body that broke off"))?;
                if body.len() + piece.len() > longest {
                    return Err(Error::TooLarge);
                }
                body.extend_from_slice(&piece);
            }
            Ok(())
        };
        tokio::time::timeout(PATIENCE, whole).await.map_err(|_| Error::BadInput("a body that came too slowly"))??;
        let mut fields = Vec::new();
        let (mut others, mut uids) = (0, 0);
        for (name, value) in url::form_urlencoded::parse(&body) {
            let count = if matches!(&*name, "uid" | selections::FIELD) { &mut uids } else { &mut others };
            *count += 1;
            if others > MOST_FIELDS || uids > MOST_UIDS {
                return Err(Error::TooLarge);
            }
            fields.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(fields))
    }
}

impl FromRequest for Fields {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        async move {
            let person = require(&request)?;
            let fields = Self::read(&request, &mut payload).await?;
            allow(&person, &fields, &request)?;
            Ok(fields)
        }
        .boxed_local()
    }
}

fn allow(person: &SignedIn, fields: &Fields, request: &HttpRequest) -> Result<(), Error> {
    if !fields.one("csrf").is_some_and(|token| person.holds(token)) {
        return Err(Error::FormTooOld(fields.0.clone()));
    }
    State::of(request)?.pace.take(person.account.user()).map_err(|retry_after| Error::TooMany { retry_after })
}
