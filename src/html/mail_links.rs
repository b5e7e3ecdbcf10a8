//! Links to mail addresses: as they are, or to a composer of ours, whose addresses are handed in ([`MailLinks`]).

use super::links;
use super::policy::{MailLinks, Policy};

/// How an address of ours names the link that it stands for; all that comes after it is that link.
const FIELD: &str = "?mailto=";

/// A link of a mail.
pub(super) struct Link {
    /// The accepted address that its author meant.
    pub(super) means: String,
    /// What is written.
    pub(super) href: String,
}

/// What becomes of `href`, if a mail may link to it.
///
/// An address of ours comes out of a mail only where the composer's maker would make the very same of the link in it: so a
/// second pass changes nothing, and a mail that writes such an address itself has a link to a mail address, no more.
pub(super) fn accept(href: &str, policy: &Policy<'_>) -> Option<Link> {
    if let (Some(means), MailLinks::Ours(ours)) = (meant(href), policy.mail_links) {
        return (ours(&means) == href).then(|| Link { means, href: href.to_owned() });
    }
    let means = links::accept_as(href, policy.links)?;
    let composer = match policy.mail_links {
        MailLinks::Ours(ours) if means.starts_with("mailto:") => Some(ours(&means)),
        _ => None,
    };
    let composer = composer.filter(|url| meant(url).as_deref() == Some(&means));
    let href = composer.unwrap_or_else(|| means.clone());
    Some(Link { means, href })
}

/// The accepted `mailto:` link that an address of our own stands for, if it is one: a path, and that link in one field,
/// percent-encoded. The last check lets nothing else through that is not absolute.
pub(super) fn meant(href: &str) -> Option<String> {
    let (path, encoded) = href.split_once(FIELD)?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte);
    let is_path =
        path.starts_with('/') && !path.starts_with("//") && path.bytes().all(|byte| plain(byte) || byte == b'/');
    if !is_path || !encoded.bytes().all(plain) {
        return None;
    }
    let link = links::percent_decoded(encoded);
    let link = String::from_utf8(link).ok()?;
    (link.starts_with("mailto:") && links::accept(&link).as_deref() == Some(&link)).then_some(link)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::sanitize;
    use crate::mail::UntrustedHtml;

    fn composer(link: &str) -> String {
        let encoded = url::form_urlencoded::byte_serialize(link.as_bytes()).collect::<String>();
        format!("/webmail/compose?mailto={}", encoded.replace('+', "%20").replace('*', "%2A"))
    }

    fn cleaned(html: &str) -> String {
        let policy = Policy { mail_links: MailLinks::Ours(&composer), ..Policy::for_a_quote() };
        let once = sanitize(&UntrustedHtml::new(html), &policy).html;
        let twice = sanitize(&UntrustedHtml::new(once.as_str()), &policy).html;
        assert_eq!(once, twice, "{html}");
        once.as_str().to_owned()
    }

    #[test]
    fn a_link_to_a_mail_address_leads_to_our_composer_with_what_a_link_may_fill_in() {
        assert_eq!(
            cleaned(
                "<a href='MailTo:a+b@b.example?subject=50%25 off&amp;bcc=spy@e.example&attach=/etc/passwd&body=x%0d%0aBcc:y'>x</a>"
            ),
            "<a href=\"/webmail/compose?mailto=mailto%3Aa%2Bb%40b.example%3Fsubject%3D50%2525%2520off%26body%3Dx%250D%250ABcc%253Ay\" \
             title=\"a+b@b.example\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">x</a>"
        );
        assert!(
            cleaned("<a href='https://b.example/?mailto=mailto%3Aa%40b'>x</a>").contains("href=\"https://b.example/")
        );
    }

    #[test]
    fn no_other_address_of_ours_comes_out_of_a_mail() {
        for href in [
            "/webmail/logout?mailto=mailto%3Aa%40b.example",
            "/webmail/compose?mailto=mailto%3Aa%40b.example%3Fbcc%3Dc%40d.example",
            "/webmail/compose?mailto=mailto%3Aa%40b.example&back=%2Fwebmail%2Flogout",
            "/webmail/compose?mailto=javascript%3Aalert(1)",
            "/webmail/compose?mailto=https%3A%2F%2Fevil.example%2F",
            "/webmail/compose?to=a%40b.example&mailto=mailto%3Aa%40b.example",
            "//evil.example/compose?mailto=mailto%3Aa%40b.example",
            "/webmail/compose?mailto=mailto:a@b.example",
            "/webmail/compose",
        ] {
            assert!(!cleaned(&format!("<a href='{href}'>x</a>")).contains("href"), "{href}");
        }
    }

    #[test]
    fn what_goes_into_a_message_names_no_address_of_ours() {
        let policy = Policy::for_a_message();
        let becomes = |href: &str| accept(href, &policy).map(|link| link.href);
        assert_eq!(becomes("mailto:a@b.example").as_deref(), Some("mailto:a@b.example"));
        assert_eq!(becomes(&composer("mailto:a@b.example")), None);
        // nor does a maker of something else
        let elsewhere = |_: &str| "https://evil.example/?mailto=mailto%3Aa%40b.example".to_owned();
        let policy = Policy { mail_links: MailLinks::Ours(&elsewhere), ..Policy::for_a_message() };
        assert_eq!(accept("mailto:a@b.example", &policy).unwrap().href, "mailto:a@b.example");
    }
}
