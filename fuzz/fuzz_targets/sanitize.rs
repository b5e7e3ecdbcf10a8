//! Sanitising a result changes nothing, and nothing that runs comes out.
#![no_main]

use fernpost::html::{MailLinks, Policy, sanitize, text_of};
use fernpost::mail::UntrustedHtml;
use libfuzzer_sys::fuzz_target;

fn inline(name: &str) -> Option<String> {
    name.starts_with("/part/").then(|| name.to_owned()).or_else(|| (name == "a@b").then(|| "/part/2/a.png".to_owned()))
}

fn composer(link: &str) -> String {
    let encoded: String = link.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("/compose?mailto={encoded}")
}

fuzz_target!(|html: &str| {
    let mail_links = MailLinks::Ours(&composer);
    let policy = Policy { inline: &inline, mail_links, ..Policy::for_a_message() };
    let once = sanitize(&UntrustedHtml::new(html), &policy);
    let twice = sanitize(&UntrustedHtml::new(once.fragment().as_str()), &policy);
    assert_eq!(once.fragment().as_str(), twice.fragment().as_str());
    assert_eq!((twice.remote_images, twice.trackers), (0, 0), "what was counted is still there");
    assert!(once.trackers <= once.remote_images);
    let lower = once.html.as_str().to_ascii_lowercase();
    for tag in ["<script", "<style", "<svg", "<math", "<iframe", "<object", "<form", "<!--", "<template", "<noscript"] {
        assert!(!lower.contains(tag), "{tag} came out");
    }
    let _ = text_of(&once.html);
});
