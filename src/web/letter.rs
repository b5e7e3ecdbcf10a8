//! A message as a page shows it: who to whom, and the pieces of what it says.

use serde::Serialize;

use super::dates::Dates;
use super::locale::Locale;
use super::shown::clean;
use super::urls::Urls;
use crate::account::{self, Body};
use crate::html::text::{self, Kind};
use crate::html::{Links, undivided};
use crate::mail::{Address, Envelope, MessageRef, Moment};

/// People of one header field that are shown; the rest is behind a link (`D-03`).
const PEOPLE_MAX: usize = 200;
/// Messages inside messages that are drawn inside each other.
const DEPTH: usize = 20;

/// One person.
#[derive(Serialize, Clone, Default)]
pub(super) struct Person {
    name: String,
    /// The address, fit to be shown.
    pub addr: String,
}

/// A line of the head: people, or a text, or a date.
#[derive(Serialize, Default)]
pub(super) struct Fact {
    label: String,
    people: Vec<Person>,
    more_url: String,
    more: String,
    text: String,
    datetime: String,
}

/// A piece of what a message says.
#[derive(Serialize, Default)]
pub(super) struct Piece {
    kind: &'static str,
    blocks: Vec<Block>,
    cut: bool,
    url: String,
    download: String,
    title: String,
    facts: Vec<Fact>,
    bodies: Vec<Piece>,
}

/// Text of one kind: the author's own, quoted, signature.
#[derive(Serialize)]
pub(super) struct Block {
    kind: &'static str,
    lines: Vec<Lines>,
}

/// Lines quoted equally deep.
#[derive(Serialize)]
struct Lines {
    depth: u8,
    pieces: Vec<Run>,
}

/// A run of text, perhaps a link.
#[derive(Serialize)]
struct Run {
    text: String,
    url: Option<String>,
    /// Where the link leads, if its text does not say so.
    mark: String,
    /// It is a piece of a very long word, which goes on behind it; a line may end there.
    divided: bool,
}

/// Draws messages.
pub(super) struct Letters<'a> {
    /// The message the pieces are of.
    pub message: &'a MessageRef,
    /// Language.
    pub locale: &'a Locale,
    /// Today.
    pub dates: &'a Dates<'a>,
    /// Where parts are.
    pub urls: &'a Urls,
    /// Whether every recipient is to be listed.
    pub everybody: bool,
    /// What becomes of addresses that links lead to.
    pub links: Links,
    /// That remote pictures are shown, for the frame's address; or empty.
    pub show: &'a str,
    /// The address of the message's page, for a link to the same with more of it; empty: the bare one.
    pub page: &'a str,
}

impl Fact {
    /// A line of text.
    pub(super) fn new(label: &str, text: String) -> Self {
        Self { label: label.to_owned(), text, ..Self::default() }
    }
}

impl From<&Address> for Person {
    fn from(address: &Address) -> Self {
        let (name, addr) = (clean(&address.name), clean(&address.addr));
        // a name that is the address says nothing
        let name = if name.eq_ignore_ascii_case(&addr) { String::new() } else { name };
        Self { name, addr }
    }
}

impl Person {
    /// Whether there is a name beside the address.
    pub(super) fn is_named(&self) -> bool {
        !self.name.is_empty()
    }
}

impl Letters<'_> {
    /// The head: From, Reply to, To, Cc, Bcc, Date, and what else matters.
    pub(super) fn facts(&self, envelope: &Envelope, arrived: Option<Moment>) -> Vec<Fact> {
        let mut facts = Vec::new();
        let mut people = |key: &str, addresses: &[Address]| {
            if !addresses.is_empty() {
                facts.push(self.people(key, addresses));
            }
        };
        people("fact-from", &envelope.from);
        if let Some(sender) = envelope.sender.as_ref().filter(|sender| !envelope.from.contains(sender)) {
            people("fact-sender", std::slice::from_ref(sender));
        }
        if envelope.reply_to != envelope.from {
            people("fact-reply-to", &envelope.reply_to);
        }
        people("fact-to", &envelope.to);
        people("fact-cc", &envelope.cc);
        people("fact-bcc", &envelope.bcc);
        if let Some(date) = envelope.sent_date.or(arrived) {
            facts.push(self.date("fact-date", date));
        }
        if let (Some(sent), Some(arrived)) = (envelope.sent_date, arrived)
            && sent.seconds.abs_diff(arrived.seconds) > 86_400
        {
            facts.push(self.date("fact-arrived", arrived));
        }
        if let Some(list) = &envelope.list_id {
            facts.push(Fact { label: self.label("fact-list"), text: clean(list), ..Fact::default() });
        }
        facts
    }

    /// Who it is for, in a few words: "To you, Ann and 3 more".
    pub(super) fn recipients(&self, envelope: &Envelope, user: &str) -> String {
        let language = &self.locale.language;
        let label = |address: &Address| match address.addr.eq_ignore_ascii_case(user) {
            true => self.locale.text("to-you").to_owned(),
            false => clean(address.label()),
        };
        let mut named: Vec<String> = envelope.to.iter().chain(&envelope.cc).take(3).map(label).collect();
        let total = envelope.to.len() + envelope.cc.len();
        if named.is_empty() {
            return self.locale.text("to-nobody").to_owned();
        }
        let people = if total > 3 {
            let rest = u64::try_from(total - 3).unwrap_or(u64::MAX);
            language.count("to-more", rest, [("people", named.join(", ").as_str())])
        } else {
            match (named.pop(), named.is_empty()) {
                (Some(last), false) => {
                    let first = named.join(", ");
                    language.say("people-and", [("first", first.into()), ("last", last.into())])
                }
                (last, _) => last.unwrap_or_default(),
            }
        };
        language.say("to-line", [("people", people.into())])
    }

    /// The subject, never empty.
    pub(super) fn subject(&self, envelope: &Envelope) -> String {
        let subject = clean(&envelope.subject);
        if subject.is_empty() { self.locale.text("no-subject").to_owned() } else { subject }
    }

    /// What it says, piece by piece.
    pub(super) fn pieces(&self, bodies: &[Body], envelope: &Envelope) -> Vec<Piece> {
        self.pieces_at(bodies, envelope, 0)
    }

    fn pieces_at(&self, bodies: &[Body], envelope: &Envelope, depth: usize) -> Vec<Piece> {
        bodies.iter().map(|body| self.piece(body, envelope, depth)).collect()
    }

    fn piece(&self, body: &Body, envelope: &Envelope, depth: usize) -> Piece {
        match body {
            Body::Text { path, text, cut } => Piece {
                kind: "text",
                blocks: blocks(text, self.links, self.urls),
                cut: *cut,
                url: self.urls.part(self.message, path, "text.txt"),
                ..Piece::default()
            },
            Body::Html { path } => Piece {
                kind: "frame",
                url: self.urls.body(self.message, path, self.show, account::is_answer(envelope)),
                title: self.locale.language.say("message-from", [("who", sender(envelope).into())]),
                ..Piece::default()
            },
            Body::Image { path, name } => Piece {
                kind: "image",
                url: self.urls.inline(self.message, path),
                download: self.urls.part(self.message, path, name),
                title: clean(name),
                ..Piece::default()
            },
            Body::Message { envelope, bodies, .. } => Piece {
                kind: "message",
                title: self.subject(envelope),
                facts: self.facts(envelope, None),
                bodies: if depth < DEPTH { self.pieces_at(bodies, envelope, depth + 1) } else { Vec::new() },
                ..Piece::default()
            },
        }
    }

    fn people(&self, key: &str, addresses: &[Address]) -> Fact {
        let shown = if self.everybody { addresses.len() } else { PEOPLE_MAX };
        let mut fact = Fact {
            label: self.label(key),
            people: addresses.iter().take(shown).map(Person::from).collect(),
            ..Fact::default()
        };
        if addresses.len() > shown {
            let total = self.locale.language.number(u64::try_from(addresses.len()).unwrap_or(u64::MAX));
            let page = if self.page.is_empty() { &self.urls.message(self.message) } else { self.page };
            fact.more_url = format!("{page}{}recipients=all", if page.contains('?') { '&' } else { '?' });
            fact.more = self.locale.language.say("show-all-recipients", [("total", total.into())]);
        }
        fact
    }

    fn date(&self, key: &str, moment: Moment) -> Fact {
        Fact {
            label: self.label(key),
            text: self.dates.full(moment),
            datetime: self.dates.machine(moment),
            ..Fact::default()
        }
    }

    fn label(&self, key: &str) -> String {
        self.locale.language.text(key).to_owned()
    }
}

/// Who wrote it, as a title says it; perhaps nobody.
fn sender(envelope: &Envelope) -> String {
    envelope.from.first().map(|from| clean(from.label())).unwrap_or_default()
}

/// Plain text, cut into what is drawn alike; links to mail addresses lead to our composer, and not to another program. Empty lines
/// around a block are the page's business.
pub(super) fn blocks(plain: &str, links: Links, urls: &Urls) -> Vec<Block> {
    text::blocks(plain, links)
        .into_iter()
        .map(|block| Block {
            kind: match block.kind {
                Kind::Text => "text",
                Kind::Quote => "quote",
                Kind::Signature => "signature",
            },
            lines: block.inner.into_iter().map(|inner| lines(inner, urls)).collect(),
        })
        .collect()
}

fn lines(inner: text::Inner, urls: &Urls) -> Lines {
    let leads = |link: String| if link.starts_with("mailto:") { urls.write_to(&link, "") } else { link };
    let run =
        |piece: text::Piece| Run { text: piece.text, url: piece.link.map(leads), mark: piece.mark, divided: false };
    let mut pieces: Vec<Run> = inner.pieces.into_iter().map(run).flat_map(divided).collect();
    if let Some(last) = pieces.last_mut().filter(|last| last.url.is_none()) {
        last.text.truncate(last.text.trim_end_matches('\n').len());
    }
    Lines { depth: inner.depth.min(6), pieces }
}

/// A run whose words a browser can bear.
fn divided(run: Run) -> Vec<Run> {
    let mut letters = 0;
    let mut end = undivided(&run.text, &mut letters);
    if run.url.is_some() || end == run.text.len() {
        return vec![run];
    }
    let (mut runs, mut rest) = (Vec::new(), run.text.as_str());
    while !rest.is_empty() {
        let (text, later) = rest.split_at(end);
        runs.push(Run { text: text.to_owned(), url: None, mark: String::new(), divided: !later.is_empty() });
        (rest, end) = (later, undivided(later, &mut letters));
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_thousands_of_letters_is_divided_and_nothing_of_it_is_lost() {
        let text = format!("{} b {}", "a".repeat(2500), "e\u{301}".repeat(700));
        let runs = divided(Run { text: text.clone(), url: None, mark: String::new(), divided: false });
        assert_eq!(runs.iter().map(|run| run.divided).collect::<Vec<_>>(), [true, true, true, false]);
        assert_eq!(runs.iter().map(|run| run.text.as_str()).collect::<String>(), text);
    }
}
