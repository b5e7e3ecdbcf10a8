//! The end of a session whose password the mail server no longer takes (`S-09`, `R-05`).

use actix_session::SessionExt;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::{Error, web};

use super::cookies::{self, Name};
use super::login::{SignInForm, Trouble};
use super::session::Who;
use super::state::State;
use crate::account;

/// Where a handler learned that the password was refused, ends the session and shows the sign-in page instead.
pub(super) async fn watch(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let refused = response
        .response()
        .error()
        .and_then(|error| error.as_error::<super::Error>())
        .is_some_and(|error| matches!(error, super::Error::Account(account::Error::SignedOut)));
    let (request, plain) = response.into_parts();
    let Some(state) = request.app_data::<web::Data<State>>().filter(|_| refused) else {
        return Ok(ServiceResponse::new(request, plain));
    };
    let session = request.get_session();
    let user = Who::of(&session).map(|who| who.user).unwrap_or_default();
    session.purge();
    let next = if request.method().is_safe() { request.uri().to_string() } else { String::new() };
    let form = SignInForm { user, next, trouble: Some(Trouble::Ended), ..SignInForm::default() };
    let mut page = form.show(StatusCode::UNAUTHORIZED, &request, state);
    cookies::expire(&mut page, Name::Key, state);
    Ok(ServiceResponse::new(request.clone(), page))
}
