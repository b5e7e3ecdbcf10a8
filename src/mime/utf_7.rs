//! UTF-7 (RFC 2152), which browsers dropped and old mailers wrote.

/// Decodes it. Nothing is refused: what is no shift stays as it is written, a shift that the end cuts off is read as far as it goes.
pub(super) fn decode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut shift: Option<Shift> = None;
    for &byte in bytes {
        let Some(open) = &mut shift else {
            match byte {
                b'+' => shift = Some(Shift::default()),
                _ => text.push(char::from(byte)),
            }
            continue;
        };
        if let Some(six) = six_bits(byte) {
            open.push(six);
            continue;
        }
        // `+-` is a plus sign, and so is one that nothing encoded follows
        match open.is_empty() {
            true => text.push('+'),
            false => open.flush(&mut text),
        }
        shift = None;
        // the hyphen alone belongs to the shift, any other byte to the text behind it
        if byte != b'-' {
            text.push(char::from(byte));
        }
    }
    match shift {
        Some(open) if open.is_empty() => text.push('+'),
        Some(mut open) => open.flush(&mut text),
        None => {}
    }
    text
}

/// What stands between `+` and its end.
#[derive(Default)]
struct Shift {
    units: Vec<u16>,
    bits: u32,
    count: u8,
}

impl Shift {
    fn is_empty(&self) -> bool {
        self.units.is_empty() && self.count == 0
    }

    fn push(&mut self, six: u8) {
        self.bits = self.bits << 6 | u32::from(six);
        self.count += 6;
        if self.count >= 16 {
            self.count -= 16;
            self.units.push(u16::try_from(self.bits >> self.count & 0xFFFF).unwrap_or_default());
        }
    }

    /// Bits that make no whole unit are padding.
    fn flush(&mut self, text: &mut String) {
        let chars = char::decode_utf16(self.units.drain(..));
        text.extend(chars.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
    }
}

fn six_bits(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shifts_end_at_a_hyphen_or_at_whatever_is_none_of_theirs() {
        for (encoded, text) in [
            ("Hi Mom +Jjo-!", "Hi Mom \u{263a}!"),
            ("A+ImIDkQ. Item 3 is +AKM-1.", "A\u{2262}\u{391}. Item 3 is £1."),
            ("Hi +AOQ M+APY-m +IBM +IKw-", "Hi ä Möm – €"),
            ("+ZeVnLIqe +MMYwuTDI-", "日本語 テスト"),
            ("caf+AOk\r\nnext +IKw, x", "café\r\nnext €, x"),
            ("caf+AOk", "café"),
            ("+2D3cSw-", "\u{1F44B}"),
        ] {
            assert_eq!(decode(encoded.as_bytes()), text, "{encoded}");
        }
    }

    #[test]
    fn a_plus_sign_is_one_with_or_without_its_hyphen() {
        for (encoded, text) in [("1 +- 1", "1 + 1"), ("1 + 1", "1 + 1"), ("1+", "1+"), ("+-+-", "++"), ("a-b", "a-b")] {
            assert_eq!(decode(encoded.as_bytes()), text, "{encoded}");
        }
    }

    #[test]
    fn half_a_character_does_no_harm() {
        assert_eq!(decode(b"+2D0-x"), "\u{fffd}x");
        assert_eq!(decode(b"+A-x"), "x");
    }
}
