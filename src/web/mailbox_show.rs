//! A message list: `GET /mailbox/{mailbox}`.

use actix_web::HttpResponse;
use serde::Serialize;

use super::actions::{Action, Maker};
use super::dates::Dates;
use super::error::Error;
use super::locale::Locale;
use super::mailbox_param::{field_value, title};
use super::message_row::{Group, Rows};
use super::page::Head;
use super::params::{ListQuery, MailboxParam};
use super::refresh::Refresh;
use super::shell::Shell;
use super::subject::{Made, of_listing};
use super::templates::Template;
use super::tree::places;
use super::urls::{Act, Urls};
use super::visit::Visit;
use crate::account::{Asked, Filter, Listing, Overview, Sort};
use crate::mail::Role;

/// The page.
#[derive(Serialize)]
pub(super) struct MailboxShow {
    head: Head,
    shell: Shell,
    mailbox: String,
    mailbox_value: String,
    uidvalidity: u32,
    pane_label: String,
    summary: String,
    /// This list's address, to come back to.
    back: String,
    /// This list with nothing chosen.
    here: String,
    select_url: String,
    filters: Vec<Choice>,
    clear_search: Option<Choice>,
    sorts: Vec<Choice>,
    sorted: String,
    sorted_label: String,
    empty_url: String,
    empty_label: String,
    export_url: String,
    export_label: String,
    import_url: String,
    groups: Vec<Group>,
    actions: Vec<Action>,
    more: Vec<Action>,
    places: Vec<Action>,
    move_url: String,
    copy_url: String,
    flag_url: String,
    where_: String,
    newer_url: String,
    older_url: String,
    nothing: Option<Nothing>,
    /// After how many seconds the page loads itself anew where there are no scripts; zero for never.
    refresh: u32,
}

/// One of several ways to see the list.
#[derive(Serialize)]
struct Choice {
    url: String,
    label: String,
    icon: &'static str,
    current: bool,
}

/// Why there is nothing, and where to go.
#[derive(Serialize)]
struct Nothing {
    icon: &'static str,
    title: String,
    text: String,
    url: String,
    way: String,
}

impl Template for MailboxShow {
    const NAME: &'static str = "pages/mailbox_show.html";
}

/// `GET /mailbox/{mailbox}?page=&sort=&filter=&q=&select=`
pub(super) async fn mailbox_show(visit: Visit, mailbox: MailboxParam, query: ListQuery) -> Result<HttpResponse, Error> {
    if visit.is_reload() {
        visit.account().look_again();
    }
    let listing = visit.account().list_messages(&mailbox.0, &query.asked).await?;
    let overview = visit.account().overview().await?;
    let shell = Shell::new(&visit, &overview, Some(&mailbox.0));
    let page = MailboxShow::new(shell, &listing, &overview, &query, &visit.locale, &visit.state.urls);
    visit.answer(&page.refreshed(Refresh::of(&visit.request, &visit.state), &query))
}

impl MailboxShow {
    /// What the document is called.
    pub(super) fn title(&self) -> &str {
        self.head.title()
    }

    /// The page of `listing`, which `query` asked for.
    pub(super) fn new(
        shell: Shell,
        listing: &Listing,
        overview: &Overview,
        query: &ListQuery,
        locale: &Locale,
        urls: &Urls,
    ) -> Self {
        let mailbox = &listing.mailbox;
        let name = title(mailbox, locale);
        let url = |query: ListQuery| query.url(&mailbox.name, urls);
        let here = url(ListQuery { select: false, ..query.clone() });
        let language = &locale.language;
        let rows = Rows { listing, query, dates: Dates::now(locale), locale, urls };
        let groups = rows.groups();
        let unseen = u64::from(listing.counts.unseen);
        let head_title = match unseen {
            0 => name.clone(),
            _ => format!("{name} ({})", language.number(unseen)),
        };
        let range = listing.pages.rows();
        let maker = Maker { locale, urls };
        let actions = maker.for_list(mailbox.role);
        let empties = matches!(mailbox.role, Some(Role::Trash | Role::Junk)) && listing.counts.messages > 0;
        let folder = [("folder", name.as_str())];
        let made = Made::of(of_listing(listing), overview);
        Self {
            head: Head::new(head_title, urls, locale),
            shell: shell
                .with_panes()
                .searching(urls.mailbox(&mailbox.name), &query.asked.query)
                .about(&here, made, urls),
            mailbox_value: field_value(&mailbox.name),
            uidvalidity: listing.uid_validity.number(),
            pane_label: language.count("messages-in", 0, folder),
            summary: summary(listing, query, locale),
            back: here.clone(),
            select_url: url(ListQuery { select: true, ..query.clone() }),
            filters: filters(query, locale, &url),
            clear_search: (!query.asked.query.is_empty()).then(|| Choice {
                url: url(query.without_search()),
                label: language.say("clear-search", [("query", query.asked.query.as_str().into())]),
                icon: "x",
                current: true,
            }),
            sorts: sorts(query, listing, locale, &url),
            sorted: locale.text(sort_key(listing.sort)).to_owned(),
            sorted_label: language.say("sorted-change", [("order", locale.text(sort_key(listing.sort)).into())]),
            empty_url: if empties { urls.mailbox_empty(&mailbox.name) } else { String::new() },
            empty_label: language.count("empty-folder", listing.counts.messages.into(), folder),
            export_url: urls.export_mailbox(&mailbox.name, &exported(query).suffix()),
            export_label: locale
                .text(if exported(query) == ListQuery::default() { "export-folder" } else { "export-found-menu" })
                .to_owned(),
            import_url: urls.import(Some(&mailbox.name)),
            actions: actions.bar,
            more: actions.more,
            places: maker.places(places(&overview.mailboxes, &mailbox.name, locale)),
            move_url: urls.act(Act::Move),
            copy_url: urls.act(Act::Copy),
            flag_url: urls.act(Act::Flag),
            where_: language.say(
                "page-where",
                [
                    ("from", language.number(u64::from(range.start) + 1).into()),
                    ("to", language.number(range.end.into()).into()),
                    ("total", language.number(listing.pages.total.into()).into()),
                ],
            ),
            newer_url: listing.pages.previous().map(|page| url(query.on_page(page))).unwrap_or_default(),
            older_url: listing.pages.next().map(|page| url(query.on_page(page))).unwrap_or_default(),
            nothing: groups.is_empty().then(|| nothing(listing, query, &name, locale, urls)),
            refresh: 0,
            mailbox: name,
            here,
            groups,
        }
    }

    /// Loads itself anew where there are no scripts, but never with something on it that would be lost.
    pub(super) fn refreshed(mut self, refresh: Refresh, query: &ListQuery) -> Self {
        if !query.select && !self.shell.offers_undo() {
            self.refresh = refresh.seconds();
        }
        self
    }
}

/// What is downloaded of a list: all of its pages, in no order.
fn exported(query: &ListQuery) -> ListQuery {
    let asked = Asked { filter: query.asked.filter, query: query.asked.query.clone(), ..Asked::default() };
    ListQuery { asked, select: false }
}

fn summary(listing: &Listing, query: &ListQuery, locale: &Locale) -> String {
    let language = &locale.language;
    if !query.asked.query.is_empty() {
        return language.count("found-summary", listing.pages.total.into(), []);
    }
    match listing.counts.unseen {
        0 => language.count("messages-summary", listing.counts.messages.into(), []),
        unseen => language.count("unread-summary", unseen.into(), []),
    }
}

fn filters(query: &ListQuery, locale: &Locale, url: &impl Fn(ListQuery) -> String) -> Vec<Choice> {
    [
        (Filter::All, "filter-all", ""),
        (Filter::Unread, "filter-unread", "mail"),
        (Filter::Flagged, "filter-flagged", "star"),
    ]
    .into_iter()
    .map(|(filter, key, icon)| Choice {
        url: url(query.with_filter(filter)),
        label: locale.text(key).to_owned(),
        icon,
        current: query.asked.filter == filter,
    })
    .collect()
}

/// The orders to choose from: by arrival on any server, the others where it can sort.
fn sorts(query: &ListQuery, listing: &Listing, locale: &Locale, url: &impl Fn(ListQuery) -> String) -> Vec<Choice> {
    [
        (Sort::Newest, "sort-newest-long"),
        (Sort::Oldest, "sort-oldest-long"),
        (Sort::Sender, "sort-sender"),
        (Sort::Subject, "sort-subject"),
        (Sort::Size, "sort-size-long"),
    ]
    .into_iter()
    .filter(|(sort, _)| listing.can_sort || matches!(sort, Sort::Newest | Sort::Oldest))
    .map(|(sort, key)| Choice {
        url: url(query.with_sort(sort)),
        label: locale.text(key).to_owned(),
        icon: "",
        current: sort == listing.sort,
    })
    .collect()
}

fn sort_key(sort: Sort) -> &'static str {
    match sort {
        Sort::Newest => "sort-newest",
        Sort::Oldest => "sort-oldest",
        Sort::Sender => "sort-sender",
        Sort::Subject => "sort-subject",
        Sort::Size => "sort-size",
    }
}

fn nothing(listing: &Listing, query: &ListQuery, name: &str, locale: &Locale, urls: &Urls) -> Nothing {
    let language = &locale.language;
    let folder = [("folder", name)];
    let say = |key: &str| language.count(key, 0, folder);
    let all = urls.mailbox(&listing.mailbox.name);
    if !query.asked.query.is_empty() {
        return Nothing {
            icon: "search",
            title: language.say("nothing-found", [("query", query.asked.query.as_str().into())]),
            text: say("nothing-found-text"),
            url: all,
            way: locale.text("show-all-messages").to_owned(),
        };
    }
    let (icon, title, text) = match (query.asked.filter, listing.mailbox.role) {
        (Filter::Unread, _) => ("mail-open", locale.text("nothing-unread").to_owned(), say("nothing-unread-text")),
        (Filter::Flagged, _) => ("star", locale.text("nothing-flagged").to_owned(), say("nothing-flagged-text")),
        (Filter::All, Some(Role::Inbox)) => {
            ("inbox", locale.text("nothing-inbox").to_owned(), say("nothing-inbox-text"))
        }
        (Filter::All, role) => {
            let (icon, text) = match role {
                Some(Role::Trash) => ("trash-2", "nothing-trash-text"),
                Some(Role::Junk) => ("shield-alert", "nothing-junk-text"),
                Some(Role::Drafts) => ("file-pen-line", "nothing-drafts-text"),
                Some(Role::Sent) => ("send", "nothing-sent-text"),
                _ => ("folder", "nothing-folder-text"),
            };
            (icon, say("nothing-folder"), say(text))
        }
    };
    let (url, way) = match (query.asked.filter, listing.mailbox.role) {
        (Filter::All, Some(Role::Inbox)) => (all, "look-again"),
        (Filter::All, _) => (urls.mailbox(&crate::mail::MailboxName::inbox()), "to-inbox"),
        _ => (all, "show-all-messages"),
    };
    Nothing { icon, title, text, url, way: locale.text(way).to_owned() }
}
