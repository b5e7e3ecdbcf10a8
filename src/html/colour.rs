//! Colours as CSS and attributes write them, and how well one is read on another (WCAG 2.2, 1.4.3).

use cssparser::color::{parse_hash_color, parse_named_color};

/// A colour: red, green and blue from 0 to 1, and how much it covers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Colour {
    pub(super) rgb: [f64; 3],
    pub(super) alpha: f64,
}

/// What WCAG asks for text.
pub(super) const READABLE: f64 = 4.5;
/// Our dark ground, as in `frame`, and the text on it.
pub(super) const NIGHT: Colour = of_bytes([0x16, 0x20, 0x2c]);
pub(super) const NIGHT_TEXT: Colour = of_bytes([0xe4, 0xea, 0xf1]);

const fn of_bytes([r, g, b]: [u8; 3]) -> Colour {
    Colour { rgb: [r as f64 / 255.0, g as f64 / 255.0, b as f64 / 255.0], alpha: 1.0 }
}

/// What our own text has by night.
const TEXT: f64 = 13.0;

/// Reads a name, `#` and digits, `rgb()` or `hsl()` as this floor writes them; `None` for `inherit` and what else is
/// no colour by itself.
pub(super) fn parse(value: &str) -> Option<Colour> {
    let value = value.trim();
    if let Some(digits) = value.strip_prefix('#') {
        let (r, g, b, alpha) = parse_hash_color(digits.as_bytes()).ok()?;
        return Some(Colour { rgb: [r, g, b].map(|part| f64::from(part) / 255.0), alpha: f64::from(alpha) });
    }
    if value == "transparent" {
        return Some(Colour { rgb: [0.0; 3], alpha: 0.0 });
    }
    if let Some((name, arguments)) = value.split_once('(') {
        return function(name, arguments.strip_suffix(')')?);
    }
    let (r, g, b) = parse_named_color(value).ok()?;
    Some(Colour { rgb: [r, g, b].map(|part| f64::from(part) / 255.0), alpha: 1.0 })
}

fn function(name: &str, arguments: &str) -> Option<Colour> {
    let parts: Vec<&str> = arguments.split([',', '/', ' ']).filter(|part| !part.is_empty()).collect();
    let [first, second, third, rest @ ..] = parts.as_slice() else { return None };
    // A part is a number, or so many hundredths of `whole`.
    let number = |part: &str, whole: f64| match part.strip_suffix('%') {
        Some(percent) => percent.parse::<f64>().ok().map(|percent| percent / 100.0 * whole),
        None if part == "none" => Some(0.0),
        None => part.strip_suffix("deg").unwrap_or(part).parse::<f64>().ok(),
    };
    let alpha = rest.first().map_or(Some(1.0), |part| number(part, 1.0))?.clamp(0.0, 1.0);
    let rgb = if name.starts_with("rgb") {
        [number(first, 255.0)? / 255.0, number(second, 255.0)? / 255.0, number(third, 255.0)? / 255.0]
    } else {
        let share = |part: &str| number(part, 1.0).map(|share| if part.ends_with('%') { share } else { share / 100.0 });
        from_hsl([number(first, 360.0)?, share(second)?.clamp(0.0, 1.0), share(third)?.clamp(0.0, 1.0)])
    };
    Some(Colour { rgb: rgb.map(|part| part.clamp(0.0, 1.0)), alpha })
}

/// How well one colour is read on another: 1 is not at all, 21 is black on white. The first may let the other through.
pub(super) fn contrast(text: Colour, ground: Colour) -> f64 {
    let (one, other) = (luminance(over(text, ground).rgb), luminance(ground.rgb));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// What is seen of one colour painted on another.
pub(super) fn over(colour: Colour, ground: Colour) -> Colour {
    let mut seen = colour;
    for (part, under) in seen.rgb.iter_mut().zip(ground.rgb) {
        *part = *part * colour.alpha + under * (1.0 - colour.alpha);
    }
    Colour { alpha: 1.0, ..seen }
}

fn luminance(rgb: [f64; 3]) -> f64 {
    let [r, g, b] = rgb.map(|part| if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// `text` in its own hue, so light that it is read on the dark `ground`; unchanged if it is already.
///
/// A grey that was well read on white is as well read on `ground`, or all text that its author made nearly black would
/// be fainter than what was meant to be faint. A colour is no lighter than it must be: white has no hue.
pub(super) fn lightened(text: Colour, ground: Colour) -> Colour {
    if contrast(text, ground) >= READABLE {
        return text;
    }
    let [hue, saturation, lightness] = to_hsl(text.rgb);
    let on_white = contrast(text, Colour { rgb: [1.0; 3], alpha: 1.0 }).clamp(READABLE, TEXT);
    let wanted = READABLE + (on_white - READABLE) * (1.0 - saturation);
    // As it will be written, in 256 steps.
    let at = |lightness: f64| {
        let rgb = from_hsl([hue, saturation, lightness]).map(|part| f64::from(byte(part)) / 255.0);
        Colour { rgb, alpha: 1.0 }
    };
    (0..=100)
        .map(|step| at(lightness + (1.0 - lightness) * f64::from(step) / 100.0))
        .find(|lighter| contrast(*lighter, ground) >= wanted)
        .unwrap_or(at(1.0))
}

/// `#rrggbb`.
pub(super) fn hex(colour: Colour) -> String {
    let [r, g, b] = colour.rgb.map(|part| format!("{:02x}", byte(part)));
    format!("#{r}{g}{b}")
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped
fn byte(part: f64) -> u8 {
    (part.clamp(0.0, 1.0) * 255.0).round() as u8
}

fn to_hsl([r, g, b]: [f64; 3]) -> [f64; 3] {
    let (high, low) = (r.max(g).max(b), r.min(g).min(b));
    let (lightness, spread) = ((high + low) / 2.0, high - low);
    if spread <= f64::EPSILON {
        return [0.0, 0.0, lightness];
    }
    let hue = if high <= r {
        (g - b) / spread
    } else if high <= g {
        (b - r) / spread + 2.0
    } else {
        (r - g) / spread + 4.0
    };
    let saturation = spread / (1.0 - (2.0 * lightness - 1.0).abs()).max(f64::EPSILON);
    [(hue * 60.0).rem_euclid(360.0), saturation.min(1.0), lightness]
}

fn from_hsl([hue, saturation, lightness]: [f64; 3]) -> [f64; 3] {
    let reach = saturation * lightness.min(1.0 - lightness);
    [0.0, 8.0, 4.0].map(|offset| {
        let k = (offset + hue.rem_euclid(360.0) / 30.0) % 12.0;
        lightness - reach * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: &str) -> Colour {
        parse(value).unwrap()
    }

    #[test]
    fn colours_are_read_as_browsers_read_them() {
        for (value, hex_value) in [
            ("red", "#ff0000"),
            ("#abc", "#aabbcc"),
            ("#AABBCC80", "#aabbcc"),
            ("rgb(1,2,3)", "#010203"),
            ("rgb(100% 0% 0%/50%)", "#ff0000"),
            ("hsl(120,100%,50%)", "#00ff00"),
            ("hsla(240deg 100% 50%/.5)", "#0000ff"),
            ("hsl(210,50%,40%)", "#336699"),
        ] {
            assert_eq!(hex(of(value)), hex_value, "{value}");
        }
        for nothing in ["inherit", "currentcolor", "", "#12345", "rgb(1)", "rgb(a,b,c)"] {
            assert!(parse(nothing).is_none(), "{nothing}");
        }
        assert!((of("rgb(0 0 0/25%)").alpha - 0.25).abs() < 1e-9);
        assert!(of("transparent").alpha.abs() < 1e-9);
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        assert!((contrast(of("black"), of("white")) - 21.0).abs() < 0.01);
        assert!((contrast(of("white"), of("white")) - 1.0).abs() < 0.01);
        assert!((contrast(of("#777"), of("white")) - 4.48).abs() < 0.01);
        assert!((contrast(of("rgba(0,0,0,0)"), of("white")) - 1.0).abs() < 0.01);
    }

    #[test]
    fn a_colour_that_is_too_dark_becomes_lighter_and_stays_itself() {
        let ground = of("#16202c");
        for dark in ["#000", "#333", "navy", "#1a56b0", "#a00", "#063", "#7a3585", "rgb(0,0,255)", "#16202c"] {
            let light = lightened(of(dark), ground);
            assert!(contrast(of(&hex(light)), ground) >= READABLE, "{dark} → {}", hex(light));
            let [before, after] = [to_hsl(of(dark).rgb), to_hsl(light.rgb)];
            assert!((before[0] - after[0]).abs() < 1.0 || after[1] < 0.01, "{dark} changed its hue");
            assert!(after[2] > before[2]);
        }
        let grey = |dark: &str| contrast(lightened(of(dark), ground), ground);
        assert!(grey("#222") > 12.0 && grey("#222") > grey("#555") && grey("#555") > grey("#777"));
        for light in ["#fff", "#ffd75e", "#8abdec"] {
            assert_eq!(lightened(of(light), ground), of(light));
        }
    }
}
