//! What a person would see of a mail, by the floor's own functions and nothing else.

use fernpost::mail::{Address, Moment, Part, PartPath};
use fernpost::mime::{self, Parsed, Shown};
use sha2::{Digest, Sha256};

pub(crate) struct Seen {
    pub(crate) subject: String,
    pub(crate) from: Vec<Address>,
    pub(crate) to: Vec<Address>,
    pub(crate) reply_to: Vec<Address>,
    pub(crate) date: Option<Moment>,
    /// All that is shown, HTML without its tags.
    pub(crate) body: String,
    pub(crate) html: bool,
    pub(crate) attachments: Vec<File>,
    /// What HTML may refer to.
    pub(crate) inline: Vec<(String, File)>,
    pub(crate) subjects_inside: Vec<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) media_type: String,
    pub(crate) size: u64,
    pub(crate) sha256: String,
}

pub(crate) fn read(message: &[u8]) -> Seen {
    read_parsed(message, &mime::structure(message))
}

/// As [`read`], of a message that was taken apart by somebody else.
pub(crate) fn read_parsed(message: &[u8], parsed: &Parsed) -> Seen {
    let reading = mime::reading(&parsed.part);
    let envelope = mime::envelope(&message[parsed.headers[&PartPath::root()].clone()]);
    let mut seen = Seen {
        subject: envelope.subject,
        from: envelope.from,
        to: envelope.to,
        reply_to: envelope.reply_to,
        date: envelope.sent_date,
        body: String::new(),
        html: false,
        attachments: reading.attachments.iter().map(|path| file(message, parsed, path)).collect(),
        inline: mime::inline_ids(&parsed.part)
            .into_iter()
            .map(|(id, path)| (id, file(message, parsed, &path)))
            .collect(),
        subjects_inside: Vec::new(),
    };
    show(message, parsed, &reading.shown, &mut seen);
    seen
}

fn show(message: &[u8], parsed: &Parsed, shown: &[Shown], seen: &mut Seen) {
    for piece in shown {
        match piece {
            Shown::Text(path) => {
                let (part, bytes) = cut(message, parsed, path);
                seen.body += &mime::text(part, bytes);
            }
            Shown::Html(path) => {
                let (part, bytes) = cut(message, parsed, path);
                seen.body += &without_tags(mime::html(part, bytes).as_str());
                seen.html = true;
            }
            Shown::Image(_) => {}
            Shown::Message { path, inside } => {
                let envelope = mime::envelope(&message[parsed.headers[path].clone()]);
                seen.body += &format!("\n{}\n", envelope.subject);
                seen.subjects_inside.push(envelope.subject);
                show(message, parsed, inside, seen);
            }
        }
        seen.body.push('\n');
    }
}

fn cut<'a>(message: &'a [u8], parsed: &'a Parsed, path: &PartPath) -> (&'a Part, &'a [u8]) {
    let part = parsed.part.find(path).expect("a path that was given out leads somewhere");
    (part, &message[parsed.ranges[path].clone()])
}

fn file(message: &[u8], parsed: &Parsed, path: &PartPath) -> File {
    let (part, bytes) = cut(message, parsed, path);
    let content = mime::decode(&part.encoding, bytes);
    File {
        name: mime::file_name(part),
        media_type: part.media_type.clone(),
        size: content.len() as u64,
        sha256: Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}

/// Good enough for the corpus, whose HTML is simple.
fn without_tags(html: &str) -> String {
    html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text)).collect()
}
