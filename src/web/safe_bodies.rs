//! A message's HTML, cleaned; kept for the moment between the page, which counts what was blocked, and its frame.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use actix_web::web::Data;
use futures_util::FutureExt;
use futures_util::future::Shared;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::task::spawn_blocking;

use super::error::Error;
use super::state::State;
use super::visit::Visit;
use super::{link_choice, remote_token};
use crate::account::HtmlPart;
use crate::html::{Links, MailLinks, Policy, Remote, Sanitized, sanitize};
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
    under_way: Mutex<Vec<UnderWay>>,
    workers: Arc<Semaphore>,
}

/// Of whom, which part, and how it is looked at.
#[derive(Clone, PartialEq)]
struct Key {
    user: String,
    message: MessageRef,
    path: PartPath,
    pictures: bool,
    links: Links,
}

struct Kept {
    key: Key,
    since: Instant,
    body: Arc<Sanitized>,
}

/// What a thread is at, and those who wait for it.
struct UnderWay {
    key: Key,
    outcome: Outcome,
}

/// Without a value where the thread broke.
type Outcome = Shared<oneshot::Receiver<Arc<Sanitized>>>;

/// Ends with the thread, however that ends.
struct Work {
    state: Data<State>,
    key: Key,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Work {
    fn drop(&mut self) {
        self.state.safe_bodies.under_way().retain(|one| one.key != self.key);
    }
}

fn joined(under_way: &[UnderWay], key: &Key) -> Option<Outcome> {
    under_way.iter().find(|one| one.key == *key).map(|one| one.outcome.clone())
}

impl Default for SafeBodies {
    fn default() -> Self {
        Self { kept: Mutex::default(), under_way: Mutex::default(), workers: Arc::new(Semaphore::new(PARALLEL)) }
    }
}

impl SafeBodies {
    fn under_way(&self) -> MutexGuard<'_, Vec<UnderWay>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, key: &Key) -> Option<Arc<Sanitized>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|one| one.since.elapsed() < KEPT_FOR);
        let found = kept.iter().find(|one| one.key == *key)?;
        Some(Arc::clone(&found.body))
    }

    fn keep(&self, key: Key, body: &Arc<Sanitized>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back(Kept { key, since: Instant::now(), body: Arc::clone(body) });
        let mut bytes: usize = kept.iter().map(|one| one.body.len()).sum();
        while bytes > KEPT_BYTES
            && let Some(oldest) = kept.pop_front()
        {
            bytes -= oldest.body.len();
        }
    }
}

/// What becomes of pictures on other people's servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RemotePictures {
    /// They are counted.
    Blocked,
    /// They are shown, by way of us.
    Shown,
}

impl RemotePictures {
    /// Shown, if they are.
    pub(super) fn shown_if(shown: bool) -> Self {
        if shown { Self::Shown } else { Self::Blocked }
    }
}

/// The HTML of a part, cleaned as this browser likes it; `None` when that takes too long.
pub(super) async fn open(
    visit: &Visit,
    message: &MessageRef,
    path: &PartPath,
    pictures: RemotePictures,
) -> Result<Option<Arc<Sanitized>>, Error> {
    let bodies = &visit.state.safe_bodies;
    let user = visit.account().user();
    let (shown, links) = (pictures == RemotePictures::Shown, link_choice::of(&visit.request, &visit.state));
    let key = Key { user: user.to_owned(), message: message.clone(), path: path.clone(), pictures: shown, links };
    if let Some(found) = bodies.find(&key) {
        return Ok(Some(found));
    }
    let HtmlPart { html, inline, cut } = visit.account().open_html(message, path).await?;
    let long = html.as_str().len() > AT_ONCE;
    let (state, of, user) = (visit.state.clone(), message.clone(), user.to_owned());
    let clean = move || {
        let (urls, here) = (&state.urls, state.urls.message(&of));
        let inline = |name: &str| inline.get(name).map(|path| urls.inline(&of, path));
        let signed = |url: &str| urls.remote_picture(&of, &remote_token::picture(url, &here, &user, &state.key));
        let remote = if shown { Remote::Shown(&signed) } else { Remote::Blocked };
        let composer = |link: &str| urls.write_to(link, "");
        let mail_links = MailLinks::Ours(&composer);
        let mut cleaned = sanitize(&html, &Policy { inline: &inline, remote, links, mail_links });
        cleaned.cut |= cut;
        Arc::new(cleaned)
    };
    if !long {
        let cleaned = clean();
        bodies.keep(key, &cleaned);
        return Ok(Some(cleaned));
    }
    let waiting = tokio::time::timeout(DEADLINE, on_a_thread(&visit.state, key, clean));
    waiting.await.map_or(Ok(None), |cleaned| cleaned.map(Some))
}

/// Cleans off the worker, once for the page and the frame that both ask. What was begun goes on when nobody waits any
/// more, so that whoever asks again finds it; the permit goes with the work: what is stuck holds its place, and no
/// third joins it.
async fn on_a_thread(
    state: &Data<State>,
    key: Key,
    clean: impl FnOnce() -> Arc<Sanitized> + Send + 'static,
) -> Result<Arc<Sanitized>, Error> {
    let bodies = &state.safe_bodies;
    let known = joined(&bodies.under_way(), &key);
    let outcome = match known {
        Some(outcome) => outcome,
        None => {
            let permit = Arc::clone(&bodies.workers).acquire_owned().await.map_err(Error::broken)?;
            begin(state, key, permit, clean)
        }
    };
    outcome.await.map_err(Error::broken)
}

/// Begins with it, unless somebody else has meanwhile.
fn begin(
    state: &Data<State>,
    key: Key,
    permit: OwnedSemaphorePermit,
    clean: impl FnOnce() -> Arc<Sanitized> + Send + 'static,
) -> Outcome {
    let mut under_way = state.safe_bodies.under_way();
    if let Some(other) = joined(&under_way, &key) {
        return other;
    }
    let (tell, told) = oneshot::channel();
    let outcome = told.shared();
    under_way.push(UnderWay { key: key.clone(), outcome: outcome.clone() });
    // work that could not be begun takes itself off the list
    drop(under_way);
    let work = Work { state: state.clone(), key, _permit: permit };
    spawn_blocking(move || {
        let cleaned = clean();
        work.state.safe_bodies.keep(work.key.clone(), &cleaned);
        tell.send(cleaned).ok();
    });
    outcome
}
