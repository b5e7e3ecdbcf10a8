//! What an end tag, or a start tag that implies one, closes.

use super::place::MARK;
use super::{Balance, Open, Waiting};
use crate::html::elements::Kind;
use crate::html::links::Visible;
use crate::html::{escape, limits};

impl Balance {
    /// Closes the elements from the innermost down to the one at `at`.
    pub(super) fn pop_to(&mut self, at: usize) {
        let mut carried: Vec<Waiting> = Vec::new();
        while self.open.len() > at {
            let Some(mut open) = self.open.pop() else { break };
            self.run = (0, 0);
            self.may_break(open.kind);
            let visible = open.visible.take();
            let mark = visible.as_ref().and_then(Visible::mark);
            if self.misled.len() < limits::MISLED
                && let Some(misled) = visible.as_ref().and_then(Visible::misled)
                && !self.misled.contains(&misled)
            {
                self.misled.push(misled);
            }
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
                    target.push_str(MARK); // an element of its own, which a mail's rules can't hide (`frame`)
                    escape::text(target, mark);
                    target.push_str("</span>");
                }
                target.push_str(&end);
                if let Some(host) = mark.and_then(|mark| mark.rsplit(' ').next()) {
                    *self.word_here() = host.chars().count();
                }
                if let Some(frame) = self.frames.last_mut().filter(|frame| frame.misplaced_from == Some(depth)) {
                    frame.misplaced_from = None;
                }
            }
            match open.kind {
                Kind::Formatting if !open.ended => {
                    carried.push(Waiting { name: open.name, tag: open.tag, visible });
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

    /// What begins or ends here may end a line: anything but what stands within one.
    pub(super) fn may_break(&mut self, kind: Kind) {
        if kind == Kind::Table || kind.is_table_part() {
            self.word = 0; // and not that of what goes before the table
        } else if !matches!(kind, Kind::Formatting | Kind::Inline) {
            *self.word_here() = 0;
        }
    }

    pub(super) fn close_table(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        let target = self.target();
        target.push_str(&frame.misplaced);
        target.push_str(&frame.table);
        target.push_str("</table>");
        *self.word_here() = 0;
    }

    /// A link ends the link before it.
    pub(super) fn end_link(&mut self) {
        self.waiting.retain(|waiting| waiting.name != "a");
        let cell = self.open.iter().rposition(|open| open.kind.is_barrier()).map_or(0, |at| at + 1);
        let link = self.open.iter().enumerate().skip(cell).rev().find(|(_, open)| open.name == "a");
        if let Some(at) = link.map(|(at, _)| at) {
            self.mark_ended(at);
            self.pop_to(at);
        }
    }

    pub(super) fn mark_ended(&mut self, at: usize) {
        if let Some(open) = self.open.get_mut(at) {
            open.ended = true;
        }
    }

    pub(super) fn end_formatting(&mut self, name: &'static str) {
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
    pub(super) fn in_scope(&self, wanted: impl Fn(&Open) -> bool) -> Option<usize> {
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

    pub(super) fn end_in_scope(&mut self, wanted: impl Fn(&Open) -> bool) {
        if let Some(at) = self.in_scope(wanted) {
            self.pop_to(at);
        }
    }

    pub(super) fn end_paragraph(&mut self) {
        self.end_in_scope(|open| open.kind == Kind::Paragraph);
    }

    /// A list item ends the item before it, a term or its description the one before.
    pub(super) fn end_item(&mut self, kind: Kind) {
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
pub(super) fn passes_items(open: &Open) -> bool {
    matches!(open.name, "address" | "div" | "p")
}
