//! People's cards (RFC 6350).

/// One card.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// Name, as it is to be shown.
    pub name: String,
    /// Organisation and its units.
    pub organisation: String,
    /// What they are there.
    pub title: String,
    /// Telephone numbers.
    pub phones: Vec<Labelled>,
    /// Mail addresses.
    pub mails: Vec<Labelled>,
    /// Postal addresses, one line each.
    pub addresses: Vec<Labelled>,
    /// Pages on the web.
    pub websites: Vec<String>,
}

/// A value of which a person may have several.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labelled {
    /// Which of them it is.
    pub place: Place,
    /// The value.
    pub text: String,
}

/// `TYPE` (RFC 6350 5.6, RFC 2426 3.3.1), as far as it helps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Place {
    /// Said nowhere.
    #[default]
    Any,
    /// At home.
    Home,
    /// At work.
    Work,
    /// In the pocket.
    Mobile,
    /// A fax.
    Fax,
}
