//! What a certificate says (RFC 5280), for whoever wants to know whom a server claims to be. It judges nothing.

use std::net::IpAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use x509_cert::der::Decode;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::name::Name;

/// The longest name that is told, in characters; and the most names: some certificates are for hundreds.
const LONGEST: usize = 200;
const MOST_NAMES: usize = 100;
/// Attributes of a name (X.520): common name, organisation, organisational unit.
const SPEAKING: [&str; 3] = ["2.5.4.3", "2.5.4.10", "2.5.4.11"];
const SECONDS_A_DAY: i64 = 86_400;
/// Days before its end from which on a certificate should have been renewed, if it held for months; and the part of its time, if it
/// holds for days only.
const SOON: i64 = 14;
const LAST_PART: i64 = 10;

/// A server's certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The hosts it is for: names, some with a `*`, and addresses.
    pub names: Vec<String>,
    /// Who answers for it; empty where that has no name.
    pub issuer: String,
    /// Whether it answers for itself.
    pub is_self_signed: bool,
    /// From when on it holds, in seconds since 1970.
    pub not_before: i64,
    /// And until when.
    pub not_after: i64,
}

impl Certificate {
    /// Reads one; `None` for what is none.
    pub(super) fn read(der: &[u8]) -> Option<Self> {
        let read = x509_cert::Certificate::from_der(der).ok()?.tbs_certificate;
        let mut names = match read.get::<SubjectAltName>() {
            Ok(Some((_, others))) => others.0.iter().filter_map(host).take(MOST_NAMES).collect(),
            Ok(None) | Err(_) => Vec::new(),
        };
        if names.is_empty() {
            // no program believes it any more (RFC 9525 2), and it says whom the certificate was meant for
            names.extend(Some(speaking(&read.subject)).filter(|name| !name.is_empty()));
        }
        let seconds = |time: x509_cert::time::Time| i64::try_from(time.to_unix_duration().as_secs()).ok();
        Some(Self {
            names,
            issuer: speaking(&read.issuer),
            is_self_signed: read.issuer == read.subject,
            not_before: seconds(read.validity.not_before)?,
            not_after: seconds(read.validity.not_after)?,
        })
    }

    /// Whole days that it still holds; below zero when it does no longer.
    pub fn days_left(&self) -> i64 {
        self.seconds_left().div_euclid(SECONDS_A_DAY)
    }

    /// Whether it ends so soon that somebody seems to have forgotten to renew it.
    pub fn ends_soon(&self) -> bool {
        let last_part = (self.not_after - self.not_before) / LAST_PART;
        self.seconds_left() < last_part.min(SOON * SECONDS_A_DAY)
    }

    fn seconds_left(&self) -> i64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        self.not_after.saturating_sub(i64::try_from(now).unwrap_or(i64::MAX))
    }
}

fn host(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::DnsName(name) => Some(readable(name.as_bytes())),
        GeneralName::IpAddress(octets) => {
            let octets = octets.as_bytes();
            let address = <[u8; 4]>::try_from(octets).map(IpAddr::from);
            address.or_else(|_| <[u8; 16]>::try_from(octets).map(IpAddr::from)).ok().map(|address| address.to_string())
        }
        _ => None,
    }
}

/// What a person would call it: its common name, else the organisation.
fn speaking(name: &Name) -> String {
    let attributes: Vec<_> = name.0.iter().flat_map(|part| part.0.iter()).collect();
    let found = SPEAKING.iter().find_map(|wanted| attributes.iter().find(|one| one.oid.to_string() == *wanted));
    found.map(|one| readable(one.value.value())).unwrap_or_default()
}

/// Whoever made the certificate wrote this: a line of text, in UTF-8 or in what was before it.
fn readable(octets: &[u8]) -> String {
    let text = String::from_utf8_lossy(octets);
    text.chars().filter(|c| !c.is_control()).take(LONGEST).collect()
}
