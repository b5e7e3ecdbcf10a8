//! Each fault at each command of each operation: what the person gets, what the account holds, and that all is well
//! afterwards. The expected words stand in `docs/faults.md`, which is read here.

use std::time::Duration;

use futures_util::future::join_all;

use super::super::helpers::{Fault, FaultProxy, MailClient, Person, TestApp, Times, Verb, mail_server, spawn_app_with};
use super::operations::{Case, OPERATIONS, Operation};
use super::outcome::{Outcome, ask, judge};
use super::table::Table;

/// A row of the table.
pub(super) struct Row {
    /// Its name, which is its test's.
    pub(super) name: &'static str,
    pub(super) fault: Fault,
    pub(super) lasts: bool,
    pub(super) tls: bool,
    /// Only at the commands that matter, each once: for what takes its time, or differs from another row in a word.
    pub(super) brief: bool,
    /// How long the application waits for an answer, in seconds.
    pub(super) patience: u16,
}

/// Commands without which there is no page. What others tell only adds to it; a NOOP that fails is followed by a
/// connection that does without.
const NEEDED: [&str; 7] = ["LOGIN", "SELECT", "LIST", "FETCH", "UID FETCH", "UID SEARCH", "UID SORT"];

/// Sockets that a person may hold, by default.
const MOST: usize = 4;

/// Runs a row: every operation with an account and a line of its own, all at once.
pub(super) async fn run(row: Row) {
    let table = Table::read();
    let server = mail_server();
    let domain = |name: &str| format!("{}.example", name.replace(' ', "-"));
    let mut proxies = Vec::new();
    for _ in OPERATIONS {
        proxies.push(if row.tls { FaultProxy::tls(server).await } else { FaultProxy::plain(server).await });
    }
    let ca_file = server.ca_file();
    let section = |head: &str, port: u16| {
        let tls = if row.tls { format!("ca_file = \"{}\"", ca_file.display()) } else { "tls = \"none\"".to_owned() };
        format!("[{head}]\nhost = \"127.0.0.1\"\nport = {port}\n{tls}\ncommand_seconds = {}\n", row.patience)
    };
    let mut keys = section("imap", proxies[0].port);
    for ((_, name), proxy) in OPERATIONS.iter().zip(&proxies) {
        keys += &format!("[[domain]]\nname = \"{}\"\n{}", domain(name), section("domain.imap", proxy.port));
    }
    let app = spawn_app_with(&format!("{keys}[limits]\nactions_per_second = 0\n")).await;
    let columns = OPERATIONS.iter().zip(&proxies).map(|((operation, name), proxy)| {
        let (row, table, app) = (&row, &table, &app);
        async move {
            let expected = table.cell(row.name, name);
            let who = server.person_at("ann", &domain(name));
            let mut column = Column::new(*operation, app, proxy, who).await;
            column.run(row, expected).await
        }
    });
    let found: Vec<String> = join_all(columns).await.concat();
    assert!(found.is_empty(), "{}: {} cells:\n{}", row.name, found.len(), found.join("\n"));
}

impl Row {
    /// After this time a request counts as stuck.
    fn limit(&self) -> Duration {
        Duration::from_secs(u64::from(self.patience) * 6 + 60)
    }
}

struct Column<'a> {
    operation: Operation,
    proxy: &'a FaultProxy,
    ann: Person,
    mail: MailClient,
    times: usize,
}

impl<'a> Column<'a> {
    async fn new(
        operation: Operation,
        app: &TestApp,
        proxy: &'a FaultProxy,
        who: super::super::helpers::Credentials,
    ) -> Self {
        let ann = app.signed_in(who).await;
        let mut mail = ann.mail().await;
        mail.make("Work").await;
        Self { operation, proxy, ann, mail, times: 0 }
    }

    /// What did not hold, a line each.
    async fn run(&mut self, row: &Row, expected: &str) -> Vec<String> {
        let mut found = Vec::new();
        // what it sends when all is well, from a cold start; the first time in an account is not as the later ones, which
        // take up what an earlier connection knew
        let mut commands = Vec::new();
        for _ in 0..2 {
            let case = self.prepare().await;
            self.proxy.heard();
            let outcome = ask(self.operation, &self.ann, &case, row.limit()).await.0;
            let outcome = outcome.led(self.operation, &self.ann).await;
            assert!(
                matches!(outcome, Outcome::Page | Outcome::Done),
                "{:?} when all is well: {outcome:?}",
                self.operation
            );
            commands = self.proxy.heard();
            self.ann.open_mailbox("INBOX").await;
        }
        let deciding = commands.iter().position(|verb| verb == self.operation.deciding());
        for (at, verb) in commands.iter().enumerate() {
            let nth = commands[..at].iter().filter(|before| *before == verb).count();
            let is_needed = NEEDED.contains(&verb.as_str());
            let is_deciding = if self.operation.reads() { is_needed } else { Some(at) == deciding };
            if row.brief && (nth > 0 || !(is_needed || is_deciding)) {
                continue;
            }
            let expected = is_deciding.then_some(expected);
            if let Err(what) = self.cell(row, verb, nth, expected).await {
                found.push(format!("  {:?} at {verb} {nth}: {what}", self.operation));
            }
        }
        if !self.operation.reads() && deciding.is_none() {
            found.push(format!("  {:?}: no {} in {commands:?}", self.operation, self.operation.deciding()));
        }
        found
    }

    async fn prepare(&mut self) -> Case {
        self.times += 1;
        let case = self.operation.prepare(&self.ann, &mut self.mail, self.times).await;
        self.proxy.hang_up().await;
        case
    }

    async fn cell(&mut self, row: &Row, verb: &Verb, nth: usize, expected: Option<&str>) -> Result<(), String> {
        let case = self.prepare().await;
        let times = if row.lasts { Times::From(nth) } else { Times::Once(nth) };
        self.proxy.arm(row.fault, verb, times);
        let (outcome, took) = ask(self.operation, &self.ann, &case, row.limit()).await;
        let hits = self.proxy.hits();
        self.proxy.heal().await;
        let outcome = outcome.led(self.operation, &self.ann).await;
        let now = self.mail.everything().await;
        judge(self.operation, &case, &outcome, &now)?;
        // a request ends in time: the answer of one command, and the look after it
        let most = Duration::from_secs(u64::from(row.patience) * 3 + 10);
        if took > most {
            return Err(format!("took {took:?}"));
        }
        if hits == 0 && expected.is_some() && nth == 0 {
            return Err("the fault did not happen".to_owned());
        }
        // an overview of a moment ago is not asked for again: then there is no command for the fault to fall on; and a
        // second try may do without what the first one got
        let counts = hits > 0 && (nth == 0 || !row.lasts);
        let expected = expected.filter(|expected| !expected.split(" / ").any(|word| word == outcome.word()));
        if let Some(expected) = expected.filter(|_| counts) {
            return Err(format!("{outcome:?}, not {expected:?}"));
        }
        // the next page is fine, nobody was signed out, and no connection is left
        let page = self.ann.open_mailbox("INBOX").await;
        let mut rows = page.rows();
        rows.sort();
        let subjects: Vec<String> = now["INBOX"].iter().map(|message| message.subject.clone()).collect();
        if (page.status, rows) != (200, subjects) {
            return Err(format!("the next page: {} {}", page.status, page.text()));
        }
        self.proxy.wait_for_open(MOST).await;
        Ok(())
    }
}
