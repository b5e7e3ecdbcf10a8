//! To whom an answer goes, as whom it is written, and what it names as its past (RFC 5322 3.6.2 to 3.6.4).

use std::collections::HashSet;

use super::addr_spec::wire_address;
use super::header_field::fields;
use super::mailto::mailto;
use super::{address_list, domain};
use crate::mail::{Address, Envelope, Identity, MessageId};

/// `References` keep the first and the last ones: so many of them in all, and so many octets.
const MOST_REFERENCES: usize = 40;
const REFERENCES: usize = 6_000;
/// Addresses that a message tells it was delivered to.
const MOST_DELIVERED: usize = 20;

/// What a header says of answers, beside the envelope.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Routes {
    /// `Mail-Followup-To`: where answers to everybody are wanted.
    pub followup_to: Vec<Address>,
    /// `List-Post` (RFC 2369 3.4): where the list takes messages; empty where it takes none.
    pub list_post: Vec<Address>,
    /// Addresses it came to on its way: `Delivered-To`, `X-Original-To`, `Envelope-To`.
    pub delivered_to: Vec<String>,
}

/// Who is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Who wrote it, or who they say.
    Sender,
    /// Everybody it went to, too.
    Everybody,
    /// The mailing list it came by; where there is none, everybody.
    List,
}

/// Reads a header's routes.
pub fn routes(header: &[u8]) -> Routes {
    let mut routes = Routes::default();
    for field in fields(header) {
        if field.is("mail-followup-to") {
            routes.followup_to.extend(address_list::parse(&field.unfolded(None)));
        } else if field.is("list-post") && routes.list_post.is_empty() {
            let text = field.unfolded(None);
            let mut links = text.split('<').skip(1).filter_map(|link| link.split('>').next());
            let to = links.find_map(mailto).map(|message| message.to).unwrap_or_default();
            routes.list_post.extend(to.into_iter().filter(is_address).take(1));
        } else if ["delivered-to", "x-original-to", "envelope-to"].iter().any(|name| field.is(name)) {
            let room = MOST_DELIVERED.saturating_sub(routes.delivered_to.len());
            let addresses = address_list::parse(&field.unfolded(None)).into_iter().map(|address| address.addr);
            routes.delivered_to.extend(addresses.take(room));
        }
    }
    routes.followup_to.retain(is_address);
    routes
}

/// To and Cc of an answer. One's own addresses are left out, unless nobody else is left; nobody is there twice; who was told
/// in secret stays a secret. What one wrote oneself is answered to whom it went.
pub fn addressees(
    envelope: &Envelope,
    routes: &Routes,
    answer: Answer,
    own: &[Identity],
) -> (Vec<Address>, Vec<Address>) {
    // sets: a stranger's lists may have tens of thousands
    let own_keys: HashSet<String> = own.iter().map(|one| key(&one.address.addr)).collect();
    let is_own_key = |key: &str| own_keys.contains(key) || untagged(key).is_some_and(|key| own_keys.contains(&key));
    let is_own = |address: &Address| is_own_key(&key(&address.addr));
    let good = |list: &[Address]| -> Vec<Address> { list.iter().filter(|one| is_address(one)).cloned().collect() };
    let senders = match good(&envelope.reply_to) {
        named if !named.is_empty() => named,
        _ => match good(&envelope.from) {
            from if !from.is_empty() => from,
            _ => good(envelope.sender.as_slice()),
        },
    };
    let went_to = good(&envelope.to);
    let wrote_it = envelope.from.first().is_some_and(is_own) && went_to.iter().any(|address| !is_own(address));
    let (mut to, mut cc) = match answer {
        Answer::List if !routes.list_post.is_empty() => (routes.list_post.clone(), Vec::new()),
        Answer::Sender if wrote_it => (went_to, Vec::new()),
        Answer::Sender => (senders, Vec::new()),
        _ if wrote_it => (went_to, good(&envelope.cc)),
        _ if !routes.followup_to.is_empty() => (routes.followup_to.clone(), Vec::new()),
        _ => (senders, went_to.into_iter().chain(good(&envelope.cc)).collect()),
    };
    let everybody: Vec<Address> = to.iter().chain(&cc).cloned().collect();
    let mut known: HashSet<String> = HashSet::new();
    for list in [&mut to, &mut cc] {
        list.retain(|address| {
            let key = key(&address.addr);
            (answer == Answer::Sender || !is_own_key(&key)) && known.insert(key)
        });
    }
    if to.is_empty() {
        to = std::mem::take(&mut cc);
    }
    if to.is_empty() {
        to.extend(everybody.into_iter().next());
    }
    (to, cc)
}

/// As whom a message is answered: as the one it came to, by its fields, else by what servers say they delivered it to; the
/// writer of one's own; else who is the default. `None` where there are no identities.
pub fn answering_identity<'a>(envelope: &Envelope, routes: &Routes, own: &'a [Identity]) -> Option<&'a Identity> {
    let written = envelope.from.first().and_then(|from| identity_of(&from.addr, own));
    let fields = envelope.to.iter().chain(&envelope.cc).chain(&envelope.bcc).map(|address| address.addr.as_str());
    let mut addresses = fields.chain(routes.delivered_to.iter().map(String::as_str));
    written.or_else(|| addresses.find_map(|addr| identity_of(addr, own))).or_else(|| default_identity(own))
}

/// Who is taken where nothing says otherwise.
pub fn default_identity(own: &[Identity]) -> Option<&Identity> {
    own.iter().find(|one| one.is_default).or(own.first())
}

/// Whose address this is: exactly, else without its tag (`ann+lists@b.example`).
pub fn identity_of<'a>(addr: &str, own: &'a [Identity]) -> Option<&'a Identity> {
    let wanted = key(addr);
    let exact = own.iter().find(|one| key(&one.address.addr) == wanted);
    exact.or_else(|| {
        let bare = untagged(&wanted)?;
        own.iter().find(|one| key(&one.address.addr) == bare)
    })
}

/// A key without the tag of its address, if it has one.
fn untagged(key: &str) -> Option<String> {
    let (local, domain) = key.rsplit_once('@')?;
    Some(format!("{}@{domain}", local.split_once('+')?.0))
}

/// An address as it is compared. Servers may tell capital letters of a local part apart; none does.
fn key(addr: &str) -> String {
    let local = addr.rsplit_once('@').map_or(addr, |(local, _)| local);
    format!("{}@{}", local.to_lowercase(), domain::of(addr))
}

fn is_address(address: &Address) -> bool {
    wire_address(&address.addr).is_some()
}

/// `In-Reply-To` and `References` of an answer (RFC 5322 3.6.4). A stranger's ids are taken if they are ids, and not at all
/// otherwise (`I-03`).
pub fn answered_ids(envelope: &Envelope) -> (Vec<MessageId>, Vec<MessageId>) {
    let answered: Vec<MessageId> = valid(envelope.message_id.as_slice()).collect();
    let past = match envelope.references.is_empty() {
        // of several, nothing says which one came first
        true if envelope.in_reply_to.len() == 1 => &envelope.in_reply_to,
        true => &[][..],
        false => &envelope.references,
    };
    let mut references: Vec<MessageId> = valid(past).filter(|id| !answered.contains(id)).collect();
    references.extend(answered.iter().cloned());
    (answered, bounded(references))
}

/// Those of the texts that are message ids, each once.
fn valid(texts: &[String]) -> impl Iterator<Item = MessageId> {
    let mut known = std::collections::HashSet::new();
    texts.iter().filter_map(|text| MessageId::parse(text).ok()).filter(move |id| known.insert(id.clone()))
}

/// The first, which names the conversation, and the last ones.
fn bounded(references: Vec<MessageId>) -> Vec<MessageId> {
    let mut room = REFERENCES;
    let mut kept: Vec<MessageId> = Vec::new();
    let (Some(first), rest) = (references.first(), references.get(1..).unwrap_or_default()) else { return kept };
    room = room.saturating_sub(first.as_str().len());
    for id in rest.iter().rev().take(MOST_REFERENCES - 1) {
        let length = id.as_str().len() + 3;
        // what is answered is always among them
        if length > room && !kept.is_empty() {
            break;
        }
        room = room.saturating_sub(length);
        kept.push(id.clone());
    }
    kept.push(first.clone());
    kept.reverse();
    kept
}

#[cfg(test)]
mod tests {
    use super::super::{envelope, recipients_field};
    use super::*;

    fn own() -> Vec<Identity> {
        let one = |id: u32, addr: &str, is_default: bool| Identity {
            id,
            address: Address { name: "Ann".into(), addr: addr.into() },
            is_default,
            ..Identity::default()
        };
        vec![one(0, "ann@a.example", false), one(1, "Sales@bücher.example", false), one(2, "ann@work.example", true)]
    }

    #[track_caller]
    fn goes(answer: Answer, header: &str, to: &str, cc: &str) {
        let header = header.replace('\n', "\r\n");
        let found = addressees(&envelope(header.as_bytes()), &routes(header.as_bytes()), answer, &own());
        assert_eq!((recipients_field(&found.0).as_str(), recipients_field(&found.1).as_str()), (to, cc), "{header}");
    }

    #[test]
    fn the_sender_is_answered_where_they_say() {
        goes(Answer::Sender, "From: Ben <b@b.example>\nTo: ann@a.example\n", "Ben <b@b.example>", "");
        goes(
            Answer::Sender,
            "From: b@b.example\nReply-To: R <r@b.example>, s@b.example\n",
            "R <r@b.example>, s@b.example",
            "",
        );
        goes(Answer::Sender, "From: b@b.example\nReply-To: nonsense\n", "b@b.example", "");
        goes(Answer::Sender, "From: nonsense\nSender: s@b.example\n", "s@b.example", "");
        goes(Answer::Sender, "From: ann@a.example\nTo: ann@a.example\n", "ann@a.example", "");
        goes(Answer::Sender, "Subject: x\n", "", "");
    }

    #[test]
    fn everybody_is_answered_but_oneself() {
        goes(
            Answer::Everybody,
            "From: b@b.example\nTo: ANN@a.example, c@c.example, B@b.example\nCc: sales@xn--bcher-kva.example, d@d.example, c@C.example,\n ann+tag@work.example\nBcc: s@s.example\n",
            "b@b.example",
            "c@c.example, d@d.example",
        );
        goes(Answer::Everybody, "From: ann@a.example\nTo: ann@work.example\n", "ann@a.example", "");
        goes(
            Answer::Everybody,
            "From: b@b.example\nTo: l@l.example\nMail-Followup-To: l@l.example, ann@a.example, c@c.example\n",
            "l@l.example, c@c.example",
            "",
        );
        goes(Answer::Everybody, "From: b@b.example\nTo: x\nMail-Followup-To: not one\n", "b@b.example", "");
    }

    #[test]
    fn hostile_lists_cost_linear_time() {
        let address = |at: usize| Address { name: String::new(), addr: format!("{at:05}@b.example") };
        let envelope = Envelope { to: (0..30_000).map(address).collect(), ..Envelope::default() };
        let (found, spent) =
            crate::spent::spent(|| addressees(&envelope, &Routes::default(), Answer::Everybody, &own()));
        assert_eq!(found.0.len() + found.1.len(), 30_000);
        assert!(spent.as_secs() < 3, "{spent:?}"); // D-04
    }

    #[test]
    fn what_one_wrote_oneself_is_answered_to_whom_it_went() {
        let sent = "From: ann@work.example\nTo: b@b.example, ann@a.example\nCc: c@c.example\nBcc: s@s.example\n";
        goes(Answer::Everybody, sent, "b@b.example", "c@c.example");
        let sent = "From: ann@work.example\nTo: b@b.example\nCc: c@c.example\n";
        goes(Answer::Sender, sent, "b@b.example", "");
    }

    #[test]
    fn a_list_is_answered_where_it_takes_messages() {
        let list =
            "From: b@b.example\nTo: l@l.example\nList-Post: <https://l.example/post>, <mailto:l@l.example?subject=x>\n";
        goes(Answer::List, list, "l@l.example", "");
        goes(
            Answer::List,
            "From: b@b.example\nTo: l@l.example\nList-Post: NO (closed)\n",
            "b@b.example",
            "l@l.example",
        );
        goes(Answer::List, "From: b@b.example\nList-Post: <mailto:evil%0D%0ABcc:x@y>\n", "b@b.example", "");
    }

    #[test]
    fn one_answers_as_whom_it_came_to() {
        for (header, id) in [
            ("From: b@b.example\nTo: c@c.example, sales@bücher.example\n", 1),
            ("From: b@b.example\nTo: l@l.example\nCc: ann+x@a.example\n", 0),
            ("From: b@b.example\nTo: l@l.example\nDelivered-To: x@y.example\nX-Original-To: ann@a.example\n", 0),
            ("From: ann@a.example\nTo: ann@work.example\n", 0),
            ("From: b@b.example\nTo: l@l.example\n", 2),
        ] {
            let read = (envelope(header.as_bytes()), routes(header.as_bytes()));
            assert_eq!(answering_identity(&read.0, &read.1, &own()).unwrap().id, id, "{header}");
        }
        assert_eq!(answering_identity(&Envelope::default(), &Routes::default(), &[]), None);
    }

    #[test]
    fn the_past_is_named_and_stays_short() {
        let ids = |header: &str| {
            let (answered, references) = answered_ids(&envelope(header.as_bytes()));
            let text = |ids: Vec<MessageId>| ids.iter().map(|id| id.as_str().to_owned()).collect::<Vec<_>>().join(" ");
            (text(answered), text(references))
        };
        let pair = |one: &str, two: &str| (one.to_owned(), two.to_owned());
        assert_eq!(ids("Message-ID: <3@x>\r\nReferences: <1@x> <2@x> <1@x>\r\n"), pair("3@x", "1@x 2@x 3@x"));
        assert_eq!(ids("Message-ID: <3@x>\r\nIn-Reply-To: <2@x>\r\n"), pair("3@x", "2@x 3@x"));
        assert_eq!(ids("Message-ID: <3@x>\r\nIn-Reply-To: <1@x> <2@x>\r\n"), pair("3@x", "3@x"));
        assert_eq!(ids("Message-ID: <no at>\r\nReferences: <a\"b@x> <ok@x>\r\n"), pair("", "ok@x")); // I-03
        assert_eq!(ids("Subject: x\r\n"), pair("", ""));

        let many: String = (0..500).map(|n| format!(" <{n}@x.example>\r\n")).collect();
        let (_, references) = ids(&format!("Message-ID: <last@x>\r\nReferences:{many}"));
        assert!(
            references.starts_with("0@x.example 462@x.example ") && references.ends_with(" 499@x.example last@x"),
            "{references}"
        );
        let long: String = (0..20).map(|n| format!(" <{n}@{}>\r\n", "x".repeat(800))).collect();
        let (_, references) = ids(&format!("Message-ID: <last@x>\r\nReferences:{long}"));
        assert!(references.len() < 7_000 && references.ends_with(" last@x"), "{}", references.len());
    }
}
