//! `List-Unsubscribe` (RFC 2369) and `List-Unsubscribe-Post` (RFC 8058).

use url::Url;

use super::authentication_results::comment;
use super::header_field::{Field, fields};
use crate::mail::{Authenticity, Letter, Unsubscribe};

/// Addresses of one field that are read, and their length in octets.
const MOST: usize = 10;
const LONGEST: usize = 2000;

/// The ways out that the message offers. `authenticity` says whose signatures hold.
pub fn unsubscribe(header: &[u8], authenticity: &Authenticity) -> Unsubscribe {
    let named = |name: &str| fields(header).filter(|field| field.is(name)).collect::<Vec<_>>();
    let offers = named("list-unsubscribe");
    let mut found = Unsubscribe::default();
    let mut secure = String::new();
    for address in offers.iter().flat_map(|field| addresses(&field.unfolded(None))).take(MOST) {
        let Ok(url) = Url::parse(&address) else { continue };
        match url.scheme() {
            "http" | "https" if is_plain(&url) => {
                if url.scheme() == "https" && secure.is_empty() {
                    secure = url.to_string();
                }
                if found.page.is_empty() {
                    found.page = url.into();
                }
            }
            "mailto" if found.letter.is_none() => found.letter = letter(&url),
            _ => {}
        }
    }
    let posts = named("list-unsubscribe-post");
    let one_click = |field: &Field<'_>| field.unfolded(None).trim().eq_ignore_ascii_case("List-Unsubscribe=One-Click");
    // of several fields a signature covers the last ones only, and nobody could say which was meant
    if offers.len() == 1 && posts.len() == 1 && posts.iter().all(one_click) && is_signed(header, authenticity) {
        found.one_click = secure;
    }
    found
}

/// Whether a signature that holds covers both fields (RFC 8058 3). Of a signer with several signatures nothing says
/// which of them holds, so all must cover them.
fn is_signed(header: &[u8], authenticity: &Authenticity) -> bool {
    let signatures: Vec<_> =
        fields(header).filter(|field| field.is("dkim-signature")).map(|field| signature(&field)).collect();
    authenticity.signers().filter(|signer| !signer.is_empty()).any(|signer| {
        let mut of_signer = signatures.iter().filter(|(domain, _)| domain == signer).peekable();
        of_signer.peek().is_some() && of_signer.all(|(_, covers)| *covers)
    })
}

/// Who signed (`d=`), and whether both fields are among what was signed (`h=`; RFC 6376 3.5).
fn signature(field: &Field<'_>) -> (String, bool) {
    let text: String = field.unfolded(None).chars().filter(|c| !c.is_whitespace()).collect();
    let tag = |name: &str| {
        text.split(';')
            .find_map(|tag| tag.split_once('=').filter(|(key, _)| *key == name))
            .map_or("", |(_, value)| value)
    };
    let signed = |name: &str| tag("h").split(':').any(|field| field.eq_ignore_ascii_case(name));
    (super::domain::ascii(tag("d")), signed("list-unsubscribe") && signed("list-unsubscribe-post"))
}

fn is_plain(url: &Url) -> bool {
    url.username().is_empty() && url.password().is_none() && url.host_str().is_some_and(|host| !host.is_empty())
}

/// What stands between angle brackets, outside of comments; where there are no brackets, between commas.
fn addresses(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    if !text.contains('<') {
        found.extend(text.split(',').map(|address| address.trim().to_owned()));
    }
    while let Some(at) = rest.find(['<', '(']) {
        let (_, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        if from.starts_with('(') {
            let Some((_, after)) = comment(from) else { break };
            rest = after;
            continue;
        }
        let Some((inside, after)) = from.get(1..).and_then(|inside| inside.split_once('>')) else { break };
        // folding may have cut an address in two
        found.push(inside.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect());
        rest = after;
    }
    found.retain(|address: &String| address.len() <= LONGEST);
    found
}

/// To one person, with subject and text; what else a `mailto:` may carry (RFC 6068) is nobody's business here.
fn letter(url: &Url) -> Option<Letter> {
    let escaped = url.path().replace('+', "%2B").replace('&', "%26");
    let to = url::form_urlencoded::parse(format!("to={escaped}").as_bytes()).next().map(|(_, to)| line(&to))?;
    let value = |name: &str| {
        let query = url.query().unwrap_or_default().replace('+', "%2B");
        let mut pairs = url::form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key.eq_ignore_ascii_case(name));
        pairs.next().map(|(_, value)| line(&value)).unwrap_or_default()
    };
    let is_address =
        to.len() <= 320 && to.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
    let is_one = is_address && !to.contains(|c: char| c.is_whitespace() || ",;<>\"".contains(c));
    is_one.then(|| Letter { subject: value("subject"), text: value("body"), to })
}

/// One line: what a line end begins would be a field of its own.
fn line(text: &str) -> String {
    text.split(['\r', '\n']).next().unwrap_or_default().chars().filter(|c| !c.is_control()).take(500).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::mail::{Check, CheckMethod, CheckResult};

    fn read(header: &str) -> Unsubscribe {
        unsubscribe(header.as_bytes(), &Authenticity::default())
    }

    #[test]
    fn the_ways_out_are_found_whatever_stands_around_them() {
        for (field, page, to) in [
            (
                "<https://a.example/u?x=1>, <mailto:leave@a.example?subject=bye%20now>",
                "https://a.example/u?x=1",
                "leave@a.example",
            ),
            ("(Use this <https://evil.example>) <https://a.example/>", "https://a.example/", ""),
            ("<https://a.example/very\r\n /long>", "https://a.example/very/long", ""),
            ("<ftp://a.example/>, <mailto:a@a.example>", "", "a@a.example"),
            ("https://a.example/u", "https://a.example/u", ""),
            ("<javascript:alert(1)>, <https://bank.example@evil.example/>, <data:text/html,x>", "", ""),
            ("<mailto:a@a.example,b@b.example>", "", ""),
            ("<https:///x>, <http://>", "https://x/", ""),
            ("<mailto:out-ann=example.org+7@a.example>", "", "out-ann=example.org+7@a.example"),
            ("NO", "", ""),
            ("<https://a.example", "", ""),
        ] {
            let found = read(&format!("List-Unsubscribe: {field}\r\n"));
            assert_eq!(
                (found.page.as_str(), found.letter.map_or(String::new(), |l| l.to)),
                (page, to.into()),
                "{field}"
            );
            assert_eq!(found.one_click, "");
        }
        let letter =
            read("List-Unsubscribe: <mailto:a+b@a.example?subject=un+sub%0d%0aBcc:x&body=bye&attach=/etc/passwd>\r\n")
                .letter;
        assert_eq!(letter, Some(Letter { to: "a+b@a.example".into(), subject: "un+sub".into(), text: "bye".into() }));
    }

    #[test]
    fn one_click_needs_https_and_a_signature_that_holds_and_covers_it() {
        //
        let holds = |domain: &str| Authenticity {
            checks: vec![Check {
                method: CheckMethod::Dkim,
                outcome: CheckResult::Pass,
                domain: domain.into(),
                aligned: false,
            }],
            ..Authenticity::default()
        };
        let signed =
            "DKIM-Signature: v=1; d=a.example; s=x;\r\n\th=From:List-Unsubscribe:\r\n\t List-Unsubscribe-Post; b=x\r\n";
        let post = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";
        let offer = "List-Unsubscribe: <http://a.example/page>, <https://a.example/u>\r\n";
        let one_click = |header: &[&str], domain| unsubscribe(header.concat().as_bytes(), &holds(domain)).one_click;
        assert_eq!(one_click(&[signed, post, offer], "a.example"), "https://a.example/u");
        assert_eq!(one_click(&[signed, post, offer], "b.example"), "");
        assert_eq!(one_click(&[signed, offer], "a.example"), "");
        assert_eq!(one_click(&[post, offer], "a.example"), "");
        assert_eq!(one_click(&[signed, post, offer, offer], "a.example"), "", "which of them was signed?");
        assert_eq!(one_click(&[signed, post, "List-Unsubscribe: <http://a.example/u>\r\n"], "a.example"), "");
        let partly = signed.replace("List-Unsubscribe-Post", "Subject");
        assert_eq!(one_click(&[&partly, post, offer], "a.example"), "");
        assert_eq!(one_click(&[signed, &partly, post, offer], "a.example"), "");
        assert_eq!(unsubscribe([signed, post, offer].concat().as_bytes(), &Authenticity::default()).one_click, "");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[a-z<>(),:@%?&=/ \\\\é\r\n]{0,120}") { // D-05
            read(&format!("List-Unsubscribe: {text}\r\nDKIM-Signature: {text}"));
        }
    }
}
