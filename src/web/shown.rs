//! A stranger's words made fit to stand in our page: subjects, names, addresses, file and folder names.

use crate::mail::Address;

/// Longest subject or name shown, in characters; a mail can carry megabytes (`X-10`).
const MAX: usize = 1000;

/// `text` on one line: controls and line ends become spaces, marks that turn the direction of what follows go, and
/// what is very long is cut (`X-10`).
pub(super) fn clean(text: &str) -> String {
    let plain = |c: char| !c.is_control() && !turns(c);
    if text.len() <= MAX && text.chars().all(plain) {
        return text.trim().to_owned();
    }
    let mut cleaned: String =
        text.chars().filter(|c| !turns(*c)).map(|c| if c.is_control() { ' ' } else { c }).take(MAX).collect();
    if text.chars().nth(MAX).is_some() {
        cleaned.push('…');
    }
    cleaned.trim().to_owned()
}

/// Embeddings, overrides and isolates (UAX #9 2.1–2.4), and the line and paragraph separators.
fn turns(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// What a round picture shows for a person: first letters of the first and last word, one sign where a script
/// writes names without spaces.
pub(super) fn initials(name: &str) -> String {
    let letters: Vec<char> = name
        .split(|c: char| c.is_whitespace() || "._-+".contains(c))
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()))
        .collect();
    match letters.as_slice() {
        [] => "?".to_owned(),
        [only] => only.to_uppercase().to_string(),
        // CJK: the family name stands first and is enough
        [first, ..] if ('\u{2E80}'..='\u{9FFF}').contains(first) || ('\u{AC00}'..='\u{D7AF}').contains(first) => {
            first.to_string()
        }
        [first, .., last] => first.to_uppercase().chain(last.to_uppercase()).collect(),
    }
}

/// The initials of an address's owner.
pub(super) fn initials_of(address: &Address) -> String {
    match address.name.trim().is_empty() {
        true => initials(address.addr.split('@').next().unwrap_or_default()),
        false => initials(&address.name),
    }
}

/// The class that colours a person's round picture: always the same for the same address.
pub(super) fn tone(addr: &str) -> &'static str {
    // FNV-1a: small, and the same on every instance
    let hash = addr.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01b3)
    });
    match hash % 6 {
        0 => "",
        1 => " avatar--2",
        2 => " avatar--3",
        3 => " avatar--4",
        4 => " avatar--5",
        _ => " avatar--6",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_direction_or_breaks_lines_does_not_reach_the_page() {
        //
        assert_eq!(clean("invoice\u{202E}fdp.exe\r\n"), "invoicefdp.exe");
        assert_eq!(clean(" a\u{2066}b\u{2028}c\td "), "abc d");
        assert_eq!(clean(&"x".repeat(5000)).chars().count(), MAX + 1);
        assert_eq!(clean("محمد ☀️ 田中"), "محمد ☀️ 田中");
    }

    #[test]
    fn initials_are_two_letters_or_one_sign() {
        assert_eq!(initials("Mara Lindqvist"), "ML");
        assert_eq!(initials("田中 美咲"), "田");
        assert_eq!(initials("mara.lindqvist"), "ML");
        assert_eq!(initials("“” —"), "?");
        assert_eq!(initials_of(&Address { name: String::new(), addr: "ann@example.org".into() }), "A");
    }
}
