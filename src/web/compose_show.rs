//! The composer: `GET /compose` begins a message, `POST /compose` (`compose_send`) draws the same page again with all
//! that was typed.

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use jiff::Timestamp;
use serde::Serialize;

use super::attached::{Card, cards, total};
use super::came_of::came_of;
use super::canned::canned_of;
use super::compose_edit::{self, Footing};
use super::compose_start::{fresh_id, start};
use super::compose_told::{Choice, Line, Problem, Told, Writer};
use super::dates::Dates;
use super::error::Error;
use super::identities::identities_of;
use super::kept;
use super::later::{self, Offer};
use super::local_path::LocalPath;
use super::locale::Locale;
use super::looks;
use super::onward;
use super::page::{self, Head};
use super::params::query_values;
use super::reply_style::reply_style;
use super::shell::Shell;
use super::shown::clean;
use super::sizes::size;
use super::templates::Template;
use super::typed::Typed;
use super::unsaved::{self, Unsaved};
use super::urls::Urls;
use super::visit::Visit;
use super::writing::writing_of;
use crate::account::{Overview, Start, recipients};
use crate::mail::{About, Identity, MailboxName, MessageId, Priority, Role};

/// The page.
#[derive(Serialize)]
pub(super) struct ComposeShow {
    head: Head,
    shell: Shell,
    action: String,
    title: String,
    /// Whether something of it is not saved.
    changed: bool,
    /// "Saved 09:52"; empty as long as nothing is.
    saved: String,
    problem: Option<Problem>,
    /// Texts that found no room among the drafts before, to be gone on with.
    unsaved: Vec<Unsaved>,
    hidden: Vec<Hidden>,
    writers: Vec<Writer>,
    to: Line,
    cc: Line,
    bcc: Line,
    reply_to: Line,
    subject: Line,
    from: Line,
    text: Line,
    /// The text with its looks, for the script.
    html: String,
    /// Which of the two the script begins with.
    start: &'static str,
    /// Pieces of the text as they look.
    looks: String,
    /// Where its pictures are.
    pictures: String,
    rich_text_url: String,
    squire_url: String,
    /// What went wrong with the time to send at.
    at: Line,
    files_error: String,
    /// The language of the text, for the browser's spell check.
    language: String,
    more_open: bool,
    priorities: Vec<Choice>,
    receipt: bool,
    delivery: bool,
    files: Vec<Card>,
    files_total: String,
    canned: Vec<Choice>,
    later: Vec<Offer>,
    zone: String,
    /// Where it waits until then, and what that takes.
    later_note: String,
    /// What "Send all the same" sends, where that stands in the place of "Send".
    anyway: String,
    uploads_url: String,
    drafts_url: String,
    suggest_url: String,
    back_url: String,
}

#[derive(Serialize)]
struct Hidden {
    name: &'static str,
    value: String,
}

impl Template for ComposeShow {
    const NAME: &'static str = "pages/compose_show.html";
}

/// `GET /compose`. What it begins with: `reply=`, `reply_all=`, `reply_list=`, `forward=`, `forward_attached=` (one or
/// more), `edit=`, `again=` with a message as `INBOX/7/42`; or `mailto=`; or `to=`, `cc=`, `bcc=`, `subject=`, `body=`.
/// `id=` is the message's name: without one the browser is sent on to an address with a new one, so that whoever
/// reloads, or comes back after sending, is at the same message and not at a new one (`R-45`).
pub(super) async fn compose_show(request: HttpRequest) -> Result<HttpResponse, actix_web::Error> {
    if let Some(page) = onward::from_elsewhere(&request) {
        return Ok(page?);
    }
    let visit = Visit::from_request(&request, &mut Payload::None).await?;
    Ok(begin(visit).await?)
}

async fn begin(visit: Visit) -> Result<HttpResponse, Error> {
    let asked = query_values(&visit.request);
    let one = |name: &str| asked.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let back = one("back").and_then(|back| LocalPath::new(back, visit.state.urls.base()));
    let back = back.map(|back| back.as_str().to_owned()).unwrap_or_default();
    if one("kept").is_some() {
        return kept::show(visit, back).await;
    }
    if let Some(number) = one("unsaved") {
        return unsaved::show(visit, number, back).await;
    }
    let start = start(&asked)?;
    let id = match (&start, one("id")) {
        (_, Some(id)) => MessageId::parse(id).map_err(|_| Error::NotFound)?,
        // a draft has its name already
        (Start::Edit(draft), None) => return compose_edit::name_it(&visit, draft, visit.request.query_string()).await,
        (_, None) => {
            let id = fresh_id(visit.account().user())?;
            return Ok(compose_edit::named(&visit, visit.request.query_string(), &id));
        }
    };
    if let Some(sending) = visit.account().sending(&id).await?
        && let Some(answer) = came_of(&visit, &sending, &back).await
    {
        return Ok(answer);
    }
    visit.account().meet_submission();
    let identities = identities_of(&visit).await?;
    let mut draft = match visit.account().start_draft(&start, &identities, &reply_style(&visit).await?).await {
        Err(gone) if matches!(start, Start::Edit(_)) => return compose_edit::moved(&visit, &id, &back, gone).await,
        begun => begun?,
    };
    let footing = match start {
        Start::Edit(_) if draft.message_id != id => {
            Footing::of(visit.account().sending(&draft.message_id).await?.as_ref())
        }
        _ => Footing::Itself,
    };
    draft.message_id = id;
    let (saved, lead) = match (start, footing) {
        (_, Footing::Waits) => return Ok(compose_edit::waits(&visit)),
        // what may have been sent stays where it is
        (_, Footing::Another(lead)) => (None, lead),
        (Start::Edit(message), Footing::Itself) => (Some(message), ""),
        (_, Footing::Itself) => {
            draft.asks_receipt |= writing_of(&visit).await?.asks_receipt;
            (None, "")
        }
    };
    let typed = Typed::of(draft, &identities, saved, back);
    let lead = if lead.is_empty() { String::new() } else { visit.locale.text(lead).to_owned() };
    let told = Told { lead, unsaved: unsaved::offered(&visit).await, ..Told::default() };
    show(&visit, StatusCode::OK, &typed, &identities, told).await
}

/// Draws the page.
pub(super) async fn show(
    visit: &Visit,
    status: StatusCode,
    typed: &Typed,
    identities: &[Identity],
    told: Told,
) -> Result<HttpResponse, Error> {
    // what was typed is shown whether or not the mail server can be had
    let overview = visit.account().overview().await.unwrap_or_default();
    let shell = Shell::new(visit, &overview, drafts(&overview));
    let told = Told { canned: canned_of(visit).await?, longest_hold: visit.account().longest_hold(), ..told };
    let mut page = ComposeShow::new(shell, typed, identities, &told, &visit.locale, &visit.state.urls);
    let signature = kept::signature(visit.account().user(), &visit.state);
    page.hidden.extend(signature.map(|value| Hidden { name: kept::WRITTEN_BY, value }));
    let mut answer = page::answer(status, &page, &visit.state.templates, &visit.locale)?;
    if let Some((name, value)) = visit.state.policy.writing() {
        answer.headers_mut().insert(name, value);
    }
    Ok(answer)
}

fn drafts(overview: &Overview) -> Option<&MailboxName> {
    overview.with_role(Role::Drafts).map(|mailbox| &mailbox.name)
}

impl ComposeShow {
    /// The page of what was typed.
    pub(super) fn new(
        shell: Shell,
        typed: &Typed,
        identities: &[Identity],
        told: &Told,
        locale: &Locale,
        urls: &Urls,
    ) -> Self {
        let (language, now) = (&locale.language, Timestamp::now());
        let error = |field: &str| told.error(field);
        let line = |field: &str, value: &str| told.line(field, value);
        let (cc, bcc, reply_to) = (line("cc", &typed.cc), line("bcc", &typed.bcc), line("reply_to", &typed.reply_to));
        let plain = typed.priority == Priority::Normal && !typed.receipt && !typed.delivery;
        let bad_files: Vec<(usize, String)> = told
            .complaints
            .iter()
            .filter_map(|complaint| Some((complaint.file?, locale.text("compose-file-too-large").to_owned())))
            .collect();
        let first_guess = later::first_guess(locale, now);
        let title = title(typed, locale);
        let writer = typed.writer(identities);
        Self {
            head: Head::new(title.clone(), urls, locale),
            shell: shell.in_focus(),
            action: urls.compose(),
            title,
            changed: typed.is_changed(),
            saved: match told.saved {
                Some(at) => language.say("compose-saved", [("time", Dates::now(locale).clock(at).into())]),
                None => String::new(),
            },
            problem: told.problem(locale),
            unsaved: told.unsaved.clone(),
            hidden: typed.hidden().into_iter().map(|(name, value)| Hidden { name, value }).collect(),
            writers: Writer::all(identities, typed.from),
            more_open: [&cc, &bcc, &reply_to].into_iter().any(Line::is_filled) || !plain,
            to: line("to", &typed.to),
            cc,
            bcc,
            reply_to,
            subject: line("subject", &typed.subject),
            from: line("from", ""),
            text: line("text", &typed.text),
            html: typed.html.as_str().to_owned(),
            start: if typed.html.is_empty() { "plain" } else { "rich" },
            looks: looks::pieces(&typed.looks),
            pictures: looks::pictures(&typed.attachments, urls),
            rich_text_url: urls.static_file("rich_text.js"),
            squire_url: urls.static_file("squire.js"),
            at: told.line("at", if typed.at.is_empty() { &first_guess } else { &typed.at }),
            files_error: error("files"),
            language: writer.map(|writer| writer.language.clone()).unwrap_or_default(),
            priorities: [(Priority::High, "high"), (Priority::Normal, "normal"), (Priority::Low, "low")]
                .into_iter()
                .map(|(priority, name)| {
                    Choice::new(name, locale.text(priority_key(priority)), priority == typed.priority)
                })
                .collect(),
            receipt: typed.receipt,
            delivery: typed.delivery,
            files: cards(&typed.attachments, &bad_files, locale),
            files_total: match typed.attachments.len() {
                0 => String::new(),
                some => language.count(
                    "attachments-summary",
                    u64::try_from(some).unwrap_or(u64::MAX),
                    [("size", size(total(&typed.attachments), language).as_str())],
                ),
            },
            canned: (told.canned.iter())
                .map(|canned| Choice::new(format!("canned:{}", canned.number), clean(&canned.name), false))
                .collect(),
            later: later::offers(locale, now),
            zone: later::zone(locale, now),
            later_note: later::note(told.longest_hold, locale, now),
            anyway: told.anyway.clone(),
            uploads_url: urls.uploads(),
            drafts_url: urls.drafts(),
            suggest_url: urls.suggest(),
            back_url: if typed.back.is_empty() { urls.home() } else { typed.back.clone() },
        }
    }
}

fn priority_key(priority: Priority) -> &'static str {
    match priority {
        Priority::High => "priority-high",
        Priority::Normal => "priority-normal",
        Priority::Low => "priority-low",
    }
}

/// "Reply to Ilse Brandt".
fn title(typed: &Typed, locale: &Locale) -> String {
    let subject = clean(&typed.subject);
    match (&typed.about, typed.draft.is_some()) {
        (Some(About::Answers(_)), _) => {
            let first = recipients(&typed.to).ok().and_then(|people| people.into_iter().next());
            match first {
                Some(first) => locale.language.say("compose-reply-to", [("person", clean(first.label()).into())]),
                None => locale.text("compose-reply").to_owned(),
            }
        }
        (Some(About::Forwards(_)), _) => locale.text("compose-forward").to_owned(),
        (None, true) if !subject.is_empty() => subject,
        (None, true) => locale.text("compose-draft").to_owned(),
        (None, false) => locale.text("compose-new").to_owned(),
    }
}
