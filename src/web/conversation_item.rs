//! One message of a conversation, with all that its own page says of it.

use serde::Serialize;

use super::attachments::{File, files};
use super::blocked::{self, Remote};
use super::contact::{ContactCard, contacts};
use super::dates::Dates;
use super::error::Error;
use super::invitation::{Answering, InvitationCard, answering, invitations};
use super::letter::{Letters, Person, Piece};
use super::locale::Locale;
use super::mailbox_param::title;
use super::message_body::html_path;
use super::notices::{Asking, Notice, notices};
use super::receipt_asked::{ReceiptCard, receipt_card};
use super::remote_show::{self, Met, Pictures};
use super::report::{ReportCard, reports};
use super::sender_doubts::{Warning, warnings};
use super::sender_mark::{self, Mark};
use super::shown::{clean, initials_of, tone};
use super::urls::Urls;
use super::urls_message::anchor;
use super::visit::Visit;
use super::write_links::{WriteLink, Writer};
use crate::account::{Body, Conversation, Explained, Opened, Said};
use crate::html::Links;
use crate::mail::{Flag, Uid, UidSet};

/// Characters of the first line that a closed message shows.
const PREVIEW: usize = 200;
/// Open messages whose earlier answer to an invitation is looked for, the newest.
const ANSWERING: usize = 3;

/// One message.
#[derive(Serialize)]
pub(super) struct Item {
    who: String,
    address: String,
    mark: Option<Mark>,
    initials: String,
    tone: &'static str,
    preview: String,
    recipients: String,
    unsubscribe_url: String,
    date: String,
    datetime: String,
    url: String,
    /// What an address of the page ends with that leads to this one.
    name: String,
    answers: Vec<WriteLink>,
    /// Whether letters on the keyboard mean this one: the last.
    keyed: bool,
    open: bool,
    unread: bool,
    own: bool,
    flagged: bool,
    /// This one and the later ones, for "unread from here on"; empty elsewhere.
    from_here: String,
    warnings: Vec<Warning>,
    receipt: Option<ReceiptCard>,
    notices: Vec<Notice>,
    attachments: Vec<File>,
    reports: Vec<ReportCard>,
    invitations: Vec<InvitationCard>,
    contacts: Vec<ContactCard>,
    bodies: Vec<Piece>,
    nothing_to_show: bool,
}

/// What was looked at for one message, before anything is drawn.
pub(super) struct Look {
    pictures: Pictures,
    remote: Remote,
    answering: Answering,
    receipt: Option<ReceiptCard>,
}

/// The page that items are on.
pub(super) struct Page<'a> {
    /// Its address, without what it says of pictures.
    pub url: &'a str,
    /// Whose pictures it shows, one by one.
    pub shown: &'a str,
}

/// What items are drawn with.
pub(super) struct Drawing<'a> {
    /// Language.
    pub locale: &'a Locale,
    /// Addresses.
    pub urls: &'a Urls,
    /// Today.
    pub dates: &'a Dates<'a>,
    /// Who looks.
    pub user: &'a str,
    /// Links that begin an answer.
    pub writer: Writer<'a>,
    /// What becomes of addresses that links lead to.
    pub links: Links,
    /// The messages that lie in the conversation's mailbox, the oldest first.
    pub here: &'a [Uid],
    /// The page.
    pub page: Page<'a>,
}

/// Looks at what the messages ask for: the open ones from the newest on, as long as a page may wait. Of a closed one it is
/// known that it has HTML, and no more.
pub(super) async fn looks(
    visit: &Visit,
    conversation: &Conversation,
    tokens: &[&str],
    page: &str,
) -> Result<Vec<Look>, Error> {
    let messages = &conversation.messages;
    let last = messages.len().saturating_sub(1);
    let deadline = blocked::deadline();
    let (mut met, mut asked) = (Met::default(), 0);
    let mut looks = Vec::new();
    for (at, said) in messages.iter().enumerate().rev() {
        let opened = &said.opened;
        let has_html = html_path(&opened.bodies).is_some();
        let token = tokens.iter().find(|token| has_html && remote_show::is_shown(visit, &opened.message, token));
        let pictures = match has_html {
            true => remote_show::pictures_among(visit, opened, token.copied(), &mut met).await,
            false => Pictures::default(),
        };
        let is_open = at == last || is_unread(said) || token.is_some();
        let remote = match (has_html, is_open) {
            (true, true) => blocked::remote(visit, opened, &pictures, deadline).await,
            (true, false) => Remote::unknown(),
            (false, _) => Remote::default(),
        };
        let is_asked = is_open && !opened.explained.calendars.is_empty() && asked < ANSWERING;
        asked += usize::from(is_asked);
        let answering = if is_asked { answering(visit, opened).await? } else { Answering::default() };
        let receipt = match said.is_elsewhere {
            true => None,
            false => receipt_card(visit, opened, &format!("{page}#{}", anchor(&opened.message))).await?,
        };
        looks.push(Look { pictures, remote, answering, receipt });
    }
    looks.reverse();
    Ok(looks)
}

fn is_unread(said: &Said) -> bool {
    !said.is_elsewhere && !said.opened.flags.contains(&Flag::Seen)
}

impl Drawing<'_> {
    /// What draws a message; `show` says that its pictures are shown.
    pub(super) fn letters<'a>(&'a self, opened: &'a Opened, show: &'a str) -> Letters<'a> {
        Letters {
            message: &opened.message,
            locale: self.locale,
            dates: self.dates,
            urls: self.urls,
            everybody: false,
            links: self.links,
            show,
            page: "",
        }
    }

    /// One message.
    pub(super) fn item(&self, said: &Said, look: &Look, is_last: bool) -> Item {
        let Said { opened, is_elsewhere } = said;
        let (locale, urls, envelope) = (self.locale, self.urls, &opened.envelope);
        let from = envelope.from.first();
        let is_mine = from.is_some_and(|from| from.addr.eq_ignore_ascii_case(self.user));
        let letters = self.letters(opened, &look.pictures.show);
        let label = from.map(|from| clean(from.label())).unwrap_or_default();
        let bodies = letters.pieces(&opened.bodies, envelope);
        let unread = is_unread(said);
        let moment = envelope.sent_date.unwrap_or(opened.internal_date);
        let to = letters.recipients(envelope, self.user);
        let at = self.here.iter().position(|uid| *uid == opened.message.uid).filter(|_| !is_elsewhere);
        let ask_url = urls.remote(&opened.message);
        let Page { url, shown } = self.page;
        let source_url = urls.source(&opened.message);
        let asking = Asking { pictures: &look.pictures, url: &ask_url, source_url: &source_url, back: url, shown };
        let person = from.map(Person::from).unwrap_or_default();
        Item {
            who: match (is_mine, label.is_empty()) {
                (true, _) => locale.text("conversation-you").to_owned(),
                (false, true) => locale.text("no-sender").to_owned(),
                (false, false) => label,
            },
            // a name that is the address says it already
            address: if is_mine || person.is_named() { person.addr } else { String::new() },
            mark: sender_mark::mark(&opened.authenticity, locale),
            initials: from.map_or_else(|| "?".to_owned(), initials_of),
            tone: from.map_or("", |from| tone(&from.addr)),
            preview: preview(opened),
            recipients: match is_elsewhere {
                true => locale.language.say(
                    "conversation-elsewhere",
                    [("to", to.into()), ("folder", title(&opened.mailbox, locale).into())],
                ),
                false => to,
            },
            unsubscribe_url: match opened.unsubscribe.is_empty() {
                true => String::new(),
                false => urls.unsubscribe(&opened.message),
            },
            date: self.dates.medium(moment),
            datetime: self.dates.machine(moment),
            url: urls.message(&opened.message),
            name: anchor(&opened.message),
            answers: self.writer.links(&opened.message, envelope, opened.mailbox.role).bar,
            keyed: is_last,
            open: is_last || unread || !look.pictures.asked.is_empty(),
            unread,
            own: is_mine || *is_elsewhere,
            flagged: opened.flags.contains(&Flag::Flagged),
            from_here: at
                .and_then(|at| self.here.get(at..))
                .map(|uids| uids.iter().copied().collect::<UidSet>().to_string())
                .unwrap_or_default(),
            warnings: warnings(opened, locale),
            receipt: look.receipt.clone(),
            notices: notices(opened, &look.remote, &asking, locale),
            attachments: files(opened, locale, urls),
            nothing_to_show: bodies.is_empty() && opened.explained == Explained::default(),
            reports: reports(&opened.explained, locale, self.dates),
            invitations: invitations(&opened.explained, &letters, &look.answering),
            contacts: contacts(&opened.explained, &opened.message, locale, urls),
            bodies,
        }
    }
}

/// The start of its text, where it has one.
fn preview(opened: &Opened) -> String {
    let text = opened.bodies.iter().find_map(|body| match body {
        Body::Text { text, .. } => Some(text.as_str()),
        _ => None,
    });
    let words = text.unwrap_or(&opened.preview).split_whitespace().take(60).collect::<Vec<_>>().join(" ");
    clean(&words.chars().take(PREVIEW).collect::<String>())
}
