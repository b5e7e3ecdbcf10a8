//! How one visitor reads: language, clock, order of day and month, zone.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header;
use jiff::tz::TimeZone;

use super::words::{Language, Words, preferences};

/// A visitor's habits, from `Accept-Language` and the zone their browser told.
#[derive(Clone)]
pub(super) struct Locale {
    /// The texts.
    pub language: Arc<Language>,
    /// Whether the clock has twelve hours.
    pub twelve_hours: bool,
    /// Whether the month stands before the day.
    pub month_first: bool,
    /// The zone times are shown in.
    pub zone: TimeZone,
}

impl Locale {
    /// The habits of whoever sent `request`; `zone` is an IANA name, unchecked, and UTC is taken where it is none.
    pub(super) fn of(request: &HttpRequest, words: &Words, zone: Option<&str>) -> Option<Self> {
        let accepted = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Self::new(words, accepted.unwrap_or_default(), zone)
    }

    /// As [`Self::of`], from the header's text.
    pub(super) fn new(words: &Words, accept_language: &str, zone: Option<&str>) -> Option<Self> {
        let region = preferences(accept_language).next().unwrap_or_default();
        let is = |tag: &str| region.eq_ignore_ascii_case(tag);
        Some(Self {
            language: words.choose(accept_language)?,
            twelve_hours: is("en-US") || is("en-CA") || is("en-AU"),
            month_first: is("en-US"),
            zone: zone.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC),
        })
    }

    /// A text without arguments.
    pub(super) fn text<'a>(&'a self, key: &'a str) -> &'a str {
        self.language.text(key)
    }
}
