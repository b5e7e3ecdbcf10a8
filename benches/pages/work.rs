//! The work that is measured.

use std::time::{Duration, Instant};

use crate::browser;
use crate::http::{Browser, hidden_fields};
use crate::imap::ROW;
use crate::setup::{Bench, PASSWORD};
use crate::table::{Table, median, ms, time};

/// The first page of INBOX.
pub const LIST: &str = "/webmail/mailbox/INBOX";

/// Measures one account.
pub fn measure(bench: &Bench, address: &str, table: &mut Table) {
    let mut raw = bench.imap().open(address, PASSWORD);
    let exists = raw.select();
    let mut browser = Browser::sign_in(bench.fernpost.port, address, PASSWORD);
    let mut socket = browser.connect();
    let first = browser.get(&mut socket, LIST);
    assert_eq!(first.status, 200);
    let list_html = String::from_utf8(first.body).unwrap();
    let uid_validity = uid_validity_of(&list_html);
    let window = format!("FETCH {}:{exists} {ROW}", exists - 49);

    let raw_list = median(|| time(|| raw.command(&window)).0);
    let ours = median(|| time(|| browser.get(&mut socket, LIST)).0);
    table.compare("newest 50, warm", raw_list, ours, "≤ 1.5 ms, ≤ 3 ×");
    let ours = median(|| time(|| browser.get_compressed(&mut socket, LIST)).0);
    table.figure("the same, compressed as browsers ask", &ms(ours), "");

    let raw_cold = median(|| {
        time(|| {
            let mut raw = bench.imap().open(address, PASSWORD);
            let exists = raw.select();
            raw.command(&format!("FETCH {}:{exists} {ROW}", exists - 49));
        })
        .0
    });
    let cold = median(|| {
        bench.fernpost.restart();
        socket = browser.connect();
        browser.get(&mut socket, "/webmail/login"); // the program has started when it answers, not when it listens
        time(|| assert_eq!(browser.get(&mut socket, LIST).status, 200)).0
    });
    table.compare("newest 50, signed in but cold", raw_cold, cold, "≤ 10 ms");

    browser.get(&mut socket, LIST);
    table.figure("list requests with 16 clients", &format!("{:.0}/s", requests_per_second(&browser)), "≥ 3,000/s");

    let raw_sort = median(|| {
        time(|| {
            raw.command("UID SORT (FROM REVERSE ARRIVAL) UTF-8 ALL");
            raw.command(&window);
        })
        .0
    });
    let sorted = format!("{LIST}?sort=sender");
    // every round a flag changes nothing about the order: the first is measured after a new connection
    bench.fernpost.restart();
    socket = browser.connect();
    browser.get(&mut socket, LIST);
    let (first, _) = time(|| browser.get(&mut socket, &sorted));
    table.compare("sorted by sender, first", raw_sort, first, "≤ 1.2 ×");
    let next = median(|| time(|| browser.get(&mut socket, &format!("{sorted}&page=2"))).0);
    table.compare("sorted by sender, next page", raw_sort, next, "≤ 3 ms");

    let plain = raw.uid_of("bench plain");
    let raw_plain =
        median(|| time(|| raw.command(&format!("UID FETCH {plain} (FLAGS BODY.PEEK[HEADER] BODY.PEEK[1])"))).0);
    let message = format!("/webmail/message/INBOX/{uid_validity}/{plain}");
    let ours = median(|| time(|| assert_eq!(browser.get(&mut socket, &message).status, 200)).0);
    table.compare("open a plain message", raw_plain, ours, "≤ 1 ms");

    let letter = raw.uid_of("bench newsletter");
    let raw_letter =
        median(|| time(|| raw.command(&format!("UID FETCH {letter} (FLAGS BODY.PEEK[HEADER] BODY.PEEK[1])"))).0);
    let page = format!("/webmail/message/INBOX/{uid_validity}/{letter}");
    let html = String::from_utf8(browser.get(&mut socket, &page).body).unwrap();
    let frame = html
        .split("<iframe")
        .nth(1)
        .and_then(|rest| rest.split("src=\"").nth(1))
        .and_then(|rest| rest.split('"').next());
    let frame = frame.expect("a frame").replace("&amp;", "&");
    let ours = median(|| {
        time(|| {
            browser.get(&mut socket, &page);
            assert_eq!(browser.get(&mut socket, &frame).status, 200);
        })
        .0
    });
    table.compare("open a newsletter (8 kB), page and frame", raw_letter, ours, "≤ 2.5 ms");

    attachment(bench, &mut browser, &mut raw, &uid_validity, table);
    let window = format!("FETCH {}:{} {ROW}", exists - 50, exists - 1); // one of them is elsewhere
    changes(&mut browser, &mut raw, &uid_validity, &list_html, &window, table);
    if let Some(visit) = browser::first_visit(bench.fernpost.port, address, PASSWORD) {
        table.figure("first visit: requests", &visit.requests.to_string(), "≤ 4");
        table.figure("first visit: transferred", &format!("{:.1} kB", visit.kilobytes), "≤ 45 kB");
        table.figure("first visit: first row in Chromium", &format!("{:.0} ms", visit.first_row_ms), "≤ 120 ms");
    }
}

/// The UIDVALIDITY of INBOX, which every link of its list names.
pub fn uid_validity_of(list_html: &str) -> String {
    let link = list_html.split("/webmail/message/INBOX/").nth(1);
    link.and_then(|rest| rest.split('/').next()).map(str::to_owned).expect("a message in the list")
}

fn attachment(bench: &Bench, browser: &mut Browser, raw: &mut crate::imap::Raw, uid_validity: &str, table: &mut Table) {
    let mut socket = browser.connect();
    let uid = raw.uid_of("bench attachment");
    let raw_time = median(|| time(|| raw.command(&format!("UID FETCH {uid} (BODY.PEEK[2])"))).0);
    let address = format!("/webmail/message/INBOX/{uid_validity}/{uid}/part/2/plans.bin");
    assert_eq!(browser.download(&mut socket, &address), 92_000 * 57);
    let ours = median(|| time(|| browser.download(&mut socket, &address)).0);
    table.compare("5 MB attachment", raw_time, ours, "≤ 15 ms");
    // the first download of a program that has shown a list: later ones find the memory already taken
    let mut extra: Vec<u64> = (0..9)
        .map(|_| {
            bench.fernpost.restart();
            let mut socket = browser.connect();
            browser.get(&mut socket, LIST);
            bench.fernpost.memory_for(|| browser.download(&mut socket, &address)).0
        })
        .collect();
    extra.sort_unstable();
    table.figure("5 MB attachment: extra memory", &format!("{} kB", extra[4]), "< 2 MB");
}

fn changes(
    browser: &mut Browser,
    raw: &mut crate::imap::Raw,
    uid_validity: &str,
    list_html: &str,
    window: &str,
    table: &mut Table,
) {
    let mut socket = browser.connect();
    let csrf = hidden_fields(list_html).into_iter().find(|(name, _)| name == "csrf").expect("a token");
    let fields = |uid: u32, more: &[(&str, &str)]| {
        let mut fields = vec![
            csrf.clone(),
            ("mailbox".into(), "INBOX".into()),
            ("uidvalidity".into(), uid_validity.into()),
            ("uid".into(), uid.to_string()),
        ];
        fields.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        fields
    };
    let uid = raw.uid_of("bench plain");
    let mut on = false;
    browser.get(&mut socket, LIST);
    let raw_flag = median(|| {
        on = !on;
        let sign = if on { '+' } else { '-' };
        time(|| raw.command(&format!("UID STORE {uid} {sign}FLAGS (\\Flagged)"))).0
    });
    let ours = median(|| {
        on = !on;
        let form = fields(uid, &[("flag", "flagged"), ("on", if on { "1" } else { "0" })]);
        time(|| assert_eq!(browser.post(&mut socket, "/webmail/messages/flag", &form).status, 303)).0
    });
    table.compare("set a flag", raw_flag, ours, "≤ 0.8 ms");

    let raw_move = median(|| {
        let uid = raw.uid_of("bench plain");
        let (there, _) = time(|| {
            raw.command(&format!("UID MOVE {uid} Archive"));
            raw.command(window);
        });
        raw.command("SELECT Archive");
        let back = raw.uid_of("bench plain");
        raw.command(&format!("UID MOVE {back} INBOX"));
        raw.select();
        there
    });
    let ours = median(|| {
        let uid = raw.uid_of("bench plain");
        let form = fields(uid, &[("to", "Archive")]);
        socket = browser.connect(); // searching a large mailbox takes longer than a connection is kept
        let (there, ()) = time(|| {
            let answer = browser.post(&mut socket, "/webmail/messages/move", &form);
            assert_eq!(answer.status, 303);
            let list = answer.location.unwrap();
            let list = list.strip_prefix("http://").map_or(list.as_str(), |rest| &rest[rest.find('/').unwrap_or(0)..]);
            assert_eq!(browser.get(&mut socket, list).status, 200);
        });
        raw.command("SELECT Archive");
        let back = raw.uid_of("bench plain");
        raw.command(&format!("UID MOVE {back} INBOX"));
        raw.select();
        there
    });
    table.compare("move one message and show the list", raw_move, ours, "≤ 4 ms");
}

/// Sixteen browsers on kept-alive connections for three seconds.
fn requests_per_second(browser: &Browser) -> f64 {
    let span = Duration::from_secs(3);
    let start = Instant::now();
    let clients: Vec<_> = (0..16)
        .map(|_| {
            let mut browser = browser.clone();
            std::thread::spawn(move || {
                let mut socket = browser.connect();
                let mut count = 0u32;
                while start.elapsed() < span {
                    assert_eq!(browser.get(&mut socket, LIST).status, 200);
                    count += 1;
                }
                count
            })
        })
        .collect();
    let total: u32 = clients.into_iter().map(|client| client.join().unwrap()).sum();
    f64::from(total) / start.elapsed().as_secs_f64()
}
