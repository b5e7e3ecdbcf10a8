//! A real Dovecot that is stopped, killed, restarted and frozen under a page and under each action.

use std::time::{Duration, Instant};

use super::super::helpers::{Credentials, MailClient, OwnServer, Person, TestApp, letter, signal, spawn_app_with};
use super::operations::{Case, OPERATIONS, Operation};
use super::outcome::{Outcome, ask, judge};

/// How long the application waits for an answer here.
const PATIENCE: u64 = 2;
/// After this time a request counts as stuck.
const STUCK: Duration = Duration::from_secs(30);

async fn app_at(server: &OwnServer) -> TestApp {
    let (port, ca_file) = (server.port("IMAPS_PORT"), server.ca_file());
    spawn_app_with(&format!(
        "[imap]\nhost = \"127.0.0.1\"\nport = {port}\nca_file = \"{}\"\ncommand_seconds = {PATIENCE}\n",
        ca_file.display()
    ))
    .await
}

async fn ann_at(server: &OwnServer, app: &TestApp) -> (Person, MailClient, Credentials) {
    let who = server.person("ann");
    let ann = app.signed_in(who.clone()).await;
    let mut mail = MailClient::sign_in(server, &who).await;
    mail.make("Work").await;
    (ann, mail, who)
}

/// Everything is prepared, then the server goes; nothing may happen, and everything must go on when it is back.
#[tokio::test]
async fn a_dovecot_that_is_stopped_or_killed_refuses_everything_and_loses_nothing() {
    let server = OwnServer::start();
    let app = app_at(&server).await;
    for way in ["stop", "kill"] {
        let (ann, mut mail, who) = ann_at(&server, &app).await;
        let mut cases: Vec<(Operation, Case)> = Vec::new();
        for (time, (operation, _)) in OPERATIONS.iter().enumerate().rev() {
            cases.insert(0, (*operation, operation.prepare(&ann, &mut mail, time).await));
        }
        let before = mail.everything().await;
        if way == "stop" {
            server.stop().await
        } else {
            server.kill().await
        }
        for (operation, case) in &cases {
            let (outcome, took) = ask(*operation, &ann, case, STUCK).await;
            let expected = if operation.reads() { "try again" } else { "not done" };
            assert_eq!(outcome.word(), expected, "{way}, {operation:?}: {outcome:?}");
            assert!(took < Duration::from_secs(PATIENCE * 2 + 2), "{way}, {operation:?}: {took:?}");
        }
        server.start_again().await;
        let mut mail = MailClient::sign_in(&server, &who).await;
        assert_eq!(mail.everything().await, before, "{way}");
        for (operation, case) in &cases {
            // what was done before changes a list, and how many are in Trash: that is looked at below
            let outcome = ask(*operation, &ann, case, STUCK).await.0.led(*operation, &ann).await;
            let counts_others = matches!(operation, Operation::List | Operation::Filter | Operation::Empty);
            let is_well = counts_others || matches!(outcome, Outcome::Page | Outcome::Done);
            assert!(is_well, "{way}, {operation:?}: {outcome:?}");
        }
        assert!(mail.everything().await["Trash"].is_empty(), "{way}");
        let page = ann.open_mailbox("INBOX").await;
        assert_eq!((page.status, page.rows().len()), (200, mail.everything().await["INBOX"].len()), "{way}");
    }
}

/// `R-03`: what was open before a restart is found dead and replaced.
#[tokio::test]
async fn a_restart_of_dovecot_costs_nobody_an_answer() {
    let server = OwnServer::start();
    let app = app_at(&server).await;
    let (ann, mut mail, who) = ann_at(&server, &app).await;
    for (time, way) in ["stop", "kill"].iter().enumerate() {
        for (operation, _) in OPERATIONS.iter().filter(|(operation, _)| *operation != Operation::Undo) {
            let case = operation.prepare(&ann, &mut mail, time).await;
            if *operation == Operation::List || *operation == Operation::Archive {
                if *way == "stop" {
                    server.stop().await
                } else {
                    server.kill().await
                }
                server.start_again().await;
                mail = MailClient::sign_in(&server, &who).await;
            }
            let outcome = ask(*operation, &ann, &case, STUCK).await.0.led(*operation, &ann).await;
            assert!(matches!(outcome, Outcome::Page | Outcome::Done), "{way}, {operation:?}: {outcome:?}");
            judge(*operation, &case, &outcome, &mail.everything().await).unwrap();
            // so that the next case finds no letter of the same name
            for mailbox in ["INBOX", "Work", "Archive", "Junk", "Trash"] {
                mail.select(mailbox).await;
                if !mail.search("ALL").await.is_empty() {
                    mail.command("STORE 1:* +FLAGS.SILENT (\\Deleted)").await;
                    mail.command("EXPUNGE").await;
                }
            }
        }
    }
}

/// The processes that serve the person are killed while the request is under way, sooner or later in it.
#[tokio::test]
async fn a_process_of_dovecot_that_is_killed_in_the_middle_of_anything_is_told_as_it_is() {
    let server = OwnServer::start();
    let app = app_at(&server).await;
    for (operation, name) in OPERATIONS {
        let (ann, _, who) = ann_at(&server, &app).await;
        let mut killed = 0;
        for time in 0..6_u32 {
            let mut mail = MailClient::sign_in(&server, &who).await;
            let case = operation.prepare(&ann, &mut mail, time as usize).await;
            mail.command("LOGOUT").await;
            let asking = ask(operation, &ann, &case, STUCK);
            let killing = async {
                let wait = Duration::from_micros(400) * time * time;
                let start = Instant::now();
                while start.elapsed() < wait {
                    tokio::task::yield_now().await;
                }
                let processes = server.processes_of(&who);
                signal("KILL", &processes);
                processes.len()
            };
            let ((outcome, _), victims) = tokio::join!(asking, killing);
            let outcome = outcome.led(operation, &ann).await;
            let mut mail = MailClient::sign_in(&server, &who).await;
            let now = mail.everything().await;
            judge(operation, &case, &outcome, &now).unwrap_or_else(|what| panic!("{name}, {time}: {what}"));
            assert_eq!(ann.open_mailbox("INBOX").await.rows().len(), now["INBOX"].len(), "{name}, {time}");
            killed += victims;
        }
        assert!(killed > 0, "{name}: nothing was killed");
    }
}

/// A frozen process may wake up and do what it was asked: until then nobody knows.
#[tokio::test]
async fn a_frozen_process_of_dovecot_is_given_up_and_what_it_may_do_yet_is_unknown() {
    let server = OwnServer::start();
    let app = app_at(&server).await;
    let (ann, mut mail, who) = ann_at(&server, &app).await;
    mail.append("INBOX", "\\Seen", letter("One").as_bytes()).await;
    let list = ann.open_mailbox("INBOX").await;
    let flag = list.form_in(".selection", "Flag").tick("One");
    let frozen = server.processes_of(&who);
    assert!(frozen.len() >= 2, "ours and the other program's: {frozen:?}");
    signal("STOP", &frozen);
    let start = Instant::now();
    let page = ann.get("/webmail/mailbox/INBOX").await;
    assert!(start.elapsed() < Duration::from_secs(PATIENCE + 3), "{:?}", start.elapsed());
    assert!(page.status == 503 || page.rows() == ["One"], "{}", page.text());
    // the frozen connection was given up: the next one is another
    assert_eq!(ann.open_mailbox("INBOX").await.rows(), ["One"]);
    signal("CONT", &frozen);

    let frozen = server.processes_of(&who);
    signal("STOP", &frozen);
    let page = ann.submit(&flag).await;
    assert_eq!((page.status, page.texts("h1")), (503, vec!["It is not known whether it was done".to_owned()]));
    signal("CONT", &frozen);
    let mut mail = MailClient::sign_in(&server, &who).await;
    let flagged = match mail.state("INBOX").await.concat().as_str() {
        "One \\Flagged \\Seen" => true,
        "One \\Seen" => false,
        other => panic!("{other}"),
    };
    assert_eq!(ann.open_mailbox("INBOX").await.row("One").flagged, flagged);
    assert!(ann.is_signed_in().await);
}

/// Everything stands still, the door included.
#[tokio::test]
async fn a_dovecot_that_stands_still_is_too_slow_for_everybody_and_goes_on_afterwards() {
    let server = OwnServer::start();
    let app = app_at(&server).await;
    let (ann, mut mail, who) = ann_at(&server, &app).await;
    mail.append("INBOX", "\\Seen", letter("One").as_bytes()).await;
    let list = ann.open_mailbox("INBOX").await;
    let archive = list.form_in(".selection", "Archive").tick("One");
    let before = mail.everything().await;
    let frozen = server.processes();
    signal("STOP", &frozen);
    for _ in 0..2 {
        let start = Instant::now();
        let (page, changed) = tokio::join!(ann.get("/webmail/mailbox/INBOX"), ann.submit(&archive));
        assert!(start.elapsed() < Duration::from_secs(PATIENCE * 3 + 3), "{:?}", start.elapsed());
        for page in [page, changed] {
            assert_eq!((page.status, page.texts("h1")), (503, vec!["The mail server is too slow".to_owned()]));
            assert!(page.header("retry-after").is_some());
        }
    }
    signal("CONT", &frozen);
    let mut mail = MailClient::sign_in(&server, &who).await;
    assert_eq!(mail.everything().await, before);
    let page = ann.send(&archive).await;
    assert_eq!((page.status, page.flash().as_str()), (200, "1 message moved to Archive."));
}
