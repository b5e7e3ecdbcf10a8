//! The parts of a message that are needed to show it: fetched one by one where the server's structure can be trusted,
//! cut out of the whole message where it can't (`R-21`).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use bytes::Bytes;

use super::memory::{Weighed, part_weight};
use super::recent::Recent;
use crate::imap::{Error, Fetched, Item, Link};
use crate::mail::{BodyStructure, Flags, MailboxName, Part, PartKind, PartPath, Uid, UidSet, UidValidity};
use crate::mime::{self, Containers, Shown};

/// A whole message that is fetched for want of a structure is cut here.
pub(super) const WHOLE: u32 = 16 << 20;

/// More than this of one message is not remembered.
const REMEMBERED: usize = 256 << 10;

/// Octets of parts that are read for one page.
const BUDGET: u64 = 16 << 20;

/// Parts that are read for one page.
const PIECES: usize = 100;

/// Encoded octets of an HTML part that are read with the message.
pub(super) const LIGHT_HTML: u64 = 128 << 10;

/// Encoded octets of HTML that may turn out to show nothing: its plain form is read with it.
pub(super) const EMPTY_HTML: u64 = 2 << 10;

/// Contents by where the message lies.
pub(super) type Contents = Recent<(MailboxName, UidValidity, Uid), Arc<Content>>;

/// A message's header and bodies.
#[derive(Debug)]
pub(super) enum Content {
    /// As the server described and delivered it.
    Fetched { top: Part, fetched: Box<Fetched>, containers: Containers, mended: Option<Box<Part>>, hides_text: bool },
    /// As we took it apart.
    Parsed {
        top: Part,
        message: Bytes,
        ranges: HashMap<PartPath, std::ops::Range<usize>>,
        headers: HashMap<PartPath, std::ops::Range<usize>>,
        containers: Containers,
        flags: Option<Flags>,
    },
}

impl Content {
    /// Fetches header and shown parts, each at most `limit` octets; `None` if the message is gone.
    pub(super) async fn read(
        link: &mut Link,
        uid: Uid,
        structure: &BodyStructure,
        limit: u32,
    ) -> Result<Option<Self>, Error> {
        let Some((top, items)) = Self::items(structure, limit) else { return Self::read_whole(link, uid).await };
        match link.fetch(&UidSet::new([uid]), &items).await {
            Ok(fetched) => {
                let ours = fetched.into_iter().find(|one| one.uid == Some(uid));
                Ok(ours.map(|fetched| Self::of_fetched(top, fetched)))
            }
            // a server may refuse a part that it described itself
            Err(Error::No(_) | Error::Bad) => Self::read_whole(link, uid).await,
            Err(error) => Err(error),
        }
    }

    /// What [`Self::read`] fetches, and the tree that [`Self::of_fetched`] wants with it; `None` where the structure can't
    /// be relied on.
    pub(super) fn items(structure: &BodyStructure, limit: u32) -> Option<(Part, Vec<Item>)> {
        let BodyStructure::Known(top) = structure else { return None };
        Some(wanted(top, limit, true, &mut BUDGET.clone()))
    }

    /// As [`Self::read`] for many messages, in one round trip and within one budget; HTML of those only for which the last
    /// word is `true`: that of others is read when it is shown. The newest have the first claim; of those that others left too little
    /// for, by itself more would be read. Messages that are gone are missing.
    pub(super) async fn read_many(
        link: &mut Link,
        messages: &[(Uid, &BodyStructure, bool)],
        limit: u32,
    ) -> Result<(HashMap<Uid, Self>, HashSet<Uid>), Error> {
        let mut octets = BUDGET;
        let mut tops = HashMap::new();
        let mut requests = Vec::new();
        let mut short = HashSet::new();
        for (uid, structure, with_html) in messages.iter().rev() {
            let BodyStructure::Known(known) = structure else { continue };
            let (top, items) = wanted(known, limit, *with_html, &mut octets);
            if wanted(known, limit, *with_html, &mut BUDGET.clone()).1.len() > items.len() {
                short.insert(*uid);
            }
            tops.insert(*uid, top);
            requests.push((UidSet::new([*uid]), items));
        }
        let fetched = match link.fetch_each(&requests).await {
            Ok(fetched) => fetched,
            // a server may refuse a part that it described itself: each by itself, then
            Err(Error::No(_) | Error::Bad) => Vec::new(),
            Err(error) => return Err(error),
        };
        let mut read = HashMap::new();
        for fetched in fetched {
            if let Some((uid, top)) = fetched.uid.and_then(|uid| Some((uid, tops.remove(&uid)?))) {
                read.insert(uid, Self::of_fetched(top, fetched));
            }
        }
        for (uid, structure, _) in messages {
            if !read.contains_key(uid)
                && let Some(content) = Self::read(link, *uid, structure, limit).await?
            {
                read.insert(*uid, content);
            }
        }
        Ok((read, short))
    }

    /// What was fetched of [`Self::items`].
    pub(super) fn of_fetched(mut top: Part, mut fetched: Fetched) -> Self {
        let hides_text = hides_text(&top, &fetched);
        let mended = mend(&mut top, &fetched).then(|| Box::new(top.clone()));
        fetched.bodies.retain(|(name, _)| !name.ends_with(".MIME"));
        let closed = mime::containers(&top);
        let containers =
            Containers::open(&mut top, |path| fetched.body(&path.to_string()).cloned()).without_files(&top);
        // what was in them is here; they are fetched once more when somebody wants them as files
        fetched.bodies.retain(|(name, _)| !closed.iter().any(|path| path.to_string() == *name));
        Self::Fetched { top, fetched: Box::new(fetched), containers, mended, hides_text }
    }

    /// Fetches the whole message and takes it apart here.
    pub(super) async fn read_whole(link: &mut Link, uid: Uid) -> Result<Option<Self>, Error> {
        let whole = Item::Part(PartPath::root(), Some(WHOLE));
        let fetched = link.fetch(&UidSet::new([uid]), &[Item::Uid, Item::Flags, whole]).await?;
        let Some(fetched) = fetched.into_iter().find(|one| one.uid == Some(uid)) else { return Ok(None) };
        let message = fetched.body("").cloned().unwrap_or_default();
        let mime::Parsed { mut part, ranges, headers, .. } = mime::structure(&message);
        let containers = Containers::open(&mut part, |path| ranges.get(path).map(|range| message.slice(range.clone())));
        Ok(Some(Self::Parsed { top: part, message, ranges, headers, containers, flags: fetched.flags }))
    }

    /// The tree of parts.
    pub(super) fn top(&self) -> &Part {
        match self {
            Self::Fetched { top, .. } | Self::Parsed { top, .. } => top,
        }
    }

    /// The structure, where the server's lacked something that a part's own header has; once.
    pub(super) fn take_mended(&mut self) -> Option<Box<Part>> {
        match self {
            Self::Fetched { mended, .. } => mended.take(),
            Self::Parsed { .. } => None,
        }
    }

    /// Whether the server took text for a header: no blank line stands between them, or one that it does not know; or no
    /// line end at all, as an old Macintosh's have CR alone.
    pub(super) fn hides_text(&self) -> bool {
        if let Self::Fetched { hides_text: true, .. } = self {
            return true;
        }
        let header = self.header(&PartPath::root());
        !header.contains(&b'\n') && header.windows(2).any(|two| two == b"\r\r")
    }

    /// Whether it is small enough to be remembered.
    pub(super) fn is_light(&self) -> bool {
        self.weight() <= REMEMBERED
    }

    /// The marks at the moment of reading.
    pub(super) fn flags(&self) -> Option<&Flags> {
        match self {
            Self::Fetched { fetched, .. } => fetched.flags.as_ref(),
            Self::Parsed { flags, .. } => flags.as_ref(),
        }
    }

    /// Whether the server's own structure was no use.
    pub(super) fn is_makeshift(&self) -> bool {
        matches!(self, Self::Parsed { .. })
    }

    /// A part's octets, still encoded.
    pub(super) fn bytes(&self, path: &PartPath) -> Option<&[u8]> {
        if path.is_inside_a_container() {
            return self.containers().bytes(path).map(Bytes::as_ref);
        }
        match self {
            Self::Fetched { fetched, .. } => fetched.body(&path.to_string()).map(Bytes::as_ref),
            Self::Parsed { message, ranges, .. } => message.get(ranges.get(path)?.clone()),
        }
    }

    fn containers(&self) -> &Containers {
        match self {
            Self::Fetched { containers, .. } | Self::Parsed { containers, .. } => containers,
        }
    }

    /// The header of the message (at the root) or of an attached one; empty if there is none.
    pub(super) fn header(&self, path: &PartPath) -> &[u8] {
        if let Some(header) = self.containers().header(path) {
            return header;
        }
        let found = match self {
            Self::Fetched { fetched, .. } => fetched.body(&Item::header_section(path)).map(Bytes::as_ref),
            Self::Parsed { message, headers, .. } => headers.get(path).and_then(|range| message.get(range.clone())),
        };
        found.unwrap_or_default()
    }
}

impl Weighed for Content {
    fn weight(&self) -> usize {
        let (top, octets) = match self {
            Self::Fetched { top, fetched, .. } => (
                top,
                fetched.bodies.iter().map(|(name, bytes)| name.len() + bytes.as_ref().map_or(0, Bytes::len) + 96).sum(),
            ),
            Self::Parsed { top, message, ranges, .. } => (top, message.len() + ranges.len() * 128),
        };
        size_of::<Self>() + octets + self.containers().weight() + top.walk().map(part_weight).sum::<usize>()
    }
}

/// Whether text stands where the server saw a header.
fn hides_text(top: &Part, fetched: &Fetched) -> bool {
    if matches!(top.kind, PartKind::Leaf) {
        return top.is_a("text") && fetched.body("HEADER").is_some_and(|header| mime::hides_text(header));
    }
    let empty = mime::doubtful(top).into_iter().filter(|path| top.find(path).is_some_and(mime::may_hide_text));
    empty.filter_map(|path| fetched.body(&format!("{path}.MIME"))).any(|header| mime::hides_text(header))
}

/// Mends the tree by what the parts' own headers say; whether there was anything to mend.
fn mend(top: &mut Part, fetched: &Fetched) -> bool {
    let mut mended = label_html(top, fetched);
    let of_text = mime::charset_of_text(top);
    // the one part of a simple message has its header
    if matches!(top.kind, PartKind::Leaf) {
        return mended | fetched.body("HEADER").is_some_and(|header| mime::mend(top, header, of_text.as_deref()));
    }
    for path in mime::doubtful(top) {
        if let (Some(header), Some(part)) = (fetched.body(&format!("{path}.MIME")), top.find_mut(&path)) {
            mended |= mime::mend(part, header, of_text.as_deref());
        }
    }
    mended
}

/// Where a raw header has to be read by the charset of the text and HTML alone says that, in itself: takes it from there.
fn label_html(top: &mut Part, fetched: &Fetched) -> bool {
    let is_raw = fetched.body("HEADER").is_some_and(|header| std::str::from_utf8(header).is_err());
    if !is_raw || mime::charset_of_text(top).is_some() {
        return false;
    }
    let said = |part: &Part| mime::charset_in_html(part, fetched.body(&part.path.to_string())?);
    let found = top.walk().take(PIECES).find_map(|part| Some((part.path.clone(), said(part)?)));
    let Some((path, label)) = found else { return false };
    top.find_mut(&path).is_some_and(|part| {
        part.params.retain(|(name, _)| name != "charset");
        part.params.push(("charset".to_owned(), label));
        true
    })
}

/// What may be fetched for one page: pieces, octets of text, octets of the command's line.
struct Budget {
    pieces: usize,
    octets: u64,
    line: usize,
}

impl Budget {
    fn allows(&mut self, octets: u64, item: &Item) -> bool {
        let line = item.words().len() + 1;
        let allowed = self.pieces > 0 && self.octets >= octets && self.line >= line;
        if allowed {
            self.pieces -= 1;
            self.octets -= octets;
            self.line -= line;
        }
        allowed
    }
}

/// The structure as it is read, and what to fetch of it. `octets` is what may be fetched yet.
fn wanted(top: &Part, limit: u32, with_html: bool, octets: &mut u64) -> (Part, Vec<Item>) {
    let mut top = top.clone();
    mime::close_encoded_messages(&mut top);
    let mut items = vec![Item::Uid, Item::Flags, Item::Header(PartPath::root())];
    let mut budget = Budget { pieces: PIECES, octets: *octets, line: 7_000 };
    let mut shown = mime::reading(&top).shown;
    shown.retain(|one| with_html || !matches!(one, Shown::Html(_)));
    gather(&shown, &top, limit, &mut budget, &mut items);
    gather_whole(&top, &mut budget, &mut items);
    if !matches!(top.kind, PartKind::Leaf) {
        items.extend(mime::doubtful(&top).into_iter().map(Item::Mime));
    }
    *octets = budget.octets;
    (top, items)
}

/// What must be fetched to show these, as far as the budget goes (`D-02`, `D-03`).
fn gather(shown: &[Shown], top: &Part, limit: u32, budget: &mut Budget, items: &mut Vec<Item>) {
    for one in shown {
        match one {
            Shown::Text(path) => {
                let octets = top.find(path).map_or(0, |part| part.size.min(u64::from(limit)));
                let item = Item::Part(path.clone(), Some(limit));
                if budget.allows(octets, &item) {
                    items.push(item);
                }
            }
            Shown::Message { path, inside } => {
                let item = Item::Header(path.clone());
                if budget.allows(0, &item) {
                    items.push(item);
                    gather(inside, top, limit, budget, items);
                }
            }
            // asked for by the frame a moment later: in the same round trip, if it is remembered until then
            Shown::Html(path) => {
                let octets = top.find(path).map_or(u64::MAX, |part| part.size);
                let item = Item::Part(path.clone(), Some(limit));
                if octets <= LIGHT_HTML && budget.allows(octets, &item) {
                    items.push(item);
                    let may_be_empty = Some(path).filter(|_| octets <= EMPTY_HTML);
                    let plain = may_be_empty.and_then(|path| mime::plain_alternative(top, path));
                    gather(&plain.into_iter().map(Shown::Text).collect::<Vec<_>>(), top, limit, budget, items);
                }
            }
            Shown::Image(_) => {}
        }
    }
}

/// What has to be whole to be understood: what machines tell, and containers.
fn gather_whole(top: &Part, budget: &mut Budget, items: &mut Vec<Item>) {
    let told = mime::tellings(top).into_iter().map(|telling| telling.path);
    for path in told.chain(mime::containers(top)) {
        let octets = top.find(&path).map_or(u64::MAX, |part| part.size);
        let item = Item::Part(path.clone(), None);
        let shown = items.iter().any(|item| matches!(item, Item::Part(known, _) if *known == path));
        if !shown && budget.allows(octets, &item) {
            items.push(item);
        }
    }
}
