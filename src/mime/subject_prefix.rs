//! `Re:` and `Fwd:`, once.

use crate::mail::Envelope;

/// What mailers put before an answer's subject, in the languages they speak; lower case.
const ANSWERS: &[&str] = &[
    "re",
    "aw",
    "antw",
    "antwort",
    "sv",
    "svar",
    "vs",
    "ref",
    "rif",
    "risposta",
    "resp",
    "res",
    "odp",
    "ynt",
    "yan",
    "vá",
    "atb",
    "atsp",
    "ats",
    "att",
    "bls",
    "balas",
    "ra",
    "tr re",
    "на",
    "отв",
    "отг",
    "от",
    "відп",
    "απ",
    "σχετ",
    "rép",
    "回复",
    "回覆",
    "答复",
    "答覆",
    "返信",
    "답장",
    "회신",
    "ตอบ",
    "ตอบกลับ",
    "תגובה",
    "השב",
    "رد",
    "ردّ",
    "پاسخ",
];
/// What they put before that of a message that is passed on.
const FORWARDS: &[&str] = &[
    "fw",
    "fwd",
    "wg",
    "wtr",
    "doorst",
    "vb",
    "vl",
    "vid",
    "ilt",
    "tr",
    "rv",
    "enc",
    "pd",
    "i̇lt",
    "yml",
    "trs",
    "továbbítás",
    "továbbítva",
    "prosl",
    "prsl",
    "fyi",
    "пер",
    "переслать",
    "пересл",
    "прп",
    "πρθ",
    "转发",
    "轉寄",
    "轉送",
    "転送",
    "전달",
    "ส่งต่อ",
    "הועבר",
    "העבר",
    "إعادة توجيه",
    "تحويل",
];
/// Letters and marks of the longest of them, its count included.
const LONGEST: usize = 24;

/// The subject of an answer.
pub fn reply_subject(subject: &str) -> String {
    with("Re: ", subject, &[ANSWERS, &["r"]])
}

/// The subject of a message that is passed on.
pub fn forward_subject(subject: &str) -> String {
    with("Fwd: ", subject, &[FORWARDS, &["i"]])
}

/// Whether a message answers another one, and does not pass it on: what it quotes is known then.
pub fn is_answer(envelope: &Envelope) -> bool {
    let is_passed_on = is_passed_on(envelope.subject.trim());
    let names_another = !envelope.in_reply_to.is_empty() || !envelope.references.is_empty();
    names_another && !is_passed_on
}

/// Whether the first prefix says so, behind what lists (`[tea]`) and gateways (`EXTERNAL:`) put before it.
fn is_passed_on(mut subject: &str) -> bool {
    for _ in 0..4 {
        if without_one(subject, &[FORWARDS, &["i"]]).is_some() {
            return true;
        }
        let tag = subject.split_once(']').filter(|(tag, _)| tag.starts_with('['));
        let gateway = || {
            subject.split_once(':').filter(|(word, _)| word.len() > 2 && word.bytes().all(|b| b.is_ascii_uppercase()))
        };
        match tag.or_else(gateway) {
            Some((_, rest)) if without_one(subject, &[ANSWERS, &["r"]]).is_none() => subject = rest.trim_start(),
            _ => return false,
        }
    }
    false
}

/// `prefix` before what is left of the subject without any of `known`: one list for any case, one of capital letters alone.
fn with(prefix: &str, subject: &str, known: &[&[&str]; 2]) -> String {
    let bare = stripped(subject.trim(), known);
    // `[list] Re: …`: the list puts its name before whatever comes
    let (tag, behind) = match bare.split_once(']') {
        Some((tag, behind)) if tag.starts_with('[') && tag.chars().count() <= LONGEST => (tag, behind.trim_start()),
        _ => ("", bare),
    };
    let rest = stripped(behind, known);
    if tag.is_empty() || rest.len() == behind.len() {
        format!("{prefix}{bare}")
    } else {
        format!("{prefix}{tag}] {rest}")
    }
    .trim_end()
    .to_owned()
}

fn stripped<'a>(mut subject: &'a str, known: &[&[&str]; 2]) -> &'a str {
    while let Some(rest) = without_one(subject, known) {
        subject = rest;
    }
    subject
}

/// What follows one prefix: its word, perhaps a count (`Re[2]:`, `Re(2):`, `Re^2:`, `Re*2:`), a colon.
fn without_one<'a>(subject: &'a str, known: &[&[&str]; 2]) -> Option<&'a str> {
    let (at, colon) = subject.char_indices().take(LONGEST).find(|(_, c)| matches!(c, ':' | '\u{ff1a}'))?;
    let before = subject.get(..at)?.trim_end();
    let end = before.find(['[', '(', '^', '*']).unwrap_or(before.len());
    let (word, count) = before.split_at_checked(end)?;
    let is_count = count.chars().all(|c| c.is_ascii_digit() || "[]()^*".contains(c));
    let word = word.trim_end();
    let [any_case, letters] = known;
    let lower = word.to_lowercase();
    let is_known =
        any_case.contains(&lower.as_str()) || letters.contains(&lower.as_str()) && word.chars().all(char::is_uppercase);
    (is_count && is_known).then(|| subject.get(at + colon.len_utf8()..).unwrap_or_default().trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_do_not_pile_up() {
        for subject in [
            "Lunch",
            "Re: Lunch",
            "RE: Lunch",
            "re:Lunch",
            "AW: Re: SV: Lunch",
            "Re[2]: Lunch",
            "Re (3): Re^4: Lunch",
            "R: Lunch",
            "Antw: Lunch",
            "Vá: Lunch",
            "RE：Lunch",
            "回复：Lunch",
            "Отв: Lunch",
            "ΑΠ: Lunch",
            " Odp:  Lunch ",
            "رد: Lunch",
        ] {
            assert_eq!(reply_subject(subject), "Re: Lunch", "{subject:?}");
        }
        for (subject, answer) in [
            ("Fwd: Lunch", "Re: Fwd: Lunch"),
            ("Re: Fwd: Re: Lunch", "Re: Fwd: Re: Lunch"),
            ("[team] Re: Lunch", "Re: [team] Lunch"),
            ("Re: [team] AW: Lunch", "Re: [team] Lunch"),
            ("[team] Lunch", "Re: [team] Lunch"),
            ("r: a language", "Re: r: a language"),
            ("Reminder: Lunch", "Re: Reminder: Lunch"),
            ("Re", "Re: Re"),
            ("Re:", "Re:"),
            ("", "Re:"),
            ("12:30", "Re: 12:30"),
            ("[Re: x", "Re: [Re: x"),
        ] {
            assert_eq!(reply_subject(subject), answer, "{subject:?}");
        }
    }

    #[test]
    fn an_answer_answers_something_and_is_not_passed_on() {
        let is = |subject: &str, references: &[&str]| {
            let references = references.iter().map(|&id| id.to_owned()).collect();
            is_answer(&Envelope { subject: subject.to_owned(), references, ..Envelope::default() })
        };
        for subject in [
            "Re: Lunch",
            "Lunch",
            "",
            "[tea] Re: Lunch",
            "Re: Fwd: Lunch",
            "Antwort: Lunch",
            "RE: FW: x",
            "ANTWORT: WG: x",
            "[a] Re: [b] Fwd: x",
        ] {
            assert!(is(subject, &["1@x"]), "{subject}");
            assert!(!is(subject, &[]), "{subject}");
        }
        for subject in [
            "Fwd: Lunch",
            "WG: Lunch",
            "[tea] Fwd: Lunch",
            "Fwd: [tea] Lunch",
            "I: Lunch",
            "EXTERNAL: FW: Lunch",
            "[tea] [EXT] Fwd: Lunch",
        ] {
            assert!(!is(subject, &["1@x"]), "{subject}");
        }
    }

    #[test]
    fn what_is_passed_on_says_so_once() {
        for subject in [
            "Lunch",
            "Fwd: Lunch",
            "FW: Fwd: WG: Lunch",
            "TR: Lunch",
            "I: Lunch",
            "Doorst: Lunch",
            "转发: Lunch",
            "PD: Lunch",
        ] {
            assert_eq!(forward_subject(subject), "Fwd: Lunch", "{subject:?}");
        }
        assert_eq!(forward_subject("Re: Lunch"), "Fwd: Re: Lunch");
        assert_eq!(reply_subject(&"Re: ".repeat(50_000)), "Re:");
    }
}
