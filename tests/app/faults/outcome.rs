//! What a person gets, and whether it is honest.

use std::time::{Duration, Instant};

use super::super::helpers::{Account, Page, Person};
use super::operations::{Ask, Case, Operation};

/// What the account holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Done,
    Untouched,
    Begun,
}

/// What the person is told.
#[derive(Debug)]
pub(super) enum Outcome {
    Page,
    TryAgain,
    BrokenOff,
    Done,
    NotDone,
    Unknown,
    Led(Page),
    Stuck,
    Wrong(#[expect(dead_code, reason = "it is printed")] String),
}

/// Asks, and what came of it; a redirect is not followed yet.
pub(super) async fn ask(operation: Operation, ann: &Person, case: &Case, limit: Duration) -> (Outcome, Duration) {
    let start = Instant::now();
    let asking = async {
        match &case.ask {
            Ask::Get(address) => ann.request("GET", address).try_send().await,
            Ask::Post(form) => ann.request("POST", &form.action).form(&form.fields).try_send().await,
        }
    };
    let Ok(answer) = tokio::time::timeout(limit, asking).await else {
        return (Outcome::Stuck, start.elapsed());
    };
    let took = start.elapsed();
    let outcome = match answer {
        None => Outcome::BrokenOff,
        Some(page) if page.status == 503 => failure(&page, &case.ask),
        Some(page) if page.status == 200 && operation.reads() => {
            if operation.is_right(&page, case) {
                Outcome::Page
            } else {
                Outcome::Wrong(page.text())
            }
        }
        Some(page) if page.location().is_some_and(|to| to.contains("/mailbox/")) => Outcome::Led(page),
        Some(page) => Outcome::Wrong(format!("{} {}", page.status, page.text())),
    };
    (outcome, took)
}

/// Whether what the person is told is what the account holds (`R-01`).
pub(super) fn judge(operation: Operation, case: &Case, outcome: &Outcome, now: &Account) -> Result<(), String> {
    let holds = match now {
        _ if *now == case.after || *now == operation.done_without_marks(case) => Holds::Done,
        _ if *now == case.before => Holds::Untouched,
        _ if operation.is_half_done(case, now) => Holds::Begun,
        _ => return Err(format!("{outcome:?}, and lost, doubled or touched: {now:?} after {:?}", case.before)),
    };
    let honest = match (outcome, holds) {
        (Outcome::Page | Outcome::TryAgain | Outcome::BrokenOff, _) => operation.reads(),
        (Outcome::Done, Holds::Done) | (Outcome::NotDone, Holds::Untouched) | (Outcome::Unknown, _) => true,
        _ => false,
    };
    if honest { Ok(()) } else { Err(format!("{outcome:?}, but {holds:?}")) }
}

impl Outcome {
    /// What the page says that a redirect leads to.
    pub(super) async fn led(self, operation: Operation, ann: &Person) -> Self {
        let Self::Led(redirect) = self else { return self };
        let page = ann.get(&redirect.location().unwrap()).await;
        match page.flash() {
            flash if operation.is_said_to_be_done(&flash) => Self::Done,
            flash => Self::Wrong(format!("{} {flash:?} {}", page.status, page.text())),
        }
    }

    /// As the table calls it.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::TryAgain => "try again",
            Self::BrokenOff => "broken off",
            Self::Done => "done",
            Self::NotDone => "not done",
            Self::Unknown => "unknown",
            Self::Led(_) | Self::Stuck | Self::Wrong(_) => "wrong",
        }
    }
}

/// What a page with status 503 says, if it is one that helps.
fn failure(page: &Page, ask: &Ask) -> Outcome {
    let ways = page.texts(".empty a.button");
    let (heading, text) = (page.texts("h1").join(" "), page.texts(".empty p").join(" "));
    let can_wait = page.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().is_ok());
    if ways.is_empty() || heading.is_empty() || text.is_empty() {
        return Outcome::Wrong(page.text());
    }
    match ask {
        Ask::Get(address) if can_wait && ways[0] == "Try again" && page.link("Try again") == *address => {
            Outcome::TryAgain
        }
        Ask::Post(_) if heading == "It is not known whether it was done" => Outcome::Unknown,
        Ask::Post(_) if can_wait && text.contains("Nothing was changed.") => Outcome::NotDone,
        _ => Outcome::Wrong(page.text()),
    }
}
