//! The pages about storage, for `samples`.

use std::sync::Arc;

use super::sample_words::{ago, name, overview, person, quota};
use super::samples::{Studio, drawn};
use super::selections::Selections;
use super::storage_ask::{About, Deed, StorageAsk};
use super::storage_look::{Look, StorageLook};
use super::storage_query::StorageQuery;
use super::storage_show::{Kept, StorageShow};
use crate::account::{FolderUse, Heap, ListUse, Overview, Piled, Rule, SenderUse, Survey, Surveyed, Weighed, YearUse};
use crate::mail::{MessageRef, PageNumber, Pages, Selection, Uid, UidSet, UidValidity};

fn folder(mailbox: &str, messages: u32, octets: u64, file_octets: u64) -> FolderUse {
    FolderUse { mailbox: name(mailbox), messages, octets, file_octets }
}

fn weighed(at: u32, mailbox: &str, subject: &str, who: &str, octets: u64) -> Weighed {
    let uid_validity = UidValidity::new(17).unwrap();
    Weighed {
        message: MessageRef { mailbox: name(mailbox), uid_validity, uid: Uid::new(900 - at).unwrap() },
        octets,
        file_octets: octets * 9 / 10,
        subject: subject.into(),
        from: (!who.is_empty()).then(|| person(who, "someone@nordhafen.example")),
        date: (at != 3).then(|| ago(i64::from(at + 1) * 200_000)),
    }
}

fn biggest() -> Vec<Weighed> {
    vec![
        weighed(0, "Clients/Hafenmuseum", "Site video, first walk", "Amal Mansour", 48_200_000),
        weighed(1, "Sent", "Brochure, print data (final_final)", "Mara Lindqvist", 41_700_000),
        weighed(2, "Archive", "東京の展示会 資料一式", "田中 美咲", 36_000_000),
        weighed(3, "Archive", "", "", 33_500_000),
        weighed(4, "写真", "<b>Harbour</b> at first light\u{202E}", "Amal \"<i>\" Mansour", 29_900_000),
        weighed(5, "Family", "Scans", "Tove", 9_900_000),
    ]
}

fn survey() -> Survey {
    let sender = |name: &str, address: &str, messages, octets| SenderUse {
        address: address.into(),
        name: name.into(),
        messages,
        octets,
    };
    let list = |id: &str, name: &str, messages| ListUse {
        list_id: id.into(),
        name: name.into(),
        messages,
        octets: 70_000_000,
        newest: ago(300_000),
    };
    let years =
        [(2017, 100), (2018, 150), (2019, 220), (2020, 400), (2021, 600), (2022, 560), (2023, 800), (2024, 1_100)];
    let years = years.into_iter().chain([(2025, 1_700), (2026, 1_900)]);
    Survey {
        taken: ago(3).seconds,
        folders: vec![
            folder("Archive", 31_204, 3_100_000_000, 2_400_000_000),
            folder("Clients/Hafenmuseum", 8_112, 1_900_000_000, 1_650_000_000),
            folder("Sent", 9_870, 980_000_000, 810_000_000),
            folder("写真", 402, 610_000_000, 610_000_000),
            folder("Trash", 1_284, 340_000_000, 0),
            folder("Junk", 1_284, 220_000_000, 0),
            folder("INBOX", 1_284, 180_000_000, 120_000_000),
            folder("Lists/rust-users", 5_730, 70_000_000, 1_000_000),
            folder("Family", 0, 0, 0),
        ],
        years: years.map(|(year, mb)| YearUse { year, messages: 5_000, octets: mb * 1_000_000 }).collect(),
        senders: vec![
            sender("Amal Mansour", "amal@hafenmuseum.example", 612, 1_400_000_000),
            sender("Bauamt Nord", "post@bauamt-nord.example", 288, 900_000_000),
            sender("", "users@rust-lang.example", 5_730, 70_000_000),
            sender("", "", 3, 60_000_000),
            sender("Tove", "tove@kontor7.example", 1, 50_000_000),
            sender("محمد الحسن", "m@hassan.example", 9, 40_000_000),
        ],
        biggest: biggest(),
        with_files: biggest(),
        lists: vec![list("rust-users.rust-lang.example", "rust-users", 5_730), list("news.nachtzug.example", "", 41)],
        messages: 59_153,
        octets: 7_400_000_000,
        file_octets: 5_800_000_000,
        extra: 230,
        extra_octets: 120_000_000,
        left_out: vec![name("Clients/Kontor 7")],
        complete: true,
        ..Survey::default()
    }
}

/// All of them.
pub(super) fn draw(studio: &mut Studio) {
    let roomy = overview();
    let full = Overview { quota: quota(10_000_000_000), ..overview() };
    let bare = Overview { quota: Default::default(), ..overview() };
    let so_far = Survey { folders: survey().folders.into_iter().take(3).collect(), ..Survey::default() };
    for (title, overview, surveyed) in [
        ("storage", &roomy, Surveyed::Done(Arc::new(survey()))),
        ("storage-first", &bare, Surveyed::None),
        ("storage-counting", &full, Surveyed::Running { done: 12, total: 42, so_far: Arc::new(so_far) }),
        ("storage-stopped", &roomy, Surveyed::Stopped(Arc::new(survey()))),
        ("storage-failed", &roomy, Surveyed::Failed(crate::account::Error::Refused, Arc::default())),
    ] {
        let rules = Some(Arc::new(vec![Rule::new(name("Trash"), 30, false, false)]));
        let kept = Kept { rules, ..Kept::default() };
        let shell = studio.shell("INBOX");
        let page = StorageShow::new(shell, kept, (overview, &surveyed), &studio.locale, &studio.urls);
        studio.draw(title, &page);
    }
    looks(studio);
    questions(studio);
}

fn looks(studio: &mut Studio) {
    let roomy = overview();
    let pages = |total| Pages { page: PageNumber::FIRST, per_page: 50, total };
    let piled = Piled {
        selections: Vec::new(),
        messages: 1_234,
        octets: 480_000_000,
        rows: biggest(),
        pages: pages(1_234),
        complete: true,
    };
    let none = Piled { messages: 0, octets: 0, rows: Vec::new(), pages: pages(0), complete: false, ..piled.clone() };
    let counting = Surveyed::Running { done: 12, total: 42, so_far: Arc::default() };
    let done = Surveyed::Done(Arc::new(survey()));
    let below = Heap::OlderThan { mailbox: name("Clients"), below: true, days: 365 };
    for (name, heap, piled, surveyed, select) in [
        ("storage-files", Heap::WithFiles, &piled, &done, false),
        ("storage-older", below, &piled, &done, true),
        ("storage-nothing", Heap::Sender("bo@<i>.example".into()), &none, &counting, false),
        ("storage-duplicates", Heap::Duplicates, &none, &done, false),
    ] {
        let query = StorageQuery::first(heap);
        let look = Look { query: &query, select };
        let shell = studio.shell("INBOX");
        let page = StorageLook::new(shell, piled, &look, (&roomy, surveyed), &studio.locale, &studio.urls);
        studio.draw(name, &page);
    }
}

fn questions(studio: &mut Studio) {
    let roomy = overview();
    let full = Overview { quota: quota(10_000_000_001), ..overview() };
    let selection = |mailbox: &str, uids: &str| Selection {
        mailbox: name(mailbox),
        uid_validity: UidValidity::new(17).unwrap(),
        uids: UidSet::parse(uids).unwrap(),
    };
    let chosen = Selections(vec![selection("Archive", "1:1200"), selection("Clients/Hafenmuseum", "7")]);
    let query = StorageQuery::first(Heap::Before(2020));
    for (name, deed, overview, octets, left) in [
        ("storage-ask-delete", Deed::Delete, &roomy, Some(48_000_000), 0),
        ("storage-ask-full", Deed::Delete, &full, None, 20_000),
        ("storage-ask-move", Deed::Move, &roomy, None, 0),
        ("storage-ask-strip", Deed::Strip, &roomy, Some(48_000_000), 0),
    ] {
        let about = About { chosen: &chosen, octets, left, query: &query, trash_is_full: false };
        let page = StorageAsk::new(studio.shell("INBOX"), deed, &about, overview, &studio.locale, &studio.urls);
        studio.draw(name, &page);
    }
}

#[test]
fn what_a_full_mailbox_is_asked_has_no_trash_in_it() {
    assert!(drawn("storage-ask-delete").contains("value=\"trash\""));
    assert!(!drawn("storage-ask-full").contains("value=\"trash\""));
    assert!(drawn("storage-ask-full").contains("20,000 more messages belong here"));
}

#[test]
fn a_page_is_drawn_anew_only_while_something_is_counted() {
    for (name, renewed) in
        [("storage", false), ("storage-counting", true), ("storage-stopped", false), ("storage-nothing", true)]
    {
        assert_eq!(drawn(name).contains("http-equiv=\"refresh\""), renewed, "{name}");
        assert_eq!(drawn(name).contains("data-renew=\"2\""), renewed, "{name}");
    }
    assert!(drawn("storage-counting").contains("12 of 42 folders looked at"));
}

#[test]
fn every_picture_has_its_numbers_in_words() {
    let page = drawn("storage");
    assert!(page.contains("Size by year: 2017: 100 MB, 2018: 150 MB"));
    assert!(page.contains("All 9 folders as a table"));
    assert!(page.contains("<bdi>Without a sender</bdi>"));
}
