//! What fills the mailbox, and the ways to make room: `GET /storage`.
//!
//! The page shows at once what the mail server tells with every page: how full it is, and how many messages there are. Sizes
//! come from a survey that runs in the background; the page never waits for it, and is drawn anew while it goes on.

use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpResponse;
use jiff::Timestamp;
use serde::Serialize;
use tokio::time::{Instant, sleep};

use super::dates::Dates;
use super::error::Error;
use super::job_show::JobRow;
use super::locale::Locale;
use super::page::Head;
use super::shell::Shell;
use super::storage_gauge::Gauges;
use super::storage_heaps::{Emptying, Heaped, Heaps};
use super::storage_pictures::{Folders, Years, count};
use super::storage_query::{StorageQuery, age};
use super::storage_rows::{Line, Lines};
use super::storage_rules::StorageRules;
use super::survey_state::SurveyState;
use super::templates::Template;
use super::tree::{Place, every_place};
use super::urls::Urls;
use super::visit::Visit;
use crate::account::{Heap, OLD_DAYS, Overview, Rule, Survey, Surveyed};
use crate::mail::Moment;

/// Of the biggest messages, senders and lists so many stand on the page; the others are a press away.
const FEW: usize = 5;
/// Ages to choose from, in days.
const AGES: [u32; 7] = [30, 90, 180, 365, 730, 1095, 1825];
/// The age that is chosen first.
const USUAL_AGE: u32 = 365;
/// A count that reads only what has changed since the last one is over in a blink: a page that knows of a change waits so long
/// for it, and looks so often.
const PATIENCE: Duration = Duration::from_millis(250);
const BLINK: Duration = Duration::from_millis(15);

/// The page.
#[derive(Serialize)]
pub(super) struct StorageShow {
    head: Head,
    shell: Shell,
    gauges: Gauges,
    quickest: Vec<Emptying>,
    survey: SurveyState,
    /// After how many seconds the page is drawn anew; zero for never.
    renewed: u32,
    /// "Counted today, 09:41"; empty while it is counted.
    as_of: String,
    left_out: String,
    folders: Option<Folders>,
    years: Option<Years>,
    biggest: Vec<Line>,
    biggest_url: String,
    biggest_label: String,
    weigh: Weigh,
    senders: Vec<Heaped>,
    more_senders: Vec<Heaped>,
    more_senders_label: String,
    ways: Vec<Heaped>,
    lists: Vec<Heaped>,
    more_lists: Vec<Heaped>,
    more_lists_label: String,
    lists_text: String,
    places: Vec<Place>,
    ages: Vec<Age>,
    messages_url: String,
    /// `None` where they can't be read just now.
    rules: Option<StorageRules>,
    jobs: Vec<JobRow>,
}

/// What is kept here for the person.
#[derive(Default)]
pub(super) struct Kept {
    /// What folders throw away by themselves.
    pub rules: Option<Arc<Vec<Rule>>>,
    /// What goes on in the background.
    pub jobs: Vec<JobRow>,
}

/// Words for the script that adds up what is chosen.
#[derive(Serialize)]
pub(super) struct Weigh {
    chosen: String,
    frees: String,
}

#[derive(Serialize)]
struct Age {
    days: u32,
    label: String,
    current: bool,
}

impl Template for StorageShow {
    const NAME: &'static str = "pages/storage_show.html";
}

/// `GET /storage`
pub(super) async fn storage_show(visit: Visit) -> Result<HttpResponse, Error> {
    if visit.is_reload() {
        visit.account().look_again();
    }
    let overview = visit.account().overview().await?;
    let surveyed = counted(&visit, &overview).await;
    let (locale, urls) = (&visit.locale, &visit.state.urls);
    let rules = visit.account().rules().await.ok();
    let kept = Kept { rules, jobs: JobRow::all(visit.account(), locale, urls).await };
    let shell = Shell::new(&visit, &overview, None);
    visit.answer(&StorageShow::new(shell, kept, (&overview, &surveyed), locale, urls))
}

/// What was counted. A count begins by itself, unless the person has stopped it.
pub(super) async fn counted(visit: &Visit, overview: &Overview) -> Surveyed {
    let surveyed = visit.account().surveyed().await;
    let is_behind = match &surveyed {
        Surveyed::None => false,
        Surveyed::Done(survey) => is_behind(survey, overview),
        Surveyed::Running { .. } | Surveyed::Stopped(_) | Surveyed::Failed(..) => return surveyed,
    };
    visit.account().begin_survey();
    let end = Instant::now() + PATIENCE;
    loop {
        let surveyed = visit.account().surveyed().await;
        let is_over = !matches!(surveyed, Surveyed::Running { .. });
        if is_over || !is_behind || Instant::now() >= end {
            return surveyed;
        }
        sleep(BLINK).await;
    }
}

/// Whether messages came or went since it was counted.
fn is_behind(survey: &Survey, overview: &Overview) -> bool {
    survey.folders.iter().any(|folder| {
        let counts = overview.find(&folder.mailbox).map(|mailbox| mailbox.counts);
        counts.is_none_or(|counts| counts.is_some_and(|counts| counts.messages != folder.messages))
    })
}

impl Weigh {
    /// In the words of this language.
    pub(super) fn new(locale: &Locale) -> Self {
        Self {
            chosen: locale.language.plurals("storage-chosen"),
            frees: locale.language.say("storage-frees", [("size", "#".into())]),
        }
    }
}

impl StorageShow {
    /// Of what is known.
    pub(super) fn new(
        shell: Shell,
        kept: Kept,
        (overview, surveyed): (&Overview, &Surveyed),
        locale: &Locale,
        urls: &Urls,
    ) -> Self {
        let language = &locale.language;
        let nothing = Survey::default();
        let known = surveyed.survey().map(|survey| &**survey);
        let survey = known.unwrap_or(&nothing);
        let state = SurveyState::new(surveyed, locale, urls);
        let heaps = Heaps { overview, locale, urls };
        let biggest = Lines { heap: &Heap::Biggest, chosen: false, overview, locale, urls };
        let (senders, lists) = (heaps.senders(survey), heaps.lists(survey));
        let (senders, more_senders) = few(senders);
        let (lists, more_lists) = few(lists);
        let counted_at = Moment { seconds: survey.taken, offset_minutes: 0 };
        let is_done = matches!(surveyed, Surveyed::Done(_));
        Self {
            head: Head::new(locale.text("storage"), urls, locale),
            shell: shell.dated(),
            gauges: Gauges::new(overview, known, locale),
            quickest: heaps.quickest(survey),
            renewed: state.renewed(),
            survey: state,
            as_of: match is_done {
                true => {
                    let time = Dates::at(locale, Timestamp::now()).short(counted_at);
                    language.say("storage-as-of", [("time", time.into())])
                }
                false => String::new(),
            },
            left_out: match u64::try_from(survey.left_out.len()) {
                Ok(0) | Err(_) => String::new(),
                Ok(count) => language.count("storage-left-out", count, []),
            },
            folders: (!survey.folders.is_empty()).then(|| Folders::new(&survey.folders, overview, locale, urls)),
            years: (!survey.years.is_empty()).then(|| Years::new(&survey.years, locale, urls)),
            biggest: biggest.of(survey.biggest.get(..FEW).unwrap_or(&survey.biggest)),
            biggest_url: match survey.biggest.len() > FEW {
                true => urls.storage_messages(&StorageQuery::first(Heap::Biggest).suffix()),
                false => String::new(),
            },
            biggest_label: language.say("storage-biggest-more", [("shown", survey.biggest.len().to_string().into())]),
            weigh: Weigh::new(locale),
            more_senders_label: language.count("storage-more-senders", count(more_senders.len()), []),
            more_lists_label: language.count("storage-more-lists", count(more_lists.len()), []),
            senders,
            more_senders,
            ways: heaps.ways(survey),
            lists_text: {
                let key = if lists.is_empty() { "storage-lists-none" } else { "storage-lists-text" };
                language.say(key, [("days", OLD_DAYS.into())])
            },
            lists,
            more_lists,
            places: every_place(&overview.mailboxes, locale),
            ages: AGES.map(|days| Age { days, label: age(days, locale), current: days == USUAL_AGE }).into(),
            messages_url: urls.storage_messages(""),
            rules: kept.rules.map(|rules| StorageRules::new(&rules, overview, locale, urls)),
            jobs: kept.jobs,
        }
    }
}

/// The first few, and the others.
fn few(mut all: Vec<Heaped>) -> (Vec<Heaped>, Vec<Heaped>) {
    let others = all.split_off(FEW.min(all.len()));
    (all, others)
}
