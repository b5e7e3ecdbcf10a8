//! What is wrong with what was typed where addresses belong.

/// One entry of a field that is no address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAnAddress {
    /// The entry as it was typed, so that the page can mark it.
    pub text: String,
    /// What is wrong with it.
    pub why: AddressFault,
}

/// Why a text is no address (RFC 5322 3.4.1); each of them can be said in a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressFault {
    /// A name or a word, and no address.
    NoAddress,
    /// Nothing stands before the `@`.
    NoLocalPart,
    /// Nothing stands behind the `@`.
    NoDomain,
    /// There is more than one `@`.
    SeveralAts,
    /// A blank stands in the address.
    Blank,
    /// A dot begins or ends a side of the address, or follows another.
    Dots,
    /// A remark in parentheses.
    Comment,
    /// A quote or bracket that nothing closes, or that nothing opened.
    Unclosed,
    /// Something follows the closing bracket: a comma may be missing.
    Behind,
    /// A character that no address has.
    Character(char),
    /// What stands behind the `@` can't be a domain.
    Domain,
    /// Longer than mail servers take: 64 octets before the `@`, 254 in all (RFC 5321 4.5.3.1).
    TooLong,
}
