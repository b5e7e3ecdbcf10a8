//! What must hold for whatever the sanitiser gives back, looked at by another parser with lists of its own.

use fernpost::html::{MailLinks, Policy, Sanitized, document, sanitize};
use fernpost::mail::UntrustedHtml;
use scraper::Html;

const ELEMENTS: &str = "a abbr address b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn \
    dir div dl dt em font h1 h2 h3 h4 h5 h6 hr i img ins kbd li ol p pre q s samp small span strike strong sub sup \
    table tbody td tfoot th thead time tr tt u ul var wbr";

const ATTRIBUTES: &str = "align alt bgcolor border cellpadding cellspacing class color colspan dir face height href id lang \
    nowrap rel reversed rowspan scope size span src start style summary target title type valign value width";

/// As a page would: content ids and the addresses it made for them lead to parts of the mail.
pub(crate) fn inline(name: &str) -> Option<String> {
    if name.starts_with("/inline/") {
        return Some(name.to_owned());
    }
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
    (name.contains('@') && !name.contains(':')).then(|| format!("/inline/{plain}.png"))
}

/// The composer's address for a link to a mail address.
fn composer(link: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let encoded = |byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    format!("/compose?mailto={}", link.bytes().map(encoded).collect::<String>())
}

pub(crate) fn sanitized(html: &str) -> Sanitized {
    let mail_links = MailLinks::Ours(&composer);
    sanitize(&UntrustedHtml::new(html), &Policy { inline: &inline, mail_links, ..Policy::for_a_message() })
}

/// Sanitises `html` and checks all that must hold; the markup.
pub(crate) fn checked(html: &str) -> String {
    let once = sanitized(html);
    is_fixed(html, &once);
    css_is_plain(html, &once);
    let out = once.html.as_str();
    only_listed(html, out);
    links_are_isolated(out);
    out.to_owned()
}

/// What stands before a quote that is folded away.
const BUTTON: &str =
    "<details class=\"fp-more\"><summary title=\"Show\" aria-label=\"Show\">\u{2022}\u{2022}\u{2022}</summary>";

//
fn is_fixed(html: &str, once: &Sanitized) {
    let out = once.html.as_str();
    let twice = sanitized(once.fragment().as_str());
    assert_eq!(twice.html.as_str(), out, "a second pass changed the result of {html:?}");
    assert_eq!(twice.fragment(), once.fragment(), "a second pass changed the style sheet of {html:?}");
    let tree = Html::parse_fragment(out);
    assert_eq!(
        ordered(&tree.root_element().inner_html()),
        ordered(out),
        "parsed and written again it differs, from {html:?}"
    );
    for fold in [None, Some("Show")] {
        let page = document(once, fold);
        let body = Html::parse_document(page.as_str());
        let body = body.select(&scraper::Selector::parse("body").unwrap()).next().unwrap().inner_html();
        let body = ordered(body.strip_suffix('\n').unwrap_or(&body));
        let unfolded = body.replace(&ordered(BUTTON), "").replace("</details>", "");
        assert_eq!(unfolded, ordered(out), "in the frame it differs, from {html:?}");
    }
}

/// Markup with the attributes of each tag in the order of their names; the other parser sorts them.
fn ordered(html: &str) -> String {
    let mut out = String::new();
    for piece in html.split_inclusive('>') {
        let (text, tag) = piece.split_at(piece.find('<').unwrap_or(piece.len()));
        let (name, attributes) = tag.trim_end_matches('>').split_once(' ').unwrap_or((tag, ""));
        let mut attributes: Vec<&str> = attributes.split_inclusive("\" ").map(str::trim_end).collect();
        attributes.sort_unstable();
        out.push_str(text);
        out.push_str(name);
        out.push_str(&attributes.join(" "));
    }
    out
}

/// The style sheet in the frame: one element, of known rules, each inside the mail, and nothing that loads.
fn css_is_plain(html: &str, once: &Sanitized) {
    let fragment = once.fragment();
    let Some((css, _)) = fragment.as_str().strip_prefix("<style>").and_then(|rest| rest.split_once("</style>")) else {
        assert!(!fragment.as_str().contains("<style"), "{html:?}");
        return;
    };
    let lower = css.to_ascii_lowercase();
    for word in ["url(", "\\", "/*", "<", "font-face", "expression(", "var(", "&"] {
        assert!(!lower.contains(word), "{word} in the style sheet {css} of {html:?}");
    }
    for name in ["position", "z-index", "content:", "animation", "transition", "opacity", "filter", "behavior", "-"] {
        let set = [format!("{{{name}"), format!(";{name}")].iter().any(|set| lower.contains(set));
        assert!(!set, "{name} in the style sheet {css} of {html:?}");
    }
    assert_eq!(lower.matches('@').count(), lower.matches("@media ").count(), "{css}");
    let page = document(once, None);
    let tree = Html::parse_document(page.as_str());
    let styles: Vec<_> = tree.select(&scraper::Selector::parse("style").unwrap()).collect();
    assert_eq!(styles.len(), 1, "{html:?}");
    let inside = styles[0].text().collect::<String>();
    assert!(css.split('}').all(|rule| inside.contains(rule)), "{css} is not in the frame of {html:?}");
    // Outside its braces a rule begins with the mail's own element, each selector of it.
    for rule in css.split('}').filter(|rule| !rule.is_empty()) {
        let Some((selectors, _)) = rule.rsplit_once('{') else { panic!("{css} of {html:?}") };
        let selectors = selectors.rsplit_once('{').map_or(selectors, |(_, selectors)| selectors);
        for selector in selectors.split(',') {
            assert!(selector.starts_with(".fp-mail "), "{selector} of {html:?}");
        }
    }
}

//
fn only_listed(html: &str, out: &str) {
    let tree = Html::parse_fragment(out);
    for node in tree.tree.nodes() {
        match node.value() {
            scraper::Node::Element(element) => {
                let name = element.name();
                if node.parent().is_none_or(|parent| parent.value().is_document() || parent.value().is_fragment()) {
                    continue; // the parser's own root
                }
                assert!(ELEMENTS.split_whitespace().any(|e| e == name), "<{name}> came out of {html:?}");
                assert_eq!(&*element.name.ns, "http://www.w3.org/1999/xhtml", "<{name}> out of {html:?}");
                for (attribute, value) in element.attrs() {
                    let listed = ATTRIBUTES.split_whitespace().any(|a| a == attribute);
                    assert!(listed, "{attribute}= came out of {html:?}");
                    let own_element = match attribute {
                        "href" | "target" | "rel" => name == "a",
                        "src" | "alt" => name == "img",
                        _ => true,
                    };
                    assert!(own_element, "{attribute}= on <{name}> came out of {html:?}");
                    if attribute == "src" {
                        let ours = value.starts_with("/inline/") || value.starts_with("data:image/");
                        assert!(ours && !value.contains("svg"), "src={value} came out of {html:?}");
                    }
                    if attribute == "class" || attribute == "id" {
                        let named = |one: &str| one.starts_with("m-") || (one == "fp-page" && name == "div");
                        let is_mark = value == "fp-mark" && name == "span" && element.attrs().count() == 1;
                        assert!(is_mark || value.split(' ').all(named), "{attribute}={value} came out of {html:?}");
                    }
                    if attribute == "style" {
                        let style = value.to_ascii_lowercase();
                        for word in ["url", "\\", "/*", "@", "position", "expression", "var(", "image", "z-index", "<"]
                        {
                            assert!(!style.contains(word), "style={value} came out of {html:?}");
                        }
                    }
                }
            }
            scraper::Node::Comment(_) | scraper::Node::ProcessingInstruction(_) | scraper::Node::Doctype(_) => {
                panic!("{:?} came out of {html:?}", node.value());
            }
            _ => {}
        }
    }
}

//
fn links_are_isolated(out: &str) {
    let tree = Html::parse_fragment(out);
    for link in tree.select(&scraper::Selector::parse("a").unwrap()) {
        let value = link.value();
        assert_eq!(value.attr("target"), Some("_blank"));
        assert_eq!(value.attr("rel"), Some("noopener noreferrer nofollow"));
        if let Some(href) = value.attr("href") {
            let known = ["http://", "https://", "/compose?mailto=mailto%3A", "tel:"]
                .iter()
                .any(|scheme| href.starts_with(scheme));
            assert!(known, "href={href}");
        }
    }
}
