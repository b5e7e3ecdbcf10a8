//! Templates: texts to begin a message with.

use super::helpers::{Person, TestApp, arrived, header, octets, pair, read_by_python, sending_app, skip_on, spawn_app};

const PAGE: &str = "/webmail/settings/templates";

#[tokio::test]
async fn a_template_is_added_changed_removed_and_brought_back() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let list = ann.open(PAGE).await;
    assert!(list.text().contains("There are none yet."));
    let form = ann.open(&list.link("Add")).await.form("Save");
    let text = "Dear {first_name},\n\n<b>here</b> it is.\n\n{my_name}";
    let typed = form.clone().fill("name", "Offer & more").fill("subject", "Your offer of {date}").fill("text", text);
    let list = ann.send(&typed).await;
    assert_eq!(list.texts(".panel__row-text"), ["Offer & more Your offer of {date}"]);
    ann.send(&form.fill("name", "a thank-you").fill("text", "\r\nThank you.\r\n")).await;
    let list = ann.open(PAGE).await;
    assert_eq!(
        list.texts(".panel__row-text"),
        ["a thank-you Thank you.", "Offer & more Your offer of {date}"],
        "by name"
    );

    let page = ann.open(&list.link("Change Offer & more")).await;
    assert_eq!(page.form("Save").field("text"), Some(text));
    let gone = ann.send(&page.form("Remove")).await;
    assert_eq!((gone.flash().as_str(), gone.texts(".panel__row-text").len()), ("Offer & more is removed.", 1));
    let back = ann.send(&gone.form("Undo")).await;
    assert_eq!((back.flash().as_str(), back.texts(".panel__row-text").len()), ("Offer & more is back.", 2));
    let list = ann.send(&page.form("Save").fill("name", "Offer")).await;
    assert_eq!(list.texts(".panel__row-text")[1], "Offer Your offer of {date}");

    let ben = app.person().await;
    assert_eq!(ben.open(PAGE).await.texts(".panel__row-text"), [""; 0]);
    assert_eq!(ben.get(&list.link("Change Offer")).await.status, 404);
}

#[tokio::test]
async fn what_is_in_the_way_of_a_template_is_marked() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let form = ann.open(&format!("{PAGE}/new")).await.form("Save");
    let page = ann.submit(&form.clone().fill("text", "Dear …").forge("subject", "a\r\nBcc: b@x.example")).await;
    assert_eq!(page.status, 422);
    assert_eq!(page.attributes("[aria-invalid=true]", "name"), ["name", "subject"]); // I-05
    assert_eq!(page.texts(".field__error")[0], "Something has to stand here.");
    assert_eq!(page.form("Save").field("text"), Some("Dear …"));
    assert_eq!(ann.open(PAGE).await.texts(".panel__row-text"), [""; 0]);
    let page = ann.submit(&form.fill("name", "x").fill("text", &"x".repeat(50_001))).await;
    assert_eq!((page.status, page.texts(".field__error").len()), (422, 1));
}

async fn with_template(app: &TestApp) -> (Person, Person) {
    let (ann, bo) = pair(app).await;
    let form = ann.open(&format!("{PAGE}/new")).await.form("Save");
    let text = "Dear {first_name},\n\n1 < 2 & more";
    ann.send(&form.fill("name", "Thanks").fill("subject", "Thank you").fill("text", text)).await;
    (ann, bo)
}

#[tokio::test]
async fn a_template_goes_above_a_plain_text_on_lines_of_its_own() {
    let app = spawn_app().await;
    let (ann, _) = with_template(&app).await;
    let page = ann.open("/webmail/compose").await;
    let put = async |text: &str| {
        let form = page.form_in(".compose", "Thanks").fill("to", "Tove Berg <t@b.example>").fill("text", text);
        let form = ann.submit(&form).await.form_in(".compose", "Send");
        assert_eq!(form.field("subject"), Some("Thank you"));
        form.field("text").unwrap_or_default().to_owned()
    };
    assert_eq!(put("").await, "Dear Tove,\n\n1 < 2 & more");
    assert_eq!(put("\n\n-- \nAnn").await, "Dear Tove,\n\n1 < 2 & more\n\n-- \nAnn");
    assert_eq!(put("I write.").await, "Dear Tove,\n\n1 < 2 & more\nI write.");
}

#[tokio::test]
async fn a_template_goes_into_a_text_with_looks_and_into_what_stands_beside_it() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = with_template(&app).await;
    let to = format!("Bo Lind <{}>", bo.who.user);
    let html = "<div>See <b>this</b></div><blockquote><div>old</div></blockquote>";
    let by_script = async || {
        let page = ann.open("/webmail/compose").await;
        let form = page.form_in(".compose", "Thanks").fill("to", &to).fill("text", "See this\n> old");
        form.forge("format", "rich").forge("html", html).without("looks_of")
    };
    // a script posts both; a browser without scripts gives back what it got
    let saved = ann.submit(&by_script().await.forge("action", "save")).await;
    let without_scripts = saved.form_in(".compose", "Thanks").forge("format", "plain");
    for (number, form) in [by_script().await, without_scripts].into_iter().enumerate() {
        let page = ann.submit(&form).await;
        let form = page.form_in(".compose", "Send");
        assert_eq!(form.field("text"), Some("Dear Bo,\n\n1 < 2 & more\nSee this\n> old"), "{number}");
        let put = "<div>Dear Bo,</div><div><br></div><div>1 &lt; 2 &amp; more</div><div>See <b>this</b></div>";
        assert!(form.field("html").unwrap_or_default().starts_with(put), "{number}: {:?}", form.field("html"));

        let subject = format!("With looks {number}");
        ann.send(&form.fill("subject", &subject)).await;
        let fetched = arrived(&mut bo.mail().await, "INBOX", &subject).await;
        let read = read_by_python(octets(&fetched));
        assert_eq!((header(&read, "To"), &read["type"]), (to.as_str(), &"multipart/alternative".into()));
        for (part, words) in [(0, "1 < 2 & more"), (0, "> old"), (1, "1 &lt; 2 &amp; more"), (1, "<b>this</b>")] {
            assert!(read["parts"][part]["text"].as_str().is_some_and(|text| text.contains(words)), "{words} in {read}");
        }
    }
}
