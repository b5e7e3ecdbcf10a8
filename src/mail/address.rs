//! A mailbox in the sense of RFC 5322 3.4: somebody's name and address.

/// One addressee or sender. Both texts are decoded Unicode; either may be empty, since mail is like that.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Address {
    /// The display name.
    pub name: String,
    /// The addr-spec, `local@domain`.
    pub addr: String,
}

impl Address {
    /// What to call the person: the name, else the address.
    pub fn label(&self) -> &str {
        if self.name.trim().is_empty() { &self.addr } else { &self.name }
    }
}
