//! The header of a message that is built.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail_builder::headers::HeaderType;
use mail_builder::headers::address::{Address as Written, EmailAddress};
use mail_builder::headers::date::Date;
use mail_builder::headers::message_id::MessageId as Ids;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;

use super::addr_spec::wire_address;
use super::build::Copy;
use super::draft_about::about;
use super::header_field::visible;
use crate::mail::{Address, Civil, Draft, MessageId, Moment, Priority};

/// Octets of text in one encoded word, which may have 75 in all (RFC 2047 2).
const WORD: usize = 45;

/// Where a draft keeps that servers are to tell of its delivery: no field of the header means that (RFC 3461 asks by SMTP).
pub(super) const ASKS: &str = "X-Fernpost-Asks";
/// Where a draft keeps what it answers or passes on, to be marked when it is sent: nothing else in it says where that lies.
pub(super) const ABOUT: &str = "X-Fernpost-About";

/// Where a draft says which page saved it.
pub(super) const SAVED_BY: &str = "X-Fernpost-Saved-By";

type Field<'x> = (std::borrow::Cow<'x, str>, HeaderType<'x>);

/// All fields but those of the body.
pub(super) fn fields(draft: &Draft, copy: Copy) -> Vec<Field<'static>> {
    let mut fields: Vec<(&'static str, HeaderType<'static>)> = vec![("Date", date(draft.date))];
    let mut add =
        |name: &'static str, value: Option<HeaderType<'static>>| fields.extend(value.map(|value| (name, value)));
    add("From", addresses(std::slice::from_ref(&draft.from)));
    add("Reply-To", addresses(&draft.reply_to));
    // the blind alone: a message that names nobody looks like rubbish to filters
    let hidden = draft.to.is_empty() && draft.cc.is_empty() && !draft.bcc.is_empty();
    add("To", addresses(&draft.to).or_else(|| hidden.then(|| raw("undisclosed-recipients:;"))));
    add("Cc", addresses(&draft.cc));
    if copy == Copy::WithBcc {
        add("Bcc", addresses(&draft.bcc));
    }
    add("Subject", text(&draft.subject));
    add("Message-ID", ids(std::slice::from_ref(&draft.message_id)));
    add("In-Reply-To", ids(&draft.in_reply_to));
    add("References", ids(&draft.references));
    add("Organization", text(&draft.organisation));
    let urgency = match draft.priority {
        Priority::Low => Some(("5", "low")),
        Priority::Normal => None,
        Priority::High => Some(("1", "high")),
    };
    add("X-Priority", urgency.map(|(number, _)| raw(number)));
    add("Importance", urgency.map(|(_, word)| raw(word)));
    add(
        "Disposition-Notification-To",
        if draft.asks_receipt { addresses(std::slice::from_ref(&draft.from)) } else { None },
    );
    add(ASKS, (copy == Copy::WithBcc && draft.asks_delivery).then(|| raw("delivery")));
    let saved_by = draft.saved_by.as_ref().filter(|_| copy == Copy::WithBcc);
    add(SAVED_BY, saved_by.map(|saved_by| raw(&saved_by.to_string())));
    let about = draft.about.as_ref().filter(|_| copy == Copy::WithBcc).and_then(about);
    add(ABOUT, about.map(|about| raw(&about)));
    fields.into_iter().map(|(name, value)| (name.into(), value)).collect()
}

/// A list of addresses; `None` where there is nobody.
pub(super) fn addresses(list: &[Address]) -> Option<HeaderType<'static>> {
    let written: Vec<_> = list.iter().filter_map(mailbox).map(Written::Address).collect();
    (!written.is_empty()).then(|| Written::List(written).into())
}

fn mailbox(address: &Address) -> Option<EmailAddress<'static>> {
    let (name, addr) = (line(&address.name), line(&address.addr));
    let (name, email) = match wire_address(&addr) {
        Some(email) => (name, email),
        None if name.is_empty() => (addr, String::new()),
        None if addr.is_empty() => (name, String::new()),
        None => (format!("{name} {addr}"), String::new()),
    };
    if name.is_empty() && email.is_empty() {
        return None;
    }
    // many readers decode what looks like an encoded word in quotes too
    let name = name.replace("=?", "= ?");
    Some(EmailAddress { name: (!name.is_empty()).then(|| name.into()), email: email.into() })
}

/// Text without structure; `None` where there is none.
fn text(said: &str) -> Option<HeaderType<'static>> {
    let said = line(said);
    match said.is_empty() {
        true => None,
        // what was typed as it is would be read as what it stands for
        false if said.contains("=?") => Some(raw(&encoded(&said))),
        false => Some(Text::new(said).into()),
    }
}

/// As encoded words, however plain it is (RFC 2047).
fn encoded(text: &str) -> String {
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (word, after) = rest.split_at_checked(rest.floor_char_boundary(WORD)).unwrap_or((rest, ""));
        words.push(format!("=?utf-8?B?{}?=", STANDARD.encode(word)));
        rest = after;
    }
    words.join(" ")
}

fn ids(list: &[MessageId]) -> Option<HeaderType<'static>> {
    (!list.is_empty()).then(|| Ids::new_list(list.iter().map(|id| id.as_str().to_owned())).into())
}

pub(super) fn raw(words: &str) -> HeaderType<'static> {
    Raw::new(words.to_owned()).into()
}

/// One line, without control characters, trimmed (`I-05`).
fn line(text: &str) -> String {
    visible(text).trim().to_owned()
}

/// A date with its author's own zone (RFC 5322 3.3).
pub(super) fn date(moment: Moment) -> HeaderType<'static> {
    written_date(moment).map_or_else(|| Date::new(moment.seconds).into(), |date| raw(&date))
}

/// `Sun, 29 Nov 2026 09:30:00 +0100`; `None` outside the years that have four digits.
pub(super) fn written_date(moment: Moment) -> Option<String> {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let offset = i64::from(moment.offset_minutes);
    let civil = Civil::from_seconds(moment.seconds.checked_add(offset * 60)?)?;
    let day = DAYS.get(usize::from(civil.weekday()))?;
    let month = MONTHS.get(usize::from(civil.month).checked_sub(1)?)?;
    let zone = format!("{}{:02}{:02}", if offset < 0 { '-' } else { '+' }, offset.abs() / 60, offset.abs() % 60);
    let Civil { year, day: of_month, hour, minute, second, .. } = civil;
    Some(format!("{day}, {of_month} {month} {year:04} {hour:02}:{minute:02}:{second:02} {zone}"))
}
