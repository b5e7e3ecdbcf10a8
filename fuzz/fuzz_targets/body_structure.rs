//! What a server says a message is made of: any bytes give a bounded tree, whose parts have paths of their own (D-03).
#![no_main]

use std::collections::HashSet;

use fernpost::imap::body_structure;
use fernpost::mail::{BodyStructure, Part, PartKind};
use fernpost::mime;
use libfuzzer_sys::fuzz_target;

fn walk(part: &Part, leaves: &mut HashSet<String>, parts: &mut usize) {
    *parts += 1;
    match &part.kind {
        PartKind::Leaf => assert!(leaves.insert(part.path.to_string()), "two parts at {}", part.path),
        PartKind::Multipart(inside) => inside.iter().for_each(|part| walk(part, leaves, parts)),
        PartKind::Message(inside) => walk(inside, leaves, parts),
    }
}

fuzz_target!(|text: &[u8]| {
    if let BodyStructure::Known(top) = body_structure(text) {
        let (mut leaves, mut parts) = (HashSet::new(), 0);
        walk(&top, &mut leaves, &mut parts);
        assert!(parts <= 1001, "{parts} parts");
        let _ = mime::reading(&top);
    }
});
