//! As whom a person writes.

use super::Address;

/// One of a person's names and addresses, and what goes with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// Which one: a number that stays with it; 0 is the sign-in address, which everybody has.
    pub id: u32,
    /// `From`.
    pub address: Address,
    /// `Reply-To`; empty: none.
    pub reply_to: Vec<Address>,
    /// `Organization`; empty: none.
    pub organisation: String,
    /// What stands below the text, without "-- "; empty: nothing.
    pub signature: String,
    /// The same with its looks, cleaned by the `html` floor.
    pub signature_html: Option<String>,
    /// Whether the writer gets a copy of everything, by Bcc.
    pub copies_to_self: bool,
    /// The language that is written in, for the browser's spell check (BCP 47); empty: the page's.
    pub language: String,
    /// Whether it is the one that is taken where nothing says otherwise.
    pub is_default: bool,
}
