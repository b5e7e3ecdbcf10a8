//! A whole message, with all that may be in it, is read without a panic and in bounded time and memory (D-05, A-05).
#![no_main]

use bytes::Bytes;
use fernpost::mime;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let message = Bytes::copy_from_slice(input);
    let mime::Parsed { mut part, ranges, .. } = mime::structure(input);
    let bytes = |path: &_| ranges.get(path).map(|range: &std::ops::Range<usize>| message.slice(range.clone()));
    let opened = mime::Containers::open(&mut part, bytes);
    for leaf in part.walk() {
        let Some(bytes) = opened.bytes(&leaf.path).cloned().or_else(|| bytes(&leaf.path)) else { continue };
        let text = mime::text(leaf, &bytes);
        let _ = (mime::calendar(&text), mime::contacts(&text), mime::seal_of_text(&text));
        let decoded = mime::decode(&leaf.encoding, &bytes);
        let _ = (mime::delivery(&decoded), mime::receipt(&decoded), mime::complaint(&decoded));
    }
    let _ = (mime::reading(&part), mime::tellings(&part), mime::seals(&part));
});
