//! Where a start tag goes, and whether it may go there.

use super::close::passes_items;
use super::{Balance, Frame, Open, Start, Waiting};
use crate::html::elements::Kind;
use crate::html::limits;
use crate::html::links::Visible;

/// The start tag of what says where a link leads.
pub(super) const MARK: &str = "<span class=\"fp-mark\">";

impl Balance {
    /// Where content goes at this moment.
    pub(super) fn target(&mut self) -> &mut String {
        let misplaced = self.at_table_structure();
        match self.frames.last_mut() {
            Some(frame) if misplaced || frame.misplaced_from.is_some() => &mut frame.misplaced,
            Some(frame) => &mut frame.table,
            None => &mut self.out,
        }
    }

    /// The letters since the last place where a line may end, there.
    pub(super) fn word_here(&mut self) -> &mut usize {
        let misplaced = self.at_table_structure();
        match self.frames.last_mut() {
            Some(frame) if misplaced || frame.misplaced_from.is_some() => &mut frame.word,
            _ => &mut self.word,
        }
    }

    /// Whether content would be misplaced now: directly in a table, its rows or its groups.
    pub(super) fn at_table_structure(&self) -> bool {
        self.open.last().is_some_and(|open| open.kind.is_table_structure())
    }

    /// Whether the innermost table is open with no cell or caption open in it.
    pub(super) fn in_table_structure(&self) -> bool {
        self.open.iter().rev().find(|open| open.kind.is_barrier()).is_some_and(|open| open.kind == Kind::Table)
    }

    /// The elements that content written now is inside of, innermost first.
    pub(super) fn ancestors(&self) -> impl Iterator<Item = &Open> {
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
    pub(super) fn fits(&self, start: &Start) -> bool {
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
    pub(super) fn start_table_part(&mut self, start: Start) {
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

    /// Text and other elements end a `colgroup` that was not closed.
    pub(super) fn leave_column_group(&mut self) {
        if self.open.last().is_some_and(|open| open.kind == Kind::ColumnGroup) {
            self.pop_to(self.open.len() - 1);
        }
    }

    pub(super) fn leave_out(&mut self, name: &'static str) {
        if self.left_out.is_empty() {
            self.left_out_at = self.open.len();
        }
        match self.left_out.iter_mut().find(|(left_out, _)| *left_out == name) {
            Some((_, count)) => *count += 1,
            None => self.left_out.push((name, 1)),
        }
    }

    pub(super) fn push(&mut self, start: Start) {
        if self.is_full() {
            return;
        }
        let Start { name, kind, attributes, visible } = start;
        self.nodes += 1;
        self.run = (0, 0);
        let word = *self.word_here();
        self.may_break(kind);
        let tag = format!("<{name}{attributes}>");
        if kind == Kind::Table {
            // The table writes to a place of its own until it is closed.
            self.frames.push(Frame {
                at: self.open.len(),
                table: tag,
                misplaced: String::new(),
                misplaced_from: None,
                word,
            });
            self.open.push(Open {
                name,
                kind,
                tag: String::new(),
                ended: false,
                waiting_outside: 0,
                visible: None,
                is_mark: false,
            });
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
        let is_mark = tag == MARK;
        let tag = if kind == Kind::Formatting { tag } else { String::new() };
        self.open.push(Open { name, kind, tag, ended: false, waiting_outside, visible, is_mark });
    }

    /// Opens again the formatting elements that wait, if any.
    pub(super) fn reopen(&mut self) {
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
}
