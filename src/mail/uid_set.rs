//! A set of UIDs as IMAP writes it (RFC 9051 9, `sequence-set`).

use std::fmt;

use super::Uid;

/// UIDs, ascending, each once; kept as ranges so that a whole mailbox stays small.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UidSet(Vec<(u32, u32)>);

impl UidSet {
    /// The set of these UIDs, in any order, repeated or not.
    pub fn new(uids: impl IntoIterator<Item = Uid>) -> Self {
        uids.into_iter().map(|uid| (uid.number(), uid.number())).collect::<Vec<_>>().into()
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many UIDs it holds.
    pub fn len(&self) -> usize {
        self.0.iter().map(|(first, last)| (last - first) as usize + 1).sum()
    }

    /// Whether `uid` is among them.
    pub fn contains(&self, uid: Uid) -> bool {
        let number = uid.number();
        let after = self.0.partition_point(|(first, _)| *first <= number);
        after.checked_sub(1).and_then(|at| self.0.get(at)).is_some_and(|(_, last)| number <= *last)
    }

    /// Every UID, ascending.
    pub fn iter(&self) -> impl Iterator<Item = Uid> + '_ {
        self.0.iter().flat_map(|(first, last)| (*first..=*last).filter_map(Uid::new))
    }

    /// The ranges, ascending, both ends inside.
    pub fn ranges(&self) -> &[(u32, u32)] {
        &self.0
    }

    /// Cuts the set into sets whose written form stays below `bytes` each: servers limit the length of a line
    /// (RFC 7162 4: 8192 octets).
    pub fn split(&self, bytes: usize) -> Vec<Self> {
        let mut sets = vec![Self::default()];
        let mut length = 0;
        for range in &self.0 {
            if length + 22 > bytes {
                sets.push(Self::default());
                length = 0;
            }
            length += 22; // two numbers of ten digits, a colon, a comma
            if let Some(set) = sets.last_mut() {
                set.0.push(*range);
            }
        }
        sets.retain(|set| !set.is_empty());
        sets
    }

    /// The first of it that are greater than `after`, so many at most, and no more than fit into one of [`Self::split`]'s
    /// sets; nothing if there are none.
    #[must_use]
    pub fn window(&self, after: Option<Uid>, most: usize, bytes: usize) -> Self {
        let after = after.map_or(0, Uid::number);
        let begin = self.0.partition_point(|(_, last)| *last <= after);
        let mut left = u32::try_from(most).unwrap_or(u32::MAX);
        let mut ranges = Vec::new();
        for (first, last) in self.0.iter().skip(begin).take((bytes / 22).max(1)) {
            let first = (*first).max(after.saturating_add(1));
            if left == 0 {
                break;
            }
            let last = (*last).min(first.saturating_add(left - 1));
            left -= last - first + 1;
            ranges.push((first, last));
        }
        Self(ranges)
    }

    /// The greatest.
    pub fn last(&self) -> Option<Uid> {
        self.0.last().and_then(|(_, last)| Uid::new(*last))
    }

    /// Reads `4,7:9`; `None` for anything else, `*` too, since an answer never contains it.
    pub fn parse(text: &str) -> Option<Self> {
        text.split(',')
            .map(|item| {
                let (first, last) = item.split_once(':').unwrap_or((item, item));
                let (first, last) = (first.parse::<Uid>().ok()?, last.parse::<Uid>().ok()?);
                Some((first.min(last).number(), first.max(last).number()))
            })
            .collect::<Option<Vec<_>>>()
            .map(Self::from)
    }

    /// The UIDs that are in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let mut both = Vec::new();
        let (mut here, mut there) = (self.0.iter().peekable(), other.0.iter().peekable());
        while let (Some((a, b)), Some((c, d))) = (here.peek(), there.peek()) {
            if a.max(c) <= b.min(d) {
                both.push((*a.max(c), *b.min(d)));
            }
            if b < d {
                here.next()
            } else {
                there.next()
            };
        }
        Self(both)
    }
}

impl From<Vec<(u32, u32)>> for UidSet {
    fn from(mut ranges: Vec<(u32, u32)>) -> Self {
        ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
        for (first, last) in ranges {
            match merged.last_mut() {
                Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
                _ => merged.push((first, last)),
            }
        }
        Self(merged)
    }
}

impl FromIterator<Uid> for UidSet {
    fn from_iter<T: IntoIterator<Item = Uid>>(uids: T) -> Self {
        Self::new(uids)
    }
}

impl fmt::Display for UidSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (first, last)) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            match first == last {
                true => write!(f, "{comma}{first}")?,
                false => write!(f, "{comma}{first}:{last}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str) -> UidSet {
        UidSet::parse(text).unwrap()
    }

    #[test]
    fn neighbours_become_a_range_and_repeats_vanish() {
        assert_eq!(set("3,1,2,2,9,8:7").to_string(), "1:3,7:9");
        assert_eq!(set("5:2").to_string(), "2:5");
    }

    #[test]
    fn membership_and_length_look_into_ranges() {
        let some = set("1:3,7");
        assert_eq!(some.len(), 4);
        assert!(some.contains(Uid::new(2).unwrap()) && !some.contains(Uid::new(4).unwrap()));
    }

    #[test]
    fn an_intersection_has_what_both_have() {
        for (one, other, both) in
            [("1:5,9", "4:9", "4:5,9"), ("1:3", "4:5", ""), ("7", "1:4294967295", "7"), ("1,3,5,7:9", "2:8", "3,5,7:8")]
        {
            assert_eq!(set(one).intersection(&set(other)).to_string(), both);
            assert_eq!(set(other).intersection(&set(one)).to_string(), both);
        }
    }

    #[test]
    fn windows_follow_each_other_without_gap_or_overlap() {
        let some = set("1:3,7,9:2000,4000");
        let window = |after: u32, most, bytes| some.window(Uid::new(after), most, bytes).to_string();
        assert_eq!(
            (window(0, 2, 99), window(2, 3, 99), window(9, 5, 99)),
            ("1:2".into(), "3,7,9".into(), "10:14".into())
        );
        assert_eq!((window(0, 99, 44), window(4000, 9, 99), window(0, 0, 99)), ("1:3,7".into(), "".into(), "".into()));
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let next = some.window(after, 7, 7_500);
            let Some(last) = next.last() else { break };
            assert!(next.len() <= 7);
            all.extend(next.iter());
            after = Some(last);
        }
        assert!(all.iter().copied().eq(some.iter()));
    }

    #[test]
    fn what_is_no_set_is_refused() {
        for wrong in ["", "*", "1:*", "0", "1,,2", "1:2:3", " 1"] {
            assert_eq!(UidSet::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_long_set_is_cut_into_lines_a_server_takes() {
        let long: UidSet = (1..4000).filter(|n| n % 2 == 1).filter_map(Uid::new).collect();
        let parts = long.split(8000);
        assert!(parts.len() > 1 && parts.iter().all(|part| part.to_string().len() < 8000));
        assert_eq!(parts.iter().map(UidSet::len).sum::<usize>(), long.len());
    }
}
