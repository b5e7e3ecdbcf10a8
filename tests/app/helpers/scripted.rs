//! A mail server that says what it is told to, and remembers what it heard.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A listener on a port of its own.
pub(crate) struct Scripted {
    pub(crate) port: u16,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Scripted {
    /// Greets with these lines and then answers every line it hears with `BAD` (and its tag).
    pub(crate) async fn greeting(greeting: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ears = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let ears = Arc::clone(&ears);
                tokio::spawn(async move {
                    let _ = socket.write_all(greeting.as_bytes()).await;
                    let mut bytes = [0; 4096];
                    while let Ok(read @ 1..) = socket.read(&mut bytes).await {
                        ears.lock().unwrap().extend_from_slice(&bytes[..read]);
                        for line in String::from_utf8_lossy(&bytes[..read]).lines() {
                            let tag = line.split(' ').next().unwrap_or("*");
                            let _ = socket.write_all(format!("{tag} BAD no\r\n").as_bytes()).await;
                        }
                    }
                });
            }
        });
        Self { port, heard }
    }

    /// All it heard.
    pub(crate) fn heard(&self) -> String {
        String::from_utf8_lossy(&self.heard.lock().unwrap()).into_owned()
    }
}
