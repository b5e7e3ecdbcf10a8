//! A message's HTML, cleaned; kept for the moment between the page, which counts what was blocked, and its frame.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::web;
use tokio::sync::Semaphore;

use super::error::Error;
use super::visit::Visit;
use crate::account::HtmlPart;
use crate::html::{Policy, Remote, Sanitized, sanitize};
use crate::mail::{MessageRef, PartPath};

/// HTML longer than this is cleaned on a thread of its own (`D-04`).
const AT_ONCE: usize = 64 * 1024;
/// Nobody waits longer for it.
const DEADLINE: Duration = Duration::from_secs(3);
/// Long bodies cleaned at the same time.
const PARALLEL: usize = 2;
/// What is kept: for so long, so many bytes at most.
const KEPT_FOR: Duration = Duration::from_secs(60);
const KEPT_BYTES: usize = 8 * 1024 * 1024;

/// Cleaned bodies of the last minute. One for the process.
pub struct SafeBodies {
    kept: Mutex<VecDeque<Kept>>,
    workers: Arc<Semaphore>,
}

struct Kept {
    user: String,
    message: MessageRef,
    path: PartPath,
    since: Instant,
    body: Arc<Sanitized>,
}

impl Default for SafeBodies {
    fn default() -> Self {
        Self { kept: Mutex::default(), workers: Arc::new(Semaphore::new(PARALLEL)) }
    }
}

impl SafeBodies {
    fn find(&self, user: &str, message: &MessageRef, path: &PartPath) -> Option<Arc<Sanitized>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|one| one.since.elapsed() < KEPT_FOR);
        let found = kept.iter().find(|one| one.user == user && one.message == *message && one.path == *path)?;
        Some(Arc::clone(&found.body))
    }

    fn keep(&self, user: &str, message: &MessageRef, path: &PartPath, body: &Arc<Sanitized>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back(Kept {
            user: user.to_owned(),
            message: message.clone(),
            path: path.clone(),
            since: Instant::now(),
            body: Arc::clone(body),
        });
        let mut bytes: usize = kept.iter().map(|one| one.body.html.len()).sum();
        while bytes > KEPT_BYTES
            && let Some(oldest) = kept.pop_front()
        {
            bytes -= oldest.body.html.len();
        }
    }
}

/// The HTML of a part, cleaned; `None` when that takes too long.
pub(super) async fn open(
    visit: &Visit,
    message: &MessageRef,
    path: &PartPath,
) -> Result<Option<Arc<Sanitized>>, Error> {
    let bodies = &visit.state.safe_bodies;
    let user = visit.account().user();
    if let Some(found) = bodies.find(user, message, path) {
        return Ok(Some(found));
    }
    let HtmlPart { html, inline, cut } = visit.account().open_html(message, path).await?;
    let long = html.as_str().len() > AT_ONCE;
    let (urls, of) = (visit.state.urls.clone(), message.clone());
    let clean = move || {
        let inline = |name: &str| inline.get(name).map(|path| urls.inline(&of, path));
        let mut cleaned = sanitize(&html, &Policy { inline: &inline, remote: Remote::Blocked });
        cleaned.cut |= cut;
        Arc::new(cleaned)
    };
    let cleaned = if long {
        let waiting = tokio::time::timeout(DEADLINE, on_a_thread(Arc::clone(&bodies.workers), clean));
        match waiting.await {
            Ok(cleaned) => cleaned?,
            Err(_) => return Ok(None),
        }
    } else {
        clean()
    };
    bodies.keep(user, message, path, &cleaned);
    Ok(Some(cleaned))
}

/// Cleans off the worker. The permit goes with the work: what is stuck holds its place, and no third joins it.
async fn on_a_thread(
    workers: Arc<Semaphore>,
    clean: impl FnOnce() -> Arc<Sanitized> + Send + 'static,
) -> Result<Arc<Sanitized>, Error> {
    let permit = workers.acquire_owned().await.map_err(Error::broken)?;
    let work = move || {
        let _permit = permit;
        clean()
    };
    web::block(work).await.map_err(Error::broken)
}
