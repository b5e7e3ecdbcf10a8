//! Background work and rules, for `samples`.

use super::job_show::{JobRow, JobShow};
use super::sample_words::name;
use super::samples::Studio;
use super::storage_rules::StorageRulesShow;
use crate::account::{How, Job, JobState, Notice, Obstacle, Order, Overview, Remark, Removal, Rule};
use crate::mail::{Selection, UidSet, UidValidity};

fn job(how: How, state: JobState, done: u64) -> Job {
    let from = Selection {
        mailbox: name("Archive"),
        uid_validity: UidValidity::new(7).unwrap(),
        uids: UidSet::from(vec![(1, 50_000)]),
    };
    let by_rule = how == How::ForGood && state == JobState::Done;
    let now = jiff::Timestamp::now().as_second();
    Job {
        id: "AAAAAAAAAAAAAAAAAAAAAA".parse().unwrap(),
        order: Order::Remove(Removal { from: vec![from], how, by_rule }),
        state,
        begun: now - 700,
        since: now - 60,
        done,
        skipped: 3,
        total: 50_000,
        octets: 48_200_000,
        report: vec![
            Remark { notice: Notice::GoneBefore, about: "Archive".into(), count: 3 },
            Remark { notice: Notice::MailboxGone, about: "Lists/rust-users".into(), count: 1_200 },
            Remark { notice: Notice::Signed, about: "Clients".into(), count: 1 },
        ],
        left_out: 2,
    }
}

/// A page for each state, and the rules.
pub(super) fn draw(studio: &mut Studio, overview: &Overview) {
    let show = |studio: &Studio, job: &Job| JobShow::new(studio.shell("INBOX"), job, &studio.locale, &studio.urls);
    for (title, job) in [
        ("job-running", job(How::ForGood, JobState::Running, 1_200)),
        ("job-waiting", job(How::To(name("Work/Kunden")), JobState::Waiting(Obstacle::OverQuota), 1_200)),
        ("job-stopped", job(How::ToTrash, JobState::Stopped, 1_200)),
        ("job-done", job(How::ForGood, JobState::Done, 50_000)),
    ] {
        let page = show(studio, &job);
        studio.draw(title, &page);
    }
    let jobs = [job(How::ForGood, JobState::Running, 1_200), job(How::ForGood, JobState::Done, 50_000)];
    let rows = jobs.iter().map(|job| JobRow::new(job, &studio.locale, &studio.urls)).collect();
    let rules = [Rule::new(name("Trash"), 30, false, false), Rule::new(name("Lists"), 365, true, true)];
    let page = StorageRulesShow::new(studio.shell("INBOX"), &rules, rows, overview, &studio.locale, &studio.urls);
    studio.draw("storage-rules", &page);
}
