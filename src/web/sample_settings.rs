//! The settings of somebody who has made use of them, for `samples`.

use super::canned::Canned;
use super::own_addresses::OwnAddresses;
use super::receipt_choice::Receipts;
use super::refresh::Refresh;
use super::samples::Studio;
use super::settings::{Chosen, Settings};
use super::settings_canned::SettingsCanned;
use super::settings_canned_text::SettingsCannedText;
use super::settings_identities::SettingsIdentities;
use super::settings_identity::{self, SettingsIdentity};
use super::settings_recipients::{Known, SettingsRecipients};
use super::settings_writing::SettingsWriting;
use super::sheet::{Form, Problem};
use super::writing::Writing;
use crate::config::Config;
use crate::html::Links;
use crate::mail::{Address, Identity};
use crate::store::Recipient;

pub(super) fn draw(studio: &mut Studio) {
    let page = Settings::new(
        studio.shell("INBOX"),
        Chosen { refresh: Refresh::parse("5").unwrap(), links: Links::Untracked, receipts: Receipts::Untold },
        vec!["reise@nachtzug-nord.example".to_owned()],
        &studio.locale,
        &studio.urls,
    );
    studio.draw("settings", &page);
    let config = "[imap]\nhost = \"x\"\n[identities]\naliases = { \"mara.lindqvist@nordhafen.example\" = [\"studio@nordhafen.example\"] }";
    let own = OwnAddresses::of("mara.lindqvist@nordhafen.example", &Config::parse(config, &[]).unwrap());
    let address = |name: &str, addr: &str| Address { name: name.into(), addr: addr.into() };
    let identity = |id, name: &str, addr: &str| Identity { id, address: address(name, addr), ..Identity::default() };
    let mara = Identity {
        signature: "Mara Lindqvist\nStudio Lindqvist · Nordhafen".into(),
        is_default: true,
        reply_to: vec![address("", "desk@nordhafen.example")],
        language: "de".into(),
        ..identity(0, "Mara Lindqvist", own.first())
    };
    let identities = [
        mara.clone(),
        identity(7, "Studio Lindqvist", "studio@nordhafen.example"),
        identity(9, "", "old@kontor7.example"),
    ];
    let page = SettingsIdentities::new(studio.shell("INBOX"), &identities, &own, &studio.locale, &studio.urls);
    studio.draw("settings-identities", &page);
    let nameless = [identity(0, "", own.first())];
    let page = SettingsIdentities::new(studio.shell("INBOX"), &nameless, &own, &studio.locale, &studio.urls);
    studio.draw("settings-identities-nameless", &page);
    let form = Form { number: Some(0), typed: settings_identity::Typed::of(&mara), problems: &[] };
    let page = SettingsIdentity::new(studio.shell("INBOX"), form, &own, &studio.locale, &studio.urls);
    studio.draw("settings-identity", &page);
    let mut wrong = settings_identity::Typed::of(&identities[1]);
    wrong.reply_to = "mara at nordhafen".into();
    let problems = [("reply_to", Problem::NotOneAddress), ("signature", Problem::TooLong(10_000))];
    let form = Form { number: Some(7), typed: wrong, problems: &problems };
    let page = SettingsIdentity::new(studio.shell("INBOX"), form, &own, &studio.locale, &studio.urls);
    studio.draw("settings-identity-wrong", &page);
    let page = SettingsWriting::new(studio.shell("INBOX"), &Writing::default(), &studio.locale, &studio.urls);
    studio.draw("settings-writing", &page);
    let canned = |number, name: &str, subject: &str, text: &str| Canned {
        number,
        name: name.into(),
        subject: subject.into(),
        text: text.into(),
    };
    let offer =
        canned(1, "Offer", "Your offer of {date}", "Dear {first_name},\n\nhere is what we spoke of.\n\n{my_name}");
    let texts = [offer.clone(), canned(2, "Thanks", "", "\nThank you, {first_name}. I’ll look at it tomorrow.")];
    for (name, texts) in [("settings-canned", &texts[..]), ("settings-canned-none", &[])] {
        let page = SettingsCanned::new(studio.shell("INBOX"), texts, &studio.locale, &studio.urls);
        studio.draw(name, &page);
    }
    let form = Form { number: Some(1), typed: offer, problems: &[] };
    let page = SettingsCannedText::new(studio.shell("INBOX"), form, &studio.locale, &studio.urls);
    studio.draw("settings-canned-text", &page);
    let known = |name: &str, address: &str| Recipient { name: name.into(), address: address.into(), rank: 1.0 };
    let people = vec![
        known("Ilse Brandt", "ilse.brandt@hafenmuseum.example"),
        known("Berg, Tove <b>", "tove@kontor7.example"),
        known("", "bauamt@nord.example"),
    ];
    for (name, people, query, collects) in [
        ("settings-recipients", people, "", true),
        ("settings-recipients-none", Vec::new(), "", true),
        ("settings-recipients-off", vec![known("Ilse", "ilse@x.example")], "nobody", false),
    ] {
        let known = Known { people, query: query.into(), collects };
        let page = SettingsRecipients::new(studio.shell("INBOX"), &known, &studio.locale, &studio.urls);
        studio.draw(name, &page);
    }
}
