//! Files of a message: exact bytes under safe names, and nothing that runs.

use super::helpers::{Page, differs_on, spawn_app};

fn with_files(files: &[(&str, &str)]) -> String {
    let mut mail = "From: Bo <bo@example.org>\r\nSubject: Files\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHere.\r\n"
        .to_owned();
    for (headers, body) in files {
        mail += &format!("--b\r\n{headers}\r\n\r\n{body}\r\n");
    }
    mail + "--b--\r\n"
}

fn is_inert(file: &Page) {
    assert_eq!(file.status, 200);
    assert_eq!(file.header("content-type"), Some("application/octet-stream"));
    assert!(file.header("content-disposition").unwrap().starts_with("attachment; filename=\""));
    assert_eq!(file.header("x-content-type-options"), Some("nosniff"));
    let policy = file.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{policy}");
}

#[tokio::test]
async fn every_file_comes_with_its_bytes_and_under_a_safe_name() {
    let app = spawn_app().await;
    let named = |name: &str| format!("Content-Type: application/pdf\r\nContent-Disposition: attachment; {name}");
    let headers = [
        "Content-Type: text/html\r\nContent-Disposition: attachment; filename=page.html".to_owned(),
        "Content-Type: image/svg+xml\r\nContent-Disposition: inline; filename=drawing.svg".to_owned(),
        named("filename*=UTF-8''%C3%9Cbersicht%20%E5%86%99.pdf"),
        named("filename=\"../../etc/passwd\""),
        named("filename=\"a\u{202E}fdp.exe\""),
        named("filename=\"quo\\\"te;x.pdf\""),
    ];
    let files: Vec<(&str, &str)> = headers
        .iter()
        .map(String::as_str)
        .zip(["<script>alert(1)</script>", "<svg onload='alert(1)'/>", "three", "four", "five", "six"])
        .collect();
    let ann = app.person().await.with_messages("INBOX", [with_files(&files)]).await;
    let message = ann.open_message(&ann.open_mailbox("INBOX").await, "Files").await;
    let names = message.texts(".attachment__name");
    assert_eq!(names[..3], ["page.html", "drawing.svg", "Übersicht 写.pdf"]);
    for name in &names {
        //
        assert!(!name.contains(['/', '\\', '\u{202E}']) && !name.starts_with('.') && !name.is_empty(), "{name:?}");
    }
    assert_eq!(message.attributes(".attachment__name", "download"), names);
    for (address, (_, body)) in message.attributes(".attachment__name", "href").iter().zip(&files) {
        let file = ann.get(address).await;
        is_inert(&file);
        assert_eq!(file.body, body.as_bytes(), "{address}");
    }
    let file = ann.get(&message.attributes(".attachment__name", "href")[2]).await;
    let disposition = file.header("content-disposition").unwrap();
    assert!(disposition.ends_with("filename*=UTF-8''%C3%9Cbersicht%20%E5%86%99.pdf"), "{disposition}");
}

#[tokio::test]
async fn all_files_in_one_keep_their_names_and_bytes() {
    let app = spawn_app().await;
    let file = |name: &str| format!("Content-Type: application/x\r\nContent-Disposition: attachment; filename={name}");
    let (a, b) = (file("same.txt"), file("other.bin\r\nContent-Transfer-Encoding: base64"));
    let mail = with_files(&[(&a, "first"), (&a, "second"), (&b, "AAEC/w==")]);
    let ann = app.person().await.with_messages("INBOX", [mail]).await;
    let message = ann.open_message(&ann.open_mailbox("INBOX").await, "Files").await;
    let zip = ann.get(&message.link("Download all")).await;
    is_inert(&zip);
    assert!(zip.header("content-disposition").unwrap().contains("filename=\"Files.zip\""));
    let found = unpacked(&zip.body);
    assert_eq!(
        found.iter().map(|(_, bytes)| bytes.as_slice()).collect::<Vec<_>>(),
        [&b"first"[..], b"second", &[0, 1, 2, 255]]
    );
    assert_eq!((found[0].0.as_str(), found[2].0.as_str()), ("same.txt", "other.bin"));
    assert!(found[1].0 != "same.txt" && found[1].0.ends_with(".txt"), "{}", found[1].0);
}

/// Names and bytes by the archive's directory, files being stored (APPNOTE 4.3.12, 4.3.16).
fn unpacked(zip: &[u8]) -> Vec<(String, Vec<u8>)> {
    let u16_at = |at: usize| usize::from(u16::from_le_bytes([zip[at], zip[at + 1]]));
    let u32_at = |at: usize| u32::from_le_bytes(zip[at..at + 4].try_into().unwrap()) as usize;
    let end = zip.len() - 22;
    assert_eq!(&zip[end..end + 4], b"PK\x05\x06");
    let mut at = u32_at(end + 16);
    let mut files = Vec::new();
    for _ in 0..u16_at(end + 10) {
        assert_eq!(&zip[at..at + 4], b"PK\x01\x02");
        let (size, name, local) = (u32_at(at + 24), u16_at(at + 28), u32_at(at + 42));
        let start = local + 30 + u16_at(local + 26) + u16_at(local + 28);
        files.push((
            String::from_utf8(zip[at + 46..at + 46 + name].to_vec()).unwrap(),
            zip[start..start + size].to_vec(),
        ));
        at += 46 + name + u16_at(at + 30) + u16_at(at + 32);
    }
    files
}

#[tokio::test]
async fn the_source_is_text_on_the_page_and_every_byte_as_a_file() {
    let app = spawn_app().await;
    let mail = with_files(&[("Content-Type: text/html", "<script>alert(1)</script>")]);
    let ann = app.person().await.with_messages("INBOX", [&mail]).await;
    let message = ann.open_message(&ann.open_mailbox("INBOX").await, "Files").await;
    let source = ann.open(&message.link("Show the source")).await;
    assert!(source.texts("pre")[0].contains("<script>alert(1)</script>"));
    assert!(!source.source().contains("<script>alert"));
    let file = ann.get(&source.link("Download the whole message")).await;
    is_inert(&file);
    assert_eq!(String::from_utf8(file.body.clone()).unwrap().trim_end(), mail.trim_end());
    assert!(file.header("content-disposition").unwrap().contains(".eml"));
}

#[tokio::test]
async fn a_name_that_the_server_cut_is_whole_in_page_and_download() {
    let app = spawn_app().await;
    let files = [
        ("Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=my file.pdf", "one"),
        ("Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"open.pdf", "two"),
        ("Content-Type: application/pdf\r\nContent-Disposition: filename=\"bare.pdf\"", "three"),
    ];
    let ann = app.person().await.with_messages("INBOX", [with_files(&files)]).await;
    let message = ann.open_message(&ann.open_mailbox("INBOX").await, "Files").await;
    let names = message.texts(".attachment__name");
    let cut = if differs_on!(Courier, "blanks-on-courier") { "myfile.pdf" } else { "my file.pdf" };
    assert_eq!(names, [cut, "open.pdf", "bare.pdf"]);
    for (address, name) in message.attributes(".attachment__name", "href").iter().zip(&names) {
        let file = ann.get(address).await;
        assert!(file.header("content-disposition").unwrap().contains(&format!("filename=\"{name}\"")), "{name}");
    }
}
