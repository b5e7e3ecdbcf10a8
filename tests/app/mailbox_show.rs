//! Message lists: what their rows say, and that they say what the mail server holds now.

use super::helpers::{Person, TestApp, differs_on, encode, letter, mail_server, skip_on, spawn_app};

fn mail(headers: &str, text: &str) -> Vec<u8> {
    format!("{headers}MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n").into_bytes()
}

async fn person_with(subjects: &[&str]) -> (TestApp, Person) {
    let app = spawn_app().await;
    let ann = app.person().await;
    let ann = ann.with_messages("INBOX", subjects.iter().map(|subject| letter(subject))).await;
    (app, ann)
}

fn beside<'a>(tree: &'a [(String, String)], folder: &str) -> &'a str {
    &tree.iter().find(|(name, _)| name == folder).unwrap_or_else(|| panic!("no {folder} in {tree:?}")).1
}

#[tokio::test]
async fn a_row_says_who_what_when_and_which_marks_it_has() {
    let (_app, ann) = person_with(&[]).await;
    let mut client = ann.mail().await;
    let plain = mail(
        "From: =?utf-8?Q?J=C3=B6rg_Gro=C3=9F?= <jg@example.org>\r\nSubject: =?utf-8?B?44GT44KT44Gr44Gh44Gv?=\r\n",
        "The  first line\r\nand the second.",
    );
    client.append_of("INBOX", "\\Seen \\Answered \\Flagged", Some("01-Mar-2019 10:00:00 +0000"), &plain).await;
    let with_file = b"From: news@example.org\r\nSubject: Figures\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n\
        --b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=a.csv\r\n\r\n1,2\r\n--b--\r\n";
    client.append_of("INBOX", "$Forwarded", Some("02-Mar-2019 10:00:00 +0000"), with_file).await;
    client.append("INBOX", "", b"Date: Mon, 02 Nov 2026 10:00:00 +0000\r\n\r\n\r\n").await;

    let list = ann.open_mailbox("INBOX").await;
    let row = list.row("こんにちは");
    assert_eq!((row.who.as_str(), row.preview.as_str()), ("Jörg Groß", "The first line and the second."));
    assert_eq!((row.date.as_str(), row.datetime.as_str()), ("1 Mar 2019", "2019-03-01T10:00:00+00:00"));
    assert_eq!((row.unread, row.flagged, row.marks.as_str()), (false, true, "Answered."));
    let row = list.row("Figures");
    assert_eq!((row.who.as_str(), row.preview.as_str()), ("news@example.org", "See below."));
    assert_eq!((row.unread, row.flagged, row.marks.as_str()), (true, false, "Forwarded. With files."));
    let row = list.row("(no subject)");
    assert_eq!((row.who.as_str(), row.preview.as_str(), row.marks.as_str()), ("(no sender)", "", ""));
    assert_eq!(list.texts(".message-list__day"), ["Today", "March 2019"]);
}

#[tokio::test]
async fn dates_are_those_of_the_browsers_zone() {
    let (_app, ann) = person_with(&[]).await;
    let message = mail("Subject: Late\r\nDate: Wed, 01 Jan 2020 23:30:00 +0000\r\n", "x");
    ann.mail().await.append_of("INBOX", "", Some("01-Jan-2020 23:30:00 +0000"), &message).await;
    for (zone, date, datetime, full) in [
        ("", "1 Jan 2020", "2020-01-01T23:30:00+00:00", "Wednesday, 1 January 2020, 23:30 (UTC)"),
        ("Asia/Tokyo", "2 Jan 2020", "2020-01-02T08:30:00+09:00", "Thursday, 2 January 2020, 08:30 (UTC+9)"),
        ("Asia/Kolkata", "2 Jan 2020", "2020-01-02T05:00:00+05:30", "Thursday, 2 January 2020, 05:00 (UTC+5:30)"),
        ("America/New_York", "1 Jan 2020", "2020-01-01T18:30:00-05:00", "Wednesday, 1 January 2020, 18:30 (UTC-5)"),
        ("No/Where", "1 Jan 2020", "2020-01-01T23:30:00+00:00", "Wednesday, 1 January 2020, 23:30 (UTC)"),
    ] {
        ann.set_cookie("fernpost_zone", zone);
        let list = ann.open_mailbox("INBOX").await;
        let row = list.row("Late");
        assert_eq!((row.date.as_str(), row.datetime.as_str()), (date, datetime), "{zone}");
        let message = ann.open_message(&list, "Late").await;
        assert_eq!(message.texts(".facts time"), [full], "{zone}");
        assert_eq!(message.attributes(".sender__date", "datetime"), [datetime], "{zone}");
    }
}

#[tokio::test]
async fn the_order_is_newest_first_or_the_chosen_one() {
    let (_app, ann) = person_with(&[]).await;
    let mut client = ann.mail().await;
    for (from, subject, day, text) in [
        ("cy@example.org", "Walnuts", "03", "x".repeat(10)),
        ("abe@example.org", "Re: Apples", "01", "x".repeat(3000)),
        ("bob@example.org", "Pears", "02", "x".repeat(600)),
    ] {
        let message = mail(&format!("From: {from}\r\nSubject: {subject}\r\n"), &text);
        client.append_of("INBOX", "", Some(&format!("{day}-Jan-2020 10:00:00 +0000")), &message).await;
    }
    let list = ann.open_mailbox("INBOX").await;
    assert_eq!(list.rows(), ["Walnuts", "Pears", "Re: Apples"]);
    if differs_on!(Bare, "no-sort") {
        assert_eq!(list.texts(".menu__panel .menu__item[href*='sort=']"), ["Date, oldest first"]);
        assert_eq!(ann.open(&list.link("Date, oldest first")).await.rows(), ["Re: Apples", "Pears", "Walnuts"]);
        return;
    }
    for (order, subjects) in [
        ("Sender", ["Re: Apples", "Pears", "Walnuts"]),
        ("Subject", ["Re: Apples", "Pears", "Walnuts"]),
        ("Size, largest first", ["Re: Apples", "Pears", "Walnuts"]),
        ("Date, oldest first", ["Re: Apples", "Pears", "Walnuts"]),
        ("Date, newest first", ["Walnuts", "Pears", "Re: Apples"]),
    ] {
        let sorted = ann.open(&list.link(order)).await;
        assert_eq!(sorted.rows(), subjects, "{order}");
        assert_eq!(sorted.texts(".menu__item[aria-current]"), [order]);
    }
}

#[tokio::test]
async fn what_another_program_does_is_in_the_next_page() {
    let (_app, ann) = person_with(&["One", "Two"]).await;
    let mut client = ann.mail().await;
    client.make("Work").await;
    let list = ann.open_mailbox("INBOX").await;
    assert_eq!(
        (list.rows(), list.texts("title")),
        (vec!["Two".into(), "One".into()], vec!["Inbox (2) · Fernpost".into()])
    );
    assert_eq!((beside(&list.tree(), "Inbox"), beside(&list.tree(), "Work")), ("2", ""));

    let new = client.append("INBOX", "", letter("Three").as_bytes()).await;
    assert_eq!(ann.open_mailbox("INBOX").await.rows(), ["Three", "Two", "One"]);

    client.select("INBOX").await;
    client.store(new, "+FLAGS (\\Seen \\Flagged \\Answered)").await;
    let list = ann.open_mailbox("INBOX").await;
    let row = list.row("Three");
    assert_eq!((row.unread, row.flagged, row.marks.as_str()), (false, true, "Answered."));
    assert_eq!(beside(&list.tree(), "Inbox"), "2");

    client.store(new, "-FLAGS (\\Flagged \\Answered)").await;
    let row = ann.open_mailbox("INBOX").await.row("Three");
    assert_eq!((row.flagged, row.marks.as_str()), (false, ""));

    let one = client.search("SUBJECT One").await[0];
    client.move_to(one, "Work").await;
    let list = ann.open_mailbox("INBOX").await;
    assert_eq!(list.rows(), ["Three", "Two"]);
    assert_eq!((beside(&list.tree(), "Inbox"), beside(&list.tree(), "Work")), ("1", "1"));
    assert_eq!(ann.open_mailbox("Work").await.rows(), ["One"]);

    client.remove(new).await;
    assert_eq!(ann.open_mailbox("INBOX").await.rows(), ["Two"]);

    client.rename("Work", "Done").await;
    let list = ann.open_mailbox("INBOX").await;
    assert!(!list.tree().iter().any(|(name, _)| name == "Work"));
    assert_eq!(beside(&list.tree(), "Done"), "1");
    assert_eq!(ann.open_mailbox("Done").await.rows(), ["One"]);
    let gone = ann.open_mailbox("Work").await;
    assert_eq!((gone.status, gone.texts("h1")), (404, vec!["There is no folder of this name".to_owned()]));
}

#[tokio::test]
async fn the_meter_follows_what_is_stored() {
    skip_on!(Bare, "no-quota");
    let app = spawn_app().await;
    let ann = app.signed_in(mail_server().person_with("ann", Some(100_000))).await;
    let ann = ann.with_messages("INBOX", [letter(&"x".repeat(20))]).await;
    let meter = |page: &super::helpers::Page| page.attributes(".quota meter", "value")[0].parse::<u32>().unwrap();
    let before = ann.open_mailbox("INBOX").await;
    let used = if differs_on!(Cyrus, "quota-in-kilobytes") { "0 bytes" } else { "1" };
    assert_eq!(before.texts(".quota__used"), [format!("{used} of 100 KB")]);
    assert!(meter(&before) <= 1);
    ann.mail().await.append("INBOX", "", &mail("Subject: Big\r\n", &"0123456789 ".repeat(4500))).await;
    // where the mail server counts for long, the quota is not asked for with every page
    let since = std::time::Instant::now();
    loop {
        match meter(&ann.open_mailbox("INBOX").await) {
            48..=52 => return,
            other => assert!(since.elapsed().as_secs() < 10, "{other}"),
        }
    }
}

#[tokio::test]
async fn filters_search_and_order_stay_from_page_to_page() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let mut client = ann.mail().await;
    for number in 1..=53 {
        let flags = if number % 53 == 0 { "\\Seen" } else { "\\Flagged" };
        client.append("INBOX", flags, letter(&format!("No-{number:02}")).as_bytes()).await;
    }
    let list = ann.open_mailbox("INBOX").await;
    let flagged = ann.open(&list.link("Flagged")).await;
    let oldest = ann.open(&flagged.link("Date, oldest first")).await;
    assert_eq!((oldest.rows().len(), oldest.rows()[0].as_str()), (50, "No-01"));
    assert_eq!(oldest.texts(".pager__where"), ["1–50 of 52"]);
    let second = ann.open(&oldest.link("Page after")).await;
    assert_eq!(
        (second.rows(), second.texts(".pager__where")),
        (vec!["No-51".into(), "No-52".into()], vec!["51–52 of 52".into()])
    );
    assert_eq!(ann.open(&second.link("Page before")).await.rows(), oldest.rows());
    // from a message back to the page of the list that it was opened from
    let message = ann.open_message(&second, "No-52").await;
    let back = ann.open(&message.attributes(".toolbar__back", "href")[0]).await;
    assert_eq!(back.rows(), second.rows());
    // and by a change
    let page = ann.press(&second, "Mark as unread", &["No-52"]).await;
    assert_eq!(page.rows(), second.rows());
    let unread = ann.open(&page.link("Unread")).await;
    assert_eq!(unread.texts(".pager__where"), ["1–50 of 52"]);
}

#[tokio::test]
async fn words_are_found_in_any_script_and_place() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let ann = ann
        .with_messages(
            "INBOX",
            [
                mail("From: Bo <bo@example.org>\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n", "Nothing else."),
                mail("From: Cy <cy@example.org>\r\nSubject: Pictures\r\n", "Here: 写真です"),
                mail("From: Dee Dot <dee@example.org>\r\nSubject: 100% \"quoted\" \\ words\r\n", "Plain."),
            ],
        )
        .await;
    let list = ann.open_mailbox("INBOX").await;
    for (words, found) in [
        ("grüße", vec!["Grüße"]),
        ("写真", vec!["Pictures"]),
        ("dee dot", vec!["100% \"quoted\" \\ words"]),
        ("100%", vec!["100% \"quoted\" \\ words"]),
        ("\"quoted\" \\", vec!["100% \"quoted\" \\ words"]),
        ("example.org", vec!["100% \"quoted\" \\ words", "Pictures", "Grüße"]),
    ] {
        let page = ann.search(&list, words).await;
        assert_eq!(page.rows(), found, "{words}");
        assert_eq!(page.attributes("input[name=q]", "value"), [words]);
        assert_eq!(page.texts(".pane__title .small")[0], format!("{} found", found.len()));
    }
    let page = ann.search(&list, "<b>nobody</b> {5+}").await;
    assert_eq!(page.texts(".empty h2"), ["No message with “<b>nobody</b> {5+}”"]);
    assert_eq!(ann.open(&page.link("Stop searching")).await.rows().len(), 3);
}

#[tokio::test]
async fn sent_mail_says_to_whom_it_went() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let to = |to: &str, subject: &str| mail(&format!("From: Ann <ann@example.org>\r\n{to}Subject: {subject}\r\n"), "x");
    let many = "To: Bo <bo@example.org>, cy@example.org, Dee <d@example.org>, e@example.org, f@example.org\r\n";
    let ann =
        ann.with_messages("Sent", [to(many, "Many"), to("To: Bo <bo@example.org>\r\n", "One"), to("", "None")]).await;
    let list = ann.open_mailbox("Sent").await;
    assert_eq!(list.row("Many").who, "To: Bo, cy@example.org, Dee +2");
    assert_eq!(list.row("One").who, "To: Bo");
    assert_eq!(list.row("None").who, "To: (no recipient)");
}

#[tokio::test]
async fn a_folder_may_have_any_name() {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("INBOX", [letter("Letter")]).await;
    let mut client = ann.mail().await;
    let names =
        ["A", "A/B", "Ä & Ö", "100%", "a+b", "写真", "tilde ~2F", "<b>bold", "quo\"te\\d", "x?y=z#w;v", "-- ", "&-&"];
    let names: Vec<&str> = names
        .into_iter()
        .filter(|name| {
            !(differs_on!(Cyrus, "names-on-cyrus")
                && name.contains(['"', '%', '<', '>', ';', '\\', '^', '`', '{', '|', '}']))
        })
        .collect();
    for name in &names {
        client.make(name).await;
    }
    for name in names {
        let leaf = name.rsplit('/').next().unwrap();
        let list = ann.open_mailbox("INBOX").await;
        let page = ann.copy(&list, name, &["Letter"]).await;
        assert_eq!(
            page.flash().split_whitespace().collect::<Vec<_>>().join(" "),
            format!("1 message copied to {}.", leaf.trim()),
            "{name}"
        );
        assert_eq!(client.subjects(name).await, ["Letter"], "{name}");
        let folder = page
            .attributes(".mailbox-link", "href")
            .into_iter()
            .find(|link| *link == format!("/webmail/mailbox/{}", encode(&mail_server().wire_name(name))));
        let folder = ann.open(&folder.unwrap_or_else(|| panic!("no link to {name}"))).await;
        assert_eq!(
            (folder.status, folder.rows(), folder.texts("h1")),
            (200, vec!["Letter".to_owned()], vec![leaf.trim().to_owned()])
        );
        let message = ann.open_message(&folder, "Letter").await;
        assert_eq!(message.texts(".message__subject"), ["Letter"], "{name}");
        let page = ann.send(&message.form_in(".toolbar", "Delete")).await;
        assert_eq!(
            (page.flash().as_str(), page.texts("h1")),
            ("1 message moved to Trash.", vec![leaf.trim().to_owned()])
        );
    }
    // B is inside of A
    let list = ann.open_mailbox("A").await;
    assert_eq!(list.attributes("details summary.mailbox-tree__toggle", "aria-label"), ["Folders in A"]);
    assert_eq!(list.texts("details .mailbox-tree .mailbox-link__name"), ["B"]);
    // names that a path would swallow are written so that none does
    for name in ["..", ".", "...", "a/../b", "~"] {
        let page = ann.open_mailbox(name).await;
        assert_eq!(
            (page.status, page.texts("h1")),
            (404, vec!["There is no folder of this name".to_owned()]),
            "{name}"
        );
    }
}

#[tokio::test]
async fn what_is_no_address_leads_somewhere() {
    // C-09
    let (_app, ann) = person_with(&["Letter"]).await;
    let list = ann.open_mailbox("INBOX").await;
    let message = list.row("Letter").address;
    let (start, uid) = message.rsplit_once('/').unwrap();
    let (mailbox, uidvalidity) = start.rsplit_once('/').unwrap();
    let inbox = "/webmail/mailbox/INBOX";
    let wrong = [
        format!("{inbox}?page=0"),
        format!("{inbox}?page=999"),
        format!("{inbox}?page=-1"),
        format!("{inbox}?page=4294967297"),
        "/webmail/mailbox/Nowhere".to_owned(),
        "/webmail/mailbox/IN~ZZBOX".to_owned(),
        "/webmail/mailbox/a~00b".to_owned(),
        "/webmail/mailbox/~FF".to_owned(),
        format!("{start}/999"),
        format!("{start}/0"),
        format!("{start}/x"),
        format!("{start}/4294967296"),
        format!("{mailbox}/1/{uid}"),
        format!("{mailbox}/0/{uid}"),
        format!("/webmail/message/Nowhere/{uidvalidity}/{uid}"),
        format!("{message}/part/9/a.txt"),
        format!("{message}/part/x/a.txt"),
        format!("{message}/part/1.2.3.4.5/a.txt"),
        format!("{message}/inline/9"),
        format!("{message}/body?part=7"),
        format!("{message}/attachments.zip"),
        format!("{message}/nothing"),
        "/webmail/nothing".to_owned(),
    ];
    for address in wrong {
        let page = ann.get(&address).await;
        assert_eq!(page.status, 404, "{address}");
        assert_eq!(page.texts("h1").len(), 1, "{address}: {}", page.text());
        let way = &page.attributes(".empty a.button", "href")[0];
        assert_eq!(ann.open(way).await.status, 200, "{address}: {way}");
    }
    assert_eq!(ann.get(inbox).await.status, 200);
}

#[tokio::test]
async fn every_empty_list_says_why_and_where_to_go() {
    let app = spawn_app().await;
    let ann = app.person().await;
    for mailbox in ["Plans", "Sent", "Drafts", "Junk"] {
        ann.mail().await.make(mailbox).await;
    }
    for (mailbox, title, way) in [
        ("INBOX", "Nothing here. Enjoy it.", "Look again"),
        ("Sent", "Sent is empty", "Go to the inbox"),
        ("Drafts", "Drafts is empty", "Go to the inbox"),
        ("Junk", "Junk is empty", "Go to the inbox"),
        ("Plans", "Plans is empty", "Go to the inbox"),
    ] {
        let page = ann.open_mailbox(mailbox).await;
        assert_eq!((page.texts(".empty h2"), page.rows().len()), (vec![title.to_owned()], 0));
        assert_eq!(ann.open(&page.link(way)).await.texts("h1"), ["Inbox"]);
        for (filter, title) in [("Unread", "No unread messages"), ("Flagged", "No flagged messages")] {
            let filtered = ann.open(&page.link(filter)).await;
            assert_eq!(filtered.texts(".empty h2"), [title]);
            assert_eq!(ann.open(&filtered.link("Show all messages")).await.texts("h1"), page.texts("h1"));
        }
    }
}

#[tokio::test]
async fn a_strangers_words_stay_words() {
    //
    let app = spawn_app().await;
    let ann = app.person().await;
    let hostile = mail(
        "From: \"</bdi><img src=x onerror=alert(1)> \u{202E}evil\u{7}\" <x@evil.example>\r\n\
         To: \"<script>alert(2)</script>\" <y@evil.example>\r\n\
         Subject: </a><script>alert(3)</script> \u{202E}fdp.exe\u{2066} \" onmouseover=\"alert(4)\r\n",
        "<script>alert(5)</script> <img src=x onerror=alert(6)>",
    );
    let ann = ann.with_messages("INBOX", [hostile]).await;
    let list = ann.open_mailbox("INBOX").await;
    let subject = "</a><script>alert(3)</script> fdp.exe \" onmouseover=\"alert(4)";
    assert_eq!(list.rows(), [subject]);
    assert_eq!(list.row(subject).who, "</bdi><img src=x onerror=alert(1)> evil");
    let message = ann.open_message(&list, subject).await;
    assert_eq!(message.texts(".message__subject"), [subject]);
    assert!(message.text().contains("<script>alert(2)</script> < y@evil.example >"), "{}", message.text());
    assert!(message.texts(".message__text")[0].contains("<script>alert(5)</script>"));
    let headers = ann.open(&message.link("All headers")).await;
    let source = ann.open(&message.link("Show the source")).await;
    let print = ann.open(&message.link("Print")).await;
    for page in [&list, &message, &headers, &source, &print] {
        let text = page.source();
        assert!(!text.contains("<script>alert") && !text.contains("<img src=x"), "{}", page.address);
        assert!(page.attributes("[onerror], [onmouseover], [onclick]", "class").is_empty());
        assert!(!text.contains(['\u{202E}', '\u{2066}', '\u{7}']), "{}", page.address);
    }
}
