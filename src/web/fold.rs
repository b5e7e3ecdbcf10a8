//! Finding people by what is typed of their names: without regard to case and accents.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// `text` in small letters without accents: "Łódź" is "lodz", "Straße" is "strasse".
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            // letters with a stroke, and two in one, are letters of their own: nothing comes apart
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ς' => folded.push('σ'),
            _ => folded.push(c),
        }
    }
    folded
}

/// What was typed, ready to be held against many people.
pub(super) struct Wanted(Vec<String>);

impl Wanted {
    /// Reads it: words that must all be found. Without any nobody is meant.
    pub(super) fn new(typed: &str) -> Self {
        let folded = fold(typed);
        let words = folded.split(|c: char| c.is_whitespace() || "<>\"(),;".contains(c)).filter(|word| !word.is_empty());
        Self(words.map(str::to_owned).collect())
    }

    /// Whether nothing was typed.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether each word begins a word of the name or a part of the address.
    pub(super) fn means(&self, name: &str, address: &str) -> bool {
        let (name, address) = (fold(name), fold(address));
        !self.is_empty() && self.0.iter().all(|word| begins_word(&name, word) || begins_part(&address, word))
    }
}

fn begins_word(name: &str, word: &str) -> bool {
    // where names are written without spaces a word can begin anywhere
    let anywhere = word.starts_with(|c| c >= '\u{2E80}');
    name.match_indices(word).any(|(at, _)| {
        let before = name.get(..at).and_then(|before| before.chars().next_back());
        anywhere || before.is_none_or(|c| !c.is_alphanumeric())
    })
}

/// `berg`, `berg@k`, `@kontor`, `kontor.example` of `tove.berg@kontor.example`.
fn begins_part(address: &str, word: &str) -> bool {
    address.match_indices(word).any(|(at, _)| {
        let before = address.get(..at).and_then(|before| before.chars().next_back());
        before.is_none_or(|c| ".-_+@".contains(c)) || word.starts_with('@')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(typed: &str, name: &str) -> bool {
        Wanted::new(typed).means(name, "tove.berg@kontor7.example")
    }

    #[test]
    fn case_and_accents_do_not_matter() {
        for (typed, name) in [
            ("soren", "Søren Ærø"),
            ("aero", "Søren Ærø"),
            ("lodz", "ŁÓDŹ"),
            ("LÓDZ", "Łódź"),
            ("strasse", "Anna Straße"),
            ("ζωη", "Ζωή"),
            ("федор", "Фёдор"),
            ("ＴＯＶＥ", "Tove"),
            ("istanbul", "ıstanbul"),
        ] {
            assert!(finds(typed, name), "{typed} in {name}");
        }
    }

    #[test]
    fn each_word_begins_a_word() {
        for typed in
            ["to", "tove b", "b tove", "berg", "\"Berg, To", "o'b", "tove.b", "berg@k", "@kon", "kontor7.e", "美咲"]
        {
            assert!(finds(typed, "Tove O'Berg-Brien 田中美咲"), "{typed}");
        }
        for typed in ["", " ", "ove", "tove x", "ontor", "@", "erg@"] {
            let wanted = typed == "@";
            assert_eq!(finds(typed, "Tove Berg"), wanted, "{typed:?}");
        }
    }
}
