//! Only the chosen messages are ever touched, whatever another program has marked in the same folder.

use fernpost::account::Error;
use fernpost::mail::{Flag, Role};

use crate::name;
use crate::person::{Person, emptied, flags_of, mail};

const WAYS: &[&[&str]] = &[&[], &["MOVE"], &["UIDPLUS"], &["MOVE", "UIDPLUS"]];

#[tokio::test]
async fn what_another_program_marked_deleted_survives_every_action() {
    for lacking in WAYS {
        let mut one = Person::with("chosen", lacking, None).await;
        for folder in ["Other", "Target"] {
            one.mail.make(folder).await;
        }
        let mine = one.put("INBOX", &["a", "b", "c", "d", "e", "f", "g", "h"]).await;
        // another program's: among ours, before and behind them, and in the targets
        let mut theirs = Vec::new();
        for (folder, subject) in
            [("INBOX", "x1"), ("INBOX", "x2"), ("Other", "x3"), ("Target", "x4"), ("Junk", "x5"), ("Archive", "x6")]
        {
            let uid = one.mail.append(folder, "\\Deleted custom", mail(subject, "theirs").as_bytes()).await;
            theirs.push((folder, uid));
        }
        one.mail.select("INBOX").await;
        one.mail.store(mine[3], "+FLAGS (\\Deleted)").await; // in the midst of ours
        theirs.push(("INBOX", mine[3]));

        let account = &one.account;
        let check = |done: u32| assert_eq!(done, 1, "{lacking:?}");
        check(account.set_flag(&one.choose("INBOX", &[mine[0]]).await, &Flag::Seen, true).await.unwrap().done);
        check(account.set_flag(&one.choose("INBOX", &[mine[0]]).await, &Flag::Seen, false).await.unwrap().done);
        check(account.copy_messages(&one.choose("INBOX", &[mine[0]]).await, &name("Target")).await.unwrap().done);
        check(account.move_messages(&one.choose("INBOX", &[mine[1]]).await, &name("Target")).await.unwrap().done);
        check(account.move_to_role(&one.choose("INBOX", &[mine[2]]).await, Role::Archive).await.unwrap().done);
        check(account.move_to_role(&one.choose("INBOX", &[mine[4]]).await, Role::Junk).await.unwrap().done);
        check(account.move_to_role(&one.choose("INBOX", &[mine[5]]).await, Role::Trash).await.unwrap().done);
        check(account.delete_for_good(&one.choose("INBOX", &[mine[6]]).await).await.unwrap().done);
        let both =
            account.move_messages(&one.choose("INBOX", &[mine[0], mine[7]]).await, &name("Other")).await.unwrap();
        assert_eq!(both.done, 2, "{lacking:?}");
        let trash = one.list("Trash").await;
        check(emptied(account.empty_mailbox(&name("Trash"), trash.uid_validity).await.unwrap()));

        for (folder, uid) in &theirs {
            one.mail.select(folder).await;
            assert!(one.mail.search("DELETED").await.contains(uid), "{lacking:?}: {folder} {uid} is gone");
        }
        one.mail.select("INBOX").await;
        let mut left = one.mail.search(if lacking.contains(&"UIDPLUS") { "KEYWORD custom" } else { "ALL" }).await;
        left.retain(|uid| !theirs.contains(&("INBOX", *uid)));
        assert_eq!(left, [0; 0], "{lacking:?}");
    }
}

#[tokio::test]
async fn only_trash_and_junk_can_be_emptied_and_only_of_what_is_there() {
    let mut one = Person::new("emptying").await;
    one.put("INBOX", &["keep"]).await;
    one.put("Trash", &["a", "b", "c"]).await;
    let listing = one.list("INBOX").await;
    assert_eq!(one.account.empty_mailbox(&name("INBOX"), listing.uid_validity).await.map(drop), Err(Error::Refused));
    let trash = one.list("Trash").await;
    let other = fernpost::mail::UidValidity::new(trash.uid_validity.number() ^ 1).unwrap();
    let rebuilt = one.account.empty_mailbox(&name("Trash"), other).await;
    assert_eq!(rebuilt.map(drop), Err(Error::MailboxRebuilt(name("Trash"))));
    assert_eq!(emptied(one.account.empty_mailbox(&name("Trash"), trash.uid_validity).await.unwrap()), 3);
    assert_eq!(emptied(one.account.empty_mailbox(&name("Trash"), trash.uid_validity).await.unwrap()), 0);
    assert_eq!((one.subjects("INBOX").await.len(), one.subjects("Trash").await.len()), (1, 0));
}

#[tokio::test]
async fn keywords_of_other_programs_stay() {
    let mut one = Person::new("keywords").await;
    let uid = one.mail.append("INBOX", "\\Answered $label1 NonJunk other", mail("a", "b").as_bytes()).await;
    let all = ["$label1", "NonJunk", "\\Answered", "other"].map(str::to_owned);
    let with = |flag: &str| {
        let mut flags = all.to_vec();
        flags.push(flag.to_owned());
        flags.sort_unstable();
        flags
    };
    for (flag, wire) in [(Flag::Seen, "\\Seen"), (Flag::Flagged, "\\Flagged"), (Flag::Keyword("mine".into()), "mine")] {
        let chosen = one.choose("INBOX", &[uid]).await;
        one.account.set_flag(&chosen, &flag, true).await.unwrap();
        one.mail.select("INBOX").await;
        assert_eq!(one.mail.flags(uid).await, with(wire));
        assert_eq!(flags_of(&one.list("INBOX").await, uid), with(wire));
        one.account.set_flag(&chosen, &flag, false).await.unwrap();
        one.mail.select("INBOX").await;
        assert_eq!(one.mail.flags(uid).await, all);
    }
    let moved = one.account.move_to_role(&one.choose("INBOX", &[uid]).await, Role::Junk).await.unwrap();
    let uid = moved.undo.unwrap().uids.iter().next().unwrap().number();
    assert_eq!(flags_of(&one.list("Junk").await, uid), with("$Junk"));
    let back = one.account.move_to_role(&one.choose("Junk", &[uid]).await, Role::Inbox).await.unwrap();
    let uid = back.undo.unwrap().uids.iter().next().unwrap().number();
    assert_eq!(flags_of(&one.list("INBOX").await, uid), with("$NotJunk"));
}

#[tokio::test]
async fn over_quota_nothing_is_half_moved_and_deleting_still_works() {
    for lacking in WAYS {
        let mut one = Person::with("quota", lacking, Some(60_000)).await;
        let text = format!("{}\r\n", "x".repeat(70)).repeat(150);
        let mut uids = Vec::new();
        for subject in ["a", "b", "c", "d"] {
            uids.push(one.mail.append("INBOX", "", mail(subject, &text).as_bytes()).await);
        }
        let quota = one.account.overview().await.unwrap().quota.fullest().unwrap();
        assert!(quota.used > 40_000 && quota.limit < 61_000, "{quota:?}");
        let chosen = one.choose("INBOX", &uids).await;
        let copied = one.account.copy_messages(&chosen, &name("Archive")).await;
        assert_eq!(copied.map(drop), Err(Error::OverQuota), "{lacking:?}");
        assert_eq!((one.subjects("INBOX").await.len(), one.subjects("Archive").await.len()), (4, 0), "{lacking:?}");
        // a MOVE needs no room, a COPY does
        let trashed = one.account.move_to_role(&chosen, Role::Trash).await;
        if lacking.contains(&"MOVE") {
            assert_eq!(trashed.map(drop), Err(Error::OverQuota), "{lacking:?}");
            assert_eq!((one.subjects("INBOX").await.len(), one.subjects("Trash").await.len()), (4, 0), "{lacking:?}");
        } else {
            assert_eq!(trashed.unwrap().done, 4, "{lacking:?}");
        }
        let folder = if lacking.contains(&"MOVE") { "INBOX" } else { "Trash" };
        let rest = one.choose_all(folder).await;
        assert_eq!(one.account.delete_for_good(&rest).await.unwrap().done, 4, "{lacking:?}");
        assert_eq!(one.subjects(folder).await.len(), 0, "{lacking:?}");
    }
}
