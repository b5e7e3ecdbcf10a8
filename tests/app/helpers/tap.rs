//! A listener between the application and its mail server: it passes everything on, and notes which commands went by.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A tap on the line.
pub(crate) struct Tap {
    pub(crate) port: u16,
    commands: Arc<Mutex<Vec<String>>>,
    turns: Arc<Mutex<Vec<String>>>,
    open: Arc<AtomicUsize>,
}

impl Tap {
    /// On the line to this port, which is not encrypted.
    pub(crate) async fn open(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let tap = Self { port, commands: Arc::default(), turns: Arc::default(), open: Arc::default() };
        let (commands, turns, open) = (tap.commands.clone(), tap.turns.clone(), tap.open.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (commands, turns, open) = (commands.clone(), turns.clone(), open.clone());
                tokio::spawn(async move {
                    let server = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
                    open.fetch_add(1, Ordering::SeqCst);
                    pass_on(client, server, &commands, &turns).await;
                    open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        tap
    }

    /// The verbs that went by so far.
    pub(crate) fn commands(&self) -> Vec<String> {
        self.commands.lock().unwrap().clone()
    }

    /// The same by round trips: what was sent before the server said anything is one line.
    pub(crate) fn turns(&self) -> Vec<String> {
        self.turns.lock().unwrap().clone()
    }

    /// Connections open now.
    pub(crate) fn open_now(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }

    /// Waits until none is open.
    pub(crate) async fn until_closed(&self, patience: Duration) {
        let since = Instant::now();
        while self.open_now() > 0 {
            assert!(since.elapsed() < patience, "{} connections are left", self.open_now());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

async fn pass_on(
    mut client: TcpStream,
    mut server: TcpStream,
    commands: &Mutex<Vec<String>>,
    turns: &Mutex<Vec<String>>,
) {
    let mut server_spoke = true;
    let (mut from_client, mut to_server) = (vec![0; 65536], vec![0; 65536]);
    let mut line = String::new();
    loop {
        tokio::select! {
            read = client.read(&mut from_client) => match read {
                Ok(read @ 1..) => {
                    line.push_str(&String::from_utf8_lossy(&from_client[..read]));
                    while let Some((whole, rest)) = line.split_once("\r\n") {
                        let mut words = whole.split(' ');
                        let verb = match (words.next(), words.next(), words.next()) {
                            (Some("DONE"), ..) => "DONE".to_owned(),
                            (_, Some("UID"), Some(verb)) => format!("UID {verb}"),
                            (_, Some(verb), _) => verb.to_owned(),
                            _ => whole.to_owned(),
                        };
                        let mut turns = turns.lock().unwrap();
                        match turns.last_mut() {
                            Some(turn) if !server_spoke => turn.push_str(&format!(" {verb}")),
                            _ => turns.push(verb.clone()),
                        }
                        server_spoke = false;
                        commands.lock().unwrap().push(verb);
                        line = rest.to_owned();
                    }
                    if server.write_all(&from_client[..read]).await.is_err() {
                        return;
                    }
                }
                _ => return,
            },
            read = server.read(&mut to_server) => match read {
                Ok(read @ 1..) => {
                    server_spoke = true;
                    if client.write_all(&to_server[..read]).await.is_err() {
                        return;
                    }
                }
                _ => return,
            },
        }
    }
}
