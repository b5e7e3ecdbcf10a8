//! Open event streams: one thread reads all of them, as browsers would, and tells what it hears.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::http::Browser;

/// Longer than this nobody waits for an event.
const PATIENCE: Duration = Duration::from_secs(60);

/// One event, or the end of a stream ("closed").
pub struct Heard {
    /// The number of the stream.
    pub who: usize,
    pub event: String,
    pub at: Instant,
}

/// Reads streams as long as it lives; dropped, it closes them.
pub struct Listener {
    streams: UnboundedSender<(usize, std::net::TcpStream)>,
    heard: mpsc::Receiver<Heard>,
}

impl Listener {
    pub fn start() -> Self {
        let (streams, mut opened) = unbounded_channel::<(usize, std::net::TcpStream)>();
        let (tell, heard) = mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
            runtime.block_on(async move {
                let mut reading = tokio::task::JoinSet::new();
                while let Some((who, socket)) = opened.recv().await {
                    socket.set_nonblocking(true).unwrap();
                    reading.spawn(read(who, TcpStream::from_std(socket).unwrap(), tell.clone()));
                }
            });
        });
        Self { streams, heard }
    }

    /// Opens the stream of a page that says what it was made from.
    pub fn open(&self, who: usize, browser: &Browser, page: &str, made_from: &str) {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("on", page)
            .append_pair("at", made_from)
            .finish();
        self.streams.send((who, browser.begin(&format!("/webmail/events?{query}")))).unwrap();
    }

    /// Waits until each of these streams has said that all is fine.
    pub fn until_all_fine(&self, count: usize) {
        let mut fine = vec![false; count];
        while fine.contains(&false) {
            let heard = self.heard.recv_timeout(PATIENCE).expect("streams that say that all is fine");
            assert!(matches!(&*heard.event, "fine" | "page" | "beat"), "stream {}: {}", heard.who, heard.event);
            fine[heard.who] |= heard.event == "fine";
        }
    }

    /// What was heard since the last time.
    pub fn heard(&self) -> Vec<Heard> {
        self.heard.try_iter().collect()
    }
}

async fn read(who: usize, socket: TcpStream, tell: mpsc::Sender<Heard>) {
    let mut socket = BufReader::new(socket);
    let mut line = Vec::new();
    let mut is_first = true;
    let event = loop {
        line.clear();
        match socket.read_until(b'\n', &mut line).await {
            Ok(1..) => {}
            _ => break "closed".to_owned(),
        }
        let text = String::from_utf8_lossy(&line);
        if std::mem::take(&mut is_first) && !text.starts_with("HTTP/1.1 200 ") {
            break text.trim().to_owned();
        }
        if let Some(event) = text.strip_prefix("event: ") {
            let heard = Heard { who, event: event.trim().to_owned(), at: Instant::now() };
            if tell.send(heard).is_err() {
                return;
            }
        }
    };
    tell.send(Heard { who, event, at: Instant::now() }).ok();
}
