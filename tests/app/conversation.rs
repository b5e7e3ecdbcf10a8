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
