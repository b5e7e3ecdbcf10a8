//! Whose certificate a server shows, what is thought of it, and that no password goes where it is not believed.

use fernpost::mail::Secret;
use fernpost::pop3::{Error, Pop3Server, Probe, Tls, probe};
use fernpost::tls::Doubt;

use super::certificates::{Authority, BEFORE, LATER, Made, NOW, P_256};
use super::pop_server::PopServer;
use super::{DEADLINE, at};

async fn probed(server: &PopServer, tls: Tls, authority: &Authority) -> Probe {
    let server = Pop3Server { ca_file: Some(authority.file()), ..at(server.port, tls) };
    probe(&server, Some(("ann", &Secret::new("canary secret"))), DEADLINE).await
}

async fn behind(made: &Made) -> PopServer {
    PopServer::under_tls(&[], &made.certificate, &made.key).await
}

#[tokio::test]
async fn a_certificate_that_is_believed_is_told_and_the_password_is_tried_once() {
    let authority = Authority::new();
    let made = authority.issue("DNS:localhost,DNS:*.harbour.example,IP:127.0.0.1", P_256, NOW);
    let implicit = behind(&made).await;
    let starttls = PopServer::starttls(&[], &made.certificate, &made.key).await;
    for (server, tls) in [(implicit, Tls::Implicit), (starttls, Tls::Starttls)] {
        let Probe { seen, greeting, outcome } = probed(&server, tls, &authority).await;
        let seen = seen.unwrap();
        let certificate = seen.certificate.unwrap();
        assert_eq!(seen.doubt, None);
        assert_eq!(certificate.names, ["localhost", "*.harbour.example", "127.0.0.1"]);
        assert_eq!(certificate.issuer, "Harbour Authority");
        assert!(!certificate.is_self_signed && !certificate.ends_soon() && certificate.days_left() > 20_000);
        assert_eq!((certificate.not_before, certificate.not_after), (1_577_836_800, 4_070_908_800));
        assert_eq!(greeting, "Scripted ready.");
        assert!(outcome.unwrap().unique_ids);
        assert_eq!(server.heard().iter().filter(|line| line.starts_with("AUTH")).count(), 1);
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_is_told_and_nothing_is_said_to_that_server() {
    let authority = Authority::new();
    let other = Authority::new();
    for (made, expected) in [
        (authority.issue("DNS:localhost", P_256, BEFORE), Doubt::Expired),
        (authority.issue("DNS:localhost", P_256, LATER), Doubt::NotYetValid),
        (authority.issue("DNS:mail.harbour.example", P_256, NOW), Doubt::OtherName),
        (authority.self_signed("DNS:localhost"), Doubt::SelfSigned),
        (other.issue("DNS:localhost", P_256, NOW), Doubt::UnknownIssuer),
    ] {
        let server = behind(&made).await;
        let Probe { seen, greeting, outcome } = probed(&server, Tls::Implicit, &authority).await;
        let seen = seen.unwrap();
        assert_eq!(seen.doubt, Some(expected));
        assert_eq!(seen.certificate.unwrap().is_self_signed, expected == Doubt::SelfSigned);
        assert!(matches!(outcome, Err(Error::Insecure(_))), "{outcome:?}");
        assert_eq!((greeting.as_str(), server.heard()), ("", Vec::new()), "L-07");
    }
}

#[tokio::test]
async fn without_the_tls_that_is_meant_nothing_goes_on() {
    let authority = Authority::new();
    let made = authority.issue("DNS:localhost", P_256, NOW);
    // no STLS, TLS where none is, and somebody who speaks ahead of it
    let clear = PopServer::honest(&[]).await.saying("STLS", "-ERR unknown\r\n");
    let ahead = PopServer::starttls(&[], &made.certificate, &made.key).await.saying("STLS", "+OK\r\n+OK ahead\r\n");
    for (server, tls) in [(&clear, Tls::Starttls), (&clear, Tls::Implicit), (&ahead, Tls::Starttls)] {
        let Probe { seen, outcome, .. } = probed(server, tls, &authority).await;
        assert_eq!(seen, None);
        assert!(matches!(outcome, Err(Error::Insecure(_) | Error::TimedOut)), "{outcome:?}");
        assert!(server.heard().iter().all(|line| !line.starts_with("AUTH") && !line.starts_with("PASS")));
    }
}
