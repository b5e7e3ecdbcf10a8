//! The usual answers: a small, honest IMAP4rev1 server that refuses what it did not offer.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use super::command::{Command, Word};
use super::mailboxes::{Mailboxes, empty, numbers, set};

/// One connection's state.
pub(crate) struct Session {
    pub(crate) mailboxes: Arc<Mutex<Mailboxes>>,
    pub(crate) capabilities: String,
    /// Every name but INBOX must begin with it.
    pub(crate) prefix: &'static str,
    pub(crate) selected: Option<String>,
    /// What the client was told of the selected mailbox: UIDs in sequence, with flags.
    told: Vec<(u32, BTreeSet<String>)>,
}

impl Session {
    pub(crate) fn new(mailboxes: Arc<Mutex<Mailboxes>>, capabilities: String, prefix: &'static str) -> Self {
        Self { mailboxes, capabilities, prefix, selected: None, told: Vec::new() }
    }

    pub(crate) fn offers(&self, capability: &str) -> bool {
        self.capabilities.split(' ').any(|word| word == capability)
    }

    /// Untagged data and the tagged end.
    pub(crate) fn answer(&mut self, command: &Command) -> String {
        let mut out = String::new();
        if command.non_synchronizing && !self.offers("LITERAL+") {
            return format!("{} BAD LITERAL+ is not offered\r\n", command.tag);
        }
        let end = self.run(command, &mut out);
        let end = end.unwrap_or_else(|refusal| refusal);
        if !matches!(command.verb.as_str(), "FETCH" | "SEARCH" | "STORE") {
            self.tell_changes(&mut out);
        }
        format!("{out}{} {end}\r\n", command.tag)
    }

    fn run(&mut self, command: &Command, out: &mut String) -> Result<String, String> {
        let texts = command.texts();
        let first = texts.first().copied().unwrap_or_default();
        let only_with = |capability: &str| {
            if self.offers(capability) { Ok(()) } else { Err(format!("BAD {capability} is not offered")) }
        };
        match command.verb.as_str() {
            "CAPABILITY" => out.push_str(&format!("* CAPABILITY {}\r\n", self.capabilities)),
            "ID" => {
                only_with("ID")?;
                out.push_str("* ID NIL\r\n");
            }
            "LOGIN" | "AUTHENTICATE" | "NOOP" | "LOGOUT" => {}
            "NAMESPACE" => {
                only_with("NAMESPACE")?;
                out.push_str(&format!("* NAMESPACE ((\"{}\" \".\")) NIL NIL\r\n", self.prefix));
            }
            "LIST" | "LSUB" => {
                if command.words.iter().any(|word| matches!(word, Word::Atom(atom) if atom == "RETURN")) {
                    only_with("LIST-EXTENDED")?;
                }
                for (name, mailbox) in self.mailboxes.lock().unwrap().iter() {
                    if command.verb == "LIST" || mailbox.subscribed {
                        out.push_str(&format!("* {} () \".\" \"{name}\"\r\n", command.verb));
                    }
                }
            }
            "STATUS" => {
                let mailboxes = self.mailboxes.lock().unwrap();
                let mailbox = mailboxes.get(first).ok_or("NO there is none")?;
                let unseen = mailbox.messages.iter().filter(|one| !one.flags.contains("\\Seen")).count();
                let items = texts.iter().skip(1).map(|item| match *item {
                    "MESSAGES" => format!("MESSAGES {}", mailbox.messages.len()),
                    "UNSEEN" => format!("UNSEEN {unseen}"),
                    "UIDNEXT" => format!("UIDNEXT {}", mailbox.uid_next),
                    "UIDVALIDITY" => format!("UIDVALIDITY {}", mailbox.uid_validity),
                    other => panic!("RFC 3501 has no STATUS {other}"),
                });
                let items: Vec<String> = items.collect();
                out.push_str(&format!("* STATUS \"{first}\" ({})\r\n", items.join(" ")));
            }
            "SELECT" => {
                self.selected = None;
                let mailboxes = self.mailboxes.lock().unwrap();
                let mailbox = mailboxes.get(first).ok_or("NO there is none")?;
                self.told = mailbox.messages.iter().map(|one| (one.uid, one.flags.clone())).collect();
                out.push_str(&format!(
                    "* FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft)\r\n* {} EXISTS\r\n* 0 RECENT\r\n\
                     * OK [PERMANENTFLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft \\*)] kept\r\n\
                     * OK [UIDVALIDITY {}] valid\r\n* OK [UIDNEXT {}] next\r\n",
                    mailbox.messages.len(),
                    mailbox.uid_validity,
                    mailbox.uid_next
                ));
                self.selected = Some(first.to_owned());
                return Ok("OK [READ-WRITE] open".into());
            }
            "CREATE" => {
                if !first.starts_with(self.prefix) {
                    return Err("NO invalid mailbox name".into());
                }
                let mut mailboxes = self.mailboxes.lock().unwrap();
                let uid_validity = 100 + u32::try_from(mailboxes.len()).unwrap();
                let new = super::mailboxes::Mailbox { subscribed: false, ..empty(uid_validity) };
                if mailboxes.contains_key(first) {
                    return Err("NO it exists".into());
                }
                mailboxes.insert(first.to_owned(), new);
            }
            "APPEND" => {
                let mut mailboxes = self.mailboxes.lock().unwrap();
                let mailbox = mailboxes.get_mut(first).ok_or("NO [TRYCREATE] there is none")?;
                let flags = texts[1..].iter().filter(|text| text.starts_with('\\')).map(|flag| (*flag).to_owned());
                let uid = mailbox.add(texts.last().ok_or("BAD what?")?, &flags.collect());
                let code = format!("[APPENDUID {} {uid}] ", mailbox.uid_validity);
                return Ok(format!("OK {}filed", if self.offers("UIDPLUS") { &code } else { "" }));
            }
            // RFC 8508; a broken one keeps a message without its end
            "UID REPLACE" => {
                only_with("REPLACE")?;
                let mut mailboxes = self.mailboxes.lock().unwrap();
                let mailbox = mailboxes.get_mut(texts[1]).ok_or("NO [TRYCREATE] there is none")?;
                let flags = texts[2..].iter().filter(|text| text.starts_with('\\')).map(|flag| (*flag).to_owned());
                let message = texts.last().ok_or("BAD what?")?;
                let kept = if self.offers("BROKEN") { message.trim_end() } else { message };
                let uid = mailbox.add(kept, &flags.collect());
                mailbox.messages.retain(|one| one.uid.to_string() != texts[0]);
                out.push_str(&format!("* OK [APPENDUID {} {uid}] replaced\r\n", mailbox.uid_validity));
            }
            "SUBSCRIBE" => {
                self.mailboxes.lock().unwrap().get_mut(first).ok_or("NO there is none")?.subscribed = true;
            }
            "FETCH" | "UID FETCH" => self.fetch(command, out)?,
            "UID SEARCH" => {
                let mailboxes = self.mailboxes.lock().unwrap();
                let mailbox = self.selected.as_ref().and_then(|name| mailboxes.get(name)).ok_or("BAD none selected")?;
                let has = |message: &&super::mailboxes::Message, flag: &str| message.flags.contains(flag);
                let found = |message: &&super::mailboxes::Message| match texts.as_slice() {
                    ["UNSEEN", ..] => !has(message, "\\Seen"),
                    ["FLAGGED", ..] => has(message, "\\Flagged"),
                    ["UNDELETED", "UID", uids, ..] => {
                        !has(message, "\\Deleted") && !numbers(uids, &[message.uid]).is_empty()
                    }
                    ["UID", uids, ..] => !numbers(uids, &[message.uid]).is_empty(),
                    ["HEADER", field, value, ..] => {
                        let header = message.text.split("\r\n\r\n").next().unwrap_or_default();
                        let is_it = |line: &str| line.to_uppercase().starts_with(&format!("{field}:"));
                        header.lines().any(|line| is_it(line) && line.contains(value))
                    }
                    _ => true,
                };
                let words: Vec<&str> = texts.windows(2).filter(|pair| pair[0] == "TEXT").map(|pair| pair[1]).collect();
                let uids: Vec<String> = mailbox
                    .messages
                    .iter()
                    .filter(found)
                    .filter(|message| words.iter().all(|word| message.text.contains(word)))
                    .map(|message| message.uid.to_string())
                    .collect();
                out.push_str(&format!("* SEARCH {}\r\n", uids.join(" ")));
            }
            "UID STORE" => {
                let mut mailboxes = self.mailboxes.lock().unwrap();
                let mailbox =
                    self.selected.as_ref().and_then(|name| mailboxes.get_mut(name)).ok_or("BAD none selected")?;
                let uids = numbers(first, &mailbox.uids());
                let on = match *texts.get(1).ok_or("BAD what?")? {
                    "+FLAGS.SILENT" | "+FLAGS" => true,
                    "-FLAGS.SILENT" | "-FLAGS" => false,
                    other => panic!("{other} would overwrite"),
                };
                for message in mailbox.messages.iter_mut().filter(|message| uids.contains(&message.uid)) {
                    for flag in &texts[2..] {
                        if on {
                            message.flags.insert((*flag).to_owned())
                        } else {
                            message.flags.remove(*flag)
                        };
                    }
                }
            }
            "UID COPY" => return self.copy(command, false, out),
            "UID MOVE" => {
                only_with("MOVE")?;
                return self.copy(command, true, out);
            }
            "UID EXPUNGE" => {
                only_with("UIDPLUS")?;
                let mut mailboxes = self.mailboxes.lock().unwrap();
                let mailbox =
                    self.selected.as_ref().and_then(|name| mailboxes.get_mut(name)).ok_or("BAD none selected")?;
                let uids = numbers(first, &mailbox.uids());
                mailbox.messages.retain(|one| !(uids.contains(&one.uid) && one.flags.contains("\\Deleted")));
            }
            "EXPUNGE" | "CLOSE" => panic!("this destroys what others marked"),
            other => return Err(format!("BAD {other} is not known")),
        }
        Ok("OK done".into())
    }

    fn copy(&mut self, command: &Command, moves: bool, out: &mut String) -> Result<String, String> {
        let texts = command.texts();
        let [uids, target] = texts.as_slice() else { return Err("BAD what?".into()) };
        let mut mailboxes = self.mailboxes.lock().unwrap();
        let source = self.selected.clone().ok_or("BAD none selected")?;
        if !mailboxes.contains_key(*target) {
            return Err("NO [TRYCREATE] there is none".into());
        }
        let uids = numbers(uids, &mailboxes[&source].uids());
        let chosen: Vec<_> =
            mailboxes[&source].messages.iter().filter(|one| uids.contains(&one.uid)).cloned().collect();
        let to = mailboxes.get_mut(*target).unwrap();
        let new: Vec<u32> = chosen.iter().map(|message| to.add(&message.text, &message.flags)).collect();
        let code = format!("[COPYUID {} {} {}]", to.uid_validity, set(&uids), set(&new));
        if moves {
            mailboxes.get_mut(&source).unwrap().messages.retain(|message| !uids.contains(&message.uid));
        }
        if !self.offers("UIDPLUS") || uids.is_empty() {
            return Ok("OK done".into());
        }
        if moves {
            out.push_str(&format!("* OK {code} moved\r\n"));
            return Ok("OK done".into());
        }
        Ok(format!("OK {code} copied"))
    }

    fn fetch(&mut self, command: &Command, out: &mut String) -> Result<(), String> {
        let texts = command.texts();
        let mailboxes = self.mailboxes.lock().unwrap();
        let mailbox = self.selected.as_ref().and_then(|name| mailboxes.get(name)).ok_or("BAD none selected")?;
        let set = texts.first().ok_or("BAD what?")?;
        let all: Vec<u32> = match command.verb.as_str() {
            "FETCH" => (1..).take(self.told.len()).collect(),
            _ => self.told.iter().map(|(uid, _)| *uid).collect(),
        };
        for number in numbers(set, &all) {
            let at = all.iter().position(|one| *one == number).unwrap();
            let Some(message) = mailbox.messages.iter().find(|one| one.uid == self.told[at].0) else { continue };
            let text = &message.text;
            let (header, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
            let mut items = Vec::new();
            if command.verb == "UID FETCH" && !texts.contains(&"UID") {
                items.push(format!("UID {}", message.uid));
            }
            for item in &texts[1..] {
                let octets = |text: &str, limit: Option<&str>| {
                    let limit = limit.and_then(|limit| limit.parse().ok()).unwrap_or(usize::MAX);
                    let text = &text[..text.len().min(limit)];
                    format!("{{{}}}\r\n{text}", text.len())
                };
                let (section, limit) = match item.split_once("]<0.") {
                    Some((section, limit)) => (format!("{section}]"), Some(limit.trim_end_matches('>'))),
                    None => ((*item).to_owned(), None),
                };
                let name = section.replace(".PEEK", "") + if limit.is_some() { "<0>" } else { "" };
                items.push(match section.as_str() {
                    "UID" => format!("UID {}", message.uid),
                    "FLAGS" => {
                        self.told[at].1 = message.flags.clone();
                        format!("FLAGS ({})", message.flags.iter().cloned().collect::<Vec<_>>().join(" "))
                    }
                    "INTERNALDATE" => "INTERNALDATE \" 2-Mar-2026 10:00:00 +0000\"".to_owned(),
                    "RFC822.SIZE" => format!("RFC822.SIZE {}", text.len()),
                    // what it does not understand
                    "BODYSTRUCTURE" if header.contains("multipart/") => "BODYSTRUCTURE NIL".to_owned(),
                    "BODYSTRUCTURE" => format!(
                        "BODYSTRUCTURE (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"utf-8\") NIL NIL \"{}\" {} {} NIL NIL NIL NIL)",
                        if header.contains("base64") { "BASE64" } else { "8BIT" },
                        body.len(),
                        body.lines().count()
                    ),
                    "PREVIEW" if self.offers("PREVIEW") => "PREVIEW NIL".to_owned(),
                    "BODY.PEEK[1]" => format!("{name} {}", octets(body, limit)),
                    "BODY.PEEK[]" => format!("{name} {}", octets(text, limit)),
                    "BODY.PEEK[HEADER]" => format!("{name} {}", octets(&format!("{header}\r\n\r\n"), limit)),
                    fields if fields.starts_with("BODY.PEEK[HEADER.FIELDS") => {
                        format!("{name} {}", octets(&format!("{header}\r\n\r\n"), limit))
                    }
                    other => return Err(format!("BAD {other} can't be fetched")),
                });
            }
            out.push_str(&format!("* {} FETCH ({})\r\n", at + 1, items.join(" ")));
        }
        Ok(())
    }

    /// EXPUNGE, EXISTS and FETCH for what the client does not know yet.
    fn tell_changes(&mut self, out: &mut String) {
        let mailboxes = self.mailboxes.lock().unwrap();
        let Some(mailbox) = self.selected.as_ref().and_then(|name| mailboxes.get(name)) else { return };
        let mut at = 0;
        while let Some((uid, told)) = self.told.get_mut(at) {
            match mailbox.messages.iter().find(|message| message.uid == *uid) {
                None => {
                    self.told.remove(at);
                    out.push_str(&format!("* {} EXPUNGE\r\n", at + 1));
                    continue;
                }
                Some(message) if message.flags != *told => {
                    *told = message.flags.clone();
                    let flags: Vec<_> = message.flags.iter().cloned().collect();
                    out.push_str(&format!("* {} FETCH (FLAGS ({}))\r\n", at + 1, flags.join(" ")));
                }
                Some(_) => {}
            }
            at += 1;
        }
        let highest = self.told.last().map_or(0, |(uid, _)| *uid);
        let new: Vec<_> = mailbox.messages.iter().filter(|message| message.uid > highest).collect();
        if !new.is_empty() {
            self.told.extend(new.iter().map(|message| (message.uid, message.flags.clone())));
            out.push_str(&format!("* {} EXISTS\r\n", self.told.len()));
        }
    }
}
