//! Writes tags so that they mean what they say.
//!
//! A browser repairs markup while it parses: a block ends a paragraph, a cell ends the cell before it, `</b>` may
//! reach into the next paragraph, text inside a table but outside its cells moves before the table. Markup that is
//! repaired twice is not always the same as markup repaired once, and mutation attacks live in that gap. So the
//! repairs are made here, before the parser: what is written needs none. The rules are those of HTML 13.2.6, with
//! one simplification: where a formatting element's end tag stands inside a block that began after it, browsers
//! split the block; here the element ends with the block.

mod close;
mod place;

use super::elements::Kind;
use super::links::{Misled, Visible};
use super::words::undivided;
use super::{escape, limits};

/// An element that is open.
struct Open {
    name: &'static str,
    kind: Kind,
    /// Its start tag, to open it again (formatting elements only).
    tag: String,
    /// Its end tag came while a block inside it was open.
    ended: bool,
    /// For cells and captions: how many formatting elements waited outside.
    waiting_outside: usize,
    /// For links: where it leads, and the text seen so far.
    visible: Option<Visible>,
    /// It says where a link leads.
    is_mark: bool,
}

/// A formatting element that ended with its block and goes on in the next.
struct Waiting {
    name: &'static str,
    tag: String,
    visible: Option<Visible>,
}

/// A table that is open.
struct Frame {
    /// Where it is in `open`.
    at: usize,
    /// The table itself.
    table: String,
    /// What was found inside it where only rows and cells may be; goes before it.
    misplaced: String,
    /// The outermost open element in `misplaced`.
    misplaced_from: Option<usize>,
    /// Letters since the last place there where a line may end.
    word: usize,
}

/// The writer.
#[derive(Default)]
pub(super) struct Balance {
    out: String,
    open: Vec<Open>,
    frames: Vec<Frame>,
    waiting: Vec<Waiting>,
    /// Start tags that were left out for depth or place, by name: as many end tags must be left out too.
    left_out: Vec<(&'static str, usize)>,
    /// How deep it was when the first of them was left out; they end when that ends.
    left_out_at: usize,
    nodes: usize,
    after_pre: bool,
    /// The text since the last tag: its bytes, and those of them at which the serialiser stops.
    run: (usize, usize),
    /// Letters since the last place where a line may end.
    word: usize,
    /// Links whose text names another host, the first ones.
    misled: Vec<Misled>,
}

/// A start tag to be written.
pub(super) struct Start {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// ` name="value"` each, escaped.
    pub(super) attributes: String,
    /// For links: where they lead.
    pub(super) visible: Option<Visible>,
}

impl Balance {
    /// Whether the limit of elements is reached; nothing more is written then.
    pub(super) fn is_full(&self) -> bool {
        self.nodes >= limits::NODES
    }

    /// Whether an element `name` is open, as far as an end tag can reach.
    pub(super) fn reaches(&self, name: &str) -> bool {
        self.in_scope(|open| open.name == name).is_some()
    }

    /// What the mark of the innermost open link says.
    pub(super) fn link_mark(&self) -> Option<&str> {
        self.open.iter().rev().find_map(|open| open.visible.as_ref()).map(Visible::own_mark)
    }

    /// Whether a link is open, or goes on with what comes.
    pub(super) fn is_in_link(&self) -> bool {
        self.open.iter().any(|open| open.name == "a") || self.waiting.iter().any(|waiting| waiting.name == "a")
    }

    /// Writes text (character references read).
    pub(super) fn text(&mut self, text: &str) {
        let text = if self.after_pre { text.trim_start_matches('\n') } else { text };
        if text.is_empty() || self.is_full() {
            return;
        }
        let blank = text.bytes().all(|b| matches!(b, b' ' | b'\t' | b'\n'));
        if !blank {
            self.leave_column_group();
            self.reopen();
        }
        self.after_pre = false;
        let in_mark = self.open.last().is_some_and(|open| open.is_mark);
        if let Some(visible) = self.open.iter_mut().rev().find_map(|open| open.visible.as_mut()) {
            if in_mark { visible.saw_marked(text) } else { visible.saw(text) }
        }
        if blank && self.open.last().is_some_and(|open| open.kind.is_table_structure()) {
            if let Some(frame) = self.frames.last_mut() {
                escape::text(&mut frame.table, text);
            }
            return;
        }
        self.write_text(text);
    }

    /// Writes text where content goes, its longest words divided.
    fn write_text(&mut self, text: &str) {
        let mut rest = text;
        loop {
            let (now, later) = rest.split_at(undivided(rest, self.word_here()));
            self.write_run(now);
            if later.is_empty() || self.is_full() {
                return;
            }
            self.target().push_str("<wbr>");
            self.nodes += 1;
            (self.run, rest) = ((0, 0), later);
        }
    }

    /// Writes text where content goes, divided where it would take the serialiser long.
    fn write_run(&mut self, text: &str) {
        let stops = |text: &str| text.bytes().filter(|b| matches!(b, b'&' | 0xc2)).count();
        let (length, stopped) = (self.run.0 + text.len(), self.run.1 + stops(text));
        if length * stopped <= limits::RUN {
            self.run = (length, stopped);
            escape::text(self.target(), text);
            return;
        }
        let mut from = 0;
        for (at, c) in text.char_indices() {
            let next =
                (self.run.0 + c.len_utf8(), self.run.1 + usize::from(c == '&' || ('\u{80}'..'\u{c0}').contains(&c)));
            if next.0 * next.1 > limits::RUN {
                escape::text(self.target(), text.get(from..at).unwrap_or_default());
                self.target().push_str("<wbr>");
                self.nodes += 1;
                if self.is_full() {
                    return;
                }
                self.run = (c.len_utf8(), next.1 - self.run.1);
                from = at;
            } else {
                self.run = next;
            }
        }
        let last = text.get(from..).unwrap_or_default();
        let word = self.word_here();
        *word = (*word).min(last.chars().count());
        escape::text(self.target(), last);
    }

    /// Writes a start tag, after closing what it closes.
    pub(super) fn start(&mut self, start: Start) {
        if self.is_full() {
            return;
        }
        if start.kind.is_table_part() {
            self.start_table_part(start);
            return;
        }
        self.leave_column_group();
        if start.kind == Kind::Table && self.in_table_structure() {
            self.pop_to(self.frames.last().map_or(0, |frame| frame.at));
        }
        match start.kind {
            Kind::Formatting | Kind::Inline | Kind::Void => {
                if start.name == "a" {
                    self.end_link();
                }
                self.reopen();
            }
            Kind::Block | Kind::Paragraph | Kind::Heading | Kind::Rule | Kind::Table => self.end_paragraph(),
            Kind::Item | Kind::Term => {
                self.end_item(start.kind);
                self.end_paragraph();
            }
            _ => {}
        }
        if start.kind == Kind::Heading && self.open.last().is_some_and(|open| open.kind == Kind::Heading) {
            self.pop_to(self.open.len() - 1);
        }
        if self.fits(&start) {
            self.push(start);
        } else if !start.kind.is_void() {
            self.leave_out(start.name);
        }
    }

    /// Closes what the end tag `name` closes, if anything.
    pub(super) fn end(&mut self, name: &'static str, kind: Kind) {
        if self.is_full() {
            return;
        }
        if let Some((_, count)) = self.left_out.iter_mut().find(|(left_out, count)| *left_out == name && *count > 0) {
            *count -= 1;
            return;
        }
        match kind {
            Kind::Formatting => self.end_formatting(name),
            Kind::Inline => {
                if let Some(at) = self.open.iter().rposition(|open| open.name == name)
                    && self.open.iter().skip(at).all(|open| !open.kind.is_special())
                {
                    self.pop_to(at);
                }
            }
            Kind::Heading => self.end_in_scope(|open| open.kind == Kind::Heading),
            Kind::Item => {
                let list = self.open.iter().rposition(|open| matches!(open.name, "ol" | "ul")).unwrap_or(0);
                if self.in_scope(|open| open.kind == Kind::Item).is_some_and(|item| item >= list) {
                    self.end_in_scope(|open| open.kind == Kind::Item);
                }
            }
            Kind::RowGroup | Kind::Row | Kind::Cell | Kind::Caption | Kind::ColumnGroup => {
                let table = self.frames.last().map_or(usize::MAX, |frame| frame.at);
                if let Some(at) = self.open.iter().rposition(|open| open.name == name).filter(|at| *at > table) {
                    self.pop_to(at);
                }
            }
            Kind::Table => {
                if let Some(at) = self.frames.last().map(|frame| frame.at) {
                    self.pop_to(at);
                }
            }
            Kind::Block | Kind::Paragraph | Kind::Term => self.end_in_scope(|open| open.name == name),
            Kind::Void | Kind::Rule | Kind::Column => {}
        }
    }

    /// Closes everything; the markup, and links that claim to lead elsewhere.
    pub(super) fn finish(mut self) -> (String, Vec<Misled>) {
        self.pop_to(0);
        (self.out, self.misled)
    }
}
