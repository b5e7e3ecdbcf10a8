//! How often a list looks for mail by itself where there are no scripts: a setting of a browser, in a cookie of its own.

use actix_web::cookie::time::Duration;
use actix_web::{HttpRequest, HttpResponse};

use super::cookies::{self, Name};
use super::state::State;

/// How long a browser keeps it.
const LASTS: Duration = Duration::days(365);

/// Minutes between two looks; zero is never.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Refresh(u16);

impl Refresh {
    /// What can be chosen.
    pub(super) const CHOICES: [Self; 5] = [Self(0), Self(1), Self(2), Self(5), Self(10)];

    /// Reads one of the choices; anything else is none.
    pub(super) fn parse(minutes: &str) -> Option<Self> {
        Self::CHOICES.into_iter().find(|choice| choice.0.to_string() == minutes)
    }

    /// What this browser chose; never, unless it did.
    pub(super) fn of(request: &HttpRequest, state: &State) -> Self {
        let cookie = request.cookie(Name::Refresh.of(state));
        cookie.and_then(|cookie| Self::parse(cookie.value())).unwrap_or_default()
    }

    /// Has the browser keep it.
    pub(super) fn keep(self, response: &mut HttpResponse, state: &State) {
        match self.0 {
            0 => cookies::expire(response, Name::Refresh, state),
            minutes => cookies::set(response, Name::Refresh, minutes.to_string(), Some(LASTS), state),
        }
    }

    /// In minutes; zero is never.
    pub(super) fn minutes(self) -> u16 {
        self.0
    }

    /// In seconds; zero is never.
    pub(super) fn seconds(self) -> u32 {
        u32::from(self.0) * 60
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_chosen_is_read() {
        assert_eq!(Refresh::parse("5").unwrap().seconds(), 300);
        assert_eq!(Refresh::parse("0"), Some(Refresh::default()));
        for wrong in ["", "3", "-1", "05", " 5", "5;url=https://other.example", "99999999"] {
            assert_eq!(Refresh::parse(wrong), None, "{wrong:?}");
        }
    }
}
