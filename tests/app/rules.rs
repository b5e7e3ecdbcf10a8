//! What is thrown away by itself: shown first, done then, and only that.

use super::helpers::{
    Fault, FaultProxy, MailClient, Page, Person, Server, TestApp, Times, encode, mail_server, spawn_app,
    spawn_app_with, until_so,
};

/// An application in front of a server that does not tell when messages came into a folder.
fn without_save_dates() -> String {
    let server = mail_server();
    format!(
        "[imap]\nhost = \"127.0.0.1\"\nport = {}\nca_file = \"{}\"\ndisabled_capabilities = [\"SAVEDATE\"]\n",
        server.port("IMAPS_PORT"),
        server.ca_file().display()
    )
}

const OLD: Option<&str> = Some("02-Nov-2020 23:30:00 +0000");

/// Somebody's Trash with an old message that came there just now, and the page that asks about a rule for it.
async fn deleted_today(ann: &Person) -> (MailClient, Page) {
    let mut mail = ann.mail().await;
    mail.make("Trash").await;
    mail.append_of("Trash", "", OLD, b"Subject: old, deleted today\r\n\r\n").await;
    let page = ann.open("/webmail/storage/rules").await;
    let trash = encode(&mail_server().wire_name("Trash"));
    let asked = ann.send(&page.form("See what would go").forge("on", &trash)).await;
    (mail, asked)
}

#[tokio::test]
async fn a_rule_says_first_what_it_would_delete_and_then_deletes_that_alone() {
    let app = spawn_app_with(&without_save_dates()).await;
    let ann = app.person().await;
    let mut mail = ann.mail().await;
    for folder in ["Trash", "Lists"] {
        mail.make(folder).await;
        mail.append_of(folder, "\\Seen", OLD, b"Subject: old and read\r\n\r\n").await;
        mail.append_of(folder, "", OLD, b"Subject: old\r\n\r\n").await;
        mail.append_of(folder, "\\Seen \\Flagged", OLD, b"Subject: old and flagged\r\n\r\n").await;
        mail.append(folder, "\\Seen", b"Subject: new\r\n\r\n").await;
    }
    let page = ann.open("/webmail/storage/rules").await;
    assert_eq!(page.texts("bdi"), ["Trash", "Junk"][..page.texts("bdi").len()]);
    assert!(page.text().contains("4 messages now"), "{}", page.text());
    let [trash, lists] = ["Trash", "Lists"].map(|name| encode(&mail_server().wire_name(name)));
    let form = page.form("See what would go").forge("on", &trash).fill("add", &lists).fill("add_days", "30");
    let asked = ann.send(&form.forge("add_read", "yes").forge("add_flagged", "yes")).await;
    let text = asked.text();
    assert!(text.contains("This would delete 4 messages for good now"), "{text}");
    assert!(text.contains("Trash: 3 messages,") && text.contains("Lists: 1 message,"), "{text}");
    assert!(text.contains("since a message arrived in your mailbox"), "{text}");
    assert_eq!(mail.left("Trash").await.len(), 4, "nothing is done by asking");

    let kept = ann.send(&asked.form("Keep the rules and delete 4 messages")).await;
    assert!(kept.flash().starts_with("The rules are kept."), "{}", kept.text());
    until_so("the rule is done", async || mail.left("Lists").await.len() <= 3 && mail.left("Trash").await.len() <= 1)
        .await;
    assert_eq!(mail.left("Trash").await, ["new"]);
    assert_eq!(mail.left("Lists").await, ["old", "old and flagged", "new"]);
    let page = ann.open("/webmail/storage/rules").await;
    assert!(page.text().contains("Delete 4 messages by a rule"), "{}", page.text());

    // the list says when each will go, and of those that stay nothing
    let list = ann.open_mailbox("Lists").await;
    let goes = list.texts(".message-row__goes");
    assert!(goes.len() == 1 && goes[0].starts_with("goes on "), "{goes:?}");
    assert!(ann.open_mailbox("INBOX").await.texts(".message-row__goes").is_empty());

    // and off again
    let form = page.form("See what would go").without("on");
    let off = ann.send(&form).await;
    assert_eq!(off.flash(), "Nothing is thrown away by itself any more.");
    assert!(ann.open_mailbox("Lists").await.texts(".message-row__goes").is_empty());
}

#[tokio::test]
async fn days_are_counted_in_the_folder_where_the_server_knows_them() {
    if mail_server().kind() != Server::Dovecot {
        return; // others do not know
    }
    let app = spawn_app().await;
    let ann = app.person().await;
    let (mut mail, asked) = deleted_today(&ann).await;
    assert!(asked.text().contains("Nothing would go now. Keep these rules?"), "{}", asked.text());
    assert!(asked.text().contains("since a message came into its folder"), "{}", asked.text());
    ann.send(&asked.form("Keep the rules")).await;
    let goes = ann.open_mailbox("Trash").await.texts(".message-row__goes");
    assert!(goes.len() == 1 && goes[0].starts_with("goes on "), "{goes:?}");
    assert_eq!(mail.subjects("Trash").await, ["old, deleted today"]);
}

#[tokio::test]
async fn since_when_a_message_is_in_its_folder_is_asked_once() {
    if mail_server().kind() != Server::Dovecot {
        return; // others do not know
    }
    let proxy = FaultProxy::plain(mail_server()).await;
    let app = spawn_app_with(&format!("[imap]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n", proxy.port)).await;
    let ann = app.person().await;
    let (mut mail, asked) = deleted_today(&ann).await;
    ann.send(&asked.form("Keep the rules")).await;
    ann.open_mailbox("Trash").await;
    proxy.heard();
    assert_eq!(ann.open_mailbox("Trash").await.texts(".message-row__goes").len(), 1);
    let warm = proxy.heard();
    assert!(warm.iter().any(|verb| verb == "NOOP") && warm.iter().all(|verb| !verb.contains("FETCH")), "{warm:?}");
    // one that comes is asked about with everything else that a list says of it
    mail.append_of("Trash", "", OLD, b"Subject: older, deleted now\r\n\r\n").await;
    assert_eq!(ann.open_mailbox("Trash").await.texts(".message-row__goes").len(), 2);
    let cold = proxy.heard();
    assert_eq!(cold.iter().filter(|verb| verb.contains("FETCH")).count(), 1, "{cold:?}");
}

/// Somebody behind a line that breaks whenever something is marked, with a rule for Trash that takes what is old and not flagged;
/// its removal waits.
async fn interrupted(proxy: &FaultProxy, subjects: &[&str]) -> (TestApp, Person, MailClient, String) {
    let keys = format!("[imap]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n", proxy.port);
    let keys = format!("{keys}disabled_capabilities = [\"SAVEDATE\"]\n");
    let app = spawn_app_with(&keys).await;
    let ann = app.person().await;
    let mut mail = ann.mail().await;
    mail.make("Trash").await;
    for subject in subjects {
        mail.append_of("Trash", "", OLD, format!("Subject: {subject}\r\n\r\n").as_bytes()).await;
    }
    let trash = encode(&mail_server().wire_name("Trash"));
    let page = ann.open(RULES).await;
    let form = page.form("See what would go").forge("on", &trash).forge("flagged", &trash);
    let asked = ann.send(&form).await;
    proxy.arm(Fault::CutBefore, "UID STORE", Times::From(0));
    ann.send(&asked.form(&format!("Keep the rules and delete {} messages", subjects.len()))).await;
    let page = until(&ann, RULES, "Waits").await;
    let job = page.attributes("main a", "href").into_iter().find(|link| link.contains("/jobs/")).unwrap();
    (app, ann, mail, job)
}

const RULES: &str = "/webmail/storage/rules";

/// The page, as soon as it says this.
async fn until(ann: &Person, address: &str, words: &str) -> Page {
    ann.open_until(address, |page| page.text().contains(words)).await
}

#[tokio::test]
async fn what_was_flagged_since_its_rule_ordered_it_to_go_stays() {
    let proxy = FaultProxy::plain(mail_server()).await;
    let (_app, ann, mut mail, job) = interrupted(&proxy, &["goes", "flagged since"]).await;
    mail.select("Trash").await;
    let uid = mail.search("SUBJECT flagged").await[0];
    mail.store(uid, "+FLAGS (\\Flagged)").await;
    proxy.heal().await;
    let done = until(&ann, &job, "Done").await;
    assert_eq!(mail.left("Trash").await, ["flagged since"]);
    let said = done.texts(".job__remarks li");
    assert!(
        said.len() == 1 && said[0].ends_with(": 1 message stayed. It was changed since, or the rule was."),
        "{said:?}"
    );
    assert!(done.texts(".job__progress").concat().starts_with("1 message, "), "{}", done.text());
}

#[tokio::test]
async fn a_rule_that_was_switched_off_or_lengthened_deletes_nothing_more() {
    let trash = encode(&mail_server().wire_name("Trash"));
    for is_off in [true, false] {
        let proxy = FaultProxy::plain(mail_server()).await;
        let (_app, ann, mut mail, job) = interrupted(&proxy, &["one", "two"]).await;
        let form = ann.open(RULES).await.form("See what would go").forge("confirmed", "yes");
        let form = if is_off { form.without("on") } else { form.forge("days", &format!("{trash}/3650")) };
        ann.send(&form).await;
        let page = until(&ann, &job, "Stopped").await;
        proxy.heal().await;
        // who goes on with it all the same goes by the rules of now
        ann.send(&page.form("Go on")).await;
        let done = until(&ann, &job, "Done").await;
        assert_eq!(mail.left("Trash").await, ["one", "two"]);
        assert!(done.text().contains(": 2 messages stayed."), "{}", done.text());
    }
}

#[tokio::test]
async fn rules_are_run_whenever_their_owner_signs_in() {
    let app = spawn_app_with(&without_save_dates()).await;
    let ann = app.person().await;
    let (mut mail, asked) = deleted_today(&ann).await;
    ann.send(&asked.form("Keep the rules and delete 1 message")).await;
    let gone = async |mail: &mut MailClient| {
        mail.select("Trash").await;
        until_so("Trash is empty", async || mail.search("UNDELETED").await.is_empty()).await;
    };
    gone(&mut mail).await;
    until(&ann, RULES, "Done").await;
    // on a second browser, and again after they had left
    mail.append_of("Trash", "", OLD, b"Subject: old too\r\n\r\n").await;
    let again = app.signed_in(ann.who.clone()).await;
    gone(&mut mail).await;
    for person in [&ann, &again] {
        person.sign_out(&person.open_mailbox("INBOX").await).await;
    }
    mail.append_of("Trash", "", OLD, b"Subject: the third\r\n\r\n").await;
    app.signed_in(ann.who.clone()).await;
    gone(&mut mail).await;
}
