//! What a mail's markup says about its look, as far as the page around it must know: colours and great widths.

use std::collections::BTreeSet;

use super::colour::{self, NIGHT, NIGHT_TEXT};
use super::css::Declaration;

/// Widths, in pixels, from which on an element may be wider than a phone.
const WIDE: u32 = 300;
/// What WCAG asks for large text and for the parts of a page.
const BUTTON: f64 = 3.0;
/// Different widths, and different colours, that are remembered.
const MOST: usize = 48;

/// Collected while the markup is written.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Something has a light ground of its own.
    pub(super) grounds: bool,
    /// Colours of text in `style` attributes, as they are written there.
    pub(super) inks: BTreeSet<String>,
    /// The same in `color` attributes.
    pub(super) font_inks: BTreeSet<String>,
    /// Widths in pixels that stand in attributes and styles.
    pub(super) widths: BTreeSet<u32>,
}

impl Facts {
    /// What a `style` attribute keeps.
    pub(super) fn style(&mut self, declarations: &[Declaration]) {
        let mut ink = None;
        for Declaration { name, value, .. } in declarations {
            match *name {
                "background-color" => self.grounds |= is_ground(value),
                "color" => ink = Some(value),
                "width" | "min-width" | "max-width" => {
                    self.width(value.strip_suffix("px").and_then(|pixels| pixels.parse().ok()));
                }
                _ => {}
            }
        }
        if let Some(ink) = ink {
            self.grounds |= !remember(&mut self.inks, ink);
        }
    }

    /// Another attribute, as it is written.
    pub(super) fn attribute(&mut self, element: &str, name: &str, value: &str) {
        match name {
            "bgcolor" => self.grounds |= is_ground(value),
            "color" if element == "font" => self.grounds |= !remember(&mut self.font_inks, value),
            "width" if element == "table" => self.width(value.parse().ok()),
            _ => {}
        }
    }

    fn width(&mut self, pixels: Option<u32>) {
        if let Some(pixels) = pixels.filter(|pixels| *pixels >= WIDE)
            && self.widths.len() < MOST
        {
            self.widths.insert(pixels);
        }
    }
}

/// Whether what is painted with `value` needs the day: text of the night could not be read on it. A dark header and a
/// coloured button are as good by night.
pub(super) fn is_ground(value: &str) -> bool {
    let spelt = colour::parse(value).or_else(|| colour::parse(&format!("#{value}")));
    spelt.is_some_and(|ground| colour::contrast(NIGHT_TEXT, colour::over(ground, NIGHT)) < BUTTON)
}

/// `false`: there is no room. A mail of so many colours is left on the ground it was made for.
fn remember(inks: &mut BTreeSet<String>, ink: &str) -> bool {
    inks.contains(ink) || (inks.len() < MOST && inks.insert(ink.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::css;

    #[test]
    fn grounds_and_inks_and_widths_are_told_apart() {
        let mut facts = Facts::default();
        facts.style(
            &css::clean("color:#333;background-color:transparent;border-color:#fff;width:640px;max-width:100%")
                .declarations,
        );
        facts.attribute("font", "color", "red");
        facts.attribute("table", "width", "600");
        facts.attribute("table", "width", "100%");
        facts.attribute("td", "width", "500");
        facts.attribute("td", "bgcolor", "#15384a");
        facts.style(&css::clean("background:#1a73e8;color:#fff").declarations);
        facts.style(&css::clean("background:rgba(0,0,0,.05)").declarations);
        assert!(!facts.grounds);
        assert_eq!(facts.inks, BTreeSet::from(["#333".to_owned(), "#fff".to_owned()]));
        assert_eq!(facts.font_inks, BTreeSet::from(["red".to_owned()]));
        assert_eq!(facts.widths, BTreeSet::from([600, 640]));
        facts.attribute("td", "bgcolor", "ffffff");
        assert!(facts.grounds);
    }
}
