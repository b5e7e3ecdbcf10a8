//! What is said of background work: what it is, how it stands with it, what did not go as one would think.

use super::locale::Locale;
use super::mailbox_param::display_name;
use super::sizes::size;
use super::words::Language;
use crate::account::{How, Job, JobState, Notice, Obstacle, Order, Remark};

/// How it stands with a piece of work, for eyes: the text, the look and the picture of it.
pub(super) struct Standing {
    pub(super) state: &'static str,
    pub(super) kind: &'static str,
    pub(super) icon: &'static str,
}

/// What it is: "Delete 1,200 messages".
pub(super) fn title(job: &Job, locale: &Locale) -> String {
    let language = &locale.language;
    match &job.order {
        Order::Remove(removal) => match &removal.how {
            How::ForGood if removal.by_rule => language.count("job-delete-by-rule", job.total, []),
            How::ForGood => language.count("job-delete", job.total, []),
            How::ToTrash => language.count("job-to-trash", job.total, []),
            How::To(mailbox) => {
                language.count("job-move", job.total, [("folder", display_name(mailbox, locale).as_str())])
            }
        },
        Order::Strip(_) => language.count("job-strip", job.total, []),
        Order::Import(importing) => {
            language.say("job-import", [("folder", display_name(&importing.into, locale).into())])
        }
        Order::Fetch(fetching) => language.say(
            "fetch-title",
            [
                ("user", super::shown::clean(&fetching.from.user).into()),
                ("host", fetching.from.host.as_str().into()),
                ("folder", display_name(&fetching.into, locale).into()),
            ],
        ),
    }
}

/// How far it is: "1,200 of 50,000, 48 MB freed".
pub(super) fn progress(job: &Job, language: &Language) -> String {
    let (done, octets) = (language.number(job.done), size(job.octets, language));
    let total = language.number(job.total);
    if let Order::Import(_) | Order::Fetch(_) = job.order {
        let key = if job.state == JobState::Done { "job-did-and-added" } else { "job-so-far-and-added" };
        let came = job.done.saturating_sub(job.skipped);
        return language.count(key, came, [("done", &*done), ("total", &*total), ("size", &*octets)]);
    }
    match (job.octets, &job.state) {
        (0, JobState::Done) => language.count("job-did", job.done.saturating_sub(job.skipped), []),
        (_, JobState::Done) => {
            let count = job.done.saturating_sub(job.skipped);
            language.count("job-did-and-freed", count, [("size", octets.as_str())])
        }
        (0, _) => language.say("job-so-far", [("done", done.into()), ("total", total.into())]),
        _ => language
            .say("job-so-far-and-freed", [("done", done.into()), ("total", total.into()), ("size", octets.into())]),
    }
}

/// How it stands with it.
pub(super) fn standing(state: JobState) -> Standing {
    let (state, kind, icon) = match state {
        JobState::Running => ("job-running", "plain", "clock"),
        JobState::Waiting(_) => ("job-waiting", "warn", "clock"),
        JobState::Stopped => ("job-stopped", "plain", "x"),
        JobState::Done => ("job-done", "plain", "check"),
    };
    Standing { state, kind, icon }
}

/// Why it waits, and what now; nothing is said of work that goes on.
pub(super) fn explanation(state: JobState) -> Option<&'static str> {
    match state {
        JobState::Running => Some("job-running-text"),
        JobState::Stopped => Some("job-stopped-text"),
        JobState::Done => None,
        JobState::Waiting(obstacle) => Some(match obstacle {
            Obstacle::OverQuota => "job-waits-over-quota",
            Obstacle::NoServer => "job-waits-no-server",
            Obstacle::SignedOut => "job-waits-signed-out",
            Obstacle::Refused => "job-waits-refused",
            Obstacle::NotKept => "job-waits-not-kept",
            Obstacle::NoSource => "job-waits-no-source",
            Obstacle::NoSourcePassword => "job-waits-no-source-password",
            Obstacle::NoSourceFolder => "job-waits-no-source-folder",
            Obstacle::NoFolder => "job-waits-no-folder",
        }),
    }
}

/// A sentence of the report.
pub(super) fn remark(remark: &Remark, locale: &Locale) -> String {
    let key = match remark.notice {
        Notice::MailboxGone => "job-remark-mailbox-gone",
        Notice::MailboxRebuilt => "job-remark-mailbox-rebuilt",
        Notice::GoneBefore => "job-remark-gone-before",
        Notice::Refused => "job-remark-refused",
        Notice::Signed => "job-remark-signed",
        Notice::Encrypted => "job-remark-encrypted",
        Notice::NothingToRemove => "job-remark-nothing",
        Notice::NotTakenApart => "job-remark-not-taken-apart",
        Notice::NotTheSame => "job-remark-not-the-same",
        Notice::AlreadyThere => "job-remark-already-there",
        Notice::NotAMessage => "job-remark-not-a-message",
        Notice::DeletedThere => "job-remark-deleted-there",
        Notice::TooLarge => "job-remark-too-large",
        Notice::ArchiveInside => "job-remark-archive-inside",
        Notice::Unreadable => "job-remark-unreadable",
        Notice::Bursts => "job-remark-bursts",
        Notice::Repaired => "job-remark-repaired",
        Notice::FileGone => "job-remark-file-gone",
        Notice::NotTaken => "job-remark-not-taken",
        Notice::StaysThere => "fetch-stays-there",
        Notice::CantDelete => "fetch-cant-delete",
        Notice::Doubtful => "job-remark-doubtful",
        Notice::Exempt => "job-remark-exempt",
    };
    let about = super::shown::clean(&remark.about);
    locale.language.count(key, remark.count, [("about", about.as_str())])
}
