//! Random operations, in the manner of Dovecot's imaptest: a second mail program and the webmail act on the same
//! mailboxes. After each step the page equals what a fresh IMAP connection reads, and nothing is lost, doubled or
//! touched that was not chosen.
//!
//! `FERNPOST_SEED` repeats a run, `FERNPOST_RANDOM_SECONDS` and `FERNPOST_RANDOM_ACCOUNTS` make it longer and wider
//! (`make soak`), `FERNPOST_RANDOM_EVENTS=1` keeps an event stream open meanwhile.

mod snapshot;
mod they;
mod walk;
mod we;

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use futures_util::future::join_all;

use tokio::task::JoinHandle;

use super::helpers::{Person, Program, configuration, free_port, mail_server};
use walk::Walk;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")))
}

#[tokio::test]
async fn whatever_anybody_does_the_page_is_what_a_fresh_read_gives() {
    let drawn = u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros()).unwrap();
    let seed = number("FERNPOST_SEED", drawn);
    let time = Duration::from_secs(number("FERNPOST_RANDOM_SECONDS", 30));
    let accounts = number("FERNPOST_RANDOM_ACCOUNTS", 2);
    let has_stream = number("FERNPOST_RANDOM_EVENTS", 0) == 1;
    println!("FERNPOST_SEED={seed}");

    let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
    let file = folder.path().join("fernpost.toml");
    let keys = "[limits]\nactions_per_second = 0\n";
    let text = configuration(folder.path(), &format!("127.0.0.1:{port}"), "127.0.0.1:0", keys);
    std::fs::write(&file, text).unwrap();
    let program = Program::serve(&file, "warn", port);
    let origin = format!("http://127.0.0.1:{port}");

    let end = Instant::now() + time;
    let walks = (0..accounts).map(|account| {
        let origin = &origin;
        async move {
            let ann = Person::sign_in_at(origin, mail_server().person("random")).await;
            let stream = if has_stream { Some(open_stream(&ann)) } else { None };
            let mut walk = Walk::begin(ann, seed ^ (account << 32), has_stream).await;
            // figures at the begin are those of a program that has done everything once
            while Instant::now() < end - time / 10 * 9 {
                walk.step().await;
            }
            (walk, stream)
        }
    });
    let walks = join_all(walks).await;
    let begun: u64 = walks.iter().map(|(walk, _)| walk.steps).sum();
    let (at_begin, started) = (program.size(), Instant::now());
    let steps = join_all(walks.into_iter().map(|(mut walk, stream)| async move {
        while Instant::now() < end {
            walk.step().await;
        }
        let steps = walk.end().await;
        if let Some(stream) = stream {
            assert!(!stream.is_finished(), "the event stream ended: {:?}", stream.await);
            stream.abort();
        }
        steps
    }));
    let steps: u64 = steps.await.into_iter().sum();
    let at_end = program.size();
    println!(
        "{steps} operations, {:.1}/s; resident memory {} -> {} kB; open files {} -> {}",
        (steps - begun) as f64 / started.elapsed().as_secs_f64(),
        at_begin.resident_kb,
        at_end.resident_kb,
        at_begin.open_files,
        at_end.open_files
    );
    assert!(steps > accounts * 10, "only {steps} steps");
    // at most four sockets to the mail server and a few to browsers for each account: no more at the end
    let allowed = at_begin.open_files.max(30) + 8 * usize::try_from(accounts).unwrap();
    assert!(at_end.open_files <= allowed, "open files: {at_begin:?} -> {at_end:?}");
    let (code, log) = program.terminate();
    assert_eq!((code, log.contains("panicked")), (Some(0), false), "{log}");
}

/// Listens to news of the inbox, as a page does that is left open.
fn open_stream(ann: &Person) -> JoinHandle<u16> {
    let request = ann.request("GET", "/webmail/events?on=INBOX").header("accept", "text/event-stream");
    tokio::spawn(request.listen())
}
