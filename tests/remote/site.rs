//! A web server that does as it is told, and remembers what it heard.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What it says to a path.
#[derive(Clone)]
pub(crate) enum Reply {
    /// A whole answer.
    Whole(Vec<u8>),
    /// A head, and then zeros until nobody listens.
    Endless(String),
    /// A byte now and then.
    Drip(Vec<u8>, Duration),
    /// Nothing.
    Silence,
}

pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
    /// Octets of endless bodies that were taken.
    pub(crate) taken: Arc<Mutex<usize>>,
}

/// `200` with a body that is called `media_type`.
pub(crate) fn ok(media_type: &str, body: &[u8]) -> Reply {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\n\r\n", body.len());
    Reply::Whole([head.as_bytes(), body].concat())
}

/// A redirect.
pub(crate) fn elsewhere(location: &str) -> Reply {
    Reply::Whole(format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n").into_bytes())
}

impl Site {
    pub(crate) async fn on(ip: &str, port: u16, replies: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((ip.parse::<IpAddr>().unwrap(), port)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (heard, taken) = (Arc::<Mutex<Vec<String>>>::default(), Arc::<Mutex<usize>>::default());
        let site = Self { address, heard: Arc::clone(&heard), taken: Arc::clone(&taken) };
        let replies = Arc::new(replies);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&heard), Arc::clone(&taken), Arc::clone(&replies)));
            }
        });
        site
    }

    /// One whose paths all say the same.
    pub(crate) async fn saying(reply: Reply) -> Self {
        Self::on("127.0.0.1", 0, move |_| reply.clone()).await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Every request, head and body.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

async fn serve(
    mut stream: TcpStream,
    heard: Arc<Mutex<Vec<String>>>,
    taken: Arc<Mutex<usize>>,
    replies: Arc<impl Fn(&str) -> Reply>,
) {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    let text = loop {
        let Ok(read @ 1..) = stream.read(&mut piece).await else { return };
        request.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&request).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length =
            head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            break text;
        }
    };
    let path = text.split(' ').nth(1).unwrap_or_default().to_owned();
    heard.lock().unwrap().push(text);
    match replies(&path) {
        Reply::Whole(bytes) => {
            let _ = stream.write_all(&bytes).await; // nobody may be listening any more
            let _ = stream.shutdown().await;
        }
        Reply::Endless(head) => {
            if stream.write_all(head.as_bytes()).await.is_err() {
                return;
            }
            while let Ok(written) = stream.write(&[0; 16 << 10]).await {
                *taken.lock().unwrap() += written;
            }
        }
        Reply::Drip(bytes, pause) => {
            for byte in bytes {
                if stream.write_all(&[byte]).await.is_err() {
                    return;
                }
                tokio::time::sleep(pause).await;
            }
        }
        Reply::Silence => {
            let _ = stream.read(&mut piece).await; // until it is given up
        }
    }
}
