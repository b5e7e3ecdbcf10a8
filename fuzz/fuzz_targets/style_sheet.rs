//! A style sheet comes out as rules inside the mail, or not at all; a second pass changes nothing.
#![no_main]

use fernpost::html::{Policy, document, sanitize};
use fernpost::mail::UntrustedHtml;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|css: &str| {
    let policy = Policy::for_a_quote();
    let html = format!("<style>{css}</style><p class='a b' id=c style=\"{}\">x</p>", css.replace('"', "&quot;"));
    let once = sanitize(&UntrustedHtml::new(html), &policy);
    let twice = sanitize(&UntrustedHtml::new(once.fragment().as_str()), &policy);
    assert_eq!(once.fragment().as_str(), twice.fragment().as_str());
    // what the mail itself says: the frame has rules of its own beside it
    let fragment = once.fragment();
    let Some((sheet, rest)) = fragment.as_str().strip_prefix("<style>").and_then(|sheet| sheet.split_once("</style>"))
    else {
        return;
    };
    assert!(document(&once).as_str().contains(sheet));
    assert!(!rest.contains("<style") && !sheet.contains('<') && !sheet.contains('\\') && !sheet.contains("url("));
    assert_eq!(sheet.matches('{').count(), sheet.matches('}').count());
    for name in ["position:", "content:", "z-index:", "-", "animation", "filter:", "opacity:"] {
        let set = [format!("{{{name}"), format!(";{name}")]
            .iter()
            .any(|set| sheet.replace("-webkit-text-size-adjust", "x").contains(set));
        assert!(!set, "{name} in {sheet}");
    }
    assert_eq!(sheet.matches('@').count(), sheet.matches("@media").count());
    assert!(!sheet.contains("expression(") && !sheet.contains("var("));
});
