//! The octets of a TNEF container as attributes and properties (MS-OXTNEF 2.1, MS-OXCDATA): every length is held against what
//! is left, and each step goes forward.

use std::ops::Range;

/// Properties of one object that are looked at.
const MOST_PROPERTIES: u32 = 5_000;

/// A stretch of the octets, read from its start.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    octets: &'a [u8],
    at: usize,
    end: usize,
}

/// A property of MAPI: its id, its type, and where its (first) value stands.
pub(super) struct Property {
    pub(super) id: u16,
    pub(super) kind: u16,
    pub(super) value: Range<usize>,
}

impl<'a> Reader<'a> {
    /// Reads all of it.
    pub(super) fn new(octets: &'a [u8]) -> Self {
        Self { octets, at: 0, end: octets.len() }
    }

    fn take(&mut self, length: usize) -> Option<Range<usize>> {
        let next = self.at.checked_add(length).filter(|next| *next <= self.end)?;
        let range = self.at..next;
        self.at = next;
        Some(range)
    }

    /// The octets of a stretch.
    pub(super) fn cut(&self, range: &Range<usize>) -> &'a [u8] {
        self.octets.get(range.clone()).unwrap_or_default()
    }

    fn byte(&mut self) -> Option<u8> {
        let range = self.take(1)?;
        self.cut(&range).first().copied()
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        let range = self.take(2)?;
        Some(u16::from_le_bytes(self.cut(&range).try_into().ok()?))
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        let range = self.take(4)?;
        Some(u32::from_le_bytes(self.cut(&range).try_into().ok()?))
    }

    /// As many octets as a number before them says.
    fn counted(&mut self) -> Option<Range<usize>> {
        let length = usize::try_from(self.u32()?).ok()?;
        self.take(length)
    }

    /// A reader of this stretch alone.
    pub(super) fn inside(&self, range: &Range<usize>) -> Self {
        Self { octets: self.octets, at: range.start, end: range.end }
    }

    /// Level, id with type, length, octets, checksum. The checksum is not looked at: some writers have it wrong.
    pub(super) fn attribute(&mut self) -> Option<(u32, Range<usize>)> {
        if !matches!(self.byte()?, 1 | 2) {
            return None;
        }
        let id = self.u32()? & 0xFFFF;
        let value = self.counted()?;
        self.u16();
        Some((id, value))
    }

    /// Each property, as far as they can be read.
    pub(super) fn properties(&mut self, mut each: impl FnMut(&Self, Property)) {
        let count = self.u32().unwrap_or(0).min(MOST_PROPERTIES);
        for _ in 0..count {
            match self.property() {
                Some(property) => each(self, property),
                None => return,
            }
        }
    }

    fn property(&mut self) -> Option<Property> {
        let (kind, id) = (self.u16()?, self.u16()?);
        if id >= 0x8000 {
            self.take(16)?;
            if self.u32()? == 0 {
                self.u32()?;
            } else {
                let name = self.counted()?;
                self.pad(name.len())?;
            }
        }
        let (many, single) = (kind & 0x1000 != 0, kind & 0x0FFF);
        let variable = matches!(single, 0x1E | 0x1F | 0x0D | 0x102);
        let count = if many || variable { self.u32()? } else { 1 };
        let mut first = None;
        // each round takes octets, so that a count can't make more rounds than there are octets
        for _ in 0..count {
            let value = if variable {
                let value = self.counted()?;
                self.pad(value.len())?;
                value
            } else {
                self.take(width(single)?)?
            };
            first.get_or_insert(value);
        }
        Some(Property { id, kind: single, value: first.unwrap_or(self.at..self.at) })
    }

    /// Values stand on multiples of four.
    fn pad(&mut self, length: usize) -> Option<()> {
        let missing = length.next_multiple_of(4) - length;
        self.take(missing.min(self.end - self.at)).map(drop)
    }
}

/// Octets of a value of fixed width, which stands on a multiple of four.
fn width(kind: u16) -> Option<usize> {
    match kind {
        0x02 | 0x03 | 0x04 | 0x0A | 0x0B => Some(4),
        0x05 | 0x06 | 0x07 | 0x14 | 0x40 => Some(8),
        0x48 => Some(16),
        _ => None,
    }
}
