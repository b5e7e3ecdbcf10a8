//! Reads QUOTA (RFC 9208 4.2).

use super::token::Value;
use crate::mail::{QuotaRoot, Use};

/// A limit from here on is none: Dovecot and others write "without limit" as the largest number they know. An exbibyte, and
/// more messages than have UIDs.
const NO_STORAGE: u64 = 1 << 60;
const NO_MESSAGES: u64 = 1 << 32;
/// More responses than this are not looked at (`I-08`): nobody has so many roots.
const MOST: usize = 100;

/// `* QUOTA "User quota" (STORAGE 10 512 MESSAGE 3 100)` for each root: storage is told in units of 1024 octets. Resources that say
/// nothing to us are passed over, and so is one whose use is no number; a limit of zero, below it, or beyond all measure is none.
/// What is told of a root in several responses is put together.
pub(super) fn read<'a>(responses: impl Iterator<Item = &'a [Value]>) -> Vec<QuotaRoot> {
    let mut roots: Vec<QuotaRoot> = Vec::new();
    for values in responses.take(MOST) {
        let (name, resources) = match values {
            [Value::List(resources), ..] => (String::new(), resources), // a root whose name was left out
            [name, Value::List(resources), ..] => (name.text().unwrap_or_default(), resources),
            _ => continue,
        };
        let at = roots.iter().position(|root| root.name == name).unwrap_or_else(|| {
            roots.push(QuotaRoot { name, ..QuotaRoot::default() });
            roots.len() - 1
        });
        let Some(root) = roots.get_mut(at) else { continue };
        for resource in resources.chunks(3) {
            match resource {
                [name, used, limit] if name.is("STORAGE") => root.storage = usage(used, limit, 1024, NO_STORAGE),
                [name, used, limit] if name.is("MESSAGE") => root.messages = usage(used, limit, 1, NO_MESSAGES),
                _ => {}
            }
        }
    }
    roots
}

fn usage(used: &Value, limit: &Value, unit: u64, too_much: u64) -> Option<Use> {
    let limit = limit.number().map(|limit| limit.saturating_mul(unit)).filter(|limit| (1..too_much).contains(limit));
    Some(Use { used: used.number()?.saturating_mul(unit), limit })
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::imap::token;

    fn roots(lines: &[&str]) -> Vec<QuotaRoot> {
        let values: Vec<_> = lines.iter().map(|line| token::values(&Bytes::copy_from_slice(line.as_bytes()))).collect();
        read(values.iter().map(Vec::as_slice))
    }

    fn one(line: &str) -> (Option<Use>, Option<Use>) {
        let roots = roots(&[line]);
        assert_eq!(roots.len(), 1, "{line}");
        (roots[0].storage, roots[0].messages)
    }

    fn of(used: u64, limit: u64) -> Option<Use> {
        Some(Use { used, limit: Some(limit) })
    }

    #[test]
    fn resources_are_read_in_any_order() {
        assert_eq!(one(r#""User quota" (MESSAGE 3 100 STORAGE 10 512)"#), (of(10 << 10, 512 << 10), of(3, 100)));
        assert_eq!(one(r#""" (X-NUM-FOLDERS 7 9 storage 1 2)"#), (of(1 << 10, 2 << 10), None));
        assert_eq!(one(r#"(STORAGE 1 2)"#), (of(1 << 10, 2 << 10), None));
        assert_eq!(one(r#""" ()"#), (None, None));
        let big = one(r#""big" (STORAGE 5000000000 6000000000)"#).0;
        assert_eq!(big.and_then(|big| big.limit), Some(6_144_000_000_000));
        assert!(roots(&["", "NIL", "\"User quota\"", "\"a\" NIL"]).is_empty());
    }

    #[test]
    fn a_limit_that_can_not_be_meant_is_none() {
        for limit in ["0", "-1", "NIL", "x", "9223372036854775807", "18446744073709551615", "99999999999999999999"] {
            let unlimited = |used| Some(Use { used, limit: None });
            assert_eq!(
                one(&format!("u (STORAGE 10 {limit} MESSAGE 3 {limit})")),
                (unlimited(10 << 10), unlimited(3)),
                "{limit}"
            );
        }
    }

    #[test]
    fn a_use_that_is_no_number_is_not_told() {
        for used in ["-5", "NIL", "()", "99999999999999999999"] {
            assert_eq!(one(&format!("u (STORAGE {used} 10 MESSAGE 1 2)")), (None, of(1, 2)), "{used}");
        }
        assert_eq!(one("u (STORAGE 20 10)").0, of(20 << 10, 10 << 10), "more than may be");
        assert_eq!(one("u (STORAGE 18446744073709551615 10)").0, of(u64::MAX, 10 << 10));
    }

    #[test]
    fn a_flood_of_roots_is_not_read_to_its_end() {
        let lines: Vec<String> = (0..10_000).map(|root| format!("root{root} (STORAGE 1 10)")).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        assert_eq!(roots(&lines).len(), MOST); // I-08
    }

    #[test]
    fn each_root_is_told_once() {
        let roots = roots(&["user (STORAGE 1 10)", "domain (STORAGE 5 6)", "user (MESSAGE 2 20)"]);
        assert_eq!(roots.iter().map(|root| root.name.as_str()).collect::<Vec<_>>(), ["user", "domain"]);
        assert_eq!((roots[0].storage, roots[0].messages), (of(1 << 10, 10 << 10), of(2, 20)));
    }
}
