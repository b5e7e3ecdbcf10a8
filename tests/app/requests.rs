//! Every request and every response: security.md 4.3.

use super::helpers::{Form, Person, encode, mail_server, spawn_app, spawn_app_with, until};

/// Every route of `web/routes.rs`, read from its source, so that none is forgotten: (path with samples, GET, POST).
fn routes() -> Vec<(String, bool, bool)> {
    let source = include_str!("../../src/web/routes.rs");
    let mut routes = Vec::new();
    for line in source.lines() {
        let Some((path, methods)) = line.trim().strip_prefix("on(\"").and_then(|rest| rest.split_once("\", vec!["))
        else {
            continue;
        };
        let mut sample = String::from("/webmail");
        for (at, piece) in path.split(['{', '}']).enumerate() {
            sample += match (at % 2 == 1, piece.split(':').next().unwrap()) {
                (false, _) => piece,
                (true, "mailbox") => "INBOX",
                (true, "uidvalidity" | "uid" | "part" | "path" | "number") => "1",
                (true, _) => "x",
            };
        }
        if path == "/events" {
            continue; // never ends: it has its own tests
        }
        routes.push((sample, methods.contains("get("), methods.contains("post(")));
    }
    assert!(routes.len() > 15, "the routes were not found in their source: {routes:?}");
    routes
}

#[tokio::test]
async fn every_change_needs_its_token_and_its_origin() {
    let app = spawn_app_with("[limits]\nactions_per_second = 0\n").await;
    let ann = app.person().await.with_messages("INBOX", [super::helpers::letter("Untouched")]).await;
    let token = token_of(&ann).await;
    let of_another = token_of(&app.person().await).await;
    let mut changes = 0;
    for (path, _, post) in routes() {
        if !post || path == "/webmail/login" {
            continue; // signing in has a token of its own: see login.rs
        }
        changes += 1;
        for (why, token, headers) in [
            ("no token", "", [].as_slice()),
            ("a made-up token", "AAAA", &[]),
            ("another person's token", &of_another, &[]),
            ("another site's origin", &token, &[("origin", "https://evil.test")]),
            ("an unknown origin", &token, &[("origin", "null")]),
            ("another site", &token, &[("sec-fetch-site", "cross-site")]),
            ("a neighbour", &token, &[("sec-fetch-site", "same-site"), ("origin", &app.origin)]),
        ] {
            let fields = everything(&ann, token).await;
            let mut request = ann.request("POST", &path).form(&fields);
            for (name, value) in headers {
                request = request.header(name, value);
            }
            let page = request.send().await;
            assert_eq!(page.status, 403, "{path} with {why}: {}", page.text()); // C-01
            assert!(!page.texts("h1").is_empty(), "{path} with {why}: a page with a way out");
        }
    }
    assert!(changes >= 8, "only {changes} changes were tried");
    assert!(ann.is_signed_in().await);
    let mut mail = ann.mail().await;
    assert_eq!(mail.subjects("INBOX").await, ["Untouched"]); // C-01: nothing changed
    let uid = mail.search("ALL").await[0];
    assert_eq!(mail.flags(uid).await, [""; 0]);
}

#[tokio::test]
async fn a_form_of_our_own_page_is_taken_whatever_the_browser_says_of_it() {
    let app = spawn_app().await;
    for headers in [
        [].as_slice(),
        &[("origin", app.origin.as_str())],
        &[("origin", app.origin.as_str()), ("sec-fetch-site", "same-origin")],
        &[("origin", "null"), ("sec-fetch-site", "same-origin")], // what no-referrer makes of it
        &[("sec-fetch-site", "none")],
    ] {
        let ann = app.person().await;
        let form = ann.open("/webmail/").await.form("Sign out");
        let mut request = ann.request("POST", &form.action).form(&form.fields);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        assert_eq!(request.send().await.status, 303, "{headers:?}");
        assert!(!ann.is_signed_in().await, "{headers:?}");
    }
}

#[tokio::test]
async fn no_other_site_looks_into_ours() {
    let app = spawn_app().await;
    let ann = app.person().await;
    for (path, get, _) in routes() {
        if !get {
            continue;
        }
        let page = ann.request("GET", &path).header("sec-fetch-site", "cross-site").send().await;
        // the composer answers with a page that only leads on to itself (`onward`)
        let welcome = matches!(path.as_str(), "/webmail" | "/webmail/" | "/webmail/login" | "/webmail/compose");
        assert_eq!(page.status != 403, welcome, "{path}: {}", page.status); // C-03
    }
}

#[tokio::test]
async fn looking_changes_nothing() {
    let app = spawn_app().await;
    let ann = app.person().await;
    for (path, get, post) in routes() {
        if post && !get {
            let page = ann.get(&path).await;
            assert_eq!(page.status, 404, "{path}"); // C-02
            assert!(!page.texts("h1").is_empty(), "{path}: a page with a way out");
        }
    }
    assert!(ann.is_signed_in().await);
}

#[tokio::test]
async fn every_response_has_its_headers() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let stranger = app.visitor();
    let content = format!("script-src {}/webmail/static/;", app.origin);
    let mut seen = std::collections::BTreeSet::new();
    let mut paths: Vec<String> = routes().into_iter().map(|(path, ..)| path).collect();
    paths
        .extend(["/", "/webmail/nowhere", "/nowhere", "/webmail/mailbox/~", "/webmail/mailbox/%00"].map(str::to_owned));
    for path in paths {
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"] {
            for visitor in [&*ann, &stranger] {
                let page = visitor.request(method, &path).send().await;
                let what = format!("{method} {path} ({})", page.status);
                seen.insert(page.status);
                for (name, value) in [("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer")] {
                    assert_eq!(page.header(name), Some(value), "{what}: {name}"); // H-01
                }
                for name in [
                    "content-security-policy",
                    "x-frame-options",
                    "cross-origin-opener-policy",
                    "cross-origin-resource-policy",
                    "permissions-policy",
                    "x-dns-prefetch-control",
                    "cache-control",
                    "x-request-id",
                ] {
                    assert_eq!(page.headers.get_all(name).iter().count(), 1, "{what}: {name}"); // H-01
                }
                let policy = page.header("content-security-policy").unwrap();
                assert!(policy.contains(&content) || policy.starts_with("default-src 'none'"), "{what}: {policy}");
                assert!(!policy.contains("unsafe-eval") && !policy.contains("script-src 'self'"), "{what}");
                let stored = page.header("cache-control").unwrap();
                assert!(stored.contains("no-store") || path.contains("/static/"), "{what}: {stored}"); // C-06
                assert!(page.status < 500, "{what}");
            }
        }
    }
    for status in [200, 303, 400, 404, 405] {
        assert!(seen.contains(&status), "no response with {status} was looked at: {seen:?}");
    }
}

#[tokio::test]
async fn pages_can_not_be_framed() {
    let app = spawn_app().await;
    let page = app.person().await.open("/webmail/").await;
    assert_eq!(page.header("x-frame-options"), Some("DENY"));
    assert!(page.header("content-security-policy").unwrap().contains("frame-ancestors 'none'")); // C-04
}

#[tokio::test]
async fn browsers_are_told_to_come_by_tls_where_they_do() {
    let app = spawn_app_with("public_url = \"https://mail.example.org\"\n").await;
    let page = app.visitor().with_header("host", "mail.example.org").get("/webmail/login").await;
    assert_eq!(page.header("strict-transport-security"), Some("max-age=31536000"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("form-action https://mail.example.org/webmail/;"), "{policy}");
    assert!(!page.source().contains("http://127"), "an address made from what the request said"); // C-05
}

#[tokio::test]
async fn another_host_is_not_served() {
    let app = spawn_app().await;
    for host in ["evil.test", "127.0.0.1", "localhost:80", "mail.example.org"] {
        let page = app.visitor().with_header("host", host).get("/webmail/login").await;
        assert_eq!(page.status, 421, "{host}"); // C-05
        assert!(!page.source().contains(host) && page.set_cookies().is_empty());
    }
    let page = app.visitor().with_header("x-forwarded-host", "evil.test").open("/webmail/").await;
    assert_eq!(page.status, 200);
    assert!(!page.source().contains("evil.test")); // C-05
}

#[tokio::test]
async fn a_form_beyond_all_measure_is_refused() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let token = token_of(&ann).await;
    let long = format!("csrf={token}&x={}", "a".repeat(1024 * 1024));
    let many = format!("csrf={token}{}", "&x=1".repeat(101));
    let uids = format!("csrf={token}{}", "&uid=1".repeat(10_001));
    for body in [long, many, uids] {
        let form = "application/x-www-form-urlencoded";
        let page = ann.request("POST", "/webmail/messages/flag").body(form, body).send().await;
        assert_eq!(page.status, 413); // C-07
    }
    for (media_type, body) in [("text/plain", format!("csrf={token}")), ("application/json", "{}".to_owned())] {
        let page = ann.request("POST", "/webmail/logout").body(media_type, body).send().await;
        assert_eq!(page.status, 400, "{media_type}"); // no form of ours; another site could send this one unasked
    }
    assert!(ann.is_signed_in().await);
}

#[tokio::test]
async fn who_is_too_fast_is_told_to_wait_and_nobody_else_is() {
    let app = spawn_app_with("[limits]\nactions_per_second = 1\nactions_burst = 3\n").await;
    let (ann, bob) = (app.person().await, app.person().await);
    let fields = everything(&ann, &token_of(&ann).await).await;
    let mut statuses = Vec::new();
    for _ in 0..5 {
        let page = ann.request("POST", "/webmail/messages/undo").form(&fields).send().await;
        if page.status == 429 {
            assert_eq!(page.header("retry-after"), Some("1"));
            assert!(page.text().contains("too fast"), "{}", page.text());
        }
        statuses.push(page.status);
    }
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 2, "{statuses:?}"); // C-08
    let page = bob.open("/webmail/").await;
    assert_eq!(bob.sign_out(&page).await.status, 303);
}

#[tokio::test]
async fn the_base_path_is_chosen_at_run_time() {
    for (base, expected) in [("/", "/login"), ("/post/office", "/post/office/login")] {
        let app = spawn_app_with(&format!("base_path = \"{base}\"\n")).await;
        let visitor = app.visitor();
        let page = visitor.open("/").await;
        assert!(page.address.ends_with(expected), "{}", page.address);
        let form = page.form("Sign in");
        assert_eq!(form.action, expected);
        let ann = mail_server().person("ann");
        let page = visitor.submit(&form.fill("user", &ann.user).fill("password", &ann.password)).await;
        let path = if base == "/" { "Path=/" } else { "Path=/post/office" };
        assert!(page.set_cookies().iter().all(|cookie| cookie.split("; ").any(|part| part == path)));
        let page = visitor.follow(page).await;
        assert_eq!(page.status, 200, "{}", page.text());
        for address in page.attributes("a[href]", "href") {
            assert!(address.starts_with(base) || address.starts_with('#'), "{address} below {base}");
        }
    }
}

#[tokio::test]
async fn one_person_never_gets_what_is_another_persons() {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("Private", [super::helpers::letter("Secret plan")]).await;
    let bob = app.person().await;
    let mut mail = ann.mail().await;
    let uid_validity = mail.select("Private").await;
    let uid = mail.search("ALL").await[0];
    let address = format!("/webmail/message/{}/{uid_validity}/{uid}", encode(&mail_server().wire_name("Private")));
    assert_eq!(ann.get(&address).await.status, 200);
    for below in ["", "/body", "/source", "/headers", "/print", "/attachments.zip", "/part/1/x"] {
        let page = bob.get(&format!("{address}{below}")).await;
        assert_eq!(page.status, 404, "{below}"); // C-10
        assert!(!page.source().contains("Secret plan"));
    }
}

/// Fields that every change would need to do something, with this token.
async fn everything(person: &Person, token: &str) -> Vec<(String, String)> {
    let mut mail = person.mail().await;
    let uid_validity = mail.select("INBOX").await.to_string();
    let uid = mail.search("ALL").await.first().copied().unwrap_or(1).to_string();
    [
        ("csrf", token),
        ("mailbox", "INBOX"),
        ("uidvalidity", &uid_validity),
        ("uid", &uid),
        ("to", "Trash"),
        ("flag", "seen"),
        ("on", "1"),
        ("sure", "1"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

async fn token_of(person: &Person) -> String {
    let form: Form = person.open("/webmail/").await.form("Sign out");
    form.field("csrf").unwrap().to_owned()
}

#[tokio::test]
async fn files_come_packed_from_the_first_request_on_and_soon_as_small_as_can_be() {
    let app = spawn_app().await;
    let login = app.visitor().get("/webmail/login").await;
    let sheet = &login.attributes("link[rel=stylesheet]", "href")[0];
    let size = async |codings: &str| {
        let visitor = app.visitor().with_header("accept-encoding", codings);
        let page = visitor.get(sheet).await;
        (page.header("content-encoding").unwrap().to_owned(), page.body.len())
    };
    let (plain, gzip) = (size("identity").await, size("gzip").await);
    assert_eq!((plain.0.as_str(), gzip.0.as_str()), ("identity", "gzip"));
    assert!(gzip.1 < plain.1 / 3, "{plain:?} and {gzip:?}");
    let first = size("gzip, br").await;
    assert!(first.1 <= gzip.1, "{first:?}");
    let best = until(async || {
        let now = size("gzip, br").await;
        if now.0 == "br" { Ok(now) } else { Err(format!("{now:?}")) }
    })
    .await;
    assert!(best.1 < gzip.1, "{best:?} and {gzip:?}");
}
