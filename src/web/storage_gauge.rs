//! How full the mailbox is, in figures.

use jiff::Timestamp;
use serde::Serialize;

use super::locale::Locale;
use super::shown::clean;
use super::sizes::{pair, size};
use crate::account::{Overview, Survey};
use crate::mail::{Fullest, Fullness, MailboxName, Quota, Resource, Role};

/// What parts a figure from the words around it.
const FIGURE: char = '¤';
/// So many months ahead a pace tells something.
const FORESEEN: u64 = 24;

/// A sentence with a figure in it that is written large.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Figure {
    before: String,
    number: String,
    after: String,
}

/// What is in use of what may be.
#[derive(Serialize)]
pub(super) struct Gauge {
    label: String,
    text: String,
    percent: u64,
    level: &'static str,
}

/// What the mail server tells of the room there is, and the sums of what was counted.
#[derive(Serialize)]
pub(super) struct Gauges {
    figure: Option<Figure>,
    /// What is to be known about it; empty: nothing.
    note: String,
    pace: String,
    main: Option<Gauge>,
    /// Other limits that hold as well.
    others: Vec<Gauge>,
    facts: Vec<Figure>,
}

/// A limit, and whose it is.
#[derive(Clone, Copy)]
struct Limit<'a> {
    root: &'a str,
    of: Fullest,
}

impl Figure {
    /// Of a text that has its figure between two `¤`.
    fn new(text: &str) -> Self {
        let mut parts = text.splitn(3, FIGURE).map(str::to_owned);
        let mut next = || parts.next().unwrap_or_default();
        Self { before: next(), number: next(), after: next() }
    }
}

impl Gauges {
    /// As of now.
    pub(super) fn new(overview: &Overview, survey: Option<&Survey>, locale: &Locale) -> Self {
        let language = &locale.language;
        let quota = &overview.quota;
        let mut limits = limits(quota);
        let fullest = (0..limits.len())
            .filter(|at| limits.get(*at).is_some_and(|limit| limit.of.resource == Resource::Storage))
            .max_by_key(|at| (limits.get(*at).map(|limit| limit.of.percent()), std::cmp::Reverse(*at)));
        let main = fullest.map(|at| limits.remove(at));
        let used = |octets| [("used", size(octets, language).into())];
        // a count that has just ended is known before the next page of anything else is
        let counted = survey.filter(|survey| survey.complete).map(|survey| survey.octets);
        let estimate = if quota.octets().is_some() { quota.estimate } else { counted };
        let (figure, note) = match (main, quota.octets().or(estimate), estimate) {
            (Some(Limit { of, .. }), ..) => {
                let (used, limit) = pair(of.used, of.limit, language);
                (language.say("storage-figure", [("used", used.into()), ("limit", limit.into())]), "")
            }
            (None, Some(octets), None) => (language.say("storage-figure-alone", used(octets)), ""),
            (None, Some(octets), Some(_)) => {
                (language.say("storage-figure-estimate", used(octets)), locale.text("storage-estimate"))
            }
            (None, None, _) => (String::new(), locale.text("storage-unknown")),
        };
        let pace = main.zip(survey).and_then(|(limit, survey)| months_left(limit.of, survey, this_month()));
        Self {
            figure: (!figure.is_empty()).then(|| Figure::new(&figure)),
            note: note.to_owned(),
            pace: pace.map(|months| language.say("storage-pace", [("months", months.into())])).unwrap_or_default(),
            main: main.map(|limit| Gauge { label: locale.text("storage-used").to_owned(), ..gauge(limit, locale) }),
            others: limits.into_iter().map(|limit| gauge(limit, locale)).collect(),
            facts: facts(overview, survey, locale),
        }
    }
}

/// Every limit there is.
fn limits(quota: &Quota) -> Vec<Limit<'_>> {
    let all = quota.roots.iter().flat_map(|root| {
        let of = [(Resource::Storage, root.storage), (Resource::Messages, root.messages)];
        of.into_iter().filter_map(|(resource, of)| {
            let of = of?;
            Some(Limit { root: &root.name, of: Fullest { resource, used: of.used, limit: of.limit? } })
        })
    });
    all.collect()
}

fn gauge(limit: Limit<'_>, locale: &Locale) -> Gauge {
    let language = &locale.language;
    let of = limit.of;
    let (key, (used, most)) = match of.resource {
        Resource::Storage => ("storage-root-storage", pair(of.used, of.limit, language)),
        Resource::Messages => ("storage-root-messages", (language.number(of.used), language.number(of.limit))),
    };
    Gauge {
        label: language.say(key, [("name", clean(limit.root).into())]),
        text: language.say("storage-line", [("used", used.into()), ("limit", most.into())]),
        percent: of.percent().min(100),
        level: match of.fullness() {
            Fullness::Roomy => "",
            Fullness::Filling => "warn",
            Fullness::AlmostFull | Fullness::Full => "full",
        },
    }
}

/// What else is known: of the folders at once, of files when they were counted.
fn facts(overview: &Overview, survey: Option<&Survey>, locale: &Locale) -> Vec<Figure> {
    let language = &locale.language;
    let own = overview.mailboxes.iter().filter(|mailbox| !mailbox.shared);
    let told: u64 = own.filter_map(|mailbox| mailbox.counts).map(|counts| u64::from(counts.messages)).sum();
    let messages = survey.filter(|survey| survey.complete).map_or(told, |survey| survey.messages);
    let mut facts = vec![language.count("storage-fact-messages", messages, [])];
    if let Some(survey) = survey {
        let say = |key, octets| language.say(key, [("size", size(octets, language).into())]);
        if survey.file_octets > 0 {
            facts.push(say("storage-fact-files", survey.file_octets));
        }
        let waste = survey.folders.iter().filter(|folder| is_waste(&folder.mailbox, overview));
        match waste.map(|folder| folder.octets).sum() {
            0 => {}
            octets => facts.push(say("storage-fact-waste", octets)),
        }
    }
    facts.iter().map(|fact| Figure::new(fact)).collect()
}

/// Whether what lies there was thrown away already.
pub(super) fn is_waste(mailbox: &MailboxName, overview: &Overview) -> bool {
    overview.find(mailbox).is_some_and(|mailbox| matches!(mailbox.role, Some(Role::Trash | Role::Junk)))
}

/// This year, and how many months of it have begun.
fn this_month() -> (i32, u64) {
    let today = Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
    (today.year().into(), today.month().try_into().unwrap_or(1))
}

/// In how many months it is full if mail comes in as it did since the beginning of last year; `None`: not soon, or nobody can
/// tell.
fn months_left(of: Fullest, survey: &Survey, (year, months): (i32, u64)) -> Option<u64> {
    let free = of.limit.checked_sub(of.used).filter(|free| *free > 0 && survey.complete)?;
    let lately = survey.years.iter().filter(|one| (year - 1..=year).contains(&one.year));
    let octets = lately.fold(0_u64, |sum, one| sum.saturating_add(one.octets));
    let left = u128::from(free) * u128::from(12 + months) / u128::from(octets).max(1);
    u64::try_from(left).ok().filter(|left| *left <= FORESEEN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::YearUse;
    use crate::mail::{QuotaRoot, Use};
    use crate::web::words::Words;

    fn of(used: u64, limit: u64) -> Option<Use> {
        Some(Use { used, limit: Some(limit) })
    }

    fn gauges(roots: Vec<QuotaRoot>, estimate: Option<u64>) -> Gauges {
        let overview = Overview { quota: Quota { roots, estimate }, ..Overview::default() };
        Gauges::new(&overview, None, &Locale::new(&Words::load().unwrap(), "en", None).unwrap())
    }

    fn text(figure: &Option<Figure>) -> String {
        figure.as_ref().map(|one| format!("{}[{}]{}", one.before, one.number, one.after)).unwrap_or_default()
    }

    #[test]
    fn the_fullest_storage_stands_above_and_every_other_limit_below() {
        let user = QuotaRoot { name: "user".into(), storage: of(7_400_000_000, 10_000_000_000), messages: of(9, 10) };
        let domain = QuotaRoot { name: "domain".into(), storage: of(1, 100), messages: None };
        let shown = gauges(vec![domain, user], None);
        assert_eq!(text(&shown.figure), "[7.4] of 10 GB used");
        assert_eq!(shown.main.unwrap().percent, 74);
        let others: Vec<_> =
            shown.others.iter().map(|one| (one.label.as_str(), one.text.as_str(), one.level)).collect();
        assert_eq!(others, [("Storage, domain", "1 byte of 100 bytes", ""), ("Messages, user", "9 of 10", "full")]);
    }

    #[test]
    fn without_a_limit_what_is_used_is_said_and_an_estimate_is_called_so() {
        let root = QuotaRoot { storage: Some(Use { used: 5_000, limit: None }), ..QuotaRoot::default() };
        let shown = gauges(vec![root], None);
        assert_eq!((text(&shown.figure), shown.note.as_str()), ("[5 KB] used".to_owned(), ""));
        assert!(shown.main.is_none());
        let shown = gauges(Vec::new(), Some(5_000));
        assert_eq!(text(&shown.figure), "[5 KB] used, as far as we can tell");
        assert!(shown.note.contains("an estimate"), "{}", shown.note);
        let shown = gauges(Vec::new(), None);
        assert!(shown.figure.is_none() && shown.note.contains("not known yet"));
    }

    #[test]
    fn more_than_all_is_a_full_meter() {
        let root = QuotaRoot { storage: of(u64::MAX, 1), ..QuotaRoot::default() };
        let main = gauges(vec![root], None).main.unwrap();
        assert_eq!((main.percent, main.level), (100, "full"));
    }

    #[test]
    fn the_pace_is_that_of_last_year_and_this() {
        let years = [(2020, 9_000), (2025, 600), (2026, 500)];
        let years = years.map(|(year, octets)| YearUse { year, messages: 1, octets });
        let survey = Survey { years: years.to_vec(), complete: true, ..Survey::default() };
        let of = |used| Fullest { resource: Resource::Storage, used, limit: 10_000 };
        // 1,100 octets in 22 months: 50 a month
        assert_eq!(months_left(of(9_750), &survey, (2026, 10)), Some(5));
        assert_eq!(months_left(of(9_999), &survey, (2026, 10)), Some(0));
        assert_eq!(months_left(of(1_000), &survey, (2026, 10)), None);
        assert_eq!(months_left(of(10_000), &survey, (2026, 10)), None);
        assert_eq!(months_left(of(9_750), &Survey { complete: false, ..survey.clone() }, (2026, 10)), None);
        assert_eq!(months_left(of(9_750), &Survey { complete: true, ..Survey::default() }, (2026, 10)), None);
    }
}
