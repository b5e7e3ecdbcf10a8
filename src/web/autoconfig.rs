//! Thunderbird's automatic set-up, which Evolution, K-9 and others ask for too: `GET /mail/config-v1.1.xml`, and the same below
//! `/.well-known/autoconfig`. The form is Mozilla's "config-v1.1" (1.1, 2024).

use actix_web::{HttpRequest, HttpResponse, web};

use super::client_setup::{OwnAddress, Reach, Setup};
use super::error::Error;
use super::locale::Locale;
use super::params::query_value;
use super::state::State;
use super::xml::Xml;
use crate::config::UserName;

/// Answers for the domain of `emailaddress`, else for the one that the host is named after.
pub(super) async fn autoconfig(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Error> {
    let address = match query_value(&request, "emailaddress").filter(|address| !address.is_empty()) {
        Some(address) => OwnAddress::parse(&address, &state.config),
        None => OwnAddress::of_host(request.connection_info().host(), &state.config),
    };
    let address = address.filter(|address| !address.domain().is_empty()).ok_or(Error::NotFound)?;
    let setup = Setup::of(&address, &state.config);
    let locale = Locale::of(&request, &state.words, None);
    if setup.imap.is_none() && setup.pop3.is_none() {
        return Err(Error::NotFound);
    }
    Ok(HttpResponse::Ok().content_type("application/xml; charset=utf-8").body(document(
        &address,
        &setup,
        locale.as_ref(),
        &state,
    )))
}

fn document(address: &OwnAddress, setup: &Setup, locale: Option<&Locale>, state: &State) -> String {
    let mut xml = Xml::new();
    xml.open("clientConfig", &[("version", "1.1")]);
    xml.open("emailProvider", &[("id", address.domain())]);
    xml.leaf("domain", address.domain());
    xml.leaf("displayName", &setup.name);
    xml.leaf("displayShortName", &setup.name);
    for (kind, reach) in [("imap", &setup.imap), ("pop3", &setup.pop3)] {
        server(&mut xml, "incomingServer", kind, reach.as_ref(), state, address);
    }
    server(&mut xml, "outgoingServer", "smtp", setup.submission.as_ref(), state, address);
    if let Some(locale) = locale {
        xml.open("documentation", &[("url", &state.urls.devices_for(""))]);
        xml.leaf_in("descr", locale.language.tag(), locale.text("devices"));
        xml.close("documentation");
    }
    xml.close("emailProvider");
    xml.open("webMail", &[]);
    xml.empty("loginPage", &[("url", &state.urls.login_from_anywhere())]);
    xml.close("webMail");
    xml.close("clientConfig");
    xml.finish()
}

fn server(xml: &mut Xml, name: &str, kind: &str, reach: Option<&Reach>, state: &State, address: &OwnAddress) {
    let Some(Reach { server, .. }) = reach else { return };
    // place-holders: the program knows whom it sets up
    let user = match state.config.client_setup(address.domain()).user_name {
        UserName::Address => "%EMAILADDRESS%",
        UserName::LocalPart => "%EMAILLOCALPART%",
    };
    xml.open(name, &[("type", kind)]);
    xml.leaf("hostname", &server.host);
    xml.leaf("port", &server.port.to_string());
    xml.leaf("socketType", if server.starttls { "STARTTLS" } else { "SSL" });
    xml.leaf("authentication", "password-cleartext");
    xml.leaf("username", user);
    xml.close(name);
}
