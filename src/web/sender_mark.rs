//! What the mail server says of the sender: a mark beside the name, a line among the details, and a warning.

use serde::Serialize;

use super::letter::Fact;
use super::locale::Locale;
use super::shown::clean;
use crate::account::Opened;
use crate::mail::{Authenticity, Check, CheckMethod, CheckResult, Verdict};

/// The mark.
#[derive(Serialize)]
pub(super) struct Mark {
    tone: &'static str,
    icon: &'static str,
    label: String,
    title: String,
}

/// The mark of a sender that was looked at.
pub(super) fn mark(authenticity: &Authenticity, locale: &Locale) -> Option<Mark> {
    let title = in_words(authenticity, locale)?;
    let (tone, icon, label) = match authenticity.verdict {
        Verdict::NotChecked => return None,
        Verdict::Verified { .. } => (" mark--good", "badge-check", locale.text("sender-verified")),
        Verdict::Unverified => ("", "info", locale.text("sender-unverified")),
        Verdict::Failed { .. } => (" mark--bad", "shield-alert", locale.text("sender-failed")),
    };
    Some(Mark { tone, icon, label: label.to_owned(), title })
}

/// The same in a sentence, for the details; and how the network spells a domain that people read otherwise.
pub(super) fn facts(opened: &Opened, locale: &Locale) -> impl Iterator<Item = Fact> {
    let checked = in_words(&opened.authenticity, locale).map(|text| Fact::new(locale.text("fact-checked"), text));
    let domain = opened.readable_domain.as_ref().map(|(readable, ascii)| {
        let words = [("domain", clean(readable).into()), ("ascii", clean(ascii).into())];
        Fact::new(locale.text("fact-domain"), locale.language.say("domain-spelled", words))
    });
    domain.into_iter().chain(checked)
}

/// What to know before anything else, of a sender that is not who the message says.
pub(super) fn warning(authenticity: &Authenticity, locale: &Locale) -> Option<String> {
    let Verdict::Failed { .. } = authenticity.verdict else { return None };
    let against = |check: &&Check| matches!(check.outcome, CheckResult::Fail | CheckResult::SoftFail);
    let dmarc = authenticity.checks.iter().filter(|check| check.method == CheckMethod::Dmarc).find(against);
    let why = match dmarc {
        Some(dmarc) => vec![said(dmarc, locale)],
        None => told(authenticity).into_iter().filter(against).map(|check| said(check, locale)).collect(),
    };
    Some(locale.language.say("notice-sender-failed", [("checks", why.join(", ").into())]))
}

fn in_words(authenticity: &Authenticity, locale: &Locale) -> Option<String> {
    let checks: Vec<String> = told(authenticity).into_iter().map(|check| said(check, locale)).collect();
    let checks = || ("checks", checks.join(", ").into());
    let language = &locale.language;
    Some(match &authenticity.verdict {
        Verdict::NotChecked => return None,
        Verdict::Verified { domain } => language.say("checked-verified", [("domain", clean(domain).into()), checks()]),
        Verdict::Unverified => language.say("checked-unverified", [checks()]),
        Verdict::Failed { domain } => language.say("checked-failed", [("domain", clean(domain).into()), checks()]),
    })
}

/// One finding of each method: of several signatures the one that says most for the sender.
fn told(authenticity: &Authenticity) -> Vec<&Check> {
    let best = |method: CheckMethod| {
        let of_method = authenticity.checks.iter().filter(move |check| check.method == method);
        of_method.min_by_key(|check| (check.outcome != CheckResult::Pass, !check.aligned))
    };
    [CheckMethod::Spf, CheckMethod::Dkim, CheckMethod::Dmarc, CheckMethod::Arc].into_iter().filter_map(best).collect()
}

/// "DKIM passed", "DKIM passed for mailer.example".
fn said(check: &Check, locale: &Locale) -> String {
    let method = match check.method {
        CheckMethod::Spf => "SPF",
        CheckMethod::Dkim => "DKIM",
        CheckMethod::Dmarc => "DMARC",
        CheckMethod::Arc => "ARC",
    };
    let outcome = match check.outcome {
        CheckResult::Pass => "pass",
        CheckResult::Fail => "fail",
        CheckResult::SoftFail => "soft-fail",
        CheckResult::Neutral => "neutral",
        CheckResult::None => "none",
        CheckResult::Error => "unknown",
    };
    let found = locale.language.say("check", [("method", method.into()), ("outcome", outcome.into())]);
    match check.aligned || check.domain.is_empty() {
        true => found,
        false => locale.language.say("check-for", [("check", found.into()), ("domain", clean(&check.domain).into())]),
    }
}
