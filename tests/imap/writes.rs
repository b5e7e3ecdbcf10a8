//! Changes whose connection is lost: never repeated, and told as done, not done or unknown (`R-01`).

use fernpost::account::{Changed, Error, Unreachable, What};
use fernpost::mail::{Flag, Role};

use crate::scripted::{Reply, Script, Scripted};
use crate::{account, chosen, message, name};

const WITHOUT_MOVE: &str = "IMAP4rev1 UIDPLUS LITERAL+";
const BARE: &str = "IMAP4rev1";

/// A server that loses the first connection at `verb`, before or after it did what was asked for.
async fn losing(capabilities: &'static str, verb: &'static str, done: bool) -> Scripted {
    let twist = move |command: &crate::scripted::Command, connection: usize| match (
        command.verb == verb && connection == 0,
        done,
    ) {
        (true, true) => Reply::DoneThenCut,
        (true, false) => Reply::cut(""),
        (false, _) => Reply::Usual,
    };
    Scripted::start(Script { capabilities, twist: Box::new(twist), ..Script::default() }).await
}

fn done(changed: Result<Changed, Error>) -> Result<u32, Error> {
    changed.map(|changed| changed.done)
}

const NOT_DONE: Result<u32, Error> = Err(Error::Unreachable(Unreachable::Closed));

#[tokio::test]
async fn a_lost_mark_is_looked_up_and_never_set_twice() {
    for (was_done, expected) in [(true, Ok(2)), (false, NOT_DONE)] {
        let server = losing(BARE, "UID STORE", was_done).await;
        let account = account(&server).await;
        let result = account.set_flag(&chosen("INBOX", 7, [1, 2]), &Flag::Flagged, true).await;
        assert_eq!(done(result), expected);
        assert_eq!((server.count("UID STORE"), server.connections()), (1, 2));
        let flagged =
            server.with(|all| all["INBOX"].messages.iter().filter(|one| one.flags.contains("\\Flagged")).count());
        assert_eq!(flagged, if was_done { 2 } else { 0 });
    }
}

#[tokio::test]
async fn a_lost_move_is_looked_up_and_never_made_twice() {
    for (was_done, expected) in [(true, Ok(2)), (false, NOT_DONE)] {
        let server = losing("IMAP4rev1 MOVE UIDPLUS", "UID MOVE", was_done).await;
        let account = account(&server).await;
        let result = account.move_messages(&chosen("INBOX", 7, [1, 2]), &name("Trash")).await;
        if was_done {
            assert_eq!(result.as_ref().map(|changed| changed.undo.clone()), Ok(None), "where they are was not told");
        }
        assert_eq!(done(result), expected);
        assert_eq!((server.count("UID MOVE"), server.connections()), (1, 2));
        assert_eq!(server.uids("Trash").len(), if was_done { 2 } else { 0 });
    }
}

#[tokio::test]
async fn a_move_of_which_some_were_gone_before_is_unknown() {
    let server = losing("IMAP4rev1 MOVE UIDPLUS", "UID MOVE", false).await;
    let account = account(&server).await;
    let result = account.move_messages(&chosen("INBOX", 7, [1, 2, 9]), &name("Trash")).await;
    assert_eq!(done(result), Err(Error::Unknown));
    assert_eq!(server.count("UID MOVE"), 1);
}

#[tokio::test]
async fn a_move_by_copying_that_is_lost_is_unknown_as_long_as_the_source_is_there() {
    for (verb, was_done) in [("UID COPY", true), ("UID COPY", false), ("UID STORE", true), ("UID STORE", false)] {
        let server = losing(WITHOUT_MOVE, verb, was_done).await;
        let account = account(&server).await;
        let result = account.move_messages(&chosen("INBOX", 7, [1, 2]), &name("Trash")).await;
        assert_eq!(done(result), Err(Error::Unknown), "{verb}");
        assert_eq!(server.count("UID COPY"), 1, "{verb}");
        assert_eq!(server.uids("INBOX"), [1, 2, 3], "no mail is lost");
    }
    let server = losing(WITHOUT_MOVE, "UID EXPUNGE", true).await;
    let account = account(&server).await;
    let result = account.move_messages(&chosen("INBOX", 7, [1, 2]), &name("Trash")).await;
    assert_eq!(done(result), Ok(2));
    assert_eq!((server.uids("INBOX"), server.uids("Trash").len()), (vec![3], 2));
}

#[tokio::test]
async fn a_lost_copy_is_unknown_and_never_made_twice() {
    for was_done in [true, false] {
        let server = losing("IMAP4rev1 MOVE UIDPLUS", "UID COPY", was_done).await;
        let account = account(&server).await;
        let result = account.copy_messages(&chosen("INBOX", 7, [1, 2]), &name("Trash")).await;
        assert_eq!(done(result), Err(Error::Unknown));
        assert_eq!(server.count("UID COPY"), 1);
    }
}

#[tokio::test]
async fn a_lost_removal_is_looked_up_and_never_made_twice() {
    for (capabilities, verb, was_done, expected) in [
        (WITHOUT_MOVE, "UID STORE", false, NOT_DONE),
        (WITHOUT_MOVE, "UID STORE", true, NOT_DONE), // marked, not removed: the marks are taken back
        (WITHOUT_MOVE, "UID EXPUNGE", false, NOT_DONE),
        (WITHOUT_MOVE, "UID EXPUNGE", true, Ok(2)),
        (BARE, "UID STORE", false, NOT_DONE),
        (BARE, "UID STORE", true, Ok(2)),
    ] {
        let server = losing(capabilities, verb, was_done).await;
        let account = account(&server).await;
        let result = account.delete_for_good(&chosen("INBOX", 7, [1, 2])).await;
        assert_eq!(done(result), expected, "{capabilities} {verb} {was_done}");
        assert_eq!(server.count("UID STORE"), if expected.is_ok() { 1 } else { 2 });
        assert_eq!(server.count("UID EXPUNGE"), usize::from(verb == "UID EXPUNGE"));
        assert!(server.uids("INBOX").contains(&3));
    }
}

#[tokio::test]
async fn what_can_not_be_looked_up_is_unknown() {
    let server = Scripted::but(|command, connection| match (command.verb.as_str(), connection) {
        ("UID MOVE", 0) => Reply::DoneThenCut,
        ("LOGIN", 1..) => Reply::cut("* BYE too many\r\n"),
        _ => Reply::Usual,
    })
    .await;
    let account = account(&server).await;
    let result = account.move_messages(&chosen("INBOX", 7, [1]), &name("Trash")).await;
    assert_eq!(done(result), Err(Error::Unknown));
    assert_eq!(server.connections(), 2, "one try");
}

#[tokio::test]
async fn a_change_whose_connection_is_lost_before_it_began_was_not_done() {
    let server = Scripted::but(move |command, connection| match command.verb == "SELECT" && connection == 0 {
        true => Reply::cut(""),
        false => Reply::Usual,
    })
    .await;
    let account = account(&server).await;
    let result = account.set_flag(&chosen("INBOX", 7, [1, 2]), &Flag::Flagged, true).await;
    assert_eq!(done(result), NOT_DONE);
    assert_eq!(server.count("UID STORE"), 0);
}

#[tokio::test]
async fn a_refused_change_is_an_error_and_changes_nothing() {
    use Error::{OverQuota, Refused};
    for (said, expected) in [
        ("TAG NO no\r\n", Refused),
        ("TAG BAD no\r\n", Refused),
        ("TAG NO [OVERQUOTA] full\r\n", OverQuota),
        ("TAG NO Quota exceeded\r\n", OverQuota),
        ("TAG NO [UNAVAILABLE] later\r\n", Error::Unreachable(Unreachable::Busy)),
        ("TAG NO [TRYCREATE] none\r\n", Error::NotFound(What::Mailbox(name("Trash")))),
        ("TAG NO [NONEXISTENT] none\r\n", Error::NotFound(What::Mailbox(name("Trash")))),
    ] {
        for (capabilities, verb) in
            [("IMAP4rev1 MOVE UIDPLUS", "UID MOVE"), (WITHOUT_MOVE, "UID COPY"), (BARE, "UID COPY")]
        {
            let twist = move |command: &crate::scripted::Command, _: usize| match command.verb == verb {
                true => Reply::say(said),
                false => Reply::Usual,
            };
            let server = Scripted::start(Script { capabilities, twist: Box::new(twist), ..Script::default() }).await;
            let account = account(&server).await;
            let result = account.move_messages(&chosen("INBOX", 7, [1, 2]), &name("Trash")).await;
            assert_eq!(done(result), Err(expected.clone()), "{verb}: {said}");
            assert_eq!((server.uids("INBOX"), server.uids("Trash")), (vec![1, 2, 3], vec![]));
            assert_eq!(server.count("UID STORE") + server.count("UID EXPUNGE"), 0, "nothing half-moved");
            assert_eq!((server.count(verb), server.connections()), (1, 1));
        }
    }
    for verb in ["UID STORE", "UID EXPUNGE"] {
        let twist = move |command: &crate::scripted::Command, _: usize| match command.verb == verb {
            true => Reply::say("TAG NO no\r\n"),
            false => Reply::Usual,
        };
        let capabilities = WITHOUT_MOVE;
        let server = Scripted::start(Script { capabilities, twist: Box::new(twist), ..Script::default() }).await;
        let account = account(&server).await;
        assert_eq!(done(account.delete_for_good(&chosen("INBOX", 7, [1])).await), Err(Refused), "{verb}");
        assert_eq!(server.uids("INBOX"), [1, 2, 3]);
    }
}

#[tokio::test]
async fn a_mailbox_that_vanished_just_now_is_made_again_once() {
    // LIST still has Trash, COPY does not
    for capabilities in ["IMAP4rev1 MOVE UIDPLUS", BARE] {
        let server = Scripted::start(Script { capabilities, ..Script::default() }).await;
        let account = account(&server).await;
        account.list_messages(&name("INBOX"), &Default::default()).await.unwrap();
        server.with(|all| all.remove("Trash"));
        let moved = account.move_to_role(&chosen("INBOX", 7, [1]), Role::Trash).await.unwrap();
        assert_eq!((moved.done, moved.to.unwrap()), (1, name("Trash")));
        assert!(server.with(|all| all["Trash"].subscribed));
        assert_eq!((server.count("CREATE"), server.uids("Trash").len()), (1, 1));
    }
}

#[tokio::test]
async fn no_copyuid_however_odd_makes_us_touch_what_was_not_chosen() {
    for said in [
        "TAG OK [COPYUID 8 1:3 1:3] done\r\n",
        "TAG OK [COPYUID 8 1:4294967295 1:4294967295] done\r\n",
        "TAG OK [COPYUID 8 3 1] done\r\n",
        "* OK [COPYUID 8 2,3 1,2] done\r\nTAG OK done\r\n",
    ] {
        let twist = move |command: &crate::scripted::Command, _: usize| match command.verb.as_str() {
            "UID COPY" => Reply::say(said),
            _ => Reply::Usual,
        };
        let capabilities = WITHOUT_MOVE;
        let server = Scripted::start(Script { capabilities, twist: Box::new(twist), ..Script::default() }).await;
        let account = account(&server).await;
        account.move_messages(&chosen("INBOX", 7, [1]), &name("Trash")).await.unwrap();
        let marked =
            server.with(|all| all["INBOX"].messages.iter().filter(|one| one.flags.contains("\\Deleted")).count());
        assert!(server.uids("INBOX").ends_with(&[2, 3]) && marked == 0, "{said}: {:?}", server.uids("INBOX"));
    }
}

#[tokio::test]
async fn a_server_that_does_not_tell_where_copies_went_still_moves() {
    // UIDPLUS without COPYUID: UIDNOTSTICKY mailboxes, and gateways
    let twist = |command: &crate::scripted::Command, _: usize| match command.verb.as_str() {
        "UID COPY" | "UID MOVE" => Reply::Say(b"TAG OK done\r\n".to_vec()),
        _ => Reply::Usual,
    };
    for capabilities in [WITHOUT_MOVE, "IMAP4rev1 MOVE UIDPLUS"] {
        let server = Scripted::start(Script { capabilities, twist: Box::new(twist), ..Script::default() }).await;
        let account = account(&server).await;
        let moved = account.move_messages(&chosen("INBOX", 7, [1, 2, 9]), &name("Trash")).await.unwrap();
        assert_eq!((moved.done, moved.missing, moved.undo), (2, 1, None), "{capabilities}");
    }
}

#[tokio::test]
async fn a_message_that_can_not_be_marked_read_is_shown_all_the_same() {
    let server = Scripted::but(|command, _| match command.verb.as_str() {
        "UID STORE" => Reply::say("TAG NO [READ-ONLY] no\r\n"),
        _ => Reply::Usual,
    })
    .await;
    let opened = account(&server).await.open_message(&message("INBOX", 7, 1), &Default::default()).await.unwrap();
    assert_eq!(opened.envelope.subject, "one");
}
