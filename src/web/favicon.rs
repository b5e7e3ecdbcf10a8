//! The picture in the browser's tab: the envelope, and on it how many unread messages there are.
//!
//! Made from `static/favicon.svg` when the program starts, one picture for each number up to nine and one for more. At
//! 16 pixels a digit needs half of the picture; its strokes are drawn, since no font is known to be there.

/// The plain picture, and below `static/` the drawing it is made of.
pub(super) const PLAIN: &str = "favicon.svg";

/// The pictures with a number: their file, and the strokes of what stands on them.
const COUNTED: [(&str, &str); 10] = [
    ("favicon-1.svg", "M17.8 15l2.700-2.300v11.300"),
    ("favicon-2.svg", "M16.700 15.300c.2-3.800 6.800-3.500 6.600.2-.1 2.900-4.800 4.700-6.600 8.300H23.500"),
    ("favicon-3.svg", "M16.700 12.800H23l-3.700 4.400c5.600-.3 5.300 6.900.4 6.900-1.700 0-2.800-.8-3.300-1.900"),
    ("favicon-4.svg", "M21.800 24v-11.300l-5.600 8.200h8"),
    (
        "favicon-5.svg",
        "M23.200 12.800h-5.700l-.6 5.100c6-2.400 8.300 1.700 6.400 4.300-1.600 2.400-5.600 2.300-6.900.1",
    ),
    (
        "favicon-6.svg",
        "M22.400 12.800c-4.100.9-6 4.300-5.900 7.900.2 4.800 7.300 4.400 7.200-.2-.1-4.300-6.300-4.100-7-.4",
    ),
    ("favicon-7.svg", "M16.300 12.800h7.400l-4.600 11.200"),
    ("favicon-8.svg", "M20 17.900c-4.200-.9-3.600-5.300 0-5.300s4.200 4.400 0 5.300-5 6.200 0 6.200 5.200-5 0-6.200z"),
    ("favicon-9.svg", "M17.600 24c4.100-.9 6-4.300 5.900-7.900-.2-4.800-7.300-4.400-7.200.2.1 4.300 6.300 4.100 7 .4"),
    (
        "favicon-9plus.svg",
        "M13.600 24c3-1 4.500-4 4.400-7.500-.2-4.600-6.200-4.300-6.100.1.1 4 5.300 4 6 .4M20.300 18.400h5.600M23.100 15.600v5.600",
    ),
];

/// The file that shows this many.
pub(super) fn name(unread: u32) -> &'static str {
    let Some(at) = unread.checked_sub(1) else { return PLAIN };
    let at = usize::try_from(at).unwrap_or(usize::MAX).min(COUNTED.len() - 1);
    COUNTED.get(at).map_or(PLAIN, |(name, _)| name)
}

/// Every picture with a number, made of the plain one.
pub(super) fn counted(plain: &str) -> impl Iterator<Item = (&'static str, String)> {
    let drawing = plain.trim_end().trim_end_matches("</svg>");
    COUNTED.into_iter().map(move |(name, strokes)| {
        let (left, width) = if name == name_of_more() { (8.2, 19.8) } else { (11.0, 17.0) };
        // the pale rim parts the badge from the picture, and from a dark tab
        let badge = format!(
            r##"<rect x="{left}" y="9" width="{width}" height="19" rx="5.500" fill="#fff"/><rect x="{}" y="10.200" width="{}" height="16.600" rx="4.300" fill="#143f69"/><path d="{strokes}" fill="none" stroke="#fff" stroke-width="2.300" stroke-linecap="round" stroke-linejoin="round"/></svg>"##,
            left + 1.2,
            width - 2.4,
        );
        (name, format!("{drawing}{badge}"))
    })
}

fn name_of_more() -> &'static str {
    name(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_its_picture_and_more_than_nine_share_one() {
        assert_eq!(name(0), "favicon.svg");
        assert_eq!(name(1), "favicon-1.svg");
        assert_eq!(name(9), "favicon-9.svg");
        assert_eq!(name(10), "favicon-9plus.svg");
        assert_eq!(name(u32::MAX), "favicon-9plus.svg");
    }

    #[test]
    fn each_picture_is_the_plain_one_with_something_on_it() {
        let plain = "<svg><path/></svg>\n";
        let drawn: Vec<_> = counted(plain).collect();
        assert_eq!(drawn.len(), 10);
        for (name, svg) in &drawn {
            assert!(svg.starts_with("<svg><path/><rect") && svg.ends_with("</svg>"), "{name}: {svg}");
            assert_eq!(svg.matches("</svg>").count(), 1, "{name}");
        }
    }
}
