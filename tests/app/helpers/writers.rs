//! People who write to each other, by the real Postfix; and what arrives, read by somebody else.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{MailClient, Person, TestApp, mail_server, spawn_app_with};

/// An application that can send.
pub(crate) async fn sending_app() -> TestApp {
    spawn_app_with(&submission_by(mail_server().port("SUBMISSION_PORT"))).await
}

/// A submission server on this port.
pub(crate) fn submission_by(port: u16) -> String {
    let ca_file = mail_server().ca_file();
    format!(
        "[submission]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"starttls\"\nca_file = \"{}\"\n",
        ca_file.display()
    )
}

/// Two people who write to each other; what is sent goes at once.
pub(crate) async fn pair(app: &TestApp) -> (Person, Person) {
    let (ann, bo) = (app.person().await, app.person().await);
    for person in [&ann, &bo] {
        let page = person.open("/webmail/settings/writing").await;
        person.send(&page.form("Save").forge("undo", "0")).await;
    }
    (ann, bo)
}

/// What the server says of the one message in a mailbox, once it is there.
pub(crate) async fn arrived(mail: &mut MailClient, mailbox: &str, subject: &str) -> String {
    for _ in 0..3000 {
        if mail.subjects(mailbox).await.iter().any(|one| one == subject) {
            let uids = mail.search(&format!("SUBJECT \"{subject}\"")).await;
            return mail.command(&format!("UID FETCH {} (BODY.PEEK[])", uids[0])).await.concat();
        }
    }
    panic!("{subject:?} never came to {mailbox}");
}

/// The octets of a message in what [`arrived`] gives.
pub(crate) fn octets(fetched: &str) -> &str {
    let (_, rest) = fetched.split_once("BODY[] ").expect("the message");
    rest.rsplit_once(')').expect("the end of the answer").0
}

/// A message as Python's `email` reads it: `headers` (pairs), `type`, `parts` (`type`, `params`, `disposition`, `name`, `id`,
/// `octets` in base64, `text`), `defects`.
pub(crate) fn read_by_python(message: &str) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/app/read_mail.py");
    let mut python =
        Command::new("python3").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python3 runs");
    python.stdin.take().expect("a pipe").write_all(message.as_bytes()).expect("Python reads");
    let output = python.wait_with_output().expect("Python ends");
    assert!(output.status.success());
    let read: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(read["defects"].as_array().map(Vec::len), Some(0), "{}", read["defects"]);
    read
}

/// A header field of what [`read_by_python`] gives; empty where there is none.
pub(crate) fn header<'a>(read: &'a Value, name: &str) -> &'a str {
    let fields = read["headers"].as_array().expect("fields");
    let found = fields.iter().find(|field| field[0].as_str().is_some_and(|one| one.eq_ignore_ascii_case(name)));
    found.and_then(|field| field[1].as_str()).unwrap_or_default()
}
