//! A browser without a screen: one kept-alive socket, cookies, forms.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

/// A kept-alive connection.
pub type Socket = BufReader<TcpStream>;

/// A signed-in browser.
#[derive(Clone)]
pub struct Browser {
    origin: String,
    cookies: BTreeMap<String, String>,
}

/// An answer.
pub struct Answer {
    pub status: u16,
    pub location: Option<String>,
    pub body: Vec<u8>,
}

impl Browser {
    /// Signs in at `http://127.0.0.1:PORT/webmail/login`.
    pub fn sign_in(port: u16, user: &str, password: &str) -> Self {
        let mut browser = Self { origin: format!("127.0.0.1:{port}"), cookies: BTreeMap::new() };
        let mut socket = browser.connect();
        let form = browser.get(&mut socket, "/webmail/login");
        assert_eq!(form.status, 200);
        let html = String::from_utf8(form.body).unwrap();
        let mut fields = hidden_fields(&html);
        fields.push(("user".into(), user.into()));
        fields.push(("password".into(), password.into()));
        let answer = browser.post(&mut socket, "/webmail/login", &fields);
        assert_eq!(answer.status, 303, "{}", String::from_utf8_lossy(&answer.body));
        browser
    }

    /// A kept-alive connection.
    pub fn connect(&self) -> BufReader<TcpStream> {
        let tcp = TcpStream::connect(&self.origin).unwrap();
        tcp.set_nodelay(true).unwrap();
        BufReader::with_capacity(64 << 10, tcp)
    }

    /// Asks for a page.
    pub fn get(&mut self, socket: &mut Socket, path: &str) -> Answer {
        self.ask(socket, "GET", path, "", "")
    }

    /// Asks for a file and throws it away; its size.
    pub fn download(&mut self, socket: &mut Socket, path: &str) -> u64 {
        self.request(socket, "GET", path, "", "");
        let (status, _, body) = self.head(socket);
        assert_eq!(status, 200);
        let mut size = 0;
        body.read(socket, |piece| size += piece.len() as u64);
        size
    }

    /// Asks on a connection of its own for what never ends, and leaves reading it to others.
    pub fn begin(&self, path: &str) -> TcpStream {
        let mut socket = self.connect();
        self.request(&mut socket, "GET", path, "Accept: text/event-stream\r\n", "");
        socket.into_inner()
    }

    /// As [`Self::get`], compressed as browsers ask for it.
    pub fn get_compressed(&mut self, socket: &mut Socket, path: &str) -> Answer {
        self.ask(socket, "GET", path, "Accept-Encoding: gzip, deflate, br, zstd\r\n", "")
    }

    /// Sends a form.
    pub fn post(&mut self, socket: &mut Socket, path: &str, fields: &[(String, String)]) -> Answer {
        let (headers, body) = self.form(fields);
        self.ask(socket, "POST", path, &headers, &body)
    }

    /// Sends a form whose answer is a file, and throws that away; its size.
    pub fn post_for_file(&mut self, socket: &mut Socket, path: &str, fields: &[(String, String)]) -> u64 {
        let (headers, body) = self.form(fields);
        self.request(socket, "POST", path, &headers, &body);
        let (status, _, length) = self.head(socket);
        assert_eq!(status, 200);
        let mut size = 0;
        length.read(socket, |piece| size += piece.len() as u64);
        size
    }

    fn form(&self, fields: &[(String, String)]) -> (String, String) {
        let body: Vec<_> = fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        let headers = format!(
            "Origin: http://{}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n",
            self.origin
        );
        (headers, body.join("&"))
    }

    /// Uploads a file under the token of this form; what the server calls it.
    pub fn upload(&mut self, socket: &mut Socket, form: &[(String, String)], name: &str, file: &[u8]) -> String {
        let csrf = form.iter().find(|(name, _)| name == "csrf").map_or("", |(_, value)| value.as_str());
        let before = format!(
            "--cut\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--cut\r\n\
             Content-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        let body = [before.as_bytes(), file, b"\r\n--cut--\r\n"].concat();
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let head = format!(
            "POST /webmail/uploads HTTP/1.1\r\nHost: {0}\r\nCookie: {1}\r\nOrigin: http://{0}\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: multipart/form-data; boundary=cut\r\nContent-Length: {2}\r\n\r\n",
            self.origin,
            cookies.join("; "),
            body.len()
        );
        socket.get_mut().write_all(head.as_bytes()).unwrap();
        socket.get_mut().write_all(&body).unwrap();
        let (status, _, length) = self.head(socket);
        let mut answer = Vec::new();
        length.read(socket, |piece| answer.extend_from_slice(piece));
        assert_eq!(status, 201, "{}", String::from_utf8_lossy(&answer));
        let told: serde_json::Value = serde_json::from_slice(&answer).unwrap();
        told["id"].as_str().unwrap().to_owned()
    }

    fn ask(&mut self, socket: &mut Socket, method: &str, path: &str, headers: &str, form: &str) -> Answer {
        self.request(socket, method, path, headers, form);
        let (status, location, length) = self.head(socket);
        let mut body = Vec::new();
        length.read(socket, |piece| body.extend_from_slice(piece));
        Answer { status, location, body }
    }

    fn request(&self, socket: &mut Socket, method: &str, path: &str, headers: &str, form: &str) {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n{headers}Content-Length: {}\r\n\r\n{form}",
            self.origin,
            cookies.join("; "),
            form.len()
        );
        socket.get_mut().write_all(request.as_bytes()).unwrap();
    }

    fn head(&mut self, socket: &mut Socket) -> (u16, Option<String>, Length) {
        let status: u16 = line(socket).split(' ').nth(1).unwrap().parse().unwrap();
        let (mut length, mut location) = (Length::Known(0), None);
        loop {
            let header = line(socket);
            let Some((name, value)) = header.trim_end().split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = Length::Known(value.trim().parse().unwrap()),
                "transfer-encoding" => length = Length::Chunked,
                "location" => location = Some(value.trim().to_owned()),
                "set-cookie" => {
                    let (name, value) = value.trim().split(';').next().unwrap().split_once('=').unwrap();
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
                _ => {}
            }
        }
        (status, location, length)
    }
}

/// How the end of a body is known.
enum Length {
    Known(usize),
    Chunked,
}

impl Length {
    /// Reads the body, piece by piece.
    fn read(self, socket: &mut Socket, mut take: impl FnMut(&[u8])) {
        let mut exactly = |socket: &mut Socket, mut left: usize| {
            while left > 0 {
                let piece = socket.fill_buf().unwrap();
                assert!(!piece.is_empty(), "the server closed the connection");
                let here = piece.len().min(left);
                take(&piece[..here]);
                socket.consume(here);
                left -= here;
            }
        };
        match self {
            Self::Known(length) => exactly(socket, length),
            Self::Chunked => loop {
                let size = usize::from_str_radix(line(socket).trim(), 16).unwrap();
                exactly(socket, size);
                line(socket);
                if size == 0 {
                    break;
                }
            },
        }
    }
}

/// The hidden fields of a page's forms, each name once.
pub fn hidden_fields(html: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for input in html.split("<input").skip(1).filter_map(|rest| rest.split('>').next()) {
        let attribute = |name: &str| {
            input.split(&format!(" {name}=\"")).nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned)
        };
        if let (Some("hidden"), Some(name), Some(value)) =
            (attribute("type").as_deref(), attribute("name"), attribute("value"))
            && !fields.iter().any(|(known, _)| *known == name)
        {
            fields.push((name, value));
        }
    }
    fields
}

fn line(socket: &mut Socket) -> String {
    let mut line = String::new();
    socket.read_line(&mut line).unwrap();
    assert!(!line.is_empty(), "the server closed the connection");
    line
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
