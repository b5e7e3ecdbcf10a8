//! Whether the person's own mail server vouches for who sent a message.
//!
//! Anybody can write `Authentication-Results` into a message. Only those fields count that one's own servers wrote:
//! they carry a name that the operator trusts, and they stand where only one's own servers can have put them (decision
//! 0020).

use super::authentication_results::{self, Found, Results};
use super::domain::{aligned, ascii, of};
use super::header_field::fields;
use super::received::{self, From};
use crate::mail::{Address, Authenticity, Check, CheckMethod, CheckResult, Verdict};

/// Fields of one's own servers that are read.
const MOST_FIELDS: usize = 20;
/// Findings that are kept.
const MOST_CHECKS: usize = 20;

/// Whose findings are believed. The default believes nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trust {
    names: Vec<String>,
    hosts: Vec<String>,
}

impl Trust {
    /// `names` are authserv-ids (RFC 8601 2.5). `hosts` are those that write `Received` under another name: names,
    /// addresses, or names with a `*` at their start or end.
    pub fn new(names: impl IntoIterator<Item = String>, hosts: impl IntoIterator<Item = String>) -> Self {
        let lower = |text: String| text.to_lowercase();
        Self { names: names.into_iter().map(lower).collect(), hosts: hosts.into_iter().map(lower).collect() }
    }

    fn believes(&self, authserv_id: &str) -> bool {
        self.names.iter().any(|name| name.eq_ignore_ascii_case(authserv_id))
    }

    fn is_ours(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_lowercase();
        let fits = |pattern: &String| match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
            (Some(end), _) => host.len() > end.len() && host.ends_with(end),
            (None, Some(start)) => host.starts_with(start),
            (None, None) => *pattern == host,
        };
        !host.is_empty() && self.names.iter().chain(&self.hosts).any(fits)
    }

    /// Whether a hop was made by one of ours.
    fn is_from_us(&self, from: &From<'_>) -> bool {
        match from {
            From::Itself => true,
            From::Called(name) => self.is_ours(name),
            From::Known { name, address } => {
                address.is_some_and(|address| address.is_loopback() || self.is_ours(&address.to_string()))
                    || self.is_ours(name)
            }
        }
    }
}

/// What the servers of `trust` found out about the message with this header block, whose sender is shown as `from`: raw bytes
/// can be read in more than one way, and what is said of one reading is not said of another.
pub fn authenticity(header: &[u8], from: &[Address], trust: &Trust) -> Authenticity {
    if trust.names.is_empty() {
        return Authenticity::default();
    }
    let found = believed(header, trust);
    let sender = Sender::of(header, from);
    let checks: Vec<Check> = METHODS
        .iter()
        // of one method the topmost field that knows it: what stands below was written earlier, and by whom is less sure
        .filter_map(|(name, method)| {
            let field = found.iter().find(|field| field.results.iter().any(|one| one.method == *name))?;
            Some(field.results.iter().filter(move |one| one.method == *name).map(|one| check(one, *method, &sender)))
        })
        .flatten()
        .take(MOST_CHECKS)
        .collect();
    Authenticity { verdict: verdict(&checks, &sender), checks }
}

const METHODS: [(&str, CheckMethod); 4] =
    [("spf", CheckMethod::Spf), ("dkim", CheckMethod::Dkim), ("dmarc", CheckMethod::Dmarc), ("arc", CheckMethod::Arc)];

/// The fields of one's own servers, topmost first: as far down as `Received` shows that nobody else can have written.
fn believed(header: &[u8], trust: &Trust) -> Vec<Results> {
    let mut found = Vec::new();
    let mut at_the_border = false;
    for field in fields(header) {
        if field.is("received") {
            let text = field.unfolded(None);
            let hop = received::parse(&text);
            if at_the_border || !trust.is_ours(hop.by) {
                break;
            }
            at_the_border = !trust.is_from_us(&hop.from);
        } else if field.is("authentication-results") && found.len() < MOST_FIELDS {
            let results = authentication_results::parse(&field.unfolded(None));
            if trust.believes(&results.by) {
                found.push(results);
            }
        }
    }
    found
}

/// Who the message says sent it.
struct Sender {
    /// The domain of the first address in `From`.
    domain: String,
    /// Whether there is exactly one `From`, of one domain: else nobody can tell whom a verdict is about.
    is_one: bool,
}

impl Sender {
    fn of(header: &[u8], from: &[Address]) -> Self {
        let lists = fields(header).filter(|field| field.is("from")).count();
        let domains: Vec<String> = from.iter().map(|address| of(&address.addr)).collect();
        let domain = domains.first().cloned().unwrap_or_default();
        let is_one = lists == 1 && !domain.is_empty() && domains.iter().all(|other| *other == domain);
        Self { domain, is_one }
    }
}

fn check(found: &Found, method: CheckMethod, sender: &Sender) -> Check {
    let named = |names: &[&str]| {
        let said = names.iter().map(|name| found.property(name)).find(|value| !value.is_empty()).unwrap_or_default();
        ascii(said.rsplit('@').next().unwrap_or_default())
    };
    let domain = match method {
        CheckMethod::Spf => named(&["smtp.mailfrom", "smtp.mail", "smtp.helo"]),
        CheckMethod::Dkim => named(&["header.d", "header.i"]),
        CheckMethod::Dmarc => named(&["header.from"]),
        CheckMethod::Arc => String::new(),
    };
    let outcome = match found.result.as_str() {
        "pass" => CheckResult::Pass,
        "fail" | "hardfail" => CheckResult::Fail,
        "softfail" => CheckResult::SoftFail,
        "none" => CheckResult::None,
        "neutral" | "policy" => CheckResult::Neutral,
        _ => CheckResult::Error,
    };
    Check { method, outcome, aligned: aligned(&domain, &sender.domain), domain }
}

fn verdict(checks: &[Check], sender: &Sender) -> Verdict {
    let of = |method: CheckMethod| checks.iter().filter(move |check| check.method == method);
    if CheckMethod::Arc == checks.first().map_or(CheckMethod::Arc, |check| check.method) {
        return Verdict::NotChecked; // nothing but what others say
    }
    if !sender.is_one {
        return Verdict::Unverified;
    }
    let domain = || sender.domain.clone();
    let about_sender = |check: &Check| check.aligned || check.domain.is_empty();
    if of(CheckMethod::Dmarc).any(|check| check.outcome == CheckResult::Fail && about_sender(check)) {
        return Verdict::Failed { domain: domain() };
    }
    let passes = |check: &Check| check.outcome == CheckResult::Pass;
    if of(CheckMethod::Dmarc).any(passes) {
        // DMARC holds by one of the others: where the server names both and neither can be it, they don't belong together
        let possible = |method| of(method).next().is_none() || of(method).any(|one| passes(one) && about_sender(one));
        let holds = of(CheckMethod::Dmarc).all(|check| passes(check) && about_sender(check));
        return match holds && (possible(CheckMethod::Spf) || possible(CheckMethod::Dkim)) {
            true => Verdict::Verified { domain: domain() },
            false => Verdict::Unverified,
        };
    }
    if of(CheckMethod::Dkim).any(|check| passes(check) && check.aligned) {
        return Verdict::Verified { domain: domain() };
    }
    let all_fail = |method| of(method).next().is_some() && of(method).all(|check| check.outcome == CheckResult::Fail);
    match all_fail(CheckMethod::Spf) && all_fail(CheckMethod::Dkim) {
        true => Verdict::Failed { domain: domain() },
        false => Verdict::Unverified,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn trust() -> Trust {
        Trust::new(["mx.example.org".to_owned()], ["imap.example.org", "10.0.0.7", "*.inside"].map(str::to_owned))
    }

    fn read(header: &[u8], trust: &Trust) -> Authenticity {
        authenticity(header, &super::super::envelope(header).from, trust)
    }

    fn verdict_of(header: &str) -> String {
        let read = read(header.replace('\n', "\r\n").as_bytes(), &trust());
        match read.verdict {
            Verdict::NotChecked => "not checked".to_owned(),
            Verdict::Verified { domain } => format!("verified {domain}"),
            Verdict::Unverified => "unverified".to_owned(),
            Verdict::Failed { domain } => format!("failed {domain}"),
        }
    }

    const ARRIVED: &str = "Received: from out.bank.example (out.bank.example [192.0.2.1])\n\tby mx.example.org (Postfix) with ESMTPS id 1;\n\tTue, 13 Jan 2026 09:30:00 +0100\n";
    const PASSED: &str = "Authentication-Results: mx.example.org; dmarc=pass header.from=bank.example\n";
    const SENT: &str = "Received: from pc (pc [198.51.100.1]) by out.bank.example; date\n";
    const FROM: &str = "From: Bank <info@bank.example>\n";

    #[test]
    fn a_field_counts_above_and_below_the_line_of_ones_own_border_and_no_further() {
        let passed = "verified bank.example";
        for (header, expected) in [
            ([PASSED, ARRIVED, SENT, FROM].concat(), passed),
            ([ARRIVED, PASSED, SENT, FROM].concat(), passed),
            ([ARRIVED, SENT, PASSED, FROM].concat(), "not checked"),
            // the stranger writes lines of ours as well
            ([ARRIVED, ARRIVED, PASSED, FROM].concat(), "not checked"),
            ([ARRIVED, SENT, ARRIVED, PASSED, FROM].concat(), "not checked"),
            (["Received: from a by evil.example; date\n", PASSED, FROM].concat(), "not checked"),
            (["Received: what is this\n", PASSED, FROM].concat(), "not checked"),
        ] {
            assert_eq!(verdict_of(&header), expected, "{header}");
        }
    }

    #[test]
    fn hops_among_ones_own_servers_are_walked_through() {
        for hop in [
            "Received: from mx.example.org by imap.example.org with LMTP id 1; date\n",
            "Received: from x (localhost [127.0.0.1]) by mx.example.org; date\n",
            "Received: from mx (mx.example.org [192.0.2.9]) by imap.example.org; date\n",
            "Received: from mx ([10.0.0.7]) by imap.example.org; date\n",
            "Received: from a.inside by b.inside with LMTPA; date\n",
            "Received: by mx.example.org (Postfix, from userid 7); date\n",
        ] {
            let header = [hop, ARRIVED, PASSED, SENT, FROM].concat();
            assert_eq!(verdict_of(&header), "verified bank.example", "{header}");
        }
        // who only calls itself ours is the border
        for hop in [
            "Received: from mx.example.org (evil.example [192.0.2.9]) by imap.example.org; date\n",
            "Received: from mx.example.org ([192.0.2.9]) by imap.example.org; date\n",
            "Received: from mx.example.org (mx.example.org [192.0.2.9] (may be forged)) by imap.example.org; date\n",
        ] {
            let header = [hop, ARRIVED, PASSED, FROM].concat();
            assert_eq!(verdict_of(&header), "not checked", "{header}");
        }
    }

    #[test]
    fn only_names_that_are_trusted_say_anything() {
        for by in ["evil.example", "mx.example.org.evil.example", "", "mx.example.org@evil.example", "imap.example.org"]
        {
            let header = format!("Authentication-Results: {by}; dmarc=pass header.from=bank.example\n{ARRIVED}{FROM}");
            assert_eq!(verdict_of(&header), "not checked", "{by}");
        }
        let header = [PASSED, ARRIVED, FROM].concat();
        assert_eq!(read(header.as_bytes(), &Trust::default()), Authenticity::default());
        assert_eq!(verdict_of(&header.replace("mx.example.org;", "MX.Example.org 1 ;")), "verified bank.example");
    }

    #[test]
    fn the_verdict_is_about_the_domain_in_from() {
        for (results, from, expected) in [
            ("dmarc=pass header.from=bank.example", "a@news.bank.example", "verified news.bank.example"),
            ("dmarc=pass header.from=evil.example", "a@bank.example", "unverified"),
            ("dmarc=pass", "a@bank.example", "verified bank.example"),
            ("dmarc=fail header.from=bank.example", "a@bank.example", "failed bank.example"),
            ("dmarc=fail header.from=bank.example; dmarc=pass", "a@bank.example", "failed bank.example"),
            ("dmarc=none; dkim=pass header.d=mail.bank.example", "a@bank.example", "verified bank.example"),
            ("dkim=pass header.i=@bank.example", "a@bank.example", "verified bank.example"),
            (
                "dkim=pass header.d=mailer.example; spf=pass smtp.mailfrom=x@mailer.example",
                "a@bank.example",
                "unverified",
            ),
            ("spf=pass smtp.mailfrom=a@bank.example", "a@bank.example", "unverified"),
            (
                "spf=fail smtp.mailfrom=a@bank.example; dkim=fail header.d=bank.example",
                "a@bank.example",
                "failed bank.example",
            ),
            ("spf=softfail; dkim=fail header.d=bank.example", "a@bank.example", "unverified"),
            ("spf=fail; dkim=none", "a@bank.example", "unverified"),
            ("spf=fail; dkim=fail; arc=pass", "a@bank.example", "failed bank.example"),
            ("arc=pass", "a@bank.example", "not checked"),
            ("none", "a@bank.example", "not checked"),
            ("auth=pass smtp.auth=ann", "a@bank.example", "not checked"),
            ("dmarc=pass header.from=xn--bcher-kva.example", "a@bücher.example", "verified xn--bcher-kva.example"),
            ("dmarc=temperror", "a@bank.example", "unverified"),
            ("dmarc=pass", "nobody", "unverified"),
            ("dmarc=pass", "a@bank.example, b@evil.example", "unverified"),
            ("dmarc=pass", "a@bank.example\nFrom: b@evil.example", "unverified"),
            // written below by a stranger to a server that looks at signatures and senders only
            (
                "spf=pass smtp.mailfrom=evil.example; dkim=none\nAuthentication-Results: mx.example.org; dmarc=pass header.from=bank.example",
                "a@bank.example",
                "unverified",
            ),
            (
                "dkim=none; spf=none\nAuthentication-Results: mx.example.org; dkim=pass header.d=bank.example",
                "a@bank.example",
                "unverified",
            ),
        ] {
            let header = format!("Authentication-Results: mx.example.org; {results}\n{ARRIVED}From: {from}\n");
            assert_eq!(verdict_of(&header), expected, "{results} for {from}");
        }
    }

    #[test]
    fn a_sender_that_raw_bytes_hide_is_not_the_one_that_was_verified() {
        // as UTF-7, the charset that this message names, all but the first address is a comment
        let header: Vec<u8> = [
            b"Authentication-Results: mx.example.org; dmarc=pass header.from=evil.example\r\n".as_slice(),
            ARRIVED.replace('\n', "\r\n").as_bytes(),
            b"Content-Type: text/plain; charset=utf-7\r\n",
            b"From: ceo@bank.example +ACg- <x@evil.example> \xFF +ACk- +ACg-The Boss+ACk-\r\n\r\n",
        ]
        .concat();
        let envelope = super::super::envelope(&header);
        let read = authenticity(&header, &envelope.from, &trust());
        assert_eq!(envelope.from.first().map(|from| from.addr.as_str()), Some("ceo@bank.example"));
        assert!(!read.is_verified(), "{read:?}");
    }

    #[test]
    fn signers_are_whose_signatures_hold() {
        let header = format!(
            "Authentication-Results: mx.example.org; dkim=fail header.d=a.example; dkim=pass header.d=B.example\n{FROM}"
        );
        let read = read(header.as_bytes(), &trust());
        assert_eq!(read.signers().collect::<Vec<_>>(), ["b.example"]);
        assert!(!read.is_verified());
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) { // D-05
            for name in ["", "Received: from a by ", "Authentication-Results: mx.example.org;", "From: "] {
                read(&[name.as_bytes(), &bytes].concat(), &trust());
            }
        }
    }
}
