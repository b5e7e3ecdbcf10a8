//! One open page of a browser, kept as a reload would draw it.

use serde::Serialize;

use super::blocked;
use super::error::Error;
use super::error_page::sentence;
use super::invitation::answering;
use super::mailbox_show::MailboxShow;
use super::message_show::{self, MessageShow, View};
use super::params::ListQuery;
use super::quota_line::QuotaNotice;
use super::receipt_asked::receipt_card;
use super::shell::{Shell, Viewer};
use super::shown::clean;
use super::subject::{Made, Subject, of_listing, of_message};
use super::templates::Template;
use super::visit::Visit;
use super::{link_choice, remote_show};
use crate::account::{self, Asked, Filter, Listing, Overview, Row, What};
use crate::mail::{Flag, MailboxName, MessageRef, Role, Uid};

/// Messages whose sender and subject are told when they arrive; of more only the number is.
const TOLD: usize = 3;

/// A page that a browser has open.
pub(super) struct LivePage {
    on: String,
    pub(super) subject: Subject,
    /// What the browser's page was made from, as far as it was told.
    pub(super) made: Made,
    /// The rows it has, once they were looked at.
    rows: Option<Vec<Uid>>,
    /// How many messages the inbox had, and unread ones.
    inbox: Option<(u32, u32)>,
    /// What it shows is not there any more, and it was told so.
    is_gone: bool,
}

/// What a page is told.
#[derive(Serialize, Default)]
pub(super) struct News {
    on: String,
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unread: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    main: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sidebar: Option<String>,
    /// That room runs out; empty where it does not. It comes with the sidebar, which has the meter.
    #[serde(skip_serializing_if = "Option::is_none")]
    room: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    gone: Vec<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    arrived: Vec<Arrived>,
}

/// A message that has just come into the inbox.
#[derive(Serialize)]
struct Arrived {
    who: String,
    subject: String,
    url: String,
}

/// The part of a page that its subject makes, and how its document is called.
struct Main {
    made: u64,
    drawn: Option<(String, String)>,
    gone: Vec<u32>,
    /// How many of those it had.
    left: usize,
}

impl Main {
    fn unchanged(made: u64) -> Self {
        Self { made, drawn: None, gone: Vec::new(), left: 0 }
    }
}

impl LivePage {
    /// A page that says it is about `on`, and what it was made from.
    pub(super) fn new(on: String, made: Made) -> Self {
        Self { subject: Subject::parse(&on), on, made, rows: None, inbox: None, is_gone: false }
    }

    /// What changed since the page was last told, each with its event's name.
    pub(super) async fn look(&mut self, visit: &Visit) -> Result<Vec<(&'static str, News)>, Error> {
        let mut told = Vec::new();
        let main = match self.subject.clone() {
            _ if self.is_gone => Ok(None),
            Subject::List(mailbox, query) => self.list(visit, &mailbox, &query).await,
            Subject::Message(message, query, show) => self.message(visit, &message, &query, &show).await,
            Subject::Nothing => Ok(None),
        };
        let main = match main {
            Err(Error::Account(
                error @ (account::Error::NotFound(What::Mailbox(_) | What::Message(_))
                | account::Error::MailboxRebuilt(_)),
            )) => {
                self.is_gone = true;
                let notice = sentence(&error, &visit.locale);
                told.push(("gone", News { notice: Some(notice), ..self.news() }));
                None
            }
            other => other?,
        };
        let overview = visit.account().overview().await?;
        let made = Made::of(main.as_ref().map_or(0, |main| main.made), &overview);
        let (sidebar, room) = match self.made.sidebar == made.sidebar {
            true => (None, None),
            false => (Some(sidebar(visit, &overview, self.subject.mailbox())?), Some(room(visit, &overview)?)),
        };
        let arrived = self.arrived(visit, &overview).await?;
        self.made = made;
        let main = main.unwrap_or(Main::unchanged(0));
        if main.drawn.is_none() && sidebar.is_none() {
            return Ok(told);
        }
        let (title, drawn) = main.drawn.unzip();
        let left = u64::try_from(main.left).unwrap_or(u64::MAX);
        told.push((
            "page",
            News {
                title,
                unread: overview.inbox().map(|counts| counts.unseen),
                main: drawn,
                sidebar,
                room,
                notice: (left > 0).then(|| visit.locale.language.count("live-left", left, [])),
                gone: main.gone,
                arrived,
                ..self.news()
            },
        ));
        Ok(told)
    }

    fn news(&self) -> News {
        News { on: self.on.clone(), at: self.made.to_string(), ..News::default() }
    }

    async fn list(&mut self, visit: &Visit, mailbox: &MailboxName, query: &ListQuery) -> Result<Option<Main>, Error> {
        if !query.asked.query.is_empty() {
            return Ok(None); // a search is not run again by itself: it may cost the server seconds
        }
        let listing = match visit.account().list_messages(mailbox, &query.asked).await {
            Err(account::Error::NotFound(What::Page(_))) => return Ok(None), // it emptied; the way back is on it
            listing => listing?,
        };
        let made = of_listing(&listing);
        let uids: Vec<Uid> = listing.rows.iter().map(|row| row.uid).collect();
        let before = self.rows.replace(uids);
        if self.made.main == Some(made) {
            return Ok(Some(Main::unchanged(made)));
        }
        // at the first look its rows are not known: it is told all that left lately, and strikes out what it has of that
        let gone = match (&before, query.asked.filter) {
            (Some(before), Filter::All) => gone(before, &listing),
            (None, Filter::All) => listing.departed.iter().map(|uid| uid.number()).collect(),
            _ => Vec::new(),
        };
        let left = before.map_or(0, |_| gone.len());
        let overview = visit.account().overview().await?;
        let shell = shell(visit, &overview, Some(mailbox));
        let page = MailboxShow::new(shell, &listing, &overview, query, &visit.locale, &visit.state.urls);
        Ok(Some(Main { made, drawn: Some((titled(page.title(), visit), draw(visit, &page)?)), gone, left }))
    }

    async fn message(
        &mut self,
        visit: &Visit,
        message: &MessageRef,
        query: &ListQuery,
        show: &str,
    ) -> Result<Option<Main>, Error> {
        let opened = visit.account().peek_message(message, &query.asked).await?;
        let made = of_message(&opened);
        if self.made.main == Some(made) {
            return Ok(Some(Main::unchanged(made)));
        }
        let pictures = remote_show::pictures(visit, &opened, Some(show)).await;
        let remote = blocked::remote(visit, &opened, &pictures, blocked::deadline()).await;
        let overview = visit.account().overview().await?;
        let shell = shell(visit, &overview, Some(&message.mailbox));
        let links = link_choice::of(&visit.request, &visit.state);
        let user = visit.account().user();
        let page = &message_show::address(message, query, &pictures, &visit.state.urls);
        let receipt = &receipt_card(visit, &opened, page).await?;
        let answering = &answering(visit, &opened).await?;
        let view = View {
            page,
            query,
            everybody: false,
            user,
            remote: &remote,
            pictures: &pictures,
            links,
            receipt,
            in_words: false,
            answering,
        };
        let page = MessageShow::new(shell, &opened, &overview, &view, &visit.locale, &visit.state.urls);
        Ok(Some(Main {
            made,
            drawn: Some((titled(page.title(), visit), draw(visit, &page)?)),
            ..Main::unchanged(made)
        }))
    }

    /// Messages that came into the inbox since the last look.
    async fn arrived(&mut self, visit: &Visit, overview: &Overview) -> Result<Vec<Arrived>, Error> {
        let Some(inbox) = overview.with_role(Role::Inbox) else { return Ok(Vec::new()) };
        let now = overview.inbox().map(|counts| (counts.messages, counts.unseen));
        let before = std::mem::replace(&mut self.inbox, now);
        let (Some(before), Some(now)) = (before, now) else { return Ok(Vec::new()) };
        let more = now.0.saturating_sub(before.0).min(now.1.saturating_sub(before.1));
        let more = usize::try_from(more).unwrap_or(usize::MAX);
        if more == 0 {
            return Ok(Vec::new());
        }
        let listing = visit.account().list_messages(&inbox.name, &Asked::default()).await?;
        let newest = listing.rows.iter().filter(|row| !row.flags.contains(&Flag::Seen));
        let of = visit.state.urls.messages_of(&inbox.name, listing.uid_validity);
        // told of more than a few, a page says how many
        Ok(newest.take(more.min(TOLD + 1)).map(|row| arrived(row, &of)).collect())
    }
}

fn arrived(row: &Row, mailbox: &str) -> Arrived {
    Arrived {
        who: row.envelope.from.first().map(|from| clean(from.label())).unwrap_or_default(),
        subject: clean(&row.envelope.subject),
        url: format!("{mailbox}/{}", row.uid),
    }
}

/// Rows that left the folder: not those that newer ones pushed onto the next page.
fn gone(before: &[Uid], listing: &Listing) -> Vec<u32> {
    let stays = |uid: &Uid| listing.rows.iter().any(|row| row.uid == *uid);
    let mut pushed = listing.rows.iter().filter(|row| !before.contains(&row.uid)).count();
    let mut gone = Vec::new();
    for uid in before.iter().rev().filter(|uid| !stays(uid)) {
        let is_last = gone.is_empty() && pushed > 0;
        if is_last && listing.pages.next().is_some() {
            pushed -= 1;
        } else {
            gone.push(uid.number());
        }
    }
    gone
}

fn shell(visit: &Visit, overview: &Overview, current: Option<&MailboxName>) -> Shell {
    Shell::seen_by(&Viewer::of(visit), overview, current)
}

fn sidebar(visit: &Visit, overview: &Overview, current: Option<&MailboxName>) -> Result<String, Error> {
    let shell = shell(visit, overview, current);
    visit.state.templates.render_component("sidebar", "shell", &shell, &visit.locale.language).map_err(Error::broken)
}

fn room(visit: &Visit, overview: &Overview) -> Result<String, Error> {
    let Some(notice) = QuotaNotice::of(&overview.quota, &visit.locale, &visit.state.urls) else {
        return Ok(String::new());
    };
    let drawn = visit.state.templates.render_component("quota_notice", "notice", &notice, &visit.locale.language);
    drawn.map_err(Error::broken)
}

fn draw<T: Template>(visit: &Visit, page: &T) -> Result<String, Error> {
    visit.state.templates.render_block(page, "main", &visit.locale.language).map_err(Error::broken)
}

fn titled(title: &str, visit: &Visit) -> String {
    format!("{title} · {}", visit.locale.text("product"))
}
