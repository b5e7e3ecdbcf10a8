//! Reads BODYSTRUCTURE (RFC 9051 7.5.2) as servers really write it.
//!
//! Gmail leaves parts out, Domino sends empty lists for parameters, others send too few or too many fields. Each
//! field is taken for what it looks like; what can't be a part becomes [`BodyStructure::Opaque`], never an error.

use bytes::Bytes;

use super::token::{Value, values};
use crate::mail::{BodyStructure, Disposition, Part, PartKind, PartPath};

/// Parts beyond this many are left out of the tree (`D-03`).
const PARTS: usize = 1000;

/// Reads a BODYSTRUCTURE that stands alone, as what follows that word in a FETCH response. Never fails: what can't be
/// a part is [`BodyStructure::Opaque`].
pub fn body_structure(text: &[u8]) -> BodyStructure {
    values(&Bytes::copy_from_slice(text)).first().map_or(BodyStructure::Opaque, read)
}

/// Reads the value that follows the word BODYSTRUCTURE.
pub(super) fn read(value: &Value) -> BodyStructure {
    let mut left = PARTS;
    match value.list().and_then(|fields| part(fields, PartPath::root(), &mut left)) {
        Some(mut top) => {
            // a message that is one part has it at 1 (RFC 9051 6.4.5.1)
            if !matches!(top.kind, PartKind::Multipart(_)) {
                number(&mut top, PartPath::root().child(1));
            }
            BodyStructure::Known(Box::new(top))
        }
        None => BodyStructure::Opaque,
    }
}

/// Gives a single part its number, and those of the message inside it theirs.
fn number(part: &mut Part, path: PartPath) {
    if let PartKind::Message(inner) = &mut part.kind {
        match &mut inner.kind {
            PartKind::Multipart(_) => renumber_children(inner, &path),
            _ => number(inner, path.child(1)),
        }
    }
    part.path = path;
}

fn renumber_children(multipart: &mut Part, path: &PartPath) {
    if let PartKind::Multipart(parts) = &mut multipart.kind {
        for (at, child) in parts.iter_mut().enumerate() {
            let path = path.child(u16::try_from(at + 1).unwrap_or(u16::MAX));
            match child.kind {
                PartKind::Multipart(_) => renumber_children(child, &path),
                _ => number(child, path),
            }
        }
    }
    multipart.path = path.clone();
}

/// One part. The tokenizer limits the depth, so that recursion is bounded.
fn part(fields: &[Value], path: PartPath, left: &mut usize) -> Option<Part> {
    *left = left.checked_sub(1)?;
    match fields.first()? {
        Value::List(_) => Some(multipart(fields, path, left)),
        first => leaf(first, fields, path, left),
    }
}

fn multipart(fields: &[Value], path: PartPath, left: &mut usize) -> Part {
    let mut parts = Vec::new();
    let mut rest = fields;
    while let Some((Value::List(child), after)) = rest.split_first() {
        let path = path.child(u16::try_from(parts.len() + 1).unwrap_or(u16::MAX));
        // a child that can't be read keeps its number, so that its brothers keep theirs
        let child = self::part(child, path.clone(), left)
            .unwrap_or_else(|| Part::leaf(path.clone(), "application/octet-stream"));
        parts.push(with_own_numbers(child, path));
        rest = after;
        if *left == 0 {
            break;
        }
    }
    finish_multipart(rest, parts, path)
}

fn finish_multipart(rest: &[Value], parts: Vec<Part>, path: PartPath) -> Part {
    let subtype = rest.first().and_then(Value::text).unwrap_or_else(|| "mixed".to_owned());
    let mut part = Part::leaf(path, &format!("multipart/{}", subtype.to_ascii_lowercase()));
    part.params = rest.get(1).map(params).unwrap_or_default();
    part.disposition = rest.iter().skip(2).find_map(disposition);
    part.kind = PartKind::Multipart(parts);
    part
}

/// The parts of a message inside a part are numbered below it.
fn with_own_numbers(mut part: Part, path: PartPath) -> Part {
    if !matches!(part.kind, PartKind::Multipart(_)) {
        number(&mut part, path);
    }
    part
}

fn leaf(first: &Value, fields: &[Value], path: PartPath, left: &mut usize) -> Option<Part> {
    let top = first.text().unwrap_or_else(|| "application".to_owned()).to_ascii_lowercase();
    // Gmail (2023, MailKit #1841 and #371): a multipart without its parts, ("ALTERNATIVE") or ("RELATED" NIL …)
    if !matches!(fields.get(1), Some(Value::Text(_) | Value::Atom(_))) {
        let is_multipart = ["mixed", "alternative", "related", "digest", "report", "signed"].contains(&top.as_str());
        if is_multipart {
            return Some(finish_multipart(fields, Vec::new(), path));
        }
        if fields.len() < 3 {
            return None;
        }
    }
    let subtype = fields.get(1).and_then(Value::text).map(|text| text.to_ascii_lowercase());
    let mut part = Part::leaf(path, &format!("{top}/{}", subtype.as_deref().unwrap_or("octet-stream")));
    part.params = fields.get(2).map(params).unwrap_or_default();
    part.id = fields.get(3).and_then(Value::text).map(|id| without_brackets(&id)).filter(|id| !id.is_empty());
    part.description = fields.get(4).and_then(Value::text).filter(|text| !text.is_empty());
    part.encoding = fields.get(5).and_then(Value::text).unwrap_or_default().to_ascii_lowercase();
    part.size = fields.get(6).and_then(Value::number).unwrap_or(0);
    let mut extensions = fields.get(7..).unwrap_or_default();
    if top == "message" {
        // envelope, body structure, lines; only there if the server looked inside
        if let [Value::List(_) | Value::Nil, Value::List(inside), after @ ..] = extensions
            && inside.first().is_some_and(|value| !matches!(value, Value::Nil))
            && disposition(&Value::List(inside.clone())).is_none()
        {
            if let Some(inner) = self::part(inside, PartPath::root(), left) {
                part.kind = PartKind::Message(Box::new(inner));
            }
            extensions = after;
        }
    }
    part.disposition = extensions.iter().find_map(disposition);
    part.location = location(extensions);
    Some(part)
}

/// `("NAME" "value" …)`, NIL, `()`, `("NAME" NIL)`.
fn params(value: &Value) -> Vec<(String, String)> {
    let items = value.list().unwrap_or_default();
    items
        .chunks(2)
        .filter_map(|pair| Some((pair.first()?.text()?.to_ascii_lowercase(), pair.get(1)?.text().unwrap_or_default())))
        .collect()
}

/// `("attachment" ("filename" "x"))` or `("inline" NIL)`, wherever it stands among the extension fields; a list of
/// words is a language.
fn disposition(value: &Value) -> Option<Disposition> {
    let (kind, rest) = value.list()?.split_first()?;
    let kind = kind.bytes().map(|kind| super::token::lenient(kind).to_ascii_lowercase())?;
    let params = match rest.first() {
        Some(params @ (Value::List(_) | Value::Nil)) => self::params(params),
        Some(_) => return None,
        None if matches!(kind.as_str(), "inline" | "attachment") => Vec::new(),
        None => return None,
    };
    Some(Disposition { kind, params })
}

/// The field after disposition and language, if it is a text (RFC 2557).
fn location(extensions: &[Value]) -> Option<String> {
    let after = extensions.iter().position(|value| matches!(value, Value::List(_)) && disposition(value).is_some())?;
    extensions.get(after + 2).filter(|value| matches!(value, Value::Text(_))).and_then(Value::text)
}

fn without_brackets(id: &str) -> String {
    id.trim().trim_start_matches('<').trim_end_matches('>').to_owned()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::imap::token;

    fn structure(text: &str) -> BodyStructure {
        read(&token::values(&Bytes::copy_from_slice(text.as_bytes()))[0])
    }

    fn known(text: &str) -> Part {
        match structure(text) {
            BodyStructure::Known(part) => *part,
            BodyStructure::Opaque => panic!("opaque: {text}"),
        }
    }

    fn tree(part: &Part) -> Vec<String> {
        part.walk().map(|part| format!("{} {}", part.path, part.media_type)).collect()
    }

    const TEXT: &str = r#"("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "7BIT" 12 1 NIL NIL NIL NIL)"#;

    #[test]
    fn a_single_part_stands_at_one() {
        let part = known(TEXT);
        assert_eq!(tree(&part), ["1 text/plain"]);
        assert_eq!((part.param("charset"), part.encoding.as_str(), part.size), (Some("utf-8"), "7bit", 12));
    }

    #[test]
    fn attached_messages_number_their_own_parts() {
        let inner = format!(r#"({TEXT}{TEXT} "MIXED" ("BOUNDARY" "x") NIL NIL)"#);
        let env = r#"(NIL "s" NIL NIL NIL NIL NIL NIL NIL NIL)"#;
        let single = format!(
            r#"("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 300 {env} {TEXT} 9 NIL ("attachment" ("filename" "m.eml")) NIL NIL)"#
        );
        let multi = format!(r#"("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 300 {env} {inner} 9 NIL NIL NIL NIL)"#);
        let part = known(&format!(r#"({TEXT}{single}{multi} "MIXED" NIL NIL NIL)"#));
        assert_eq!(
            tree(&part),
            [
                " multipart/mixed",
                "1 text/plain",
                "2 message/rfc822",
                "2.1 text/plain",
                "3 message/rfc822",
                "3 multipart/mixed",
                "3.1 text/plain",
                "3.2 text/plain"
            ]
        );
        assert_eq!(part.children()[1].disposition.as_ref().unwrap().kind, "attachment");
        // a whole message that is an attached message
        assert_eq!(tree(&known(&multi)), ["1 message/rfc822", "1 multipart/mixed", "1.1 text/plain", "1.2 text/plain"]);
    }

    #[test]
    fn structures_that_end_other_clients_are_read() {
        for (odd, expected) in [
            (r#"("TEXT" "PLAIN" ("name" NIL) NIL NIL "7BIT" 12 1)"#, &["1 text/plain"][..]),
            (r#"("TEXT" "PLAIN" () NIL NIL NIL NIL 1)"#, &["1 text/plain"]),
            (r#"("mixed" ("boundary" "x") NIL NIL NIL)"#, &[" multipart/mixed"]),
            (r#"("ALTERNATIVE")"#, &[" multipart/alternative"]),
            (r#"("RELATED" NIL ("ATTACHMENT" NIL) NIL)"#, &[" multipart/related"]),
            (r#"("APPLICATION" "PDF" () NIL NIL  "BASE64" 0)"#, &["1 application/pdf"]),
            (
                r#"("MESSAGE" "GLOBAL" NIL NIL NIL "8BIT" 4 (NIL) ("TEXT" "PLAIN" NIL NIL NIL "8BIT" 1 1) 1)"#,
                &["1 message/global", "1.1 text/plain"],
            ),
            (r#"("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 300 NIL ("attachment" NIL) NIL NIL)"#, &["1 message/rfc822"]),
            (r#"(TEXT PLAIN NIL NIL NIL 7BIT 3 1)"#, &["1 text/plain"]),
        ] {
            assert_eq!(tree(&known(odd)), expected, "{odd}"); // R-21
        }
    }

    #[test]
    fn blanks_between_parts_and_more_extension_fields_do_not_matter() {
        let part = known(&format!(r#"({TEXT}  {TEXT} "alternative" ("boundary" NIL) NIL NIL NIL "x" ("y"))"#));
        assert_eq!(tree(&part), [" multipart/alternative", "1 text/plain", "2 text/plain"]);
        assert_eq!(part.disposition, None);
    }

    #[test]
    fn what_can_be_no_part_is_opaque_and_no_error() {
        for odd in ["NIL", "()", "\"x\"", "(NIL)", "((((", "(\"TEXT\")"] {
            let value = token::values(&Bytes::copy_from_slice(odd.as_bytes()));
            let read = value.first().map(read);
            assert!(!matches!(read, Some(BodyStructure::Known(ref part)) if part.media_type == "text/plain"), "{odd}");
        }
    }

    #[test]
    fn a_thousand_parts_are_enough() {
        let many = format!("({} \"MIXED\")", TEXT.repeat(3000)); // D-03
        assert!(known(&many).walk().count() <= 1001);
    }
}
