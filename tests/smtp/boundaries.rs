//! What goes wrong at each boundary, and what that means for the message (`R-33`, `R-34`, `R-39`).

use bytes::Bytes;
use fernpost::smtp::{Error, Said};
use futures_util::future::join_all;

use super::submission::{At, Does, Submission};
use super::{envelope, impatient, message, send, send_all, submitter};

/// Everything before the octets, in order.
const BEFORE: [At; 6] = [At::Greeting, At::Ehlo, At::Auth, At::Mail, At::Rcpt, At::Data];

#[tokio::test]
async fn whatever_ends_before_the_octets_sends_nothing() {
    let cases = BEFORE.into_iter().flat_map(|at| {
        let ways = [
            (Does::Cut, Error::Closed),
            (Does::DoneThenCut, Error::Closed),
            (Does::Silence, Error::TimedOut),
            (Does::DoneThenHalf, Error::TimedOut),
        ];
        ways.map(|(does, expected)| async move {
            let server = Submission::plain().await;
            server.at(at, does);
            let sender = if expected == Error::TimedOut { impatient(&server) } else { submitter(&server) };
            assert_eq!(send(&sender).await, (Err(expected), 0), "{does:?} at {at:?}");
            assert!(server.delivered().is_empty());
            // and the next one is as if nothing had been
            send(&submitter(&server)).await.0.unwrap();
            assert_eq!(server.delivered().len(), 1);
        })
    });
    join_all(cases).await; // together: a deadline is waited for once
}

#[tokio::test]
async fn refusals_are_told_apart_by_where_they_come_and_whether_they_last() {
    let said = |code| Said { code, text: "4.7.1 no".to_owned() };
    for code in [451_u16, 550] {
        let words = if code == 451 { "451 4.7.1 no" } else { "550 4.7.1 no" };
        for (at, expected) in [
            (At::Greeting, Error::Refused(said(code))),
            (At::Ehlo, Error::Refused(said(code))),
            (At::Auth, Error::SignIn(said(code))),
            (At::Mail, Error::Sender(said(code))),
            (At::Rcpt, Error::Recipients(vec![("bo@example.org".to_owned(), said(code))])),
            (At::Data, Error::Refused(said(code))),
            (At::Dot, Error::Refused(said(code))),
        ] {
            let server = Submission::plain().await;
            server.at(at, Does::Say(words));
            let (sent, asked) = send(&submitter(&server)).await;
            let error = sent.unwrap_err();
            assert_eq!((&error, asked), (&expected, usize::from(at == At::Dot)), "{at:?}");
            assert_eq!(error.is_temporary(), code == 451, "{at:?}");
            assert!(server.delivered().is_empty());
        }
    }
}

#[tokio::test]
async fn a_farewell_is_a_refusal_wherever_it_comes() {
    for at in BEFORE {
        let server = Submission::plain().await;
        server.at(at, Does::SayThenCut("421 4.3.2 Going down"));
        let error = send(&submitter(&server)).await.0.unwrap_err();
        assert!(error.is_temporary(), "{at:?}: {error:?}");
        assert!(matches!(error, Error::Refused(_) | Error::SignIn(_)), "{at:?}: {error:?}");
    }
}

#[tokio::test]
async fn no_answer_to_the_whole_message_means_nobody_knows() {
    let cases = [
        (Does::DoneThenCut, 1),
        (Does::Cut, 0),
        (Does::DoneThenHalf, 1),
        (Does::Silence, 0),
        (Does::Say("What?"), 0),
        (Does::Say("354 More"), 0),
    ];
    let cases = cases.into_iter().map(|(does, delivered)| async move {
        let server = Submission::plain().await;
        server.at(At::Dot, does);
        let is_silent = matches!(does, Does::DoneThenHalf | Does::Silence);
        let sender = if is_silent { impatient(&server) } else { submitter(&server) };
        assert_eq!(send(&sender).await, (Err(Error::Uncertain), 1), "{does:?}");
        assert_eq!(server.delivered().len(), delivered, "{does:?}");
    });
    join_all(cases).await;
    assert!(!Error::Uncertain.is_temporary());
}

/// More than two sockets hold between them.
fn large() -> Bytes {
    message(&format!("{}\r\n", "x".repeat(998)).repeat(20_000))
}

#[tokio::test]
async fn a_message_whose_end_never_went_was_not_sent() {
    let to = envelope(&["bo@example.org"]);
    for (does, expected) in [
        (Does::Silence, Error::TimedOut),
        (
            Does::SayThenCut("552 5.3.4 Too large after all"),
            Error::Refused(Said { code: 552, text: "5.3.4 Too large after all".to_owned() }),
        ),
    ] {
        let server = Submission::plain().await;
        server.offer(&["AUTH PLAIN"]);
        server.at(At::Octets, does);
        let sender = if does == Does::Silence { impatient(&server) } else { submitter(&server) };
        let (sent, asked) = send_all(&sender, &to, large()).await;
        assert_eq!((sent, asked), (Err(expected), 1), "{does:?}");
        assert!(server.delivered().is_empty());
    }
}

#[tokio::test]
async fn a_server_that_dies_in_the_message_has_nothing() {
    let server = Submission::plain().await;
    let hold = server.hold(At::Octets);
    let sender = submitter(&server);
    let sending = tokio::spawn(async move { send_all(&sender, &envelope(&["bo@example.org"]), large()).await.0 });
    hold.reached().await;
    server.kill().await;
    assert_eq!(sending.await.unwrap(), Err(Error::Closed));
    assert_eq!(send(&submitter(&server)).await.0.map_err(|error| matches!(error, Error::Connect(_))), Err(true));
    server.start_again().await;
    send(&submitter(&server)).await.0.unwrap();
    assert_eq!(server.delivered().len(), 1);
}

#[tokio::test]
async fn what_is_no_submission_server_is_no_surprise() {
    for greeting in ["* OK IMAP4rev1 ready", "HTTP/1.1 400 Bad Request", "SSH-2.0-OpenSSH", "99 luft", ""] {
        let server = Submission::plain().await;
        server.at(At::Greeting, Does::Say(Box::leak(greeting.to_owned().into_boxed_str())));
        let (sent, _) = send(&submitter(&server)).await;
        assert!(matches!(sent, Err(Error::Garbled(_))), "{greeting:?}: {sent:?}");
    }
    let gone = Submission::plain().await;
    gone.kill().await;
    let (sent, _) = send(&submitter(&gone)).await;
    assert!(matches!(sent, Err(Error::Connect(_))), "{sent:?}");
}
