//! The server is the truth: what another program does is on the next page, what we do is there for it at once.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use fernpost::account::{Asked, Error, What};
use fernpost::mail::{Flag, MessageRef, Uid};

use crate::mail_client::MailClient;
use crate::mail_server::mail_server;
use crate::name;
use crate::person::{Person, flags_of, mail};

#[tokio::test]
async fn new_mail_marks_and_removals_of_another_program_are_on_the_next_page() {
    let mut one = Person::new("truth").await;
    let uids = one.put("INBOX", &["a", "b", "c"]).await;
    assert_eq!(one.subjects("INBOX").await, ["c", "b", "a"]);
    for round in 0..20 {
        let subject = format!("new {round}");
        let uid = one.put("INBOX", &[&subject]).await[0];
        let listing = one.list("INBOX").await;
        assert_eq!(listing.rows[0].uid.number(), uid);
        assert_eq!((listing.counts.messages, listing.counts.unseen), (4, 4), "round {round}");
        one.mail.select("INBOX").await;
        one.mail.store(uid, "+FLAGS (\\Seen \\Flagged extra)").await;
        let listing = one.list("INBOX").await;
        assert_eq!(flags_of(&listing, uid), ["\\Flagged", "\\Seen", "extra"]);
        assert_eq!((listing.counts.messages, listing.counts.unseen), (4, 3), "round {round}");
        one.mail.store(uid, "-FLAGS (\\Flagged)").await;
        assert_eq!(flags_of(&one.list("INBOX").await, uid), ["\\Seen", "extra"]);
        if round % 2 == 0 {
            one.mail.store(uid, "+FLAGS (\\Deleted)").await;
            one.mail.command("EXPUNGE").await;
        } else {
            one.mail.move_to(uid, "Archive").await;
        }
        let listing = one.list("INBOX").await;
        assert_eq!(listing.rows.iter().map(|row| row.uid.number()).collect::<Vec<_>>(), [uids[2], uids[1], uids[0]]);
        assert_eq!((listing.counts.messages, listing.counts.unseen), (3, 3), "round {round}");
    }
    assert_eq!(one.list("Archive").await.counts.messages, 10);
}

#[tokio::test]
async fn what_we_do_is_there_for_another_program_at_once() {
    let mut one = Person::new("ours").await;
    let uids = one.put("INBOX", &["a", "b", "c"]).await;
    one.mail.select("INBOX").await;
    for on in [true, false] {
        one.account.set_flag(&one.choose("INBOX", &uids).await, &Flag::Flagged, on).await.unwrap();
        one.mail.command("NOOP").await;
        assert_eq!(one.mail.search("FLAGGED").await.len(), if on { 3 } else { 0 });
    }
    let moved = one.account.move_messages(&one.choose("INBOX", &uids[..1]).await, &name("Archive")).await.unwrap();
    one.mail.command("NOOP").await;
    assert_eq!(one.mail.search("ALL").await, uids[1..]);
    one.mail.select("Archive").await;
    let there: Vec<u32> = moved.undo.unwrap().uids.iter().map(Uid::number).collect();
    assert_eq!(one.mail.search("ALL").await, there);
}

#[tokio::test]
async fn folders_made_renamed_and_removed_by_another_program_are_in_the_next_tree() {
    let mut one = Person::new("folders").await;
    let there = async |one: &Person, folder: &str| {
        one.list("INBOX").await; // a page asks for both
        one.account.overview().await.unwrap().find(&name(folder)).is_some()
    };
    for round in 0..5 {
        let (first, second) = (format!("Neu {round}/ä"), format!("Alt {round}"));
        assert!(!there(&one, &first).await);
        one.mail.make(&first).await;
        assert!(there(&one, &first).await, "{first}");
        one.mail.append(&first, "", mail("inside", "x").as_bytes()).await;
        assert_eq!(one.subjects(&first).await, ["inside"]);
        one.mail.command(&format!("RENAME \"Neu {round}/&AOQ-\" \"{second}\"")).await;
        // what a session of Dovecot 2.3.19 makes after a RENAME of its own, other sessions do not list
        one.mail = MailClient::sign_in(mail_server(), &one.who).await;
        assert!(there(&one, &second).await && !there(&one, &first).await);
        let gone = one.account.list_messages(&name(&first), &Asked::default()).await;
        assert_eq!(gone.map(drop), Err(Error::NotFound(What::Mailbox(name(&first)))));
        assert_eq!(one.subjects(&second).await, ["inside"]);
        one.mail.command(&format!("DELETE \"{second}\"")).await;
        assert!(!there(&one, &second).await);
        let gone = one.account.list_messages(&name(&second), &Asked::default()).await;
        assert_eq!(gone.map(drop), Err(Error::NotFound(What::Mailbox(name(&second)))));
    }
}

#[tokio::test]
async fn a_folder_that_was_made_anew_is_never_taken_for_the_old_one() {
    for way in ["delete", "rename"] {
        let mut one = Person::new("anew").await;
        one.mail.make("Work").await;
        let old = one.put("Work", &["old one", "old two"]).await;
        let chosen = one.choose("Work", &old).await;
        let first =
            MessageRef { mailbox: name("Work"), uid_validity: chosen.uid_validity, uid: Uid::new(old[0]).unwrap() };
        one.account.open_message(&first, &Default::default()).await.unwrap();
        // Dovecot numbers by the second: another second, another UIDVALIDITY is not needed, it never repeats one
        match way {
            "delete" => one.mail.command("DELETE Work").await,
            _ => one.mail.command("RENAME Work Elsewhere").await,
        };
        one.mail = MailClient::sign_in(mail_server(), &one.who).await;
        one.mail.make("Work").await;
        let new = one.put("Work", &["new one", "new two", "new three"]).await;
        select_anew(&mut one, "Work").await;
        assert_eq!(new[..2], old[..], "the same numbers for other messages, or this proves nothing");

        let rebuilt = Error::MailboxRebuilt(name("Work"));
        assert_eq!(
            one.account.open_message(&first, &Default::default()).await.map(drop),
            Err(rebuilt.clone()),
            "{way}"
        );
        assert_eq!(one.account.set_flag(&chosen, &Flag::Flagged, true).await.map(drop), Err(rebuilt.clone()), "{way}");
        assert_eq!(one.account.move_messages(&chosen, &name("Trash")).await.map(drop), Err(rebuilt.clone()), "{way}");
        assert_eq!(one.account.delete_for_good(&chosen).await.map(drop), Err(rebuilt), "{way}");
        assert_eq!(one.subjects("Work").await, ["new three", "new two", "new one"], "{way}");
        select_anew(&mut one, "Work").await;
        assert_eq!(one.mail.search("UNDELETED UNFLAGGED").await, new, "{way}");
        if way == "rename" {
            assert_eq!(one.subjects("Elsewhere").await, ["old two", "old one"]);
        }
    }
}

/// Opens a mailbox with the other program. Dovecot 2.3.19 may stumble over what is left of an old one of this name
/// ([SERVERBUG]) for as long as somebody has that open; another session then does not.
async fn select_anew(one: &mut Person, mailbox: &str) {
    for _ in 0..50 {
        if one.mail.attempt(&format!("SELECT {mailbox}")).await.1.starts_with("OK") {
            return;
        }
        one.mail = MailClient::sign_in(mail_server(), &one.who).await;
    }
    panic!("{mailbox} can't be opened");
}

/// A small generator, so that a failure can be had again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }

    fn some(&mut self, of: &[u32]) -> Vec<u32> {
        of.iter().copied().filter(|_| self.roll(4) == 0).take(5).collect()
    }
}

/// A mailbox as a list of UID and flags, newest first, and how many are unseen.
type State = (Vec<(u32, BTreeSet<String>)>, u32);

async fn ours(one: &Person, mailbox: &str) -> State {
    let listing = one.list(mailbox).await;
    assert_eq!(listing.rows.len().min(50), listing.counts.messages.min(50) as usize);
    assert!(listing.rows.is_sorted_by_key(|row| -row.internal_date.seconds), "newest first, by arrival");
    let rows = listing.rows.iter();
    let rows = rows.map(|row| (row.uid.number(), row.flags.iter().map(|flag| flag.as_wire().to_owned()).collect()));
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|(uid, _)| std::cmp::Reverse(*uid)); // which is not the order of UIDs where messages came back
    (rows, listing.counts.unseen)
}

async fn theirs(one: &mut Person, mailbox: &str) -> State {
    one.mail.select(mailbox).await;
    let uids = one.mail.search("ALL").await;
    let mut rows = Vec::new();
    for uid in uids.iter().rev().take(50) {
        rows.push((*uid, one.mail.flags(*uid).await.into_iter().collect()));
    }
    (rows, u32::try_from(one.mail.search("UNSEEN").await.len()).unwrap())
}

async fn act_at_random(seed: u64, lacking: &[&str]) -> u32 {
    let mut one = Person::with("random", lacking, None).await;
    let mut dice = Dice(seed);
    let folders = ["INBOX", "Archive"];
    let end = Instant::now() + Duration::from_secs(5);
    let mut steps = 0;
    while Instant::now() < end {
        steps += 1;
        let (here, there) = if dice.roll(3) > 0 { (folders[0], folders[1]) } else { (folders[1], folders[0]) };
        one.mail.select(here).await;
        let all = one.mail.search("ALL").await;
        let some = dice.some(&all);
        let set = some.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        let flag = ["\\Seen", "\\Flagged", "\\Answered", "$label", "word"][dice.roll(5)];
        let on = dice.roll(2) == 0;
        let step = match dice.roll(9) {
            0 | 1 => {
                one.put(here, &["random"]).await;
                "another program adds"
            }
            2 if !some.is_empty() => {
                one.mail.command(&format!("UID STORE {set} {}FLAGS ({flag})", if on { "+" } else { "-" })).await;
                "another program marks"
            }
            3 if !some.is_empty() => {
                one.mail.command(&format!("UID STORE {set} +FLAGS (\\Deleted)")).await;
                one.mail.command("EXPUNGE").await;
                "another program expunges"
            }
            4 if !some.is_empty() => {
                one.mail.command(&format!("UID MOVE {set} {there}")).await;
                "another program moves"
            }
            5 => {
                let chosen = one.choose(here, &some).await;
                if !some.is_empty() {
                    let done = one.account.set_flag(&chosen, &Flag::from_wire(flag), on).await.unwrap();
                    assert_eq!(done.done as usize, some.len(), "seed {seed}, step {steps}");
                }
                "we mark"
            }
            6 if !some.is_empty() => {
                let chosen = one.choose(here, &some).await;
                let done = one.account.move_messages(&chosen, &name(there)).await.unwrap();
                assert_eq!(done.done as usize, some.len(), "seed {seed}, step {steps}");
                if dice.roll(2) == 0
                    && let Some(undo) = done.undo
                {
                    assert_eq!(one.account.move_messages(&undo, &name(here)).await.unwrap().done, done.done);
                }
                "we move"
            }
            7 if !some.is_empty() => {
                let chosen = one.choose(here, &some).await;
                let done = one.account.delete_for_good(&chosen).await.unwrap();
                assert_eq!(done.done as usize, some.len(), "seed {seed}, step {steps}");
                "we delete"
            }
            _ if !some.is_empty() => {
                let chosen = one.choose(here, &some[..1]).await;
                let uid = chosen.uids.iter().next().unwrap();
                let message = MessageRef { mailbox: chosen.mailbox, uid_validity: chosen.uid_validity, uid };
                let opened = one.account.open_message(&message, &Default::default()).await.unwrap();
                assert_eq!(opened.neighbours.total as usize, all.len(), "seed {seed}, step {steps}");
                "we open"
            }
            _ => "nothing",
        };
        for folder in folders {
            let seen = ours(&one, folder).await;
            assert_eq!(
                seen,
                theirs(&mut one, folder).await,
                "{folder} after {step} in {here}; seed {seed}, step {steps}"
            );
        }
    }
    steps
}

#[tokio::test]
async fn after_any_step_of_anybody_the_list_is_what_a_fresh_read_gives() {
    let seed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos() as u64 | 1;
    let (all, some) =
        tokio::join!(act_at_random(seed, &[]), act_at_random(seed ^ 0xfe, &["MOVE", "LIST-STATUS", "PREVIEW"]));
    assert!(all > 20 && some > 20, "{all} and {some} steps");
}
