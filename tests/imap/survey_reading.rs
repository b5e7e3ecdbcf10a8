//! How a survey reads: what it asks for, what it does not ask for again, and what becomes of it when something goes wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use fernpost::account::{Account, Error, Heap, Surveyed, Unreachable, What};
use fernpost::mail::PageNumber;

use crate::scripted::{Command, Reply, Script, Scripted, empty};
use crate::survey::{heap, letter, places, survey, surveyed};
use crate::{account, chosen, name};

/// A server with folders `a`, `b` … of so many mails each, and an empty INBOX.
fn folders(counts: &[(&str, u32)]) -> Script {
    let mut mailboxes = vec![("INBOX".to_owned(), empty(7))];
    for (uid_validity, (folder, count)) in (100..).zip(counts) {
        let mut mailbox = empty(uid_validity);
        for number in 0..*count {
            mailbox.add(&letter("ann@example.org", &format!("{folder}{number}"), "", 100), &Default::default());
        }
        mailboxes.push(((*folder).to_owned(), mailbox));
    }
    Script { mailboxes: mailboxes.into_iter().collect(), ..Script::default() }
}

fn fetches(server: &Scripted) -> usize {
    server.count("UID FETCH")
}

#[tokio::test]
async fn what_was_read_is_not_read_again() {
    let server = Scripted::start(folders(&[("a", 3), ("b", 2), ("c", 0)])).await;
    let ann = account(&server).await;
    let first = survey(&ann).await;
    assert_eq!(
        (first.messages, fetches(&server), server.count("UID SEARCH")),
        (5, 2, 0),
        "one for each folder with mail"
    );
    let selects = server.count("SELECT");

    // nothing has changed but a flag: five numbers of each folder, and no message
    server.with(|mailboxes| mailboxes.get_mut("a").unwrap().messages[0].flags.insert("\\Seen".into()));
    ann.look_again();
    assert_eq!(survey(&ann).await.messages, 5);
    assert_eq!((fetches(&server), server.count("UID SEARCH")), (2, 0));
    assert!(server.count("SELECT") <= selects + 1, "{}", server.count("SELECT")); // of the page's own connection

    // one came and one went: that one is read
    server.with(|mailboxes| {
        let folder = mailboxes.get_mut("a").unwrap();
        folder.messages.remove(0);
        folder.add(&letter("ann@example.org", "new", "", 9_000), &Default::default());
    });
    ann.look_again();
    let third = survey(&ann).await;
    assert_eq!((third.messages, third.biggest[0].subject.as_str()), (5, "new"));
    let last = server.heard().into_iter().rev().find(|(_, command)| command.verb == "UID FETCH").unwrap().1;
    assert_eq!((fetches(&server), last.texts()[0]), (3, "4"), "and no other");
    assert_eq!(places(&heap(&ann, Heap::Folder(name("a"))).await.selections), ["a 2:4"]);

    // under another UIDVALIDITY nothing is known
    server.with(|mailboxes| mailboxes.get_mut("b").unwrap().uid_validity = 999);
    ann.look_again();
    survey(&ann).await;
    assert_eq!(fetches(&server), 4);
    let selected = heap(&ann, Heap::Folder(name("b"))).await.selections;
    assert_eq!(selected, [chosen("b", 999, 1..=2)]);
}

#[tokio::test]
async fn a_large_folder_is_read_in_windows() {
    let server = Scripted::start(folders(&[("a", 2_500)])).await;
    let ann = account(&server).await;
    assert_eq!(survey(&ann).await.messages, 2_500);
    let heard = server.heard();
    let windows: Vec<_> =
        heard.iter().filter(|(_, command)| command.verb == "UID FETCH").map(|(_, one)| one.texts()[0]).collect();
    assert!(windows.len() >= 2 && windows[0] == "1:1000", "{windows:?}");
    let piled = heap(&ann, Heap::Sender("ann@example.org".into())).await;
    assert_eq!((piled.messages, piled.rows.len(), piled.pages.count()), (2_500, 50, 50));
    let last = ann.heap(&Heap::Folder(name("a")), PageNumber::new(50).unwrap()).await.unwrap();
    assert_eq!(last.rows.len(), 50);
    assert!(last.rows.iter().all(|row| row.subject.starts_with('a')), "read when they are shown: {:?}", last.rows[0]);
}

#[tokio::test]
async fn folders_that_go_away_meanwhile_are_left_out() {
    // LIST still has them; one goes before STATUS, one before SELECT
    let script = folders(&[("a", 3), ("b", 2), ("c", 2)]);
    let twist = |command: &Command, _| match (command.verb.as_str(), command.texts().first()) {
        ("STATUS", Some(&"b")) | ("SELECT", Some(&"a")) => Reply::say("TAG NO there is none\r\n"),
        _ => Reply::Usual,
    };
    let server = Scripted::start(Script { twist: Box::new(twist), ..script }).await;
    let ann = account(&server).await;
    let found = survey(&ann).await;
    assert_eq!((found.messages, found.complete), (2, false));
    let mut left_out: Vec<_> = found.left_out.iter().map(|folder| folder.as_str()).collect();
    left_out.sort_unstable();
    assert_eq!(left_out, ["a", "b"]);
    assert!(!heap(&ann, Heap::Folder(name("a"))).await.complete);
}

#[tokio::test]
async fn a_lost_connection_is_replaced_and_what_was_read_stays() {
    let lost = Arc::new(AtomicUsize::new(0));
    let count = lost.clone();
    let twist = move |command: &Command, _| match command.verb.as_str() {
        "UID FETCH" if command.texts()[0].starts_with("1001:") && count.fetch_add(1, Ordering::SeqCst) < 2 => {
            Reply::cut("")
        }
        _ => Reply::Usual,
    };
    let server = Scripted::start(Script { twist: Box::new(twist), ..folders(&[("a", 2_000)]) }).await;
    let ann = account(&server).await;
    assert_eq!(survey(&ann).await.messages, 2_000);
    let heard = server.heard();
    let first =
        heard.iter().filter(|(_, command)| command.verb == "UID FETCH" && command.texts()[0] == "1:1000").count();
    assert_eq!(first, 1, "the first window was read once");
}

#[tokio::test]
async fn a_server_that_can_not_be_had_leaves_what_is_known() {
    let down = Arc::new(AtomicBool::new(true));
    let is_down = down.clone();
    let twist = move |command: &Command, _| match (command.verb.as_str(), command.texts().first()) {
        ("SELECT", Some(&"b")) if is_down.load(Ordering::SeqCst) => Reply::cut(""),
        _ => Reply::Usual,
    };
    let server = Scripted::start(Script { twist: Box::new(twist), ..folders(&[("a", 3), ("b", 2)]) }).await;
    let ann = account(&server).await;
    match surveyed(&ann).await {
        Surveyed::Failed(Error::Unreachable(Unreachable::Closed), known) => {
            assert_eq!((known.folders.len(), known.complete), (3, false));
            assert_eq!(known.senders[0].messages, 3, "of the first folder");
        }
        other => panic!("{other:?}"),
    }
    down.store(false, Ordering::SeqCst);
    let before = fetches(&server);
    assert_eq!(survey(&ann).await.messages, 5);
    assert_eq!(fetches(&server), before + 1, "it goes on from there");
}

#[tokio::test]
async fn a_survey_can_be_stopped_and_goes_on_where_it_was() {
    let held = Arc::new(AtomicBool::new(true));
    let silent = held.clone();
    let twist = move |command: &Command, _| match (command.verb.as_str(), command.texts().first()) {
        ("SELECT", Some(&"b")) if silent.load(Ordering::SeqCst) => Reply::Silence,
        _ => Reply::Usual,
    };
    let server = Scripted::start(Script { twist: Box::new(twist), ..folders(&[("a", 3), ("b", 2)]) }).await;
    let ann = account(&server).await;
    ann.begin_survey();
    let since = Instant::now();
    loop {
        match ann.surveyed().await {
            // INBOX and a
            Surveyed::Running { done: 2, total: 3, so_far } if so_far.senders.len() == 1 => break,
            Surveyed::Running { .. } => assert!(since.elapsed() < Duration::from_secs(10)),
            other => panic!("{other:?}"),
        }
    }
    ann.begin_survey(); // there is one
    ann.stop_survey();
    match surveyed_without_beginning(&ann).await {
        Surveyed::Stopped(known) => assert_eq!((known.senders[0].messages, known.complete), (3, false)),
        other => panic!("{other:?}"),
    }
    // who looks at what is known does not begin it again
    let piled = heap(&ann, Heap::Sender("ann@example.org".into())).await;
    assert_eq!((piled.messages, piled.complete), (3, false));
    assert!(matches!(ann.surveyed().await, Surveyed::Stopped(_)));
    held.store(false, Ordering::SeqCst);
    let before = fetches(&server);
    assert_eq!(survey(&ann).await.messages, 5);
    assert_eq!(fetches(&server), before + 1, "only the folder that was not read");
}

async fn surveyed_without_beginning(account: &Account) -> Surveyed {
    let since = Instant::now();
    loop {
        match account.surveyed().await {
            Surveyed::Running { .. } => assert!(since.elapsed() < Duration::from_secs(10)),
            end => return end,
        }
    }
}

#[tokio::test]
async fn nothing_is_known_before_anybody_asked_or_after_signing_out() {
    let server = Scripted::start(folders(&[("a", 3)])).await;
    let ann = account(&server).await;
    assert_eq!(ann.surveyed().await, Surveyed::None);
    let unknown = Err(Error::NotFound(What::Survey));
    assert_eq!(ann.heap(&Heap::Biggest, PageNumber::FIRST).await, unknown);
    survey(&ann).await;
    assert_eq!(heap(&ann, Heap::Biggest).await.messages, 3);
    ann.sign_out();
    assert_eq!(ann.surveyed().await, Surveyed::None);
}

#[tokio::test]
async fn sizes_that_can_not_be_meant_break_nothing() {
    for (line, octets) in [
        ("* 1 FETCH (UID 1 RFC822.SIZE 99999999999999999999)\r\n", 0),
        ("* 1 FETCH (UID 1 RFC822.SIZE -5)\r\n", 0),
        ("* 1 FETCH (UID 1 RFC822.SIZE 18446744073709551615)\r\n", u64::from(u32::MAX)),
        ("* 1 FETCH (UID 1)\r\n", 0),
        ("* 1 FETCH (UID 1 RFC822.SIZE 5)\r\n* 1 FETCH (UID 1 RFC822.SIZE 7)\r\n", 5),
    ] {
        let twist = move |command: &Command, _| match command.verb.as_str() {
            "UID FETCH" => Reply::say(format!("{line}TAG OK done\r\n")),
            _ => Reply::Usual,
        };
        let server = Scripted::start(Script { twist: Box::new(twist), ..folders(&[("a", 1)]) }).await;
        let found = survey(&account(&server).await).await;
        assert_eq!(found.octets, octets, "{line}");
    }
}

#[tokio::test]
async fn what_a_folder_gathers_from_others_counts_once() {
    let twist = |command: &Command, _| match command.verb.as_str() {
        "LIST" => Reply::say(
            "* LIST () \".\" INBOX\r\n* LIST () \".\" a\r\n* LIST (\\All) \".\" all\r\n* LIST (\\Flagged) \".\" starred\r\nTAG OK done\r\n",
        ),
        _ => Reply::Usual,
    };
    let script = folders(&[("a", 3), ("all", 3), ("starred", 1)]);
    let server = Scripted::start(Script { twist: Box::new(twist), ..script }).await;
    let found = survey(&account(&server).await).await;
    assert_eq!((found.messages, found.folders.len(), found.extra), (3, 2, 0));
}
