//! What stands in the place of an attachment that was removed.

use serde::{Deserialize, Serialize};

use crate::mail::in_units;
use crate::mime::Taken;

/// What stands in the place of a removed part: the page brings its words along, since nobody here speaks a language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// A text of one or more lines in which `{name}`, `{type}`, `{size}` and `{date}` are put in.
    pub text: String,
    /// When they are removed, as it is shown.
    pub date: String,
    /// How a number of bytes, kilobytes, … terabytes is said: texts in which `{shown}` is put in.
    #[serde(default)]
    pub sizes: Vec<String>,
}

impl Note {
    /// Of this attachment.
    pub(super) fn of(&self, taken: &Taken) -> String {
        let in_units = in_units(taken.size);
        let shown = match in_units.tenth {
            0 => in_units.whole.to_string(),
            tenth => format!("{}.{tenth}", in_units.whole),
        };
        let size = self
            .sizes
            .get(in_units.unit)
            .map_or_else(|| taken.size.to_string(), |unit| unit.replace("{shown}", &shown));
        // one after the other from the left, so that a file's name that looks like a place is none
        let mut text = String::new();
        let mut rest = self.text.as_str();
        while let Some(at) = rest.find('{') {
            let (before, after) = rest.split_at(at);
            text.push_str(before);
            let places =
                [("{name}", &taken.name), ("{type}", &taken.media_type), ("{size}", &size), ("{date}", &self.date)];
            match places.into_iter().find_map(|(place, value)| Some((after.strip_prefix(place)?, value))) {
                Some((behind, value)) => {
                    text.push_str(value);
                    rest = behind;
                }
                None => {
                    text.push('{');
                    rest = after.strip_prefix('{').unwrap_or_default();
                }
            }
        }
        text + rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_says_what_was_there_and_a_name_that_looks_like_a_place_is_a_name() {
        let note = Note {
            text: "{name} ({type}, {size}) {x} was removed on {date}.".to_owned(),
            date: "3 Dec".to_owned(),
            sizes: ["{shown} bytes", "{shown} KB", "{shown} MB"].map(str::to_owned).to_vec(),
        };
        let taken = |name: &str, size| Taken { name: name.to_owned(), media_type: "a/b".to_owned(), size };
        assert_eq!(note.of(&taken("{date}.pdf", 5_100_000)), "{date}.pdf (a/b, 5.1 MB) {x} was removed on 3 Dec.");
        assert_eq!(note.of(&taken("x", 999)), "x (a/b, 999 bytes) {x} was removed on 3 Dec.");
    }
}
