//! How often a mail server is asked while somebody watches.

use std::time::Duration;

use tokio::time::Instant;

/// The shortest pause between two beats: a change is known after half of it, on average.
const QUICK: Duration = Duration::from_millis(150);
/// A pause is at least so many times what a beat costs: a fortieth of a connection's time, at most.
const SHARE: u32 = 40;
/// All pulses of the process together make a beat per this time, at most.
const EACH: Duration = Duration::from_millis(2);
/// From this pause on the server's own word comes sooner: Dovecot 2.3 (2022) gives it after half a second.
const SLOW: Duration = Duration::from_millis(500);
/// Where the server tells, it is still asked now and then: it need not tell of other mailboxes, and a connection that
/// died without a word must be noticed.
const LISTENING: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(30));
/// A beat may come so much later than it should before pages ask for themselves.
const LATE: Duration = Duration::from_millis(60);
/// The longest pause where the server tells nothing.
const LONGEST: Duration = Duration::from_secs(30);

/// How often mail servers are asked while somebody watches, as the operator wishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cadence {
    /// The shortest pause between two beats; `None`: only what the server tells on its own, and a beat now and then.
    pub beat: Option<Duration>,
}

impl Default for Cadence {
    fn default() -> Self {
        Self { beat: Some(QUICK) }
    }
}

/// What beats cost, as of late.
#[derive(Debug)]
pub(super) struct Tempo {
    cadence: Cadence,
    /// One that looks at a mailbox alone.
    short: Duration,
    /// One that looks at all folders too.
    long: Duration,
    /// When the folders were last looked at.
    tree: Option<Instant>,
    /// The last pause.
    pause: Duration,
    listens: bool,
}

/// How long to wait, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pause {
    pub(super) time: Duration,
    /// The server is to tell of changes meanwhile.
    pub(super) listens: bool,
}

impl Tempo {
    pub(super) fn new(cadence: Cadence) -> Self {
        let none = Duration::ZERO;
        // pages after the first beat believe it as they do later ones
        Self { cadence, short: none, long: none, tree: None, pause: cadence.beat.unwrap_or(none), listens: false }
    }

    /// A beat took so long. A slow answer among quick ones is the machine's, not the server's: costs grow slowly.
    pub(super) fn took(&mut self, time: Duration, with_tree: bool) {
        let cost = if with_tree { &mut self.long } else { &mut self.short };
        *cost = if *cost == Duration::ZERO { time } else { time.min(*cost * 5 / 4) };
        if with_tree {
            self.tree = Some(Instant::now());
        }
    }

    /// Whether the folders are to be looked at with the next beat.
    pub(super) fn wants_tree(&self) -> bool {
        self.tree.is_none_or(|at| at.elapsed() >= self.long * SHARE)
    }

    /// The pause before the next beat, with `crowd` people watched for in this process.
    pub(super) fn pause(&mut self, crowd: usize, can_listen: bool) -> Pause {
        let cost = if self.short == Duration::ZERO { self.long } else { self.short };
        let crowd = EACH.saturating_mul(u32::try_from(crowd).unwrap_or(u32::MAX));
        let quick = self.cadence.beat.unwrap_or(LISTENING.0);
        let beat = quick.max(cost * SHARE).max(crowd);
        self.listens = can_listen && beat > SLOW;
        let (shortest, longest) = LISTENING;
        self.pause = if self.listens { beat.clamp(shortest, longest) } else { beat.min(LONGEST) };
        Pause { time: self.pause, listens: self.listens }
    }

    /// How old the counts beside the folders may be: what was known at the beat before a page was asked for, and a
    /// little for a late one. Where pauses are long and the server does not tell, nothing is believed.
    pub(super) fn tree_age(&self) -> Duration {
        let age = self.age();
        if age == Duration::ZERO { age } else { age.max(self.long * SHARE + self.pause).min(LISTENING.0) }
    }

    /// As [`Self::tree_age`], of the open mailbox.
    pub(super) fn age(&self) -> Duration {
        if self.listens || self.pause <= SLOW { self.pause + LATE } else { Duration::ZERO }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(cost: Duration, crowd: usize, can_listen: bool) -> (Pause, Duration) {
        let mut tempo = Tempo::new(Cadence::default());
        tempo.took(cost, true);
        (tempo.pause(crowd, can_listen), tempo.age())
    }

    #[test]
    fn a_server_nearby_is_asked_several_times_a_second() {
        let (pause, age) = after(Duration::from_millis(1), 1, true);
        assert_eq!(pause, Pause { time: QUICK, listens: false });
        assert!(age <= Duration::from_millis(300));
    }

    #[test]
    fn a_server_far_away_is_asked_to_tell() {
        let (pause, age) = after(Duration::from_millis(60), 1, true);
        assert_eq!(pause, Pause { time: Duration::from_millis(2400), listens: true });
        assert!(age > Duration::ZERO);
    }

    #[test]
    fn where_nothing_is_told_and_asking_is_dear_no_page_is_made_from_memory() {
        let (pause, age) = after(Duration::from_millis(60), 1, false);
        assert_eq!((pause.listens, age), (false, Duration::ZERO));
    }

    #[test]
    fn a_thousand_people_do_not_ask_more_often_than_a_few() {
        let (pause, _) = after(Duration::from_millis(1), 1000, true);
        assert!(pause.listens && pause.time >= Duration::from_secs(2));
    }

    #[test]
    fn dear_folders_are_looked_at_less_often_than_the_open_one() {
        let mut tempo = Tempo::new(Cadence::default());
        tempo.took(Duration::from_millis(80), true);
        tempo.took(Duration::from_millis(1), false);
        assert!(!tempo.wants_tree());
        assert_eq!(tempo.pause(1, true).time, QUICK);
    }
}
