//! What the tests are written with: an application, its visitors, their mail.
//!
//! `spawn_app()` starts an application; `app.person()` is somebody with a fresh account, signed in; `person.mail()` is
//! the other mail program that the same person uses.

#![allow(dead_code, unused_imports, reason = "a vocabulary: not every word is used in every run")]

mod app;
mod form;
mod mail_client;
mod mail_server;
mod page;
mod person;
mod program;
mod proxy;
mod row;
mod scripted;
mod stream;
mod tap;
mod visitor;

pub(crate) use app::{TestApp, configuration, spawn_app, spawn_app_with};
pub(crate) use form::Form;
pub(crate) use mail_client::MailClient;
pub(crate) use mail_server::{Credentials, MailServer, mail_server};
pub(crate) use page::Page;
pub(crate) use person::Person;
pub(crate) use person::encode;
pub(crate) use program::{Program, fernpost, free_port};
pub(crate) use proxy::{Kind, Site};
pub(crate) use row::Row;
pub(crate) use scripted::Scripted;
pub(crate) use stream::{Event, Stream};
pub(crate) use tap::Tap;
pub(crate) use visitor::{Request, Visitor};

/// A short plain message.
pub(crate) fn letter(subject: &str) -> String {
    format!(
        "From: Bo Lind <bo@example.org>\r\nTo: ann@example.org\r\nSubject: {subject}\r\n\
         Date: Mon, 02 Nov 2026 10:00:00 +0000\r\nMessage-ID: <{}@example.org>\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello,\r\nthis is {subject}.\r\n",
        mail_server::unique("letter"),
    )
}
