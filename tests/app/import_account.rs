//! Mail from an account elsewhere: once, whole, and without a trace there.

use super::helpers::{
    Fault, FaultProxy, MailClient, Page, Person, PopDoes, PopServer, Program, TestApp, Times, configuration, encode,
    free_port, letter, mail_server, skip_on, spawn_app, spawn_app_with, until_so,
};

const ONE: &str =
    "From: bo@example.org\r\nSubject: First\r\nDate: Mon, 02 Nov 2020 10:00:00 +0000\r\n\r\nText\r\n.dot\r\n";
const TWO: &str = "From: bo@example.org\r\nSubject: Second\r\n\r\nText\r\n";
const THREE: &str = "From: bo@example.org\r\nSubject: Third\r\n\r\nText\r\n";

/// A server elsewhere, behind the run's own certificate.
async fn elsewhere(messages: &[&str]) -> PopServer {
    let tls = mail_server().ca_file().parent().unwrap().to_owned();
    PopServer::under_tls(messages, &tls.join("cert.pem"), &tls.join("key.pem")).await
}

/// The operator names these ports of this machine.
fn naming(ports: &[u16]) -> String {
    let list = |host: &str| ports.iter().map(|port| format!("\"{host}:{port}\"")).collect::<Vec<_>>().join(", ");
    let (port, ca_file) = (mail_server().port("IMAPS_PORT"), mail_server().ca_file());
    format!(
        "[imap]\nhost = \"localhost\"\nport = {port}\nca_file = \"{}\"\n[fetch]\nhosts = [{}]\nallow = [{}]\n",
        ca_file.display(),
        list("localhost"),
        list("127.0.0.1")
    )
}

/// Fills the form for a POP3 account.
async fn begin(ann: &Person, port: u16, password: &str, more: &[(&str, &str)]) -> Page {
    let page = ann.open("/webmail/import/account").await;
    let server = format!("localhost:{port}");
    let mut form = page.form("Fetch").fill("user", "bo").fill("password", password);
    for (name, value) in [("server", server.as_str()), ("by", "pop3")].iter().chain(more) {
        form = form.forge(name, value);
    }
    ann.send(&form).await
}

/// Where a page is, on its host.
fn path(page: &Page) -> String {
    page.address.splitn(4, '/').nth(3).map(|path| format!("/{path}")).unwrap()
}

/// Waits until the page of such work says this.
async fn until(ann: &Person, page: &Page, words: &str) -> Page {
    until_at(ann, &path(page), words).await
}

async fn until_at(ann: &Person, at: &str, words: &str) -> Page {
    ann.open_until(at, |page| page.texts("[role=status]").join(" ").contains(words)).await
}

async fn subjects(ann: &Person, mailbox: &str) -> Vec<String> {
    let mut subjects = ann.mail().await.subjects(mailbox).await;
    subjects.sort_unstable();
    subjects
}

#[tokio::test]
async fn mail_comes_once_and_the_next_time_only_what_is_new() {
    let (server, later) = (elsewhere(&[ONE, TWO]).await, elsewhere(&[ONE, TWO, THREE]).await);
    let app = spawn_app_with(&naming(&[server.port, later.port])).await;
    let ann = app.person().await;
    let page = begin(&ann, server.port, "canary elsewhere", &[]).await;
    until(&ann, &page, "Done. 2 of 2 messages, ").await;
    assert_eq!(subjects(&ann, "INBOX").await, ["First", "Second"]);
    assert_eq!(ann.mail().await.state("INBOX").await, ["First \\Seen", "Second \\Seen"]);
    // and again: another port of the same host is the same account
    let page = begin(&ann, later.port, "canary elsewhere", &[]).await;
    until(&ann, &page, "Done. One of 1 messages, ").await;
    assert_eq!(subjects(&ann, "INBOX").await, ["First", "Second", "Third"]);
    let heard = [server.heard(), later.heard()].concat();
    assert!(heard.iter().all(|line| !line.starts_with("DELE")), "{heard:?}");
    assert_eq!(later.heard().iter().filter(|line| line.starts_with("RETR")).collect::<Vec<_>>(), ["RETR 3"]);
    // the whole of it, to the octet
    let list = ann.open_mailbox("INBOX").await;
    let message = ann.open_message(&list, "First").await;
    let source = ann.get(&format!("{}/source", path(&message).split('?').next().unwrap())).await;
    assert!(source.text().contains(".dot"), "{}", source.text());
    // nobody finds a password
    for file in super::helpers::files_below(app.folder.path()) {
        let octets = std::fs::read(&file).unwrap();
        assert!(!octets.windows(16).any(|piece| piece == b"canary elsewhere"), "{}", file.display());
    }
}

#[tokio::test]
async fn what_arrived_is_deleted_there_only_where_that_was_asked_for() {
    let server = elsewhere(&[ONE, TWO]).await;
    let app = spawn_app_with(&naming(&[server.port])).await;
    let ann = app.person().await;
    let page = begin(&ann, server.port, "canary", &[("delete", "1")]).await;
    until(&ann, &page, "Done.").await;
    assert_eq!(subjects(&ann, "INBOX").await, ["First", "Second"]);
    let heard = server.heard();
    let about: Vec<&str> = heard.iter().map(String::as_str).filter(|line| !line.starts_with("AUTH")).collect();
    let first = about.iter().position(|line| *line == "QUIT").unwrap();
    assert_eq!(about[3..=first], ["RETR 1", "DELE 1", "RETR 2", "DELE 2", "QUIT"], "{about:?}");
}

/// So many letters, each another one.
fn letters(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("From: bo@example.org\r\nSubject: Letter {number}\r\n\r\nText\r\n")).collect()
}

/// A server that gives its messages no names; one of them is too large, one it does not hand out, one nobody takes here.
async fn nameless(count: usize) -> PopServer {
    let mut messages = vec![
        "Subject: Too large\r\n\r\nText\r\n".to_owned(),
        "Subject: Broken there\r\n\r\nText\r\n".to_owned(),
        "Subject: With a NUL\r\n\r\na\0b\r\n".to_owned(),
    ];
    messages.extend(letters(count));
    let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
    let server = elsewhere(&messages).await.telling("Subject: Too large", 40_000_000);
    server.saying("UIDL", "-ERR no\r\n").saying("RETR 2", "-ERR no\r\n")
}

/// What is said of those three, each once.
fn says_what_stayed(page: &Page) {
    let said = page.text();
    for words in [
        "One message is larger than 30 MB and stayed there.",
        "One message was gone there before it could be fetched.",
        "“With a NUL” was not taken by your mail server here. It is still there.",
    ] {
        assert!(said.contains(words), "{words:?} in {said}");
    }
}

#[tokio::test]
async fn from_a_server_without_names_everything_comes_though_some_of_it_has_to_stay() {
    let server = nameless(25).await;
    let app = spawn_app_with(&naming(&[server.port])).await;
    let ann = app.person().await;
    let page = begin(&ann, server.port, "canary", &[("delete", "1")]).await;
    let page = until(&ann, &page, "Done. 28 of 28 messages, ").await;
    says_what_stayed(&page);
    assert_eq!(subjects(&ann, "INBOX").await.len(), 25);
    let left = server.left();
    assert!(left.len() == 3 && left[0].contains("Too large") && left[2].contains("NUL"), "{left:?}");
}

#[tokio::test]
async fn a_server_without_names_is_asked_once_more_after_the_line_broke_and_nothing_comes_twice() {
    let server = nameless(25).await.doing("RETR 27", PopDoes::SayThenCut("+OK\r\nhalf".into()));
    let app = spawn_app_with(&naming(&[server.port])).await;
    let ann = app.person().await;
    let page = begin(&ann, server.port, "canary", &[]).await;
    let page = until(&ann, &page, "The other server can’t be had.").await;
    server.forgive_one("RETR 27");
    ann.send(&page.form("Go on")).await;
    let page = until(&ann, &page, "Done. 28 of 28 messages, ").await;
    says_what_stayed(&page);
    let mut expected: Vec<String> = (1..=25).map(|number| format!("Letter {number}")).collect();
    expected.sort_unstable();
    assert_eq!(subjects(&ann, "INBOX").await, expected);
    assert_eq!(server.left().len(), 28);
}

#[tokio::test]
async fn what_was_to_be_deleted_there_is_deleted_though_the_end_of_the_line_was_lost() {
    for (names, does, left) in [
        ("+OK", PopDoes::SayThenCut(String::new()), 22),
        ("+OK", PopDoes::DoThenCut, 2),
        ("-ERR", PopDoes::SayThenCut(String::new()), 22),
        ("-ERR", PopDoes::DoThenCut, 2),
    ] {
        let messages = letters(22);
        let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
        let mut server = elsewhere(&messages).await.doing("QUIT", does.clone());
        if names == "-ERR" {
            server = server.saying("UIDL", "-ERR no\r\n");
        }
        let app = spawn_app_with(&naming(&[server.port])).await;
        let ann = app.person().await;
        let page = begin(&ann, server.port, "canary", &[("delete", "1")]).await;
        let page = until(&ann, &page, "The other server can’t be had.").await;
        // on a slow machine it has tried once more by itself
        let there = server.left().len();
        assert!(there == left || (left == 2 && there == 0), "{names} {does:?}: {there}");
        server.forgive_one("QUIT");
        ann.send(&page.form("Go on")).await;
        let page = until(&ann, &page, "Done. 22 of 22 messages, ").await;
        assert_eq!(server.left(), [""; 0], "{names} {does:?}");
        assert_eq!(subjects(&ann, "INBOX").await.len(), 22, "{names} {does:?}");
        assert!(!page.text().contains("did not delete"), "{}", page.text());
    }
}

#[tokio::test]
async fn what_the_other_server_does_not_delete_is_said() {
    let server = elsewhere(&[ONE, TWO, THREE]).await.saying("DELE 2", "-ERR not that\r\n");
    let app = spawn_app_with(&naming(&[server.port])).await;
    let ann = app.person().await;
    let page = begin(&ann, server.port, "canary", &[("delete", "1")]).await;
    let page = until(&ann, &page, "Done. 3 of 3 messages, ").await;
    let said = "One message is here, but the other server did not delete it there.";
    assert!(page.text().contains(said), "{}", page.text());
    assert_eq!(server.left(), [TWO]);
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_named_on_either_side_and_ours_can_be_made_again() {
    let server = elsewhere(&[ONE, TWO, THREE]).await.doing("RETR 2", PopDoes::SayThenCut(String::new()));
    let app = spawn_app_with(&naming(&[server.port, mail_server().port("IMAPS_PORT")])).await;
    let ann = app.person().await;
    let mut mail = ann.mail().await;
    mail.make("Work").await;
    let work = encode(&mail_server().wire_name("Work"));
    let page = begin(&ann, server.port, "canary", &[("into", &work)]).await;
    // it tries again by itself, perhaps before the button is pressed
    let waits = until(&ann, &page, "The other server can’t be had.").await;
    mail.delete("Work").await;
    server.forgive();
    ann.send(&waits.form("Go on")).await;
    let gone = until(&ann, &page, "The folder here is not there any more: it was deleted or renamed.").await;
    ann.send(&gone.form("Make the folder again")).await;
    until(&ann, &page, "Done. 3 of 3 messages, ").await;
    assert_eq!(subjects(&ann, "Work").await, ["Second", "Third"]);

    skip_on!(Cyrus | Courier | Bare, "imap-alone");
    let bo = app.person().await;
    let port = mail_server().port("IMAPS_PORT");
    let more = [("by", "imap"), ("user", bo.who.user.as_str()), ("folder", "Nowhere/<b>at all</b>")];
    let page = begin(&ann, port, &bo.who.password, &more).await;
    let words = "The other account has no folder “Nowhere/<b>at all</b>”, or does not open it.";
    until(&ann, &page, words).await;
}

#[tokio::test]
async fn a_message_that_is_larger_than_its_server_said_stays_there_and_the_rest_comes() {
    let large = format!("Subject: Large\r\n\r\n{}", "0123456789\r\n".repeat(3_000_000));
    for names in ["+OK", "-ERR"] {
        let mut server = elsewhere(&[ONE, &large, TWO]).await.telling("Subject: Large", 7);
        if names == "-ERR" {
            server = server.saying("UIDL", "-ERR no\r\n");
        }
        let app = spawn_app_with(&naming(&[server.port])).await;
        let ann = app.person().await;
        let page = begin(&ann, server.port, "canary", &[("delete", "1")]).await;
        let page = until(&ann, &page, "Done. 3 of 3 messages, ").await;
        assert!(page.text().contains("One message is larger than 30 MB and stayed there."), "{}", page.text());
        assert_eq!(subjects(&ann, "INBOX").await, ["First", "Second"]);
        assert_eq!(server.left().len(), 1);
    }
}

#[tokio::test]
async fn a_wrong_password_is_asked_for_again_and_tried_once() {
    let wrong = "AUTH PLAIN AGJvAHdyb25n"; // bo, wrong
    let server = elsewhere(&[ONE]).await.saying(wrong, "-ERR [AUTH] no\r\n");
    let app = spawn_app_with(&naming(&[server.port])).await;
    let ann = app.person().await;
    let page = begin(&ann, server.port, "wrong", &[]).await;
    let page = until(&ann, &page, "The other server wants the password").await;
    assert_eq!(server.heard().iter().filter(|line| line.starts_with("AUTH")).count(), 1);
    let page = ann.send(&page.form("Go on").fill("password", "right")).await;
    until(&ann, &page, "Done. One of 1 messages, ").await;
    assert_eq!(subjects(&ann, "INBOX").await, ["First"]);
}

#[tokio::test]
async fn after_a_restart_it_asks_for_the_password_and_goes_on_where_it_was() {
    let server = elsewhere(&[ONE, TWO, THREE]).await.doing("RETR 2", PopDoes::SayThenCut("+OK\r\nhalf".into()));
    let mut app = spawn_app_with(&naming(&[server.port])).await;
    let ann = app.person().await;
    let page = begin(&ann, server.port, "canary", &[]).await;
    let page = until(&ann, &page, "The other server can’t be had. It is tried again by itself. One of 3").await;
    let at = path(&page);
    app.restart().await;
    until_at(&ann, &at, "The other server wants the password").await;
    server.forgive();
    let page = ann.open(&at).await;
    ann.send(&page.form("Go on").fill("password", "canary")).await;
    until_at(&ann, &at, "Done. 3 of 3 messages, ").await;
    assert_eq!(subjects(&ann, "INBOX").await, ["First", "Second", "Third"]);
}

#[tokio::test]
async fn only_servers_that_the_operator_named_at_addresses_that_are_allowed_are_ever_asked() {
    let (server, other) = (elsewhere(&[ONE]).await, elsewhere(&[ONE]).await);
    let named_alone = naming(&[server.port]).split("allow").next().unwrap().to_owned(); // P-02: an address of this machine
    for (keys, port, expected) in [
        (naming(&[server.port]), other.port, "Mail can be fetched only from the servers that stand here."),
        (naming(&[server.port]), 993, "Mail can be fetched only from the servers that stand here."),
        (named_alone, server.port, "The other server can’t be had."),
    ] {
        let app = spawn_app_with(&keys).await;
        let ann = app.person().await;
        let page = begin(&ann, port, "canary", &[]).await;
        let page = if page.status == 200 { until(&ann, &page, expected).await } else { page };
        assert!(page.text().contains(expected), "{}", page.text());
    }
    assert_eq!((server.heard().len(), other.heard().len()), (0, 0));
    let app: TestApp = spawn_app().await;
    let page = app.person().await.open("/webmail/import/account").await;
    assert!(page.text().contains("has not said from which other services") && !page.offers("Fetch"));
}

#[tokio::test]
async fn a_folder_comes_by_imap_with_its_marks_and_nothing_changes_there() {
    skip_on!(Cyrus | Courier | Bare, "imap-alone");
    let port = mail_server().port("IMAPS_PORT");
    let app = spawn_app_with(&naming(&[port])).await;
    let bo = app.person().await.with_messages("Work", [letter("Read"), letter("New")]).await;
    let mut mail = bo.mail().await;
    mail.select("Work").await;
    let read = mail.search("SUBJECT Read").await[0];
    mail.store(read, "+FLAGS (\\Seen \\Flagged)").await;
    let before = mail.everything().await;
    let ann = app.person().await;
    let page = ann.open("/webmail/import/account").await;
    let form = page.form("Show the folders there").fill("user", &bo.who.user).fill("password", &bo.who.password);
    let page = ann.send(&form).await;
    assert!(page.texts("#folder option").contains(&"Work".to_owned()), "{}", page.text());
    assert!(!page.source().contains("canary"));
    let form = page.form("Fetch").forge("folder", "Work").without("read");
    let page = ann.send(&form).await;
    until(&ann, &page, "Done. 2 of 2 messages, ").await;
    let come = &ann.mail().await.everything().await["INBOX"];
    let flags: Vec<_> = come.iter().map(|one| (one.subject.as_str(), one.flags.join(" "))).collect();
    assert_eq!(flags, [("New", String::new()), ("Read", "\\Flagged \\Seen".to_owned())]);
    assert_eq!(bo.mail().await.everything().await, before);
    // what is wrong there is said at once
    let page = ann.open("/webmail/import/account").await;
    let form = page.form("Show the folders there").fill("user", &bo.who.user).fill("password", "wrong");
    let page = ann.send(&form).await;
    assert_eq!(page.status, 422);
    assert!(page.text().contains("does not take your password for"), "{}", page.text());
}

#[tokio::test]
async fn what_arrived_by_imap_is_deleted_there_where_that_was_asked_for_and_nothing_else_is() {
    skip_on!(Cyrus | Courier | Bare, "imap-alone");
    let port = mail_server().port("IMAPS_PORT");
    let app = spawn_app_with(&naming(&[port])).await;
    let bo = app.person().await.with_messages("Work", [letter("Known")]).await;
    let ann = app.person().await;
    let user = bo.who.user.clone();
    let more = [("by", "imap"), ("user", user.as_str()), ("folder", "Work")];
    let page = begin(&ann, port, &bo.who.password, &more).await;
    until(&ann, &page, "Done. One of 1 messages, ").await;
    // what another program marked stays, and so does what is not here
    let mut mail = bo.mail().await;
    mail.select("Work").await;
    mail.command("STORE 1 +FLAGS (\\Deleted)").await;
    for number in 1..=22 {
        mail.append("Work", "", letter(&format!("New {number}")).as_bytes()).await;
    }
    let more = [more.as_slice(), &[("delete", "1")]].concat();
    let page = begin(&ann, port, &bo.who.password, &more).await;
    let page = until(&ann, &page, "Done. 22 of 22 messages, ").await;
    assert!(page.texts(".checklist li").is_empty(), "{}", page.text());
    assert_eq!(subjects(&ann, "INBOX").await.len(), 23);
    assert_eq!(bo.mail().await.state("Work").await, ["Known \\Deleted"]);
}

/// The program itself, in front of the run's mail server by this line; it fetches from this port of `localhost`.
struct Killable {
    file: std::path::PathBuf,
    port: u16,
    program: Option<Program>,
    _folder: tempfile::TempDir,
}

impl Killable {
    fn new(imap: u16, source: u16) -> Self {
        let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
        // localhost is believed by the file of the submission server, which nobody asks here
        let keys = format!(
            "[imap]\nhost = \"127.0.0.1\"\nport = {imap}\ntls = \"none\"\n[submission]\nhost = \"localhost\"\nca_file = \"{}\"\n\
             [fetch]\nhosts = [\"localhost:{source}\"]\nallow = [\"127.0.0.1:{source}\"]\n",
            mail_server().ca_file().display(),
        );
        let file = folder.path().join("fernpost.toml");
        let text = configuration(folder.path(), &format!("127.0.0.1:{port}"), "127.0.0.1:0", &keys);
        std::fs::write(&file, text).unwrap();
        let mut killable = Self { file, port, program: None, _folder: folder };
        killable.serve();
        killable
    }

    fn serve(&mut self) {
        self.program = Some(Program::serve(&self.file, "warn", self.port));
    }

    /// SIGKILL.
    fn kill(&mut self) {
        self.program = None;
    }

    async fn person(&self) -> Person {
        Person::sign_in_at(&format!("http://127.0.0.1:{}", self.port), mail_server().person("ann")).await
    }

    /// Goes on with the password, to the end.
    async fn finishes(&mut self, ann: &Person, page: &Page, password: &str, words: &str) {
        self.serve();
        let page = until(ann, page, "The other server wants the password").await;
        ann.send(&page.form("Go on").fill("password", password)).await;
        until(ann, &page, words).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_messages_are_deleted_by_pop_each_is_here_once_and_none_is_left_there() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    for (names, command) in
        [("+OK", "RETR 2"), ("+OK", "DELE 2"), ("+OK", "QUIT"), ("-ERR", "DELE 2"), ("-ERR", "QUIT")]
    {
        let mut server = elsewhere(&[ONE, TWO, THREE]).await.doing(command, PopDoes::Silence);
        if names == "-ERR" {
            server = server.saying("UIDL", "-ERR no\r\n");
        }
        let mut program = Killable::new(mail_server().port("IMAP_PORT"), server.port);
        let ann = program.person().await;
        let page = begin(&ann, server.port, "canary", &[("delete", "1")]).await;
        until_so(command, async || server.heard().iter().any(|line| line == command)).await;
        program.kill();
        assert_eq!(server.left().len(), 3);
        server.forgive_one(command);
        program.finishes(&ann, &page, "canary", "Done. 3 of 3 messages, ").await;
        assert_eq!(subjects(&ann, "INBOX").await, ["First", "Second", "Third"], "{names} {command}");
        assert_eq!(server.left(), [""; 0], "{names} {command}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_messages_are_fetched_or_deleted_by_imap_each_is_here_once_and_none_is_left_there() {
    skip_on!(Cyrus | Courier | Bare, "imap-alone");
    for (verb, fault, nth) in [
        ("UID FETCH", Fault::Swallow, 2),
        ("UID STORE", Fault::Swallow, 0),
        ("UID EXPUNGE", Fault::Swallow, 0),
        ("UID EXPUNGE", Fault::CutAfter, 0),
    ] {
        let source = FaultProxy::tls(mail_server()).await;
        let bo = mail_server().person("bo");
        let mut mail = MailClient::sign_in(mail_server(), &bo).await;
        mail.make("Work").await;
        for subject in ["First", "Second", "Third"] {
            mail.append("Work", "", letter(subject).as_bytes()).await;
        }
        let mut program = Killable::new(mail_server().port("IMAP_PORT"), source.port);
        let ann = program.person().await;
        source.arm(fault, verb, Times::Once(nth));
        let more = [("by", "imap"), ("user", bo.user.as_str()), ("folder", "Work"), ("delete", "1")];
        let page = begin(&ann, source.port, &bo.password, &more).await;
        until_so(verb, async || source.hits() > 0).await;
        program.kill();
        source.heal().await;
        program.finishes(&ann, &page, &bo.password, "Done. 3 of 3 messages, ").await;
        assert_eq!(subjects(&ann, "INBOX").await, ["First", "Second", "Third"], "{verb} {fault:?}");
        assert_eq!(mail.subjects("Work").await, [""; 0], "{verb} {fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_a_message_is_filed_it_goes_on_and_nothing_is_lost_or_comes_twice() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let elsewhere = elsewhere(&[ONE, TWO, THREE]).await;
    for (number, fault) in
        [(0, Fault::Swallow), (0, Fault::CutAfter), (1, Fault::Swallow), (1, Fault::CutAfter), (2, Fault::CutAfter)]
    {
        let proxy = FaultProxy::plain(mail_server()).await;
        let mut program = Killable::new(proxy.port, elsewhere.port);
        let ann = program.person().await;
        proxy.arm(fault, "APPEND", Times::Once(number));
        let page = begin(&ann, elsewhere.port, "canary", &[]).await;
        until_so("APPEND", async || proxy.hits() > 0).await;
        program.kill();
        proxy.heal().await;
        program.finishes(&ann, &page, "canary", "Done. 3 of 3 messages, ").await;
        assert_eq!(subjects(&ann, "INBOX").await, ["First", "Second", "Third"], "{fault:?} {number}");
    }
}
