//! How a mail is to look, beside its markup: its own style sheet, the ground it is shown on by night, and what makes
//! it fit a phone.
//!
//! By night a mail is inverted by nobody. One that has a dark style of its own is shown with it; one that paints
//! light grounds is shown as it was made, on white; one that paints none is shown on our dark ground, and those of its
//! colours that can't be read there, which is measured, become lighter in their own hue.

use std::fmt::Write as _;

use super::colour::{self, Colour, NIGHT};
use super::css::names;
use super::css::sheet::{self, Rule, Sheet};
use super::facts::{Facts, is_ground};
use super::safe::SafeCss;

/// What a mail is shown on where people like it dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Canvas {
    /// White, by day and by night.
    #[default]
    White,
    /// Dark by night.
    Dark,
}

/// How a mail is to look.
#[derive(Clone, Debug, Default)]
pub struct Design {
    pub(super) canvas: Canvas,
    /// The mail's own rules but for those of the next field.
    pub(super) light: SafeCss,
    /// The mail's own rules for the dark.
    pub(super) dark: SafeCss,
    /// Ours, to be before the mail's.
    pub(super) fit: SafeCss,
    /// Ours, to be behind them.
    pub(super) inks: SafeCss,
}

impl Design {
    /// For a mail with `sheet`, from which [`settle`] took what goes, and of whose markup `facts` are known.
    pub(super) fn new(sheet: &Sheet, facts: &Facts) -> Self {
        let (dark, light): (Vec<&Rule>, Vec<&Rule>) = sheet.rules.iter().partition(|rule| is_dark(rule));
        let grounds = facts.grounds || light.iter().any(|rule| of(rule, "background-color").is_some_and(is_ground));
        let canvas = if dark.is_empty() && grounds { Canvas::White } else { Canvas::Dark };
        let is_fluid = sheet.rules.iter().any(|rule| rule.media.iter().any(|condition| condition.width));
        Self {
            canvas,
            inks: match canvas {
                Canvas::Dark if dark.is_empty() => SafeCss::new(inks(&light, facts)),
                _ => SafeCss::default(),
            },
            light: SafeCss::new(sheet::write(light.into_iter())),
            dark: SafeCss::new(sheet::write(dark.into_iter())),
            fit: SafeCss::new(if is_fluid { String::new() } else { fit(facts) }),
        }
    }

    /// Bytes of all of it.
    pub(super) fn len(&self) -> usize {
        [&self.light, &self.dark, &self.fit, &self.inks].iter().map(|css| css.as_str().len()).sum()
    }

    /// The mail's own style sheet.
    pub(super) fn own(&self) -> String {
        format!("{}{}", self.light.as_str(), self.dark.as_str())
    }
}

fn is_dark(rule: &Rule) -> bool {
    rule.media.iter().any(|condition| condition.dark)
}

/// Takes the rules for the dark out of `sheet`, unless they are a whole: a ground, and text that is read on it.
pub(super) fn settle(sheet: &mut Sheet) {
    let colours = |property: &'static str| {
        let dark = sheet.rules.iter().filter(|rule| is_dark(rule));
        dark.filter_map(move |rule| of(rule, property).and_then(colour::parse)).take(32).collect::<Vec<_>>()
    };
    let (grounds, inks) = (colours("background-color"), colours("color"));
    let is_read = |ground: &Colour| inks.iter().any(|ink| colour::contrast(*ink, *ground) >= colour::READABLE);
    let is_whole = grounds.iter().filter(|ground| ground.alpha > 0.5).any(is_read);
    if !is_whole {
        sheet.rules.retain(|rule| !is_dark(rule));
    }
}

fn of<'a>(rule: &'a Rule, property: &str) -> Option<&'a str> {
    rule.declarations.iter().rev().find(|one| one.name == property).map(|one| one.value.as_str())
}

/// Rules that give each colour of text its lighter one by night.
fn inks(rules: &[&Rule], facts: &Facts) -> String {
    let lighter = |ink: &str| {
        let ink = colour::parse(ink).or_else(|| colour::parse(&format!("#{ink}")))?;
        Some(colour::hex(colour::lightened(ink, NIGHT)))
    };
    let mut out = String::new();
    let colouring: Vec<Rule> = rules
        .iter()
        .filter_map(|rule| {
            // All of them again, in their order, or one that needs no change would lose to one before it.
            let mut declaration = rule.declarations.iter().rev().find(|one| one.name == "color")?.clone();
            declaration.value = lighter(&declaration.value)?;
            Some(Rule { declarations: vec![declaration], ..(*rule).clone() })
        })
        .collect();
    out.push_str(&sheet::write(colouring.iter()));
    let mail = names::MAIL;
    for ink in &facts.font_inks {
        if let Some(lighter) = lighter(ink).filter(|lighter| lighter != ink) {
            let _ = write!(out, ".{mail} font[color=\"{ink}\"]{{color:{lighter}}}");
        }
    }
    for ink in &facts.inks {
        if let Some(lighter) = lighter(ink).filter(|lighter| lighter != ink) {
            let _ = write!(
                out,
                ".{mail} [style=\"color:{ink}\"],.{mail} [style^=\"color:{ink};\"],.{mail} [style*=\";color:{ink};\"],\
                 .{mail} [style$=\";color:{ink}\"]{{color:{lighter}!important}}"
            );
        }
    }
    if out.is_empty() { out } else { format!("@media (prefers-color-scheme:dark){{{out}}}") }
}

/// Rules that let what is wider than the window be as wide as the window.
fn fit(facts: &Facts) -> String {
    let mut out = String::new();
    for width in &facts.widths {
        let _ = write!(
            out,
            "@media (max-width:{}px){{.{mail} table[width=\"{width}\"],.{mail} table[style*=\"width:{width}px\"],\
             .{mail} div[style*=\"width:{width}px\"],.{mail} p[style*=\"width:{width}px\"]\
             {{width:100%!important;min-width:0!important;max-width:100%!important}}}}",
            width + 32,
            mail = names::MAIL,
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn design(block: &str, facts: Facts) -> Design {
        let mut sheet = Sheet::default();
        sheet.add(block, None);
        settle(&mut sheet);
        Design::new(&sheet, &facts)
    }

    fn styled(style: &str) -> Facts {
        let mut facts = Facts::default();
        facts.style(&crate::html::css::clean(style).declarations);
        facts
    }

    #[test]
    fn what_paints_grounds_stays_on_white() {
        assert_eq!(design("", styled("background-color:#fff")).canvas, Canvas::White);
        assert_eq!(design("td{background:#eee}", Facts::default()).canvas, Canvas::White);
        assert_eq!(design("", styled("background-color:transparent;color:#333")).canvas, Canvas::Dark);
        assert_eq!(design("", Facts::default()).canvas, Canvas::Dark);
    }

    #[test]
    fn a_dark_style_of_the_mails_own_is_taken_when_it_can_be_read() {
        let own = "@media (prefers-color-scheme:dark){.a{background:#111!important;color:#eee!important}}";
        let taken = design(own, styled("background-color:#fff"));
        assert_eq!(taken.canvas, Canvas::Dark);
        assert!(taken.dark.as_str().contains("#eee") && taken.inks.as_str().is_empty());
        for half in [
            "@media (prefers-color-scheme:dark){.a{color:#eee!important}}",
            "@media (prefers-color-scheme:dark){.a{background:#111!important}}",
            "@media (prefers-color-scheme:dark){.a{background:#111;color:#222}}",
        ] {
            let left = design(half, styled("background-color:#fff"));
            assert_eq!((left.canvas, left.dark.as_str()), (Canvas::White, ""), "{half}");
        }
    }

    #[test]
    fn colours_that_are_too_dark_by_night_get_a_lighter_one_of_their_hue() {
        let mut facts = styled("margin:0;color:#000080");
        facts.attribute("font", "color", "ffffff");
        facts.attribute("font", "color", "#800000");
        let inks = design("p{color:#333}@media (max-width:9px){.b{color:white!important}}", facts).inks;
        let inks = inks.as_str();
        assert!(inks.starts_with("@media (prefers-color-scheme:dark){.fp-mail p{color:#"), "{inks}");
        assert!(inks.contains("@media (max-width:9px){.fp-mail .m-b{color:#ffffff!important}}"), "{inks}");
        assert!(inks.contains(".fp-mail [style$=\";color:#000080\"]{color:#"), "{inks}");
        assert!(inks.contains("font[color=\"#800000\"]"), "{inks}");
        for (at, _) in inks.match_indices("{color:#") {
            let lighter = colour::parse(&inks[at + 7..at + 14]).unwrap();
            assert!(colour::contrast(lighter, NIGHT) >= colour::READABLE, "{inks}");
        }
    }

    #[test]
    fn great_widths_give_way_unless_the_mail_sees_to_it_itself() {
        let facts = || styled("width:640px");
        assert!(design("", facts()).fit.as_str().starts_with("@media (max-width:672px){.fp-mail table[width=\"640\"]"));
        assert_eq!(design("@media (max-width:600px){.a{width:100%}}", facts()).fit.as_str(), "");
    }
}
