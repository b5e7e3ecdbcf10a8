//! `Content-Type` and `Content-Disposition` fields (RFC 2045 5.1, RFC 2183) as they stand in a message.

/// The value before the first semicolon, lower case without comments, and the parameters: names lower case, values
/// without quotes and not joined yet (see [`super::parameter`]).
pub(super) fn parse(field: &str) -> (String, Vec<(String, String)>) {
    let end = field.find(';').unwrap_or(field.len());
    let (value, rest) = field.split_at(end);
    let word = value.trim_start().split([' ', '\t', ',']).next().unwrap_or_default();
    let behind = value.len() - value.trim_start().len() + word.len();
    // `attachment filename="x"`, `attachment, filename="x"`
    let lacks_semicolon = !word.is_empty()
        && !word.contains(['=', '('])
        && value.get(behind..).is_some_and(|behind| behind.contains('='));
    let (value, mut next) = match lacks_semicolon {
        true => (word, field.get(behind..).map(|behind| behind.trim_start_matches([' ', '\t', ',']))),
        false => (value, rest.strip_prefix(';')),
    };
    let value = value.split('(').next().unwrap_or_default();
    let value = value.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    let mut params = Vec::new();
    while let Some(text) = next {
        let (param, after) = one(text.trim_start());
        params.extend(param);
        next = after.strip_prefix(';');
        if params.len() > 1000 {
            break;
        }
    }
    (value, params)
}

/// One parameter, and what follows it from its semicolon on.
fn one(text: &str) -> (Option<(String, String)>, &str) {
    let end = text.find(['=', ';']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let name = name.trim().to_ascii_lowercase();
    let Some(value) = rest.strip_prefix('=') else { return (None, rest) };
    let value = value.trim_start();
    let (value, rest) = match value.strip_prefix('"').and_then(quoted) {
        Some((value, after)) => (value, after.find(';').map_or("", |at| after.get(at..).unwrap_or_default())),
        None => {
            let end = value.find(';').unwrap_or(value.len());
            let (bare, after) = value.split_at(end);
            (unquoted(&name, bare.trim().trim_matches('"')).to_owned(), after)
        }
    };
    ((!name.is_empty()).then_some((name, value)), rest)
}

/// Up to the closing quote; `None` where there is none. A backslash before anything but a quote or a backslash is
/// one: `C:\docs\plan.txt` was never meant as an escape.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, text.get(at + 1..)?)),
            '\\' => match chars.peek() {
                Some((_, next @ ('"' | '\\'))) => {
                    value.push(*next);
                    chars.next();
                }
                _ => value.push(c),
            },
            _ => value.push(c),
        }
    }
    None
}

/// A bare value ends at a comment; blanks belong to it only in names of files.
fn unquoted<'a>(name: &str, value: &'a str) -> &'a str {
    if name.starts_with("filename") || name.starts_with("name") || name.starts_with("boundary") {
        return value;
    }
    let end = value.find(|c: char| c.is_whitespace() || c == '(').unwrap_or(value.len());
    let (word, behind) = value.split_at(end);
    // `charset=iso 8859-2`
    let is_cut = name == "charset" && behind.trim_start().starts_with(|c: char| c.is_ascii_digit());
    if is_cut { value } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(field: &str, value: &str, params: &[(&str, &str)]) {
        let params = params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert_eq!(parse(field), (value.to_owned(), params), "{field:?}");
    }

    #[test]
    fn types_and_parameters_are_read_as_they_are_written() {
        reads("text/plain; charset=utf-8", "text/plain", &[("charset", "utf-8")]);
        reads(
            "TEXT/PLAIN ; CHARSET = \"utf-8\" ; format = flowed ;",
            "text/plain",
            &[("charset", "utf-8"), ("format", "flowed")],
        );
        reads("text/plain (x); charset=utf-8 (Plain text)", "text/plain", &[("charset", "utf-8")]);
        reads(
            "multipart/mixed; boundary=----=_Part_12_34.56",
            "multipart/mixed",
            &[("boundary", "----=_Part_12_34.56")],
        );
        reads("text/plain; charset=iso 8859-2", "text/plain", &[("charset", "iso 8859-2")]);
        reads("", "", &[]);
        reads("attachment filename=\"a;b.txt\"; size=1", "attachment", &[("filename", "a;b.txt"), ("size", "1")]);
        reads("attachment, filename=\"c.txt\"", "attachment", &[("filename", "c.txt")]);
        reads("text / plain; charset=utf-8", "text/plain", &[("charset", "utf-8")]);
    }

    #[test]
    fn names_of_files_keep_their_odd_characters() {
        reads(
            "attachment; filename=\"a;b,c.txt\"; size=15",
            "attachment",
            &[("filename", "a;b,c.txt"), ("size", "15")],
        );
        reads("attachment; filename=my file (1).pdf", "attachment", &[("filename", "my file (1).pdf")]);
        reads(
            "attachment; filename=\"C:\\docs\\a \\\"b\\\".txt\"",
            "attachment",
            &[("filename", "C:\\docs\\a \"b\".txt")],
        );
        reads("attachment; filename=\"open; size=1", "attachment", &[("filename", "open"), ("size", "1")]);
    }
}
