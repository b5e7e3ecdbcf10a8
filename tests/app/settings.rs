//! Settings of a browser: kept by it, and what they do to its lists.

use super::helpers::{differs_on, letter, spawn_app};

const COOKIE: &str = "fernpost_refresh";

#[tokio::test]
async fn a_list_looks_for_mail_by_itself_as_often_as_was_chosen() {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("INBOX", [letter("One")]).await;
    let refresh = |page: &super::helpers::Page| {
        let source = page.source();
        let after = source.split_once("<noscript><meta http-equiv=\"refresh\" content=\"")?.1;
        after.split_once("\"></noscript>").map(|(seconds, _)| seconds.to_owned())
    };
    let list = ann.open_mailbox("INBOX").await;
    assert_eq!(refresh(&list), None, "nobody asked for it");

    let settings = ann.open(&list.link("Settings")).await;
    let form = settings.form("Save");
    assert_eq!(form.field("refresh"), Some("0"));
    let answer = ann.submit(&form.fill("refresh", "5")).await;
    let cookies = answer.set_cookies();
    let cookie = cookies.iter().find(|cookie| cookie.starts_with(COOKIE)).unwrap();
    for part in ["fernpost_refresh=5", "Path=/webmail", "SameSite=Strict", "HttpOnly", "Max-Age=31536000"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let settings = ann.follow(answer).await;
    assert_eq!((settings.flash().as_str(), settings.texts("h1")), ("Saved.", vec!["Settings".to_owned()]));
    assert_eq!(settings.form("Save").field("refresh"), Some("5"));

    let list = ann.open_mailbox("INBOX").await;
    assert_eq!(refresh(&list).as_deref(), Some("300"));
    // where something would be lost it stays away
    assert_eq!(refresh(&ann.open("/webmail/mailbox/INBOX?select=page").await), None);
    assert_eq!(refresh(&ann.open_message(&list, "One").await), None);
    let moved = ann.press(&list, "Archive", &["One"]).await;
    // an Undo that is offered would be lost; without COPYUID there is none
    let kept = differs_on!(Bare, "no-copyuid").then(|| "300".to_owned());
    assert_eq!((moved.flash().as_str(), refresh(&moved)), ("1 message moved to Archive.", kept));
    assert_eq!(refresh(&ann.open_mailbox("INBOX").await).as_deref(), Some("300"));

    let answer = ann.submit(&settings.form("Save").fill("refresh", "0")).await;
    assert!(answer.set_cookies().iter().any(|cookie| cookie.starts_with(COOKIE) && cookie.contains("Max-Age=0")));
    assert_eq!(refresh(&ann.open_mailbox("INBOX").await), None);
}

#[tokio::test]
async fn what_nobody_can_choose_changes_nothing() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let form = ann.open("/webmail/settings").await.form("Save");
    for wrong in ["3", "", "5\"><script>", "-1"] {
        let answer = ann.submit(&form.clone().forge("refresh", wrong)).await;
        assert_eq!(answer.status, 400, "{wrong}");
        assert!(answer.set_cookies().iter().all(|cookie| !cookie.starts_with(COOKIE)));
    }
    assert_eq!(ann.submit(&form.clone().without("csrf").fill("refresh", "5")).await.status, 403);
    // a cookie that somebody wrote into the browser
    ann.set_cookie(COOKIE, "1,url=https://other.example");
    assert!(!ann.open_mailbox("INBOX").await.source().contains("http-equiv"));
    ann.set_cookie(COOKIE, "7");
    assert!(!ann.open_mailbox("INBOX").await.source().contains("http-equiv"));
}

#[tokio::test]
async fn settings_are_for_whoever_is_signed_in() {
    let app = spawn_app().await;
    let stranger = app.visitor();
    assert_eq!(
        stranger.get("/webmail/settings").await.location().unwrap(),
        "/webmail/login?next=%2Fwebmail%2Fsettings"
    );
}
