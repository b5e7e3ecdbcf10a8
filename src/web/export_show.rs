//! How mail is taken along: `GET /export?mailbox=` asks in which form, and tells about how much it is. `POST /export` without a
//! form asks the same for chosen messages.

use actix_web::HttpResponse;
use serde::Serialize;

use super::archive::Format;
use super::chosen::name;
use super::confirm::Field;
use super::error::Error;
use super::export::wanted;
use super::locale::Locale;
use super::mailbox_param::{field_value, read_field, title};
use super::page::Head;
use super::params::{ListQuery, query_values};
use super::selections::Selections;
use super::shell::Shell;
use super::sizes::size;
use super::templates::Template;
use super::tree::places;
use super::urls::Urls;
use super::visit::Visit;
use crate::account::{Asked, Export, Filter, Overview, Taking, Weight};
use crate::mail::MailboxName;

/// The page.
#[derive(Serialize)]
pub(super) struct ExportShow {
    head: Head,
    shell: Shell,
    title: String,
    /// "1,284 messages, about 340 MB"; empty where there is nothing.
    amount: String,
    /// What is searched for.
    found: String,
    action: String,
    fields: Vec<Field>,
    formats: Vec<Choice>,
    /// "With the 3 folders below it"; empty where there are none.
    below: String,
    /// Where another folder is chosen; empty where messages were.
    page_url: String,
    folders: Vec<FolderChoice>,
    back: String,
    import_url: String,
}

/// A kind of file.
#[derive(Serialize)]
struct Choice {
    value: &'static str,
    label: String,
    hint: String,
    checked: bool,
}

/// A folder to choose.
#[derive(Serialize)]
pub(super) struct FolderChoice {
    value: String,
    label: String,
    selected: bool,
}

impl Template for ExportShow {
    const NAME: &'static str = "pages/export_show.html";
}

/// `GET /export?mailbox=&q=&filter=`
pub(super) async fn export_show(visit: Visit) -> Result<HttpResponse, Error> {
    let query = query_values(&visit.request);
    let fields = || query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let mailbox = match fields().find(|(name, _)| *name == "mailbox") {
        Some((_, value)) => read_field(value).ok_or(Error::NotFound)?,
        None => MailboxName::inbox(),
    };
    ask(&visit, wanted(mailbox, fields().filter(|(name, _)| *name != "below"))).await
}

/// Asks in which form this is wanted.
pub(super) async fn ask(visit: &Visit, wanted: Taking) -> Result<HttpResponse, Error> {
    let overview = visit.account().overview().await?;
    let export = visit.account().export(&wanted).await?;
    let weight = visit.account().weigh(&export).await?;
    let (mailbox, asked) = match &wanted {
        Taking::Chosen(_) => (None, None),
        Taking::Mailbox(mailbox) | Taking::Tree(mailbox) => (Some(mailbox), None),
        Taking::Listed(mailbox, asked) => (Some(mailbox), Some(asked)),
    };
    let folder = mailbox.map(|mailbox| name(mailbox, &overview, visit));
    let shell = Shell::new(visit, &overview, mailbox);
    let about = About { export: &export, weight, mailbox, folder, asked };
    visit.answer(&ExportShow::new(shell, &about, &overview, &visit.locale, &visit.state.urls))
}

/// What is taken along.
pub(super) struct About<'a> {
    /// The messages.
    pub export: &'a Export,
    /// What they weigh.
    pub weight: Weight,
    /// The mailbox they are all in; `None` where messages were chosen.
    pub mailbox: Option<&'a MailboxName>,
    /// What that is called.
    pub folder: Option<String>,
    /// What a list was asked for, if that is less than all of it.
    pub asked: Option<&'a Asked>,
}

impl ExportShow {
    /// The page about that.
    pub(super) fn new(shell: Shell, about: &About<'_>, overview: &Overview, locale: &Locale, urls: &Urls) -> Self {
        let language = &locale.language;
        let count = about.export.messages();
        let heading = match &about.folder {
            Some(folder) => language.say("export-folder-title", [("folder", folder.as_str().into())]),
            None => language.count("export-chosen-title", count, []),
        };
        let octets = size(about.weight.octets, language);
        let amount = match (count, about.weight.is_exact) {
            (0, _) => String::new(),
            (_, true) => language.count("export-amount", count, [("size", octets.as_str())]),
            (_, false) => language.count("export-amount-about", count, [("size", octets.as_str())]),
        };
        let query = about.asked.map(|asked| ListQuery { asked: asked.clone(), select: false }.suffix());
        Self {
            head: Head::new(heading.clone(), urls, locale),
            shell,
            amount,
            found: about.asked.map(|asked| found(asked, locale)).unwrap_or_default(),
            action: urls.export(),
            fields: fields(about),
            formats: Format::ALL.into_iter().map(|format| choice(format, locale)).collect(),
            below: match (about.mailbox, about.asked) {
                (Some(mailbox), None) => below(mailbox, overview, locale),
                _ => String::new(),
            },
            page_url: if about.mailbox.is_some() { urls.export() } else { String::new() },
            folders: about.mailbox.map(|mailbox| folders(mailbox, overview, locale)).unwrap_or_default(),
            back: match about.mailbox {
                Some(mailbox) => urls.mailbox(mailbox) + &query.unwrap_or_default(),
                None => {
                    let first = about.export.selections.first().map(|one| one.mailbox.clone());
                    urls.mailbox(&first.unwrap_or_else(MailboxName::inbox))
                }
            },
            import_url: urls.import(about.mailbox),
            title: heading,
        }
    }
}

/// What the form carries, so that what is downloaded is what was asked for here.
fn fields(about: &About<'_>) -> Vec<Field> {
    let Some(mailbox) = about.mailbox else { return Selections::fields(&about.export.selections) };
    let mut fields = vec![Field::new("mailbox", field_value(mailbox))];
    if let Some(asked) = about.asked {
        fields.push(Field::new("q", asked.query.clone()));
        let filter = match asked.filter {
            Filter::All => "all",
            Filter::Unread => "unread",
            Filter::Flagged => "flagged",
        };
        fields.push(Field::new("filter", filter.to_owned()));
    }
    fields
}

fn found(asked: &Asked, locale: &Locale) -> String {
    let language = &locale.language;
    let filter = match asked.filter {
        Filter::All => String::new(),
        Filter::Unread => locale.text("export-unread").to_owned(),
        Filter::Flagged => locale.text("export-flagged").to_owned(),
    };
    match asked.query.is_empty() {
        true => filter,
        false => {
            let found = language.say("export-found", [("query", asked.query.as_str().into())]);
            [found, filter].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
        }
    }
}

fn choice(format: Format, locale: &Locale) -> Choice {
    let (label, hint) = match format {
        Format::Zip => ("export-zip", "export-zip-hint"),
        Format::Mbox => ("export-mbox", "export-mbox-hint"),
        Format::Maildir => ("export-maildir", "export-maildir-hint"),
    };
    Choice {
        value: format.name(),
        label: locale.text(label).to_owned(),
        hint: locale.text(hint).to_owned(),
        checked: format == Format::default(),
    }
}

/// How many folders there are below, in words.
fn below(mailbox: &MailboxName, overview: &Overview, locale: &Locale) -> String {
    let Some(delimiter) = overview.find(mailbox).and_then(|known| known.delimiter) else { return String::new() };
    let start = format!("{mailbox}{delimiter}");
    let is_below = |name: &MailboxName| name.as_str().starts_with(&start);
    let count = overview.mailboxes.iter().filter(|one| one.selectable && is_below(&one.name)).count();
    match count {
        0 => String::new(),
        count => locale.language.count("export-below", u64::try_from(count).unwrap_or(u64::MAX), []),
    }
}

/// All folders, the current one first.
pub(super) fn folders(current: &MailboxName, overview: &Overview, locale: &Locale) -> Vec<FolderChoice> {
    let label = overview.find(current).map(|known| title(known, locale)).unwrap_or_default();
    let current_one = FolderChoice { value: field_value(current), label, selected: true };
    let others = places(&overview.mailboxes, current, locale).into_iter();
    let others = others.map(|place| FolderChoice { value: place.value, label: place.path, selected: false });
    [current_one].into_iter().chain(others).collect()
}
