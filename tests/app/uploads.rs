//! Files for messages that are being written: `POST /uploads`.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::helpers::{
    Page, Person, Program, Submission, configuration, files_below, free_port, mail_server, spawn_app, spawn_app_with,
};

/// How long anything here may take that should take none.
const SOON: Duration = Duration::from_secs(20);

/// A form as a browser writes it.
struct Multipart(Vec<u8>);

const TYPE: &str = "multipart/form-data; boundary=----frontier";

impl Multipart {
    fn new() -> Self {
        Self(Vec::new())
    }

    fn field(mut self, name: &str, value: &str) -> Self {
        let part = format!("------frontier\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        self.0.extend_from_slice(part.as_bytes());
        self
    }

    fn file(mut self, name: &str, media_type: &str, octets: &[u8]) -> Self {
        let head = format!(
            "------frontier\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: {media_type}\r\n\r\n"
        );
        self.0.extend_from_slice(head.as_bytes());
        self.0.extend_from_slice(octets);
        self.0.extend_from_slice(b"\r\n");
        self
    }

    fn end(mut self) -> Vec<u8> {
        self.0.extend_from_slice(b"------frontier--\r\n");
        self.0
    }
}

async fn token(person: &Person) -> String {
    let form = person.open_mailbox("INBOX").await.form("Sign out");
    form.fields.iter().find(|(name, _)| name == "csrf").unwrap().1.clone()
}

/// Uploads a file as a script does.
pub(crate) async fn upload(person: &Person, name: &str, media_type: &str, octets: &[u8]) -> Page {
    let form = Multipart::new().field("csrf", &token(person).await).file(name, media_type, octets).end();
    person.request("POST", "/webmail/uploads").body(TYPE, form).send().await
}

async fn remove(person: &Person, id: &str) -> Page {
    let fields = [("csrf".to_owned(), token(person).await)];
    person.request("POST", &format!("/webmail/uploads/{id}/remove")).form(&fields).send().await
}

fn json(page: &Page) -> Value {
    serde_json::from_str(&page.source()).unwrap_or_else(|_| panic!("{} {}", page.status, page.source()))
}

fn id(page: &Page) -> String {
    json(page)["id"].as_str().unwrap_or_else(|| panic!("{} {}", page.status, page.source())).to_owned()
}

/// Octets with everything in them that ends a part, but for the boundary itself.
fn awkward(length: usize) -> Vec<u8> {
    let all = (0..=255_u8).chain(*b"\r\n------fronti\r\n--\r\r\n\n------frontierless\0");
    all.cycle().take(length).collect()
}

#[tokio::test]
async fn an_uploaded_file_is_kept_as_it_was_named_and_forgotten_when_it_is_not_wanted() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let folder = app.file("fernpost.uploads");
    let octets = awkward(1_000_000);
    let page = upload(&ann, "C:\\\\Letters\\\\Gr\u{fc}\u{df}e %22one%22.txt", "text/plain", &octets).await;
    assert_eq!(page.status, 201, "{}", page.source());
    let told = json(&page);
    assert_eq!(told["name"], "Gr\u{fc}\u{df}e \"one\".txt");
    assert_eq!((told["size"].as_u64(), told["type"].as_str()), (Some(1_000_000), Some("text/plain")));
    let files = files_below(&folder);
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].file_name().unwrap().to_str(), told["id"].as_str());
    assert!(fs::read(&files[0]).unwrap() == octets, "the octets differ");
    let empty = upload(&ann, "empty.bin", "application/octet-stream", b"").await;
    assert_eq!(json(&empty)["size"], 0);
    for page in [&page, &empty] {
        assert_eq!(remove(&ann, &id(page)).await.status, 204);
        assert_eq!(remove(&ann, &id(page)).await.status, 204);
    }
    assert_eq!(files_below(&folder), Vec::<PathBuf>::new());
    assert_eq!(remove(&ann, "..").await.status, 404);
}

#[tokio::test]
async fn nobody_reaches_another_persons_file() {
    let app = spawn_app().await;
    let (ann, ben) = (app.person().await, app.person().await);
    let page = upload(&ann, "a.txt", "text/plain", b"hello").await;
    assert_eq!(remove(&ben, &id(&page)).await.status, 204); // as for one that is not there
    assert_eq!(files_below(&app.file("fernpost.uploads")).len(), 1); // C-10
}

#[tokio::test]
async fn no_file_is_kept_without_a_token_in_front_of_it() {
    let app = spawn_app().await;
    let (ann, ben) = (app.person().await, app.person().await);
    let (own, others) = (token(&ann).await, token(&ben).await);
    let forms = [
        (Multipart::new().file("a.txt", "text/plain", b"hello"), 403),
        (Multipart::new().field("csrf", "x").file("a.txt", "text/plain", b"hello"), 403),
        (Multipart::new().field("csrf", &others).file("a.txt", "text/plain", b"hello"), 403),
        (Multipart::new().file("a.txt", "text/plain", b"hello").field("csrf", &own), 400),
        (Multipart::new().field("csrf", &own), 400),
    ];
    for (number, (form, status)) in forms.into_iter().enumerate() {
        let page = ann.request("POST", "/webmail/uploads").body(TYPE, form.end()).send().await;
        assert_eq!(page.status, status, "{number}"); // C-01
    }
    let form = Multipart::new().field("csrf", &own).file("a.txt", "text/plain", b"hello").end();
    let page = app.visitor().request("POST", "/webmail/uploads").body(TYPE, form).send().await;
    assert_eq!((page.status, page.location().unwrap().starts_with("/webmail/login")), (303, true));
    for broken in ["multipart/form-data", "multipart/form-data; boundary=other", "text/plain"] {
        let form = Multipart::new().field("csrf", &own).file("a.txt", "text/plain", b"hello").end();
        let page = ann.request("POST", "/webmail/uploads").body(broken, form).send().await;
        assert_eq!(page.status, 400, "{broken}");
    }
    assert_eq!(files_below(&app.file("fernpost.uploads")), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn what_is_too_large_is_refused_with_both_numbers() {
    let app = spawn_app_with("[compose]\nmessage_megabytes = 2\n[limits]\nupload_megabytes = 3\n").await;
    let ann = app.person().await;
    let page = upload(&ann, "huge.bin", "application/octet-stream", &vec![7; 2_600_000]).await;
    assert_eq!(page.status, 413);
    let said = json(&page)["error"].as_str().unwrap().to_owned();
    assert!(said.contains("2.6 MB") && said.contains("2 MB"), "{said}");
    // by a browser that does not tell how much there will be
    let form = Multipart::new().field("csrf", &token(&ann).await).file("huge.bin", "x/y", &vec![7; 2_600_000]).end();
    let pieces: Vec<Result<Vec<u8>, std::io::Error>> = form.chunks(50_000).map(|piece| Ok(piece.to_vec())).collect();
    let body = reqwest::Body::wrap_stream(futures_util::stream::iter(pieces));
    let page = ann.request("POST", "/webmail/uploads").body(TYPE, body).send().await;
    assert_eq!(page.status, 413);
    let said = json(&page)["error"].as_str().unwrap().to_owned();
    assert!(said.starts_with("huge.bin has 2.6 MB.") && said.contains(" 2 MB."), "{said}");
    assert_eq!(files_below(&app.file("fernpost.uploads")), Vec::<PathBuf>::new());
    let first = upload(&ann, "a.bin", "x/y", &vec![7; 1_900_000]).await;
    let page = upload(&ann, "b.bin", "x/y", &vec![7; 1_200_000]).await;
    assert_eq!(page.status, 409);
    let said = json(&page)["error"].as_str().unwrap().to_owned();
    assert!(said.contains("1.2 MB") && said.contains("3 MB"), "{said}");
    remove(&ann, &id(&first)).await;
    assert_eq!(upload(&ann, "b.bin", "x/y", &vec![7; 1_200_000]).await.status, 201);
}

/// The head of a request, as a browser begins it.
fn head(origin: &str, person: &Person, length: usize) -> String {
    let host = origin.trim_start_matches("http://");
    let cookies = person.cookies().join("; ");
    format!(
        "POST /webmail/uploads HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nCookie: {cookies}\r\n\
         Content-Type: {TYPE}\r\nContent-Length: {length}\r\n\r\n"
    )
}

async fn connect(origin: &str) -> TcpStream {
    TcpStream::connect(origin.trim_start_matches("http://")).await.unwrap()
}

#[tokio::test]
async fn what_is_too_large_is_refused_before_it_comes() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let mut socket = connect(&app.origin).await;
    socket.write_all(head(&app.origin, &ann, 40_000_000).as_bytes()).await.unwrap();
    let mut answer = vec![0; 12];
    tokio::time::timeout(SOON, socket.read_exact(&mut answer)).await.expect("an answer").unwrap();
    assert_eq!(answer, b"HTTP/1.1 413"); // nothing of the file was sent
    // a browser that sends all of it before it listens is answered too
    let page = upload(&ann, "huge.bin", "application/octet-stream", &vec![7; 40_000_000]).await;
    assert_eq!(page.status, 413);
}

#[tokio::test]
async fn a_file_that_is_taken_off_takes_no_room_any_more() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let folder = app.file("fernpost.uploads");
    let page = ann.open("/webmail/compose").await;
    let form = page.form_in(".compose", "Attach").choose("files", "a.bin", b"one").choose("files", "b.bin", b"two");
    let page = ann.submit(&form).await;
    assert_eq!(page.texts(".compose .attachment__name"), ["a.bin", "b.bin"]);
    assert_eq!(files_below(&folder).len(), 2);
    let page = ann.submit(&page.form_in(".compose", "Remove a.bin")).await;
    assert_eq!(page.texts(".compose .attachment__name"), ["b.bin"]);
    let left = files_below(&folder);
    assert_eq!(left.len(), 1);
    assert_eq!(fs::read(&left[0]).unwrap(), b"two");
    // nobody else's form takes it away
    let ben = app.person().await;
    let token = page.form_in(".compose", "Send").field("attachment").unwrap().to_owned();
    let other = ben.open("/webmail/compose").await.form_in(".compose", "Send");
    ben.submit(&other.forge("attachment", &token).forge("action", "remove:0")).await;
    assert_eq!(files_below(&folder), left); // C-10
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let app = spawn_app().await;
    let ann = app.person().await;
    let folder = app.file("fernpost.uploads");
    let whole = Multipart::new().field("csrf", &token(&ann).await).file("a.bin", "x/y", &awkward(3_000_000)).end();
    let mut socket = connect(&app.origin).await;
    socket.write_all(head(&app.origin, &ann, whole.len()).as_bytes()).await.unwrap();
    socket.write_all(&whole[..1_500_000]).await.unwrap();
    let started = Instant::now();
    let size = |files: Vec<PathBuf>| -> u64 {
        files.iter().filter_map(|path| fs::metadata(path).ok()).map(|about| about.len()).sum()
    };
    while size(files_below(&folder)) < 1_000_000 {
        assert!(started.elapsed() < SOON, "nothing is written as it comes");
        tokio::task::yield_now().await;
    }
    drop(socket);
    while !files_below(&folder).is_empty() {
        assert!(started.elapsed() < SOON, "a piece is left");
        tokio::task::yield_now().await;
    }
    assert_eq!(upload(&ann, "a.bin", "x/y", b"hello").await.status, 201);
}

#[tokio::test]
async fn an_upload_of_25_megabytes_takes_no_memory() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let text = configuration(folder.path(), &format!("127.0.0.1:{port}"), "127.0.0.1:0", "");
    let path = folder.path().join("fernpost.toml");
    fs::write(&path, text).unwrap();
    let program = Program::serve(&path, "warn", port);
    let ann = Person::sign_in_at(&format!("http://127.0.0.1:{port}"), mail_server().person("ann")).await;
    for _ in 0..3 {
        // what is needed once is not what is asked about
        assert_eq!(upload(&ann, "warm.bin", "x/y", &awkward(1_000_000)).await.status, 201);
    }
    let octets = awkward(24_900_000);
    let form = Multipart::new().field("csrf", &token(&ann).await).file("a.bin", "x/y", &octets).end();
    program.forget_peak();
    let before = program.size().resident_kb;
    let page = ann.request("POST", "/webmail/uploads").body(TYPE, form).send().await;
    assert_eq!(page.status, 201, "{}", page.source());
    let extra = program.peak_kb().saturating_sub(before);
    assert!(extra < 5_000, "{extra} kB more at the peak");
    program.terminate();
}

#[tokio::test]
async fn a_file_that_the_submission_server_would_not_take_is_refused_before_it_comes() {
    let submission = Submission::plain().await;
    submission.offer(&["SIZE 2760000", "AUTH PLAIN"]); // room for 2 MB of files
    let app = spawn_app_with(&submission.section()).await;
    let ann = app.person().await;
    let small = upload(&ann, "small.bin", "application/octet-stream", &[7; 900_000]).await;
    assert_eq!(small.status, 201, "{}", small.source());
    let large = upload(&ann, "large.bin", "application/octet-stream", &[7; 2_100_000]).await;
    let told = json(&large)["error"].as_str().unwrap().to_owned();
    assert_eq!(large.status, 413, "{told}");
    assert!(told.contains("2.1 MB") && told.contains("2 MB"), "{told}");
    // what the browser does not tell the length of is counted as it comes
    let page = ann.open("/webmail/compose").await;
    let form = page.form_in(".compose", "Send").forge("action", "attach").choose("files", "large.bin", &[7; 2_100_000]);
    let page = ann.submit(&form).await;
    assert_eq!(page.status, 422);
    assert!(page.text().contains("2 MB"), "{}", page.text());
    assert_eq!(submission.delivered().len(), 0);
}
