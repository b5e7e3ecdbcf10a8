//! `mailto:` addresses (RFC 6068), hostile ones too.

use super::charset;
use super::header_field::visible;
use super::parameter::percent_decoded;
use super::recipients::recipients_so_far;
use super::text::tidy;
use crate::mail::{Address, Mailto, MessageId};

/// Octets that are looked at; the longest address that browsers hand over is far shorter.
const LONGEST: usize = 64 * 1024;
/// Recipients of one field.
const MOST: usize = 100;

/// What a `mailto:` address fills in; `None` where it is none. Fields other than `to`, `cc`, `bcc`, `subject`, `body` and
/// `in-reply-to` are nobody's business (RFC 6068 4): no link attaches files or chooses the sender.
pub fn mailto(address: &str) -> Option<Mailto> {
    let (scheme, rest) = address.trim().split_once(':')?;
    if !scheme.eq_ignore_ascii_case("mailto") || rest.len() > LONGEST {
        return None;
    }
    let rest = rest.split('#').next().unwrap_or_default();
    let (to, fields) = rest.split_once('?').unwrap_or((rest, ""));
    let mut message = Mailto::default();
    add(&mut message.to, to);
    for field in fields.split('&') {
        // pages that escape twice write `&amp;`
        let field = field.strip_prefix("amp;").unwrap_or(field);
        let Some((name, value)) = field.split_once('=') else { continue };
        match decoded(name).to_ascii_lowercase().as_str() {
            "to" => add(&mut message.to, value),
            "cc" => add(&mut message.cc, value),
            "bcc" => add(&mut message.bcc, value),
            "subject" if message.subject.is_empty() => message.subject = line(value),
            "body" if message.body.is_empty() => message.body = tidy(&decoded(value)),
            "in-reply-to" if message.in_reply_to.is_empty() => {
                message.in_reply_to.extend(MessageId::parse(&line(value)).ok());
            }
            _ => {}
        }
    }
    Some(message)
}

/// Adds the addresses of a list. Its commas separate; an escaped one may belong to a name, and separates nothing outside quotes
/// that the reader of lists would not separate too.
fn add(to: &mut Vec<Address>, list: &str) {
    for piece in list.split(',') {
        let room = MOST.saturating_sub(to.len());
        to.extend(recipients_so_far(&line(piece)).into_iter().take(room));
    }
}

/// Decoded, on one line: what a line end begins would be a field of its own (`I-05`).
fn line(value: &str) -> String {
    visible(&decoded(value)).trim().to_owned()
}

/// UTF-8, else what old pages wrote. A plus is a plus.
fn decoded(value: &str) -> String {
    charset::decode(None, &percent_decoded(value))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::recipients::recipients_field;
    use super::*;

    #[test]
    fn all_that_a_link_may_say_is_read() {
        let message = mailto(
            "MAILTO:ann@b.example,%22not%40me%22@c.example?subject=caf%C3%A9%20%2B+1&cc=d@e&CC=f@g&bcc=h@i&to=j@k\
             &body=one%0D%0Atwo%0A%00three&in-reply-to=%3C1%40x%3E#top",
        )
        .unwrap();
        assert_eq!(recipients_field(&message.to), "ann@b.example, \"not@me\"@c.example, j@k");
        assert_eq!(recipients_field(&message.cc), "d@e, f@g");
        assert_eq!(recipients_field(&message.bcc), "h@i");
        assert_eq!((message.subject.as_str(), message.body.as_str()), ("café ++1", "one\ntwo\nthree"));
        assert_eq!(message.in_reply_to, [MessageId::parse("1@x").unwrap()]);
        assert_eq!(mailto("mailto:?subject=a&amp;body=b").map(|message| message.body).as_deref(), Some("b"));
        assert_eq!(mailto("mailto:").unwrap(), Mailto::default());
        assert_eq!(mailto("mailto:j%F6rg@b.example").unwrap().to[0].addr, "jörg@b.example");
    }

    #[test]
    fn nothing_else_is_taken() {
        let message = mailto("mailto:a@b?attach=/etc/passwd&from=c@d&x-header=e&reply-to=f@g&content-type=text/html");
        assert_eq!(
            message.unwrap(),
            Mailto { to: vec![Address { addr: "a@b".into(), ..Address::default() }], ..Mailto::default() }
        );
        for no in ["", "a@b", "http://a@b", "javascript:alert(1)", &format!("mailto:{}", "a".repeat(LONGEST + 1))] {
            assert_eq!(mailto(no), None, "{no:.40}");
        }
        assert_eq!(mailto(&format!("mailto:{}", "a@b,".repeat(1_000))).unwrap().to.len(), MOST);
    }

    #[test]
    fn a_line_end_begins_no_field() {
        let message =
            mailto("mailto:a@b%0D%0ABcc:%20c@d?subject=x%0D%0ABcc:%20e@f&in-reply-to=1@x%0D%0ABcc:g@h").unwrap();
        assert_eq!(message.subject, "x  Bcc: e@f"); // I-05
        assert_eq!((message.in_reply_to.len(), message.bcc.len()), (0, 0));
        assert!(
            message.to.iter().all(|address| address.addr.is_empty() && !address.name.contains('\n')),
            "{message:?}"
        );
    }

    proptest! {
        #[test]
        fn no_address_makes_it_panic(text in "mailto:[a-c@,?&=%0-9A-F\r\né<>\";:.-]{0,80}") {
            let message = mailto(&text).unwrap();
            prop_assert!(!message.subject.chars().any(char::is_control));
        }
    }
}
