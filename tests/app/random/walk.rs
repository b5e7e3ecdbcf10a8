//! One account, on which the webmail and another mail program act at random: a model says what must come of each step.

use std::time::{Duration, Instant};

use super::super::helpers::{Credentials, Form, MailClient, Page, Person};
use super::snapshot::Snapshot;

/// How far behind another program's change a page may be while an event stream is open: what was pushed is shown
/// without asking. What was done here shows at once.
const BEHIND: Duration = Duration::from_secs(2);

/// A small generator, so that a failure can be had again.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }

    pub(super) fn one_of<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len())].clone()
    }
}

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Actor {
    We,
    They,
}

/// What is going on with one account.
pub(super) struct Walk {
    pub(super) ann: Person,
    pub(super) mail: MailClient,
    pub(super) dice: Dice,
    /// What is there, as it was read last.
    pub(super) now: Snapshot,
    /// A page that somebody left open, and its mailbox.
    pub(super) left_open: Option<(String, Page)>,
    /// A page that offers to undo.
    pub(super) undo: Option<Form>,
    has_stream: bool,
    pub(super) made: u32,
    pub(super) steps: u64,
}

impl Walk {
    /// Begins with a few messages.
    pub(super) async fn begin(ann: Person, seed: u64, has_stream: bool) -> Self {
        let mut mail = ann.mail().await;
        for mailbox in ["Work", "Archive", "Trash", "Junk"] {
            mail.make(mailbox).await;
        }
        let (dice, now) = (Dice(seed | 1), Snapshot::default());
        let mut walk = Self { ann, mail, dice, now, left_open: None, undo: None, has_stream, made: 0, steps: 0 };
        for _ in 0..8 {
            walk.append("INBOX").await;
        }
        walk.now = Snapshot::read(&walk.ann.who).await;
        walk
    }

    fn who(&self) -> Credentials {
        self.ann.who.clone()
    }

    /// One step of somebody, and the look whether it came out as it must.
    pub(super) async fn step(&mut self) {
        self.steps += 1;
        let before = self.now.clone();
        let (actor, what, expected, here) = match self.dice.roll(2) {
            0 => {
                let (what, expected, here) = self.they_act().await;
                (Actor::They, what, expected, here)
            }
            _ => {
                let (what, expected, here) = self.we_act().await;
                (Actor::We, what, expected, here)
            }
        };
        let now = Snapshot::read(&self.who()).await;
        assert_eq!(
            now.contents(),
            expected.contents(),
            "{what}: nothing may be lost, doubled or touched; step {}, before: {:?}",
            self.steps,
            before.contents()
        );
        self.now = now;
        // the mailbox it was about, and another: their rows, and the counts beside all folders
        let names: Vec<String> = self.now.0.keys().cloned().collect();
        for mailbox in [here, self.dice.one_of(&names)] {
            self.look(actor, &mailbox, &what).await;
        }
    }

    async fn look(&mut self, actor: Actor, mailbox: &str, what: &str) {
        let start = Instant::now();
        loop {
            let page = self.ann.open_mailbox(mailbox).await;
            match self.now.differs(mailbox, &page) {
                None => {
                    if page.status == 200 && self.dice.roll(4) == 0 {
                        self.left_open = Some((mailbox.to_owned(), page));
                    }
                    return;
                }
                Some(_) if self.has_stream && actor == Actor::They && start.elapsed() < BEHIND => {
                    tokio::task::yield_now().await;
                }
                Some(difference) => panic!("step {}, {what}: {difference}", self.steps),
            }
        }
    }

    /// At the end: everything once more, by a program that was not there before.
    pub(super) async fn end(mut self) -> u64 {
        let now = Snapshot::read(&self.who()).await;
        assert_eq!(now.contents(), self.now.contents());
        let names: Vec<String> = now.0.keys().cloned().collect();
        for mailbox in names {
            self.look(Actor::We, &mailbox, "the end").await;
        }
        assert!(self.ann.is_signed_in().await);
        self.steps
    }
}
