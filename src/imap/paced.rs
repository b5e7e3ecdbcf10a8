//! A TCP stream that can be read by the clock.
//!
//! A mail server hands over a long answer some kilobytes at a time (Dovecot 2.3, 2026: 4.6 kB in a segment), and being woken
//! for each of them costs more than reading it. While much comes, the socket is out of the event loop, and what has gathered in it is
//! read after each rest.

use std::io::{self, ErrorKind, Read, Write};
use std::net;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep};

/// How long what comes gathers: the shortest that the clock of the runtime knows.
const REST: Duration = Duration::from_millis(1);
/// After so many rests in which nothing came the server is waited for.
const EMPTY: u8 = 3;

/// Whether much is to come.
#[derive(Clone, Default)]
pub(super) struct Pace(Arc<AtomicBool>);

impl Pace {
    /// From now on, or no more.
    pub(super) fn set(&self, much: bool) {
        self.0.store(much, Ordering::Relaxed);
    }

    fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The stream.
pub(super) struct Paced {
    way: Way,
    pace: Pace,
}

enum Way {
    /// Woken by whatever comes.
    Woken(TcpStream),
    /// Read after each rest.
    Rested(net::TcpStream, Rest),
    /// Could not be put from one into the other.
    Lost,
}

struct Rest {
    until: Pin<Box<Sleep>>,
    is_on: bool,
    /// How many of them brought nothing.
    empty: u8,
}

impl Rest {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.is_on {
            ready!(self.until.as_mut().poll(cx));
            self.is_on = false;
        }
        Poll::Ready(())
    }

    fn begin(&mut self) {
        self.until.as_mut().reset(Instant::now() + REST);
        self.is_on = true;
    }
}

impl Paced {
    pub(super) fn new(tcp: TcpStream, pace: Pace) -> Self {
        Self { way: Way::Woken(tcp), pace }
    }

    fn rest(&mut self) -> io::Result<()> {
        if let Way::Woken(tcp) = std::mem::replace(&mut self.way, Way::Lost) {
            let rest = Rest { until: Box::pin(sleep(REST)), is_on: false, empty: 0 };
            self.way = Way::Rested(tcp.into_std()?, rest);
        }
        Ok(())
    }

    fn wake(&mut self) -> io::Result<()> {
        if let Way::Rested(tcp, _) = std::mem::replace(&mut self.way, Way::Lost) {
            self.way = Way::Woken(TcpStream::from_std(tcp)?);
        }
        Ok(())
    }
}

impl AsyncRead for Paced {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            match &mut this.way {
                Way::Woken(tcp) => {
                    let before = buf.filled().len();
                    ready!(Pin::new(tcp).poll_read(cx, buf))?;
                    if this.pace.is_set() && buf.filled().len() > before {
                        this.rest()?;
                    }
                    return Poll::Ready(Ok(()));
                }
                Way::Rested(tcp, rest) => {
                    ready!(rest.poll(cx));
                    match tcp.read(buf.initialize_unfilled()) {
                        Ok(read) => {
                            buf.advance(read);
                            rest.empty = 0;
                            return Poll::Ready(Ok(()));
                        }
                        Err(error) if error.kind() == ErrorKind::Interrupted => {}
                        Err(error) if error.kind() != ErrorKind::WouldBlock => return Poll::Ready(Err(error)),
                        Err(_) if rest.empty < EMPTY && this.pace.is_set() => {
                            rest.empty += 1;
                            rest.begin();
                        }
                        Err(_) => this.wake()?,
                    }
                }
                Way::Lost => return Poll::Ready(Err(ErrorKind::NotConnected.into())),
            }
        }
    }
}

impl AsyncWrite for Paced {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        loop {
            match &mut this.way {
                Way::Woken(tcp) => return Pin::new(tcp).poll_write(cx, bytes),
                Way::Rested(tcp, _) => match tcp.write(bytes) {
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) if error.kind() == ErrorKind::WouldBlock => this.wake()?,
                    written => return Poll::Ready(written),
                },
                Way::Lost => return Poll::Ready(Err(ErrorKind::NotConnected.into())),
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.wake()?;
        match &mut self.way {
            Way::Woken(tcp) => Pin::new(tcp).poll_shutdown(cx),
            _ => Poll::Ready(Ok(())),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// Ours and the server's end of a connection.
    async fn both_ends(pace: &Pace) -> (Paced, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let ours = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        (Paced::new(ours, pace.clone()), listener.accept().await.unwrap().0)
    }

    #[tokio::test]
    async fn what_comes_by_the_clock_is_what_was_sent_and_pauses_lose_nothing() {
        let pace = Pace::default();
        let (mut ours, mut server) = both_ends(&pace).await;
        pace.set(true);
        let sent: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
        let copy = sent.clone();
        let sending = tokio::spawn(async move {
            for (n, piece) in copy.chunks(4_600).enumerate() {
                server.write_all(piece).await.unwrap();
                if n % 100 == 99 {
                    sleep(Duration::from_millis(8)).await; // longer than the clock has patience
                }
            }
            server
        });
        let mut came = vec![0; sent.len()];
        ours.read_exact(&mut came).await.unwrap();
        assert!(came == sent);
        assert!(matches!(ours.way, Way::Rested(..)));
        drop(sending.await.unwrap());
        assert_eq!(ours.read(&mut came).await.unwrap(), 0, "the end is seen");
    }

    #[tokio::test]
    async fn a_command_leaves_while_the_socket_rests_and_its_answer_wakes() {
        let pace = Pace::default();
        let (mut ours, mut server) = both_ends(&pace).await;
        pace.set(true);
        let mut word = [0; 4];
        for _ in 0..2 {
            server.write_all(b"much").await.unwrap();
            ours.read_exact(&mut word).await.unwrap();
            assert!(matches!(ours.way, Way::Rested(..)));
            ours.write_all(b"more").await.unwrap();
            server.read_exact(&mut word).await.unwrap();
            assert_eq!(&word, b"more");
        }
        pace.set(false);
        let answer = tokio::spawn(async move {
            sleep(Duration::from_millis(20)).await;
            server.write_all(b"that").await.unwrap();
            server
        });
        ours.read_exact(&mut word).await.unwrap();
        assert!(matches!(ours.way, Way::Woken(_)) && &word == b"that");
        let mut server = answer.await.unwrap();
        // more than the system takes at once: whoever writes waits for the server as usual
        let all = vec![7; 20 << 20];
        pace.set(true);
        server.write_all(b"much").await.unwrap();
        ours.read_exact(&mut word).await.unwrap();
        let reading = tokio::spawn(async move {
            let mut read = vec![0; 20 << 20];
            server.read_exact(&mut read).await.unwrap();
            read
        });
        ours.write_all(&all).await.unwrap();
        assert!(reading.await.unwrap() == all);
    }
}
