//! Taking mail along and bringing it in, for `samples`.

use super::export_show::{About, ExportShow};
use super::import::{Filled, ImportShow};
use super::job_show::JobShow;
use super::sample_words::{name, overview};
use super::samples::Studio;
use crate::account::{
    Asked, Brought, Duplicates, Export, Filter, Importing, Job, JobState, Notice, Obstacle, Order, Remark, Weight,
};
use crate::mail::{Selection, UidSet, UidValidity};

fn export(mailbox: &str, uids: &str) -> Export {
    let uid_validity = UidValidity::new(7).unwrap();
    let uids = UidSet::parse(uids).unwrap();
    Export { selections: vec![Selection { mailbox: name(mailbox), uid_validity, uids }] }
}

/// Draws them.
pub(super) fn draw(studio: &mut Studio) {
    let overview = overview();
    let folder = name("Clients");
    let all = About {
        export: &export("Clients", "1:12840"),
        weight: Weight { octets: 3_412_000_000, is_exact: false },
        mailbox: Some(&folder),
        folder: Some("Clients".to_owned()),
        asked: None,
    };
    let page = ExportShow::new(studio.shell("Clients"), &all, &overview, &studio.locale, &studio.urls);
    studio.draw("export_show", &page);
    let asked = Asked { filter: Filter::Unread, query: "Hafenmuseum plans".to_owned(), ..Asked::default() };
    let found = About { export: &export("Clients", "3,9"), asked: Some(&asked), ..all };
    let page = ExportShow::new(studio.shell("Clients"), &found, &overview, &studio.locale, &studio.urls);
    studio.draw("export_show_found", &page);
    let chosen = About {
        export: &export("INBOX", "3,9"),
        weight: Weight { octets: 34_120, is_exact: true },
        mailbox: None,
        folder: None,
        asked: None,
    };
    let page = ExportShow::new(studio.shell("INBOX"), &chosen, &overview, &studio.locale, &studio.urls);
    studio.draw("export_show_chosen", &page);
    let mut filled = Filled { into: name("Family"), skips: true, problem: String::new(), limit: 1_000_000_000 };
    let page = ImportShow::new(studio.shell("Family"), &filled, &overview, &studio.locale, &studio.urls);
    studio.draw("import_show", &page);
    filled.problem = studio.locale.text("import-no-file").to_owned();
    let page = ImportShow::new(studio.shell("Family"), &filled, &overview, &studio.locale, &studio.urls);
    studio.draw("import_show_problem", &page);
    for (title, state) in [
        ("job-import", JobState::Waiting(Obstacle::OverQuota)),
        ("job-import-no-folder", JobState::Waiting(Obstacle::NoFolder)),
        ("job-imported", JobState::Done),
    ] {
        let page = JobShow::new(studio.shell("Family"), &job(state), &studio.locale, &studio.urls);
        studio.draw(title, &page);
    }
}

fn job(state: JobState) -> Job {
    let brought = Brought { upload: String::new(), name: "family.zip".to_owned(), octets: 80_000_000 };
    let remark = |notice, about: &str, count| Remark { notice, about: about.to_owned(), count };
    let now = jiff::Timestamp::now().as_second();
    Job {
        id: "AAAAAAAAAAAAAAAAAAAAAA".parse().unwrap(),
        order: Order::Import(Importing { files: vec![brought], into: name("Family"), duplicates: Duplicates::Skip }),
        state,
        begun: now - 700,
        since: now - 60,
        done: 1_200,
        skipped: 40,
        total: if state == JobState::Done { 1_200 } else { 5_210 },
        octets: 48_200_000,
        report: vec![
            remark(Notice::AlreadyThere, "", 31),
            remark(Notice::NotAMessage, "photos/2019/sea.jpg", 1),
            remark(Notice::DeletedThere, "", 3),
            remark(Notice::TooLarge, "Holiday films", 1),
            remark(Notice::ArchiveInside, "old.zip", 1),
            remark(Notice::Unreadable, "letters/1998.mbx", 1),
            remark(Notice::Bursts, "zeros.eml", 1),
            remark(Notice::Repaired, "Minutes of the meeting", 1),
            remark(Notice::FileGone, "family-2.zip", 1),
            remark(Notice::NotTaken, "A very strange letter", 1),
        ],
        left_out: 2,
    }
}
