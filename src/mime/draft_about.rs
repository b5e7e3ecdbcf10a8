//! What a draft answers or passes on, as its own field says it: `forwards 7 SU5CT1g 42 43`, which is UIDVALIDITY, mailbox and UIDs.
//! It is for whoever goes on with the draft, and leaves with no message (`super::bcc`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::mail::{About, MailboxName, MessageRef, Uid, UidValidity};

/// The longest name of a mailbox here, in octets: a line of a header ends at 998, and no word is broken.
const LONGEST_NAME: usize = 600;
/// The most messages that are told.
const MOST: usize = 200;

/// The field's text. Of messages in several mailboxes those in the first one's are told. `None` where it can't be told.
pub(super) fn about(about: &About) -> Option<String> {
    let (what, messages) = match about {
        About::Answers(message) => ("answers", std::slice::from_ref(message)),
        About::Forwards(messages) => ("forwards", messages.as_slice()),
    };
    let first = messages.first()?;
    let name = mailbox_text(&first.mailbox);
    let is_there = |one: &&MessageRef| one.mailbox == first.mailbox && one.uid_validity == first.uid_validity;
    let uids = messages.iter().filter(is_there).take(MOST).map(|one| one.uid.number().to_string());
    let words = [what.to_owned(), first.uid_validity.number().to_string(), name].into_iter().chain(uids);
    (first.mailbox.as_str().len() <= LONGEST_NAME).then(|| words.collect::<Vec<_>>().join(" "))
}

/// Reads what [`about`] writes, and nothing else. Whoever it is from: it says only what is marked in one's own mailbox.
pub(super) fn read_about(text: &str) -> Option<About> {
    let mut words = text.split_ascii_whitespace();
    let (what, uid_validity, name) = (words.next()?, words.next()?, words.next()?);
    let uid_validity = UidValidity::new(uid_validity.parse().ok()?)?;
    let mailbox = read_mailbox(name)?;
    let message = |uid: &str| {
        let uid = Uid::new(uid.parse().ok()?)?;
        Some(MessageRef { mailbox: mailbox.clone(), uid_validity, uid })
    };
    let messages: Vec<MessageRef> = words.take(MOST).map(message).collect::<Option<_>>()?;
    match (what, messages.as_slice()) {
        ("answers", [message]) => Some(About::Answers(message.clone())),
        ("forwards", [_, ..]) => Some(About::Forwards(messages)),
        _ => None,
    }
}

/// The name, and behind a dot how the server writes it, where that can't be known from the name.
fn mailbox_text(mailbox: &MailboxName) -> String {
    let name = URL_SAFE_NO_PAD.encode(mailbox.as_str());
    match mailbox.wire_form() {
        Some(wire) => format!("{name}.{}", URL_SAFE_NO_PAD.encode(wire)),
        None => name,
    }
}

fn read_mailbox(text: &str) -> Option<MailboxName> {
    let (name, wire) = text.split_once('.').map_or((text, None), |(name, wire)| (name, Some(wire)));
    let name = String::from_utf8(URL_SAFE_NO_PAD.decode(name).ok()?).ok()?;
    match wire {
        Some(wire) => MailboxName::with_wire_form(&name, &URL_SAFE_NO_PAD.decode(wire).ok()?).ok(),
        None => MailboxName::new(&name).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(mailbox: MailboxName, uid: u32) -> MessageRef {
        MessageRef { mailbox, uid_validity: UidValidity::new(7).unwrap(), uid: Uid::new(uid).unwrap() }
    }

    #[test]
    fn what_is_told_is_read_again() {
        let odd = MailboxName::with_wire_form("Entw\u{fc}rfe", b"Entw&bad").unwrap();
        let work = MailboxName::new("Work/Gr\u{fc}\u{df}e, \u{65e5}\u{672c}").unwrap();
        for told in [
            About::Answers(at(MailboxName::inbox(), 42)),
            About::Answers(at(odd.clone(), 1)),
            About::Forwards((1..=100).map(|uid| at(work.clone(), uid)).collect()),
        ] {
            let text = about(&told).unwrap();
            let read = read_about(&text).unwrap();
            assert_eq!(read, told, "{text}");
            if let About::Answers(message) = &read {
                let About::Answers(before) = &told else { panic!() };
                assert_eq!(message.mailbox.wire_form(), before.mailbox.wire_form());
            }
            assert!(text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' '), "{text}"); // I-05
        }
        let two = About::Forwards(vec![at(work.clone(), 1), at(MailboxName::inbox(), 2), at(work.clone(), 3)]);
        let first = About::Forwards(vec![at(work.clone(), 1), at(work, 3)]);
        assert_eq!(read_about(&about(&two).unwrap()), Some(first));
    }

    #[test]
    fn what_is_none_of_ours_is_not_read() {
        for wrong in [
            "",
            "answers",
            "answers 7 SU5CT1g",
            "answers 7 SU5CT1g 1 2",
            "answers 0 SU5CT1g 1",
            "answers 7 ! 1",
            "answers 7 SU5CT1g 0",
            "forwards 7 SU5CT1g x",
            "forwards 7 SU5CT1g",
            "reads 7 SU5CT1g 1",
            "forwards 7 DQo 1",
        ] {
            assert_eq!(read_about(wrong), None, "{wrong:?}");
        }
    }
}
