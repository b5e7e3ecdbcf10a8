//! What of a header is not as it looks: names that claim another address, letters that look like others, signs that
//! turn the direction of writing, answers that go elsewhere.

use unicode_security::confusable_detection::skeleton;

use super::domain::{aligned, of, organisation};
use super::header_field::fields;
use crate::mail::{Address, Doubt, Envelope};

/// Characters of a name that are looked at.
const SEEN: usize = 500;

/// What is doubtful about the message with this header block, the gravest first.
pub fn doubts(header: &[u8], envelope: &Envelope) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    let is_list = envelope.list_id.is_some();
    for from in envelope.from.iter().take(1) {
        let name: String = from.name.chars().take(SEEN).collect();
        doubts.extend(look_alike(from));
        doubts.extend(names_another(&name, from, is_list));
        doubts.extend(mixed(&name).map(|word| Doubt::MixedAlphabets { word }));
        if turns(&name) || turns(&from.addr) {
            doubts.push(Doubt::TurnedName);
        }
    }
    if envelope.from.len() > 1 || fields(header).filter(|field| field.is("from")).count() > 1 {
        doubts.push(Doubt::SeveralSenders);
    }
    if !is_list && let Some(from) = envelope.from.first() {
        // once, and not for each of many answers
        let from = of(&from.addr);
        let own = organisation(&from);
        let elsewhere = |to: &&Address| {
            let to = of(&to.addr);
            !from.is_empty() && !to.is_empty() && organisation(&to) != own
        };
        let other = envelope.reply_to.iter().find(elsewhere);
        doubts.extend(other.map(|other| Doubt::AnswersElsewhere { address: other.addr.clone() }));
    }
    if turns(&envelope.subject) {
        doubts.push(Doubt::TurnedSubject);
    }
    doubts
}

/// A domain (lower case, ASCII) as people read it, if that differs.
pub fn readable_domain(addr: &str) -> Option<(String, String)> {
    let ascii = of(addr);
    if !ascii.split('.').any(|label| label.starts_with("xn--")) {
        return None;
    }
    let (readable, read) = idna::domain_to_unicode(&ascii);
    (read.is_ok() && readable != ascii).then_some((readable, ascii))
}

/// A name as it is compared: what looks the same is the same (UTS #39 4), whatever its case.
pub fn looks(name: &str) -> String {
    let name: String = plain(name).chars().take(SEEN).collect();
    skeleton(&name.to_lowercase()).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn look_alike(from: &Address) -> Option<Doubt> {
    let (domain, ascii) = readable_domain(&from.addr)?;
    let foreign: Vec<&str> = domain.split('.').filter(|label| label.chars().any(is_foreign)).collect();
    let like = undisguised(&domain);
    if !foreign.is_empty() && foreign.iter().all(|label| undisguised(label).is_ascii()) {
        return Some(Doubt::LookAlike { domain, ascii, like });
    }
    let mixes = mixed(&domain.replace('.', " ")).is_some();
    mixes.then_some(Doubt::LookAlike { domain, ascii, like: String::new() })
}

/// With the ASCII letters that others look like (UTS #39 4). ASCII stays itself: the skeleton of `m` is `rn`.
fn undisguised(text: &str) -> String {
    let mut bytes = [0; 4];
    text.chars().fold(String::new(), |mut out, c| {
        match c.is_ascii() {
            true => out.push(c),
            false => out.extend(skeleton(c.encode_utf8(&mut bytes))),
        }
        out
    })
}

/// Letters beyond Latin with its usual marks: `ü` and `ł` disguise nothing, a dotless `ı` does.
fn is_foreign(c: char) -> bool {
    !c.is_ascii() && (c == 'ı' || !('\u{A0}'..='\u{17F}').contains(&c))
}

/// The first word that mixes Latin letters with those of an alphabet that has some that look the same. Words apart may
/// be of any alphabets, and so may Latin and Chinese in one.
fn mixed(text: &str) -> Option<String> {
    let latin = |c: char| c.is_ascii_alphabetic() || (('\u{C0}'..='\u{24F}').contains(&c) && c.is_alphabetic());
    let alike = |c: char| {
        // Greek, Cyrillic, Armenian, Cherokee, Coptic
        matches!(c, '\u{370}'..='\u{3FF}' | '\u{400}'..='\u{58F}' | '\u{13A0}'..='\u{13FF}' | '\u{2C80}'..='\u{2CFF}')
    };
    let mixes = |word: &&str| word.chars().any(latin) && word.chars().any(alike);
    text.split(|c: char| !c.is_alphanumeric()).find(mixes).map(str::to_owned)
}

fn names_another(name: &str, from: &Address, is_list: bool) -> Option<Doubt> {
    let name = plain(name);
    let own = of(&from.addr);
    // "Ann (ann@example.com) via Readers": how a list keeps DMARC whole
    let by_a_list = is_list && name.split_whitespace().any(|word| word.eq_ignore_ascii_case("via"));
    if own.is_empty() || by_a_list {
        return None;
    }
    let claims = |word: &&str| claimed(word).is_some_and(|domain| !aligned(&domain, &own));
    let parted = |c: char| c.is_whitespace() || "<>()[]{},;:\"'|/".contains(c);
    let word = name.split(parted).map(|word| word.trim_matches('.')).find(claims)?;
    Some(Doubt::NamesAnother { claimed: word.to_owned(), domain: own })
}

/// The domain that a word of a name claims: an address, `www.` and what follows, or a domain that can be had.
fn claimed(word: &str) -> Option<String> {
    let is_address = word.contains('@');
    let domain = if is_address { of(word) } else { of(&format!("@{word}")) };
    let (rest, top) = domain.rsplit_once('.')?;
    let is_domain = !rest.is_empty()
        && top.len() >= 2
        && top.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-' || top.starts_with("xn--"))
        && domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.');
    // `Acme Co.Ltd` and `J.Me` are names, `bank.com` is none
    let known = || {
        let registered = organisation(&domain).split('.').next().unwrap_or_default();
        registered.len() >= 3 && psl::suffix(domain.as_bytes()).is_some_and(|suffix| suffix.is_known())
    };
    (is_domain && (is_address || domain.starts_with("www.") || known())).then_some(domain)
}

/// Without signs that nobody sees, and with the usual sign for those that look like `@` and the full stop.
fn plain(name: &str) -> String {
    let seen = |c: &char| !matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{61C}');
    name.chars()
        .filter(seen)
        .map(|c| match c {
            '\u{FF20}' | '\u{FE6B}' => '@',
            '\u{FF0E}' | '\u{3002}' | '\u{FF61}' | '\u{2024}' => '.',
            c => c,
        })
        .collect()
}

/// Whether signs turn the direction for no honest reason: overrides never have one, embeddings and isolates have none
/// in a text without a letter that is written from right to left.
fn turns(text: &str) -> bool {
    let right_to_left = |c: char| matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFF}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}');
    text.contains(['\u{202D}', '\u{202E}'])
        || text.chars().any(|c| matches!(c, '\u{202A}'..='\u{202C}' | '\u{2066}'..='\u{2069}'))
            && !text.chars().any(right_to_left)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::mime::envelope;

    fn read(header: &str) -> Vec<Doubt> {
        doubts(header.as_bytes(), &envelope(header.as_bytes()))
    }

    fn names(from: &str) -> Option<String> {
        read(&format!("From: {from}\r\n")).into_iter().find_map(|doubt| match doubt {
            Doubt::NamesAnother { claimed, .. } => Some(claimed),
            _ => None,
        })
    }

    #[test]
    fn a_name_that_claims_another_address_or_domain_is_seen() {
        for (from, claimed) in [
            ("\"service@bank.example\" <x@evil.example>", Some("service@bank.example")),
            ("\"Bank (service@bank.example)\" <x@evil.example>", Some("service@bank.example")),
            ("\"service\u{FF20}bank.example\" <x@evil.example>", Some("service@bank.example")),
            ("\"service@ba\u{200B}nk.example\" <x@evil.example>", Some("service@bank.example")),
            ("\"PayPal.com\" <x@evil.example>", Some("PayPal.com")),
            ("\"www.bank.example\" <x@evil.example>", Some("www.bank.example")),
            ("\"Bücher.de\" <x@evil.example>", Some("Bücher.de")),
            // what is honest
            ("\"ann@example.org\" <ann@example.org>", None),
            ("\"ann@mail.example.org\" <ann@news.example.org>", None),
            ("\"Booking.com\" <noreply@mail.booking.com>", None),
            ("\"Acme Co.Ltd\" <x@acme.example>", None),
            ("\"J.R.R. Tolkien, Dr.med.\" <x@acme.example>", None),
            ("\"Node.js Weekly\" <x@acme.example>", None),
            ("\"@ann\" <x@acme.example>", None),
            ("Ann <ann>", None),
        ] {
            assert_eq!(names(from).as_deref(), claimed, "{from}");
        }
        assert_eq!(
            read("From: \"Ann (ann@a.example) via Readers\" <r@lists.example>\r\nList-Id: <r.lists.example>\r\n"),
            []
        );
    }

    #[test]
    fn domains_that_look_like_another_are_seen() {
        for (domain, like) in [
            ("\u{430}\u{440}\u{440}\u{4CF}\u{435}.example", Some("apple.example")), // all Cyrillic
            ("p\u{430}ypal.example", Some("paypal.example")),
            ("xn--pypal-4ve.example", Some("paypal.example")),
            ("\u{43F}aypal.example", Some("")), // mixed, and like nothing
            ("bücher.example", None),
            ("xn--bcher-kva.example", None),
            ("złoty.example", None),
            ("пример.example", None),
            ("例え.example", None),
            ("paypal.example", None),
        ] {
            let found = read(&format!("From: x@{domain}\r\n")).into_iter().find_map(|doubt| match doubt {
                Doubt::LookAlike { like, .. } => Some(like),
                _ => None,
            });
            assert_eq!(found.as_deref(), like, "{domain}");
        }
        assert_eq!(readable_domain("x@xn--bcher-kva.example").unwrap().0, "bücher.example");
        assert_eq!(readable_domain("x@Example.org"), None);
    }

    #[test]
    fn alphabets_may_stand_beside_each_other_and_not_within_a_word() {
        for (name, seen) in [
            ("P\u{430}yPal Service", true),
            ("\u{391}mazon", true),
            ("Иван Петров (Acme GmbH)", false),
            ("株式会社ABC", false),
            ("Ünal Łukasz Žižek", false),
            ("Μαρία-Anna", false),
        ] {
            let doubts = read(&format!("From: \"{name}\" <a@b.example>\r\n"));
            assert_eq!(doubts.iter().any(|doubt| matches!(doubt, Doubt::MixedAlphabets { .. })), seen, "{name}");
        }
    }

    #[test]
    fn signs_that_turn_writing_are_seen_where_nothing_is_written_that_way() {
        for (text, seen) in [
            ("invoice\u{202E}fdp.exe", true),
            ("a\u{2066}b\u{2069}", true),
            ("\u{202B}فاتورة\u{202C} 17", false),
            ("\u{202E}فاتورة", true),
            ("שלום\u{200F}", false),
            ("plain", false),
        ] {
            assert_eq!(
                read(&format!("From: a@b.example\r\nSubject: {text}\r\n")).contains(&Doubt::TurnedSubject),
                seen
            );
            assert_eq!(
                read(&format!("From: \"{text}\" <a@b.example>\r\n")).contains(&Doubt::TurnedName),
                seen,
                "{text}"
            );
        }
    }

    #[test]
    fn answers_that_go_to_somebody_else_are_seen_but_for_lists() {
        let elsewhere = |header: &str| read(header).iter().any(|doubt| matches!(doubt, Doubt::AnswersElsewhere { .. }));
        assert!(elsewhere("From: a@bank.example\r\nReply-To: a@bank.example, x@evil.example\r\n"));
        assert!(!elsewhere("From: a@mail.bank.example\r\nReply-To: service@bank.example\r\n"));
        assert!(!elsewhere("From: a@bank.example\r\nReply-To: r@lists.example\r\nList-Id: <r.lists.example>\r\n"));
        assert!(!elsewhere("From: a@bank.example\r\n"));
    }

    #[test]
    fn several_senders_are_seen_in_one_field_or_two() {
        assert_eq!(read("From: a@b.example, c@b.example\r\n"), [Doubt::SeveralSenders]);
        assert_eq!(read("From: a@b.example\r\nFrom: c@d.example\r\n"), [Doubt::SeveralSenders]);
    }

    #[test]
    fn names_are_compared_as_they_look() {
        assert_eq!(looks("Ilse  BRANDT"), looks("Il\u{455}e Brandt"));
        assert_ne!(looks("Ilse Brandt"), looks("Ilse Brand"));
    }

    #[test]
    fn many_answers_to_a_long_sender_cost_linear_time() {
        let address = |addr: String| Address { name: String::new(), addr };
        let envelope = Envelope {
            from: vec![address(format!("a@{}", "b\u{fc}.".repeat(30_000)))],
            reply_to: vec![address("x".to_owned()); 30_000],
            ..Envelope::default()
        };
        let (_, spent) = crate::spent::spent(|| doubts(b"", &envelope));
        assert!(spent.as_secs() < 3, "{spent:?}"); // D-04
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,80}") { // D-05
            read(&format!("From: {text}\r\nReply-To: {text}\r\nSubject: {text}\r\n"));
        }
    }
}
