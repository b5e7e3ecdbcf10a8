//! The 100 awkward mails of `tests/corpus/mime`, in one mailbox: each is listed, and each can be opened.

use super::helpers::{differs_on, spawn_app};

#[tokio::test]
async fn every_awkward_mail_is_listed_and_opened() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/mime");
    let expected: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join("expected.json")).unwrap()).unwrap();
    let mails = expected.as_array().unwrap();
    assert_eq!(mails.len(), 100);
    let app = spawn_app().await;
    let ann = app.person().await;
    let mut client = ann.mail().await;
    let mut order = Vec::new();
    for mail in mails {
        let bytes = std::fs::read(folder.join(mail["file"].as_str().unwrap())).unwrap();
        match client.try_append("INBOX", "", None, &bytes).await {
            Ok(uid) => order.push((uid, mail)),
            Err(status) => assert!(differs_on!(Cyrus, "too-awkward"), "{}: {status}", mail["file"]),
        }
    }
    assert!(order.len() >= 90, "only {} were taken", order.len());
    let first = ann.open_mailbox("INBOX").await;
    let second = ann.open(&first.link("Page after")).await;
    let addresses: Vec<String> =
        [&first, &second].iter().flat_map(|page| page.attributes(".message-row__subject", "href")).collect();
    assert_eq!(addresses.len(), order.len());
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for (uid, mail) in order {
        let file = &mail["file"];
        let end = format!("/{uid}");
        let address = addresses.iter().find(|address| address.split('?').next().unwrap().ends_with(&end));
        let page = ann.get(address.unwrap_or_else(|| panic!("{file} is not listed"))).await;
        assert_eq!(page.status, 200, "{file}");
        let subject = &page.texts(".message__subject")[0];
        assert!(!subject.is_empty(), "{file}");
        if let Some(wanted) = mail["subject"].as_str().filter(|wanted| !wanted.is_empty()) {
            assert_eq!(plain(subject), plain(wanted), "{file}");
        }
        for frame in page.attributes("iframe", "src") {
            assert_eq!(ann.get(&frame).await.status, 200, "{file}: {frame}");
        }
    }
}
