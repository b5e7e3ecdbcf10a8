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
        // tenths, rounded; what rounds up to 1000 belongs to the next unit
        let tenths = (octets.saturating_mul(10).saturating_add(size / 2)) / size;
        if tenths < 9_995 || unit == 4 {
            let (whole, tenth) = (tenths / 10, tenths % 10);
            return if whole < 10 {
                InUnits { unit, whole, tenth }
            } else {
                InUnits { unit, whole: whole + u64::from(tenth >= 5), tenth: 0 }
            };
        }
        size *= 1000;
    }
    InUnits { unit: 0, whole: octets, tenth: 0 } // not reached: the fourth unit takes all
}
