//! How far the counting is, said on every page that shows what was counted; and what begins and stops it:
//! `POST /storage/survey`, `POST /storage/survey/stop`.

use actix_web::HttpResponse;
use serde::Serialize;

use super::chosen::go_to;
use super::error_page::sentence;
use super::form::Fields;
use super::local_path::LocalPath;
use super::locale::Locale;
use super::urls::Urls;
use super::visit::Visit;
use crate::account::Surveyed;

/// After so many seconds a page that shows a count under way is drawn anew.
const PAUSE: u32 = 2;

/// What is said of it.
#[derive(Serialize, Default)]
pub(super) struct SurveyState {
    running: bool,
    done: u32,
    total: u32,
    /// Empty: it came to its end, and there is nothing to say.
    text: String,
    begin_url: String,
    stop_url: String,
}

impl SurveyState {
    /// Of this survey.
    pub(super) fn new(surveyed: &Surveyed, locale: &Locale, urls: &Urls) -> Self {
        let language = &locale.language;
        let (running, done, total, text) = match surveyed {
            Surveyed::None => (false, 0, 0, locale.text("storage-begin").to_owned()),
            Surveyed::Running { done, total, .. } => {
                let numbers = [
                    ("done", language.number(u64::from(*done)).into()),
                    ("total", language.number(u64::from(*total)).into()),
                ];
                (true, *done, *total, language.say("storage-counting", numbers))
            }
            Surveyed::Done(_) => (false, 0, 0, String::new()),
            Surveyed::Stopped(_) => (false, 0, 0, locale.text("storage-stopped").to_owned()),
            Surveyed::Failed(why, _) => {
                let why = format!("{}.", sentence(why, locale));
                (false, 0, 0, language.say("storage-broke-off", [("why", why.into())]))
            }
        };
        let (begin_url, stop_url) = (urls.storage_survey(), urls.storage_survey_stop());
        // a progress of nothing would be full
        Self { running, done, total: total.max(1), text, begin_url, stop_url }
    }

    /// After how many seconds the page is to be drawn anew; zero for never.
    pub(super) fn renewed(&self) -> u32 {
        if self.running { PAUSE } else { 0 }
    }
}

/// Begins to count, whatever is believed to be known, and goes back to the page.
pub(super) async fn survey_begin(visit: Visit, fields: Fields) -> HttpResponse {
    visit.account().look_again();
    visit.account().begin_survey();
    back(&visit, &fields)
}

/// Stops, and goes back to the page.
pub(super) async fn survey_stop(visit: Visit, fields: Fields) -> HttpResponse {
    visit.account().stop_survey();
    back(&visit, &fields)
}

fn back(visit: &Visit, fields: &Fields) -> HttpResponse {
    let urls = &visit.state.urls;
    let back = fields.one("back").and_then(|back| LocalPath::new(back, urls.base()));
    go_to(&back.map_or_else(|| urls.storage(), |back| back.as_str().to_owned()), None, visit)
}
