//! The program itself, killed with -9 while somebody presses Send: they press it once more, and the message goes once (`R-39`).
//!
//! What becomes of a message under every other fault is tested a floor lower, in `tests/sending`.

use std::time::{Duration, Instant};

use super::helpers::{
    Fault, FaultProxy, MailClient, Person, Program, Times, configuration, free_port, letter, mail_server, skip_on,
};
use super::submission::{POINTS, Point, Submission, What};

/// Where the program ends.
#[derive(Debug, Clone, Copy)]
enum End {
    /// While the submission server is at this point.
    AtSmtp(Point),
    /// At the n-th command of this kind to the mail server: before the server has it, or when it has done it.
    AtImap(Fault, &'static str, usize),
}

/// Before the draft is there, before and behind the marks, the move to Sent, and the mark on what is answered.
const COMMANDS: [(&str, usize); 4] = [("APPEND", 0), ("UID STORE", 0), ("UID MOVE", 0), ("UID STORE", 2)];

fn ends() -> impl Iterator<Item = End> {
    let imap = COMMANDS
        .into_iter()
        .flat_map(|(verb, nth)| [Fault::Swallow, Fault::GoneAfter].map(|fault| End::AtImap(fault, verb, nth)));
    // there are two recipients
    POINTS.into_iter().filter(|point| *point != Point::Rcpt(2)).map(End::AtSmtp).chain(imap)
}

/// What is there.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    taken: usize,
    sent: usize,
    drafts: usize,
    answered: bool,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_goes_once_though_the_program_is_killed_and_the_button_pressed_again() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let server = mail_server();
    let (proxy, submission) = (FaultProxy::plain(server).await, Submission::start().await);
    let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
    let keys = format!(
        "[imap]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n\
         [submission]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n",
        proxy.port, submission.port
    );
    let file = folder.path().join("fernpost.toml");
    let text = configuration(folder.path(), &format!("127.0.0.1:{port}"), "127.0.0.1:0", &keys);
    std::fs::write(&file, text).unwrap();
    let mut program = Program::serve(&file, "warn", port);
    let ann = Person::sign_in_at(&format!("http://127.0.0.1:{port}"), server.person("ann")).await;
    let page = ann.open("/webmail/settings/writing").await;
    ann.send(&page.form("Save").forge("undo", "0")).await;
    let mut mail = ann.mail().await;

    for (number, end) in ends().enumerate() {
        let subject = format!("Letter {number}.");
        let uid = mail.append("INBOX", "", letter(&subject).as_bytes()).await;
        let list = ann.open_mailbox("INBOX").await;
        let page = ann.open_message(&list, &subject).await;
        let page = ann.open(&page.link("Reply")).await;
        let words = format!("This is answer {number}.");
        let form = page.form_in(".compose", "Send").fill("text", &words).fill("bcc", "hidden@there.example");
        let (media_type, body) = form.multipart();
        let press = ann.request("POST", &form.action).body(&media_type, body);
        match end {
            End::AtSmtp(point) => {
                submission.at(point, What::Pause);
                let pressed = tokio::spawn(press.try_send());
                submission.hit().await;
                drop(program); // kill -9
                pressed.await.unwrap();
                submission.go_on();
            }
            End::AtImap(fault, verb, nth) => {
                proxy.arm(fault, verb, Times::Once(nth));
                let pressed = tokio::spawn(press.try_send());
                let started = Instant::now();
                while proxy.hits() == 0 {
                    assert!(started.elapsed() < Duration::from_secs(30), "{end:?}: it never comes");
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
                drop(program); // kill -9
                pressed.await.unwrap();
                proxy.wait_for_open(0).await;
                proxy.heal().await;
            }
        }
        program = Program::serve(&file, "warn", port);
        // the browser says that the connection was lost; its "try again" sends the very same form
        let told = ann.send(&form).await.text();
        let found = found(&mut mail, &submission, &subject, &words, uid).await;
        if told.contains("Perhaps sent") {
            assert!(found.taken <= 1, "{end:?}: {found:?}");
            assert_eq!((found.sent, found.drafts, found.answered), (0, 1, false), "{end:?}: the draft is kept");
        } else {
            assert!(told.contains("Sent."), "{end:?}: {told}");
            let expected = Found { taken: 1, sent: 1, drafts: 0, answered: true };
            assert_eq!(found, expected, "{end:?}");
        }
        assert!(submission.taken(&words).iter().all(|taken| !taken.message.contains("hidden@"))); // I-07
    }
}

async fn found(mail: &mut MailClient, submission: &Submission, subject: &str, words: &str, uid: u32) -> Found {
    let mut count = async |mailbox: &str| {
        let (_, status) = mail.attempt(&format!("SELECT {mailbox}")).await;
        match status.starts_with("OK") {
            true => mail.search(&format!("SUBJECT \"Re: {subject}\"")).await.len(),
            false => 0,
        }
    };
    let (sent, drafts) = (count("Sent").await, count("Drafts").await);
    mail.select("INBOX").await;
    let answered = mail.flags(uid).await.contains(&"\\Answered".to_owned());
    Found { taken: submission.taken(words).len(), sent, drafts, answered }
}
