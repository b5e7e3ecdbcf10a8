//! A message sent once more, by somebody else (RFC 5322 3.6.6).

use mail_builder::headers::HeaderType;
use mail_builder::headers::message_id::MessageId as Id;

use super::bcc::without_bcc;
use super::build_header::{addresses, date};
use super::header_write::write;
use crate::mail::{Address, MessageId, Moment};

/// Who sends it once more, when, to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resending {
    /// `Resent-From`.
    pub from: Address,
    /// `Resent-To`.
    pub to: Vec<Address>,
    /// `Resent-Cc`.
    pub cc: Vec<Address>,
    /// `Resent-Date`.
    pub date: Moment,
    /// `Resent-Message-ID`.
    pub message_id: MessageId,
}

/// The original, with the block of `Resent-` fields before everything else. Its own `Bcc` goes (`I-07`), and its line ends become
/// what SMTP wants (`I-06`); nothing else of it is touched.
pub fn resent(original: &[u8], by: &Resending) -> Vec<u8> {
    let fields = [
        ("Resent-Date", Some(date(by.date))),
        ("Resent-From", addresses(std::slice::from_ref(&by.from))),
        ("Resent-To", addresses(&by.to)),
        ("Resent-Cc", addresses(&by.cc)),
        ("Resent-Message-ID", Some(HeaderType::MessageId(Id::new(by.message_id.as_str().to_owned())))),
    ];
    let mut message = Vec::with_capacity(original.len() + 1_000);
    for (name, value) in fields {
        write(&mut message, name, value);
    }
    let mut before = 0;
    for byte in without_mbox_line(&without_bcc(original)) {
        match byte {
            b'\n' if before != b'\r' => message.extend_from_slice(b"\r\n"),
            // a CR alone, which the next octet shows
            _ if before == b'\r' && *byte != b'\n' => {
                message.push(b'\n');
                message.extend((*byte != 0).then_some(*byte));
            }
            0 => {}
            _ => message.push(*byte),
        }
        before = *byte;
    }
    if before == b'\r' {
        message.push(b'\n');
    }
    message
}

/// Without the `From ` line of an mbox, which would end the new fields.
fn without_mbox_line(message: &[u8]) -> &[u8] {
    match message.strip_prefix(b"From ").and_then(|line| memchr::memchr(b'\n', line)) {
        Some(end) => message.get(end + 6..).unwrap_or_default(),
        None => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by() -> Resending {
        let address = |name: &str, addr: &str| Address { name: name.into(), addr: addr.into() };
        Resending {
            from: address("Ann Böe", "ann@a.example"),
            to: vec![address("", "c@bücher.example"), address("x\r\nBcc: y", "d@d.example")],
            cc: Vec::new(),
            date: Moment { seconds: 0, offset_minutes: 60 },
            message_id: MessageId::parse("1@a.example").unwrap(),
        }
    }

    #[test]
    fn the_new_fields_stand_before_the_old_ones() {
        let message = resent(b"From x\nReceived: y\nFrom: b@b\nBcc: s@s\nSubject: z\n\nBcc: body\r\r\nb\0\rc\r", &by());
        assert_eq!(
            String::from_utf8_lossy(&message),
            "Resent-Date: Thu, 1 Jan 1970 01:00:00 +0100\r\nResent-From: =?utf-8?B?QW5uIELDtmU=?= <ann@a.example>\r\n\
             Resent-To: <c@xn--bcher-kva.example>, \"x  Bcc: y\" <d@d.example>\r\nResent-Message-ID: <1@a.example>\r\n\
             Received: y\r\nFrom: b@b\r\nSubject: z\r\n\r\nBcc: body\r\n\r\nb\r\nc\r\n"
        );
    }

    #[test]
    fn what_is_right_already_stays_to_the_octet() {
        let original = "Received: y\r\nDKIM-Signature: v=1;\r\n b=x\r\nFrom: b@b\r\n\r\nGrüße\r\n".as_bytes();
        assert!(resent(original, &by()).ends_with(original));
    }
}
