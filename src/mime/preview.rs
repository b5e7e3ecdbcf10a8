//! One line that tells what a message is about.

use super::entity;

/// Characters of a preview.
const LENGTH: usize = 160;
/// How much of a body is looked at.
const LOOKED_AT: usize = 64 * 1024;

/// The beginning of `text` on one line, at most 160 characters: without quotes and the line that introduces them,
/// the signature, rules of dashes and invisible padding. For a text node; nothing in it is markup.
pub fn preview(text: &str) -> String {
    let text = prefix(text);
    let mut line = Line::default();
    let mut lines = text.lines().peekable();
    while let Some(here) = lines.next() {
        if here.trim_end() == "--" || line.is_full() {
            break;
        }
        let introduces = here.trim_end().ends_with(':')
            && lines.clone().find(|next| !next.trim().is_empty()).is_some_and(|next| next.starts_with('>'));
        if here.starts_with('>') || introduces || is_rule(here) {
            continue;
        }
        line.push_all(here);
        line.push(' ');
    }
    let own = line.done();
    if !own.is_empty() || text.trim().is_empty() {
        return own;
    }
    // nothing but quotes: better than nothing
    let mut line = Line::default();
    text.lines().for_each(|quoted| {
        line.push_all(quoted.trim_start_matches(['>', ' ']));
        line.push(' ');
    });
    line.done()
}

/// As [`preview`], of HTML: tags, comments, styles, scripts and quoted blocks left out, character references decoded.
pub fn preview_of_html(html: &str) -> String {
    let mut line = Line::default();
    let mut quotes = 0_usize;
    let mut rest = prefix(html);
    while !rest.is_empty() && !line.is_full() {
        let start = rest.find('<').unwrap_or(rest.len());
        let (said, from) = rest.split_at(start);
        if quotes == 0 {
            entity::decoded(said, |c| line.push(c));
        }
        let Some(tag) = Tag::at_start(from) else {
            if quotes == 0 && !from.is_empty() {
                line.push('<');
            }
            rest = from.get(1..).unwrap_or_default();
            continue;
        };
        match tag.name.as_str() {
            "blockquote" if tag.closes => quotes = quotes.saturating_sub(1),
            "blockquote" => quotes += 1,
            "a" | "abbr" | "b" | "bdi" | "em" | "font" | "i" | "mark" | "s" | "small" | "span" | "strong" | "sub"
            | "sup" | "u" | "wbr" => {}
            _ => line.push(' '),
        }
        rest = from.get(tag.length..).unwrap_or_default();
        if !tag.closes
            && matches!(tag.name.as_str(), "style" | "script" | "title" | "textarea" | "xmp" | "noembed" | "iframe")
        {
            rest = after_closing(rest, &tag.name);
        }
    }
    line.done()
}

fn prefix(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LOOKED_AT)).unwrap_or_default()
}

/// A line that is drawn, not written.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() > 2
        && line.chars().all(|c| matches!(c, '-' | '_' | '=' | '*' | '#' | '~' | '+' | '.') || c.is_whitespace())
}

struct Tag {
    name: String,
    closes: bool,
    length: usize,
}

impl Tag {
    /// The tag, comment or declaration that `html` begins with; `None` for a mere `<`.
    fn at_start(html: &str) -> Option<Self> {
        if let Some(comment) = html.strip_prefix("<!--") {
            let length = comment.find("-->").map_or(html.len(), |end| end + 7);
            return Some(Self { name: String::new(), closes: false, length });
        }
        let inside = html.strip_prefix('<')?;
        let closes = inside.starts_with('/');
        let inside = inside.strip_prefix('/').unwrap_or(inside);
        if !inside.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '!' | '?')) {
            return None;
        }
        let name_end = inside.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).unwrap_or(inside.len());
        let name = inside.get(..name_end)?.to_ascii_lowercase();
        let mut quote = None;
        let end = inside.char_indices().find(|(_, c)| match quote {
            Some(open) => {
                if *c == open {
                    quote = None;
                }
                false
            }
            None if matches!(c, '"' | '\'') => {
                quote = Some(*c);
                false
            }
            None => *c == '>',
        });
        let end = end.map_or(inside.len(), |(at, _)| at + 1);
        Some(Self { name, closes, length: html.len() - inside.len() + end })
    }
}

/// What follows `</name`, up to where its content ends; nothing where it never ends.
fn after_closing<'a>(html: &'a str, name: &str) -> &'a str {
    let mut rest = html;
    while let Some(at) = rest.find("</") {
        rest = rest.get(at + 2..).unwrap_or_default();
        if rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return rest.find('>').and_then(|end| rest.get(end + 1..)).unwrap_or_default();
        }
    }
    ""
}

/// The preview in the making.
#[derive(Default)]
struct Line {
    text: String,
    length: usize,
    blank: bool,
}

impl Line {
    fn push_all(&mut self, text: &str) {
        for c in text.chars() {
            if self.is_full() {
                break;
            }
            self.push(c);
        }
    }

    fn push(&mut self, c: char) {
        match c {
            // newsletters pad their first line with what can't be seen
            '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{2800}'
            | '\u{3164}' => {}
            _ if c.is_whitespace() => self.blank = true,
            _ if c.is_control() || self.is_full() => {}
            _ => {
                if self.blank && !self.text.is_empty() {
                    self.text.push(' ');
                    self.length += 1;
                }
                self.blank = false;
                self.text.push(c);
                self.length += 1;
            }
        }
    }

    fn is_full(&self) -> bool {
        self.length > LENGTH
    }

    /// Cut at a word where one ends near the limit.
    fn done(mut self) -> String {
        if self.length > LENGTH {
            let cut = self.text.char_indices().nth(LENGTH - 1).map_or(self.text.len(), |(at, _)| at);
            let word = self.text.get(..cut).and_then(|kept| kept.rfind(' ')).filter(|at| cut - at < 20);
            self.text.truncate(word.unwrap_or(cut));
            self.text.push('…');
        }
        self.text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_preview_says_what_the_author_says() {
        assert_eq!(
            preview("Hello Ben,\n\n  see   you.\n\nOn Monday Ben wrote:\n> old\n> news\n-- \nAnna\n"),
            "Hello Ben, see you."
        );
        assert_eq!(preview("=====\nNews\n-----\nMore"), "News More");
        assert_eq!(preview("> only\n> quoted"), "only quoted");
        assert_eq!(preview(""), "");
        assert_eq!(preview("x".repeat(500).as_str()).chars().count(), 160);
        assert!(preview("word ".repeat(99).as_str()).ends_with("word…"));
    }

    #[test]
    fn a_preview_of_html_is_its_text() {
        assert_eq!(
            preview_of_html(
                "<!DOCTYPE html><head><title>T</title><style>p{}</style></head><!-- x > y --><body><p title=\"a>b\">Tom&nbsp;&amp; \
                 J&#xe9;r&ocirc;me</p><script>1<2</script>1 < 2 <b>bo</b>ld<blockquote>old <p>news</blockquote>end"
            ),
            "Tom & Jérôme 1 < 2 bold end"
        );
        assert_eq!(preview_of_html("\u{200c}&zwnj;&#8203;&shy; Sale<style>never ends"), "Sale");
        assert_eq!(preview_of_html("&lt;b&gt; &unknown; &#0; &#xD800; &"), "<b> &unknown; \u{fffd} \u{fffd} &");
    }

    proptest! {
        #[test]
        fn no_html_makes_a_preview_panic(html in "[<>/!a-z \"'&;#-]{0,200}|\\PC{0,100}") { // D-05
            prop_assert!(preview_of_html(&html).chars().count() <= 160);
            prop_assert!(preview(&html).chars().count() <= 160);
        }
    }
}
