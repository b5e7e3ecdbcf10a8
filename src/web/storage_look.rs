//! Messages that belong together, with what each takes, to choose from before anything is done: `GET /storage/messages`.

use actix_web::HttpResponse;
use serde::Serialize;

use super::confirm::Field;
use super::error::Error;
use super::locale::Locale;
use super::page::Head;
use super::params::query_values;
use super::shell::Shell;
use super::sizes::size;
use super::storage_query::StorageQuery;
use super::storage_rows::{Line, Lines};
use super::storage_show::{Weigh, counted};
use super::survey_state::SurveyState;
use super::templates::Template;
use super::urls::Urls;
use super::visit::Visit;
use crate::account::{self, Account, Overview, Piled, Surveyed, What};
use crate::mail::{PageNumber, Pages};

/// Rows on a page, where nothing is known of them yet.
const PER_PAGE: u32 = 50;

/// The page.
#[derive(Serialize)]
pub(super) struct StorageLook {
    head: Head,
    shell: Shell,
    title: String,
    lead: String,
    summary: String,
    back_url: String,
    survey: SurveyState,
    renewed: u32,
    /// That more may belong here; empty: all is known.
    incomplete: String,
    rows: Vec<Line>,
    /// What the form says of the heap.
    fields: Vec<Field>,
    action: String,
    here: String,
    select_url: String,
    /// "All of these, on every page: 1,234 messages, 48 MB"; empty: all of them stand here.
    all_label: String,
    all_messages: u64,
    all_octets: u64,
    weigh: Weigh,
    where_: String,
    before_url: String,
    after_url: String,
}

impl Template for StorageLook {
    const NAME: &'static str = "pages/storage_look.html";
}

/// What is asked for.
pub(super) struct Look<'a> {
    /// Which messages.
    pub query: &'a StorageQuery,
    /// Whether all rows of the page are to be chosen.
    pub select: bool,
}

/// `GET /storage/messages?of=…&page=&select=`
pub(super) async fn storage_look(visit: Visit) -> Result<HttpResponse, Error> {
    let values = query_values(&visit.request);
    let value = |wanted: &str| values.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let query = StorageQuery::read(value).ok_or(Error::NotFound)?;
    let overview = visit.account().overview().await?;
    let surveyed = counted(&visit, &overview).await;
    let piled = pile(&query, visit.account()).await?;
    let shell = Shell::new(&visit, &overview, None);
    let look = Look { query: &query, select: value("select") == Some("page") };
    visit.answer(&StorageLook::new(shell, &piled, &look, (&overview, &surveyed), &visit.locale, &visit.state.urls))
}

/// What belongs to the heap, as far as it was counted. A page behind the last one is none, unless it is still being counted.
pub(super) async fn pile(query: &StorageQuery, account: &Account) -> Result<Piled, Error> {
    let empty = || Piled {
        selections: Vec::new(),
        messages: 0,
        octets: 0,
        rows: Vec::new(),
        pages: Pages { page: PageNumber::FIRST, per_page: PER_PAGE, total: 0 },
        complete: false,
    };
    let piled = match account.heap(&query.heap, query.page).await {
        Err(account::Error::NotFound(What::Survey)) => empty(),
        other => other?,
    };
    if piled.pages.exists() || !piled.complete { Ok(piled) } else { Err(Error::NotFound) }
}

impl StorageLook {
    /// Of what was found.
    pub(super) fn new(
        shell: Shell,
        piled: &Piled,
        look: &Look<'_>,
        (overview, surveyed): (&Overview, &Surveyed),
        locale: &Locale,
        urls: &Urls,
    ) -> Self {
        let language = &locale.language;
        let query = look.query;
        let title = query.title(overview, locale);
        let lines = Lines { heap: &query.heap, chosen: look.select, overview, locale, urls };
        let survey = SurveyState::new(surveyed, locale, urls);
        let weight = size(piled.octets, language);
        let here = urls.storage_messages(&query.suffix());
        let url = |page: Option<PageNumber>| {
            page.map(|page| urls.storage_messages(&query.on_page(page).suffix())).unwrap_or_default()
        };
        let range = piled.pages.rows();
        let has_more = u64::try_from(piled.rows.len()).is_ok_and(|rows| rows < piled.messages);
        Self {
            head: Head::new(title.clone(), urls, locale),
            shell: shell.dated(),
            lead: query.lead(locale),
            summary: match piled.messages {
                0 => String::new(),
                messages => language.count("storage-count-size", messages, [("size", weight.as_str())]),
            },
            back_url: urls.storage(),
            incomplete: match (piled.complete, survey.renewed()) {
                (true, _) => String::new(),
                (false, 0) => locale.text("storage-incomplete-stopped").to_owned(),
                (false, _) => locale.text("storage-incomplete").to_owned(),
            },
            renewed: if piled.complete || look.select { 0 } else { survey.renewed() },
            survey,
            rows: lines.of(&piled.rows),
            fields: query.fields().into_iter().map(|(name, value)| Field::new(name, value)).collect(),
            action: urls.storage_messages(""),
            select_url: format!("{here}&select=page"),
            here,
            all_label: match has_more {
                true => language.count("storage-all-of-these", piled.messages, [("size", weight.as_str())]),
                false => String::new(),
            },
            all_messages: piled.messages,
            all_octets: piled.octets,
            weigh: Weigh::new(locale),
            where_: language.say(
                "page-where",
                [
                    ("from", language.number(u64::from(range.start) + 1).into()),
                    ("to", language.number(range.end.into()).into()),
                    ("total", language.number(piled.pages.total.into()).into()),
                ],
            ),
            before_url: url(piled.pages.previous()),
            after_url: url(piled.pages.next()),
            title,
        }
    }
}
