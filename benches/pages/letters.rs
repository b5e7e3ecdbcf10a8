//! Designed mails opened for the first time: page and frame, nothing of them remembered.

use crate::http::Browser;
use crate::setup::{Bench, PASSWORD, message};
use crate::table::{Table, middle, time};
use crate::work::{LIST, uid_validity_of};

/// Mails of each size: each can be opened for the first time once.
const COPIES: usize = 15;

/// Opens newsletters of so many kilobytes.
pub fn measure(bench: &Bench, kilobytes: u32) -> Table {
    let mut table =
        Table::new(&format!("Newsletters of {kilobytes} kB that nobody has opened yet, medians of {COPIES}"));
    let address = bench.empty_account(&format!("letters{kilobytes}"));
    let mut raw = bench.imap().open(&address, PASSWORD);
    raw.select();
    let html = newsletter(kilobytes as usize * 1000);
    let subject = |copy: usize| format!("bench letter {copy} of {kilobytes}");
    for copy in 0..COPIES {
        if raw.find(&subject(copy)).is_none() {
            raw.append(&message(&subject(copy), "text/html", "", &html));
        }
    }
    raw.select();
    bench.fernpost.restart(); // of an earlier part nothing is remembered
    let mut browser = Browser::sign_in(bench.fernpost.port, &address, PASSWORD);
    let mut socket = browser.connect();
    let list = String::from_utf8(browser.get(&mut socket, LIST).body).unwrap();
    let uid_validity = uid_validity_of(&list);
    let (mut fetched, mut opened, mut page_alone) = (Vec::new(), Vec::new(), Vec::new());
    for copy in 0..COPIES {
        let uid = raw.uid_of(&subject(copy));
        fetched.push(time(|| raw.command(&format!("UID FETCH {uid} (FLAGS BODY.PEEK[HEADER] BODY.PEEK[1])"))).0);
        let page = format!("/webmail/message/INBOX/{uid_validity}/{uid}");
        let (first, ()) = time(|| assert_eq!(browser.get(&mut socket, &page).status, 200));
        let (second, body) = time(|| browser.get(&mut socket, &format!("{page}/body?part=1")));
        assert!(body.status == 200 && body.body.len() > kilobytes as usize * 500, "the frame shows the letter");
        page_alone.push(first);
        opened.push(first + second);
    }
    let goal = match kilobytes {
        0..=8 => "≤ 2.5 ms",
        9..=50 => "≤ 5 ms",
        _ => "≤ 150 ms",
    };
    table.compare("page and frame", middle(fetched.clone()), middle(opened), goal);
    table.compare("the page of it", middle(fetched), middle(page_alone), "");
    table
}

/// A newsletter as they are sent: a style block, tables in tables, styles on everything.
fn newsletter(bytes: usize) -> String {
    const HEAD: &str = "<!doctype html><html><head><style>body{margin:0;background:#eef1e6}table{border-collapse:collapse}\r\n\
        .card{background:#fff;border-radius:8px}.card h2{font:700 20px/1.3 Georgia,serif;color:#21401f}a{color:#2f6b3a}\r\n\
        @media (max-width:600px){.wrap{width:100%!important}.col{display:block!important;width:100%!important}}\r\n\
        </style></head><body bgcolor=\"#eef1e6\"><table class=\"wrap\" width=\"640\" align=\"center\">\r\n";
    const ROW: &str = "<tr><td class=\"card\" style=\"padding:24px 32px;border-bottom:1px solid #dfe5d3\"><table width=\"100%\"><tr>\r\n\
        <td class=\"col\" width=\"176\" valign=\"top\"><img src=\"https://img.example/a.jpg\" width=\"176\" height=\"132\" alt=\"A picture\"></td>\r\n\
        <td class=\"col\" valign=\"top\" style=\"font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:1.55;color:#2b3327\">\r\n\
        <h2>News of the week</h2><p style=\"margin:0 0 12px\">Eleven neighbours, one drain, and a lemon tree that refused to die.\r\n\
        <b>By June</b> there was shade enough for two chairs &amp; an argument about a third.</p>\r\n\
        <a href=\"https://news.example/read?a=1&amp;b=2\" style=\"color:#ffffff;text-decoration:none\">Read on</a></td></tr></table></td></tr>\r\n";
    let rows = bytes.saturating_sub(HEAD.len()).div_ceil(ROW.len());
    format!("{HEAD}{}</table></body></html>\r\n", ROW.repeat(rows))
}
