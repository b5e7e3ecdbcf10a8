//! A submission server that stops, cuts and refuses where a test wants it to, and remembers what it took.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A place in a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    /// MAIL has come, and has no answer yet.
    Mail,
    /// So many RCPT were answered before this one.
    Rcpt(usize),
    /// DATA has come, and has no answer yet.
    Data,
    /// The first octets of the message have come.
    Octets,
    /// The whole message has come: it is taken, and has no answer yet.
    Dot,
    /// The answer to it was sent.
    Answered,
}

pub(crate) const POINTS: [Point; 8] = [
    Point::Mail,
    Point::Rcpt(0),
    Point::Rcpt(1),
    Point::Rcpt(2),
    Point::Data,
    Point::Octets,
    Point::Dot,
    Point::Answered,
];

/// What happens there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// It waits until it is told to go on.
    Pause,
    /// The connection ends.
    Cut,
    /// It says this instead of what it would say.
    Say(&'static str),
}

/// A message that was taken.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    /// As MAIL named the sender, with its parameters.
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    pub(crate) message: String,
}

/// A running server.
#[derive(Clone)]
pub(crate) struct Submission {
    pub(crate) port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    extension: &'static str,
    state: Mutex<State>,
    signal: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    rule: Option<(Point, What)>,
    hits: usize,
    transactions: usize,
    taken: Vec<Taken>,
}

/// How long anything here may take that should take none.
const SOON: Duration = Duration::from_secs(30);

impl Submission {
    pub(crate) async fn start() -> Self {
        Self::offering("8BITMIME").await
    }

    /// One with this extension.
    pub(crate) async fn offering(extension: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared { extension, state: Mutex::default(), signal: watch::Sender::new(0) });
        let serves = shared.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let shared = serves.clone();
                tokio::spawn(async move { Session { shared, stream: BufStream::new(socket) }.serve().await });
            }
        });
        Self { port, shared }
    }

    /// Makes ready for something at this point, once.
    pub(crate) fn at(&self, point: Point, what: What) {
        let mut state = self.shared.state();
        (state.rule, state.hits) = (Some((point, what)), 0);
    }

    /// Waits until it has happened.
    pub(crate) async fn hit(&self) {
        self.shared.wait_for(|state| state.hits > 0).await;
    }

    /// All is well again; what waits goes on.
    pub(crate) fn go_on(&self) {
        self.shared.state().rule = None;
        self.shared.tell();
    }

    /// Messages with this in them that were taken.
    pub(crate) fn taken(&self, words: &str) -> Vec<Taken> {
        self.shared.state().taken.iter().filter(|taken| taken.message.contains(words)).cloned().collect()
    }

    /// How often a sender was named.
    pub(crate) fn transactions(&self) -> usize {
        self.shared.state().transactions
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn tell(&self) {
        self.signal.send_modify(|count| *count += 1);
    }

    async fn wait_for(&self, is_so: impl Fn(&State) -> bool) {
        let mut signal = self.signal.subscribe();
        let waiting = async {
            while !is_so(&self.state()) {
                signal.changed().await.unwrap();
            }
        };
        tokio::time::timeout(SOON, waiting).await.expect("the submission server is not asked");
    }
}

struct Session {
    shared: Arc<Shared>,
    stream: BufStream<TcpStream>,
}

impl Session {
    async fn serve(mut self) -> Option<()> {
        self.say("220 scripted.example ESMTP").await?;
        let hello = format!(
            "250-scripted.example\r\n250-AUTH PLAIN LOGIN\r\n250-SIZE 60000000\r\n250 {}",
            self.shared.extension
        );
        let (mut from, mut to) = (String::new(), Vec::new());
        loop {
            let line = self.line().await?;
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            let answer = match verb.as_str() {
                "EHLO" => hello.as_str(),
                "AUTH" => {
                    if line.split(' ').count() < 3 {
                        self.say("334 ").await?;
                        self.line().await?;
                    }
                    "235 2.7.0 welcome"
                }
                "MAIL" => {
                    (from, to) = (line, Vec::new());
                    self.shared.state().transactions += 1;
                    self.at(Point::Mail).await?.unwrap_or("250 2.1.0 ok")
                }
                "RCPT" => {
                    let answer = self.at(Point::Rcpt(to.len())).await?.unwrap_or("250 2.1.5 ok");
                    to.push(line);
                    answer
                }
                "DATA" => match self.at(Point::Data).await? {
                    Some(refusal) => refusal,
                    None => {
                        self.say("354 go ahead").await?;
                        let message = self.message().await?;
                        self.shared.state().taken.push(Taken { from: from.clone(), to: to.clone(), message });
                        let answer = self.at(Point::Dot).await?.unwrap_or("250 2.0.0 taken");
                        self.say(answer).await?;
                        self.at(Point::Answered).await?;
                        continue;
                    }
                },
                "RSET" | "NOOP" => "250 ok",
                "QUIT" => {
                    self.say("221 bye").await?;
                    return None;
                }
                other => panic!("{other} is no command of a submission"),
            };
            self.say(answer).await?;
        }
    }

    /// What is to happen here: `None` when the connection is to end, else what is to be said.
    async fn at(&mut self, point: Point) -> Option<Option<&'static str>> {
        let what = {
            let mut state = self.shared.state();
            match state.rule {
                Some((wanted, what)) if wanted == point => {
                    state.hits += 1;
                    if what != What::Pause {
                        state.rule = None;
                    }
                    what
                }
                _ => return Some(None),
            }
        };
        self.shared.tell();
        match what {
            What::Pause => {
                self.shared.wait_for(|state| state.rule.is_none()).await;
                Some(None)
            }
            What::Cut => {
                self.stream.get_mut().shutdown().await.ok();
                None
            }
            What::Say(words) => Some(Some(words)),
        }
    }

    /// Everything up to the dot, without the dots that were doubled.
    async fn message(&mut self) -> Option<String> {
        let mut octets = vec![0; 20];
        self.stream.read_exact(&mut octets).await.ok()?;
        self.at(Point::Octets).await?;
        while !octets.ends_with(b"\r\n.\r\n") {
            if self.stream.read_until(b'\n', &mut octets).await.ok()? == 0 {
                return None; // a message without its end is none
            }
        }
        octets.truncate(octets.len() - 3);
        Some(String::from_utf8(octets).expect("7-bit").replace("\r\n..", "\r\n."))
    }

    async fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.stream.read_line(&mut line).await.ok()?;
        (read > 0).then(|| line.trim_end().to_owned())
    }

    async fn say(&mut self, text: &str) -> Option<()> {
        self.stream.write_all(format!("{text}\r\n").as_bytes()).await.ok()?;
        self.stream.flush().await.ok()
    }
}
