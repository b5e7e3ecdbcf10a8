//! What a mail's markup says about its look, as far as the page around it must know: colours and great widths.

use std::collections::BTreeSet;

use super::{colour, css};

/// Widths, in pixels, from which on an element may be wider than a phone.
const WIDE: u32 = 300;
/// Different widths, and different colours, that are remembered.
const MOST: usize = 48;

/// Collected while the markup is written.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Something has a colour of its own behind it.
    pub(super) grounds: bool,
    /// Colours of text in `style` attributes, as they are written there.
    pub(super) inks: BTreeSet<String>,
    /// The same in `color` attributes.
    pub(super) font_inks: BTreeSet<String>,
    /// Widths in pixels that stand in attributes and styles.
    pub(super) widths: BTreeSet<u32>,
}

impl Facts {
    /// A `style` attribute, as it is written.
    pub(super) fn style(&mut self, style: &str) {
        self.grounds |= css::written(style, "background-color").is_some_and(is_ground);
        if let Some(ink) = css::written(style, "color") {
            self.grounds |= !remember(&mut self.inks, ink);
        }
        for property in ["width", "min-width", "max-width"] {
            let pixels = css::written(style, property).and_then(|value| value.strip_suffix("px"));
            self.width(pixels.and_then(|pixels| pixels.parse().ok()));
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

/// Whether something painted with `value` hides what is behind it.
pub(super) fn is_ground(value: &str) -> bool {
    let spelt = colour::parse(value).or_else(|| colour::parse(&format!("#{value}")));
    spelt.is_some_and(|colour| colour.alpha > 0.0)
}

/// `false`: there is no room. A mail of so many colours is left on the ground it was made for.
fn remember(inks: &mut BTreeSet<String>, ink: &str) -> bool {
    inks.contains(ink) || (inks.len() < MOST && inks.insert(ink.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grounds_and_inks_and_widths_are_told_apart() {
        let mut facts = Facts::default();
        facts.style("color:#333;background-color:transparent;border-color:#fff;width:640px;max-width:100%");
        facts.attribute("font", "color", "red");
        facts.attribute("table", "width", "600");
        facts.attribute("table", "width", "100%");
        facts.attribute("td", "width", "500");
        assert!(!facts.grounds);
        assert_eq!(facts.inks, BTreeSet::from(["#333".to_owned()]));
        assert_eq!(facts.font_inks, BTreeSet::from(["red".to_owned()]));
        assert_eq!(facts.widths, BTreeSet::from([600, 640]));
        facts.attribute("td", "bgcolor", "ffffff");
        assert!(facts.grounds);
    }
}
