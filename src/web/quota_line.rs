//! How full the account is, on every page: the meter, and what is said when room runs out.

use serde::Serialize;

use super::locale::Locale;
use super::sizes::{pair, size};
use super::urls::Urls;
use crate::mail::{Fullest, Fullness, Quota, Resource};

/// The meter below the folders.
#[derive(Serialize)]
pub(super) struct QuotaLine {
    /// "7.4 of 10 GB"; without a limit what is in use alone.
    text: String,
    /// Without a limit there is no meter.
    has_limit: bool,
    /// How far the meter goes.
    percent: u64,
    level: &'static str,
    url: String,
}

/// The notice above the page.
#[derive(Serialize)]
pub(super) struct QuotaNotice {
    text: String,
    level: &'static str,
    url: String,
}

impl QuotaLine {
    /// `None` where nothing is known.
    pub(super) fn of(quota: &Quota, locale: &Locale, urls: &Urls) -> Option<Self> {
        let say = |key, octets| locale.language.say(key, [("used", size(octets, &locale.language).into())]);
        let text = match (quota.fullest(), quota.octets(), quota.estimate) {
            (Some(fullest), ..) => of_limit(fullest, locale),
            (None, Some(octets), None) => say("quota-used", octets),
            (None, Some(octets), Some(_)) => say("quota-used-about", octets),
            (None, None, _) => return None,
        };
        let level = match quota.fullness() {
            Fullness::Roomy => "",
            Fullness::Filling => "warn",
            Fullness::AlmostFull | Fullness::Full => "full",
        };
        let (has_limit, percent) = match quota.fullest() {
            Some(fullest) => (true, fullest.percent().min(100)),
            None => (false, 0),
        };
        Some(Self { text, has_limit, percent, level, url: urls.storage() })
    }
}

impl QuotaNotice {
    /// `None` as long as there is room.
    pub(super) fn of(quota: &Quota, locale: &Locale, urls: &Urls) -> Option<Self> {
        let fullest = quota.fullest()?;
        let (key, level) = match (fullest.fullness(), fullest.resource) {
            (Fullness::Roomy, _) => return None,
            (Fullness::Filling, Resource::Storage) => ("quota-filling", "warn"),
            (Fullness::Filling, Resource::Messages) => ("quota-filling-messages", "warn"),
            (Fullness::AlmostFull, Resource::Storage) => ("quota-almost-full", "bad"),
            (Fullness::AlmostFull, Resource::Messages) => ("quota-almost-full-messages", "bad"),
            (Fullness::Full, Resource::Storage) => ("quota-full", "bad"),
            (Fullness::Full, Resource::Messages) => ("quota-full-messages", "bad"),
        };
        let (percent, line) = (fullest.percent(), of_limit(fullest, locale));
        let text = locale.language.say(key, [("percent", percent.to_string().into()), ("line", line.into())]);
        Some(Self { text, level, url: urls.storage() })
    }
}

/// "7.4 of 10 GB", "4,100 of 5,000 messages".
fn of_limit(fullest: Fullest, locale: &Locale) -> String {
    let Fullest { resource, used, limit } = fullest;
    match resource {
        Resource::Messages => {
            let number = |number| locale.language.number(number);
            locale.language.say("quota-messages-line", [("used", number(used).into()), ("limit", number(limit).into())])
        }
        Resource::Storage => {
            let (used, limit) = pair(used, limit, &locale.language);
            locale.language.say("storage-line", [("used", used.into()), ("limit", limit.into())])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{QuotaRoot, Use};
    use crate::web::words::Words;

    fn said(storage: Option<(u64, Option<u64>)>, messages: Option<(u64, u64)>, estimate: Option<u64>) -> Vec<String> {
        let locale = Locale::new(&Words::load().unwrap(), "", None).unwrap();
        let storage = storage.map(|(used, limit)| Use { used, limit });
        let messages = messages.map(|(used, limit)| Use { used, limit: Some(limit) });
        let quota = Quota { roots: vec![QuotaRoot { name: String::new(), storage, messages }], estimate };
        let urls = Urls::new("/webmail", "https://mail.example", "");
        let line = QuotaLine::of(&quota, &locale, &urls);
        let notice = QuotaNotice::of(&quota, &locale, &urls);
        line.map(|line| line.text).into_iter().chain(notice.map(|notice| notice.text)).collect()
    }

    #[test]
    fn the_line_tells_what_is_met_first() {
        assert_eq!(said(Some((7_400_000_000, Some(10_000_000_000))), None, None), ["7.4 of 10 GB"]);
        assert_eq!(said(Some((1, Some(10))), Some((700, 1_000)), None), ["700 of 1,000 messages"]);
        assert_eq!(said(Some((5_000, None)), None, None), ["5 KB used"]);
        assert_eq!(said(None, None, Some(5_000)), ["About 5 KB used"]);
        assert_eq!(said(None, None, None), [""; 0]);
    }

    #[test]
    fn a_notice_says_what_will_happen() {
        let of = |percent| said(Some((percent, Some(100))), None, None).get(1).cloned().unwrap_or_default();
        assert_eq!(of(79), "");
        assert_eq!(of(80), "Your mailbox is 80% full. When it is full, new mail is returned to its sender.");
        assert_eq!(of(99), "Your mailbox is almost full (99%). When it is full, new mail is returned to its sender.");
        let full = "Your mailbox is full. New mail is returned to its sender until there is room again.";
        assert_eq!((of(100), of(250)), (full.to_owned(), full.to_owned()));
        assert_eq!(
            said(None, Some((4_900, 5_000)), None)[1],
            "Your mailbox is almost full: it holds 4,900 of 5,000 messages. When the limit is reached, new mail is returned to its sender."
        );
    }
}
