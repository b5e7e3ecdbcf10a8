//! Plain text stays what it is, and leads only where a link may lead.
#![no_main]

use fernpost::html::{Links, text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let blocks = text::blocks(input, Links::AsWritten);
    let bare = |text: &str| {
        text.chars()
            .filter(|c| !matches!(c, '>' | ' ' | '\n') && (*c >= ' ' || *c == '\t') && *c != '\u{7f}')
            .collect::<String>()
    };
    let pieces = || blocks.iter().flat_map(|block| &block.inner).flat_map(|inner| &inner.pieces);
    let shown: String = pieces().map(|piece| piece.text.as_str()).collect();
    assert_eq!(bare(&shown), bare(input));
    for link in pieces().filter_map(|piece| piece.link.as_deref()) {
        assert!(["http://", "https://", "mailto:"].iter().any(|scheme| link.starts_with(scheme)), "{link}");
        assert!(!link.contains(|c: char| c.is_control() || c == '"' || c == '<'), "{link}");
    }
});
