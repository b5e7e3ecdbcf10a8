//! Many people, each with a small mailbox, signed in through the application.

use std::fs;
use std::os::unix::fs::chown;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::http::Browser;
use crate::setup::{Bench, PASSWORD};
use crate::work::LIST;

/// Messages in each INBOX.
const MESSAGES: u32 = 20;
/// Who signs in at the same time. Twenty tries at once from one address would have to wait.
const AT_ONCE: usize = 8;

/// A browser at its inbox.
pub struct AtInbox {
    pub browser: Browser,
    /// What the page says it was made from.
    pub made_from: String,
}

/// So many accounts, the same ones in every run; those that are missing are made.
pub fn people(bench: &Bench, count: usize) -> Vec<String> {
    (0..count)
        .map(|number| {
            let address = format!("crowd{number}@{}", bench.env("DOMAIN"));
            let line = format!("{address}:{{PLAIN}}{PASSWORD}::::::\n");
            fs::write(Path::new(bench.env("USERS_DIR")).join(&address), line).unwrap();
            let home = bench.home(&address);
            if !home.exists() {
                write_mail(&home, bench.mail_owner());
            }
            address
        })
        .collect()
}

/// A Maildir with its INBOX.
fn write_mail(home: &Path, (uid, gid): (u32, u32)) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let own = |path: &Path| chown(path, Some(uid), Some(gid)).unwrap();
    let maildir = home.join("Maildir");
    fs::create_dir_all(&maildir).unwrap();
    own(home);
    own(&maildir);
    for folder in ["cur", "new", "tmp"] {
        fs::create_dir(maildir.join(folder)).unwrap();
        own(&maildir.join(folder));
    }
    for number in 0..MESSAGES {
        let path = maildir.join(format!("cur/{}.M{number}P1.bench:2,S", now - u64::from(MESSAGES - number) * 3600));
        let text = format!(
            "From: Berta Sommer <berta@other.example>\nTo: you@fernpost.example\nSubject: Letter {number}\n\
             Date: Mon, 23 Nov 2026 08:30:00 +0100\nMessage-ID: <{number}@bench.example>\nMIME-Version: 1.0\n\
             Content-Type: text/plain; charset=utf-8\n\n{}",
            "All is well here.\n".repeat(20)
        );
        fs::write(&path, text).unwrap();
        own(&path);
    }
}

/// Signs these people in, some at a time, and shows each their inbox; in the same order.
pub fn sign_in(port: u16, people: &[String]) -> Vec<AtInbox> {
    let share = people.len().div_ceil(AT_ONCE).max(1);
    std::thread::scope(|scope| {
        let parts = people
            .chunks(share)
            .map(|part| scope.spawn(move || part.iter().map(|address| at_inbox(port, address)).collect::<Vec<_>>()));
        let parts: Vec<_> = parts.collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    })
}

/// Signs somebody in and shows them their inbox.
pub fn at_inbox(port: u16, address: &str) -> AtInbox {
    let mut browser = Browser::sign_in(port, address, PASSWORD);
    let mut socket = browser.connect();
    let page = browser.get(&mut socket, LIST);
    assert_eq!(page.status, 200);
    let html = String::from_utf8(page.body).unwrap();
    let made_from = html.split(" data-at=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("data-at");
    AtInbox { made_from: made_from.to_owned(), browser }
}
