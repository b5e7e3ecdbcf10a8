//! Where a removal is, as it is written down; and how large its windows are.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::on_paper;
use crate::imap::Weighed;
use crate::mail::{MailboxName, Selection, Uid, UidSet};

/// Messages that are removed at once: so many at first, and then between these, as the server is quick or slow. Each window
/// costs a server about as much as the mailbox is large (Dovecot 2.3 writes its list anew), so few of them are fast; and a page
/// that wants the same mailbox waits for one, so none shall take long.
const WINDOW: u32 = 500;
const WINDOWS: std::ops::RangeInclusive<u32> = 125..=4_000;
/// How long a window may take.
const QUICK: Duration = Duration::from_millis(50);
const SLOW: Duration = Duration::from_millis(250);
/// Octets of a window's written form: it goes in some lines.
const LENGTH: usize = 60_000;

/// Where a removal is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Cursor {
    /// Which selection.
    pub(super) at: usize,
    /// The last of its UIDs that is done with.
    pub(super) after: Option<u32>,
    /// The window behind that, as it was found.
    pub(super) next: Option<Window>,
    /// How many messages the next one has; 0 in the beginning.
    #[serde(default)]
    pub(super) size: u32,
    /// Since when its copies may be in the target: written before they are made.
    pub(super) copying: Option<(u32, u32)>,
    /// The mailbox with the role, once it is known.
    pub(super) target: Option<Target>,
}

/// A window that was looked at.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Window {
    /// The last UID of it, there or not.
    pub(super) through: u32,
    /// How many were chosen of it.
    pub(super) chosen: u64,
    there: String,
    marked: String,
    pub(super) octets: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Target(#[serde(with = "on_paper::mailbox")] pub(super) MailboxName);

impl Cursor {
    /// The next messages of a selection.
    pub(super) fn window(&self, selection: &Selection, after: Option<u32>) -> UidSet {
        let size = if self.size == 0 { WINDOW } else { self.size };
        selection.uids.window(after.and_then(Uid::new), size as usize, LENGTH)
    }

    /// A window of so many messages took so long.
    pub(super) fn learn(&mut self, took: Duration, messages: u64) {
        let size = if self.size == 0 { WINDOW } else { self.size };
        let is_whole = messages >= u64::from(size);
        self.size = match took {
            _ if took > SLOW => (size / 2).max(*WINDOWS.start()),
            _ if took < QUICK && is_whole => (size * 2).min(*WINDOWS.end()),
            _ => size,
        };
    }
}

impl Window {
    pub(super) fn new(wanted: &UidSet, weighed: &Weighed) -> Option<Self> {
        let through = wanted.last()?.number();
        let (there, marked) = (weighed.there.to_string(), weighed.marked.to_string());
        Some(Self { through, chosen: wanted.len() as u64, there, marked, octets: weighed.octets })
    }

    /// The same window, of which no more than this goes.
    pub(super) fn with(&self, weighed: &Weighed) -> Self {
        let (there, marked) = (weighed.there.to_string(), weighed.marked.to_string());
        Self { through: self.through, chosen: self.chosen, there, marked, octets: weighed.octets }
    }

    pub(super) fn weighed(&self) -> Weighed {
        let read = |text: &str| UidSet::parse(text).unwrap_or_default();
        Weighed { there: read(&self.there), marked: read(&self.marked), octets: self.octets }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_grow_while_the_server_is_quick_and_shrink_when_it_is_slow() {
        let mut cursor = Cursor::default();
        let mut after = |took: u64, messages: u64| {
            cursor.learn(Duration::from_millis(took), messages);
            cursor.size
        };
        assert_eq!(
            [after(10, 500), after(10, 1_000), after(10, 2_000), after(10, 4_000)],
            [1_000, 2_000, 4_000, 4_000]
        );
        assert_eq!([after(100, 4_000), after(300, 4_000), after(10, 7)], [4_000, 2_000, 2_000]);
        let least = (0..9).map(|_| after(9_000, 1)).last();
        assert_eq!(least, Some(125));
    }
}
