//! As whom a person writes: identities are kept by the server for one person, and only what the operator allows is among
//! them.

use super::helpers::{Page, Person, TestApp, mail_server, spawn_app, spawn_app_with};

const PAGE: &str = "/webmail/settings/identities";

/// An application where this person has these other addresses.
async fn app_with_aliases(aliases: &[&str], addresses: &str) -> (TestApp, Person) {
    let who = mail_server().person("ann");
    let keys = format!(
        "[identities]\naddresses = \"{addresses}\"\naliases = {{ \"{}\" = {aliases:?} }}\n[live]\nbeat_milliseconds = 150\n",
        who.user
    );
    let app = spawn_app_with(&keys).await;
    let ann = app.signed_in(who).await;
    (app, ann)
}

/// The identities, as the page lists them.
async fn listed(ann: &Person) -> Vec<String> {
    ann.open(PAGE).await.texts(".panel__rows .panel__row-text")
}

fn errors(page: &Page) -> Vec<String> {
    page.texts(".field__error")
}

#[tokio::test]
async fn everybody_has_an_identity_and_is_asked_for_a_name() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let settings = ann.open("/webmail/settings").await;
    let page = ann.open(&settings.link("Who you are")).await;
    let user = ann.who.user.clone();
    assert_eq!(page.texts(".panel__row-text"), [format!("{user} Used first No signature")]);
    assert!(page.text().contains("Whoever gets your mail sees an address and no name."));

    let form = ann.open(&page.link("Say your name")).await.form("Save");
    assert_eq!(form.field("address"), None, "the sign-in address can't be changed"); // I-05
    let saved = ann.send(&form.fill("name", " Ann Ünal ").fill("signature", "Ann\r\nHarbour 7\r\n")).await;
    assert_eq!(saved.flash(), "Saved.");
    assert_eq!(saved.texts(".panel__row-text"), [format!("Ann Ünal Used first {user}, signature “Ann”")]);
    assert!(!saved.text().contains("Whoever gets your mail"));
    let form = ann.open(&saved.link("Change Ann Ünal")).await.form("Save");
    assert_eq!((form.field("name"), form.field("signature")), (Some("Ann Ünal"), Some("Ann\nHarbour 7")));

    // it is the person's and not the browser's; and nobody else's
    let elsewhere = app.signed_in(ann.who.clone()).await;
    assert_eq!(listed(&elsewhere).await, [format!("Ann Ünal Used first {user}, signature “Ann”")]);
    let ben = app.person().await;
    assert_eq!(listed(&ben).await, [format!("{} Used first No signature", ben.who.user)]);
}

#[tokio::test]
async fn an_identity_is_added_used_first_removed_and_brought_back() {
    let (_app, ann) = app_with_aliases(&["office@fernpost.example"], "own").await;
    let user = ann.who.user.clone();
    let list = ann.open(PAGE).await;
    let form = ann.open(&list.link("Add")).await.form("Save");
    assert_eq!(form.field("address"), Some("office@fernpost.example"), "the alias is what one is after");
    let form = form
        .fill("name", "Harbour <Office>")
        .fill("reply_to", "desk@fernpost.example, Ann B. <ann@fernpost.example>")
        .fill("organisation", "Harbour & Co.")
        .fill("language", "de")
        .tick("Send me a copy");
    let list = ann.send(&form).await;
    let office = "Harbour <Office> office@fernpost.example, no signature".to_owned();
    assert_eq!(list.texts(".panel__row-text"), [format!("{user} Used first No signature"), office.clone()]);
    let form = ann.open(&list.link("Change Harbour <Office>")).await.form("Save");
    let kept = ["reply_to", "organisation", "language", "copies"].map(|name| form.field(name).unwrap_or_default());
    assert_eq!(kept, ["desk@fernpost.example, Ann B. <ann@fernpost.example>", "Harbour & Co.", "de", "1"]);

    let list = ann.send(&list.form("Use Harbour <Office> first")).await;
    assert_eq!(list.flash(), "Harbour <Office> is used first now.");
    let first = "Harbour <Office> Used first office@fernpost.example, no signature".to_owned();
    assert_eq!(list.texts(".panel__row-text"), [format!("{user} No signature"), first.clone()]);

    let page = ann.open(&list.link("Change Harbour <Office>")).await;
    let gone = ann.send(&page.form("Remove")).await;
    assert_eq!(gone.flash(), "Harbour <Office> is removed.");
    assert_eq!(gone.texts(".panel__row-text").len(), 1);
    assert_eq!(ann.get(&list.link("Change Harbour <Office>")).await.status, 404);
    let back = ann.send(&gone.form("Undo")).await;
    assert_eq!(back.flash(), "Harbour <Office> is back.");
    assert_eq!(back.texts(".panel__row-text")[1], first);

    // what was typed while it was removed elsewhere is kept
    let form = page.form("Save").fill("name", "Typed on");
    ann.send(&page.form("Remove")).await;
    let list = ann.send(&form).await;
    assert!(list.texts(".panel__row-text")[1].starts_with("Typed on"), "{:?}", list.texts(".panel__row-text"));
    assert_eq!(list.texts(".panel__row-text").len(), 2);
}

#[tokio::test]
async fn the_sign_in_address_stays() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let page = ann.open(&format!("{PAGE}/0")).await;
    assert!(!page.offers("Remove"));
    let form = page.form("Save");
    let forged = form.clone().with_action(&format!("{PAGE}/0/remove"));
    assert_eq!(ann.submit(&forged).await.status, 404);
    ann.send(&form.fill("name", "Ann").forge("address", "boss@fernpost.example")).await;
    assert_eq!(listed(&ann).await, [format!("Ann Used first {}, no signature", ann.who.user)]); // I-05
}

#[tokio::test]
async fn nobody_takes_an_address_that_is_not_theirs() {
    let (_app, ann) = app_with_aliases(&["office@fernpost.example"], "own").await;
    let form = ann.open(&format!("{PAGE}/new")).await.form("Save").fill("name", "Boss");
    for wrong in ["boss@fernpost.example", "office@fernpost.example.evil.example"] {
        let page = ann.submit(&form.clone().forge("address", wrong)).await;
        assert_eq!((page.status, errors(&page).len()), (422, 1), "{wrong}"); // I-05
        assert_eq!(page.form("Save").field("name"), Some("Boss"));
    }
    assert_eq!(listed(&ann).await.len(), 1);

    let (_app, ann) = app_with_aliases(&[], "domain").await;
    let form = ann.open(&format!("{PAGE}/new")).await.form("Save");
    let page = ann.submit(&form.clone().fill("address", "boss@other.example")).await;
    assert_eq!(page.status, 422);
    assert_eq!(errors(&page), ["You can’t write from this address here. Your host decides which ones you can use."]);
    let list = ann.send(&form.fill("address", "Boss@Fernpost.example")).await;
    assert_eq!(list.texts(".panel__row-text")[1], "Boss@Fernpost.example No signature");
}

#[tokio::test]
async fn an_address_that_is_allowed_no_longer_is_marked_and_not_used() {
    let who = mail_server().person("ann");
    let keys = |rule: &str| format!("[identities]\naddresses = \"{rule}\"\n");
    let mut app = spawn_app_with(&keys("any")).await;
    let ann = app.signed_in(who.clone()).await;
    let form = ann.open(&format!("{PAGE}/new")).await.form("Save").fill("address", "ann@elsewhere.example");
    let list = ann.send(&form).await;
    ann.send(&list.form("Use ann@elsewhere.example first")).await;
    app.replace_in_configuration(&keys("any"), &keys("own")).await;
    let rows = listed(&ann).await;
    assert_eq!(rows[1], "ann@elsewhere.example Used first Not allowed No signature"); // I-05
}

#[tokio::test]
async fn what_is_in_the_way_is_marked_and_everything_typed_is_still_there() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let form = ann.open(&format!("{PAGE}/0")).await.form("Save");
    let typed = [
        ("name", "Ann\r\nBcc: everybody@fernpost.example"),
        ("reply_to", "mara at nordhafen"),
        ("organisation", "Harbour"),
        ("signature", "Ann\0"),
    ];
    let form = typed.iter().fold(form, |form, (name, value)| form.forge(name, value)).tick("Send me a copy");
    let page = ann.submit(&form).await;
    assert_eq!(page.status, 422);
    let control = "Only letters, digits and signs fit here: paste it again as plain text.";
    let address = "\u{201c}mara at nordhafen\u{201d}: There is no @ in it. An address looks like ann@example.org.";
    assert_eq!(errors(&page), [control, control, address]); // I-05
    assert_eq!(page.attributes("[aria-invalid=true]", "name"), ["name", "signature", "reply_to"]);
    assert_eq!(page.attributes("[autofocus]", "name"), ["name"]);
    let form = page.form("Save");
    assert_eq!(form.field("reply_to"), Some("mara at nordhafen"));
    assert_eq!((form.field("organisation"), form.field("copies")), (Some("Harbour"), Some("1")));
    assert_eq!(listed(&ann).await, [format!("{} Used first No signature", ann.who.user)], "nothing was saved");
    let form = form.fill("name", "Ann").fill("reply_to", "").fill("signature", &"x".repeat(10_001));
    assert_eq!(errors(&ann.submit(&form).await), ["That is too long: 10,000 characters are the most."]);
}

#[tokio::test]
async fn an_identity_is_its_owners_alone() {
    let (app, ann) = app_with_aliases(&["office@fernpost.example"], "own").await;
    let form = ann.open(&format!("{PAGE}/new")).await.form("Save").fill("name", "Office");
    let list = ann.send(&form).await;
    let address = list.link("Change Office");
    let ben = app.person().await;
    assert_eq!(ben.get(&address).await.status, 404);
    let mine = ben.open(&format!("{PAGE}/0")).await.form("Save");
    for act in ["remove", "first", "restore"] {
        let forged = mine.clone().with_action(&format!("{address}/{act}"));
        assert_eq!(ben.submit(&forged).await.status, 404, "{act}");
    }
    assert_eq!(ben.submit(&mine.clone().with_action(&address).without("csrf")).await.status, 403); // C-01
    for nonsense in ["x", "-1", "4294967296", "0x1"] {
        assert_eq!(ben.get(&format!("{PAGE}/{nonsense}")).await.status, 404, "{nonsense}"); // C-09
    }
    assert_eq!(listed(&ann).await.len(), 2);
    assert_eq!(
        app.visitor().get(PAGE).await.location().unwrap(),
        "/webmail/login?next=%2Fwebmail%2Fsettings%2Fidentities"
    );
}

#[tokio::test]
async fn each_wrong_address_is_told_with_what_is_wrong() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let form = ann.open(&format!("{PAGE}/0")).await.form("Save");
    let page = ann.submit(&form.fill("reply_to", "desk@fernpost.example, ann, b@@c.example")).await;
    assert_eq!(page.status, 422);
    let [told] = &errors(&page)[..] else { panic!("{:?}", errors(&page)) };
    assert!(told.contains("\u{201c}ann\u{201d}: There is no @ in it."), "{told}");
    assert!(told.contains("\u{201c}b@@c.example\u{201d}: There is more than one @."), "{told}");
    assert!(!told.contains("desk@"), "{told}");
}

#[tokio::test]
async fn a_signature_keeps_its_looks_and_nothing_that_runs_or_loads() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let address = format!("{PAGE}/0");
    let form = ann.open(&address).await.form("Save");
    let markup =
        "<div><b onclick=x>Ann</b><script>x</script></div><div>Harbour <img src=\"https://evil.example/x.png\"></div>";
    let form = form.fill("signature", "Ann\nHarbour").forge("format", "rich").forge("html", markup).without("looks_of");
    assert_eq!(ann.send(&form).await.flash(), "Saved.");
    let page = ann.open(&address).await;
    assert_eq!(page.attributes(".signature", "data-start"), ["rich"]);
    let kept = page.form("Save").field("html").unwrap().to_owned();
    assert!(kept.contains("<b>Ann</b>") && !kept.contains("evil") && !kept.contains("script"), "{kept}");
    assert!(page.header("content-security-policy").is_some_and(|policy| policy.contains("fernpost-write")));

    // a new message has it as text, and its looks for the script
    let page = ann.open("/webmail/compose").await;
    assert!(page.form("Send").field("text").unwrap().ends_with("-- \nAnn\nHarbour"));
    let looks = page.attributes(".compose__text", "data-looks").concat();
    assert!(looks.contains("\"text\":\"Ann\\nHarbour\"") && looks.contains("<b>Ann</b>"), "{looks}");

    // without scripts it stays as it is, and goes with the text that it was of
    let form = ann.open(&address).await.form("Save");
    ann.send(&form.clone().fill("name", "Ann \u{dc}nal")).await;
    assert!(ann.open(&address).await.form("Save").field("html").unwrap().contains("<b>Ann</b>"));
    ann.send(&form.fill("signature", "Another")).await;
    let page = ann.open(&address).await;
    assert_eq!(
        (page.form("Save").field("html"), page.attributes(".signature", "data-start")),
        (Some(""), vec!["plain".to_owned()])
    );
}

#[tokio::test]
async fn a_text_is_checked_in_the_language_that_its_writer_chose() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let form = ann.open(&format!("{PAGE}/0")).await.form("Save");
    assert_eq!(ann.open("/webmail/compose").await.attributes("textarea", "lang"), [""; 0]);
    ann.send(&form.fill("language", "de")).await;
    assert_eq!(ann.open("/webmail/compose").await.attributes("textarea", "lang"), ["de"]);
}
