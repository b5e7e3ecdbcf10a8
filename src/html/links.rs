//! Where a link may lead, and whether it says so.

use std::fmt::Write as _;

use url::Url;

use super::policy::Links;
use super::{hosts, limits, tracking};

/// What the frame adds to its style for links: on a screen without a pointer that could hover, each says where it
/// leads, unless a script of the page around it does (`html.told`).
pub(super) const STYLE: &str = "\
@media(hover:none){html:not(.told) a[title]:not(:has(img))::after{content:\" \\2192  \" attr(title);font-size:12px;opacity:.8;text-decoration:none;overflow-wrap:anywhere}}";

/// As [`accept`], with what `links` says done to it.
pub(super) fn accept_as(href: &str, links: Links) -> Option<String> {
    let href = accept(href)?;
    if links == Links::AsWritten || !href.starts_with("http") {
        return Some(href);
    }
    let mut url = Url::parse(&href).ok()?;
    tracking::strip(&mut url);
    Some(url.into())
}

/// Where an accepted `href` leads, for a person: the host, the mail address, the number.
pub(super) fn leads_to(href: &str) -> String {
    let Ok(url) = Url::parse(href) else { return String::new() };
    match url.host() {
        Some(host) => hosts::shown(&host).text,
        None => {
            let bytes: Vec<u8> = percent_decoded(url.path());
            String::from_utf8_lossy(&bytes).chars().filter(|c| !c.is_control()).take(300).collect()
        }
    }
}

/// What percent-encoded `text` stands for.
pub(super) fn percent_decoded(text: &str) -> Vec<u8> {
    // `+` is itself in a path, and is not touched: the form's reading of it is undone before
    let plain = text.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    url::form_urlencoded::parse(plain.as_bytes())
        .map(|(name, _)| name.into_owned())
        .next()
        .unwrap_or_default()
        .into_bytes()
}

/// The address that `href` means, if a mail may link to it: absolute `http`, `https`, `mailto` or `tel`, without
/// a user name or password. `mailto` keeps the address, `subject`, `body` and `cc`; nothing else, above all no
/// `attach`.
///
/// Its own output comes out unchanged.
pub(super) fn accept(href: &str) -> Option<String> {
    if href.len() > limits::LINK {
        return None;
    }
    let href: String = href.chars().filter(|c| !c.is_control()).collect();
    let href = href.trim();
    let (scheme, rest) = href.split_once(':')?;
    match scheme.to_ascii_lowercase().as_str() {
        // `https:evil` is absolute for a URL parser; nobody writes it in good faith.
        "http" | "https" if rest.starts_with("//") => web(href),
        "mailto" => mailto(rest),
        "tel" => tel(rest),
        _ => None,
    }
}

/// Octets of an authority: a name has 255 (RFC 1035), four for each letter beyond ASCII, and a port.
const AUTHORITY: usize = 1024;
/// Letters of a label, which has 63 octets at most (RFC 1035). They are encoded in the square of their number: a name of 650
/// letters costs a millisecond.
const LABEL: usize = 63;

fn web(href: &str) -> Option<String> {
    let authority = href.split_once("//")?.1.split(['/', '?', '#', '\\']).next()?;
    if authority.len() > AUTHORITY || authority.split('.').any(|label| label.chars().count() > LABEL + "65535:".len()) {
        return None;
    }
    let url = Url::parse(href).ok()?;
    let plain = url.username().is_empty() && url.password().is_none();
    (plain && url.host_str().is_some_and(|host| !host.is_empty())).then(|| url.into())
}

fn mailto(rest: &str) -> Option<String> {
    let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
    let address: String = address.chars().filter(|c| !matches!(c, '"' | '<' | '>' | '\'' | '&' | '#' | ' ')).collect();
    let url = Url::parse(&format!("mailto:{address}")).ok()?;
    let mut out = String::from(url.as_str().split(['?', '#']).next()?);
    let mut mark = '?';
    let query = query.split('#').next().unwrap_or_default();
    for (name, value) in url::form_urlencoded::parse(query.replace('+', "%2B").as_bytes()) {
        let name = name.to_ascii_lowercase();
        if !matches!(name.as_str(), "subject" | "body" | "cc") {
            continue;
        }
        // One line, so that a header can't be smuggled in: what comes after a line break is text of the body only.
        let value =
            if name == "body" { value } else { value.split(['\r', '\n']).next().unwrap_or_default().to_owned().into() };
        let _ = write!(out, "{mark}{name}=");
        for byte in value.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'@' | b',' => {
                    out.push(char::from(byte))
                }
                _ => {
                    let _ = write!(out, "%{byte:02X}");
                }
            }
        }
        mark = '&';
    }
    Some(out)
}

fn tel(rest: &str) -> Option<String> {
    let number: String = rest.chars().filter(|c| c.is_ascii_alphanumeric() || "+-.()*#;=".contains(*c)).collect();
    number.bytes().any(|b| b.is_ascii_digit()).then(|| format!("tel:{number}"))
}

/// What a reader sees of a link, beside where it leads.
#[derive(Debug)]
pub(super) struct Visible {
    host: String,
    /// What is said of the host.
    mark: String,
    /// It is said whatever the text is: a raw address, or a name in look-alike letters.
    is_odd: bool,
    /// It leads to a mail address.
    is_mail: bool,
    text: String,
    /// What a mark says that stands at its end already.
    marked: String,
}

/// A link whose text names another host than the one it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misled {
    /// The host that the text names.
    pub claimed: String,
    /// Where it leads, as a person can read it.
    pub host: String,
}

/// Text that is looked at; the address that a link claims stands at its front.
const SEEN: usize = 1024;
/// Longer than any mark, in octets: a host has 255 at most, and its letters four each.
const MARK: usize = 2048;

impl Visible {
    /// For an accepted `href`; `None` when it leads to no host.
    pub(super) fn of(href: &str) -> Option<Self> {
        let url = Url::parse(href).ok()?;
        let (host, shown, is_odd) = match url.host() {
            Some(host) => {
                let hosts::Shown { text, is_odd } = hosts::shown(&host);
                (url.host_str()?.to_owned(), text, is_odd)
            }
            None if url.scheme() == "mailto" => {
                let address = leads_to(href);
                let domain = address.rsplit_once('@')?.1;
                (idna::domain_to_ascii(domain).ok()?, address, false)
            }
            None => return None,
        };
        let mark = format!(" \u{26a0} {shown}");
        let is_mail = url.host().is_none();
        Some(Self { host, mark, is_odd, is_mail, text: String::new(), marked: String::new() })
    }

    /// The link goes on elsewhere.
    pub(super) fn again(self) -> Self {
        Self { text: String::new(), marked: String::new(), ..self }
    }

    /// More of its text.
    pub(super) fn saw(&mut self, text: &str) {
        self.marked.clear();
        for c in text.chars() {
            if self.text.len() >= SEEN {
                break;
            }
            self.text.push(c);
        }
    }

    /// What stands in a mark: one that a pass before this one wrote, or a mail that would like to be believed.
    pub(super) fn saw_marked(&mut self, text: &str) {
        if self.marked.len() + text.len() <= MARK {
            self.marked.push_str(text);
        }
    }

    /// What a mark of it says.
    pub(super) fn own_mark(&self) -> &str {
        &self.mark
    }

    /// What to write after its text: where it leads, when the text names another domain, or the host is no name that
    /// one could read.
    pub(super) fn mark(&self) -> Option<&str> {
        let says_so_already = self.marked == self.mark;
        (!says_so_already && (self.is_odd || self.misled().is_some())).then_some(&self.mark)
    }

    /// Which host its text names, if it is not the one that it leads to.
    pub(super) fn misled(&self) -> Option<Misled> {
        // the name of a house over its mail address claims nothing, another mail address does
        let text = Some(&self.text).filter(|text| !self.is_mail || text.contains('@'))?;
        let claimed = claimed_host(text).filter(|claimed| registrable(claimed) != registrable(&self.host))?;
        let host = self.mark.trim_start_matches([' ', '\u{26a0}']).to_owned();
        Some(Misled { claimed: idna::domain_to_unicode(&claimed).0, host })
    }
}

/// What is taken for a slash, and is none: fraction, division, full-width and big slash.
const SLASHES: [char; 4] = ['\u{2044}', '\u{2215}', '\u{ff0f}', '\u{29f8}'];
/// Octets of a text that is a name, or a sentence with one.
const LONGEST: usize = 600;

/// The host that a link's text claims to lead to: the text is an address, a domain or a mail address, or contains
/// an address that spells out its scheme or begins with `www.`.
fn claimed_host(text: &str) -> Option<String> {
    let text = text.trim().replace(SLASHES, "/");
    let long = text.len() > LONGEST;
    let mut words = text.split_whitespace();
    // a long text is a whole paragraph, and only what it begins with is believed: what is behind may not be seen
    let explicit = text.split_whitespace().take(if long { 1 } else { usize::MAX }).find(|word| {
        let word = word.trim_start_matches(|c: char| !c.is_alphanumeric());
        ["http://", "https://", "www."]
            .iter()
            .any(|start| word.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)))
    });
    let alone = words.next().filter(|_| !long && words.next().is_none());
    let word = explicit.or(alone)?.trim_matches(|c: char| !c.is_alphanumeric() && c != '/');
    let address = word.split_once("://").map_or(word, |(_, rest)| rest);
    let authority = address.split(['/', '?', '#', '\\']).next()?;
    // `https://bank.example@evil.example/` is to be taken for the first
    let names = |part: &&str| part.split(':').next().is_some_and(|name| name.contains('.'));
    let posed =
        authority.split_once('@').map(|(before, _)| before).filter(|_| address.len() < word.len()).filter(names);
    let host = posed.or(authority.rsplit('@').next())?.split(':').next()?.trim_end_matches('.');
    let host = idna::domain_to_ascii(host).ok()?;
    let (name, top) = host.rsplit_once('.')?;
    let a_domain = !name.is_empty()
        && (top.starts_with("xn--") || (top.len() >= 2 && top.bytes().all(|b| b.is_ascii_alphabetic())))
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
    (a_domain && (explicit.is_some() || !is_file_ending(top))).then_some(host)
}

/// `report.pdf` is no domain.
fn is_file_ending(top: &str) -> bool {
    matches!(
        top,
        "pdf"
            | "doc"
            | "docx"
            | "xls"
            | "xlsx"
            | "ppt"
            | "pptx"
            | "odt"
            | "ods"
            | "txt"
            | "csv"
            | "xml"
            | "json"
            | "htm"
            | "html"
            | "php"
            | "aspx"
            | "jsp"
            | "js"
            | "css"
            | "png"
            | "jpg"
            | "jpeg"
            | "gif"
            | "svg"
            | "webp"
            | "exe"
            | "rar"
            | "gz"
            | "tar"
            | "ics"
            | "eml"
            | "mpeg"
            | "wav"
            | "py"
            | "rs"
            | "md"
            | "sh"
    )
}

/// The part of a host that somebody had to register: its last two labels, three below the usual second levels
/// (`co.uk`). An address of numbers is itself.
fn registrable(host: &str) -> &str {
    if host.parse::<std::net::Ipv4Addr>().is_ok() || host.starts_with('[') {
        return host;
    }
    let labels: Vec<&str> = host.rsplit('.').collect();
    let second_level = matches!(
        labels.as_slice(),
        [top, "ac" | "co" | "com" | "edu" | "gob" | "gov" | "gv" | "ltd" | "me" | "mil" | "ne" | "net" | "nhs" | "or" | "org" | "plc" | "sch", ..]
            if top.len() == 2
    );
    let wanted: usize = labels.iter().take(if second_level { 3 } else { 2 }).map(|label| label.len() + 1).sum();
    host.get(host.len().saturating_sub(wanted.saturating_sub(1))..).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    //
    #[test]
    fn only_four_schemes_lead_anywhere() {
        for (href, accepted) in [
            ("https://ok.example/a?b=1#c", Some("https://ok.example/a?b=1#c")),
            ("  HTTPS://OK.example", Some("https://ok.example/")),
            ("java\nscript:alert(1)", None),
            ("ht\ntps://ok.example/", Some("https://ok.example/")),
            ("\u{1}javascript:alert(1)", None),
            ("https:javascript:alert(1)", None),
            ("//evil.example", None),
            ("/webmail/logout", None),
            ("#x", None),
            ("data:text/html,x", None),
            ("vbscript:x", None),
            ("file:///etc/passwd", None),
            ("https://bank.example@evil.example/", None),
            ("https://a:b@evil.example/", None),
            ("http://", None),
            ("tel:+49 (30) 123-45", Some("tel:+49(30)123-45")),
            ("mailto:a@b.example", Some("mailto:a@b.example")),
            (
                "mailto:a@b.example?subject=x y&attach=/etc/passwd&bcc=e@e.example&Body=%0d%0aBcc:%20z@e.example",
                Some("mailto:a@b.example?subject=x%20y&body=%0D%0ABcc%3A%20z%40e.example"),
            ),
            ("mailto:x@x.example\"onmouseover=\"alert(1)", Some("mailto:x@x.exampleonmouseover=alert(1)")),
        ] {
            let accepted = accepted.map(|a| a.replace("z%40e", "z@e"));
            assert_eq!(accept(href), accepted, "{href:?}");
            if let Some(accepted) = accepted {
                assert_eq!(accept(&accepted).as_deref(), Some(&*accepted));
            }
        }
    }

    #[test]
    fn a_person_is_told_where_a_link_leads() {
        for (href, told) in [
            ("https://www.bank.example/login?x=1", "www.bank.example"),
            ("https://xn--mnchen-3ya.example/", "münchen.example"),
            ("https://xn--80ak6aa92e.example/", "аррӏе.example (xn--80ak6aa92e.example)"),
            ("http://127.0.0.1/", "127.0.0.1"),
            ("mailto:a+b@b.example?subject=x", "a+b@b.example"),
            ("mailto:%22a%20b%22@b.example", "\"a b\"@b.example"),
            ("tel:+4930123", "+4930123"),
        ] {
            assert_eq!(leads_to(href), told);
        }
        assert_eq!(
            accept_as("https://a.example/?utm_source=x&id=1", Links::Untracked).unwrap(),
            "https://a.example/?id=1"
        );
        assert_eq!(
            accept_as("mailto:a@b.example?subject=utm", Links::Untracked).unwrap(),
            "mailto:a@b.example?subject=utm"
        );
        assert_eq!(
            accept_as("https://a.example/?utm_source=x", Links::AsWritten).unwrap(),
            "https://a.example/?utm_source=x"
        );
    }

    fn seen(text: &str, href: &str) -> Option<Visible> {
        let mut visible = Visible::of(href)?;
        visible.saw(text);
        Some(visible)
    }

    fn mark(text: &str, href: &str) -> Option<String> {
        seen(text, href)?.mark().map(str::to_owned)
    }

    #[test]
    fn a_link_that_names_another_domain_says_where_it_leads() {
        for (text, href) in [
            ("https://www.bank.example/login", "https://evil.example/"),
            ("support@bank.example", "https://evil.example/"),
            ("bank.example", "https://bank.example.evil.example/"),
            ("Sign in at www.bank.example now", "https://evil.example/"),
            ("bank.co.uk", "https://evil.co.uk/"),
            ("http://1.2.3.4.example", "http://1.2.3.4/"),
            ("click here", "http://1.2.3.4/"),
            ("", "http://0x7f.1/"),
            ("long ".repeat(1000).as_str(), "http://[2001:db8::1]/"),
            ("apple.example", "https://аррӏе.example/"),
            ("аррӏе.example", "https://xn--80ak6aa92e.example/"),
            ("click here", "https://pаypal.example/"),
            ("https://bank.example@evil.example/", "https://evil.example/"),
            ("https:\u{2044}\u{2044}bank.example", "https://evil.example/"),
            (&format!("https://bank.example/ {}", "x".repeat(700)), "https://evil.example/"),
            ("support@bank.example", "mailto:a@evil.example?subject=x"),
        ] {
            let host = leads_to(href);
            assert_eq!(mark(text, href), Some(format!(" \u{26a0} {host}")), "{text}");
            let mut visible = seen(text, href).unwrap();
            visible.saw_marked(&format!(" \u{26a0} {host}"));
            assert_eq!(visible.mark(), None, "a second pass adds nothing");
            visible.saw(" ");
            assert!(visible.mark().is_some(), "and a mark that is not the last thing is none");
        }
    }

    #[test]
    fn an_honest_link_is_left_alone() {
        for (text, href) in [
            ("www.bank.example", "https://login.bank.example/x"),
            ("click here", "https://evil.example/"),
            ("report.pdf", "https://files.example/report.pdf"),
            ("Version 1.2", "https://files.example/"),
            ("münchen.example", "https://xn--mnchen-3ya.example/"),
            ("bank.example", "mailto:a@b.example"),
            ("a@b.example", "mailto:a@b.example"),
            ("Anna <a@mail.b.example>", "mailto:a@b.example"),
            ("write to us @ home", "mailto:a@b.example"),
            ("a@b.example", "tel:+1"),
        ] {
            assert_eq!(mark(text, href), None, "{text}");
        }
    }
}
