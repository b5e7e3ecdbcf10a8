//! One of every page, made of nothing but words: each template must draw its type.
//!
//! With `FERNPOST_SAMPLES=DIR` the pages are written there, for eyes and for axe.

use std::collections::BTreeMap;

use actix_web::test::TestRequest;

use super::assets::Assets;
use super::confirm::{Confirm, Field};
use super::error::Error;
use super::error_page::ErrorPage;
use super::locale::Locale;
use super::login_page::LoginPage;
use super::page::Head;
use super::sample_composer;
use super::sample_devices;
use super::sample_jobs;
use super::sample_letters;
use super::sample_lists;
use super::sample_settings;
use super::sample_storage;
use super::sample_taking;
use super::sample_words::{name, overview, quota};
use super::shell::{Shell, Viewer};
use super::templates::{Template, Templates};
use super::urls::{Act, Urls};
use super::words::Words;
use crate::account::{self, Overview, What};
use crate::mail::MailboxName;

pub(super) struct Studio {
    templates: Templates,
    pub(super) urls: Urls,
    pub(super) locale: Locale,
    /// Octets in use, of 10 GB.
    pub(super) used: u64,
    drawn: BTreeMap<&'static str, String>,
}

impl Studio {
    fn open() -> Self {
        let words = Words::load().unwrap();
        let assets = Assets::load().unwrap();
        Self {
            templates: Templates::load(&words).unwrap(),
            urls: Urls::new("/webmail", "https://mail.example.org", assets.hash()),
            locale: Locale::new(&words, "en-GB", Some("Europe/Berlin")).unwrap(),
            used: 7_400_000_000,
            drawn: BTreeMap::new(),
        }
    }

    pub(super) fn draw<T: Template>(&mut self, name: &'static str, page: &T) {
        let html = self.templates.render(page, &self.locale.language).unwrap_or_else(|error| panic!("{name}: {error}"));
        self.drawn.insert(name, html);
    }

    pub(super) fn shell(&self, current: &str) -> Shell {
        let viewer = Viewer {
            user: "mara.lindqvist@nordhafen.example",
            csrf: "token".into(),
            tab_name: "0123456789abcdef".into(),
            outbox: 2,
            locale: &self.locale,
            urls: &self.urls,
        };
        Shell::seen_by(&viewer, &Overview { quota: quota(self.used), ..overview() }, Some(&name(current)))
    }

    pub(super) fn head(&self, title: &str) -> Head {
        Head::new(title, &self.urls, &self.locale)
    }
}

/// One page's source.
pub(super) fn drawn(name: &str) -> String {
    pages().drawn.remove(name).unwrap_or_default()
}

fn pages() -> Studio {
    let mut studio = Studio::open();
    sample_lists::draw(&mut studio);
    sample_letters::draw(&mut studio);
    questions(&mut studio);
    sample_devices::draw(&mut studio);
    sample_devices::draw_imports(&mut studio);
    sample_settings::draw(&mut studio);
    sample_composer::draw(&mut studio);
    sample_storage::draw(&mut studio);
    sample_jobs::draw(&mut studio, &overview());
    sample_taking::draw(&mut studio);
    for (name, error) in [
        ("error-gone", Error::Account(account::Error::NotFound(What::Message(MailboxName::inbox())))),
        ("error-unreachable", Error::Account(account::Error::Unreachable(account::Unreachable::NoConnection))),
        (
            "error-form",
            Error::FormTooOld(vec![("text".into(), "Dear <b>Ann</b>".into()), ("password".into(), "secret".into())]),
        ),
        ("error-broken", Error::broken(std::io::Error::other("a secret path"))),
    ] {
        let request = TestRequest::with_uri("/webmail/mailbox/INBOX").to_http_request();
        let page = ErrorPage::new(&error, &request, &studio.urls, &studio.locale);
        studio.draw(name, &page);
    }
    studio
}

fn questions(studio: &mut Studio) {
    let page = Confirm {
        head: studio.head("Empty Trash?"),
        shell: studio.shell("Trash"),
        question: studio.locale.language.count("confirm-delete", 12, []),
        consequence: studio.locale.language.count("confirm-delete-text", 12, []),
        action: studio.urls.act(Act::Delete),
        fields: vec![Field::new("uid", "1:12".into())],
        yes: "Delete for good".into(),
        no_url: "/webmail/mailbox/Trash".into(),
    };
    studio.draw("confirm", &page);
    let login = |studio: &Studio, message: Option<&str>| LoginPage {
        head: studio.head("Sign in"),
        action: studio.urls.login(),
        user: "mara@nordhafen.example".into(),
        user_missing: false,
        password_wrong: message.is_some(),
        message: message.map(str::to_owned),
        next: String::new(),
        csrf: "token".into(),
        kept: String::new(),
        left: String::new(),
        stay: false,
        stay_hint: studio.locale.language.count("stay-hint", 14, []),
        domain: Some("nordhafen.example".into()),
    };
    let page = login(studio, None);
    studio.draw("login", &page);
    let page = login(studio, Some("Address and password do not match."));
    studio.draw("login-refused", &page);
}

#[test]
fn every_page_is_drawn_with_each_icon_it_uses() {
    let studio = pages();
    for (name, html) in &studio.drawn {
        assert!(!html.contains("[["), "{name} has an unfilled slot");
        // on paper the components' icons are left out
        let icons = if *name == "message-print" { "" } else { html.as_str() };
        for used in icons.split("href=\"#i-").skip(1) {
            let icon = used.split('"').next().unwrap();
            assert!(html.contains(&format!("<symbol id=\"i-{icon}\"")), "{name} lacks the drawing of {icon}");
        }
    }
    if let Ok(folder) = std::env::var("FERNPOST_SAMPLES") {
        for (name, html) in &studio.drawn {
            std::fs::write(format!("{folder}/{name}.html"), html).unwrap();
        }
        let assets = Assets::load().unwrap();
        let place = format!("{folder}/webmail/static/{}", assets.hash());
        std::fs::create_dir_all(&place).unwrap();
        for (name, plain) in assets.plain() {
            std::fs::write(format!("{place}/{name}"), plain).unwrap();
        }
    }
}

#[test]
fn no_page_runs_or_styles_anything_inline() {
    // H-02: it would be a violation of our own policy
    for (name, html) in &pages().drawn {
        let html = if *name == "message-print" { &html.replacen("<style>", "", 1) } else { html };
        for wrong in ["<style", " style=", " onclick", " onload", "javascript:", "<script>"] {
            assert!(!html.contains(wrong), "{name} has {wrong}");
        }
    }
}

#[test]
fn a_list_loads_itself_anew_only_where_nothing_is_lost() {
    let studio = pages();
    let meta = "<noscript><meta http-equiv=\"refresh\" content=\"300\"></noscript>";
    assert!(studio.drawn["mailbox-refreshed"].contains(meta));
    // what is being counted has a test of its own, beside its samples
    let others = studio.drawn.iter().filter(|(name, _)| !name.starts_with("storage"));
    for (name, html) in others {
        assert!(matches!(*name, "mailbox-refreshed" | "job-running") || !html.contains("http-equiv"), "{name}");
    }
}

#[test]
fn the_icon_in_the_tab_counts_what_is_unread() {
    let studio = pages();
    // 12 in the inbox; nobody signed in
    assert!(studio.drawn["settings"].contains("/favicon-9plus.svg\" type=\"image/svg+xml\">"));
    assert!(studio.drawn["login"].contains("/favicon.svg\" type=\"image/svg+xml\">"));
}

#[test]
fn a_list_of_50_is_small() {
    let studio = pages();
    let page = &studio.drawn["mailbox"];
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, page.as_bytes()).unwrap();
    let packed = packed.finish().unwrap().len();
    // with style sheet and script below the 45 kB of a first visit
    assert!(packed < 20_000, "{} bytes, {packed} packed", page.len());
}

#[test]
fn what_a_stranger_or_a_person_wrote_is_text() {
    let studio = pages();
    assert!(studio.drawn["message-source"].contains("&lt;/pre&gt;&lt;script&gt;"));
    let form = &studio.drawn["error-form"];
    assert!(form.contains("Dear &lt;b&gt;Ann&lt;/b&gt;") && !form.contains("secret")); // S-10
    assert!(!studio.drawn["error-broken"].contains("secret path"));
}

#[test]
fn more_than_200_recipients_wait_behind_a_link() {
    // D-03
    let studio = pages();
    assert_eq!(studio.drawn["message"].matches("@kontor7.example").count(), 200);
    assert!(studio.drawn["message"].contains("Show all 300 recipients"));
    assert_eq!(studio.drawn["message-everybody"].matches("@kontor7.example").count(), 300);
}

#[test]
fn blocked_pictures_are_counted_on_the_page() {
    let studio = pages();
    assert!(studio.drawn["message-html"].contains("2 remote images blocked, 1 of them a tracker"));
    assert!(studio.drawn["message-html"].contains("/webmail/message/INBOX/7/4819/remote?page=2"));
    assert!(!studio.drawn["message"].contains("Show once"));
}

#[test]
fn a_refused_message_names_what_is_wrong_at_its_field_and_above_the_form() {
    let page = &pages().drawn["compose-refused"];
    assert!(page.contains("Not sent yet. 2 things need a look."));
    assert!(page.contains("<a href=\"#to\">“tove@kontor7” is not a complete address</a>"));
    assert!(page.contains("<a href=\"#files\">Your files are 31 MB; 25 MB fit in one message</a>"));
    assert!(page.contains("id=\"to\" name=\"to\"") && page.contains("aria-describedby=\"to-error\""));
    assert!(page.contains("tove@kontor7\" data-module") && page.contains("and the old rail can go to the workshop."));
}
