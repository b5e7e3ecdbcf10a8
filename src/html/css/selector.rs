//! Selectors: elements, classes, ids and a few more, each inside the mail.

use std::fmt::Write as _;

use cssparser::{ParseError, Parser, Token};

use super::names;
use crate::html::elements::{self, Fate};

type Refused = ParseError<Fault>;

/// Why a selector is no selector of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It speaks of what is not in our markup; its neighbours in the list hold.
    Unknown,
    /// Browsers don't understand it, and leave out the whole rule: how style sheets speak to one old browser only.
    Whole,
}

/// A selector as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::html) struct Selector {
    /// With the mail's own element at its front.
    pub(in crate::html) written: String,
    /// What it chooses has neither class nor id nor attribute to be known by: it may be everything there is.
    pub(in crate::html) broad: bool,
}

/// Selectors of one rule.
const SELECTORS: usize = 60;
/// Parts of one selector: a browser looks at them for every element of the mail.
const PARTS: usize = 8;
/// Places in one where a browser that finds no match further left has to come back to and try the next ancestor: `>` or `+` left
/// of a blank. Two of them, and its time grows with the square of the depth at each element.
const TRIED_AGAIN: usize = 1;

/// Reads a list of selectors up to the end of `input`. Its own output comes out unchanged.
pub(super) fn list(input: &mut Parser<'_>) -> Result<Vec<Selector>, ParseError<()>> {
    let mut selectors: Vec<Selector> = Vec::new();
    let mut whole = false;
    let read = input.parse_comma_separated_ignoring_errors(|input| -> Result<(), Refused> {
        let one = selector(input);
        // What is left of it belongs to this one.
        let mut colon = false;
        while let Ok(token) = input.next() {
            whole |= colon && matches!(token, Token::Ident(name) if is_of_one_browser(name));
            colon = matches!(token, Token::Colon);
        }
        match one {
            Ok(selector) => {
                if selectors.len() < SELECTORS && !selectors.contains(&selector) {
                    selectors.push(selector);
                }
            }
            Err(Fault::Unknown) => {}
            Err(Fault::Whole) => whole = true,
        }
        Ok(())
    });
    if whole || read.is_empty() || selectors.is_empty() {
        return Err(ParseError::custom(()));
    }
    Ok(selectors)
}

/// What stands between two combinators.
#[derive(Default)]
struct Part {
    written: String,
    page: bool,
    exact: bool,
}

fn selector(input: &mut Parser<'_>) -> Result<Selector, Fault> {
    let mut written = format!(".{}", names::MAIL);
    let mut combinator = ' ';
    let mut at_page = false;
    let mut first = true;
    input.skip_whitespace();
    let (mut parts, mut tied, mut tried_again) = (0, false, 0);
    while parts < PARTS {
        let Some(part) = part(input)? else { return Err(Fault::Unknown) };
        let next = following(input)?;
        if first && part.written == format!(".{}", names::MAIL) && next == Some(' ') {
            continue; // our own, from a result
        }
        parts += 1;
        if part.page && !first {
            // `html body`: one page. Anywhere else there is none.
            if !at_page || !matches!(combinator, ' ' | '>') || !written.ends_with(names::PAGE) {
                return Err(Fault::Unknown);
            }
            written.truncate(written.len() - names::PAGE.len() - 1);
        } else {
            written.push(combinator);
        }
        written.push_str(&part.written);
        (at_page, first) = (part.page, false);
        match next {
            Some(next) => {
                combinator = next;
                tried_again += usize::from(tied && next == ' ');
                tied = next != ' ';
                if tried_again > TRIED_AGAIN {
                    return Err(Fault::Unknown);
                }
            }
            None => return Ok(Selector { written, broad: !part.exact }),
        }
    }
    Err(Fault::Unknown)
}

/// The combinator before the next part, or the end.
fn following(input: &mut Parser<'_>) -> Result<Option<char>, Fault> {
    input.skip_whitespace();
    let state = input.state();
    match input.next() {
        Err(_) => Ok(None),
        Ok(Token::Delim(c @ ('>' | '+'))) => {
            let combinator = *c;
            input.skip_whitespace();
            Ok(Some(combinator))
        }
        // `~` looks at all that stands before an element, which many elements make slow.
        Ok(Token::Delim('~')) => Err(Fault::Unknown),
        Ok(_) => {
            input.reset(&state);
            Ok(Some(' '))
        }
    }
}

fn part(input: &mut Parser<'_>) -> Result<Option<Part>, Fault> {
    let mut part = Part::default();
    let mut empty = true;
    let mut classes = String::new();
    loop {
        let state = input.state();
        let Ok(token) = input.next_including_whitespace().cloned() else { break };
        match token {
            Token::Ident(name) if empty => element(&name, &mut part)?,
            Token::Delim('*') if empty => part.written.push('*'),
            Token::Delim('.') => {
                let name = input.expect_ident_cloned().map_err(|_| Fault::Whole)?;
                match &*name {
                    names::PAGE if empty => part.page = true,
                    names::MAIL if empty => classes.push_str(".fp-mail"),
                    _ => class(&name, &mut classes, &mut part)?,
                }
            }
            Token::IDHash(name) => {
                id(&name, &mut classes, &mut part)?;
            }
            Token::SquareBracketBlock => {
                input
                    .parse_nested_block(|input| {
                        attribute(input, &mut classes, &mut part).map_err(ParseError::<Fault>::custom)
                    })
                    .map_err(|_| Fault::Unknown)?;
            }
            Token::Colon => pseudo(input, &mut classes, &mut part)?,
            _ => {
                input.reset(&state);
                break;
            }
        }
        empty = false;
    }
    if empty {
        return Ok(None);
    }
    if part.page {
        part.written = format!(".{}", names::PAGE);
    }
    // `*.x` is `.x`.
    if part.written == "*" && !classes.is_empty() {
        part.written.clear();
    }
    part.written.push_str(&classes);
    Ok(Some(part))
}

fn element(name: &str, part: &mut Part) -> Result<(), Fault> {
    let name = name.to_ascii_lowercase();
    match elements::fate(&name) {
        Fate::Keep(kept, _) if kept == name => part.written.push_str(kept),
        Fate::Page => part.page = true,
        _ => return Err(Fault::Unknown),
    }
    Ok(())
}

fn class(name: &str, written: &mut String, part: &mut Part) -> Result<(), Fault> {
    let _ = write!(written, ".{}", names::renamed(name).ok_or(Fault::Unknown)?);
    part.exact = true;
    Ok(())
}

fn id(name: &str, written: &mut String, part: &mut Part) -> Result<(), Fault> {
    let _ = write!(written, "#{}", names::renamed(name).ok_or(Fault::Unknown)?);
    part.exact = true;
    Ok(())
}

/// `[class=x]` and `[id=x]` as what they mean, since the value is not what was written; and a few that stay as they are.
fn attribute(input: &mut Parser<'_>, written: &mut String, part: &mut Part) -> Result<(), Fault> {
    let name = input.expect_ident().map_err(|_| Fault::Whole)?.to_ascii_lowercase();
    let operator = match input.next().cloned() {
        Err(_) => "",
        Ok(Token::Delim('=')) => "=",
        Ok(Token::IncludeMatch) => "~=",
        Ok(Token::PrefixMatch) => "^=",
        Ok(Token::SuffixMatch) => "$=",
        Ok(Token::SubstringMatch) => "*=",
        Ok(_) => return Err(Fault::Unknown),
    };
    let value = match operator {
        "" => String::new(),
        _ => input.expect_ident_or_string().map_err(|_| Fault::Unknown)?.as_ref().to_owned(),
    };
    if input.next().is_ok() {
        return Err(Fault::Unknown);
    }
    match (name.as_str(), operator) {
        ("class", "=" | "~=") if !value.contains(char::is_whitespace) => class(&value, written, part),
        ("id", "=") => id(&value, written, part),
        ("align" | "valign" | "width" | "height" | "href" | "dir" | "lang" | "src" | "bgcolor", "") => {
            let _ = write!(written, "[{name}]");
            Ok(())
        }
        ("align" | "valign" | "width" | "height" | "dir" | "lang", "=") | ("href", "^=") => {
            let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'%' | b':');
            if value.is_empty() || value.len() > 40 || !value.bytes().all(fits) {
                return Err(Fault::Unknown);
            }
            let _ = write!(written, "[{name}{operator}\"{value}\"]");
            part.exact = true;
            Ok(())
        }
        _ => Err(Fault::Unknown),
    }
}

fn pseudo(input: &mut Parser<'_>, written: &mut String, part: &mut Part) -> Result<(), Fault> {
    match input.next_including_whitespace().cloned() {
        Ok(Token::Ident(name)) => {
            let name = name.to_ascii_lowercase();
            match name.as_str() {
                "root" => part.page = true,
                "link" | "visited" | "hover" | "active" | "focus" | "first-child" | "last-child" | "only-child"
                | "first-of-type" | "last-of-type" | "empty" => {
                    let _ = write!(written, ":{name}");
                }
                name if is_of_one_browser(name) => return Err(Fault::Whole),
                _ => return Err(Fault::Unknown),
            }
            Ok(())
        }
        Ok(Token::Function(name)) => {
            let name = ["nth-child", "nth-of-type"].into_iter().find(|known| name.eq_ignore_ascii_case(known));
            let name = name.ok_or(Fault::Unknown)?;
            let (a, b) = input
                .parse_nested_block(|input| -> Result<(i32, i32), Refused> {
                    let nth = cssparser::parse_nth(input)?;
                    input.expect_exhausted()?;
                    Ok(nth)
                })
                .map_err(|_| Fault::Whole)?;
            if a.abs().max(b.abs()) > 10_000 {
                return Err(Fault::Unknown);
            }
            let _ = write!(written, ":{name}({a}n{b:+})");
            Ok(())
        }
        // `::before` and the like draw what is not in the mail.
        Ok(Token::Colon) => match input.next_including_whitespace() {
            Ok(Token::Ident(name)) if is_of_one_browser(name) => Err(Fault::Whole),
            _ => Err(Fault::Unknown),
        },
        _ => Err(Fault::Whole),
    }
}

/// Whether only browsers of one maker know the pseudo-class `name`; all others leave out the rule.
fn is_of_one_browser(name: &str) -> bool {
    ["-ms-", "-moz-", "-o-"].iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        let list = list(&mut Parser::new(text)).ok()?;
        Some(list.iter().map(|selector| selector.written.as_str()).collect::<Vec<_>>().join(","))
    }

    #[test]
    fn every_selector_stays_inside_the_mail() {
        for (text, written) in [
            ("p", Some(".fp-mail p")),
            ("*", Some(".fp-mail *")),
            (".a.b > TD , #x", Some(".fp-mail .m-a.m-b>td,.fp-mail #m-x")),
            ("td.a p:first-child", Some(".fp-mail td.m-a p:first-child")),
            ("body", Some(".fp-mail .fp-page")),
            ("html, :root", Some(".fp-mail .fp-page")),
            ("html body.dark > table", Some(".fp-mail .fp-page.m-dark>table")),
            ("table body", None),
            ("body + p", Some(".fp-mail .fp-page+p")),
            ("p ~ p", None),
            ("body > table td > p, .a > .b .c", Some(".fp-mail .fp-page>table td>p,.fp-mail .m-a>.m-b .m-c")),
            (".z>.a .a>.a .a>.a .b", None),
            ("*[class=x], [id='y']", Some(".fp-mail .m-x,.fp-mail #m-y")),
            ("td[class~=\"x\"]", Some(".fp-mail td.m-x")),
            ("[class*=x], p", Some(".fp-mail p")),
            ("[style], p", Some(".fp-mail p")),
            ("a[href^=tel]", Some(".fp-mail a[href^=\"tel\"]")),
            ("a[href^='\"]{}']", None),
            ("td[width='600']", Some(".fp-mail td[width=\"600\"]")),
            ("a:hover, a:visited", Some(".fp-mail a:hover,.fp-mail a:visited")),
            ("tr:nth-child(odd)", Some(".fp-mail tr:nth-child(2n+1)")),
            ("p::before, p", Some(".fp-mail p")),
            ("_:-ms-fullscreen, p", None),
            (":is(html,body)", None),
            (":host, ::part(x), ::slotted(*), p:not(x)", None),
            ("style", None),
            ("head, script, o\\:p, p", Some(".fp-mail p")),
            ("u + .body .x", Some(".fp-mail u+.m-body .m-x")),
            (".fp-mail, .fp-page p", Some(".fp-mail .fp-mail,.fp-mail .fp-page p")),
            (".sm\\:w-full", Some(".fp-mail .m-sm_3aw-full")),
            ("svg|a", None),
            ("p &", None),
            (">p", None),
            ("p,,b", Some(".fp-mail p,.fp-mail b")),
            ("p p p p p p p p p", None),
            ("", None),
        ] {
            let once = read(text);
            assert_eq!(once.as_deref(), written, "{text}");
            if let Some(once) = once {
                assert_eq!(read(&once), Some(once.clone()), "second pass of {text}");
            }
        }
    }
}
