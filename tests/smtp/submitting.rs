//! What reaches the server, and when.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use fernpost::smtp::{Envelope, Error};

use super::submission::{At, Does, Submission};
use super::{DEADLINE, deliver, envelope, impatient, message, send, send_all, submitter};

#[tokio::test]
async fn the_server_gets_exactly_the_octets_and_the_password_once() {
    let server = Submission::plain().await;
    let long = format!("{}\r\n", "x".repeat(998)).repeat(300);
    let octets = message(&format!(".\r\n..\r\n.hello\r\n\r\n{long}QUIT\r\n\r\n.\r\n"));
    let (sent, asked) = send_all(&submitter(&server), &envelope(&["bo@example.org"]), octets.clone()).await;
    let accepted = sent.unwrap();
    assert_eq!((accepted.said.code, accepted.said.text.as_str()), (250, "2.0.0 Ok: queued as 4F00D"));
    assert_eq!(asked, 1);
    let delivered = server.delivered();
    assert_eq!(delivered.len(), 1);
    assert!(delivered[0].octets == octets, "the octets differ");
    assert_eq!(
        (delivered[0].from.as_str(), delivered[0].to.as_slice()),
        ("ann@example.org", &["bo@example.org".to_owned()][..])
    );
    assert_eq!(delivered[0].user, "ann@example.org");
    assert_eq!(server.signed_in(), [("ann@example.org".to_owned(), " pass \"word\\ ".to_owned())]);
}

#[tokio::test]
async fn octets_that_are_no_message_never_leave() {
    let server = Submission::plain().await;
    for wrong in ["", "Subject: x\n\nhello\n", "Subject: x\r\n\r\nhello", "Subject: x\r\n\r\n\n.\n\r\n"] {
        let (sent, _) = send_all(&submitter(&server), &envelope(&["bo@example.org"]), Bytes::from(wrong)).await;
        assert!(matches!(sent, Err(Error::NotSendable(_))), "{wrong:?}: {sent:?}"); // I-06
    }
    let (sent, _) = send_all(&submitter(&server), &envelope(&["bo@example.org>\r\nDATA"]), message("x")).await;
    assert!(matches!(sent, Err(Error::NotAddresses(_))), "{sent:?}"); // I-05
    assert_eq!(server.heard(), [""; 0]);
}

#[tokio::test]
async fn the_last_question_comes_when_everybody_was_taken_and_nothing_has_gone() {
    let server = Arc::new(Submission::plain().await);
    let (heard, seen) = (Arc::new(Mutex::new(Vec::new())), Arc::clone(&server));
    let notes = Arc::clone(&heard);
    let before_data = async move {
        *notes.lock().unwrap() = seen.heard();
        assert!(seen.delivered().is_empty());
        true
    };
    deliver(&submitter(&server), &envelope(&["bo@example.org"]), message("x"), before_data).await.unwrap();
    let heard = heard.lock().unwrap().clone();
    assert_eq!(&heard[heard.len() - 2..], ["RCPT TO:<bo@example.org>", "DATA"]);
}

#[tokio::test]
async fn whoever_changes_their_mind_sends_nothing() {
    let server = Submission::plain().await;
    let sent = deliver(&submitter(&server), &envelope(&["bo@example.org"]), message("x"), async { false }).await;
    assert_eq!(sent, Err(Error::Stopped));
    let after = send(&submitter(&server)).await; // a conversation later, the first one has ended
    assert!(after.0.is_ok());
    assert_eq!(server.delivered().len(), 1);
}

#[tokio::test]
async fn a_request_that_goes_away_cuts_no_submission_in_two() {
    let server = Submission::plain().await;
    let hold = server.hold(At::Dot);
    let (sender, to) = (submitter(&server), envelope(&["bo@example.org"]));
    let asking = tokio::spawn(async move { deliver(&sender, &to, message("x"), async { true }).await });
    hold.reached().await;
    asking.abort();
    assert!(asking.await.unwrap_err().is_cancelled());
    let quit = server.hold(At::Quit);
    hold.release(Does::Usual);
    quit.reached().await; // it heard the answer
    assert_eq!(server.delivered().len(), 1);
}

#[tokio::test]
async fn every_refused_recipient_is_named_and_nothing_is_sent_to_the_others() {
    for pipelining in [true, false] {
        let server = Submission::plain().await;
        if !pipelining {
            server.offer(&["AUTH PLAIN"]);
        }
        server.refuse("bo@example.org", "550-5.1.1 Nobody here\n550 5.1.1 has this address");
        server.refuse("di@example.org", "452 4.2.2 Full");
        let to = envelope(&["al@example.org", "bo@example.org", "cy@example.org", "di@example.org"]);
        let (sent, asked) = send_all(&submitter(&server), &to, message("x")).await;
        let Err(Error::Recipients(refused)) = sent else { panic!("{sent:?}") };
        let told: Vec<String> = refused.iter().map(|(who, said)| format!("{who}: {said}")).collect();
        assert_eq!(told, ["bo@example.org: 550 5.1.1 Nobody here has this address", "di@example.org: 452 4.2.2 Full"]);
        assert_eq!((refused[0].1.is_temporary(), refused[1].1.is_temporary()), (false, true));
        assert_eq!(asked, 0);
        assert!(server.delivered().is_empty());
        assert!(!server.heard().contains(&"DATA".to_owned()));
    }
}

#[tokio::test]
async fn a_thousand_recipients_are_told_one_by_one() {
    let server = Submission::plain().await;
    let to: Vec<String> = (0..1000).map(|number| format!("person-{number}@example.org")).collect();
    let to = Envelope { to, ..envelope(&[]) };
    send_all(&submitter(&server), &to, message("x")).await.0.unwrap();
    assert_eq!(server.delivered()[0].to, to.to);
    server.refuse("person-999@example.org", "550 5.1.1 Nobody");
    let (sent, _) = send_all(&submitter(&server), &to, message("x")).await;
    let Err(Error::Recipients(refused)) = sent else { panic!("{sent:?}") };
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].0, "person-999@example.org");
    assert_eq!(server.delivered().len(), 1);
}

#[tokio::test]
async fn whoever_asks_for_confirmations_and_for_a_later_time_says_so_to_the_server() {
    let server = Submission::plain().await;
    server.offer(&["DSN", "FUTURERELEASE 3600 2030-01-01T00:00:00Z"]);
    let asking = Envelope {
        asks_delivery: true,
        envelope_id: "1=2@example.org".to_owned(),
        hold_for: Some(Duration::from_secs(600)),
        ..envelope(&["bo@example.org"])
    };
    let (sent, _) = send_all(&submitter(&server), &asking, message("x")).await;
    assert!(sent.unwrap().asked_delivery);
    assert_eq!(
        server.delivered()[0].commands,
        [
            "MAIL FROM:<ann@example.org> RET=HDRS ENVID=1+3D2@example.org HOLDFOR=600",
            "RCPT TO:<bo@example.org> NOTIFY=SUCCESS,DELAY,FAILURE ORCPT=rfc822;bo@example.org"
        ]
    );
    server.offer(&["FUTURERELEASE 60 2030-01-01T00:00:00Z"]);
    assert_eq!(send_all(&submitter(&server), &asking, message("x")).await.0, Err(Error::CannotHold));
    server.offer(&[]);
    let asking = Envelope { hold_for: None, ..asking };
    assert!(!send_all(&submitter(&server), &asking, message("x")).await.0.unwrap().asked_delivery);
}

#[tokio::test]
async fn a_server_may_speak_an_octet_at_a_time() {
    let server = Submission::plain().await;
    for at in [At::Greeting, At::Ehlo, At::Auth, At::Mail, At::Rcpt, At::Data, At::Dot] {
        server.at(at, Does::Drip);
    }
    send(&submitter(&server)).await.0.unwrap();
    assert_eq!(server.delivered().len(), 1);
}

#[tokio::test]
async fn the_verdict_may_take_longer_than_an_answer() {
    let server = Submission::plain().await;
    let hold = server.hold(At::Dot);
    let sender = impatient(&server);
    let sending = tokio::spawn(async move { send(&sender).await.0 });
    hold.reached().await;
    // the one thing that is waited for here is time itself
    tokio::time::sleep(DEADLINE * 2).await;
    hold.release(Does::Usual);
    sending.await.unwrap().unwrap();
}
