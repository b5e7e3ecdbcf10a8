//! Drafts are added once: what became of one whose answer is lost is looked up, and with every kind of server it is known where
//! it lies.

use fernpost::account::{Error, SavedDraft, Unreachable};
use fernpost::mail::{Address, Draft, MessageId, Moment};

use crate::scripted::{Command, Reply, Script, Scripted, empty};
use crate::{account, message};

const WITH_UIDS: &str = "IMAP4rev1 MOVE UIDPLUS LITERAL+";
const BARE: &str = "IMAP4rev1";

fn draft(subject: &str) -> Draft {
    Draft {
        from: Address { name: String::new(), addr: "ann@example.org".to_owned() },
        subject: subject.to_owned(),
        text: "Hello\n".to_owned(),
        ..Draft::new(MessageId::parse("one@x.example").unwrap(), Moment { seconds: 0, offset_minutes: 0 })
    }
}

/// A server with Drafts that answers so to the first APPEND.
async fn server(capabilities: &'static str, first: fn() -> Reply) -> Scripted {
    let appended = std::sync::atomic::AtomicUsize::new(0);
    let twist = move |command: &Command, _: usize| {
        let is_first = || appended.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0;
        if command.verb == "APPEND" && is_first() { first() } else { Reply::Usual }
    };
    let mut script = Script { capabilities, twist: Box::new(twist), ..Script::default() };
    script.mailboxes.insert("Drafts".to_owned(), empty(9));
    Scripted::start(script).await
}

async fn save(server: &Scripted) -> Result<SavedDraft, Error> {
    account(server).await.save_draft(&draft("Hello"), None).await
}

#[tokio::test]
async fn where_a_draft_lies_is_told_by_the_server_or_found_by_its_name() {
    for capabilities in [WITH_UIDS, BARE] {
        let server = server(capabilities, || Reply::Usual).await;
        let account = account(&server).await;
        let first = account.save_draft(&draft("First"), None).await.unwrap().message.unwrap();
        assert_eq!(first, message("Drafts", 9, 1), "{capabilities}");
        // another one with an id that holds this one's, and a newer version of this one
        let other = Draft { message_id: MessageId::parse("another-one@x.example").unwrap(), ..draft("Other") };
        account.save_draft(&other, None).await.unwrap();
        let newer = account.save_draft(&draft("Newer"), Some(&first)).await.unwrap();
        assert_eq!((newer.message, newer.conflict), (Some(message("Drafts", 9, 3)), false), "{capabilities}");
        let flags = server.with(|all| all["Drafts"].messages.last().unwrap().flags.iter().cloned().collect::<Vec<_>>());
        assert_eq!(flags, ["\\Draft", "\\Seen"]);
        // without UIDPLUS the old one stays, marked and out of sight
        let left = server.with(|all| {
            let drafts = &all["Drafts"].messages;
            drafts.iter().filter(|one| !one.flags.contains("\\Deleted")).map(|one| one.uid).collect::<Vec<_>>()
        });
        assert_eq!(left, [2, 3], "{capabilities}");
    }
}

#[tokio::test]
async fn a_draft_whose_answer_is_lost_is_looked_up_and_never_added_twice() {
    for capabilities in [WITH_UIDS, BARE] {
        let kept = server(capabilities, || Reply::DoneThenCut).await;
        let saved = save(&kept).await.unwrap();
        assert_eq!(saved.message, Some(message("Drafts", 9, 1)), "{capabilities}");
        assert_eq!((kept.count("APPEND"), kept.uids("Drafts").len()), (1, 1));
        let lost = server(capabilities, || Reply::cut("")).await;
        assert_eq!(save(&lost).await, Err(Error::Unreachable(Unreachable::Closed)), "{capabilities}");
        assert_eq!((lost.count("APPEND"), lost.uids("Drafts").len()), (1, 0));
    }
}

#[tokio::test]
async fn why_a_draft_was_refused_is_told() {
    let full = server(WITH_UIDS, || Reply::say("TAG NO [OVERQUOTA] full\r\n")).await;
    assert_eq!(save(&full).await, Err(Error::OverQuota));
}

#[tokio::test]
async fn drafts_are_made_where_there_are_none() {
    let server = Scripted::start(Script { capabilities: WITH_UIDS, ..Script::default() }).await;
    let saved = save(&server).await.unwrap();
    assert_eq!(saved.message.map(|message| message.mailbox.as_str().to_owned()).as_deref(), Some("Drafts"));
    assert_eq!((server.count("CREATE"), server.count("APPEND")), (1, 1));
    assert!(server.with(|all| all["Drafts"].subscribed));
}
