//! Another writer chosen while a message is written: what came with the one before and nobody touched goes with them; what somebody
//! typed, or took away, stays so.

use super::typed::Typed;
use crate::account::{recipients_field, recipients_so_far};
use crate::mail::{Address, Identity};

impl Typed {
    /// Puts what goes with the chosen writer in the place of what the form was filled with for another one. A script has done so
    /// already, and says so.
    pub(super) fn follow_writer(&mut self, identities: &[Identity]) {
        let by_id = |id: u32| identities.iter().find(|identity| identity.id == id);
        let filled_for = std::mem::replace(&mut self.filled_for, self.from);
        let (Some(before), Some(now)) = (by_id(filled_for), by_id(self.from)) else { return };
        if before.id == now.id {
            return;
        }
        if self.reply_to.trim() == recipients_field(&before.reply_to) {
            self.reply_to = recipients_field(&now.reply_to);
        }
        let people = recipients_so_far(&self.bcc);
        self.no_copy |= before.copies_to_self && !people.iter().any(|one| is_at(one, before));
        if !self.no_copy && (before.copies_to_self || now.copies_to_self) {
            let old = |one: &Address| before.copies_to_self && is_at(one, before);
            let rest = people.into_iter().filter(|one| !old(one) && !is_at(one, now));
            let own = now.copies_to_self.then(|| now.address.clone());
            self.bcc = recipients_field(&own.into_iter().chain(rest).collect::<Vec<_>>());
        }
        // a text with looks has them by a script, which knows where the signature stands in them
        if self.html.is_empty()
            && let Some(text) = signed(&self.text, before.signature.trim_end(), now.signature.trim_end())
        {
            self.text = text;
        }
    }
}

fn is_at(one: &Address, identity: &Identity) -> bool {
    one.addr.eq_ignore_ascii_case(&identity.address.addr)
}

/// The text with another signature; `None` where the one before is not what it was, or they are the same. What had none gets one
/// at its end.
fn signed(text: &str, before: &str, now: &str) -> Option<String> {
    const MARK: &str = "\n-- \n"; // RFC 3676 4.3
    if before == now {
        return None;
    }
    let end = text.trim_end_matches('\n');
    if before.is_empty() {
        return Some(format!("{end}\n{MARK}{now}"));
    }
    if let Some(above) = end.strip_suffix(before).and_then(|rest| rest.strip_suffix(MARK)) {
        let gone = above.strip_suffix('\n').unwrap_or(above);
        return Some(if now.is_empty() { gone.to_owned() } else { format!("{above}{MARK}{now}") });
    }
    let is_line = |at: usize| {
        let (above, below) = text.split_at_checked(at)?;
        let below = below.strip_prefix(before)?;
        let whole = (above.is_empty() || above.ends_with('\n')) && (below.is_empty() || below.starts_with('\n'));
        whole.then_some((above, below))
    };
    let mut places = text.match_indices(before).filter_map(|(at, _)| is_line(at));
    let (above, below) = places.next()?;
    if places.next().is_some() {
        return None; // which of them was typed nobody can tell
    }
    Some(match now.is_empty() {
        true => format!("{above}{}", below.strip_prefix("\n\n").unwrap_or(below)),
        false => format!("{above}{now}{below}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_that_nobody_touched_is_exchanged_where_it_stands() {
        let quote = "On Monday somebody wrote:\n> Ann\n> and more";
        for (text, before, now, expected) in [
            ("Hello\n\n-- \nAnn", "Ann", "Office\nHarbour 7", "Hello\n\n-- \nOffice\nHarbour 7"),
            ("Hello\n\n-- \nAnn\n", "Ann", "", "Hello"),
            ("Hello", "", "Office", "Hello\n\n-- \nOffice"),
            ("", "", "Office", "\n\n-- \nOffice"),
            (&format!("\n\nAnn\n\n{quote}"), "Ann", "Office", &format!("\n\nOffice\n\n{quote}")),
            (&format!("\n\nAnn\n\n{quote}"), "Ann", "", &format!("\n\n{quote}")),
            // the last of all is the signature, whatever is passed on above it
            ("Ann\n\n-- \nAnn", "Ann", "Office", "Ann\n\n-- \nOffice"),
        ] {
            assert_eq!(signed(text, before, now).as_deref(), Some(expected), "{text:?}");
        }
        for (text, before, now) in [
            ("\n\nAnn\n\nRegards,\nAnn\n\n> x", "Ann", "Office"),
            ("Hello\n\n-- \nAnna", "Ann", "Office"),
            ("Hello", "Ann", "Office"),
            ("x\n\n-- \nAnn", "Ann", "Ann"),
        ] {
            assert_eq!(signed(text, before, now), None, "{text:?}");
        }
    }
}
