//! `<style>` blocks: style rules and `@media`, read by cssparser, written anew, each inside the mail.

use cssparser::{Delimiter, ParseError, Parser, Token};

use super::media::{self, Condition};
use super::names::Names;
use super::selector::{self, Selector};
use super::{Declaration, declarations};
use crate::html::{colour, limits};

/// A rule that may stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::html) struct Rule {
    /// The conditions around it, outermost first.
    pub(in crate::html) media: Vec<Condition>,
    pub(in crate::html) selectors: Vec<Selector>,
    pub(in crate::html) declarations: Vec<Declaration>,
}

/// The rules of all style blocks of a mail.
#[derive(Debug, Default)]
pub(in crate::html) struct Sheet {
    pub(in crate::html) rules: Vec<Rule>,
    /// Addresses on other servers that a browser would have asked for pictures.
    pub(in crate::html) remote: usize,
    /// Bytes that were read.
    read: usize,
    /// Bytes that will be written, at most.
    written: usize,
    selectors: usize,
    broad: usize,
}

type Refused = ParseError<()>;

impl Sheet {
    /// Reads one more block, `media` being the attribute of its element.
    pub(in crate::html) fn add(&mut self, block: &str, media: Option<&str>) {
        self.read += block.len();
        if self.read > limits::SHEETS {
            return; // half a style sheet may be worse than none
        }
        let mut around = Vec::new();
        if let Some(media) = media.filter(|media| !media.trim().is_empty()) {
            let Some(condition) = media::read(&mut Parser::new(media)) else { return };
            if condition.written != "all" {
                around.push(condition);
            }
        }
        let mut parser = Parser::new(block);
        parser.set_nested_block_limit(12);
        self.rules(&mut parser, &mut around);
    }

    /// The classes and ids that its rules speak of.
    pub(in crate::html) fn names(&self) -> Names {
        let mut names = Names::default();
        self.rules.iter().flat_map(|rule| &rule.selectors).for_each(|selector| names.add(&selector.written));
        names
    }

    fn is_full(&self) -> bool {
        self.rules.len() >= limits::RULES || self.selectors >= limits::SELECTORS
    }

    fn rules(&mut self, input: &mut Parser<'_>, around: &mut Vec<Condition>) {
        while !self.is_full() {
            input.skip_whitespace();
            let state = input.state();
            match input.next().cloned() {
                Err(_) => return,
                // `<!--` and `-->` around a whole block are older than style sheets.
                Ok(Token::CDO | Token::CDC | Token::Semicolon) => {}
                Ok(Token::AtKeyword(name)) => self.at_rule(&name, input, around),
                Ok(Token::CurlyBracketBlock) => {}
                Ok(_) => {
                    input.reset(&state);
                    self.rule(input, around);
                }
            }
        }
    }

    /// Of the rules with an `@` only `@media` is read; the others are stepped over.
    fn at_rule(&mut self, name: &str, input: &mut Parser<'_>, around: &mut Vec<Condition>) {
        let end = Delimiter::Semicolon | Delimiter::CurlyBracketBlock;
        let condition = input.parse_until_before(end, |input| -> Result<Option<Condition>, Refused> {
            let condition = if name.eq_ignore_ascii_case("media") { media::read(input) } else { None };
            while input.next().is_ok() {}
            Ok(condition)
        });
        let Ok(Token::CurlyBracketBlock) = input.next() else { return };
        let Ok(Some(condition)) = condition else { return };
        if around.len() >= 3 {
            return;
        }
        around.push(condition);
        let _ = input.parse_nested_block(|input| -> Result<(), Refused> {
            self.rules(input, around);
            while input.next().is_ok() {}
            Ok(())
        });
        around.pop();
    }

    fn rule(&mut self, input: &mut Parser<'_>, around: &[Condition]) {
        let selectors = input.parse_until_before(Delimiter::CurlyBracketBlock, selector::list);
        let Ok(Token::CurlyBracketBlock) = input.next() else { return };
        let read = input.parse_nested_block(|input| -> Result<_, Refused> {
            let read = declarations(input);
            while input.next().is_ok() {}
            Ok(read)
        });
        let Ok((declarations, remote)) = read else { return };
        self.remote += remote;
        let Ok(selectors) = selectors else { return };
        let (broad, exact): (Vec<_>, Vec<_>) = selectors.into_iter().partition(|selector| selector.broad);
        let is_flat = is_flat(&declarations);
        let is_shown = |one: &&Declaration| !(hides(one) || is_flat && one.name == "color");
        let shown: Vec<_> = declarations.iter().filter(is_shown).cloned().collect();
        // One rule, unless what chooses everything may say less than what chooses by name.
        if shown.len() == declarations.len() && self.broad + broad.len() <= limits::BROAD {
            let all = [broad, exact].concat();
            self.push(all, declarations, around);
        } else {
            if self.broad + broad.len() <= limits::BROAD {
                self.push(broad, shown, around);
            }
            self.push(exact, declarations, around);
        }
    }

    fn push(&mut self, selectors: Vec<Selector>, declarations: Vec<Declaration>, around: &[Condition]) {
        if selectors.is_empty() || declarations.is_empty() || self.is_full() {
            return;
        }
        let rule = Rule { media: around.to_vec(), selectors, declarations };
        // What is written must be short enough to be read once more.
        let length = write(std::iter::once(&rule)).len();
        if self.written + length > limits::SHEETS {
            return;
        }
        self.written += length;
        let selectors = &rule.selectors;
        self.selectors += selectors.len();
        self.broad += selectors.iter().filter(|selector| selector.broad).count();
        self.rules.push(rule);
    }
}

/// Whether a declaration makes what it is about unseen. A class that is called `preheader` may; a rule about every
/// paragraph of the mail would leave nothing to read (`X-03`).
fn hides(declaration: &Declaration) -> bool {
    let Declaration { name, value, .. } = declaration;
    let number = || number_of(value);
    match *name {
        "display" => value == "none",
        "font-size" => number().is_some_and(|size| size < smallest(value)),
        "font" => {
            let mut numbers = value.split([' ', '/']).filter(|one| one.starts_with(|c: char| c.is_ascii_digit()));
            let size = numbers.find(|one| !is_weight(one));
            size.is_some_and(|size| number_of(size).is_some_and(|number| number < smallest(size)))
        }
        "line-height" | "max-width" | "width" => number().is_some_and(|length| length == 0.0),
        "color" => value == "transparent" || colour::parse(value).is_some_and(|c| c.alpha < 0.3),
        "text-indent" | "letter-spacing" => value.starts_with('-'),
        _ => false,
    }
}

fn number_of(value: &str) -> Option<f64> {
    value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%').parse().ok()
}

/// Whether a number of the `font` shorthand is the weight, which has no unit; a size without one is zero.
fn is_weight(value: &str) -> bool {
    value.parse::<f64>().is_ok_and(|weight| weight >= 1.0)
}

/// The smallest letters that can be read, in the unit of `value`. What is relative is so to what it is in, and grows less with each.
fn smallest(value: &str) -> f64 {
    if value.ends_with("em") {
        0.5
    } else if value.ends_with('%') {
        50.0
    } else {
        4.0
    }
}

/// Whether text has the colour of what is behind it.
fn is_flat(declarations: &[Declaration]) -> bool {
    let colour = |name: &str| {
        let last = declarations.iter().rev().find(|one| one.name == name);
        last.and_then(|one| colour::parse(&one.value))
    };
    colour("color").zip(colour("background-color")).is_some_and(|(ink, ground)| colour::contrast(ink, ground) < 1.2)
}

/// Writes rules, those under the same conditions together.
pub(in crate::html) fn write<'a>(rules: impl Iterator<Item = &'a Rule>) -> String {
    let mut out = String::new();
    let mut around: &[Condition] = &[];
    for rule in rules {
        let same = around == rule.media.as_slice();
        if !same {
            around.iter().for_each(|_| out.push('}'));
            for condition in &rule.media {
                out.push_str("@media ");
                out.push_str(&condition.written);
                out.push('{');
            }
            around = &rule.media;
        }
        for (at, selector) in rule.selectors.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            out.push_str(&selector.written);
        }
        out.push('{');
        for (at, Declaration { name, value, important }) in rule.declarations.iter().enumerate() {
            if at > 0 {
                out.push(';');
            }
            out.push_str(name);
            out.push(':');
            out.push_str(value);
            if *important {
                out.push_str("!important");
            }
        }
        out.push('}');
    }
    around.iter().for_each(|_| out.push('}'));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(block: &str) -> Sheet {
        let mut sheet = Sheet::default();
        sheet.add(block, None);
        sheet
    }

    fn written(block: &str) -> String {
        write(read(block).rules.iter())
    }

    #[test]
    fn rules_and_widths_stay_and_all_else_goes() {
        for (block, kept) in [
            ("p{color:red}", ".fp-mail p{color:red}"),
            ("P , .a{ COLOR : red !important ; position:fixed }", ".fp-mail p,.fp-mail .m-a{color:red!important}"),
            ("<!-- p{color:red} -->", ".fp-mail p{color:red}"),
            ("/* a */p/* b */{/* c */color:red;/* d */}", ".fp-mail p{color:red}"),
            (
                "@media only screen and (max-width:600px){.w{width:100%!important}.h{display:none!important}}p{margin:0}",
                "@media screen and (max-width:600px){.fp-mail .m-w{width:100%!important}.fp-mail .m-h{display:none!important}}.fp-mail p{margin:0}",
            ),
            (
                "@media screen{@media (min-width:1px){p{color:red}}}",
                "@media screen{@media (min-width:1px){.fp-mail p{color:red}}}",
            ),
            ("@import url(http://x/y);p{color:red}", ".fp-mail p{color:red}"),
            ("@import 'x'", ""),
            ("@charset 'x';@namespace svg url(x);p{color:red}", ".fp-mail p{color:red}"),
            ("@font-face{font-family:x;src:url(http://x/y)}p{color:red}", ".fp-mail p{color:red}"),
            ("@supports (display:grid){p{color:red}}", ""),
            ("@layer a{p{color:red}}@container (min-width:1px){p{color:red}}@scope (a){p{color:red}}", ""),
            ("@keyframes t{from{color:red}}p{animation:t 1s;color:red}", ".fp-mail p{color:red}"),
            ("@media print{p{color:red}}", ""),
            ("p{background:url(http://x/y) #fff}", ".fp-mail p{background-color:#fff}"),
            ("p{background:url(http://x/y)}", ""),
            ("#foo:after{content:'</style><img src=x>'}", ""),
            ("p{color:red;background:url(http://x/nobrace)", ".fp-mail p{color:red}"),
            ("p{font-family:'</style><script>'}", ""),
            (".\\3c \\2f style{color:red}", ".fp-mail .m-_3c_2fstyle{color:red}"),
            ("p{left:expression(alert(1));width:e\\78pression(1)}", ""),
            ("p{color:red;&:hover{color:blue}}", ".fp-mail p{color:red}"),
            ("}p{color:red}", ""),
            ("p{color:red}}q{color:blue}b{color:red}", ".fp-mail p{color:red}.fp-mail b{color:red}"),
            ("p{--x:red;color:var(--x)}", ""),
            ("body{margin:0;background:#eee}", ".fp-mail .fp-page{margin:0;background-color:#eee}"),
        ] {
            let once = written(block);
            assert_eq!(once, kept, "{block}");
            assert_eq!(written(&once), once, "second pass of {block}");
        }
    }

    //
    #[test]
    fn what_chooses_everything_hides_nothing() {
        for block in [
            "*{display:none!important}",
            "p,body,html{display:none}",
            "p{font-size:0}",
            "p{color:transparent}",
            "p{color:rgba(0,0,0,0)}",
            "body *{font:0/0 a}",
            "p:first-child{display:none}",
            "@media screen{div{display:none}}",
            "td[align]{display:none}",
            "p{text-indent:-99px;letter-spacing:-5px;line-height:0}",
            "*{font-size:.001em}p{font:.05em/1 a}td{font:bold .3em a}div{font:600 1px a}",
            "td{font-size:30%}div{font-size:.2rem}",
        ] {
            assert_eq!(written(block), "", "{block}");
        }
        assert_eq!(written("p{font-size:.85em}td{font:80%/1.4 a}").matches("font").count(), 2);
        assert_eq!(written("p{color:#fff;background:white}"), ".fp-mail p{background-color:white}");
        assert_eq!(
            written(".pre,p{display:none;color:red}"),
            ".fp-mail p{color:red}.fp-mail .m-pre{display:none;color:red}"
        );
    }

    #[test]
    fn a_block_may_be_for_some_widths() {
        let mut sheet = Sheet::default();
        sheet.add("p{color:red}", Some("screen and (max-width:600px)"));
        sheet.add("p{color:blue}", Some("print"));
        sheet.add("p{color:green}", Some(" all"));
        let once = write(sheet.rules.iter());
        assert_eq!(once, "@media screen and (max-width:600px){.fp-mail p{color:red}}.fp-mail p{color:green}");
    }

    #[test]
    fn pictures_that_would_have_been_loaded_are_counted() {
        assert_eq!(read("p{background:url(http://x/y)}#a{list-style:url('//x/y')}").remote, 2);
    }

    // D-01
    #[test]
    fn style_sheets_without_end_cost_little() {
        for unit in [
            "p{color:red}",
            "{",
            "}",
            "@media screen{",
            "a,",
            "a ",
            ".a.a",
            "[",
            "(",
            "/*",
            "\\",
            "p{",
            ":nth-child(",
            "a>b+c d,",
            "'",
        ] {
            let block = unit.repeat(limits::SHEETS / unit.len());
            let (sheet, spent) = crate::spent::spent(|| read(&block));
            assert!(spent.as_millis() < if cfg!(debug_assertions) { 3000 } else { 300 }, "{unit}");
            assert!(sheet.rules.len() <= limits::RULES && sheet.selectors <= limits::SELECTORS + 60);
        }
        assert!(read(&"p{color:red}".repeat(100_000)).rules.is_empty());
    }
}
