//! Writes tags so that they mean what they say.
//!
//! A browser repairs markup while it parses: a block ends a paragraph, a cell ends the cell before it, `</b>` may
//! reach into the next paragraph, text inside a table but outside its cells moves before the table. Markup that is
//! repaired twice is not always the same as markup repaired once, and mutation attacks live in that gap. So the
//! repairs are made here, before the parser: what is written needs none. The rules are those of HTML 13.2.6, with
//! one simplification: where a formatting element's end tag stands inside a block that began after it, browsers
//! split the block; here the element ends with the block.

use super::elements::Kind;
use super::links::Visible;
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
        if let Some(visible) = self.open.iter_mut().rev().find_map(|open| open.visible.as_mut()) {
            visible.saw(text);
        }
        if blank && self.open.last().is_some_and(|open| open.kind.is_table_structure()) {
            if let Some(frame) = self.frames.last_mut() {
                escape::text(&mut frame.table, text);
            }
            return;
        }
        self.write_text(text);
    }

    /// Writes text where content goes, divided where it would take the serialiser long.
    fn write_text(&mut self, text: &str) {
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
        escape::text(self.target(), text.get(from..).unwrap_or_default());
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

    /// Closes everything; the markup.
    pub(super) fn finish(mut self) -> String {
        self.pop_to(0);
        self.out
    }

    /// Where content goes at this moment.
    fn target(&mut self) -> &mut String {
        let misplaced = self.open.last().is_some_and(|open| open.kind.is_table_structure());
        match self.frames.last_mut() {
            Some(frame) if misplaced || frame.misplaced_from.is_some() => &mut frame.misplaced,
            Some(frame) => &mut frame.table,
            None => &mut self.out,
        }
    }

    /// Whether content would be misplaced now: directly in a table, its rows or its groups.
    fn at_table_structure(&self) -> bool {
        self.open.last().is_some_and(|open| open.kind.is_table_structure())
    }

    /// Whether the innermost table is open with no cell or caption open in it.
    fn in_table_structure(&self) -> bool {
        self.open.iter().rev().find(|open| open.kind.is_barrier()).is_some_and(|open| open.kind == Kind::Table)
    }

    /// The elements that content written now is inside of, innermost first.
    fn ancestors(&self) -> impl Iterator<Item = &Open> {
        let top = self.open.len();
        let (misplaced_from, table) = match self.frames.last() {
            Some(frame) if self.at_table_structure() => (top, frame.at),
            Some(frame) => {
                (frame.misplaced_from.unwrap_or(top), if frame.misplaced_from.is_some() { frame.at } else { top })
            }
            None => (top, top),
        };
        let inside = self.open.get(misplaced_from..).unwrap_or_default();
        let outside = self.open.get(..table).unwrap_or_default();
        inside.iter().rev().chain(outside.iter().rev())
    }

    /// Whether a parser would put `start` exactly here.
    fn fits(&self, start: &Start) -> bool {
        if self.open.len() >= limits::DEPTH && !start.kind.is_void() {
            return false;
        }
        let within_cell = || self.ancestors().take_while(|open| !open.kind.is_barrier());
        match start.kind {
            Kind::Formatting if start.name == "a" => within_cell().all(|open| open.name != "a"),
            Kind::Formatting | Kind::Inline | Kind::Void => true,
            Kind::Heading => {
                self.ancestors().next().is_none_or(|open| open.kind != Kind::Heading)
                    && within_cell().all(|open| open.kind != Kind::Paragraph)
            }
            Kind::Item | Kind::Term => {
                let stop = |open: &&Open| open.kind.is_special() && !passes_items(open);
                self.ancestors().find(|open| stop(open)).is_none_or(|open| open.kind != start.kind)
                    && within_cell().all(|open| open.kind != Kind::Paragraph)
            }
            _ => within_cell().all(|open| open.kind != Kind::Paragraph),
        }
    }

    /// Rows, cells and the like: closes up to their place and opens the parts between that were left out.
    fn start_table_part(&mut self, start: Start) {
        let Some(table) = self.frames.last().map(|frame| frame.at) else { return };
        if self.left_out.iter().any(|(name, count)| *name == "table" && *count > 0) {
            return;
        }
        if self.open.len() >= limits::DEPTH + 3 {
            return;
        }
        let parents: &[Kind] = match start.kind {
            Kind::Cell => &[Kind::Row],
            Kind::Row => &[Kind::RowGroup],
            Kind::Column => &[Kind::ColumnGroup],
            _ => &[],
        };
        // Down to the innermost proper parent of this table, or its parent's parent, or the table itself.
        let grand: &[Kind] = if start.kind == Kind::Cell { &[Kind::RowGroup] } else { &[] };
        let place = self
            .open
            .iter()
            .enumerate()
            .skip(table + 1)
            .rev()
            .find(|(_, open)| parents.contains(&open.kind) || grand.contains(&open.kind))
            .map_or(table, |(at, _)| at);
        self.pop_to(place + 1);
        let missing: &[(&'static str, Kind)] = match (start.kind, self.open.last().map(|open| open.kind)) {
            (Kind::Cell, Some(Kind::RowGroup)) => &[("tr", Kind::Row)],
            (Kind::Cell, Some(Kind::Table)) => &[("tbody", Kind::RowGroup), ("tr", Kind::Row)],
            (Kind::Row, Some(Kind::Table)) => &[("tbody", Kind::RowGroup)],
            (Kind::Column, Some(Kind::Table)) => &[("colgroup", Kind::ColumnGroup)],
            _ => &[],
        };
        for &(name, kind) in missing {
            self.push(Start { name, kind, attributes: String::new(), visible: None });
        }
        self.push(start);
    }

    fn leave_out(&mut self, name: &'static str) {
        if self.left_out.is_empty() {
            self.left_out_at = self.open.len();
        }
        match self.left_out.iter_mut().find(|(left_out, _)| *left_out == name) {
            Some((_, count)) => *count += 1,
            None => self.left_out.push((name, 1)),
        }
    }

    /// Text and other elements end a `colgroup` that was not closed.
    fn leave_column_group(&mut self) {
        if self.open.last().is_some_and(|open| open.kind == Kind::ColumnGroup) {
            self.pop_to(self.open.len() - 1);
        }
    }

    fn push(&mut self, start: Start) {
        if self.is_full() {
            return;
        }
        let Start { name, kind, attributes, visible } = start;
        self.nodes += 1;
        self.run = (0, 0);
        let tag = format!("<{name}{attributes}>");
        if kind == Kind::Table {
            // The table writes to a place of its own until it is closed.
            self.frames.push(Frame { at: self.open.len(), table: tag, misplaced: String::new(), misplaced_from: None });
            self.open.push(Open { name, kind, tag: String::new(), ended: false, waiting_outside: 0, visible: None });
            self.after_pre = false;
            return;
        }
        if kind.is_table_part() {
            if let Some(frame) = self.frames.last_mut() {
                frame.table.push_str(&tag);
            }
        } else {
            let misplaced = self.at_table_structure() && !kind.is_void();
            self.target().push_str(&tag);
            if let Some(frame) = self.frames.last_mut().filter(|_| misplaced) {
                frame.misplaced_from = Some(self.open.len());
            }
        }
        self.after_pre = name == "pre";
        if kind.is_void() {
            return;
        }
        let waiting_outside = self.waiting.len();
        let tag = if kind == Kind::Formatting { tag } else { String::new() };
        self.open.push(Open { name, kind, tag, ended: false, waiting_outside, visible });
    }

    /// Closes the elements from the innermost down to the one at `at`.
    fn pop_to(&mut self, at: usize) {
        let mut carried: Vec<Waiting> = Vec::new();
        while self.open.len() > at {
            let Some(mut open) = self.open.pop() else { break };
            self.run = (0, 0);
            let mark = open.visible.as_mut().and_then(Visible::mark);
            if open.kind == Kind::Table {
                self.close_table();
            } else {
                // `target` looks at the innermost open element: put this one's end where its start went.
                let end = format!("</{}>", open.name);
                let depth = self.open.len();
                let target = match self.frames.last_mut() {
                    Some(frame) if frame.misplaced_from.is_some() => &mut frame.misplaced,
                    Some(frame) => &mut frame.table,
                    None => &mut self.out,
                };
                if let Some(mark) = mark {
                    escape::text(target, &mark);
                }
                target.push_str(&end);
                if let Some(frame) = self.frames.last_mut().filter(|frame| frame.misplaced_from == Some(depth)) {
                    frame.misplaced_from = None;
                }
            }
            match open.kind {
                Kind::Formatting if !open.ended => {
                    carried.push(Waiting { name: open.name, tag: open.tag, visible: open.visible });
                }
                Kind::Cell | Kind::Caption => {
                    carried.clear();
                    self.waiting.truncate(open.waiting_outside);
                }
                _ => {}
            }
            self.after_pre = false;
        }
        if self.open.len() < self.left_out_at {
            self.left_out.clear();
        }
        for waiting in carried.into_iter().rev() {
            let same = self.waiting.iter().filter(|known| known.tag == waiting.tag).count();
            if self.waiting.len() < limits::CARRIED && same < 3 {
                self.waiting.push(waiting);
            }
        }
    }

    fn close_table(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        let target = self.target();
        target.push_str(&frame.misplaced);
        target.push_str(&frame.table);
        target.push_str("</table>");
    }

    /// Opens again the formatting elements that wait, if any.
    fn reopen(&mut self) {
        let outside = self
            .open
            .iter()
            .rev()
            .find(|open| matches!(open.kind, Kind::Cell | Kind::Caption))
            .map_or(0, |cell| cell.waiting_outside);
        if self.waiting.len() <= outside {
            return;
        }
        for waiting in self.waiting.split_off(outside) {
            let Waiting { name, tag, visible } = waiting;
            let attributes = tag.strip_prefix('<').and_then(|t| t.strip_prefix(name)).and_then(|t| t.strip_suffix('>'));
            let attributes = attributes.unwrap_or_default().to_owned();
            let start = Start { name, kind: Kind::Formatting, attributes, visible: visible.map(Visible::again) };
            if self.fits(&start) && !self.is_full() {
                self.push(start);
            }
        }
    }

    /// A link ends the link before it.
    fn end_link(&mut self) {
        self.waiting.retain(|waiting| waiting.name != "a");
        let cell = self.open.iter().rposition(|open| open.kind.is_barrier()).map_or(0, |at| at + 1);
        let link = self.open.iter().enumerate().skip(cell).rev().find(|(_, open)| open.name == "a");
        if let Some(at) = link.map(|(at, _)| at) {
            self.mark_ended(at);
            self.pop_to(at);
        }
    }

    fn mark_ended(&mut self, at: usize) {
        if let Some(open) = self.open.get_mut(at) {
            open.ended = true;
        }
    }

    fn end_formatting(&mut self, name: &'static str) {
        let cell = self.open.iter().rposition(|open| open.kind.is_barrier()).map_or(0, |at| at + 1);
        let found = self.open.iter().enumerate().skip(cell).rev().find(|(_, open)| open.name == name && !open.ended);
        let Some(at) = found.map(|(at, _)| at) else {
            if let Some(at) = self.waiting.iter().rposition(|waiting| waiting.name == name) {
                self.waiting.remove(at);
            }
            return;
        };
        self.mark_ended(at);
        if self.open.iter().skip(at + 1).all(|open| !open.kind.is_special()) {
            self.pop_to(at);
        }
    }

    /// The innermost open element for which `wanted` holds and which an end tag can reach.
    fn in_scope(&self, wanted: impl Fn(&Open) -> bool) -> Option<usize> {
        for (at, open) in self.open.iter().enumerate().rev() {
            if wanted(open) {
                return Some(at);
            }
            if open.kind.is_barrier() {
                return None;
            }
        }
        None
    }

    fn end_in_scope(&mut self, wanted: impl Fn(&Open) -> bool) {
        if let Some(at) = self.in_scope(wanted) {
            self.pop_to(at);
        }
    }

    fn end_paragraph(&mut self) {
        self.end_in_scope(|open| open.kind == Kind::Paragraph);
    }

    /// A list item ends the item before it, a term or its description the one before.
    fn end_item(&mut self, kind: Kind) {
        let mut found = None;
        for (at, open) in self.open.iter().enumerate().rev() {
            if open.kind == kind {
                found = Some(at);
                break;
            }
            if open.kind.is_special() && !passes_items(open) {
                break;
            }
        }
        if let Some(at) = found {
            self.pop_to(at);
        }
    }
}

/// The blocks that the search for an open list item passes through.
fn passes_items(open: &Open) -> bool {
    matches!(open.name, "address" | "div" | "p")
}
