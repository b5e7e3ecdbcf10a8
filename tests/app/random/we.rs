//! What the person does with the webmail: presses what a page offers, which may have been open for a while.

use std::collections::BTreeSet;

use super::super::helpers::{Form, Page, encode};
use super::snapshot::{Snapshot, opened};
use super::walk::Walk;

impl Walk {
    /// One step: what it was, what must be there afterwards, and which mailbox it was about.
    pub(super) async fn we_act(&mut self) -> (String, Snapshot, String) {
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
        // of a draft its page, not the composer
        let page = self.ann.open(&opened(address)).await;
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
        let to = match self.now.named(to) {
            // another program deleted or renamed it meanwhile
            None if !to.is_empty() => {
                assert!(page.status == 404 || there.is_empty(), "{what} into {to}: {} {}", page.status, page.text());
                return (what, expected, here);
            }
            to => to.map(str::to_owned),
        };
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

fn uid_of(address: &str) -> u32 {
    opened(address).rsplit('/').next().unwrap().parse().unwrap()
}

fn validity_of(address: &str) -> u32 {
    opened(address).rsplit('/').nth(1).unwrap().parse().unwrap()
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
