//! The sanitiser against hostile mails, tag soup and mails made to take long.

mod check;
mod corpus;
mod limits;
mod mail;
mod rendering;
mod soup;
