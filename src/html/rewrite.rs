//! What becomes of each tag: the policy, applied token by token.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::balance::{Balance, Start};
use super::css::names::{self, Names};
use super::elements::{self, Fate, Kind};
use super::facts::Facts;
use super::images::{self, Img, Picture};
use super::links::{self, Misled, Visible};
use super::mail_links::{self, Link};
use super::policy::Policy;
use super::quotes::{self, Begins};
use super::scan::{Attribute, Scanner, Token};
use super::styles::{Style, Styles};
use super::{attributes, entities, escape, limits};

/// The markup for the gate, and what was met on the way.
pub(super) struct Rewritten {
    pub(super) markup: String,
    pub(super) remote_images: usize,
    pub(super) showable: usize,
    pub(super) trackers: usize,
    /// The limit of elements was reached.
    pub(super) cut: bool,
    /// How it is coloured, and how wide it is.
    pub(super) facts: Facts,
    /// Links whose text names another host than the one they lead to, the first few.
    pub(super) misled: Vec<Misled>,
}

/// Applies `policy` to `html`, whose style sheet speaks of `names`.
pub(super) fn rewrite(html: &str, policy: &Policy<'_>, names: &Names) -> Rewritten {
    let mut rewriter = Rewriter {
        scanner: Scanner::new(html),
        policy,
        balance: Balance::default(),
        dropped: Vec::new(),
        names,
        page: Page::default(),
        written: false,
        remote_images: 0,
        showable: 0,
        trackers: 0,
        facts: Facts::default(),
        styles: Styles::default(),
        spans_left: limits::SPANS,
    };
    while !rewriter.balance.is_full() {
        let Some(token) = rewriter.scanner.token() else { break };
        rewriter.token(token);
    }
    let cut = rewriter.balance.is_full();
    let Rewriter { balance, remote_images, showable, trackers, facts, .. } = rewriter;
    let (markup, misled) = balance.finish();
    Rewritten { markup, remote_images, showable, trackers, cut, facts, misled }
}

struct Rewriter<'a> {
    scanner: Scanner<'a>,
    policy: &'a Policy<'a>,
    balance: Balance,
    /// Inside an element that goes with its content: it and what is open in it.
    dropped: Vec<Dropped<'a>>,
    names: &'a Names,
    /// What `html` and `body` said, until something is written.
    page: Page,
    /// Something was written: a `body` tag comes too late to be the page's.
    written: bool,
    remote_images: usize,
    showable: usize,
    trackers: usize,
    facts: Facts,
    styles: Styles<'a>,
    /// Columns and rows that may still be said to be reached over.
    spans_left: usize,
}

/// What a mail says about the page it is on. A `div` around the mail stands for it.
#[derive(Default)]
struct Page {
    /// Attributes but for `style`.
    attributes: Vec<(&'static str, String)>,
    style: String,
    /// The `div` is there, or none is needed.
    done: bool,
}

struct Dropped<'a> {
    name: Cow<'a, str>,
    fate: Fate,
}

impl<'a> Rewriter<'a> {
    fn token(&mut self, token: Token<'a>) {
        if !self.dropped.is_empty() && !self.dropped_token(&token) {
            return;
        }
        match token {
            Token::Text(raw) => {
                let text = entities::decode(raw, false);
                if !self.page.done && text.contains(|c: char| !c.is_ascii_whitespace()) {
                    self.begin_page();
                }
                self.balance.text(&text);
            }
            Token::Start { name, attributes, self_closing } => self.start(name, &attributes, self_closing),
            Token::End { name } => {
                if name == "br" {
                    self.start(name, &[], false); // so do browsers
                } else if let Fate::Keep(name, kind) = elements::fate(&name) {
                    self.balance.end(name, kind);
                }
            }
        }
    }

    /// Inside dropped content; whether `token` ended it and is to be looked at after all.
    fn dropped_token(&mut self, token: &Token<'a>) -> bool {
        let outermost = self.dropped.first().map(|dropped| dropped.fate);
        match token {
            Token::Text(_) => false,
            Token::Start { name, self_closing, .. } => {
                if outermost == Some(Fate::Foreign) && elements::ends_foreign_content(name) {
                    self.dropped.clear();
                    return true;
                }
                let fate = elements::fate(name);
                let foreign = outermost == Some(Fate::Foreign);
                match fate {
                    Fate::Nothing => {}
                    Fate::Keep(_, kind) if kind.is_void() => {}
                    Fate::DiscardText if !foreign => _ = self.scanner.skip_text(name),
                    Fate::Rest if !foreign => self.scanner.skip_rest(),
                    _ if foreign && *self_closing => {}
                    // Deeper than any honest drawing: the content goes anyway, its end is found a little early.
                    _ if self.dropped.len() >= limits::DEPTH => {}
                    _ => self.dropped.push(Dropped { name: name.clone(), fate }),
                }
                false
            }
            Token::End { name } => {
                if let Some(at) = self.dropped.iter().rposition(|dropped| dropped.name == *name) {
                    self.dropped.truncate(at);
                    return false;
                }
                let outer = matches!(outermost, Some(Fate::Discard(false) | Fate::Foreign))
                    && matches!(elements::fate(name), Fate::Keep(name, _) if self.balance.reaches(name));
                if outer {
                    self.dropped.clear();
                }
                outer
            }
        }
    }

    fn start(&mut self, name: Cow<'a, str>, attributes: &[Attribute<'a>], self_closing: bool) {
        let fate = elements::fate(&name);
        if matches!(fate, Fate::Keep(..)) && !self.page.done {
            let is_page = |a: &&Attribute<'_>| a.name == "class" && has_page(&entities::decode(a.raw, true));
            if name == "div" && attributes.iter().any(|attribute| is_page(&attribute)) {
                self.page = Page { done: true, ..Page::default() }; // a result: here is its page
            } else {
                self.begin_page();
            }
        }
        match fate {
            Fate::Keep("img", _) => self.image(attributes),
            Fate::Keep(name, kind) => self.element(name, kind, attributes),
            Fate::Page if !self.written && !self.page.done => self.page(&name, attributes),
            Fate::Page | Fate::Unwrap | Fate::Nothing => self.count_background(attributes),
            Fate::DiscardText => _ = self.scanner.skip_text(&name),
            Fate::Rest => self.scanner.skip_rest(),
            Fate::Foreign if self_closing => {}
            Fate::Discard(_) | Fate::Foreign => self.dropped.push(Dropped { name, fate }),
        }
        self.written |= matches!(fate, Fate::Keep(..));
    }

    fn element(&mut self, name: &'static str, kind: Kind, attributes: &[Attribute<'a>]) {
        let is_mark = |a: &Attribute<'_>| a.name == "class" && has_name(&entities::decode(a.raw, true), names::MARK);
        let mut written = String::new();
        if name == "span" && attributes.iter().any(is_mark) {
            // a mail's that would like to be ours is an element like any other, its text that of the link
            if self.is_own_mark() {
                escape::named(&mut written, "class", names::MARK);
            }
            self.balance.start(Start { name, kind, attributes: written, visible: None });
            return;
        }
        let quote = quotes::begins(name, attributes);
        let is_cited = quote == Begins::Quote && !attributes.iter().any(|a| a.name == "type");
        if is_cited {
            escape::named(&mut written, "type", "cite");
        }
        let ours = match quote {
            Begins::Rest => Some(names::REST),
            Begins::Whole => Some(names::QUOTE),
            Begins::Nothing | Begins::Quote => None,
        };
        if ours.is_some() {
            let class = attributes.iter().find(|attribute| attribute.name == "class");
            let class = class.map(|class| entities::decode(class.raw, true)).unwrap_or_default();
            self.write_class(name, &class, ours, &mut written);
        }
        let mut visible = None;
        for attribute in attributes {
            let value = || entities::decode(attribute.raw, true);
            match &*attribute.name {
                "href" if name == "a" => {
                    if let Some(Link { means, href }) = mail_links::accept(&value(), self.policy) {
                        visible = Visible::of(&means);
                        escape::named(&mut written, "href", &href);
                        escape::named(&mut written, "title", &links::leads_to(&means));
                    }
                }
                // where a link leads is for us to say
                "title" if name == "a" || self.balance.is_in_link() => {}
                "style" => self.write_style(attribute.raw, &mut written),
                "class" if ours.is_some() => {}
                "class" => self.write_class(name, &value(), None, &mut written),
                "id" => self.write_id(&value(), &mut written),
                "background" => self.count_background(attributes),
                other => {
                    let known = attributes::KEPT.iter().find(|kept| **kept == other);
                    let value = known.and_then(|_| attributes::keep(name, other, &value()));
                    if let Some(value) = value.filter(|value| self.spans(other, value)) {
                        self.facts.attribute(name, other, &value);
                        escape::named(&mut written, other, &value);
                    }
                }
            }
        }
        self.balance.start(Start { name, kind, attributes: written, visible });
    }

    /// Whether the mark whose start tag was just read is one that a pass before this one wrote: it says where the link leads that it
    /// ends.
    fn is_own_mark(&self) -> bool {
        let mut ahead = self.scanner.clone();
        let Some(Token::Text(said)) = ahead.token() else { return false };
        self.balance.link_mark().is_some_and(|mark| entities::decode(said, false) == mark)
            && matches!(ahead.token(), Some(Token::End { name }) if name == "span")
            && matches!(ahead.token(), Some(Token::End { name }) if name == "a")
    }

    /// `body` and `html`: what they say about the page.
    fn page(&mut self, name: &str, attributes: &[Attribute<'a>]) {
        self.count_background(attributes);
        for attribute in attributes {
            let value = entities::decode(attribute.raw, true);
            let property = match &*attribute.name {
                "bgcolor" => "background-color",
                "text" => "color",
                "dir" | "lang" | "class" | "id" => {
                    let known = match &*attribute.name {
                        "class" => self.names.class(&value).map(|value| ("class", value)),
                        "id" => self.names.id(&value).map(|value| ("id", value)),
                        "dir" => attributes::keep("div", "dir", &value).map(|value| ("dir", value)),
                        _ => attributes::keep("div", "lang", &value).map(|value| ("lang", value)),
                    };
                    if let Some((name, value)) = known {
                        match self.page.attributes.iter_mut().find(|(known, _)| *known == name) {
                            Some((_, before)) if name == "class" => *before = format!("{before} {value}"),
                            Some((_, before)) => *before = value,
                            None => self.page.attributes.push((name, value)),
                        }
                    }
                    continue;
                }
                _ => continue,
            };
            if let Some(colour) = attributes::colour(&value) {
                let _ = write!(self.page.style, "{property}:{colour};");
            }
        }
        if let Some(attribute) = attributes.iter().find(|attribute| attribute.name == "style") {
            self.page.style.push_str(&entities::decode(attribute.raw, true));
            self.page.style.push(';');
        }
        if name == "body" {
            self.begin_page();
        }
    }

    /// Writes the element that stands for the page, where one is needed.
    fn begin_page(&mut self) {
        let page = std::mem::replace(&mut self.page, Page { done: true, ..Page::default() });
        if page.done {
            return;
        }
        let Style { attribute: style, remote } = Style::of(&page.style, &mut self.facts);
        self.remote_images += remote;
        if style.is_empty() && page.attributes.is_empty() && !self.names.page {
            return;
        }
        let classes = page.attributes.iter().find(|(name, _)| *name == "class").map(|(_, classes)| classes.as_str());
        let classes = self.names.class(classes.unwrap_or_default()).map(|classes| format!(" {classes}"));
        let mut written = String::new();
        escape::named(&mut written, "class", &(names::PAGE.to_owned() + &classes.unwrap_or_default()));
        for (name, value) in page.attributes.iter().filter(|(name, _)| *name != "class") {
            escape::named(&mut written, name, value);
        }
        written.push_str(&style);
        self.balance.start(Start { name: "div", kind: Kind::Block, attributes: written, visible: None });
    }

    fn image(&mut self, attributes: &[Attribute<'a>]) {
        let decoded = |name: &str| {
            attributes.iter().find(|attribute| attribute.name == name).map(|a| entities::decode(a.raw, true))
        };
        let (src, srcset) = (decoded("src"), decoded("srcset"));
        let (width, height, style) = (decoded("width"), decoded("height"), decoded("style"));
        let picture = images::picture(
            &Img {
                src: src.as_deref(),
                srcset: srcset.as_deref(),
                width: width.as_deref(),
                height: height.as_deref(),
                style: style.as_deref(),
                hidden: decoded("hidden").is_some(),
            },
            self.policy,
        );
        let mut written = String::new();
        match picture {
            Picture::Shown(url) => escape::named(&mut written, "src", &url),
            Picture::Placeholder => {}
            Picture::Fetched(url) => {
                self.remote_images += 1;
                self.showable += 1;
                escape::named(&mut written, "src", &url);
            }
            Picture::Remote => {
                self.remote_images += 1;
                self.showable += 1;
            }
            Picture::OutOfReach => self.remote_images += 1,
            Picture::Tracker => {
                self.remote_images += 1;
                self.trackers += 1;
                return;
            }
        }
        for attribute in attributes {
            let name = &*attribute.name;
            let value = || entities::decode(attribute.raw, true);
            if name == "style" {
                self.write_style(attribute.raw, &mut written);
            } else if name == "class" {
                self.write_class("img", &value(), None, &mut written);
            } else if name == "id" {
                self.write_id(&value(), &mut written);
            } else if name == "title" && self.balance.is_in_link() {
                // where a link leads is for us to say
            } else if attributes::KEPT.contains(&name)
                && let Some(value) = attributes::keep("img", name, &value())
            {
                escape::named(&mut written, name, &value);
            }
        }
        self.balance.start(Start { name: "img", kind: Kind::Void, attributes: written, visible: None });
    }

    /// Writes what is left of the style that is written as `raw`.
    fn write_style(&mut self, raw: &'a str, written: &mut String) {
        let style = self.styles.cleaned(raw, &mut self.facts);
        written.push_str(&style.attribute);
        self.remote_images += style.remote;
    }

    /// Writes the class of an element: that of the page, `ours`, and what is left of its own.
    fn write_class(&self, element: &str, value: &str, ours: Option<&str>, written: &mut String) {
        let known = self.names.class(value);
        let page = (element == "div" && has_page(value)).then_some(names::PAGE);
        let classes: Vec<&str> = page.into_iter().chain(ours).chain(known.as_deref()).collect();
        if !classes.is_empty() {
            escape::named(written, "class", &classes.join(" "));
        }
    }

    /// Whether the attribute `name` may stay, which says over how many columns or rows something reaches: a table is as wide as all
    /// of them together.
    fn spans(&mut self, name: &str, value: &str) -> bool {
        if !matches!(name, "colspan" | "rowspan" | "span") {
            return true;
        }
        let left = value.parse().ok().and_then(|more| self.spans_left.checked_sub(more));
        self.spans_left = left.unwrap_or(self.spans_left);
        left.is_some()
    }

    fn write_id(&self, value: &str, written: &mut String) {
        if let Some(id) = self.names.id(value) {
            escape::named(written, "id", &id);
        }
    }

    fn count_background(&mut self, attributes: &[Attribute<'a>]) {
        let remote = |attribute: &&Attribute<'a>| {
            attribute.name == "background" && images::is_remote(&entities::decode(attribute.raw, true))
        };
        self.remote_images += attributes.iter().filter(remote).count();
    }
}

fn has_page(class: &str) -> bool {
    has_name(class, names::PAGE)
}

fn has_name(class: &str, wanted: &str) -> bool {
    class.split_ascii_whitespace().any(|name| name == wanted)
}
