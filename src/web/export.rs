//! Taking mail along: `POST /export` answers with an archive, written while it is sent.
//!
//! The form says which messages: `selection` fields; or `mailbox`, `uidvalidity` and `uid` fields, as a list has them; or
//! `mailbox` alone for all of it, with `below` also those below it, and with `q` and `filter` what a list of it shows then.
//! `format` is `zip`, `mbox` or `maildir`; without it a page asks.

use actix_web::HttpResponse;
use bytes::{Bytes, BytesMut};
use tokio::sync::mpsc;

use super::archive::{Archive, Broken, Format, Out, date};
use super::chosen::{Chosen, go_to, name};
use super::dates::Dates;
use super::download;
use super::error::Error;
use super::export_show;
use super::flash::{FlashKind, FlashMessage};
use super::form::Fields;
use super::locale::Locale;
use super::mailbox_param::{display_name, read_field};
use super::params::ListQuery;
use super::selections::{self, Selections};
use super::shown::clean;
use super::visit::Visit;
use crate::account::{
    self, ByteStream, Carriage, Carriages, Export, LeftOut, Overview, Taking, WhyLeftOut, folder_name,
};
use crate::mail::{MailboxName, Moment};
use crate::store;

/// Octets that go to the browser as one, if they are there.
const PIECE: usize = 64 << 10;
/// Messages that are named one by one in what was left out; more are counted.
const MOST_NAMED: usize = 10_000;

/// `POST /export`
pub(super) async fn export(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    let wanted = match Asked::read(&fields, &visit)? {
        Asked::For(wanted) => wanted,
        Asked::Nothing(chosen) => {
            return Ok(chosen.bad_news(visit.locale.text("export-nothing-chosen"), &visit));
        }
    };
    let format = match fields.one("format") {
        None => return export_show::ask(&visit, wanted).await,
        Some(name) => Format::named(name).ok_or(Error::NotFound)?,
    };
    let overview = visit.account().overview().await?;
    let export = visit.account().export(&wanted).await?;
    if export.messages() == 0 {
        let text = visit.locale.text("export-nothing-there").to_owned();
        let mailbox = match wanted {
            Taking::Mailbox(mailbox) | Taking::Tree(mailbox) | Taking::Listed(mailbox, _) => mailbox,
            Taking::Chosen(_) => MailboxName::inbox(),
        };
        let message = FlashMessage { text, kind: FlashKind::Good, undo: None };
        return Ok(go_to(&visit.state.urls.mailbox(&mailbox), Some(message), &visit));
    }
    let archive = Archive::new(format, &levels(&export, &overview, &visit.locale));
    let file = file_name(&export, &overview, &visit, archive.extension());
    let mut carriages = visit.account().carry(&export);
    // what goes wrong before the first octet is a page
    let first = match carriages.next().await {
        Some(first) => Some(first?),
        None => None,
    };
    let (sender, pieces) = mpsc::channel(2);
    let writing =
        Writing { archive, locale: visit.locale.clone(), left_out: Vec::new(), sender, gathered: BytesMut::new() };
    actix_web::rt::spawn(writing.run(first, carriages));
    Ok(download::attachment(&file, ByteStream::new(pieces), None))
}

/// What a form asks for.
enum Asked {
    For(Taking),
    /// Nothing was chosen from a list.
    Nothing(Chosen),
}

impl Asked {
    fn read(fields: &Fields, visit: &Visit) -> Result<Self, Error> {
        if fields.one(selections::FIELD).is_some() {
            return Ok(Self::For(Taking::Chosen(Selections::read(fields)?.0)));
        }
        if fields.one("uidvalidity").is_some() {
            let chosen = Chosen::read(fields, visit)?;
            let nothing = chosen.is_empty();
            return Ok(if nothing { Self::Nothing(chosen) } else { Self::For(Taking::Chosen(vec![chosen.selection])) });
        }
        let mailbox = fields.one("mailbox").and_then(read_field).ok_or(Error::NotFound)?;
        Ok(Self::For(wanted(mailbox, fields.iter())))
    }
}

/// All of a mailbox, of those below it too, or what a list of it shows.
pub(super) fn wanted<'a>(mailbox: MailboxName, fields: impl Iterator<Item = (&'a str, &'a str)>) -> Taking {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let mut below = false;
    for (name, value) in fields {
        match name {
            "q" | "filter" => drop(query.append_pair(name, value)),
            "below" => below = true,
            _ => {}
        }
    }
    let asked = ListQuery::parse(&query.finish()).unwrap_or_default().asked;
    match (below, asked == account::Asked::default()) {
        (_, false) => Taking::Listed(mailbox, asked),
        (true, _) => Taking::Tree(mailbox),
        (false, _) => Taking::Mailbox(mailbox),
    }
}

/// The mailboxes of an export, each with what it and those above it are called.
fn levels(export: &Export, overview: &Overview, locale: &Locale) -> Vec<(MailboxName, Vec<String>)> {
    let level = |mailbox: &MailboxName| {
        let delimiter = overview.find(mailbox).and_then(|known| known.delimiter);
        let name = display_name(mailbox, locale);
        match delimiter {
            Some(delimiter) => name.split(delimiter).map(str::to_owned).collect(),
            None => vec![name],
        }
    };
    export.selections.iter().map(|one| (one.mailbox.clone(), level(&one.mailbox))).collect()
}

/// "Kunden 2026-11-29.zip"
fn file_name(export: &Export, overview: &Overview, visit: &Visit, extension: &str) -> String {
    let what = match export.selections.as_slice() {
        [one] => name(&one.mailbox, overview, visit),
        _ => visit.locale.text("export-of-several").to_owned(),
    };
    let day = Dates::now(&visit.locale).file_day(now());
    format!("{} {day}.{extension}", folder_name(&what))
}

fn now() -> Moment {
    Moment { seconds: store::unix_now(), offset_minutes: 0 }
}

/// An archive on its way to a browser.
struct Writing {
    archive: Archive,
    locale: Locale,
    left_out: Vec<LeftOut>,
    sender: mpsc::Sender<Result<Bytes, account::Error>>,
    gathered: BytesMut,
}

/// Why no more is sent.
enum Stop {
    /// The browser went away.
    Gone,
    /// The rest can't be had.
    Failed(account::Error),
}

impl From<Broken> for Stop {
    fn from(broken: Broken) -> Self {
        tracing::warn!(%broken, "an export was cut");
        Self::Failed(account::Error::Refused)
    }
}

impl Writing {
    async fn run(mut self, first: Option<Carriage>, carriages: Carriages) {
        if let Err(Stop::Failed(error)) = self.all(first, carriages).await {
            // the connection is cut, so that nobody takes half an archive for a whole one
            let _ = self.sender.send(Err(error)).await;
        }
    }

    async fn all(&mut self, first: Option<Carriage>, mut carriages: Carriages) -> Result<(), Stop> {
        let mut next = first;
        let mut out = Out::new();
        while let Some(carriage) = next {
            match carriage {
                Carriage::Begin(message) => {
                    let day = Dates::now(&self.locale).file_time(date(&message));
                    self.archive.begin(&message, &day, &mut out)?;
                }
                Carriage::Octets(piece) => self.archive.write(piece, &mut out)?,
                Carriage::End => self.archive.end(&mut out)?,
                Carriage::LeftOut(left_out) => self.left_out.push(left_out),
            }
            for piece in out.drain(..) {
                self.send(piece).await?;
            }
            next = carriages.next().await.transpose().map_err(Stop::Failed)?;
        }
        if !self.left_out.is_empty() {
            let text = self.left_out_text();
            self.archive.note(self.locale.text("export-left-out-file"), &text, now(), &mut out)?;
        }
        let empty = Archive::new(Format::Mbox, &[]);
        std::mem::replace(&mut self.archive, empty).finish(&mut out)?;
        for piece in out {
            self.send(piece).await?;
        }
        self.flush().await
    }

    /// Small pieces are gathered: each of them costs a write to the browser.
    async fn send(&mut self, piece: Bytes) -> Result<(), Stop> {
        let is_large = piece.len() >= PIECE / 2;
        if is_large || self.gathered.len() + piece.len() > PIECE {
            self.flush().await?;
        }
        if is_large {
            return self.sender.send(Ok(piece)).await.map_err(|_| Stop::Gone);
        }
        if self.gathered.capacity() == 0 {
            self.gathered.reserve(PIECE);
        }
        self.gathered.extend_from_slice(&piece);
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), Stop> {
        if self.gathered.is_empty() {
            return Ok(());
        }
        let gathered = std::mem::take(&mut self.gathered).freeze();
        self.sender.send(Ok(gathered)).await.map_err(|_| Stop::Gone)
    }

    /// What is not in the archive, a line for each.
    fn left_out_text(&self) -> String {
        let (locale, language) = (&self.locale, &self.locale.language);
        let all = self.left_out.iter().map(|one| one.messages).sum();
        let mut text = language.count("export-left-out", all, []) + "\n\n";
        let dates = Dates::now(locale);
        for one in self.left_out.iter().take(MOST_NAMED) {
            let folder = display_name(&one.mailbox, locale);
            let why = locale.text(match one.why {
                WhyLeftOut::Gone => "export-gone",
                WhyLeftOut::MailboxGone => "export-folder-gone",
                WhyLeftOut::Refused => "export-refused",
            });
            let what = match (one.uid, one.subject.is_empty()) {
                (None, _) => language.count("export-messages", one.messages, []),
                (Some(_), false) => clean(&one.subject),
                (Some(uid), true) => language.say("export-message", [("number", uid.to_string().into())]),
            };
            let when = one.arrived.map(|at| dates.written(at)).unwrap_or_default();
            let parts = [folder, when, what, why.to_owned()];
            let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            text.push_str(&parts.join(" | "));
            text.push('\n');
        }
        if self.left_out.len() > MOST_NAMED {
            let more = u64::try_from(self.left_out.len() - MOST_NAMED).unwrap_or(u64::MAX);
            text.push_str(&language.count("export-left-out-more", more, []));
            text.push('\n');
        }
        text
    }
}
