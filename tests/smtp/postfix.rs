//! The real thing: a Postfix that hands to a Dovecot.

use std::time::{Duration, Instant};

use bytes::Bytes;
use fernpost::mail::Secret;
use fernpost::smtp::{Envelope, Error, SmtpServer, Submitter, Tls};

use super::mail_client::MailClient;
use super::mail_server::{Credentials, mail_server};

/// How long a message may take to somebody's inbox on this machine.
const SOON: Duration = Duration::from_secs(20);

/// By STARTTLS and by TLS from the first octet; nothing where the run's mail server sends no mail.
fn submitters() -> Vec<Submitter> {
    let server = mail_server();
    let ports = [("SUBMISSION_PORT", Tls::Starttls), ("SMTPS_PORT", Tls::Implicit)];
    let there = ports.into_iter().filter_map(|(key, tls)| Some((server.find(key)?.parse().ok()?, tls)));
    let settings = there.map(|(port, tls)| SmtpServer {
        host: "127.0.0.1".to_owned(),
        port,
        tls,
        ca_file: Some(server.ca_file()),
        disabled_capabilities: Vec::new(),
    });
    let submitters: Vec<_> = settings.map(|server| Submitter::new(server).unwrap()).collect();
    if submitters.is_empty() {
        eprintln!("no Postfix: nothing is sent");
    }
    submitters
}

async fn send(sender: &Submitter, from: &Credentials, to: &[&Credentials], octets: Bytes) -> Result<(), Error> {
    let to = to.iter().map(|one| one.user.clone()).collect();
    let envelope = Envelope { from: from.user.clone(), to, ..Envelope::default() };
    let password = Secret::new(from.password.as_str());
    sender.submit(&from.user, &password, &envelope, octets, async { true }).await.map(drop)
}

/// The text of the one message in the inbox, as soon as it is there.
async fn arrived(who: &Credentials) -> String {
    let mut mail = MailClient::sign_in(mail_server(), who).await;
    let started = Instant::now();
    while mail.subjects("INBOX").await.is_empty() {
        assert!(started.elapsed() < SOON, "nothing arrived for {}", who.user);
    }
    mail.command("FETCH 1 BODY.PEEK[]").await.concat()
}

#[tokio::test]
async fn what_is_sent_arrives_in_the_other_inbox() {
    for sender in submitters() {
        let (ann, bo, cy) = (mail_server().person("ann"), mail_server().person("bo"), mail_server().person("cy"));
        let text = format!(".\r\n..dots\r\nGr\u{fc}\u{df}e\r\n{}\r\n.", "x".repeat(998));
        let octets = format!("From: <{}>\r\nSubject: Hello\r\n\r\n{text}\r\n", ann.user);
        send(&sender, &ann, &[&bo, &cy], Bytes::from(octets)).await.unwrap();
        for who in [&bo, &cy] {
            let seen = arrived(who).await;
            assert!(seen.contains(&format!("\r\n\r\n{text}\r\n)")), "{seen}");
        }
        let offers = sender.known_offers().unwrap();
        assert_eq!(offers.size, Some(41_943_040));
        assert!(offers.pipelining && offers.dsn && offers.utf8 && offers.eight_bit);
    }
}

#[tokio::test]
async fn what_postfix_refuses_is_told_for_what_it_is() {
    for sender in submitters() {
        let (ann, bo) = (mail_server().person("ann"), mail_server().person("bo"));
        let hello = || Bytes::from("Subject: Hello\r\n\r\nHello.\r\n");
        let wrong = Credentials { password: "wrong".to_owned(), ..ann.clone() };
        let refused = send(&sender, &wrong, &[&bo], hello()).await;
        assert!(matches!(&refused, Err(Error::SignIn(said)) if !said.is_temporary()), "{refused:?}");
        let nobody = Credentials { user: "nobody-at-all@fernpost.example".to_owned(), ..bo.clone() };
        let Err(Error::Recipients(refused)) = send(&sender, &ann, &[&bo, &nobody], hello()).await else {
            panic!("somebody was nobody");
        };
        assert_eq!(refused.len(), 1);
        assert_eq!((refused[0].0.as_str(), refused[0].1.code), (nobody.user.as_str(), 550));
        let huge = Bytes::from(format!("Subject: x\r\n\r\n{}", format!("{}\r\n", "x".repeat(998)).repeat(42_100)));
        assert!(matches!(send(&sender, &ann, &[&bo], huge).await, Err(Error::TooLarge { limit: 41_943_040, .. })));
        let mut mail = MailClient::sign_in(mail_server(), &bo).await;
        assert_eq!(mail.subjects("INBOX").await, [""; 0]);
    }
}
