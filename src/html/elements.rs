//! What becomes of each element (`security.md` 4.4): kept, unwrapped, or dropped with its content.

/// How a kept element behaves while a tree is built (HTML 13.2.6), as far as that decides where it closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Reopened after a block that ended before it did: `a b font` …
    Formatting,
    /// Any other element within a line.
    Inline,
    /// Closes an open paragraph.
    Block,
    /// `p` itself.
    Paragraph,
    /// `h1` to `h6`.
    Heading,
    /// `li`.
    Item,
    /// `dd` and `dt`.
    Term,
    /// Has no content: `br img wbr`.
    Void,
    /// `hr`: has no content and closes an open paragraph.
    Rule,
    /// `table`.
    Table,
    /// `tbody thead tfoot`.
    RowGroup,
    /// `tr`.
    Row,
    /// `td th`.
    Cell,
    /// `caption`.
    Caption,
    /// `colgroup`.
    ColumnGroup,
    /// `col`.
    Column,
}

impl Kind {
    /// Whether the parser's loops stop at it (HTML 13.2.4.2, "special").
    pub(super) fn is_special(self) -> bool {
        !matches!(self, Kind::Formatting | Kind::Inline)
    }

    /// Whether it has no content and no end tag.
    pub(super) fn is_void(self) -> bool {
        matches!(self, Kind::Void | Kind::Rule | Kind::Column)
    }

    /// Whether it may stand only at its own place inside a table.
    pub(super) fn is_table_part(self) -> bool {
        matches!(self, Kind::RowGroup | Kind::Row | Kind::Cell | Kind::Caption | Kind::ColumnGroup | Kind::Column)
    }

    /// Whether it bounds the reach of end tags ("in scope").
    pub(super) fn is_barrier(self) -> bool {
        matches!(self, Kind::Table | Kind::Cell | Kind::Caption)
    }

    /// Whether other content directly inside it is moved before the table.
    pub(super) fn is_table_structure(self) -> bool {
        matches!(self, Kind::Table | Kind::RowGroup | Kind::Row | Kind::ColumnGroup)
    }
}

/// What to do with a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Written, under this name.
    Keep(&'static str, Kind),
    /// The tag goes, its content stays.
    Unwrap,
    /// `body` and `html`: a `div` if they carry colours or a direction.
    Page,
    /// The tag goes; it has no content.
    Nothing,
    /// Goes with its content, which is text up to its own end tag and nothing else.
    DiscardText,
    /// Goes with its content, which is markup. `true`: an end tag of an outer element can't end it.
    Discard(bool),
    /// `svg` and `math`: go with their content; an HTML block element inside ends them, as it does for a browser.
    Foreign,
    /// Ends the mail.
    Rest,
}

/// The fate of the tag `name` (lower case).
pub(super) fn fate(name: &str) -> Fate {
    use Kind::*;
    let (name, kind) = match name {
        "a" => ("a", Formatting),
        "b" => ("b", Formatting),
        "big" => ("big", Formatting),
        "code" => ("code", Formatting),
        "em" => ("em", Formatting),
        "font" => ("font", Formatting),
        "i" => ("i", Formatting),
        "s" => ("s", Formatting),
        "small" => ("small", Formatting),
        "strike" => ("strike", Formatting),
        "strong" => ("strong", Formatting),
        "tt" => ("tt", Formatting),
        "u" => ("u", Formatting),
        "abbr" => ("abbr", Inline),
        "bdi" => ("bdi", Inline),
        "bdo" => ("bdo", Inline),
        "cite" => ("cite", Inline),
        "del" => ("del", Inline),
        "dfn" => ("dfn", Inline),
        "ins" => ("ins", Inline),
        "kbd" => ("kbd", Inline),
        "q" => ("q", Inline),
        "samp" => ("samp", Inline),
        "span" => ("span", Inline),
        "sub" => ("sub", Inline),
        "sup" => ("sup", Inline),
        "time" => ("time", Inline),
        "var" => ("var", Inline),
        "address" => ("address", Block),
        "blockquote" => ("blockquote", Block),
        "center" => ("center", Block),
        "dir" => ("dir", Block),
        "div" => ("div", Block),
        "dl" => ("dl", Block),
        "ol" => ("ol", Block),
        "pre" => ("pre", Block),
        "ul" => ("ul", Block),
        "p" => ("p", Paragraph),
        "h1" => ("h1", Heading),
        "h2" => ("h2", Heading),
        "h3" => ("h3", Heading),
        "h4" => ("h4", Heading),
        "h5" => ("h5", Heading),
        "h6" => ("h6", Heading),
        "li" => ("li", Item),
        "dd" => ("dd", Term),
        "dt" => ("dt", Term),
        "br" => ("br", Void),
        "img" | "image" => ("img", Void),
        "wbr" => ("wbr", Void),
        "hr" => ("hr", Rule),
        "table" => ("table", Table),
        "tbody" => ("tbody", RowGroup),
        "thead" => ("thead", RowGroup),
        "tfoot" => ("tfoot", RowGroup),
        "tr" => ("tr", Row),
        "td" => ("td", Cell),
        "th" => ("th", Cell),
        "caption" => ("caption", Caption),
        "colgroup" => ("colgroup", ColumnGroup),
        "col" => ("col", Column),
        // HTML's own sectioning looks like a block and says nothing else: a div in all but name.
        "article" | "aside" | "details" | "figcaption" | "figure" | "footer" | "header" | "hgroup" | "main"
        | "menu" | "nav" | "search" | "section" | "summary" => ("div", Block),
        "body" | "html" => return Fate::Page,
        "area" | "base" | "basefont" | "bgsound" | "embed" | "frame" | "input" | "keygen" | "link" | "meta"
        | "param" | "source" | "track" => return Fate::Nothing,
        "script" | "style" | "title" | "noscript" | "noembed" | "noframes" | "iframe" | "xmp" | "textarea" => {
            return Fate::DiscardText;
        }
        "template" | "object" | "applet" => return Fate::Discard(true),
        "frameset" | "audio" | "video" | "canvas" | "listing" | "select" | "option" | "optgroup" | "datalist"
        | "selectedcontent" | "button" | "dialog" => return Fate::Discard(false),
        "svg" | "math" => return Fate::Foreign,
        "plaintext" => return Fate::Rest,
        _ => return Fate::Unwrap,
    };
    Fate::Keep(name, kind)
}

/// Start tags that end `svg` and `math` when met inside them (HTML 13.2.6.5).
pub(super) fn ends_foreign_content(name: &str) -> bool {
    matches!(
        name,
        "b" | "big"
            | "blockquote"
            | "body"
            | "br"
            | "center"
            | "code"
            | "dd"
            | "div"
            | "dl"
            | "dt"
            | "em"
            | "embed"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "head"
            | "hr"
            | "i"
            | "img"
            | "li"
            | "listing"
            | "menu"
            | "meta"
            | "nobr"
            | "ol"
            | "p"
            | "pre"
            | "ruby"
            | "s"
            | "small"
            | "span"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "table"
            | "tt"
            | "u"
            | "ul"
            | "var"
    )
}

/// Every element that may come out; the gate's list, and the tests'.
pub(super) const KEPT: &[&str] = &[
    "a",
    "abbr",
    "address",
    "b",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "dfn",
    "dir",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_element_is_kept_under_its_own_name() {
        for name in KEPT {
            assert!(matches!(fate(name), Fate::Keep(kept, _) if kept == *name), "{name}");
        }
    }

    #[test]
    fn nothing_that_runs_or_loads_is_kept() {
        for name in ["script", "style", "svg", "math", "iframe", "object", "embed", "form", "input", "meta", "link"] {
            assert!(!matches!(fate(name), Fate::Keep(..)), "{name}");
        }
    }
}
