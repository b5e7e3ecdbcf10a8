//! Decoded content that must not be shown as it is.

/// HTML that a stranger wrote. Nothing on the way to a page accepts it but the sanitiser.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct UntrustedHtml(String);

impl UntrustedHtml {
    /// Marks `html` as a stranger's.
    pub fn new(html: impl Into<String>) -> Self {
        Self(html.into())
    }

    /// The markup, for the sanitiser.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for UntrustedHtml {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "UntrustedHtml({} bytes)", self.0.len())
    }
}
