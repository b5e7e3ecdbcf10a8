//! What an address of the composer asks for: a message to be begun with another one, or with what a link suggests.

use super::error::Error;
use super::urls::{Begin, read_message_path};
use crate::account::{Start, mailto, recipients_so_far};
use crate::mail::{Mailto, MessageId};
use crate::store::random;

/// A name for a new message.
pub(super) fn fresh_id(user: &str) -> Result<MessageId, Error> {
    let domain = user.rsplit_once('@').map_or("", |(_, domain)| domain);
    Ok(MessageId::from_bytes(random().map_err(Error::broken)?, domain))
}

/// What the query asks for; a message that is written in no way of ours is nothing (`C-09`).
pub(super) fn start(asked: &[(String, String)]) -> Result<Start, Error> {
    let of = |begin: Begin| {
        let named = asked.iter().filter(move |(name, _)| name == begin.name());
        named.map(|(_, value)| read_message_path(value).ok_or(Error::NotFound)).collect::<Result<Vec<_>, _>>()
    };
    for begin in Begin::ALL {
        let mut messages = of(begin)?;
        if begin == Begin::ForwardAttached && !messages.is_empty() {
            return Ok(Start::ForwardAttached(messages));
        }
        let Some(message) = messages.pop() else { continue };
        return Ok(match begin {
            Begin::Reply => Start::Reply(message),
            Begin::ReplyAll => Start::ReplyAll(message),
            Begin::ReplyList => Start::ReplyList(message),
            Begin::Forward => Start::Forward(message),
            Begin::ForwardAttached => Start::ForwardAttached(vec![message]),
            Begin::Edit => Start::Edit(message),
            Begin::Again => Start::Again(message),
        });
    }
    Ok(Start::New(suggested(asked)))
}

/// What a link says: `mailto=`, or `to=`, `cc=`, `bcc=`, `subject=` and `body=`. It is shown before anything is sent, and
/// what is no address is told then.
fn suggested(asked: &[(String, String)]) -> Mailto {
    let mut begun = Mailto::default();
    // one line, whatever the link holds (I-05)
    let line = |text: &str| text.split(['\r', '\n', '\0']).next().unwrap_or_default().trim().to_owned();
    for (name, value) in asked {
        match name.as_str() {
            "mailto" => begun = mailto(value).unwrap_or(begun),
            "to" => begun.to.extend(recipients_so_far(&line(value))),
            "cc" => begun.cc.extend(recipients_so_far(&line(value))),
            "bcc" => begun.bcc.extend(recipients_so_far(&line(value))),
            "subject" => begun.subject = line(value),
            "body" => begun.body = value.replace("\r\n", "\n").replace(['\r', '\0'], ""),
            _ => {}
        }
    }
    begun
}
