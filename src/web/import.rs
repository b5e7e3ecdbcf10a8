//! Bringing messages in: `GET /import?mailbox=` asks for files and a folder, `POST` keeps the files and begins the work.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use serde::Serialize;

use super::error::Error;
use super::export_show::{FolderChoice, folders};
use super::form::Fields;
use super::form_with_files::{FormWithFiles, Keeping, RefusedFile, upload_id};
use super::locale::Locale;
use super::mailbox_param::read_field;
use super::page::{self, Head};
use super::params::query_value;
use super::redirect::see_other;
use super::shell::Shell;
use super::signed_in::require;
use super::sizes::size;
use super::state::State;
use super::templates::Template;
use super::upload::{drain, said_length};
use super::urls::Urls;
use super::visit::Visit;
use crate::account::{self, Brought, Duplicates, Importing, Order, Overview};
use crate::mail::MailboxName;
use crate::store::NotKept;

/// Octets of a form that are not those of its files, for each file that may be in it.
const AROUND: u64 = 1024;
/// The most files at once.
const MOST_FILES: usize = 2_000;
/// How long they may take: a mailbox over a slow line takes a night.
const LONGEST: Duration = Duration::from_secs(12 * 60 * 60);

/// The page.
#[derive(Serialize)]
pub(super) struct ImportShow {
    head: Head,
    shell: Shell,
    action: String,
    problem: String,
    folders: Vec<FolderChoice>,
    skips: bool,
    limit: String,
    export_url: String,
    back: String,
}

/// What stands in the form.
pub(super) struct Filled {
    /// Where messages go.
    pub into: MailboxName,
    /// Whether those that are there already are left out.
    pub skips: bool,
    /// What was in the way, in a sentence; or empty.
    pub problem: String,
    /// The most octets at once.
    pub limit: u64,
}

impl Template for ImportShow {
    const NAME: &'static str = "pages/import_show.html";
}

/// `GET /import?mailbox=`
pub(super) async fn import_show(visit: Visit) -> Result<HttpResponse, Error> {
    let into = match query_value(&visit.request, "mailbox") {
        Some(value) => read_field(&value).ok_or(Error::NotFound)?,
        None => MailboxName::inbox(),
    };
    let filled = Filled { into, skips: true, problem: String::new(), limit: visit.state.config.limits.imports };
    show(&visit, StatusCode::OK, &filled).await
}

/// `POST /import`: `file` (any number), `mailbox`, `skip`.
pub(super) async fn import(brought: BroughtForm, visit: Visit) -> Result<HttpResponse, Error> {
    let limit = visit.state.config.limits.imports;
    let (locale, language) = (&visit.locale, &visit.locale.language);
    let mut form = match brought.0 {
        Ok(form) => form,
        Err(size_told) => {
            // nothing of the form was read: it is as it was in the beginning
            let refused = RefusedFile { name: String::new(), size: size_told, why: NotKept::TooLarge(limit) };
            let problem = language.say(
                "import-too-large",
                [("size", size(refused.size, language).into()), ("limit", size(limit, language).into())],
            );
            let filled = Filled { into: MailboxName::inbox(), skips: true, problem, limit };
            return show(&visit, StatusCode::PAYLOAD_TOO_LARGE, &filled).await;
        }
    };
    let into = form.fields.one("mailbox").and_then(read_field).ok_or(Error::NotFound)?;
    let skips = form.fields.one("skip").is_some();
    let overview = visit.account().overview().await?;
    if !overview.find(&into).is_some_and(|known| known.selectable) {
        form.forget_files(&visit).await;
        return Err(Error::Account(account::Error::NotFound(account::What::Mailbox(into))));
    }
    let problem = match (form.refused.first(), form.over, form.files.is_empty()) {
        (Some(refused), _, _) => refused.sentence(locale),
        (None, 1.., _) => language.count("import-too-many", u64::try_from(MOST_FILES).unwrap_or(0), []),
        (None, 0, true) => locale.text("import-no-file").to_owned(),
        (None, 0, false) => String::new(),
    };
    if !problem.is_empty() {
        form.forget_files(&visit).await;
        let filled = Filled { into, skips, problem, limit };
        return show(&visit, StatusCode::UNPROCESSABLE_ENTITY, &filled).await;
    }
    let files = form.files.iter().filter_map(|file| {
        let upload = upload_id(file)?.as_str().to_owned();
        Some(Brought { upload, name: file.name.clone(), octets: file.size })
    });
    let duplicates = if skips { Duplicates::Skip } else { Duplicates::Keep };
    let importing = Importing { files: files.collect(), into: into.clone(), duplicates };
    match visit.account().begin_job(Order::Import(importing)).await {
        Ok(id) => Ok(see_other(&visit.state.urls.job(&id))),
        Err(error) => {
            form.forget_files(&visit).await;
            if error != account::Error::Refused {
                return Err(error.into());
            }
            let filled = Filled { into, skips, problem: locale.text("import-too-much-work").to_owned(), limit };
            show(&visit, StatusCode::CONFLICT, &filled).await
        }
    }
}

async fn show(visit: &Visit, status: StatusCode, filled: &Filled) -> Result<HttpResponse, Error> {
    let overview = visit.account().overview().await?;
    let shell = Shell::new(visit, &overview, Some(&filled.into));
    let page = ImportShow::new(shell, filled, &overview, &visit.locale, &visit.state.urls);
    page::answer(status, &page, &visit.state.templates, &visit.locale)
}

impl ImportShow {
    /// The page with this in its form.
    pub(super) fn new(shell: Shell, filled: &Filled, overview: &Overview, locale: &Locale, urls: &Urls) -> Self {
        Self {
            head: Head::new(locale.text("import-title"), urls, locale),
            shell,
            action: urls.import(None),
            problem: filled.problem.clone(),
            folders: folders(&filled.into, overview, locale),
            skips: filled.skips,
            limit: locale.language.say("import-limit", [("limit", size(filled.limit, &locale.language).into())]),
            export_url: urls.export_mailbox(&filled.into, ""),
            back: urls.mailbox(&filled.into),
        }
    }
}

/// A form with files; or how large it was said to be, if that was too much before it came.
pub(super) struct BroughtForm(Result<FormWithFiles, u64>);

impl FromRequest for BroughtForm {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        async move {
            let person = require(&request)?;
            let state = State::of(&request)?;
            let limit = state.config.limits.imports;
            let around = AROUND * u64::try_from(MOST_FILES).unwrap_or(0);
            if let Some(said) = said_length(&request).filter(|said| *said > limit.saturating_add(around)) {
                drain(&mut payload).await;
                return Ok(Self(Err(said)));
            }
            let keeping = Keeping { uploads: &state.imports, largest: limit, most_files: MOST_FILES, longest: LONGEST };
            let form = FormWithFiles::read_into(&request, &mut payload, Some(&person), keeping).await?;
            Ok(Self(Ok(form.allowed(&person, &request)?)))
        }
        .boxed_local()
    }
}

impl FormWithFiles {
    /// Nothing becomes of the files.
    async fn forget_files(&mut self, visit: &Visit) {
        for id in self.files.iter().filter_map(upload_id) {
            // what can't be deleted now is swept out
            let _ = visit.state.imports.remove(visit.account().user(), id).await;
        }
        self.files.clear();
        self.fields = Fields::of(Vec::new());
    }
}
