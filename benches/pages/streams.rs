//! Many people who have their inbox open, and nothing happens; then mail arrives for half of them while the others read.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::crowd::{self, AtInbox};
use crate::lmtp::Lmtp;
use crate::setup::Bench;
use crate::stream::{Heard, Listener};
use crate::table::{Table, ms, percentile};
use crate::work::LIST;

/// Until a process that has just been busy is at rest, and how long it is then looked at.
const REST: Duration = Duration::from_secs(10);
/// List pages that are asked for, in all, and by how many clients at once.
const PAGES: u32 = 2_000;
const CLIENTS: u32 = 4;
/// The pause between two pages of one client: two hundred a second by all.
const EACH: Duration = Duration::from_millis(20);
/// The pause between two letters: twenty a second.
const LETTER: Duration = Duration::from_millis(50);
/// What was delivered and not told by then is never told.
const PATIENCE: Duration = Duration::from_secs(35);

/// Measures `count` streams of as many people.
pub fn measure(bench: &Bench, count: u32) -> Table {
    let mut table = Table::new(&format!("{count} event streams of {count} people, each at an inbox of their own"));
    watch_instances(count);
    let people = crowd::people(bench, count as usize + 1);
    let (first, people) = people.split_first().unwrap();
    let fernpost = bench.another("streams");
    crowd::at_inbox(fernpost.port, first); // whatever is made once, is made
    let held = || fernpost.gauge("fernpost_imap_connections");
    let ((start, _), held_before) = (fernpost.memory(), held());
    let mut inboxes = crowd::sign_in(fernpost.port, people);
    let (signed_in, _) = fernpost.memory();
    let listener = Listener::start();
    for (who, inbox) in inboxes.iter().enumerate() {
        listener.open(who, &inbox.browser, "mailbox/INBOX", &inbox.made_from);
    }
    listener.until_all_fine(inboxes.len());
    println!("{count} streams are open; waiting {} s for rest", REST.as_secs());
    std::thread::sleep(REST);
    let (watched, _) = fernpost.memory();
    let each = |more: u64, less: u64| format!("{:.0} kB", (more as f64 - less as f64) / f64::from(count));
    table.figure("resident, a person with an open page", &each(watched, start), "");
    table.figure("of it, since the stream was opened", &each(watched, signed_in), "");
    table.figure("IMAP connections held", &(held() - held_before).to_string(), "");

    let (ours, theirs) = (fernpost.processor_time(), bench.mail_processor_time());
    std::thread::sleep(REST);
    let a_second = |used: Duration| format!("{:.0} ms/s", used.as_secs_f64() / REST.as_secs_f64() * 1e3);
    table.figure("processor time at rest", &a_second(fernpost.processor_time() - ours), "");
    table.figure("the mail server's", &a_second(bench.mail_processor_time().saturating_sub(theirs)), "");

    listener.heard(); // what was before
    let half = inboxes.len().div_ceil(2);
    let (pages, letters) = busy(bench.mail_port("LMTP_PORT"), &mut inboxes[..half], &people[half..]);
    let (asked, due): (Vec<_>, Vec<_>) = pages.into_iter().unzip();
    let time = |times: &[Duration], share| percentile(times, share).map_or_else(|| "none".to_owned(), ms);
    let what = format!("list page, 200 a second for some while {} letters arrive for others: median", letters.len());
    table.figure(&what, &time(&asked, 0.5), "");
    table.figure("the same: 99th percentile", &time(&asked, 0.99), "≤ 50 ms");
    table.figure("the same, counted from when it was due", &time(&due, 0.99), "");
    told(&listener, &letters, half, &mut table);
    let open = fernpost.gauge("fernpost_event_streams");
    table.figure("streams open at the end", &open.to_string(), &count.to_string());
    table
}

/// A letter and when the mail server had taken it.
struct Letter {
    /// The number among those who get letters.
    to: usize,
    taken: Instant,
}

/// How long pages took of those who read, and the letters that came for the others meanwhile.
fn busy(lmtp: u16, readers: &mut [AtInbox], others: &[String]) -> (Vec<(Duration, Duration)>, Vec<Letter>) {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let mail = scope.spawn(|| {
            let mut lmtp = Lmtp::open(lmtp);
            let (start, mut letters) = (Instant::now(), Vec::new());
            for number in (0..).take_while(|_| !over.load(Ordering::SeqCst) && !others.is_empty()) {
                pause_until(start + LETTER * number);
                let to = number as usize % others.len();
                lmtp.deliver(&others[to], &format!("letter {number} of the bench"));
                letters.push(Letter { to, taken: Instant::now() });
            }
            letters
        });
        let share = readers.len().div_ceil(CLIENTS as usize);
        let clients = readers.chunks_mut(share).map(|readers| scope.spawn(move || read(readers)));
        let clients: Vec<_> = clients.collect();
        let pages = clients.into_iter().flat_map(|client| client.join().unwrap()).collect();
        over.store(true, Ordering::SeqCst);
        (pages, mail.join().unwrap())
    })
}

/// One client, as a proxy is one: pages of one person after the other on one connection. Each page's time since it was asked
/// for, and since it was due: one that has to wait for the page before it is late as well.
fn read(readers: &mut [AtInbox]) -> Vec<(Duration, Duration)> {
    let mut socket = readers[0].browser.connect();
    let start = Instant::now();
    (0..PAGES / CLIENTS)
        .map(|number| {
            let due = start + EACH * number;
            pause_until(due);
            let reader = number as usize % readers.len();
            let asked = Instant::now();
            assert_eq!(readers[reader].browser.get(&mut socket, LIST).status, 200);
            (asked.elapsed(), due.elapsed())
        })
        .collect()
}

/// How long it took from the mail server's word to the event; those who get letters come after `readers` others.
fn told(listener: &Listener, letters: &[Letter], readers: usize, table: &mut Table) {
    let mut heard: Vec<Heard> = Vec::new();
    let after = |letter: &Letter, heard: &[Heard]| {
        let is_it = |one: &&Heard| one.event == "page" && one.who == readers + letter.to && one.at >= letter.taken;
        heard.iter().find(is_it).map(|one| one.at - letter.taken)
    };
    let start = Instant::now();
    let times: Vec<Duration> = loop {
        heard.extend(listener.heard());
        let times: Vec<_> = letters.iter().filter_map(|letter| after(letter, &heard)).collect();
        if times.len() == letters.len() || start.elapsed() > PATIENCE {
            break times;
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    let time = |share| percentile(&times, share).map_or_else(|| "none".to_owned(), ms);
    let what = format!("a letter is told to its open page ({} of {}): median", times.len(), letters.len());
    table.figure(&what, &time(0.5), "");
    table.figure("the same: 99th percentile", &time(0.99), "");
}

fn pause_until(then: Instant) {
    std::thread::sleep(then.saturating_duration_since(Instant::now()));
}

/// Dovecot (2.3, 2022) watches files by inotify for IDLE and NOTIFY; Linux gives a user 128 instances by default, and a
/// process that gets none looks every half minute instead. That is then a property of the machine.
fn watch_instances(count: u32) {
    let text = std::fs::read_to_string("/proc/sys/fs/inotify/max_user_instances").unwrap_or_default();
    if let Ok(instances) = text.trim().parse::<u32>()
        && instances < count
    {
        println!("only {instances} mail processes can watch files here (fs.inotify.max_user_instances)");
    }
}
