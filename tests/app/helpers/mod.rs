//! What the tests are written with: an application, its visitors, their mail.
//!
//! `spawn_app()` starts an application; `app.person()` is somebody with a fresh account, signed in; `person.mail()` is
//! the other mail program that the same person uses.

#![allow(dead_code, unused_imports, reason = "a vocabulary: not every word is used in every run")]

mod app;
mod certificates;
mod fault_line;
mod fault_proxy;
mod form;
mod mail_client;
mod mail_server;
mod own_server;
mod page;
mod person;
mod pop_server;
mod program;
mod proxy;
mod row;
mod scripted;
mod stream;
mod submission;
mod tap;
mod visitor;
mod wait;
mod writers;

pub(crate) use app::{NO_SUBMISSION, TestApp, configuration, spawn_app, spawn_app_with};
pub(crate) use certificates::{Authority, Made, NOW, P_256, P_384, RSA, verified};
pub(crate) use fault_proxy::{Fault, FaultProxy, Times, Verb};
pub(crate) use form::Form;
pub(crate) use mail_client::{Account, MailClient, Seen};
pub(crate) use mail_server::{Credentials, MailServer, Server, mail_server};
pub(crate) use own_server::{OwnServer, signal};
pub(crate) use page::Page;
pub(crate) use person::Person;
pub(crate) use person::encode;
pub(crate) use pop_server::{Does as PopDoes, PopServer};
pub(crate) use program::{Program, fernpost, free_port};
pub(crate) use proxy::{Kind, Site};
pub(crate) use row::Row;
pub(crate) use scripted::Scripted;
pub(crate) use stream::{Event, Stream};
pub(crate) use submission::{At, Delivered, Does, Hold, Submission};
pub(crate) use tap::Tap;
pub(crate) use visitor::{Request, Visitor};
pub(crate) use wait::{SOON, until, until_so};
pub(crate) use writers::{arrived, header, octets, pair, read_by_python, sending_app, submission_by};

/// A short plain message.
pub(crate) fn letter(subject: &str) -> String {
    format!(
        "From: Bo Lind <bo@example.org>\r\nTo: ann@example.org\r\nSubject: {subject}\r\n\
         Date: Mon, 02 Nov 2026 10:00:00 +0000\r\nMessage-ID: <{}@example.org>\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello,\r\nthis is {subject}.\r\n",
        mail_server::unique("letter"),
    )
}

/// Every file in a folder and those below it.
pub(crate) fn files_below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files_below(&path)) } else { all.push(path) }
    }
    all
}

/// Whether the run's mail server is one of these, which differ in what `docs/servers.md` says under `reason`.
macro_rules! differs_on {
    ($($server:ident)|+, $reason:literal) => {
        matches!($crate::helpers::mail_server().kind(), $($crate::helpers::Server::$server)|+)
    };
}

/// Ends a test that can't hold on these servers; `docs/servers.md` says why under `reason`.
macro_rules! skip_on {
    ($($server:ident)|+, $reason:literal) => {
        if $crate::helpers::differs_on!($($server)|+, $reason) {
            eprintln!("not on {:?}: {}", $crate::helpers::mail_server().kind(), $reason);
            return;
        }
    };
}

pub(crate) use {differs_on, skip_on};
