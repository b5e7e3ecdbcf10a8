//! A conversation: `GET /message/{mailbox}/{uidvalidity}/{uid}/conversation`.

use std::collections::BTreeSet;

use actix_web::HttpResponse;
use serde::Serialize;

use super::actions::{Action, Maker};
use super::attachments::{File, files};
use super::dates::Dates;
use super::error::Error;
use super::letter::{Letters, Piece};
use super::link_choice;
use super::locale::Locale;
use super::mailbox_param::{field_value, title};
use super::message_show::is_looked_at;
use super::page::Head;
use super::params::{ListQuery, MessageParam};
use super::shell::Shell;
use super::shown::{clean, initials_of, tone};
use super::templates::Template;
use super::tree::places;
use super::urls::{Act, Urls};
use super::visit::Visit;
use super::write_links::{WriteLink, Writer};
use crate::account::{Conversation, Opened, Overview, Said};
use crate::html::Links;
use crate::mail::{Flag, MessageRef, Uid, UidSet};

/// The page.
#[derive(Serialize)]
pub(super) struct ConversationShow {
    head: Head,
    shell: Shell,
    mailbox: String,
    mailbox_value: String,
    uidvalidity: u32,
    /// All of its messages that lie in the mailbox, as a set.
    uids: String,
    back: String,
    here: String,
    flag_url: String,
    actions: Vec<Action>,
    more: Vec<Action>,
    places: Vec<Action>,
    move_url: String,
    subject: String,
    summary: String,
    left_out: String,
    items: Vec<Item>,
}

/// One message of it.
#[derive(Serialize)]
struct Item {
    who: String,
    initials: String,
    tone: &'static str,
    preview: String,
    recipients: String,
    date: String,
    datetime: String,
    url: String,
    answers: Vec<WriteLink>,
    /// Whether letters on the keyboard mean this one: the last.
    keyed: bool,
    open: bool,
    unread: bool,
    own: bool,
    flagged: bool,
    /// This one and the later ones, for "unread from here on"; empty elsewhere.
    from_here: String,
    attachments: Vec<File>,
    bodies: Vec<Piece>,
    nothing_to_show: bool,
}

impl Template for ConversationShow {
    const NAME: &'static str = "pages/conversation_show.html";
}

/// `GET /message/{mailbox}/{uidvalidity}/{uid}/conversation`, with the way back to the list.
pub(super) async fn conversation_show(
    visit: Visit,
    message: MessageParam,
    query: ListQuery,
) -> Result<HttpResponse, Error> {
    if visit.is_reload() {
        visit.account().look_again();
    }
    let conversation = visit.account().conversation(&message.0, is_looked_at(&visit.request)).await?;
    let overview = visit.account().overview().await?;
    let shell = Shell::new(&visit, &overview, Some(&message.0.mailbox));
    let user = visit.account().user();
    visit.answer(&ConversationShow::new(shell, &conversation, &overview, &message.0, &query, user, &visit))
}

impl ConversationShow {
    fn new(
        shell: Shell,
        conversation: &Conversation,
        overview: &Overview,
        message: &MessageRef,
        query: &ListQuery,
        user: &str,
        visit: &Visit,
    ) -> Self {
        let (locale, urls) = (&visit.locale, &visit.state.urls);
        let language = &locale.language;
        let Conversation { mailbox, messages, left_out } = conversation;
        let list = ListQuery { select: false, ..query.clone() };
        let list_url = list.url(&message.mailbox, urls);
        let here: Vec<Uid> =
            messages.iter().filter(|said| !said.is_elsewhere).map(|said| said.opened.message.uid).collect();
        let dates = Dates::now(locale);
        let links = link_choice::of(&visit.request, &visit.state);
        let here_url = urls.conversation(message) + &list.suffix();
        let writer = Writer { locale, urls, user, back: &here_url };
        let drawing = Drawing { locale, urls, dates: &dates, user, writer, links, here: &here };
        let last = messages.len().saturating_sub(1);
        let items = messages.iter().enumerate().map(|(at, said)| drawing.item(said, at == last)).collect();
        let maker = Maker { locale, urls };
        let flagged = messages.iter().any(|said| !said.is_elsewhere && said.opened.flags.contains(&Flag::Flagged));
        let actions = maker.for_message(mailbox.role, flagged);
        // the subject that it began with says what it is about
        let subject = messages.first().map(|said| drawing.letters(&said.opened).subject(&said.opened.envelope));
        let subject = subject.unwrap_or_else(|| locale.text("no-subject").to_owned());
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let people: BTreeSet<String> =
            messages.iter().flat_map(|said| &said.opened.envelope.from).map(|one| one.addr.to_lowercase()).collect();
        let people = language.count("conversation-people", number(people.len()), []);
        Self {
            head: Head::new(subject.clone(), urls, locale),
            shell: shell.dated().with_panes().in_focus().searching(urls.mailbox(&message.mailbox), &list.asked.query),
            mailbox: title(mailbox, locale),
            mailbox_value: field_value(&message.mailbox),
            uidvalidity: message.uid_validity.number(),
            uids: here.iter().copied().collect::<UidSet>().to_string(),
            back: list_url,
            here: here_url.clone(),
            flag_url: urls.act(Act::Flag),
            actions: actions.bar,
            more: actions.more,
            places: maker.places(places(&overview.mailboxes, &message.mailbox, locale)),
            move_url: urls.act(Act::Move),
            summary: language.count("conversation-summary", number(messages.len()), [("people", people.as_str())]),
            left_out: match left_out {
                0 => String::new(),
                some => language.count("conversation-left-out", number(*some), []),
            },
            subject,
            items,
        }
    }
}

/// What items are drawn with.
struct Drawing<'a> {
    locale: &'a Locale,
    urls: &'a Urls,
    dates: &'a Dates<'a>,
    user: &'a str,
    writer: Writer<'a>,
    links: Links,
    /// The messages that lie in the conversation's mailbox, the oldest first.
    here: &'a [Uid],
}

impl Drawing<'_> {
    fn letters<'a>(&'a self, opened: &'a Opened) -> Letters<'a> {
        Letters {
            message: &opened.message,
            locale: self.locale,
            dates: self.dates,
            urls: self.urls,
            everybody: false,
            links: self.links,
            show: "",
        }
    }

    fn item(&self, said: &Said, is_last: bool) -> Item {
        let Said { opened, is_elsewhere } = said;
        let envelope = &opened.envelope;
        let from = envelope.from.first();
        let is_mine = from.is_some_and(|from| from.addr.eq_ignore_ascii_case(self.user));
        let letters = self.letters(opened);
        let label = from.map(|from| clean(from.label())).unwrap_or_default();
        let bodies = letters.pieces(&opened.bodies, &label);
        let unread = !is_elsewhere && !opened.flags.contains(&Flag::Seen);
        let moment = envelope.sent_date.unwrap_or(opened.internal_date);
        let to = letters.recipients(envelope, self.user);
        let at = self.here.iter().position(|uid| *uid == opened.message.uid).filter(|_| !is_elsewhere);
        Item {
            who: match (is_mine, label.is_empty()) {
                (true, _) => self.locale.text("conversation-you").to_owned(),
                (false, true) => self.locale.text("no-sender").to_owned(),
                (false, false) => label,
            },
            initials: from.map_or_else(|| "?".to_owned(), initials_of),
            tone: from.map_or("", |from| tone(&from.addr)),
            preview: preview(opened),
            recipients: match is_elsewhere {
                true => self.locale.language.say(
                    "conversation-elsewhere",
                    [("to", to.into()), ("folder", title(&opened.mailbox, self.locale).into())],
                ),
                false => to,
            },
            date: self.dates.medium(moment),
            datetime: self.dates.machine(moment),
            url: self.urls.message(&opened.message),
            answers: self.writer.links(&opened.message, envelope, opened.mailbox.role).bar,
            keyed: is_last,
            open: is_last || unread,
            unread,
            own: is_mine || *is_elsewhere,
            flagged: opened.flags.contains(&Flag::Flagged),
            from_here: at
                .and_then(|at| self.here.get(at..))
                .map(|uids| uids.iter().copied().collect::<UidSet>().to_string())
                .unwrap_or_default(),
            attachments: files(opened, self.locale, self.urls),
            nothing_to_show: bodies.is_empty(),
            bodies,
        }
    }
}

/// Characters of the first line that a closed message shows.
const PREVIEW: usize = 200;

/// The start of its text, where it has one.
fn preview(opened: &Opened) -> String {
    let text = opened.bodies.iter().find_map(|body| match body {
        crate::account::Body::Text { text, .. } => Some(text.as_str()),
        _ => None,
    });
    let words = text.unwrap_or(&opened.preview).split_whitespace().take(60).collect::<Vec<_>>().join(" ");
    clean(&words.chars().take(PREVIEW).collect::<String>())
}
