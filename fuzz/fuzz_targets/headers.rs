//! Header fields: decoded, bounded, on one line, without what a terminal or a page would obey (X-10, D-03).
#![no_main]

use fernpost::mime;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|header: &[u8]| {
    let envelope = mime::envelope(header);
    let people = [&envelope.from, &envelope.to, &envelope.cc, &envelope.bcc, &envelope.reply_to];
    let texts = people.into_iter().flatten().flat_map(|person| [person.name.as_str(), person.addr.as_str()]);
    for text in texts.chain([envelope.subject.as_str()]) {
        assert!(!text.contains(['\r', '\n', '\0']), "{text:?}");
    }
    let fields = mime::headers(header);
    assert!(fields.len() <= 501);
    for (name, value) in &fields {
        assert!(!name.contains(['\r', '\n', '\0']) && !value.contains(['\r', '\n', '\0']), "{name:?} {value:?}");
    }
});
