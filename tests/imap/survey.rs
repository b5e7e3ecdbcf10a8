//! What fills a mailbox: found on a real Dovecot, with its extensions and without.

use std::sync::Arc;
use std::time::{Duration, Instant};

use fernpost::account::{Account, Heap, Piled, Survey, Surveyed};
use fernpost::mail::{PageNumber, Selection, UidSet};

use crate::mail_client::MailClient;
use crate::mail_server::{mail_server, unique};
use crate::name;
use crate::person::{Person, sign_in};

/// The ways by which a mailbox is surveyed: with all extensions, and without those that make it cheaper.
const WAYS: [&[&str]; 2] = [&[], &["STATUS=SIZE", "LIST-STATUS", "CONDSTORE", "QRESYNC", "ESEARCH", "UIDPLUS", "MOVE"]];

/// The end of a survey.
pub(crate) async fn surveyed(account: &Account) -> Surveyed {
    account.begin_survey();
    let since = Instant::now();
    loop {
        match account.surveyed().await {
            Surveyed::Running { done, total, .. } => {
                assert!(since.elapsed() < Duration::from_secs(30), "{done} of {total} folders");
            }
            end => return end,
        }
    }
}

pub(crate) async fn survey(account: &Account) -> Arc<Survey> {
    match surveyed(account).await {
        Surveyed::Done(survey) => survey,
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn heap(account: &Account, heap: Heap) -> Piled {
    account.heap(&heap, PageNumber::FIRST).await.unwrap()
}

/// Where messages lie, as `INBOX 1:3`.
pub(crate) fn places(selections: &[Selection]) -> Vec<String> {
    let mut places: Vec<String> =
        selections.iter().map(|selection| format!("{} {}", selection.mailbox, selection.uids)).collect();
    places.sort_unstable();
    places
}

/// A mail of so many octets of text.
pub(crate) fn letter(from: &str, id: &str, more: &str, size: usize) -> String {
    let line = format!("{}\r\n", "x".repeat(78));
    let text = line.repeat(size / line.len()) + &line[line.len() - size % line.len()..];
    format!(
        "From: {from}\r\nSubject: {id}\r\nDate: Mon, 2 Mar 2026 10:00:00 +0000\r\nMessage-ID: <{id}@example.org>\r\n{more}\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}"
    )
}

fn with_file(id: &str, octets: usize) -> String {
    let lines = format!("{}\r\n", "QUJD".repeat(19)).repeat(octets / 57);
    format!(
        "From: Ann <ann@example.org>\r\nSubject: {id}\r\nMessage-ID: <{id}@example.org>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nThe plans.\r\n\
         --b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{lines}--b--\r\n"
    )
}

#[tokio::test]
async fn what_fills_a_mailbox_is_found_from_each_side() {
    for lacking in WAYS {
        let mut one = Person::with("survey", lacking, None).await;
        one.have(&["Work/Deep", "Sent"]).await;
        let mut sizes = Vec::new();
        for (folder, date, text) in [
            ("INBOX", "02-Nov-2019 23:30:00 +0000", letter("Ann <Ann@Example.org>", "a", "", 5_000)),
            ("INBOX", "31-Dec-2020 23:59:59 +0000", letter("\"A. B.\" <ann@example.org>", "b", "", 300)),
            ("Work/Deep", "01-Jan-2021 00:00:00 +0000", letter("ben@example.org", "c", "", 150_000)),
            ("Work/Deep", "02-Nov-2021 10:00:00 +0000", with_file("d", 200_000)),
            ("Sent", "03-Nov-2021 10:00:00 +0000", letter("Me <me@example.org>", "e", "", 100)),
        ] {
            one.mail.append_of(folder, "", Some(date), text.as_bytes()).await;
            sizes.push(text.len() as u64);
        }
        let found = survey(&one.account).await;
        assert!(found.complete && found.left_out.is_empty(), "{lacking:?}");
        assert_eq!((found.messages, found.octets), (5, sizes.iter().sum()), "{lacking:?}");

        let folders: Vec<_> =
            found.folders.iter().map(|of| (of.mailbox.as_str(), of.messages, of.octets)).take(3).collect();
        let expected =
            [("Work/Deep", 2, sizes[2] + sizes[3]), ("INBOX", 2, sizes[0] + sizes[1]), ("Sent", 1, sizes[4])];
        assert_eq!(folders, expected, "{lacking:?}");

        let years: Vec<_> = found.years.iter().map(|of| (of.year, of.messages, of.octets)).collect();
        assert_eq!(
            years,
            [(2019, 1, sizes[0]), (2020, 1, sizes[1]), (2021, 3, sizes[2] + sizes[3] + sizes[4])],
            "{lacking:?}"
        );

        let senders: Vec<_> =
            found.senders.iter().map(|of| (of.address.as_str(), of.name.as_str(), of.messages)).collect();
        let of_ann = senders.iter().find(|(address, ..)| *address == "ann@example.org").unwrap();
        assert!(["A. B.", "Ann"].contains(&of_ann.1) && of_ann.2 == 3, "{senders:?}");
        assert_eq!((senders.len(), senders[2].0), (3, "me@example.org"), "{senders:?}");

        let biggest: Vec<_> = found.biggest.iter().map(|row| (row.subject.as_str(), row.octets)).collect();
        let of = |at: usize| (["a", "b", "c", "d", "e"][at], sizes[at]);
        assert_eq!(biggest, [of(3), of(2), of(0), of(1), of(4)], "{lacking:?}");
        let with_files: Vec<_> = found.with_files.iter().map(|row| row.subject.as_str()).collect();
        assert_eq!(with_files, ["d"], "{lacking:?}");
        let octets = found.file_octets as i64;
        assert!((octets - 200_000).abs() < 100 && found.with_files[0].file_octets == found.file_octets, "{octets}");

        // exactly these messages
        let before = heap(&one.account, Heap::Before(2021)).await;
        assert_eq!((places(&before.selections), before.octets), (vec!["INBOX 1:2".into()], sizes[0] + sizes[1]));
        let year = heap(&one.account, Heap::Year(2021)).await;
        assert_eq!(places(&year.selections), ["Sent 1", "Work/Deep 1:2"]);
        assert_eq!(year.rows.iter().map(|row| row.subject.as_str()).collect::<Vec<_>>(), ["d", "c", "e"]);
        let ann = heap(&one.account, Heap::Sender("ANN@example.org".into())).await;
        assert_eq!((places(&ann.selections), ann.messages), (vec!["INBOX 1:2".into(), "Work/Deep 2".into()], 3));
        assert_eq!(ann.octets, sizes[0] + sizes[1] + sizes[3]);
        let files = heap(&one.account, Heap::WithFiles).await;
        assert_eq!(places(&files.selections), ["Work/Deep 2"]);
        let deep = heap(&one.account, Heap::Folder(name("Work/Deep"))).await;
        assert_eq!((places(&deep.selections), deep.complete), (vec!["Work/Deep 1:2".into()], true));
    }
}

#[tokio::test]
async fn old_mail_of_a_folder_and_those_below_is_a_heap() {
    let mut one = Person::new("older").await;
    for (folder, date, id) in [
        ("Work", "02-Nov-2020 10:00:00 +0000", "a"),
        ("Work/Deep", "02-Nov-2020 10:00:00 +0000", "b"),
        ("Workshop", "02-Nov-2020 10:00:00 +0000", "c"),
    ] {
        one.have(&[folder]).await;
        one.mail.append_of(folder, "", Some(date), letter("ann@example.org", id, "", 100).as_bytes()).await;
        one.mail.append(folder, "", letter("ann@example.org", &format!("new {id}"), "", 100).as_bytes()).await;
    }
    survey(&one.account).await;
    let older = |below, days| Heap::OlderThan { mailbox: name("Work"), below, days };
    assert_eq!(places(&heap(&one.account, older(false, 30)).await.selections), ["Work 1"]);
    assert_eq!(places(&heap(&one.account, older(true, 30)).await.selections), ["Work 1", "Work/Deep 1"]);
    assert_eq!(heap(&one.account, older(true, 36_500)).await.messages, 0);
}

#[tokio::test]
async fn of_what_is_there_twice_one_stays() {
    for lacking in WAYS {
        let mut one = Person::with("twins", lacking, None).await;
        one.have(&["Work", "Sent", "Drafts", "Trash", "Junk"]).await;
        let mut put = async |folder: &str, text: &str| one.mail.append(folder, "", text.as_bytes()).await;
        let twice = letter("ann@example.org", "twice", "", 4_000);
        for folder in ["INBOX", "INBOX", "Work", "Trash"] {
            put(folder, &twice).await;
        }
        // sent to oneself: the copy in Sent is one's record
        let own = letter("me@example.org", "own", "", 2_000);
        for folder in ["INBOX", "Sent", "Sent"] {
            put(folder, &own).await;
        }
        // thrown away twice
        let thrown = letter("ann@example.org", "thrown", "", 1_000);
        for folder in ["Trash", "Junk"] {
            put(folder, &thrown).await;
        }
        // none of these is a copy of another
        put("INBOX", &letter("ann@example.org", "draft", "", 500)).await;
        put("Drafts", &letter("ann@example.org", "draft", "", 500)).await;
        put("INBOX", &letter("ann@example.org", "longer", "", 500)).await;
        put("Work", &letter("ann@example.org", "longer", "X-Footer: of the list\r\n", 500)).await;
        put("INBOX", &letter("ann@example.org", "forged", "", 500)).await;
        put("Work", &letter("bob@example.org", "forged", "", 500)).await;
        let nameless = letter("ann@example.org", "no id", "", 500).replace("Message-ID: <no id@example.org>\r\n", "");
        put("INBOX", &nameless).await;
        put("INBOX", &nameless).await;

        let found = survey(&one.account).await;
        let told: Vec<_> = found
            .duplicates
            .iter()
            .map(|twins| {
                (twins.kept.subject.as_str(), twins.kept.message.mailbox.as_str(), twins.extra.len(), twins.octets)
            })
            .collect();
        let (twice, own, thrown) = (twice.len() as u64, own.len() as u64, thrown.len() as u64);
        assert_eq!(
            told,
            [("twice", "Work", 3, 3 * twice), ("own", "INBOX", 1, own), ("thrown", "Junk", 1, thrown)],
            "{lacking:?}"
        );
        assert_eq!((found.extra, found.extra_octets), (5, 3 * twice + own + thrown));
        let piled = heap(&one.account, Heap::Duplicates).await;
        assert_eq!(places(&piled.selections), ["INBOX 1:2", "Sent 2", "Trash 1:2"], "{lacking:?}");
        assert_eq!(piled.octets, found.extra_octets);
    }
}

#[tokio::test]
async fn old_mail_of_lists_is_told_by_its_list() {
    let mut one = Person::new("lists").await;
    one.have(&["Lists", "Trash"]).await;
    let list = "List-Id: \"News of the week\" <NEWS.example.org>\r\n";
    for (folder, date) in [
        ("INBOX", Some("02-Nov-2020 10:00:00 +0000")),
        ("Lists", Some("02-Nov-2021 10:00:00 +0000")),
        ("Lists", None),
        ("Trash", Some("02-Nov-2020 10:00:00 +0000")),
    ] {
        one.mail.append_of(folder, "", date, letter("n@example.org", "n", list, 700).as_bytes()).await;
    }
    one.mail.append("INBOX", "", letter("n@example.org", "o", "List-Id: <young.example.org>\r\n", 9).as_bytes()).await;
    let found = survey(&one.account).await;
    assert_eq!(found.lists.len(), 1, "{:?}", found.lists);
    let list = &found.lists[0];
    assert_eq!((list.list_id.as_str(), list.name.as_str(), list.messages), ("news.example.org", "News of the week", 2));
    assert!(list.newest.seconds > 1_700_000_000, "the one of today");
    let piled = heap(&one.account, Heap::List("News.Example.ORG".into())).await;
    assert_eq!((places(&piled.selections), piled.octets), (vec!["INBOX 1".into(), "Lists 1".into()], list.octets));
}

#[tokio::test]
async fn without_quota_what_is_in_use_is_summed_up_and_said_to_be_an_estimate() {
    // the server tells what each folder takes
    let who = mail_server().person_with(&unique("sum"), None);
    let mut mail = MailClient::sign_in(mail_server(), &who).await;
    let text = letter("ann@example.org", "a", "", 3_000);
    mail.append("INBOX", "", text.as_bytes()).await;
    let ann = sign_in(&who, &["QUOTA"]).await;
    let quota = ann.overview().await.unwrap().quota.clone();
    assert_eq!((quota.roots.len(), quota.estimate, quota.fullest()), (0, Some(text.len() as u64), None));

    // it does not: a survey does
    let ann = sign_in(&who, &["QUOTA", "STATUS=SIZE"]).await;
    assert_eq!(ann.overview().await.unwrap().quota.octets(), None);
    survey(&ann).await;
    ann.look_again();
    assert_eq!(ann.overview().await.unwrap().quota.estimate, Some(text.len() as u64));
}

#[tokio::test]
async fn a_survey_leaves_alone_what_pages_know() {
    let mut one = Person::new("aside").await;
    let uids = one.put("INBOX", &["a", "b"]).await;
    assert_eq!(one.subjects("INBOX").await, ["b", "a"]);
    one.mail.select("INBOX").await;
    survey(&one.account).await;
    // nothing was marked, seen or moved, and the page goes on
    assert_eq!(one.mail.search("UNSEEN").await, uids);
    assert_eq!(one.subjects("INBOX").await, ["b", "a"]);
    let all: UidSet = uids.iter().filter_map(|uid| fernpost::mail::Uid::new(*uid)).collect();
    assert_eq!(heap(&one.account, Heap::Folder(name("INBOX"))).await.selections[0].uids, all);
}

#[tokio::test]
async fn what_is_hidden_because_it_was_deleted_is_in_no_heap() {
    // without UIDPLUS what is deleted stays, marked
    let mut one = Person::with("hidden", &["UIDPLUS", "MOVE"], None).await;
    let uids = one.put("INBOX", &["a", "b", "c"]).await;
    assert_eq!(survey(&one.account).await.messages, 3);
    one.account.delete_for_good(&one.choose("INBOX", &uids[..1]).await).await.unwrap();
    assert_eq!(survey(&one.account).await.messages, 2, "what is done here counts at once");
    let inbox = heap(&one.account, Heap::Folder(name("INBOX"))).await;
    assert_eq!(places(&inbox.selections), [format!("INBOX {}:{}", uids[1], uids[2])]);
    let fresh = sign_in(&one.who, &["UIDPLUS", "MOVE"]).await;
    assert_eq!(survey(&fresh).await.messages, 2);
}
