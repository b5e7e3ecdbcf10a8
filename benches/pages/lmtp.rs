//! Mail arrives: the last hop of a mail server, LMTP (RFC 2033).

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

/// A connection that delivers.
pub struct Lmtp(BufReader<TcpStream>);

impl Lmtp {
    /// Connects and says hello.
    pub fn open(port: u16) -> Self {
        let tcp = TcpStream::connect(("127.0.0.1", port)).unwrap();
        tcp.set_nodelay(true).unwrap();
        let mut lmtp = Self(BufReader::new(tcp));
        lmtp.expect("220");
        lmtp.say("LHLO bench.example");
        lmtp.expect("250");
        lmtp
    }

    /// Delivers a short letter; returns when the server has taken it.
    pub fn deliver(&mut self, to: &str, subject: &str) {
        for (line, code) in [
            ("MAIL FROM:<berta@other.example>".to_owned(), "250"),
            (format!("RCPT TO:<{to}>"), "250"),
            ("DATA".to_owned(), "354"),
        ] {
            self.say(&line);
            self.expect(code);
        }
        let id = subject.replace(' ', "-");
        self.say(&format!(
            "From: Berta Sommer <berta@other.example>\r\nTo: <{to}>\r\nSubject: {subject}\r\n\
             Date: Mon, 23 Nov 2026 08:30:00 +0100\r\nMessage-ID: <{id}@bench.example>\r\n\r\nAbout: {subject}\r\n."
        ));
        self.expect("250");
    }

    fn say(&mut self, text: &str) {
        self.0.get_mut().write_all(format!("{text}\r\n").as_bytes()).unwrap();
    }

    /// Reads an answer to its last line.
    fn expect(&mut self, code: &str) {
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).unwrap();
            assert!(line.starts_with(code), "LMTP said {line:?} and not {code}");
            if line.as_bytes().get(3) == Some(&b' ') {
                return;
            }
        }
    }
}
