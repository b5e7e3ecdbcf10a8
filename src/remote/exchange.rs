//! One request and its answer (RFC 9112).

use std::pin::pin;

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, ACCEPT_ENCODING, CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, HOST, LOCATION, USER_AGENT};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;

use super::Error;
use super::dial::Stream;
use super::target::Target;

/// What every program says of itself: nothing.
const AGENT: &str = "Mozilla/5.0";
/// The head of an answer, in octets.
const HEAD: usize = 64 << 10;

/// What came back.
#[derive(Debug)]
pub(super) enum Answer {
    /// 200 with its body.
    Body(Bytes),
    /// Look there.
    Elsewhere(String),
    /// Any other status, or a body that nobody wanted.
    Status(u16),
}

/// Asks for a picture.
pub(super) async fn get(stream: Box<dyn Stream + Unpin>, target: &Target, most: usize) -> Result<Answer, Error> {
    let request = Request::builder()
        .method(Method::GET)
        .header(ACCEPT, "image/webp,image/png,image/jpeg,image/gif")
        // what is not packed can't be larger than it looks (P-03)
        .header(ACCEPT_ENCODING, "identity");
    exchange(stream, finished(request, target, Bytes::new())?, Some(most)).await
}

/// Sends a form; of the answer only its status counts.
pub(super) async fn post(stream: Box<dyn Stream + Unpin>, target: &Target, form: Bytes) -> Result<u16, Error> {
    let request = Request::builder().method(Method::POST).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    match exchange(stream, finished(request, target, form)?, None).await? {
        Answer::Status(status) => Ok(status),
        Answer::Body(_) => Ok(StatusCode::OK.as_u16()),
        Answer::Elsewhere(_) => Ok(StatusCode::FOUND.as_u16()),
    }
}

/// No cookie, no name, no referrer, no language, nothing of the person's (`P-03`).
fn finished(
    request: hyper::http::request::Builder,
    target: &Target,
    body: Bytes,
) -> Result<Request<Full<Bytes>>, Error> {
    request
        .uri(target.path())
        .header(HOST, target.authority())
        .header(USER_AGENT, AGENT)
        .header(CONNECTION, "close")
        .body(Full::new(body))
        .map_err(|_| Error::Address("not for a request's first line"))
}

/// `most` octets of a body are read; `None`: none.
async fn exchange(
    stream: Box<dyn Stream + Unpin>,
    request: Request<Full<Bytes>>,
    most: Option<usize>,
) -> Result<Answer, Error> {
    let no_answer = |error: hyper::Error| Error::NoAnswer(error.to_string());
    let (mut sender, connection) =
        http1::Builder::new().max_buf_size(HEAD).handshake(TokioIo::new(stream)).await.map_err(no_answer)?;
    let exchange = async {
        let answer = sender.send_request(request).await.map_err(no_answer)?;
        read(answer, most).await
    };
    // The connection lives as long as its one exchange: whoever stops waiting closes it.
    let (mut connection, mut exchange) = (pin!(connection), pin!(exchange));
    tokio::select! {
        answer = &mut exchange => answer,
        _ = &mut connection => exchange.await,
    }
}

async fn read(answer: Response<hyper::body::Incoming>, most: Option<usize>) -> Result<Answer, Error> {
    let status = answer.status();
    if matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        let location = answer.headers().get(LOCATION).and_then(|location| location.to_str().ok());
        return Ok(location.map_or(Answer::Status(status.as_u16()), |location| Answer::Elsewhere(location.to_owned())));
    }
    let (StatusCode::OK, Some(most)) = (status, most) else { return Ok(Answer::Status(status.as_u16())) };
    let is_packed = answer.headers().get(CONTENT_ENCODING).is_some_and(|coding| coding != "identity");
    if is_packed {
        return Err(Error::NoPicture);
    }
    let mut body = answer.into_body();
    let told = hyper::body::Body::size_hint(&body).lower();
    if usize::try_from(told).map_or(true, |told| told > most) {
        return Err(Error::TooLarge);
    }
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Error::NoAnswer(error.to_string()))?;
        let Some(data) = frame.data_ref() else { continue };
        if bytes.len() + data.len() > most {
            return Err(Error::TooLarge);
        }
        bytes.extend_from_slice(data);
    }
    Ok(Answer::Body(bytes.freeze()))
}
