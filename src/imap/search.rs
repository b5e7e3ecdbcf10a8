//! SEARCH and SORT (RFC 9051 6.4.4, RFC 5256), by UID only.

use super::argument::{Command, NotAnArgument};
use super::fetch;
use super::thread::ThreadId;
use super::token::Value;
use crate::mail::{MessageId, Moment, Uid, UidSet};

/// What a message must be like (`I-04`: criteria are ours, a person's text is only ever an argument).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Criteria {
    /// Any message.
    All,
    /// Without `\Seen`.
    Unseen,
    /// With `\Flagged`.
    Flagged,
    /// These UIDs, as far as they exist.
    Uids(UidSet),
    /// These UIDs, as far as they exist without `\Deleted`.
    Undeleted(UidSet),
    /// Of before this day in UTC, and not marked to be removed.
    Before {
        /// The first day that is left out.
        day: Moment,
        /// By when they came into the mailbox (RFC 8514 4.3), else by when the server got them.
        saved: bool,
        /// With `\Seen` only.
        seen: bool,
        /// Without `\Flagged` only.
        unflagged: bool,
        /// Of these UIDs alone.
        among: Option<UidSet>,
    },
    /// Of the conversation with this name (RFC 8474 4).
    Thread(ThreadId),
    /// With one of these message ids, or naming one as what they answer or refer to.
    Related {
        /// Message ids, without angle brackets.
        ids: Vec<String>,
        /// Not on a server for longer than since that day.
        since: Option<Moment>,
    },
    /// With exactly this message id.
    MessageId(MessageId),
    /// Sent once more under exactly this id (RFC 5322 3.6.6).
    ResentMessageId(MessageId),
    /// Those of these UIDs that went to somebody with this in the name or address (`To`).
    To(UidSet, String),
    /// Those of these UIDs that have `\Seen` and came from somebody with this in the name or address.
    ReadFrom(UidSet, String),
}

impl Criteria {
    /// The same, of these messages alone; where it can be said so.
    pub(super) fn among(&self, uids: &UidSet) -> Self {
        let mut criteria = self.clone();
        if let Self::Before { among, .. } = &mut criteria {
            *among = Some(uids.clone());
        }
        criteria
    }

    /// What somebody wrote, among the criteria.
    fn text(&self) -> &str {
        match self {
            Self::To(_, text) | Self::ReadFrom(_, text) => text,
            _ => "",
        }
    }
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Order {
    /// By the sender's name.
    Sender,
    /// By the base subject.
    Subject,
    /// Largest first.
    Size,
}

impl Order {
    fn as_wire(self) -> &'static str {
        match self {
            Self::Sender => "(FROM REVERSE ARRIVAL)",
            Self::Subject => "(SUBJECT REVERSE ARRIVAL)",
            Self::Size => "(REVERSE SIZE)",
        }
    }
}

/// The command for `criteria` and words that must all stand somewhere in the message.
pub(super) fn command(criteria: &Criteria, words: &[String], order: Option<Order>) -> Result<Command, NotAnArgument> {
    let mut command = match order {
        Some(order) => Command::new("UID SORT").word(order.as_wire()).word("UTF-8"),
        None if criteria.text().is_ascii() && words.iter().all(|word| word.is_ascii()) => Command::new("UID SEARCH"),
        None => Command::new("UID SEARCH CHARSET UTF-8"),
    };
    command = match criteria {
        Criteria::All => command.word("ALL"),
        Criteria::Unseen => command.word("UNSEEN"),
        Criteria::Flagged => command.word("FLAGGED"),
        Criteria::Uids(uids) => command.word("UID").uids(uids),
        Criteria::Undeleted(uids) => command.word("UNDELETED UID").uids(uids),
        Criteria::Before { day, saved, seen, unflagged, among } => {
            // messages that were found before may carry our own mark: of a removal that broke off before it expunged
            let command = if among.is_none() { command.word("UNDELETED") } else { command };
            let command = command.word(if *saved { "SAVEDBEFORE" } else { "BEFORE" }).raw(&date(*day));
            let command = if *seen { command.word("SEEN") } else { command };
            let command = if *unflagged { command.word("UNFLAGGED") } else { command };
            match among {
                Some(uids) => command.word("UID").uids(uids),
                None => command,
            }
        }
        Criteria::Thread(thread) => command.word("THREADID").string(&thread.0)?,
        Criteria::Related { ids, since } => related(command, ids, *since)?,
        // HEADER finds what has the text somewhere in it (RFC 9051 6.4.4): the brackets make it the whole
        Criteria::MessageId(id) => command.word("HEADER MESSAGE-ID").string(&format!("<{id}>"))?,
        Criteria::ResentMessageId(id) => command.word("HEADER RESENT-MESSAGE-ID").string(&format!("<{id}>"))?,
        Criteria::To(uids, who) => command.word("UID").uids(uids).word("TO").string(who)?,
        Criteria::ReadFrom(uids, who) => command.word("SEEN UID").uids(uids).word("FROM").string(who)?,
    };
    for word in words {
        command = command.word("TEXT").string(word)?;
    }
    Ok(command)
}

/// `SINCE 1-Feb-1994 OR HEADER … OR HEADER … HEADER …`.
fn related(mut command: Command, ids: &[String], since: Option<Moment>) -> Result<Command, NotAnArgument> {
    if let Some(since) = since {
        command = command.word("SINCE").raw(&date(since));
    }
    const FIELDS: [&str; 3] = ["HEADER MESSAGE-ID", "HEADER IN-REPLY-TO", "HEADER REFERENCES"];
    let last = ids.len() * FIELDS.len();
    for (at, (id, field)) in ids.iter().flat_map(|id| FIELDS.map(|field| (id, field))).enumerate() {
        if at + 1 < last {
            command = command.word("OR");
        }
        command = command.word(field).string(id)?;
    }
    Ok(command)
}

/// `1-Feb-1994`, in UTC.
fn date(moment: Moment) -> String {
    let (year, month, day) = moment.civil_date();
    let month = fetch::MONTHS.get(usize::from(month.saturating_sub(1))).copied().unwrap_or("Jan");
    format!("{day}-{month}-{:04}", year.clamp(1, 9999))
}

/// The numbers of `* SEARCH 2 5 (MODSEQ 9)` and `* SORT …`, in order.
pub(super) fn read(values: &[Value]) -> Vec<Uid> {
    values.iter().filter_map(Value::number).filter_map(|number| Uid::new(u32::try_from(number).ok()?)).collect()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::imap::token;

    #[test]
    fn numbers_are_read_with_and_without_a_mod_sequence() {
        let read = |text: &str| read(&token::values(&Bytes::copy_from_slice(text.as_bytes()))).len();
        assert_eq!((read("2 5 (MODSEQ 917162500)"), read(""), read("1 2 3")), (2, 0, 3));
    }

    #[test]
    fn messages_of_a_conversation_are_looked_for_by_their_ids() {
        let ids = vec!["a@x".to_owned(), "b\"@x".to_owned()];
        let since = Moment::from_civil((1994, 2, 1), (23, 0, 0), 0);
        let command = command(&Criteria::Related { ids, since }, &[], None).unwrap();
        assert_eq!(
            command.texts,
            ["UID SEARCH SINCE 1-Feb-1994 OR HEADER MESSAGE-ID \"a@x\" OR HEADER IN-REPLY-TO \"a@x\" \
              OR HEADER REFERENCES \"a@x\" OR HEADER MESSAGE-ID \"b\\\"@x\" OR HEADER IN-REPLY-TO \"b\\\"@x\" \
              HEADER REFERENCES \"b\\\"@x\""]
        );
        let broken = Criteria::Related { ids: vec!["a\r\nb".to_owned()], since: None };
        assert!(super::command(&broken, &[], None).is_err()); // I-03
    }

    #[test]
    fn what_is_old_is_found_by_its_day() {
        let day = Moment::from_civil((2026, 11, 3), (23, 59, 0), 0).unwrap();
        let before = |saved, seen, unflagged| Criteria::Before { day, saved, seen, unflagged, among: None };
        let texts =
            |saved, seen, unflagged| command(&before(saved, seen, unflagged), &[], None).unwrap().texts.concat();
        assert_eq!(texts(false, false, false), "UID SEARCH UNDELETED BEFORE 3-Nov-2026");
        assert_eq!(texts(true, true, true), "UID SEARCH UNDELETED SAVEDBEFORE 3-Nov-2026 SEEN UNFLAGGED");
        let few = before(false, false, true).among(&UidSet::parse("3:5,9").unwrap());
        let texts = command(&few, &[], None).unwrap().texts.concat();
        assert_eq!(texts, "UID SEARCH BEFORE 3-Nov-2026 UNFLAGGED UID 3:5,9");
    }

    #[test]
    fn words_beyond_ascii_name_their_charset() {
        let command = command(&Criteria::Unseen, &["Grüße".into()], None).unwrap();
        assert_eq!(command.texts, ["UID SEARCH CHARSET UTF-8 UNSEEN TEXT ", ""]);
    }
}
