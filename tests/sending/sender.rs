//! A program that sends, in a process of its own, so that it can be killed: this test binary once more, told what to do by lines.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fernpost::account::{Account, Error, JobId, JobState, Queue, Sending, When};
use fernpost::mail::{About, Draft, Secret};
use tokio::sync::mpsc;

use crate::desk::{self, Desk, Ports};
use crate::mail_server::Credentials;

/// The variables that make this binary one.
const FOLDER: &str = "FERNPOST_SENDER_FOLDER";
const PORTS: &str = "FERNPOST_SENDER_PORTS";
const USER: &str = "FERNPOST_SENDER_USER";
const PASSWORD: &str = "FERNPOST_SENDER_PASSWORD";
/// What its lines begin with: the test harness writes some too.
const MARK: &str = "sender: ";
/// How long it may take for anything.
const SOON: Duration = Duration::from_secs(60);

/// A running one.
pub(crate) struct Sender {
    child: Child,
    lines: mpsc::UnboundedReceiver<String>,
}

impl Sender {
    /// Starts it; it has signed in when this returns.
    pub(crate) async fn start(folder: &Path, ports: &Ports, who: &Credentials) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "sender::is_a_sender", "--nocapture"])
            .env(FOLDER, folder)
            .env(PORTS, format!("{} {} {}", ports.imap, ports.smtp, ports.without))
            .env(USER, &who.user)
            .env(PASSWORD, &who.password)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this binary");
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (heard, lines) = mpsc::unbounded_channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                // the harness does not end its own line before ours
                if let Some((_, said)) = line.split_once(MARK) {
                    heard.send(said.to_owned()).ok();
                }
            }
        });
        let mut sender = Self { child, lines };
        assert_eq!(sender.hear().await, "ready");
        sender
    }

    pub(crate) fn tell(&mut self, line: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    pub(crate) async fn hear(&mut self) -> String {
        let heard = tokio::time::timeout(SOON, self.lines.recv()).await;
        heard.expect("the sender says nothing").expect("the sender ended")
    }

    pub(crate) async fn ask(&mut self, line: &str) -> String {
        self.tell(line);
        self.hear().await
    }

    /// Ends it at once and without a word.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        let _ = self.child.kill(); // most often it has ended
        let _ = self.child.wait();
    }
}

/// No test unless the variables say so.
#[test]
fn is_a_sender() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(serve(Path::new(&folder)));
}

async fn serve(folder: &Path) {
    let variable = |name| std::env::var(name).unwrap();
    let ports = variable(PORTS);
    let mut words = ports.splitn(3, ' ');
    let mut word = || words.next().unwrap();
    let (imap, smtp) = (word().parse().unwrap(), word().parse().unwrap());
    let ports = Ports { imap, smtp, files_sent: false, without: word().to_owned().leak() };
    let desk = Desk::open(folder, &ports).await;
    let user = variable(USER);
    // as a browser with a cookie of before does
    let account = desk.accounts.resume(&user, Secret::new(variable(PASSWORD))).unwrap();
    say("ready");
    let (told, mut lines) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            told.send(line).ok();
        }
    });
    while let Some(line) = lines.recv().await {
        let words: Vec<&str> = line.split(' ').collect();
        let number = words.get(1).and_then(|word| word.parse().ok()).unwrap_or(0);
        let id = desk::id(number);
        // the message that it is about
        let about = |at: usize| words[at].parse().unwrap();
        let of = || desk::message("INBOX", about(2), about(3));
        match words[0] {
            // background work: its order as it is written
            "begin" => {
                let order = serde_json::from_str(line.split_once(' ').unwrap().1).unwrap();
                say(&account.begin_job(order).await.unwrap().to_string());
            }
            "done" => {
                let id = words[1].parse().unwrap();
                say(&done(&account, &id).await);
            }
            "send" => {
                let draft = Draft { about: Some(About::Answers(of())), ..desk::draft(&user, number) };
                say(&told_of(account.send(&draft, None, When::Now).await));
            }
            "resend" => say(&told_of(account.resend(&of(), &desk::resending(&user, number), When::Now).await)),
            "answer" => {
                let (own, answer) = desk::answer(&user, number);
                say(&told_of(account.answer_invitation(&of(), &answer, &own, When::Now).await));
            }
            "send_now" => say(&told_of(account.send_now(&id).await)),
            "save_copy" => say(&told_of(account.save_copy(&id).await)),
            "settle" => {
                settle(&account).await;
                say("settled");
            }
            "state" => {
                say(&account.sending(&id).await.unwrap().map_or("nothing".to_owned(), |sending| word_of(&sending)))
            }
            other => panic!("{other}?"),
        }
    }
}

fn say(words: &str) {
    println!("{MARK}{words}");
}

fn told_of(result: Result<Sending, Error>) -> String {
    match result {
        Ok(sending) => word_of(&sending),
        Err(error) => format!("error {error:?}"),
    }
}

fn word_of(sending: &Sending) -> String {
    match &sending.state {
        Queue::Sent { filed: true } => "sent".to_owned(),
        Queue::Sent { filed: false } => "sent, not filed".to_owned(),
        Queue::Waiting { .. } => "waiting".to_owned(),
        Queue::Uncertain => "uncertain".to_owned(),
        Queue::Submitting => "submitting".to_owned(),
        other => format!("{other:?}"),
    }
}

/// Waits until there is nothing that goes on by itself.
async fn settle(account: &Account) {
    let started = Instant::now();
    let goes_on = |state: &Queue| !matches!(state, Queue::Failed(_) | Queue::Uncertain);
    while account.outbox().await.unwrap().iter().any(|queued| goes_on(&queued.sending.state)) {
        assert!(started.elapsed() < SOON, "{:?}", account.outbox().await);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Waits until a piece of background work is over, and tells of it: done, skipped, all, octets, remarks.
async fn done(account: &Account, id: &JobId) -> String {
    let started = Instant::now();
    loop {
        let job = account.job(id).await.unwrap();
        if job.state == JobState::Done {
            return format!("{} {} {} {} {}", job.done, job.skipped, job.total, job.octets, job.report.len());
        }
        assert!(started.elapsed() < SOON, "{job:?}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
