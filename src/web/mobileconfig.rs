//! The profile by which iPhone, iPad and Mac set up mail: `GET /devices/mail.mobileconfig`, a property list as Apple's
//! "Device Management, Mail" describes (com.apple.mail.managed, 2024). The device asks for the password itself.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use super::client_setup::{OwnAddress, Reach, Setup};
use super::error::Error;
use super::locale::Locale;
use super::params::query_value;
use super::state::State;
use super::xml::Xml;
use crate::config::Signing;
use crate::tls::Signer;

/// Answers for `address`; by POP3 where `pop` is asked for.
pub(super) async fn mobileconfig(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Error> {
    let asked = query_value(&request, "address").unwrap_or_default();
    let address = OwnAddress::parse(&asked, &state.config).filter(|address| !address.text().is_empty());
    let address = address.ok_or(Error::NotFound)?;
    let setup = Setup::of(&address, &state.config);
    let locale = Locale::of(&request, &state.words, None);
    let text = |locale: Locale| locale.language.say("profile-description", [("address", address.text().into())]);
    let description = locale.map(text).unwrap_or_default();
    let by_pop = query_value(&request, "pop").is_some();
    let incoming = if by_pop { setup.pop3.as_ref() } else { setup.imap.as_ref() }.ok_or(Error::NotFound)?;
    let kind = if by_pop { "EmailTypePOP" } else { "EmailTypeIMAP" };
    let submission = setup.submission.as_ref();
    let (name, whose) = (&setup.name, &address.text());
    let profile = Profile { address: whose, name, kind, incoming, submission, description, state: &state };
    let document = profile.document().into_bytes();
    let (content_type, body) = match &setup.signing {
        Some(signing) => signed(signing, document).await,
        None => (PLAIN, document),
    };
    Ok(HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"mail.mobileconfig\""))
        .body(body))
}

/// A property list, which is text, and one inside its signature, which is not.
const PLAIN: &str = "application/x-apple-aspen-config; charset=utf-8";
const SIGNED: &str = "application/x-apple-aspen-config";

/// The document inside its signature. Where it can't be signed any more it is as good as without: the device says that nobody
/// answers for it, and the operator reads in the log why.
async fn signed(signing: &Signing, document: Vec<u8>) -> (&'static str, Vec<u8>) {
    let signer = Signer::new(&signing.certificate, &signing.key);
    let to_sign = document.clone();
    let done = web::block(move || signer.sign(&to_sign).map_err(|error| error.to_string())).await;
    match done.map_err(|error| error.to_string()).flatten() {
        Ok(signed) => (SIGNED, signed),
        Err(error) => {
            tracing::error!(%error, "a profile went out without its signature");
            (PLAIN, document)
        }
    }
}

struct Profile<'a> {
    address: &'a str,
    name: &'a str,
    kind: &'static str,
    incoming: &'a Reach,
    submission: Option<&'a Reach>,
    description: String,
    state: &'a State,
}

impl Profile<'_> {
    fn document(&self) -> String {
        let mut xml = Xml::new();
        xml.doctype("plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\"");
        xml.open("plist", &[("version", "1.0")]);
        xml.open("dict", &[]);
        xml.leaf("key", "PayloadContent");
        xml.open("array", &[]);
        self.mail(&mut xml);
        xml.close("array");
        self.identity(&mut xml, "profile", "Configuration");
        string(&mut xml, "PayloadOrganization", self.name);
        string(&mut xml, "PayloadDescription", &self.description);
        xml.leaf("key", "PayloadRemovalDisallowed");
        xml.empty("false", &[]);
        xml.close("dict");
        xml.close("plist");
        xml.finish()
    }

    fn mail(&self, xml: &mut Xml) {
        xml.open("dict", &[]);
        self.identity(xml, "mail", "com.apple.mail.managed");
        string(xml, "EmailAccountDescription", self.name);
        string(xml, "EmailAccountType", self.kind);
        string(xml, "EmailAddress", self.address);
        reach(xml, "Incoming", self.incoming);
        if let Some(submission) = self.submission {
            reach(xml, "Outgoing", submission);
            xml.leaf("key", "OutgoingPasswordSameAsIncomingPassword");
            xml.empty("true", &[]);
        }
        xml.close("dict");
    }

    /// The same each time for one address: a second profile takes the place of the first.
    fn identity(&self, xml: &mut Xml, what: &str, payload_type: &str) {
        let context = format!("{what} {} {}", self.kind, self.address);
        let name = uuid(&self.state.key.sign("name of a profile", context.as_bytes()));
        string(xml, "PayloadType", payload_type);
        xml.leaf("key", "PayloadVersion");
        xml.leaf("integer", "1");
        string(xml, "PayloadIdentifier", &format!("fernpost.{what}.{name}"));
        string(xml, "PayloadUUID", &name);
        string(xml, "PayloadDisplayName", self.name);
    }
}

fn string(xml: &mut Xml, key: &str, value: &str) {
    xml.leaf("key", key);
    xml.leaf("string", value);
}

fn reach(xml: &mut Xml, way: &str, Reach { server, user }: &Reach) {
    string(xml, &format!("{way}MailServerAuthentication"), "EmailAuthPassword");
    string(xml, &format!("{way}MailServerHostName"), &server.host);
    xml.leaf("key", &format!("{way}MailServerPortNumber"));
    xml.leaf("integer", &server.port.to_string());
    // TLS in either way: the device tries STARTTLS where the port does not begin with it
    xml.leaf("key", &format!("{way}MailServerUseSSL"));
    xml.empty("true", &[]);
    string(xml, &format!("{way}MailServerUsername"), user);
}

/// RFC 9562 5.8: a version of one's own making.
fn uuid(bytes: &[u8; 32]) -> String {
    let digits: Vec<String> = bytes.iter().take(16).map(|byte| format!("{byte:02X}")).collect();
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default().concat();
    let (third, fourth) = (part(6, 8), part(8, 10));
    let (third, fourth) = (third.get(1..).unwrap_or_default(), fourth.get(1..).unwrap_or_default());
    format!("{}-{}-8{third}-A{fourth}-{}", part(0, 4), part(4, 6), part(10, 16))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_is_a_uuid_of_version_8() {
        let uuid = super::uuid(&[0xAB; 32]);
        assert_eq!(uuid, "ABABABAB-ABAB-8BAB-ABAB-ABABABABABAB");
    }
}
