//! Markup and style sheets that may be shown.

/// HTML that went through the sanitiser, or that this floor wrote itself around such HTML.
///
/// There is no way to make one from a string outside this floor: a template that takes a `SafeHtml` cannot be
/// handed anything else.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// Only for what ammonia serialised, and for the frame built around it.
    pub(super) fn new(html: String) -> Self {
        Self(html)
    }

    /// The markup: UTF-8, well-formed, to be sent as it is.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing at all is left of the mail.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for SafeHtml {
    // A mail's content must not reach a log by way of `{:?}`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SafeHtml({} bytes)", self.0.len())
    }
}

/// A style sheet that this floor wrote, every rule of it inside the mail. It holds nothing that ends its element,
/// loads, or runs.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SafeCss(String);

impl SafeCss {
    /// Only for what `css::sheet` or this floor itself wrote. It is looked at once more, character by character: what
    /// is not plain is left out as a whole.
    pub(super) fn new(css: String) -> Self {
        Self(if is_plain(&css) { css } else { String::new() })
    }

    /// The rules, to be the content of a `style` element.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_plain(css: &str) -> bool {
    let mut depth = 0_i32;
    for c in css.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            '<' | '\\' | '&' => return false,
            c if c.is_control() => return false,
            _ => {}
        }
        if !(0..=8).contains(&depth) {
            return false;
        }
    }
    let known = css.match_indices('@').all(|(at, _)| css.get(at..).is_some_and(|rest| rest.starts_with("@media ")));
    let calls = ["url", "image-set", "attr", "var", "expression", "src", "element"];
    let quiet = calls.iter().all(|name| !css.contains(&format!("{name}(")));
    depth == 0 && known && quiet && !css.contains("/*") && !css.contains("*/")
}

impl std::fmt::Debug for SafeCss {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SafeCss({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::SafeCss;

    #[test]
    fn a_style_sheet_that_is_not_plain_is_none() {
        assert_eq!(SafeCss::new("@media screen{.a{color:red}}".into()).as_str(), "@media screen{.a{color:red}}");
        for css in ["a{b:</style>}", "@import x;", "a{b:url(x)}", "a{", "a}{", "a{b:\\75rl(x)}", "/*", "a{b:c\0}"] {
            assert_eq!(SafeCss::new(css.into()).as_str(), "", "{css}");
        }
    }
}
