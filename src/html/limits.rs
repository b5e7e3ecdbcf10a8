//! How much of a mail is looked at. A browser has its own limits; these keep the server's work linear and small.

/// Bytes of markup that are read; the rest is cut (D-02).
pub(super) const BYTES: usize = 2 * 1024 * 1024;
/// Elements that are written; the rest of the mail is cut.
pub(super) const NODES: usize = 50_000;
/// Elements inside each other. Deeper tags are left out, their text stays. html5ever's time grows with the square
/// of the depth, Chromium flattens at 512, and no honest mail comes near.
pub(super) const DEPTH: usize = 200;
/// Formatting elements (`b`, `font` …) that are carried over the end of a paragraph, as browsers do without limit:
/// each is one more element in each paragraph that follows.
pub(super) const CARRIED: usize = 8;
/// Attributes of one tag that are looked at.
pub(super) const ATTRIBUTES: usize = 64;
/// Quotes at the end of an answer that are folded away, each some elements of the page; with more none is.
pub(super) const FOLDS: usize = 50;
/// Columns and rows that all cells together say they reach over.
pub(super) const SPANS: usize = 20_000;
/// Letters of text without a blank or a tag; then a `<wbr>` divides it. A browser tries such a word at each of its letters: 100,000
/// took Chromium six seconds.
pub(super) const WORD: usize = 1000;
/// Bytes of one `style` attribute.
pub(super) const STYLE: usize = 8 * 1024;
/// Declarations in one `style` attribute.
pub(super) const DECLARATIONS: usize = 100;
/// Bytes of all style blocks of a mail; with more, none that comes then is read.
pub(super) const SHEETS: usize = 256 * 1024;
/// Rules of all style blocks.
pub(super) const RULES: usize = 2000;
/// Selectors of all style blocks.
pub(super) const SELECTORS: usize = 4000;
/// Of those, selectors without a class or an id: a browser tries each of them at every element.
pub(super) const BROAD: usize = 300;
/// Bytes of a picture inside the markup, before base64.
pub(super) const DATA_IMAGE: usize = 100 * 1024;
/// Links that claim to lead elsewhere, of which the page around a mail tells.
pub(super) const MISLED: usize = 8;
/// Bytes of a link's address.
pub(super) const LINK: usize = 4 * 1024;
/// Pixels of any length, in attributes and styles.
pub(super) const PIXELS: f64 = 4000.0;
/// For one run of text, its bytes times its characters that html5ever's serialiser stops at and then searches the
/// whole rest of the run (`&`, and whatever starts with the byte C2): beyond this a `<wbr>` divides the run. It takes
/// a text of kilobytes without a single tag to get there.
pub(super) const RUN: usize = 8_000_000;
