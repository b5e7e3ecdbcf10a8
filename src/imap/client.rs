//! One task owns one socket.
//!
//! Work goes in by a queue, answers come back by a oneshot. Whoever asked may go away: the work is finished and the
//! connection stays in step. A failed or late command ends the task, and with it the socket (`R-02`).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep};

use super::{Error, Link};

/// A connection that nobody used for this long is closed.
const IDLE: Duration = Duration::from_secs(5 * 60);
/// Work that waits for a connection; who asks for more waits for room.
const QUEUE: usize = 256;

type Work = Box<dyn for<'a> FnOnce(&'a mut Link) -> BoxFuture<'a, bool> + Send>;

struct Order {
    asked: Instant,
    work: Work,
}

/// The handle of a connection; cheap to clone. When the last one is dropped, the task says good-bye.
#[derive(Clone)]
pub struct Client {
    orders: mpsc::Sender<Order>,
    /// Set before the answer that tells of the end, so that whoever got it does not come back here.
    over: Arc<AtomicBool>,
    /// Work that was asked for and is not done.
    unfinished: Arc<AtomicUsize>,
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
        tokio::spawn(own(link, waiting));
        Self { orders, over: Arc::default(), unfinished: Arc::default() }
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
async fn own(mut link: Link, mut orders: mpsc::Receiver<Order>) {
    loop {
        let order = tokio::select! {
            biased;
            order = orders.recv() => order,
            end = link.listen() => {
                tracing::debug!(%end, "connection ended by the server");
                return;
            }
            () = sleep(IDLE) => None,
        };
        let Some(Order { asked, work }) = order else {
            orders.close();
            link.log_out().await;
            return;
        };
        link.asked = asked;
        if !work(&mut link).await {
            return;
        }
    }
}
