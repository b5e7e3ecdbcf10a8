//! Values of declarations, token by token: what is not known is refused.

use cssparser::{ParseError, Parser, Token};

use super::properties::{Property, Values};

type Refused = ParseError<()>;

fn refused() -> Refused {
    ParseError::custom(())
}

/// Reads the value up to the end of the declaration and writes it anew, without `!important`.
pub(super) fn read(input: &mut Parser<'_>, property: Property) -> Result<String, Refused> {
    match property.values {
        Values::OneOf(words) => one_of(input, words),
        Values::Colour => colour_of(input),
        Values::Word => {
            let word = input.expect_ident()?.to_ascii_lowercase();
            let _ = input.try_parse(cssparser::parse_important);
            input.expect_exhausted()?;
            is_word(&word).then_some(word).ok_or_else(refused)
        }
        Values::Plain | Values::Calculated | Values::Fonts => tokens(input, property),
    }
}

fn one_of(input: &mut Parser<'_>, words: &[&'static str]) -> Result<String, Refused> {
    let word = input.expect_ident()?.to_ascii_lowercase();
    let known = words.iter().find(|known| **known == word).ok_or_else(refused)?;
    let _ = input.try_parse(cssparser::parse_important);
    input.expect_exhausted()?;
    Ok((*known).to_owned())
}

fn tokens(input: &mut Parser<'_>, property: Property) -> Result<String, Refused> {
    let mut out = String::new();
    let mut space = false;
    loop {
        let token = match input.next_including_whitespace() {
            Ok(token) => token.clone(),
            Err(_) => return Ok(out),
        };
        let piece = match token {
            Token::WhiteSpace(_) => {
                space = true;
                continue;
            }
            Token::Comma => ",".to_owned(),
            Token::Delim('/') if property.values == Values::Fonts => "/".to_owned(),
            Token::Delim('!') => {
                input.expect_ident_matching("important")?;
                input.expect_exhausted()?;
                return Ok(out);
            }
            Token::QuotedString(name) if property.values == Values::Fonts => quoted(&name)?,
            Token::Function(name) if name.eq_ignore_ascii_case("calc") => {
                if property.values != Values::Calculated {
                    return Err(refused());
                }
                format!("calc({})", input.parse_nested_block(|input| calculation(input, property, 0))?)
            }
            other => simple(&other, input, Some(property))?,
        };
        let tight = matches!(piece.as_str(), "," | "/") || out.ends_with([',', '/']) || out.is_empty();
        if !tight {
            if !space {
                return Err(refused()); // `red"x"`: nobody writes that
            }
            out.push(' ');
        }
        out.push_str(&piece);
        space = false;
    }
}

/// Words, numbers, lengths and colours.
fn simple(token: &Token<'_>, input: &mut Parser<'_>, property: Option<Property>) -> Result<String, Refused> {
    match token {
        Token::Ident(word) => {
            let word = word.to_ascii_lowercase();
            is_word(&word).then_some(word).ok_or_else(refused)
        }
        Token::Hash(digits) | Token::IDHash(digits) => hash(digits),
        Token::Number { value, .. } => number(*value, 1.0, "", property),
        Token::Percentage { unit_value, .. } => number(*unit_value * 100.0, 1.0, "%", property),
        Token::Dimension { value, unit, .. } => {
            let (unit, pixels) = length_unit(unit).ok_or_else(refused)?;
            number(*value, pixels, unit, property)
        }
        Token::Function(name) => {
            let name = ["rgb", "rgba", "hsl", "hsla"].into_iter().find(|f| name.eq_ignore_ascii_case(f));
            let name = name.ok_or_else(refused)?;
            Ok(format!("{name}({})", input.parse_nested_block(colour_arguments)?))
        }
        _ => Err(refused()),
    }
}

fn is_word(word: &str) -> bool {
    !word.is_empty()
        && word.len() <= 40
        && !word.starts_with("--")
        && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn hash(digits: &str) -> Result<String, Refused> {
    let fits = matches!(digits.len(), 3 | 4 | 6 | 8) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    fits.then(|| format!("#{}", digits.to_ascii_lowercase())).ok_or_else(refused)
}

/// The unit and its size in pixels, at the usual sizes of letters. Units of the window are not here: the frame is
/// made as high as its content, so that a content as high as the window would grow for ever.
pub(super) fn length_unit(unit: &str) -> Option<(&'static str, f64)> {
    const UNITS: [(&str, f64); 11] = [
        ("px", 1.0),
        ("pt", 4.0 / 3.0),
        ("em", 16.0),
        ("rem", 16.0),
        ("ex", 8.0),
        ("ch", 8.0),
        ("in", 96.0),
        ("cm", 38.0),
        ("mm", 3.8),
        ("pc", 16.0),
        ("q", 1.0),
    ];
    UNITS.into_iter().find(|(known, _)| unit.eq_ignore_ascii_case(known))
}

/// A number within the property's limits, with at most three decimals. `pixels` is the size of its unit.
fn number(value: f32, pixels: f64, unit: &str, property: Option<Property>) -> Result<String, Refused> {
    let value = f64::from(value);
    let (lowest, highest) = property.map_or((-4000.0, 4000.0), |p| (p.lowest, p.highest.max(100.0)));
    if !value.is_finite() || (value < 0.0 && lowest >= 0.0) {
        return Err(refused());
    }
    // Rounded towards zero, so that the clamped value is within the limit on the next pass too.
    let value = value.clamp((lowest / pixels * 100.0).trunc() / 100.0, (highest / pixels * 100.0).trunc() / 100.0);
    let value = (value * 1000.0).round() / 1000.0;
    let value = if value == 0.0 { 0.0 } else { value }; // no `-0`
    Ok(format!("{value}{unit}"))
}

fn quoted(name: &str) -> Result<String, Refused> {
    let fits = name.len() <= 60 && name.chars().all(|c| c.is_alphanumeric() || " -_.".contains(c));
    fits.then(|| format!("'{name}'")).ok_or_else(refused)
}

fn colour_arguments(input: &mut Parser<'_>) -> Result<String, Refused> {
    let mut out = String::new();
    while let Ok(token) = input.next().cloned() {
        let piece = match token {
            Token::Comma => ",".to_owned(),
            Token::Delim('/') => "/".to_owned(),
            Token::Ident(word) if word.eq_ignore_ascii_case("none") => "none".to_owned(),
            Token::Number { value, .. } => number(value, 1.0, "", None)?,
            Token::Percentage { unit_value, .. } => number(unit_value * 100.0, 1.0, "%", None)?,
            Token::Dimension { value, ref unit, .. } if unit.eq_ignore_ascii_case("deg") => {
                number(value, 1.0, "deg", None)?
            }
            _ => return Err(refused()),
        };
        if !out.is_empty() && !out.ends_with([',', '/']) && !matches!(piece.as_str(), "," | "/") {
            out.push(' ');
        }
        out.push_str(&piece);
    }
    Ok(out)
}

fn calculation(input: &mut Parser<'_>, property: Property, depth: usize) -> Result<String, Refused> {
    let mut out = String::new();
    let mut terms = 0;
    while let Ok(token) = input.next().cloned() {
        terms += 1;
        let piece = match token {
            Token::Delim(sign @ ('+' | '-' | '*' | '/')) => sign.to_string(),
            Token::Number { value, .. } => number(value, 1.0, "", None)?,
            Token::Percentage { unit_value, .. } => number(unit_value * 100.0, 1.0, "%", Some(property))?,
            Token::Dimension { value, ref unit, .. } => {
                let (unit, pixels) = length_unit(unit).ok_or_else(refused)?;
                number(value, pixels, unit, Some(property))?
            }
            Token::ParenthesisBlock if depth < 3 => {
                format!("({})", input.parse_nested_block(|input| calculation(input, property, depth + 1))?)
            }
            _ => return Err(refused()),
        };
        if terms > 20 {
            return Err(refused());
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&piece);
    }
    Ok(out)
}

/// The colour in a `background` shorthand; its pictures are not loaded and its other parts need one.
fn colour_of(input: &mut Parser<'_>) -> Result<String, Refused> {
    let mut colour = None;
    while let Ok(token) = input.next().cloned() {
        match token {
            Token::Hash(_) | Token::IDHash(_) => colour = Some(simple(&token, input, None)?),
            Token::Function(ref name) if name.to_ascii_lowercase().starts_with(['r', 'h']) && colour.is_none() => {
                let rest = name.to_ascii_lowercase();
                if matches!(rest.as_str(), "rgb" | "rgba" | "hsl" | "hsla") {
                    colour = Some(simple(&token, input, None)?);
                } else {
                    return Err(refused());
                }
            }
            Token::Function(ref name) if name.eq_ignore_ascii_case("url") => {
                input.parse_nested_block(|input| -> Result<(), Refused> {
                    while input.next().is_ok() {}
                    Ok(())
                })?;
            }
            Token::UnquotedUrl(_) | Token::Comma | Token::Delim('/' | '!') => {}
            Token::Number { .. } | Token::Percentage { .. } | Token::Dimension { .. } => {}
            Token::Ident(ref word) => {
                let word = word.to_ascii_lowercase();
                if !is_background_word(&word) && is_word(&word) {
                    colour = Some(word);
                }
            }
            _ => return Err(refused()),
        }
    }
    colour.ok_or_else(refused)
}

fn is_background_word(word: &str) -> bool {
    matches!(
        word,
        "none"
            | "repeat"
            | "no-repeat"
            | "repeat-x"
            | "repeat-y"
            | "scroll"
            | "fixed"
            | "local"
            | "left"
            | "right"
            | "top"
            | "bottom"
            | "center"
            | "cover"
            | "contain"
            | "auto"
            | "space"
            | "round"
            | "border-box"
            | "padding-box"
            | "content-box"
            | "important"
            | "initial"
            | "unset"
            | "inherit"
            | "revert"
    )
}
