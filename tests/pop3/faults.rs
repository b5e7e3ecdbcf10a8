//! A server that does everything wrong.

use fernpost::mail::Secret;
use fernpost::pop3::{Dialer, Error, Tls, Total};

use super::pop_server::{Does, PopServer};
use super::{DEADLINE, at, signed_in};

const ONE: &str = "Subject: one\r\n\r\nText\r\n.dot\r\n";
const TWO: &str = "Subject: two\r\n\r\n\r\n";

#[tokio::test]
async fn mail_is_counted_named_and_fetched_as_it_is() {
    let server = PopServer::honest(&[ONE, TWO]).await;
    let mut maildrop = signed_in(&server).await.unwrap();
    let octets = u64::try_from(ONE.len() + TWO.len()).unwrap();
    assert_eq!(maildrop.total().await, Ok(Total { messages: 2, octets }));
    let sizes: Vec<_> = maildrop.sizes().await.unwrap().into_iter().collect();
    assert_eq!(sizes, [(1, ONE.len() as u64), (2, TWO.len() as u64)]);
    let names: Vec<_> = maildrop.unique_ids().await.unwrap().into_values().collect();
    assert_eq!(names, ["unique-0", "unique-1"]);
    assert_eq!(maildrop.top(1, 0).await.unwrap(), b"Subject: one\r\n\r\n");
    let mut whole = Vec::new();
    assert_eq!(maildrop.retrieve(1, &mut whole, 1000).await, Ok(ONE.len() as u64));
    assert_eq!(whole, ONE.as_bytes());
    assert_eq!(maildrop.retrieve(3, &mut whole, 1000).await, Err(Error::Refused));
    maildrop.quit().await.unwrap();
    assert!(server.heard().iter().all(|line| !line.starts_with("DELE")), "{:?}", server.heard());
}

#[tokio::test]
async fn only_what_was_chosen_is_deleted_and_only_by_signing_off() {
    let server = PopServer::honest(&[ONE, TWO]).await;
    let mut maildrop = signed_in(&server).await.unwrap();
    maildrop.delete(2).await.unwrap();
    assert_eq!(maildrop.delete(3).await, Err(Error::Refused));
    drop(maildrop);
    let mut maildrop = signed_in(&server).await.unwrap();
    maildrop.delete(1).await.unwrap();
    maildrop.quit().await.unwrap();
    let heard = server.heard();
    let about: Vec<&str> =
        heard.iter().map(String::as_str).filter(|line| line.starts_with("DELE") || *line == "QUIT").collect();
    assert_eq!(about, ["DELE 2", "DELE 3", "DELE 1", "QUIT"]);
}

#[tokio::test]
async fn a_password_is_tried_once_in_whatever_way_the_server_takes_it() {
    let old = |server: PopServer| server.saying("CAPA", "-ERR what\r\n");
    let proof = "AUTH PLAIN AGFubgBjYW5hcnkgc2VjcmV0";
    for (server, expected, heard) in [
        (PopServer::honest(&[]).await, Ok(()), vec![proof]),
        (PopServer::honest(&[]).await.saying("AUTH", "-ERR [AUTH] no\r\n"), Err(Error::SignIn), vec![proof]),
        (PopServer::honest(&[]).await.saying("AUTH", "-ERR no\r\n"), Err(Error::SignIn), vec![proof]),
        (PopServer::honest(&[]).await.saying("AUTH", "-ERR [IN-USE] no\r\n"), Err(Error::InUse), vec![proof]),
        (PopServer::honest(&[]).await.saying("AUTH", "-ERR [SYS/TEMP] no\r\n"), Err(Error::Busy), vec![proof]),
        (old(PopServer::honest(&[]).await), Ok(()), vec!["USER ann", "PASS canary secret"]),
        (
            old(PopServer::honest(&[]).await).saying("PASS", "-ERR no\r\n"),
            Err(Error::SignIn),
            vec!["USER ann", "PASS canary secret"],
        ),
        (old(PopServer::honest(&[]).await).saying("USER", "-ERR no\r\n"), Err(Error::SignIn), vec!["USER ann"]),
        (
            PopServer::honest(&[]).await.saying("CAPA", "+OK\r\nSASL CRAM-MD5\r\n.\r\n"),
            Err(Error::NoWayToSignIn),
            vec![],
        ),
    ] {
        assert_eq!(signed_in(&server).await.map(drop), expected);
        let said = server.heard();
        let said: Vec<&str> = said.iter().map(String::as_str).filter(|line| !["CAPA", "QUIT"].contains(line)).collect();
        assert_eq!(said, heard);
    }
}

#[tokio::test]
async fn a_long_password_goes_when_the_server_asks_for_it() {
    let server = PopServer::honest(&[]).await.saying("AUTH PLAIN", "+ \r\n").saying("AGFu", "+OK\r\n");
    let dialer = Dialer::new(at(server.port, Tls::None)).unwrap().with_deadline(DEADLINE);
    dialer.sign_in("ann", &Secret::new("long ".repeat(100))).await.unwrap();
    assert_eq!(server.heard()[1], "AUTH PLAIN");
    let refused = PopServer::honest(&[]).await.saying("AUTH PLAIN", "-ERR [LOGIN-DELAY] wait\r\n");
    let dialer = Dialer::new(at(refused.port, Tls::None)).unwrap().with_deadline(DEADLINE);
    assert_eq!(dialer.sign_in("ann", &Secret::new("long ".repeat(100))).await.map(drop), Err(Error::Busy));
    for (user, secret) in [("ann\r\nDELE 1", "x"), ("ann", "x\r\nDELE 1"), ("ann", "x\0y")] {
        assert_eq!(dialer.sign_in(user, &Secret::new(secret)).await.map(drop), Err(Error::Argument)); // L-06
    }
}

#[tokio::test]
async fn what_is_no_pop3_or_has_no_end_is_an_error_of_its_own() {
    let endless = "x".repeat(8192);
    for (command, does, expected) in [
        ("", Does::Say("* OK imap\r\n".into()), Error::Garbled("neither +OK nor -ERR")),
        ("", Does::Say("-ERR go away\r\n".into()), Error::Refused),
        ("", Does::Flood(endless.clone()), Error::Garbled("a line without an end")),
        ("", Does::Silence, Error::TimedOut),
        ("", Does::SayThenCut("+OK half".into()), Error::Closed),
        ("CAPA", Does::SayThenCut("+OK\r\nUSER\r\n".into()), Error::Closed),
        ("CAPA", Does::Say("+OK\r\nUSER\r\n".into()), Error::TimedOut),
        ("CAPA", Does::Flood("USER\r\n+OK\r\n".into()), Error::Garbled("neither +OK nor -ERR")),
        ("STAT", Does::Say("+OK many messages\r\n".into()), Error::Garbled("an answer to STAT without its numbers")),
        ("STAT", Does::Say("+OK -1 5\r\n".into()), Error::Garbled("an answer to STAT without its numbers")),
        ("STAT", Does::Say("+OK 3\r\n".into()), Error::Garbled("an answer to STAT without its numbers")),
        ("LIST", Does::Say("+OK\r\n1 five\r\n.\r\n".into()), Error::Garbled("a list of something else")),
        ("LIST", Does::Say("+OK\r\n0 5\r\n.\r\n".into()), Error::Garbled("a list of something else")),
        ("LIST", Does::Say("+OK\r\n1 5\r\n1 6\r\n.\r\n".into()), Error::Garbled("a list with one number twice")),
        ("LIST", Does::SayThenCut("+OK\r\n1 5\r\n2".into()), Error::Closed),
        ("UIDL", Does::Say(format!("+OK\r\n1 {endless}\r\n.\r\n")), Error::Garbled("a line without an end")),
        ("UIDL", Does::Say("+OK\r\n1\r\n.\r\n".into()), Error::Garbled("a list of something else")),
        ("RETR", Does::SayThenCut("+OK\r\nSubject: half".into()), Error::Closed),
        ("RETR", Does::Say("+OK\r\nSubject: half\r\n..\r\n".into()), Error::TimedOut),
        ("RETR", Does::Flood("+OK and on and on\r\n".into()), Error::TooLarge),
    ] {
        let server = PopServer::honest(&[ONE]).await.doing(command, does.clone());
        let outcome = async {
            let mut maildrop = signed_in(&server).await?;
            maildrop.total().await?;
            maildrop.sizes().await?;
            maildrop.unique_ids().await?;
            maildrop.retrieve(1, &mut tokio::io::sink(), 1_000_000).await
        };
        assert_eq!(outcome.await, Err(expected), "{command} {does:?}");
    }
}

#[tokio::test]
async fn a_server_that_lies_about_sizes_and_counts_is_found_out_by_what_it_sends() {
    let server = PopServer::honest(&[ONE])
        .await
        .saying("STAT", "+OK 7 99\r\n")
        .saying("LIST", "+OK\r\n1 3\r\n9 18446744073709551615\r\n.\r\n");
    let mut maildrop = signed_in(&server).await.unwrap();
    assert_eq!(maildrop.total().await.unwrap().messages, 7);
    let sizes: Vec<_> = maildrop.sizes().await.unwrap().into_iter().collect();
    assert_eq!(sizes, [(1, 3), (9, u64::MAX)]);
    let mut whole = Vec::new();
    assert_eq!(maildrop.retrieve(1, &mut whole, 1000).await, Ok(ONE.len() as u64));
    assert_eq!(maildrop.retrieve(9, &mut whole, 1000).await, Err(Error::Refused));
}
