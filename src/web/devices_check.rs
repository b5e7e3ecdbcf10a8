//! Whether the settings that `/devices` shows work: `POST /devices/check` tries each of them from here, with the person's own
//! password, and the page then says what came of it.

use actix_web::HttpResponse;
use serde::Serialize;

use super::client_setup::{OwnAddress, Reach, Setup};
use super::dates::Dates;
use super::error::Error;
use super::form::Fields;
use super::locale::Locale;
use super::redirect::see_other;
use super::shown::clean;
use super::urls::Urls;
use super::visit::Visit;
use crate::account::{Checkup, Finding, Protocol, Way, WayChecked};
use crate::config::Config;
use crate::mail::Moment;
use crate::tls::{Certificate, Doubt};

/// Names of a certificate that are told: some are for hundreds.
const MOST_NAMES: usize = 3;

/// What the page says about it.
#[derive(Serialize)]
pub(super) struct Checked {
    action: String,
    csrf: String,
    title: String,
    lead: String,
    button: String,
    ways: Vec<Line>,
}

/// What came of one way.
#[derive(Serialize, Clone)]
pub(super) struct Line {
    kind: &'static str,
    name: String,
    /// A word for the card of the same server.
    mark: String,
    tone: &'static str,
    icon: &'static str,
    good: bool,
    sentence: String,
    /// What can be done; empty where nothing has to be.
    out: String,
    certificate: String,
    greeting: String,
}

/// Tries them, and goes back to the page.
pub(super) async fn devices_check(visit: Visit, _form: Fields) -> Result<HttpResponse, Error> {
    let ways = ways(visit.account().user(), &visit.state.config);
    visit.account().check_devices(ways).await;
    Ok(see_other(&format!("{}#check", visit.state.urls.devices())))
}

/// What the page tells this person: no other server is ever asked.
fn ways(user: &str, config: &Config) -> Vec<Way> {
    let Some(address) = OwnAddress::parse(user, config) else { return Vec::new() };
    let setup = Setup::of(&address, config);
    let told = [(Protocol::Imap, setup.imap), (Protocol::Submission, setup.submission), (Protocol::Pop3, setup.pop3)];
    let way = |(protocol, reach): (Protocol, Option<Reach>)| {
        let Reach { server, user } = reach?;
        let ca_file = config.ca_file_of(&server.host);
        Some(Way { protocol, host: server.host, port: server.port, starttls: server.starttls, user, ca_file })
    };
    told.into_iter().filter_map(way).collect()
}

impl Checked {
    /// What was found, or that nothing was looked at yet.
    pub(super) fn new(found: Option<&Checkup>, csrf: String, urls: &Urls, locale: &Locale) -> Self {
        let dates = Dates::now(locale);
        let text = |key: &str| locale.text(key).to_owned();
        let (title, button) = match found {
            Some(found) => {
                let when = dates.medium(found.at);
                (locale.language.say("check-title-at", [("when", when.into())]), text("check-again"))
            }
            None => (text("check-title"), text("check-now")),
        };
        let ways = found.map(|found| found.ways.iter().map(|one| line(one, &dates, locale)).collect());
        Self {
            action: urls.devices_check(),
            csrf,
            title,
            lead: text(if found.is_some() { "check-lead-at" } else { "check-lead" }),
            button,
            ways: ways.unwrap_or_default(),
        }
    }

    /// What came of the way that this card tells of.
    pub(super) fn of(&self, kind: &str) -> Option<Line> {
        self.ways.iter().find(|one| one.kind == kind).cloned()
    }
}

fn line(one: &WayChecked, dates: &Dates<'_>, locale: &Locale) -> Line {
    let WayChecked { way, seen, greeting, finding } = one;
    let certificate = seen.as_ref().and_then(|seen| seen.certificate.as_ref());
    let works = *finding == Finding::Works;
    let ends_soon = certificate.filter(|certificate| works && certificate.ends_soon());
    let (mark, tone, icon) = match (works, ends_soon) {
        (true, None) => ("check-mark-works", " mark--good", "check"),
        (true, Some(_)) => ("check-mark-soon", " mark--warn", "triangle-alert"),
        (false, _) => ("check-mark-fails", " mark--bad", "circle-alert"),
    };
    let key = key(*finding);
    let port = way.port.to_string();
    let protocol = format!("check-{}", kind(way.protocol));
    let say = |key: &str| {
        let (host, port, user) = (way.host.as_str().into(), port.as_str().into(), way.user.as_str().into());
        let protocol = locale.text(&protocol).into();
        locale.language.say(key, [("host", host), ("port", port), ("user", user), ("protocol", protocol)])
    };
    let out = match (works, ends_soon) {
        (true, None) => String::new(),
        (true, Some(certificate)) => {
            let days = u64::try_from(certificate.days_left()).unwrap_or(0);
            locale.language.count("check-ends-soon", days, [("host", way.host.as_str())])
        }
        (false, _) => say(way_out(*finding)),
    };
    let own_authority = certificate.filter(|_| works && way.ca_file.is_some());
    let own_authority = own_authority.map(|certificate| {
        format!(" {}", locale.language.say("check-own-authority", [("issuer", clean(&certificate.issuer).into())]))
    });
    let certificate = certificate.map(|certificate| told(certificate, dates, locale)).unwrap_or_default();
    // the sentence around it has a full stop of its own
    let greeting = clean(greeting).trim_end_matches('.').to_owned();
    let quoted = |greeting: String| locale.language.say("check-greeting", [("greeting", greeting.into())]);
    Line {
        kind: kind(way.protocol),
        name: locale.text(&format!("devices-{}", kind(way.protocol))).to_owned(),
        mark: locale.text(mark).to_owned(),
        tone,
        icon,
        good: works && ends_soon.is_none(),
        sentence: say(key),
        out,
        certificate: certificate + &own_authority.unwrap_or_default(),
        greeting: if greeting.is_empty() { String::new() } else { quoted(greeting) },
    }
}

/// "Its certificate is for mail.example.org, from Some CA, and holds until 14 February 2027: 78 more days."
fn told(certificate: &Certificate, dates: &Dates<'_>, locale: &Locale) -> String {
    let language = &locale.language;
    let (shown, rest) = certificate.names.split_at(certificate.names.len().min(MOST_NAMES));
    let mut names = shown.iter().map(|name| clean(name)).collect::<Vec<_>>().join(", ");
    if !rest.is_empty() {
        names = language.count("check-more-names", rest.len().try_into().unwrap_or(u64::MAX), [("names", &names)]);
    }
    let issuer = match certificate.is_self_signed {
        true => locale.text("check-itself").to_owned(),
        false => clean(&certificate.issuer),
    };
    let until = dates.written_day(Moment { seconds: certificate.not_after, offset_minutes: 0 });
    let (key, days) = match u64::try_from(certificate.days_left()) {
        Ok(days) => ("check-certificate", days),
        Err(_) => ("check-certificate-over", 0),
    };
    language.count(key, days, [("names", names.as_str()), ("issuer", issuer.as_str()), ("until", until.as_str())])
}

/// What is wrong with a POP3 server of ours, and what can be done.
pub(super) fn trouble(finding: Finding, host: &str, port: u16, locale: &Locale) -> String {
    match finding {
        Finding::Refused => locale.language.say("check-refused-pop", [("host", host.into())]),
        other => trouble_at(other, "check-pop3", host, port, "", locale),
    }
}

/// What is wrong with a server, and what can be done; `protocol` is the key of what it speaks.
pub(super) fn trouble_at(
    finding: Finding,
    protocol: &str,
    host: &str,
    port: u16,
    user: &str,
    locale: &Locale,
) -> String {
    let port = port.to_string();
    let say = |key: &str| {
        let (host, port, user) = (host.into(), port.as_str().into(), clean(user).into());
        let protocol = locale.text(protocol).into();
        locale.language.say(key, [("host", host), ("port", port), ("user", user), ("protocol", protocol)])
    };
    format!("{} {}", say(key(finding)), say(way_out(finding)))
}

/// As the cards are called.
fn kind(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Imap => "imap",
        Protocol::Pop3 => "pop3",
        Protocol::Submission => "submission",
    }
}

/// What is said.
fn key(finding: Finding) -> &'static str {
    match finding {
        Finding::Works => "check-works",
        Finding::NoSignIn => "check-no-sign-in",
        Finding::NoAnswer => "check-no-answer",
        Finding::TooSlow => "check-too-slow",
        Finding::Closed => "check-closed",
        Finding::Busy => "check-busy",
        Finding::NoTls => "check-no-tls",
        Finding::BrokenTls => "check-broken-tls",
        Finding::OtherProtocol => "check-other-protocol",
        Finding::Refused => "check-refused",
        Finding::NoWayToSignIn => "check-no-way",
        Finding::InUse => "check-in-use",
        Finding::Doubted(Doubt::OtherName) => "check-other-name",
        Finding::Doubted(Doubt::Expired) => "check-expired",
        Finding::Doubted(Doubt::NotYetValid) => "check-not-yet",
        Finding::Doubted(Doubt::SelfSigned) => "check-self-signed",
        Finding::Doubted(Doubt::UnknownIssuer) => "check-unknown-issuer",
        Finding::Doubted(Doubt::Revoked) => "check-revoked",
        Finding::Doubted(Doubt::Unfit) => "check-unfit",
    }
}

/// And what can be done.
fn way_out(finding: Finding) -> &'static str {
    match finding {
        Finding::Works => "check-works",
        Finding::TooSlow | Finding::Closed | Finding::Busy => "check-out-later",
        Finding::InUse => "check-out-in-use",
        Finding::Refused => "check-out-refused",
        Finding::Doubted(Doubt::Expired | Doubt::NotYetValid) => "check-out-renew",
        Finding::Doubted(_) => "check-out-certificate",
        Finding::NoAnswer
        | Finding::NoTls
        | Finding::BrokenTls
        | Finding::OtherProtocol
        | Finding::NoSignIn
        | Finding::NoWayToSignIn => "check-out-operator",
    }
}
