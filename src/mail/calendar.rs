//! Invitations and events (RFC 5545, RFC 5546).

use super::{Address, Civil};

/// What a calendar part says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Calendar {
    /// What it wants.
    pub method: Method,
    /// The events, at most 20.
    pub events: Vec<Event>,
    /// How many there are beyond those.
    pub more: usize,
}

impl Calendar {
    /// Whether both speak of the same events in the same version.
    pub fn is_same(&self, other: &Self) -> bool {
        let ids = |calendar: &Self| {
            calendar.events.iter().map(|event| (event.uid.clone(), event.sequence)).collect::<Vec<_>>()
        };
        self.method == other.method && ids(self) == ids(other)
    }
}

/// `METHOD` (RFC 5546 1.4).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Method {
    /// Events to look at; nobody is asked.
    #[default]
    Publish,
    /// An invitation, or a new version of it.
    Request,
    /// An attendee's answer.
    Reply,
    /// One more instance of something that repeats.
    Add,
    /// It does not take place.
    Cancel,
    /// An attendee asks for the newest version.
    Refresh,
    /// An attendee proposes something else.
    Counter,
    /// The organiser does not agree to that.
    DeclineCounter,
}

/// One event. Times are in its own zone.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Event {
    /// `UID`.
    pub uid: String,
    /// `SEQUENCE`: 0 in the first version.
    pub sequence: u32,
    /// What.
    pub summary: String,
    /// Where.
    pub location: String,
    /// More about it, with line ends.
    pub description: String,
    /// When it begins.
    pub start: Option<When>,
    /// When it ends; of whole days the last one.
    pub end: Option<When>,
    /// `STATUS:CANCELLED`.
    pub cancelled: bool,
    /// Who invites.
    pub organizer: Option<Address>,
    /// Who is invited, at most 200.
    pub attendees: Vec<Attendee>,
    /// How many are invited beyond those.
    pub more_attendees: usize,
    /// How it repeats.
    pub repeats: Option<Repeat>,
    /// Whether this is one instance of something that repeats (`RECURRENCE-ID`).
    pub is_instance: bool,
}

/// A time as a calendar writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// A whole day; its time means nothing.
    Day(Civil),
    /// The same time of day everywhere.
    Floating(Civil),
    /// In UTC.
    Utc(Civil),
    /// In a zone.
    Zoned {
        /// The time there.
        at: Civil,
        /// What the calendar calls the zone: an IANA name, or any other.
        zone: String,
        /// Minutes east of UTC at that time, by the rules that came with the calendar (VTIMEZONE).
        offset_minutes: Option<i16>,
    },
}

impl When {
    /// Date and time as written.
    pub fn civil(&self) -> Civil {
        match self {
            Self::Day(at) | Self::Floating(at) | Self::Utc(at) | Self::Zoned { at, .. } => *at,
        }
    }

    /// The same kind of time at another date and time.
    #[must_use]
    pub fn moved_to(&self, to: Civil) -> Self {
        match self {
            Self::Day(_) => Self::Day(to),
            Self::Floating(_) => Self::Floating(to),
            Self::Utc(_) => Self::Utc(to),
            Self::Zoned { zone, offset_minutes, .. } => {
                Self::Zoned { at: to, zone: zone.clone(), offset_minutes: *offset_minutes }
            }
        }
    }
}

/// Somebody who is invited.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attendee {
    /// Who.
    pub who: Address,
    /// Their answer so far.
    pub answer: Answer,
    /// Whether they may as well stay away.
    pub optional: bool,
}

/// `PARTSTAT` (RFC 5545 3.2.12).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Answer {
    /// None yet.
    #[default]
    None,
    /// Yes.
    Accepted,
    /// No.
    Declined,
    /// Perhaps.
    Tentative,
    /// Somebody else goes.
    Delegated,
}

/// `RRULE`, as far as it can be said in a sentence (RFC 5545 3.3.10). It is never worked out (`A-05`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repeat {
    /// How often.
    pub every: Every,
    /// Every how many of these; 1 is each.
    pub interval: u32,
    /// On which weekdays, from 0, Monday.
    pub weekdays: Vec<u8>,
    /// How many times in all.
    pub count: Option<u32>,
    /// Until which day.
    pub until: Option<Civil>,
    /// Whether the rule says more than is told here.
    pub intricate: bool,
}

/// `FREQ`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Every {
    /// Each day.
    Day,
    /// Each week.
    Week,
    /// Each month.
    Month,
    /// Each year.
    Year,
    /// Something shorter than a day, or nothing that is known.
    #[default]
    Other,
}
