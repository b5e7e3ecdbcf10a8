//! Mail that comes from an account elsewhere, while it comes: `GET /import/account/{id}` says how far it is, `POST` gives the password
//! once more, stops it or goes on.

use actix_web::HttpResponse;
use actix_web::http::header;
use serde::Serialize;

use super::error::Error;
use super::form::Fields;
use super::job_show::named;
use super::job_words;
use super::locale::Locale;
use super::page::Head;
use super::redirect::see_other;
use super::shell::Shell;
use super::shown::clean;
use super::sizes::size;
use super::templates::Template;
use super::urls::Urls;
use super::visit::Visit;
use crate::account::{Job, JobState, Notice, Obstacle, Order, Remark};
use crate::mail::Secret;

/// How often a page that waits is loaded again, in seconds, without scripts too.
const AGAIN: &str = "2";

/// The page.
#[derive(Serialize)]
pub(super) struct ImportAccountShow {
    /// Title and files.
    pub head: Head,
    /// Surroundings.
    pub shell: Shell,
    /// How far it is.
    pub row: FetchRow,
    /// The way back.
    pub back: String,
}

impl Template for ImportAccountShow {
    const NAME: &'static str = "pages/import_account_show.html";
}

/// How far it is.
#[derive(Serialize)]
pub(super) struct FetchRow {
    url: String,
    title: String,
    state: String,
    progress: String,
    done: u64,
    total: u64,
    running: bool,
    can_stop: bool,
    can_go_on: bool,
    /// The folder here can be made again.
    can_make: bool,
    wants_password: bool,
    remarks: Vec<String>,
}

/// `GET /import/account/{id}`
pub(super) async fn import_account_show(visit: Visit) -> Result<HttpResponse, Error> {
    let job = visit.account().job(&named(&visit.request)?).await?;
    let Order::Fetch(fetching) = job.order.clone() else { return Err(Error::NotFound) };
    let overview = visit.account().overview().await?;
    let (urls, locale) = (&visit.state.urls, &visit.locale);
    let mut answer = visit.answer(&ImportAccountShow {
        head: Head::new(locale.text("fetch-account"), urls, locale),
        shell: Shell::new(&visit, &overview, None),
        row: row(&job, visit.account().knows_source(&fetching.from), urls, locale),
        back: urls.import_account(),
    })?;
    if job.state == JobState::Running {
        answer.headers_mut().insert(header::REFRESH, header::HeaderValue::from_static(AGAIN));
    }
    Ok(answer)
}

/// Stops, goes on, or goes on with a password.
pub(super) async fn import_account_change(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    let (id, account) = (named(&visit.request)?, visit.account());
    match (fields.one("act"), fields.one("password")) {
        (Some("make"), _) => account.go_on_anew(&id).await?,
        (Some("stop"), _) => account.stop_job(&id).await?,
        (_, Some(password)) if !password.is_empty() => account.go_on_fetch(&id, Secret::new(password)).await?,
        _ => account.go_on_job(&id).await?,
    }
    Ok(see_other(&visit.state.urls.import_account_show(&id)))
}

/// What a piece of such work says; `knows`: whether the password is in memory.
pub(super) fn row(job: &Job, knows: bool, urls: &Urls, locale: &Locale) -> FetchRow {
    let language = &locale.language;
    let total = language.number(job.total);
    let octets = size(job.octets, language);
    // whatever else it waits for, without its password it gets no further
    let is_held_up = matches!(job.state, JobState::Waiting(_) | JobState::Stopped);
    let wants_password = is_held_up && !knows;
    let state = match (wants_password, job.state, &job.order) {
        (true, _, _) => locale.text("fetch-no-password").to_owned(),
        (_, JobState::Waiting(Obstacle::NoSourceFolder), Order::Fetch(fetching)) => {
            language.say("fetch-no-source-folder", [("folder", clean(&fetching.folder).into())])
        }
        _ => locale.text(state_key(job.state)).to_owned(),
    };
    FetchRow {
        url: urls.import_account_show(&job.id),
        title: job_words::title(job, locale),
        state,
        progress: language.count("fetch-progress", job.done, [("total", total.as_str()), ("size", octets.as_str())]),
        done: job.done,
        total: job.total.max(1),
        running: job.state == JobState::Running,
        can_stop: job.is_open(),
        can_make: !wants_password && job.state == JobState::Waiting(Obstacle::NoFolder),
        can_go_on: !wants_password && !matches!(job.state, JobState::Running | JobState::Done),
        wants_password,
        remarks: job.report.iter().map(|remark| said(remark, locale)).collect(),
    }
}

fn state_key(state: JobState) -> &'static str {
    match state {
        JobState::Running => "fetch-running",
        JobState::Stopped => "fetch-stopped",
        JobState::Done => "fetch-done",
        JobState::Waiting(Obstacle::OverQuota) => "fetch-over-quota",
        JobState::Waiting(Obstacle::NoServer) => "fetch-no-server",
        JobState::Waiting(Obstacle::SignedOut) => "fetch-signed-out",
        JobState::Waiting(Obstacle::Refused) => "fetch-refused",
        JobState::Waiting(Obstacle::NotKept) => "fetch-not-kept",
        JobState::Waiting(Obstacle::NoFolder) => "fetch-no-folder",
        JobState::Waiting(Obstacle::NoSource | Obstacle::NoSourceFolder) => "fetch-no-source",
        JobState::Waiting(Obstacle::NoSourcePassword) => "fetch-no-password",
    }
}

fn said(remark: &Remark, locale: &Locale) -> String {
    let key = match remark.notice {
        Notice::TooLarge => "fetch-too-large",
        Notice::GoneBefore => "fetch-gone",
        Notice::NotTheSame => "fetch-not-the-same",
        Notice::StaysThere => "fetch-stays-there",
        Notice::CantDelete => "fetch-cant-delete",
        _ => "fetch-not-taken",
    };
    locale.language.count(key, remark.count, [("about", clean(&remark.about).as_str())])
}
