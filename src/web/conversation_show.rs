//! A conversation: `GET /message/{mailbox}/{uidvalidity}/{uid}/conversation`.

use std::collections::BTreeSet;

use actix_web::HttpResponse;
use serde::Serialize;

use super::actions::{Action, Maker};
use super::conversation_item::{Drawing, Item, Look, Page, looks};
use super::dates::Dates;
use super::error::Error;
use super::mailbox_param::{field_value, title};
use super::message_show::is_looked_at;
use super::page::Head;
use super::params::{ListQuery, MessageParam};
use super::shell::Shell;
use super::templates::Template;
use super::tree::places;
use super::urls::Act;
use super::urls_message::with_show;
use super::visit::Visit;
use super::write_links::Writer;
use super::{link_choice, remote_show};
use crate::account::{Conversation, Overview};
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
    let asked = remote_show::asked(&visit).unwrap_or_default();
    let tokens = remote_show::tokens(&asked);
    let list = ListQuery { select: false, ..query.clone() }.suffix();
    let page = with_show(visit.state.urls.conversation(&message.0) + &list, &tokens.join("."));
    let looks = looks(&visit, &conversation, &tokens, &page).await?;
    let overview = visit.account().overview().await?;
    let shell = Shell::new(&visit, &overview, Some(&message.0.mailbox));
    let seen = Seen { conversation: &conversation, overview: &overview, looks: &looks, shown: &tokens.join(".") };
    visit.answer(&ConversationShow::new(shell, &seen, &message.0, &query, &visit))
}

/// What the page is drawn of.
struct Seen<'a> {
    conversation: &'a Conversation,
    overview: &'a Overview,
    /// Of each message, what was looked at for it.
    looks: &'a [Look],
    /// Whose pictures are shown, one by one.
    shown: &'a str,
}

impl ConversationShow {
    fn new(shell: Shell, seen: &Seen<'_>, message: &MessageRef, query: &ListQuery, visit: &Visit) -> Self {
        let Seen { conversation, overview, looks, shown } = *seen;
        let user = visit.account().user();
        let (locale, urls) = (&visit.locale, &visit.state.urls);
        let language = &locale.language;
        let Conversation { mailbox, messages, left_out } = conversation;
        let list = ListQuery { select: false, ..query.clone() };
        let list_url = list.url(&message.mailbox, urls);
        let here: Vec<Uid> =
            messages.iter().filter(|said| !said.is_elsewhere).map(|said| said.opened.message.uid).collect();
        let dates = Dates::now(locale);
        let links = link_choice::of(&visit.request, &visit.state);
        let page_url = urls.conversation(message) + &list.suffix();
        let here_url = with_show(page_url.clone(), shown);
        let writer = Writer { locale, urls, user, back: &page_url };
        let page = Page { url: &page_url, shown };
        let drawing = Drawing { locale, urls, dates: &dates, user, writer, links, here: &here, page };
        let last = messages.len().saturating_sub(1);
        let items = messages.iter().zip(looks).enumerate();
        let items = items.map(|(at, (said, look))| drawing.item(said, look, at == last)).collect();
        let maker = Maker { locale, urls };
        let flagged = messages.iter().any(|said| !said.is_elsewhere && said.opened.flags.contains(&Flag::Flagged));
        let actions = maker.for_message(mailbox.role, flagged);
        // the subject that it began with says what it is about
        let subject = messages.first().map(|said| drawing.letters(&said.opened, "").subject(&said.opened.envelope));
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
