//! The sanitiser against hostile mails, tag soup and mails made to take long.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod check;
mod corpus;
mod limits;
mod mail;
mod rendering;
mod soup;
mod spent;
mod style;
