//! Somebody with a browser: it keeps cookies, follows links when told to, and runs no script.

use std::sync::Arc;

use reqwest::cookie::{CookieStore, Jar};
use reqwest::{Client, ClientBuilder, Method, Url};

use super::form::Form;
use super::page::Page;
use super::stream::{PATIENCE, Stream};
use super::wait::until;

/// A browser.
#[derive(Clone)]
pub(crate) struct Visitor {
    origin: String,
    client: Client,
    jar: Arc<Jar>,
    headers: Vec<(String, String)>,
}

/// A request to be changed before it is sent.
pub(crate) struct Request(reqwest::RequestBuilder);

impl Visitor {
    /// A new one, without cookies.
    pub(crate) fn new(origin: &str) -> Self {
        Self::built(origin, Client::builder().tls_certs_only([]))
    }

    /// One whose connections are made so.
    pub(super) fn built(origin: &str, connections: ClientBuilder) -> Self {
        let jar = Arc::new(Jar::default());
        let client =
            connections.cookie_provider(Arc::clone(&jar)).redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { origin: origin.to_owned(), client, jar, headers: Vec::new() }
    }

    /// Sends this header with every request from now on.
    pub(crate) fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A request to an address of the application, from its first slash on.
    pub(crate) fn request(&self, method: &str, path: &str) -> Request {
        let address = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.origin) };
        let mut request = self.client.request(Method::from_bytes(method.as_bytes()).unwrap(), address);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        Request(request)
    }

    /// What is at an address; a redirect is the answer.
    pub(crate) async fn get(&self, path: &str) -> Page {
        self.request("GET", path).send().await
    }

    /// What is at an address, and where that leads to.
    pub(crate) async fn open(&self, path: &str) -> Page {
        self.follow(self.get(path).await).await
    }

    /// The page at an address, as soon as it is so.
    pub(crate) async fn open_until(&self, path: &str, is_so: impl Fn(&Page) -> bool) -> Page {
        until(async || {
            let page = self.open(path).await;
            if is_so(&page) { Ok(page) } else { Err(page.text()) }
        })
        .await
    }

    /// Where an answer leads to.
    pub(crate) async fn follow(&self, mut page: Page) -> Page {
        for _ in 0..5 {
            match page.location() {
                Some(path) => page = self.get(&path).await,
                None => return page,
            }
        }
        panic!("a circle of redirects at {}", page.address);
    }

    /// Sends a form; a redirect is the answer.
    pub(crate) async fn submit(&self, form: &Form) -> Page {
        if form.method == "get" {
            let query: String =
                url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&form.fields).finish();
            return self.get(&format!("{}?{query}", form.action)).await;
        }
        let request = self.request("POST", &form.action);
        if form.carries_files {
            let (media_type, body) = form.multipart();
            return request.body(&media_type, body).send().await;
        }
        request.form(&form.fields).send().await
    }

    /// The sign-in form as the page offers it, filled.
    pub(crate) async fn sign_in_form(&self, user: &str, password: &str) -> Form {
        let page = self.get("/webmail/login").await;
        page.form("Sign in").fill("user", user).fill("password", password)
    }

    /// Signs in, or tries to; a redirect is the answer.
    pub(crate) async fn sign_in(&self, user: &str, password: &str) -> Page {
        self.submit(&self.sign_in_form(user, password).await).await
    }

    /// Whether the application knows this browser: else every page leads to the sign-in page.
    pub(crate) async fn is_signed_in(&self) -> bool {
        let location = self.get("/webmail/").await.location().unwrap_or_default();
        assert!(location.starts_with("/webmail/"), "the first page led to {location:?}");
        !location.starts_with("/webmail/login")
    }

    /// The cookies that would be sent, as `name=value`.
    pub(crate) fn cookies(&self) -> Vec<String> {
        let url = Url::parse(&format!("{}/webmail/", self.origin)).unwrap();
        let header = self.jar.cookies(&url);
        let text = header.as_ref().and_then(|header| header.to_str().ok()).unwrap_or_default();
        text.split("; ").filter(|cookie| !cookie.is_empty()).map(str::to_owned).collect()
    }

    /// The value of a cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let start = format!("{name}=");
        self.cookies().iter().find_map(|cookie| cookie.strip_prefix(&start).map(str::to_owned))
    }

    /// Puts a cookie into the browser, as one who stole or made it would.
    pub(crate) fn set_cookie(&self, name: &str, value: &str) {
        let url = Url::parse(&format!("{}/webmail/", self.origin)).unwrap();
        self.jar.add_cookie_str(&format!("{name}={value}; Path=/webmail"), &url);
    }
}

impl Visitor {
    /// Opens the stream of live updates about pages, each by its address below the base path.
    pub(crate) async fn follow_pages(&self, pages: &[&str]) -> Stream {
        let pages: Vec<_> = pages.iter().map(|page| (*page, "")).collect();
        self.follow_all(&pages).await
    }

    /// As [`Self::follow_pages`] about one page, which says what it was made from.
    pub(crate) async fn follow_from(&self, page: &str, at: String) -> Stream {
        self.follow_all(&[(page, &at)]).await
    }

    async fn follow_all(&self, pages: &[(&str, &str)]) -> Stream {
        Stream::read(self.ask_for_stream(pages).await)
    }

    /// The stream about this page, or the status that came in its place.
    pub(crate) async fn try_stream(&self, page: &str) -> Result<Stream, u16> {
        let response = self.ask_for_stream(&[(page, "")]).await;
        if response.status() == 200 { Ok(Stream::read(response)) } else { Err(response.status().as_u16()) }
    }

    async fn ask_for_stream(&self, pages: &[(&str, &str)]) -> reqwest::Response {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (page, at) in pages {
            query.append_pair("on", page).append_pair("at", at);
        }
        let request = self.request("GET", &format!("/webmail/events?{}", query.finish()));
        // A web server on the way that waits for more sends not even the head.
        let answer = tokio::time::timeout(PATIENCE, request.0.send()).await;
        answer.expect("a head in time").expect("an answer")
    }
}

impl Request {
    /// With this header.
    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        Self(self.0.header(name, value))
    }

    /// With these fields as its body.
    pub(crate) fn form(self, fields: &[(String, String)]) -> Self {
        Self(self.0.form(fields))
    }

    /// With this body.
    pub(crate) fn body(self, media_type: &str, body: impl Into<reqwest::Body>) -> Self {
        Self(self.0.header("content-type", media_type).body(body))
    }

    /// Sends it and reads until the answer ends, which a stream of events never does by itself; its status.
    pub(crate) async fn listen(self) -> u16 {
        let mut response = self.0.send().await.expect("an answer");
        while let Ok(Some(_)) = response.chunk().await {}
        response.status().as_u16()
    }

    /// Sends it; `None` if the answer broke off before its end.
    pub(crate) async fn try_send(self) -> Option<Page> {
        Page::read_whole(self.0.send().await.ok()?).await
    }

    /// Sends it.
    pub(crate) async fn send(self) -> Page {
        Page::read(self.0.send().await.expect("an answer")).await
    }
}
