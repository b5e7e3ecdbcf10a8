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
//! Nothing edits the markup afterwards; around whole elements of it `quotes` puts what folds them away.
//!
//! The mail's `<style>` blocks go another way: `css::sheet` reads them and writes what may stay, each rule inside the
//! mail; `design` decides what the mail is shown on; `frame` puts both around the markup.

mod above;
mod attributes;
mod balance;
mod colour;
mod css;
mod design;
mod elements;
mod entities;
mod escape;
mod facts;
mod frame;
mod gate;
mod hosts;
mod images;
mod limits;
mod links;
mod mail_links;
mod plain;
mod policy;
mod quotes;
mod rewrite;
mod safe;
mod sanitize;
mod scan;
mod styles;
pub mod text;
mod tracking;
mod words;

pub use above::text_above;
pub use design::Design;
pub use frame::{document, sheet};
pub use links::Misled;
pub use plain::text_of;
pub use policy::{Links, MailLinks, Policy, Remote};
pub use safe::{SafeCss, SafeHtml};
pub use sanitize::{Sanitized, sanitize};
pub use words::undivided;
