//! A piece of background work: `GET /jobs/{id}`, with what can be done about it.

use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::chosen::go_to;
use super::dates::Dates;
use super::error::Error;
use super::flash::{FlashKind, FlashMessage};
use super::form::Fields;
use super::job_words::{self, Standing};
use super::locale::Locale;
use super::page::Head;
use super::redirect::see_other;
use super::shell::Shell;
use super::templates::Template;
use super::urls::Urls;
use super::visit::Visit;
use crate::account::{Account, How, Job, JobId, JobState, Obstacle, Order};
use crate::mail::{MailboxName, Moment};

/// Seconds after which a page without scripts looks again, while the work goes on.
const LOOKS_AGAIN: u8 = 2;

/// The page.
#[derive(Serialize)]
pub(super) struct JobShow {
    head: Head,
    shell: Shell,
    /// Seconds; zero when it is at rest.
    refresh: u8,
    job: JobRow,
    deeds: Vec<Deed>,
    remarks: Vec<String>,
    /// Where it was about, to go on from here.
    way: Way,
}

/// A piece of work in a list: `templates/components/job_list.html`.
#[derive(Serialize)]
pub(super) struct JobRow {
    url: String,
    title: String,
    /// "Goes on", "Waits" …
    state: String,
    kind: &'static str,
    icon: &'static str,
    /// "1,200 of 50,000, 48 MB freed"
    progress: String,
    done: u64,
    total: u64,
    is_open: bool,
    /// Why it waits, and what now.
    text: String,
    date: String,
    datetime: String,
}

/// A button.
#[derive(Serialize)]
struct Deed {
    url: String,
    label: String,
    first: bool,
}

/// Where to go.
#[derive(Serialize)]
struct Way {
    url: String,
    label: String,
}

impl Template for JobShow {
    const NAME: &'static str = "pages/job_show.html";
}

impl JobRow {
    /// Of this one.
    pub(super) fn new(job: &Job, locale: &Locale, urls: &Urls) -> Self {
        let Standing { state, kind, icon } = job_words::standing(job.state);
        let dates = Dates::now(locale);
        let moment = Moment { seconds: if job.is_open() { job.begun } else { job.since }, offset_minutes: 0 };
        Self {
            url: match job.order {
                Order::Fetch(_) => urls.import_account_show(&job.id),
                _ => urls.job(&job.id),
            },
            title: job_words::title(job, locale),
            state: locale.text(state).to_owned(),
            kind,
            icon,
            progress: job_words::progress(job, &locale.language),
            done: job.done.min(job.total),
            total: job.total,
            is_open: job.state != JobState::Done,
            text: job_words::explanation(job.state).map(|key| locale.text(key).to_owned()).unwrap_or_default(),
            date: dates.medium(moment),
            datetime: dates.machine(moment),
        }
    }

    /// What a person's background work is, the newest first; nothing where it can't be read.
    pub(super) async fn all(account: &Account, locale: &Locale, urls: &Urls) -> Vec<Self> {
        let jobs = account.jobs().await.unwrap_or_default();
        jobs.iter().map(|job| Self::new(job, locale, urls)).collect()
    }
}

impl JobShow {
    /// The page of this one.
    pub(super) fn new(shell: Shell, job: &Job, locale: &Locale, urls: &Urls) -> Self {
        let deed = |act: &str, key: &str, first| Deed {
            url: urls.job_act(&job.id, act),
            label: locale.text(key).to_owned(),
            first,
        };
        let deeds = match job.state {
            JobState::Running => vec![deed("stop", "job-stop", false)],
            JobState::Waiting(Obstacle::NoFolder) if job.order.comes_into().is_some() => {
                vec![deed("make", "job-make-folder", true), deed("stop", "job-stop", false)]
            }
            JobState::Waiting(_) => vec![deed("go-on", "job-try-now", true), deed("stop", "job-stop", false)],
            JobState::Stopped => vec![deed("go-on", "job-go-on", true), deed("forget", "job-forget", false)],
            JobState::Done => vec![deed("forget", "job-forget", false)],
        };
        let mut remarks: Vec<String> = job.report.iter().map(|one| job_words::remark(one, locale)).collect();
        if job.left_out > 0 {
            remarks.push(locale.language.count("job-remarks-left-out", job.left_out, []));
        }
        let row = JobRow::new(job, locale, urls);
        Self {
            head: Head::new(row.title.clone(), urls, locale),
            shell,
            refresh: if job.state == JobState::Running { LOOKS_AGAIN } else { 0 },
            job: row,
            deeds,
            remarks,
            way: Way { url: urls.mailbox(&mailbox_of(job)), label: locale.text("job-way").to_owned() },
        }
    }
}

/// Where a person wants to go from here: where messages went to, else where they were.
fn mailbox_of(job: &Job) -> MailboxName {
    let first = |from: &[crate::mail::Selection]| from.first().map(|one| one.mailbox.clone());
    let known = match &job.order {
        Order::Remove(removal) => match &removal.how {
            How::To(mailbox) => Some(mailbox.clone()),
            How::ForGood | How::ToTrash => first(&removal.from),
        },
        Order::Strip(stripping) => first(&stripping.from),
        Order::Import(importing) => Some(importing.into.clone()),
        Order::Fetch(fetching) => Some(fetching.into.clone()),
    };
    known.unwrap_or_else(MailboxName::inbox)
}

/// `GET /jobs/{id}`
pub(super) async fn job_show(visit: Visit) -> Result<HttpResponse, Error> {
    let job = visit.account().job(&named(&visit.request)?).await?;
    if let Order::Fetch(_) = job.order {
        // a page of its own, that can ask for the other account's password
        return Ok(see_other(&visit.state.urls.import_account_show(&job.id)));
    }
    // what is said here is known without the mail server, and wanted most where that can't be had
    let overview = visit.account().overview().await.unwrap_or_default();
    let shell = Shell::new(&visit, &overview, None);
    visit.answer(&JobShow::new(shell, &job, &visit.locale, &visit.state.urls))
}

/// `POST /jobs/{id}/stop`
pub(super) async fn job_stop(visit: Visit, _fields: Fields) -> Result<HttpResponse, Error> {
    let id = named(&visit.request)?;
    visit.account().stop_job(&id).await?;
    Ok(go_to(&visit.state.urls.job(&id), None, &visit))
}

/// `POST /jobs/{id}/go-on`
pub(super) async fn job_go_on(visit: Visit, _fields: Fields) -> Result<HttpResponse, Error> {
    let id = named(&visit.request)?;
    visit.account().go_on_job(&id).await?;
    Ok(go_to(&visit.state.urls.job(&id), None, &visit))
}

/// `POST /jobs/{id}/make`: makes the folder again that messages were to come into, and goes on.
pub(super) async fn job_make(visit: Visit, _fields: Fields) -> Result<HttpResponse, Error> {
    let id = named(&visit.request)?;
    visit.account().go_on_anew(&id).await?;
    Ok(go_to(&visit.state.urls.job(&id), None, &visit))
}

/// `POST /jobs/{id}/forget`: back to where it was about.
pub(super) async fn job_forget(visit: Visit, _fields: Fields) -> Result<HttpResponse, Error> {
    let id = named(&visit.request)?;
    let job = visit.account().job(&id).await?;
    visit.account().forget_job(&id).await?;
    let text = visit.locale.text("job-forgotten").to_owned();
    let message = FlashMessage { text, kind: FlashKind::Good, undo: None };
    Ok(go_to(&visit.state.urls.mailbox(&mailbox_of(&job)), Some(message), &visit))
}

/// `{id}` of the path.
pub(super) fn named(request: &HttpRequest) -> Result<JobId, Error> {
    request.match_info().get("id").and_then(|id| id.parse().ok()).ok_or(Error::NotFound)
}
