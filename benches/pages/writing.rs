//! Writing: the composer, a draft that is saved while somebody writes, a message with a file that is sent, and a large file.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::{ClientConnection, StreamOwned};

use crate::http::{Browser, Socket, hidden_fields};
use crate::setup::{Bench, PASSWORD, message};
use crate::table::{RUNS, Table, median, time};

/// Octets of a draft's text.
const DRAFT: usize = 20_000;
/// People whom somebody wrote to: as many as are remembered.
const PEOPLE: usize = 2_000;
/// Octets of the largest file that is uploaded.
const LARGE: usize = 25_000_000;

/// Writes with a file of so many kilobytes.
pub fn measure(bench: &Bench, kilobytes: u32) -> Table {
    let mut table = Table::new(&format!("Writing, with a file of {kilobytes} kB, medians of {RUNS}"));
    let (ann, bo) = (bench.empty_account("writer"), bench.empty_account("reader"));
    let mut browser = Browser::sign_in(bench.fernpost.port, &ann, PASSWORD);
    let mut socket = browser.connect();
    send_at_once(&mut browser, &mut socket);
    let mut raw = bench.imap().open(&ann, PASSWORD);

    let (address, _) = begin(&mut browser, &mut socket);
    let took = median(|| time(|| assert_eq!(browser.get(&mut socket, &address).status, 200)).0);
    table.figure("the composer", &format!("{:.2} ms", took.as_secs_f64() * 1e3), "≤ 3 ms");

    let text = "What was said, in some words.\r\n".repeat(DRAFT / 31);
    let beside = median(|| time(|| raw.append(&message("bench draft", "text/plain", "", &text))).0);
    let (_, mut form) = begin(&mut browser, &mut socket);
    let mut round = 0;
    let took = median(|| {
        round += 1;
        set(&mut form, "subject", &format!("bench draft {round}"));
        set(&mut form, "text", &text);
        let (took, answer) = time(|| browser.post(&mut socket, "/webmail/drafts", &form));
        let told: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!((answer.status, &told["saved"]), (200, &true.into()), "{told}");
        for name in ["draft", "was"] {
            set(&mut form, name, told[name].as_str().unwrap());
        }
        took
    });
    table.compare("save a draft of 20 kB", beside, took, "≤ 10 ms");

    let file = vec![b'x'; kilobytes as usize * 1000];
    let lines = STANDARD.encode(&file).into_bytes();
    let body: String = lines.chunks(76).map(|line| format!("{}\r\n", std::str::from_utf8(line).unwrap())).collect();
    let whole = message("bench sent", "application/octet-stream", "base64", &body);
    let beside = median(|| {
        time(|| {
            submit(bench, &ann, &bo, &whole);
            raw.append(&whole);
        })
        .0
    });
    let took = median(|| {
        let (_, mut form) = begin(&mut browser, &mut socket);
        let upload = browser.upload(&mut socket, &form, "file.bin", &file);
        set(&mut form, "to", &bo);
        set(&mut form, "subject", "bench sent");
        set(&mut form, "text", "Here it is.");
        form.push((
            "attachment".into(),
            format!("upload:{upload}?name=file.bin&type=application/octet-stream&size={}", file.len()),
        ));
        form.push(("action".into(), "send".into()));
        let (took, answer) = time(|| browser.post(&mut socket, "/webmail/compose", &form));
        assert_eq!(answer.status, 303, "{}", String::from_utf8_lossy(&answer.body));
        took
    });
    table.compare("send it (beside raw SMTP and APPEND)", beside, took, "≤ 1.3 ×");

    bench.fernpost.acquaint(&ann, PEOPLE);
    let took = median(|| {
        let (took, answer) = time(|| browser.get(&mut socket, "/webmail/compose/recipients?q=person1"));
        assert!(answer.status == 200 && answer.body.windows(13).any(|text| text == b"@many.example"));
        took
    });
    let what = format!("suggest from {PEOPLE} people, by one letter more");
    table.figure(&what, &format!("{:.2} ms", took.as_secs_f64() * 1e3), "");

    let (_, form) = begin(&mut browser, &mut socket);
    let large = vec![7; LARGE];
    let (kilobytes, (took, _)) =
        bench.fernpost.memory_for(|| time(|| browser.upload(&mut socket, &form, "large.bin", &large)));
    let megabytes = kilobytes as f64 / 1024.0;
    table.figure("upload 25 MB", &format!("{:.0} ms", took.as_secs_f64() * 1e3), "");
    table.figure("memory for it", &format!("{megabytes:.1} MB"), "< 5 MB");
    table
}

/// Nothing is held back for undo.
fn send_at_once(browser: &mut Browser, socket: &mut Socket) {
    let page = browser.get(socket, "/webmail/settings/writing");
    let mut form = hidden_fields(&String::from_utf8(page.body).unwrap());
    form.extend(
        [("undo", "0"), ("text", "below"), ("signature", "above")].map(|(name, value)| (name.into(), value.into())),
    );
    let answer = browser.post(socket, "/webmail/settings/writing", &form);
    assert_eq!(answer.status, 303, "{}", String::from_utf8_lossy(&answer.body));
}

/// A new message: the composer's address, and its form.
fn begin(browser: &mut Browser, socket: &mut Socket) -> (String, Vec<(String, String)>) {
    let address = browser.get(socket, "/webmail/compose").location.unwrap();
    let page = browser.get(socket, &address);
    assert_eq!(page.status, 200);
    let html = String::from_utf8(page.body).unwrap();
    let form = html.split_once("<form class=\"compose\"").unwrap().1;
    let mut fields = hidden_fields(form.split_once("</form>").unwrap().0);
    fields.push(("from".into(), "0".into()));
    (address, fields)
}

fn set(form: &mut Vec<(String, String)>, name: &str, value: &str) {
    form.retain(|(known, _)| known != name);
    form.push((name.into(), value.into()));
}

/// Hands a message over by raw SMTP: the least that any program does.
fn submit(bench: &Bench, from: &str, to: &str, message: &[u8]) {
    let tcp = TcpStream::connect(("127.0.0.1", bench.mail_port("SMTPS_PORT"))).unwrap();
    tcp.set_nodelay(true).unwrap();
    let name = "127.0.0.1".try_into().unwrap();
    let tls = ClientConnection::new(bench.imap().tls(), name).unwrap();
    let mut stream = BufReader::new(StreamOwned::new(tls, tcp));
    let answer = |stream: &mut BufReader<StreamOwned<ClientConnection, TcpStream>>| loop {
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        if line.as_bytes().get(3) == Some(&b' ') {
            assert!(line.starts_with(['2', '3']), "{line}");
            return;
        }
    };
    answer(&mut stream);
    let proof = STANDARD.encode(format!("\0{from}\0{PASSWORD}"));
    for line in [
        "EHLO bench.example".to_owned(),
        format!("AUTH PLAIN {proof}"),
        format!("MAIL FROM:<{from}>"),
        format!("RCPT TO:<{to}>"),
        "DATA".to_owned(),
    ] {
        stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).unwrap();
        answer(&mut stream);
    }
    stream.get_mut().write_all(message).unwrap();
    stream.get_mut().write_all(b".\r\n").unwrap();
    answer(&mut stream);
    stream.get_mut().write_all(b"QUIT\r\n").unwrap();
    answer(&mut stream);
}
