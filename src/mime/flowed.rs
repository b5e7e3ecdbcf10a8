//! format=flowed (RFC 3676): paragraphs that were cut into lines come together again.

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
    use super::joined;

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
