//! Text of people and of mails on its way into commands: exactly one argument, or nothing is sent (`I-01`).

use fernpost::account::{Asked, Filter};
use fernpost::imap::{Criteria, Purpose};
use fernpost::mail::{Flag, MailboxName};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::scripted::{Reply, Script, Scripted};
use crate::{account, chosen, connections, name, uids};

/// Names that would be something else if they were not quoted.
const NASTY: &[&str] = &[
    "a b",
    "a\"b",
    "a\\b",
    "\\",
    "\"",
    "a\" \"b",
    "{5}",
    "{5+}",
    "*",
    "%",
    "(a)",
    "NIL",
    "~",
    "a]b",
    "R&D",
    "&-",
    "&",
    "Entwürfe",
    "日本語",
    "a\u{7f}b",
    "\u{1}",
    "inbox",
    "x{3}\u{a0}",
    "🙂",
    "𝄞&ü",
    "-",
    " lead",
    "trail ",
];

#[tokio::test]
async fn any_mailbox_name_arrives_as_one_argument() {
    let server = Scripted::but(|command, _| match command.verb.as_str() {
        "SELECT" | "CREATE" | "SUBSCRIBE" => Reply::say("TAG OK done\r\n"),
        _ => Reply::Usual,
    })
    .await;
    let connections = connections(&server);
    let client = connections.client(Purpose::Mailbox(&name("INBOX"))).await.unwrap();
    for text in NASTY {
        let mailbox = name(text);
        client
            .run(move |link| {
                Box::pin(async move {
                    link.create(&mailbox).await?;
                    link.select(&mailbox).await?;
                    link.forget_selected();
                    link.move_to(&uids([1]), &mailbox).await.map(drop).or(Ok(()))
                })
            })
            .await
            .unwrap();
        let heard = server.heard();
        let sent: Vec<_> = heard.iter().rev().take(4).map(|(_, command)| command.line()).collect();
        for (_, command) in heard
            .iter()
            .filter(|(_, command)| ["CREATE", "SUBSCRIBE", "SELECT"].contains(&command.verb.as_str()))
            .rev()
            .take(3)
        {
            let texts = command.texts();
            assert_eq!(texts.len(), 1, "{text:?}: {sent:?}"); // I-01
            assert!(texts[0].is_ascii(), "{text:?}: {sent:?}"); // I-02
        }
    }
    for text in ["a\r\nA2 LOGOUT", "a\0", "\n"] {
        assert!(MailboxName::new(text).is_err(), "{text:?}");
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_name_that_is_no_utf_7_can_still_be_opened() {
    // I-02: sent back as it came
    for odd in ["R&D", "Kunden & Co", "&XX", "&AP", "Entw\u{fc}rfe", "&Jjo!", "a&-b&", "&AGE-"] {
        let mut script = Script::default();
        let inbox = script.mailboxes["INBOX"].clone();
        script.mailboxes.insert(odd.to_owned(), inbox);
        let server = Scripted::start(script).await;
        let account = account(&server).await;
        let overview = account.overview().await.unwrap();
        let found = overview.mailboxes.iter().find(|one| !["INBOX", "Trash"].contains(&one.name.as_str())).unwrap();
        let listing = account.list_messages(&found.name, &Asked::default()).await;
        assert_eq!(listing.map(|listing| listing.rows.len()), Ok(3), "{odd}");
        // and under the name as it stands in an address
        let again = account.list_messages(&name(found.name.as_str()), &Asked::default()).await;
        assert_eq!(again.map(|listing| listing.rows.len()), Ok(3), "{odd}");
    }
}

#[tokio::test]
async fn any_search_words_arrive_as_one_argument_each() {
    for capabilities in ["IMAP4rev1 UIDPLUS LITERAL+", "IMAP4rev1 UIDPLUS"] {
        let server = Scripted::start(Script { capabilities, ..Script::default() }).await;
        let connections = connections(&server);
        let client = connections.client(Purpose::Mailbox(&name("INBOX"))).await.unwrap();
        for text in NASTY {
            let words = vec![(*text).to_owned(), "Text of".to_owned()];
            client
                .run(move |link| {
                    Box::pin(async move {
                        link.select(&name("INBOX")).await?;
                        link.search(&Criteria::Unseen, &words, None).await
                    })
                })
                .await
                .unwrap();
            let (_, command) = server.heard().pop().unwrap();
            let texts = command.texts();
            let expected = match text.is_ascii() {
                true => vec!["UNSEEN", "TEXT", text, "TEXT", "Text of"],
                false => vec!["CHARSET", "UTF-8", "UNSEEN", "TEXT", text, "TEXT", "Text of"],
            };
            assert_eq!(texts, expected); // I-01
        }
        for text in ["a\r\nA2 LOGOUT", "a\0", "\n"] {
            let words = vec![text.to_owned()];
            let sent = server.heard().len();
            let result =
                client.run(move |link| Box::pin(async move { link.search(&Criteria::All, &words, None).await })).await;
            assert!(result.is_err(), "{text:?}");
            assert_eq!(server.heard().len(), sent, "{text:?}");
        }
        assert_eq!(server.connections(), 1);
    }
}

#[test]
fn no_text_whatever_gets_out_of_its_argument() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (server, client, _connections) = runtime.block_on(async {
        let server = Scripted::but(|command, _| match command.verb.as_str() {
            "CREATE" | "SUBSCRIBE" => Reply::say("TAG OK done\r\n"),
            _ => Reply::Usual,
        })
        .await;
        let connections = connections(&server);
        let client = connections.client(Purpose::Mailbox(&name("INBOX"))).await.unwrap();
        (server, client, connections)
    });
    let texts = prop_oneof!["\\PC{1,30}", "[\"\\\\{}+*%()0-9 A-Z\\r\\n\\x00&~-]{1,16}", ".{1,20}"];
    let mut runner = TestRunner::new(Config { cases: 300, failure_persistence: None, ..Config::default() });
    runner
        .run(&texts, |text| {
            runtime.block_on(async {
                let before = server.heard().len();
                let words = vec![text.clone()];
                let searched = client
                    .run(move |link| {
                        Box::pin(async move {
                            link.select(&name("INBOX")).await?;
                            link.search(&Criteria::All, &words, None).await
                        })
                    })
                    .await;
                let heard = server.heard();
                let sent: Vec<_> = heard[before..].iter().filter(|(_, c)| c.verb == "UID SEARCH").collect();
                if text.contains(['\r', '\n', '\0']) {
                    assert!(searched.is_err() && sent.is_empty());
                } else {
                    assert!(searched.is_ok() && sent.len() == 1);
                    assert_eq!(sent[0].1.texts().last(), Some(&text.as_str())); // I-01
                }
                if let Ok(mailbox) = MailboxName::new(&text) {
                    client.run(move |link| Box::pin(async move { link.create(&mailbox).await })).await.unwrap();
                    let heard = server.heard();
                    let created = &heard[heard.len() - 2].1;
                    assert_eq!((created.verb.as_str(), created.texts().len()), ("CREATE", 1)); // I-01
                }
            });
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn a_keyword_that_is_no_atom_is_not_sent() {
    let server = Scripted::but(|_, _| Reply::Usual).await;
    let account = account(&server).await;
    for word in ["a b", "a)", "(", "a\r\nb", "", "a]", "ü", "a\"", "%", "\\"] {
        let flag = Flag::Keyword(word.into());
        assert!(account.set_flag(&chosen("INBOX", 7, [1]), &flag, true).await.is_err(), "{word:?}"); // I-01
    }
    assert_eq!(server.count("UID STORE"), 0);
}

#[tokio::test]
async fn a_query_is_words_and_nothing_else() {
    let server = Scripted::start(Script { capabilities: "IMAP4rev1 SORT UIDPLUS", ..Script::default() }).await;
    let account = account(&server).await;
    let asked = Asked { query: "one ALL OR SEEN \"x) {5}".into(), filter: Filter::Flagged, ..Asked::default() };
    account.list_messages(&name("INBOX"), &asked).await.unwrap();
    let heard = server.heard();
    let (_, search) = heard.iter().find(|(_, command)| command.verb == "UID SEARCH").unwrap();
    let expected =
        ["FLAGGED", "TEXT", "one", "TEXT", "ALL", "TEXT", "OR", "TEXT", "SEEN", "TEXT", "\"x)", "TEXT", "{5}"];
    assert_eq!(search.texts(), expected); // I-04
}
