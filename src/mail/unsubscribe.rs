//! The ways out of a mailing (RFC 2369, RFC 8058).

/// What the sender offers, as far as it may be used; all of it empty where nothing is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unsubscribe {
    /// An `https` address that takes the one POST of RFC 8058. Only where a signature that holds covers the offer.
    pub one_click: String,
    /// A page (`http`, `https`) to open.
    pub page: String,
    /// A message to write.
    pub letter: Option<Letter>,
}

/// A message that unsubscribes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
}

impl Unsubscribe {
    /// Whether there is no way out.
    pub fn is_empty(&self) -> bool {
        self.one_click.is_empty() && self.page.is_empty() && self.letter.is_none()
    }
}
