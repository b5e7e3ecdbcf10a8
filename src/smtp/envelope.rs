//! From whom, to whom, and what else the server is told beside the message.

use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::commands::{Mail, Rcpt};
use lettre::transport::smtp::extension::{MailBodyParameter, MailParameter, RcptParameter};

use super::octets::Nature;
use super::{Error, Offers};

/// Of an address, in octets (RFC 5321 4.5.3.1.3, its angle brackets not counted).
const LONGEST_ADDRESS: usize = 254;
/// Of a name for delivery reports, and of an address in one (RFC 3461 4.4, 4.2).
const LONGEST_ENVELOPE_ID: usize = 100;
const LONGEST_ORIGINAL: usize = 480;

/// What stands on the envelope (RFC 5321 2.3.1).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Envelope {
    /// Whom the server tells about failures: `local@domain`; empty for reports that nobody answers.
    pub from: String,
    /// Who gets it: `local@domain`, each once.
    pub to: Vec<String>,
    /// Whether servers are asked to confirm that it was delivered (RFC 3461), if the server can.
    pub asks_delivery: bool,
    /// What a confirmation names, visible ASCII; empty: nothing.
    pub envelope_id: String,
    /// For how long the server shall hold it back (RFC 4865).
    pub hold_for: Option<Duration>,
}

/// An envelope whose addresses can be written into commands.
#[derive(Debug)]
pub(super) struct Route<'a> {
    envelope: &'a Envelope,
    from: Option<Address>,
    to: Vec<Address>,
}

impl Envelope {
    /// Checks each address (`I-05`); domains become A-labels (RFC 5890 2.3.2.1).
    pub(super) fn route(&self) -> Result<Route<'_>, Error> {
        let mut wrong = Vec::new();
        let mut read = |text: &String| {
            let address = address(text);
            if address.is_none() {
                wrong.push(text.clone());
            }
            address
        };
        let from = if self.from.is_empty() { None } else { read(&self.from) };
        let to: Vec<Address> = self.to.iter().filter_map(read).collect();
        match (wrong.is_empty(), to.is_empty()) {
            (true, false) => Ok(Route { envelope: self, from, to }),
            _ => Err(Error::NotAddresses(wrong)),
        }
    }
}

impl Route<'_> {
    /// MAIL and a RCPT for each recipient, as this server can take them; or what it lacks.
    pub(super) fn commands(&self, size: usize, nature: Nature, offers: &Offers) -> Result<Vec<String>, Error> {
        let octets = u64::try_from(size).unwrap_or(u64::MAX);
        if let Some(limit) = offers.size.filter(|limit| *limit < octets) {
            return Err(Error::TooLarge { size: octets, limit });
        }
        let outside = self.outside_ascii();
        let needs_utf8 = nature.header_needs_utf8 || !outside.is_empty();
        if needs_utf8 && !offers.utf8 {
            return Err(Error::NeedsSmtpUtf8(outside));
        }
        if nature.is_eight_bit && !offers.eight_bit {
            return Err(Error::NeedsEightBit);
        }
        let mut parameters = Vec::new();
        if offers.asks_size {
            parameters.push(MailParameter::Size(size));
        }
        if nature.is_eight_bit {
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        if needs_utf8 {
            parameters.push(MailParameter::SmtpUtfEight);
        }
        let confirms = self.envelope.asks_delivery && offers.dsn;
        if confirms {
            parameters.push(other("RET", "HDRS"));
            let id = &self.envelope.envelope_id;
            if (1..=LONGEST_ENVELOPE_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic()) {
                parameters.push(other("ENVID", id));
            }
        }
        if let Some(time) = self.envelope.hold_for {
            if offers.longest_hold.is_none_or(|longest| longest < time) {
                return Err(Error::CannotHold);
            }
            parameters.push(other("HOLDFOR", &time.as_secs().to_string()));
        }
        let mut commands = vec![Mail::new(self.from.clone(), parameters).to_string()];
        commands
            .extend(self.to.iter().map(|address| Rcpt::new(address.clone(), notices(address, confirms)).to_string()));
        Ok(commands)
    }

    fn outside_ascii(&self) -> Vec<String> {
        let all = self.from.iter().chain(&self.to);
        all.filter(|address| !address.user().is_ascii()).map(ToString::to_string).collect()
    }
}

/// What a recipient's server is asked to report.
fn notices(address: &Address, confirms: bool) -> Vec<RcptParameter> {
    if !confirms {
        return Vec::new();
    }
    let parameter =
        |keyword: &str, value: String| RcptParameter::Other { keyword: keyword.to_owned(), value: Some(value) };
    let mut parameters = vec![parameter("NOTIFY", "SUCCESS,DELAY,FAILURE".to_owned())];
    let text: &str = address.as_ref();
    // letters outside ASCII have a form of their own there (RFC 6533 3), which few servers read
    if text.is_ascii() && text.len() <= LONGEST_ORIGINAL {
        parameters.push(parameter("ORCPT", format!("rfc822;{text}")));
    }
    parameters
}

fn other(keyword: &str, value: &str) -> MailParameter {
    MailParameter::Other { keyword: keyword.to_owned(), value: Some(value.to_owned()) }
}

/// `local@domain` as it goes over the wire.
fn address(text: &str) -> Option<Address> {
    let (local, domain) = text.rsplit_once('@')?;
    if text.chars().any(char::is_control) {
        return None;
    }
    let domain = if domain.starts_with('[') { domain.to_owned() } else { idna::domain_to_ascii(domain).ok()? };
    Address::new(local, domain).ok().filter(|address| AsRef::<str>::as_ref(address).len() <= LONGEST_ADDRESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Nature = Nature { header_needs_utf8: false, is_eight_bit: false };

    fn envelope(to: &[&str]) -> Envelope {
        let to = to.iter().map(|address| (*address).to_owned()).collect();
        Envelope { from: "ann@example.org".to_owned(), to, ..Envelope::default() }
    }

    fn everything() -> Offers {
        let (size, longest_hold) = (Some(1000), Some(Duration::from_secs(60)));
        Offers { size, asks_size: true, eight_bit: true, utf8: true, dsn: true, longest_hold, ..Offers::default() }
    }

    #[test]
    fn nothing_but_an_address_becomes_a_command() {
        for wrong in [
            "",
            "ann",
            "@example.org",
            "ann@",
            "ann@example.org>\r\nRSET",
            "ann\n@example.org",
            "a b@example.org",
            "ann@exa mple.org",
            "ann@example.org SIZE=1",
            "<ann@example.org>",
            "\"a\u{0}\"@example.org",
            "\"a\rb\"@example.org",
        ] {
            let found = envelope(&["bo@example.org", wrong]).route().map(|_| ()).unwrap_err();
            assert_eq!(found, Error::NotAddresses(vec![wrong.to_owned()]), "{wrong:?}"); // I-05
        }
        assert_eq!(envelope(&[]).route().map(|_| ()).unwrap_err(), Error::NotAddresses(Vec::new()));
    }

    #[test]
    fn domains_become_a_labels_and_letters_before_the_at_sign_stay() {
        let lines = |to: &str, offers: &Offers| envelope(&[to]).route().unwrap().commands(10, PLAIN, offers);
        let plain = Offers::default();
        for (to, wire) in [
            ("bo@b\u{fc}cher.example", "RCPT TO:<bo@xn--bcher-kva.example>\r\n"),
            ("\"b o\"@example.org", "RCPT TO:<\"b o\"@example.org>\r\n"),
            ("bo@[192.0.2.1]", "RCPT TO:<bo@[192.0.2.1]>\r\n"),
        ] {
            assert_eq!(lines(to, &plain).unwrap(), ["MAIL FROM:<ann@example.org>\r\n", wire]);
        }
        let pele = "pel\u{e9}@b\u{fc}cher.example";
        let wire = "pel\u{e9}@xn--bcher-kva.example";
        assert_eq!(lines(pele, &plain).unwrap_err(), Error::NeedsSmtpUtf8(vec![wire.to_owned()]));
        let with = lines(pele, &everything()).unwrap();
        assert_eq!(with, ["MAIL FROM:<ann@example.org> SIZE=10 SMTPUTF8\r\n", &format!("RCPT TO:<{wire}>\r\n")]);
    }

    #[test]
    fn the_server_is_told_what_it_can_understand_and_no_more() {
        let asking = Envelope {
            asks_delivery: true,
            envelope_id: "a+b@example.org".to_owned(),
            hold_for: Some(Duration::from_secs(60)),
            ..envelope(&["b+o@example.org"])
        };
        let eight = Nature { header_needs_utf8: false, is_eight_bit: true };
        assert_eq!(
            asking.route().unwrap().commands(1000, eight, &everything()).unwrap(),
            [
                "MAIL FROM:<ann@example.org> SIZE=1000 BODY=8BITMIME RET=HDRS ENVID=a+2Bb@example.org HOLDFOR=60\r\n",
                "RCPT TO:<b+o@example.org> NOTIFY=SUCCESS,DELAY,FAILURE ORCPT=rfc822;b+2Bo@example.org\r\n"
            ]
        );
        let silent = Envelope { hold_for: None, ..asking.clone() };
        assert_eq!(
            silent.route().unwrap().commands(1000, PLAIN, &Offers::default()).unwrap(),
            ["MAIL FROM:<ann@example.org>\r\n", "RCPT TO:<b+o@example.org>\r\n"]
        );
        let null = Envelope { from: String::new(), ..silent.clone() };
        assert_eq!(null.route().unwrap().commands(1, PLAIN, &Offers::default()).unwrap()[0], "MAIL FROM:<>\r\n");
        let refused =
            |size, nature, offers: &Offers| asking.route().unwrap().commands(size, nature, offers).unwrap_err();
        assert_eq!(refused(1001, PLAIN, &everything()), Error::TooLarge { size: 1001, limit: 1000 });
        assert_eq!(refused(1, eight, &Offers::default()), Error::NeedsEightBit);
        assert_eq!(refused(1, PLAIN, &Offers::default()), Error::CannotHold);
    }
}
