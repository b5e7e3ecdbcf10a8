//! The answer to an invitation (RFC 5546 3.2.3), for the calendar of whoever invited.
//!
//! What it is about is told in the organiser's own lines: `UID`, `SEQUENCE`, `RECURRENCE-ID`, times with their zones. Only the
//! answer itself is ours.

use super::answering::identity_of;
use super::calendar::person;
use super::content_line::{Line, lines};
use crate::mail::{Answer, CalendarText, Civil, Identity, Moment};

/// Events of one invitation that are answered.
const MOST_EVENTS: usize = 20;
/// Lines of zones that are taken along.
const MOST_LINES: usize = 2_000;
/// Characters of a comment.
const LONGEST: usize = 2_000;
/// Octets of a line (RFC 5545 3.1).
const LINE: usize = 75;

/// What an event is recognised by, and what its organiser sees beside the answer.
const KEPT: [&str; 8] = ["UID", "SEQUENCE", "RECURRENCE-ID", "DTSTART", "DTEND", "DURATION", "SUMMARY", "ORGANIZER"];
/// Parameters that stay: of people, and of times.
const PARAMS: [&str; 9] = ["CN", "CUTYPE", "ROLE", "SENT-BY", "EMAIL", "TZID", "VALUE", "RANGE", "LANGUAGE"];

/// Somebody's answer.
#[derive(Debug, Clone, Copy)]
pub struct CalendarReply<'a> {
    /// Their addresses: whoever of the invited is one of these answers.
    pub own: &'a [Identity],
    /// What they say.
    pub answer: Answer,
    /// What they add in their own words; empty: nothing.
    pub comment: &'a str,
    /// When.
    pub now: Moment,
}

/// One event while its lines are read.
#[derive(Default)]
struct Event {
    kept: Vec<Line>,
    attendee: Option<Line>,
}

/// Makes the answer to each event of an invitation that this person is asked to; `None` if there is none.
pub fn calendar_reply(invitation: &str, reply: &CalendarReply<'_>) -> Option<CalendarText> {
    let (mut events, mut zones) = (Vec::<Event>::new(), Vec::<Vec<Line>>::new());
    let mut open: Vec<String> = Vec::new();
    let mut zone_lines = 0;
    for line in lines(invitation) {
        let block = line.value.trim().to_ascii_uppercase();
        match line.name.as_str() {
            "BEGIN" => {
                match block.as_str() {
                    "VEVENT" if events.len() >= MOST_EVENTS => break,
                    "VEVENT" => events.push(Event::default()),
                    "VTIMEZONE" => zones.push(Vec::new()),
                    _ => {}
                }
                if open.len() < 100 {
                    open.push(block);
                }
            }
            "END" => {}
            _ if open.last().is_some_and(|block| block == "VEVENT") => {
                if let Some(event) = events.last_mut() {
                    event.take(line, reply.own);
                }
                continue;
            }
            _ => {}
        }
        if open.iter().any(|block| block == "VTIMEZONE") && zone_lines < MOST_LINES {
            zone_lines += 1;
            if let Some(zone) = zones.last_mut() {
                zone.push(Line { name: line.name.clone(), params: line.params.clone(), value: line.value.clone() });
            }
        }
        if line.name == "END" {
            let ends = line.value.trim().to_ascii_uppercase();
            if let Some(at) = open.iter().rposition(|one| *one == ends) {
                open.truncate(at);
            }
        }
    }
    events.retain(|event| event.attendee.is_some());
    if events.is_empty() {
        return None;
    }
    let mut out = String::new();
    for line in ["BEGIN:VCALENDAR", "PRODID:-//Fernpost//EN", "VERSION:2.0", "METHOD:REPLY"] {
        write(&mut out, line);
    }
    let named: Vec<&str> = events.iter().flat_map(|event| &event.kept).filter_map(|line| line.param("TZID")).collect();
    for zone in zones.iter().filter(|zone| is_whole(zone, &named)) {
        zone.iter().for_each(|line| write(&mut out, &written(line, &[])));
    }
    for event in events {
        write_event(&mut out, event, reply);
    }
    write(&mut out, "END:VCALENDAR");
    Some(CalendarText { method: "REPLY", text: out })
}

impl Event {
    fn take(&mut self, line: Line, own: &[Identity]) {
        if KEPT.contains(&line.name.as_str()) {
            let is_new = !self.kept.iter().any(|known| known.name == line.name);
            self.kept.extend(is_new.then_some(line));
        } else if line.name == "ATTENDEE" && self.attendee.is_none() && identity_of(&person(&line).addr, own).is_some()
        {
            self.attendee = Some(line);
        }
    }
}

/// Whether a zone is one of these, with its end.
fn is_whole(zone: &[Line], named: &[&str]) -> bool {
    let id = zone.iter().find(|line| line.name == "TZID").map(|line| line.value.trim());
    let ends =
        zone.last().is_some_and(|line| line.name == "END" && line.value.trim().eq_ignore_ascii_case("VTIMEZONE"));
    ends && id.is_some_and(|id| named.iter().any(|name| name.trim() == id))
}

fn write_event(out: &mut String, event: Event, reply: &CalendarReply<'_>) {
    write(out, "BEGIN:VEVENT");
    write(out, &format!("DTSTAMP:{}", utc(reply.now)));
    event.kept.iter().for_each(|line| write(out, &written(line, &PARAMS)));
    if let Some(mut attendee) = event.attendee {
        attendee.params.retain(|(name, _)| PARAMS.contains(&name.as_str()));
        let answer = match reply.answer {
            Answer::None => "NEEDS-ACTION",
            Answer::Accepted => "ACCEPTED",
            Answer::Declined => "DECLINED",
            Answer::Tentative => "TENTATIVE",
            Answer::Delegated => "DELEGATED",
        };
        attendee.params.push(("PARTSTAT".to_owned(), answer.to_owned()));
        write(out, &written(&attendee, &[]));
    }
    let comment: String = reply.comment.trim().chars().take(LONGEST).collect();
    if !comment.is_empty() {
        write(out, &format!("COMMENT:{}", escaped(&comment)));
    }
    write(out, "REQUEST-STATUS:2.0;Success");
    write(out, "END:VEVENT");
}

/// `20261129T083000Z`
fn utc(now: Moment) -> String {
    let at = Civil::from_seconds(now.seconds);
    at.map(|at| format!("{:04}{:02}{:02}T{:02}{:02}{:02}Z", at.year, at.month, at.day, at.hour, at.minute, at.second))
        .unwrap_or_default()
}

/// A line as it is written; of its parameters only these, or all of them where none are named.
fn written(line: &Line, params: &[&str]) -> String {
    let mut text = line.name.clone();
    for (name, value) in line.params.iter().filter(|(name, _)| params.is_empty() || params.contains(&name.as_str())) {
        let quote = if value.contains([',', ';', ':']) { "\"" } else { "" };
        text.push_str(&format!(";{name}={quote}{value}{quote}"));
    }
    text.push(':');
    text.push_str(&line.value);
    text
}

/// A text as a value (RFC 5545 3.3.11).
fn escaped(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\n' | '\r' => value.push_str("\\n"),
            '\\' | ';' | ',' => value.extend(['\\', c]),
            _ => value.push(c),
        }
    }
    value
}

/// One line, folded, without what could end it (`I-05`).
fn write(out: &mut String, line: &str) {
    let line: String = line.chars().filter(|c| !c.is_control() || *c == '\t').collect();
    let mut rest = line.as_str();
    let mut room = LINE;
    while rest.len() > room {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(room));
        out.push_str(piece);
        out.push_str("\r\n ");
        (rest, room) = (after, LINE - 1);
    }
    out.push_str(rest);
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::super::calendar;
    use super::*;
    use crate::mail::{Address, Method};

    const INVITATION: &str = "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VTIMEZONE\nTZID:Nordhafen\nBEGIN:STANDARD\n\
        DTSTART:19701025T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE\n\
        BEGIN:VTIMEZONE\nTZID:Elsewhere\nEND:VTIMEZONE\nBEGIN:VEVENT\nUID:7@x\nDTSTAMP:20260101T000000Z\nSEQUENCE:3\n\
        RECURRENCE-ID;TZID=Nordhafen:20260302T100000\nDTSTART;TZID=Nordhafen:20260302T110000\n\
        DTEND;TZID=Nordhafen:20260302T120000\nSUMMARY:A walk\\, and more\nORGANIZER;CN=\"Bo: the first\":mailto:bo@b.example\n\
        ATTENDEE;CN=Cy;PARTSTAT=ACCEPTED:mailto:cy@c.example\n\
        ATTENDEE;CN=Ann;ROLE=REQ-PARTICIPANT;RSVP=TRUE;PARTSTAT=NEEDS-ACTION:MAILTO:Ann@a.example\n\
        BEGIN:VALARM\nSUMMARY:no\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR\n";

    fn own() -> Vec<Identity> {
        let address = Address { name: "Ann".into(), addr: "ann@a.example".into() };
        vec![Identity { address, ..Identity::default() }]
    }

    fn reply<'a>(own: &'a [Identity], comment: &'a str) -> CalendarReply<'a> {
        CalendarReply {
            own,
            answer: Answer::Tentative,
            comment,
            now: Moment { seconds: 1_772_000_000, offset_minutes: 60 },
        }
    }

    #[test]
    fn the_answer_names_the_event_in_its_organisers_lines() {
        let said = calendar_reply(INVITATION, &reply(&own(), "I may be late,\nsorry; \u{e9}\r")).unwrap();
        assert_eq!(
            said.text.replace("\r\n ", "").replace("\r\n", "\n"),
            "BEGIN:VCALENDAR\nPRODID:-//Fernpost//EN\nVERSION:2.0\nMETHOD:REPLY\nBEGIN:VTIMEZONE\nTZID:Nordhafen\n\
             BEGIN:STANDARD\nDTSTART:19701025T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE\n\
             BEGIN:VEVENT\nDTSTAMP:20260225T061320Z\nUID:7@x\nSEQUENCE:3\nRECURRENCE-ID;TZID=Nordhafen:20260302T100000\n\
             DTSTART;TZID=Nordhafen:20260302T110000\nDTEND;TZID=Nordhafen:20260302T120000\nSUMMARY:A walk\\, and more\n\
             ORGANIZER;CN=\"Bo: the first\":mailto:bo@b.example\n\
             ATTENDEE;CN=Ann;ROLE=REQ-PARTICIPANT;PARTSTAT=TENTATIVE:MAILTO:Ann@a.example\n\
             COMMENT:I may be late\\,\\nsorry\\; \u{e9}\nREQUEST-STATUS:2.0;Success\nEND:VEVENT\nEND:VCALENDAR\n"
        );
        let read = calendar(&said.text.replace("\r\n", "\n")).unwrap();
        assert_eq!((read.method, read.events[0].sequence), (Method::Reply, 3));
        assert_eq!(read.events[0].attendees[0].answer, Answer::Tentative);
    }

    #[test]
    fn who_is_not_asked_has_no_answer() {
        assert_eq!(calendar_reply(INVITATION, &reply(&[], "")), None);
        assert_eq!(calendar_reply("BEGIN:VEVENT\nUID:1\nEND:VEVENT\n", &reply(&own(), "")), None);
        assert_eq!(calendar_reply("", &reply(&own(), "")), None);
    }

    #[test]
    fn no_line_of_a_stranger_becomes_two() {
        let hostile =
            INVITATION.replace("UID:7@x", "UID:7@x\rATTENDEE:mailto:x@y").replace("A walk", &"\u{1f4c5}".repeat(200));
        let said = calendar_reply(&hostile, &reply(&own(), "")).unwrap().text;
        assert!(said.split("\r\n").all(|line| line.len() <= LINE && !line.contains(['\r', '\n'])), "{said}"); // I-05
        assert_eq!(said.matches("\r\nATTENDEE").count(), 1, "{said}");
    }
}
