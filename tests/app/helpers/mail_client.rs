//! Another mail program, to see what really is on the server. It shares no line with the application.
//!
//! Mailboxes are called as Dovecot does (`Work/Deep`); on the wire they are [`MailServer::wire_name`].

use std::collections::BTreeMap;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::mail_server::{Credentials, MailServer, Server, mail_server};

/// A signed-in connection, by the plain port.
pub(crate) struct MailClient {
    stream: BufReader<TcpStream>,
    tag: u32,
    capabilities: Vec<String>,
}

/// What is in an account, by mailbox.
pub(crate) type Account = BTreeMap<String, Vec<Seen>>;

/// A message as a mail program sees it: it is the same wherever it lies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Seen {
    pub(crate) subject: String,
    /// Sorted, without `\Recent`.
    pub(crate) flags: Vec<String>,
}

impl Seen {
    fn read(line: &str) -> Option<Self> {
        let flags = line.split_once("FLAGS (")?.1.split(')').next()?;
        let mut flags: Vec<String> = flags.split_whitespace().map(str::to_owned).collect();
        flags.retain(|flag| flag != "\\Recent");
        flags.sort_unstable();
        let subject = line.split_once("Subject: ")?.1.split("\r\n").next()?.to_owned();
        Some(Self { subject, flags })
    }
}

/// An untagged response: its text, with each literal in place of its `{n}`.
pub(crate) type Line = String;

impl MailClient {
    /// Signs in.
    pub(crate) async fn sign_in(server: &MailServer, who: &Credentials) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", server.port("IMAP_PORT"))).await.expect("the plain IMAP port");
        let mut client = Self { stream: BufReader::new(stream), tag: 0, capabilities: Vec::new() };
        client.line().await;
        client.command(&format!("LOGIN {} {}", quoted(&who.user), quoted(&who.password))).await;
        let offered = client.command("CAPABILITY").await.concat();
        client.capabilities = offered.split_whitespace().map(str::to_owned).collect();
        client
    }

    fn can(&self, capability: &str) -> bool {
        self.capabilities.iter().any(|offered| offered == capability)
    }

    /// Waits until the server takes a changed password: Dovecot looks at a known account's file once a second.
    pub(crate) async fn wait_for_password(server: &MailServer, who: &Credentials) {
        for _ in 0..100 {
            let stream =
                TcpStream::connect(("127.0.0.1", server.port("IMAP_PORT"))).await.expect("the plain IMAP port");
            let mut client = Self { stream: BufReader::new(stream), tag: 0, capabilities: Vec::new() };
            client.line().await;
            let sign_in = format!("LOGIN {} {}", quoted(&who.user), quoted(&who.password));
            if client.attempt(&sign_in).await.1.starts_with("OK") {
                return;
            }
        }
        panic!("the password of {} never changed", who.user);
    }

    /// Sends a command and gives its untagged responses; anything but OK ends the test.
    pub(crate) async fn command(&mut self, command: &str) -> Vec<Line> {
        let (lines, status) = self.attempt(command).await;
        assert!(status.starts_with("OK"), "{command}: {status}");
        lines
    }

    /// Sends a command and gives its untagged responses and its status.
    pub(crate) async fn attempt(&mut self, command: &str) -> (Vec<Line>, String) {
        let tag = self.send(command).await;
        self.answer(&tag).await
    }

    /// Puts a message into a mailbox; `flags` as in `\Seen \Flagged`. Its UID.
    pub(crate) async fn append(&mut self, mailbox: &str, flags: &str, message: &[u8]) -> u32 {
        self.append_of(mailbox, flags, None, message).await
    }

    /// The same, as it arrived at `date`: `02-Nov-2020 23:30:00 +0000`.
    pub(crate) async fn append_of(&mut self, mailbox: &str, flags: &str, date: Option<&str>, message: &[u8]) -> u32 {
        self.try_append(mailbox, flags, date, message).await.unwrap_or_else(|status| panic!("APPEND: {status}"))
    }

    /// The same, or why the server did not take it.
    pub(crate) async fn try_append(
        &mut self,
        mailbox: &str,
        flags: &str,
        date: Option<&str>,
        message: &[u8],
    ) -> Result<u32, String> {
        let mut message = message.to_vec();
        if mail_server().kind() == Server::Cyrus {
            message = with_whole_line_ends(&message); // 3.6 refuses "bare newlines"
        }
        let next = if self.can("UIDPLUS") { None } else { Some(self.uid_next(mailbox).await) };
        let date = date.map(|date| format!("\"{date}\" ")).unwrap_or_default();
        let command = format!("APPEND {} ({flags}) {date}{{{}}}", wire(mailbox), message.len());
        let tag = self.send(&command).await;
        let go_on = self.line().await;
        if let Some(status) = go_on.strip_prefix(&format!("{tag} ")) {
            return Err(status.to_owned());
        }
        if go_on.starts_with("* NO") {
            return Err(self.answer(&tag).await.1); // Courier says it twice
        }
        assert!(go_on.starts_with('+'), "{go_on}");
        self.stream.write_all(&message).await.unwrap();
        self.stream.write_all(b"\r\n").await.unwrap();
        let (_, status) = self.answer(&tag).await;
        let uid = status.split("APPENDUID ").nth(1).and_then(|rest| rest.split([' ', ']']).nth(1));
        let uid = next.or_else(|| uid.and_then(|uid| uid.parse().ok()));
        uid.filter(|_| status.starts_with("OK")).ok_or(status)
    }

    async fn uid_next(&mut self, mailbox: &str) -> u32 {
        let lines = self.command(&format!("STATUS {} (UIDNEXT)", wire(mailbox))).await.concat();
        lines.split("UIDNEXT ").nth(1).unwrap().split(')').next().unwrap().parse().unwrap()
    }

    /// Makes a mailbox if there is none of this name, and subscribes to it.
    pub(crate) async fn make(&mut self, mailbox: &str) {
        let name = wire(mailbox);
        let (_, status) = self.attempt(&format!("CREATE {name}")).await;
        assert!(status.starts_with("OK") || self.exists(mailbox).await, "CREATE {mailbox}: {status}");
        self.attempt(&format!("SUBSCRIBE {name}")).await;
    }

    /// Deletes a mailbox.
    pub(crate) async fn delete(&mut self, mailbox: &str) {
        self.command(&format!("DELETE {}", wire(mailbox))).await;
    }

    /// Renames a mailbox, and subscribes to it.
    pub(crate) async fn rename(&mut self, mailbox: &str, to: &str) {
        self.command(&format!("RENAME {} {}", wire(mailbox), wire(to))).await;
        self.command(&format!("SUBSCRIBE {}", wire(to))).await;
    }

    async fn exists(&mut self, mailbox: &str) -> bool {
        let lines = self.command(&format!("LIST \"\" {}", wire(mailbox))).await;
        lines.iter().any(|line| line.starts_with("* LIST") && !line.to_lowercase().contains("\\no"))
    }

    /// Opens a mailbox; its UIDVALIDITY.
    pub(crate) async fn select(&mut self, mailbox: &str) -> u32 {
        let lines = self.command(&format!("SELECT {}", wire(mailbox))).await;
        let found = lines.iter().find_map(|line| line.split("[UIDVALIDITY ").nth(1)?.split(']').next()?.parse().ok());
        found.expect("UIDVALIDITY")
    }

    /// The UIDs in the open mailbox that these criteria find.
    pub(crate) async fn search(&mut self, criteria: &str) -> Vec<u32> {
        self.command("NOOP").await; // Courier and RFC 3501 tell of other programs' changes no sooner
        let lines = self.command(&format!("UID SEARCH {criteria}")).await;
        let found = lines.iter().find_map(|line| line.strip_prefix("* SEARCH"));
        found.unwrap_or_default().split_whitespace().map(|uid| uid.parse().unwrap()).collect()
    }

    /// The subjects in a mailbox, oldest first; none if there is no such mailbox.
    pub(crate) async fn subjects(&mut self, mailbox: &str) -> Vec<String> {
        if !self.exists(mailbox).await {
            return Vec::new();
        }
        self.select(mailbox).await;
        if self.search("ALL").await.is_empty() {
            return Vec::new(); // Dovecot refuses 1:* then
        }
        let lines = self.command("FETCH 1:* (BODY.PEEK[HEADER.FIELDS (SUBJECT)])").await;
        let subject = |line: &Line| Some(line.split_once("Subject: ")?.1.split("\r\n").next()?.to_owned());
        lines.iter().filter_map(subject).collect()
    }

    /// The subjects in a mailbox of what nobody deleted. Without UIDPLUS what we delete is marked so, and stays.
    pub(crate) async fn left(&mut self, mailbox: &str) -> Vec<String> {
        let mut left = self.subjects(mailbox).await;
        if !self.can("UIDPLUS") && !left.is_empty() {
            let (all, undeleted) = (self.search("ALL").await, self.search("UNDELETED").await);
            let mut uids = all.into_iter();
            left.retain(|_| uids.next().is_some_and(|uid| undeleted.contains(&uid)));
        }
        left
    }

    /// The subjects in a mailbox with their flags, oldest first: `Lunch? \Flagged \Seen`.
    pub(crate) async fn state(&mut self, mailbox: &str) -> Vec<String> {
        let subjects = self.subjects(mailbox).await;
        let uids = self.search("ALL").await;
        let mut state = Vec::new();
        for (uid, subject) in uids.into_iter().zip(subjects) {
            state.push([vec![subject], self.flags(uid).await].concat().join(" "));
        }
        state
    }

    /// The whole account: the subjects in each mailbox with their flags, sorted, under UIDVALIDITY-free names.
    pub(crate) async fn everything(&mut self) -> Account {
        let mut account = Account::new();
        self.attempt("UNSELECT").await; // STATUS of the open mailbox is as old as its last NOOP (Dovecot 2.3)
        for line in self.command("LIST \"\" \"*\" RETURN (STATUS (MESSAGES))").await {
            let Some((name, items)) = line.strip_prefix("* STATUS ").and_then(|rest| rest.rsplit_once(" (")) else {
                continue;
            };
            let mut messages = Vec::new();
            if items != "MESSAGES 0)" {
                self.command(&format!("EXAMINE {name}")).await;
                let fetch = "UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])";
                messages = self.command(fetch).await.iter().filter_map(|line| Seen::read(line)).collect();
            }
            messages.sort();
            account.insert(name.trim_matches('"').to_owned(), messages);
        }
        account
    }

    /// The flags of a message of the open mailbox, sorted, without `\Recent`.
    pub(crate) async fn flags(&mut self, uid: u32) -> Vec<String> {
        self.command("NOOP").await;
        let lines = self.command(&format!("UID FETCH {uid} (FLAGS)")).await;
        let line = lines.iter().rev().find_map(|line| line.split("FLAGS (").nth(1)?.split(')').next());
        let line = line.unwrap_or_else(|| panic!("no message {uid}: {lines:?}"));
        let mut flags: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        flags.retain(|flag| flag != "\\Recent");
        flags.sort_unstable();
        flags
    }

    /// Changes flags of a message of the open mailbox: `+FLAGS (\Seen)`.
    pub(crate) async fn store(&mut self, uid: u32, change: &str) {
        self.command(&format!("UID STORE {uid} {change}")).await;
    }

    /// Removes a message of the open mailbox, and no other.
    pub(crate) async fn remove(&mut self, uid: u32) {
        let others = if self.can("UIDPLUS") { Vec::new() } else { self.search("DELETED").await };
        for other in &others {
            self.store(*other, "-FLAGS (\\Deleted)").await;
        }
        self.store(uid, "+FLAGS (\\Deleted)").await;
        let expunge = if self.can("UIDPLUS") { format!("UID EXPUNGE {uid}") } else { "EXPUNGE".to_owned() };
        self.command(&expunge).await;
        for other in others {
            self.store(other, "+FLAGS (\\Deleted)").await;
        }
    }

    /// Moves a message of the open mailbox.
    pub(crate) async fn move_to(&mut self, uid: u32, mailbox: &str) {
        let name = wire(mailbox);
        if self.can("MOVE") {
            self.command(&format!("UID MOVE {uid} {name}")).await;
        } else {
            self.command(&format!("UID COPY {uid} {name}")).await;
            self.remove(uid).await;
        }
    }

    async fn send(&mut self, command: &str) -> String {
        self.tag += 1;
        let tag = format!("m{}", self.tag);
        self.stream.write_all(format!("{tag} {command}\r\n").as_bytes()).await.unwrap();
        tag
    }

    async fn answer(&mut self, tag: &str) -> (Vec<Line>, String) {
        let mut lines = Vec::new();
        loop {
            let line = self.line().await;
            match line.strip_prefix(tag).and_then(|rest| rest.strip_prefix(' ')) {
                Some(status) => return (lines, status.to_owned()),
                None => lines.push(line),
            }
        }
    }

    async fn line(&mut self) -> Line {
        let mut text = String::new();
        loop {
            let mut bytes = Vec::new();
            let read = self.stream.read_until(b'\n', &mut bytes).await.unwrap();
            assert!(read > 0, "the mail server closed the connection");
            let piece = String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']).to_owned();
            let literal = piece.strip_suffix('}').and_then(|rest| rest.rsplit_once('{'));
            let Some((before, size)) = literal.and_then(|(before, size)| Some((before, size.parse().ok()?))) else {
                return text + &piece;
            };
            let mut literal: Vec<u8> = vec![0; size];
            self.stream.read_exact(&mut literal).await.unwrap();
            text = text + before + &String::from_utf8_lossy(&literal);
        }
    }
}

/// A mailbox in a command.
fn wire(mailbox: &str) -> String {
    quoted(&encode(&mail_server().wire_name(mailbox)))
}

/// CRLF at the end of each line.
fn with_whole_line_ends(message: &[u8]) -> Vec<u8> {
    let lines = message.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.collect::<Vec<_>>().join(&b"\r\n"[..])
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Modified UTF-7 (RFC 3501 5.1.3).
fn encode(name: &str) -> String {
    use base64::Engine;
    let alphabet = base64::alphabet::IMAP_MUTF7;
    let engine = base64::engine::GeneralPurpose::new(&alphabet, base64::engine::general_purpose::NO_PAD);
    let mut encoded = String::new();
    let mut wide: Vec<u8> = Vec::new();
    for c in name.chars().map(Some).chain([None]) {
        let plain = c.is_none_or(|c| (' '..='~').contains(&c));
        if plain && !wide.is_empty() {
            encoded += &format!("&{}-", engine.encode(&wide));
            wide.clear();
        }
        match c {
            None => {}
            Some('&') => encoded += "&-",
            Some(c) if plain => encoded.push(c),
            Some(c) => wide.extend(c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_be_bytes())),
        }
    }
    encoded
}
