//! The tree of a message's parts (RFC 2045, RFC 9051 7.5.2 BODYSTRUCTURE).

use super::PartPath;

/// `Content-Disposition` (RFC 2183).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Disposition {
    /// `inline` or `attachment`, lower case; others are kept.
    pub kind: String,
    /// Parameters, names lower case, values as the server gave them (RFC 2231 pieces are not joined yet).
    pub params: Vec<(String, String)>,
}

/// One node of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Where it stands.
    pub path: PartPath,
    /// `text/plain`, lower case; `application/octet-stream` where it can't be told.
    pub media_type: String,
    /// Parameters of the content type, names lower case, values as the server gave them.
    pub params: Vec<(String, String)>,
    /// `Content-ID`, without angle brackets.
    pub id: Option<String>,
    /// `Content-Description`, undecoded.
    pub description: Option<String>,
    /// `Content-Transfer-Encoding`, lower case; empty for the default, `7bit`.
    pub encoding: String,
    /// Octets as encoded; 0 for a multipart, which has no size of its own.
    pub size: u64,
    /// `Content-Disposition`.
    pub disposition: Option<Disposition>,
    /// `Content-Location` (RFC 2557).
    pub location: Option<String>,
    /// What is inside.
    pub kind: PartKind,
}

/// What a part contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartKind {
    /// Bytes.
    Leaf,
    /// Other parts (`multipart/*`).
    Multipart(Vec<Part>),
    /// A message in itself (`message/rfc822`, `message/global`): its own top part.
    Message(Box<Part>),
}

/// A message's structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyStructure {
    /// The server described it.
    Known(Box<Part>),
    /// The description could not be read (`R-21`): the message must be fetched whole and parsed here.
    Opaque,
}

impl Part {
    /// A leaf with nothing known of it but its place and type.
    pub fn leaf(path: PartPath, media_type: &str) -> Self {
        Self {
            path,
            media_type: media_type.to_owned(),
            params: Vec::new(),
            id: None,
            description: None,
            encoding: String::new(),
            size: 0,
            disposition: None,
            location: None,
            kind: PartKind::Leaf,
        }
    }

    /// The value of a content-type parameter, by its lower-case name.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The parts directly inside.
    pub fn children(&self) -> &[Part] {
        match &self.kind {
            PartKind::Leaf => &[],
            PartKind::Multipart(parts) => parts,
            PartKind::Message(part) => std::slice::from_ref(part),
        }
    }

    /// This part and all below it, outermost first, in the order of the message.
    pub fn walk(&self) -> impl Iterator<Item = &Part> {
        let mut waiting = vec![self];
        std::iter::from_fn(move || {
            let part = waiting.pop()?;
            waiting.extend(part.children().iter().rev());
            Some(part)
        })
    }

    /// The part at `path`, below or at this one.
    pub fn find(&self, path: &PartPath) -> Option<&Part> {
        self.walk().find(|part| part.path == *path && !matches!(part.kind, PartKind::Multipart(_)))
    }

    /// The leaf at `path`, below or at this one.
    pub fn find_mut(&mut self, path: &PartPath) -> Option<&mut Part> {
        let mut waiting = vec![self];
        while let Some(part) = waiting.pop() {
            if part.path == *path && matches!(part.kind, PartKind::Leaf) {
                return Some(part);
            }
            match &mut part.kind {
                PartKind::Leaf => {}
                PartKind::Multipart(parts) => waiting.extend(parts.iter_mut()),
                PartKind::Message(inner) => waiting.push(inner),
            }
        }
        None
    }

    /// Whether the type is `top/…`.
    pub fn is_a(&self, top: &str) -> bool {
        self.media_type.split('/').next() == Some(top)
    }
}
