//! What becomes of each tag: the policy, applied token by token.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::balance::{Balance, Start};
use super::elements::{self, Fate, Kind};
use super::images::{self, Img, Picture};
use super::links::{self, Visible};
use super::policy::Policy;
use super::scan::{Attribute, Scanner, Token};
use super::{attributes, css, entities, escape, limits};

/// The markup for the gate, and what was met on the way.
pub(super) struct Rewritten {
    pub(super) markup: String,
    pub(super) remote_images: usize,
    pub(super) showable: usize,
    pub(super) trackers: usize,
    /// The limit of elements was reached.
    pub(super) cut: bool,
}

/// Applies `policy` to `html`.
pub(super) fn rewrite(html: &str, policy: &Policy<'_>) -> Rewritten {
    let mut rewriter = Rewriter {
        scanner: Scanner::new(html),
        policy,
        balance: Balance::default(),
        dropped: Vec::new(),
        written: false,
        remote_images: 0,
        showable: 0,
        trackers: 0,
    };
    while !rewriter.balance.is_full() {
        let Some(token) = rewriter.scanner.token() else { break };
        rewriter.token(token);
    }
    let cut = rewriter.balance.is_full();
    let Rewriter { balance, remote_images, showable, trackers, .. } = rewriter;
    Rewritten { markup: balance.finish(), remote_images, showable, trackers, cut }
}

struct Rewriter<'a> {
    scanner: Scanner<'a>,
    policy: &'a Policy<'a>,
    balance: Balance,
    /// Inside an element that goes with its content: it and what is open in it.
    dropped: Vec<Dropped<'a>>,
    /// Something was written: a `body` tag comes too late to be the page's.
    written: bool,
    remote_images: usize,
    showable: usize,
    trackers: usize,
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
            Token::Text(raw) => self.balance.text(&entities::decode(raw, false)),
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
                    Fate::DiscardText if !foreign => self.scanner.skip_text(name),
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
        match fate {
            Fate::Keep("img", _) => self.image(attributes),
            Fate::Keep(name, kind) => self.element(name, kind, attributes),
            Fate::Page if !self.written => self.page(attributes),
            Fate::Page | Fate::Unwrap | Fate::Nothing => self.count_background(attributes),
            Fate::DiscardText => self.scanner.skip_text(&name),
            Fate::Rest => self.scanner.skip_rest(),
            Fate::Foreign if self_closing => {}
            Fate::Discard(_) | Fate::Foreign => self.dropped.push(Dropped { name, fate }),
        }
        self.written |= matches!(fate, Fate::Keep(..));
    }

    fn element(&mut self, name: &'static str, kind: Kind, attributes: &[Attribute<'a>]) {
        let mut written = String::new();
        let mut visible = None;
        for attribute in attributes {
            let value = || entities::decode(attribute.raw, true);
            match &*attribute.name {
                "href" if name == "a" => {
                    if let Some(href) = links::accept_as(&value(), self.policy.links) {
                        visible = Visible::of(&href);
                        write_attribute(&mut written, "href", &href);
                        write_attribute(&mut written, "title", &links::leads_to(&href));
                    }
                }
                "title" if name == "a" => {} // where a link leads is for us to say
                "style" => {
                    let style = self.style(&value());
                    if !style.is_empty() {
                        write_attribute(&mut written, "style", &style);
                    }
                }
                "background" => self.count_background(attributes),
                other => {
                    let known = attributes::KEPT.iter().find(|kept| **kept == other);
                    if let Some(value) = known.and_then(|_| attributes::keep(name, other, &value())) {
                        write_attribute(&mut written, other, &value);
                    }
                }
            }
        }
        self.balance.start(Start { name, kind, attributes: written, visible });
    }

    /// `body` and `html`: what they say about the page is said by a `div` around it.
    fn page(&mut self, attributes: &[Attribute<'a>]) {
        self.count_background(attributes);
        let mut written = String::new();
        let mut style = String::new();
        for attribute in attributes {
            let value = entities::decode(attribute.raw, true);
            let property = match &*attribute.name {
                "bgcolor" => "background-color",
                "text" => "color",
                "dir" | "lang" => {
                    if let Some(value) = attributes::keep("div", &attribute.name, &value) {
                        write_attribute(&mut written, &attribute.name, &value);
                    }
                    continue;
                }
                _ => continue,
            };
            if let Some(colour) = attributes::colour(&value) {
                let _ = write!(style, "{property}:{colour};");
            }
        }
        if let Some(attribute) = attributes.iter().find(|attribute| attribute.name == "style") {
            style.push_str(&entities::decode(attribute.raw, true));
        }
        let style = self.style(&style);
        if !style.is_empty() {
            write_attribute(&mut written, "style", &style);
        }
        if !written.is_empty() {
            self.balance.start(Start { name: "div", kind: Kind::Block, attributes: written, visible: None });
        }
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
            Picture::Shown(url) => write_attribute(&mut written, "src", &url),
            Picture::Placeholder => {}
            Picture::Fetched(url) => {
                self.remote_images += 1;
                self.showable += 1;
                write_attribute(&mut written, "src", &url);
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
                let style = self.style(&value());
                if !style.is_empty() {
                    write_attribute(&mut written, "style", &style);
                }
            } else if attributes::KEPT.contains(&name)
                && let Some(value) = attributes::keep("img", name, &value())
            {
                write_attribute(&mut written, name, &value);
            }
        }
        self.balance.start(Start { name: "img", kind: Kind::Void, attributes: written, visible: None });
    }

    fn style(&mut self, style: &str) -> String {
        let cleaned = css::clean(style);
        self.remote_images += cleaned.remote;
        cleaned.css
    }

    fn count_background(&mut self, attributes: &[Attribute<'a>]) {
        let remote = |attribute: &&Attribute<'a>| {
            attribute.name == "background" && images::is_remote(&entities::decode(attribute.raw, true))
        };
        self.remote_images += attributes.iter().filter(remote).count();
    }
}

fn write_attribute(out: &mut String, name: &str, value: &str) {
    let _ = write!(out, " {name}=\"");
    escape::attribute(out, value);
    out.push('"');
}
