//! `UntrustedHtml` → `SafeHtml`.

use crate::mail::UntrustedHtml;

use super::css::sheet::Sheet;
use super::design::{self, Design};
use super::elements::{self, Fate};
use super::links::Misled;
use super::policy::Policy;
use super::rewrite::rewrite;
use super::safe::SafeHtml;
use super::scan::{Scanner, Token};
use super::{entities, gate, limits};

/// A mail's HTML, fit to be shown.
#[derive(Clone, Debug)]
pub struct Sanitized {
    /// The markup for the frame.
    pub html: SafeHtml,
    /// Its style sheet, and what it is shown on.
    pub design: Design,
    /// Pictures on other servers, trackers among them.
    pub remote_images: usize,
    /// Those of them that are loaded if the policy says so; backgrounds and trackers never are.
    pub showable: usize,
    /// How many of them are too small to see, or hidden: they only tell the sender that the mail was opened.
    pub trackers: usize,
    /// Links whose text names another host than the one they lead to, the first few. Each says so where it stands too; but
    /// what stands around it is the mail's.
    pub misled: Vec<Misled>,
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
    let mut sheet = style_sheet(shown);
    design::settle(&mut sheet);
    let rewritten = rewrite(shown, policy, &sheet.names());
    Sanitized {
        html: SafeHtml::new(gate::pass(&rewritten.markup)),
        design: Design::new(&sheet, &rewritten.facts),
        remote_images: rewritten.remote_images + sheet.remote,
        showable: rewritten.showable,
        trackers: rewritten.trackers,
        misled: rewritten.misled,
        cut: rewritten.cut || shown.len() < whole.len(),
    }
}

impl Sanitized {
    /// Bytes of it: markup and style sheet.
    pub fn len(&self) -> usize {
        self.html.len() + self.design.len()
    }

    /// Whether nothing at all is left of the mail.
    pub fn is_empty(&self) -> bool {
        self.html.is_empty()
    }

    /// The markup as a quote. Its style sheet is left out: it was written for a whole mail, and would reach what stands around it.
    pub fn quoted(&self) -> SafeHtml {
        SafeHtml::new(format!("<blockquote type=\"cite\">{}</blockquote>", self.html.as_str()))
    }

    /// The markup and the mail's own style sheet in one: what stays as it is when it is sanitised once more.
    pub fn fragment(&self) -> SafeHtml {
        let own = self.design.own();
        if own.is_empty() {
            return self.html.clone();
        }
        SafeHtml::new(format!("<style>{own}</style>{}", self.html.as_str()))
    }
}

/// The style blocks of `html`, wherever they are; those in comments are for one old program only.
fn style_sheet(html: &str) -> Sheet {
    let mut sheet = Sheet::default();
    let is_there = memchr::memchr_iter(b'<', html.as_bytes())
        .any(|at| html.as_bytes().get(at + 1..at + 6).is_some_and(|name| name.eq_ignore_ascii_case(b"style")));
    if !is_there {
        return sheet;
    }
    let mut scanner = Scanner::new(html);
    while let Some(token) = scanner.token() {
        let Token::Start { name, attributes, .. } = token else { continue };
        match elements::fate(&name) {
            Fate::DiscardText => {
                let text = scanner.skip_text(&name);
                let value = |name: &str| {
                    attributes.iter().find(|attribute| attribute.name == name).map(|a| entities::decode(a.raw, true))
                };
                let kind = value("type").unwrap_or_default();
                if name == "style" && (kind.trim().is_empty() || kind.trim().eq_ignore_ascii_case("text/css")) {
                    sheet.add(text, value("media").as_deref());
                }
            }
            Fate::Rest => break,
            _ => {}
        }
    }
    sheet
}
