//! Conditions of `@media`: widths, and the colour scheme. A query that asks for anything else is left out.

use cssparser::{ParseError, Parser, Token};

use super::values::length_unit;

type Refused = ParseError<()>;

fn refused() -> Refused {
    ParseError::custom(())
}

/// What a rule's surroundings ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::html) struct Condition {
    /// The queries as they are written: `screen and (max-width:600px),…`.
    pub(in crate::html) written: String,
    /// It holds in a dark scheme only.
    pub(in crate::html) dark: bool,
    /// It asks for a width.
    pub(in crate::html) width: bool,
}

/// Queries of one list.
const QUERIES: usize = 8;
/// Features of one query.
const FEATURES: usize = 6;

/// Reads a list of media queries up to the end of `input`; `None`: no query of it is one of ours. Its own output comes
/// out unchanged.
pub(super) fn read(input: &mut Parser<'_>) -> Option<Condition> {
    let queries = input.parse_comma_separated_ignoring_errors(|input| -> Result<Condition, Refused> { query(input) });
    let mut written: Vec<String> = Vec::new();
    let (mut dark, mut width) = (true, false);
    for query in queries.into_iter().take(QUERIES) {
        dark &= query.dark;
        width |= query.width;
        if !written.contains(&query.written) {
            written.push(query.written);
        }
    }
    (!written.is_empty()).then(|| Condition { dark, width, written: written.join(",") })
}

fn query(input: &mut Parser<'_>) -> Result<Condition, Refused> {
    let mut condition = Condition { written: String::new(), dark: false, width: false };
    let only = input.try_parse(|input| input.expect_ident_matching("only")).is_ok();
    if let Ok(kind) = input.try_parse(|input| input.expect_ident_cloned()) {
        // Paper has a sheet of ours; what hides or colours there is left out.
        let kind = ["screen", "all"].into_iter().find(|known| kind.eq_ignore_ascii_case(known)).ok_or_else(refused)?;
        condition.written.push_str(kind);
        if input.is_exhausted() {
            return Ok(condition);
        }
        input.expect_ident_matching("and")?;
    } else if only {
        return Err(refused());
    }
    for _ in 0..FEATURES {
        input.expect_parenthesis_block()?;
        let feature = input.parse_nested_block(feature)?;
        if !condition.written.is_empty() {
            condition.written.push_str(" and ");
        }
        condition.dark |= feature == "(prefers-color-scheme:dark)";
        condition.width |= feature.contains("width");
        condition.written.push_str(&feature);
        if input.is_exhausted() {
            return Ok(condition);
        }
        input.expect_ident_matching("and")?;
    }
    Err(refused())
}

fn feature(input: &mut Parser<'_>) -> Result<String, Refused> {
    let name = input.expect_ident()?.to_ascii_lowercase();
    let bound = match name.as_str() {
        "min-width" | "min-device-width" => "min",
        "max-width" | "max-device-width" => "max",
        "width" => match input.next()? {
            Token::Delim('<') => "max",
            Token::Delim('>') => "min",
            _ => return Err(refused()),
        },
        "prefers-color-scheme" => {
            input.expect_colon()?;
            let scheme = input.expect_ident()?;
            let scheme =
                ["light", "dark"].into_iter().find(|known| scheme.eq_ignore_ascii_case(known)).ok_or_else(refused)?;
            return Ok(format!("(prefers-color-scheme:{scheme})"));
        }
        _ => return Err(refused()),
    };
    if name == "width" {
        let _ = input.try_parse(|input| input.expect_delim('='));
    } else {
        input.expect_colon()?;
    }
    match *input.next()? {
        Token::Number { value: 0.0, .. } => Ok(format!("({bound}-width:0px)")),
        Token::Dimension { value, ref unit, .. } => {
            let (unit, _) = length_unit(unit).ok_or_else(refused)?;
            let value = (f64::from(value).clamp(0.0, 10_000.0) * 100.0).round() / 100.0;
            Ok(format!("({bound}-width:{value}{unit})"))
        }
        _ => Err(refused()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_and_schemes_are_asked_for_and_nothing_else() {
        for (queries, written) in [
            ("screen and (max-width:600px)", Some("screen and (max-width:600px)")),
            (
                "only screen and (min-device-width : 320px) and (MAX-WIDTH:37.5em)",
                Some("screen and (min-width:320px) and (max-width:37.5em)"),
            ),
            ("(prefers-color-scheme: dark)", Some("(prefers-color-scheme:dark)")),
            ("print, screen", Some("screen")),
            ("(width <= 600px)", Some("(max-width:600px)")),
            ("(width>40em)", Some("(min-width:40em)")),
            ("all", Some("all")),
            ("screen, screen", Some("screen")),
            ("not screen", None),
            ("not all and (max-width:1px)", None),
            ("print", None),
            ("only", None),
            ("screen and (-webkit-min-device-pixel-ratio:0)", None),
            ("(max-width:calc(1px))", None),
            ("(max-width:600px", Some("(max-width:600px)")),
            ("screen and", None),
            ("(min-width:-1px)", Some("(min-width:0px)")),
            ("", None),
        ] {
            let once = read(&mut Parser::new(queries)).map(|condition| condition.written);
            assert_eq!(once.as_deref(), written, "{queries}");
            if let Some(once) = once {
                assert_eq!(read(&mut Parser::new(&once)).map(|condition| condition.written), Some(once.clone()));
            }
        }
        let dark = |queries| read(&mut Parser::new(queries)).is_some_and(|condition| condition.dark);
        assert!(dark("screen and (prefers-color-scheme:dark)") && !dark("(prefers-color-scheme:dark),screen"));
    }
}
