//! What the HTML of a message asks for and was not given: pictures of other people's servers, counted before anybody sees
//! them; and links that do not lead where they say.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::message_body::html_paths;
use super::remote_show::Pictures;
use super::safe_bodies::{self, RemotePictures};
use super::visit::Visit;
use crate::account::Opened;
use crate::html::{Misled, Sanitized};

/// A page waits this long to learn how many pictures are blocked; the frames wait longer.
const PATIENCE: Duration = Duration::from_millis(300);
/// Links that mislead; one is named, the others are counted.
const MISLED: usize = 100;

/// What is known of all HTML of a message, that of messages in it too.
#[derive(Debug, Clone, Default)]
pub(super) struct Remote {
    /// Whether some of it takes long, or was not looked at.
    pub is_unknown: bool,
    /// Pictures on other servers, trackers among them.
    pub images: usize,
    /// Those that can be shown.
    pub showable: usize,
    /// Those that only tell that the mail was opened.
    pub trackers: usize,
    /// Links whose text names another host than they lead to.
    pub misled: Vec<Misled>,
    /// Whether some of it is longer than is shown.
    pub cut: bool,
}

impl Remote {
    /// HTML that nobody looked at.
    pub(super) fn unknown() -> Self {
        Self { is_unknown: true, ..Self::default() }
    }

    /// Adds what came of one piece.
    pub(super) fn add(&mut self, cleaned: &Sanitized) {
        self.images += cleaned.remote_images;
        self.showable += cleaned.showable;
        self.trackers += cleaned.trackers;
        self.cut |= cleaned.cut;
        for misled in &cleaned.misled {
            // a newsletter that is passed on with its cover says the same twice
            if self.misled.len() < MISLED && !self.misled.contains(misled) {
                self.misled.push(misled.clone());
            }
        }
    }
}

/// Until when a page that is begun now waits.
pub(super) fn deadline() -> Instant {
    Instant::now() + PATIENCE
}

/// Cleans the HTML now, every piece of it: the page says what was blocked, and the frames, asked for next, have it at hand.
pub(super) async fn remote(visit: &Visit, opened: &Opened, pictures: &Pictures, deadline: Instant) -> Remote {
    let pictures = RemotePictures::shown_if(pictures.are_shown());
    let mut known = Remote::default();
    for path in html_paths(&opened.bodies) {
        if Instant::now() >= deadline {
            known.is_unknown = true;
            break;
        }
        match timeout_at(deadline, safe_bodies::open(visit, &opened.message, path, pictures)).await {
            Ok(Ok(Some(cleaned))) => known.add(&cleaned),
            _ => known.is_unknown = true,
        }
    }
    known
}
