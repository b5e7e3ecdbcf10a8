//! The mail server goes away and comes back.

use super::helpers::{free_port, letter, mail_server, spawn_app};

#[tokio::test]
async fn without_a_mail_server_every_page_offers_to_try_again_and_nobody_is_signed_out() {
    let mut app = spawn_app().await;
    let ann = app.person().await.with_messages("INBOX", [letter("One")]).await;
    let list = ann.open_mailbox("INBOX").await;
    let message = list.row("One").address;
    let archive = list.form_in(".selection", "Archive").tick("One");
    app.use_imap_port(free_port()).await;
    for address in
        ["/webmail/mailbox/INBOX?filter=unread", &message, &format!("{message}/source"), &format!("{message}/print")]
    {
        let page = ann.get(address).await;
        assert_eq!((page.status, page.texts("h1")), (503, vec!["The mail server does not answer".to_owned()]));
        assert!(page.header("retry-after").is_some());
        assert_eq!(page.link("Try again"), *address);
    }
    let page = ann.submit(&archive).await;
    assert_eq!((page.status, page.texts("h1")), (503, vec!["The mail server does not answer".to_owned()]));
    app.use_imap_port(mail_server().port("IMAPS_PORT")).await;
    assert_eq!(ann.mail().await.state("INBOX").await, ["One"]);
    assert_eq!(ann.open(&message).await.texts(".message__subject"), ["One"]);
    let page = ann.send(&archive).await;
    assert_eq!(page.flash(), "1 message moved to Archive.");
}
