//! What fills a mailbox: how long it takes to find out, beside the raw IMAP commands that it takes.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use fernpost::account::{Account, Accounts, Servers, Surveyed};
use fernpost::imap::{Dialer, ImapServer, Tls};
use fernpost::mail::Secret;

use crate::http::Browser;
use crate::imap::{Door, Raw};
use crate::setup::{Bench, PASSWORD};
use crate::table::{Table, median, ms, time};

/// Folders that the messages are spread over.
const FOLDERS: u32 = 42;
/// Messages of so many octets have their structure read.
const LARGE: u64 = 100_000;
/// How long the survey may take before the bench gives up.
const PATIENCE: Duration = Duration::from_secs(300);

/// The page about storage.
const PAGE: &str = "/webmail/storage";

/// Surveys a mailbox of so many messages.
pub fn measure(bench: &Bench, messages: u32) -> Table {
    let mut table = Table::new(&format!("What fills a mailbox of {messages} messages in {FOLDERS} folders"));
    let address = bench.spread_account(messages, FOLDERS);
    let (door, folders) = (bench.imap(), folders(&mut bench.imap().open(&address, PASSWORD)));
    let large = read_raw(&door, &address, &folders, None); // and the mail server keeps what it was asked for

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let beside = median(|| time(|| read_raw(&door, &address, &folders, Some(&large))).0);
    let ours = median(|| {
        let (took, (_, account)) = time(|| {
            runtime.block_on(async {
                let (accounts, account) = sign_in(bench, &address).await;
                assert_eq!(survey(&account).await, u64::from(messages));
                (accounts, account)
            })
        });
        account.sign_out();
        took
    });
    table.compare("everything is known, from signing in", beside, ours, "≤ 1.5 ×");

    let (accounts, account) = runtime.block_on(sign_in(bench, &address));
    let start = accounts.remembered();
    runtime.block_on(survey(&account));
    let each = |octets: usize| format!("{:.0} octets", octets as f64 / f64::from(messages));
    table.figure("what a message weighs in memory", &each(accounts.remembered() - start), "≤ 64");
    let mut raw = door.open(&address, PASSWORD);
    let beside = median(|| time(|| ask_states(&mut raw, &folders)).0);
    let ours = median(|| {
        account.look_again();
        time(|| runtime.block_on(survey(&account))).0
    });
    table.compare("once more, when nothing has changed", beside, ours, "");
    account.sign_out();
    page(bench, &address, &mut table);
    table
}

/// The page: what a browser waits for, when nothing is known yet and when all is.
fn page(bench: &Bench, address: &str, table: &mut Table) {
    let browser = Browser::sign_in(bench.fernpost.port, address, PASSWORD);
    let get = || {
        let mut socket = browser.connect();
        let mut browser = browser.clone();
        browser.get(&mut socket, "/webmail/login"); // connected, and the program has started
        let (took, answer) = time(|| browser.get(&mut socket, PAGE));
        (took, answer.status)
    };
    if get().1 == 404 {
        return; // a program without that page
    }
    let first = median(|| {
        bench.fernpost.restart(); // and has forgotten what it knew
        let (took, status) = get();
        assert_eq!(status, 200);
        took
    });
    table.figure("first paint of the page, nothing known", &ms(first), "≤ 50 ms");
    std::thread::sleep(Duration::from_secs(5)); // the survey that the last one began comes to its end
    table.figure("the page, all known", &ms(median(|| get().0)), "≤ 50 ms");
}

async fn sign_in(bench: &Bench, address: &str) -> (Accounts, Account) {
    let server = ImapServer {
        host: "127.0.0.1".into(),
        port: bench.mail_port("IMAPS_PORT"),
        tls: Tls::Implicit,
        ca_file: Some(PathBuf::from(bench.env("CA_FILE"))),
        disabled_capabilities: Vec::new(),
    };
    let accounts = Accounts::new(Servers::from(Dialer::new(server).unwrap()));
    let account = accounts.sign_in(address, Secret::new(PASSWORD), None).await.unwrap();
    (accounts, account)
}

/// How many messages were found.
async fn survey(account: &Account) -> u64 {
    account.begin_survey();
    account.survey_ended(PATIENCE).await;
    match account.surveyed().await {
        Surveyed::Done(survey) => survey.messages,
        other => panic!("{other:?}"),
    }
}

fn folders(raw: &mut Raw) -> Vec<String> {
    let lines = raw.command("LIST \"\" \"*\"");
    let name = |line: &String| Some(line.trim_end().strip_prefix("* LIST (")?.split_once(") \"/\" ")?.1.to_owned());
    lines.iter().filter_map(name).collect()
}

fn ask_states(raw: &mut Raw, folders: &[String]) {
    for folder in folders {
        raw.command(&format!("STATUS {folder} (MESSAGES UIDNEXT UIDVALIDITY)"));
    }
}

/// The commands that a survey can't do without, each answer read to its end and thrown away. UIDs of the large messages of each
/// folder, which are read from the answers if nobody knows them yet.
fn read_raw(door: &Door, address: &str, folders: &[String], large: Option<&Arc<[String]>>) -> Arc<[String]> {
    let mut raw = door.open(address, PASSWORD);
    raw.command("LIST \"\" \"*\"");
    ask_states(&mut raw, folders);
    let mut found = Vec::new();
    for (at, folder) in folders.iter().enumerate() {
        raw.command(&format!("SELECT {folder}"));
        let lines = raw.command(
            "UID FETCH 1:4294967295 (UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER.FIELDS (FROM SUBJECT DATE MESSAGE-ID LIST-ID)])",
        );
        let large = match large {
            Some(large) => large[at].clone(),
            None => lines.iter().filter_map(|line| uid_of_large(line)).collect::<Vec<_>>().join(","),
        };
        if !large.is_empty() {
            raw.command(&format!("UID FETCH {large} (UID BODYSTRUCTURE)"));
        }
        found.push(large);
    }
    found.into()
}

fn uid_of_large(line: &str) -> Option<String> {
    let number = |word: &str| line.split_once(word)?.1.split([' ', ')']).next();
    (number("RFC822.SIZE ")?.parse::<u64>().ok()? >= LARGE).then(|| number("UID ").map(str::to_owned))?
}
