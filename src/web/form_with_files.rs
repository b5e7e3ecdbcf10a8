//! What a form sent that may carry files (RFC 7578).
//!
//! Fields are read into memory, within limits; files go to [`Uploads`] as they come, and to memory never.
//! A file is kept only behind a token that is right, so the token is the first field of such a form (`C-01`). One that can't be kept
//! does not end the form: what was typed must not be lost with it.

use std::time::{Duration, Instant};

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use futures_util::StreamExt;

use super::Error;
use super::attached::largest_file;
use super::form::Fields;
use super::locale::Locale;
use super::signed_in::SignedIn;
use super::sizes::size;
use super::state::State;
use crate::mail::{Attachment, Source, UploadId};
use crate::store::{NotKept, Uploads};

/// Octets of all fields that are no files: a long letter with its looks.
const LONGEST_TEXT: usize = 8 << 20;
/// The most fields that are no files, and the most files.
const MOST_FIELDS: usize = 500;
const MOST_FILES: usize = 100;
/// How long a browser may be silent in the middle.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long all of it may take: an evening's upload over a slow line.
const LONGEST: Duration = Duration::from_secs(60 * 60);
/// The longest name of a file, in octets (`A-02`).
const LONGEST_NAME: usize = 250;

/// A form and its files.
pub(super) struct FormWithFiles {
    /// What was typed.
    pub(super) fields: Fields,
    /// Files that were kept, in their order.
    pub(super) files: Vec<Attachment>,
    /// Files that were not.
    pub(super) refused: Vec<RefusedFile>,
    /// Files that nobody looked at, since there were too many.
    pub(super) over: usize,
    /// Whether its token is this person's. Where it is not, no file was kept.
    pub(super) is_ours: bool,
}

/// A file that was not kept.
pub(super) struct RefusedFile {
    /// What it is called; empty if it has no name.
    pub(super) name: String,
    /// Its octets.
    pub(super) size: u64,
    /// What was in the way.
    pub(super) why: NotKept,
}

/// Where files of a form are kept, and how much.
pub(super) struct Keeping<'a> {
    /// Where.
    pub(super) uploads: &'a Uploads,
    /// Octets of one of them.
    pub(super) largest: u64,
    /// How many.
    pub(super) most_files: usize,
    /// How long all of the form may take.
    pub(super) longest: Duration,
}

impl FormWithFiles {
    /// Reads a form. Files of `person` are kept for a message that is written, nobody's are not.
    pub(super) async fn read(
        request: &HttpRequest,
        payload: &mut Payload,
        person: Option<&SignedIn>,
    ) -> Result<Self, Error> {
        let state = State::of(request)?;
        let taken = person.and_then(|person| person.account.largest_message());
        let (uploads, largest) = (&state.uploads, largest_file(state.config.compose.message, taken));
        let keeping = Keeping { uploads, largest, most_files: MOST_FILES, longest: LONGEST };
        Self::read_into(request, payload, person, keeping).await
    }

    /// As [`Self::read`], keeping files elsewhere.
    pub(super) async fn read_into(
        request: &HttpRequest,
        payload: &mut Payload,
        person: Option<&SignedIn>,
        keeping: Keeping<'_>,
    ) -> Result<Self, Error> {
        let said = request.headers().get(CONTENT_TYPE).and_then(|said| said.to_str().ok()).unwrap_or_default();
        let media_type = said.split(';').next().unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("multipart/form-data") {
            let fields = Fields::read(request, payload).await?;
            let is_ours = is_ours(&fields, person);
            return Ok(Self { fields, files: Vec::new(), refused: Vec::new(), over: 0, is_ours });
        }
        let Keeping { uploads, largest, most_files, longest } = keeping;
        let mut reading = Reading {
            person,
            uploads,
            largest,
            most_files,
            fields: Vec::new(),
            text: 0,
            kept: Kept { uploads: uploads.clone(), user: String::new(), files: Vec::new() },
            refused: Vec::new(),
            over: 0,
            until: Instant::now() + longest,
        };
        let mut parts = Multipart::new(request.headers(), payload.take());
        while let Some(part) = reading.next(&mut parts).await? {
            reading.part(part).await?;
        }
        let Reading { fields, mut kept, refused, over, .. } = reading;
        let fields = Fields::of(fields);
        let (is_ours, files) = (is_ours(&fields, person), std::mem::take(&mut kept.files));
        Ok(Self { fields, files, refused, over, is_ours })
    }

    /// The form, if it is this person's own and not one of too many in a second (`C-01`, `C-08`).
    pub(super) fn allowed(self, person: &SignedIn, request: &HttpRequest) -> Result<Self, Error> {
        if !self.is_ours {
            return Err(Error::FormTooOld(self.fields.into_all()));
        }
        let pace = &State::of(request)?.pace;
        pace.take(person.account.user()).map_err(|retry_after| Error::TooMany { retry_after })?;
        Ok(self)
    }
}

impl RefusedFile {
    /// What happened to it, in a sentence, with the numbers.
    pub(super) fn sentence(&self, locale: &Locale) -> String {
        let language = &locale.language;
        let name = if self.name.is_empty() { locale.text("upload-nameless") } else { &self.name };
        let said = |key: &str, limit: u64| {
            let (size, limit) = (size(self.size, language), size(limit, language));
            language.say(key, [("name", name.into()), ("size", size.into()), ("limit", limit.into())])
        };
        match &self.why {
            NotKept::TooLarge(limit) => said("upload-too-large", *limit),
            NotKept::NoRoom(limit) => said("upload-no-room", *limit),
            NotKept::DiskFull => language.say("upload-disk-full", [("name", name.into())]),
            NotKept::Broken(_) => language.say("upload-broken", [("name", name.into())]),
        }
    }
}

/// A form that is being read.
struct Reading<'a> {
    person: Option<&'a SignedIn>,
    uploads: &'a Uploads,
    largest: u64,
    most_files: usize,
    fields: Vec<(String, String)>,
    /// Octets of the fields.
    text: usize,
    kept: Kept,
    refused: Vec<RefusedFile>,
    over: usize,
    until: Instant,
}

/// Files that were kept. Those of a form that never became one are deleted.
struct Kept {
    uploads: Uploads,
    user: String,
    files: Vec<Attachment>,
}

impl Reading<'_> {
    async fn next(&self, parts: &mut Multipart) -> Result<Option<Field>, Error> {
        self.in_time(parts.next()).await?.transpose().map_err(broken_off)
    }

    async fn part(&mut self, mut part: Field) -> Result<(), Error> {
        let said = part.content_disposition();
        let name = said.and_then(|said| said.get_name()).unwrap_or_default().to_owned();
        match said.and_then(|said| said.get_filename()).map(file_name) {
            None => self.field(name, &mut part).await,
            Some(file) => self.file(file, &mut part).await,
        }
    }

    async fn field(&mut self, name: String, part: &mut Field) -> Result<(), Error> {
        if self.fields.len() == MOST_FIELDS {
            return Err(Error::TooLarge);
        }
        self.text += name.len();
        let mut value = Vec::new();
        while let Some(piece) = self.piece(part).await? {
            self.text += piece.len();
            if self.text > LONGEST_TEXT {
                return Err(Error::TooLarge);
            }
            value.extend_from_slice(&piece);
        }
        let value = String::from_utf8(value).map_err(|_| Error::BadInput("a field that is no UTF-8"))?;
        self.fields.push((name, value));
        Ok(())
    }

    async fn file(&mut self, name: String, part: &mut Field) -> Result<(), Error> {
        let media_type = part.content_type().map_or("application/octet-stream", |said| said.essence_str()).to_owned();
        let first = self.piece(part).await?;
        if first.is_none() && name.is_empty() {
            return Ok(()); // nobody chose a file
        }
        let person = self.person.filter(|person| holds(person, &self.fields));
        let count = self.kept.files.len() + self.refused.len();
        let Some(person) = person.filter(|_| count < self.most_files) else {
            self.over += 1;
            return self.pass_over(part).await.map(drop);
        };
        self.kept.user = person.account.user().to_owned();
        let mut size = 0;
        let mut next = first;
        let keeping = async {
            let mut upload = self.uploads.begin(person.account.user(), self.largest).await.map_err(Trouble::Kept)?;
            while let Some(piece) = next.take() {
                size += u64::try_from(piece.len()).unwrap_or(u64::MAX);
                upload.write(&piece).await.map_err(Trouble::Kept)?;
                next = self.piece(part).await.map_err(Trouble::Read)?;
            }
            upload.finish().await.map_err(Trouble::Kept)
        };
        match keeping.await {
            Ok(kept) => {
                let source = Source::Upload(kept.id);
                self.kept.files.push(Attachment { name, media_type, size: kept.size, content_id: None, source });
                Ok(())
            }
            Err(Trouble::Read(error)) => Err(error),
            Err(Trouble::Kept(why)) => {
                if let NotKept::Broken(error) = &why {
                    tracing::error!(%error, "an upload could not be kept");
                }
                let size = size + self.pass_over(part).await?;
                self.refused.push(RefusedFile { name, size, why });
                Ok(())
            }
        }
    }

    /// Reads what nobody wants, up to the next field: a browser that is not listened to shows no answer. Octets.
    async fn pass_over(&self, part: &mut Field) -> Result<u64, Error> {
        let mut size = 0;
        while let Some(piece) = self.piece(part).await? {
            size += u64::try_from(piece.len()).unwrap_or(u64::MAX);
        }
        Ok(size)
    }

    async fn piece(&self, part: &mut Field) -> Result<Option<actix_web::web::Bytes>, Error> {
        self.in_time(part.next()).await?.transpose().map_err(broken_off)
    }

    async fn in_time<T>(&self, coming: impl Future<Output = T>) -> Result<T, Error> {
        let left = PATIENCE.min(self.until.saturating_duration_since(Instant::now()));
        tokio::time::timeout(left, coming).await.map_err(|_| Error::BadInput("a body that came too slowly"))
    }
}

/// Why a file was not kept.
enum Trouble {
    /// The form itself broke off.
    Read(Error),
    /// There is no place for it.
    Kept(NotKept),
}

impl Drop for Kept {
    fn drop(&mut self) {
        if self.files.is_empty() {
            return;
        }
        let (uploads, user) = (self.uploads.clone(), std::mem::take(&mut self.user));
        let files = std::mem::take(&mut self.files);
        // what can't be deleted now is swept out
        tokio::spawn(async move {
            for file in files {
                if let Source::Upload(id) = file.source {
                    let _ = uploads.remove(&user, &id).await;
                }
            }
        });
    }
}

fn is_ours(fields: &Fields, person: Option<&SignedIn>) -> bool {
    person.is_some_and(|person| fields.one("csrf").is_some_and(|token| person.holds(token)))
}

fn holds(person: &SignedIn, fields: &[(String, String)]) -> bool {
    fields.iter().any(|(name, value)| name == "csrf" && person.holds(value))
}

fn broken_off(error: MultipartError) -> Error {
    match error {
        MultipartError::Payload(_) | MultipartError::Incomplete => Error::BadInput("a body that broke off"),
        _ => Error::BadInput("a body that is no form"),
    }
}

/// A file's name as a browser tells it: the last part of a path, on one line, of bearable length. Browsers write three characters as
/// HTML says ("multipart/form-data encoding algorithm"); the two that end lines are left out.
fn file_name(said: &str) -> String {
    let said = said.replace("%22", "\"").replace("%0D", "").replace("%0A", "");
    let last = said.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut name: String = last.chars().filter(|c| !c.is_control()).collect();
    while name.len() > LONGEST_NAME {
        name.pop();
    }
    let name = name.trim();
    if name.chars().all(|c| c == '.') { String::new() } else { name.to_owned() }
}

/// The upload that an attachment stands for.
pub(super) fn upload_id(file: &Attachment) -> Option<&UploadId> {
    match &file.source {
        Source::Upload(id) => Some(id),
        Source::Part(..) | Source::Message(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_by_its_name_alone() {
        for (said, name) in [
            ("report.pdf", "report.pdf"),
            ("C:\\Users\\ann\\report.pdf", "report.pdf"),
            ("../../etc/passwd", "passwd"),
            ("a%22b%0D%0Ac.txt", "a\"bc.txt"),
            ("a\u{0}b\u{7}\r\nc.txt", "abc.txt"),
            ("..", ""),
            ("folder/", ""),
            ("\u{dc}bersicht 100%.txt", "\u{dc}bersicht 100%.txt"),
        ] {
            assert_eq!(file_name(said), name, "{said:?}");
        }
        assert_eq!(file_name(&"\u{fc}".repeat(400)).len(), LONGEST_NAME);
    }
}
