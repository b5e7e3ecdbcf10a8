//! A message's HTML, cleaned; kept for the moment between the page, which counts what was blocked, and its frame.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::web;
use tokio::sync::Semaphore;

use super::error::Error;
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

impl Default for SafeBodies {
    fn default() -> Self {
        Self { kept: Mutex::default(), workers: Arc::new(Semaphore::new(PARALLEL)) }
    }
}

impl SafeBodies {
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
    let cleaned = if long {
        let waiting = tokio::time::timeout(DEADLINE, on_a_thread(Arc::clone(&bodies.workers), clean));
        match waiting.await {
            Ok(cleaned) => cleaned?,
            Err(_) => return Ok(None),
        }
    } else {
        clean()
    };
    bodies.keep(key, &cleaned);
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
