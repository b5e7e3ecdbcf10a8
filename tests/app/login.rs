//! Signing in: security.md 4.2.

use std::time::{Duration, Instant};

use super::helpers::{
    Credentials, Page, Scripted, TestApp, Visitor, free_port, mail_server, spawn_app, spawn_app_with,
};

const REFUSED: &str = "Address and password do not match.";

#[tokio::test]
async fn a_person_signs_in_and_lands_in_the_inbox() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let page = ann.open("/webmail/").await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.address.ends_with("/webmail/mailbox/INBOX"), "{}", page.address);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_get_one_same_answer() {
    let app = spawn_app().await;
    let ann = mail_server().person("ann");
    let nobody = Credentials { user: ann.user.replace("ann", "bob"), ..ann.clone() };
    let (mut wrong, mut unknown) = (Vec::new(), Vec::new());
    for round in 0..5 {
        for (who, times) in [(&ann, &mut wrong), (&nobody, &mut unknown)] {
            let visitor = from(&app, &format!("192.0.2.{round}"));
            let form = visitor.sign_in_form(&who.user, "not the password").await;
            let started = Instant::now();
            let page = visitor.submit(&form).await;
            times.push((started.elapsed(), length_without_tokens(&page), page));
        }
    }
    for (_, length, page) in wrong.iter().chain(&unknown) {
        assert_eq!((page.status, page.flash().as_str()), (401, REFUSED)); // L-01
        assert_eq!(*length, wrong[0].1, "the same length"); // L-01
    }
    let (wrong, unknown) = (median(&wrong), median(&unknown));
    assert!(wrong >= Duration::from_millis(500) && unknown >= Duration::from_millis(500));
    // of a machine that is too busy for half a second, nobody learns more than how busy it is
    let noise = Duration::from_millis(50).max(wrong / 10);
    assert!(wrong.abs_diff(unknown) < noise, "{wrong:?} and {unknown:?}"); // L-01
}

#[tokio::test]
async fn what_was_typed_is_still_there_but_never_the_password() {
    let app = spawn_app().await;
    let ann = mail_server().person("ann");
    let visitor = app.visitor();
    let form = visitor.sign_in_form(&ann.user, "wrong & secret").await.tick("Keep me signed in");
    let page = visitor.submit(&form).await;
    let again = page.form("Sign in");
    assert_eq!(again.field("user"), Some(ann.user.as_str()));
    assert_eq!(again.field("password"), Some(""));
    assert_eq!(again.field("stay"), form.field("stay"));
    assert!(!page.source().contains("wrong &amp; secret") && !page.source().contains("wrong & secret")); // S-10
    // and with the right password this very form signs in
    let page = visitor.submit(&again.fill("password", &ann.password)).await;
    assert_eq!(page.status, 303);
}

#[tokio::test]
async fn a_missing_name_or_password_is_said_at_its_field() {
    let app = spawn_app().await;
    let visitor = app.visitor();
    let page = visitor.sign_in("", "x").await;
    assert_eq!((page.status, page.flash().as_str()), (422, "Type your mail address."));
    assert_eq!(page.attributes("#user", "aria-invalid"), ["true"]);
    let page = visitor.sign_in("ann@fernpost.example", "").await;
    assert_eq!((page.status, page.flash().as_str()), (422, "Type your password."));
    assert_eq!(page.attributes("#password", "aria-invalid"), ["true"]);
}

#[tokio::test]
async fn a_bare_name_gets_the_default_domain() {
    let domain = mail_server().setting("DOMAIN");
    let app = spawn_app_with(&format!("[login]\ndefault_domain = \"{domain}\"\n")).await;
    let ann = mail_server().person("ann");
    let bare = ann.user.split('@').next().unwrap();
    let visitor = app.visitor();
    assert_eq!(visitor.sign_in(bare, &ann.password).await.status, 303);
    assert!(visitor.is_signed_in().await);
}

#[tokio::test]
async fn after_five_failures_an_address_waits_and_the_owner_elsewhere_does_not() {
    let mut app = spawn_app().await;
    let ann = mail_server().person("ann");
    let thief = from(&app, "192.0.2.66");
    let tries = (0..5).map(|_| thief.sign_in(&ann.user, "a guess"));
    for page in futures_util::future::join_all(tries).await {
        assert_eq!(page.status, 401);
    }
    let page = thief.sign_in(&ann.user, &ann.password).await;
    assert_eq!(page.status, 429); // L-02
    let seconds: u32 = page.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=30).contains(&seconds), "{seconds}");
    assert_eq!(page.flash(), "Too many tries. Try again in a minute.");

    app.restart().await;
    assert_eq!(thief.sign_in(&ann.user, &ann.password).await.status, 429); // L-03
    let owner = from(&app, "198.51.100.1");
    assert_eq!(owner.sign_in(&ann.user, &ann.password).await.status, 303); // L-02
}

#[tokio::test]
async fn a_client_can_not_choose_its_address() {
    let app = spawn_app_with("trusted_proxies = [\"203.0.113.1\"]\n").await;
    let ann = mail_server().person("ann");
    let tries = (0..5).map(|round| {
        let thief = from(&app, &format!("192.0.2.{round}"));
        let user = ann.user.clone();
        async move { thief.sign_in(&user, "a guess").await }
    });
    futures_util::future::join_all(tries).await;
    let page = from(&app, "192.0.2.99").sign_in(&ann.user, &ann.password).await;
    assert_eq!(page.status, 429, "the header of somebody who is no proxy was believed"); // L-04
}

#[tokio::test]
async fn odd_names_are_refused_like_any_other_and_break_no_command() {
    let app = spawn_app().await;
    let ann = mail_server().person("ann");
    let tries = [
        "a\r\nX LOGOUT".to_owned(),
        "a\0b".to_owned(),
        format!("{}@x", "a".repeat(300)),
        "{5+}".to_owned(),
        "\"\\\"".to_owned(),
        "* OK".to_owned(),
        "ä@fernpost.example".to_owned(),
    ];
    let pages = tries.iter().enumerate().map(async |(round, name)| {
        let visitor = from(&app, &format!("192.0.2.{round}"));
        visitor.sign_in(name, &ann.password).await
    });
    for (name, page) in tries.iter().zip(futures_util::future::join_all(pages).await) {
        assert_eq!((page.status, page.flash().as_str()), (401, REFUSED), "{name:?}"); // L-06
    }
    // a name with quotes and backslashes that exists does sign in: our accounts' passwords have them
    assert!(ann.password.contains("\"quoted\\"));
    assert_eq!(app.visitor().sign_in(&ann.user, &ann.password).await.status, 303); // L-06
}

#[tokio::test]
async fn letters_beyond_ascii_are_good_in_a_password() {
    let app = spawn_app().await;
    let ann = Credentials { password: "pässwörd € 密码".to_owned(), ..mail_server().person("ann") };
    mail_server().set_password(&ann, None);
    assert_eq!(app.visitor().sign_in(&ann.user, &ann.password).await.status, 303);
    assert_eq!(app.visitor().sign_in(&ann.user, "pässwörd").await.status, 401);
}

#[tokio::test]
async fn a_server_with_starttls_is_spoken_to_under_tls() {
    let server = mail_server();
    let (port, ca_file) = (server.port("IMAP_PORT"), server.ca_file());
    let app = spawn_app_with(&(imap(port, "starttls") + &format!("ca_file = \"{}\"\n", ca_file.display()))).await;
    let ann = app.person().await;
    assert_eq!(ann.open("/webmail/").await.status, 200);
}

#[tokio::test]
async fn nothing_is_sent_in_clear_to_a_server_without_starttls() {
    let server = Scripted::greeting("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n").await;
    let app = spawn_app_with(&imap(server.port, "starttls")).await;
    let page = app.visitor().sign_in("ann@example.org", "canary-in-clear").await;
    assert_eq!(page.status, 503);
    assert_eq!(page.flash(), "The connection to the mail server is not safe");
    let heard = server.heard();
    assert!(!heard.contains("canary") && !heard.to_uppercase().contains("LOGIN"), "{heard}"); // L-07
}

#[tokio::test]
async fn a_mail_server_that_is_down_is_said_and_the_name_is_kept() {
    let app = spawn_app_with(&imap(free_port(), "none")).await;
    for _ in 0..7 {
        let page = app.visitor().sign_in("ann@example.org", "x").await;
        assert_eq!((page.status, page.flash().as_str()), (503, "The mail server does not answer"));
        assert!(page.header("retry-after").is_some());
        assert_eq!(page.form("Sign in").field("user"), Some("ann@example.org"));
    }
    // seven tries that nobody could decide are no failures: nobody waits
}

#[tokio::test]
async fn a_wrong_certificate_is_said() {
    let port = mail_server().port("IMAPS_PORT");
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other-ca.pem");
    std::fs::write(&other, OTHER_CA).unwrap();
    let keys = format!("[imap]\nhost = \"127.0.0.1\"\nport = {port}\nca_file = \"{}\"\n", other.display());
    let app = spawn_app_with(&keys).await;
    let ann = mail_server().person("ann");
    let page = app.visitor().sign_in(&ann.user, &ann.password).await;
    assert_eq!((page.status, page.flash().as_str()), (503, "The connection to the mail server is not safe"));
}

#[tokio::test]
async fn a_form_that_this_browser_did_not_get_signs_nobody_in() {
    let app = spawn_app().await;
    let ann = mail_server().person("ann");
    let stranger = app.visitor().sign_in_form(&ann.user, &ann.password).await;

    let victim = app.visitor();
    let own = victim.sign_in_form(&ann.user, &ann.password).await;
    for form in [stranger.clone(), own.clone().without("csrf"), own.clone().forge("csrf", "AAAA")] {
        let page = victim.submit(&form).await;
        assert_eq!(page.status, 403); // L-08
        assert_eq!(page.form("Sign in").field("user"), Some(ann.user.as_str()));
        assert!(!victim.is_signed_in().await);
    }
    let page = app.visitor().submit(&stranger).await;
    assert_eq!(page.status, 403, "a form without its cookie"); // L-08
    assert_eq!(victim.submit(&own).await.status, 303);
}

#[tokio::test]
async fn two_open_sign_in_pages_both_work() {
    let app = spawn_app().await;
    let ann = mail_server().person("ann");
    let visitor = app.visitor();
    let first = visitor.sign_in_form(&ann.user, &ann.password).await;
    let second = visitor.sign_in_form(&ann.user, &ann.password).await;
    assert_ne!(first.field("csrf"), second.field("csrf"), "masked anew each time");
    assert_eq!(visitor.submit(&first).await.status, 303);
}

#[tokio::test]
async fn signing_in_leads_back_to_the_page_that_was_asked_for() {
    let app = spawn_app().await;
    let ann = mail_server().person("ann");
    let visitor = app.visitor();
    let page = visitor.open("/webmail/mailbox/INBOX?page=1&q=a%20b").await;
    let form = page.form("Sign in").fill("user", &ann.user).fill("password", &ann.password);
    let page = visitor.submit(&form).await;
    assert_eq!(page.location().unwrap(), "/webmail/mailbox/INBOX?page=1&q=a%20b");
}

#[tokio::test]
async fn signing_in_never_leads_to_another_site() {
    let app = spawn_app().await;
    let ann = mail_server().person("ann");
    for next in ["https://evil.test/", "//evil.test/", "/webmail//evil.test", "/webmail/\\evil.test", "/other/"] {
        let query: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        let visitor = app.visitor();
        let form = visitor.get(&format!("/webmail/login?next={query}")).await.form("Sign in");
        assert_eq!(form.field("next"), Some(""), "{next}");
        let form = form.fill("user", &ann.user).fill("password", &ann.password).forge("next", next);
        assert_eq!(visitor.submit(&form).await.location().unwrap(), "/webmail/", "{next}"); // L-09
    }
}

#[tokio::test]
async fn the_mail_server_is_the_configured_one_whatever_the_form_says() {
    let elsewhere = Scripted::greeting("* OK ready\r\n").await;
    let app = spawn_app().await;
    let ann = mail_server().person("ann");
    let visitor = app.visitor();
    let form = visitor.sign_in_form(&ann.user, &ann.password).await;
    let form = form.forge("host", "127.0.0.1").forge("port", &elsewhere.port.to_string());
    assert_eq!(visitor.submit(&form).await.status, 303);
    assert_eq!(elsewhere.heard(), ""); // L-10
}

#[tokio::test]
async fn who_is_signed_in_already_is_led_on() {
    let app = spawn_app().await;
    let ann = app.person().await;
    assert_eq!(ann.get("/webmail/login").await.location().unwrap(), "/webmail/");
    let page = ann.get("/webmail/login?next=%2Fwebmail%2Fmailbox%2FINBOX").await;
    assert_eq!(page.location().unwrap(), "/webmail/mailbox/INBOX");
}

/// Somebody at this address, behind a proxy that says so.
fn from(app: &TestApp, address: &str) -> Visitor {
    app.visitor().with_header("x-forwarded-for", address)
}

fn imap(port: u16, tls: &str) -> String {
    format!("[imap]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"{tls}\"\n")
}

fn length_without_tokens(page: &Page) -> usize {
    let form = page.form("Sign in");
    page.source().len() - form.field("csrf").unwrap().len() - form.field("user").unwrap().len()
}

fn median(times: &[(Duration, usize, Page)]) -> Duration {
    let mut times: Vec<Duration> = times.iter().map(|(time, ..)| *time).collect();
    times.sort_unstable();
    times[times.len() / 2]
}

/// A certificate authority that nobody here uses; its key was thrown away.
const OTHER_CA: &str = "\
-----BEGIN CERTIFICATE-----
MIIBjTCCATOgAwIBAgIUeiBzpsGPCM1zvdz8M5slFMSofUUwCgYIKoZIzj0EAwIw
HDEaMBgGA1UEAwwRQW5vdGhlciBhdXRob3JpdHkwHhcNMjYxMTIzMTExMDI1WhcN
NDYxMTE4MTExMDI1WjAcMRowGAYDVQQDDBFBbm90aGVyIGF1dGhvcml0eTBZMBMG
ByqGSM49AgEGCCqGSM49AwEHA0IABOpKD5mFiSyosYjf37LfLt5TjHsY4IvGmsXi
S56Lk/4vzno3dJxskdr/GJOb5fRUmxEXOdJPy3D4/ip7oGcDAmSjUzBRMB0GA1Ud
DgQWBBTUePSBjywmx2iECd/CFePuT+4y4zAfBgNVHSMEGDAWgBTUePSBjywmx2iE
Cd/CFePuT+4y4zAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQCT
0IS+Ne4jufPDIujRDkh30WeQduJj3sTtLNyqApS6vwIgFSf9iysuaj+F1XnPoytP
PI+PRkWUa3riAGL8RqBzy6A=
-----END CERTIFICATE-----
";
