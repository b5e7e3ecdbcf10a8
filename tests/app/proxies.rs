//! Live updates, sign-in and addresses through nginx, Apache and Caddy as `deploy/` configures them.

use std::time::{Duration, Instant};

use super::helpers::{Kind, Person, Site, Stream, letter, mail_server};
use super::uploads::upload;

/// An event that comes later was held back on its way until something else pushed it out: the heartbeat, after 20 s.
const AT_ONCE: Duration = Duration::from_secs(15);

macro_rules! behind {
    ($($name:ident: $kind:expr;)*) => {$(
        mod $name {
            use super::Kind;

            #[tokio::test]
            async fn each_change_passes_before_the_next_is_made() {
                super::each_change_passes_before_the_next_is_made($kind).await;
            }

            #[tokio::test]
            async fn a_browser_that_leaves_ends_its_stream_here() {
                super::a_browser_that_leaves_ends_its_stream_here($kind).await;
            }

            #[tokio::test]
            async fn pages_are_quick_while_streams_come_and_go() {
                super::pages_are_quick_while_streams_come_and_go($kind).await;
            }

            #[tokio::test]
            async fn a_stop_says_good_bye_and_a_start_is_seen_at_once() {
                super::a_stop_says_good_bye_and_a_start_is_seen_at_once($kind).await;
            }

            #[tokio::test]
            async fn an_open_stream_outlives_a_change_of_the_web_servers_configuration() {
                super::an_open_stream_outlives_a_change_of_the_web_servers_configuration($kind).await;
            }

            #[tokio::test]
            async fn the_clients_address_is_the_web_servers_word_and_never_its_own() {
                super::the_clients_address_is_the_web_servers_word_and_never_its_own($kind).await;
            }

            #[tokio::test]
            async fn a_large_file_passes_and_one_too_large_is_answered_by_fernpost() {
                super::a_large_file_passes_and_one_too_large_is_answered_by_fernpost($kind).await;
            }

            #[tokio::test]
            async fn mail_programs_find_out_how_to_set_themselves_up() {
                super::mail_programs_find_out_how_to_set_themselves_up($kind).await;
            }

            #[tokio::test]
            async fn cookies_and_origins_are_those_of_the_public_address() {
                super::cookies_and_origins_are_those_of_the_public_address($kind).await;
            }
        }
    )*};
}

behind! {
    nginx: Kind::Nginx;
    apache: Kind::Apache;
    caddy: Kind::Caddy;
}

async fn each_change_passes_before_the_next_is_made(kind: Kind) {
    let Some(site) = Site::behind(kind, "").await else { return };
    for http2 in [false, true] {
        let who = mail_server().person("ann");
        for (accepted, packed) in [("identity", ""), ("gzip", "gzip"), ("gzip, deflate, br, zstd", "zstd")] {
            let ann = site.signed_in(who.clone(), http2).await.with_header("accept-encoding", accepted);
            let mut mail = ann.mail().await;
            let mut stream = ann.follow_pages(&["mailbox/INBOX"]).await;
            let what = format!("{kind:?}, {:?}, {accepted}", stream.version());
            // offered to Apache too, which has reason to decline: see deploy/apache.conf
            assert_eq!(stream.version() == reqwest::Version::HTTP_2, http2 && kind != Kind::Apache, "{what}");
            assert_eq!(stream.header("content-encoding"), packed, "{what}");
            stream.until("the list", |event| event.data["on"] == "mailbox/INBOX").await;
            for round in 0..2 {
                let subject = format!("Letter {round} by {accepted}");
                let made = Instant::now();
                let uid = mail.append("INBOX", "", letter(&subject).as_bytes()).await;
                stream.until_part("main", &subject).await;
                assert!(made.elapsed() < AT_ONCE, "{what}: {:?}", made.elapsed());

                // a small one: it fills no buffer
                mail.select("INBOX").await;
                let made = Instant::now();
                mail.remove(uid).await;
                stream.until("the removal", |event| event.data["gone"][0] == uid).await;
                assert!(made.elapsed() < AT_ONCE, "{what}: {:?}", made.elapsed());
            }
        }
    }
    assert_eq!(site.complaints(), [""; 0], "{kind:?}");
}

async fn a_browser_that_leaves_ends_its_stream_here(kind: Kind) {
    let Some(site) = Site::behind(kind, "").await else { return };
    for http2 in [false, true] {
        let ann = site.person(http2).await;
        let mut mail = ann.mail().await;
        let mut open = Vec::new();
        let refused = loop {
            assert!(open.len() < 100, "there is no end of streams for one person");
            let browser = site.with_cookies_of(&ann, http2);
            match browser.try_stream("settings").await {
                Ok(stream) => open.push((browser, stream)),
                Err(status) => break status,
            }
        };
        assert_eq!(refused, 429);
        // All but one stay open: there is room for another only once that one has ended here.
        let (_leaves, stream) = open.pop().unwrap();
        drop(stream);
        let left = Instant::now();
        let next = site.with_cookies_of(&ann, http2);
        while next.try_stream("settings").await.is_err() {
            if kind == Kind::Apache {
                // Apache 2.4 (2026) learns that a browser left when it sends it something: an event, a heartbeat.
                mail.append("INBOX", "", letter("To be sent").as_bytes()).await;
            }
            assert!(left.elapsed() < AT_ONCE, "{kind:?}, HTTP/2 {http2}: nobody told us that a browser left");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn pages_are_quick_while_streams_come_and_go(kind: Kind) {
    let Some(site) = Site::behind(kind, "").await else { return };
    for http2 in [false, true] {
        let ann = site.person(http2).await;
        // a person who goes from page to page leaves a stream behind at each
        for round in 0..20 {
            let asked = Instant::now();
            ann.open_mailbox("INBOX").await;
            drop(open_list(&ann).await);
            assert!(asked.elapsed() < AT_ONCE, "{kind:?}, HTTP/2 {http2}, page {round}: {:?}", asked.elapsed());
        }
    }
}

async fn a_stop_says_good_bye_and_a_start_is_seen_at_once(kind: Kind) {
    let Some(mut site) = Site::behind(kind, "").await else { return };
    for http2 in [false, true] {
        let ann = site.person(http2).await;
        let mut stream = open_list(&ann).await;
        let stopping = Instant::now();
        tokio::join!(site.app.stop(), stream.until("good-bye", |event| event.name == "bye"));
        assert!(stream.next().await.is_none());
        assert!(stopping.elapsed() < AT_ONCE, "{kind:?}: {:?}", stopping.elapsed());
        // Browsers ask again while nobody is there. That must not be held against us.
        for _ in 0..3 {
            let status = ann.try_stream("mailbox/INBOX").await.err();
            assert!(matches!(status, Some(502..=504)), "{kind:?}: {status:?}");
        }
        site.app.restart().await;
        let mut stream = open_list(&ann).await;
        ann.mail().await.append("INBOX", "", letter("After the start").as_bytes()).await;
        stream.until_part("main", "After the start").await;
    }
}

async fn an_open_stream_outlives_a_change_of_the_web_servers_configuration(kind: Kind) {
    let Some(site) = Site::behind(kind, "").await else { return };
    for http2 in [false, true] {
        let ann = site.person(http2).await;
        let mut stream = open_list(&ann).await;
        site.reload().await;
        let mut mail = ann.mail().await;
        mail.append("INBOX", "", letter("Through the old one").as_bytes()).await;
        stream.until_part("main", "Through the old one").await;
        let ann = site.signed_in(ann.who.clone(), http2).await;
        let mut stream = open_list(&ann).await;
        mail.append("INBOX", "", letter("Through the new one").as_bytes()).await;
        stream.until_part("main", "Through the new one").await;
    }
}

async fn the_clients_address_is_the_web_servers_word_and_never_its_own(kind: Kind) {
    let Some(site) = Site::behind(kind, "").await else { return };
    let ann = mail_server().person("ann");
    let thief = |claim: &str| site.visitor([127, 0, 0, 2], false).with_header("x-forwarded-for", claim);
    let tries = (0..5).map(|round| {
        let thief = thief(&format!("192.0.2.{round}"));
        let user = ann.user.clone();
        async move { thief.sign_in(&user, "a guess").await.status }
    });
    assert_eq!(futures_util::future::join_all(tries).await, [401; 5]);
    let page = thief("192.0.2.99, 127.0.0.1").sign_in(&ann.user, &ann.password).await;
    assert_eq!(page.status, 429, "{kind:?}: what the client says of its address was believed"); // L-04
    let owner = site.visitor([127, 0, 0, 3], false);
    let page = owner.sign_in(&ann.user, &ann.password).await;
    assert_eq!(page.status, 303, "{kind:?}: what the web server says of the client was not believed"); // L-02
}

async fn mail_programs_find_out_how_to_set_themselves_up(kind: Kind) {
    let keys =
        "[login]\ndefault_domain = \"fernpost.example\"\n[client_setup]\nimap = { host = \"imap.fernpost.example\" }\n";
    let Some(site) = Site::behind(kind, keys).await else { return };
    let program = site.visitor([127, 0, 0, 1], false);
    for path in ["/mail/config-v1.1.xml", "/.well-known/autoconfig/mail/config-v1.1.xml"] {
        let page = program.get(path).await;
        assert!(
            page.status == 200 && page.source().contains("imap.fernpost.example"),
            "{kind:?}: {path}: {}",
            page.status
        );
    }
    let question = "<Autodiscover><Request><EMailAddress>ann@fernpost.example</EMailAddress></Request></Autodiscover>";
    let asked = program.request("POST", "/autodiscover/autodiscover.xml").body("text/xml", question);
    let page = asked.send().await;
    assert!(page.status == 200 && page.source().contains("imap.fernpost.example"), "{kind:?}: {}", page.source());
}

async fn cookies_and_origins_are_those_of_the_public_address(kind: Kind) {
    let Some(site) = Site::behind(kind, "").await else { return };
    let who = mail_server().person("ann");
    let visitor = site.visitor([127, 0, 0, 1], true);
    let page = visitor.request("GET", "/webmail").send().await;
    assert_eq!((page.status, page.header("location").unwrap().trim_start_matches(&site.origin)), (308, "/webmail/"));
    let page = visitor.sign_in(&who.user, &who.password).await;
    let cookies = page.set_cookies();
    let kept = cookies.iter().filter(|cookie| !cookie.contains("=;"));
    let kept: Vec<_> = kept.inspect(|cookie| assert!(cookie.contains("; Secure"), "{cookie}")).collect(); // S-06
    assert!(kept.iter().any(|cookie| cookie.starts_with("__Secure-fernpost_key=")), "{kept:?}");

    let page = visitor.open("/webmail/").await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(page.header("strict-transport-security"), Some("max-age=31536000"));
    let form = page.form("Sign out");
    for (origin, site_of_it, status) in [
        ("https://evil.test", "cross-site", 403),
        (site.app.origin.as_str(), "same-origin", 403), // where the application listens is not where it is
        (site.origin.as_str(), "same-origin", 303),
    ] {
        let request = visitor.request("POST", &form.action).form(&form.fields);
        let request = request.header("origin", origin).header("sec-fetch-site", site_of_it);
        assert_eq!(request.send().await.status, status, "{kind:?}: {origin}"); // C-01
    }
    assert!(!visitor.is_signed_in().await);
    let elsewhere = site.visitor([127, 0, 0, 1], false).with_header("host", "evil.test").get("/webmail/login").await;
    assert!(elsewhere.status >= 400 || elsewhere.body.is_empty(), "{kind:?}: {}", elsewhere.status); // C-05
}

/// A stream about the list, once it has said what the list is.
async fn open_list(person: &Person) -> Stream {
    let mut stream = person.follow_pages(&["mailbox/INBOX"]).await;
    stream.until("the list", |event| event.data["on"] == "mailbox/INBOX").await;
    stream
}

async fn a_large_file_passes_and_one_too_large_is_answered_by_fernpost(kind: Kind) {
    let Some(site) = Site::behind(kind, "").await else { return };
    for http2 in [false, true] {
        let ann = site.person(http2).await;
        let page = upload(&ann, "large.bin", "application/octet-stream", &vec![7; 20_000_000]).await;
        assert_eq!(page.status, 201, "{kind:?}: {}", page.source());
        let page = upload(&ann, "larger.bin", "application/octet-stream", &vec![7; 40_000_000]).await;
        assert_eq!(page.status, 413, "{kind:?}: {}", page.source());
        assert!(page.source().contains("40 MB") && page.source().contains("25 MB"), "{kind:?}: {}", page.source());
    }
}
