//! Background work with servers that refuse, lie, or can more than others.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use fernpost::account::{
    Account, Accounts, Asked, How, Job, JobId, JobState, Note, Notice, Obstacle, Order, Overview, Remark, Removal,
    Servers, Stripping, Wanted, Works,
};
use fernpost::imap::Dialer;
use fernpost::mail::Secret;
use fernpost::store::{ServerKey, Store};

use crate::scripted::{Command, Reply, Script, Scripted, mail};
use crate::{chosen, name, plain};

/// Somebody signed in at a program that goes on with background work.
struct Desk {
    _folder: Arc<tempfile::TempDir>,
    account: Account,
}

impl Desk {
    async fn at(server: &Scripted) -> Self {
        Self::over(server.port, Arc::new(tempfile::tempdir().unwrap())).await
    }

    /// Over what an earlier one left in a folder.
    async fn over(port: u16, folder: Arc<tempfile::TempDir>) -> Self {
        let key = Arc::new(ServerKey::open_or_make(&folder.path().join("secret")).unwrap());
        let store = Store::open(&format!("sqlite:{}", folder.path().join("fernpost.db").display())).await.unwrap();
        let works = Works::new(store.jobs().clone(), store.belongings().clone(), key);
        let accounts = Accounts::new(Servers::from(Dialer::new(plain(port)).unwrap())).with_works(works);
        let account = accounts.sign_in("ann", Secret::new("secret"), None).await.unwrap();
        tokio::spawn(async move { accounts.run_jobs().await });
        Self { _folder: folder, account }
    }

    async fn until(&self, id: &JobId, state: JobState) -> Job {
        let started = Instant::now();
        loop {
            let job = self.account.job(id).await.unwrap();
            if job.state == state {
                return job;
            }
            assert!(started.elapsed() < Duration::from_secs(20), "{job:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn done(&self, order: Order) -> Job {
        let id = self.account.begin_job(order).await.unwrap();
        self.until(&id, JobState::Done).await
    }
}

fn for_good(numbers: impl IntoIterator<Item = u32>) -> Order {
    Order::Remove(Removal { from: vec![chosen("INBOX", 7, numbers)], how: How::ForGood, by_rule: false })
}

fn strip(numbers: impl IntoIterator<Item = u32>) -> Order {
    let note = Note { text: "Gone: {name}".to_owned(), date: String::new(), sizes: Vec::new() };
    Order::Strip(Stripping { from: vec![chosen("INBOX", 7, numbers)], wanted: Wanted::default(), note })
}

fn remark(notice: Notice, about: &str, count: u64) -> Remark {
    Remark { notice, about: about.to_owned(), count }
}

/// A message with a file.
fn with_file() -> String {
    format!(
        "Subject: Offer\r\nMessage-ID: <offer@x.example>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nText\r\n\
         --b\r\nContent-Type: application/pdf; name=offer.pdf\r\n\r\n{}--b--\r\n",
        "PDF and more of it\r\n".repeat(50)
    )
}

/// A server whose INBOX has a message with a file in the place of its second one.
async fn server_with_file(
    capabilities: &'static str,
    twist: impl Fn(&Command, usize) -> Reply + Send + Sync + 'static,
) -> Scripted {
    let mut script = Script { capabilities, twist: Box::new(twist), ..Script::default() };
    let inbox = script.mailboxes.get_mut("INBOX").unwrap();
    inbox.messages[1].text = with_file();
    inbox.messages[1].flags.insert("\\Flagged".to_owned());
    Scripted::start(script).await
}

const USUAL: &str = "IMAP4rev1 MOVE UIDPLUS LITERAL+";

#[tokio::test]
async fn a_refused_removal_leaves_no_mark_but_those_of_others() {
    let server = Scripted::but(|command, _| match command.verb.as_str() {
        "UID EXPUNGE" => Reply::say("TAG NO [NOPERM] not you\r\n"),
        _ => Reply::Usual,
    })
    .await;
    server.with(|mailboxes| {
        mailboxes.get_mut("INBOX").unwrap().messages[0].flags.insert("\\Deleted".to_owned());
    });
    let job = Desk::at(&server).await.done(for_good([1, 2])).await;
    assert_eq!(job.report, [remark(Notice::Refused, "INBOX", 2)]);
    assert_eq!((job.done, job.skipped, job.octets), (2, 2, 0));
    let marked = server.with(|mailboxes| {
        let is_marked = |one: &crate::scripted::Message| one.flags.contains("\\Deleted");
        mailboxes["INBOX"].messages.iter().map(is_marked).collect::<Vec<_>>()
    });
    assert_eq!(marked, [true, false, false]);
}

#[tokio::test]
async fn a_page_does_not_wait_for_what_a_removal_holds() {
    let expunged = Arc::new(AtomicUsize::new(0));
    let counter = expunged.clone();
    let mut script = Script {
        // a window is held for ever, and so are the counts of the mailbox that it is in
        twist: Box::new(move |command, _| match command.verb.as_str() {
            "UID EXPUNGE" if counter.fetch_add(1, Ordering::SeqCst) > 0 => Reply::Silence,
            "STATUS" if counter.load(Ordering::SeqCst) > 0 && command.texts().contains(&"Trash") => Reply::Silence,
            _ => Reply::Usual,
        }),
        ..Script::default()
    };
    for number in 0..600 {
        script.mailboxes.get_mut("Trash").unwrap().add(&mail(&number.to_string()), &Default::default());
    }
    let server = Scripted::start(script).await;
    let desk = Desk::at(&server).await;
    let (inbox, asked) = (name("INBOX"), Asked::default());
    let trash = |overview: &Overview| overview.find(&name("Trash")).unwrap().counts.unwrap().messages;
    desk.account.list_messages(&inbox, &asked).await.unwrap();
    assert_eq!(trash(&desk.account.overview().await.unwrap()), 600);
    let from = vec![chosen("Trash", 8, 1..=600)];
    let order = Order::Remove(Removal { from, how: How::ForGood, by_rule: false });
    desk.account.begin_job(order).await.unwrap();
    while expunged.load(Ordering::SeqCst) < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // new mail is there all the same
    server.with(|mailboxes| mailboxes.get_mut("INBOX").unwrap().add(&mail("four"), &Default::default()));
    let listing = desk.account.list_messages(&inbox, &asked).await.unwrap();
    let overview = desk.account.overview().await.unwrap();
    assert_eq!((listing.rows.len(), overview.inbox().unwrap().messages, trash(&overview)), (4, 4, 600));
}

#[tokio::test]
async fn what_was_gone_already_and_folders_that_are_no_more_are_said_and_the_rest_is_done() {
    let server = Scripted::but(|_, _| Reply::Usual).await;
    let from = vec![chosen("Gone", 5, [1, 2]), chosen("INBOX", 6, [1, 2, 3]), chosen("INBOX", 7, [2, 3, 9])];
    let job = Desk::at(&server).await.done(Order::Remove(Removal { from, how: How::ForGood, by_rule: false })).await;
    let expected = [
        remark(Notice::MailboxGone, "Gone", 2),
        remark(Notice::MailboxRebuilt, "INBOX", 3),
        remark(Notice::GoneBefore, "INBOX", 1),
    ];
    assert_eq!(job.report, expected);
    assert_eq!((job.done, job.skipped, job.total), (8, 6, 8));
    assert_eq!(server.uids("INBOX"), [1]);
}

#[tokio::test]
async fn messages_go_to_a_trash_that_is_made_and_those_that_are_there_stay() {
    let mut script = Script::default();
    script.mailboxes.remove("Trash");
    let server = Scripted::start(script).await;
    let desk = Desk::at(&server).await;
    let order = |mailbox: &str, uid_validity| {
        let from = vec![chosen(mailbox, uid_validity, [1, 3])];
        Order::Remove(Removal { from, how: How::ToTrash, by_rule: false })
    };
    let job = desk.done(order("INBOX", 7)).await;
    assert_eq!((job.done, job.skipped, job.report.len()), (2, 0, 0));
    assert_eq!((server.uids("INBOX"), server.uids("Trash")), (vec![2], vec![1, 2]));
    let uid_validity = server.with(|mailboxes| mailboxes["Trash"].uid_validity);
    let job = desk.done(order("Trash", uid_validity)).await;
    assert_eq!((job.done, job.skipped), (2, 2));
    assert_eq!(server.uids("Trash"), [1, 2]);
}

#[tokio::test]
async fn a_server_without_uidplus_marks_what_was_chosen_and_nothing_else() {
    let script = Script { capabilities: "IMAP4rev1", ..Script::default() };
    let server = Scripted::start(script).await;
    let job = Desk::at(&server).await.done(for_good([1, 3])).await;
    assert_eq!((job.done, job.skipped), (2, 0));
    let marked = server.with(|mailboxes| {
        let inbox = &mailboxes["INBOX"].messages;
        inbox.iter().filter(|one| one.flags.contains("\\Deleted")).map(|one| one.uid).collect::<Vec<_>>()
    });
    assert_eq!(marked, [1, 3]);
}

#[tokio::test]
async fn a_message_that_was_not_kept_as_it_was_given_leaves_the_old_one_where_it_is() {
    let server = server_with_file(USUAL, |command, _| match command.verb.as_str() {
        "APPEND" => Reply::say("TAG OK [APPENDUID 7 4] filed\r\n"), // it lies
        _ => Reply::Usual,
    })
    .await;
    let job = Desk::at(&server).await.done(strip([1, 2, 3])).await;
    assert_eq!(job.report, [remark(Notice::NotTheSame, "INBOX", 1)]);
    assert_eq!((job.done, job.skipped, job.octets), (3, 3, 0));
    assert_eq!(server.uids("INBOX"), [1, 2, 3]);
    assert_eq!(server.with(|mailboxes| mailboxes["INBOX"].messages[1].text.clone()), with_file());
}

#[tokio::test]
async fn work_waits_while_the_mailbox_is_full_and_goes_on_when_there_is_room() {
    let is_full = Arc::new(AtomicBool::new(true));
    let full = is_full.clone();
    let server = server_with_file(USUAL, move |command, _| match command.verb.as_str() {
        "APPEND" if full.load(Ordering::SeqCst) => Reply::say("TAG NO [OVERQUOTA] full\r\n"),
        _ => Reply::Usual,
    })
    .await;
    let desk = Desk::at(&server).await;
    let id = desk.account.begin_job(strip([2])).await.unwrap();
    desk.until(&id, JobState::Waiting(Obstacle::OverQuota)).await;
    assert_eq!(server.uids("INBOX"), [1, 2, 3]);
    // work of the same person that is ordered later does not wait for it
    desk.done(for_good([1])).await;
    desk.account.stop_job(&id).await.unwrap();
    is_full.store(false, Ordering::SeqCst);
    // what was stopped rests, whatever else goes on
    desk.done(for_good([3])).await;
    desk.until(&id, JobState::Stopped).await;
    desk.account.go_on_job(&id).await.unwrap();
    let job = desk.until(&id, JobState::Done).await;
    assert_eq!((job.done, job.skipped, job.report.len()), (1, 0, 0));
    assert_eq!(server.uids("INBOX"), [4]);
    let (text, flags) = server.with(|mailboxes| {
        let one = &mailboxes["INBOX"].messages[0];
        (one.text.clone(), one.flags.clone())
    });
    assert!(!text.contains("PDF and more") && text.starts_with("Subject: Offer\r\n"), "{text}");
    assert!(flags.contains("\\Flagged"));
    desk.account.forget_job(&id).await.unwrap();
    assert!(desk.account.job(&id).await.is_err());
}

#[tokio::test]
async fn where_the_server_can_replace_the_old_message_goes_with_the_new_ones_coming() {
    let server = server_with_file("IMAP4rev1 MOVE UIDPLUS LITERAL+ REPLACE", |_, _| Reply::Usual).await;
    let job = Desk::at(&server).await.done(strip([2])).await;
    assert_eq!((job.done, job.skipped, job.report.len()), (1, 0, 0));
    assert_eq!(server.uids("INBOX"), [1, 3, 4]);
    assert_eq!((server.count("UID REPLACE"), server.count("APPEND"), server.count("UID EXPUNGE")), (1, 0, 0));

    // one that keeps something else: the old message is put back
    let server = server_with_file("IMAP4rev1 MOVE UIDPLUS LITERAL+ REPLACE BROKEN", |_, _| Reply::Usual).await;
    let job = Desk::at(&server).await.done(strip([2])).await;
    assert_eq!(job.report, [remark(Notice::NotTheSame, "INBOX", 1)]);
    let texts =
        server.with(|mailboxes| mailboxes["INBOX"].messages.iter().map(|one| one.text.clone()).collect::<Vec<_>>());
    assert!(texts.contains(&with_file()), "{texts:?}");
}

/// Begins work, and ends like a program that is killed when the server has heard this. The work goes on at a new one.
async fn killed_at(server: &Scripted, verb: &str, order: Order) -> Job {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (port, ours) = (server.port, folder.clone());
    let begun = runtime.spawn(async move { Desk::over(port, ours).await.account.begin_job(order).await.unwrap() });
    let id = begun.await.unwrap();
    let started = Instant::now();
    while server.count(verb) == 0 {
        assert!(started.elapsed() < Duration::from_secs(20), "no {verb}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    runtime.shutdown_background(); // nothing of it runs any further
    Desk::over(server.port, folder).await.until(&id, JobState::Done).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_behind_a_replacement_it_is_compared_by_whoever_goes_on() {
    let first = |server: Arc<AtomicBool>| {
        move |command: &Command, _| match command.verb.as_str() {
            "UID REPLACE" if !server.swap(true, Ordering::SeqCst) => Reply::DoneThenSilence,
            _ => Reply::Usual,
        }
    };
    let server = server_with_file("IMAP4rev1 MOVE UIDPLUS LITERAL+ REPLACE", first(Arc::default())).await;
    let job = killed_at(&server, "UID REPLACE", strip([2])).await;
    assert_eq!((job.done, job.skipped, job.report.len()), (1, 0, 0), "{job:?}");
    assert!(job.octets > 0);
    assert_eq!((server.uids("INBOX"), server.count("UID REPLACE")), (vec![1, 3, 4], 1));

    // one that keeps something else: nobody has the old message any more, and it is not said to be well
    let server = server_with_file("IMAP4rev1 MOVE UIDPLUS LITERAL+ REPLACE BROKEN", first(Arc::default())).await;
    let job = killed_at(&server, "UID REPLACE", strip([2])).await;
    assert_eq!(job.report, [remark(Notice::Doubtful, "INBOX", 1)]);
    assert_eq!((job.done, job.skipped, job.octets), (1, 1, 0));
    assert_eq!(server.uids("INBOX"), [1, 3, 4]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_before_a_replacement_or_at_any_step_without_one_the_message_is_there_once() {
    for (capabilities, verb, is_done) in [
        ("IMAP4rev1 MOVE UIDPLUS LITERAL+ REPLACE", "UID REPLACE", false),
        (USUAL, "APPEND", false),
        (USUAL, "APPEND", true),
        (USUAL, "UID STORE", false),
        (USUAL, "UID STORE", true),
        (USUAL, "UID EXPUNGE", false),
        (USUAL, "UID EXPUNGE", true),
    ] {
        let is_first = AtomicBool::new(true);
        let server = server_with_file(capabilities, move |command, _| match command.verb.as_str() {
            heard if heard == verb && is_first.swap(false, Ordering::SeqCst) => {
                if is_done {
                    Reply::DoneThenSilence
                } else {
                    Reply::Silence
                }
            }
            _ => Reply::Usual,
        })
        .await;
        let job = killed_at(&server, verb, strip([2])).await;
        assert_eq!((job.done, job.skipped, job.report.len()), (1, 0, 0), "{verb} {is_done} {job:?}");
        assert_eq!(server.uids("INBOX").len(), 3, "{verb} {is_done}");
        let left = server.with(|mailboxes| mailboxes["INBOX"].messages.iter().any(|one| one.text.contains("PDF and")));
        assert!(!left, "{verb} {is_done}");
    }
}
