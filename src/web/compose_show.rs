//! The composer: `GET /compose` begins a message, `POST /compose` (`compose_send`) draws the same page again with all
//! that was typed.

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use jiff::Timestamp;
use serde::Serialize;

use super::attached::{Card, cards, total};
use super::canned::{Canned, canned_of};
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
use super::redirect::see_other;
use super::reply_style::reply_style;
use super::shell::Shell;
use super::shown::clean;
use super::sizes::size;
use super::templates::Template;
use super::typed::{Complaint, Typed};
use super::urls::{Begin, Urls, percent_encode, read_message_path};
use super::visit::Visit;
use super::writing::writing_of;
use crate::account::{Overview, Start, mailto, recipients, recipients_field, recipients_so_far};
use crate::mail::{About, Identity, MailboxName, Mailto, MessageId, Priority, Role};
use crate::store::random;

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
    hidden: Vec<Hidden>,
    writers: Vec<Choice>,
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
    /// What "Send all the same" sends, where that stands in the place of "Send".
    anyway: String,
    uploads_url: String,
    drafts_url: String,
    suggest_url: String,
    back_url: String,
}

/// A line of the form.
#[derive(Serialize, Default)]
struct Line {
    value: String,
    error: String,
}

/// What keeps the message, or what is asked before it goes.
#[derive(Serialize)]
struct Problem {
    lead: String,
    lines: Vec<Link>,
    /// Whether it is a question and no refusal.
    question: bool,
}

/// A line of the summary, with the field it leads to.
#[derive(Serialize)]
struct Link {
    field: &'static str,
    text: String,
}

#[derive(Serialize)]
struct Hidden {
    name: &'static str,
    value: String,
}

#[derive(Serialize)]
struct Choice {
    value: String,
    label: String,
    current: bool,
}

impl Template for ComposeShow {
    const NAME: &'static str = "pages/compose_show.html";
}

/// What a composer shows beside what was typed.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// When it was saved last.
    pub saved: Option<Timestamp>,
    /// One sentence, where there is something to say.
    pub lead: String,
    /// What has to be changed.
    pub complaints: Vec<Complaint>,
    /// What may have been forgotten.
    pub reminders: Vec<String>,
    /// Texts that can be put in.
    pub canned: Vec<Canned>,
    /// What to press to send it all the same.
    pub anyway: String,
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
    let start = start(&asked)?;
    let id = match (&start, one("id")) {
        // a draft has its name already
        (Start::Edit(_), _) => None,
        (_, Some(id)) => Some(MessageId::parse(id).map_err(|_| Error::NotFound)?),
        (_, None) => {
            let id = fresh_id(visit.account().user())?;
            let query = visit.request.query_string();
            let mark = if query.is_empty() { "" } else { "&" };
            let id = percent_encode(id.as_str());
            return Ok(see_other(&format!("{}?{query}{mark}id={id}", visit.state.urls.compose())));
        }
    };
    if let Some(id) = &id
        && let Some(sending) = visit.account().sending(id).await?
        && let Some(answer) = super::compose_send::came_of(&visit, &sending, &back).await
    {
        return Ok(answer);
    }
    let identities = identities_of(&visit).await?;
    let mut draft = visit.account().start_draft(&start, &identities, &reply_style(&visit).await?).await?;
    draft.message_id = id.unwrap_or(draft.message_id);
    if !matches!(start, Start::Edit(_)) {
        draft.asks_receipt |= writing_of(&visit).await?.asks_receipt;
    }
    let saved = match &start {
        Start::Edit(message) => Some(message.clone()),
        _ => None,
    };
    let typed = Typed::of(draft, &identities, saved, back);
    show(&visit, StatusCode::OK, &typed, &identities, Told::default()).await
}

/// A name for a new message.
fn fresh_id(user: &str) -> Result<MessageId, Error> {
    let domain = user.rsplit_once('@').map_or("", |(_, domain)| domain);
    Ok(MessageId::from_bytes(random().map_err(Error::broken)?, domain))
}

/// What the query asks for; a message that is written in no way of ours is nothing (`C-09`).
fn start(asked: &[(String, String)]) -> Result<Start, Error> {
    let of = |begin: Begin| {
        let named = asked.iter().filter(move |(name, _)| name == begin.name());
        named.map(|(_, value)| read_message_path(value).ok_or(Error::NotFound)).collect::<Result<Vec<_>, _>>()
    };
    for begin in Begin::ALL {
        let mut messages = of(begin)?;
        if begin == Begin::ForwardAttached && !messages.is_empty() {
            return Ok(Start::ForwardAttached(messages));
        }
        let Some(message) = messages.pop() else { continue };
        return Ok(match begin {
            Begin::Reply => Start::Reply(message),
            Begin::ReplyAll => Start::ReplyAll(message),
            Begin::ReplyList => Start::ReplyList(message),
            Begin::Forward => Start::Forward(message),
            Begin::ForwardAttached => Start::ForwardAttached(vec![message]),
            Begin::Edit => Start::Edit(message),
            Begin::Again => Start::Again(message),
        });
    }
    Ok(Start::New(suggested(asked)))
}

/// What a link says: `mailto=`, or `to=`, `cc=`, `bcc=`, `subject=` and `body=`. It is shown before anything is sent, and
/// what is no address is told then.
fn suggested(asked: &[(String, String)]) -> Mailto {
    let mut begun = Mailto::default();
    // one line, whatever the link holds (I-05)
    let line = |text: &str| text.split(['\r', '\n', '\0']).next().unwrap_or_default().trim().to_owned();
    for (name, value) in asked {
        match name.as_str() {
            "mailto" => begun = mailto(value).unwrap_or(begun),
            "to" => begun.to.extend(recipients_so_far(&line(value))),
            "cc" => begun.cc.extend(recipients_so_far(&line(value))),
            "bcc" => begun.bcc.extend(recipients_so_far(&line(value))),
            "subject" => begun.subject = line(value),
            "body" => begun.body = value.replace("\r\n", "\n").replace(['\r', '\0'], ""),
            _ => {}
        }
    }
    begun
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
    let told = Told { canned: canned_of(visit).await?, ..told };
    let page = ComposeShow::new(shell, typed, identities, &told, &visit.locale, &visit.state.urls);
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
        let error = |field: &str| {
            let of_field = told.complaints.iter().filter(|complaint| complaint.field == field);
            let said = |one: &Complaint| if one.hint.is_empty() { one.text.clone() } else { one.hint.clone() };
            let mut said: Vec<String> = of_field.map(said).collect();
            said.dedup();
            said.join(" ")
        };
        let line = |field: &str, value: &str| Line { value: value.to_owned(), error: error(field) };
        let (cc, bcc, reply_to) = (line("cc", &typed.cc), line("bcc", &typed.bcc), line("reply_to", &typed.reply_to));
        let filled = |line: &Line| !line.value.is_empty() || !line.error.is_empty();
        let plain = typed.priority == Priority::Normal && !typed.receipt && !typed.delivery;
        let bad_files: Vec<(usize, String)> = told
            .complaints
            .iter()
            .filter_map(|complaint| Some((complaint.file?, locale.text("compose-file-too-large").to_owned())))
            .collect();
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
            problem: problem(told, locale),
            hidden: typed.hidden().into_iter().map(|(name, value)| Hidden { name, value }).collect(),
            writers: identities
                .iter()
                .map(|identity| Choice {
                    value: identity.id.to_string(),
                    label: recipients_field(std::slice::from_ref(&identity.address)),
                    current: identity.id == typed.from,
                })
                .collect(),
            more_open: filled(&cc) || filled(&bcc) || filled(&reply_to) || !plain,
            to: line("to", &typed.to),
            cc,
            bcc,
            reply_to,
            subject: line("subject", &typed.subject),
            from: line("from", ""),
            text: line("text", &typed.text),
            html: typed.html.as_str().to_owned(),
            start: if typed.html.is_empty() { "plain" } else { "rich" },
            pictures: looks::pictures(&typed.attachments, urls),
            rich_text_url: urls.static_file("rich_text.js"),
            squire_url: urls.static_file("squire.js"),
            at: Line {
                value: if typed.at.is_empty() { later::first_guess(locale, now) } else { typed.at.clone() },
                error: error("at"),
            },
            files_error: error("files"),
            language: writer.map(|writer| writer.language.clone()).unwrap_or_default(),
            priorities: [(Priority::High, "high"), (Priority::Normal, "normal"), (Priority::Low, "low")]
                .into_iter()
                .map(|(priority, name)| Choice {
                    value: name.to_owned(),
                    label: locale.text(priority_key(priority)).to_owned(),
                    current: priority == typed.priority,
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
            canned: told
                .canned
                .iter()
                .map(|canned| Choice {
                    value: format!("canned:{}", canned.number),
                    label: clean(&canned.name),
                    current: false,
                })
                .collect(),
            later: later::offers(locale, now),
            zone: later::zone(locale, now),
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

/// The summary above the form: what is in the way, or what is asked.
fn problem(told: &Told, locale: &Locale) -> Option<Problem> {
    let link = |field, text: &str| Link { field, text: text.to_owned() };
    let count = u64::try_from(told.complaints.len()).unwrap_or(u64::MAX);
    let lines: Vec<Link> = told.complaints.iter().map(|one| link(one.field, &one.text)).collect();
    match (told.lead.is_empty(), lines.is_empty(), told.reminders.is_empty()) {
        (true, true, true) => None,
        (true, true, false) => Some(Problem {
            lead: locale.text("remind-lead").to_owned(),
            lines: told.reminders.iter().map(|text| link("", text)).collect(),
            question: true,
        }),
        (true, false, _) => {
            Some(Problem { lead: locale.language.count("compose-not-sent", count, []), lines, question: false })
        }
        (false, ..) => Some(Problem { lead: told.lead.clone(), lines, question: false }),
    }
}
