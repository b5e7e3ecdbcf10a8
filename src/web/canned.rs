//! Texts to begin a message with, and what is filled into them: `{name}` and the like.

use serde::{Deserialize, Serialize};

use super::error::Error;
use super::visit::Visit;
use crate::mail::Address;
use crate::store::Belonging;

/// A text that is used again and again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Canned {
    /// Which one.
    #[serde(skip)]
    pub number: u32,
    /// What it is called in the list.
    pub name: String,
    /// The subject of a new message; empty: none.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// What is known when a text is used. What is empty is not filled in, so that whoever writes sees what is missing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Values<'a> {
    /// Whom it is written to: the first recipient.
    pub recipient: &'a Address,
    /// Who writes.
    pub writer: &'a Address,
    /// Today, as it is written in a letter.
    pub date: &'a str,
}

/// All of a person's, by name.
pub(super) async fn canned_of(visit: &Visit) -> Result<Vec<Canned>, Error> {
    let (state, user) = (&visit.state, visit.account().user());
    let kept = state.store.belongings().list(user, Belonging::Canned, &state.key).await.map_err(Error::broken)?;
    let read = |(number, text): (u32, String)| Some(Canned { number, ..serde_json::from_str(&text).ok()? });
    let mut canned: Vec<Canned> = kept.into_iter().filter_map(read).collect();
    canned.sort_by_cached_key(|canned| canned.name.to_lowercase());
    Ok(canned)
}

/// Keeps one that is there, or adds one where `number` is none; `None`: there are as many as one may have.
pub(super) async fn keep_canned(canned: &Canned, number: Option<u32>, visit: &Visit) -> Result<Option<u32>, Error> {
    let (state, user) = (&visit.state, visit.account().user());
    let text = serde_json::to_string(canned).map_err(Error::broken)?;
    let belongings = state.store.belongings();
    match number {
        Some(number) => {
            let put = belongings.put(user, Belonging::Canned, number, &text, &state.key).await;
            put.map(|()| Some(number)).map_err(Error::broken)
        }
        None => belongings.add(user, Belonging::Canned, &text, &state.key).await.map_err(Error::broken),
    }
}

/// `text` with its place-holders filled. What was filled in is not looked at again, and a brace that begins no
/// place-holder stays.
pub(super) fn filled(text: &str, values: Values<'_>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        match after.split_once('}').and_then(|(word, behind)| Some((value(word, values)?, behind))) {
            Some((value, behind)) => {
                filled.push_str(&value);
                rest = behind;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled + rest
}

/// What a place-holder stands for, if it is one and that is known.
fn value(word: &str, values: Values<'_>) -> Option<String> {
    let Values { recipient, writer, date } = values;
    let value = match word {
        "name" => name(recipient).to_owned(),
        "first_name" => first_name(name(recipient)).to_owned(),
        "address" => recipient.addr.clone(),
        "date" => date.to_owned(),
        "my_name" => name(writer).to_owned(),
        "my_address" => writer.addr.clone(),
        _ => return None,
    };
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    (!value.is_empty()).then_some(value)
}

/// A person's name; an address in the place of a name is none.
fn name(address: &Address) -> &str {
    if address.name.contains('@') { "" } else { address.name.trim() }
}

/// "Tove" of "Tove Berg" and of "Berg, Tove".
fn first_name(name: &str) -> &str {
    let given = name.split_once(',').map_or(name, |(_, given)| given);
    given.split_whitespace().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(text: &str, name: &str) -> String {
        let recipient = Address { name: name.to_owned(), addr: "tove@kontor.example".to_owned() };
        let writer = Address { name: "Mara Lindqvist".to_owned(), addr: "mara@nordhafen.example".to_owned() };
        filled(text, Values { recipient: &recipient, writer: &writer, date: "23 November 2026" })
    }

    #[test]
    fn place_holders_are_filled() {
        assert_eq!(
            fill("Dear {first_name},\n{date}: {name} <{address}>\n{my_name} <{my_address}>", "Tove Berg"),
            "Dear Tove,\n23 November 2026: Tove Berg <tove@kontor.example>\nMara Lindqvist <mara@nordhafen.example>"
        );
        assert_eq!(fill("{first_name}", "Berg, Tove Maria"), "Tove");
        assert_eq!(fill("{first_name}", "田中 美咲"), "田中");
    }

    #[test]
    fn what_is_not_known_or_no_place_holder_stays_to_be_seen() {
        assert_eq!(fill("Dear {first_name} {name},", ""), "Dear {first_name} {name},");
        assert_eq!(fill("{name}", "tove@kontor.example"), "{name}");
        for text in ["{nonsense}", "{", "}", "{}", "{{name", "fn f() { x }", "{Name}", "a } b { c"] {
            assert_eq!(fill(text, "Tove"), text);
        }
        assert_eq!(fill("{{name}}", "Tove"), "{Tove}");
    }

    #[test]
    fn what_is_filled_in_is_one_line_and_fills_nothing() {
        assert_eq!(fill("Dear {name},", "{my_name}\r\nBcc: x"), "Dear {my_name} Bcc: x,"); // I-05
    }
}
