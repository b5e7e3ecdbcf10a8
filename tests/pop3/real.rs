//! The same against real servers, which have little in common: Dovecot's and Courier's.

use fernpost::mail::Secret;
use fernpost::pop3::{Dialer, Error, Pop3Server, Tls};

use super::mail_client::MailClient;
use super::mail_server::{Server, mail_server};

fn dialer(port: &str, tls: Tls) -> Option<Dialer> {
    let server = mail_server();
    // docs/servers.md: the others serve no POP3
    matches!(server.kind(), Server::Dovecot | Server::Courier).then(|| {
        let (port, ca_file) = (server.port(port), Some(server.ca_file()));
        let server = Pop3Server { host: "localhost".into(), port, tls, ca_file, disabled_capabilities: Vec::new() };
        Dialer::new(server).unwrap()
    })
}

#[tokio::test]
async fn a_real_maildrop_is_read_and_left_as_it_was() {
    for (port, tls) in [("POP3S_PORT", Tls::Implicit), ("POP3_PORT", Tls::Starttls)] {
        let Some(dialer) = dialer(port, tls) else { return };
        let ann = mail_server().person("ann");
        let secret = Secret::new(ann.password.as_str());
        let text = "From: bo@example.org\r\nSubject: Ferns\r\n\r\n.a line with a dot\r\n";
        let mut mail = MailClient::sign_in(mail_server(), &ann).await;
        mail.append("INBOX", "", text.as_bytes()).await;
        let mut maildrop = dialer.sign_in(&ann.user, &secret).await.unwrap();
        assert_eq!(maildrop.total().await.unwrap().messages, 1);
        assert_eq!(maildrop.sizes().await.unwrap()[&1], text.len() as u64);
        let name = maildrop.unique_ids().await.unwrap()[&1].clone();
        let top = String::from_utf8(maildrop.top(1, 0).await.unwrap()).unwrap();
        assert_eq!(top, "From: bo@example.org\r\nSubject: Ferns\r\n\r\n");
        let mut whole = Vec::new();
        maildrop.retrieve(1, &mut whole, 1 << 20).await.unwrap();
        assert_eq!(String::from_utf8(whole).unwrap(), text);
        maildrop.quit().await.unwrap();

        let mut maildrop = dialer.sign_in(&ann.user, &secret).await.unwrap();
        assert_eq!(maildrop.unique_ids().await.unwrap()[&1], name, "the same in each session");
        maildrop.delete(1).await.unwrap();
        maildrop.quit().await.unwrap();
        let mut maildrop = dialer.sign_in(&ann.user, &secret).await.unwrap();
        assert_eq!(maildrop.total().await.unwrap().messages, 0);

        let wrong = dialer.sign_in(&ann.user, &Secret::new("not it")).await;
        assert_eq!(wrong.map(drop), Err(Error::SignIn));
    }
}
