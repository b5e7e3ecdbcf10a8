//! Every mail of `tests/corpus/xss`.

use std::fs;
use std::path::Path;

use fernpost::html::{Links, text};

use crate::check::checked;
use crate::mail::text_parts;

struct Hostile {
    id: String,
    class: String,
    marker: Option<String>,
    raw: Vec<u8>,
}

fn corpus() -> Vec<Hostile> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/xss");
    let manifest = fs::read_to_string(folder.join("manifest.json")).unwrap();
    let manifest: Vec<serde_json::Value> = serde_json::from_str(&manifest).unwrap();
    manifest
        .iter()
        .map(|entry| Hostile {
            id: entry["id"].as_str().unwrap().to_owned(),
            class: entry["class"].as_str().unwrap().to_owned(),
            marker: entry["marker"].as_str().map(str::to_owned),
            raw: fs::read(folder.join(entry["file"].as_str().unwrap())).unwrap(),
        })
        .collect()
}

//
#[test]
fn no_hostile_mail_gets_anything_through() {
    let mut bodies = 0;
    for mail in corpus() {
        for part in text_parts(&mail.raw).iter().filter(|part| part.kind != "text/plain") {
            let out = checked(&part.text);
            bodies += 1;
            if !part.kind.contains("html") {
                continue; // a style sheet shown as HTML is text
            }
            let lower = out.to_ascii_lowercase();
            for word in ["<script", "javascript:", "127.0.0.1:9/", "onerror=\"", "<svg", "<style"] {
                // What is left of it may be text or the target of a link, never markup that runs or loads.
                let in_link =
                    word == "127.0.0.1:9/" && lower.matches(word).count() <= lower.matches("href=\"http").count();
                assert!(!lower.contains(word) || in_link, "{}: {word} in {out}", mail.id);
            }
        }
    }
    assert!(bodies > 140, "only {bodies} bodies found: the corpus is not read");
}

//
#[test]
fn the_text_that_a_mail_must_show_is_there() {
    let mut seen = 0;
    for mail in corpus() {
        let Some(marker) = &mail.marker else { continue };
        for part in text_parts(&mail.raw) {
            if !part.text.contains(marker.as_str()) {
                continue;
            }
            let shown = match part.kind.as_str() {
                "text/plain" | "" => text::blocks(&part.text, Links::AsWritten)
                    .iter()
                    .flat_map(|block| &block.inner)
                    .flat_map(|inner| &inner.pieces)
                    .map(|piece| piece.text.as_str())
                    .collect(),
                _ => {
                    let sanitized = crate::check::sanitized(&part.text);
                    fernpost::html::text_of(&sanitized.html)
                }
            };
            let kept_back = ["attachment", "calendar", "vcard"].contains(&mail.class.as_str());
            assert!(kept_back || shown.contains(marker.as_str()), "{} lost its marker: {shown:?}", mail.id);
            seen += 1;
        }
    }
    assert!(seen > 160, "only {seen} markers looked for");
}

#[test]
fn a_phishing_link_says_where_it_leads() {
    for (id, expected) in [
        ("phish-003", vec!["evil.example"; 2]),
        ("phish-004", vec!["bank.example.evil.example", "аpple.example (xn--pple-43d.example)"]),
    ] {
        let mail = corpus().into_iter().find(|mail| mail.id == id).unwrap();
        let out = checked(&text_parts(&mail.raw)[0].text);
        let marks: Vec<&str> =
            out.split("<span class=\"fp-mark\"> \u{26a0} ").skip(1).filter_map(|rest| rest.split('<').next()).collect();
        assert_eq!(marks, expected, "{id}: {out}");
    }
}

#[test]
fn remote_pictures_are_counted() {
    let counted = |id: &str| {
        let mail = corpus().into_iter().find(|mail| mail.id == id).unwrap();
        let sanitized = crate::check::sanitized(&text_parts(&mail.raw)[0].text);
        (sanitized.remote_images, sanitized.trackers)
    };
    assert_eq!(counted("tracker-001"), (1, 1));
    assert_eq!(counted("tracker-005"), (1, 0));
    assert_eq!(counted("tracker-010"), (6, 0));
    assert_eq!(counted("tracker-020"), (2, 0));
}
