//! Languages that people write in, for the browser's spell check: by their tags (BCP 47), called as their speakers do.

use serde::Serialize;

/// One to choose from.
#[derive(Serialize)]
pub(super) struct LanguageChoice {
    tag: &'static str,
    name: &'static str,
    current: bool,
}

const LANGUAGES: [(&str, &str); 46] = [
    ("id", "Bahasa Indonesia"),
    ("ca", "Català"),
    ("cs", "Čeština"),
    ("cy", "Cymraeg"),
    ("da", "Dansk"),
    ("de", "Deutsch"),
    ("de-CH", "Deutsch (Schweiz)"),
    ("et", "Eesti"),
    ("en-GB", "English (UK)"),
    ("en-US", "English (US)"),
    ("es", "Español"),
    ("eu", "Euskara"),
    ("fr", "Français"),
    ("ga", "Gaeilge"),
    ("gl", "Galego"),
    ("hr", "Hrvatski"),
    ("is", "Íslenska"),
    ("it", "Italiano"),
    ("lv", "Latviešu"),
    ("lt", "Lietuvių"),
    ("hu", "Magyar"),
    ("mt", "Malti"),
    ("nl", "Nederlands"),
    ("nb", "Norsk"),
    ("pl", "Polski"),
    ("pt-BR", "Português (Brasil)"),
    ("pt-PT", "Português (Portugal)"),
    ("ro", "Română"),
    ("sq", "Shqip"),
    ("sk", "Slovenčina"),
    ("sl", "Slovenščina"),
    ("fi", "Suomi"),
    ("sv", "Svenska"),
    ("vi", "Tiếng Việt"),
    ("tr", "Türkçe"),
    ("el", "Ελληνικά"),
    ("bg", "Български"),
    ("ru", "Русский"),
    ("sr", "Српски"),
    ("uk", "Українська"),
    ("he", "עברית"),
    ("ar", "العربية"),
    ("hi", "हिन्दी"),
    ("ko", "한국어"),
    ("zh", "中文"),
    ("ja", "日本語"),
];

/// All of them, the one with this tag chosen.
pub(super) fn languages(current: &str) -> Vec<LanguageChoice> {
    LANGUAGES.iter().map(|(tag, name)| LanguageChoice { tag, name, current: *tag == current }).collect()
}

/// One of them, or none.
pub(super) fn read(tag: &str) -> String {
    if LANGUAGES.iter().any(|(known, _)| *known == tag) { tag.to_owned() } else { String::new() }
}
