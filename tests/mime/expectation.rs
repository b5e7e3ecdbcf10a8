//! One entry of `expected.json`, held against what was seen. The rules are those of the corpus's README.

use fernpost::mail::{Address, Moment};
use serde_json::Value;

use crate::person::{File, Seen};

/// White space collapsed and trimmed, no-break spaces as spaces.
fn plain(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c == '\u{a0}')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn texts<'a>(value: &'a Value, key: &str) -> Vec<&'a str> {
    value[key].as_array().map(|list| list.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
}

/// The one value of `key`, or those of `key_any`; `None` where neither is there.
fn either<'a>(value: &'a Value, key: &str) -> Option<Vec<&'a str>> {
    match value[key].as_str() {
        Some(one) => Some(vec![one]),
        None => {
            value[format!("{key}_any").as_str()].as_array().map(|list| list.iter().filter_map(Value::as_str).collect())
        }
    }
}

pub(crate) fn complaints(mail: &Value, seen: &Seen) -> Vec<String> {
    let mut bad = Vec::new();
    if let Some(subjects) = either(mail, "subject")
        && !subjects.iter().any(|subject| plain(subject) == plain(&seen.subject))
    {
        bad.push(format!("subject {:?} instead of {subjects:?}", seen.subject));
    }
    for piece in texts(mail, "subject_contains") {
        if !plain(&seen.subject).contains(&plain(piece)) {
            bad.push(format!("subject {:?} lacks {piece:?}", seen.subject));
        }
    }
    for (key, people) in [("from", &seen.from), ("to", &seen.to), ("reply_to", &seen.reply_to)] {
        if let Some(expected) = mail[key].as_array() {
            let same = expected.len() == people.len() && expected.iter().zip(people).all(|(e, p)| same_person(e, p));
            if !same {
                bad.push(format!("{key} {people:?} instead of {expected:?}"));
            }
        }
    }
    bad.extend(date(mail, seen.date));
    text(mail, seen, &mut bad);
    attachments(mail, seen, &mut bad);
    for picture in mail["inline"].as_array().into_iter().flatten() {
        let there = seen
            .inline
            .iter()
            .any(|(id, file)| picture["cid"] == id.as_str() && picture["sha256"] == file.sha256.as_str());
        if seen.html && !there {
            bad.push(format!("no inline picture {}", picture["cid"]));
        }
    }
    for subject in texts(mail, "nested") {
        if !seen.subjects_inside.iter().any(|found| plain(found) == plain(subject)) {
            bad.push(format!("attached message {subject:?} is not shown"));
        }
    }
    bad
}

fn same_person(expected: &Value, found: &Address) -> bool {
    let name = plain(&found.name);
    let name_right = match either(expected, "name") {
        Some(names) => names.iter().any(|wanted| plain(wanted) == name),
        None => expected["name_re"].as_str().is_none_or(|pattern| fits(pattern, &name)),
    };
    name_right && either(expected, "addr").is_none_or(|addrs| addrs.contains(&found.addr.as_str()))
}

fn date(mail: &Value, found: Option<Moment>) -> Option<String> {
    let expected: Vec<&Value> = match mail.get("date_utc") {
        Some(one) => vec![one],
        None => mail["date_any"].as_array()?.iter().collect(),
    };
    let right = expected.iter().any(|wanted| match (wanted.as_str(), found) {
        (None, None) => true,
        (Some(wanted), Some(found)) => utc(wanted) == found.seconds,
        _ => false,
    });
    (!right).then(|| format!("date {found:?} instead of {expected:?}"))
}

/// Seconds of `2026-01-13T08:30:00Z`.
fn utc(text: &str) -> i64 {
    let number = |from: usize, to: usize| text[from..to].parse::<i32>().expect("expected.json has whole dates");
    let small = |from, to| u8::try_from(number(from, to)).expect("a month, day, hour, minute or second");
    let (date, time) = ((number(0, 4), small(5, 7), small(8, 10)), (small(11, 13), small(14, 16), small(17, 19)));
    Moment::from_civil(date, time, 0).expect("expected.json has real dates").seconds
}

fn text(mail: &Value, seen: &Seen, bad: &mut Vec<String>) {
    let body = plain(&seen.body);
    for piece in texts(mail, "text") {
        if !body.contains(&plain(piece)) {
            bad.push(format!("{piece:?} is not in {:?}", body.chars().take(200).collect::<String>()));
        }
    }
    let any = texts(mail, "text_any");
    if !any.is_empty() && !any.iter().any(|piece| body.contains(&plain(piece))) {
        bad.push(format!("none of {any:?} is in {:?}", body.chars().take(200).collect::<String>()));
    }
    for piece in texts(mail, "text_not") {
        if body.contains(&plain(piece)) {
            bad.push(format!("{piece:?} should not be shown"));
        }
    }
}

fn attachments(mail: &Value, seen: &Seen, bad: &mut Vec<String>) {
    let mut left = seen.attachments.clone();
    for wanted in mail["attachments"].as_array().into_iter().flatten() {
        match left.iter().position(|file| same_file(wanted, file)) {
            Some(at) => drop(left.remove(at)),
            None => bad.push(format!("no attachment {wanted} among {left:?}")),
        }
    }
    let inline = mail["inline"].as_array();
    left.retain(|file| {
        !inline.is_some_and(|pictures| pictures.iter().any(|one| one["sha256"] == file.sha256.as_str()))
    });
    if mail.get("nested").is_some() {
        left.retain(|file| !file.name.ends_with(".eml"));
    }
    if !left.is_empty() && mail["attachments"].is_array() && mail["attachments_exact"] != false {
        bad.push(format!("attachments beyond the expected: {left:?}"));
    }
}

fn same_file(wanted: &Value, file: &File) -> bool {
    let name_right = match either(wanted, "name") {
        Some(names) => names.iter().any(|name| same_name(name, &file.name)),
        None => wanted["name_re"].as_str().is_none_or(|pattern| fits(pattern, &file.name)),
    };
    name_right
        && wanted["size"].as_u64().is_none_or(|size| size == file.size)
        && wanted["sha256"].as_str().is_none_or(|sha256| sha256 == file.sha256)
        && wanted["type"].as_str().is_none_or(|media_type| media_type == file.media_type)
}

/// Characters that are unsafe in names of files may be replaced one by one.
fn same_name(wanted: &str, found: &str) -> bool {
    let (wanted, found) = (plain(wanted), plain(found));
    wanted.chars().count() == found.chars().count()
        && wanted.chars().zip(found.chars()).all(|(w, f)| w == f || "\"/\\:*?<>|".contains(w))
}

/// The patterns that `expected.json` uses; another one has to be added here.
fn fits(pattern: &str, text: &str) -> bool {
    match pattern {
        "^[^/\\\\]*plan\\.txt$" => text.ends_with("plan.txt") && !text.contains(['/', '\\']),
        "^[^/\\\\\\x00-\\x1f]+$" => {
            !text.is_empty() && !text.contains(|c: char| matches!(c, '/' | '\\' | '\0'..='\x1f'))
        }
        "^An.?na$" => text.starts_with("An") && text.ends_with("na") && (4..=5).contains(&text.chars().count()),
        other => panic!("a pattern that this test does not know: {other}"),
    }
}
