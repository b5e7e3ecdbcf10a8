//! Recipients between whom a comma is missing.

use super::address_token::{Kind, Token};

/// The entries in what stands between two commas: one, but for `A <a@x> B <b@x>` and `a@x b@x`.
pub(super) fn parted<'a, 't>(entry: &'a [Token<'t>]) -> Vec<&'a [Token<'t>]> {
    if entry.iter().filter(|token| token.kind == Kind::Special('@')).take(2).count() < 2 {
        return vec![entry];
    }
    match entry.iter().any(|token| token.kind == Kind::Special('<')) {
        true => by_brackets(entry),
        false => bare(entry).unwrap_or_else(|| vec![entry]),
    }
}

/// Parts behind each `<a@x>` that words and another one follow. Without words between them the first is a name.
fn by_brackets<'a, 't>(entry: &'a [Token<'t>]) -> Vec<&'a [Token<'t>]> {
    let mut parted = Vec::new();
    let mut begun = 0;
    let (mut in_brackets, mut has_address, mut closed, mut has_words) = (false, false, None, false);
    for (at, token) in entry.iter().enumerate() {
        match &token.kind {
            Kind::Special('<') => {
                if let Some(end) = closed.filter(|_| has_words && has_address) {
                    parted.extend(entry.get(begun..end));
                    begun = end;
                }
                (in_brackets, has_address, closed, has_words) = (true, false, None, false);
            }
            Kind::Special('>') if in_brackets => (in_brackets, closed) = (false, Some(at + 1)),
            Kind::Special('@') if in_brackets => has_address = true,
            Kind::Atom(_) | Kind::Quoted(_) if closed.is_some() => has_words = true,
            _ => {}
        }
    }
    parted.extend(entry.get(begun..));
    parted
}

/// Nothing but addresses with blanks between them.
fn bare<'a, 't>(entry: &'a [Token<'t>]) -> Option<Vec<&'a [Token<'t>]>> {
    let (addresses, rest) = entry.as_chunks::<3>();
    let is_address = |three: &[Token<'_>; 3]| {
        let [local, at, domain] = three;
        matches!(local.kind, Kind::Atom(_))
            && at.kind == Kind::Special('@')
            && matches!(domain.kind, Kind::Atom(_))
            && !at.spaced
            && !domain.spaced
    };
    let spaced = addresses.iter().skip(1).all(|[local, ..]| local.spaced);
    (rest.is_empty() && spaced && addresses.iter().all(is_address))
        .then(|| addresses.iter().map(<[Token<'t>; 3]>::as_slice).collect())
}

#[cfg(test)]
mod tests {
    use super::super::address_list::{parse, parse_recipients};

    fn found(text: &str) -> Vec<String> {
        parse_recipients(text).into_iter().map(|one| format!("{}|{}", one.name, one.addr)).collect()
    }

    #[test]
    fn recipients_without_a_comma_between_them_are_told_apart() {
        assert_eq!(found("A <a@x> B <b@x>, c@x"), ["A|a@x", "B|b@x", "|c@x"]);
        assert_eq!(found("a@x b@x\tc@x"), ["|a@x", "|b@x", "|c@x"]);
    }

    #[test]
    fn what_is_one_recipient_stays_one() {
        for one in ["Ann <ann@x> <a@x>", "<a@x> Ann", "ann@x <a@x>", "Ann a@x", "a @ x", "\"a b\"@x (c)", "<@a,@b:c@d>"]
        {
            assert_eq!(found(one).len(), 1, "{one}");
            assert_eq!(parse_recipients(one), parse(one), "{one}");
        }
    }

    #[test]
    fn a_sender_stands_behind_nobody() {
        let from = parse("service@bank.example <s@bank.example> x <x@evil.example>");
        assert_eq!(from.iter().map(|one| one.addr.as_str()).collect::<Vec<_>>(), ["x@evil.example"]);
    }
}
