//! One task owns one socket.
//!
//! Work goes in by a queue, answers come back by a oneshot. Whoever asked may go away: the work is finished and the
//! connection stays in step. A failed or late command ends the task, and with it the socket (`R-02`).
//!
//! Between two pieces of work the task listens; while somebody watches it also asks the server to tell
//! ([`Attention::Listen`]), and passes on that there are news ([`Client::news`]).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep};

use super::listening::IDLE_AGAIN;
use super::{Error, Link};

/// A connection that nobody used for this long is closed.
const IDLE: Duration = Duration::from_secs(5 * 60);
/// The server is asked to tell of changes when nobody has asked anything for this long: a page asks several things.
const SETTLED: Duration = Duration::from_millis(50);
/// Work that waits for a connection; who asks for more waits for room.
const QUEUE: usize = 256;

type Work = Box<dyn for<'a> FnOnce(&'a mut Link) -> BoxFuture<'a, bool> + Send>;

struct Order {
    asked: Instant,
    work: Work,
}

/// What is to be done while there is no work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Attention {
    /// Nothing; after some idle minutes the connection is closed.
    #[default]
    None,
    /// Stay, and nothing more: whoever watches asks often enough.
    Stay,
    /// Stay, and ask the server to tell of changes on its own, if it can.
    Listen,
}

/// The handle of a connection; cheap to clone. When the last one is dropped, the task says good-bye.
#[derive(Clone)]
pub struct Client {
    orders: mpsc::Sender<Order>,
    /// Set before the answer that tells of the end, so that whoever got it does not come back here.
    over: Arc<AtomicBool>,
    /// Work that was asked for and is not done.
    unfinished: Arc<AtomicUsize>,
    attention: watch::Sender<Attention>,
    news: watch::Receiver<u64>,
}

/// Counts a piece of work until it is done, or was dropped with its connection.
struct Unfinished(Arc<AtomicUsize>);

impl Unfinished {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count.clone())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Client {
    /// Gives the connection to a task of its own, on the runtime of the caller.
    pub(super) fn spawn(link: Link) -> Self {
        let (orders, waiting) = mpsc::channel(QUEUE);
        let (attention, wanted) = watch::channel(Attention::None);
        let news = link.news.subscribe();
        tokio::spawn(own(link, waiting, wanted));
        Self { orders, over: Arc::default(), unfinished: Arc::default(), attention, news }
    }

    /// Runs `work` with the connection to itself, to its end, whether or not the answer is still waited for.
    /// [`Error::NotSent`] if it was never begun.
    pub async fn run<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut Link) -> BoxFuture<'a, Result<T, Error>> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let asked = Instant::now();
        let (begun, over) = (Arc::new(AtomicBool::new(false)), self.over.clone());
        let is_begun = begun.clone();
        let unfinished = Unfinished::new(&self.unfinished);
        let work: Work = Box::new(move |link| {
            is_begun.store(true, Ordering::Release);
            Box::pin(async move {
                let result = work(link).await;
                drop(unfinished);
                let alive = !matches!(&result, Err(error) if error.ends_connection()) && !link.is_over();
                if !alive {
                    over.store(true, Ordering::Release);
                }
                answer.send(result).ok();
                alive
            })
        });
        self.orders.send(Order { asked, work }).await.map_err(|_| Error::NotSent)?;
        answered
            .await
            .unwrap_or_else(|_| Err(if begun.load(Ordering::Acquire) { Error::Closed } else { Error::NotSent }))
    }

    /// Whether the task still owns a socket.
    pub fn is_alive(&self) -> bool {
        !self.orders.is_closed() && !self.over.load(Ordering::Acquire)
    }

    /// Says what is to be done between two pieces of work.
    pub fn attend(&self, attention: Attention) {
        self.attention.send_if_modified(|known| std::mem::replace(known, attention) != attention);
    }

    /// Grows with everything the server tells of messages, asked for or not; closed when the connection has ended.
    pub fn news(&self) -> watch::Receiver<u64> {
        self.news.clone()
    }

    /// How much work waits or is being done.
    pub(super) fn unfinished(&self) -> usize {
        self.unfinished.load(Ordering::Relaxed)
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("alive", &self.is_alive()).finish()
    }
}

/// The life of a connection.
async fn own(mut link: Link, mut orders: mpsc::Receiver<Order>, mut wanted: watch::Receiver<Attention>) {
    loop {
        let attention = *wanted.borrow_and_update();
        if attention == Attention::None {
            link.trust = Duration::ZERO;
        }
        let patience = match attention {
            Attention::None => IDLE,
            Attention::Listen if !link.is_listening() && link.can_listen() => SETTLED,
            Attention::Stay | Attention::Listen => IDLE_AGAIN,
        };
        let next = tokio::select! {
            biased;
            order = orders.recv() => order.map_or(Next::Leave, Next::Work),
            end = link.listen() => {
                tracing::debug!(%end, "connection ended by the server");
                return;
            }
            Ok(()) = wanted.changed() => Next::Attend,
            () = sleep(patience) => if attention == Attention::None { Next::Leave } else { Next::Attend },
        };
        match next {
            Next::Work(Order { asked, work }) => {
                link.asked = asked;
                if !work(&mut link).await {
                    return;
                }
            }
            Next::Attend => {
                let wish = *wanted.borrow();
                if let Err(end) = attend(&mut link, wish).await {
                    tracing::debug!(%end, "connection lost while listening");
                    return;
                }
            }
            Next::Leave => {
                orders.close();
                link.log_out().await;
                return;
            }
        }
    }
}

enum Next {
    Work(Order),
    Attend,
    Leave,
}

/// Begins or ends what the server is to tell on its own.
async fn attend(link: &mut Link, attention: Attention) -> Result<(), Error> {
    let listens = link.is_listening();
    match attention {
        Attention::Listen if !listens => link.begin_listening().await,
        Attention::Listen if link.idles_for_long() => {
            link.end_listening().await?;
            link.begin_listening().await
        }
        Attention::None | Attention::Stay if listens => link.end_listening().await,
        _ => Ok(()),
    }
}
