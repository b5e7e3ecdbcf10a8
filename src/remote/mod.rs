//! What is fetched from other people's servers on behalf of whoever reads: the pictures of a mail, and a POST to an
//! address that a mail names.
//!
//! Such an address is a stranger's, and this program stands where the stranger can't: on the operator's machine, inside
//! the operator's network. So what decides is never the text of an address but what it resolved to: [`Client`] resolves
//! once, holds each address against `address` and connects to that very one, on every redirect anew (`P-02`). It says
//! nothing about the person: no cookie, no referrer, no language, no address of theirs (`P-03`).
//!
//! Who may ask for what is the business of the floor above: it signs addresses, and hands in only those it signed
//! (`P-01`).

mod address;
mod cache;
mod client;
mod dial;
mod error;
mod exchange;
mod limits;
mod picture;
mod places;
mod resolve;
mod target;

pub use client::{Allow, Client};
pub use error::Error;
pub use limits::Limits;
pub use picture::{Picture, picture_type};
pub use resolve::{Resolve, SystemResolver};
