//! APPEND (RFC 9051 6.3.12): a message that is not on the server yet.

use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::time::Instant;

use super::argument::{Command, NotAnArgument};
use super::batch::Batch;
use super::{Capability, Code, Criteria, Error, Link, fetch};
use crate::mail::{Civil, Flag, MailboxName, MessageId, MessageRef, Moment, Uid, UidSet};

/// Octets written at once; each piece may take as long as a command.
const PIECE: usize = 64 << 10;
/// How long a server may take for a piece, and for filing the whole (`R-06`).
const DEADLINE: Duration = Duration::from_secs(60);

impl Link {
    /// Files a message with these flags and the date it is said to have arrived on; where it is now, if the server tells
    /// (APPENDUID, RFC 4315 3). Sent once: who calls this again files it twice. NUL can't be sent in a literal, and is
    /// refused before anything is. A full account is [`Code::OverQuota`], a mailbox that is none [`Code::TryCreate`] or
    /// [`Code::NonExistent`]; nothing was filed then.
    pub async fn append(
        &mut self,
        mailbox: &MailboxName,
        flags: &[Flag],
        date: Option<Moment>,
        message: &[u8],
    ) -> Result<Option<MessageRef>, Error> {
        self.put(Command::new("APPEND"), mailbox, flags, date, message).await
    }

    /// As [`Self::append`], in the place of a message of the open mailbox, which is gone when the new one is there, and else not
    /// (RFC 8508); for servers that have REPLACE.
    pub async fn replace(
        &mut self,
        uid: Uid,
        mailbox: &MailboxName,
        flags: &[Flag],
        date: Option<Moment>,
        message: &[u8],
    ) -> Result<Option<MessageRef>, Error> {
        self.put(Command::new("UID REPLACE").uids(&UidSet::new([uid])), mailbox, flags, date, message).await
    }

    async fn put(
        &mut self,
        verb: Command,
        mailbox: &MailboxName,
        flags: &[Flag],
        date: Option<Moment>,
        message: &[u8],
    ) -> Result<Option<MessageRef>, Error> {
        if message.contains(&0) {
            return Err(NotAnArgument.into());
        }
        let mut command = verb.mailbox(mailbox)?;
        if !flags.is_empty() {
            command = command.flags(flags)?;
        }
        if let Some(date) = date.and_then(internal_date) {
            command = command.raw(&date);
        }
        let at_once = self.capabilities.has(Capability::LiteralPlus)
            || self.capabilities.has(Capability::LiteralMinus) && message.len() <= 4096;
        let command = command.raw(&format!("{{{}{}}}", message.len(), if at_once { "+" } else { "" }));
        let deadline = Instant::now() + DEADLINE;
        let mut batch = Batch::default();
        self.round_trips += 1;
        self.stop_idling(&mut batch, deadline).await?;
        self.write(command, &mut batch, deadline).await?;
        if !at_once {
            self.flush(deadline).await?;
            batch.await_go_ahead();
            while batch.awaits_go_ahead() {
                self.read(&mut batch, deadline).await?;
            }
            if batch.last_is_answered() {
                return batch.into_answers().ok().map(|_| None); // refused before the message
            }
        }
        for piece in message.chunks(PIECE) {
            // the wire keeps it until it is flushed
            self.session.get_mut().write_all(piece).await.map_err(|_| Error::Closed)?;
            self.flush(Instant::now() + DEADLINE).await?;
        }
        let deadline = Instant::now() + DEADLINE;
        self.send("", &mut true, &mut batch, deadline).await?;
        self.flush(deadline).await?;
        self.finish(&mut batch, deadline).await?;
        let answers = batch.into_answers().ok()?;
        let told = answers.all_codes().find_map(|code| match code {
            Code::AppendUid { validity, uids } => Some((*validity, uids.iter().next()?)),
            _ => None,
        });
        Ok(told.map(|(uid_validity, uid)| MessageRef { mailbox: mailbox.clone(), uid_validity, uid }))
    }

    /// The messages of the open mailbox that have this name, ascending, as of now: what was filed a moment ago by another
    /// connection too. There may be several; a copy has the name of what it was copied from.
    pub async fn find_message_id(&mut self, id: &MessageId) -> Result<Vec<Uid>, Error> {
        self.sync_now().await?;
        self.search(&Criteria::MessageId(id.clone()), &[], None).await
    }

    /// As [`Self::find_message_id`], of messages that were sent once more under this name.
    pub async fn find_resent(&mut self, id: &MessageId) -> Result<Vec<Uid>, Error> {
        self.sync_now().await?;
        self.search(&Criteria::ResentMessageId(id.clone()), &[], None).await
    }
}

/// `"13-Jan-2026 09:30:00 +0100"` (RFC 9051 9, `date-time`); `None` where the year has not four digits.
fn internal_date(moment: Moment) -> Option<String> {
    let offset = i64::from(moment.offset_minutes);
    let at = Civil::from_seconds(moment.seconds.checked_add(offset * 60)?)?;
    let month = fetch::MONTHS.get(usize::from(at.month).checked_sub(1)?)?;
    let sign = if offset < 0 { '-' } else { '+' };
    let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
    (hours < 24).then(|| {
        format!(
            "\"{:2}-{month}-{:04} {:02}:{:02}:{:02} {sign}{hours:02}{minutes:02}\"",
            at.day, at.year, at.hour, at.minute, at.second
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_servers_want_them() {
        let date = |seconds, offset_minutes| internal_date(Moment { seconds, offset_minutes });
        assert_eq!(date(1_768_293_000, 60).as_deref(), Some("\"13-Jan-2026 09:30:00 +0100\""));
        assert_eq!(date(0, -210).as_deref(), Some("\"31-Dec-1969 20:30:00 -0330\""));
        assert_eq!(date(1_767_222_000, 0).as_deref(), Some("\"31-Dec-2025 23:00:00 +0000\""));
        assert_eq!((date(i64::MAX, 0), date(i64::MIN, 0)), (None, None));
    }
}
