//! A server that refuses, breaks off, falls silent or floods: each becomes the right error, in time and in bounded
//! memory; never an empty success, never a hang.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use fernpost::account::{Accounts, Asked, Error, Filter, Servers, Sort, Unreachable, What};
use fernpost::imap::{self, Connections, Criteria, Dialer, Item, Purpose};
use fernpost::mail::{PartPath, Secret, Uid};

use crate::scripted::{Command, Reply, Script, Scripted};
use crate::{account, chosen, connections, message, name, plain, uids};

/// No fault may take longer than this to become an error, but for silence.
const SOON: Duration = Duration::from_secs(5);

async fn soon<T>(what: &str, work: impl Future<Output = T>) -> T {
    tokio::time::timeout(SOON, work).await.unwrap_or_else(|_| panic!("{what}: no answer"))
}

/// What a person reads, each on a fresh account: (verbs it sends, what came of it).
async fn list(server: &Scripted) -> Result<usize, Error> {
    let account = account(server).await;
    account.list_messages(&name("INBOX"), &Asked::default()).await.map(|listing| listing.rows.len())
}

/// The same, where the mailbox is open already: that asks NOOP, where opening asks SELECT.
async fn list_again(server: &Scripted) -> Result<usize, Error> {
    let account = account(server).await;
    account.list_messages(&name("INBOX"), &Asked::default()).await.unwrap();
    account.list_messages(&name("INBOX"), &Asked::default()).await.map(|listing| listing.rows.len())
}

async fn list_for(verb: &str, server: &Scripted) -> Result<usize, Error> {
    if verb == "NOOP" { list_again(server).await } else { list(server).await }
}

async fn open(server: &Scripted) -> Result<usize, Error> {
    account(server)
        .await
        .open_message(&message("INBOX", 7, 1), &Default::default())
        .await
        .map(|opened| opened.bodies.len())
}

/// A read's connection can be lost once without harm; so a fault is there on every connection.
fn always(verb: &'static str, reply: fn() -> Reply) -> impl Fn(&Command, usize) -> Reply + Send + Sync {
    move |command: &Command, _: usize| if command.verb == verb { reply() } else { Reply::Usual }
}

#[tokio::test]
async fn a_refused_read_is_an_error_and_never_an_empty_page() {
    for verb in ["NOOP", "LIST", "SELECT", "FETCH"] {
        for refusal in ["TAG NO no\r\n", "TAG BAD no\r\n", "* NO no\r\nTAG NO [XODD] no\r\n"] {
            let server = Scripted::but(move |command, _| match command.verb == verb {
                true => Reply::say(refusal),
                false => Reply::Usual,
            })
            .await;
            let listed = soon(verb, list_for(verb, &server)).await;
            let expected = match (verb, refusal.contains("BAD")) {
                ("SELECT", false) => Error::NotFound(What::Mailbox(name("INBOX"))), // R-12
                _ => Error::Refused,
            };
            assert_eq!(listed, Err(expected), "{verb}: {refusal}");
            assert_eq!(server.count(verb), 1, "a refusal is an answer: {verb}: {refusal}");
        }
    }
    for verb in ["SELECT", "UID FETCH"] {
        let server = Scripted::but(always(verb, || Reply::say("TAG BAD no\r\n"))).await;
        assert_eq!(soon(verb, open(&server)).await, Err(Error::Refused), "{verb}");
    }
    // what only adds to a page may be refused
    for verb in ["LSUB", "STATUS", "UID STORE"] {
        for refusal in ["TAG NO no\r\n", "TAG BAD no\r\n"] {
            let server = Scripted::but(move |command, _| match command.verb == verb {
                true => Reply::say(refusal),
                false => Reply::Usual,
            })
            .await;
            assert_eq!(soon(verb, list(&server)).await, Ok(3), "{verb}");
            assert_eq!(soon(verb, open(&server)).await, Ok(1), "{verb}");
        }
    }
}

#[tokio::test]
async fn a_refused_search_is_an_error_and_never_no_results() {
    for refusal in ["TAG NO no\r\n", "TAG BAD no\r\n", "TAG NO [BADCHARSET (US-ASCII)] no\r\n"] {
        let server = Scripted::but(move |command, _| match command.verb.as_str() {
            "UID SEARCH" => Reply::say(refusal),
            _ => Reply::Usual,
        })
        .await;
        let account = account(&server).await;
        let asked = Asked { filter: Filter::Unread, ..Asked::default() };
        let listed = soon(refusal, account.list_messages(&name("INBOX"), &asked)).await;
        assert_eq!(listed.map(|listing| listing.rows.len()), Err(Error::Refused), "{refusal}");
    }
}

#[tokio::test]
async fn a_busy_server_is_told_from_a_broken_one() {
    for (said, expected) in [
        ("TAG NO [UNAVAILABLE] later\r\n", Unreachable::Busy), // R-04
        ("TAG NO [INUSE] later\r\n", Unreachable::Busy),
        ("TAG NO [LIMIT] later\r\n", Unreachable::Busy),
        ("TAG NO [SERVERBUG] later\r\n", Unreachable::Busy),
        ("* BYE [UNAVAILABLE] later\r\n", Unreachable::Busy),
        ("* BYE bye\r\n", Unreachable::Closed),
        ("* BYE [ALERT] maintenance\r\n", Unreachable::Closed),
        ("* BYE\r\n", Unreachable::Closed),
    ] {
        for verb in ["SELECT", "NOOP", "LIST", "FETCH"] {
            let server = Scripted::but(move |command, _| match (command.verb == verb, said.starts_with('*')) {
                (true, true) => Reply::cut(said),
                (true, false) => Reply::say(said),
                _ => Reply::Usual,
            })
            .await;
            let listed = soon(said, list_for(verb, &server)).await;
            let expected = match (verb, said.starts_with('*')) {
                ("NOOP", true) => Ok(3), // read on another connection, where SELECT does its office
                _ => Err(Error::Unreachable(expected)),
            };
            assert_eq!(listed, expected, "{verb}: {said}");
        }
    }
}

#[tokio::test]
async fn a_connection_that_ends_anywhere_in_an_answer_is_an_error() {
    for said in [
        "",
        "*",
        "* 3 EXI",
        "* 3 EXISTS\r\n",
        "* 1 FETCH (UID 1 BODY[HEADER.FIELDS (FROM)] {100}\r\n",
        "* 1 FETCH (UID 1 BODY[HEADER.FIELDS (FROM)] {100}\r\nFrom: ",
        "* 1 FETCH (UID 1 BODY[HEADER.FIELDS (FROM)] {5}\r\nFrom:",
        "* 1 FETCH (UID 1 BODY[HEADER.FIELDS (FROM)] {5}\r\nFrom: )",
        "* 1 FETCH (UID 1 BODY[HEADER.FIELDS (FROM)] {5}\r\nFrom:)\r\n",
        "TAG O",
        "TAG OK done",
        "TAG OK done\r",
    ] {
        for verb in ["SELECT", "LIST", "FETCH"] {
            let server = Scripted::but(move |command, _| match command.verb == verb {
                true => Reply::cut(said),
                false => Reply::Usual,
            })
            .await;
            let listed = soon(said, list(&server)).await;
            assert_eq!(listed, Err(Error::Unreachable(Unreachable::Closed)), "{verb}: {said:?}");
            assert_eq!(server.count(verb), 2, "a read is tried on two connections: {verb}: {said:?}"); // R-01
        }
    }
}

#[tokio::test]
async fn a_read_is_repeated_once_on_a_fresh_connection() {
    for verb in ["SELECT", "NOOP", "LIST", "STATUS", "FETCH", "UID FETCH"] {
        let server = Scripted::but(move |command, connection| match command.verb == verb && connection == 0 {
            true => Reply::cut("* 1 FETCH (UID 1 BODY[] {9}\r\nhalf"),
            false => Reply::Usual,
        })
        .await;
        assert_eq!(soon(verb, list_for(verb, &server)).await, Ok(3), "{verb}"); // R-01
        assert_eq!(server.connections(), 2, "{verb}");
    }
}

#[tokio::test]
async fn a_server_that_restarts_costs_nothing_but_a_connection() {
    let inbox = name("INBOX");
    let restarted = Scripted::but(|command, connection| match (command.verb.as_str(), connection) {
        ("LIST", 0) => Reply::after("* BYE restarting\r\n"),
        _ => Reply::Usual,
    })
    .await;
    let account = account(&restarted).await;
    for _ in 0..3 {
        let listing = soon("restart", account.list_messages(&inbox, &Asked::default())).await.unwrap(); // R-03
        assert_eq!(listing.rows.len(), 3);
    }
    assert_eq!(restarted.connections(), 2);
}

#[tokio::test]
async fn an_answer_with_a_good_bye_behind_it_is_an_answer() {
    let server = Scripted::but(|command, _| match command.verb.as_str() {
        "UID FETCH" if command.texts().contains(&"FLAGS") => Reply::after("* BYE shutting down\r\n"),
        _ => Reply::Usual,
    })
    .await;
    let account = account(&server).await;
    let two = chosen("INBOX", 7, [1, 2]);
    let flagged = soon("STORE", account.set_flag(&two, &fernpost::mail::Flag::Flagged, true)).await;
    assert_eq!(flagged.map(|changed| changed.done), Ok(2));
    assert_eq!(server.count("UID STORE"), 1);
}

#[tokio::test]
async fn one_octet_at_a_time_is_as_good_as_all_at_once() {
    let server = Scripted::start(Script { chunk: 1, ..Script::default() }).await;
    let account = account(&server).await;
    let listing = account.list_messages(&name("INBOX"), &Asked::default()).await.unwrap();
    let subjects: Vec<&str> = listing.rows.iter().map(|row| row.envelope.subject.as_str()).collect();
    assert_eq!(subjects, ["three", "two", "one"]);
    let opened = account.open_message(&message("INBOX", 7, 2), &Default::default()).await.unwrap();
    assert_eq!(opened.neighbours.before, Uid::new(3));
    let moved = account.move_messages(&chosen("INBOX", 7, [1, 3]), &name("Trash")).await.unwrap();
    assert_eq!((moved.done, server.uids("INBOX")), (2, vec![2]));
}

#[tokio::test]
async fn an_alert_while_a_mailbox_is_opened_is_no_refusal() {
    let server = Scripted::but(always("SELECT", || Reply::before("* NO [ALERT] disk 95% full\r\n* BAD hm\r\n"))).await;
    assert_eq!(soon("SELECT", list(&server)).await, Ok(3));
}

#[tokio::test]
async fn unsolicited_news_are_all_kept() {
    let flood: String = (4..504).map(|n| format!("* {n} EXISTS\r\n")).collect::<String>() + "* 1 EXPUNGE\r\n";
    let server = Scripted::but(move |command, _| match command.verb.as_str() {
        "NOOP" => Reply::before(flood.clone()),
        _ => Reply::Usual,
    })
    .await;
    let connections = connections(&server);
    let client = connections.client(Purpose::Mailbox(&name("INBOX"))).await.unwrap();
    let exists = client
        .run(|link| {
            Box::pin(async move {
                link.select(&name("INBOX")).await?;
                link.window(0..3, &[Item::Uid, Item::Flags]).await?;
                link.sync_with_tree(fernpost::imap::WithQuota::Asked).await?;
                Ok(link.view().map(|view| (view.exists(), view.place_of(Uid::new(3).unwrap()))))
            })
        })
        .await
        .unwrap();
    assert_eq!(exists, Some((502, Some(500)))); // 503, less the expunged one; the third message is now the second
}

#[tokio::test]
async fn a_million_lines_are_survived_or_given_up_in_bounded_memory() {
    // I-08: counters change nothing; data in answer to a command has a limit
    let counters = "* 3 EXISTS\r\n".repeat(1_000_000);
    let server = Scripted::but(move |command, _| match command.verb.as_str() {
        "NOOP" => Reply::before(counters.clone()),
        _ => Reply::Usual,
    })
    .await;
    let before = resident();
    let listed = list(&server).await;
    assert!(matches!(listed, Ok(3) | Err(Error::Unreachable(Unreachable::Garbled))), "{listed:?}");
    let folders: String = (0..1_000_000).map(|n| format!("* LIST () \"/\" \"folder number {n}\"\r\n")).collect();
    let server = Scripted::but(move |command, _| match command.verb.as_str() {
        "LIST" => Reply::before(folders.clone()),
        _ => Reply::Usual,
    })
    .await;
    assert_eq!(list(&server).await, Err(Error::Unreachable(Unreachable::Garbled)));
    let flags: String = (0..1_000_000).map(|n| format!("* {} FETCH (UID {n} FLAGS (\\Seen))\r\n", n % 3 + 1)).collect();
    let server = Scripted::but(move |command, _| match command.verb.as_str() {
        "FETCH" => Reply::before(flags.clone()),
        _ => Reply::Usual,
    })
    .await;
    assert_eq!(list(&server).await, Err(Error::Unreachable(Unreachable::Garbled)));
    // the texts of the three scripts are in this process, too
    assert!(resident().saturating_sub(before) < 400 << 20, "{} MB more", (resident() - before) >> 20);
}

#[tokio::test]
async fn a_mailbox_of_four_billion_messages_takes_no_memory() {
    for verb in ["SELECT", "NOOP"] {
        let server = Scripted::but(always(verb, || Reply::before("* 4294967295 EXISTS\r\n"))).await;
        let before = resident();
        let listed = soon(verb, list_for(verb, &server)).await;
        assert_eq!(listed, Err(Error::Unreachable(Unreachable::Garbled)), "{verb}"); // I-08
        assert!(resident().saturating_sub(before) < 64 << 20, "{} MB more", (resident() - before) >> 20);
    }
}

#[tokio::test]
async fn a_literal_of_four_hundred_megabytes_takes_no_memory() {
    for announced in ["{400000000}", "{4000000000}", "{99999999999999999}", "{400000000+}", "~{400000000}"] {
        for verb in ["SELECT", "LIST", "FETCH"] {
            let server = Scripted::but(move |command, _| match command.verb == verb {
                true => Reply::say(format!("* 1 FETCH (UID 1 BODY[] {announced}\r\nand some")),
                false => Reply::Usual,
            })
            .await;
            let listed = soon(announced, list(&server)).await;
            assert_eq!(listed, Err(Error::Unreachable(Unreachable::Garbled)), "{verb} {announced}"); // I-08
        }
    }
}

#[tokio::test]
async fn a_line_without_end_is_given_up() {
    for start in ["* LIST () \"/\" \"", "* OK ", "TAG OK ", "TAG", "+ ", "", "* 1 FETCH (UID 1 FLAGS ("] {
        let server = Scripted::but(move |command, _| match command.verb.as_str() {
            "LIST" => Reply::say(format!("{start}{}", "a".repeat(20 << 20))),
            _ => Reply::Usual,
        })
        .await;
        let listed = soon(start, list(&server)).await;
        assert_eq!(listed, Err(Error::Unreachable(Unreachable::Garbled)), "{start}"); // I-08
    }
}

#[tokio::test]
async fn answers_to_no_command_of_ours_are_not_taken_for_ours() {
    for said in ["X99 OK done\r\n", "A9999 OK done\r\n", "TAG9 OK done\r\n", "TAG OK done\r\nTAG OK done again\r\n"] {
        let server = Scripted::but(move |command, _| match command.verb.as_str() {
            "FETCH" => Reply::before(said),
            _ => Reply::Usual,
        })
        .await;
        let listed = soon(said, list(&server)).await;
        assert_eq!(listed, Err(Error::Unreachable(Unreachable::Garbled)), "{said}"); // I-08
    }
}

#[tokio::test]
async fn an_answer_without_data_is_no_page_of_nothing() {
    // OK to FETCH without a single message, though SELECT has told of three
    let server = Scripted::but(always("FETCH", || Reply::say("TAG OK done\r\n"))).await;
    let account = account(&server).await;
    let listed = soon("FETCH", account.list_messages(&name("INBOX"), &Asked::default())).await;
    assert_eq!(listed.map(|listing| listing.rows.len()), Err(Error::Unreachable(Unreachable::Garbled)));
    // OK to LIST without a single mailbox: INBOX always exists (RFC 9051 5.1)
    let server = Scripted::but(always("LIST", || Reply::say("TAG OK done\r\n"))).await;
    assert!(soon("LIST", list(&server)).await.is_err());
}

/// A server that falls silent at one command, and connections that wait for it as long as `patience`.
async fn silent_at(verb: &'static str, patience: Duration) -> (Scripted, Connections) {
    let server = Scripted::but(always(verb, || Reply::Silence)).await;
    let dialer = Dialer::new(plain(server.port)).unwrap().with_deadline(patience).with_connections(1);
    let connections = Connections::new(dialer, "ann", Secret::new("secret"), None);
    (server, connections)
}

#[tokio::test]
async fn silence_ends_at_the_deadline() {
    let patience = Duration::from_millis(200);
    for verb in ["CAPABILITY", "LOGIN", "SELECT", "UID FETCH", "UID SEARCH", "UID STORE", "UID MOVE"] {
        let (_server, connections) = silent_at(verb, patience).await;
        let asked = std::time::Instant::now();
        let client = connections.client(Purpose::Mailbox(&name("INBOX"))).await;
        let result = match client {
            Err(error) => Err(error),
            Ok(client) => {
                client
                    .run(|link| {
                        Box::pin(async move {
                            link.select(&name("INBOX")).await?;
                            link.search(&Criteria::All, &[], None).await?;
                            link.fetch(&uids([1]), &[Item::Uid]).await?;
                            link.move_to(&uids([1]), &name("Trash")).await?;
                            link.store(&uids([2]), &[fernpost::mail::Flag::Seen], true).await
                        })
                    })
                    .await
            }
        };
        assert_eq!(result.map(drop), Err(imap::Error::TimedOut), "{verb}"); // R-06
        assert!(asked.elapsed() >= patience && asked.elapsed() < SOON, "{verb}: {:?}", asked.elapsed());
        assert_eq!(connections.open(), 0, "{verb}: a connection that did not answer is not used again");
    }
}

#[tokio::test]
async fn a_slow_server_is_a_page_that_says_so_and_the_next_try_may_succeed() {
    let silent = Arc::new(AtomicBool::new(true));
    let is_silent = silent.clone();
    let server = Scripted::but(move |command, _| match command.verb == "SELECT" && is_silent.load(Ordering::SeqCst) {
        true => Reply::Silence,
        false => Reply::Usual,
    })
    .await;
    let dialer = Dialer::new(plain(server.port)).unwrap().with_deadline(Duration::from_millis(200));
    let account = Accounts::new(Servers::from(dialer)).sign_in("ann", Secret::new("secret"), None).await.unwrap();
    let inbox = name("INBOX");
    let listed = soon("silence", account.list_messages(&inbox, &Asked::default())).await;
    assert_eq!(listed.map(|listing| listing.rows.len()), Err(Error::Unreachable(Unreachable::TooSlow))); // R-06
    silent.store(false, Ordering::SeqCst);
    assert_eq!(account.list_messages(&inbox, &Asked::default()).await.unwrap().rows.len(), 3);
}

#[tokio::test]
async fn tabs_that_wait_for_a_dead_server_fail_together() {
    // accepts, and never says a word
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let tries = Arc::new(AtomicUsize::new(0));
    let counted = tries.clone();
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((socket, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            kept.push(socket);
        }
    });
    let dialer = Dialer::new(plain(port)).unwrap().with_deadline(Duration::from_millis(300));
    let account = Accounts::new(Servers::from(dialer)).resume("ann", Secret::new("secret")).unwrap();
    let tabs: Vec<_> = (0..20)
        .map(|_| {
            let account = account.clone();
            tokio::spawn(async move { account.list_messages(&name("INBOX"), &Asked::default()).await.map(drop) })
        })
        .collect();
    let asked = std::time::Instant::now();
    for tab in tabs {
        let listed = soon("a dead server", tab).await.unwrap();
        assert_eq!(listed, Err(Error::Unreachable(Unreachable::TooSlow)));
    }
    assert!(asked.elapsed() < Duration::from_secs(2), "one after the other: {:?}", asked.elapsed()); // R-06
    assert_eq!(tries.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn whoever_goes_away_leaves_the_connection_in_step() {
    let server = Scripted::but(|_, _| Reply::Usual).await;
    let account = account(&server).await;
    let inbox = name("INBOX");
    for number in 0..200_u32 {
        let (account, inbox) = (account.clone(), inbox.clone());
        let going = tokio::spawn(async move {
            let asked = Asked { sort: if number % 2 == 0 { Sort::Newest } else { Sort::Oldest }, ..Asked::default() };
            account.list_messages(&inbox, &asked).await.map(drop)
        });
        for _ in 0..number % 23 {
            tokio::task::yield_now().await;
        }
        going.abort(); // R-02
    }
    let listing = soon("after", account.list_messages(&inbox, &Asked::default())).await.unwrap();
    let found: Vec<u32> = listing.rows.iter().map(|row| row.uid.number()).collect();
    assert_eq!(found, [3, 2, 1]);
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_write_that_nobody_waits_for_is_finished() {
    let server = Scripted::but(|_, _| Reply::Usual).await;
    let account = account(&server).await;
    account.list_messages(&name("INBOX"), &Asked::default()).await.unwrap();
    let doing = account.clone();
    let going = tokio::spawn(async move { doing.move_messages(&chosen("INBOX", 7, [1, 2]), &name("Trash")).await });
    while server.count("UID MOVE") == 0 {
        tokio::task::yield_now().await;
    }
    going.abort(); // R-02
    let listing = account.list_messages(&name("INBOX"), &Asked::default()).await.unwrap();
    assert_eq!(listing.rows.len(), 1);
    assert_eq!((server.count("UID MOVE"), server.connections()), (1, 1));
}

#[tokio::test]
async fn a_download_that_breaks_off_is_not_taken_for_whole() {
    let half = "* 1 FETCH (UID 1 BODY[1] {100000}\r\n".to_owned() + &"x".repeat(50_000);
    let server = Scripted::but(move |command, _| match command.texts().contains(&"BODY.PEEK[1]") {
        true => Reply::cut(half.clone()),
        false => Reply::Usual,
    })
    .await;
    let account = account(&server).await;
    let part = account.open_part(&message("INBOX", 7, 1), &"1".parse::<PartPath>().unwrap()).await;
    let mut last = None;
    let mut octets = 0;
    let mut bytes = part.unwrap().bytes;
    while let Some(piece) = soon("pieces", bytes.next()).await {
        if let Ok(piece) = &piece {
            octets += piece.len();
        }
        last = Some(piece);
    }
    assert_eq!(last, Some(Err(Error::Unreachable(Unreachable::Closed))));
    assert_eq!(octets, 50_000);
}

/// What goes wrong before the first octet can still be a page; and a read is tried twice (`R-01`).
#[tokio::test]
async fn a_download_that_never_begins_is_an_error_and_not_a_file() {
    for (said, expected, times) in
        [("", Error::Unreachable(Unreachable::Closed), 2), ("TAG NO no\r\n", Error::Refused, 1)]
    {
        let server = Scripted::but(move |command, _| match command.texts().contains(&"BODY.PEEK[1]") {
            true if said.is_empty() => Reply::cut(said),
            true => Reply::say(said),
            false => Reply::Usual,
        })
        .await;
        let account = account(&server).await;
        let part = account.open_part(&message("INBOX", 7, 1), &"1".parse::<PartPath>().unwrap()).await;
        assert_eq!(part.map(drop), Err(expected));
        assert_eq!(server.count("SELECT"), times + 1, "{said:?}");
    }
}

#[tokio::test]
async fn a_reader_who_leaves_a_download_costs_at_most_its_connection() {
    let whole = "* 1 FETCH (UID 1 BODY[1] {8000000}\r\n".to_owned() + &"x".repeat(8_000_000) + ")\r\nTAG OK done\r\n";
    let server = Scripted::but(move |command, _| match command.texts().contains(&"BODY.PEEK[1]") {
        true => Reply::say(whole.clone()),
        false => Reply::Usual,
    })
    .await;
    let account = account(&server).await;
    for _ in 0..6 {
        let part = account.open_part(&message("INBOX", 7, 1), &"1".parse::<PartPath>().unwrap()).await.unwrap();
        let mut bytes = part.bytes;
        assert!(soon("a piece", bytes.next()).await.is_some_and(|piece| piece.is_ok()));
        drop(bytes);
        let listing = soon("a page", account.list_messages(&name("INBOX"), &Asked::default())).await.unwrap();
        assert_eq!(listing.rows.len(), 3);
    }
    assert!(account.connections() <= 4); // R-08
}

#[tokio::test]
async fn a_rebuilt_mailbox_is_told_and_nothing_is_touched() {
    let server = Scripted::but(|_, _| Reply::Usual).await;
    let account = account(&server).await;
    let rebuilt = Err(Error::MailboxRebuilt(name("INBOX")));
    let before = server.uids("INBOX");
    let old = chosen("INBOX", 6, [1, 2]); // R-11
    assert_eq!(account.open_message(&message("INBOX", 6, 1), &Default::default()).await.map(drop), rebuilt);
    assert_eq!(account.set_flag(&old, &fernpost::mail::Flag::Seen, true).await.map(drop), rebuilt);
    assert_eq!(account.move_messages(&old, &name("Trash")).await.map(drop), rebuilt);
    assert_eq!(account.copy_messages(&old, &name("Trash")).await.map(drop), rebuilt);
    assert_eq!(account.delete_for_good(&old).await.map(drop), rebuilt);
    assert_eq!((server.uids("INBOX"), server.uids("Trash")), (before, vec![]));
    assert_eq!(server.count("UID STORE") + server.count("UID MOVE") + server.count("UID COPY"), 0);
}

#[tokio::test]
async fn a_mailbox_that_is_gone_is_told_and_nothing_is_touched() {
    let server = Scripted::but(|_, _| Reply::Usual).await;
    let account = account(&server).await;
    let gone = Error::NotFound(What::Mailbox(name("Gone")));
    let there = chosen("INBOX", 7, [1]);
    assert_eq!(account.list_messages(&name("Gone"), &Asked::default()).await.map(drop), Err(gone.clone())); // R-12
    assert_eq!(account.open_message(&message("Gone", 7, 1), &Default::default()).await.map(drop), Err(gone.clone()));
    assert_eq!(account.delete_for_good(&chosen("Gone", 7, [1])).await.map(drop), Err(gone.clone()));
    assert_eq!(account.move_messages(&there, &name("Gone")).await.map(drop), Err(gone.clone()));
    assert_eq!(account.copy_messages(&there, &name("Gone")).await.map(drop), Err(gone));
    assert_eq!(server.uids("INBOX"), [1, 2, 3]);
}

#[tokio::test]
async fn a_message_that_is_gone_is_told_and_its_neighbours_go_on() {
    let server = Scripted::but(|_, _| Reply::Usual).await;
    let account = account(&server).await;
    account.open_message(&message("INBOX", 7, 2), &Default::default()).await.unwrap();
    server.with(|mailboxes| mailboxes.get_mut("INBOX").unwrap().messages.retain(|one| one.uid != 2));
    let gone = account.open_message(&message("INBOX", 7, 2), &Default::default()).await;
    assert_eq!(gone.map(drop), Err(Error::NotFound(What::Message(name("INBOX"))))); // R-13
    let next = account.open_message(&message("INBOX", 7, 3), &Default::default()).await.unwrap();
    assert_eq!((next.neighbours.after, next.neighbours.total), (Uid::new(1), 2));
}

#[tokio::test]
async fn of_fifty_chosen_with_three_gone_forty_seven_are_done() {
    for capabilities in ["IMAP4rev1 MOVE UIDPLUS", "IMAP4rev1 UIDPLUS", "IMAP4rev1 MOVE", "IMAP4rev1"] {
        let mut script = Script { capabilities, ..Script::default() };
        let inbox = script.mailboxes.get_mut("INBOX").unwrap();
        for number in 4..=60 {
            inbox.add(&crate::scripted::mail(&format!("number {number}")), &Default::default());
        }
        inbox.messages.retain(|one| ![5, 6, 40].contains(&one.uid));
        let server = Scripted::start(script).await;
        let account = account(&server).await;
        let fifty = chosen("INBOX", 7, 1..=50);
        let flagged = account.set_flag(&fifty, &fernpost::mail::Flag::Flagged, true).await.unwrap(); // R-13
        assert_eq!((flagged.done, flagged.missing), (47, 3), "{capabilities}");
        let copied = account.copy_messages(&fifty, &name("Trash")).await.unwrap();
        assert_eq!((copied.done, copied.missing), (47, 3), "{capabilities}");
        let moved = account.move_messages(&fifty, &name("Trash")).await.unwrap();
        assert_eq!((moved.done, moved.missing), (47, 3), "{capabilities}");
        assert_eq!(server.uids("Trash").len(), 94, "{capabilities}");
        let in_trash = chosen("Trash", 8, 1..=100);
        let deleted = account.delete_for_good(&in_trash).await.unwrap();
        assert_eq!((deleted.done, deleted.missing), (94, 6), "{capabilities}");
    }
}

/// Octets of this process in memory.
fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    text.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap() * 4096
}
