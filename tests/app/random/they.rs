//! What the other mail program does.

use std::collections::BTreeSet;

use super::super::helpers::letter;
use super::snapshot::{Message, Snapshot};
use super::walk::Walk;

/// More messages than this are kept in no mailbox: they are on one page, and a page has 50.
const MANY: usize = 40;

impl Walk {
    /// A new message, with random flags and of a random day.
    pub(super) async fn append(&mut self, mailbox: &str) -> Message {
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
        let text = letter(&subject);
        let uid = self.mail.append_of(mailbox, &words, Some(&arrived), text.as_bytes()).await;
        Message { subject, flags, arrived, uid }
    }

    /// One step of it: what it was, what must be there afterwards, and which mailbox it was about.
    pub(super) async fn they_act(&mut self) -> (String, Snapshot, String) {
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
}

fn is_own(name: &str) -> bool {
    name.starts_with("Project") || name == "Again"
}
