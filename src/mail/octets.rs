//! Numbers of octets as people say them.

/// A number of octets in a unit that leaves a number to be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InUnits {
    /// 0 for bytes, 1 for kilobytes of 1000 bytes, as file managers count, up to 4.
    pub unit: usize,
    /// In that unit, rounded where no tenth is told.
    pub whole: u64,
    /// One decimal, for numbers below 10; 0 else.
    pub tenth: u64,
}

/// In the largest unit that leaves at least 1.
pub fn in_units(octets: u64) -> InUnits {
    if octets < 1000 {
        return InUnits { unit: 0, whole: octets, tenth: 0 };
    }
    let mut size: u64 = 1000;
    for unit in 1.. {
        // each rounded once; what rounds up to 1000 belongs to the next unit
        let rounded = |octets: u64| octets.saturating_add(size / 2) / size;
        let (whole, tenths) = (rounded(octets), rounded(octets.saturating_mul(10)));
        if whole < 1000 || unit == 4 {
            return match tenths {
                ..100 => InUnits { unit, whole: tenths / 10, tenth: tenths % 10 },
                _ => InUnits { unit, whole, tenth: 0 },
            };
        }
        size *= 1000;
    }
    InUnits { unit: 0, whole: octets, tenth: 0 } // not reached: the fourth unit takes all
}
