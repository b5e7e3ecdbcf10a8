//! The properties that a mail may set, and what each may be set to.

/// A property that stays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Property {
    /// The name under which it is written.
    pub(super) written: &'static str,
    pub(super) values: Values,
    /// The lowest length, in pixels.
    pub(super) lowest: f64,
    /// The highest length, in pixels.
    pub(super) highest: f64,
}

/// What a value may be made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Values {
    /// Words, numbers, lengths, colours.
    Plain,
    /// The same, and `calc()`.
    Calculated,
    /// The same as plain, names in quotes, and `/`.
    Fonts,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Only the colour of a shorthand is taken.
    Colour,
    /// Only a first word is taken, of a shorthand without an address.
    Word,
}

const DISPLAY: &[&str] = &[
    "block",
    "inline",
    "inline-block",
    "inline-table",
    "list-item",
    "none",
    "table",
    "table-caption",
    "table-cell",
    "table-column",
    "table-column-group",
    "table-footer-group",
    "table-header-group",
    "table-row",
    "table-row-group",
];

/// The property `name` (lower case), if it is listed.
pub(super) fn find(name: &str) -> Option<Property> {
    use Values::*;
    let (written, values, lowest, highest) = match name {
        "color" => ("color", Plain, 0.0, 4000.0),
        "background-color" => ("background-color", Plain, 0.0, 4000.0),
        "background" => ("background-color", Colour, 0.0, 4000.0),
        "font" => ("font", Fonts, 0.0, 200.0),
        "font-family" => ("font-family", Fonts, 0.0, 200.0),
        "font-size" => ("font-size", Plain, 0.0, 200.0),
        "font-style" => ("font-style", Plain, 0.0, 200.0),
        "font-weight" => ("font-weight", Plain, 0.0, 1000.0),
        "font-variant" => ("font-variant", Plain, 0.0, 200.0),
        "line-height" => ("line-height", Plain, 0.0, 400.0),
        "letter-spacing" => ("letter-spacing", Plain, -5.0, 100.0),
        "text-align" => ("text-align", Plain, 0.0, 100.0),
        "text-decoration" => ("text-decoration", Plain, 0.0, 100.0),
        "text-indent" => ("text-indent", Plain, -100.0, 400.0),
        "text-transform" => ("text-transform", Plain, 0.0, 100.0),
        "vertical-align" => ("vertical-align", Plain, -100.0, 100.0),
        "white-space" => ("white-space", Plain, 0.0, 100.0),
        "word-break" => ("word-break", Plain, 0.0, 100.0),
        "overflow-wrap" | "word-wrap" => ("overflow-wrap", Plain, 0.0, 100.0),
        "list-style-type" => ("list-style-type", Plain, 0.0, 100.0),
        "list-style" => ("list-style-type", Word, 0.0, 100.0),
        "margin" => ("margin", Plain, 0.0, 1000.0),
        "margin-top" => ("margin-top", Plain, 0.0, 1000.0),
        "margin-right" => ("margin-right", Plain, 0.0, 1000.0),
        "margin-bottom" => ("margin-bottom", Plain, 0.0, 1000.0),
        "margin-left" => ("margin-left", Plain, 0.0, 1000.0),
        "padding" => ("padding", Plain, 0.0, 1000.0),
        "padding-top" => ("padding-top", Plain, 0.0, 1000.0),
        "padding-right" => ("padding-right", Plain, 0.0, 1000.0),
        "padding-bottom" => ("padding-bottom", Plain, 0.0, 1000.0),
        "padding-left" => ("padding-left", Plain, 0.0, 1000.0),
        "border" => ("border", Plain, 0.0, 200.0),
        "border-top" => ("border-top", Plain, 0.0, 200.0),
        "border-right" => ("border-right", Plain, 0.0, 200.0),
        "border-bottom" => ("border-bottom", Plain, 0.0, 200.0),
        "border-left" => ("border-left", Plain, 0.0, 200.0),
        "border-color" => ("border-color", Plain, 0.0, 200.0),
        "border-top-color" => ("border-top-color", Plain, 0.0, 200.0),
        "border-right-color" => ("border-right-color", Plain, 0.0, 200.0),
        "border-bottom-color" => ("border-bottom-color", Plain, 0.0, 200.0),
        "border-left-color" => ("border-left-color", Plain, 0.0, 200.0),
        "border-style" => ("border-style", Plain, 0.0, 200.0),
        "border-top-style" => ("border-top-style", Plain, 0.0, 200.0),
        "border-right-style" => ("border-right-style", Plain, 0.0, 200.0),
        "border-bottom-style" => ("border-bottom-style", Plain, 0.0, 200.0),
        "border-left-style" => ("border-left-style", Plain, 0.0, 200.0),
        "border-width" => ("border-width", Plain, 0.0, 200.0),
        "border-top-width" => ("border-top-width", Plain, 0.0, 200.0),
        "border-right-width" => ("border-right-width", Plain, 0.0, 200.0),
        "border-bottom-width" => ("border-bottom-width", Plain, 0.0, 200.0),
        "border-left-width" => ("border-left-width", Plain, 0.0, 200.0),
        "border-radius" => ("border-radius", Fonts, 0.0, 4000.0),
        "border-top-left-radius" => ("border-top-left-radius", Plain, 0.0, 4000.0),
        "border-top-right-radius" => ("border-top-right-radius", Plain, 0.0, 4000.0),
        "border-bottom-left-radius" => ("border-bottom-left-radius", Plain, 0.0, 4000.0),
        "border-bottom-right-radius" => ("border-bottom-right-radius", Plain, 0.0, 4000.0),
        "border-collapse" => ("border-collapse", Plain, 0.0, 100.0),
        "border-spacing" => ("border-spacing", Plain, 0.0, 200.0),
        "width" => ("width", Calculated, 0.0, 4000.0),
        "min-width" => ("min-width", Calculated, 0.0, 4000.0),
        "max-width" => ("max-width", Calculated, 0.0, 4000.0),
        "height" => ("height", Calculated, 0.0, 4000.0),
        "max-height" => ("max-height", Calculated, 0.0, 4000.0),
        "display" => ("display", OneOf(DISPLAY), 0.0, 0.0),
        "float" => ("float", OneOf(&["left", "right", "none"]), 0.0, 0.0),
        "clear" => ("clear", OneOf(&["left", "right", "both", "none"]), 0.0, 0.0),
        "table-layout" => ("table-layout", OneOf(&["auto", "fixed"]), 0.0, 0.0),
        "direction" => ("direction", OneOf(&["ltr", "rtl"]), 0.0, 0.0),
        "caption-side" => ("caption-side", OneOf(&["top", "bottom"]), 0.0, 0.0),
        "empty-cells" => ("empty-cells", OneOf(&["show", "hide"]), 0.0, 0.0),
        _ => return None,
    };
    Some(Property { written, values, lowest, highest })
}
