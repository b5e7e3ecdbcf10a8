//! Path, query and form text become words here; behind this door nobody sees a raw string that should be a UID.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::{Ready, ready};

use super::error::Error;
use super::urls::{Urls, decode_mailbox, percent_encode};
use crate::account::{Asked, Filter, Sort};
use crate::mail::{MailboxName, MessageRef, PageNumber, PartPath};

/// `{mailbox}` of the path. What isn't one is a 404 (`C-09`).
pub(super) struct MailboxParam(pub MailboxName);

/// `{mailbox}/{uidvalidity}/{uid}` of the path.
pub(super) struct MessageParam(pub MessageRef);

/// `{part}` of the path.
pub(super) struct PartParam(pub PartPath);

/// `{number}` of the path.
pub(super) struct NumberParam(pub u32);

fn segment<'a>(request: &'a HttpRequest, name: &str) -> Result<&'a str, Error> {
    request.match_info().get(name).ok_or(Error::NotFound)
}

fn mailbox(request: &HttpRequest) -> Result<MailboxName, Error> {
    decode_mailbox(segment(request, "mailbox")?).ok_or(Error::NotFound)
}

impl FromRequest for MailboxParam {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(mailbox(request).map(Self))
    }
}

impl FromRequest for MessageParam {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let parse = || {
            Ok(Self(MessageRef {
                mailbox: mailbox(request)?,
                uid_validity: segment(request, "uidvalidity")?.parse().map_err(|_| Error::NotFound)?,
                uid: segment(request, "uid")?.parse().map_err(|_| Error::NotFound)?,
            }))
        };
        ready(parse())
    }
}

impl FromRequest for PartParam {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(segment(request, "part").and_then(|part| part.parse().map(Self).map_err(|_| Error::NotFound)))
    }
}

impl FromRequest for NumberParam {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(segment(request, "number").and_then(|number| number.parse().map(Self).map_err(|_| Error::NotFound)))
    }
}

/// The first value of `name` in a request's query.
pub(super) fn query_value(request: &HttpRequest, name: &str) -> Option<String> {
    url::form_urlencoded::parse(request.query_string().as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// All of a request's query, in its order.
pub(super) fn query_values(request: &HttpRequest) -> Vec<(String, String)> {
    url::form_urlencoded::parse(request.query_string().as_bytes()).into_owned().collect()
}

/// `?page=&sort=&filter=&q=&select=` of a message list. Message pages carry it along, to find the way back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct ListQuery {
    /// What is asked of the account.
    pub asked: Asked,
    /// Whether every row of the page is to be chosen.
    pub select: bool,
}

/// Longest search text, in characters.
const QUERY_MAX: usize = 500;

impl FromRequest for ListQuery {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::parse(request.query_string()).ok_or(Error::NotFound))
    }
}

impl ListQuery {
    /// Reads a query string. A page that is no number is no page; an unknown order or filter is the usual one.
    pub(super) fn parse(query: &str) -> Option<Self> {
        let mut parsed = Self::default();
        for (key, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match &*key {
                "page" if !value.is_empty() => parsed.asked.page = value.parse().ok()?,
                "filter" => parsed.asked.filter = FILTERS.into_iter().find_map(named(&value)).unwrap_or_default(),
                "sort" => parsed.asked.sort = SORTS.into_iter().find_map(named(&value)).unwrap_or_default(),
                "q" => parsed.asked.query = clean_query(&value),
                "select" => parsed.select = value == "page",
                _ => {}
            }
        }
        Some(parsed)
    }

    /// This list, on another page.
    pub(super) fn on_page(&self, page: PageNumber) -> Self {
        Self { asked: Asked { page, ..self.asked.clone() }, select: false }
    }

    /// This list with another filter, from its start.
    pub(super) fn with_filter(&self, filter: Filter) -> Self {
        Self { asked: Asked { page: PageNumber::FIRST, filter, ..self.asked.clone() }, select: false }
    }

    /// This list in another order, from its start.
    pub(super) fn with_sort(&self, sort: Sort) -> Self {
        Self { asked: Asked { page: PageNumber::FIRST, sort, ..self.asked.clone() }, select: false }
    }

    /// This list without its search, from its start.
    pub(super) fn without_search(&self) -> Self {
        Self { asked: Asked { page: PageNumber::FIRST, query: String::new(), ..self.asked.clone() }, select: false }
    }

    /// As an address's end: "" or "?page=2&filter=unread"; what is usual is left out.
    pub(super) fn suffix(&self) -> String {
        let mut suffix = String::new();
        let mut add = |name: &str, value: &str| {
            suffix.push(if suffix.is_empty() { '?' } else { '&' });
            suffix.push_str(name);
            suffix.push('=');
            suffix.push_str(value);
        };
        if self.asked.page != PageNumber::FIRST {
            add("page", &self.asked.page.number().to_string());
        }
        if self.asked.filter != Filter::default() {
            add(
                "filter",
                FILTERS.into_iter().find(|(_, value)| *value == self.asked.filter).map_or("", |(name, _)| name),
            );
        }
        if self.asked.sort != Sort::default() {
            add("sort", SORTS.into_iter().find(|(_, value)| *value == self.asked.sort).map_or("", |(name, _)| name));
        }
        if !self.asked.query.is_empty() {
            add("q", &percent_encode(&self.asked.query));
        }
        if self.select {
            add("select", "page");
        }
        suffix
    }

    /// The list's address.
    pub(super) fn url(&self, mailbox: &MailboxName, urls: &Urls) -> String {
        urls.mailbox(mailbox) + &self.suffix()
    }
}

const FILTERS: [(&str, Filter); 3] = [("all", Filter::All), ("unread", Filter::Unread), ("flagged", Filter::Flagged)];

const SORTS: [(&str, Sort); 5] = [
    ("newest", Sort::Newest),
    ("oldest", Sort::Oldest),
    ("sender", Sort::Sender),
    ("subject", Sort::Subject),
    ("size", Sort::Size),
];

fn named<T>(wanted: &str) -> impl Fn((&'static str, T)) -> Option<T> + '_ {
    move |(name, value)| (name == wanted).then_some(value)
}

/// A search text on one line, without control characters, of bearable length.
fn clean_query(text: &str) -> String {
    let words: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(QUERY_MAX).collect();
    words.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_address_reads_back_as_it_was_written() {
        for query in ["", "?page=2", "?filter=unread&sort=sender", "?q=caf%C3%A9%20%26%20co", "?page=3&select=page"] {
            let parsed = ListQuery::parse(query.trim_start_matches('?')).unwrap();
            assert_eq!(parsed.suffix(), query);
        }
    }

    #[test]
    fn what_is_no_page_is_no_page() {
        // C-09
        for wrong in ["page=0", "page=-1", "page=x", "page=1.5", "page=99999999999"] {
            assert_eq!(ListQuery::parse(wrong), None, "{wrong}");
        }
        assert_eq!(ListQuery::parse("filter=nope&sort=nope&page="), Some(ListQuery::default()));
    }

    #[test]
    fn a_search_is_one_line_of_bearable_length() {
        let long = format!("q=a%0D%0Ab{}", "x".repeat(1000));
        let query = ListQuery::parse(&long).unwrap().asked.query;
        assert!(query.starts_with("a  b") && query.chars().count() == QUERY_MAX);
    }
}
