//! Servers that can less: everything a person does works on each of them (`R-10`).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use fernpost::account::{Asked, Body, Error, Filter, Sort};
use fernpost::mail::{Flag, MessageRef, Role};

use crate::person::{Person, emptied, mail};
use crate::scripted::{Mailbox, Reply, Script, Scripted, empty};
use crate::{account, chosen, name};

/// What each of these has a plain way beside.
const EXTENSIONS: &[&str] = &[
    "MOVE",
    "UIDPLUS",
    "LIST-STATUS",
    "LIST-EXTENDED",
    "SPECIAL-USE",
    "SORT",
    "LITERAL+",
    "PREVIEW",
    "NAMESPACE",
    "QUOTA",
    "SORT=DISPLAY",
    "ESEARCH",
    "CONDSTORE",
    "QRESYNC",
    "ENABLE",
    "NOTIFY",
    "IDLE",
    "ID",
    "BINARY",
    "STATUS=SIZE",
];

async fn a_day_without(lacking: &[&str]) {
    let mut one = Person::with("fallback", lacking, None).await;
    let shown = lacking.join(" ");
    let can = |extension: &str| !lacking.contains(&extension);
    one.mail.make("Kunden/Ärger & Co").await;
    let grey = mail("=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "Schöne Grüße aus Köln");
    let first = one.mail.append("INBOX", "\\Seen label1", grey.as_bytes()).await;
    let rest = one.put("INBOX", &["two", "three", "four", "five", "six", "seven"]).await;

    let overview = one.account.overview().await.unwrap();
    for role in [Role::Inbox, Role::Drafts, Role::Sent, Role::Archive, Role::Junk, Role::Trash] {
        let mailbox = overview.with_role(role).unwrap_or_else(|| panic!("{shown}: no {role:?}"));
        assert!(mailbox.selectable && (mailbox.subscribed || role == Role::Inbox), "{shown}: {role:?}");
    }
    let counts = overview.with_role(Role::Inbox).unwrap().counts.unwrap();
    assert_eq!((counts.messages, counts.unseen), (7, 6), "{shown}");
    let far = overview.find(&name("Kunden/Ärger & Co")).unwrap_or_else(|| panic!("{shown}: no nested folder"));
    assert!(far.subscribed && !far.shared && far.counts.is_some(), "{shown}");

    let listing = one.list("INBOX").await;
    let subjects: Vec<&str> = listing.rows.iter().map(|row| row.envelope.subject.as_str()).collect();
    assert_eq!(subjects, ["seven", "six", "five", "four", "three", "two", "Grüße"], "{shown}");
    assert_eq!(&*listing.rows[6].preview, "Schöne Grüße aus Köln", "{shown}");
    assert_eq!((listing.can_sort, listing.counts.unseen), (can("SORT"), 6), "{shown}");
    let sorted =
        one.account.list_messages(&name("INBOX"), &Asked { sort: Sort::Subject, ..Asked::default() }).await.unwrap();
    assert_eq!(sorted.rows.len(), 7, "{shown}");
    assert_eq!(sorted.sort, if can("SORT") { Sort::Subject } else { Sort::Newest }, "{shown}");
    for (query, found) in [("Grüße", 1), ("köln", 1), ("Grüße Köln", 1), ("Grüße Bonn", 0), ("a line", 6), ("\"\\", 0)]
    {
        let asked = Asked { query: query.into(), ..Asked::default() };
        let listing = one.account.list_messages(&name("INBOX"), &asked).await.unwrap();
        assert_eq!(listing.rows.len(), found, "{shown}: {query}");
    }

    let opened = one
        .account
        .open_message(
            &MessageRef { mailbox: name("INBOX"), uid_validity: listing.uid_validity, uid: listing.rows[0].uid },
            &Default::default(),
        )
        .await
        .unwrap();
    assert!(matches!(opened.bodies.as_slice(), [Body::Text { text, .. }] if text.starts_with("A line")), "{shown}");
    one.mail.select("INBOX").await;
    assert_eq!(one.mail.flags(rest[5]).await, ["\\Seen"], "{shown}");

    let flagged =
        one.account.set_flag(&one.choose("INBOX", &[first, rest[0]]).await, &Flag::Flagged, true).await.unwrap();
    assert_eq!((flagged.done, flagged.missing), (2, 0), "{shown}");
    one.mail.command("NOOP").await;
    assert_eq!(one.mail.flags(first).await, ["\\Flagged", "\\Seen", "label1"], "{shown}");
    let asked = Asked { filter: Filter::Flagged, ..Asked::default() };
    assert_eq!(one.account.list_messages(&name("INBOX"), &asked).await.unwrap().rows.len(), 2, "{shown}");

    let moved =
        one.account.move_messages(&one.choose("INBOX", &[first, 999]).await, &name("Kunden/Ärger & Co")).await.unwrap();
    assert_eq!((moved.done, moved.missing), (1, 1), "{shown}");
    assert_eq!(one.subjects("Kunden/Ärger & Co").await, ["Grüße"], "{shown}");
    assert_eq!(one.list("INBOX").await.rows.len(), 6, "{shown}");
    // Dovecot tells where they went in any case
    let undo = moved.undo.unwrap_or_else(|| panic!("{shown}: no undo"));
    assert_eq!(one.account.move_messages(&undo, &name("INBOX")).await.unwrap().done, 1, "{shown}");
    assert_eq!(one.list("INBOX").await.rows.len(), 7, "{shown}");
    let copied = one.account.copy_messages(&one.choose("INBOX", &[rest[0]]).await, &name("Archive")).await.unwrap();
    assert_eq!((copied.done, copied.missing), (1, 0), "{shown}");
    for (uid, role, folder) in
        [(rest[1], Role::Archive, "Archive"), (rest[2], Role::Junk, "Junk"), (rest[3], Role::Trash, "Trash")]
    {
        let moved = one.account.move_to_role(&one.choose("INBOX", &[uid]).await, role).await.unwrap();
        assert_eq!((moved.done, moved.to), (1, Some(name(folder))), "{shown}");
    }
    assert_eq!(one.subjects("Archive").await, ["three", "two"], "{shown}");
    assert_eq!(
        (one.subjects("Junk").await, one.subjects("Trash").await),
        (vec!["four".into()], vec!["five".into()]),
        "{shown}"
    );
    let deleted = one.account.delete_for_good(&one.choose("INBOX", &[rest[4]]).await).await.unwrap();
    assert_eq!((deleted.done, deleted.missing), (1, 0), "{shown}");
    assert!(!one.subjects("INBOX").await.contains(&"six".to_owned()), "{shown}");
    let trash = one.list("Trash").await;
    let of_trash = one.account.empty_mailbox(&name("Trash"), trash.uid_validity).await.unwrap();
    assert_eq!(emptied(of_trash), 1, "{shown}");
    assert_eq!(one.list("Trash").await.rows.len(), 0, "{shown}");
    // the other program sees the same, but for what a server without UIDPLUS can only mark
    one.mail.command("NOOP").await;
    let undeleted = one.mail.search("UNDELETED").await.len();
    assert_eq!(undeleted, one.list("INBOX").await.rows.len(), "{shown}");
}

#[tokio::test]
async fn everything_works_without_any_one_extension() {
    let mut days = tokio::task::JoinSet::new();
    for extension in EXTENSIONS {
        days.spawn(a_day_without(std::slice::from_ref(extension)));
    }
    while let Some(day) = days.join_next().await {
        day.unwrap();
    }
}

#[tokio::test]
async fn everything_works_with_and_without_all_extensions() {
    a_day_without(&[]).await;
    a_day_without(EXTENSIONS).await;
    a_day_without(&["MOVE", "UIDPLUS"]).await;
    a_day_without(&["LIST-STATUS", "LIST-EXTENDED", "SPECIAL-USE"]).await;
}

/// A server as in 2003: RFC 3501 and nothing else, all mailboxes below INBOX.
fn bare() -> Script {
    let mut script = Script { capabilities: "IMAP4rev1", prefix: "INBOX.", ..Script::default() };
    script.mailboxes.remove("Trash");
    script.mailboxes.insert("INBOX.Sent Items".into(), empty(20));
    script.mailboxes.insert("INBOX.Entw&APw-rfe".into(), empty(21));
    script.mailboxes.insert("INBOX.Work.Clients".into(), empty(22));
    script
}

#[tokio::test]
async fn a_bare_server_of_rfc_3501_serves_everything() {
    for capabilities in ["IMAP4rev1", "IMAP4rev1 NAMESPACE"] {
        let server = Scripted::start(Script { capabilities, ..bare() }).await;
        let account = account(&server).await;
        let inbox = name("INBOX");
        let overview = account.overview().await.unwrap();
        assert_eq!(overview.personal_prefix, "INBOX.");
        assert_eq!(overview.with_role(Role::Sent).map(|one| one.name.as_str()), Some("INBOX.Sent Items"));
        assert_eq!(overview.with_role(Role::Drafts).map(|one| one.name.as_str()), Some("INBOX.Entwürfe"));
        assert_eq!(overview.with_role(Role::Trash), None);
        assert_eq!(overview.mailboxes.iter().filter(|one| one.subscribed && one.counts.is_some()).count(), 4);

        let listing = account.list_messages(&inbox, &Asked::default()).await.unwrap();
        assert_eq!(listing.rows.len(), 3);
        assert_eq!(&*listing.rows[0].preview, "Text of three.");
        let validity = listing.uid_validity.number();
        account.set_flag(&chosen("INBOX", validity, [1]), &Flag::Flagged, true).await.unwrap();
        assert!(server.with(|all| all["INBOX"].messages[0].flags.contains("\\Flagged")));

        let copied = account.copy_messages(&chosen("INBOX", validity, [2]), &name("INBOX.Work.Clients")).await.unwrap();
        assert_eq!((copied.done, server.uids("INBOX.Work.Clients")), (1, vec![1]));
        let moved = account.move_messages(&chosen("INBOX", validity, [2]), &name("INBOX.Work.Clients")).await.unwrap();
        assert_eq!((moved.done, moved.undo), (1, None));
        let trashed = account.move_to_role(&chosen("INBOX", validity, [1]), Role::Trash).await.unwrap();
        assert_eq!((trashed.done, trashed.to), (1, Some(name("INBOX.Trash"))));
        assert!(server.with(|all| all["INBOX.Trash"].subscribed));
        // what can't be expunged alone stays, marked and out of sight; a form of before does nothing to it
        assert_eq!(server.uids("INBOX"), [1, 2, 3]);
        let (before, work) = (chosen("INBOX", validity, [1, 2]), name("INBOX.Work.Clients"));
        let again = [
            account.move_to_role(&before, Role::Trash).await,
            account.move_messages(&before, &work).await,
            account.copy_messages(&before, &work).await,
            account.delete_for_good(&before).await,
        ];
        for again in again {
            assert_eq!(again.map(|changed| (changed.done, changed.missing)), Ok((0, 2)));
        }
        assert_eq!((server.uids("INBOX.Trash").len(), server.uids("INBOX.Work.Clients").len()), (1, 2));
        let listing = account.list_messages(&inbox, &Asked::default()).await.unwrap();
        assert_eq!(listing.rows.iter().map(|row| row.uid.number()).collect::<Vec<_>>(), [3]);
        assert_eq!(
            account.overview().await.unwrap().with_role(Role::Trash).map(|one| one.name.clone()),
            Some(name("INBOX.Trash"))
        );
        let trash = account.list_messages(&name("INBOX.Trash"), &Asked::default()).await.unwrap();
        assert_eq!(emptied(account.empty_mailbox(&name("INBOX.Trash"), trash.uid_validity).await.unwrap()), 1);
        assert_eq!(account.list_messages(&name("INBOX.Trash"), &Asked::default()).await.unwrap().rows.len(), 0);
    }
}

#[tokio::test]
async fn a_server_that_offers_first_lines_and_makes_none_gets_them_made_here() {
    let server = Scripted::start(Script { capabilities: "IMAP4rev1 PREVIEW", ..Script::default() }).await;
    let listing = account(&server).await.list_messages(&name("INBOX"), &Asked::default()).await.unwrap();
    let previews: Vec<&str> = listing.rows.iter().map(|row| &*row.preview).collect();
    assert_eq!(previews, ["Text of three.", "Text of two.", "Text of one."]);
}

/// As Cyrus (3.6, 2022) does when another program deletes the mailbox that is open on this connection, and makes it anew.
#[tokio::test]
async fn an_open_mailbox_made_anew_is_noticed_where_the_server_only_says_that_it_is_empty() {
    for acts in [true, false] {
        let (anew, told) = (Arc::new(AtomicBool::new(false)), AtomicBool::new(false));
        let is_anew = anew.clone();
        let twist = move |command: &crate::scripted::Command, _: usize| match command.verb.as_str() {
            "NOOP" if is_anew.load(SeqCst) && !told.swap(true, SeqCst) => {
                Reply::say("* 3 EXPUNGE\r\n* 2 EXPUNGE\r\n* 1 EXPUNGE\r\nTAG OK done\r\n")
            }
            "UID STORE" => Reply::say("TAG NO Mailbox does not exist\r\n"),
            _ => Reply::Usual,
        };
        let server = Scripted::start(Script { twist: Box::new(twist), ..bare() }).await;
        let put = |uid_validity| {
            server.with(|all| {
                let work = Mailbox { uid_validity, ..all["INBOX"].clone() };
                all.insert("INBOX.Work".to_owned(), work);
            });
        };
        let work = name("INBOX.Work");
        put(30);
        let account = account(&server).await;
        assert_eq!(account.list_messages(&work, &Asked::default()).await.unwrap().uid_validity.number(), 30);
        put(31);
        anew.store(true, SeqCst);
        if acts {
            let flagged = account.set_flag(&chosen(work.as_str(), 30, [1]), &Flag::Flagged, true).await;
            assert_eq!(flagged.map(drop), Err(Error::MailboxRebuilt(work.clone())));
        }
        let listing = account.list_messages(&work, &Asked::default()).await.unwrap();
        assert_eq!((listing.rows.len(), listing.uid_validity.number()), (3, 31));
    }
}

#[tokio::test]
async fn a_server_that_does_not_tell_its_prefix_still_gets_its_trash() {
    // nothing but INBOX to guess the prefix from
    let mut script = bare();
    script.mailboxes.retain(|name, _| name == "INBOX");
    let server = Scripted::start(script).await;
    let moved = account(&server).await.move_to_role(&chosen("INBOX", 7, [1]), Role::Trash).await.unwrap();
    assert_eq!((moved.done, moved.to), (1, Some(name("INBOX.Trash"))));
}

#[tokio::test]
async fn a_role_that_can_not_be_made_is_told_as_such() {
    let twist = |command: &crate::scripted::Command, _: usize| match command.verb.as_str() {
        "CREATE" => Reply::say("TAG NO [NOPERM] no\r\n"),
        _ => Reply::Usual,
    };
    let server = Scripted::start(Script { twist: Box::new(twist), ..bare() }).await;
    let account = account(&server).await;
    let moved = account.move_to_role(&chosen("INBOX", 7, [1]), Role::Trash).await;
    assert_eq!(moved.map(drop), Err(Error::NoRole(Role::Trash)));
    assert_eq!((server.uids("INBOX"), server.count("UID COPY")), (vec![1, 2, 3], 0));
}
