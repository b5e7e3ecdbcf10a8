//! CSS of a stranger: parsed by cssparser, held against a list of properties, written anew.
//!
//! A declaration stays or goes as a whole (`security.md` 4.4), in a `style` attribute ([`clean`]) as in the rules of a
//! `<style>` block ([`sheet`]).

mod media;
pub(super) mod names;
mod properties;
mod selector;
pub(super) mod sheet;
mod values;

use cssparser::{Delimiter, ParseError, Parser};

use super::limits;
use properties::Property;

/// A `style` attribute after the sieve.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cleaned {
    /// `name:value;name:value`, possibly empty.
    pub(super) css: String,
    /// The same, one by one.
    pub(super) declarations: Vec<Declaration>,
    /// Addresses on other servers that a browser would have asked.
    pub(super) remote: usize,
}

/// A declaration that may stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Declaration {
    /// The property, as it is written.
    pub(super) name: &'static str,
    /// Its value, without `!important`.
    pub(super) value: String,
    /// Whether it was said to be `!important`.
    pub(super) important: bool,
}

/// Keeps of `style` what may stay, without `!important`: the frame's own rules come last. Its own output comes out
/// unchanged.
pub(super) fn clean(style: &str) -> Cleaned {
    let mut cleaned = Cleaned::default();
    if style.len() > limits::STYLE {
        return cleaned;
    }
    let mut parser = Parser::new(style);
    parser.set_nested_block_limit(8);
    let (declarations, remote) = declarations(&mut parser);
    cleaned.remote = remote;
    for Declaration { name, value, .. } in &declarations {
        if !cleaned.css.is_empty() {
            cleaned.css.push(';');
        }
        cleaned.css.push_str(name);
        cleaned.css.push(':');
        cleaned.css.push_str(value);
    }
    cleaned.declarations = declarations;
    cleaned
}

/// The declarations up to the end of `parser`, those that may stay; and how many addresses on other servers a browser
/// would have asked.
fn declarations(parser: &mut Parser<'_>) -> (Vec<Declaration>, usize) {
    let (mut kept, mut remote) = (Vec::new(), 0);
    for _ in 0..limits::DECLARATIONS {
        parser.skip_whitespace();
        if parser.is_exhausted() {
            break;
        }
        let start = parser.position();
        let read = parser.parse_until_after(Delimiter::Semicolon, declaration);
        remote += usize::from(asks_a_server(parser.slice_from(start)));
        kept.extend(read.ok());
    }
    (kept, remote)
}

/// Reads one declaration and writes it anew.
fn declaration<'i>(input: &mut Parser<'i>) -> Result<Declaration, ParseError<()>> {
    let start = input.position();
    let name = input.expect_ident()?.to_ascii_lowercase();
    input.expect_colon()?;
    let Some(property) = properties::find(&name) else { return Err(ParseError::custom(())) };
    let value = values::read(input, property)?;
    // What is legal CSS and can be written in a plainer way is written so by honest programs.
    let raw = input.slice_from(start);
    if value.is_empty() || raw.contains(['\\', '<', '@']) || raw.contains("/*") {
        return Err(ParseError::custom(()));
    }
    let important = raw.rsplit_once('!').is_some_and(|(_, end)| end.trim().eq_ignore_ascii_case("important"));
    let Property { written, .. } = property;
    Ok(Declaration { name: written, value, important })
}

/// Whether the last check lets `style` through. It looks at the characters only, to err in other places than the
/// parser above.
pub(super) fn is_plain(style: &str) -> bool {
    let harmful = ['\\', '<', '>', '@', '{', '}', '&', '"', '!', '['];
    if style.contains(harmful) || style.contains("/*") || style.contains("--") || style.chars().any(char::is_control) {
        return false;
    }
    let functions = ["rgb", "rgba", "hsl", "hsla", "calc"];
    style.match_indices('(').all(|(at, _)| {
        let before = style.get(..at).unwrap_or_default();
        let name = before.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap_or_default();
        let grouped = name.is_empty() && before.contains("calc(");
        grouped || functions.contains(&name)
    })
}

/// Whether a declaration, as it was written, would have loaded something.
fn asks_a_server(declaration: &str) -> bool {
    if !declaration.contains('(') {
        return false;
    }
    let declaration = declaration.to_ascii_lowercase();
    declaration.split("url(").skip(1).any(|rest| super::images::is_remote(rest.trim_start_matches(['"', '\'', ' '])))
}

/// The value of a length property in pixels, for telling trackers. Not a sieve.
pub(super) fn pixels(style: &str, property: &str) -> Option<f64> {
    let value = value_of(style, property)?;
    value.strip_suffix("px").unwrap_or(&value).trim().parse().ok()
}

/// Whether the element is never seen, for telling trackers. Not a sieve.
pub(super) fn hides(style: &str) -> bool {
    let is = |property: &str, wanted: &str| value_of(style, property).is_some_and(|value| value == wanted);
    is("display", "none") || is("visibility", "hidden") || is("opacity", "0")
}

fn value_of(style: &str, property: &str) -> Option<String> {
    style.split(';').filter_map(|declaration| declaration.split_once(':')).find_map(|(name, value)| {
        let value = value.split('!').next().unwrap_or_default().trim().to_ascii_lowercase();
        name.trim().eq_ignore_ascii_case(property).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_properties_stay_and_all_others_go() {
        for (style, kept) in [
            ("color:red; POSITION:fixed;top:0", "color:red"),
            ("Color : RED !important", "color:red"),
            ("font:bold 14px/1.5 'Helvetica Neue',Arial", "font:bold 14px/1.5 'Helvetica Neue',arial"),
            ("font-family:\"Segoe UI\", sans-serif", "font-family:'Segoe UI',sans-serif"),
            ("margin:0 auto;padding:10px 5%", "margin:0 auto;padding:10px 5%"),
            ("margin:-10px", ""),
            ("margin:0 0 -1em", ""),
            ("width:calc(100% - 20px)", "width:calc(100% - 20px)"),
            ("margin-left:calc(0px - 999px)", ""),
            ("width:99999px;font-size:900px", "width:4000px;font-size:200px"),
            ("width:100vw;height:100vh", ""),
            (
                "color:rgb(1, 2,3);background-color:hsla(1deg 2% 3% / 50%)",
                "color:rgb(1,2,3);background-color:hsla(1deg 2% 3%/50%)",
            ),
            ("background:#FFF", "background-color:#fff"),
            ("background:#000 url(http://x/y) no-repeat;color:#fff", "background-color:#000;color:#fff"),
            ("background:url(http://x/y)", ""),
            ("background-image:url(http://x/y)", ""),
            ("list-style:none", "list-style-type:none"),
            ("list-style:url(http://x/y)", ""),
            ("color:var(--x)", ""),
            ("width:expression(alert(1))", ""),
            ("wid\\74h:1px", ""),
            ("color:/**/red", ""),
            ("display:flex;display:block", "display:block"),
            ("position:/*x*/fixed", ""),
            ("text-indent:-9999px", "text-indent:-100px"),
            ("font-family:foo}bar;background:url(http://x/y);color:red/*", ""),
            ("color:red;}color:blue;color:green", "color:red;color:green"),
            ("mso-line-height-rule:exactly;line-height:150%", "line-height:150%"),
            ("border:1px solid #ccc", "border:1px solid #ccc"),
            ("border-radius:3px/4px", "border-radius:3px/4px"),
            ("content:'x';-o-link:'javascript:x'", ""),
            ("color:red;color", "color:red"),
            (";;;", ""),
        ] {
            let cleaned = clean(style);
            assert_eq!(cleaned.css, kept, "{style}");
            assert_eq!(clean(&cleaned.css).css, kept, "second pass of {style}");
            assert!(is_plain(&cleaned.css), "{style}");
        }
    }

    #[test]
    fn what_would_have_called_out_is_counted() {
        assert_eq!(clean("list-style:url('http://a/b')").remote, 1);
        assert_eq!(clean("background:#000 url(//a/b)").remote, 1);
        assert_eq!(clean("mask:url(#x)").remote, 0);
    }

    #[test]
    fn the_last_check_refuses_what_is_not_plain() {
        for style in
            ["background:url(x)", "color:v\\61r(--x)", "color:red}", "a:b/*", "width:image-set(x)", "color:attr(x)"]
        {
            assert!(!is_plain(style), "{style}");
        }
    }
}
