//! One message: `GET /message/{mailbox}/{uidvalidity}/{uid}`.

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::actions::{Action, Maker};
use super::attachments::{File, files};
use super::blocked::{self, Remote};
use super::contact::{ContactCard, contacts};
use super::dates::Dates;
use super::error::Error;
use super::in_words;
use super::invitation::{Answering, InvitationCard, answering, invitations};
use super::letter::{Fact, Letters, Person, Piece};
use super::link_choice;
use super::locale::Locale;
use super::mailbox_param::{field_value, title};
use super::message_body::html_path;
use super::notices::{Asking, Notice, notices};
use super::page::Head;
use super::params::{ListQuery, MessageParam, query_value};
use super::receipt_asked::{ReceiptCard, receipt_card};
use super::remote_show::{self, Pictures};
use super::report::{ReportCard, reports};
use super::sender_doubts::{Warning, warnings};
use super::sender_mark::{self, Mark};
use super::shell::Shell;
use super::shown::{initials_of, tone};
use super::sizes::size;
use super::subject::{Made, of_message};
use super::templates::Template;
use super::tree::places;
use super::urls::{Act, Urls};
use super::visit::Visit;
use super::write_links::{WriteLink, Writer};
use crate::account::{Explained, Opened, Overview, Sort};
use crate::html::Links;
use crate::mail::{Flag, MessageRef, Uid};

/// The page.
#[derive(Serialize)]
pub(super) struct MessageShow {
    head: Head,
    shell: Shell,
    mailbox: String,
    mailbox_value: String,
    uidvalidity: u32,
    uid: u32,
    back: String,
    here: String,
    back_url: String,
    answers: Vec<WriteLink>,
    answers_more: Vec<WriteLink>,
    actions: Vec<Action>,
    more: Vec<Action>,
    places: Vec<Action>,
    move_url: String,
    copy_url: String,
    print_url: String,
    conversation_url: String,
    view_url: String,
    view_label: String,
    in_conversation: bool,
    headers_url: String,
    source_url: String,
    where_: String,
    before_url: String,
    before_label: String,
    before_title: String,
    after_url: String,
    after_label: String,
    after_title: String,
    subject: String,
    flagged: bool,
    initials: String,
    tone: &'static str,
    sender: Person,
    mark: Option<Mark>,
    recipients: String,
    details_open: bool,
    facts: Vec<Fact>,
    date: String,
    datetime: String,
    unsubscribe_url: String,
    warnings: Vec<Warning>,
    receipt: Option<ReceiptCard>,
    notices: Vec<Notice>,
    attachments: Vec<File>,
    attachments_summary: String,
    zip_url: String,
    reports: Vec<ReportCard>,
    invitations: Vec<InvitationCard>,
    contacts: Vec<ContactCard>,
    bodies: Vec<Piece>,
    nothing_to_show: bool,
}

impl Template for MessageShow {
    const NAME: &'static str = "pages/message_show.html";
}

/// `GET /message/{mailbox}/{uidvalidity}/{uid}?recipients=` and the way back to the list.
pub(super) async fn message_show(visit: Visit, message: MessageParam, query: ListQuery) -> Result<HttpResponse, Error> {
    let message = message.0;
    if visit.is_reload() {
        visit.account().look_again();
    }
    let mut opened = match is_looked_at(&visit.request) {
        true => visit.account().open_message(&message, &query.asked).await?,
        false => visit.account().peek_message(&message, &query.asked).await?,
    };
    let in_words = in_words::is_asked(&visit.request);
    if in_words {
        opened.bodies = in_words::bodies(&visit, &message, opened.bodies).await?;
    }
    let pictures = remote_show::pictures(&visit, &opened, remote_show::asked(&visit).as_deref()).await;
    let remote = blocked::remote(&visit, &opened, &pictures, blocked::deadline()).await;
    let overview = visit.account().overview().await?;
    let shell = Shell::new(&visit, &overview, Some(&message.mailbox));
    let everybody = query_value(&visit.request, "recipients").is_some_and(|value| value == "all");
    let links = link_choice::of(&visit.request, &visit.state);
    let user = visit.account().user();
    let page = &address(&message, &query, &pictures, &visit.state.urls);
    let receipt = &receipt_card(&visit, &opened, page).await?;
    let answering = &answering(&visit, &opened).await?;
    let (query, remote, pictures) = (&query, &remote, &pictures);
    let view = View { page, query, everybody, user, remote, pictures, links, receipt, in_words, answering };
    visit.answer(&MessageShow::new(shell, &opened, &overview, &view, &visit.locale, &visit.state.urls))
}

/// Whether a person opens the message: not a picture or script of another page, not a browser that looks ahead
/// (`C-02`).
pub(super) fn is_looked_at(request: &HttpRequest) -> bool {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let looks_ahead = header("Sec-Purpose").or_else(|| header("Purpose")).is_some_and(|why| why.contains("prefetch"));
    request.method() == Method::GET
        && !looks_ahead
        && header("Sec-Fetch-Dest").is_none_or(|dest| matches!(dest, "document" | "iframe"))
}

/// The page's address, with the list that it was opened from and the pictures that are shown.
pub(super) fn address(message: &MessageRef, query: &ListQuery, pictures: &Pictures, urls: &Urls) -> String {
    urls.message_shown(message, &ListQuery { select: false, ..query.clone() }.suffix(), &pictures.asked)
}

/// How the message is to be seen.
pub(super) struct View<'a> {
    /// Its own [`address`].
    pub page: &'a str,
    /// The list it was opened from.
    pub query: &'a ListQuery,
    /// Whether every recipient is to be listed.
    pub everybody: bool,
    /// Who looks.
    pub user: &'a str,
    /// What was blocked.
    pub remote: &'a Remote,
    /// Whether remote pictures are shown.
    pub pictures: &'a Pictures,
    /// What becomes of addresses that links lead to.
    pub links: Links,
    /// What is asked about a receipt.
    pub receipt: &'a Option<ReceiptCard>,
    /// Whether text stands in the place of HTML.
    pub in_words: bool,
    /// What is known for answers to invitations.
    pub answering: &'a Answering,
}

impl MessageShow {
    /// What the document is called.
    pub(super) fn title(&self) -> &str {
        self.head.title()
    }

    /// The page of `opened`.
    pub(super) fn new(
        shell: Shell,
        opened: &Opened,
        overview: &Overview,
        view: &View<'_>,
        locale: &Locale,
        urls: &Urls,
    ) -> Self {
        let Opened { message, mailbox, envelope, .. } = opened;
        let language = &locale.language;
        let dates = Dates::now(locale);
        let (everybody, links, show) = (view.everybody, view.links, view.pictures.show.as_str());
        let letters = Letters { message, locale, dates: &dates, urls, everybody, links, show, page: view.page };
        let subject = letters.subject(envelope);
        let from = envelope.from.first();
        let list = ListQuery { select: false, ..view.query.clone() };
        let list_url = list.url(&message.mailbox, urls);
        let neighbour = |uid: Option<Uid>| {
            let of = |uid| MessageRef { uid, ..message.clone() };
            uid.map(|uid| urls.message(&of(uid)) + &list.suffix()).unwrap_or_default()
        };
        let beside = match list.asked.sort {
            Sort::Newest => ["newer-message", "newer-title", "older-message", "older-title"],
            _ => ["message-before", "message-before-title", "message-after", "message-after-title"],
        };
        let is_answer = !envelope.in_reply_to.is_empty() || !envelope.references.is_empty();
        let maker = Maker { locale, urls };
        let flagged = opened.flags.contains(&Flag::Flagged);
        let actions = maker.for_message(mailbox.role, flagged);
        let moment = envelope.sent_date.unwrap_or(opened.internal_date);
        let bodies = letters.pieces(&opened.bodies, envelope);
        let here = urls.message_shown(message, &list.suffix(), &view.pictures.asked);
        let writer = Writer { locale, urls, user: view.user, back: &urls.message_shown(message, &list.suffix(), "") };
        let answers = writer.links(message, envelope, mailbox.role);
        let ask_url = urls.remote(message) + &list.suffix();
        let source_url = urls.source(message);
        let asking = Asking { pictures: view.pictures, url: &ask_url, source_url: &source_url, back: "", shown: "" };
        let total: u64 = opened.attachments.iter().map(|file| file.size).sum();
        let count = u64::try_from(opened.attachments.len()).unwrap_or(u64::MAX);
        let view_url = match (view.in_words, html_path(&opened.bodies)) {
            (true, _) => here.clone(),
            (false, Some(_)) => in_words::url(&here),
            (false, None) => String::new(),
        };
        let shell = shell.with_panes().in_focus().searching(urls.mailbox(&message.mailbox), &list.asked.query);
        let shell = match view.in_words {
            true => shell.dated(),
            false => shell.about(&here, Made::of(of_message(opened), overview), urls),
        };
        Self {
            head: Head::new(subject.clone(), urls, locale),
            shell,
            mailbox: title(mailbox, locale),
            mailbox_value: field_value(&message.mailbox),
            uidvalidity: message.uid_validity.number(),
            uid: message.uid.number(),
            back: list_url.clone(),
            here,
            back_url: list_url,
            answers: answers.bar,
            answers_more: answers.more,
            actions: actions.bar,
            more: actions.more,
            places: maker.places(places(&overview.mailboxes, &message.mailbox, locale)),
            move_url: urls.act(Act::Move),
            copy_url: urls.act(Act::Copy),
            print_url: urls.print(message, show),
            conversation_url: urls.conversation(message) + &list.suffix(),
            view_url,
            view_label: locale.text(if view.in_words { "show-as-designed" } else { "show-as-text" }).to_owned(),
            in_conversation: is_answer || opened.flags.contains(&Flag::Answered),
            headers_url: urls.headers(message),
            source_url: urls.source(message),
            where_: match opened.neighbours.place {
                0 => String::new(),
                place => language.say(
                    "where",
                    [
                        ("place", language.number(place.into()).into()),
                        ("total", language.number(opened.neighbours.total.into()).into()),
                    ],
                ),
            },
            before_url: neighbour(opened.neighbours.before),
            before_label: locale.text(beside[0]).to_owned(),
            before_title: locale.text(beside[1]).to_owned(),
            after_url: neighbour(opened.neighbours.after),
            after_label: locale.text(beside[2]).to_owned(),
            after_title: locale.text(beside[3]).to_owned(),
            flagged,
            initials: from.map_or_else(|| "?".to_owned(), initials_of),
            tone: from.map_or("", |from| tone(&from.addr)),
            sender: from.map_or_else(Person::default, Person::from),
            mark: sender_mark::mark(&opened.authenticity, locale),
            recipients: letters.recipients(envelope, view.user),
            details_open: view.everybody,
            facts: {
                let known = letters.facts(envelope, Some(opened.internal_date));
                known.into_iter().chain(sender_mark::facts(opened, locale)).collect()
            },
            date: dates.medium(moment),
            datetime: dates.machine(moment),
            unsubscribe_url: match opened.unsubscribe.is_empty() {
                true => String::new(),
                false => urls.unsubscribe(message),
            },
            warnings: warnings(opened, locale),
            receipt: view.receipt.clone(),
            notices: notices(opened, view.remote, &asking, locale),
            attachments: files(opened, locale, urls),
            attachments_summary: language.count(
                "attachments-summary",
                count,
                [("size", size(total, language).as_str())],
            ),
            zip_url: if count > 1 { urls.attachments_zip(message) } else { String::new() },
            nothing_to_show: bodies.is_empty() && opened.explained == Explained::default(),
            reports: reports(&opened.explained, locale, &dates),
            invitations: invitations(&opened.explained, &letters, view.answering),
            contacts: contacts(&opened.explained, message, locale, urls),
            bodies,
            subject,
        }
    }
}
