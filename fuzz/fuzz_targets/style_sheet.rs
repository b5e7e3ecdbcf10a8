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
    let page = document(&once);
    let (_, rest) = page.as_str().split_once("<style>").unwrap();
    let (sheet, rest) = rest.split_once("</style>").unwrap();
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
