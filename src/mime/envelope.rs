//! What a header block says of its message.

use super::header_field::{Field, fields};
use super::{address_list, charset, content_type, date, parameter};
use crate::mail::{Address, Envelope, Part};

/// Reads a header block, or the fields of one that a list row needs. Never fails: what can't be read is left empty.
///
/// `From`, `Sender`, `Subject`, `Date` and `Message-ID` may stand there once (RFC 5322 3.6); of several the first
/// that says anything counts. Recipients of several fields are joined.
pub fn envelope(header: &[u8]) -> Envelope {
    read(header, None)
}

/// As [`envelope()`], of a message whose parts are known: bytes that nobody labelled are read by the charset of its first
/// text, where its own header names none.
pub fn envelope_beside(header: &[u8], top: &Part) -> Envelope {
    let of_text = if header.is_ascii() { None } else { charset_of_text(top) };
    read(header, of_text.as_deref())
}

/// The charset of the first text that names one; whoever writes raw bytes writes them all alike.
pub fn charset_of_text(top: &Part) -> Option<String> {
    let texts = top.walk().take(super::reading::MOST).filter(|part| part.is_a("text"));
    let mut labels = texts.filter_map(|part| parameter::value(&part.params, "charset"));
    labels.find(|label| charset::says_something(label))
}

fn read(header: &[u8], of_text: Option<&str>) -> Envelope {
    let mut envelope = Envelope::default();
    let mut own = None;
    // 8-bit bytes are read by the charset of the body, which mostly stands further down
    if !header.is_ascii() {
        let found = fields(header).find(|field| field.is("content-type"));
        own = found.and_then(|field| {
            let (_, params) = content_type::parse(&field.unfolded(None));
            params.into_iter().find(|(name, value)| name == "charset" && charset::says_something(value))
        });
    }
    let charset = own.as_ref().map(|(_, label)| label.as_str()).or(of_text);
    for field in fields(header) {
        match field.name.len() {
            2 if field.is("to") => envelope.to.extend(recipients(&field, charset)),
            2 if field.is("cc") => envelope.cc.extend(recipients(&field, charset)),
            3 if field.is("bcc") => envelope.bcc.extend(recipients(&field, charset)),
            4 if field.is("from") && envelope.from.is_empty() => envelope.from = addresses(&field, charset),
            4 if field.is("date") && envelope.sent_date.is_none() => {
                envelope.sent_date = date::parse(&field.unfolded(None));
            }
            6 if field.is("sender") && envelope.sender.is_none() => {
                envelope.sender = addresses(&field, charset).into_iter().next();
            }
            7 if field.is("subject") && envelope.subject.is_empty() => envelope.subject = field.text(charset),
            7 if field.is("list-id") && envelope.list_id.is_none() => envelope.list_id = list_id(&field, charset),
            8 if field.is("reply-to") => envelope.reply_to.extend(addresses(&field, charset)),
            10 if field.is("message-id") && envelope.message_id.is_none() => {
                envelope.message_id = message_ids(&field).into_iter().next();
            }
            10 if field.is("references") => envelope.references.extend(message_ids(&field)),
            27 if field.is("disposition-notification-to") => envelope.receipt_to.extend(addresses(&field, charset)),
            11 if field.is("in-reply-to") => envelope.in_reply_to.extend(message_ids(&field)),
            _ => {}
        }
    }
    envelope
}

fn addresses(field: &Field<'_>, charset: Option<&str>) -> Vec<Address> {
    address_list::parse(&field.unfolded(charset))
}

fn recipients(field: &Field<'_>, charset: Option<&str>) -> Vec<Address> {
    address_list::parse_recipients(&field.unfolded(charset))
}

/// The ids between angle brackets; where there are no brackets at all, the words.
fn message_ids(field: &Field<'_>) -> Vec<String> {
    let text = field.unfolded(None);
    let mut ids = Vec::new();
    let mut rest = text.as_ref();
    while let Some((_, after)) = rest.split_once('<') {
        let (id, behind) = after.split_once('>').unwrap_or((after, ""));
        // folding may have cut an id in two
        let id: String = id.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
        if !id.is_empty() {
            ids.push(id);
        }
        rest = behind;
    }
    if ids.is_empty() {
        let words = text.split_whitespace().map(|word| word.trim_matches(['"', ',', '>']));
        ids.extend(words.filter(|word| word.contains('@')).map(str::to_owned));
        let sole = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '<' | '>'));
        if ids.is_empty() && !sole.is_empty() && !sole.contains(char::is_whitespace) {
            ids.push(sole.to_owned());
        }
    }
    ids
}

pub(super) fn list_id(field: &Field<'_>, charset: Option<&str>) -> Option<String> {
    let text = field.text(charset);
    let id = text.rsplit_once('<').map_or(text.as_str(), |(_, id)| id.split('>').next().unwrap_or(id)).trim();
    (!id.is_empty()).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_field_is_read() {
        let envelope = envelope(
            b"From: Ann <a@b>\r\nSender: s@b\r\nReply-To: R <r@b>\r\nTo: t@b\r\nTo: u@b\r\nCc: c@b\r\nBcc: d@b\r\n\
              Subject: =?utf-8?Q?caf=C3=A9?=\r\nDate: Tue, 13 Jan 2026 09:30:00 +0100\r\nMessage-ID: <1@x>\r\nDisposition-Notification-To: R <r@b>\r\n\
              In-Reply-To: Your mail of <0@x>\r\nReferences: <-1@x>\r\n\t<0@x>\r\nList-Id: News <news.example.org>\r\n\r\n",
        );
        assert_eq!(envelope.from[0].name, "Ann");
        assert_eq!(envelope.sender.unwrap().addr, "s@b");
        assert_eq!(envelope.reply_to[0].addr, "r@b");
        assert_eq!(envelope.to.len(), 2);
        assert_eq!((envelope.cc.len(), envelope.bcc.len()), (1, 1));
        assert_eq!(envelope.subject, "café");
        assert_eq!(envelope.sent_date.unwrap().offset_minutes, 60);
        assert_eq!(envelope.message_id.as_deref(), Some("1@x"));
        assert_eq!(envelope.in_reply_to, ["0@x"]);
        assert_eq!(envelope.receipt_to[0].addr, "r@b");
        assert_eq!(envelope.references, ["-1@x", "0@x"]);
        assert_eq!(envelope.list_id.as_deref(), Some("news.example.org"));
    }

    #[test]
    fn of_several_single_fields_the_first_that_says_anything_counts() {
        let envelope = envelope(b"Subject: \r\nSubject: one\r\nSubject: two\r\nDate: x\r\nDate: 1 Jan 2026 0:00\r\nFrom: a@b\r\nFrom: c@d\r\n");
        assert_eq!(envelope.subject, "one");
        assert!(envelope.sent_date.is_some());
        assert_eq!(envelope.from.len(), 1);
    }

    #[test]
    fn raw_bytes_are_read_by_the_charset_of_the_message() {
        let envelope =
            envelope(b"Subject: \xf0\xf2\xe9\r\nFrom: \xf0 <a@b>\r\nContent-Type: text/plain;\r\n charset=koi8-r\r\n");
        assert_eq!((envelope.subject.as_str(), envelope.from[0].name.as_str()), ("ПРИ", "П"));
    }

    #[test]
    fn raw_bytes_are_read_by_the_charset_of_the_first_text_where_the_message_has_none() {
        let mut text = Part::leaf("1".parse().unwrap(), "text/plain");
        text.params.push(("charset".to_owned(), "koi8-r".to_owned()));
        let header = b"Subject: \xf0\xf2\xe9\r\nContent-Type: multipart/mixed; boundary=b\r\n";
        assert_eq!(envelope_beside(header, &text).subject, "ПРИ");
        let header = b"Subject: \xcf\r\nContent-Type: text/plain; charset=windows-1251\r\n";
        assert_eq!(envelope_beside(header, &text).subject, "П");
        assert_eq!(envelope_beside("Subject: é".as_bytes(), &text).subject, "é");
        text.params[0].1 = "iso-2022-jp".to_owned();
        assert_eq!(envelope_beside(b"Subject: \x93\xfa\x96{", &text).subject, "日本");
    }

    #[test]
    fn message_ids_come_with_or_without_brackets() {
        assert_eq!(envelope(b"Message-ID: abc@x\r\n").message_id.as_deref(), Some("abc@x"));
        assert_eq!(envelope(b"Message-ID: <no-at-sign>\r\n").message_id.as_deref(), Some("no-at-sign"));
        assert_eq!(envelope(b"References: a@x b@y\r\n").references, ["a@x", "b@y"]);
        assert_eq!(envelope(b"References: <a@\r\n x>\r\n").references, ["a@x"]);
        assert_eq!(envelope(b"Message-ID: <>\r\n").message_id.as_deref(), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) { // D-05
            envelope(&bytes);
            for name in ["From: ", "Date: ", "Subject: ", "References: ", "Content-Type: "] {
                envelope(&[name.as_bytes(), &bytes].concat());
            }
        }

        #[test]
        fn no_structure_makes_it_panic(text in "[\"<>@,;:()=?a-z Qb0-9é\\\\\\[\\]\r\n-]{0,120}") {
            envelope(format!("From: {text}\r\nDate: {text}\r\nSubject: {text}").as_bytes());
        }
    }
}
