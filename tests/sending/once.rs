//! What a person does with the outbox, and what it tells them: one transaction whatever they press, and never an error after it.

use std::pin::pin;
use std::time::{Duration, Instant};

use fernpost::account::{Account, Queue, Reply, Resending, Sending, When, Why};
use fernpost::mail::{About, Attachment, Draft, Source};
use fernpost::store::{ServerKey, Stage, unix_now};

use crate::desk::{self, Desk, Ports};
use crate::fault_proxy::FaultProxy;
use crate::mail_client::MailClient;
use crate::mail_server::{Credentials, mail_server};
use crate::submission::{Point, Submission, What};

/// Somebody at a desk of their own.
struct Writer {
    desk: Desk,
    account: Account,
    who: Credentials,
    submission: Submission,
    mail: MailClient,
    folder: tempfile::TempDir,
    ports: Ports,
}

impl Writer {
    async fn new() -> Self {
        Self::with(mail_server().person("ann"), false).await
    }

    async fn with(who: Credentials, files_sent: bool) -> Self {
        Self::sending_by(Submission::start().await, who, files_sent).await
    }

    async fn sending_by(submission: Submission, who: Credentials, files_sent: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ports = Ports { imap: mail_server().port("IMAP_PORT"), smtp: submission.port, files_sent, without: "" };
        let desk = Desk::open(folder.path(), &ports).await;
        let account = desk.sign_in(&who).await;
        let mail = MailClient::sign_in(mail_server(), &who).await;
        Self { desk, account, who, submission, mail, folder, ports }
    }

    fn draft(&self, number: usize) -> Draft {
        desk::draft(&self.who.user, number)
    }

    async fn send(&self, draft: &Draft, when: When) -> Sending {
        self.account.send(draft, None, when).await.unwrap()
    }

    async fn state(&self, number: usize) -> Queue {
        self.account.sending(&desk::id(number)).await.unwrap().unwrap().state
    }

    /// Waits until it is so far.
    async fn wait_for(&self, number: usize, state: &Queue) {
        let started = Instant::now();
        while self.state(number).await != *state {
            assert!(started.elapsed() < Duration::from_secs(20), "{:?}", self.state(number).await);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn taken(&self) -> usize {
        self.submission.taken("Subject: ").len()
    }
}

const SENT: Queue = Queue::Sent { filed: true };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_is_sent_twice_at_once_and_again_later_goes_once() {
    let mut ann = Writer::new().await;
    let draft = ann.draft(1);
    let sends = (0..5).map(|_| ann.account.send(&draft, None, When::Now));
    let told = futures_util::future::join_all(sends).await;
    for told in told {
        assert_eq!(told.unwrap().state, SENT);
    }
    let changed = Draft { subject: "Another subject".to_owned(), ..draft };
    assert_eq!(ann.send(&changed, When::Now).await.state, SENT, "the first one's result");
    assert_eq!((ann.submission.transactions(), ann.taken()), (1, 1));
    assert_eq!(ann.mail.subjects("Sent").await, ["Number 1"]);
    assert_eq!(ann.mail.subjects("Drafts").await, [""; 0]);
    assert_eq!(ann.mail.state("Sent").await, ["Number 1 \\Seen"]);
    assert!(ann.account.outbox().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recipient_that_is_refused_is_named_and_nobody_gets_anything() {
    let mut ann = Writer::new().await;
    ann.submission.at(Point::Rcpt(1), What::Say("550 5.1.1 no such person"));
    let draft = ann.draft(1);
    let told = ann.send(&draft, When::Now).await;
    let reply = Reply { code: 550, text: "5.1.1 no such person".to_owned() };
    assert_eq!(told.state, Queue::Failed(Why::Recipients(vec![("cy@there.example".to_owned(), reply)])));
    assert_eq!((ann.taken(), ann.mail.state("Drafts").await), (0, vec!["Number 1 \\Draft \\Seen".to_owned()]));
    let queued = ann.account.outbox().await.unwrap();
    assert_eq!((queued.len(), queued[0].subject.as_str(), queued[0].sending.to.len()), (1, "Number 1", 3));
    // without the one who is not there, under the same name, in the place of the draft
    let less = Draft { to: draft.to[..1].to_vec(), subject: "Better".to_owned(), ..draft };
    let told = ann.account.send(&less, told.draft.as_ref(), When::Now).await.unwrap();
    assert_eq!((told.state, ann.taken()), (SENT, 1));
    assert_eq!(ann.mail.subjects("Sent").await, ["Better"]);
    assert_eq!(ann.mail.subjects("Drafts").await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_may_go_better_later_waits_and_goes_when_it_is_asked_to() {
    let ann = Writer::new().await;
    ann.submission.at(Point::Mail, What::Say("451 4.7.1 greylisted"));
    let told = ann.send(&ann.draft(1), When::Now).await;
    let Queue::Waiting { due, after: Some(Why::Sender(reply)) } = told.state else { panic!("{told:?}") };
    assert_eq!((reply.code, (50..=60).contains(&(due - unix_now()))), (451, true));
    assert_eq!(ann.taken(), 0);
    assert_eq!(ann.account.send_now(&desk::id(1)).await.unwrap().state, SENT);
    assert_eq!(ann.account.retry(&desk::id(1)).await.unwrap().state, SENT, "what was sent is not sent again");
    assert_eq!(ann.taken(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_is_uncertain_and_sent_again_only_when_its_writer_says_so() {
    let mut ann = Writer::new().await;
    ann.submission.at(Point::Dot, What::Cut);
    assert_eq!(ann.send(&ann.draft(1), When::Now).await.state, Queue::Uncertain);
    assert_eq!(ann.send(&ann.draft(1), When::Now).await.state, Queue::Uncertain);
    assert_eq!(ann.account.send_now(&desk::id(1)).await.unwrap().state, Queue::Uncertain);
    assert_eq!((ann.taken(), ann.mail.subjects("Drafts").await), (1, vec!["Number 1".to_owned()]));
    assert_eq!(ann.account.retry(&desk::id(1)).await.unwrap().state, SENT);
    assert_eq!((ann.taken(), ann.mail.subjects("Drafts").await), (2, vec![]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_sent_can_be_called_off_until_it_is_due() {
    let mut ann = Writer::new().await;
    let told = ann.send(&ann.draft(1), When::After(Duration::from_secs(600))).await;
    assert!(matches!(told.state, Queue::Waiting { after: None, .. }), "{told:?}");
    assert_eq!(ann.account.cancel(&desk::id(1)).await.unwrap().state, Queue::Cancelled);
    assert_eq!(ann.account.send_now(&desk::id(1)).await.unwrap().state, Queue::Cancelled);
    assert_eq!((ann.taken(), ann.mail.subjects("Drafts").await), (0, vec!["Number 1".to_owned()]));
    // and goes after all, as it is then; called off too late it is told as it is
    let told = ann.account.send(&ann.draft(1), told.draft.as_ref(), When::Now).await.unwrap();
    assert_eq!((told.state, ann.taken()), (SENT, 1));
    assert_eq!(ann.account.cancel(&desk::id(1)).await.unwrap().state, SENT);
    assert_eq!(ann.mail.subjects("Drafts").await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_begun_goes_on_when_its_writer_has_signed_out() {
    let mut ann = Writer::new().await;
    for (number, when) in [(1, When::At(unix_now() + 1)), (2, When::After(Duration::from_secs(1)))] {
        let told = ann.send(&ann.draft(number), when).await;
        assert!(matches!(told.state, Queue::Waiting { .. }), "{told:?}");
    }
    ann.desk.accounts.sign_out(&ann.account);
    ann.desk.accounts.forget_idle();
    ann.wait_for(1, &SENT).await;
    ann.wait_for(2, &SENT).await;
    let mut sent = ann.mail.subjects("Sent").await;
    sent.sort();
    assert_eq!((ann.taken(), sent), (2, vec!["Number 1".to_owned(), "Number 2".to_owned()]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_holds_messages_back_gets_what_is_to_be_sent_later_at_once() {
    let submission = Submission::offering("FUTURERELEASE 86400 2030-01-01T00:00:00Z").await;
    let ann = Writer::sending_by(submission, mail_server().person("ann"), false).await;
    assert_eq!(ann.send(&ann.draft(1), When::At(unix_now() + 3600)).await.state, SENT);
    let taken = ann.submission.taken("Subject: Number 1");
    let held = taken[0].from.split("HOLDFOR=").nth(1).and_then(|seconds| seconds.parse::<u32>().ok());
    assert!(held.is_some_and(|seconds| (3590..=3600).contains(&seconds)), "{}", taken[0].from);
    // longer than it can
    let told = ann.send(&ann.draft(2), When::At(unix_now() + 90_000)).await;
    assert!(matches!(told.state, Queue::Waiting { .. }), "{told:?}");
    assert_eq!(ann.taken(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_to_be_sent_later_goes_after_a_restart_and_without_its_writer() {
    let ann = Writer::new().await;
    ann.send(&ann.draft(1), When::At(unix_now() + 2)).await;
    ann.send(&ann.draft(2), When::After(Duration::from_secs(2))).await;
    ann.desk.accounts.finish_outbox(Duration::from_secs(5)).await;
    ann.desk.accounts.shut_down();
    ann.desk.store.close().await;
    let again = Desk::open(ann.folder.path(), &ann.ports).await;
    let started = Instant::now();
    while ann.submission.taken("Subject: Number 1").is_empty() {
        assert!(started.elapsed() < Duration::from_secs(20), "it is not sent");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // the other one has no password with it, and waits for its writer
    assert!(ann.submission.taken("Subject: Number 2").is_empty());
    let account = again.sign_in(&ann.who).await;
    while ann.submission.taken("Subject: Number 2").is_empty() {
        assert!(started.elapsed() < Duration::from_secs(20), "it is not sent");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let ann = Writer { desk: again, account, ..ann };
    ann.wait_for(1, &SENT).await;
    ann.wait_for(2, &SENT).await;
    assert_eq!(ann.taken(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_could_not_be_kept_in_the_place_of_what_waits_changes_nothing_of_it() {
    let ann = Writer::new().await;
    let proxy = FaultProxy::plain(mail_server()).await;
    let away = Desk::open(ann.folder.path(), &Ports { imap: proxy.port, ..ann.ports }).await;
    let account = away.sign_in(&ann.who).await;
    account.send(&ann.draft(1), None, When::At(unix_now() + 4)).await.unwrap();
    let before = account.sending(&desk::id(1)).await.unwrap();
    proxy.refuse();
    let changed = Draft { text: "Changed.\n".to_owned(), ..ann.draft(1) };
    assert!(account.send(&changed, None, When::Now).await.is_err());
    assert_eq!(account.sending(&desk::id(1)).await.unwrap(), before);
    away.accounts.finish_outbox(Duration::from_secs(5)).await;
    away.accounts.shut_down();
    away.store.close().await;
    // its password too: nobody is signed in
    ann.desk.accounts.finish_outbox(Duration::from_secs(5)).await;
    ann.desk.accounts.shut_down();
    ann.desk.store.close().await;
    let _again = Desk::open(ann.folder.path(), &ann.ports).await;
    let started = Instant::now();
    while ann.submission.taken("Subject: Number 1").is_empty() {
        assert!(started.elapsed() < Duration::from_secs(20), "it is not sent");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(ann.submission.taken("Changed.").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_is_to_stop_finishes_what_leaves_and_lets_wait_what_has_not() {
    for (point, expected) in [(Point::Mail, None), (Point::Dot, Some(SENT))] {
        let ann = Writer::new().await;
        ann.submission.at(point, What::Pause);
        let (account, draft) = (ann.account.clone(), ann.draft(1));
        let sends = tokio::spawn(async move { account.send(&draft, None, When::Now).await.unwrap() });
        ann.submission.hit().await;
        let mut stops = pin!(ann.desk.accounts.finish_outbox(Duration::from_secs(20)));
        tokio::select! {
            biased;
            () = &mut stops => panic!("it did not wait"),
            () = std::future::ready(()) => {} // it has begun to stop
        }
        ann.submission.go_on();
        stops.await;
        let told = sends.await.unwrap().state;
        match expected {
            Some(state) => assert_eq!((told, ann.taken()), (state, 1)),
            None => assert!(matches!(told, Queue::Waiting { after: None, .. }) && ann.taken() == 0, "{told:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_that_is_taken_no_longer_is_tried_once_and_forgotten() {
    let ann = Writer::new().await;
    ann.send(&ann.draft(1), When::At(unix_now() + 1)).await;
    ann.desk.accounts.finish_outbox(Duration::from_secs(5)).await;
    ann.desk.accounts.shut_down();
    let changed = Credentials { password: "canary another".to_owned(), ..ann.who.clone() };
    mail_server().set_password(&changed, None);
    MailClient::wait_for_password(mail_server(), &changed).await;
    let again = Desk::open(ann.folder.path(), &ann.ports).await;
    let key = ServerKey::open_or_make(&ann.folder.path().join("secret")).unwrap();
    let row = async || {
        let id = desk::id(1);
        again.store.outbox().find(&ann.who.user, id.as_str(), &key).await.unwrap().unwrap()
    };
    let started = Instant::now();
    while row().await.has_password {
        assert!(started.elapsed() < Duration::from_secs(20), "{:?}", row().await);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!((row().await.stage, ann.taken()), (Stage::Waiting, 0)); // S-09
    let account = again.sign_in(&changed).await;
    let ann = Writer { desk: again, account, ..ann };
    ann.wait_for(1, &SENT).await; // S-09
    assert_eq!(ann.taken(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_account_sends_and_the_copy_is_saved_when_there_is_room() {
    let mut ann = Writer::with(mail_server().person_with("ann", Some(4_000)), false).await;
    let fill = format!("Subject: Fill\r\n\r\n{}\r\n", "0123456789\r\n".repeat(310));
    let uid = ann.mail.append("INBOX", "", fill.as_bytes()).await;
    let told = ann.send(&ann.draft(1), When::Now).await;
    assert_eq!((&told.state, &told.draft), (&Queue::Sent { filed: false }, &None));
    assert_eq!(ann.account.save_copy(&desk::id(1)).await.unwrap().state, Queue::Sent { filed: false });
    ann.mail.select("INBOX").await;
    ann.mail.remove(uid).await;
    assert_eq!(ann.account.save_copy(&desk::id(1)).await.unwrap().state, SENT);
    assert_eq!((ann.taken(), ann.mail.state("Sent").await), (1, vec!["Number 1 \\Seen".to_owned()]));
    assert_eq!(ann.account.save_copy(&desk::id(1)).await.unwrap().state, SENT);
    assert_eq!(ann.mail.subjects("Sent").await, ["Number 1"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_8_bit_goes_in_7_to_a_server_that_takes_no_more() {
    let submission = Submission::offering("ENHANCEDSTATUSCODES").await;
    let mut ann = Writer::sending_by(submission, mail_server().person("ann"), false).await;
    let letter = "Subject: Letter\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
                  Content-Transfer-Encoding: 8bit\r\n\r\nGr\u{fc}\u{df}e\r\n";
    let uid = ann.mail.append("INBOX", "", letter.as_bytes()).await;
    let source = Source::Message(desk::message("INBOX", ann.mail.select("INBOX").await, uid));
    let (name, media_type) = ("letter.eml".to_owned(), "message/rfc822".to_owned());
    let attachments = vec![Attachment { name, media_type, size: 0, content_id: None, source }];
    let draft = Draft { attachments, ..ann.draft(1) };
    assert_eq!(ann.send(&draft, When::Now).await.state, SENT);
    let taken = ann.submission.taken("Subject: Number 1");
    assert!(taken.len() == 1 && taken[0].message.is_ascii(), "{taken:?}");
    assert!(taken[0].message.contains("Subject: Letter"), "{taken:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_the_server_has_filed_is_not_filed_twice() {
    let mut ann = Writer::with(mail_server().person("ann"), true).await;
    ann.submission.at(Point::Dot, What::Pause);
    let (account, draft) = (ann.account.clone(), ann.draft(1));
    let sends = tokio::spawn(async move { account.send(&draft, None, When::Now).await.unwrap() });
    ann.submission.hit().await;
    ann.mail.make("Sent").await;
    let filed = "Subject: Number 1\r\nMessage-ID: <number.1.@sending.example>\r\n\r\nby the server\r\n";
    ann.mail.append("Sent", "\\Seen", filed.as_bytes()).await;
    ann.submission.go_on();
    assert_eq!(sends.await.unwrap().state, SENT);
    assert_eq!(ann.mail.subjects("Sent").await, ["Number 1"]);
    assert_eq!(ann.mail.subjects("Drafts").await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_answered_is_marked_and_a_draft_that_is_gone_is_not_sent() {
    let mut ann = Writer::new().await;
    let uid = ann.mail.append("INBOX", "", b"Subject: Letter\r\n\r\nWrite back.\r\n").await;
    let uid_validity = ann.mail.select("INBOX").await;
    let second = ann.mail.append("INBOX", "", b"Subject: Second\r\n\r\nWrite too.\r\n").await;
    let letters = [uid, second].map(|uid| desk::message("INBOX", uid_validity, uid)).to_vec();
    let forward = Draft { about: Some(About::Forwards(letters)), ..ann.draft(1) };
    assert_eq!(ann.send(&forward, When::Now).await.state, SENT);
    ann.mail.select("INBOX").await;
    assert_eq!(ann.mail.flags(uid).await, ["$Forwarded"]);
    assert_eq!(ann.mail.flags(second).await, ["$Forwarded"], "all that was passed on");
    let waits = ann.send(&ann.draft(2), When::After(Duration::from_secs(600))).await;
    ann.mail.select("Drafts").await;
    ann.mail.remove(waits.draft.unwrap().uid.number()).await;
    let told = ann.account.send_now(&desk::id(2)).await.unwrap();
    assert_eq!((told.state, ann.taken()), (Queue::Failed(Why::DraftGone), 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_full_account_could_not_keep_can_be_written_on() {
    let mut ann = Writer::with(mail_server().person_with("ann", Some(4_000)), false).await;
    let fill = format!("Subject: Fill\r\n\r\n{}\r\n", "0123456789\r\n".repeat(310));
    ann.mail.append("INBOX", "", fill.as_bytes()).await;
    let mut upload = ann.desk.uploads.begin(&ann.who.user, 1_000_000).await.unwrap();
    upload.write(b"the plan\0").await.unwrap();
    let source = Source::Upload(upload.finish().await.unwrap().id);
    let (name, media_type) = ("plan \u{fc}.bin".to_owned(), "application/x-plan".to_owned());
    let attachments = vec![Attachment { name: name.clone(), media_type, size: 9, content_id: None, source }];
    let draft = Draft { attachments, html: Some("<p>This is <b>it</b>.</p>".to_owned()), ..ann.draft(1) };
    let told = ann.send(&draft, When::After(Duration::from_secs(600))).await;
    assert_eq!(told.draft, None, "there was no room");
    assert_eq!(ann.account.cancel(&desk::id(1)).await.unwrap().state, Queue::Cancelled);

    let back = ann.account.take_back(&desk::id(1), draft.date).await.unwrap().expect("its octets are kept");
    assert_eq!(
        (&back.message_id, &back.subject, &back.to, &back.bcc),
        (&draft.message_id, &draft.subject, &draft.to, &draft.bcc)
    );
    assert_eq!((back.text.trim_end(), back.html.as_deref()), (draft.text.trim_end(), draft.html.as_deref()));
    let [file] = &back.attachments[..] else { panic!("{:?}", back.attachments) };
    let Source::Upload(id) = &file.source else { panic!("{file:?}") };
    let octets = ann.desk.uploads.read(&ann.who.user, id).await.unwrap().unwrap();
    assert_eq!((&file.name, &octets[..]), (&name, &b"the plan\0"[..]));
    assert_eq!(ann.account.take_back(&desk::id(2), draft.date).await.unwrap(), None);
    // and it goes, once
    assert_eq!(ann.send(&back, When::Now).await.state, Queue::Sent { filed: false });
    assert_eq!(ann.taken(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_sent_on_goes_once_and_its_copy_is_found_by_the_name_of_that() {
    let mut ann = Writer::new().await;
    let letter =
        "Message-ID: <letter@there.example>\r\nFrom: bo@there.example\r\nSubject: Letter\r\n\r\nWrite back.\r\n";
    let uid = ann.mail.append("INBOX", "", letter.as_bytes()).await;
    let original = desk::message("INBOX", ann.mail.select("INBOX").await, uid);
    let by = Resending {
        from: ann.draft(1).from,
        to: ann.draft(1).to,
        cc: Vec::new(),
        date: ann.draft(1).date,
        message_id: desk::id(1),
    };
    // the answer to its end is lost: nobody knows, nothing is in Drafts, and nothing is sent again by itself
    ann.submission.at(Point::Dot, What::Cut);
    assert_eq!(ann.account.resend(&original, &by, When::Now).await.unwrap().state, Queue::Uncertain);
    assert_eq!(ann.mail.subjects("Drafts").await, [""; 0]);
    let sends = (0..4).map(|_| ann.account.resend(&original, &by, When::Now));
    for told in futures_util::future::join_all(sends).await {
        assert_eq!(told.unwrap().state, Queue::Uncertain);
    }
    let taken = ann.taken();
    // its writer says that it did not arrive
    assert_eq!(ann.account.retry(&desk::id(1)).await.unwrap().state, SENT);
    assert_eq!(ann.taken(), taken + 1);
    assert_eq!(ann.mail.state("Sent").await, ["Letter \\Seen"]);
    let again = Resending { message_id: desk::id(2), ..by };
    assert_eq!(ann.account.resend(&original, &again, When::Now).await.unwrap().state, SENT);
    assert_eq!(ann.mail.subjects("Sent").await, ["Letter", "Letter"], "another time is another message");
    ann.mail.select("INBOX").await;
    assert_eq!(ann.mail.flags(uid).await, ["$Forwarded"]);
}
