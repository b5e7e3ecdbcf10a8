//! Why a message could not be delivered, by the codes and words of mail servers.

use crate::mail::Cause;

/// The first `5.1.1` in a text: digits of RFC 3463 2, not a piece of an address or a version.
pub(super) fn find_status(text: &str) -> Option<String> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.')).map(|word| word.trim_matches('.')).find_map(|word| {
        let mut numbers = word.split('.');
        let class = numbers.next().filter(|class| matches!(*class, "2" | "4" | "5"));
        let (subject, detail) = (numbers.next(), numbers.next());
        let fits = |number: Option<&str>| number.is_some_and(|number| (1..=3).contains(&number.len()));
        (class.is_some() && fits(subject) && fits(detail) && numbers.next().is_none()).then(|| word.to_owned())
    })
}

/// RFC 3463 3, with what was registered later.
pub(super) fn cause(subject: u16, detail: u16) -> Cause {
    match (subject, detail) {
        (1, 1) => Cause::NoAddress,
        (1, 2 | 10) => Cause::NoDomain,
        (1, 3 | 4) => Cause::BadAddress,
        (1, 6) => Cause::Moved,
        (1, 7 | 8) => Cause::BadSender,
        (2, 1) => Cause::Disabled,
        (2, 2) => Cause::Full,
        (2, 3) | (3, 4) => Cause::TooLarge,
        (2, 4) => Cause::ListTrouble,
        (3, 1) => Cause::NoRoom,
        (3, 2) => Cause::Closed,
        (4, 1 | 2) => Cause::NoAnswer,
        (4, 3 | 4) => Cause::NoRoute,
        (3 | 4, 5) => Cause::Busy,
        (4, 6) => Cause::Loop,
        (4, 7) => Cause::Expired,
        (5, _) => Cause::Protocol,
        (6, _) => Cause::Form,
        (7, 1 | 0) => Cause::Refused,
        (7, 2) => Cause::NotAllowed,
        (7, 8 | 9 | 20..=29) => Cause::Unproven,
        (7, 4..=7 | 10 | 11 | 18 | 30) => Cause::Insecure,
        (7, _) => Cause::Refused,
        _ => Cause::Unknown,
    }
}

/// What servers write, in English, where their code is of no use: Postfix, Exim, qmail, Exchange and Google, 2026.
pub(super) fn in_words(diagnostic: &str) -> Cause {
    let text = diagnostic.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if has(&[
        "user unknown",
        "unknown user",
        "no such user",
        "user doesn't exist",
        "does not exist here",
        "no mailbox here",
        "recipient not found",
        "unknown recipient",
        "mailbox not found",
        "unrouteable address",
        "recipientnotfound",
    ]) {
        Cause::NoAddress
    } else if has(&["host or domain name not found", "domain not found", "host not found", "nxdomain"]) {
        Cause::NoDomain
    } else if has(&["mailbox full", "mailbox is full", "over quota", "quota exceeded", "overquota", "quotaexceeded"]) {
        Cause::Full
    } else if has(&["message too large", "message size exceeds", "exceeds size limit", "message too big"]) {
        Cause::TooLarge
    } else if has(&["connection timed out", "connection refused", "no route to host", "network is unreachable"]) {
        Cause::NoAnswer
    } else if has(&["mail loop", "too many hops", "loops back to myself"]) {
        Cause::Loop
    } else if has(&["greylist", "graylist", "try again later"]) {
        Cause::Busy
    } else if has(&["dmarc", "spf ", "dkim"]) {
        Cause::Unproven
    } else {
        Cause::Unknown
    }
}
