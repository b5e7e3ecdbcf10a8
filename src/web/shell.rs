//! What surrounds every page of a signed-in person: folders, quota, search, what just happened.

use jiff::Timestamp;
use serde::Serialize;

use super::dates::Dates;
use super::favicon;
use super::flash::FlashKind;
use super::locale::Locale;
use super::quota_line::{QuotaLine, QuotaNotice};
use super::shown::{clean, initials};
use super::signed_in::tab_name;
use super::subject::Made;
use super::tree::{Branch, grow};
use super::urls::Urls;
use super::visit::Visit;
use crate::account::Overview;
use crate::mail::MailboxName;

/// The surroundings, ready to be drawn.
#[derive(Serialize)]
pub(super) struct Shell {
    home: String,
    logout: String,
    settings: String,
    /// Where a message is begun.
    write: String,
    devices: String,
    /// What fills the mailbox.
    storage: String,
    /// The picture in the browser's tab: with the number of unread messages.
    icon: String,
    /// How the page stays true while it is open.
    pub(super) live: Live,
    csrf: String,
    user: String,
    initials: String,
    account_label: String,
    as_of: String,
    focus: bool,
    scroll: bool,
    search: Option<Search>,
    /// What waits to be sent, if something does.
    outbox: Option<OutboxLink>,
    roles: Vec<Branch>,
    folders: Vec<Branch>,
    shared: Vec<Branch>,
    quota: Option<QuotaLine>,
    /// That the mailbox is filling up.
    notice: Option<QuotaNotice>,
    flash: Option<Flash>,
}

/// What the script needs that keeps the page true (`static/js/modules/live.js`).
#[derive(Serialize)]
pub(super) struct Live {
    /// Where the events come from.
    pub(super) url: String,
    /// What the page is about (`Urls::subject`); empty for a page that has nothing but these surroundings.
    pub(super) on: String,
    /// The state it shows: a text that only its maker understands; empty where none is known.
    pub(super) at: String,
    /// Whether the page shows mail that is not followed: it says when it was made, and not that it is up to date.
    dated: bool,
    /// Keeps two people's tabs in one browser apart.
    who: String,
    /// "3 new messages" in each plural form of the language.
    news: String,
}

/// The link to the outbox.
#[derive(Serialize)]
struct OutboxLink {
    url: String,
    count: String,
    current: bool,
}

/// The search box: over which list, and what is in it.
#[derive(Serialize)]
struct Search {
    url: String,
    query: String,
}

/// What just happened.
#[derive(Serialize)]
struct Flash {
    text: String,
    good: bool,
    undo: Option<Undo>,
}

/// The form that undoes it.
#[derive(Serialize)]
struct Undo {
    url: String,
    fields: Vec<Hidden>,
}

/// What a form sends and nobody sees.
#[derive(Serialize)]
struct Hidden {
    name: String,
    value: String,
}

/// Who looks, in words that need no request: what a test can make up.
pub(super) struct Viewer<'a> {
    /// The login name.
    pub user: &'a str,
    /// The session's token, masked for this page.
    pub csrf: String,
    /// How their tabs find each other.
    pub tab_name: String,
    /// Messages in the outbox.
    pub outbox: u32,
    /// Language, clock and zone.
    pub locale: &'a Locale,
    /// Where everything is.
    pub urls: &'a Urls,
}

impl<'a> Viewer<'a> {
    /// Who visits.
    pub(super) fn of(visit: &'a Visit) -> Self {
        Self {
            user: visit.account().user(),
            csrf: visit.who.csrf_token(),
            tab_name: tab_name(visit.account().user(), &visit.state),
            outbox: visit.account().outbox_size(),
            locale: &visit.locale,
            urls: &visit.state.urls,
        }
    }
}

impl Shell {
    /// The surroundings of a page about `current`.
    pub(super) fn new(visit: &Visit, overview: &Overview, current: Option<&MailboxName>) -> Self {
        let viewer = Viewer::of(visit);
        let mut shell = Self::seen_by(&viewer, overview, current);
        shell.flash = visit.flash().map(|message| Flash {
            good: message.kind == FlashKind::Good,
            undo: message.undo.map(|undo| {
                let back = visit.request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
                let fields = undo.fields.into_iter().chain([("back".to_owned(), back)]);
                Undo { url: undo.url, fields: fields.map(|(name, value)| Hidden { name, value }).collect() }
            }),
            text: message.text,
        });
        shell
    }

    /// As [`Self::new`], without anything having happened.
    pub(super) fn seen_by(viewer: &Viewer<'_>, overview: &Overview, current: Option<&MailboxName>) -> Self {
        let Viewer { user, csrf, tab_name, outbox, locale, urls } = viewer;
        let tree = grow(&overview.mailboxes, current, urls, locale);
        let time = Dates::now(locale).clock(Timestamp::now());
        Self {
            home: urls.mailbox(&MailboxName::inbox()),
            logout: urls.logout(),
            settings: urls.settings(),
            write: urls.write(&current.map(|mailbox| urls.mailbox(mailbox)).unwrap_or_default()),
            devices: urls.devices(),
            storage: urls.storage(),
            icon: urls.static_file(favicon::name(overview.inbox().map_or(0, |counts| counts.unseen))),
            live: Live {
                url: urls.events(),
                on: String::new(),
                at: Made::of(0, overview).to_string(),
                dated: false,
                who: tab_name.clone(),
                news: locale.language.plurals("new-messages"),
            },
            csrf: csrf.clone(),
            user: clean(user),
            initials: initials(user.split('@').next().unwrap_or(user)),
            account_label: locale.language.say("account-of", [("user", clean(user).into())]),
            as_of: locale.language.say("as-of", [("time", time.into())]),
            focus: false,
            scroll: true,
            search: None,
            outbox: (*outbox > 0).then(|| OutboxLink {
                url: urls.outbox(),
                count: locale.language.number(u64::from(*outbox)),
                current: false,
            }),
            roles: tree.roles,
            folders: tree.folders,
            shared: tree.shared,
            quota: QuotaLine::of(&overview.quota, locale, urls),
            notice: QuotaNotice::of(&overview.quota, locale, urls),
            flash: None,
        }
    }

    /// For a page that is kept true itself, and not its surroundings alone: `here` is its address.
    /// `made` is what the page was made from.
    pub(super) fn about(mut self, here: &str, made: Made, urls: &Urls) -> Self {
        self.live.on = urls.subject(here);
        self.live.at = made.to_string();
        self
    }

    /// Whether the page offers to undo something: a page that loads itself anew would take the offer away.
    pub(super) fn offers_undo(&self) -> bool {
        self.flash.as_ref().is_some_and(|flash| flash.undo.is_some())
    }

    /// For the page of the outbox itself.
    pub(super) fn at_outbox(mut self) -> Self {
        if let Some(link) = &mut self.outbox {
            link.current = true;
        }
        self
    }

    /// What the page shows is not followed while it is open, but for the folders.
    pub(super) fn dated(mut self) -> Self {
        self.live.dated = true;
        self
    }

    /// The page scrolls inside itself: the list and the letter do, other pages as a whole.
    pub(super) fn with_panes(mut self) -> Self {
        self.scroll = false;
        self
    }

    /// On a phone the page has a bar of its own instead of the top bar.
    pub(super) fn in_focus(mut self) -> Self {
        self.focus = true;
        self
    }

    /// With a search box over the list at `url`.
    pub(super) fn searching(mut self, url: String, query: &str) -> Self {
        self.search = Some(Search { url, query: query.to_owned() });
        self
    }
}
