//! From the bytes of a mail to the frame: taken apart, decoded, sanitised. Its bounds hold, and a second pass changes
//! nothing (X-04, D-05).
#![no_main]

use fernpost::html::{Policy, document, sanitize};
use fernpost::mail::{Part, PartKind, UntrustedHtml};
use fernpost::mime;
use libfuzzer_sys::fuzz_target;

fn leaves<'a>(part: &'a Part, to: &mut Vec<&'a Part>) {
    match &part.kind {
        PartKind::Leaf => to.push(part),
        PartKind::Multipart(parts) => parts.iter().for_each(|part| leaves(part, to)),
        PartKind::Message(part) => leaves(part, to),
    }
}

fuzz_target!(|message: &[u8]| {
    let parsed = mime::structure(message);
    let reading = mime::reading(&parsed.part);
    assert!(reading.shown.len() <= 1000);
    let mut parts = Vec::new();
    leaves(&parsed.part, &mut parts);
    assert!(parts.len() <= 10_000);
    for part in parts.iter().take(20) {
        let Some(bytes) = parsed.ranges.get(&part.path).and_then(|range| message.get(range.clone())) else { continue };
        let _ = mime::text(part, bytes);
        let policy = Policy::for_a_quote();
        let once = sanitize(&mime::html(part, bytes), &policy);
        let twice = sanitize(&UntrustedHtml::new(once.fragment().as_str()), &policy);
        assert_eq!(once.fragment().as_str(), twice.fragment().as_str());
        assert_eq!(document(&once).as_str().matches("<style").count(), 1);
    }
});
