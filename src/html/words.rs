//! Words that a browser can bear.

use super::limits;

/// Octets of `text` up to where its word has to be divided (a `<wbr>` does), all of them if nowhere. `letters`: how many stand since
/// the last place where a line may end, before `text` and then behind what was counted.
pub fn undivided(text: &str, letters: &mut usize) -> usize {
    if *letters + text.len() <= limits::WORD {
        *letters = match text.rfind(|c: char| c.is_ascii_whitespace()) {
            Some(blank) => text.get(blank + 1..).unwrap_or_default().chars().count(),
            None => *letters + text.chars().count(),
        };
        return text.len();
    }
    for (at, c) in text.char_indices() {
        if c.is_ascii_whitespace() {
            *letters = 0;
        } else if *letters >= limits::WORD {
            *letters = 0;
            return at;
        } else {
            *letters += 1;
        }
    }
    text.len()
}
