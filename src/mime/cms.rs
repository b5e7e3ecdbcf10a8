//! The outermost layers of a CMS message (RFC 5652), enough to take out what was signed. Nothing is verified here.

/// Constructed values inside each other.
const DEEPEST: usize = 16;

/// `id-signedData` and `id-data` (RFC 5652 5.1, 4), as DER writes them.
const SIGNED_DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const INTEGER: u8 = 0x02;
const OBJECT: u8 = 0x06;
const EXPLICIT: u8 = 0xA0;

/// The content of a signed-data (RFC 8551 3.5.2): a MIME entity. `None` where it is something else, where the content is
/// elsewhere (a detached signature), or where it can't be read.
pub(super) fn signed_content(octets: &[u8]) -> Option<Vec<u8>> {
    let (content_info, _) = expect(octets, SEQUENCE)?;
    let (kind, rest) = expect(content_info, OBJECT)?;
    if kind != SIGNED_DATA {
        return None;
    }
    let (signed, _) = expect(expect(rest, EXPLICIT)?.0, SEQUENCE)?;
    let (_version, rest) = expect(signed, INTEGER)?;
    let (_digests, rest) = expect(rest, SET)?;
    let (encapsulated, _) = expect(rest, SEQUENCE)?;
    let (_kind, rest) = expect(encapsulated, OBJECT)?;
    let (explicit, _) = expect(rest, EXPLICIT)?;
    let mut content = Vec::new();
    octet_string(explicit, &mut content, 0)?;
    (!content.is_empty()).then_some(content)
}

/// The content of the value at the start, if it has that tag, and what follows it.
fn expect(octets: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, content, rest) = value(octets, 0)?;
    (found == tag).then_some((content, rest))
}

/// A string in one piece, or in pieces (BER, as streaming writers do), and what follows it. Each octet is looked at once: an end
/// mark is found by what stands before it.
fn octet_string<'a>(octets: &'a [u8], to: &mut Vec<u8>, depth: usize) -> Option<&'a [u8]> {
    if let Some(mut inside) = octets.strip_prefix(&[0x24, 0x80]).filter(|_| depth < DEEPEST) {
        loop {
            if let Some(after) = inside.strip_prefix(&[0, 0]) {
                return Some(after);
            }
            inside = octet_string(inside, to, depth + 1)?;
        }
    }
    let (tag, mut content, after) = value(octets, 0)?;
    match tag {
        0x04 => to.extend_from_slice(content),
        0x24 if depth < DEEPEST => {
            while !content.is_empty() {
                content = octet_string(content, to, depth + 1)?;
            }
        }
        _ => return None,
    }
    Some(after)
}

/// Tag, content and what follows, of the value at the start. Long tags are not used in CMS.
fn value(octets: &[u8], depth: usize) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, length], rest) = octets.split_first_chunk::<2>()?;
    if tag & 0x1F == 0x1F || depth > DEEPEST {
        return None;
    }
    let (length, rest) = match length {
        short @ 0..0x80 => (usize::from(short), rest),
        // without a length: to its end mark
        0x80 => {
            let mut inside = rest;
            loop {
                if let Some(after) = inside.strip_prefix(&[0, 0]) {
                    return Some((tag, rest.get(..rest.len() - inside.len())?, after));
                }
                inside = value(inside, depth + 1)?.2;
            }
        }
        long => {
            let (digits, rest) = rest.split_at_checked(usize::from(long & 0x7F))?;
            let length =
                digits.iter().try_fold(0_usize, |sum, digit| sum.checked_mul(256)?.checked_add(usize::from(*digit)))?;
            (length, rest)
        }
    };
    let (content, after) = rest.split_at_checked(length)?;
    Some((tag, content, after))
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    fn der(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = content.len();
        let mut out = vec![tag];
        match u8::try_from(length) {
            Ok(short @ 0..0x80) => out.push(short),
            _ => out.extend([&[0x84][..], &u32::try_from(length).unwrap().to_be_bytes()].concat()),
        }
        out.extend(content);
        out
    }

    fn ber(tag: u8, content: &[u8]) -> Vec<u8> {
        [&[tag, 0x80][..], content, &[0, 0]].concat()
    }

    type Writer = fn(u8, &[u8]) -> Vec<u8>;

    fn signed_with(write: Writer, string: &[u8]) -> Vec<u8> {
        let data = der(OBJECT, &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01]);
        let inner = write(SEQUENCE, &[data, write(EXPLICIT, string)].concat());
        let signed = write(SEQUENCE, &[der(INTEGER, &[1]), der(SET, &[]), inner, der(SET, &[])].concat());
        write(SEQUENCE, &[der(OBJECT, SIGNED_DATA), write(EXPLICIT, &signed)].concat())
    }

    /// A signed-data around `content`, without signers.
    pub(crate) fn signed(content: &[u8]) -> Vec<u8> {
        signed_with(der, &der(4, content))
    }

    #[test]
    fn what_was_signed_comes_out_of_der_and_of_ber() {
        let content = b"Content-Type: text/plain\r\n\r\nSigned".repeat(20);
        assert_eq!(signed_content(&signed(&content)), Some(content.clone()));
        let pieces = content.chunks(100).flat_map(|piece| der(4, piece)).collect::<Vec<_>>();
        assert_eq!(signed_content(&signed_with(ber, &ber(0x24, &pieces))), Some(content));
    }

    #[test]
    fn what_is_detached_or_locked_or_broken_gives_nothing() {
        assert_eq!(signed_content(&signed(b"")), None);
        let mut locked = signed(b"x");
        let at = locked.windows(SIGNED_DATA.len()).position(|window| window == SIGNED_DATA).unwrap();
        locked[at + SIGNED_DATA.len() - 1] = 3;
        assert_eq!(signed_content(&locked), None);
        //
        assert_eq!(signed_content(&[0x30, 0x80].repeat(100_000)), None);
        assert_eq!(signed_content(&[0x30, 0xFF]), None);
        assert_eq!(signed_content(&[0x30, 0x88, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]), None);
        let deep = (0..100).fold(der(4, b"x"), |inner, _| der(0x24, &inner));
        assert_eq!(signed_content(&signed_with(der, &deep)), None);
    }

    #[test]
    fn strings_inside_each_other_cost_linear_time() {
        let pieces = [0x04, 0x00].repeat(4_000_000);
        let deep = (0..DEEPEST - 6).fold([pieces, der(4, b"x")].concat(), |inner, _| ber(0x24, &inner));
        let octets = signed_with(der, &deep);
        let (content, spent) = crate::spent::spent(|| signed_content(&octets));
        assert_eq!(content.as_deref(), Some(&b"x"[..]));
        assert!(spent.as_secs() < 3, "{spent:?}"); // D-04
    }

    proptest! {
        #[test]
        fn anything_is_read_without_a_panic(changes in proptest::collection::vec((any::<u16>(), any::<u8>()), 0..8)) {
            let mut octets = signed_with(ber, &ber(0x24, &der(4, b"content")));
            for (at, byte) in changes {
                let at = usize::from(at) % octets.len();
                octets[at] = byte;
            }
            let _ = signed_content(&octets);
        }
    }
}
