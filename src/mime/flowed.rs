//! format=flowed (RFC 3676): paragraphs that were cut into lines come together again, and are cut.

/// Columns of a line that is written, marks of quotes included; a blank may follow. RFC 3676 4.2 wants fewer than 79.
const WIDTH: usize = 74;
/// Columns that are left to the text of a deep quote.
const NARROWEST: usize = 20;
/// Marks of quotes that are written before every line; those beyond are text, or one paragraph would become as many times its
/// length.
const DEEPEST: usize = 32;

/// Cuts paragraphs (lines of `text`, which end in LF) into flowed lines; [`joined`] undoes it. What begins with `>` is a quote.
/// Words are never cut, so a line may be as long as its longest word. Blanks at the end of a paragraph go, since they would tie
/// it to the next one.
pub(super) fn cut(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 32);
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
        }
        cut_paragraph(line, &mut out);
    }
    out
}

fn cut_paragraph(line: &str, out: &mut String) {
    let depth = line.bytes().take(DEEPEST).take_while(|b| *b == b'>').count();
    let content = line.get(depth..).unwrap_or_default();
    let content = if depth > 0 { content.strip_prefix(' ').unwrap_or(content) } else { content };
    let mut rest = if content == "-- " { content } else { content.trim_end_matches(' ') };
    let width = WIDTH.saturating_sub(depth + 1).max(NARROWEST);
    loop {
        let (piece, after) = rest.split_at_checked(end_of_piece(rest, width)).unwrap_or((rest, ""));
        out.extend(std::iter::repeat_n('>', depth));
        let is_guarded = depth > 0 || piece.starts_with([' ', '>']) || piece.starts_with("From ");
        if is_guarded && !piece.is_empty() {
            out.push(' ');
        }
        out.push_str(piece);
        if after.is_empty() {
            return;
        }
        out.push('\n');
        rest = after;
    }
}

/// Where to cut: behind the blanks that follow the last word that fits, else behind those of the first word.
fn end_of_piece(text: &str, width: usize) -> usize {
    if text.chars().nth(width).is_none() {
        return text.len();
    }
    let mut best = None;
    let (mut word_end, mut blank) = (0, false);
    for (column, (at, c)) in text.char_indices().enumerate() {
        // a line of this would be the signature's mark
        if blank && c != ' ' && word_end > 0 && text.get(..at) != Some("-- ") {
            if word_end > width && best.is_some() {
                break;
            }
            best = Some(at);
            if word_end > width {
                break;
            }
        }
        blank = c == ' ';
        if !blank {
            word_end = column + 1;
            if word_end > width && best.is_some() {
                break;
            }
        }
    }
    best.unwrap_or(text.len())
}

/// Joins flowed lines. Quoted lines keep their marks, as `> ` or `>> ` before the text; `delete_space` is `DelSp=yes`.
pub(super) fn joined(text: &str, delete_space: bool) -> String {
    let mut out = String::with_capacity(text.len());
    // the depth of the paragraph that is still open
    let mut open: Option<usize> = None;
    let mut lines = text.split('\n').peekable();
    while let Some(line) = lines.next() {
        let depth = line.bytes().take_while(|b| *b == b'>').count();
        let stuffed = line.get(depth..).unwrap_or_default();
        let content = stuffed.strip_prefix(' ').unwrap_or(stuffed);
        // the signature's mark ends in a blank and flows nowhere (RFC 3676 4.3)
        let signature = content == "-- ";
        if open.is_some_and(|before| before != depth || signature) {
            out.push('\n');
            open = None;
        }
        if open.is_none() && depth > 0 {
            out.extend(std::iter::repeat_n('>', depth));
            out.push(' ');
        } else if open.is_none() && content.starts_with('>') {
            out.push(' '); // the author's own sign, not a quote's: one blank of the stuffing keeps it so
        }
        let flows = content.ends_with(' ') && !signature && lines.peek().is_some();
        if flows {
            out.push_str(if delete_space { content.strip_suffix(' ').unwrap_or(content) } else { content });
            open = Some(depth);
        } else {
            out.push_str(content);
            open = None;
            if lines.peek().is_some() {
                out.push('\n');
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{cut, joined};

    #[test]
    fn paragraphs_are_cut_between_words() {
        let long = "word ".repeat(40) + "end";
        let lines = cut(&long);
        assert!(lines.lines().count() > 2 && lines.lines().all(|line| line.chars().count() <= 78), "{lines}");
        assert_eq!(joined(&lines, false), long);
        let quoted = format!(">> {long}");
        assert!(cut(&quoted).lines().all(|line| line.starts_with(">> word")), "{}", cut(&quoted));
        assert_eq!(joined(&cut(&quoted), false), quoted);
    }

    #[test]
    fn what_would_be_misread_is_guarded() {
        assert_eq!(cut("From here\n two\n >own"), " From here\n  two\n  >own");
        assert_eq!(cut("Hi \n-- \nAnn\n> -- \n>\n>x"), "Hi\n-- \nAnn\n> -- \n>\n> x");
        let words = format!("{} > From -- {}", "word ".repeat(14).trim_end(), "-- ".repeat(40).trim_end());
        assert_eq!(joined(&cut(&words), false), words);
    }

    #[test]
    fn words_longer_than_a_line_stay_whole() {
        let text = format!("see {} there", "x".repeat(10_000));
        assert_eq!(joined(&cut(&text), false), text);
        let japanese = "日本語".repeat(3_000);
        assert_eq!(cut(&japanese), japanese);
        let begun = std::time::Instant::now();
        for piece in ["a ", " ", "> ", "-- ", "\u{e9}", ">"] {
            cut(&piece.repeat(300_000 / piece.len()));
        }
        assert!(begun.elapsed().as_secs() < 3); // D-04
    }

    #[test]
    fn a_quote_without_end_does_not_grow() {
        let hostile = format!("{} {}", ">".repeat(100_000), "word ".repeat(20_000));
        let (lines, spent) = crate::spent::spent(|| cut(&hostile));
        assert!(lines.len() < 5 * hostile.len(), "{}", lines.len()); // D-04
        assert!(spent.as_secs() < 3, "{spent:?}"); // D-04
        let deep = format!("{} {}", ">".repeat(super::DEEPEST), "word ".repeat(40).trim_end());
        assert_eq!(joined(&cut(&deep), false), deep);
    }

    proptest! {
        #[test]
        fn what_is_cut_is_joined_again(words in proptest::collection::vec("[>a-z \u{e9}-]{0,30}|-- |From |\n", 0..60)) {
            let text = words.join(" ");
            let normal = joined(&cut(&text), false);
            // marks of quotes get their blank, and blanks at the ends go; nothing else changes
            let bare = |text: &str| text.replace([' ', '\n'], "");
            prop_assert_eq!(bare(&normal), bare(&text));
            prop_assert_eq!(normal.split('\n').count(), text.split('\n').count());
            prop_assert_eq!(&joined(&cut(&normal), false), &normal);
        }
    }

    #[test]
    fn flowed_lines_become_paragraphs() {
        assert_eq!(joined("This is \none \nparagraph.\n\nNext.\n", false), "This is one paragraph.\n\nNext.\n");
        assert_eq!(joined("日本 \n語\n", true), "日本語\n");
    }

    #[test]
    fn stuffing_goes_and_what_it_guarded_stays() {
        assert_eq!(
            joined(" From the desk\n >not a quote\n  two spaces\n", false),
            "From the desk\n >not a quote\n two spaces\n"
        );
    }

    #[test]
    fn quotes_flow_within_their_depth() {
        assert_eq!(joined("> a \n> b\n>> c \n>d \ne\n", false), "> a b\n>> c \n> d \ne\n");
    }

    #[test]
    fn the_signature_never_flows() {
        assert_eq!(joined("Bye \n-- \nAnna\n", false), "Bye \n-- \nAnna\n");
        assert_eq!(joined("> -- \n> Anna", false), "> -- \n> Anna");
    }
}
