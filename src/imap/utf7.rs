//! Modified UTF-7 (RFC 3501 5.1.3), in which IMAP writes mailbox names.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/// Encodes any text; printable ASCII stands for itself, `&` becomes `&-`.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    let mut shifted: Vec<u16> = Vec::new();
    for c in text.chars() {
        if matches!(c, ' '..='~') {
            unshift(&mut encoded, &mut shifted);
            encoded.push(c);
            if c == '&' {
                encoded.push('-');
            }
        } else {
            shifted.extend_from_slice(c.encode_utf16(&mut [0; 2]));
        }
    }
    unshift(&mut encoded, &mut shifted);
    encoded
}

fn unshift(encoded: &mut String, shifted: &mut Vec<u16>) {
    if shifted.is_empty() {
        return;
    }
    encoded.push('&');
    let (mut bits, mut held) = (0u32, 0u32);
    for unit in shifted.drain(..) {
        bits = bits << 16 | u32::from(unit);
        held += 16;
        while held >= 6 {
            held -= 6;
            push_digit(encoded, bits >> held);
            bits &= (1 << held) - 1;
        }
    }
    if held > 0 {
        push_digit(encoded, bits << (6 - held));
    }
    encoded.push('-');
}

fn push_digit(encoded: &mut String, value: u32) {
    let digit = ALPHABET.get((value & 63) as usize).copied().unwrap_or(b'A');
    encoded.push(char::from(digit));
}

/// Decodes; `None` if it is not what [`encode`] would have written, so that a name can always be sent back as it came.
pub(super) fn decode(wire: &[u8]) -> Option<String> {
    let mut decoded = String::with_capacity(wire.len());
    let mut rest = wire;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'&' => {
                let end = memchr::memchr(b'-', rest)?;
                let (digits, after) = (rest.get(..end)?, rest.get(end + 1..)?);
                rest = after;
                if digits.is_empty() {
                    decoded.push('&');
                } else {
                    decoded.push_str(&shifted(digits)?);
                }
            }
            b' '..=b'~' => decoded.push(char::from(*first)),
            _ => return None,
        }
    }
    (encode(&decoded).as_bytes() == wire).then_some(decoded)
}

fn shifted(digits: &[u8]) -> Option<String> {
    let mut units = Vec::with_capacity(digits.len());
    let (mut bits, mut held) = (0u32, 0u32);
    for digit in digits {
        let value = ALPHABET.iter().position(|known| known == digit)?;
        bits = bits << 6 | u32::try_from(value).ok()?;
        held += 6;
        if held >= 16 {
            held -= 16;
            units.push(u16::try_from(bits >> held & 0xffff).ok()?);
            bits &= (1 << held) - 1;
        }
    }
    String::from_utf16(&units).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_of_the_rfc_and_of_real_servers() {
        for (text, wire) in [
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("Entwürfe", "Entw&APw-rfe"),
            ("A & B", "A &- B"),
            ("😀", "&2D3eAA-"),
            ("tab\there", "tab&AAk-here"),
        ] {
            assert_eq!(encode(text), wire);
            assert_eq!(decode(wire.as_bytes()).as_deref(), Some(text));
        }
    }

    #[test]
    fn what_encode_would_not_write_is_not_decoded() {
        for wrong in ["&", "a&b", "&A-", "&AGE-", "&2D0-", "Entwürfe", "&U,BTFw-&ZeVnLIqe-"] {
            assert_eq!(decode(wrong.as_bytes()), None, "{wrong}"); // I-02
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "\\PC{0,60}") {
            prop_assert_eq!(decode(encode(&text).as_bytes()), Some(text));
        }
    }
}
