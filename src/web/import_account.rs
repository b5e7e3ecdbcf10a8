//! Mail from an account elsewhere: `GET /import/account` shows the form and what is under way, `POST` begins; and
//! `POST /import/account/folders` asks that account for its folders first. No password is ever shown, or kept on the disk.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;

use super::devices_check::trouble_at;
use super::error::Error;
use super::form::Fields;
use super::import_account_show::{FetchRow, row};
use super::mailbox_param::{display_name, field_value, read_field};
use super::page::{self, Head};
use super::redirect::see_other;
use super::sheet::{Field, Problem, Sheet, some_line};
use super::shell::Shell;
use super::templates::Template;
use super::tree::places;
use super::visit::Visit;
use crate::account::{self, FetchBy, Fetching, Source};
use crate::config::{Fetch, FetchHost};
use crate::mail::{MailboxName, Secret};

/// The longest user name and password, in characters.
const LONGEST: usize = 1_000;

/// The page.
#[derive(Serialize)]
pub(super) struct ImportAccount {
    /// Title and files.
    pub head: Head,
    /// Surroundings.
    pub shell: Shell,
    /// The form.
    pub form: ImportForm,
    /// What is under way, or was lately.
    pub fetches: Vec<FetchRow>,
}

impl Template for ImportAccount {
    const NAME: &'static str = "pages/import_account.html";
}

/// The form, as somebody filled it in.
#[derive(Serialize, Default)]
pub(super) struct ImportForm {
    action: String,
    folders_action: String,
    /// Whether the operator named any server.
    is_on: bool,
    servers: Vec<Choice>,
    kinds: Vec<Choice>,
    securities: Vec<Choice>,
    user: Field,
    /// What is in the way of the password; it itself never comes back.
    password_problem: String,
    /// Whether it need not be typed again.
    password_known: bool,
    /// The folders there, once they were asked for.
    folders: Vec<Choice>,
    places: Vec<Choice>,
    as_read: bool,
    delete: bool,
    /// It was asked, and can't delete single messages.
    keeps_all: bool,
    /// What went wrong over there.
    trouble: String,
    server_problem: String,
}

/// Something to choose.
#[derive(Serialize)]
struct Choice {
    value: String,
    label: String,
    current: bool,
}

/// What was typed, read.
struct Typed {
    source: Source,
    password: String,
    folder: String,
    into: MailboxName,
    as_read: bool,
    delete: bool,
    keeps_all: bool,
    server: String,
}

/// `GET /import/account`
pub(super) async fn import_account(visit: Visit) -> Result<HttpResponse, Error> {
    let typed = Typed::fresh();
    show(&visit, StatusCode::OK, typed, &[], Vec::new(), String::new()).await
}

/// Begins.
pub(super) async fn import_account_begin(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    let (typed, problems) = Typed::read(&fields, &visit);
    if !problems.is_empty() {
        return show(&visit, StatusCode::UNPROCESSABLE_ENTITY, typed, &problems, Vec::new(), String::new()).await;
    }
    let fetching = Fetching {
        from: typed.source.clone(),
        folder: if typed.source.by == FetchBy::Pop3 { String::new() } else { typed.folder.clone() },
        into: typed.into.clone(),
        as_read: typed.as_read,
        delete: typed.delete,
    };
    let begun = match typed.password.is_empty() {
        true => visit.account().begin_known_fetch(fetching).await,
        false => visit.account().begin_fetch(fetching, Secret::new(typed.password.as_str())).await,
    };
    match begun {
        Ok(id) => Ok(see_other(&visit.state.urls.import_account_show(&id))),
        Err(account::Error::Refused) => {
            let trouble = visit.locale.text("fetch-too-many").to_owned();
            show(&visit, StatusCode::CONFLICT, typed, &[], Vec::new(), trouble).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Asks the other account for its folders.
pub(super) async fn import_account_folders(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    let (mut typed, problems) = Typed::read(&fields, &visit);
    typed.source.by = FetchBy::Imap;
    if !problems.is_empty() {
        return show(&visit, StatusCode::UNPROCESSABLE_ENTITY, typed, &problems, Vec::new(), String::new()).await;
    }
    let password = Secret::new(std::mem::take(&mut typed.password));
    match visit.account().source_folders(&typed.source, password).await {
        Ok((folders, can_delete)) => {
            typed.keeps_all = !can_delete;
            show(&visit, StatusCode::OK, typed, &[], folders, String::new()).await
        }
        Err(finding) => {
            let Source { host, port, user, .. } = &typed.source;
            let trouble = trouble_at(finding, "check-imap", host, *port, user, &visit.locale);
            show(&visit, StatusCode::UNPROCESSABLE_ENTITY, typed, &[], Vec::new(), trouble).await
        }
    }
}

impl Typed {
    fn fresh() -> Self {
        let source = Source { by: FetchBy::Imap, host: String::new(), port: 0, starttls: false, user: String::new() };
        Self {
            source,
            password: String::new(),
            folder: "INBOX".to_owned(),
            into: MailboxName::inbox(),
            as_read: true,
            delete: false,
            keeps_all: false,
            server: String::new(),
        }
    }

    fn read(fields: &Fields, visit: &Visit) -> (Self, Vec<(&'static str, Problem)>) {
        let fetch = &visit.state.config.fetch;
        let mut sheet = Sheet::new(fields);
        let by = if fields.one("by") == Some("pop3") { FetchBy::Pop3 } else { FetchBy::Imap };
        let starttls = fields.one("tls") == Some("starttls");
        let server = fields.one("server").unwrap_or_default().to_owned();
        let host = sheet.take("server", |text| known(fetch, text).ok_or(Problem::NotAllowed).map(Some));
        let user = sheet.take("user", |text| some_line(text, LONGEST));
        let (host, port) = match host {
            Some(FetchHost { host, port }) => (host, port.unwrap_or(usual_port(by, starttls))),
            None => (String::new(), 0),
        };
        let source = Source { by, host, port, starttls, user };
        // a password is taken as it was typed, blanks and all
        let password = sheet.take("password", |text| match text {
            "" if visit.account().knows_source(&source) => Ok(String::new()),
            "" => Err(Problem::Missing),
            text if text.chars().any(char::is_control) => Err(Problem::Control),
            text if text.chars().count() > LONGEST => Err(Problem::TooLong(LONGEST)),
            text => Ok(text.to_owned()),
        });
        let folder = fields.one("folder").filter(|folder| !folder.is_empty()).unwrap_or("INBOX").to_owned();
        let typed = Self {
            source,
            password,
            folder,
            into: fields.one("into").and_then(read_field).unwrap_or_else(MailboxName::inbox),
            as_read: sheet.ticked("read"),
            delete: sheet.ticked("delete"),
            keeps_all: false,
            server,
        };
        (typed, sheet.problems())
    }
}

/// One of those that the operator named.
fn known(fetch: &Fetch, text: &str) -> Option<FetchHost> {
    fetch.hosts.iter().find(|one| written(one) == text).cloned()
}

fn written(host: &FetchHost) -> String {
    host.port.map_or_else(|| host.host.clone(), |port| format!("{}:{port}", host.host))
}

fn usual_port(by: FetchBy, starttls: bool) -> u16 {
    match (by, starttls) {
        (FetchBy::Imap, false) => 993,
        (FetchBy::Imap, true) => 143,
        (FetchBy::Pop3, false) => 995,
        (FetchBy::Pop3, true) => 110,
    }
}

async fn show(
    visit: &Visit,
    status: StatusCode,
    typed: Typed,
    problems: &[(&'static str, Problem)],
    folders: Vec<MailboxName>,
    trouble: String,
) -> Result<HttpResponse, Error> {
    let (urls, locale) = (&visit.state.urls, &visit.locale);
    let overview = visit.account().overview().await?;
    let text = |key: &str| locale.text(key).to_owned();
    let choice = |value: &str, label: String, current: bool| Choice { value: value.to_owned(), label, current };
    let problem = |name: &str| {
        let found = problems.iter().find(|(field, _)| *field == name);
        found.map(|(_, problem)| if name == "server" { text("fetch-not-allowed") } else { problem.in_words(locale) })
    };
    let hosts = &visit.state.config.fetch.hosts;
    let here = places(&overview.mailboxes, &MailboxName::inbox(), locale).into_iter();
    let inbox = MailboxName::inbox();
    let into = field_value(&typed.into);
    let inbox = choice(&field_value(&inbox), display_name(&inbox, locale), typed.into.is_inbox());
    let form = ImportForm {
        action: urls.import_account(),
        folders_action: urls.import_account_folders(),
        is_on: !hosts.is_empty(),
        servers: hosts.iter().map(|one| choice(&written(one), written(one), written(one) == typed.server)).collect(),
        kinds: [("imap", FetchBy::Imap), ("pop3", FetchBy::Pop3)]
            .map(|(value, by)| choice(value, text(&format!("fetch-by-{value}")), typed.source.by == by))
            .into(),
        securities: [("implicit", "devices-tls", false), ("starttls", "devices-starttls", true)]
            .map(|(value, key, starttls)| choice(value, text(key), typed.source.starttls == starttls))
            .into(),
        user: Field::new("user", "devices-user", &typed.source.user, locale).marked(problems, locale),
        password_problem: problem("password").unwrap_or_default(),
        password_known: visit.account().knows_source(&typed.source),
        folders: folders
            .iter()
            .map(|one| choice(one.as_str(), display_name(one, locale), one.as_str() == typed.folder))
            .collect(),
        places: std::iter::once(inbox)
            .chain(here.map(|place| Choice { current: place.value == into, value: place.value, label: place.path }))
            .collect(),
        as_read: typed.as_read,
        delete: typed.delete,
        keeps_all: typed.keeps_all,
        trouble,
        server_problem: problem("server").unwrap_or_default(),
    };
    let fetches = visit.account().fetches().await?;
    let page = ImportAccount {
        head: Head::new(locale.text("fetch-account"), urls, locale),
        shell: Shell::new(visit, &overview, None),
        form,
        fetches: fetches
            .iter()
            .map(|(job, fetching)| row(job, visit.account().knows_source(&fetching.from), urls, locale))
            .collect(),
    };
    page::answer(status, &page, &visit.state.templates, locale)
}

/// A form for samples: empty, or with everything in the way.
#[cfg(test)]
pub(super) fn sample(is_on: bool, locale: &super::locale::Locale) -> ImportForm {
    let choice = |text: &str, current| Choice { value: text.to_owned(), label: text.to_owned(), current };
    ImportForm {
        action: "/x".into(),
        is_on,
        servers: vec![choice("imap.example.org", false), choice("pop.example.net:1995", true)],
        kinds: vec![choice("imap", true), choice("pop3", false)],
        securities: vec![choice("implicit", true)],
        user: Field::new("user", "devices-user", "<b>ann</b>", locale).marked(&[("user", Problem::Control)], locale),
        password_problem: Problem::Missing.in_words(locale),
        folders: vec![choice("<i>INBOX</i>", true)],
        places: vec![choice("Inbox", true)],
        as_read: true,
        trouble: "x".into(),
        ..ImportForm::default()
    }
}
