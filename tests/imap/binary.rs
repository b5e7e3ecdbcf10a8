//! Large files that the server decodes (RFC 3516), and servers that can't when it comes to it.

use fernpost::account::{Error, Unreachable};
use fernpost::mail::PartPath;

use crate::scripted::{Reply, Script, Scripted, empty};
use crate::{account, message};

/// `ABC` for ever, as a part of 1.2 MB in base64.
const LINES: usize = 15_000;

fn letter() -> String {
    let body = format!("{}\r\n", "QUJD".repeat(19)).repeat(LINES);
    format!("Subject: film\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}")
}

/// A server with that letter, which answers a question for the decoded part like this.
async fn server(capabilities: &'static str, decoded: impl Fn() -> Reply + Send + Sync + 'static) -> Scripted {
    let mut inbox = empty(7);
    inbox.add(&letter(), &Default::default());
    Scripted::start(Script {
        capabilities,
        mailboxes: [("INBOX".to_owned(), inbox)].into(),
        twist: Box::new(move |command, _| match command.texts().contains(&"BINARY.PEEK[1]") {
            true => decoded(),
            false => Reply::Usual,
        }),
        ..Script::default()
    })
    .await
}

/// What comes of the download: its octets, and how it ended.
async fn download(server: &Scripted) -> (Vec<u8>, Result<(), Error>) {
    let account = account(server).await;
    let part = account.open_part(&message("INBOX", 7, 1), &"1".parse::<PartPath>().unwrap()).await.unwrap();
    let (mut bytes, mut octets) = (part.bytes, Vec::new());
    while let Some(piece) = bytes.next().await {
        match piece {
            Ok(piece) => octets.extend_from_slice(&piece),
            Err(error) => return (octets, Err(error)),
        }
    }
    (octets, Ok(()))
}

fn asked_decoded(server: &Scripted) -> usize {
    server.heard().iter().filter(|(_, command)| command.texts().contains(&"BINARY.PEEK[1]")).count()
}

#[tokio::test]
async fn a_large_file_comes_decoded_where_the_server_offers_it() {
    let whole = "ABC".repeat(19 * LINES);
    let said = format!("* 1 FETCH (UID 1 BINARY[1] ~{{{}}}\r\n{whole})\r\nTAG OK done\r\n", whole.len());
    let server = server("IMAP4rev1 BINARY", move || Reply::say(said.clone())).await;
    let (octets, end) = download(&server).await;
    assert!(octets == whole.as_bytes(), "{} octets", octets.len());
    assert_eq!((end, asked_decoded(&server)), (Ok(()), 1));
}

#[tokio::test]
async fn a_server_that_does_not_offer_it_is_not_asked() {
    let server = server("IMAP4rev1", || Reply::Usual).await;
    assert_eq!(download(&server).await.0.len(), 57 * LINES);
    assert_eq!(asked_decoded(&server), 0);
}

#[tokio::test]
async fn a_file_that_the_server_can_not_decode_is_decoded_here() {
    for said in
        ["TAG NO [UNKNOWN-CTE] no\r\n", "TAG BAD what\r\n", "* 1 FETCH (UID 1 BINARY[1] NIL)\r\nTAG OK done\r\n"]
    {
        let server = server("IMAP4rev1 BINARY", move || Reply::say(said)).await;
        let (octets, end) = download(&server).await;
        assert_eq!((octets.len(), end, asked_decoded(&server)), (57 * LINES, Ok(()), 1), "{said}");
    }
}

/// As Dovecot (2.3, 2022) does for some parts.
#[tokio::test]
async fn a_server_that_hangs_up_over_it_is_asked_for_the_file_as_it_lies() {
    let server = server("IMAP4rev1 BINARY", || Reply::cut("")).await;
    let (octets, end) = download(&server).await;
    assert_eq!((octets.len(), end, asked_decoded(&server)), (57 * LINES, Ok(()), 1));
}

#[tokio::test]
async fn a_decoded_file_that_breaks_off_is_not_taken_for_whole() {
    for (rest, expected) in [("", Unreachable::Closed), (")\r\nTAG NO [PARSE] broken\r\n", Unreachable::Garbled)] {
        let octets = if rest.is_empty() { 100_000 } else { 50_000 };
        let half = format!("* 1 FETCH (UID 1 BINARY[1] ~{{{octets}}}\r\n{}{rest}", "x".repeat(50_000));
        let server = server("IMAP4rev1 BINARY", move || Reply::cut(half.clone())).await;
        let (got, end) = download(&server).await;
        assert_eq!((got.len(), end), (50_000, Err(Error::Unreachable(expected))), "{rest:?}");
    }
}
