//! Templates: texts to begin a message with.

use super::helpers::spawn_app;

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
