//! A stranger's HTML and text made fit to be shown.
//!
//! [`sanitize()`] is the only maker of [`SafeHtml`]: limits, element and attribute lists, style declarations, links
//! and pictures, in one pass over the mail's markup, with ammonia (html5ever) as the last step and the last word.
//! [`text`] does the same office for plain text, which never becomes HTML here at all.
//!
//! The road of a mail body:
//!
//! 1. `scan` cuts the markup into tags and text in linear time, whatever it is.
//! 2. `rewrite` decides what becomes of each: kept, unwrapped, dropped with its content, rewritten.
//! 3. `balance` writes the rest so that every tag is closed where a browser would close it: what it writes
//!    parses to the tree it means, which is why a second pass changes nothing.
//! 4. `gate` (ammonia) parses that, enforces the same lists again by its own means, and serialises once.
//!
//! Nothing edits the markup afterwards.

mod attributes;
mod balance;
mod css;
mod elements;
mod entities;
mod escape;
mod frame;
mod gate;
mod hosts;
mod images;
mod limits;
mod links;
mod plain;
mod policy;
mod rewrite;
mod safe;
mod sanitize;
mod scan;
pub mod text;
mod tracking;

pub use frame::document;
pub use links::STYLE as LINK_STYLE;
pub use plain::text_of;
pub use policy::{Links, Policy, Remote};
pub use safe::SafeHtml;
pub use sanitize::{Sanitized, sanitize};
