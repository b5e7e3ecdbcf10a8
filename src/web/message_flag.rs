//! `POST /messages/flag`

use actix_web::HttpResponse;

use super::chosen::Chosen;
use super::error::Error;
use super::form::Fields;
use super::local_path::LocalPath;
use super::visit::Visit;
use crate::account::Overview;
use crate::mail::Flag;

/// Sets or clears a flag. `flag` is `seen`, `unseen`, `flagged`, `unflagged`, `answered` or `unanswered`; `on=0` turns
/// it round. A row's star sends `star` or `unstar` with its own UID and means no other row, whatever is chosen.
pub(super) async fn message_flag(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    let star = fields.one("star").map(|uid| (uid, true)).or_else(|| fields.one("unstar").map(|uid| (uid, false)));
    if let Some((uid, on)) = star {
        let chosen = Chosen::read_uids(&fields, std::iter::once(uid), &visit)?;
        visit.account().set_flag(&chosen.selection, &Flag::Flagged, on).await?;
        return Ok(chosen.back_to_row(uid, &visit));
    }
    let chosen = Chosen::read(&fields, &visit)?;
    if chosen.is_empty() {
        return Ok(chosen.nothing(&visit));
    }
    let (flag, on) = fields.one("flag").and_then(read).ok_or(Error::BadInput("no such flag"))?;
    let on = on != (fields.one("on") == Some("0"));
    let changed = visit.account().set_flag(&chosen.selection, &flag, on).await?;
    // from an open message: stay there, where the star is to be seen; an unread one is left, or it would be read again
    let here = fields.one("here").filter(|_| flag != Flag::Seen || on);
    if let Some(here) = here.and_then(|here| LocalPath::new(here, visit.state.urls.base())) {
        return Ok(super::chosen::go_to(here.as_str(), None, &visit));
    }
    let said = match (&flag, on) {
        (Flag::Seen, true) => "done-read",
        (Flag::Seen, false) => "done-unread",
        (Flag::Flagged, true) => "done-flagged",
        (Flag::Flagged, false) => "done-unflagged",
        _ => return Ok(chosen.go_back(None, &visit)),
    };
    Ok(chosen.good_news(said, &changed, &Overview::default(), &visit))
}

fn read(flag: &str) -> Option<(Flag, bool)> {
    let (name, on) = flag.strip_prefix("un").map_or((flag, true), |name| (name, false));
    let flag = match name {
        "seen" => Flag::Seen,
        "flagged" => Flag::Flagged,
        "answered" => Flag::Answered,
        _ => return None,
    };
    Some((flag, on))
}
