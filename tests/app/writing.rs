//! How a person likes to write.

use super::helpers::spawn_app;

const PAGE: &str = "/webmail/settings/writing";

#[tokio::test]
async fn what_was_chosen_holds_on_every_device() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let settings = ann.open("/webmail/settings").await;
    let form = ann.open(&settings.link("Writing")).await.form("Save");
    let fields = ["undo", "text", "signature", "asks_receipt", "collects"];
    let shown = |form: &super::helpers::Form| fields.map(|name| form.field(name).unwrap_or("none").to_owned());
    assert_eq!(shown(&form), ["10", "above", "above", "none", "1"]);
    let chosen = form.clone().fill("undo", "30").forge("text", "below").tick("Ask readers");
    let saved = ann.send(&chosen.without("collects")).await;
    assert_eq!(saved.flash(), "Saved.");
    let elsewhere = app.signed_in(ann.who.clone()).await;
    let form = elsewhere.open(PAGE).await.form("Save");
    assert_eq!(shown(&form), ["30", "below", "above", "1", "none"]);
    assert_eq!(shown(&app.person().await.open(PAGE).await.form("Save")), ["10", "above", "above", "none", "1"]);
}

#[tokio::test]
async fn what_nobody_can_choose_changes_nothing() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let form = ann.open(PAGE).await.form("Save");
    for (name, wrong) in [("undo", "5"), ("undo", "-1"), ("undo", "300"), ("text", "beside")] {
        assert_eq!(ann.submit(&form.clone().forge(name, wrong)).await.status, 400, "{name} {wrong}");
    }
    assert_eq!(ann.submit(&form.clone().without("csrf")).await.status, 403); // C-01
    assert_eq!(ann.open(PAGE).await.form("Save").field("undo"), Some("10"));
}
