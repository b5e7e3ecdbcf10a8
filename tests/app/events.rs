//! Live updates: what an open page is told, and when.

use std::time::{Duration, Instant};

use super::helpers::{differs_on, encode, letter, mail_server, skip_on, spawn_app, spawn_app_with};

#[tokio::test]
async fn an_open_list_is_told_of_new_mail_marks_and_removals_by_another_program() {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("INBOX", [letter("First")]).await;
    let mut mail = ann.mail().await;
    let mut stream = ann.follow_pages(&["mailbox/INBOX"]).await;
    stream.until_part("main", "First").await;

    let uid = mail.append("INBOX", "", letter("Second").as_bytes()).await;
    let event = stream.until_part("main", "Second").await;
    assert_eq!(event.data["unread"], 2);
    assert_eq!(event.data["title"], "Inbox (2) · Fernpost");
    assert!(event.data["sidebar"].as_str().unwrap().contains("<span class=\"count\">2"));
    assert_eq!(event.data["arrived"][0]["subject"], "Second");

    mail.select("INBOX").await;
    mail.store(uid, "+FLAGS (\\Seen)").await;
    let event = stream.until("the mark", |event| event.data["unread"] == 1).await;
    assert_eq!(event.data["main"].as_str().unwrap().matches("message-row--unread").count(), 1);

    mail.remove(uid).await;
    let event = stream.until("the removal", |event| event.data["gone"][0] == uid).await;
    assert!(!event.data["main"].as_str().unwrap().contains("Second"));
    assert_eq!(event.data["notice"], "1 message was moved or deleted elsewhere.");
}

#[tokio::test]
async fn every_folders_count_follows_whichever_page_is_open() {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("Work/Kunden", [letter("Old")]).await;
    let mut mail = ann.mail().await;
    let mut stream = ann.follow_pages(&["settings", "mailbox/INBOX"]).await;
    stream.until("the folders", |event| event.data["on"] == "settings").await;
    mail.append("Work/Kunden", "", letter("New").as_bytes()).await;
    let event = stream
        .until("the count", |event| {
            event.data["on"] == "settings"
                && event.data["sidebar"].as_str().is_some_and(|html| html.contains("<span class=\"count\">2"))
        })
        .await;
    assert_eq!(event.data["main"], serde_json::Value::Null);
}

#[tokio::test]
async fn an_open_message_that_another_program_removed_is_said_to_be_gone() {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("INBOX", [letter("Stay"), letter("Go")]).await;
    let list = ann.open_mailbox("INBOX").await;
    let address = list.row("Go").address;
    ann.open(&address).await;
    let mut stream = ann.follow_pages(&[address.trim_start_matches("/webmail/")]).await;
    stream.until("the page", |event| event.name == "page").await;
    let mut mail = ann.mail().await;
    mail.select("INBOX").await;
    let uid = mail.search("SUBJECT Go").await[0];
    mail.remove(uid).await;
    let event = stream.until("the end", |event| event.name == "gone").await;
    assert_eq!(event.data["notice"], ann.open(&address).await.texts("h1")[0]);
    stream.until("the folders", |event| event.data["sidebar"].is_string()).await;
}

#[tokio::test]
async fn what_is_done_in_one_tab_is_told_to_the_other_at_once() {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("INBOX", [letter("Here")]).await;
    ann.mail().await.make("Archive").await;
    let page = format!("mailbox/{}", encode(&mail_server().wire_name("Archive")));
    let mut archive = ann.follow_pages(&[&page]).await;
    archive.until("the empty list", |event| event.data["on"] == page.as_str()).await;
    let list = ann.open_mailbox("INBOX").await;
    ann.press(&list, "Archive", &["Here"]).await;
    archive.until_part("main", "Here").await;
}

#[tokio::test]
async fn a_page_that_says_what_it_was_made_from_is_told_only_what_differs() {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("INBOX", [letter("Known")]).await;
    let page = ann.open_mailbox("INBOX").await;
    let (on, at) = (page.attributes("body", "data-on"), page.attributes("body", "data-at"));
    assert_eq!(on, ["mailbox/INBOX"]);
    let resume = |at: String| ann.follow_from("mailbox/INBOX", at);
    let mut stream = resume(at[0].clone()).await;
    assert_eq!(stream.next().await.unwrap().name, "fine", "nothing differs");

    drop(stream);
    ann.mail().await.append("INBOX", "", letter("Missed").as_bytes()).await;
    let mut stream = resume(at[0].clone()).await;
    let event = stream.until_part("main", "Missed").await;
    drop(stream);
    let mut stream = resume(event.data["at"].as_str().unwrap().to_owned()).await;
    assert_eq!(stream.next().await.unwrap().name, "fine", "nothing is told twice");
}

#[tokio::test]
async fn a_page_made_before_a_message_left_is_told_that_it_left() {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("INBOX", [letter("Stay"), letter("Go")]).await;
    let page = ann.open_mailbox("INBOX").await;
    let mut mail = ann.mail().await;
    mail.select("INBOX").await;
    let uid = mail.search("SUBJECT Go").await[0];
    mail.remove(uid).await;
    // the first look of the stream, which knows nothing of the page's rows
    let mut stream = ann.follow_from("mailbox/INBOX", page.attributes("body", "data-at")[0].clone()).await;
    let event = stream.until("the removal", |event| event.data["main"].is_string()).await;
    assert_eq!(event.data["gone"][0], uid);
    assert_eq!(event.data["notice"], serde_json::Value::Null, "it may be no news to whoever did it");
}

#[tokio::test]
async fn a_stream_ends_with_its_session_and_a_stranger_is_told_to_sign_in() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let page = ann.open_mailbox("INBOX").await;
    let mut stream = ann.follow_pages(&["mailbox/INBOX"]).await;
    stream.until("the list", |event| event.name == "page").await;
    ann.sign_out(&page).await;
    stream.until("the end", |event| event.name == "bye").await; // S-04
    let mut again = ann.follow_pages(&["mailbox/INBOX"]).await;
    let event = again.next().await.unwrap();
    assert_eq!((event.name.as_str(), event.data["url"].as_str()), ("ended", Some("/webmail/login")));
    assert!(again.next().await.is_none());
}

#[tokio::test]
async fn streams_are_closed_first_when_the_program_stops() {
    let mut app = spawn_app().await;
    let ann = app.person().await;
    let mut stream = ann.follow_pages(&["mailbox/INBOX"]).await;
    stream.until("the list", |event| event.name == "page").await;
    let stopping = Instant::now();
    let (_, bye) = tokio::join!(app.stop(), stream.until("good-bye", |event| event.name == "bye"));
    assert_eq!(bye.name, "bye");
    // far less than a request is given to finish
    assert!(stopping.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_stream_is_never_stored_nor_gathered_on_the_way() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let stream = ann.follow_pages(&["mailbox/INBOX"]).await;
    assert_eq!(stream.header("content-type"), "text/event-stream");
    assert_eq!(stream.header("cache-control"), "no-store"); // C-06
    assert_eq!(stream.header("x-accel-buffering"), "no");
    assert_eq!(stream.header("x-content-type-options"), "nosniff"); // H-01
}

#[tokio::test]
async fn a_server_that_is_only_listened_to_tells_as_well() {
    // NOTIFY, then IDLE with the folders asked for now and then: no question every moment
    for off in ["", "NOTIFY", "NOTIFY\", \"IDLE"] {
        let server = mail_server();
        let imap = format!(
            "[live]\nbeat_milliseconds = 0\n[imap]\nhost = \"127.0.0.1\"\nport = {}\nca_file = \"{}\"\n\
             disabled_capabilities = [\"{off}\"]\n",
            server.port("IMAPS_PORT"),
            server.ca_file().display()
        );
        let app = spawn_app_with(&imap).await;
        let ann = app.person().await.with_messages("INBOX", [letter("First")]).await;
        let mut mail = ann.mail().await;
        let mut stream = ann.follow_pages(&["mailbox/INBOX"]).await;
        stream.until_part("main", "First").await;
        let uid = mail.append("INBOX", "", letter("Second").as_bytes()).await;
        stream.until_part("main", "Second").await;
        mail.make("Drafts").await;
        mail.append("Drafts", "", letter("Elsewhere").as_bytes()).await;
        stream.until("the count", |event| event.data["sidebar"].is_string()).await;
        mail.select("INBOX").await;
        mail.remove(uid).await;
        stream.until("the removal", |event| event.data["gone"][0] == uid).await;
    }
}

/// An application that reaches its mail server by a listener of ours, which counts the commands that pass.
async fn counted() -> (super::helpers::TestApp, super::helpers::Tap) {
    let tap = super::helpers::Tap::open(mail_server().port("IMAP_PORT")).await;
    let keys =
        format!("[live]\nbeat_milliseconds = 0\n[imap]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n", tap.port);
    (spawn_app_with(&keys).await, tap)
}

#[tokio::test]
async fn warm_pages_ask_the_mail_server_nothing_while_somebody_watches() {
    let (app, tap) = counted().await;
    let ann =
        app.person().await.with_messages("INBOX", (0..60).map(|number| letter(&format!("Letter {number:02}")))).await;
    let mut stream = ann.follow_pages(&["mailbox/INBOX"]).await;
    stream.until_part("main", "Letter 59").await;
    let list = ann.open_mailbox("INBOX").await;
    let message = list.row("Letter 59").address;
    let second = ann.open("/webmail/mailbox/INBOX?page=2").await;
    ann.open(&message).await;
    stream.until("the mark", |event| event.data["unread"] == 59).await;
    for page in [&list.address, &second.address, &message] {
        ann.open(page).await; // what the mark changed is learnt here at the latest
    }
    let before = tap.commands();
    let since = Instant::now();
    for _ in 0..20 {
        for page in [&list.address, &second.address, &message] {
            assert_eq!(ann.open(page).await.status, 200);
        }
    }
    let asked = tap.commands()[before.len()..].to_vec();
    // the watcher's own: one look every two seconds, and the listening before and after it
    let watching = ["NOOP", "LIST", "LSUB", "GETQUOTAROOT", "NOTIFY", "IDLE", "DONE", "STATUS"];
    let by_pages: Vec<_> = asked.iter().filter(|verb| !watching.contains(&verb.as_str())).collect();
    assert!(by_pages.is_empty(), "{asked:?}");
    skip_on!(Bare, "no-idle");
    // however long it took: nine commands in two seconds at most, where a listener has to stop for each (Courier)
    let looks = 2 + usize::try_from(since.elapsed().as_secs()).unwrap() / 2;
    assert!(asked.len() <= looks * 9, "60 pages in {:?}: {asked:?}", since.elapsed());
}

#[tokio::test]
async fn a_new_connection_opens_the_mailbox_and_learns_the_folders_in_one_round_trip() {
    skip_on!(Courier, "no-list-status");
    skip_on!(Bare, "no-list-status");
    let (app, tap) = counted().await;
    let ann = app.person().await.with_messages("Work", [letter("Here")]).await;
    ann.open_mailbox("INBOX").await; // which learns what the quota costs
    ann.open_mailbox("Work").await;
    let turns = tap.turns();
    let after_sign_in = turns.iter().rev().take_while(|turn| !turn.starts_with("LOGIN")).collect::<Vec<_>>();
    // the last first; on Cyrus 3.6 first lines of messages come after them
    let [.., fetch, select] = after_sign_in[..] else { panic!("{turns:?}") };
    assert!(select.starts_with("SELECT LIST") && fetch.starts_with("FETCH"), "{turns:?}");
}

#[tokio::test]
async fn a_listed_message_is_read_and_marked_in_the_round_trip_that_brings_its_page_up_to_date() {
    let (app, tap) = counted().await;
    let designed = |subject: &str| {
        format!(
            "From: Bo <bo@example.org>\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/html\r\n\r\n<p>Hello from the frame</p>\r\n"
        )
    };
    // of a busy machine the frame may be asked for so late that the page is not believed any more: one of several is not
    let subjects = ["Here", "One", "Two", "Three", "Four", "Five", "Six"];
    let letters = subjects.map(|subject| if subject == "Here" { letter(subject) } else { designed(subject) });
    let ann = app.person().await.with_messages("INBOX", letters).await;
    ann.open_mailbox("INBOX").await; // which learns what the quota costs
    let list = ann.open_mailbox("INBOX").await;
    let mut turns_of_reading = usize::MAX;
    for (at, subject) in subjects.into_iter().enumerate() {
        let before = tap.turns().len();
        let page = ann.open(&list.row(subject).address).await;
        if subject != "Here" {
            let frame = ann.open(&format!("{}/body?part=1", list.row(subject).address)).await;
            assert!(frame.text().contains("Hello from the frame"));
        }
        let turns = tap.turns()[before..].to_vec();
        assert!(turns[0].contains("UID FETCH UID STORE"), "{turns:?}");
        if subject != "Here" {
            turns_of_reading = turns_of_reading.min(turns.len()); // of those whose sender is known
        }
        // the counts are those behind the mark
        let unread = subjects.len() - at - 1;
        let unread = if unread == 0 { String::new() } else { unread.to_string() };
        assert_eq!(page.tree()[0], ("Inbox".to_owned(), unread));
    }
    assert!(ann.mail().await.state("INBOX").await.iter().all(|one| one.ends_with("\\Seen")));
    skip_on!(Courier, "no-list-status");
    skip_on!(Bare, "no-list-status");
    // whether somebody the person writes to has this sender's name is asked once, in Sent, by a connection of its own
    assert_eq!(turns_of_reading, 1);
}

#[tokio::test]
async fn a_page_is_never_older_than_what_was_done_here() {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("INBOX", [letter("One"), letter("Two"), letter("Three")]).await;
    let mut stream = ann.follow_pages(&["mailbox/INBOX", "mailbox/Archive"]).await;
    stream.until("both lists", |event| event.data["on"] == "mailbox/Archive").await;
    for subject in ["One", "Two", "Three"] {
        let list = ann.open_mailbox("INBOX").await;
        let done = ann.press(&list, "Archive", &[subject]).await;
        assert!(!done.rows().iter().any(|row| row.contains(subject)), "{subject} is in {:?}", done.rows());
        let archive = ann.open_mailbox("Archive").await;
        assert!(archive.rows().iter().any(|row| row.contains(subject)), "{:?}", archive.rows());
        if differs_on!(Bare, "no-copyuid") {
            ann.mail().await.append("INBOX", "", letter(subject).as_bytes()).await;
        } else {
            ann.undo(&done).await;
        }
        let list = ann.open_mailbox("INBOX").await;
        assert_eq!(list.rows().len(), 3);
    }
}

#[tokio::test]
async fn connections_are_few_however_many_pages_are_open_and_none_are_left_behind() {
    let (app, tap) = counted().await;
    let ann = app.person().await.with_messages("Work", [letter("Here")]).await;
    let mut streams = Vec::new();
    for page in ["mailbox/INBOX", "mailbox/Work", "mailbox/Sent", "mailbox/Drafts", "mailbox/Trash", "settings"] {
        let mut stream = ann.follow_pages(&[page]).await;
        stream.until("its page", |event| event.data["on"] == page).await;
        streams.push(stream);
    }
    assert!(tap.open_now() <= 4, "{}", tap.open_now());
    let page = ann.open_mailbox("INBOX").await;
    drop(streams);
    ann.sign_out(&page).await;
    tap.until_closed(Duration::from_secs(10)).await;
}

#[tokio::test]
async fn who_presses_reload_is_shown_what_the_server_has_now() {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("INBOX", [letter("First")]).await;
    let mut stream = ann.follow_pages(&["mailbox/INBOX"]).await;
    stream.until_part("main", "First").await;
    let mut mail = ann.mail().await;
    for round in 0..20 {
        mail.append("INBOX", "", letter(&format!("Round {round}")).as_bytes()).await;
        let page = ann.request("GET", "/webmail/mailbox/INBOX").header("cache-control", "max-age=0").send().await;
        assert_eq!(page.rows()[0], format!("Round {round}"));
    }
}
