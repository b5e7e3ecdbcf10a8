//! Every text on the screen, by Fluent from `locales/<language>/*.ftl`.
//!
//! Texts without arguments are resolved once per language when the program starts; the rest are formatted when a
//! page is made. English has every text; another language may lack some and falls back text by text.

use std::collections::HashMap;
use std::sync::Arc;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

#[derive(RustEmbed)]
#[folder = "locales"]
struct Locales;

/// The language that has every text.
const FALLBACK: &str = "en";

/// Whole numbers above zero that between them take every plural form of every language (CLDR: one, two, few, many,
/// other).
const ONE_OF_EACH_FORM: [u64; 6] = [1, 2, 3, 5, 11, 100];

/// The texts could not be read; the program does not start. Says which file and why.
#[derive(Debug, thiserror::Error)]
#[error("locales/{file}: {why}")]
pub struct BadTexts {
    file: String,
    why: String,
}

/// All languages.
#[derive(Clone)]
pub struct Words {
    languages: Arc<Vec<Arc<Language>>>,
}

/// One language's texts.
pub struct Language {
    tag: String,
    constants: HashMap<String, String>,
    bundle: FluentBundle<FluentResource>,
    fallback: Option<Arc<Language>>,
}

impl Words {
    /// Reads what is built into the program; fails on a syntax error, so that a test sees it.
    pub fn load() -> Result<Self, BadTexts> {
        let mut tags: Vec<String> =
            Locales::iter().filter_map(|path| path.split('/').next().map(str::to_owned)).collect();
        tags.sort_unstable_by_key(|tag| (tag != FALLBACK, tag.clone()));
        tags.dedup();
        let mut languages: Vec<Arc<Language>> = Vec::new();
        for tag in tags {
            languages.push(Arc::new(Language::load(&tag, languages.first().cloned())?));
        }
        Ok(Self { languages: Arc::new(languages) })
    }

    /// The first language of an `Accept-Language` header that we have (RFC 9110 12.5.4), else English.
    pub fn choose(&self, accept_language: &str) -> Option<Arc<Language>> {
        preferences(accept_language)
            .find_map(|wanted| {
                let primary = wanted.split('-').next().unwrap_or(wanted);
                self.languages
                    .iter()
                    .find(|language| language.tag == wanted)
                    .or_else(|| self.languages.iter().find(|language| language.tag == primary))
            })
            .or_else(|| self.languages.first())
            .cloned()
    }

    /// Every language, English first.
    pub fn languages(&self) -> impl Iterator<Item = &Arc<Language>> {
        self.languages.iter()
    }
}

/// The language tags of an `Accept-Language` header, best first, without `*` and those refused with `q=0`.
pub(super) fn preferences(accept_language: &str) -> impl Iterator<Item = &str> {
    let mut wanted: Vec<(&str, f32)> = accept_language
        .split(',')
        .take(20)
        .filter_map(|item| {
            let (tag, rest) = item.split_once(';').unwrap_or((item, ""));
            let quality = match rest.trim().strip_prefix("q=") {
                Some(number) => number.trim().parse().ok()?,
                None => 1.0,
            };
            let tag = tag.trim();
            (quality > 0.0 && !tag.is_empty() && tag != "*").then_some((tag, quality))
        })
        .collect();
    wanted.sort_by(|a, b| b.1.total_cmp(&a.1));
    wanted.into_iter().map(|(tag, _)| tag)
}

impl Language {
    fn load(tag: &str, fallback: Option<Arc<Language>>) -> Result<Self, BadTexts> {
        let broken = |file: &str, why: String| BadTexts { file: file.to_owned(), why };
        let identifier: LanguageIdentifier = tag.parse().map_err(|_| broken(tag, "no language tag".to_owned()))?;
        let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
        // names of people and folders are isolated by the markup around them
        bundle.set_use_isolating(false);
        let mut keys = Vec::new();
        let prefix = format!("{tag}/");
        for path in Locales::iter().filter(|path| path.starts_with(&prefix)) {
            let source = Locales::get(&path)
                .and_then(|file| String::from_utf8(file.data.into_owned()).ok())
                .ok_or_else(|| broken(&path, "not UTF-8".to_owned()))?;
            keys.extend(source.lines().filter_map(|line| {
                let (key, _) = line.split_once(" =")?;
                key.starts_with(|c: char| c.is_ascii_lowercase()).then(|| key.to_owned())
            }));
            let resource =
                FluentResource::try_new(source).map_err(|(_, errors)| broken(&path, format!("{errors:?}")))?;
            bundle.add_resource(resource).map_err(|errors| broken(&path, format!("{errors:?}")))?;
        }
        let mut language = Self { tag: tag.to_owned(), constants: HashMap::new(), bundle, fallback };
        for key in keys {
            // a text that wants an argument reports an error without one: it is no constant
            if let Some(text) = language.format(&key, None) {
                language.constants.insert(key, text);
            }
        }
        Ok(language)
    }

    /// The language tag, for `<html lang>`.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// The text of `key` if it needs no argument.
    pub fn constant(&self, key: &str) -> Option<&str> {
        match self.constants.get(key) {
            Some(text) => Some(text),
            None => self.fallback.as_ref().and_then(|fallback| fallback.constant(key)),
        }
    }

    /// The text of `key`; the key itself where there is none, which a test keeps from happening.
    pub fn text<'a>(&'a self, key: &'a str) -> &'a str {
        self.constant(key).unwrap_or(key)
    }

    /// The text of `key` with its arguments.
    pub fn say<const N: usize>(&self, key: &str, arguments: [(&str, FluentValue<'_>); N]) -> String {
        let arguments: FluentArgs<'_> = arguments.into_iter().collect();
        self.format(key, Some(&arguments))
            .or_else(|| self.fallback.as_ref().and_then(|fallback| fallback.format(key, Some(&arguments))))
            .unwrap_or_else(|| key.to_owned())
    }

    /// The text of `key` for a number of things: `count` chooses the plural, `shown` is how it is written.
    pub fn count<const N: usize>(&self, key: &str, count: u64, arguments: [(&str, &str); N]) -> String {
        let shown = self.number(count);
        let mut all = FluentArgs::with_capacity(N + 2);
        all.set("count", FluentValue::from(count));
        all.set("shown", FluentValue::from(shown.as_str()));
        for (name, value) in arguments {
            all.set(name, FluentValue::from(value));
        }
        self.format(key, Some(&all))
            .or_else(|| self.fallback.as_ref().and_then(|fallback| fallback.format(key, Some(&all))))
            .unwrap_or_else(|| key.to_owned())
    }

    /// The text of `key` in each plural form of the language, for a script that counts: a number that takes the form,
    /// a space, and the text with `#` where the number stands; forms are parted by `|`.
    pub fn plurals(&self, key: &str) -> String {
        let mut forms: Vec<String> = Vec::new();
        for number in ONE_OF_EACH_FORM {
            let text = self.count(key, number, []).replace(&self.number(number), "#");
            if !forms.iter().any(|form| form.split_once(' ').is_some_and(|(_, known)| known == text)) {
                forms.push(format!("{number} {text}"));
            }
        }
        forms.join("|")
    }

    /// A whole number with its thousands apart.
    pub fn number(&self, number: u64) -> String {
        let digits = number.to_string();
        let mut text = String::with_capacity(digits.len() + digits.len() / 3);
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        text
    }

    fn format(&self, key: &str, arguments: Option<&FluentArgs<'_>>) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, arguments, &mut errors);
        errors.is_empty().then(|| text.into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn english() -> Arc<Language> {
        Words::load().unwrap().choose("").unwrap()
    }

    #[test]
    fn the_first_language_we_have_is_chosen_and_english_else() {
        let words = Words::load().unwrap();
        assert_eq!(words.choose("tlh, en-GB;q=0.5").unwrap().tag(), "en");
        assert_eq!(words.choose("tlh").unwrap().tag(), "en");
        assert_eq!(preferences("de;q=0.2, en-US, *;q=0.1, fr;q=0").collect::<Vec<_>>(), ["en-US", "de"]);
    }

    #[test]
    fn one_message_and_many_are_said_differently() {
        let english = english();
        assert_eq!(english.count("done-moved", 1, [("folder", "Archive")]), "1 message moved to Archive.");
        assert_eq!(english.count("done-moved", 1284, [("folder", "Archive")]), "1,284 messages moved to Archive.");
        assert_eq!(english.plurals("new-messages"), "1 # new message|2 # new messages");
    }

    #[test]
    fn every_text_that_the_program_names_exists() {
        // text("…"), say("…", count("…": read from the sources, since Rust can't know the keys
        let english = english();
        let mut missing = Vec::new();
        for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/web")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            for opening in ["text(\"", ".say(\"", ".count(\""] {
                for found in source.split(opening).skip(1) {
                    let key = found.split('"').next().unwrap();
                    let is_key = key.contains(|c: char| c.is_ascii_lowercase())
                        && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
                    if is_key && !english.bundle.has_message(key) {
                        missing.push(format!("{}: {key}", path.display()));
                    }
                }
            }
        }
        assert!(missing.is_empty(), "{missing:#?}");
    }

    #[test]
    fn no_text_begs_or_shouts() {
        for text in english().constants.values() {
            let low = text.to_lowercase();
            let unwanted = ["please", "oops", "error", "invalid", "!"];
            assert!(text.contains("(!)") || !unwanted.iter().any(|word| low.contains(word)), "{text}");
        }
    }
}
