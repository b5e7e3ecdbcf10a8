//! The guarded client against servers that want to be more than a picture.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod site;

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use fernpost::remote::{Client, Error, Limits, Resolve};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all};
use site::{Reply, Site, elsewhere, ok};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and the rest of it";

/// Names with what they resolve to, the first time, the second, and so on; the last answer stays.
#[derive(Default)]
struct Names(Mutex<HashMap<String, Vec<&'static str>>>, Mutex<usize>);

impl Names {
    fn of(names: &[(&str, &[&'static str])]) -> Arc<Self> {
        let names = names.iter().map(|(name, answers)| ((*name).to_owned(), answers.iter().rev().copied().collect()));
        Arc::new(Self(Mutex::new(names.collect()), Mutex::default()))
    }
}

impl Resolve for Names {
    fn resolve(&self, host: &str) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
        *self.1.lock().unwrap() += 1;
        let mut names = self.0.lock().unwrap();
        let answers = names.get_mut(host).unwrap_or_else(|| panic!("{host} was looked up"));
        let address = if answers.len() > 1 { answers.pop().unwrap() } else { answers[0] };
        std::future::ready(Ok(vec![address.parse().unwrap()])).boxed()
    }
}

/// Small and quick: what a test waits for in vain.
const QUICK: Limits = Limits {
    connect: Duration::from_millis(300),
    whole: Duration::from_millis(600),
    wait: Duration::from_secs(5),
    body: 64 << 10,
    redirects: 3,
    parallel: 4,
    parallel_per_person: 2,
    cache: 1 << 20,
    fresh: Duration::from_secs(60),
    failed: Duration::from_secs(60),
};

/// A client for which these addresses are as good as public.
fn client(allowed: &[SocketAddr], names: Arc<Names>) -> Client {
    let allowed = allowed.to_vec();
    Client::with(Arc::new(move |address| allowed.contains(&address)), names, QUICK)
}

fn plain(site: &Site) -> Client {
    client(&[site.address], Names::of(&[]))
}

#[tokio::test]
async fn a_picture_comes_as_its_bytes_say_and_only_once() {
    let site = Site::saying(ok("text/html", PNG)).await;
    let client = plain(&site);
    let url = site.url("/a.png?x=1");
    let all = join_all((0..8).map(|at| {
        let (client, url) = (client.clone(), url.clone());
        async move { client.picture(&url, if at % 2 == 0 { "ann" } else { "bob" }).await }
    }))
    .await;
    for picture in all {
        assert_eq!((picture.media_type, &picture.bytes[..], picture.is_placeholder), ("image/png", PNG, false));
    }
    // whoever looks again, or second, is seen by nobody
    assert_eq!(client.picture(&format!("{url}#part"), "cy").await.bytes, PNG);
    assert_eq!(site.heard().len(), 1);
}

#[tokio::test]
async fn nothing_is_told_about_the_person() {
    // P-03
    let site = Site::on("127.0.0.1", 0, |path| match path {
        "/1" => Reply::Whole(
            b"HTTP/1.1 302 Found\r\nLocation: /2\r\nSet-Cookie: id=1; Path=/\r\nContent-Length: 0\r\n\r\n".to_vec(),
        ),
        _ => {
            let head = "HTTP/1.1 200 OK\r\nSet-Cookie: id=2; Path=/\r\nContent-Length: ";
            Reply::Whole([format!("{head}{}\r\n\r\n", PNG.len()).as_bytes(), PNG].concat())
        }
    })
    .await;
    let client = plain(&site);
    assert!(!client.picture(&site.url("/1"), "ann@example.org").await.is_placeholder);
    assert!(!client.picture(&site.url("/3"), "ann@example.org").await.is_placeholder);
    let heard = site.heard();
    assert_eq!(heard.len(), 3);
    for request in heard {
        let request = request.to_lowercase();
        let names: Vec<&str> = request.lines().skip(1).filter_map(|line| Some(line.split_once(": ")?.0)).collect();
        let expected = ["accept", "accept-encoding", "host", "user-agent", "connection"];
        assert_eq!(names, expected, "{request}");
        assert!(request.contains("user-agent: mozilla/5.0\r\n") && !request.contains("ann"), "{request}");
    }
}

#[tokio::test]
async fn what_is_no_picture_is_one_pixel() {
    // P-03
    for (what, body) in [
        ("image/svg+xml", &b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>"[..]),
        ("image/png", b"<html><script>alert(1)</script>"),
        ("image/png", b""),
        ("text/css", b"body{}"),
    ] {
        let site = Site::saying(ok(what, body)).await;
        let picture = plain(&site).picture(&site.url("/"), "ann").await;
        assert_eq!((picture.media_type, picture.is_placeholder), ("image/gif", true), "{what}");
        assert!(picture.bytes.starts_with(b"GIF89a") && picture.bytes.len() < 50);
    }
    for head in
        ["HTTP/1.1 404 Not Found", "HTTP/1.1 500 X", "HTTP/1.1 206 Partial Content", "HTTP/1.1 302 Found", "SSH-2.0"]
    {
        let answer = [format!("{head}\r\nContent-Length: {}\r\n\r\n", PNG.len()).as_bytes(), PNG].concat();
        let site = Site::saying(Reply::Whole(answer)).await;
        assert!(plain(&site).picture(&site.url("/"), "ann").await.is_placeholder, "{head}");
    }
    let packed = [b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", PNG].concat();
    let site = Site::saying(Reply::Whole(packed)).await;
    assert!(plain(&site).picture(&site.url("/"), "ann").await.is_placeholder);
}

#[tokio::test]
async fn a_body_without_end_is_given_up() {
    // P-03: a gigabyte, told before and not told
    for head in ["Content-Length: 1073741824\r\n", ""] {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n{head}\r\n\u{89}PNG\r\n");
        let site = Site::saying(Reply::Endless(head)).await;
        let started = Instant::now();
        assert!(plain(&site).picture(&site.url("/"), "ann").await.is_placeholder);
        assert!(started.elapsed() < QUICK.whole, "it was the size that ended it");
        // what the system's buffers hold may have left; nobody read it
        assert!(*site.taken.lock().unwrap() < 16 << 20);
    }
}

#[tokio::test]
async fn a_server_that_drips_or_says_nothing_is_given_up() {
    // P-04
    let drip = [b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", PNG].concat();
    for reply in [Reply::Drip(drip, Duration::from_millis(25)), Reply::Silence] {
        let site = Site::saying(reply).await;
        let client = plain(&site);
        let started = Instant::now();
        assert!(client.picture(&site.url("/"), "ann").await.is_placeholder);
        let took = started.elapsed();
        assert!(took >= QUICK.whole && took < QUICK.whole * 3, "{took:?}");
        // and it is not waited for again
        assert!(client.picture(&site.url("/"), "bob").await.is_placeholder);
        assert_eq!(site.heard().len(), 1);
    }
}

#[tokio::test]
async fn slow_servers_hold_no_more_than_their_places() {
    // P-04
    let slow = Site::saying(Reply::Silence).await;
    let quick = Site::saying(ok("image/png", PNG)).await;
    let client = client(&[slow.address, quick.address], Names::of(&[]));
    let of_ann = join_all((0..6).map(|at| {
        let (client, url) = (client.clone(), slow.url(&format!("/{at}")));
        async move { client.picture(&url, "ann").await }
    }));
    let of_bob = async {
        let started = Instant::now();
        assert!(!client.picture(&quick.url("/"), "bob").await.is_placeholder);
        assert!(started.elapsed() < QUICK.whole, "bob waits for nobody of ann's");
        assert!(slow.heard().len() <= QUICK.parallel_per_person);
    };
    let (pictures, ()) = tokio::join!(of_ann, of_bob);
    assert!(pictures.iter().all(|picture| picture.is_placeholder));
}

#[tokio::test]
async fn a_redirect_into_the_machine_is_not_followed() {
    // P-02
    let inside = Site::saying(ok("image/png", PNG)).await;
    let there = inside.address;
    for location in [
        inside.url("/"),
        format!("http://localhost:{}/", there.port()),
        format!("http://[::ffff:127.0.0.1]:{}/", there.port()),
        format!("http://2130706433:{}/", there.port()),
        format!("//127.0.0.1:{}/", there.port()),
        "file:///etc/passwd".to_owned(),
        "ftp://127.0.0.1/".to_owned(),
        format!("http://user:password@{there}/"),
    ] {
        let outside = Site::saying(elsewhere(&location)).await;
        let client = client(&[outside.address], Names::of(&[("localhost", &["127.0.0.1"])]));
        assert!(client.picture(&outside.url("/"), "ann").await.is_placeholder, "{location}");
        assert_eq!(outside.heard().len(), 1);
    }
    assert_eq!(inside.heard(), [""; 0]);
}

#[tokio::test]
async fn three_redirects_are_followed_and_no_fourth() {
    let site = Site::on("127.0.0.1", 0, |path| match path.trim_start_matches('/').parse::<u32>() {
        Ok(0) | Err(_) => ok("image/png", PNG),
        Ok(more) => elsewhere(&format!("/{}", more - 1)),
    })
    .await;
    let client = plain(&site);
    assert!(!client.picture(&site.url("/3"), "ann").await.is_placeholder);
    assert!(client.picture(&site.url("/4"), "ann").await.is_placeholder); // P-02
}

#[tokio::test]
async fn a_name_that_changes_its_mind_gets_nowhere() {
    // P-02: DNS rebinding. 127.0.0.2 plays the public address; the second answer leads inside.
    let outside = Site::on("127.0.0.2", 0, |path| match path {
        "/again" => elsewhere("/x"),
        _ => ok("image/png", PNG),
    })
    .await;
    let inside = Site::on("127.0.0.1", outside.address.port(), |_| ok("image/png", PNG)).await;
    let names = Names::of(&[("rebind.example", &["127.0.0.2", "127.0.0.1"])]);
    let client = client(&[outside.address], names.clone());
    let url = |path: &str| format!("http://rebind.example:{}{path}", outside.address.port());
    // what was looked at is what is connected to: one look-up for one connection
    assert!(!client.picture(&url("/once"), "ann").await.is_placeholder);
    assert_eq!(*names.1.lock().unwrap(), 1);
    assert!(client.picture(&url("/twice"), "ann").await.is_placeholder, "a second connection looks again");

    let names = Names::of(&[("rebind.example", &["127.0.0.2", "127.0.0.1"])]);
    let client = self::client(&[outside.address], names);
    assert!(client.picture(&url("/again"), "ann").await.is_placeholder, "and so does a redirect");
    assert_eq!(inside.heard(), [""; 0]);
    assert_eq!(outside.heard().len(), 2);
}

#[tokio::test]
async fn a_form_is_posted_once_and_only_its_status_comes_back() {
    // the way of one-click unsubscribing (RFC 8058 3.1)
    let site =
        Site::on("127.0.0.1", 0, |path| if path == "/moved" { elsewhere("/x") } else { ok("text/html", b"Bye") }).await;
    let client = plain(&site);
    let form = [("List-Unsubscribe", "One-Click")];
    assert_eq!(client.post(&site.url("/u?id=7"), &form, "ann").await, Ok(200));
    assert_eq!(client.post(&site.url("/moved"), &form, "ann").await, Ok(302));
    let heard = site.heard();
    assert_eq!(heard.len(), 2);
    assert!(
        heard[0].starts_with("POST /u?id=7 HTTP/1.1\r\n") && heard[0].ends_with("\r\n\r\nList-Unsubscribe=One-Click")
    );
    assert!(!heard[0].to_lowercase().contains("cookie") && !heard[0].contains("ann"));
    assert_eq!(self::client(&[], Names::of(&[])).post(&site.url("/"), &form, "ann").await, Err(Error::NotPublic));
}

#[tokio::test]
async fn a_certificate_that_does_not_fit_is_not_waved_through() {
    // whoever answers here has no certificate at all; what matters is that nothing is asked without one
    let site = Site::saying(ok("image/png", PNG)).await;
    let url = site.url("/").replace("http:", "https:");
    assert!(plain(&site).picture(&url, "ann").await.is_placeholder);
    assert!(site.heard().iter().all(|heard| !heard.contains("GET")));
}

#[tokio::test]
async fn switched_off_it_asks_nobody() {
    // P-05
    let client = Client::off();
    assert!(!client.is_enabled());
    assert!(client.picture("http://127.0.0.1/", "ann").await.is_placeholder);
    assert_eq!(client.post("http://127.0.0.1/", &[], "ann").await, Err(Error::Off));
}
