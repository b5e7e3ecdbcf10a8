//! Just enough MIME to take the bodies out of the hostile corpus: it must not be the code under test.

/// A text part of a mail, decoded.
pub(crate) struct Part {
    /// `text/html`, `text/plain` …
    pub(crate) kind: String,
    /// The text, as well as it could be read.
    pub(crate) text: String,
}

/// The text parts of the mail `raw`, outermost first.
pub(crate) fn text_parts(raw: &[u8]) -> Vec<Part> {
    let mut parts = Vec::new();
    collect(raw, 0, &mut parts);
    parts
}

fn collect(entity: &[u8], depth: usize, parts: &mut Vec<Part>) {
    let (head, body) = split_head(entity);
    let head = String::from_utf8_lossy(head).replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ");
    let field = |name: &str| {
        head.lines()
            .find_map(|line| line.split_once(':').filter(|(n, _)| n.trim().eq_ignore_ascii_case(name)))
            .map(|(_, v)| v.trim().to_owned())
    };
    let content_type = field("content-type").unwrap_or_else(|| "text/plain".to_owned());
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if kind.starts_with("multipart/") && depth < 10 {
        let Some(boundary) = parameter(&content_type, "boundary") else { return };
        let delimiter = format!("--{boundary}");
        let mut current: Option<Vec<u8>> = None;
        for line in body.split(|b| *b == b'\n') {
            let trimmed = line.strip_suffix(b"\r").unwrap_or(line);
            if trimmed.starts_with(delimiter.as_bytes()) {
                if let Some(part) = current.take() {
                    collect(&part, depth + 1, parts);
                }
                if !trimmed.ends_with(b"--") || trimmed.len() == delimiter.len() {
                    current = Some(Vec::new());
                }
            } else if let Some(part) = &mut current {
                part.extend_from_slice(line);
                part.push(b'\n');
            }
        }
        if let Some(part) = current {
            collect(&part, depth + 1, parts);
        }
    } else if kind.starts_with("text/") || matches!(kind.as_str(), "" | "application/xhtml+xml") {
        let encoding = field("content-transfer-encoding").unwrap_or_default().to_ascii_lowercase();
        let bytes = match encoding.trim() {
            "base64" => base64(body),
            "quoted-printable" => quoted_printable(body),
            _ => body.to_vec(),
        };
        let charset = parameter(&content_type, "charset").unwrap_or_default().to_ascii_lowercase();
        let text = match charset.as_str() {
            "iso-8859-1" | "latin1" | "windows-1252" => bytes.iter().map(|b| char::from(*b)).collect(),
            _ => String::from_utf8_lossy(&bytes).into_owned(),
        };
        parts.push(Part { kind, text });
    }
}

fn split_head(entity: &[u8]) -> (&[u8], &[u8]) {
    for (at, _) in entity.iter().enumerate() {
        let rest = &entity[at..];
        if at == 0 && rest.starts_with(b"\n") {
            return (&[], &rest[1..]);
        }
        for end in [&b"\n\r\n"[..], b"\n\n"] {
            if rest.starts_with(end) {
                return (&entity[..at + 1], &rest[end.len()..]);
            }
        }
    }
    (entity, &[])
}

fn parameter(value: &str, name: &str) -> Option<String> {
    value.split(';').skip(1).find_map(|p| {
        let (n, v) = p.split_once('=')?;
        n.trim().eq_ignore_ascii_case(name).then(|| v.trim().trim_matches('"').to_owned())
    })
}

fn base64(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for b in body {
        let value = match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count & 0xff) as u8);
        }
    }
    out
}

fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < body.len() {
        let rest = &body[at..];
        if rest.starts_with(b"=\r\n") {
            at += 3;
        } else if rest.starts_with(b"=\n") {
            at += 2;
        } else if let Some(value) = rest
            .get(1..3)
            .filter(|_| rest[0] == b'=')
            .and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok())
        {
            out.push(value);
            at += 3;
        } else {
            out.push(rest[0]);
            at += 1;
        }
    }
    out
}
