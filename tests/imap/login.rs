//! From the greeting to a session: what ends one, what must never be sent.

use std::time::Duration;

use fernpost::account::{Account, Accounts, Error, Servers, Unreachable};
use fernpost::imap::{Dialer, ImapServer, Tls, probe};
use fernpost::mail::{MailboxName, Secret};

use crate::mail_server::mail_server;
use crate::plain;
use crate::scripted::{Reply, Script, Scripted, Word};

async fn sign_in(server: ImapServer, user: &str, password: &str) -> Result<Account, Error> {
    let accounts = Accounts::new(Servers::from(Dialer::new(server).unwrap()));
    let signing_in = accounts.sign_in(user, Secret::new(password), None);
    tokio::time::timeout(Duration::from_secs(12), signing_in).await.expect("an answer in time")
}

async fn sign_in_to(server: &Scripted) -> Result<(), Error> {
    sign_in(plain(server.port), "ann", "secret").await.map(drop)
}

#[tokio::test]
async fn only_refused_credentials_end_a_session() {
    use Unreachable::{Busy, Closed, Garbled};
    for (said, expected) in [
        ("TAG NO [AUTHENTICATIONFAILED] wrong\r\n", Error::SignedOut),
        ("TAG NO [AUTHORIZATIONFAILED] wrong\r\n", Error::SignedOut),
        ("TAG NO [EXPIRED] wrong\r\n", Error::SignedOut),
        ("TAG NO wrong\r\n", Error::SignedOut),
        ("TAG NO [ALERT] wrong\r\n", Error::SignedOut),
        ("TAG NO [AUTHENTICATIONFAILED] wrong\r\n* BYE too often\r\n", Error::SignedOut),
        ("* BYE too often\r\nTAG NO [AUTHENTICATIONFAILED] wrong\r\n", Error::SignedOut),
        ("TAG NO [UNAVAILABLE] later\r\n", Error::Unreachable(Busy)),
        ("TAG NO [INUSE] later\r\n", Error::Unreachable(Busy)),
        ("TAG NO [LIMIT] too many connections\r\n", Error::Unreachable(Busy)),
        ("TAG NO [CONTACTADMIN] later\r\n", Error::Unreachable(Busy)),
        ("TAG BAD no\r\n", Error::Refused),
        ("* BYE [UNAVAILABLE] later\r\n", Error::Unreachable(Busy)),
        ("* BYE later\r\n", Error::Unreachable(Closed)),
        ("", Error::Unreachable(Closed)),
        ("TAG O", Error::Unreachable(Closed)),
        ("* OK {400000000}\r\n", Error::Unreachable(Closed)),
        ("* LIST {400000000}\r\n", Error::Unreachable(Garbled)),
    ] {
        let server = Scripted::but(move |command, _| match command.verb.as_str() {
            "LOGIN" => Reply::cut(said),
            _ => Reply::Usual,
        })
        .await;
        assert_eq!(sign_in_to(&server).await, Err(expected), "{said:?}");
        assert_eq!(server.count("LOGIN"), 1, "one attempt, or the account is locked: {said:?}"); // S-09
    }
}

#[tokio::test]
async fn a_password_that_is_refused_later_ends_the_session_after_one_attempt() {
    let server = Scripted::but(|command, connection| match (command.verb.as_str(), connection) {
        ("SELECT", 0) => Reply::cut(""),
        ("LOGIN", 1..) => Reply::say("TAG NO [AUTHENTICATIONFAILED] changed\r\n"),
        _ => Reply::Usual,
    })
    .await;
    let account = crate::account(&server).await;
    let listed = account.list_messages(&MailboxName::inbox(), &Default::default()).await;
    assert_eq!(listed.map(drop), Err(Error::SignedOut)); // S-09
    assert_eq!(server.count("LOGIN"), 2);
}

#[tokio::test]
async fn a_greeting_that_is_none_is_an_error() {
    use Unreachable::{Busy, Closed, Garbled};
    for (greeting, expected) in [
        ("* PREAUTH welcome, whoever you are\r\n", Garbled),
        ("* BYE no\r\n", Closed),
        ("* BYE [UNAVAILABLE] no\r\n", Busy),
        ("* NO hm\r\n", Garbled),
        ("* BAD hm\r\n", Garbled),
        ("* CAPABILITY IMAP4rev1\r\n", Garbled),
        ("* 3 EXISTS\r\n", Garbled),
    ] {
        let server = Scripted::start(Script { greeting: Some(greeting.into()), ..Script::default() }).await;
        assert_eq!(sign_in_to(&server).await, Err(Error::Unreachable(expected)), "{greeting}");
        assert_eq!(server.heard().len(), 0, "nothing is said to a stranger: {greeting}");
    }
    let endless = "x".repeat(20 << 20);
    let server = Scripted::start(Script { greeting: Some(endless.into()), ..Script::default() }).await;
    assert_eq!(sign_in_to(&server).await, Err(Error::Unreachable(Garbled))); // I-08
}

#[tokio::test]
async fn another_protocol_is_no_greeting() {
    for greeting in [
        "220 mail.example ESMTP\r\n",
        "HTTP/1.1 400 Bad Request\r\n\r\n",
        "\r\n\r\n\r\n",
        "+OK POP3 ready\r\n",
        "\x15\x03\x01\x02",
    ] {
        let server = Scripted::start(Script { greeting: Some(greeting.into()), ..Script::default() }).await;
        let dialer = Dialer::new(plain(server.port)).unwrap().with_deadline(Duration::from_millis(300));
        let accounts = Accounts::new(Servers::from(dialer));
        let result = accounts.sign_in("ann", Secret::new("secret"), None).await.map(drop);
        assert!(matches!(result, Err(Error::Unreachable(_))), "{greeting:?}: {result:?}");
        assert_eq!(server.heard().len(), 0, "nothing is said to a stranger: {greeting}");
    }
}

#[tokio::test]
async fn a_server_whose_starttls_was_stripped_learns_nothing() {
    for capabilities in ["IMAP4rev1", "IMAP4rev1 AUTH=PLAIN MOVE"] {
        let server = Scripted::start(Script { capabilities, ..Script::default() }).await;
        let with_tls = ImapServer { tls: Tls::Starttls, ..plain(server.port) };
        let result = sign_in(with_tls, "ann", "secret").await.map(drop);
        assert_eq!(result, Err(Error::Unreachable(Unreachable::Insecure))); // L-07
        assert_eq!(server.count("LOGIN") + server.count("AUTHENTICATE"), 0);
    }
    for answer in ["TAG NO not now\r\n", "TAG BAD what\r\n"] {
        let twist = move |command: &crate::scripted::Command, _: usize| match command.verb.as_str() {
            "STARTTLS" => Reply::say(answer),
            _ => Reply::Usual,
        };
        let capabilities = "IMAP4rev1 STARTTLS";
        let server = Scripted::start(Script { capabilities, twist: Box::new(twist), ..Script::default() }).await;
        let with_tls = ImapServer { tls: Tls::Starttls, ..plain(server.port) };
        let result = sign_in(with_tls, "ann", "secret").await.map(drop);
        assert_eq!(result, Err(Error::Unreachable(Unreachable::Insecure))); // L-07
        assert_eq!(server.count("LOGIN") + server.count("AUTHENTICATE"), 0);
    }
}

#[tokio::test]
async fn what_was_said_in_clear_behind_starttls_does_not_count() {
    for injected in
        ["* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello\r\n", "* PREAUTH hello\r\n", "x", "A0003 OK done\r\n"]
    {
        let twist = move |command: &crate::scripted::Command, _: usize| match command.verb.as_str() {
            "STARTTLS" => Reply::say(format!("TAG OK go ahead\r\n{injected}")),
            _ => Reply::Usual,
        };
        let capabilities = "IMAP4rev1 STARTTLS";
        let server = Scripted::start(Script { capabilities, twist: Box::new(twist), ..Script::default() }).await;
        let dialer = Dialer::new(ImapServer { tls: Tls::Starttls, ..plain(server.port) }).unwrap();
        let accounts = Accounts::new(Servers::from(dialer.with_deadline(Duration::from_millis(500))));
        let result = accounts.sign_in("ann", Secret::new("secret"), None).await.map(drop);
        assert_eq!(result, Err(Error::Unreachable(Unreachable::Insecure)), "{injected}"); // L-07
        assert_eq!(server.count("LOGIN") + server.count("AUTHENTICATE"), 0);
    }
}

#[tokio::test]
async fn a_password_is_not_sent_where_login_is_disabled() {
    let server = Scripted::start(Script { capabilities: "IMAP4rev1 LOGINDISABLED", ..Script::default() }).await;
    assert_eq!(sign_in_to(&server).await, Err(Error::Unreachable(Unreachable::Insecure))); // L-07
    assert_eq!(server.count("LOGIN") + server.count("AUTHENTICATE"), 0);
}

#[tokio::test]
async fn a_password_beyond_ascii_is_sent_by_sasl() {
    use base64::Engine;
    let capabilities = "IMAP4rev1 AUTH=PLAIN";
    let server = Scripted::start(Script { capabilities, ..Script::default() }).await;
    sign_in(plain(server.port), "änn", "gehe\"im\\ß").await.unwrap();
    let (_, command) = server.heard().into_iter().find(|(_, command)| command.verb == "AUTHENTICATE").unwrap();
    let [Word::Atom(mechanism), Word::Text(answer)] = command.words.as_slice() else { panic!("{command:?}") };
    let answer = base64::engine::general_purpose::STANDARD.decode(answer).unwrap();
    assert_eq!((mechanism.as_str(), answer.as_slice()), ("PLAIN", "\0änn\0gehe\"im\\ß".as_bytes()));
}

#[tokio::test]
async fn names_and_passwords_are_one_argument_each_or_not_sent() {
    let long = "x".repeat(300);
    for user in ["a b", "a\"b", "a\\b", "a{5+}", "a{5}", "(a)", "*", "%", "a\"} \"LOGOUT", &long, "ann@example.org"] {
        let server = Scripted::but(|_, _| Reply::Usual).await;
        sign_in(plain(server.port), user, "pa\"ss\\word {3}").await.unwrap();
        let heard = server.heard();
        let verbs: Vec<_> = heard.iter().map(|(_, command)| command.verb.as_str()).collect();
        assert_eq!(verbs, ["LOGIN", "CAPABILITY"], "{user:?}"); // L-06
        let (_, login) = &heard[0];
        assert_eq!(login.texts(), [user, "pa\"ss\\word {3}"]);
    }
    for (user, password) in [
        ("a\r\nA2 LOGOUT", "secret"),
        ("a\nb", "secret"),
        ("a\rb", "secret"),
        ("a\0b", "secret"),
        ("ann", "sec\r\nret"),
        ("ann", "sec\0ret"),
        ("ann", "sec\n"),
    ] {
        let server = Scripted::start(Script { capabilities: "IMAP4rev1 AUTH=PLAIN", ..Script::default() }).await;
        let result = sign_in(plain(server.port), user, password).await.map(drop);
        assert!(result.is_err(), "{user:?} {password:?}"); // L-06
        assert_eq!(server.heard().len(), 0, "{user:?} {password:?}");
    }
}

fn dovecot(tls: Tls) -> ImapServer {
    let server = mail_server();
    ImapServer {
        host: "localhost".into(),
        port: server.port(if tls == Tls::Implicit { "IMAPS_PORT" } else { "IMAP_PORT" }),
        tls,
        ca_file: (tls != Tls::None).then(|| server.ca_file()),
        disabled_capabilities: Vec::new(),
    }
}

#[tokio::test]
async fn a_real_server_is_signed_in_to_over_tls_in_both_ways() {
    let who = mail_server().person("tls");
    for tls in [Tls::Implicit, Tls::Starttls, Tls::None] {
        let account = sign_in(dovecot(tls), &who.user, &who.password).await.unwrap();
        assert!(account.overview().await.unwrap().mailboxes.len() >= 5, "{tls:?}");
        let wrong = sign_in(dovecot(tls), &who.user, "wrong").await.map(drop);
        assert_eq!(wrong, Err(Error::SignedOut), "{tls:?}");
        let probe = probe(&dovecot(tls), None, Duration::from_secs(10)).await;
        let names = probe.seen.and_then(|seen| seen.certificate).map(|certificate| certificate.names);
        assert_eq!(names.is_some_and(|names| names.contains(&"localhost".to_owned())), tls != Tls::None, "{tls:?}");
        assert!(probe.outcome.is_ok() && !probe.greeting.is_empty(), "{tls:?} {:?}", probe.greeting);
    }
}

#[tokio::test]
async fn a_certificate_that_does_not_fit_is_refused() {
    let who = mail_server().person("certificate");
    for tls in [Tls::Implicit, Tls::Starttls] {
        let unknown = ImapServer { ca_file: None, ..dovecot(tls) };
        let result = sign_in(unknown, &who.user, &who.password).await.map(drop);
        assert_eq!(result, Err(Error::Unreachable(Unreachable::Insecure)), "self-signed, {tls:?}");
        let other_name = ImapServer { host: "127.0.0.2".into(), ..dovecot(tls) };
        let result = sign_in(other_name, &who.user, &who.password).await.map(drop);
        assert!(
            matches!(result, Err(Error::Unreachable(Unreachable::Insecure | Unreachable::NoConnection))),
            "{tls:?}"
        );
    }
    // TLS spoken to a port that does not
    let plain_port = ImapServer { port: mail_server().port("IMAP_PORT"), ..dovecot(Tls::Implicit) };
    let result = sign_in(plain_port, &who.user, &who.password).await.map(drop);
    assert_eq!(result, Err(Error::Unreachable(Unreachable::Insecure)));
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_told_as_such() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let result = sign_in(plain(port), "ann", "secret").await.map(drop);
    assert_eq!(result, Err(Error::Unreachable(Unreachable::NoConnection)));
}
