use bytes::Bytes;
use proptest::prelude::*;

use super::super::header_field::fields;
use super::super::{envelope, file_name, html, inline_ids, reading, structure, text, transfer, without_bcc};
use super::*;
use crate::mail::{Address, Attachment, MessageId, Moment, Part, PartPath, Priority, Source, UploadId};

fn address(name: &str, addr: &str) -> Address {
    Address { name: name.into(), addr: addr.into() }
}

fn draft() -> Draft {
    Draft {
        from: address("Ann Bee", "ann@a.example"),
        to: vec![address("Ben", "ben@b.example")],
        subject: "Lunch?".into(),
        text: "Hello".into(),
        ..Draft::new(
            MessageId::from_bytes([7; 16], "a.example"),
            Moment::from_civil((2026, 11, 29), (9, 30, 0), 60).unwrap(),
        )
    }
}

fn attachment(name: &str, media_type: &str) -> Attachment {
    Attachment {
        name: name.into(),
        media_type: media_type.into(),
        size: 0,
        content_id: None,
        source: Source::Upload(UploadId::from_bytes([1; 16])),
    }
}

/// What must hold of everything that is built.
#[track_caller]
fn assert_sound(message: &[u8]) {
    let lines: Vec<&[u8]> = message.split(|byte| *byte == b'\n').collect();
    let (last, lines) = lines.split_last().unwrap();
    assert_eq!(*last, b"", "the last line ends");
    for line in lines {
        let line = line.strip_suffix(b"\r").expect("every LF follows a CR"); // I-06
        assert!(line.len() <= 998 && !line.contains(&b'\r') && !line.contains(&0), "{}", String::from_utf8_lossy(line)); // I-06
    }
    assert!(message.is_ascii(), "7-bit: {}", String::from_utf8_lossy(message)); // R-37
}

/// The same, where an address of another alphabet may stand.
#[track_caller]
fn assert_sound_but_for_names(message: &[u8]) {
    assert_sound(String::from_utf8_lossy(message).replace(|c: char| !c.is_ascii(), "_").as_bytes());
}

fn names(message: &[u8]) -> Vec<String> {
    fields(message).map(|field| String::from_utf8_lossy(field.name).into_owned()).collect()
}

/// The text of the part at `path`, as our own reader has it.
fn read_text(message: &[u8], path: &str) -> String {
    let parsed = structure(message);
    let part = parsed.part.find(&path.parse().unwrap()).unwrap();
    text(part, &message[parsed.ranges[&part.path].clone()])
}

fn octets(message: &[u8], part: &Part) -> Vec<u8> {
    transfer::decode(&part.encoding, &message[structure(message).ranges[&part.path].clone()])
}

fn types(part: &Part) -> String {
    let inside: Vec<String> = part.children().iter().map(types).collect();
    if inside.is_empty() { part.media_type.clone() } else { format!("{}({})", part.media_type, inside.join(" ")) }
}

#[test]
fn a_plain_message_is_as_plain_as_can_be() {
    let message = build(&draft(), &[], Copy::WithBcc);
    assert_sound(&message);
    let expected = format!(
        "Date: Sun, 29 Nov 2026 09:30:00 +0100\r\nFrom: \"Ann Bee\" <ann@a.example>\r\nTo: \"Ben\" <ben@b.example>\r\n\
         Subject: Lunch?\r\nMessage-ID: <{}@a.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=\"utf-8\"; format=\"flowed\"\r\nContent-Transfer-Encoding: 7bit\r\n\r\nHello\r\n",
        "07".repeat(16)
    );
    assert_eq!(String::from_utf8_lossy(&message), expected);
}

#[test]
fn every_field_is_written_and_read_back() {
    let all = Draft {
        organisation: "Bücher & Söhne".into(),
        reply_to: vec![address("Büro", "office@a.example")],
        to: vec![address("Jörg \"J\" Groß, Dr.", "j@bücher.example"), address("", "x@y")],
        cc: vec![address("ירון", "y@c.example")],
        bcc: vec![address("Secret", "s@d.example")],
        subject: "Grüße 🎉 =?utf-8?Q?x?= ".repeat(20),
        in_reply_to: vec![MessageId::parse("1@x").unwrap()],
        references: (0..30).map(|n| MessageId::parse(&format!("{n}@{}", "x".repeat(60))).unwrap()).collect(),
        priority: Priority::High,
        asks_receipt: true,
        ..draft()
    };
    let message = build(&all, &[], Copy::WithBcc);
    assert_sound(&message);
    let read = envelope(&message);
    assert_eq!(read.from, std::slice::from_ref(&all.from));
    assert_eq!(read.reply_to, all.reply_to);
    assert_eq!(read.to, [address("Jörg \"J\" Groß, Dr.", "j@xn--bcher-kva.example"), address("", "x@y")]);
    assert_eq!((&read.cc, &read.bcc), (&all.cc, &all.bcc));
    assert_eq!(read.subject, all.subject.trim());
    assert_eq!(read.sent_date, Some(all.date));
    assert_eq!(read.message_id.as_deref(), Some(all.message_id.as_str()));
    assert_eq!(read.in_reply_to, ["1@x"]);
    assert_eq!(read.references, all.references.iter().map(ToString::to_string).collect::<Vec<_>>());
    assert_eq!(read.receipt_to, std::slice::from_ref(&all.from));
    let said = super::super::headers(&message);
    let said = |name: &str| said.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    assert_eq!(said("Organization"), Some("Bücher & Söhne"));
    assert_eq!((said("X-Priority"), said("Importance")), (Some("1"), Some("high")));

    let outgoing = build(&all, &[], Copy::Outgoing);
    assert_eq!(without_bcc(&message), outgoing, "the same octets but for Bcc"); // I-07
    assert!(!names(&outgoing).contains(&"Bcc".to_owned()) && !outgoing.windows(9).any(|found| found == b"s@d.examp")); // I-07
}

#[test]
fn nobody_is_told_of_the_blind_alone() {
    let blind = Draft { to: Vec::new(), bcc: vec![address("", "s@d.example")], ..draft() };
    let outgoing = build(&blind, &[], Copy::Outgoing);
    assert!(String::from_utf8_lossy(&outgoing).contains("\r\nTo: undisclosed-recipients:;\r\n"));
    assert_eq!(envelope(&outgoing).to, []);
    assert!(!names(&build(&Draft { to: Vec::new(), ..draft() }, &[], Copy::WithBcc)).contains(&"To".to_owned()));
}

#[test]
fn what_is_no_address_yet_is_kept_as_a_name() {
    let unfinished = Draft { to: vec![address("ben", ""), address("Cy", "cy@"), address("", "a b@c")], ..draft() };
    let message = build(&unfinished, &[], Copy::WithBcc);
    assert_sound(&message);
    assert_eq!(envelope(&message).to, [address("ben", ""), address("Cy cy@", ""), address("a b@c", "")]);
}

#[test]
fn a_thousand_recipients_are_a_thousand() {
    let to: Vec<_> = (0..1_000).map(|n| address(&format!("Person Número {n}"), &format!("p{n}@b.example"))).collect();
    let message = build(&Draft { to: to.clone(), bcc: to.clone(), ..draft() }, &[], Copy::WithBcc);
    assert_sound(&message);
    assert_eq!(envelope(&message).to, to);
    assert_eq!(envelope(&without_bcc(&message)), envelope(&build(&Draft { to, ..draft() }, &[], Copy::WithBcc))); // I-07
}

#[test]
fn looks_pictures_and_files_each_have_their_place() {
    let mut logo = attachment("logo.png", "image/png");
    logo.content_id = Some("logo@a.example".into());
    let mut unused = attachment("unused.png", "image/png");
    unused.content_id = Some("unused@a.example".into());
    let rich = Draft {
        html: Some("<p>Hé <img src=\"cid:logo@a.example\"></p>".into()),
        attachments: vec![attachment("Über \"uns\" 📎.pdf", "application/pdf"), logo, unused],
        ..draft()
    };
    let files = [&b"%PDF\r\n\0\xff"[..], b"\x89PNG\0\r\r\n", b"\x89PNG"].map(Bytes::from_static);
    let message = build(&rich, &files, Copy::Outgoing);
    assert_sound(&message);
    let parsed = structure(&message);
    assert_eq!(
        types(&parsed.part),
        "multipart/mixed(multipart/alternative(text/plain multipart/related(text/html image/png)) application/pdf image/png)"
    );
    let part = |path: &str| parsed.part.find(&path.parse().unwrap()).unwrap();
    assert_eq!(inline_ids(&parsed.part)[0], ("logo@a.example".to_owned(), "1.2.2".parse::<PartPath>().unwrap()));
    assert_eq!(file_name(part("2")), "Über _uns_ 📎.pdf");
    assert_eq!(octets(&message, part("2")), files[0]);
    assert_eq!((octets(&message, part("1.2.2")), octets(&message, part("3"))), (files[1].to_vec(), files[2].to_vec()));
    let shown = html(part("1.2.1"), &message[parsed.ranges[&"1.2.1".parse().unwrap()].clone()]);
    assert!(shown.as_str().contains("<p>Hé <img src=\"cid:logo@a.example\"></p>"));
    let offered = reading(&parsed.part).attachments;
    assert_eq!(offered, ["2".parse().unwrap(), "3".parse().unwrap()]);
    assert_eq!(build(&rich, &files, Copy::Outgoing), message, "the same draft is the same octets");
}

#[test]
fn files_arrive_as_they_were_whatever_their_type() {
    for media_type in
        ["text/plain", "text/csv", "text/html", "", "multipart/mixed", "message/partial", "x\r\nBcc: a@b/c", "a/b/c"]
    {
        for file in [&b"a\rb\0c\nd  \r\n"[..], "é\n".as_bytes(), b"\xff", b"", b"From x\r\n.\r\n"] {
            let with = Draft { attachments: vec![attachment("x", media_type)], ..draft() };
            let message = build(&with, &[Bytes::copy_from_slice(file)], Copy::Outgoing);
            assert_sound(&message);
            let parsed = structure(&message);
            let part = parsed.part.find(&"2".parse().unwrap()).unwrap();
            assert_eq!(octets(&message, part), file, "{media_type}");
        }
    }
}

#[test]
fn attached_messages_stay_messages() {
    let attached = |message: &[u8]| {
        let with = Draft { attachments: vec![attachment("Lunch.eml", "message/rfc822")], ..draft() };
        build(&with, &[Bytes::copy_from_slice(message)], Copy::Outgoing)
    };
    let inner = build(&Draft { bcc: vec![address("", "s@d.example")], ..draft() }, &[], Copy::WithBcc);
    let message = attached(&inner);
    assert_sound(&message);
    let parsed = structure(&message);
    assert_eq!(types(&parsed.part), "multipart/mixed(text/plain message/rfc822(text/plain))");
    let path: PartPath = "2".parse().unwrap();
    assert_eq!(&message[parsed.ranges[&path].clone()], without_bcc(&inner).as_ref()); // I-07
    assert_eq!(parsed.part.find(&path).unwrap().encoding, "7bit"); // RFC 2046 5.2.1

    // with the name of the draft itself, and so with its boundaries
    let twice = attached(&message);
    assert_sound(&twice);
    assert_eq!(
        types(&structure(&twice).part),
        "multipart/mixed(text/plain message/rfc822(multipart/mixed(text/plain message/rfc822(text/plain))))"
    );

    let eight_bit = attached("Subject: é\nX: y\n\nGrüße\n".as_bytes());
    let parsed = structure(&eight_bit);
    assert_eq!(parsed.part.find(&path).unwrap().encoding, "8bit");
    assert_eq!(&eight_bit[parsed.ranges[&path].clone()], "Subject: é\r\nX: y\r\n\r\nGrüße\r\n".as_bytes());

    // what may not stand there as it is goes as a file
    for odd in [&b""[..], b"Subject: a\rb\r\n\r\n", b"A: b\r\n\r\n\0", &[b"A: b\r\n\r\n", &[b'x'; 999][..]].concat()] {
        let message = attached(odd);
        assert_sound(&message);
        let parsed = structure(&message);
        assert_eq!(types(&parsed.part), "multipart/mixed(text/plain application/octet-stream)");
        assert_eq!(octets(&message, parsed.part.find(&path).unwrap()), odd);
    }
}

#[test]
fn an_address_of_another_alphabet_stays_itself() {
    let message = build(&Draft { to: vec![address("", "jörg@bücher.example")], ..draft() }, &[], Copy::Outgoing);
    assert!(String::from_utf8_lossy(&message).contains("\r\nTo: <jörg@bücher.example>\r\n")); // RFC 6532
}

#[test]
fn dates_of_every_zone_and_year_are_written() {
    for (moment, written) in [
        (Moment { seconds: 0, offset_minutes: -210 }, "Wed, 31 Dec 1969 20:30:00 -0330"),
        (Moment { seconds: 1_796_000_000, offset_minutes: 345 }, "Mon, 30 Nov 2026 06:38:20 +0545"),
        (Moment { seconds: -62_135_596_800, offset_minutes: 0 }, "Mon, 1 Jan 0001 00:00:00 +0000"),
    ] {
        let message = build(&Draft { date: moment, ..draft() }, &[], Copy::Outgoing);
        assert!(
            message.starts_with(format!("Date: {written}\r\n").as_bytes()),
            "{}",
            String::from_utf8_lossy(&message)
        );
    }
    assert_sound(&build(
        &Draft { date: Moment { seconds: i64::MAX / 4, offset_minutes: 0 }, ..draft() },
        &[],
        Copy::Outgoing,
    )); // R-20
}

#[test]
fn long_lines_are_whole_on_the_other_side() {
    for long in ["x".repeat(10_000), "word ".repeat(2_000) + "end", "日本語".repeat(4_000), "é ".repeat(5_000) + "é"]
    {
        let message = build(&Draft { text: long.clone(), subject: long.clone(), ..draft() }, &[], Copy::Outgoing);
        assert_sound(&message); // I-06
        assert_eq!(read_text(&message, "1"), long.clone() + "\n");
        assert_eq!(envelope(&message).subject, long.trim());
    }
}

/// Any text at all, with what could break something more often than elsewhere.
fn any_text() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        "\\PC{0,12}|[\r\n\\x00-\\x1f\\x7f]{1,3}|Bcc: |=\\?utf-8\\?Q\\?=0A\\?=|[<>@,;:\"\\\\() ]{1,3}",
        0..12,
    )
    .prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_value_makes_a_second_field(
        said in proptest::collection::vec(any_text(), 8), addr in any_text(), kind in any_text(),
    ) { // I-05
        let wild = Draft {
            from: address(&said[0], &addr),
            organisation: said[1].clone(),
            reply_to: vec![address(&said[2], "a@b")],
            to: vec![address(&said[3], &addr), address("", &said[4])],
            bcc: vec![address(&said[5], "a@b")],
            subject: said[6].clone(),
            attachments: vec![Attachment { content_id: Some(addr.clone()), ..attachment(&said[7], &kind) }],
            html: Some(format!("cid:{addr}")),
            asks_receipt: true,
            ..draft()
        };
        let message = build(&wild, &[Bytes::from_static(b"x")], Copy::WithBcc);
        let mut allowed = vec!["Date", "From", "Reply-To", "To", "Bcc", "Subject", "Message-ID", "Organization",
            "Disposition-Notification-To", "MIME-Version", "Content-Type"];
        for name in names(&message) {
            let at = allowed.iter().position(|one| *one == name);
            prop_assert!(at.is_some(), "{} in {}", name, String::from_utf8_lossy(&message));
            allowed.remove(at.unwrap());
        }
        let whole = String::from_utf8_lossy(&message).into_owned();
        for part in whole.split("\r\n--=_").skip(1).filter(|part| !part.contains("--\r\n")) {
            for name in names(part.split_once("\r\n").unwrap().1.as_bytes()) {
                prop_assert!(["Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-ID"].contains(&name.as_str()), "{name}");
            }
        }
        prop_assert_eq!(structure(&message).part.children().len(), 2);
    }

    #[test]
    fn no_strangers_header_gets_a_field_into_an_answer(
        lines in proptest::collection::vec(
            "(From|Reply-To|To|Cc|Mail-Followup-To|List-Post|Subject|Message-ID|References|In-Reply-To): ?([a-c@<>\",;:()=?_é \t\\x00\r]|=\\?utf-8\\?Q\\?=0D=0ABcc:_a@b\\?=|\r\n |<mailto:a@b%0D%0ABcc:c>|<[a-c]@b>){0,12}", 0..12,
        ),
    ) { // I-03
        let header = lines.join("\r\n");
        let original = envelope(header.as_bytes());
        let routes = super::super::routes(header.as_bytes());
        for answer in [super::super::Answer::Sender, super::super::Answer::Everybody, super::super::Answer::List] {
            let (to, cc) = super::super::addressees(&original, &routes, answer, &[]);
            let (in_reply_to, references) = super::super::answered_ids(&original);
            let subject = super::super::reply_subject(&original.subject);
            let message = build(&Draft { to: to.clone(), cc: cc.clone(), in_reply_to, references, subject, ..draft() }, &[], Copy::Outgoing);
            assert_sound_but_for_names(&message);
            let allowed = ["Date", "From", "To", "Cc", "Subject", "Message-ID", "In-Reply-To", "References", "MIME-Version",
                "Content-Type", "Content-Transfer-Encoding"];
            let mut found = names(&message);
            prop_assert!(found.iter().all(|name| allowed.contains(&name.as_str())), "{:?}", found);
            found.sort();
            prop_assert!(found.windows(2).all(|two| two[0] != two[1]), "{:?}", found);
            let addrs = |list: &[Address]| list.iter().map(|one| super::super::wire_address(&one.addr).unwrap()).collect::<Vec<_>>();
            let read = envelope(&message);
            prop_assert_eq!(read.to.iter().map(|one| one.addr.clone()).collect::<Vec<_>>(), addrs(&to), "nobody else is written to");
            prop_assert_eq!(read.cc.iter().map(|one| one.addr.clone()).collect::<Vec<_>>(), addrs(&cc));
        }
    }

    #[test]
    fn what_is_built_is_read_back_equal(
        name in "\\PC{0,60}", subject in "\\PC{0,200}", text in "[\\PC\n>]{0,400}", file in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let neat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (name, subject) = (neat(&name).replace("=?", ""), neat(&subject));
        let written = Draft {
            from: address(&name, "ann@a.example"),
            subject: subject.clone(),
            text: text.clone(),
            html: Some("<p>x</p>".into()),
            attachments: vec![attachment("a.bin", "application/x-any")],
            ..draft()
        };
        let message = build(&written, &[Bytes::copy_from_slice(&file)], Copy::Outgoing);
        assert_sound(&message);
        let read = envelope(&message);
        prop_assert_eq!(&read.from[0].name, &name);
        prop_assert_eq!(&read.subject, &subject);
        let parsed = structure(&message);
        prop_assert_eq!(octets(&message, parsed.part.find(&"2".parse().unwrap()).unwrap()), file);
        let again = Draft { text: read_text(&message, "1.1").strip_suffix('\n').unwrap().to_owned(), ..written };
        prop_assert_eq!(read_text(&build(&again, &[Bytes::new()], Copy::Outgoing), "1.1"), read_text(&message, "1.1"));
        let bare = |text: &str| text.replace([' ', '\n', '\u{feff}'], "");
        prop_assert_eq!(bare(&again.text), bare(&text));
    }
}
