//! Which parts of a message are read and which are files.

use super::file_name;
use super::usage::{Use, is_attachment, is_richer_text, usage, usage_of_type, worth};
use crate::mail::{Part, PartKind, PartPath};

/// Messages inside messages that are shown in place (`D-03`); deeper ones are files.
const DEEPEST_SHOWN: usize = 20;
/// Containers inside each other that are looked into.
const DEEPEST: usize = 100;
/// Parts that are looked at (`D-03`).
pub(super) const MOST: usize = 1000;

/// How a message is to be read, in the order of its parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// What is shown, one after the other.
    pub shown: Vec<Shown>,
    /// What is offered as files; pictures that are shown in place are among them, those an HTML part may refer to not
    /// (which of them it shows: see [`super::files_beside()`]).
    pub attachments: Vec<PartPath>,
    /// Whether there is more to the message than the structure tells: a multipart without anything in it (a server
    /// found none of its parts, for want of the right boundary), or more parts than are looked at. What can be read is
    /// here; [`super::structure()`] of the whole message may find the rest (`R-21`).
    pub damaged: bool,
}

/// A part that is read in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// To be shown as text.
    Text(PartPath),
    /// To be shown as HTML.
    Html(PartPath),
    /// A picture between the texts, of a type that browsers show.
    Image(PartPath),
    /// An attached message.
    Message {
        /// The `message/rfc822` part.
        path: PartPath,
        /// What it shows.
        inside: Vec<Shown>,
    },
}

/// Decides which parts of a message make its face and which are files.
///
/// Of alternatives the richest that we can show is shown, the others not at all unless they are files (an
/// invitation). Text is shown wherever it stands unless it is marked as an attachment; with a file name it is offered
/// as a file as well. Unknown multiparts are mixed (RFC 2046 5.1.3).
pub fn reading(part: &Part) -> Reading {
    let mut reader =
        Reader { has_html: part.walk().take(MOST).any(|part| usage(part) == Use::Html), ..Reader::default() };
    let mut shown = Vec::new();
    // a message that is nothing but one attached text is read all the same: there is nothing else to it
    if matches!(part.kind, PartKind::Leaf)
        && is_attachment(part)
        && matches!(usage_of_type(part), Use::Text | Use::Html)
    {
        shown.push(match usage_of_type(part) {
            Use::Html => Shown::Html(part.path.clone()),
            _ => Shown::Text(part.path.clone()),
        });
        reader.attachments.push(part.path.clone());
    } else {
        reader.read(part, &mut shown, Place::default());
    }
    Reading { shown, attachments: reader.attachments, damaged: reader.damaged }
}

/// Whether the message carries files that a person would call so: no signatures, no pictures inside its HTML.
pub fn has_attachments(part: &Part) -> bool {
    let attachments = reading(part).attachments;
    !attachments.is_empty()
        && part.walk().take(MOST).any(|part| {
            !matches!(
                part.media_type.as_str(),
                "application/pgp-signature"
                    | "application/pkcs7-signature"
                    | "application/x-pkcs7-signature"
                    | "application/pgp-encrypted"
                    | "text/rfc822-headers"
                    | "message/delivery-status"
                    | "message/disposition-notification"
            ) && !matches!(part.kind, PartKind::Multipart(_))
                && attachments.contains(&part.path)
        })
}

/// Where a part stands: how deep, and between what.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    containers: usize,
    messages: usize,
}

#[derive(Default)]
struct Reader {
    attachments: Vec<PartPath>,
    damaged: bool,
    parts: usize,
    has_html: bool,
}

impl Reader {
    fn read(&mut self, part: &Part, shown: &mut Vec<Shown>, place: Place) {
        self.parts += 1;
        if self.parts > MOST || place.containers > DEEPEST {
            self.damaged = true;
            return;
        }
        if matches!(part.kind, PartKind::Multipart(_)) && part.walk().all(|part| part.size == 0) {
            self.damaged = true;
        }
        let inner = Place { containers: place.containers + 1, ..place };
        match &part.kind {
            PartKind::Leaf => self.leaf(part, shown, place),
            PartKind::Message(top) => {
                self.attachments.push(part.path.clone());
                if place.messages < DEEPEST_SHOWN {
                    let mut inside = Vec::new();
                    self.read(top, &mut inside, Place { messages: place.messages + 1, ..inner });
                    shown.push(Shown::Message { path: part.path.clone(), inside });
                }
            }
            PartKind::Multipart(parts) => match part.media_type.as_str() {
                "multipart/alternative" => self.alternative(parts, shown, inner),
                "multipart/related" => self.related(part, parts, shown, inner),
                "multipart/appledouble" => {
                    // the resource fork means nothing outside a Macintosh (RFC 1740)
                    for part in parts.iter().filter(|part| part.media_type != "application/applefile") {
                        self.read(part, shown, inner);
                    }
                }
                _ => parts.iter().for_each(|part| self.read(part, shown, inner)),
            },
        }
    }

    fn leaf(&mut self, part: &Part, shown: &mut Vec<Shown>, place: Place) {
        let named = file_name::said(part).is_some();
        match usage(part) {
            // a delimiter without a part behind it reads as an empty one
            Use::Text if part.size == 0 && place.containers > 0 && !named => {}
            Use::Text => shown.push(Shown::Text(part.path.clone())),
            Use::Html => shown.push(Shown::Html(part.path.clone())),
            Use::Picture => {
                // one with an id is most likely shown by the HTML; it is offered as a file to be sure
                if !(self.has_html && part.id.is_some()) {
                    shown.push(Shown::Image(part.path.clone()));
                }
                self.attachments.push(part.path.clone());
                return;
            }
            Use::File => {
                self.attachments.push(part.path.clone());
                return;
            }
        }
        if named {
            self.attachments.push(part.path.clone());
        }
    }

    /// Shows the best of several forms of one content (RFC 2046 5.1.4); of equally good ones the last.
    fn alternative(&mut self, parts: &[Part], shown: &mut Vec<Shown>, place: Place) {
        let best = parts.iter().enumerate().map(|(at, part)| (worth(part), at)).filter(|(worth, _)| *worth > 0).max();
        for (at, part) in parts.iter().enumerate() {
            match best {
                Some((_, chosen)) if chosen == at => self.read(part, shown, place),
                _ => self.files_of(part),
            }
        }
    }

    /// The files among the parts of a form that is not shown.
    fn files_of(&mut self, form: &Part) {
        let mut related = 0;
        for part in form.walk() {
            self.parts += 1;
            if self.parts > MOST {
                self.damaged = true;
                return;
            }
            if part.media_type == "multipart/related" {
                related = part.children().len();
            }
            let file = match part.kind {
                PartKind::Multipart(_) => false,
                PartKind::Message(_) => true,
                PartKind::Leaf if usage(part) == Use::Picture => related == 0 || part.id.is_none(),
                // text in other dress says what the shown form says
                PartKind::Leaf => usage(part) == Use::File && (is_attachment(part) || !is_richer_text(part)),
            };
            if file {
                self.attachments.push(part.path.clone());
            }
        }
    }

    /// Shows the root (RFC 2387); pictures and fonts that it can refer to stay in the background. Pictures of types that are
    /// not shown in place (`A-04`) are files.
    fn related(&mut self, whole: &Part, parts: &[Part], shown: &mut Vec<Shown>, place: Place) {
        let start = whole.param("start").map(|id| id.trim().trim_start_matches('<').trim_end_matches('>'));
        let root = start
            .and_then(|start| parts.iter().position(|part| part.id.as_deref() == Some(start) && worth(part) > 0))
            .or_else(|| parts.iter().position(|part| worth(part) > 2))
            .unwrap_or(0);
        let refers = parts.get(root).is_some_and(|root| root.walk().take(MOST).any(|part| usage(part) == Use::Html));
        for (at, part) in parts.iter().enumerate() {
            let background = refers
                && at != root
                && (part.id.is_some() || part.location.is_some())
                && !is_attachment(part)
                && (usage_of_type(part) == Use::Picture || part.is_a("font") || part.media_type == "text/css");
            if !background {
                self.read(part, shown, place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::html_context::{background_pictures, inline_ids, plain_alternative};
    use super::*;
    use crate::mail::Disposition;

    /// A leaf: type, disposition, file name.
    fn leaf(media_type: &str, disposition: &str, name: &str) -> Part {
        let mut part = Part::leaf(PartPath::root(), media_type);
        part.size = 100;
        if !disposition.is_empty() {
            part.disposition = Some(Disposition { kind: disposition.to_owned(), params: Vec::new() });
        }
        if !name.is_empty() {
            part.params.push(("name".to_owned(), name.to_owned()));
        }
        part
    }

    fn with_id(mut part: Part, id: &str) -> Part {
        part.id = Some(id.to_owned());
        part
    }

    fn plain() -> Part {
        leaf("text/plain", "", "")
    }

    fn html() -> Part {
        leaf("text/html", "", "")
    }

    fn multi(subtype: &str, parts: Vec<Part>) -> Part {
        let mut part = leaf(&format!("multipart/{subtype}"), "", "");
        part.size = 0;
        part.kind = PartKind::Multipart(parts);
        part
    }

    fn message(top: Part) -> Part {
        let mut part = leaf("message/rfc822", "", "");
        part.kind = PartKind::Message(Box::new(top));
        part
    }

    /// Numbers the parts as IMAP does.
    fn numbered(mut part: Part, path: &PartPath, is_message: bool) -> Part {
        let multipart = matches!(part.kind, PartKind::Multipart(_));
        part.path = if is_message && !multipart { path.child(1) } else { path.clone() };
        match &mut part.kind {
            PartKind::Leaf => {}
            PartKind::Multipart(parts) => {
                for (at, inner) in parts.iter_mut().enumerate() {
                    *inner = numbered(inner.clone(), &path.child(u16::try_from(at + 1).unwrap()), false);
                }
            }
            PartKind::Message(top) => **top = numbered((**top).clone(), &part.path, true),
        }
        part
    }

    fn told(shown: &[Shown]) -> String {
        let one = |shown: &Shown| match shown {
            Shown::Text(path) => format!("text {path}"),
            Shown::Html(path) => format!("html {path}"),
            Shown::Image(path) => format!("image {path}"),
            Shown::Message { path, inside } => format!("message {path} [{}]", told(inside)),
        };
        shown.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    #[track_caller]
    fn reads(part: Part, shown: &str, attachments: &str) {
        let part = numbered(part, &PartPath::root(), true);
        let reading = reading(&part);
        let files: Vec<String> = reading.attachments.iter().map(ToString::to_string).collect();
        assert_eq!((told(&reading.shown).as_str(), files.join(" ").as_str()), (shown, attachments));
        assert_eq!(has_attachments(&part), !attachments.is_empty());
    }

    #[test]
    fn a_single_text_is_the_message() {
        reads(plain(), "text 1", "");
        reads(html(), "html 1", "");
        reads(leaf("garbage/", "", ""), "text 1", "");
        reads(leaf("text/", "", ""), "text 1", "");
        reads(leaf("multipart/mixed", "", ""), "text 1", "");
    }

    #[test]
    fn a_single_file_is_a_file_and_a_picture_is_seen_too() {
        reads(leaf("application/pdf", "", "a.pdf"), "", "1");
        reads(leaf("image/png", "", ""), "image 1", "1");
        reads(leaf("image/svg+xml", "", ""), "", "1");
        reads(leaf("text/plain", "attachment", "a.txt"), "text 1", "1");
    }

    #[test]
    fn of_alternatives_the_richest_is_shown() {
        reads(multi("alternative", vec![plain(), html()]), "html 2", "");
        reads(multi("alternative", vec![html(), plain()]), "html 1", "");
        reads(multi("alternative", vec![plain(), leaf("text/enriched", "", "")]), "text 1", "");
        reads(multi("alternative", vec![plain(), leaf("text/calendar", "", ""), html()]), "html 3", "2");
        let empty = Part { size: 2, ..html() };
        reads(multi("alternative", vec![plain(), empty]), "text 1", "");
    }

    #[test]
    fn files_of_a_form_that_is_not_shown_are_still_offered() {
        let form = multi("mixed", vec![plain(), leaf("application/pdf", "attachment", "a.pdf")]);
        reads(multi("alternative", vec![form, html()]), "html 2", "1.2");
    }

    #[test]
    fn pictures_of_the_html_stay_in_the_background() {
        let related = multi("related", vec![html(), with_id(leaf("image/png", "inline", "a.png"), "a@x")]);
        let part =
            multi("mixed", vec![multi("alternative", vec![plain(), related]), leaf("application/pdf", "", "b.pdf")]);
        reads(part.clone(), "html 1.2.1", "2");
        let part = numbered(part, &PartPath::root(), true);
        assert_eq!(inline_ids(&part), [("a@x".to_owned(), "1.2.2".parse().unwrap())]);
        let reading = reading(&part);
        assert_eq!(background_pictures(&part, &reading), ["1.2.2".parse().unwrap()]);
        assert_eq!(plain_alternative(&part, &"1.2.1".parse().unwrap()), Some("1.1".parse().unwrap()));
    }

    #[test]
    fn the_root_of_related_parts_may_stand_anywhere() {
        let picture = with_id(leaf("image/png", "", ""), "pic@x");
        let mut part = multi("related", vec![picture.clone(), with_id(html(), "root@x")]);
        reads(part.clone(), "html 2", "");
        part.params.push(("start".to_owned(), "<root@x>".to_owned()));
        reads(part, "html 2", "");
        let drawing = with_id(leaf("image/svg+xml", "inline", "a.svg"), "a@x");
        reads(multi("related", vec![html(), drawing]), "html 1", "2");
        // with nothing that could refer to it, the picture is a picture
        reads(multi("related", vec![plain(), picture]), "text 1, image 2", "2");
    }

    #[test]
    fn a_picture_that_nobody_refers_to_is_offered() {
        let picture = with_id(leaf("image/png", "attachment", "photo.png"), "unused@x");
        reads(multi("mixed", vec![plain(), picture]), "text 1", "2");
    }

    #[test]
    fn texts_are_shown_in_order_and_named_ones_offered_as_well() {
        let part =
            vec![html(), leaf("application/pdf", "inline", "mid.pdf"), html(), leaf("text/plain", "", "log.txt")];
        reads(multi("mixed", part), "html 1, html 3, text 4", "2 4");
        reads(multi("x-strange", vec![plain(), leaf("text/plain", "attachment", "n.txt")]), "text 1", "2");
    }

    #[test]
    fn messages_inside_are_shown_in_place() {
        let inner = message(multi("mixed", vec![plain(), leaf("application/pdf", "", "x.pdf")]));
        reads(multi("mixed", vec![plain(), inner]), "text 1, message 2 [text 2.1]", "2 2.2");
        reads(message(plain()), "message 1 [text 1.1]", "1");
        let part = multi("digest", vec![message(plain()), message(message(html()))]);
        reads(part, "message 1 [text 1.1], message 2 [message 2.1 [html 2.1.1]]", "1 2 2.1");
    }

    #[test]
    fn signatures_are_listed_but_make_no_paper_clip() {
        let signed = multi("signed", vec![plain(), leaf("application/pkcs7-signature", "attachment", "smime.p7s")]);
        let signed = numbered(signed, &PartPath::root(), true);
        assert_eq!(reading(&signed).attachments.len(), 1);
        assert!(!has_attachments(&signed));
    }

    #[test]
    fn a_multipart_with_nothing_in_it_is_damaged() {
        assert!(reading(&multi("mixed", Vec::new())).damaged);
        assert!(reading(&multi("mixed", vec![Part { size: 0, ..plain() }])).damaged);
        assert!(!reading(&multi("mixed", vec![plain()])).damaged);
    }

    #[test]
    fn neither_depth_nor_number_of_parts_is_without_end() {
        let mut deep = plain();
        for _ in 0..300 {
            deep = multi("mixed", vec![deep]);
        }
        assert!(reading(&numbered(deep, &PartPath::root(), true)).damaged); // D-03
        let wide = multi("mixed", vec![leaf("application/pdf", "", ""); 1500]);
        let reading = reading(&numbered(wide, &PartPath::root(), true));
        assert!(reading.damaged && reading.attachments.len() < 1001); // D-03
        let mut nested = plain();
        for _ in 0..30 {
            nested = message(nested);
        }
        let shown = told(&super::reading(&numbered(nested, &PartPath::root(), true)).shown);
        assert_eq!(shown.matches("message").count(), 20); // D-03
    }
}
