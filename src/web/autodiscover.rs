//! Outlook's automatic set-up: `POST /autodiscover/autodiscover.xml`, "plain old XML" (MS-OXDSCLI 2.2.3, 2.2.4).

use actix_web::{HttpRequest, HttpResponse, web};
use quick_xml::Reader;
use quick_xml::events::Event;

use super::client_setup::{OwnAddress, Reach, Setup};
use super::error::Error;
use super::state::State;
use super::xml::Xml;

/// The longest question, in octets.
const LONGEST: usize = 16 * 1024;
/// The form that IMAP, POP3 and SMTP are told in.
const OUTLOOK: &str = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";
const ENVELOPE: &str = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";

/// Answers for the address that is asked for. What is no question gets the protocol's own error, with status 200 as it wants.
pub(super) async fn autodiscover(
    request: HttpRequest,
    mut body: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, Error> {
    let asked = read(&mut body).await?;
    let asked = asked.as_deref().and_then(address).and_then(|address| OwnAddress::parse(&address, &state.config));
    let setup =
        asked.filter(|address| !address.text().is_empty()).map(|address| (Setup::of(&address, &state.config), address));
    let document = match setup {
        Some((setup, address)) if setup.imap.is_some() || setup.pop3.is_some() => answer(&address, &setup),
        Some(_) => refusal("500", "The email address can't be found."),
        None => refusal("600", "Invalid Request"),
    };
    tracing::debug!(path = request.path(), "a mail program asked how to set itself up");
    Ok(HttpResponse::Ok().content_type("application/xml; charset=utf-8").body(document))
}

async fn read(body: &mut web::Payload) -> Result<Option<Vec<u8>>, Error> {
    use futures_util::StreamExt;
    let mut whole = Vec::new();
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(|_| Error::BadInput("a body that broke off"))?;
        if whole.len() + piece.len() > LONGEST {
            return Ok(None);
        }
        whole.extend_from_slice(&piece);
    }
    Ok(Some(whole))
}

/// `Autodiscover/Request/EMailAddress`. A document that declares a type of its own, and with it entities, is none.
fn address(question: &[u8]) -> Option<String> {
    let mut reader = Reader::from_str(std::str::from_utf8(question).ok()?);
    let mut path: Vec<String> = Vec::new();
    let mut found = String::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) if path.len() < 8 => path.push(start.local_name().as_ref().to_owned()),
            Event::Start(_) | Event::DocType(_) => return None,
            Event::End(end) => {
                path.pop().filter(|name| name == end.local_name().as_ref())?;
                if !found.is_empty() {
                    return Some(found);
                }
            }
            Event::Text(text) if path == ["Autodiscover", "Request", "EMailAddress"] => {
                found.push_str(text.xml10_content().trim());
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

fn answer(address: &OwnAddress, setup: &Setup) -> String {
    let mut xml = Xml::new();
    xml.open("Autodiscover", &[("xmlns", ENVELOPE)]);
    xml.open("Response", &[("xmlns", OUTLOOK)]);
    xml.open("User", &[]);
    xml.leaf("DisplayName", &address.text());
    xml.close("User");
    xml.open("Account", &[]);
    xml.leaf("AccountType", "email");
    xml.leaf("Action", "settings");
    for (kind, reach) in [("IMAP", &setup.imap), ("POP3", &setup.pop3), ("SMTP", &setup.submission)] {
        if let Some(reach) = reach {
            protocol(&mut xml, kind, reach);
        }
    }
    xml.close("Account");
    xml.close("Response");
    xml.close("Autodiscover");
    xml.finish()
}

fn protocol(xml: &mut Xml, kind: &str, Reach { server, user }: &Reach) {
    xml.open("Protocol", &[]);
    xml.leaf("Type", kind);
    xml.leaf("Server", &server.host);
    xml.leaf("Port", &server.port.to_string());
    xml.leaf("DomainRequired", "off");
    xml.leaf("LoginName", user);
    xml.leaf("SPA", "off");
    xml.leaf("SSL", if server.starttls { "off" } else { "on" });
    xml.leaf("Encryption", if server.starttls { "TLS" } else { "SSL" });
    xml.leaf("AuthRequired", "on");
    if kind == "SMTP" {
        xml.leaf("UsePOPAuth", "off");
        xml.leaf("SMTPLast", "off");
    }
    xml.close("Protocol");
}

fn refusal(code: &str, message: &str) -> String {
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).strftime("%H:%M:%S").to_string();
    let mut xml = Xml::new();
    xml.open("Autodiscover", &[("xmlns", ENVELOPE)]);
    xml.open("Response", &[]);
    xml.open("Error", &[("Time", &now), ("Id", "0")]);
    xml.leaf("ErrorCode", code);
    xml.leaf("Message", message);
    xml.empty("DebugData", &[]);
    xml.close("Error");
    xml.close("Response");
    xml.close("Autodiscover");
    xml.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKS: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/\
        autodiscover/outlook/requestschema/2006\"><Request><EMailAddress>ann@a.example</EMailAddress>\
        <AcceptableResponseSchema>x</AcceptableResponseSchema></Request></Autodiscover>";

    #[test]
    fn the_address_is_where_the_protocol_has_it() {
        assert_eq!(address(ASKS.as_bytes()).as_deref(), Some("ann@a.example"));
        for wrong in [
            "",
            "ann@a.example",
            "<Autodiscover><Request>",
            "<EMailAddress>ann@a.example</EMailAddress>",
            "<Autodiscover><Request><EMailAddress></EMailAddress></Request></Autodiscover>",
            "<Autodiscover><Request><EMailAddress>ann@a.example</Request></Autodiscover>",
            "<!DOCTYPE x [<!ENTITY a \"ann@a.example\">]><Autodiscover><Request><EMailAddress>&a;</EMailAddress></Request></Autodiscover>",
            "<Autodiscover><Request><EMailAddress>&a;</EMailAddress></Request></Autodiscover>",
            &format!("{}{ASKS}", "<a>".repeat(100_000)),
        ] {
            assert_eq!(address(wrong.as_bytes()), None, "{}", &wrong[..wrong.len().min(80)]);
        }
    }

    #[test]
    fn what_is_told_is_escaped() {
        let refused = refusal("600", "<b>&\"");
        assert!(refused.contains("<Message>&lt;b&gt;&amp;"), "{refused}");
    }
}
