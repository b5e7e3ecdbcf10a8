//! Which host was asked for (`C-05`): another name than ours is another site, or an attack by DNS.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};

use super::routes;
use super::state::State;

/// Answers 421 to every request for another host.
pub(super) async fn check(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, Error> {
    let ours = request.app_data::<web::Data<State>>().is_some_and(|state| {
        let host = request.headers().get("host").and_then(|host| host.to_str().ok());
        let host = host.or_else(|| request.uri().authority().map(|authority| authority.as_str()));
        // mail programs ask at autoconfig.DOMAIN and the like, for what is no secret and knows no session
        routes::is_for_mail_programs(request.path()) || host.is_some_and(|host| state.origin.has_host(host))
    });
    if ours {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    // Plain text: a page would need addresses, and nothing here may be built from what the request says.
    let response = HttpResponse::MisdirectedRequest()
        .content_type("text/plain; charset=utf-8")
        .body("This host is not served here. Whoever runs this server finds the right name in its key public_url.\n");
    Ok(request.into_response(response))
}
