//! Names of classes and ids: a mail's own get a prefix, so that they never are one of ours.

use std::borrow::Cow;
use std::collections::HashSet;

/// The element that a mail is inside of. Every rule of a mail's begins with it.
pub(in crate::html) const MAIL: &str = "fp-mail";
/// The element that stands for the mail's `body`.
pub(in crate::html) const PAGE: &str = "fp-page";
/// The element that says where a link leads which claims otherwise. No rule of a mail's reaches its looks.
pub(in crate::html) const MARK: &str = "fp-mark";
/// An element from which on all is quoted (`quotes`).
pub(in crate::html) const REST: &str = "fp-rest";
/// An element all of which is quoted.
pub(in crate::html) const QUOTE: &str = "fp-quote";
/// What every class and id of a mail begins with.
const PREFIX: &str = "m-";
/// Letters of a name; longer ones are left out.
const LONGEST: usize = 80;

/// Classes and ids that rules speak of. Others are of no use in the markup.
#[derive(Debug, Default)]
pub(in crate::html) struct Names {
    pub(in crate::html) classes: HashSet<String>,
    pub(in crate::html) ids: HashSet<String>,
    /// A rule speaks of the page.
    pub(in crate::html) page: bool,
}

impl Names {
    /// What the selector `written` (as this floor writes them) speaks of.
    pub(super) fn add(&mut self, written: &str) {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        for (at, mark) in written.match_indices(['.', '#']) {
            let rest = written.get(at + 1..).unwrap_or_default();
            let name = rest.split(|c| !is_part(c)).next().unwrap_or_default();
            match mark {
                _ if name == PAGE => self.page = true,
                "." => _ = self.classes.insert(name.to_owned()),
                _ => _ = self.ids.insert(name.to_owned()),
            }
        }
    }

    /// The value of a `class` attribute, of which only what rules speak of stays. Its own output comes out unchanged.
    pub(in crate::html) fn class(&self, value: &str) -> Option<String> {
        if self.classes.is_empty() {
            return None;
        }
        let mut kept: Vec<Cow<'_, str>> = Vec::new();
        for name in value.split_ascii_whitespace().take(50).filter_map(renamed) {
            if self.classes.contains(&*name) && !kept.contains(&name) {
                kept.push(name);
            }
        }
        (!kept.is_empty()).then(|| kept.join(" "))
    }

    /// The value of an `id` attribute, if a rule speaks of it. Its own output comes out unchanged.
    pub(in crate::html) fn id(&self, value: &str) -> Option<String> {
        let name = renamed(value.trim())?;
        self.ids.contains(&*name).then(|| name.into_owned())
    }
}

/// A mail's class or id under the name it has with us: letters, digits, `-` and `_` behind the prefix.
///
/// What was renamed already keeps its name.
pub(super) fn renamed(name: &str) -> Option<Cow<'_, str>> {
    if name.is_empty() || name.len() > LONGEST {
        return None;
    }
    if is_renamed(name) {
        return Some(Cow::Borrowed(name));
    }
    let mut out = String::from(PREFIX);
    for c in name.chars() {
        match c {
            c if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') => out.push(c),
            // `sm:w-1/2` and the like: a name of its own, without a character that CSS would have to escape.
            c => out.push_str(&format!("_{:x}", u32::from(c))),
        }
    }
    (out.len() <= LONGEST).then_some(Cow::Owned(out))
}

/// Whether the last check lets `value` through as a class or id.
pub(in crate::html) fn is_renamed(value: &str) -> bool {
    value.len() <= LONGEST
        && value.strip_prefix(PREFIX).is_some_and(|rest| {
            !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        })
}

/// Whether the last check lets `value` through as a class attribute.
pub(in crate::html) fn is_class(value: &str) -> bool {
    !value.is_empty()
        && (value == MARK || value.split(' ').all(|name| matches!(name, PAGE | REST | QUOTE) || is_renamed(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    //
    #[test]
    fn a_name_of_the_mails_is_none_of_ours() {
        for (name, ours) in [
            ("hero", Some("m-hero")),
            ("m-hero", Some("m-hero")),
            ("m-", Some("m-m-")),
            (MAIL, Some("m-fp-mail")),
            ("sm:w-1/2", Some("m-sm_3aw-1_2f2")),
            ("é\"<", Some("m-_e9_22_3c")),
            ("", None),
        ] {
            let renamed_once = renamed(name);
            assert_eq!(renamed_once.as_deref(), ours, "{name}");
            if let Some(once) = ours {
                assert_eq!(renamed(once).as_deref(), ours);
                assert!(is_renamed(once));
            }
        }
        assert_eq!(renamed(&"x".repeat(100)), None);
        assert!(!is_renamed(MAIL) && !is_renamed("m-x y") && !is_renamed("m-x\"") && !is_renamed("m-"));
    }

    #[test]
    fn only_what_rules_speak_of_stays() {
        let names = Names { classes: ["m-a".into(), "m-b".into()].into(), ids: ["m-a".into()].into(), page: false };
        assert_eq!(names.class("x b a b"), Some("m-b m-a".to_owned()));
        assert_eq!(names.class("m-b m-a"), Some("m-b m-a".to_owned()));
        assert_eq!(names.class("x"), None);
        assert_eq!((names.id(" a "), names.id("b")), (Some("m-a".to_owned()), None));
    }

    #[test]
    fn selectors_tell_what_they_speak_of() {
        let mut names = Names::default();
        names.add(".fp-mail td.m-a.m-b>#m-c");
        names.add(".fp-mail .fp-page.m-d p:first-child");
        assert_eq!(names.class("a b d c"), Some("m-a m-b m-d".to_owned()));
        assert_eq!((names.id("c"), names.page), (Some("m-c".to_owned()), true));
    }
}
