//! The messages of a conversation on one page, with one's own answers.

use super::helpers::{TestApp, differs_on, spawn_app};

/// As a Date field has it: so many minutes after one hour ago.
fn clock(minutes: usize) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let then = now - 3600 + 60 * u64::try_from(minutes).unwrap();
    let (days, seconds) = (then / 86_400, then % 86_400);
    let moment = fernpost::mail::Moment { seconds: i64::try_from(then).unwrap(), offset_minutes: 0 };
    let (year, month, day) = moment.civil_date();
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let weekday = weekdays[usize::try_from(days % 7).unwrap()];
    let month = months[usize::from(month) - 1];
    format!("{weekday}, {day} {month} {year} {:02}:{:02}:00 +0000", seconds / 3600, seconds / 60 % 60)
}

fn said(id: &str, from: &str, answers: &[&str], text: &str) -> String {
    let references: Vec<String> = answers.iter().map(|id| format!("<{id}@example.org>")).collect();
    let headers = match references.last() {
        Some(last) => format!("In-Reply-To: {last}\r\nReferences: {}\r\n", references.join("\r\n ")),
        None => String::new(),
    };
    // THREAD=REFERENCES puts the same subject into one conversation (RFC 5256), REFS does not
    let subject = match (id, answers) {
        ("x", _) => "The boat",
        (_, []) => "Dinner on Saturday?",
        _ => "Re: Dinner on Saturday?",
    };
    format!(
        "From: {from}\r\nTo: somebody@example.org\r\nSubject: {subject}\r\nMessage-ID: <{id}@example.org>\r\n{headers}\
         Date: {}\r\nContent-Type: text/plain\r\n\r\n{text}\r\n",
        clock(answers.len())
    )
}

/// Jonas asks, the person answers from elsewhere, Amal and Jonas answer that; another letter is beside it.
async fn dinner(app: &TestApp) -> super::helpers::Person {
    let ann = app.person().await;
    let mut mail = ann.mail().await;
    mail.make("Sent").await;
    let own = said("b", &ann.who.user.clone(), &["a"], "Yes, with pleasure.");
    for (mailbox, flags, message) in [
        ("INBOX", "\\Seen", said("a", "Jonas <jonas@example.org>", &[], "Would you like to come?")),
        ("Sent", "\\Seen", own),
        ("INBOX", "\\Seen", said("x", "Bo <bo@example.org>", &[], "Something else.")),
        ("INBOX", "", said("c", "Amal <amal@example.org>", &["a", "b"], "May the children come?")),
        ("INBOX", "", said("d", "Jonas <jonas@example.org>", &["a", "b", "c"], "Of course.")),
    ] {
        mail.append(mailbox, flags, message.as_bytes()).await;
    }
    ann
}

#[tokio::test]
async fn a_conversation_holds_everybodys_messages_and_ones_own_from_sent() {
    let app = spawn_app().await;
    let ann = dinner(&app).await;
    let list = ann.open_mailbox("INBOX").await;
    let newest = list.all_rows()[0].address.clone();
    let message = ann.get(&newest).await;
    let page = ann.open(&message.link("Whole conversation")).await;
    assert_eq!(page.texts("h1"), ["Dinner on Saturday?"]);
    assert_eq!(page.texts(".thread__name bdi"), ["Jonas", "You", "Amal", "Jonas"]);
    assert!(page.text().contains("4 messages, 3 people"), "{}", page.text());
    // letters on the keyboard mean the last one
    assert_eq!(page.attributes(".thread__actions [data-key=r]", "data-key"), ["r"]);
    assert_eq!(page.attributes(".thread__item:last-child [data-key=r]", "data-key"), ["r"]);
    // it is not followed while it is open, and does not say that it is up to date
    assert_eq!(page.attributes("body[data-dated]", "data-on"), [""]);
    assert!(page.texts(".thread__item--own .thread__to")[0].ends_with("from Sent"));
    for words in ["Would you like to come?", "Yes, with pleasure.", "May the children come?", "Of course."] {
        assert!(page.text().contains(words), "{words}");
    }
    assert!(!page.text().contains("Something else."));
    // opened are the unread one and the last; Jonas's last was read by opening it
    assert_eq!(page.texts("details.thread__item[open] .thread__name bdi"), ["Amal", "Jonas"]);
    let mut mail = ann.mail().await;
    assert!(mail.state("INBOX").await.iter().all(|state| state.contains("\\Seen")), "read by being shown");
}

#[tokio::test]
async fn a_whole_conversation_is_filed_at_once_and_what_is_not_of_it_stays() {
    let app = spawn_app().await;
    let ann = dinner(&app).await;
    let list = ann.open_mailbox("INBOX").await;
    let message = ann.get(&list.all_rows()[0].address).await;
    let page = ann.open(&message.link("Whole conversation")).await;
    let done = ann.send(&page.form_in(".toolbar", "Archive")).await;
    assert_eq!(done.flash(), "3 messages moved to Archive.");
    let mut mail = ann.mail().await;
    if !differs_on!(Bare, "no-uid-expunge") {
        assert_eq!(mail.subjects("INBOX").await, ["The boat"]);
    }
    assert_eq!(mail.subjects("Sent").await.len(), 1, "one's own stays where it is");
}

#[tokio::test]
async fn from_one_message_on_a_conversation_is_marked_unread() {
    let app = spawn_app().await;
    let ann = dinner(&app).await;
    let list = ann.open_mailbox("INBOX").await;
    let message = ann.get(&list.all_rows()[0].address).await;
    let page = ann.open(&message.link("Whole conversation")).await;
    // Jonas's question, the answer in Sent (which has no such button), Amal's, Jonas's
    ann.send(&page.form_in(".thread li:nth-child(3)", "Mark unread from here")).await;
    let mut mail = ann.mail().await;
    let state = mail.state("INBOX").await;
    let unread = state.iter().filter(|state| !state.contains("\\Seen")).count();
    assert_eq!(unread, 2, "{state:?}");
    assert!(!page.has_in(".thread li:nth-child(2)", "Mark unread from here"));
}

#[tokio::test]
async fn a_message_by_itself_is_a_conversation_of_one_and_a_lost_one_is_said_to_be_gone() {
    let app = spawn_app().await;
    let ann = dinner(&app).await;
    let list = ann.open_mailbox("INBOX").await;
    let alone = list.all_rows()[2].address.clone();
    let message = ann.get(&alone).await;
    let page = ann.open(&message.link("Whole conversation")).await;
    assert_eq!(page.texts(".thread__name bdi"), ["Bo"]);
    let mut mail = ann.mail().await;
    mail.select("INBOX").await;
    let uid = mail.search("FROM bo@example.org").await[0];
    mail.remove(uid).await;
    let gone = ann.get(&message.link("Whole conversation")).await;
    assert_eq!((gone.status, gone.texts("h1")), (404, vec!["This message is no longer here".to_owned()])); // R-13
}

const PASSED: &str = "Authentication-Results: mx.example.org; spf=pass; dkim=pass header.d=green.example; \
                      dmarc=pass header.from=green.example\r\n\
                      Received: from out.example by mx.example.org; Tue, 13 Jan 2026 09:30:00 +0100\r\n";

/// A newsletter with pictures and a link that misleads, and what somebody answers who is not whom he calls himself.
async fn doubtful(app: &TestApp) -> super::helpers::Person {
    let ann = app.person().await;
    let mut mail = ann.mail().await;
    let html = "<p>Seven</p><img src=\"http://green.example/1.png\"><img src=\"http://green.example/2.png\">\
                <a href=\"http://evil.example/\">http://bank.example/</a>";
    let newsletter = said("n", "Green Field <news@green.example>", &[], html).replace("text/plain", "text/html");
    let newsletter =
        format!("{PASSED}MIME-Version: 1.0\r\nList-Unsubscribe: <mailto:out@green.example>\r\n{newsletter}");
    let forged = said("f", "\"info@bank.example\" <x@evil.example>", &["n"], "Sign in.");
    let forged = format!("Reply-To: <y@elsewhere.example>\r\n{forged}");
    mail.append("INBOX", "", newsletter.as_bytes()).await;
    mail.append("INBOX", "", forged.as_bytes()).await;
    ann
}

async fn open_newest(ann: &super::helpers::Person) -> super::helpers::Page {
    let list = ann.open_mailbox("INBOX").await;
    let message = ann.get(&list.all_rows()[0].address).await;
    ann.open(&message.link("Whole conversation")).await
}

#[tokio::test]
async fn every_message_of_a_conversation_says_who_wrote_it_and_what_is_doubtful() {
    let app = super::helpers::spawn_app_with("[authentication]\ntrusted = [\"mx.example.org\"]\n").await;
    let ann = doubtful(&app).await;
    let page = open_newest(&ann).await;
    assert_eq!(page.texts(".thread__address"), ["news@green.example", "x@evil.example"]);
    assert_eq!(page.texts("li:first-child .thread__summary .mark"), ["Verified"]);
    let first = page.texts("li:first-child .notice__text");
    assert_eq!(
        first,
        ["A link in this message says bank.example and leads to evil.example.", "2 remote images blocked"]
    );
    let warnings = page.texts("li:last-child .notice__text").join(" ");
    assert!(warnings.contains("info@bank.example") && warnings.contains("y@elsewhere.example"), "{warnings}");
    assert_eq!(page.texts("li:first-child .thread__to a"), ["Unsubscribe"]);
    // read now, the first is closed: its head says all the same who it is from, and nobody read its HTML for that
    let again = ann.get(&page.address).await;
    assert_eq!(again.texts("details.thread__item[open] .thread__address"), ["x@evil.example"]);
    assert_eq!(again.texts(".thread__address"), ["news@green.example", "x@evil.example"]);
    assert_eq!(again.texts("li:first-child .notice__text"), ["If this has remote images, they are blocked."]);
}

#[tokio::test]
async fn pictures_of_one_message_of_a_conversation_are_shown_where_it_is() {
    let app = super::helpers::spawn_app_with("[authentication]\ntrusted = [\"mx.example.org\"]\n").await;
    let ann = doubtful(&app).await;
    let page = open_newest(&ann).await;
    let here = page.address.clone();
    let shown = ann.send(&page.form_in("li:first-child", "Show once")).await;
    assert!(shown.address.starts_with(&here), "{}", shown.address);
    assert_eq!(shown.texts("details.thread__item[open] .thread__address").len(), 2, "it stays open");
    assert!(shown.texts("li:first-child .notice__text").contains(&"2 remote images shown".to_owned()));
    let frame = ann.get(&shown.attributes("li:first-child iframe", "src")[0]).await;
    assert_eq!(frame.attributes("img", "src").len(), 2);
    // always is for a sender who is proven, and holds in the next conversation
    ann.send(&shown.form_in("li:first-child", "Always for this sender")).await;
    let again = ann.get(&here).await;
    let frame = ann.get(&again.attributes("li:first-child iframe", "src")[0]).await;
    assert_eq!(frame.attributes("img", "src").len(), 2);
}

#[tokio::test]
async fn a_bounce_in_a_conversation_is_explained() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let mut mail = ann.mail().await;
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/explained");
    mail.append("INBOX", "", &std::fs::read(folder.join("bounce.eml")).unwrap()).await;
    mail.append("INBOX", "", &std::fs::read(folder.join("invitation.eml")).unwrap()).await;
    let list = ann.open_mailbox("INBOX").await;
    for (row, card) in [(0, "Stairs"), (1, "the mailbox is full")] {
        let message = ann.get(&list.all_rows()[row].address).await;
        let page = ann.open(&message.link("Whole conversation")).await;
        assert!(page.texts(".thread .card").concat().contains(card), "{}", page.text());
        assert!(!page.text().contains("no text"), "{}", page.text());
    }
}
