//! Reads QUOTA (RFC 9208 4.2).

use super::token::Value;
use crate::mail::Quota;

/// `* QUOTA "User quota" (STORAGE 10 512)`: storage is told in units of 1024 octets. `None` without a storage limit.
pub(super) fn read(values: &[Value]) -> Option<Quota> {
    let [_, Value::List(resources), ..] = values else { return None };
    resources.chunks(3).find_map(|resource| match resource {
        [name, used, limit] if name.is("STORAGE") => {
            let (used, limit) = (used.number()?.saturating_mul(1024), limit.number()?.saturating_mul(1024));
            (limit > 0).then_some(Quota { used, limit })
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::imap::token;

    #[test]
    fn storage_is_found_among_the_resources() {
        let read = |text: &str| read(&token::values(&Bytes::copy_from_slice(text.as_bytes())));
        let expected = Quota { used: 10 << 10, limit: 512 << 10 };
        assert_eq!(read(r#""User quota" (MESSAGE 3 100 STORAGE 10 512)"#), Some(expected));
        assert_eq!(read(r#""" ()"#), None);
        assert_eq!(read(r#""big" (STORAGE 5000000000 6000000000)"#).map(|quota| quota.limit), Some(6_144_000_000_000));
    }
}
