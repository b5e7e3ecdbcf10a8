//! What is built, read by somebody else: Python's `email`, which shares no line with us.

use bytes::Bytes;
use fernpost::mail::{Address, Attachment, Draft, MessageId, Moment, Priority, Source, UploadId};
use fernpost::mime::{self, Copy};

use crate::python::{assert_read_by_python, expected};

fn address(name: &str, addr: &str) -> Address {
    Address { name: name.to_owned(), addr: addr.to_owned() }
}

fn file(name: &str, media_type: &str) -> Attachment {
    Attachment {
        name: name.to_owned(),
        media_type: media_type.to_owned(),
        size: 0,
        content_id: None,
        source: Source::Upload(UploadId::from_bytes([1; 16])),
    }
}

fn draft(number: u8) -> Draft {
    Draft {
        from: address("Ann Bee", "ann@a.example"),
        to: vec![address("Ben", "ben@b.example")],
        subject: "Lunch?".to_owned(),
        text: "Hello".to_owned(),
        ..Draft::new(
            MessageId::from_bytes([number; 16], "a.example"),
            Moment { seconds: 1_796_000_000, offset_minutes: -210 },
        )
    }
}

/// Drafts with the octets of their files.
fn drafts() -> Vec<(Draft, Vec<Bytes>)> {
    let everywhere = "Ünïcödé 日本語 🎉 שלום";
    let id = |text: &str| MessageId::parse(text).expect("an id");
    let all = Draft {
        from: address(everywhere, "ann@bücher.example"),
        organisation: everywhere.to_owned(),
        reply_to: vec![address(everywhere, "r@a.example")],
        to: vec![address(everywhere, "t@b.example"), address("Bee, Ann \"B\" \\ (x)", "\"a b\"@c.example")],
        cc: vec![address("مرحبا", "c@c.example")],
        bcc: vec![address(everywhere, "s@d.example")],
        subject: everywhere.to_owned(),
        text: format!("{everywhere}\n> {everywhere}\n-- \n{everywhere}"),
        html: Some(format!("<p>{everywhere}</p>")),
        in_reply_to: vec![id("1@x")],
        references: vec![id("0@x"), id("1@x")],
        priority: Priority::Low,
        asks_receipt: true,
        attachments: vec![file(&format!("{everywhere} \"quoted\"; x=y.txt"), "text/plain")],
        ..draft(1)
    };
    let long_subject =
        Draft { subject: "An ordinary subject that goes on and on ".repeat(30).trim().to_owned(), ..draft(2) };
    let odd_subject = Draft { subject: "=?utf-8?Q?not_decoded?= and  two blanks".to_owned(), ..draft(3) };
    let crowd = (0..1_000).map(|n| address(&format!("Persoñ {n}"), &format!("p{n}@b.example"))).collect();
    let crowded = Draft { to: crowd, ..draft(4) };
    let rtl = Draft { text: "שלום לכולם, זה טקסט מימין לשמאל. ".repeat(60), ..draft(5) };
    let long_lines = Draft { text: format!("{}\n{}", "x".repeat(10_000), "é".repeat(10_000)), ..draft(6) };
    let plain = Draft { text: "From the start\n > no quote\n>> quote\n.\n\nend".to_owned(), ..draft(7) };
    let mut picture = file("logo.png", "image/png");
    picture.content_id = Some("logo@a.example".to_owned());
    let pictured = Draft {
        html: Some("<p>Hi <img src=\"cid:logo@a.example\" alt=\"\"></p>".to_owned()),
        attachments: vec![picture, file("a.pdf", "application/pdf")],
        ..draft(8)
    };
    let mix = Draft {
        attachments: (0..25)
            .map(|n| file(&format!("Datei {n} ß.bin"), ["application/x-a", "text/csv", "image/gif"][n % 3]))
            .collect(),
        ..draft(9)
    };
    let mixed = (0..25_usize)
        .map(|n| Bytes::from((0..n * 100).map(|at| u8::try_from(at % 256).unwrap_or(0)).collect::<Vec<_>>()));
    let inner = mime::build(&plain, &[], Copy::Outgoing);
    let forwarded = Draft { attachments: vec![file("Über.eml", "message/rfc822")], ..draft(10) };
    vec![
        (all, vec![Bytes::from_static("Grüße\n\r\0".as_bytes())]),
        (long_subject, Vec::new()),
        (odd_subject, Vec::new()),
        (crowded, Vec::new()),
        (rtl, Vec::new()),
        (long_lines, Vec::new()),
        (plain, Vec::new()),
        (pictured, vec![Bytes::from_static(b"\x89PNG\r\n\x1a\n\0"), Bytes::from_static(b"%PDF\r\r\n\0\xff")]),
        (mix, mixed.collect()),
        (forwarded, vec![Bytes::from(inner)]),
    ]
}

#[test]
fn pythons_email_reads_what_was_written() {
    let built =
        |(draft, files): (Draft, Vec<Bytes>)| (mime::build(&draft, &files, Copy::WithBcc), expected(&draft, &files));
    let cases: Vec<_> = drafts().into_iter().map(built).collect();
    assert_read_by_python(&cases);
}
