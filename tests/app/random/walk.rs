//! One account, on which the webmail and another mail program act at random: a model says what must come of each step.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::super::helpers::{Credentials, Form, MailClient, Page, Person, encode};
use super::snapshot::{Message, Snapshot};

/// More messages than this are kept in no mailbox: they are on one page, and a page has 50.
const MANY: usize = 40;
/// How far behind another program's change a page may be while an event stream is open: what was pushed is shown
/// without asking. What was done here shows at once.
const BEHIND: Duration = Duration::from_secs(2);

/// A small generator, so that a failure can be had again.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }

    fn one_of<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len())].clone()
    }
}

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Actor {
    We,
    They,
}

/// What is going on with one account.
pub(super) struct Walk {
    ann: Person,
    mail: MailClient,
    dice: Dice,
    /// What is there, as it was read last.
    now: Snapshot,
    /// A page that somebody left open, and its mailbox.
    left_open: Option<(String, Page)>,
    /// A page that offers to undo.
    undo: Option<Form>,
    has_stream: bool,
    made: u32,
    pub(super) steps: u64,
}

impl Walk {
    /// Begins with a few messages.
    pub(super) async fn begin(ann: Person, seed: u64, has_stream: bool) -> Self {
        let mut mail = ann.mail().await;
        for mailbox in ["Work", "Archive", "Trash", "Junk"] {
            mail.make(mailbox).await;
        }
        let (dice, now) = (Dice(seed | 1), Snapshot::default());
        let mut walk = Self { ann, mail, dice, now, left_open: None, undo: None, has_stream, made: 0, steps: 0 };
        for _ in 0..8 {
            walk.append("INBOX").await;
        }
        walk.now = Snapshot::read(&walk.ann.who).await;
        walk
    }

    fn who(&self) -> Credentials {
        self.ann.who.clone()
    }

    /// One step of somebody, and the look whether it came out as it must.
    pub(super) async fn step(&mut self) {
        self.steps += 1;
        let before = self.now.clone();
        let (actor, what, expected, here) = match self.dice.roll(2) {
            0 => {
                let (what, expected, here) = self.they_act().await;
                (Actor::They, what, expected, here)
            }
            _ => {
                let (what, expected, here) = self.we_act().await;
                (Actor::We, what, expected, here)
            }
        };
        let now = Snapshot::read(&self.who()).await;
        assert_eq!(
            now.contents(),
            expected.contents(),
            "{what}: nothing may be lost, doubled or touched; step {}, before: {:?}",
            self.steps,
            before.contents()
        );
        self.now = now;
        // the mailbox it was about, and another: their rows, and the counts beside all folders
        let names: Vec<String> = self.now.0.keys().cloned().collect();
        for mailbox in [here, self.dice.one_of(&names)] {
            self.look(actor, &mailbox, &what).await;
        }
    }

    async fn look(&mut self, actor: Actor, mailbox: &str, what: &str) {
        let start = Instant::now();
        loop {
            let page = self.ann.open_mailbox(mailbox).await;
            match self.now.differs(mailbox, &page) {
                None => {
                    if page.status == 200 && self.dice.roll(4) == 0 {
                        self.left_open = Some((mailbox.to_owned(), page));
                    }
                    return;
                }
                Some(_) if self.has_stream && actor == Actor::They && start.elapsed() < BEHIND => {
                    tokio::task::yield_now().await;
                }
                Some(difference) => panic!("step {}, {what}: {difference}", self.steps),
            }
        }
    }

    /// At the end: everything once more, by a program that was not there before.
    pub(super) async fn end(mut self) -> u64 {
        let now = Snapshot::read(&self.who()).await;
        assert_eq!(now.contents(), self.now.contents());
        let names: Vec<String> = now.0.keys().cloned().collect();
        for mailbox in names {
            self.look(Actor::We, &mailbox, "the end").await;
        }
        assert!(self.ann.is_signed_in().await);
        self.steps
    }

    // ---- another program --------------------------------------------------------------------------------------------

    async fn append(&mut self, mailbox: &str) -> Message {
        self.made += 1;
        let subject = format!("Letter {}", self.made);
        let mut flags = BTreeSet::new();
        for flag in ["\\Seen", "\\Flagged", "\\Answered", "$label"] {
            if self.dice.roll(3) == 0 {
                flags.insert(flag.to_owned());
            }
        }
        let (day, second) = (self.dice.roll(28) + 1, self.dice.roll(60));
        let arrived = format!("{day:02}-Oct-2026 10:00:{second:02} +0000");
        let words = flags.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
        let text = super::super::helpers::letter(&subject);
        let uid = self.mail.append_of(mailbox, &words, Some(&arrived), text.as_bytes()).await;
        Message { subject, flags, arrived, uid }
    }

    async fn they_act(&mut self) -> (String, Snapshot, String) {
        let mut expected = self.now.clone();
        let names: Vec<String> = self.now.0.keys().cloned().collect();
        let here = if self.dice.roll(2) == 0 { "INBOX".to_owned() } else { self.dice.one_of(&names) };
        let there = self.dice.one_of(&names);
        let some = self.some_of(&here);
        let set = some.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        let full = self.now.0[&here].messages.len() > MANY;
        let what = match self.dice.roll(10) {
            _ if full => {
                self.mail.select(&here).await;
                self.mail.command(&format!("UID STORE {set} +FLAGS.SILENT (\\Deleted)")).await;
                self.mail.command(&format!("UID EXPUNGE {set}")).await;
                expected.take(&here, &some);
                "they make room in"
            }
            0 | 1 => {
                let message = self.append(&here).await;
                expected.put(&here, vec![message]);
                "they add to"
            }
            2 | 3 if !some.is_empty() => {
                let flag = self.dice.one_of(&["\\Seen", "\\Flagged", "\\Answered", "$label", "other"]);
                let on = self.dice.roll(2) == 0;
                self.mail.select(&here).await;
                self.mail.command(&format!("UID STORE {set} {}FLAGS ({flag})", if on { '+' } else { '-' })).await;
                expected.mark(&here, &some, flag, on);
                "they mark in"
            }
            4 | 5 if !some.is_empty() && here != there => {
                self.mail.select(&here).await;
                self.mail.command(&format!("UID MOVE {set} \"{there}\"")).await;
                let moved = expected.take(&here, &some);
                expected.put(&there, moved);
                "they move from"
            }
            6 if !some.is_empty() => {
                self.mail.select(&here).await;
                self.mail.command(&format!("UID COPY {set} \"{there}\"")).await;
                let copied = self.now.clone().take(&here, &some);
                expected.put(&there, copied);
                "they copy from"
            }
            7 if !some.is_empty() => {
                self.mail.select(&here).await;
                self.mail.command(&format!("UID STORE {set} +FLAGS.SILENT (\\Deleted)")).await;
                self.mail.command(&format!("UID EXPUNGE {set}")).await;
                expected.take(&here, &some);
                "they expunge from"
            }
            8 if names.len() < 9 => {
                self.made += 1;
                let name = if self.dice.roll(3) == 0 { "Again".to_owned() } else { format!("Project {}", self.made) };
                self.mail.make(&name).await;
                expected.0.entry(name).or_default();
                "they make a folder, seen from"
            }
            9 => {
                let own: Vec<String> = names.iter().filter(|name| is_own(name)).cloned().collect();
                match own.is_empty() {
                    true => "nothing in",
                    false => {
                        let name = self.dice.one_of(&own);
                        self.mail.select("INBOX").await;
                        let mailbox = expected.0.remove(&name).unwrap();
                        self.mail.attempt(&format!("UNSUBSCRIBE \"{name}\"")).await;
                        if self.dice.roll(2) == 0 {
                            self.mail.command(&format!("DELETE \"{name}\"")).await;
                        } else {
                            self.made += 1;
                            let new = format!("Project {}", self.made);
                            self.mail.command(&format!("RENAME \"{name}\" \"{new}\"")).await;
                            self.mail.command(&format!("SUBSCRIBE \"{new}\"")).await;
                            expected.0.insert(new, mailbox);
                        }
                        // what is gone is looked at as well
                        return (format!("they delete or rename {name}"), expected, name);
                    }
                }
            }
            _ => "nothing in",
        };
        (format!("{what} {here} (there: {there}) {set}"), expected, here)
    }

    fn some_of(&mut self, mailbox: &str) -> BTreeSet<u32> {
        let uids: Vec<u32> = self.now.0[mailbox].messages.iter().map(|message| message.uid).collect();
        uids.into_iter().filter(|_| self.dice.roll(4) == 0).collect()
    }

    // ---- the webmail ------------------------------------------------------------------------------------------------

    /// Presses something on a page, which may have been open for a while.
    async fn we_act(&mut self) -> (String, Snapshot, String) {
        let names: Vec<String> = self.now.0.keys().cloned().collect();
        if let Some(form) = self.undo.take().filter(|_| self.dice.roll(3) == 0) {
            return self.send(form, "Undo").await;
        }
        let (mailbox, page) = match self.left_open.take().filter(|_| self.dice.roll(2) == 0) {
            Some(stale) => stale,
            None => {
                let mailbox = if self.dice.roll(2) == 0 { "INBOX".to_owned() } else { self.dice.one_of(&names) };
                let page = self.ann.open_mailbox(&mailbox).await;
                (mailbox, page)
            }
        };
        let rows = page.all_rows();
        if rows.is_empty() {
            return (format!("nothing to press in {mailbox}"), self.now.clone(), mailbox);
        }
        match self.dice.roll(10) {
            0 => {
                let row = self.dice.one_of(&rows);
                let form = page.form_in(&format!("#m{}", uid_of(&row.address)), "Flag");
                self.send(form, "the star").await
            }
            1 | 2 => {
                let row = self.dice.one_of(&rows);
                self.open(mailbox, &row.address).await
            }
            3 if mailbox == "Trash" && self.now.0.get("Trash").is_some_and(|trash| !trash.messages.is_empty()) => {
                self.empty().await
            }
            _ => {
                let buttons: Vec<&str> = [
                    "Archive",
                    "Delete",
                    "Delete for good",
                    "Junk",
                    "Not junk",
                    "Mark as read",
                    "Mark as unread",
                    "Flag",
                    "Take the flag off",
                    "Work",
                    "Copy",
                ]
                .into_iter()
                .filter(|button| page.has_in(".selection", button))
                .collect();
                let button = self.dice.one_of(&buttons);
                let mut form = page.form_in(".selection", button);
                if button == "Copy" {
                    let to = self.dice.one_of(&["INBOX", "Work", "Archive"]);
                    if to == mailbox {
                        return ("nothing to copy to".to_owned(), self.now.clone(), mailbox);
                    }
                    form = form.fill("copy_to", &encode(to));
                }
                for row in rows.iter().filter(|_| self.dice.roll(3) == 0) {
                    form = form.tick_only(&row.subject);
                }
                self.send(form, button).await
            }
        }
    }

    async fn open(&mut self, mailbox: String, address: &str) -> (String, Snapshot, String) {
        let page = self.ann.open(address).await;
        let mut expected = self.now.clone();
        let (uid, validity) = (uid_of(address), validity_of(address));
        let there = self.now.0.get(&mailbox);
        let message = there.and_then(|mailbox| mailbox.messages.iter().find(|message| message.uid == uid));
        match (there, message) {
            (Some(there), Some(message)) if there.uid_validity == validity => {
                assert_eq!((page.status, page.texts(".message__subject")), (200, vec![message.subject.clone()]));
                expected.mark(&mailbox, &BTreeSet::from([uid]), "\\Seen", true);
            }
            _ => assert_eq!(page.status, 404, "{address}: {}", page.text()),
        }
        (format!("we open {address}"), expected, mailbox)
    }

    async fn empty(&mut self) -> (String, Snapshot, String) {
        let question = self.ann.open("/webmail/mailbox/Trash/empty").await;
        let page = self.ann.send(&question.form_in("form.cluster", &question.texts("form.cluster button")[0])).await;
        assert!(page.flash().starts_with("Trash is empty. "), "{}", page.text());
        let mut expected = self.now.clone();
        expected.0.get_mut("Trash").unwrap().messages.clear();
        ("we empty Trash".to_owned(), expected, "Trash".to_owned())
    }

    /// Sends a form, and what must come of it.
    async fn send(&mut self, form: Form, button: &str) -> (String, Snapshot, String) {
        let field = |name: &str| form.field(name).unwrap_or_default();
        let mut chosen: BTreeSet<u32> = BTreeSet::new();
        let star = form.field("star").or(form.field("unstar"));
        for (_, uids) in form.fields.iter().filter(|(name, _)| name == "uid") {
            chosen.extend(uids_of(uids));
        }
        if let Some(uid) = star {
            chosen = uids_of(uid);
        }
        let what = format!("we press {button} in {} of {chosen:?}", field("mailbox"));
        let mut page = self.ann.send(&form).await;
        if button == "Delete for good" && !chosen.is_empty() && page.status == 200 {
            assert!(page.offers("Delete for good"), "{what}: {}", page.text());
            page = self.ann.send(&page.form("Delete for good")).await;
        }
        let mut expected = self.now.clone();
        let Some(here) = self.now.named(field("mailbox")).map(str::to_owned) else {
            assert_eq!(page.status, 404, "{what}: {}", page.text());
            return (what, expected, "INBOX".to_owned());
        };
        if chosen.is_empty() {
            assert_eq!(page.flash(), "Nothing was chosen, so nothing was changed.", "{what}");
            return (what, expected, here);
        }
        let mailbox = &self.now.0[&here];
        if field("uidvalidity") != mailbox.uid_validity.to_string() {
            assert_eq!(page.status, 404, "{what}: {}", page.text());
            return (what, expected, here);
        }
        let there: BTreeSet<u32> = mailbox.messages.iter().map(|message| message.uid).collect();
        let there: BTreeSet<u32> = there.intersection(&chosen).copied().collect();
        let act = form.action.rsplit('/').next().unwrap_or_default();
        let to = match act {
            "archive" => "Archive",
            "junk" if field("on") == "0" => "INBOX",
            "junk" => "Junk",
            "delete" if here != "Trash" => "Trash",
            "move" | "undo" => field("to"),
            "copy" => field("copy_to"),
            _ => "",
        };
        let to =
            if to.is_empty() { None } else { Some(self.now.named(to).expect("a target that is there").to_owned()) };
        match (act, to) {
            ("flag", _) if star.is_some() => expected.mark(&here, &there, "\\Flagged", form.field("star").is_some()),
            ("flag", _) => {
                let (flag, on) = match field("flag") {
                    "seen" => ("\\Seen", true),
                    "unseen" => ("\\Seen", false),
                    "flagged" => ("\\Flagged", true),
                    _ => ("\\Flagged", false),
                };
                expected.mark(&here, &there, flag, on);
            }
            ("copy", Some(to)) => {
                let copied = self.now.clone().take(&here, &there);
                expected.put(&to, copied);
            }
            (_, Some(to)) => {
                let marks: &[(&str, bool)] = match (act, here.as_str(), to.as_str()) {
                    ("junk", _, "Junk") => &[("$NotJunk", false), ("$Junk", true)],
                    ("junk", "Junk", _) => &[("$Junk", false), ("$NotJunk", true)],
                    ("undo", "Junk", to) if to != "Junk" => &[("$Junk", false)],
                    ("undo", _, "Junk") => &[("$NotJunk", false), ("$Junk", true)],
                    _ => &[],
                };
                for (flag, on) in marks {
                    expected.mark(&here, &there, flag, *on);
                }
                let moved = expected.take(&here, &there);
                expected.put(&to, moved);
            }
            (_, None) => {
                expected.take(&here, &there);
            }
        }
        if star.is_none() {
            said(&page, &what, there.len(), chosen.len());
        }
        if page.has_in(".flash", "Undo") {
            self.undo = Some(page.form_in(".flash", "Undo"));
        }
        (what, expected, here)
    }
}

/// `R-13`: of those that are there, how many; and how many were gone.
fn said(page: &Page, what: &str, there: usize, chosen: usize) {
    let flash = page.flash();
    if there == 0 {
        assert_eq!(flash, "What you chose is no longer here. Nothing was changed.", "{what}: {}", page.text());
        return;
    }
    assert!(flash.starts_with(&format!("{there} ")), "{what}: {flash:?} {}", page.text());
    if !what.contains("Undo") {
        let gone = chosen - there;
        assert_eq!(flash.contains("gone already"), gone > 0, "{what}: {flash:?}");
        assert!(gone == 0 || flash.contains(&format!(" {gone} w")), "{what}: {flash:?}");
    }
}

fn is_own(name: &str) -> bool {
    name.starts_with("Project") || name == "Again"
}

fn uid_of(address: &str) -> u32 {
    address.split('?').next().unwrap().rsplit('/').next().unwrap().parse().unwrap()
}

fn validity_of(address: &str) -> u32 {
    address.split('?').next().unwrap().rsplit('/').nth(1).unwrap().parse().unwrap()
}

/// `1:3,7` as single numbers.
fn uids_of(set: &str) -> BTreeSet<u32> {
    set.split(',')
        .flat_map(|range| {
            let (first, last) = range.split_once(':').unwrap_or((range, range));
            first.parse::<u32>().unwrap()..=last.parse::<u32>().unwrap()
        })
        .collect()
}
