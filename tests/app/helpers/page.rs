//! What a browser got.

use scraper::{ElementRef, Html, Selector};

use super::form::Form;
use super::row::Row;

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) address: String,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Page {
    pub(super) async fn read(response: reqwest::Response) -> Self {
        Self::read_whole(response).await.expect("a body")
    }

    /// `None` if it broke off.
    pub(super) async fn read_whole(response: reqwest::Response) -> Option<Self> {
        let (status, address) = (response.status().as_u16(), response.url().to_string());
        let headers = response.headers().clone();
        Some(Self { status, address, headers, body: response.bytes().await.ok()?.to_vec() })
    }

    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Where it leads to: a path of the application.
    pub(crate) fn location(&self) -> Option<String> {
        self.header("location").filter(|_| self.status == 303).map(str::to_owned)
    }

    /// Its `Set-Cookie` lines.
    pub(crate) fn set_cookies(&self) -> Vec<&str> {
        self.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect()
    }

    /// Its source.
    pub(crate) fn source(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Its words, as a text browser shows them.
    pub(crate) fn text(&self) -> String {
        let page = self.html();
        let body = page.select(&selector("body")).next();
        let words = body.map(|body| words(&body)).unwrap_or_default();
        if words.is_empty() { self.source() } else { words }
    }

    /// The words of everything that a CSS selector finds.
    pub(crate) fn texts(&self, css: &str) -> Vec<String> {
        self.html().select(&selector(css)).map(|element| words(&element)).collect()
    }

    /// An attribute of everything that a CSS selector finds.
    pub(crate) fn attributes(&self, css: &str, name: &str) -> Vec<String> {
        self.html().select(&selector(css)).filter_map(|element| element.attr(name).map(str::to_owned)).collect()
    }

    /// What happened, as the page says it.
    pub(crate) fn flash(&self) -> String {
        self.texts(".flash__text").join(" ")
    }

    /// The subjects of a message list, in order.
    pub(crate) fn rows(&self) -> Vec<String> {
        self.texts(".message-row__subject")
    }

    /// A row of a message list, by its subject.
    pub(crate) fn row(&self, subject: &str) -> Row {
        let page = self.html();
        let rows = selector(".message-row");
        let mut rows = page.select(&rows).map(|row| Row::read(&row));
        rows.find(|row| row.subject == subject).unwrap_or_else(|| panic!("no row {subject:?} in {:?}", self.rows()))
    }

    /// All rows of a message list, in order.
    pub(crate) fn all_rows(&self) -> Vec<Row> {
        self.html().select(&selector(".message-row")).map(|row| Row::read(&row)).collect()
    }

    /// The folders beside the page: name and what stands beside it.
    pub(crate) fn tree(&self) -> Vec<(String, String)> {
        let page = self.html();
        let links = selector(".sidebar .mailbox-link");
        let (name, count) = (selector(".mailbox-link__name"), selector(".count"));
        let first = |of: &ElementRef<'_>, css: &Selector| of.select(css).next().map(|found| words(&found));
        let folder = |link: ElementRef<'_>| {
            let unread = first(&link, &count).unwrap_or_default();
            (first(&link, &name).unwrap_or_default(), unread.trim_end_matches(" unread").to_owned())
        };
        page.select(&links).map(folder).collect()
    }

    /// Where the link with these words leads to.
    pub(crate) fn link(&self, words_of_it: &str) -> String {
        let page = self.html();
        let links = selector("a[href]");
        let mut links = page.select(&links);
        let found = links.find(|link| name_of(link) == words_of_it || words(link).contains(words_of_it));
        let found = found.unwrap_or_else(|| panic!("no link {words_of_it:?} in {}", self.text()));
        found.attr("href").unwrap().to_owned()
    }

    /// The form that the button with this name sends, with its fields as the page filled them.
    pub(crate) fn form(&self, button: &str) -> Form {
        let page = self.html();
        Form::of_button(&page, button).unwrap_or_else(|| panic!("no button {button:?} in {}", self.text()))
    }

    /// The same, for a button with this name inside what a CSS selector finds.
    pub(crate) fn form_in(&self, css: &str, button: &str) -> Form {
        let page = self.html();
        let buttons = selector(&format!("{css} button"));
        let mut buttons = page.select(&buttons);
        let found = buttons.find(|candidate| name_of(candidate) == button);
        let found = found.unwrap_or_else(|| panic!("no button {button:?} in {css} of {}", self.text()));
        Form::sent_by(&page, &found)
    }

    /// Whether there is a button with this name.
    pub(crate) fn offers(&self, button: &str) -> bool {
        Form::of_button(&self.html(), button).is_some()
    }

    /// Whether there is one inside what a CSS selector finds.
    pub(crate) fn has_in(&self, css: &str, button: &str) -> bool {
        let page = self.html();
        page.select(&selector(&format!("{css} button"))).any(|candidate| name_of(&candidate) == button)
    }

    fn html(&self) -> Html {
        Html::parse_document(&self.source())
    }
}

pub(super) fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap_or_else(|error| panic!("{css}: {error}"))
}

/// An element's words, with single spaces.
pub(super) fn words(element: &ElementRef<'_>) -> String {
    element.text().collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a screen reader calls it, near enough: its label, else its words that are not hidden from it, else its title.
pub(super) fn name_of(element: &ElementRef<'_>) -> String {
    match (element.attr("aria-label"), spoken(element)) {
        (Some(label), _) => label.to_owned(),
        (None, words) if !words.is_empty() => words,
        (None, _) => element.attr("title").unwrap_or_default().to_owned(),
    }
}

fn spoken(element: &ElementRef<'_>) -> String {
    let said = element.children().map(|child| match (child.value().as_text(), ElementRef::wrap(child)) {
        (Some(text), _) => text.to_string(),
        (None, Some(inner)) if inner.attr("aria-hidden") != Some("true") => spoken(&inner),
        _ => String::new(),
    });
    said.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}
