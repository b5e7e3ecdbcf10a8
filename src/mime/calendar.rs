//! Invitations and events (RFC 5545, RFC 5546). Nothing is expanded: how something repeats is only told (`A-05`).

use super::calendar_zone::{Zone, Zones};
use super::content_line::{Line, lines, unescaped};
use crate::mail::{Address, Answer, Attendee, Calendar, Civil, Event, Every, Method, Repeat, When};

/// Events of one file that are read.
const MOST_EVENTS: usize = 20;
/// Attendees of one event that are read (`D-03`).
const MOST_ATTENDEES: usize = 200;
/// Characters of a description that are kept.
const LONGEST: usize = 8_000;
/// A duration beyond this, in seconds, is none.
const LONGEST_DURATION: i64 = 10 * 366 * 86_400;

/// Reads a calendar; `None` where there is no event in it.
pub fn calendar(text: &str) -> Option<Calendar> {
    let mut calendar = Calendar::default();
    let mut zones = Zones::default();
    let mut open: Vec<String> = Vec::new();
    let mut drafts: Vec<Draft> = Vec::new();
    for line in lines(text) {
        match line.name.as_str() {
            "BEGIN" => {
                let name = line.value.trim().to_ascii_uppercase();
                match name.as_str() {
                    "VEVENT" if drafts.len() < MOST_EVENTS => drafts.push(Draft::default()),
                    "VEVENT" => calendar.more += 1,
                    "VTIMEZONE" => zones.begin(),
                    "STANDARD" | "DAYLIGHT" => zones.begin_rule(),
                    _ => {}
                }
                if open.len() < 100 {
                    open.push(name);
                }
                continue;
            }
            "END" => {
                let name = line.value.trim().to_ascii_uppercase();
                if let Some(at) = open.iter().rposition(|one| *one == name) {
                    open.truncate(at);
                }
                continue;
            }
            _ => {}
        }
        match open.last().map(String::as_str) {
            Some("VCALENDAR") if line.name == "METHOD" => calendar.method = method(line.value.trim()),
            Some("VTIMEZONE") => zones.take(&line),
            Some("STANDARD" | "DAYLIGHT") => zones.take_rule(&line),
            Some("VEVENT") if calendar.more == 0 => {
                if let Some(draft) = drafts.last_mut() {
                    draft.take(&line);
                }
            }
            _ => {}
        }
    }
    calendar.events = drafts.into_iter().map(|draft| draft.event(&zones)).collect();
    (!calendar.events.is_empty()).then_some(calendar)
}

fn method(value: &str) -> Method {
    match value.to_ascii_uppercase().as_str() {
        "REQUEST" => Method::Request,
        "REPLY" => Method::Reply,
        "ADD" => Method::Add,
        "CANCEL" => Method::Cancel,
        "REFRESH" => Method::Refresh,
        "COUNTER" => Method::Counter,
        "DECLINECOUNTER" => Method::DeclineCounter,
        _ => Method::Publish,
    }
}

/// An event while its lines are read: zones may follow it.
#[derive(Default)]
struct Draft {
    event: Event,
    start: Option<Line>,
    end: Option<Line>,
    duration: Option<i64>,
}

impl Draft {
    fn take(&mut self, line: &Line) {
        let event = &mut self.event;
        match line.name.as_str() {
            "UID" => event.uid = line.value.trim().chars().take(500).collect(),
            "SEQUENCE" => event.sequence = line.value.trim().parse().unwrap_or(0),
            "SUMMARY" if event.summary.is_empty() => event.summary = line.text(),
            "LOCATION" if event.location.is_empty() => event.location = line.text(),
            "DESCRIPTION" if event.description.is_empty() => {
                event.description = unescaped(&line.value).trim().chars().take(LONGEST).collect();
            }
            "STATUS" => event.cancelled = line.value.trim().eq_ignore_ascii_case("CANCELLED"),
            "ORGANIZER" => event.organizer = Some(person(line)),
            "ATTENDEE" if event.attendees.len() < MOST_ATTENDEES => event.attendees.push(attendee(line)),
            "ATTENDEE" => event.more_attendees += 1,
            "RRULE" => event.repeats = Some(repeat(&line.value)),
            "RDATE" => event.repeats.get_or_insert_default().intricate = true,
            "RECURRENCE-ID" => event.is_instance = true,
            "DTSTART" => self.start = Some(copy(line)),
            "DTEND" => self.end = Some(copy(line)),
            "DURATION" => self.duration = duration(line.value.trim()),
            _ => {}
        }
    }

    fn event(self, zones: &Zones) -> Event {
        let Self { mut event, start, end, duration } = self;
        event.start = start.and_then(|line| when(&line, zones));
        event.end = end.and_then(|line| when(&line, zones));
        if let (None, Some(start), Some(seconds)) = (&event.end, &event.start, duration) {
            event.end = start.civil().plus(seconds).map(|end| start.moved_to(end));
        }
        // the end of whole days is the day after (RFC 5545 3.6.1)
        if let (Some(When::Day(start)), Some(When::Day(end))) = (&event.start, &event.end) {
            event.end = end.plus(-86_400).filter(|last| last > start).map(When::Day);
        }
        event
    }
}

fn copy(line: &Line) -> Line {
    Line { name: line.name.clone(), params: line.params.clone(), value: line.value.clone() }
}

pub(super) fn person(line: &Line) -> Address {
    let value = line.value.trim();
    let is_mail = value.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:"));
    let addr = if is_mail { value.get(7..).unwrap_or_default() } else { line.param("EMAIL").unwrap_or_default() };
    let name = line.param("CN").unwrap_or_default().replace("^n", " ").replace("^'", "\"").replace("^^", "^");
    Address { name: name.trim().to_owned(), addr: addr.trim().to_owned() }
}

fn attendee(line: &Line) -> Attendee {
    let answer = match line.param("PARTSTAT").unwrap_or_default().to_ascii_uppercase().as_str() {
        "ACCEPTED" => Answer::Accepted,
        "DECLINED" => Answer::Declined,
        "TENTATIVE" => Answer::Tentative,
        "DELEGATED" => Answer::Delegated,
        _ => Answer::None,
    };
    let optional = line.has("ROLE", "OPT-PARTICIPANT") || line.has("ROLE", "NON-PARTICIPANT");
    Attendee { who: person(line), answer, optional }
}

/// `20260102`, `20260102T100000`, `20260102T100000Z`, with `TZID`.
fn when(line: &Line, zones: &Zones) -> Option<When> {
    let value = line.value.trim();
    let at = civil(value)?;
    if !value.contains(['T', 't']) {
        return Some(When::Day(at));
    }
    if value.ends_with(['Z', 'z']) {
        return Some(When::Utc(at));
    }
    Some(match line.param("TZID").map(str::trim).filter(|zone| !zone.is_empty()) {
        Some("UTC" | "Etc/UTC" | "GMT") => When::Utc(at),
        Some(zone) => When::Zoned {
            at,
            zone: zone.chars().take(100).collect(),
            offset_minutes: zones.find(zone).and_then(|found: &Zone| found.offset_at(at)),
        },
        None => When::Floating(at),
    })
}

/// A date, or a date and time, without their zone.
pub(super) fn civil(value: &str) -> Option<Civil> {
    let number = |from: usize, to: usize| value.get(from..to)?.parse::<i16>().ok();
    let small = |from, to| u8::try_from(number(from, to)?).ok();
    let date = (number(0, 4)?, small(4, 6)?, small(6, 8)?);
    let time = match value.as_bytes().get(8) {
        Some(b'T' | b't') => (small(9, 11)?, small(11, 13)?, small(13, 15).unwrap_or(0)),
        _ => (0, 0, 0),
    };
    Civil::new(date, time)
}

/// `P1W`, `P1DT2H30M`, `-PT15M` in seconds (RFC 5545 3.3.6).
fn duration(value: &str) -> Option<i64> {
    let (sign, rest) = match value.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, value.strip_prefix('+').unwrap_or(value)),
    };
    let mut seconds: i64 = 0;
    let mut number: Option<i64> = None;
    for c in rest.strip_prefix(['P', 'p'])?.chars() {
        let unit = match c.to_ascii_uppercase() {
            'T' => continue,
            'W' => 7 * 86_400,
            'D' => 86_400,
            'H' => 3_600,
            'M' => 60,
            'S' => 1,
            digit => {
                let digit = i64::from(digit.to_digit(10)?);
                number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(digit)?);
                continue;
            }
        };
        seconds = seconds.checked_add(number.take()?.checked_mul(unit)?)?;
    }
    (seconds <= LONGEST_DURATION).then_some(seconds * sign)
}

fn repeat(value: &str) -> Repeat {
    let mut repeat = Repeat { interval: 1, ..Repeat::default() };
    for rule in value.split(';').take(30) {
        let (name, value) = rule.split_once('=').unwrap_or((rule, ""));
        match name.trim().to_ascii_uppercase().as_str() {
            "FREQ" => {
                repeat.every = match value.trim().to_ascii_uppercase().as_str() {
                    "DAILY" => Every::Day,
                    "WEEKLY" => Every::Week,
                    "MONTHLY" => Every::Month,
                    "YEARLY" => Every::Year,
                    _ => Every::Other,
                }
            }
            "INTERVAL" => repeat.interval = value.trim().parse().unwrap_or(1).max(1),
            "COUNT" => repeat.count = value.trim().parse().ok(),
            "UNTIL" => repeat.until = civil(value.trim()),
            "BYDAY" => {
                for day in value.split(',').take(20) {
                    match weekday(day.trim()) {
                        Some(day) if !repeat.weekdays.contains(&day) => repeat.weekdays.push(day),
                        Some(_) => {}
                        None => repeat.intricate = true,
                    }
                }
            }
            // they only say what the first day says already, mostly
            "WKST" | "BYMONTHDAY" | "BYMONTH" if !value.contains([',', '-']) => {}
            _ => repeat.intricate = true,
        }
    }
    repeat.weekdays.sort_unstable();
    // "the second Tuesday" is more than a weekday
    repeat.intricate |= repeat.every != Every::Week && !repeat.weekdays.is_empty();
    repeat
}

/// From 0, Monday.
pub(super) fn weekday(text: &str) -> Option<u8> {
    let days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    days.iter().position(|day| text.eq_ignore_ascii_case(day)).and_then(|at| u8::try_from(at).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn event(lines: &str) -> Event {
        let text =
            format!("BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:u\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n");
        calendar(&text).unwrap().events.remove(0)
    }

    fn at(text: &str) -> Civil {
        civil(text).unwrap()
    }

    #[test]
    fn an_invitation_says_what_when_where_and_who() {
        let event = event(
            "SUMMARY:Lunch\\, late\nLOCATION:Harbour\nDTSTART;TZID=Europe/Berlin:20260113T123000\n\
             DTEND;TZID=Europe/Berlin:20260113T133000\nSEQUENCE:2\nORGANIZER;CN=Ann:MAILTO:ann@example.org\n\
             ATTENDEE;CN=\"Bo B\";PARTSTAT=ACCEPTED:mailto:bo@example.org\n\
             ATTENDEE;ROLE=OPT-PARTICIPANT:mailto:cy@example.org\nDESCRIPTION:One\\nTwo\n\
             BEGIN:VALARM\nSUMMARY:not this\nDESCRIPTION:nor this\nEND:VALARM",
        );
        assert_eq!((event.summary.as_str(), event.location.as_str()), ("Lunch, late", "Harbour"));
        assert_eq!((event.description.as_str(), event.sequence), ("One\nTwo", 2));
        assert_eq!(event.organizer.unwrap().addr, "ann@example.org");
        let answers: Vec<_> = event.attendees.iter().map(|one| (one.who.label(), one.answer, one.optional)).collect();
        assert_eq!(answers, [("Bo B", Answer::Accepted, false), ("cy@example.org", Answer::None, true)]);
        let zone = "Europe/Berlin".to_owned();
        assert_eq!(event.start, Some(When::Zoned { at: at("20260113T123000"), zone, offset_minutes: None }));
    }

    #[test]
    fn whole_days_end_on_their_last_day() {
        let one = event("DTSTART;VALUE=DATE:20260113\nDTEND;VALUE=DATE:20260114");
        assert_eq!((one.start, one.end), (Some(When::Day(at("20260113"))), None));
        let three = event("DTSTART:20260113\nDTEND:20260116");
        assert_eq!(three.end, Some(When::Day(at("20260115"))));
    }

    #[test]
    fn a_duration_is_as_good_as_an_end() {
        let long = event("DTSTART:20260113T233000Z\nDURATION:P1DT1H30M");
        assert_eq!(long.end, Some(When::Utc(at("20260115T010000"))));
        //
        for absurd in ["P99999999999999W", "P9999999999999999999999D", "PT", "x", "P1", "P400000D"] {
            let event = event(&format!("DTSTART:20260113T233000Z\nDURATION:{absurd}"));
            assert!(event.end.is_none_or(|end| end == event.start.unwrap()), "{absurd}");
        }
    }

    #[test]
    fn how_it_repeats_is_told_and_never_worked_out() {
        //
        let told = |rule: &str| event(&format!("DTSTART:20260113T100000Z\nRRULE:{rule}")).repeats.unwrap();
        let weekly = told("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR,MO;UNTIL=20260303T000000Z");
        assert_eq!((weekly.every, weekly.interval, weekly.weekdays), (Every::Week, 2, vec![0, 4]));
        assert_eq!((weekly.until, weekly.intricate), (Some(at("20260303")), false));
        assert!(told("FREQ=MONTHLY;BYDAY=2TU").intricate);
        let bomb = told("FREQ=SECONDLY;COUNT=2000000000");
        assert_eq!((bomb.every, bomb.count), (Every::Other, Some(2_000_000_000)));
        assert_eq!(told("FREQ=DAILY;INTERVAL=0").interval, 1);
    }

    #[test]
    fn zones_that_come_along_say_how_far_from_utc() {
        let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID=Ours:20260713T123000\nEND:VEVENT\nBEGIN:VEVENT\n\
            DTSTART;TZID=Ours:20260113T123000\nEND:VEVENT\nBEGIN:VTIMEZONE\nTZID:Ours\nBEGIN:STANDARD\n\
            DTSTART:16011028T030000\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nTZOFFSETTO:+0100\nEND:STANDARD\n\
            BEGIN:DAYLIGHT\nDTSTART:16010325T020000\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\nTZOFFSETTO:+0200\n\
            END:DAYLIGHT\nEND:VTIMEZONE\nEND:VCALENDAR";
        let offsets: Vec<_> = calendar(text)
            .unwrap()
            .events
            .iter()
            .map(|event| match &event.start {
                Some(When::Zoned { offset_minutes, .. }) => *offset_minutes,
                _ => None,
            })
            .collect();
        assert_eq!(offsets, [Some(120), Some(60)]);
    }

    #[test]
    fn thousands_of_events_and_attendees_are_counted_and_not_kept() {
        // D-03
        let many = "ATTENDEE:mailto:a@b.example\n".repeat(1000);
        let event = event(&many);
        assert_eq!((event.attendees.len(), event.more_attendees), (MOST_ATTENDEES, 800));
        let events = "BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\n".repeat(1000);
        let calendar = calendar(&format!("BEGIN:VCALENDAR\n{events}")).unwrap();
        assert_eq!((calendar.events.len(), calendar.more), (MOST_EVENTS, 980));
    }

    #[test]
    fn what_holds_no_event_is_no_calendar() {
        assert_eq!(calendar("BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VTODO\nEND:VTODO\nEND:VCALENDAR"), None);
        assert_eq!(calendar(""), None);
        assert!(calendar("BEGIN:VEVENT\nSUMMARY:no frame around it").is_some());
    }

    proptest! {
        #[test]
        fn anything_is_read_without_a_panic(
            lines in proptest::collection::vec("(BEGIN|END|DTSTART|DURATION|RRULE|TZOFFSETTO|TZID|X)[;:](VEVENT|VTIMEZONE|STANDARD|[-+PT0-9A-Z=;,]{0,20})", 0..40),
        ) {
            let _ = calendar(&lines.join("\n"));
        }
    }
}
