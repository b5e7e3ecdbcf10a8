//! What a person may have forgotten, asked once before a message goes.

use super::locale::Locale;
use super::typed::Typed;

/// So many people who all see each other's addresses are worth a question.
const MANY: usize = 25;

/// The questions; `seen_by_all` is the number of people in To and Cc.
pub(super) fn reminders(typed: &Typed, seen_by_all: usize, locale: &Locale) -> Vec<String> {
    let mut reminders = Vec::new();
    if typed.subject.trim().is_empty() {
        reminders.push(locale.text("remind-subject").to_owned());
    }
    if typed.attachments.is_empty() && speaks_of_files(&typed.subject, &typed.text, locale.text("remind-file-words")) {
        reminders.push(locale.text("remind-file").to_owned());
    }
    if seen_by_all >= MANY {
        let many = u64::try_from(seen_by_all).unwrap_or(u64::MAX);
        reminders.push(locale.language.count("remind-many", many, []));
    }
    reminders
}

/// Whether one's own words, and not those that are quoted, speak of a file. `words` are the beginnings of words that do,
/// in several languages, since people write in another one than their pages'.
fn speaks_of_files(subject: &str, text: &str, words: &str) -> bool {
    let answers = subject.contains(": ");
    let own = text.lines().take_while(|line| line.trim_end() != "--" && *line != "-- ");
    let own = own.filter(|line| !line.starts_with('>')).chain((!answers).then_some(subject));
    let words: Vec<&str> = words.split_whitespace().collect();
    let mut found = own.flat_map(|line| line.split(|c: char| !c.is_alphanumeric()));
    found.any(|word| {
        let word = word.to_lowercase();
        words.iter().any(|one| word.starts_with(one))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_missed_where_ones_own_words_speak_of_it() {
        let words = "attach enclosed anhang angehängt beigefügt";
        for (subject, text, speaks) in [
            ("Plans", "The drawings are attached.", true),
            ("Plans", "Im Anhang die Pläne.", true),
            ("Attached: plans", "See there.", false), // a prefix, as in "Re: "
            ("Attached plans", "See there.", true),
            ("Re: Attached plans", "Thank you.", false),
            ("Plans", "Thank you.\n\n> I attached the drawings.", false),
            ("Plans", "Thank you.\n-- \nattachments.example", false),
            ("Plans", "", false),
        ] {
            assert_eq!(speaks_of_files(subject, text, words), speaks, "{subject:?} {text:?}");
        }
    }
}
