//! The mime floor on whole mails: every mail of `tests/corpus/mime` must show what its `expected.json` says.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail where it stands")]

mod expectation;
mod person;
mod python;
mod written;

use std::path::Path;

/// Checks every mail of one level; the complaints, mail by mail.
fn complaints(level: &str) -> (usize, Vec<String>) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/mime");
    let expected = std::fs::read(corpus.join("expected.json")).expect("the corpus is part of the repository");
    let expected: Vec<serde_json::Value> = serde_json::from_slice(&expected).expect("expected.json is JSON");
    let of_level = expected.iter().filter(|mail| mail["level"] == level);
    let mut complaints = Vec::new();
    let mut count = 0;
    for mail in of_level {
        let file = mail["file"].as_str().expect("every mail names its file");
        let bytes = std::fs::read(corpus.join(file)).expect("every mail has its file");
        let seen = person::read(&bytes);
        let found = expectation::complaints(mail, &seen);
        complaints.extend(found.into_iter().map(|complaint| format!("{file} ({}): {complaint}", mail["topic"])));
        count += 1;
    }
    (count, complaints)
}

#[test]
fn every_mail_that_must_be_right_is_right() {
    let (count, complaints) = complaints("must");
    assert_eq!(count, 84, "the corpus has changed");
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn the_lenient_wishes_are_met_too() {
    let (count, complaints) = complaints("should");
    assert_eq!(count, 16, "the corpus has changed");
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
