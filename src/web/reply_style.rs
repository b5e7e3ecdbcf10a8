//! How answers begin: where they stand, and the words above what they quote.

use super::dates::Dates;
use super::error::Error;
use super::later::now_here;
use super::locale::Locale;
use super::shown::clean;
use super::visit::Visit;
use super::writing::{Place, writing_of};
use crate::account::{ReplyPlace, ReplyStyle, recipients_field};
use crate::mail::{Address, Envelope, Moment};
use crate::store::random;

/// As this person likes it, in their language.
pub(super) async fn reply_style(visit: &Visit) -> Result<ReplyStyle, Error> {
    let writing = writing_of(visit).await?;
    let place = |chosen| match chosen {
        Place::Above => ReplyPlace::Above,
        Place::Below => ReplyPlace::Below,
    };
    let (here, there) = (visit.locale.clone(), visit.locale.clone());
    Ok(ReplyStyle {
        place: place(writing.text),
        signature: place(writing.signature),
        now: now_here(&visit.locale),
        random: random().map_err(Error::broken)?,
        attribution: Box::new(move |who, at| attribution(who, at, &here)),
        forwarded: Box::new(move |envelope| forwarded(envelope, &there)),
    })
}

/// "On 23 November 2026, 09:41, Ilse Brandt wrote:"
fn attribution(who: &Address, at: Moment, locale: &Locale) -> String {
    let date = Dates::now(locale).written(at);
    let who = clean(who.label());
    match who.is_empty() {
        true => locale.language.say("quote-somebody", [("date", date.into())]),
        false => locale.language.say("quote-wrote", [("date", date.into()), ("who", who.into())]),
    }
}

/// Who wrote it to whom, when and about what.
fn forwarded(envelope: &Envelope, locale: &Locale) -> String {
    let people = |people: &[Address]| clean(&recipients_field(people));
    let date = envelope.sent_date.map(|at| Dates::now(locale).full(at)).unwrap_or_default();
    let lines = [
        ("fact-from", people(&envelope.from)),
        ("fact-date", date),
        ("compose-subject", clean(&envelope.subject)),
        ("fact-to", people(&envelope.to)),
        ("fact-cc", people(&envelope.cc)),
    ];
    let said = lines.into_iter().filter(|(_, value)| !value.is_empty());
    let said = said.map(|(key, value)| format!("{}: {value}", locale.text(key)));
    std::iter::once(locale.text("quote-forwarded").to_owned()).chain(said).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::words::Words;

    #[test]
    fn quotes_and_what_is_passed_on_say_whose_they_are() {
        let locale = Locale::new(&Words::load().unwrap(), "en-GB", Some("Europe/Berlin")).unwrap();
        let ilse = Address { name: "Ilse\r\nBrandt".into(), addr: "i@hafen.example".into() };
        let at = Moment { seconds: 1_795_424_400, offset_minutes: 0 };
        assert_eq!(attribution(&ilse, at, &locale), "On 23 November 2026, 10:00, Ilse  Brandt wrote:"); // I-05
        let envelope = Envelope {
            subject: "Plans".into(),
            from: vec![ilse],
            to: vec![Address { name: "B, C".into(), addr: "b@hafen.example".into() }],
            sent_date: Some(at),
            ..Envelope::default()
        };
        assert_eq!(
            forwarded(&envelope, &locale),
            "---------- Forwarded message ----------\nFrom: Ilse Brandt <i@hafen.example>\n\
             Date: Monday, 23 November 2026, 10:00 (UTC+1)\nSubject: Plans\nTo: \"B, C\" <b@hafen.example>"
        );
    }
}
