//! A path of our own to go to after signing in: it can't lead to another site (`L-09`, `C-11`).

/// A path below the base path, with its query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LocalPath(String);

impl LocalPath {
    /// The text, if it is such a path and nothing a browser or a proxy could read in another way.
    pub(super) fn new(text: &str, base_path: &str) -> Option<Self> {
        let below = text.strip_prefix(base_path)?;
        // what stands in the query leads nowhere
        let low = text.split('?').next().unwrap_or_default().to_ascii_lowercase();
        let plain = below.starts_with('/')
            && text.len() <= 2000
            && text.bytes().all(|byte| (0x21..0x7f).contains(&byte) && byte != b'\\')
            && !text.contains("//")
            && !text.split(['/', '?']).any(|segment| segment == "..")
            && !["%5c", "%2f", "%2e%2e"].iter().any(|code| low.contains(code))
            && !["%0d", "%0a", "%00"].iter().any(|code| text.to_ascii_lowercase().contains(code));
        plain.then(|| Self(text.to_owned()))
    }

    /// The path.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_ours_is_local() {
        for path in [
            "/webmail/",
            "/webmail/mailbox/INBOX?page=2&q=a%20b",
            "/webmail/mailbox/INBOX?q=10%2F2024",
            "/webmail/message/Work~2FKunden/1/2",
        ] {
            assert_eq!(LocalPath::new(path, "/webmail").unwrap().as_str(), path); // L-09
        }
        for path in [
            "",
            "/",
            "/other/",
            "/webmail",
            "/webmailx/",
            "//evil.test/",
            "https://evil.test/webmail/",
            "/webmail//evil.test",
            "/webmail/\\evil.test",
            "/webmail/%5Cevil.test",
            "/webmail/..%2f",
            "/webmail/../admin",
            "/webmail/a\r\nSet-Cookie: x=y",
            "/webmail/%0d%0aX: y",
            "/webmail/ä",
            " /webmail/",
        ] {
            assert!(LocalPath::new(path, "/webmail").is_none(), "{path:?}"); // L-09, C-11
        }
        assert!(LocalPath::new("/mailbox/INBOX", "").is_some());
        assert!(LocalPath::new("//evil.test/", "").is_none());
    }
}
