//! TLS, and who is told the password (`R-38`).

use fernpost::mail::Secret;
use fernpost::smtp::{Error, SmtpServer, Submitter, Tls};

use super::mail_server::mail_server;
use super::submission::{At, Does, Submission};
use super::{impatient, plain, send, submitter};

fn under_tls(server: &Submission, tls: Tls) -> SmtpServer {
    SmtpServer { tls, ca_file: Some(mail_server().ca_file()), ..plain(server.port) }
}

#[tokio::test]
async fn a_message_goes_under_tls_from_the_first_octet_or_after_starttls() {
    for (server, tls) in [(Submission::implicit().await, Tls::Implicit), (Submission::starttls().await, Tls::Starttls)]
    {
        send(&Submitter::new(under_tls(&server, tls)).unwrap()).await.0.unwrap();
        assert_eq!(server.delivered().len(), 1);
        let heard = server.heard();
        let said_in_clear = heard.iter().position(|line| line == "STARTTLS");
        let proof = heard.iter().position(|line| line.starts_with("AUTH ")).unwrap();
        assert_eq!(said_in_clear.is_some(), tls == Tls::Starttls, "{heard:?}");
        assert!(said_in_clear < Some(proof), "{heard:?}");
    }
}

#[tokio::test]
async fn without_the_tls_that_was_demanded_nothing_is_said() {
    let stripped = Submission::plain().await;
    let refuses = Submission::starttls().await;
    refuses.at(At::StartTls, Does::Say("454 4.7.0 TLS not available"));
    let unknown = Submission::starttls().await;
    let by_the_system = SmtpServer { ca_file: None, ..under_tls(&unknown, Tls::Starttls) };
    let another_name = SmtpServer { host: "localhost".to_owned(), ..under_tls(&unknown, Tls::Starttls) };
    let injects = Submission::starttls().await;
    injects.at(At::StartTls, Does::DoneSaying("220 go ahead\n250 injected"));
    let wrong_port = Submission::plain().await;
    for (what, server, settings) in [
        ("STARTTLS stripped", &stripped, under_tls(&stripped, Tls::Starttls)),
        ("STARTTLS refused", &refuses, under_tls(&refuses, Tls::Starttls)),
        ("a certificate that nobody vouches for", &unknown, by_the_system),
        ("words in clear behind the answer to STARTTLS", &injects, under_tls(&injects, Tls::Starttls)),
        ("no TLS at the port of TLS", &wrong_port, under_tls(&wrong_port, Tls::Implicit)),
    ] {
        let (sent, asked) = send(&Submitter::new(settings).unwrap()).await;
        assert!(matches!(sent, Err(Error::Insecure(_))), "{what}: {sent:?}");
        assert_eq!((asked, server.signed_in().len(), server.delivered().len()), (0, 0, 0), "{what}");
    }
    let (sent, _) = send(&Submitter::new(another_name).unwrap()).await;
    // the certificate of the tests may name localhost too: then it is the same server
    assert!(sent.is_ok() || matches!(sent, Err(Error::Insecure(_))), "{sent:?}");
}

#[tokio::test]
async fn a_ca_file_without_a_certificate_is_refused_at_once() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let server = SmtpServer { tls: Tls::Implicit, ca_file: Some(file.path().to_owned()), ..plain(1) };
    assert!(matches!(Submitter::new(server), Err(Error::Insecure(_))));
}

#[tokio::test]
async fn each_server_is_told_the_password_in_the_way_it_knows() {
    let server = Submission::plain().await;
    for offered in ["AUTH LOGIN", "AUTH=LOGIN", "AUTH CRAM-MD5 PLAIN"] {
        server.offer(&[offered]);
        send(&submitter(&server)).await.0.unwrap();
        let last = server.signed_in().last().cloned().unwrap();
        assert_eq!(last, ("ann@example.org".to_owned(), " pass \"word\\ ".to_owned()), "{offered}");
    }
    server.ask_for_proof();
    send(&submitter(&server)).await.0.unwrap();
    let before = server.signed_in().len();
    assert_eq!(before, 4);
    server.offer(&["AUTH CRAM-MD5 GSSAPI"]);
    assert_eq!(send(&submitter(&server)).await.0, Err(Error::NoWayToSignIn));
    server.offer(&["SIZE"]);
    send(&submitter(&server)).await.0.unwrap(); // one that asks nobody
    server.at(At::Mail, Does::Say("530 5.7.0 Authentication required"));
    assert!(matches!(send(&submitter(&server)).await.0, Err(Error::SignIn(said)) if said.code == 530));
    assert_eq!(server.signed_in().len(), before);
}

#[tokio::test]
async fn a_refused_password_is_told_apart_from_one_that_nobody_can_prove_now() {
    let server = Submission::plain().await;
    for (words, temporary) in [("535 5.7.8 Wrong", false), ("454 4.7.0 Ask later", true)] {
        server.at(At::Auth, Does::Say(words));
        let error = send(&impatient(&server)).await.0.unwrap_err();
        assert!(matches!(&error, Error::SignIn(said) if said.is_temporary() == temporary), "{error:?}");
        server.at(At::Auth, Does::Say(words));
        let who = ("ann@example.org", &Secret::new("wrong"));
        assert_eq!(submitter(&server).offers(Some(who)).await.unwrap_err().is_temporary(), temporary);
    }
}
