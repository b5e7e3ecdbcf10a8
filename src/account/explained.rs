//! What a message tells in the words of machines, read so that it can be said in people's.

use super::Body;
use super::content::Content;
use crate::mail::{Calendar, Contact, Envelope, Part, PartKind, PartPath, Report, Seal};
use crate::mime::{self, Told};

/// Beside its text: reports, invitations, contacts, signatures.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Explained {
    /// What machines report about other mail.
    pub reports: Vec<Report>,
    /// Events, each once, with the part that has it.
    pub calendars: Vec<(PartPath, Calendar)>,
    /// People's cards, with the part that has them.
    pub contacts: Vec<(PartPath, Contact)>,
    /// How it is signed or locked.
    pub seals: Vec<Seal>,
}

/// Contacts that are shown; a file can hold an address book.
const CONTACTS: usize = 20;

/// Reads what was fetched of it.
pub(super) fn explained(content: &Content, bodies: &[Body]) -> Explained {
    let top = content.top();
    let mut told = Explained { seals: mime::seals(top), ..Explained::default() };
    for body in bodies {
        if let Body::Text { text, .. } = body
            && let Some(seal) = mime::seal_of_text(text).filter(|seal| !told.seals.contains(seal))
        {
            told.seals.push(seal);
        }
    }
    let mut original: Option<Box<Envelope>> = None;
    for telling in mime::tellings(top) {
        let (Some(part), Some(encoded)) = (top.find(&telling.path), content.bytes(&telling.path)) else { continue };
        let decoded = || mime::decode(&part.encoding, encoded);
        match telling.what {
            Told::Delivery => told.reports.push(Report::Delivery(mime::delivery(&decoded()))),
            Told::Receipt => told.reports.push(Report::Receipt(mime::receipt(&decoded()))),
            Told::Complaint => told.reports.push(Report::Complaint(mime::complaint(&decoded()))),
            Told::Original => original = original.or_else(|| Some(Box::new(mime::envelope(&decoded())))),
            Told::Calendar => {
                if let Some(calendar) = mime::calendar(&mime::text(part, encoded)) {
                    // the same invitation is often there twice: as a form of the text and as a file
                    if !told.calendars.iter().any(|(_, known)| known.is_same(&calendar)) {
                        told.calendars.push((telling.path, calendar));
                    }
                }
            }
            Told::Contact => {
                let room = CONTACTS.saturating_sub(told.contacts.len());
                let cards = mime::contacts(&mime::text(part, encoded)).into_iter().take(room);
                told.contacts.extend(cards.map(|card| (telling.path.clone(), card)));
            }
        }
    }
    if told.reports.is_empty() {
        told.reports.extend(mime::failed_recipients(content.header(&PartPath::root())).map(Report::Delivery));
    }
    if !told.reports.is_empty() {
        let original = original.or_else(|| returned(top, content));
        for report in &mut told.reports {
            match report {
                Report::Delivery(delivery) => delivery.original.clone_from(&original),
                Report::Complaint(complaint) => complaint.original.clone_from(&original),
                Report::Receipt(_) => {}
            }
        }
    }
    told
}

/// The header of the message that came back with a report.
fn returned(top: &Part, content: &Content) -> Option<Box<Envelope>> {
    let message = top.walk().take(100).find(|part| matches!(part.kind, PartKind::Message(_)))?;
    let header = content.header(&message.path);
    (!header.is_empty()).then(|| Box::new(mime::envelope(header)))
}
