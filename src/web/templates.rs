//! Templates: read once, one set per language, each page by its type.
//!
//! Before Tera sees a template three things are put in, so that no page pays for them again:
//! `[[key]]` becomes the text of that key, `[[icon:name]]` an icon (`small`, `way` and `large` may follow), and
//! `[[sprite:a b]]` the drawings that the icons of a page refer to. Line ends between tags are dropped.

use std::collections::HashMap;
use std::sync::Arc;

use rust_embed::RustEmbed;
use serde::Serialize;
use tera::{Context, Tera};

use super::words::{Language, Words};

#[derive(RustEmbed)]
#[folder = "templates"]
struct Sources;

#[derive(RustEmbed)]
#[folder = "static"]
#[include = "icons.svg"]
struct Drawings;

/// A page: what a template is drawn from.
pub trait Template: Serialize {
    /// The template's file, below `templates/`.
    const NAME: &'static str;
}

/// A template could not be read; the program does not start.
#[derive(Debug, thiserror::Error)]
#[error("templates/{name}: {why}")]
pub struct BadTemplate {
    name: String,
    why: String,
}

/// All templates in all languages.
#[derive(Clone)]
pub struct Templates {
    by_language: Arc<HashMap<String, Tera>>,
}

impl Templates {
    /// Reads what is built into the program. An unknown text, icon, component or a slip in the syntax is found here.
    pub fn load(words: &Words) -> Result<Self, BadTemplate> {
        let mut by_language = HashMap::new();
        for language in words.languages() {
            by_language.insert(language.tag().to_owned(), load(language)?);
        }
        Ok(Self { by_language: Arc::new(by_language) })
    }

    /// Draws one block of a page: what of it changed.
    pub fn render_block<T: Template>(&self, page: &T, block: &str, language: &Language) -> Result<String, tera::Error> {
        let context = Context::from_serialize(page)?;
        self.of(language)?.render_block(T::NAME, block, &context)
    }

    /// Draws a component whose one argument is `value`.
    pub fn render_component(
        &self,
        component: &str,
        argument: &'static str,
        value: &impl Serialize,
        language: &Language,
    ) -> Result<String, tera::Error> {
        let mut context = Context::new();
        context.insert(argument, value);
        self.of(language)?.render_component(component, &context, None, true)
    }

    fn of(&self, language: &Language) -> Result<&Tera, tera::Error> {
        self.by_language.get(language.tag()).ok_or_else(|| tera::Error::message("no such language"))
    }

    /// Draws a page.
    pub fn render<T: Template>(&self, page: &T, language: &Language) -> Result<String, tera::Error> {
        let tera = self.of(language)?;
        let context = Context::from_serialize(page)?;
        let mut drawn = Vec::with_capacity(64 * 1024);
        tera.render_to(T::NAME, &context, &mut drawn)?;
        String::from_utf8(drawn).map_err(|_| tera::Error::message("not UTF-8"))
    }
}

fn load(language: &Language) -> Result<Tera, BadTemplate> {
    let drawings = drawings();
    let mut sources = Vec::new();
    for name in Sources::iter() {
        let bad = |why: String| BadTemplate { name: name.to_string(), why };
        let file = Sources::get(&name).ok_or_else(|| bad("not there".to_owned()))?;
        let text = std::str::from_utf8(&file.data).map_err(|why| bad(why.to_string()))?;
        sources.push((name.to_string(), fill_in(text, language, &drawings).map_err(bad)?));
    }
    let mut tera = Tera::new();
    tera.autoescape_on(vec![".html"]);
    tera.add_raw_templates(sources).map_err(|why| BadTemplate { name: String::new(), why: why.to_string() })?;
    Ok(tera)
}

/// The `<symbol>`s of `static/icons.svg` by their name.
fn drawings() -> HashMap<String, String> {
    let file = Drawings::get("icons.svg").map(|file| String::from_utf8_lossy(&file.data).into_owned());
    let file = file.unwrap_or_default();
    file.split_inclusive("</symbol>")
        .filter_map(|piece| {
            let symbol = piece.get(piece.find("<symbol")?..)?;
            let name = symbol.split('"').nth(1)?;
            Some((name.trim_start_matches("i-").to_owned(), symbol.to_owned()))
        })
        .collect()
}

/// Puts texts, icons and sprites into a template's source.
fn fill_in(source: &str, language: &Language, drawings: &HashMap<String, String>) -> Result<String, String> {
    let source = without_comments(source);
    let source: String = source.lines().map(str::trim_start).filter(|line| !line.is_empty()).fold(
        String::with_capacity(source.len()),
        |mut joined, line| {
            // a line end between two tags draws nothing; elsewhere it is a space
            let between_tags = joined.ends_with(['>', '}']) && line.starts_with(['<', '{']);
            if !joined.is_empty() && !between_tags {
                joined.push('\n');
            }
            joined.push_str(line.trim_end());
            joined
        },
    );
    let mut filled = String::with_capacity(source.len() * 2);
    let mut rest = source.as_str();
    while let Some((before, after)) = rest.split_once("[[") {
        let (slot, after) = after.split_once("]]").ok_or_else(|| "a [[ without its ]]".to_owned())?;
        filled.push_str(before);
        match slot.split_once(':') {
            Some(("icon", icon)) => filled.push_str(&icon_tag(icon, drawings)?),
            Some(("sprite", names)) => filled.push_str(&sprite(names, drawings)?),
            _ => {
                let text = language.constant(slot).ok_or_else(|| format!("no text {slot:?}"))?;
                filled.push_str(&escape(text));
            }
        }
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// Drops `{# … #}`: what stands in a comment is for readers of the file.
fn without_comments(source: &str) -> String {
    let mut kept = String::with_capacity(source.len());
    let mut rest = source;
    while let Some((before, after)) = rest.split_once("{#") {
        kept.push_str(before);
        rest = after.split_once("#}").map_or("", |(_, after)| after);
    }
    kept + rest
}

/// Escapes for text and for quoted attributes.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn icon_tag(icon: &str, drawings: &HashMap<String, String>) -> Result<String, String> {
    let mut words = icon.split(' ');
    let name = words.next().unwrap_or_default();
    if !drawings.contains_key(name) {
        return Err(format!("no icon {name:?}"));
    }
    let classes: String = words.map(|modifier| format!(" icon--{modifier}")).collect();
    Ok(format!(r##"<svg class="icon{classes}" aria-hidden="true"><use href="#i-{name}"/></svg>"##))
}

fn sprite(names: &str, drawings: &HashMap<String, String>) -> Result<String, String> {
    let mut sprite = String::from(r#"<svg class="sprite" aria-hidden="true">"#);
    for name in names.split(' ') {
        sprite.push_str(drawings.get(name).ok_or_else(|| format!("no icon {name:?}"))?);
    }
    sprite.push_str("</svg>");
    Ok(sprite)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_escaped_by_its_name() {
        // Tera escapes by the ending of the name alone
        assert!(Sources::iter().count() > 10);
        for name in Sources::iter() {
            assert!(name.ends_with(".html"), "{name}");
        }
    }

    #[test]
    fn safe_html_enters_a_template_in_one_place() {
        let marked = Sources::iter()
            .filter(|name| String::from_utf8_lossy(&Sources::get(name).unwrap().data).contains("| safe"))
            .collect::<Vec<_>>();
        assert_eq!(marked, ["pages/message_print.html"]);
    }

    #[test]
    fn an_unknown_text_or_icon_is_found_when_templates_are_read() {
        let english = Words::load().unwrap().choose("").unwrap();
        let drawings = drawings();
        for wrong in ["[[no-such-text]]", "[[icon:no-such-icon]]", "[[sprite:inbox nothing]]", "[[open"] {
            assert!(fill_in(wrong, &english, &drawings).is_err(), "{wrong}");
        }
        assert_eq!(fill_in("  <p>\n  <b>[[undo]]</b>\n</p>", &english, &drawings).unwrap(), "<p><b>Undo</b></p>");
    }
}
