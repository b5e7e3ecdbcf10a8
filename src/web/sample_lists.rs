//! Lists of messages, for `samples`.

use std::sync::Arc;

use super::mailbox_show::MailboxShow;
use super::params::ListQuery;
use super::refresh::Refresh;
use super::sample_words::{ago, mailbox, overview, person};
use super::samples::Studio;
use crate::account::{Filter, Listing, Row, Sort};
use crate::mail::{Address, Counts, Envelope, Flag, PageNumber, Pages, Role, Uid, UidValidity};

pub(super) fn draw(studio: &mut Studio) {
    let show = |studio: &Studio, listing: &Listing, query: &str| {
        let query = ListQuery::parse(query).unwrap();
        let shell = studio.shell(listing.mailbox.name.as_str());
        MailboxShow::new(shell, listing, &overview(), &query, &studio.locale, &studio.urls)
    };
    let page = show(studio, &listing("INBOX", Some(Role::Inbox), 50), "");
    studio.draw("mailbox", &page);
    let often = Refresh::parse("5").unwrap();
    let page = page.refreshed(often, &ListQuery::default());
    studio.draw("mailbox-refreshed", &page);
    let page = show(studio, &listing("INBOX", Some(Role::Inbox), 50), "select=page");
    studio.draw("mailbox-selection", &page.refreshed(often, &ListQuery::parse("select=page").unwrap()));
    let page = show(studio, &listing("Sent", Some(Role::Sent), 8), "page=2");
    studio.draw("mailbox-sent", &page);
    let page = show(studio, &listing("Trash", Some(Role::Trash), 8), "");
    studio.draw("mailbox-trash", &page);
    let page = show(studio, &listing("INBOX", Some(Role::Inbox), 0), "");
    studio.draw("mailbox-empty", &page);
    let page = show(studio, &listing("Clients", None, 0), "q=stares");
    studio.draw("mailbox-nothing-found", &page);
    let unread = Listing { sort: Sort::Sender, ..listing("Clients", None, 0) };
    let page = show(studio, &unread, "filter=unread&sort=sender");
    studio.draw("mailbox-nothing-unread", &page);
    let roomy = studio.used;
    for (name, used) in [("mailbox-filling", 8_400_000_000), ("mailbox-full", 10_000_000_000)] {
        studio.used = used;
        let page = show(studio, &listing("INBOX", Some(Role::Inbox), 20), "");
        studio.draw(name, &page);
    }
    studio.used = roomy;
    assert_eq!(ListQuery::parse("filter=unread").unwrap().asked.filter, Filter::Unread);
}

fn row(at: u32, who: Address, subject: &str, preview: &str, flags: &[Flag], files: bool) -> Row {
    let to = vec![person("Ilse Brandt", "i.brandt@hafenmuseum.example"), person("", "tove@kontor7.example")];
    Row {
        goes: files.then(|| ago(-3 * 86_400)),
        uid: Uid::new(4821 - at).unwrap(),
        flags: flags.iter().cloned().collect(),
        envelope: Arc::new(Envelope { subject: subject.into(), from: vec![who], to, ..Envelope::default() }),
        internal_date: ago(19 + i64::from(at) * i64::from(at) * 60),
        saved: ago(19),
        size: 40_000,
        has_attachments: files,
        preview: preview.into(),
    }
}

fn listing(full: &str, role: Option<Role>, rows: usize) -> Listing {
    let people = [
        ("Hafenmuseum · Ilse Brandt", "i.brandt@hafenmuseum.example"),
        ("Jonas Petersen", "jonas@petersen.example"),
        ("Nachtzug Nord", "reise@nachtzug-nord.example"),
        ("田中 美咲", "tanaka@tenji.example"),
        ("Stadtbibliothek Nord", "post@stadtbibliothek.example"),
        ("محمد الحسن", "m@hassan.example"),
        ("rust-users", "users@rust-lang.example"),
        ("Ελένη Παπαδοπούλου", "eleni@naxos.example"),
        ("", "noreply@kontor7.example"),
        ("Олена Коваль", "olena@koval.example"),
    ];
    let subjects = [
        "Final plans for the east wing, with two questions about the stairs",
        "Dinner on Saturday?",
        "Your booking NN-48213-K: Hamburg–Trieste, 12 December",
        "東京の展示会のご案内と打ち合わせの日程について",
        "Re: Re: Fwd: Minutes of the planning meeting on 19 November, corrected version with the remarks of all four \
         departments and the new timetable",
        "صور من المعرض في بيروت",
        "[rust-users] Borrowing across await points: a short field report",
        "Σχέδια για το σπίτι στη Νάξο",
        "",
        "Переклад каталогу: перша частина готова",
    ];
    let previews = [
        "Good morning Mara, attached are the drawings we agreed on last week. Two things are still open before the \
         builders start",
        "Perfect, I bring the bread then. Amal asks whether the children may come along",
        "Your night train to Trieste is booked, Mara. Here is everything for the journey",
        "お世話になっております。来月の展示会について、添付の資料をご確認いただけますでしょうか。",
        "Here is the corrected version. Page 4 now names the right contractor.",
        "مرحبا مارا، أرسل لك الصور التي وعدتك بها من حفل الافتتاح.",
        "After three weeks with a large code base I wanted to write down what surprised us",
        "Καλησπέρα Μάρα, σου στέλνω τις φωτογραφίες από την αυλή και τις διαστάσεις.",
        "",
        "Добрий день, Маро! Надсилаю перші сорок сторінок.",
    ];
    let marks: [&[Flag]; 5] =
        [&[Flag::Seen, Flag::Flagged], &[], &[], &[Flag::Seen, Flag::Answered], &[Flag::Seen, Flag::Forwarded]];
    let rows = (0..rows)
        .map(|at| {
            let (who, addr) = people[at % 10];
            let number = u32::try_from(at).unwrap();
            row(number, person(who, addr), subjects[at % 10], previews[at % 10], marks[at % 5], at % 3 == 0)
        })
        .collect::<Vec<_>>();
    let total = if rows.is_empty() { 0 } else { 1284 };
    Listing {
        mailbox: mailbox(full, role, 12),
        uid_validity: UidValidity::new(7).unwrap(),
        counts: Counts { messages: total, unseen: if rows.is_empty() { 0 } else { 12 } },
        pages: Pages { page: PageNumber::FIRST, per_page: 50, total },
        sort: Sort::Newest,
        can_sort: true,
        rows,
        departed: Vec::new(),
        version: 1,
    }
}
