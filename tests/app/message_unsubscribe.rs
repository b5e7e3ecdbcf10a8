//! Out of a mailing.

use std::sync::Arc;

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;

use super::helpers::{
    Page, Person, Program, TestApp, configuration, fernpost, free_port, mail_server, spawn_app, spawn_app_with,
};

async fn mailing(app: &TestApp, fields: &str) -> (Person, Page) {
    let message = format!("From: News <news@a.example>\r\nSubject: Offers\r\n{fields}\r\nBuy.\r\n");
    let ann = app.person().await.with_messages("INBOX", [message]).await;
    let list = ann.open_mailbox("INBOX").await;
    let page = ann.open(&list.row("Offers").address).await;
    (ann, page)
}

#[tokio::test]
async fn where_a_way_out_leads_is_said_before_anybody_goes_there() {
    //
    let app = spawn_app().await;
    let fields =
        "List-Unsubscribe: <https://lists.a.example/out?x=1>,\r\n <mailto:out+7@a.example?subject=no%20more>\r\n";
    let (ann, message) = mailing(&app, fields).await;
    let page = ann.open(&message.link("Unsubscribe")).await;
    assert_eq!(page.texts("h1"), ["Unsubscribe from News?"]);
    assert!(page.text().contains("on a page of lists.a.example"), "{}", page.text());
    assert_eq!(page.link("Open lists.a.example"), "https://lists.a.example/out?x=1");
    assert_eq!(page.attributes(".empty a[target]", "rel"), ["noopener noreferrer nofollow"]);
    let form = ann.open(&page.link("Write to out+7@a.example")).await.form("Send");
    assert_eq!((form.field("to"), form.field("subject")), (Some("out+7@a.example"), Some("no more")));
    assert!(!page.offers("Unsubscribe"), "nobody vouches for a signature");
    assert_eq!(ann.open(&page.link("Back to the message")).await.texts("h1"), ["Offers"]);
}

#[tokio::test]
async fn what_is_no_way_out_is_not_offered() {
    let app = spawn_app().await;
    for fields in ["", "List-Unsubscribe: <javascript:alert(1)>\r\n", "List-Unsubscribe: NO\r\n"] {
        let (ann, message) = mailing(&app, fields).await;
        assert!(message.texts(".sender__end a").is_empty(), "{fields}");
        let page = ann.open(&format!("{}/unsubscribe", message.address)).await;
        assert!(page.text().contains("no way to unsubscribe"), "{}", page.text());
        assert!(page.attributes(".empty a[target]", "href").is_empty());
    }
}

#[tokio::test]
async fn asking_how_to_unsubscribe_marks_nothing_read() {
    // C-02
    let app = spawn_app().await;
    let message = "From: a@a.example\r\nSubject: Offers\r\nList-Unsubscribe: <https://a.example/>\r\n\r\nBuy.\r\n";
    let ann = app.person().await.with_messages("INBOX", [message]).await;
    let list = ann.open_mailbox("INBOX").await;
    let ask = format!("{}/unsubscribe", list.row("Offers").address);
    assert_eq!(ann.open(&ask).await.status, 200);
    assert_eq!(ann.open_mailbox("INBOX").await.tree()[0].1, "1");
}

/// A web server under TLS with the mail server's certificate, which takes one POST; what it heard.
async fn mailer(status: &str) -> (u16, tokio::task::JoinHandle<String>) {
    let tls = mail_server().ca_file().with_file_name("");
    let certificates = CertificateDer::pem_file_iter(tls.join("cert.pem")).unwrap().map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_file(tls.join("key.pem")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
    let heard = tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        let mut stream = TlsAcceptor::from(Arc::new(config)).accept(socket).await.unwrap();
        let (mut heard, mut piece) = (String::new(), [0; 4096]);
        while !heard.ends_with("One-Click") {
            let length = stream.read(&mut piece).await.unwrap();
            assert!(length > 0, "it ended after {heard:?}");
            heard.push_str(&String::from_utf8_lossy(&piece[..length]));
        }
        stream.write_all(answer.as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
        heard
    });
    (port, heard)
}

/// A mailing of that server, which the mail server vouches for.
fn signed(port: u16) -> String {
    format!(
        "Authentication-Results: mx.example.org; dkim=pass header.d=a.example\r\n\
         DKIM-Signature: v=1; d=a.example; h=From:List-Unsubscribe:List-Unsubscribe-Post; b=x\r\n\
         From: News <news@a.example>\r\nSubject: Offers\r\nList-Unsubscribe: <https://127.0.0.1:{port}/out?x=1>\r\n\
         List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\nBuy.\r\n"
    )
}

/// The program itself, whose system trusts that certificate.
async fn trusting(port: u16) -> (Program, tempfile::TempDir, Person) {
    let (folder, at) = (tempfile::tempdir().unwrap(), free_port());
    let file = folder.path().join("fernpost.toml");
    let keys = format!("[remote]\nallow = [\"127.0.0.1:{port}\"]\n[authentication]\ntrusted = [\"mx.example.org\"]\n");
    let text = configuration(folder.path(), &format!("127.0.0.1:{at}"), "127.0.0.1:0", &keys);
    std::fs::write(&file, text).unwrap();
    let mut command = fernpost();
    command.env("SSL_CERT_FILE", mail_server().ca_file());
    let program = Program::serve_as(command, &file, "warn", at);
    let ann = Person::sign_in_at(&format!("http://127.0.0.1:{at}"), mail_server().person("ann")).await;
    (program, folder, ann.with_messages("INBOX", [signed(port)]).await)
}

async fn ask(ann: &Person) -> Page {
    let list = ann.open_mailbox("INBOX").await;
    let message = ann.open(&list.row("Offers").address).await;
    ann.open(&message.link("Unsubscribe")).await
}

#[tokio::test]
async fn one_press_tells_the_sender_once_and_nothing_else() {
    //
    let (port, heard) = mailer("200 OK").await;
    let (_program, _folder, ann) = trusting(port).await;
    let page = ask(&ann).await;
    assert!(page.text().contains("One press tells 127.0.0.1 that you want no more"), "{}", page.text());
    assert!(!heard.is_finished(), "asking told the sender");
    let done = ann.send(&page.form("Unsubscribe")).await;
    assert_eq!(done.flash(), "127.0.0.1 was told to send you no more of these.");
    assert_eq!(done.texts("h1"), ["Offers"]);
    let heard = heard.await.unwrap();
    assert!(heard.starts_with("POST /out?x=1 HTTP/1.1\r\n"), "{heard}");
    assert!(heard.ends_with("\r\n\r\nList-Unsubscribe=One-Click"), "{heard}");
    assert!(!heard.to_lowercase().contains("cookie:") && !heard.contains(&ann.who.user), "{heard}");
}

#[tokio::test]
async fn a_sender_who_does_not_take_it_is_said_so_with_the_other_way() {
    let (port, _heard) = mailer("500 No").await;
    let (_program, _folder, ann) = trusting(port).await;
    let refused = ann.send(&ask(&ann).await.form("Unsubscribe")).await;
    assert_eq!(refused.flash(), "127.0.0.1 did not take it. Below are the sender's other ways.");
    assert_eq!(refused.link("Open 127.0.0.1"), format!("https://127.0.0.1:{port}/out?x=1"));
    // whoever listens there is gone now
    let unreachable = ann.send(&refused.form("Unsubscribe")).await;
    assert!(unreachable.flash().starts_with("127.0.0.1 could not be told."), "{}", unreachable.flash());
}

#[tokio::test]
async fn without_a_signature_that_holds_or_a_token_nobody_is_told() {
    // X-15, C-01
    let app = spawn_app_with("[remote]\nallow = [\"127.0.0.1:9\"]\n").await;
    let ann = app.person().await.with_messages("INBOX", [signed(9)]).await;
    let page = ask(&ann).await;
    assert!(!page.offers("Unsubscribe"), "no name is trusted here");
    let form = ann.open_mailbox("INBOX").await.form("Sign out");
    let address = format!("{}/unsubscribe", ann.open_mailbox("INBOX").await.row("Offers").address);
    let form = form.with_action(&address);
    assert_eq!(ann.submit(&form).await.status, 404);
    assert_eq!(ann.submit(&form.without("csrf")).await.status, 403);
}
