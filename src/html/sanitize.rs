//! `UntrustedHtml` → `SafeHtml`.

use crate::mail::UntrustedHtml;

use super::policy::Policy;
use super::rewrite::rewrite;
use super::safe::SafeHtml;
use super::{gate, limits};

/// A mail's HTML, fit to be shown.
#[derive(Clone, Debug)]
pub struct Sanitized {
    /// The markup for the frame.
    pub html: SafeHtml,
    /// Pictures on other servers, trackers among them.
    pub remote_images: usize,
    /// Those of them that are loaded if the policy says so; backgrounds and trackers never are.
    pub showable: usize,
    /// How many of them are too small to see, or hidden: they only tell the sender that the mail was opened.
    pub trackers: usize,
    /// The mail is longer than what is shown of it.
    pub cut: bool,
}

/// Makes a stranger's HTML fit to be shown.
///
/// Linear in the size of `html`, of which at most 2 MiB and 50,000 elements are looked at; still, some tens of
/// milliseconds for a large mail, so it belongs on a blocking thread above 64 kB (D-04). The same markup gives the
/// same result, and sanitising a result changes nothing when `policy.inline` knows its own addresses.
pub fn sanitize(html: &UntrustedHtml, policy: &Policy<'_>) -> Sanitized {
    let whole = html.as_str();
    let shown = whole.get(..whole.floor_char_boundary(limits::BYTES)).unwrap_or(whole);
    let rewritten = rewrite(shown, policy);
    Sanitized {
        html: SafeHtml::new(gate::pass(&rewritten.markup)),
        remote_images: rewritten.remote_images,
        showable: rewritten.showable,
        trackers: rewritten.trackers,
        cut: rewritten.cut || shown.len() < whole.len(),
    }
}
