//! Attributes that stay, and what their values may be (`security.md` 4.4). Addresses and styles are not here.

use super::limits;

/// The value that the attribute `name` of the element `element` keeps; `None`: the attribute goes.
///
/// Its own output comes out unchanged.
pub(super) fn keep(element: &str, name: &str, value: &str) -> Option<String> {
    let cell = matches!(element, "td" | "th");
    let colour_holder = matches!(element, "table" | "tbody" | "thead" | "tfoot" | "tr" | "td" | "th");
    match name {
        "align" | "valign" => word(value),
        "dir" => word(value).filter(|dir| matches!(dir.as_str(), "ltr" | "rtl" | "auto")),
        "lang" => language(value),
        "title" => Some(text(value, 500)),
        "alt" if element == "img" => Some(text(value, 1000)),
        "summary" if element == "table" => Some(text(value, 500)),
        "width" | "height" => length(value),
        "border" | "cellpadding" | "cellspacing" if matches!(element, "table" | "img") => number(value, 100),
        "colspan" | "rowspan" if cell => number(value, 1000),
        "span" if matches!(element, "col" | "colgroup") => number(value, 1000),
        "nowrap" if cell => Some(String::new()),
        "scope" if cell => word(value).filter(|s| matches!(s.as_str(), "row" | "col" | "rowgroup" | "colgroup")),
        "bgcolor" if colour_holder => colour(value),
        "color" if matches!(element, "font" | "hr") => colour(value),
        "size" if matches!(element, "font" | "hr") => size(value),
        "face" if element == "font" => face(value),
        "type" if matches!(element, "ol" | "ul" | "li") => list_type(value),
        "type" if element == "blockquote" => word(value).filter(|kind| kind == "cite"),
        "start" if element == "ol" => integer(value),
        "value" if element == "li" => integer(value),
        "reversed" if element == "ol" => Some(String::new()),
        _ => None,
    }
}

/// The attributes that [`keep`] may keep; the gate's list, and the tests'.
pub(super) const KEPT: &[&str] = &[
    "align",
    "alt",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "color",
    "colspan",
    "dir",
    "face",
    "height",
    "lang",
    "nowrap",
    "reversed",
    "rowspan",
    "scope",
    "size",
    "span",
    "start",
    "style",
    "summary",
    "title",
    "type",
    "valign",
    "value",
    "width",
];

/// A colour as attributes write it: a name or `#` and hex digits.
pub(super) fn colour(value: &str) -> Option<String> {
    let value = value.trim();
    let body = value.strip_prefix('#').unwrap_or(value);
    let fits = !body.is_empty() && body.len() <= 30 && body.bytes().all(|b| b.is_ascii_alphanumeric());
    fits.then(|| value.to_ascii_lowercase())
}

fn word(value: &str) -> Option<String> {
    let value = value.trim();
    let fits = !value.is_empty() && value.len() <= 20 && value.bytes().all(|b| b.is_ascii_alphabetic());
    fits.then(|| value.to_ascii_lowercase())
}

fn language(value: &str) -> Option<String> {
    let value = value.trim();
    let fits = !value.is_empty() && value.len() <= 35 && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    fits.then(|| value.to_owned())
}

fn text(value: &str, longest: usize) -> String {
    value.chars().filter(|c| !c.is_control() || *c == '\n').take(longest).collect()
}

/// Digits at the front, as browsers read them: at most `highest`.
fn number(value: &str, highest: u32) -> Option<String> {
    let digits: String = value.trim().bytes().take_while(u8::is_ascii_digit).map(char::from).take(9).collect();
    digits.parse::<u32>().ok().map(|n| n.min(highest).to_string())
}

fn integer(value: &str) -> Option<String> {
    let value = value.trim();
    (value.len() <= 7).then(|| value.parse::<i32>().ok()).flatten().map(|n| n.to_string())
}

/// Pixels or per cent.
fn length(value: &str) -> Option<String> {
    let value = value.trim();
    let number: String = value.chars().take_while(|c| c.is_ascii_digit() || *c == '.').take(12).collect();
    let rest = value.get(number.len()..).unwrap_or_default().trim_start();
    let parsed = number.parse::<f64>().ok()?;
    let (highest, unit) = if rest.starts_with('%') { (100.0, "%") } else { (limits::PIXELS, "") };
    Some(format!("{}{unit}", parsed.min(highest).round()))
}

fn size(value: &str) -> Option<String> {
    let value = value.trim();
    let digits = value.trim_start_matches(['+', '-']);
    let fits = (1..=2).contains(&digits.len())
        && value.len() <= digits.len() + 1
        && digits.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| value.to_owned())
}

fn face(value: &str) -> Option<String> {
    let names: String = value.chars().filter(|c| c.is_alphanumeric() || " ,-_.".contains(*c)).take(200).collect();
    let names = names.trim();
    (!names.is_empty()).then(|| names.to_owned())
}

fn list_type(value: &str) -> Option<String> {
    let value = value.trim();
    matches!(value, "1" | "a" | "A" | "i" | "I")
        .then(|| value.to_owned())
        .or_else(|| word(value).filter(|name| matches!(name.as_str(), "disc" | "circle" | "square" | "none")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_clamped_and_stay_as_they_are_after_that() {
        for (element, name, value, kept) in [
            ("td", "width", "99999", Some("4000")),
            ("td", "width", " 50.4 %", Some("50%")),
            ("td", "width", "600px", Some("600")),
            ("td", "width", "expression(1)", None),
            ("td", "colspan", "5000", Some("1000")),
            ("td", "bgcolor", "#FFF", Some("#fff")),
            ("td", "bgcolor", "url(x)", None),
            ("div", "bgcolor", "red", None),
            ("font", "face", "Arial, 'Helvetica Neue'", Some("Arial, Helvetica Neue")),
            ("font", "size", "+2", Some("+2")),
            ("font", "size", "++2", None),
            ("p", "align", "CENTER", Some("center")),
            ("blockquote", "type", "Cite", Some("cite")),
            ("blockquote", "type", "circle", None),
            ("ol", "start", "-3", Some("-3")),
            ("p", "id", "x", None),
            ("p", "class", "x", None),
            ("p", "onclick", "x", None),
        ] {
            assert_eq!(keep(element, name, value).as_deref(), kept, "{element} {name}={value}");
            if let Some(kept) = kept {
                assert_eq!(keep(element, name, kept).as_deref(), Some(kept));
            }
        }
    }
}
