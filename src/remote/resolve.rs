//! From a name to its addresses, once.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::Semaphore;

/// Finds the addresses of a host.
pub trait Resolve: Send + Sync {
    /// The addresses of `host`, a name as DNS writes it; what it can't find is an error or nothing.
    fn resolve(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// Names that are looked up at the same time: each takes a thread of the system's for as long as it lasts, whoever
/// still waits for it.
const PARALLEL: usize = 20;

/// Asks the system, as everything else on the machine does.
#[derive(Debug, Clone)]
pub struct SystemResolver(Arc<Semaphore>);

impl Default for SystemResolver {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(PARALLEL)))
    }
}

impl Resolve for SystemResolver {
    fn resolve(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let (host, places) = (host.to_owned(), Arc::clone(&self.0));
        async move {
            let place = places.acquire_owned().await.map_err(io::Error::other)?;
            let looking = tokio::spawn(async move {
                let _place = place;
                Ok(tokio::net::lookup_host((host, 0)).await?.map(|found| found.ip()).collect())
            });
            looking.await.map_err(io::Error::other)?
        }
        .boxed()
    }
}
