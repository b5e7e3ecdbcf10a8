//! What is thrown away by itself: `GET /storage/rules` shows the rules, `POST` says first what they would do now, and keeps them.

use actix_web::HttpResponse;
use serde::Serialize;

use super::chosen::{go_to, name};
use super::confirm::{Confirm, Field};
use super::error::Error;
use super::flash::{FlashKind, FlashMessage};
use super::form::Fields;
use super::job_show::JobRow;
use super::locale::Locale;
use super::mailbox_param::{field_value, read_field, title};
use super::page::Head;
use super::shell::Shell;
use super::sizes::size;
use super::templates::Template;
use super::tree::{Place, places};
use super::urls::Urls;
use super::visit::Visit;
use crate::account::{self, Counted, Overview, Rule};
use crate::mail::{MailboxName, Role};

/// After how many days something can go.
const DAYS: [u16; 9] = [1, 7, 14, 30, 60, 90, 180, 365, 730];
/// More days than this are not taken.
const MOST_DAYS: u16 = 3_650;
/// More rules than this are not taken from a form.
const MOST: usize = 20;

/// The page.
#[derive(Serialize)]
pub(super) struct StorageRulesShow {
    head: Head,
    shell: Shell,
    rules: StorageRules,
    /// What goes on in the background: rules are among it.
    jobs: Vec<JobRow>,
}

/// The rules as a form: `templates/components/storage_rules.html`.
#[derive(Serialize)]
pub(super) struct StorageRules {
    url: String,
    rows: Vec<RuleRow>,
    /// Folders that can get a rule.
    places: Vec<Place>,
    days: Vec<Days>,
}

/// A folder with its rule, or with none yet.
#[derive(Serialize)]
struct RuleRow {
    /// Names its controls.
    id: usize,
    /// What the form sends for the folder.
    value: String,
    folder: String,
    /// "1,911 messages now"
    now: String,
    on: bool,
    days: Vec<Days>,
    days_label: String,
    read_only: bool,
    keep_flagged: bool,
}

/// After how long.
#[derive(Serialize)]
struct Days {
    value: String,
    label: String,
    chosen: bool,
}

impl Template for StorageRulesShow {
    const NAME: &'static str = "pages/storage_rules.html";
}

impl StorageRules {
    /// These rules, and a row each for Trash and Junk.
    pub(super) fn new(rules: &[Rule], overview: &Overview, locale: &Locale, urls: &Urls) -> Self {
        let with_role = [Role::Trash, Role::Junk].into_iter().filter_map(|role| overview.with_role(role));
        let mut shown: Vec<Rule> = rules.to_vec();
        for mailbox in with_role {
            if !shown.iter().any(|rule| rule.mailbox == mailbox.name) {
                shown.push(Rule::new(mailbox.name.clone(), 30, false, false));
            }
        }
        let row = |(id, rule): (usize, &Rule)| {
            let known = overview.find(&rule.mailbox);
            let folder = known.map_or_else(|| rule.mailbox.as_str().to_owned(), |mailbox| title(mailbox, locale));
            let value = field_value(&rule.mailbox);
            let count = known.and_then(|mailbox| mailbox.counts).map(|counts| u64::from(counts.messages));
            RuleRow {
                id,
                now: count.map(|count| locale.language.count("rules-now", count, [])).unwrap_or_default(),
                on: rules.contains(rule),
                days: days(&format!("{value}/"), rule.days, locale),
                days_label: locale.language.say("rules-after", [("folder", folder.as_str().into())]),
                read_only: rule.read_only,
                keep_flagged: rule.keep_flagged,
                value,
                folder,
            }
        };
        let rows = shown.iter().enumerate().map(row).collect();
        let is_free = |place: &Place| !shown.iter().any(|rule| field_value(&rule.mailbox) == place.value);
        let first = shown.first().map_or_else(MailboxName::inbox, |rule| rule.mailbox.clone());
        let mut places = places(&overview.mailboxes, &first, locale);
        places.retain(is_free);
        Self { url: urls.storage_rules(), rows, places, days: days("", 365, locale) }
    }
}

/// What can be chosen, each value with this before it.
fn days(before: &str, chosen: u16, locale: &Locale) -> Vec<Days> {
    let mut all = DAYS.to_vec();
    if !all.contains(&chosen) {
        all.push(chosen);
        all.sort_unstable();
    }
    let one = |days: u16| Days {
        value: format!("{before}{days}"),
        label: match days {
            365 => locale.text("rules-year").to_owned(),
            730 => locale.text("rules-two-years").to_owned(),
            _ => locale.language.count("rules-days", days.into(), []),
        },
        chosen: days == chosen,
    };
    all.into_iter().map(one).collect()
}

/// `GET /storage/rules`
pub(super) async fn storage_rules_show(visit: Visit) -> Result<HttpResponse, Error> {
    let rules = visit.account().rules().await?;
    let overview = visit.account().overview().await?;
    let (locale, urls) = (&visit.locale, &visit.state.urls);
    let jobs = JobRow::all(visit.account(), locale, urls).await;
    visit.answer(&StorageRulesShow::new(Shell::new(&visit, &overview, None), &rules, jobs, &overview, locale, urls))
}

impl StorageRulesShow {
    /// The page of these.
    pub(super) fn new(
        shell: Shell,
        rules: &[Rule],
        jobs: Vec<JobRow>,
        overview: &Overview,
        locale: &Locale,
        urls: &Urls,
    ) -> Self {
        let rules = StorageRules::new(rules, overview, locale, urls);
        Self { head: Head::new(locale.text("rules"), urls, locale), shell, rules, jobs }
    }
}

/// `POST /storage/rules`: says what would go at this moment, with a button that keeps them; from there on it is done.
pub(super) async fn storage_rules(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    let rules = read(&fields)?;
    let urls = &visit.state.urls;
    if !rules.is_empty() && fields.one("confirmed").is_none() {
        return dry_run(&visit, &rules).await;
    }
    visit.account().keep_rules(&rules).await?;
    let key = if rules.is_empty() { "rules-none-kept" } else { "rules-kept" };
    let message = FlashMessage { text: visit.locale.text(key).to_owned(), kind: FlashKind::Good, undo: None };
    Ok(go_to(&urls.storage_rules(), Some(message), &visit))
}

/// The rules of a form. What our form never sends is a 404 (`C-09`).
fn read(fields: &Fields) -> Result<Vec<Rule>, Error> {
    let has = |field: &str, value: &str| fields.all(field).any(|one| one == value);
    let checked = |days: &str| days.parse().ok().filter(|days| (1..=MOST_DAYS).contains(days)).ok_or(Error::NotFound);
    let mut rules: Vec<Rule> = Vec::new();
    for value in fields.all("on") {
        let mailbox = read_field(value).ok_or(Error::NotFound)?;
        let after = fields.all("days").find_map(|days| days.strip_prefix(value)?.strip_prefix('/'));
        let after = checked(after.ok_or(Error::NotFound)?)?;
        rules.push(Rule::new(mailbox, after, has("read", value), has("flagged", value)));
    }
    if let Some(value) = fields.one("add").filter(|value| !value.is_empty()) {
        let mailbox = read_field(value).ok_or(Error::NotFound)?;
        let after = checked(fields.one("add_days").ok_or(Error::NotFound)?)?;
        let (read_only, keep_flagged) = (fields.one("add_read").is_some(), fields.one("add_flagged").is_some());
        rules.push(Rule::new(mailbox, after, read_only, keep_flagged));
    }
    if rules.len() > MOST { Err(Error::NotFound) } else { Ok(rules) }
}

/// "This would delete 312 messages, 48 MB."
async fn dry_run(visit: &Visit, rules: &[Rule]) -> Result<HttpResponse, Error> {
    let overview = visit.account().overview().await?;
    let (language, urls) = (&visit.locale.language, &visit.state.urls);
    let (mut told, mut messages, mut octets) = (Vec::new(), 0, 0);
    let mut counted = Counted::InFolder;
    for rule in rules {
        let folder = name(&rule.mailbox, &overview, visit);
        match visit.account().due(rule).await {
            Ok(due) => {
                let count = u64::try_from(due.selection.uids.len()).unwrap_or(u64::MAX);
                (messages, octets) = (messages + count, octets + due.octets);
                if due.counted == Counted::Arrived {
                    counted = Counted::Arrived;
                }
                let freed = size(due.octets, language);
                told.push(language.count(
                    "rules-would-go",
                    count,
                    [("folder", folder.as_str()), ("size", freed.as_str())],
                ));
            }
            Err(account::Error::NotFound(_)) => {
                told.push(language.say("rules-folder-gone", [("folder", folder.into())]));
            }
            Err(error) => return Err(error.into()),
        }
    }
    told.push(
        visit
            .locale
            .text(if counted == Counted::InFolder { "rules-counted-in-folder" } else { "rules-counted-arrived" })
            .to_owned(),
    );
    let freed = size(octets, language);
    let question = language.count("rules-question", messages, [("size", freed.as_str())]);
    let mut fields = vec![Field::new("confirmed", "yes".to_owned())];
    for rule in rules {
        let value = field_value(&rule.mailbox);
        fields.push(Field::new("days", format!("{value}/{}", rule.days)));
        fields.extend(rule.read_only.then(|| Field::new("read", value.clone())));
        fields.extend(rule.keep_flagged.then(|| Field::new("flagged", value.clone())));
        fields.push(Field::new("on", value));
    }
    visit.answer(&Confirm {
        head: Head::new(question.clone(), urls, &visit.locale),
        shell: Shell::new(visit, &overview, None),
        question,
        consequence: told.join(" "),
        action: urls.storage_rules(),
        fields,
        yes: language.count("rules-keep", messages, []),
        no_url: urls.storage_rules(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(fields: &[(&str, &str)]) -> Result<Vec<Rule>, Error> {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        read(&Fields::of(fields.iter().map(own).collect()))
    }

    #[test]
    fn a_rule_is_what_stands_in_the_row_of_its_folder() {
        let trash = MailboxName::new("Trash").unwrap();
        let list = MailboxName::new("Lists/Trash").unwrap();
        let fields = [
            ("days", "Lists~2FTrash/365"),
            ("days", "Trash/30"),
            ("on", "Trash"),
            ("read", "Lists~2FTrash"),
            ("flagged", "Trash"),
            ("add", ""),
            ("add_days", "365"),
        ];
        assert_eq!(of(&fields).unwrap(), [Rule::new(trash, 30, false, true)]);
        let added = [("add", "Lists~2FTrash"), ("add_days", "90"), ("add_read", "1")];
        assert_eq!(of(&added).unwrap(), [Rule::new(list, 90, true, false)]);
        for wrong in [
            &[("on", "Trash")][..],
            &[("on", "Trash"), ("days", "Trash/0")],
            &[("on", "Trash"), ("days", "Trash/99999")],
        ] {
            assert!(of(wrong).is_err(), "{wrong:?}"); // C-09
        }
    }
}
