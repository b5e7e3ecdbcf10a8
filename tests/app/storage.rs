//! The pages that tell what fills the mailbox, and make room: what is done is what was shown.

use super::helpers::{
    Page, Person, TestApp, encode, letter, mail_server, skip_on, spawn_app, spawn_app_with, until_so,
};

/// A letter of about so many kilobytes.
fn big(subject: &str, kilobytes: usize) -> String {
    letter(subject) + &"0123456789 0123456789 0123456789 0123456789 0123456789 012345678\r\n".repeat(kilobytes * 16)
}

/// A page of what was counted, when it was.
async fn counted(ann: &Person, path: &str) -> Page {
    ann.open_until(path, |page| {
        assert_eq!(page.status, 200, "{path}: {}", page.text());
        page.attributes("noscript meta", "content").is_empty() && page.texts("progress").is_empty()
    })
    .await
}

const STORAGE: &str = "/webmail/storage";

fn of_folder(mailbox: &str) -> String {
    format!("{STORAGE}/messages?of=folder&mailbox={}", encode(&mail_server().wire_name(mailbox)))
}

async fn ann_with(app: &TestApp, mailboxes: &[(&str, &[&str])]) -> Person {
    let mut ann = app.person().await;
    for (mailbox, subjects) in mailboxes {
        ann = ann.with_messages(mailbox, subjects.iter().map(|subject| big(subject, 4))).await;
    }
    ann
}

#[tokio::test]
async fn the_page_shows_what_fills_the_mailbox() {
    let app = spawn_app().await;
    let ann = ann_with(&app, &[("INBOX", &["Lunch?", "Minutes"]), ("Work/Deep", &["Plans"])]).await;
    ann.mail().await.append("Work/Deep", "", big("The big one", 60).as_bytes()).await;

    let first = ann.open(STORAGE).await;
    assert_eq!((first.status, first.texts("h1")), (200, vec!["Storage".to_owned()]));

    let page = counted(&ann, STORAGE).await;
    let folders = page.texts(".bars__row .truncate");
    assert_eq!(folders, ["Work / Deep", "Inbox"]);
    assert!(page.texts(".bars__row")[1].ends_with('2'), "{:?}", page.texts(".bars__row"));
    assert!(page.texts("#biggest .table__main")[0].starts_with("The big one"));
    assert!(page.texts("#biggest .table__main")[0].contains("Bo Lind · Work / Deep"));
    assert!(page.text().contains("4 messages"), "{}", page.text());
    // every picture has a table behind it
    assert_eq!(page.texts("details .table").len(), 2);
    let look = ann.open(&page.attributes(".bars__row", "href")[0]).await;
    assert_eq!(look.texts(".table__main > a"), ["The big one", "Plans"]);
    assert_eq!(ann.open(&look.attributes(".table__main > a", "href")[0]).await.texts("h1"), ["The big one"]);
}

#[tokio::test]
async fn what_was_chosen_goes_after_a_question_and_nothing_else_does() {
    let app = spawn_app().await;
    let ann = ann_with(&app, &[("INBOX", &["Lunch?", "Minutes"]), ("Work", &["Plans", "Drawings"])]).await;
    let list = counted(&ann, "/webmail/storage/messages?of=biggest").await;

    let question = ann.send(&list.form("Delete").tick("Lunch?").tick("Plans")).await;
    assert_eq!(question.texts("h1"), ["Delete 2 messages for good?"]);
    assert!(question.text().contains("1 message in Inbox") && question.text().contains("1 message in Work"));
    assert!(question.text().contains("This frees"), "{}", question.text());
    let mut mail = ann.mail().await;
    assert_eq!(mail.left("INBOX").await.len() + mail.left("Work").await.len(), 4); // nothing is done by asking

    let page = ann.send(&question.form("Delete for good")).await;
    assert_eq!(page.flash(), "2 messages deleted for good.");
    assert_eq!((mail.left("INBOX").await, mail.left("Work").await), (vec!["Minutes".into()], vec!["Drawings".into()]));
    assert!(mail.left("Trash").await.is_empty());
}

#[tokio::test]
async fn what_comes_while_somebody_is_asked_stays() {
    let app = spawn_app().await;
    let ann = ann_with(&app, &[("Trash", &["Old", "Older"])]).await;
    let page = counted(&ann, STORAGE).await;
    let button = page.texts("button").into_iter().find(|button| button.starts_with("Empty Trash")).unwrap();
    assert!(button.starts_with("Empty Trash, frees "), "{button}");

    let question = ann.send(&page.form(&button)).await;
    assert_eq!(question.texts("h1"), ["Delete 2 messages for good?"]);
    assert!(!question.offers("Move to Trash"));
    let mut mail = ann.mail().await;
    mail.append("Trash", "", letter("Not shown").as_bytes()).await;

    ann.send(&question.form("Delete for good")).await;
    assert_eq!(mail.left("Trash").await, ["Not shown"]);
}

#[tokio::test]
async fn all_of_a_heap_is_what_it_was_when_it_was_asked_about() {
    let app = spawn_app().await;
    let subjects: Vec<String> = (1..=53).map(|number| format!("Letter {number}")).collect();
    let ann = app.person().await.with_messages("Work", subjects.iter().map(|subject| letter(subject))).await;
    let list = counted(&ann, &of_folder("Work")).await;
    assert_eq!(list.texts(".table__main > a").len(), 50);

    let question = ann.send(&list.form("Delete").tick("All of these, on every page: 53 messages")).await;
    assert_eq!(question.texts("h1"), ["Delete 53 messages for good?"]);
    let mut mail = ann.mail().await;
    mail.append("Work", "", letter("Not shown").as_bytes()).await;
    let page = ann.send(&question.form("Move to Trash")).await;
    assert_eq!(page.flash(), "53 messages moved to Trash.");
    assert_eq!(mail.left("Work").await, ["Not shown"]);
    assert_eq!(mail.left("Trash").await.len(), 53);

    skip_on!(Bare, "no-copyuid");
    let page = ann.undo(&page).await;
    assert_eq!(page.flash(), "53 messages are back in Work.");
    // the second page of the list
    let list = counted(&ann, &format!("{}&page=2", of_folder("Work"))).await;
    assert_eq!(list.texts(".table__main > a").len(), 4);
}

#[tokio::test]
async fn without_scripts_a_link_chooses_all_that_the_page_shows_and_no_more() {
    let app = spawn_app().await;
    let subjects: Vec<String> = (1..=53).map(|number| format!("Letter {number}")).collect();
    let ann = app.person().await.with_messages("Work", subjects.iter().map(|subject| letter(subject))).await;
    for (path, chosen) in [(of_folder("Work"), 50), (format!("{}&page=2", of_folder("Work")), 3)] {
        let list = counted(&ann, &path).await;
        assert!(list.attributes(".table input[checked]", "value").is_empty());
        let link = list.attributes("[data-select=page]", "href").remove(0);
        assert!(link.ends_with("select=page"), "{link}");
        let list = ann.open(&link).await;
        let shown = list.texts(".table__main > a");
        assert_eq!((shown.len(), list.attributes(".table input[checked]", "value").len()), (chosen, chosen));
        let question = ann.send(&list.form("Delete")).await;
        assert_eq!(question.texts("h1"), [format!("Delete {chosen} messages for good?")]);
    }
    let question = ann.send(&ann.open(&format!("{}&page=2&select=page", of_folder("Work"))).await.form("Delete")).await;
    ann.send(&question.form("Delete for good")).await;
    assert_eq!(ann.mail().await.left("Work").await.len(), 50);
}

#[tokio::test]
async fn messages_move_into_another_folder_and_come_back() {
    let app = spawn_app().await;
    let ann = ann_with(&app, &[("INBOX", &["Lunch?", "Minutes"]), ("Work", &[])]).await;
    let list = counted(&ann, &of_folder("INBOX")).await;
    let question = ann.send(&list.form("Move to…").tick("Lunch?")).await;
    assert_eq!(question.texts("h1"), ["Move 1 message"]);
    let work = encode(&mail_server().wire_name("Work"));
    let page = ann.send(&question.form("Move").fill("to", &work)).await;
    assert_eq!(page.flash(), "1 message moved to Work.");
    let mut mail = ann.mail().await;
    assert_eq!((mail.left("INBOX").await, mail.left("Work").await), (vec!["Minutes".into()], vec!["Lunch?".into()]));
    skip_on!(Bare, "no-copyuid");
    assert_eq!(ann.undo(&page).await.flash(), "1 message is back in Inbox.");
    assert_eq!(mail.left("INBOX").await.len(), 2);
}

#[tokio::test]
async fn a_folder_that_vanished_is_named_and_the_others_are_done() {
    let app = spawn_app().await;
    let ann = ann_with(&app, &[("INBOX", &["Lunch?", "Minutes"]), ("Work", &["Plans"])]).await;
    let list = counted(&ann, "/webmail/storage/messages?of=biggest").await;
    let question = ann.send(&list.form("Delete").tick("Lunch?").tick("Plans")).await;
    let mut mail = ann.mail().await;
    mail.delete("Work").await;

    let page = ann.send(&question.form("Delete for good")).await;
    let said = page.flash();
    assert!(said.starts_with("1 message deleted for good. In Work nothing was changed: "), "{said}");
    assert_eq!(mail.left("INBOX").await, ["Minutes"]);
    // the list forgets it by itself
    let list = counted(&ann, "/webmail/storage/messages?of=biggest").await;
    assert_eq!(list.texts(".table__main > a"), ["Minutes"]);
}

#[tokio::test]
async fn nothing_chosen_is_nothing_done() {
    let app = spawn_app().await;
    let ann = ann_with(&app, &[("INBOX", &["Lunch?"])]).await;
    let list = counted(&ann, &of_folder("INBOX")).await;
    for button in ["Download first", "Remove only the files", "Move to…", "Delete"] {
        let page = ann.send(&list.form(button)).await;
        assert_eq!(page.flash(), "Nothing was chosen, so nothing was changed.", "{button}");
    }
    let question = ann.send(&list.form("Delete").tick("Lunch?")).await;
    let page = ann.send(&question.form("Delete for good").without("selection")).await;
    assert_eq!(page.flash(), "Nothing was chosen, so nothing was changed.");
    assert_eq!(ann.mail().await.left("INBOX").await, ["Lunch?"]);
}

#[tokio::test]
async fn forged_selections_are_nowhere_and_do_nothing() {
    // C-09
    let app = spawn_app().await;
    let ann = ann_with(&app, &[("INBOX", &["Lunch?"])]).await;
    let list = counted(&ann, &of_folder("INBOX")).await;
    let question = ann.send(&list.form("Delete").tick("Lunch?")).await;
    let form = question.form("Delete for good");
    let real = form.field("selection").unwrap().to_owned();
    let (place, uid) = real.rsplit_once('/').unwrap();
    let (mailbox, uid_validity) = place.rsplit_once('/').unwrap();
    let before = format!("{mailbox}/{}/{uid}", uid_validity.parse::<u32>().unwrap() - 1);
    for wrong in ["INBOX", "INBOX/0/1", &format!("{place}/1:*"), &format!("{place}/0"), &format!("{place}/1:100001")] {
        assert_eq!(ann.submit(&form.clone().forge("selection", wrong)).await.status, 404, "{wrong}");
    }
    for (name, value, status) in [("how", "away", 400), ("csrf", "no", 403)] {
        assert_eq!(ann.submit(&form.clone().forge(name, value)).await.status, status, "{name}");
    }
    // another UIDVALIDITY: the folder of before is not the folder of now
    let page = ann.submit(&form.clone().forge("selection", &before)).await;
    assert_eq!((page.status, page.texts("h1")), (404, vec!["Inbox was rebuilt by the mail server".to_owned()]));
    // somebody else's message has no address of ours
    let ben = ann_with(&app, &[("INBOX", &["Not Ann's"])]).await;
    let page = ben.submit(&form).await;
    assert_eq!(page.status, 403);
    for path in ["?of=nothing", "?of=folder", "?of=folder&mailbox=a~b", "?of=year&year=x", "?of=biggest&page=0", ""] {
        assert_eq!(ann.get(&format!("{STORAGE}/messages{path}")).await.status, 404, "{path}");
    }
    assert_eq!(ann.get(&format!("{}&page=99", of_folder("INBOX"))).await.status, 404);
    assert_eq!(ann.mail().await.left("INBOX").await, ["Lunch?"]);
    assert_eq!(ben.mail().await.left("INBOX").await, ["Not Ann's"]);
}

#[tokio::test]
async fn more_than_a_few_are_done_in_the_background() {
    let app = spawn_app().await;
    let subjects = (1..=210).map(|number| letter(&format!("Letter {number}")));
    let ann = app.person().await.with_messages("Work", subjects).await;
    let list = counted(&ann, &of_folder("Work")).await;
    let question = ann.send(&list.form("Delete").tick("All of these, on every page: 210 messages")).await;
    let answer = ann.submit(&question.form("Delete for good")).await;
    let job = answer.location().unwrap();
    assert!(job.starts_with("/webmail/jobs/"), "{job}");
    let mut mail = ann.mail().await;
    mail.select("Work").await;
    until_so("Work is empty", async || mail.search("UNDELETED").await.is_empty()).await;
    assert!(mail.left("Trash").await.is_empty());
}

#[tokio::test]
async fn a_full_mailbox_is_emptied_straight_away() {
    //
    skip_on!(Bare, "no-quota");
    skip_on!(Courier, "hangs-up-when-full");
    let app = spawn_app().await;
    let ann = app.signed_in(mail_server().person_with("ann", Some(60_000))).await;
    let mut mail = ann.mail().await;
    mail.make("Trash").await;
    // the last one goes over: the server takes it as long as there is some room
    let mut number = 0;
    loop {
        number += 1;
        let subject = format!("Letter {number}");
        if mail.try_append("INBOX", "", None, big(&subject, 10).as_bytes()).await.is_err() {
            break;
        }
        assert!(number < 20, "it never was full");
    }
    let page = counted(&ann, STORAGE).await;
    assert!(page.texts(".figure-number")[0].ends_with("used"), "{:?}", page.texts(".figure-number"));
    assert!(page.text().contains("full"), "{}", page.text());

    let question = ann.send(&page.form("Delete").tick("Letter 1").tick("Letter 2")).await;
    let page = ann.send(&question.form("Delete for good")).await;
    assert_eq!(page.flash(), "2 messages deleted for good.");
    assert!(mail.try_append("INBOX", "", None, big("There is room", 10).as_bytes()).await.is_ok());
}

#[tokio::test]
async fn without_quota_the_sum_is_called_an_estimate() {
    let server = mail_server();
    let keys = format!(
        "[imap]\nhost = \"127.0.0.1\"\nport = {}\nca_file = \"{}\"\ndisabled_capabilities = [\"QUOTA\"]\n",
        server.port("IMAPS_PORT"),
        server.ca_file().display()
    );
    let app = spawn_app_with(&keys).await;
    let ann = ann_with(&app, &[("INBOX", &["Lunch?", "Minutes"])]).await;
    counted(&ann, STORAGE).await;
    let page = counted(&ann, STORAGE).await;
    assert!(page.texts(".figure-number")[0].ends_with("used, as far as we can tell"), "{}", page.text());
    assert!(page.text().contains("an estimate"), "{}", page.text());
    assert!(page.attributes("meter", "value").is_empty());
}

#[tokio::test]
async fn counting_can_be_begun_and_stopped() {
    let app = spawn_app().await;
    let ann = ann_with(&app, &[("INBOX", &["Lunch?"])]).await;
    let page = counted(&ann, STORAGE).await;
    assert!(page.text().contains("Counted "), "{}", page.text());
    ann.mail().await.append("INBOX", "", letter("Minutes").as_bytes()).await;
    ann.send(&page.form("Look again")).await;
    let page = counted(&ann, STORAGE).await;
    assert!(page.texts(".bars__row")[0].ends_with('2'), "{:?}", page.texts(".bars__row"));
    // a form of a page on which it was still counted
    let stop = page.form("Look again").with_action("/webmail/storage/survey/stop");
    assert_eq!(ann.send(&stop).await.status, 200);
    let elsewhere = page.form("Look again").forge("back", "//elsewhere.example/");
    assert_eq!(ann.submit(&elsewhere).await.location().unwrap(), STORAGE);
}

#[tokio::test]
async fn old_mail_of_a_folder_and_those_below_is_found_by_its_age() {
    let app = spawn_app().await;
    let ann = ann_with(&app, &[("Work", &["New"]), ("Work/Deep", &[]), ("INBOX", &[])]).await;
    let mut mail = ann.mail().await;
    for (mailbox, subject) in [("Work", "Old"), ("Work/Deep", "Old and deep"), ("INBOX", "Old elsewhere")] {
        let date = Some("01-Feb-2020 10:00:00 +0000");
        mail.try_append(mailbox, "", date, letter(subject).as_bytes()).await.unwrap();
    }
    let page = counted(&ann, STORAGE).await;
    let work = encode(&mail_server().wire_name("Work"));
    let older = page.form_in(".panel__foot", "Look first").fill("mailbox", &work).fill("days", "365");
    let alone = ann.send(&older).await;
    assert_eq!(alone.texts(".table__main > a"), ["Old"]);
    assert_eq!(alone.texts("h1"), ["Work: older than a year"]);
    let below = ann.send(&older.tick("And in the folders below it")).await;
    let mut found = below.texts(".table__main > a");
    found.sort();
    assert_eq!(found, ["Old", "Old and deep"]);
    // and by year
    let before = page.form_in(".cluster", "Look first");
    let mut found = ann.send(&before).await.texts(".table__main > a");
    found.sort();
    assert_eq!(found, ["Old", "Old and deep", "Old elsewhere"]);
}
