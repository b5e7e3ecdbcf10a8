//! People a person wrote to: suggested while typing, and forgotten when asked to.

use fernpost::store::{ServerKey, Store, unix_now};

use super::helpers::{Person, TestApp, spawn_app, until};

const PAGE: &str = "/webmail/settings/recipients";

/// Has this person have written to these.
async fn wrote(app: &TestApp, ann: &Person, people: &[(&str, &str)]) {
    let store = Store::open(&format!("sqlite:{}", app.file("fernpost.db").display())).await.unwrap();
    let key = ServerKey::open_or_make(&app.file("fernpost.secret")).unwrap();
    let now: Vec<_> = people.iter().map(|(name, address)| (*name, *address, unix_now())).collect();
    store.recipients().note(&ann.who.user, &now, &key).await.unwrap();
    store.close().await;
}

/// What is suggested, as it would be put into the field.
async fn suggested(ann: &Person, typed: &str) -> Vec<String> {
    let query: String = form_urlencoded(typed);
    let page = ann.get(&format!("/webmail/compose/recipients?q={query}")).await;
    assert_eq!((page.status, page.header("cache-control")), (200, Some("no-store"))); // C-06
    page.attributes("[role=option]", "data-value")
}

fn form_urlencoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn people_are_suggested_by_name_and_address_the_most_used_first() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let tove = ("Berg, Tove", "tove@kontor7.example");
    let people = [("Tore Łuk", "tore@x.example"), tove, ("", "info@tovenet.example"), ("Søren <b>", "s@x.example")];
    wrote(&app, &ann, &people).await;
    wrote(&app, &ann, &[people[0], tove]).await;
    wrote(&app, &ann, &[tove]).await;
    assert_eq!(
        suggested(&ann, "to").await[..2],
        ["\"Berg, Tove\" <tove@kontor7.example>", "Tore Łuk <tore@x.example>"]
    );
    assert_eq!(suggested(&ann, "KONTOR").await, ["\"Berg, Tove\" <tove@kontor7.example>"]);
    assert_eq!(suggested(&ann, "luk").await, ["Tore Łuk <tore@x.example>"]);
    assert_eq!(suggested(&ann, "soren").await, ["\"Søren <b>\" <s@x.example>"]);
    assert_eq!(suggested(&ann, "ove").await, [""; 0]);
    for nothing in ["", " ", "\u{0}", "%", "'; DROP TABLE recipients"] {
        assert_eq!(suggested(&ann, nothing).await, [""; 0], "{nothing:?}");
    }
    // oneself, last
    let own = ann.who.user.clone();
    assert_eq!(suggested(&ann, &own).await, [own]);
    let page = ann.get("/webmail/compose/recipients?q=tove").await;
    assert_eq!(page.attributes("[role=listbox]", "data-status"), ["2 suggestions"]);
    assert!(!page.source().contains("<b>"), "what a person is called is text");

    let ben = app.person().await;
    assert_eq!(suggested(&ben, "tove").await, [""; 0], "hers are hers");
    assert_eq!(app.visitor().get("/webmail/compose/recipients?q=tove").await.status, 303);
}

#[tokio::test]
async fn no_more_than_eight_are_suggested() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let many: Vec<String> = (0..30).map(|number| format!("bo{number}@x.example")).collect();
    wrote(&app, &ann, &many.iter().map(|address| ("", address.as_str())).collect::<Vec<_>>()).await;
    assert_eq!(suggested(&ann, "bo").await.len(), 8);
}

#[tokio::test]
async fn one_is_forgotten_and_known_again_where_it_stood() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let tove = ("Tove", "tove@kontor7.example");
    wrote(&app, &ann, &[("Ilse", "ilse@x.example"), tove]).await;
    wrote(&app, &ann, &[tove]).await;
    let settings = ann.open("/webmail/settings").await;
    let page = ann.open(&settings.link("People you write to")).await;
    let both = ["Tove tove@kontor7.example", "Ilse ilse@x.example"];
    assert_eq!(page.texts(".panel__row-text"), both);
    let gone = ann.send(&page.form("Forget tove@kontor7.example")).await;
    assert_eq!(gone.flash(), "tove@kontor7.example is forgotten.");
    assert_eq!(gone.texts(".panel__row-text"), both[1..]);
    assert_eq!(suggested(&ann, "tove").await, [""; 0]);
    let back = ann.send(&gone.form("Undo")).await;
    assert_eq!(
        (back.flash().as_str(), back.texts(".panel__row-text")),
        ("tove@kontor7.example is known again.", both.map(str::to_owned).to_vec())
    );
    // no form of ours says this
    for (name, wrong) in [("rank", "NaN"), ("rank", "inf"), ("rank", ""), ("name", "a\r\nb")] {
        let forged = gone.form("Undo").forge(name, wrong);
        assert_eq!(ann.submit(&forged).await.status, 400, "{name} {wrong:?}"); // I-05
    }
}

#[tokio::test]
async fn somebody_is_found_among_many_and_all_are_forgotten_after_a_question() {
    let app = spawn_app().await;
    let ann = app.person().await;
    assert!(ann.open(PAGE).await.text().contains("Nobody yet."));
    let many: Vec<String> = (0..150).map(|number| format!("bo{number}@x.example")).collect();
    wrote(&app, &ann, &many.iter().map(|address| ("Bo", address.as_str())).collect::<Vec<_>>()).await;
    let page = ann.open(PAGE).await;
    assert_eq!(page.texts(".panel__row-text").len(), 100);
    assert!(page.text().contains("100 of 150. Others are found by their names."));
    let found = ann.submit(&page.form("Search").fill("q", "bo149")).await;
    assert_eq!(found.texts(".panel__row-text"), ["Bo bo149@x.example"]);
    assert_eq!(found.form("Search").field("q"), Some("bo149"));
    let none = ann.submit(&page.form("Search").fill("q", "zzz")).await;
    assert!(none.text().contains("Nobody of this name."));

    let asked = ann.open(&page.link("Forget all")).await;
    assert!(asked.text().contains("150 people are no longer suggested. This can’t be undone."));
    let gone = ann.send(&asked.form("Forget all")).await;
    assert_eq!((gone.flash().as_str(), gone.texts(".panel__row-text").len()), ("150 people are forgotten.", 0));
    assert_eq!(suggested(&ann, "bo").await, [""; 0]);
}

#[tokio::test]
async fn whom_sent_tells_of_is_suggested_from_the_first_day_on_and_never_again_once_forgotten() {
    let app = spawn_app().await;
    let mail = |to: &str| format!("From: ann@x.example\r\nTo: {to}\r\nSubject: x\r\n\r\ntext\r\n");
    let many: Vec<String> = (0..60).map(|number| format!("many{number}@x.example")).collect();
    let sent = ["Tove Berg <tove@kontor7.example>, ilse@x.example", "T. Berg <tove@kontor7.example>", &many.join(", ")];
    let ann = app.person().await.with_messages("Sent", sent.map(mail)).await;
    let berg =
        until(async || Some(suggested(&ann, "berg").await).filter(|found| !found.is_empty()).ok_or("nobody".into()));
    assert_eq!(berg.await, ["T. Berg <tove@kontor7.example>"], "as the newest has it");
    assert_eq!(suggested(&ann, "ilse").await, ["ilse@x.example"]);
    assert_eq!(suggested(&ann, "many").await, [""; 0], "a mailing is no acquaintance");
    assert!(ann.open(PAGE).await.text().contains("Nobody yet."), "looking changes nothing"); // C-02

    wrote(&app, &ann, &[("Bo", "bo@x.example")]).await;
    let asked = ann.open(&format!("{PAGE}/forget")).await;
    ann.send(&asked.form("Forget all")).await;
    assert_eq!(suggested(&ann, "berg").await, [""; 0]);
}
