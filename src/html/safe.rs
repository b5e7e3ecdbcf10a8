//! Markup that may be shown.

/// HTML that went through the sanitiser, or that this floor wrote itself around such HTML.
///
/// There is no way to make one from a string outside this floor: a template that takes a `SafeHtml` cannot be
/// handed anything else.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// Only for what ammonia serialised, and for the frame built around it.
    pub(super) fn new(html: String) -> Self {
        Self(html)
    }

    /// The markup: UTF-8, well-formed, to be sent as it is.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing at all is left of the mail.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for SafeHtml {
    // A mail's content must not reach a log by way of `{:?}`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SafeHtml({} bytes)", self.0.len())
    }
}
