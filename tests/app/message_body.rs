//! The frame and the sheet of paper: what of a designed mail gets there, and what gets nowhere else.

use super::helpers::{Person, TestApp, spawn_app};

const DESIGNED: &str = "From: Green Field <news@green.example>\r\nTo: Ann <ann@example.org>\r\nSubject: Gardens\r\n\
    Disposition-Notification-To: <spy@green.example>\r\nReturn-Receipt-To: <spy@green.example>\r\n\
    X-Confirm-Reading-To: <spy@green.example>\r\nList-Unsubscribe: <https://green.example/leave>, <mailto:leave@green.example>\r\n\
    List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\
    MIME-Version: 1.0\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n\
    <html><head><meta charset=utf-7><meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-16\">\
    <base href=\"http://127.0.0.1:9/\"><style>@import 'http://127.0.0.1:9/x';.topbar,.hero{display:none;color:red}\
    body{background:url(http://127.0.0.1:9/y) #eee}@media (max-width:600px){#hero td{width:100%!important}}</style></head>\
    <body class=topbar id=hero name=csrf><p class=\"hero message__head\" id=main>Gr\u{fc}n</p></body></html>\r\n";

/// Somebody with that mail in ISO 8859-1, and its address.
async fn reader() -> (TestApp, Person, String) {
    let app = spawn_app().await;
    let bytes: Vec<u8> = DESIGNED.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let ann = app.person().await.with_messages("INBOX", [bytes]).await;
    let message = ann.open_mailbox("INBOX").await.link("Gardens");
    (app, ann, message)
}

#[tokio::test]
async fn the_style_sheet_of_a_mail_is_in_its_frame_and_on_paper_each_rule_inside_the_mail() {
    let (_app, ann, message) = reader().await;
    let frame = ann.get(&format!("{message}/body")).await.source();
    assert!(frame.contains(".fp-mail .m-topbar,.fp-mail .m-hero{display:none;color:red}"), "{frame}");
    assert!(frame.contains("@media (max-width:600px){.fp-mail #m-hero td{width:100%!important}}"));
    assert!(frame.contains(".fp-mail .fp-page{background-color:#eee}"));
    assert!(frame.contains("<p class=\"m-hero\">"));
    let paper = ann.get(&format!("{message}/print")).await;
    assert!(paper.source().contains(".fp-mail-0 .m-hero{display:none;color:red}"), "{}", paper.source());
    for source in [frame, paper.source()] {
        assert!(!source.contains("127.0.0.1:9") && !source.contains("@import"));
    }
    let policy = paper.header("content-security-policy").unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("script-src") && !policy.contains("http:;"));
}

#[tokio::test]
async fn a_page_of_ours_holds_no_name_and_no_rule_of_a_mail() {
    let (_app, ann, message) = reader().await;
    let page = ann.open(&message).await.source();
    for of_the_mail in ["m-hero", "m-topbar", "fp-page", "fp-mail", "#hero", "green.example/leave"] {
        assert!(!page.contains(of_the_mail), "{of_the_mail}");
    }
}

#[tokio::test]
async fn the_frame_is_utf_8_whatever_a_mail_says() {
    let (_app, ann, message) = reader().await;
    let frame = ann.get(&format!("{message}/body")).await;
    assert_eq!(frame.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(frame.attributes("meta[charset]", "charset"), ["utf-8"]);
    assert!(frame.attributes("meta[http-equiv], base", "content").is_empty());
    assert!(frame.text().contains("Gr\u{fc}n") && !frame.source().contains("utf-7"));
}

#[tokio::test]
async fn opening_a_mail_that_asks_for_a_receipt_sends_nothing() {
    let (_app, ann, message) = reader().await;
    ann.request("GET", &message).header("Sec-Fetch-Dest", "document").send().await;
    for below in ["/body", "/print", "/headers"] {
        assert_eq!(ann.get(&format!("{message}{below}")).await.status, 200);
    }
    // no copy of anything sent, no mark that a receipt was.
    let mut mail = ann.mail().await;
    mail.select("INBOX").await;
    let flags = mail.flags(mail_uid(&message)).await;
    assert!(flags.iter().all(|flag| !flag.eq_ignore_ascii_case("$MDNSent")), "{flags:?}");
    assert_eq!(mail.subjects("INBOX").await, ["Gardens"]);
    let (sent, _) = mail.attempt("STATUS Sent (MESSAGES)").await; // not every server has one
    assert!(sent.iter().all(|line| !line.contains("STATUS") || line.contains("MESSAGES 0")), "{sent:?}");
}

#[tokio::test]
async fn a_link_to_a_mail_address_leads_to_our_composer_in_the_frame_and_on_paper_of_designed_and_plain_mail() {
    let mail = |subject: &str, kind: &str, text: &str| {
        format!(
            "From: Bo <bo@b.example>\r\nTo: Ann <ann@example.org>\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/{kind}; charset=utf-8\r\n\r\n{text}\r\n"
        )
    };
    let designed =
        mail("Designed", "html", "<a href='mailto:desk@b.example?subject=Ferns&bcc=spy@e.example'>Write</a>");
    let plain = mail("Plain", "plain", "Write to desk@b.example today");
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("INBOX", [designed, plain]).await;
    let list = ann.open_mailbox("INBOX").await;
    for (subject, link) in [
        ("Designed", "/webmail/compose?mailto=mailto%3Adesk%40b.example%3Fsubject%3DFerns"),
        ("Plain", "/webmail/compose?mailto=mailto%3Adesk%40b.example"),
    ] {
        let message = list.link(subject);
        for below in ["/body", "/print"] {
            let page = ann.get(&format!("{message}{below}")).await;
            assert_eq!(page.attributes("a[target=_blank]", "href"), [link], "{below} of {subject}");
        }
    }
}

fn mail_uid(message: &str) -> u32 {
    let path = message.split('?').next().unwrap();
    path.rsplit('/').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn what_an_answer_quotes_at_its_end_is_folded_away_and_what_is_passed_on_is_not() {
    let mail = |subject: &str, fields: &str| {
        format!(
            "From: Bo <bo@b.example>\r\nTo: Ann <ann@example.org>\r\nSubject: {subject}\r\n{fields}MIME-Version: 1.0\r\n\
             Content-Type: text/html; charset=utf-8\r\n\r\n<div>At ten, then.</div><div class=gmail_quote>\
             <div>Ann wrote:</div><blockquote class=gmail_quote>When shall we meet?</blockquote></div>\r\n"
        )
    };
    let app = spawn_app().await;
    let answers = "In-Reply-To: <1@a.example>\r\nReferences: <1@a.example>\r\n";
    let letters = [mail("Re: Ferns", answers), mail("Fwd: Moss", answers), mail("Peat", "")];
    let ann = app.person().await.with_messages("INBOX", letters).await;
    let list = ann.open_mailbox("INBOX").await;
    for (subject, is_folded) in [("Re: Ferns", true), ("Fwd: Moss", false), ("Peat", false)] {
        let message = ann.open(&list.link(subject)).await;
        let frame = ann.get(&message.attributes("iframe", "src")[0]).await;
        let quotes = frame.texts("details.fp-more:not([open]) > blockquote");
        assert_eq!(quotes.len(), usize::from(is_folded), "{subject}: {}", frame.source());
        assert!(frame.text().contains("When shall we meet?"), "{}", frame.source());
        if is_folded {
            assert_eq!(frame.attributes("summary", "aria-label"), ["Show the quoted text"]);
            assert_eq!(quotes, ["When shall we meet?"]);
        }
    }
}
