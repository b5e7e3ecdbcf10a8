//! Keeps the floors of `docs/architecture.md` true.
//!
//! A module may name the floors below its own, never its neighbours, never the floors above. A library that touches
//! the outside world has one home. Both rules are read from the sources; and what the tables below allow must also be
//! made use of, so that they never allow more than there is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can't go on fails, and that is how it says so"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Each module of `src/`, with the modules it may name. The roof (`app`, `check`, `main`, `telemetry`) may name all.
const MAY_USE: &[(&str, &[&str])] = &[
    ("mail", &[]),
    ("tls", &[]),
    ("config", &["tls"]),
    ("imap", &["mail", "tls"]),
    ("smtp", &["mail", "tls"]),
    ("pop3", &["mail", "tls"]),
    ("mime", &["mail"]),
    ("html", &["mail"]),
    ("store", &["mail"]),
    ("remote", &["tls"]),
    ("account", &["mail", "tls", "imap", "mime", "smtp", "pop3", "html", "store", "remote"]),
    ("web", &["mail", "tls", "config", "store", "remote", "html", "account"]),
];

/// Each library that has a home, with that home and the parts of the roof that may name it too.
const HOME_OF: &[(&str, &[&str])] = &[
    ("actix_web", &["web", "app"]),
    ("actix_session", &["web"]),
    ("actix_multipart", &["web"]),
    ("anyhow", &["web"]),
    ("tera", &["web"]),
    ("fluent_bundle", &["web"]),
    ("unic_langid", &["web"]),
    ("rust_embed", &["web"]),
    ("jiff", &["web", "config"]),
    ("brotli", &["web"]),
    ("quick_xml", &["web"]),
    ("qrcode", &["web"]),
    ("flate2", &["web"]),
    ("unicode_normalization", &["web"]),
    ("subtle", &["web"]),
    ("async_imap", &["imap"]),
    ("lettre", &["smtp"]),
    ("tokio_rustls", &["tls", "imap", "smtp", "pop3", "remote"]),
    ("rustls_platform_verifier", &["tls"]),
    ("rustls_pki_types", &["tls", "imap", "smtp", "pop3", "remote"]),
    ("x509_cert", &["tls"]),
    ("cms_format", &["tls"]),
    ("hyper", &["remote"]),
    ("hyper_util", &["remote"]),
    ("http_body_util", &["remote"]),
    ("mail_builder", &["mime"]),
    ("mail_parser", &["mime"]),
    ("encoding_rs", &["mime"]),
    ("zip", &["mime"]),
    ("psl", &["mime"]),
    ("unicode_security", &["html", "mime"]),
    ("image", &["mime"]),
    ("ammonia", &["html"]),
    ("html5ever", &["html"]),
    ("cssparser", &["html"]),
    ("linkify", &["html"]),
    ("idna", &["html", "mime", "smtp"]),
    ("sqlx", &["store"]),
    ("chacha20poly1305", &["store"]),
    ("sha2", &["store", "tls"]),
    ("hmac", &["store"]),
    ("getrandom", &["store"]),
    ("toml", &["config"]),
    ("clap", &["main"]),
    ("tracing_subscriber", &["telemetry"]),
];

/// Libraries at home everywhere: they touch nothing outside, or are the runtime itself. `log` and `rustls` are named
/// in `Cargo.toml` only to choose their features.
const EVERYWHERE: &[&str] = &[
    "base64",
    "bytes",
    "futures_util",
    "log",
    "memchr",
    "rustls",
    "serde",
    "serde_json",
    "thiserror",
    "tokio",
    "tokio_util",
    "tracing",
    "url",
    "zeroize",
];

/// A source file: the module of `src/` it belongs to, its path, its text without comments.
struct Source {
    module: String,
    path: String,
    text: String,
}

#[test]
fn modules_name_only_the_floors_below() {
    assert_eq!(wrong_floors(&sources()), [""; 0]);
}

#[test]
fn libraries_stay_in_their_home() {
    assert_eq!(wrong_homes(&sources()), [""; 0]);
}

#[test]
fn a_breach_is_seen() {
    let breach = |module: &str, text: &str| {
        let source =
            Source { module: module.to_owned(), path: format!("src/{module}/x.rs"), text: without_comments(text) };
        (wrong_floors(std::slice::from_ref(&source)).len(), wrong_homes(&[source]).len())
    };
    for (module, text, expected) in [
        ("imap", "use crate::mail::Uid;", (0, 0)),
        ("imap", "use crate::account::Account;", (1, 0)), // upwards
        ("imap", "use crate::mime::Part;", (1, 0)),       // a neighbour
        ("imap", "fn f() { crate::web::app() }", (1, 0)),
        ("web", "use crate::{imap, mail};", (1, 0)), // a group would hide its floors
        ("web", "use super::super::imap::Client;", (1, 0)),
        ("web", "mod tests { use super::super::urls::Urls; }", (0, 0)),
        ("imap", "// use crate::web::app;\n/// crate::web\nfn f() {} // crate::web", (0, 0)),
        ("html", "use crate::mailbox::X;", (0, 0)), // another word that begins alike
        ("web", "use async_imap::Session;", (0, 1)),
        ("web", "fn f(x: ::sqlx::Pool) {}", (0, 1)),
        ("store", "use sqlx;", (0, 0)),
        ("account", "use sqlx;", (0, 1)),
        ("mime", "pub use mail_parser as parser;", (0, 0)),
        ("html", "pub use mail_parser as parser;", (0, 1)),
        ("web", "let x = super::tera::y;", (0, 0)), // a module of ours with a library's name
        ("mail", "use serde::Serialize;", (0, 1)),  // the ground does nothing
    ] {
        assert_eq!(breach(module, text), expected, "{module}: {text}");
    }
}

#[test]
fn the_tables_allow_nothing_that_nobody_needs() {
    let sources = sources();
    let mut idle = Vec::new();
    for (module, allowed) in MAY_USE {
        let of_module: Vec<&Source> = sources.iter().filter(|source| source.module == *module).collect();
        assert!(!of_module.is_empty(), "no module {module}");
        for other in *allowed {
            if !of_module.iter().any(|source| names_module(&source.text, other)) {
                idle.push(format!("{module} does not name {other}"));
            }
        }
    }
    for (library, homes) in HOME_OF {
        for home in *homes {
            if !sources.iter().any(|source| source.module == *home && names_library(&source.text, library)) {
                idle.push(format!("{home} does not name {library}"));
            }
        }
    }
    assert_eq!(idle, [""; 0]);
}

#[test]
fn every_dependency_has_a_home_and_every_module_a_floor() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let dependencies = manifest.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    let mut homeless = Vec::new();
    for line in dependencies.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase())) {
        let name = line.split([' ', '=']).next().unwrap().replace('-', "_");
        if !EVERYWHERE.contains(&name.as_str()) && !HOME_OF.iter().any(|(library, _)| *library == name) {
            homeless.push(name);
        }
    }
    let roof = ["app", "check", "lib", "main", "telemetry"];
    for source in sources() {
        let has_floor = MAY_USE.iter().any(|(module, _)| *module == source.module);
        if !has_floor && !roof.contains(&source.module.as_str()) {
            homeless.push(source.path);
        }
    }
    assert_eq!(homeless, [""; 0]);
}

fn wrong_floors(sources: &[Source]) -> Vec<String> {
    let may_use: BTreeMap<_, _> = MAY_USE.iter().copied().collect();
    let mut wrong = Vec::new();
    for Source { module, path, text } in sources {
        let Some(allowed) = may_use.get(module.as_str()) else { continue };
        if text.contains("crate::{") {
            wrong.push(format!("{path} groups modules of the crate in one use"));
        }
        let climb = "super::".repeat(depth(path));
        for (other, _) in MAY_USE {
            let climbs = words(text, &format!("{climb}{other}")).any(|(_, after)| after.starts_with("::"));
            if other != module && (climbs || !allowed.contains(other) && names_module(text, other)) {
                wrong.push(format!("{path} names crate::{other}"));
            }
        }
    }
    wrong
}

/// How many `super::` lead from a file to the root of the crate.
fn depth(path: &str) -> usize {
    path.matches('/').count() - usize::from(path.ends_with("/mod.rs"))
}

fn wrong_homes(sources: &[Source]) -> Vec<String> {
    let mut wrong = Vec::new();
    for Source { module, path, text } in sources {
        for (library, homes) in HOME_OF {
            if !homes.contains(&module.as_str()) && names_library(text, library) {
                wrong.push(format!("{path} names {library}, whose home is {}", homes[0]));
            }
        }
        for library in ["serde", "tokio", "bytes", "futures_util", "tracing"] {
            if module == "mail" && names_library(text, library) {
                wrong.push(format!("{path} names {library}: the ground does nothing"));
            }
        }
    }
    wrong
}

fn names_module(text: &str, module: &str) -> bool {
    words(text, &format!("crate::{module}")).any(|(_, after)| !after.starts_with(is_of_name))
}

/// `library::…`, `use library;`, `use library as …`.
fn names_library(text: &str, library: &str) -> bool {
    words(text, library).any(|(before, after)| {
        let begins = match before.strip_suffix("::") {
            Some(path) => !path.ends_with(is_of_name), // `::sqlx`, but not `super::tera`
            None => !before.ends_with(is_of_name) && !before.ends_with('.'),
        };
        let imported = before.trim_end().ends_with("use") && (after.starts_with(';') || after.starts_with(" as "));
        begins && (after.starts_with("::") || imported)
    })
}

fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    text.match_indices(word).map(move |(at, _)| (&text[..at], &text[at + word.len()..]))
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Every Rust file below `src/`.
fn sources() -> Vec<Source> {
    let source_folder = root().join("src");
    let (mut found, mut folders) = (Vec::new(), vec![source_folder.clone()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let below = path.strip_prefix(&source_folder).unwrap().to_string_lossy().into_owned();
                let module = below.split(['/', '.']).next().unwrap().to_owned();
                let text = without_comments(&fs::read_to_string(&path).unwrap());
                found.push(Source { module, path: format!("src/{below}"), text });
            }
        }
    }
    found
}

/// The text without line comments. `://` in an address begins none.
fn without_comments(text: &str) -> String {
    let code = |line: &str| -> String {
        let mut comments = line.match_indices("//").filter(|(at, _)| !line[..*at].ends_with(':'));
        comments.next().map_or(line, |(at, _)| &line[..at]).to_owned()
    };
    text.lines().map(code).collect::<Vec<_>>().join("\n")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
