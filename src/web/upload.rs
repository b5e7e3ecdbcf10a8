//! `POST /uploads`, `POST /uploads/{id}/remove`: a file for a message that is being written, while it is written.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_LENGTH};
use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder, web};
use futures_util::future::LocalBoxFuture;
use futures_util::{FutureExt, StreamExt};
use serde::Serialize;

use super::attached::largest_file;
use super::error::Error;
use super::form::Fields;
use super::form_with_files::{FormWithFiles, RefusedFile, upload_id};
use super::locale::Locale;
use super::signed_in::require;
use super::state::State;
use super::visit::Visit;
use crate::account::Account;
use crate::mail::UploadId;
use crate::store::NotKept;

/// Octets of a form with one file that are not the file's, at most.
const AROUND: u64 = 4096;

/// Files of so many octets are let come without asking the submission server first.
const ASKS_FROM: u64 = 1_000_000;

/// Octets of a refused file that are let come, for how long, and with which pauses.
const DRAINED: u64 = 200_000_000;
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_secs(1);

/// What a script is told of a file that was kept.
#[derive(Serialize)]
struct Kept<'a> {
    id: &'a str,
    name: &'a str,
    size: u64,
    r#type: &'a str,
}

/// What a script is told of one that was not.
#[derive(Serialize)]
struct Refused {
    error: String,
}

/// A form with one file; or the file, if it was known to be too much before it came.
pub(super) struct OneFile(Result<FormWithFiles, RefusedFile>);

/// Keeps a file.
pub(super) async fn upload(form: OneFile, visit: Visit) -> Result<HttpResponse, Error> {
    let form = match &form.0 {
        Ok(form) => form,
        Err(refused) => return Ok(refusal(refused, &visit.locale)),
    };
    if let Some(refused) = form.refused.first() {
        return Ok(refusal(refused, &visit.locale));
    }
    let file = form.files.first().ok_or(Error::BadInput("no file"))?;
    let id = upload_id(file).ok_or(Error::BadInput("no file"))?;
    let kept = Kept { id: id.as_str(), name: &file.name, size: file.size, r#type: &file.media_type };
    Ok(answer(StatusCode::CREATED).json(kept))
}

/// Forgets a file.
pub(super) async fn upload_remove(path: web::Path<String>, visit: Visit, _form: Fields) -> Result<HttpResponse, Error> {
    let id = UploadId::parse(&path).ok_or(Error::NotFound)?;
    visit.state.uploads.remove(visit.account().user(), &id).await.map_err(Error::broken)?;
    Ok(answer(StatusCode::NO_CONTENT).finish())
}

impl FromRequest for OneFile {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        async move {
            let person = require(&request)?;
            if let Some(refused) = look_ahead(&request, &person.account).await? {
                drain(&mut payload).await;
                return Ok(Self(Err(refused)));
            }
            let form = FormWithFiles::read(&request, &mut payload, Some(&person)).await?;
            Ok(Self(Ok(form.allowed(&person, &request)?)))
        }
        .boxed_local()
    }
}

/// Lets what is refused come to its end, and keeps nothing of it. Browsers, and web servers before us (Apache 2.4), read no
/// answer before they have sent all they have, and take a connection that ends earlier for a fault.
pub(super) async fn drain(payload: &mut Payload) {
    let mut left = DRAINED;
    let coming = async {
        // whoever stops sending waits for the answer
        while let Ok(Some(Ok(piece))) = tokio::time::timeout(PAUSE, payload.next()).await {
            let length = u64::try_from(piece.len()).unwrap_or(u64::MAX);
            let Some(rest) = left.checked_sub(length) else { return };
            left = rest;
        }
    };
    let _ = tokio::time::timeout(PATIENCE, coming).await;
}

/// How many octets the browser says will come.
pub(super) fn said_length(request: &HttpRequest) -> Option<u64> {
    request.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// What is known to be too much before it comes (`R-36`): from the length that the browser tells, and what the submission server
/// takes.
async fn look_ahead(request: &HttpRequest, account: &Account) -> Result<Option<RefusedFile>, Error> {
    let state = State::of(request)?;
    let size = said_length(request).unwrap_or(0).saturating_sub(AROUND);
    let refused = |why| Ok(Some(RefusedFile { name: String::new(), size, why }));
    // a small file waits for nobody
    let server = if size > ASKS_FROM { account.ask_largest_message().await } else { account.largest_message() };
    let largest = largest_file(state.config.compose.message, server);
    if size > largest {
        return refused(NotKept::TooLarge(largest));
    }
    let used = state.uploads.used(account.user()).await.map_err(Error::broken)?;
    if used.saturating_add(size) > state.uploads.quota() {
        return refused(NotKept::NoRoom(state.uploads.quota()));
    }
    Ok(None)
}

fn refusal(refused: &RefusedFile, locale: &Locale) -> HttpResponse {
    let status = match refused.why {
        NotKept::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        NotKept::NoRoom(_) => StatusCode::CONFLICT,
        NotKept::DiskFull | NotKept::Broken(_) => StatusCode::SERVICE_UNAVAILABLE,
    };
    answer(status).json(Refused { error: refused.sentence(locale) })
}

fn answer(status: StatusCode) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response.insert_header((CACHE_CONTROL, "no-store"));
    response
}
