//! Sessions: security.md 4.1.

use std::collections::BTreeSet;

use super::helpers::{Credentials, MailClient, TestApp, files_below, mail_server, spawn_app, spawn_app_with};

const SESSION: &str = "fernpost";
const KEY: &str = "fernpost_key";

#[tokio::test]
async fn a_restart_signs_nobody_out() {
    let mut app = spawn_app().await;
    let ann = app.person().await;
    app.restart().await;
    let page = ann.open("/webmail/").await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.address.ends_with("/mailbox/INBOX"), "{}", page.address);
}

#[tokio::test]
async fn a_copy_of_everything_we_keep_opens_no_password() {
    let mut app = spawn_app().await;
    let ann = app.person().await;
    app.stop().await;
    let mut kept = Vec::new();
    for file in files_below(app.folder.path()) {
        kept.extend(std::fs::read(file).unwrap());
    }
    let key = ann.cookie(KEY).unwrap();
    use base64::Engine;
    let key_bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(&key).unwrap();
    let password = ann.who.password.as_bytes();
    let in_base64 = base64::engine::general_purpose::STANDARD_NO_PAD.encode(password);
    for secret in [password, in_base64.as_bytes(), key.as_bytes(), &key_bytes] {
        assert!(!kept.windows(secret.len()).any(|window| window == secret)); // S-01
    }
}

#[tokio::test]
async fn the_cookies_alone_reveal_nothing() {
    let app = spawn_app().await;
    let ann = app.person().await;
    use base64::Engine;
    for cookie in ann.cookies() {
        let value = cookie.split_once('=').unwrap().1;
        let decoded = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(value).unwrap_or_default();
        for text in [cookie.as_bytes(), &decoded] {
            let text = String::from_utf8_lossy(text);
            // random bytes may well hold an @: only whole words tell
            for secret in [ann.who.password.as_str(), ann.who.user.as_str(), "ann-", "@fernpost"] {
                assert!(!text.contains(secret)); // S-02
            }
        }
    }
}

#[tokio::test]
async fn the_session_id_changes_at_sign_in_and_an_attackers_is_never_taken() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let first = ann.cookie(SESSION).unwrap();

    // an attacker's own session, set in the victim's browser before she signs in
    let victim = app.visitor();
    victim.set_cookie(SESSION, &first);
    victim.set_cookie(KEY, &ann.cookie(KEY).unwrap());
    let eve = mail_server().person("eve");
    let page = app.visitor().sign_in(&eve.user, &eve.password).await;
    assert_eq!(page.status, 303);
    victim.set_cookie(KEY, "AAAA"); // not signed in as the attacker: the form is shown
    assert_eq!(victim.sign_in(&eve.user, &eve.password).await.status, 303);
    let second = victim.cookie(SESSION).unwrap();
    assert_ne!(first, second); // S-03

    // and an id that nobody gave out is nobody's
    let victim = app.visitor();
    victim.set_cookie(SESSION, &"0".repeat(64));
    assert!(!victim.is_signed_in().await); // S-03
}

#[tokio::test]
async fn signing_out_ends_the_session_for_good() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let (session, key) = (ann.cookie(SESSION).unwrap(), ann.cookie(KEY).unwrap());
    let page = ann.open("/webmail/").await;
    let page = ann.sign_out(&page).await;
    assert_eq!(page.location().unwrap(), "/webmail/login");
    for name in [SESSION, KEY] {
        let expired = page.set_cookies().into_iter().find(|cookie| cookie.starts_with(&format!("{name}=;")));
        assert!(expired.is_some_and(|cookie| cookie.contains("Max-Age=0")), "{name}"); // S-04
    }
    assert!(ann.follow(page).await.text().contains("You are signed out."));

    let thief = app.visitor();
    thief.set_cookie(SESSION, &session);
    thief.set_cookie(KEY, &key);
    assert!(!thief.is_signed_in().await); // S-04
    assert_eq!(rows(&app).await, 0);
}

#[tokio::test]
async fn signing_out_here_leaves_the_other_browser_signed_in() {
    let app = spawn_app().await;
    let office = app.person().await;
    let phone = app.signed_in(office.who.clone()).await;
    office.sign_out(&office.open("/webmail/").await).await;
    assert!(!office.is_signed_in().await);
    assert_eq!(phone.open("/webmail/").await.status, 200);
}

#[tokio::test]
async fn an_idle_session_ends_by_our_clock() {
    let mut app = spawn_app().await;
    let (idle, used) = (app.person().await, app.person().await);
    rewind(&mut app, &idle.who, 31 * 60, 0).await;
    rewind(&mut app, &used.who, 29 * 60, 0).await;
    assert!(!idle.is_signed_in().await); // S-05
    assert!(used.is_signed_in().await);
}

#[tokio::test]
async fn a_session_in_use_ends_too_by_our_clock() {
    let mut app = spawn_app().await;
    let ann = app.person().await;
    rewind(&mut app, &ann.who, 0, 24 * 60 * 60 - 60).await;
    assert!(ann.is_signed_in().await);
    rewind(&mut app, &ann.who, 0, 61).await;
    assert!(!ann.is_signed_in().await); // S-05
}

#[tokio::test]
async fn who_asked_to_stay_is_remembered_for_the_configured_days() {
    let mut app = spawn_app_with("[session]\nremember_days = 3\n").await;
    let ann = mail_server().person("ann");
    let visitor = app.visitor();
    let form = visitor.sign_in_form(&ann.user, &ann.password).await.tick("Keep me signed in");
    let page = visitor.submit(&form).await;
    for name in [SESSION, KEY] {
        let cookie = page.set_cookies().into_iter().find(|cookie| cookie.starts_with(&format!("{name}=")));
        assert!(cookie.is_some_and(|cookie| cookie.contains("Max-Age=259200")), "{cookie:?}");
    }
    rewind(&mut app, &ann, 2 * 86_400, 2 * 86_400).await;
    assert!(visitor.is_signed_in().await);
    rewind(&mut app, &ann, 0, 86_400).await;
    assert!(!visitor.is_signed_in().await); // S-05: the cookie's age is not asked
}

#[tokio::test]
async fn cookies_have_exactly_their_flags() {
    let keys = "public_url = \"https://mail.example.org\"\n";
    let app = spawn_app_with(keys).await;
    let visitor = app.visitor().with_header("host", "mail.example.org");
    let ann = mail_server().person("ann");
    // No cookie store takes Secure cookies over http: they are carried by hand, as a proxy with TLS would.
    let page = visitor.get("/webmail/login").await;
    let first = page.set_cookies()[0].split(';').next().unwrap().to_owned();
    let form = page.form("Sign in").fill("user", &ann.user).fill("password", &ann.password);
    let page = visitor.request("POST", "/webmail/login").header("cookie", &first).form(&form.fields).send().await;
    assert_eq!(page.status, 303, "{}", page.text());
    let mut names = BTreeSet::new();
    for cookie in page.set_cookies() {
        let mut parts: Vec<&str> = cookie.split("; ").collect();
        let (name, value) = parts.remove(0).split_once('=').unwrap();
        if value.is_empty() {
            continue; // taken back
        }
        parts.sort_unstable();
        assert_eq!(parts, ["HttpOnly", "Path=/webmail", "SameSite=Strict", "Secure"], "{name}"); // S-06
        assert!(value.len() >= 43, "{name}: 256 bits are 43 characters or more"); // S-06
        names.insert(name.to_owned());
    }
    let expected = ["__Secure-fernpost", "__Secure-fernpost_key"];
    assert_eq!(names.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn two_sign_ins_never_share_a_key() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let again = app.signed_in(ann.who.clone()).await;
    assert_ne!(ann.cookie(KEY), again.cookie(KEY)); // S-06
    assert_ne!(ann.cookie(SESSION), again.cookie(SESSION));
}

#[tokio::test]
async fn a_key_that_is_missing_or_of_another_session_signs_out() {
    let app = spawn_app().await;
    let (ann, bob) = (app.person().await, app.person().await);
    let without = app.visitor();
    without.set_cookie(SESSION, &app.signed_in(ann.who.clone()).await.cookie(SESSION).unwrap());
    assert!(!without.is_signed_in().await);

    ann.set_cookie(KEY, &bob.cookie(KEY).unwrap());
    assert!(!ann.is_signed_in().await); // S-07
    assert!(bob.is_signed_in().await);
}

#[tokio::test]
async fn exchanged_passwords_open_for_neither() {
    let mut app = spawn_app().await;
    let (ann, bob) = (app.person().await, app.person().await);
    app.stop().await;
    let pool = database(&app).await;
    let state = async |who: &Credentials| {
        let find = "SELECT state FROM sessions WHERE state LIKE '%' || ? || '%'";
        sqlx::query_scalar::<_, String>(find).bind(&who.user).fetch_one(&pool).await.unwrap()
    };
    let sealed = |state: &str| {
        let who: serde_json::Value = serde_json::from_str(state).unwrap();
        let who: serde_json::Value = serde_json::from_str(who["who"].as_str().unwrap()).unwrap();
        who["sealed"].as_str().unwrap().to_owned()
    };
    let (of_ann, of_bob) = (state(&ann.who).await, state(&bob.who).await);
    let exchanged = of_ann.replace(&sealed(&of_ann), &sealed(&of_bob));
    assert_ne!(exchanged, of_ann);
    sqlx::query("UPDATE sessions SET state = ? WHERE state = ?")
        .bind(exchanged)
        .bind(of_ann)
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    app.restart().await;
    assert!(!ann.is_signed_in().await); // S-07
    assert!(bob.is_signed_in().await);
}

#[tokio::test]
async fn a_session_of_another_version_is_nobodys() {
    let mut app = spawn_app().await;
    let ann = app.person().await;
    app.stop().await;
    let pool = database(&app).await;
    sqlx::query("UPDATE sessions SET state = '{\"who\":\"[1,2]\"}'").execute(&pool).await.unwrap();
    pool.close().await;
    app.restart().await;
    assert!(!ann.is_signed_in().await);
    assert_eq!(ann.sign_in(&ann.who.user, &ann.who.password).await.status, 303);
}

#[tokio::test]
async fn a_password_changed_elsewhere_ends_the_session_with_a_sentence() {
    let mut app = spawn_app().await;
    let ann = app.person().await;
    let changed = Credentials { password: "another one".to_owned(), ..ann.who.clone() };
    mail_server().set_password(&changed, None);
    MailClient::wait_for_password(mail_server(), &changed).await;
    app.restart().await; // its connections are gone: the next page must sign in anew
    let page = ann.get("/webmail/mailbox/INBOX?page=1").await;
    assert_eq!(page.status, 401);
    assert_eq!(page.flash(), "Sign in again: the mail server no longer takes the password."); // S-09
    let form = page.form("Sign in");
    assert_eq!(form.field("user"), Some(ann.who.user.as_str()));
    assert!(!ann.is_signed_in().await);
    let page = ann.submit(&form.fill("password", "another one")).await;
    assert_eq!(page.location().unwrap(), "/webmail/mailbox/INBOX?page=1");
}

#[tokio::test]
async fn a_mail_server_that_is_down_ends_no_session() {
    let server = super::helpers::free_port();
    let mut app = spawn_app().await;
    let ann = app.person().await;
    app.use_imap_port(server).await;
    let page = ann.get("/webmail/mailbox/INBOX").await;
    assert_eq!(page.status, 503);
    app.use_imap_port(mail_server().port("IMAPS_PORT")).await;
    assert_eq!(ann.get("/webmail/mailbox/INBOX").await.status, 200);
}

#[tokio::test]
async fn visitors_leave_no_rows() {
    let app = spawn_app().await;
    for _ in 0..5 {
        let visitor = app.visitor();
        visitor.open("/webmail/").await;
        visitor.open("/webmail/mailbox/INBOX").await;
    }
    assert_eq!(rows(&app).await, 0);
}

/// Moves the clock of somebody's session: the last request and the start lie so many seconds further back.
async fn rewind(app: &mut TestApp, who: &Credentials, idle: i64, whole: i64) {
    app.stop().await;
    let pool = database(app).await;
    let change = "UPDATE sessions SET last_seen = last_seen - ?, ends = ends - ? WHERE state LIKE '%' || ? || '%'";
    let changed = sqlx::query(change).bind(idle).bind(whole).bind(&who.user).execute(&pool).await.unwrap();
    assert_eq!(changed.rows_affected(), 1);
    pool.close().await;
    app.restart().await;
}

async fn rows(app: &TestApp) -> i64 {
    let pool = database(app).await;
    sqlx::query_scalar("SELECT count(*) FROM sessions").fetch_one(&pool).await.unwrap()
}

async fn database(app: &TestApp) -> sqlx::SqlitePool {
    sqlx::SqlitePool::connect(&format!("sqlite:{}", app.file("fernpost.db").display())).await.unwrap()
}
