//! The pages about one message, for `samples`.

use super::attachments;
use super::blocked::Remote;
use super::contact::contacts;
use super::dates::Dates;
use super::invitation::{Answering, invitations};
use super::letter::{Letters, blocks};
use super::message_body::MessageBody;
use super::message_headers::{self, MessageHeaders};
use super::message_print::{MessagePrint, Sheet};
use super::message_show::{MessageShow, View, address};
use super::message_source::MessageSource;
use super::message_unsubscribe::{ByUs, MessageUnsubscribe};
use super::params::ListQuery;
use super::part_show::{Folder, PartShow};
use super::receipt_asked::card;
use super::remote_show::{Pictures, Sender};
use super::report::reports;
use super::sample_explained::explained;
use super::sample_opened::{LETTER, doubtful, opened, text};
use super::sample_words::{ago, overview, person};
use super::samples::Studio;
use crate::account::{Answered, Body, Opened};
use crate::html::{self, Links};
use crate::mail::{Answer, Envelope, Identity, UntrustedHtml};

pub(super) fn draw(studio: &mut Studio) {
    let cleaned = html::sanitize(
        &UntrustedHtml::new(
            "<h1>Booked</h1><img src=https://tracker.example/p.gif width=1 height=1><img src=https://a.example/b.png>",
        ),
        &html::Policy::for_a_quote(),
    );
    let show = |studio: &Studio, opened: &Opened, remote: &Remote, everybody| {
        let query = ListQuery::parse("page=2&filter=unread").unwrap();
        let pictures = Pictures { may_be_asked: true, sender: Sender::Proven, ..Pictures::default() };
        let (user, links) = ("mara.lindqvist@nordhafen.example", Links::AsWritten);
        let receipt = opened.receipt.as_ref();
        let receipt = &receipt.map(|_| card(opened, "/webmail/receipt".into(), "/webmail/".into(), &studio.locale));
        let own = vec![Identity { address: person("Tove", "tove@kontor7.example"), ..Identity::default() }];
        let answered = Some(Answered { answer: Answer::Tentative, at: ago(3_600) });
        let answering = Answering { url: "/webmail/answer".into(), message_id: "1@x".into(), own, answered };
        let (query, pictures, in_words, answering) = (&query, &pictures, false, &answering);
        let page = &address(&opened.message, query, pictures, &studio.urls);
        let view = View { page, query, everybody, user, remote, pictures, links, receipt, in_words, answering };
        MessageShow::new(studio.shell("INBOX"), opened, &overview(), &view, &studio.locale, &studio.urls)
    };
    let plain = opened(vec![text(LETTER)]);
    let page = show(studio, &plain, &Remote::default(), false);
    studio.draw("message", &page);
    let page = show(studio, &plain, &Remote::default(), true);
    studio.draw("message-everybody", &page);
    let framed = opened(vec![Body::Html { path: crate::mail::PartPath::root().child(1) }]);
    let mut remote = Remote::default();
    remote.add(&cleaned);
    let page = show(studio, &framed, &remote, false);
    studio.draw("message-html", &page);
    let nested = Body::Message {
        path: crate::mail::PartPath::root().child(5),
        envelope: Box::new(Envelope { subject: String::new(), ..(*plain.envelope).clone() }),
        bodies: vec![
            text("Inner letter"),
            Body::Image { path: crate::mail::PartPath::root().child(6), name: "a.png".into() },
        ],
    };
    let attached = Opened { damaged: true, attachments: Vec::new(), ..opened(vec![text("See below."), nested]) };
    let page = show(studio, &attached, &Remote::unknown(), false);
    studio.draw("message-attached", &page);
    let page = show(studio, &opened(Vec::new()), &Remote::default(), false);
    studio.draw("message-empty", &page);
    let doubtful = doubtful();
    let page = show(studio, &doubtful, &Remote::default(), true);
    studio.draw("message-doubtful", &page);
    let page = MessageUnsubscribe::new(studio.shell("INBOX"), &doubtful, ByUs::Possible, &studio.locale, &studio.urls);
    studio.draw("message-unsubscribe", &page);
    let page =
        show(studio, &Opened { explained: explained(), ..opened(vec![text("See above.")]) }, &Remote::default(), false);
    studio.draw("message-explained", &page);

    let dates = Dates::now(&studio.locale);
    let letters = Letters {
        message: &plain.message,
        locale: &studio.locale,
        dates: &dates,
        urls: &studio.urls,
        everybody: true,
        links: Links::AsWritten,
        show: "",
        page: "",
    };
    let explained = explained();
    let print = MessagePrint {
        head: studio.head("Print"),
        subject: letters.subject(&plain.envelope),
        facts: letters.facts(&plain.envelope, None),
        files: "plan.pdf".into(),
        reports: reports(&explained, &studio.locale, &dates),
        invitations: invitations(&explained, &letters, &Answering::default()),
        contacts: contacts(&explained, letters.message, &studio.locale, &studio.urls),
        bodies: vec![
            Sheet { html: cleaned.html.clone(), ..Sheet::default() },
            Sheet { blocks: blocks(LETTER, Links::AsWritten, &studio.urls), ..Sheet::default() },
        ],
    };
    studio.draw("message-print", &print);
    let page = MessageBody {
        head: studio.head("Message"),
        note: "Too intricate.".into(),
        source_url: "/webmail/source".into(),
        texts: vec![blocks(LETTER, Links::AsWritten, &studio.urls)],
    };
    studio.draw("message-body", &page);
    let page = MessageHeaders {
        head: studio.head("All headers"),
        shell: studio.shell("INBOX"),
        subject: "Plans".into(),
        message_url: studio.urls.message(&plain.message),
        source_url: studio.urls.source(&plain.message),
        fields: vec![message_headers::Field { name: "Received".into(), value: "from a by b; Mon, 23 Nov 2026".into() }],
    };
    studio.draw("message-headers", &page);
    let page = MessageSource {
        head: studio.head("Source"),
        shell: studio.shell("INBOX"),
        lead: "The first 256 KB of 8.4 MB".into(),
        message_url: studio.urls.message(&plain.message),
        download_url: "/webmail/x".into(),
        source: "Received: from a\n\nHello </pre><script>\n".into(),
    };
    studio.draw("message-source", &page);
    let page = PartShow {
        head: studio.head("list.csv"),
        shell: studio.shell("INBOX"),
        name: "list.csv".into(),
        lead: "41 bytes".into(),
        message_url: studio.urls.message(&plain.message),
        download_url: "/webmail/x".into(),
        image_url: String::new(),
        is_text: true,
        text: "a;b </pre><script>".into(),
        save_url: String::new(),
        places: Vec::new(),
    };
    studio.draw("part-text", &page);
    let places = vec![Folder { value: "Archive".into(), path: "Archive".into() }];
    let page = PartShow { save_url: "/webmail/save".into(), is_text: false, places, ..page };
    studio.draw("part-message", &page);
    let page = PartShow { image_url: "/webmail/inline".into(), save_url: String::new(), ..page };
    studio.draw("part-picture", &page);
    assert_eq!(attachments::files(&plain, &studio.locale, &studio.urls).len(), 3);
}
