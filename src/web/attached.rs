//! Files of a message being written, as its form carries them: `upload:ID`, `part:MAILBOX/7/42/2` or
//! `message:MAILBOX/7/42`, and behind a question mark what is known of it. The octets stay where they are; what the
//! field says beside that is for the page alone, and is made anew when the message is built.

use serde::Serialize;

use super::attachments::picture;
use super::locale::Locale;
use super::shown::clean;
use super::sizes::size;
use super::urls::{message_path, read_message_path};
use crate::mail::{Attachment, Source, UploadId};

/// Octets of a message for each hundred of its files: base64 makes four of three, and lines of 76.
const ON_THE_WAY: u64 = 138;

/// What files of these octets become in a message.
pub(super) fn on_the_way(octets: u64) -> u64 {
    octets.saturating_mul(ON_THE_WAY) / 100
}

/// What files may have together in a message of so many octets.
pub(super) fn room_for_files(message: u64) -> u64 {
    message.saturating_mul(100) / ON_THE_WAY
}

/// Octets of the largest file: what the operator allows, and what fits into a message that the submission server takes.
pub(super) fn largest_file(operator: u64, server: Option<u64>) -> u64 {
    server.map_or(operator, |server| operator.min(room_for_files(server)))
}

/// Files of one message.
pub(super) const MOST: usize = 200;
/// The longest name in bytes (`A-02`).
const LONGEST_NAME: usize = 250;

/// A card of the composer.
#[derive(Serialize)]
pub(super) struct Card {
    token: String,
    name: String,
    size: String,
    icon: &'static str,
    tone: &'static str,
    /// Whether this one is in the way.
    bad: bool,
    /// The value of the button that takes it off.
    remove: String,
    remove_label: String,
}

/// The field's text.
pub(super) fn token(file: &Attachment) -> String {
    let place = match &file.source {
        Source::Upload(id) => format!("upload:{id}"),
        Source::Part(message, path) => format!("part:{}/{path}", message_path(message)),
        Source::Message(message) => format!("message:{}", message_path(message)),
    };
    let mut about = url::form_urlencoded::Serializer::new(place + "?");
    about.append_pair("name", &file.name);
    about.append_pair("type", &file.media_type);
    about.append_pair("size", &file.size.to_string());
    if let Some(id) = &file.content_id {
        about.append_pair("cid", id);
    }
    about.finish()
}

/// Reads what [`token`] writes. A name is one line without slashes, a type `word/word` (`I-05`).
pub(super) fn read_token(text: &str) -> Option<Attachment> {
    let (place, about) = text.split_once('?').unwrap_or((text, ""));
    let source = match place.split_once(':')? {
        ("upload", id) => Source::Upload(UploadId::parse(id)?),
        ("part", part) => {
            let (message, path) = part.rsplit_once('/')?;
            Source::Part(read_message_path(message)?, path.parse().ok()?)
        }
        ("message", message) => Source::Message(read_message_path(message)?),
        _ => return None,
    };
    let mut file = Attachment {
        name: String::new(),
        media_type: "application/octet-stream".to_owned(),
        size: 0,
        content_id: None,
        source,
    };
    for (name, value) in url::form_urlencoded::parse(about.as_bytes()) {
        match &*name {
            "name" => file.name = one_name(&value),
            "type" if is_media_type(&value) => file.media_type = value.into_owned(),
            "size" => file.size = value.parse().ok()?,
            "cid" if is_content_id(&value) => file.content_id = Some(value.into_owned()),
            _ => {}
        }
    }
    Some(file)
}

/// A file's name: one line, no path, of bearable length.
fn one_name(text: &str) -> String {
    let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut name: String = last.chars().filter(|c| !c.is_control()).collect();
    while name.len() > LONGEST_NAME {
        name.pop();
    }
    name
}

fn is_media_type(text: &str) -> bool {
    let word = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    text.len() <= 127 && text.split_once('/').is_some_and(|(top, sub)| word(top) && word(sub))
}

fn is_content_id(text: &str) -> bool {
    (1..=200).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"&".contains(&byte))
}

/// The cards of these files; `bad` says which are in the way, and why.
pub(super) fn cards(files: &[Attachment], bad: &[(usize, String)], locale: &Locale) -> Vec<Card> {
    let language = &locale.language;
    let card = |(at, file): (usize, &Attachment)| {
        let name = match clean(&file.name) {
            name if name.is_empty() => locale.text("file-without-name").to_owned(),
            name => name,
        };
        let trouble = bad.iter().find(|(number, _)| *number == at).map(|(_, text)| text.clone());
        let (icon, tone) = match trouble {
            Some(_) => ("circle-alert", ""),
            None => picture(&file.media_type, &file.name),
        };
        Card {
            token: token(file),
            bad: trouble.is_some(),
            size: trouble.unwrap_or_else(|| size(file.size, language)),
            icon,
            tone,
            remove: format!("remove:{at}"),
            remove_label: language.say("compose-remove", [("name", name.as_str().into())]),
            name,
        }
    };
    files.iter().enumerate().map(card).collect()
}

/// The octets of all of them, as far as they are known.
pub(super) fn total(files: &[Attachment]) -> u64 {
    files.iter().fold(0, |sum: u64, file| sum.saturating_add(file.size))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{MailboxName, MessageRef, PartPath, Uid, UidValidity};

    fn message() -> MessageRef {
        MessageRef {
            mailbox: MailboxName::new("Work/Kunden").unwrap(),
            uid_validity: UidValidity::new(7).unwrap(),
            uid: Uid::new(42).unwrap(),
        }
    }

    #[test]
    fn a_file_reads_back_as_it_was_written() {
        let path: PartPath = "2.1".parse().unwrap();
        for source in [
            Source::Upload(UploadId::from_bytes([0xab; 16])),
            Source::Part(message(), path),
            Source::Message(message()),
        ] {
            let file = Attachment {
                name: "Plan ü & Co; 100%?.pdf".into(),
                media_type: "application/pdf".into(),
                size: 5_100_000,
                content_id: Some("a@b".into()),
                source,
            };
            assert_eq!(read_token(&token(&file)), Some(file.clone()), "{}", token(&file));
        }
    }

    #[test]
    fn what_names_no_file_is_refused_and_a_name_is_one_line_without_a_path() {
        for wrong in [
            "",
            "upload:",
            "upload:../../etc/passwd",
            "upload:ABCDEF",
            "part:INBOX/7/42",
            "part:INBOX/7/42/x",
            "message:INBOX/7",
            "file:///etc/passwd",
            "upload:abababababababababababababababab?size=-1",
        ] {
            assert_eq!(read_token(wrong), None, "{wrong:?}"); // C-09
        }
        let text = "message:INBOX/7/42?name=..%2F..%5Ca%0D%0Ab.pdf&type=text%2Fhtml%0D%0Ax&cid=%3Cx%3E";
        let file = read_token(text).unwrap();
        assert_eq!((file.name.as_str(), file.media_type.as_str()), ("ab.pdf", "application/octet-stream")); // I-05
        assert_eq!(file.content_id, None);
    }
}
