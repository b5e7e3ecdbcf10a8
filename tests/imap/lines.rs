//! Every line at which other clients stumble, through a whole connection: it becomes what it says, and the connection
//! goes on.

use std::sync::{Arc, Mutex};

use fernpost::imap::{Client, Connections, Criteria, Fetched, Item, Order, Purpose, Tree};
use fernpost::mail::{BodyStructure, Uid};

use crate::scripted::{Reply, Script, Scripted};
use crate::{connections, name, uids};

/// What is said to the next command of a verb.
type Next = Arc<Mutex<Option<(&'static str, Vec<u8>)>>>;

/// A server that answers the next command of one verb with a line of the test's.
struct Odd {
    server: Scripted,
    connections: Connections,
    next: Next,
}

impl Odd {
    async fn new() -> Self {
        let next = Next::default();
        let waiting = next.clone();
        let twist = move |command: &crate::scripted::Command, _: usize| {
            let mut waiting = waiting.lock().unwrap();
            match waiting.as_ref() {
                Some((verb, _)) if *verb == command.verb => {
                    let (_, mut line) = waiting.take().unwrap();
                    line.extend_from_slice(b"\r\nTAG OK done\r\n");
                    Reply::say(line)
                }
                _ => Reply::Usual,
            }
        };
        let capabilities = "IMAP4rev1 SORT QUOTA NAMESPACE LITERAL+ UIDPLUS ID ENABLE";
        let server = Scripted::start(Script { twist: Box::new(twist), capabilities, ..Script::default() }).await;
        let connections = connections(&server);
        Self { server, connections, next }
    }

    fn say(&self, verb: &'static str, line: impl Into<Vec<u8>>) {
        *self.next.lock().unwrap() = Some((verb, line.into()));
    }

    async fn client(&self) -> Client {
        self.connections.client(Purpose::Mailbox(&name("INBOX"))).await.unwrap()
    }

    async fn fetch(&self) -> Vec<Fetched> {
        let client = self.client().await;
        client
            .run(|link| {
                Box::pin(async move {
                    link.select(&name("INBOX")).await?;
                    link.fetch(&uids([1]), &[Item::Uid, Item::Flags]).await
                })
            })
            .await
            .unwrap()
    }

    async fn search(&self, order: Option<Order>) -> Vec<u32> {
        let client = self.client().await;
        let found = client
            .run(move |link| {
                Box::pin(async move {
                    link.select(&name("INBOX")).await?;
                    link.search(&Criteria::All, &[], order).await
                })
            })
            .await
            .unwrap();
        found.into_iter().map(Uid::number).collect()
    }

    async fn tree(&self) -> Tree {
        self.client().await.run(|link| Box::pin(link.sync_with_tree(fernpost::imap::WithQuota::Asked))).await.unwrap()
    }

    /// The connection is the first one still, in step, and gives what the server has.
    async fn goes_on(&self, line: &str) {
        assert!(self.next.lock().unwrap().is_none(), "the line was never sent: {line}");
        let fetched = self.fetch().await;
        assert_eq!(fetched.len(), 1, "after {line}");
        assert_eq!(fetched[0].uid, Uid::new(1), "after {line}");
        assert!(fetched[0].flags.is_some(), "after {line}");
        assert_eq!(self.search(None).await, [1, 2, 3], "after {line}");
        assert_eq!(self.server.connections(), 1, "after {line}");
    }

    /// What a FETCH line becomes.
    async fn fetched(&self, line: impl AsRef<[u8]>) -> Vec<Fetched> {
        let text = String::from_utf8_lossy(line.as_ref()).into_owned();
        self.say("UID FETCH", line.as_ref());
        let fetched = self.fetch().await;
        self.goes_on(&text).await;
        fetched
    }
}

fn tree_of(structure: Option<&BodyStructure>) -> Vec<String> {
    match structure {
        Some(BodyStructure::Known(top)) => {
            top.walk().map(|part| format!("{} {}", part.path, part.media_type)).collect()
        }
        Some(BodyStructure::Opaque) => vec!["opaque".into()],
        None => vec!["none".into()],
    }
}

#[tokio::test]
async fn searches_and_sorts_are_read_in_every_form() {
    let odd = Odd::new().await;
    for (line, expected) in [
        ("* SORT 2 1 3", &[2, 1, 3][..]),
        ("* SORT 2 5 (MODSEQ 917162500)", &[2, 5]),
        ("* SORT", &[]),
        ("* sort 3\r\n* SORT 1", &[3, 1]),
    ] {
        odd.say("UID SORT", line);
        assert_eq!(odd.search(Some(Order::Subject)).await, expected, "{line}");
        odd.goes_on(line).await;
    }
    for (line, expected) in [
        ("* SEARCH 2 5 (MODSEQ 917162500)", &[2, 5][..]),
        ("* SEARCH", &[]),
        ("* SEARCH  5  2 ", &[2, 5]),
        ("* SEARCH 0 4294967296 7 x", &[7]),
    ] {
        odd.say("UID SEARCH", line);
        assert_eq!(odd.search(None).await, expected, "{line}");
        odd.goes_on(line).await;
    }
}

#[tokio::test]
async fn a_search_with_a_hundred_thousand_results_is_read_whole() {
    let odd = Odd::new().await;
    let numbers: Vec<String> = (1..=100_000).map(|n: u32| n.to_string()).collect();
    odd.say("UID SEARCH", format!("* SEARCH {}", numbers.join(" ")));
    assert_eq!(odd.search(None).await.len(), 100_000);
    odd.goes_on("a long SEARCH").await;
}

#[tokio::test]
async fn lines_that_say_nothing_to_us_are_passed_over() {
    let odd = Odd::new().await;
    for line in [
        "* THREAD (1 2)(3)",
        "* THREAD",
        "* THREAD ((1)(2 3 (4)(5)))",
        "* ESEARCH (TAG \"A1\") UID COUNT 5",
        "* ESEARCH (TAG \"A1\") UID ALL 1:3,5",
        "* VANISHED (EARLIER) 41,43:116",
        "* CAPABILITY IMAP4rev2 SORT",
        "* CAPABILITY IMAP4rev1  SORT ",
        "* ACL INBOX ann lrswipkxtecda",
        "* MYRIGHTS INBOX rwiptsldaex",
        "* LISTRIGHTS INBOX ann la r swicdkxte",
        "* METADATA \"\" (/shared/comment {3}\r\na)b)",
        "* ENABLED CONDSTORE",
        "* ID (\"name\" \"Dovecot\")",
        "* XYZZY 1 2 3",
        "* LANGUAGE (EN)",
        "* COMPARATOR i;octet",
        "* XLIST (\\HasNoChildren) \"/\" \"x\"",
        "* GENURLAUTH \"imap://x\"",
        "",
        "\n",
        "\r\n\r\n",
        "* ",
        "*",
        "* OK",
        "* OK [CLOSED] previous mailbox closed",
        "* OK [XODD (a (b] c)] hm",
        "* OK [",
        "* OK []",
        "* NO [ALERT] disk 95%",
        "* BAD hm",
        "* FLAGS (\\Seen",
        "* 1 RECENT",
        "* 99999999999 EXISTS",
        "* x EXISTS",
        "* 1",
        "* 1 FETCH",
        "* 1 FETCH ()",
        "* 0 FETCH (UID 9)",
        "* 0 EXPUNGE",
        "* 77 EXPUNGE",
        "* OK odd {3}",
        "* LIST (\\Noselect) \"/\"",
        "* STATUS",
        "* QUOTA",
        "+ idling",
        "+",
        "nonsense",
        "A B C D",
        " leading blank",
        ")",
        "\"",
        "* SEARCH \"",
        "* SEARCH ((((",
    ] {
        odd.say("UID FETCH", line);
        assert_eq!(odd.fetch().await.iter().filter(|one| one.uid == Uid::new(1)).count(), 0, "{line}");
        odd.goes_on(line).await;
    }
    for line in [&b"* OK [ALERT]\xc3\xa9x"[..], b"* OK [ALERT]\xe9", b"* \xff\xfe\x00 x", b"\x00\x01\x02", b"* OK \x00"]
    {
        odd.say("UID FETCH", line);
        odd.fetch().await;
        odd.goes_on(&String::from_utf8_lossy(line)).await;
    }
}

#[tokio::test]
async fn previews_and_sizes_survive_in_every_form() {
    let odd = Odd::new().await;
    for (line, expected) in [
        (&b"* 1 FETCH (PREVIEW \"x\" UID 1)"[..], Some("x")),
        (b"* 1 FETCH (UID 1 PREVIEW NIL)", None),
        (b"* 1 FETCH (PREVIEW {5}\r\na)\"(b UID 1)", Some("a)\"(b")),
        (b"* 1 FETCH (PREVIEW \"Gr\xc3\xbc\xc3\x9fe\" UID 1)", Some("Gr\u{fc}\u{df}e")),
        (b"* 1 FETCH (PREVIEW \"Gr\xfc\xdfe\" UID 1)", Some("Gr\u{fc}\u{df}e")),
        (b"* 1 FETCH (PREVIEW \"has ) and ( paren\" UID 1)", Some("has ) and ( paren")),
        (b"* 1 FETCH (PREVIEW (FUZZY {3}\r\na)b) UID 1)", None),
    ] {
        let fetched = odd.fetched(line).await;
        let shown = String::from_utf8_lossy(line);
        assert_eq!(fetched.len(), 1, "{shown}");
        assert_eq!(fetched[0].uid, Uid::new(1), "{shown}");
        assert_eq!(fetched[0].preview.as_deref(), expected, "{shown}");
    }
    assert_eq!(odd.fetched("* 1 FETCH (UID 1 RFC822.SIZE 5000000000)").await[0].size, Some(5_000_000_000));
}

#[tokio::test]
async fn odd_fetch_items_hide_neither_the_message_nor_its_flags() {
    let odd = Odd::new().await;
    for items in [
        "(UID 1 FLAGS (\\Seen) SNIPPET (FUZZY \"has ) paren\"))",
        "(EMAILID (M1) THREADID (T1) SAVEDATE NIL UID 1 FLAGS (\\Seen))",
        "( UID 1 FLAGS (\\Seen))",
        "(UID 1  FLAGS (\\Seen) )",
        "(UID 1 INTERNALDATE NIL FLAGS (\\Seen))",
        "(UID 1 INTERNALDATE \"31-Foo-99999 99:99:99 +9999\" FLAGS (\\Seen))",
        "(BINARY[1] {3}\r\nabc UID 1 FLAGS (\\Seen))",
        "(BINARY[1] ~{3}\r\na\0c UID 1 FLAGS (\\Seen))",
        "(BINARY.SIZE[1] 42 UID 1 FLAGS (\\Seen))",
        "(X-GM-LABELS (\"\\\\Inbox\" a) X-GM-MSGID 12 UID 1 FLAGS (\\Seen))",
        "(MODSEQ (5) UID 1 FLAGS (\\Seen \\Recent))",
        "(ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) UID 1 FLAGS (\\Seen))",
        "(ENVELOPE (NIL \"s\" () () () () () () NIL NIL) UID 1 FLAGS (\\Seen))",
        "(ENVELOPE (NIL \"bad \\x escape\" ((NIL NIL \"a\" \"b\")) NIL NIL NIL NIL NIL NIL NIL) UID 1 FLAGS (\\Seen))",
        "(ENVELOPE (NIL \"a \"quote\" inside\" NIL NIL NIL NIL NIL NIL NIL NIL) UID 1 FLAGS (\\Seen))",
        "(ENVELOPE (NIL \"a\rb\" NIL NIL NIL NIL NIL NIL NIL) UID 1 FLAGS (\\Seen))",
        "(ENVELOPE (NIL {4}\r\n)\"( NIL NIL NIL NIL NIL NIL NIL NIL) UID 1 FLAGS (\\Seen))",
        "(RFC822.SIZE NIL UID 1 FLAGS (\\Seen))",
        "(BODY[HEADER.FIELDS (FROM TO)] {4}\r\n\r\n\r\n UID 1 FLAGS (\\Seen))",
        "(BODY[]<0> NIL UID 1 FLAGS (\\Seen))",
        "(UID 1 FLAGS (\\Seen))\r\n* 2 FETCH (UID",
        "(UID 1)\r\n* 1 FETCH (FLAGS (\\Seen) UID 1)",
        "(UID 1 FLAGS (\\Seen)",
    ] {
        let fetched = odd.fetched(format!("* 1 FETCH {items}")).await;
        let first = fetched.iter().find(|one| one.uid == Uid::new(1)).unwrap_or_else(|| panic!("no message: {items}"));
        let flags: Vec<&str> = first.flags.iter().flat_map(|flags| flags.iter()).map(|flag| flag.as_wire()).collect();
        assert_eq!(flags, ["\\Seen"], "{items}");
    }
}

#[tokio::test]
async fn structures_that_end_other_clients_become_parts() {
    let odd = Odd::new().await;
    const TEXT: &str = r#"("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "7BIT" 12 1 NIL NIL NIL NIL)"#;
    let envelope = r#"(NIL "s" NIL NIL NIL NIL NIL NIL NIL NIL)"#;
    let cases = [
        (TEXT.to_owned(), &["1 text/plain"][..]),
        (r#"("TEXT" "PLAIN" ("name" NIL) NIL NIL "7BIT" 12 1)"#.into(), &["1 text/plain"]),
        (r#"("TEXT" "PLAIN" () NIL NIL "7BIT" 12 1)"#.into(), &["1 text/plain"]),
        (r#"("TEXT" "PLAIN" NIL NIL NIL NIL NIL NIL)"#.into(), &["1 text/plain"]),
        (r#"("TEXT" "PLAIN" NIL NIL NIL "7BIT" 12)"#.into(), &["1 text/plain"]),
        ("(TEXT PLAIN NIL NIL NIL 7BIT 3 1)".into(), &["1 text/plain"]),
        ("(\"TEXT\" \"PLAIN\" (\"NAME\" {3}\r\n\")() NIL NIL \"7BIT\" 3 1)".into(), &["1 text/plain"]),
        ("(\"APPLICATION\" \"PDF\" (\"NAME\" \"\u{e9}.pdf\") NIL NIL \"BASE64\" 3)".into(), &["1 application/pdf"]),
        // mail.ru
        (
            format!(r#"({TEXT}{TEXT} "alternative" ("boundary" NIL))"#),
            &[" multipart/alternative", "1 text/plain", "2 text/plain"],
        ),
        (
            format!(r#"({TEXT} {TEXT} "mixed" NIL NIL NIL NIL "x" ("y" 1))"#),
            &[" multipart/mixed", "1 text/plain", "2 text/plain"],
        ),
        (r#"("mixed" ("boundary" "x") NIL NIL NIL)"#.into(), &[" multipart/mixed"]),
        // Gmail
        (r#"("ALTERNATIVE")"#.into(), &[" multipart/alternative"]),
        (r#"("RELATED" NIL ("ATTACHMENT" NIL) NIL)"#.into(), &[" multipart/related"]),
        // Domino
        (r#"("APPLICATION" "PDF" () NIL NIL  "BASE64" 0)"#.into(), &["1 application/pdf"]),
        (
            format!(r#"("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 300 {envelope} {TEXT} 9)"#),
            &["1 message/rfc822", "1.1 text/plain"],
        ),
        (r#"("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 300)"#.into(), &["1 message/rfc822"]),
        (
            format!(r#"("message" "global" NIL NIL NIL "8BIT" 300 {envelope} {TEXT} 9)"#),
            &["1 message/global", "1.1 text/plain"],
        ),
        ("NIL".into(), &["opaque"]),
        ("()".into(), &["opaque"]),
        ("nonsense".into(), &["opaque"]),
    ];
    for (structure, expected) in cases {
        let fetched = odd.fetched(format!("* 1 FETCH (BODYSTRUCTURE {structure} UID 1)")).await;
        let first = fetched.iter().find(|one| one.uid == Uid::new(1)).unwrap_or_else(|| panic!("none: {structure}"));
        assert_eq!(tree_of(first.structure.as_ref()), expected, "{structure}"); // R-21
    }
}

#[tokio::test]
async fn lists_ten_thousand_deep_cost_one_part_and_not_the_message() {
    let odd = Odd::new().await;
    let deep = |inside: &str| format!("{}{inside}{}", "(".repeat(10_000), ")".repeat(10_000));
    for structure in [deep(""), deep("\"TEXT\" \"PLAIN\" NIL NIL NIL NIL 1 1"), "(".repeat(10_000)] {
        let fetched = odd.fetched(format!("* 1 FETCH (UID 1 BODYSTRUCTURE {structure})")).await; // I-08
        assert_eq!(fetched.len(), 1);
        assert!(fetched[0].structure.is_some());
    }
    let nested = format!("{}\"TEXT\" \"PLAIN\"{}", "(".repeat(10_000), " \"MIXED\")".repeat(10_000));
    assert_eq!(odd.fetched(format!("* 1 FETCH (BODYSTRUCTURE {nested} UID 1)")).await.len(), 1);
}

#[tokio::test]
async fn folders_counts_namespaces_and_quota_are_read_past_what_is_unknown() {
    let odd = Odd::new().await;
    for (line, expected) in [
        (r#"* LIST (\HasNoChildren \Sent) "/" "Sent""#, "Sent Some(Sent) true"),
        (r#"* LIST (\HasNoChildren) "/" "Sent" ("CHILDINFO" ("SUBSCRIBED"))"#, "Sent None true"),
        (r#"* LIST (\Noselect) "/" New ("OLDNAME" ("Old"))"#, "New None false"),
        (r#"* LIST (\Archived) "/" x"#, "x None true"),
        (r#"* LIST (\NonExistent \Subscribed) "/" gone"#, "gone None false"),
        (r#"* LIST () "." "a\"b\\c""#, "a\"b\\c None true"),
        ("* LIST () \".\" {5}\r\na\"b\\c", "a\"b\\c None true"),
        ("* LIST () NIL flat", "flat None true"),
        (r#"* LIST () "/" "Entw&APw-rfe""#, "Entw\u{fc}rfe None true"),
        ("* LIST () \"/\" \"Entw\u{fc}rfe\"", "Entw\u{fc}rfe None true"),
        (r#"* LIST () "/" "R&D""#, "R&D None true"),
        (r#"* LIST () "/" "inbox""#, "INBOX Some(Inbox) true"),
    ] {
        odd.say("LIST", line);
        let tree = odd.tree().await;
        assert_eq!(tree.mailboxes.len(), 1, "{line}");
        let one = &tree.mailboxes[0];
        assert_eq!(format!("{} {:?} {}", one.name, one.role, one.selectable), expected, "{line}"); // I-02
        odd.goes_on(line).await;
    }
    for status in [
        "(MESSAGES 3 UNSEEN 2 SIZE 5 MAILBOXID (x))",
        "(SIZE 5 UNSEEN 2 MESSAGES 3)",
        "(APPENDLIMIT NIL DELETED 0 MESSAGES 3 UNSEEN 2)",
        "( MESSAGES 3  UNSEEN 2 )",
    ] {
        odd.say("STATUS", format!("* STATUS \"INBOX\" {status}"));
        let tree = odd.tree().await;
        let inbox = tree.mailboxes.iter().find(|one| one.name.is_inbox()).unwrap();
        assert_eq!(inbox.counts.map(|counts| (counts.messages, counts.unseen)), Some((3, 2)), "{status}");
        odd.goes_on(status).await;
    }
    for (line, expected) in [
        ("* QUOTAROOT INBOX \"User quota\"\r\n* QUOTA \"User quota\" (STORAGE 10 512)", Some((10 << 10, 512 << 10))),
        ("* QUOTA \"\" (STORAGE 5000000000 6000000000)", Some((5_000_000_000 << 10, 6_000_000_000 << 10))),
        ("* QUOTA \"\" ()", None),
        ("* QUOTA \"\" (MESSAGE 3 100)", Some((3, 100))),
        ("* QUOTA \"\" (STORAGE 10 99999999999999999999)", None),
        ("* QUOTA \"\" (STORAGE 10 -1 MESSAGE 3 0)", None),
        ("* QUOTA user (STORAGE 5 10)\r\n* QUOTA domain (STORAGE 70 100)", Some((70 << 10, 100 << 10))),
        ("* QUOTA \"\" (STORAGE 99999 10)", Some((99_999 << 10, 10 << 10))),
    ] {
        odd.say("GETQUOTAROOT", line);
        let quota = odd.tree().await.quota.fullest().map(|quota| (quota.used, quota.limit));
        assert_eq!(quota, expected, "{line}");
        odd.goes_on(line).await;
    }
}

#[tokio::test]
async fn namespaces_are_read_in_every_form() {
    for (line, prefix) in [
        ("* NAMESPACE ((\"\" \"/\")) NIL NIL", ""),
        ("* NAMESPACE ((\"INBOX.\" \".\")) NIL ((\"shared.\" \".\"))", "INBOX."),
        ("* NAMESPACE NIL NIL NIL", ""),
        ("* NAMESPACE ((\"\" NIL \"X-PARAM\" (\"a\" \"b\"))) NIL NIL", ""),
    ] {
        let odd = Odd::new().await; // they are asked for once on a connection
        odd.say("NAMESPACE", line);
        assert_eq!(odd.tree().await.personal_prefix, prefix, "{line}");
        odd.goes_on(line).await;
    }
}
