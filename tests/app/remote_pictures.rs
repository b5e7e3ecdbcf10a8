//! Pictures on other people's servers: blocked, shown when a person asks, and then fetched by us (`P-01` to `P-05`).

use super::helpers::{Page, Person, TestApp, spawn_app_with};
use super::site::{Reply, Site, ok};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and the rest of it";

/// A newsletter of this site, with its pictures, a tracker, and one that leads into the machine.
fn newsletter(site: &Site) -> String {
    format!(
        "From: Green Field <news@green.example>\r\nTo: Ann <ann@example.org>\r\nSubject: Gardens\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/html; charset=utf-8\r\n\r\n<p>Seven <b>gardens</b></p><img src=\"{0}\" alt=One>\r\n\
         <img src=\"{1}\" alt=Two><img src=\"{2}\" width=1 height=1><img src=\"http://127.0.0.1:9/inside.png\">\r\n",
        site.url("/one.png?who=ann"),
        site.url("/two.svg"),
        site.url("/open.gif?who=ann"),
    )
}

async fn site() -> Site {
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    Site::on("127.0.0.1", 0, |path| match path {
        "/two.svg" => ok("image/svg+xml", svg),
        _ => ok("image/png", PNG),
    })
    .await
}

async fn reader(site: &Site, mailbox: &str) -> (TestApp, Person, Page) {
    let app = spawn_app_with(&format!("[remote]\nallow = [\"{}\"]\n", site.address)).await;
    let ann = app.person().await.with_messages(mailbox, [newsletter(site)]).await;
    let message = ann.open_message(&ann.open_mailbox(mailbox).await, "Gardens").await;
    (app, ann, message)
}

async fn frame(ann: &Person, message: &Page) -> Page {
    ann.get(&message.attributes("iframe", "src")[0]).await
}

#[tokio::test]
async fn pictures_are_blocked_until_somebody_asks_and_then_come_from_us() {
    let site = site().await;
    let (_app, ann, message) = reader(&site, "INBOX").await;
    assert_eq!(message.texts(".notice__text"), ["4 remote images blocked, 1 of them a tracker"]); // P-05
    assert_eq!(frame(&ann, &message).await.attributes("img", "src"), [""; 0]);
    assert_eq!(site.heard(), [""; 0]);

    let shown = ann.send(&message.form("Show once")).await;
    assert_eq!(shown.texts(".notice__text"), ["3 remote images shown, 1 tracker still blocked"]);
    assert!(!shown.offers("Show once"));
    let body = frame(&ann, &shown).await;
    let pictures = body.attributes("img", "src");
    assert_eq!(pictures.len(), 3, "{}", body.source());
    assert!(pictures.iter().all(|address| address.starts_with("/webmail/message/INBOX/")), "{pictures:?}");
    assert!(!body.source().contains(&site.address.to_string()), "the browser never learns of it");
    let mut kinds = Vec::new();
    for address in &pictures {
        let picture = ann.get(address).await;
        assert_eq!(picture.status, 200);
        assert_eq!(picture.header("x-content-type-options"), Some("nosniff"));
        assert!(picture.header("content-security-policy").unwrap().contains("sandbox"));
        assert_eq!(picture.header("cross-origin-resource-policy"), Some("same-origin"));
        assert!(picture.header("cache-control").unwrap().starts_with("private, max-age="));
        kinds.push((picture.header("content-type").unwrap().to_owned(), picture.body == PNG));
    }
    let of = |kind: &str, is_png| (kind.to_owned(), is_png);
    // a drawing is no picture, and nobody looks into the machine (P-02, P-03)
    assert_eq!(kinds, [of("image/png", true), of("image/gif", false), of("image/gif", false)]);
    let heard = site.heard();
    assert_eq!(heard.len(), 2, "{heard:?}");
    for request in heard {
        let request = request.to_lowercase();
        assert!(
            !request.contains("cookie") && !request.contains("referer") && !request.contains("language"),
            "{request}"
        );
    }
    // the same page again has the same addresses, and whoever looks again is seen by nobody
    assert_eq!(frame(&ann, &shown).await.attributes("img", "src"), pictures);
    assert_eq!(ann.get(&pictures[0]).await.body, PNG);
    let paper = ann.open(&shown.link("Print")).await;
    assert_eq!(paper.attributes("img", "src").len(), 3);
    assert_eq!(site.heard().len(), 2);
    // once is once
    let again = ann.open_message(&ann.open_mailbox("INBOX").await, "Gardens").await;
    assert!(again.offers("Show once") && frame(&ann, &again).await.attributes("img", "src").is_empty());
}

#[tokio::test]
async fn what_a_page_does_keeps_the_pictures_shown() {
    let site = site().await;
    let (_app, ann, message) = reader(&site, "INBOX").await;
    let shown = ann.send(&message.form("Show once")).await;
    let starred = ann.send(&shown.form("Flag")).await;
    assert_eq!(frame(&ann, &starred).await.attributes("img", "src").len(), 3);
    // and an open page that is drawn anew shows what it showed
    let on = starred.attributes("body", "data-on").remove(0);
    let mut stream = ann.follow_from(&on, "0-0".to_owned()).await;
    let event = stream.until_part("main", "3 remote images shown").await;
    let drawn = event.data["main"].as_str().unwrap();
    assert!(drawn.contains("/body?part=1&amp;show="), "{drawn}");
}

#[tokio::test]
async fn only_what_we_signed_for_this_person_is_fetched() {
    // P-01, A-06
    let site = site().await;
    let (app, ann, message) = reader(&site, "INBOX").await;
    let shown = ann.send(&message.form("Show once")).await;
    let address = frame(&ann, &shown).await.attributes("img", "src").remove(0);
    let start = address.find("?t=").unwrap() + 3;
    for at in [start, start + 12, start + 20, start + 40, address.len() - 2] {
        let other = if address.as_bytes()[at] == b'A' { "B" } else { "A" };
        let changed = format!("{}{other}{}", &address[..at], &address[at + 1..]);
        assert_eq!(ann.get(&changed).await.status, 403, "{at}");
    }
    let here = address.split('?').next().unwrap();
    for wrong in ["", "?t=", "?t=AAAA", "?t=http%3A%2F%2F127.0.0.1%2F", "?url=http%3A%2F%2F127.0.0.1%2F"] {
        assert_eq!(ann.get(&format!("{here}{wrong}")).await.status, 403, "{wrong}");
    }
    let elsewhere = address.replacen("/INBOX/", "/Trash/", 1);
    assert_eq!(ann.get(&elsewhere).await.status, 403);
    let ben = app.person().await;
    assert_eq!(ben.get(&address).await.status, 403);
    assert_eq!(app.visitor().get(&address).await.status, 303, "nobody without a session");
    let foreign = ann.request("GET", &address).header("sec-fetch-site", "cross-site").send().await;
    assert_eq!(foreign.status, 403); // C-03
    assert_eq!(site.heard(), [""; 0]);
    assert_eq!(ann.get(&address).await.body, PNG);
}

#[tokio::test]
async fn no_link_shows_pictures_by_itself() {
    let site = site().await;
    let (app, ann, message) = reader(&site, "INBOX").await;
    let here = message.address.replacen(&app.origin, "", 1);
    let show = |address: &str| {
        let (ann, address) = (&ann, address.to_owned());
        async move { frame(ann, &ann.open(&address).await).await.attributes("img", "src").len() }
    };
    for guess in ["?show=1", "?show=", "?show=AAAA", "?remote=show"] {
        assert_eq!(show(&format!("{here}{guess}")).await, 0, "{guess}");
        assert_eq!(ann.get(&format!("{here}/body{guess}")).await.attributes("img", "src").len(), 0, "{guess}");
    }
    // what was asked in one session holds in no other
    let asked = ann.submit(&message.form("Show once")).await.location().unwrap();
    assert_eq!(show(&asked).await, 3);
    let elsewhere = app.signed_in(ann.who.clone()).await;
    let page = elsewhere.open(&asked).await;
    assert_eq!(frame(&elsewhere, &page).await.attributes("img", "src").len(), 0);
    assert_eq!(site.heard(), [""; 0]);
}

#[tokio::test]
async fn junk_shows_no_pictures() {
    //
    let site = site().await;
    let (_app, ann, message) = reader(&site, "Junk").await;
    assert_eq!(message.texts(".notice__text"), ["4 remote images blocked, 1 of them a tracker"]);
    assert!(!message.offers("Show once"));
    let address = message.address.split('?').next().unwrap().to_owned() + "/remote";
    let forced = message.form("Not junk").with_action(&address).forge("choice", "once");
    let page = ann.send(&forced).await;
    assert_eq!(frame(&ann, &page).await.attributes("img", "src"), [""; 0]);
}

#[tokio::test]
async fn the_operator_can_switch_it_off() {
    // P-05
    let site = Site::saying(Reply::Silence).await;
    let app = spawn_app_with(&format!("[remote]\nenabled = false\nallow = [\"{}\"]\n", site.address)).await;
    let ann = app.person().await.with_messages("INBOX", [newsletter(&site)]).await;
    let message = ann.open_message(&ann.open_mailbox("INBOX").await, "Gardens").await;
    assert_eq!(message.texts(".notice__text"), ["4 remote images blocked, 1 of them a tracker"]);
    assert!(!message.offers("Show once"));
}

#[tokio::test]
async fn links_say_where_they_lead_and_lose_what_tracks_when_asked() {
    let app = spawn_app_with("").await;
    let html = "From: b@example.org\r\nSubject: Links\r\nMIME-Version: 1.0\r\n\
        Content-Type: text/html; charset=utf-8\r\n\r\n\
        <a href=\"https://evil.example/?utm_source=x&id=7\">www.bank.example</a> <a href=\"http://2130706433/\">here</a> \
        <a title=\"https://bank.example/\" href=\"https://shop.example/\">shop</a>\r\n";
    let text = "From: b@example.org\r\nSubject: Text\r\nContent-Type: text/plain\r\n\r\n\
        http://192.0.2.1/a and https://shop.example/?fbclid=x&id=7\r\n";
    let ann = app.person().await.with_messages("INBOX", [html, text]).await;
    let list = ann.open_mailbox("INBOX").await;
    let message = ann.open_message(&list, "Links").await;
    assert!(message.text().contains("A link in this message says www.bank.example and leads to evil.example."));
    let body = frame(&ann, &message).await;
    assert_eq!(body.texts("a"), ["www.bank.example \u{26a0} evil.example", "here \u{26a0} 127.0.0.1", "shop"]);
    assert_eq!(body.attributes("a", "title"), ["evil.example", "127.0.0.1", "shop.example"]);
    assert_eq!(body.attributes("a", "href")[0], "https://evil.example/?utm_source=x&id=7");
    let plain = ann.open_message(&list, "Text").await;
    assert_eq!(plain.texts(".message__text a")[0], "http://192.0.2.1/a \u{26a0} 192.0.2.1");
    assert_eq!(plain.attributes(".message__text a", "href")[1], "https://shop.example/?fbclid=x&id=7");

    let settings = ann.open("/webmail/settings").await;
    let saved = ann.send(&settings.form("Save").tick("Take out of links")).await;
    assert_eq!(saved.form("Save").field("untracked"), Some("1"));
    let body = frame(&ann, &ann.open_message(&list, "Links").await).await;
    assert_eq!(body.attributes("a", "href")[0], "https://evil.example/?id=7");
    let plain = ann.open_message(&list, "Text").await;
    assert_eq!(plain.attributes(".message__text a", "href")[1], "https://shop.example/?id=7");
    ann.send(&saved.form("Save").without("untracked")).await;
    let body = frame(&ann, &ann.open_message(&list, "Links").await).await;
    assert_eq!(body.attributes("a", "href")[0], "https://evil.example/?utm_source=x&id=7");
}

/// By a sender whom the mail server vouches for, or not.
fn of_sender(site: &Site, domain: &str) -> String {
    format!(
        "Authentication-Results: mx.example.org; dkim=pass header.d={domain}; dmarc=pass header.from={domain}\r\n\
         Received: from out.example (out.example [192.0.2.1]) by mx.example.org (Postfix) with ESMTPS id 1;\r\n\t\
         Tue, 13 Jan 2026 09:30:00 +0100\r\n{}",
        newsletter(site)
    )
}

#[tokio::test]
async fn a_proven_sender_may_always_show_pictures_until_forgotten() {
    //
    let site = site().await;
    let trust = "[authentication]\ntrusted = [\"mx.example.org\"]\n";
    let mut app = spawn_app_with(&format!("[remote]\nallow = [\"{}\"]\n{trust}", site.address)).await;
    let second = of_sender(&site, "green.example").replace("Gardens", "More gardens");
    let forged = newsletter(&site).replace("Gardens", "Unsigned gardens");
    let mails = [of_sender(&site, "green.example"), second, forged];
    let ann = app.person().await.with_messages("INBOX", mails).await;
    let list = ann.open_mailbox("INBOX").await;
    let open = |subject: &str| {
        let (ann, address) = (&ann, list.row(subject).address);
        async move { ann.open(&address).await }
    };
    let pictures = |message: Page| {
        let ann = &ann;
        async move { frame(ann, &message).await.attributes("img", "src").len() }
    };
    let unsigned = open("Unsigned gardens").await;
    assert!(unsigned.offers("Show once") && !unsigned.offers("Always for this sender"));
    let answer = ann.submit(&open("Gardens").await.form("Always for this sender")).await;
    assert!(!answer.location().unwrap().contains("show="), "the choice is kept here, and not in an address");
    let shown = ann.follow(answer).await;
    assert!(!shown.offers("Show once") && !shown.offers("Always for this sender"));
    assert_eq!(shown.texts(".notice__text"), ["3 remote images shown, 1 tracker still blocked"]);
    assert_eq!(pictures(shown).await, 3);
    assert_eq!(pictures(open("More gardens").await).await, 3);
    // whoever only calls himself so gains nothing
    let unsigned = open("Unsigned gardens").await;
    let forced = unsigned.form("Show once").forge("choice", "always");
    assert_eq!(ann.submit(&forced).await.status, 400);
    assert_eq!(pictures(unsigned).await, 0);

    // it is this person's choice, outlives the program, and is to be seen and taken back
    let ben = app.person().await.with_messages("INBOX", [of_sender(&site, "green.example")]).await;
    assert!(ben.open_message(&ben.open_mailbox("INBOX").await, "Gardens").await.offers("Always for this sender"));
    assert!(!ben.open("/webmail/settings").await.offers("Forget news@green.example"));
    app.restart().await;
    let settings = ann.open("/webmail/settings").await;
    let forgotten = ann.send(&settings.form("Forget news@green.example")).await;
    assert_eq!(forgotten.flash(), "Remote images of news@green.example are blocked again.");
    assert!(!forgotten.offers("Forget news@green.example"));
    assert_eq!(pictures(open("Gardens").await).await, 0);
    // or at the message itself
    let shown = ann.send(&open("Gardens").await.form("Always for this sender")).await;
    let blocked = ann.send(&shown.form("No longer for this sender")).await;
    assert!(blocked.offers("Show once"));
    assert_eq!(pictures(blocked).await, 0);
}

#[tokio::test]
async fn what_an_attached_newsletter_asks_for_counts_with_what_its_cover_asks_for() {
    let site = site().await;
    let app = spawn_app_with(&format!("[remote]\nallow = [\"{}\"]\n", site.address)).await;
    let cover = format!(
        "From: Bo <bo@b.example>\r\nTo: Ann <ann@example.org>\r\nSubject: Fwd\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n\
         <p>Look at this. <a href=\"https://evil.example/\">bank.example</a></p>\r\n--x\r\n\
         Content-Type: message/rfc822\r\n\r\n{}<a href=\"https://evil.example/\">https://bank.example</a>\
         <a href=\"https://other.example/\">https://shop.example</a>\r\n--x--\r\n",
        newsletter(&site),
    );
    let ann = app.person().await.with_messages("INBOX", [cover]).await;
    let message = ann.open_message(&ann.open_mailbox("INBOX").await, "Fwd").await;
    let told = message.texts(".notice__text");
    assert_eq!(told.last().unwrap(), "4 remote images blocked, 1 of them a tracker", "{told:?}"); // P-05
    assert!(told[0].contains("evil.example") && told[0].contains("1 more"), "each link once: {told:?}");
    let shown = ann.send(&message.form("Show once")).await;
    assert_eq!(shown.texts(".notice__text").last().unwrap(), "3 remote images shown, 1 tracker still blocked");
    let inner = ann.get(&shown.attributes("iframe", "src")[1]).await;
    assert_eq!(inner.attributes("img", "src").len(), 3, "{}", inner.source());
}
