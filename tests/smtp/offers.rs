//! What the server can't do is found out before anything is said of the message (`R-36`, `R-37`).

use bytes::Bytes;
use fernpost::smtp::{Error, SmtpServer, Submitter};

use super::submission::Submission;
use super::{envelope, message, plain, send_all, submitter};

#[tokio::test]
async fn a_message_larger_than_the_server_takes_is_refused_with_both_numbers() {
    let server = Submission::plain().await;
    server.offer(&["SIZE 100", "AUTH PLAIN"]);
    let sender = submitter(&server);
    assert_eq!(sender.known_offers(), None);
    let octets = message(&"x".repeat(200));
    let (sent, asked) = send_all(&sender, &envelope(&["bo@example.org"]), octets.clone()).await;
    let size = u64::try_from(octets.len()).unwrap();
    assert_eq!((sent, asked), (Err(Error::TooLarge { size, limit: 100 }), 0));
    assert_eq!(sender.clone().known_offers().unwrap().size, Some(100));
    assert_eq!(server.heard().len(), 2, "{:?}", server.heard()); // a connection, and EHLO
    let off = SmtpServer { disabled_capabilities: vec!["SIZE".to_owned()], ..plain(server.port) };
    let (sent, _) = send_all(&Submitter::new(off).unwrap(), &envelope(&["bo@example.org"]), octets).await;
    sent.unwrap(); // the operator knows better
}

#[tokio::test]
async fn what_is_not_ascii_goes_only_where_it_is_understood() {
    let server = Submission::plain().await;
    let everything = ["8BITMIME", "SMTPUTF8", "AUTH PLAIN"];
    let eight = || message("Gr\u{fc}\u{df}e");
    for (to, octets, lacks, expected) in [
        (
            "pel\u{e9}@example.org",
            message("x"),
            "SMTPUTF8",
            Error::NeedsSmtpUtf8(vec!["pel\u{e9}@example.org".to_owned()]),
        ),
        ("bo@example.org", eight(), "8BITMIME", Error::NeedsEightBit),
        ("bo@example.org", Bytes::from("Subject: \u{e9}\r\n\r\nx\r\n"), "SMTPUTF8", Error::NeedsSmtpUtf8(Vec::new())),
    ] {
        let less: Vec<&str> = everything.iter().copied().filter(|offer| *offer != lacks).collect();
        server.offer(&less);
        assert_eq!(send_all(&submitter(&server), &envelope(&[to]), octets.clone()).await.0, Err(expected));
        server.offer(&everything);
        send_all(&submitter(&server), &envelope(&[to]), octets).await.0.unwrap();
    }
    let said: Vec<String> = server.delivered().iter().map(|one| one.commands.join(" | ")).collect();
    assert_eq!(
        said,
        [
            "MAIL FROM:<ann@example.org> SMTPUTF8 | RCPT TO:<pel\u{e9}@example.org>",
            "MAIL FROM:<ann@example.org> BODY=8BITMIME | RCPT TO:<bo@example.org>",
            "MAIL FROM:<ann@example.org> BODY=8BITMIME SMTPUTF8 | RCPT TO:<bo@example.org>",
        ]
    );
    // a domain needs nothing: it has a form in ASCII
    server.offer(&["AUTH PLAIN"]);
    send_all(&submitter(&server), &envelope(&["bo@b\u{fc}cher.example"]), message("x")).await.0.unwrap();
    assert_eq!(server.delivered().last().unwrap().to, ["bo@xn--bcher-kva.example"]);
}
