//! `fernpost check`: connects to each server that the configuration names and says what it offers.

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write, stderr, stdin, stdout};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::app::{imap_server, smtp_server};
use crate::config::{Config, Origin, Server, Tls};
use crate::imap::{self, Capability, Dialer};
use crate::mail::Secret;
use crate::smtp::{self, Submitter};

/// How long a server may take for one answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest line of one answer, in bytes.
const LONGEST_LINE: u64 = 8192;
/// The most lines of one answer: more is no greeting.
const MOST_LINES: usize = 100;

/// Connects to everything, prints what is there to standard output, and one line for each problem to standard error. With
/// the name of an account it signs in where that account is, with the password that is a line of standard input.
pub async fn run(config: &Config, user: Option<&str>) -> ExitCode {
    let mut problems = Vec::new();
    let who = match user.map(|user| password().map(|password| (user, password))).transpose() {
        Ok(who) => who,
        Err(what) => {
            let _ = writeln!(stderr(), "fernpost: {what}");
            return ExitCode::FAILURE;
        }
    };
    let homes = user.map(|user| sections_of(config, user)).unwrap_or_default();
    for (key, kind, server) in named(config) {
        let (host, port) = (&server.host, server.port);
        let secured = match server.tls {
            Tls::Implicit => "TLS from the first byte",
            Tls::Starttls => "STARTTLS",
            Tls::None => "not encrypted",
        };
        let who = who.clone().filter(|_| homes.contains(&key));
        match kind.ask(server, who).await {
            Ok(lines) => say(&format!("{key}: {host}:{port}, {secured}: answers\n{}", lines.concat())),
            Err(what) => problems.push(format!("{key}: {host}:{port}: {what}")),
        }
    }
    say(&dns_records(config));
    for problem in &problems {
        // Nothing is left to tell it to if standard error is closed.
        let _ = writeln!(stderr(), "fernpost: {problem}");
    }
    if problems.is_empty() {
        say("The configuration holds.\n");
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// What to write into the DNS of each mail domain, so that mail programs set themselves up.
fn dns_records(config: &Config) -> String {
    let Some(webmail) = config.public_url.as_ref().map(Origin::host) else { return String::new() };
    let usual = config.login.default_domain.as_ref();
    let domains: BTreeSet<&String> = config.domains.iter().map(|domain| &domain.name).chain(usual).collect();
    let records = domains.into_iter().flat_map(|domain| config.client_setup(domain).dns_records(domain, webmail));
    let lines: String = records.map(|record| format!("  {record}\n")).collect();
    if lines.is_empty() { lines } else { format!("DNS records by which mail programs set themselves up:\n{lines}") }
}

/// The password that was typed, or came through a pipe.
fn password() -> Result<Secret, &'static str> {
    if stdin().is_terminal() {
        say("Password (it is shown as it is typed): ");
    }
    let mut line = String::new();
    stdin().read_line(&mut line).map_err(|_| "the password on standard input can't be read")?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() { Err("there is no password on standard input") } else { Ok(Secret::new(password)) }
}

/// The sections that this account signs in by: for reading, and for sending.
fn sections_of(config: &Config, user: &str) -> Vec<String> {
    let domain = user.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
    let own = config.domains.iter().find(|one| Some(&one.name) == domain.as_ref());
    let section = |name: &str, of_domain: Option<&Server>| match (own, of_domain) {
        (Some(own), Some(_)) => format!("domain {}: {name}", own.name),
        _ => name.to_owned(),
    };
    vec![
        section("imap", own.and_then(|own| own.imap.as_ref())),
        section("submission", own.and_then(|own| own.submission.as_ref())),
    ]
}

/// `fernpost healthz`: success if the running program answers at `admin_listen`.
pub async fn healthz(config: &Config) -> ExitCode {
    let problem = match config.admin_listen {
        Some(address) => match timeout(PATIENCE, is_well(address)).await {
            Ok(Ok(true)) => return ExitCode::SUCCESS,
            Ok(Ok(false)) => format!("{address} does not say that it is well"),
            Ok(Err(error)) => format!("{address}: {error}"),
            Err(_) => format!("{address} does not answer in time"),
        },
        None => "admin_listen: is not set".to_owned(),
    };
    let _ = writeln!(stderr(), "fernpost: {problem}");
    ExitCode::FAILURE
}

async fn is_well(address: SocketAddr) -> std::io::Result<bool> {
    let mut socket = TcpStream::connect(address).await?;
    socket.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
    let mut status = [0; 12];
    socket.read_exact(&mut status).await?;
    Ok(&status == b"HTTP/1.1 200")
}

/// Which protocol is spoken.
#[derive(Clone, Copy)]
enum Kind {
    Imap,
    Submission,
    Sieve,
}

/// Every server with the section that names it.
fn named(config: &Config) -> Vec<(String, Kind, &Server)> {
    let common = [("imap", &config.imap), ("submission", &config.submission), ("sieve", &config.sieve)];
    let mut all: Vec<(String, &str, &Option<Server>)> =
        common.map(|(section, server)| (section.to_owned(), section, server)).to_vec();
    for domain in &config.domains {
        let own = [("imap", &domain.imap), ("submission", &domain.submission), ("sieve", &domain.sieve)];
        all.extend(own.map(|(section, server)| (format!("domain {}: {section}", domain.name), section, server)));
    }
    let kind = |section| match section {
        "imap" => Kind::Imap,
        "submission" => Kind::Submission,
        _ => Kind::Sieve,
    };
    all.into_iter().filter_map(|(key, section, server)| Some((key, kind(section), server.as_ref()?))).collect()
}

impl Kind {
    /// What the server offers, a line each; or what is wrong, in a sentence.
    async fn ask(self, server: &Server, who: Option<(&str, Secret)>) -> Result<Vec<String>, String> {
        let offered = match self {
            Self::Imap => return imap_offers(server, who).await,
            Self::Submission => submission_offers(server, who).await?,
            Self::Sieve => greeting(server, sieve).await?,
        };
        Ok(vec![format!("  offers {}\n", if offered.is_empty() { "nothing".to_owned() } else { offered.join(", ") })])
    }
}

/// A line for each extension: what it gains, or what it costs to be without.
async fn imap_offers(server: &Server, who: Option<(&str, Secret)>) -> Result<Vec<String>, String> {
    let is_final = who.is_some();
    let probe = imap::probe(&imap_server(server), who).await.map_err(|error| sentence(&error))?;
    let line = |capability: &Capability| {
        let name = capability.as_wire();
        match (probe.capabilities.has(*capability), is_final) {
            (true, _) => format!("  yes {name:<14} {}\n", capability.gain()),
            (false, true) => format!("  no  {name:<14} costs: {}\n", capability.cost()),
            (false, false) => format!("  ?   {name:<14} if missing, it costs: {}\n", capability.cost()),
        }
    };
    let mut lines: Vec<String> = Capability::ALL.iter().map(line).collect();
    if !is_final {
        lines.push("  (before sign-in; most servers offer more after it: --user ADDRESS looks there)\n".to_owned());
    }
    Ok(lines)
}

/// What the server says to EHLO, under TLS; with a name and password also whether it takes them.
async fn submission_offers(server: &Server, who: Option<(&str, Secret)>) -> Result<Vec<String>, String> {
    let submitter = Submitter::new(smtp_server(server)).map_err(|error| submission_sentence(&error))?;
    let who = who.as_ref().map(|(user, password)| (*user, password));
    let offers = submitter.with_deadline(PATIENCE).offers(who).await;
    offers.map(|offers| offers.words).map_err(|error| submission_sentence(&error))
}

/// What the server says in its greeting, under TLS.
async fn greeting<F>(server: &Server, speak: F) -> Result<Vec<String>, String>
where
    F: AsyncFn(&mut BufReader<imap::Socket>, Step) -> Result<Vec<String>, String>,
{
    let dialer = Dialer::new(imap_server(server)).map_err(|error| sentence(&error))?;
    let socket = dialer.dial().await.map_err(|error| sentence(&error))?;
    let mut stream = BufReader::new(socket);
    let offered = speak(&mut stream, Step::Greeting).await?;
    if server.tls != Tls::Starttls {
        return Ok(offered);
    }
    if !offered.iter().any(|word| word.eq_ignore_ascii_case("STARTTLS")) {
        return Err("does not offer STARTTLS".to_owned());
    }
    speak(&mut stream, Step::Starttls).await?;
    let socket = dialer.secure(stream.into_inner()).await.map_err(|error| sentence(&error))?;
    speak(&mut BufReader::new(socket), Step::Secured).await
}

/// Where the conversation stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The connection is new.
    Greeting,
    /// TLS is to begin.
    Starttls,
    /// TLS has begun.
    Secured,
}

/// RFC 5804: capabilities until OK; STARTTLS; and again.
async fn sieve(stream: &mut BufReader<imap::Socket>, step: Step) -> Result<Vec<String>, String> {
    if step == Step::Starttls {
        send(stream, "STARTTLS\r\n").await?;
    }
    let mut words = Vec::new();
    while words.len() < MOST_LINES {
        let line = line(stream).await?;
        if line.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("OK")) {
            return Ok(words);
        }
        let word = line.strip_prefix('"').and_then(|rest| rest.split('"').next());
        words.push(word.ok_or("does not answer as a ManageSieve server does")?.to_owned());
    }
    Err("does not come to an end with its greeting".to_owned())
}

async fn send(stream: &mut BufReader<imap::Socket>, command: &str) -> Result<(), String> {
    let sent = timeout(PATIENCE, async {
        stream.write_all(command.as_bytes()).await?;
        stream.flush().await
    });
    sent.await.map_err(|_| "does not answer in time")?.map_err(|error| error.to_string())
}

async fn line(stream: &mut BufReader<imap::Socket>) -> Result<String, String> {
    let mut bytes = Vec::new();
    let mut limited = (&mut *stream).take(LONGEST_LINE);
    let read = timeout(PATIENCE, limited.read_until(b'\n', &mut bytes));
    match read.await.map_err(|_| "does not answer in time")?.map_err(|error| error.to_string())? {
        0 => Err("closed the connection".to_owned()),
        _ => Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned()),
    }
}

fn sentence(error: &imap::Error) -> String {
    match error {
        imap::Error::Connect(why) => format!("cannot connect: {why}"),
        imap::Error::Insecure(why) => format!("the connection is not safe: {why}"),
        imap::Error::Refused => "refuses this name and password".to_owned(),
        imap::Error::TimedOut => "does not answer in time".to_owned(),
        imap::Error::Closed => "closed the connection".to_owned(),
        imap::Error::Bye(_) => "sends us away (BYE)".to_owned(),
        imap::Error::Garbled(what) => format!("does not answer as an IMAP server does: {what}"),
        other => other.to_string(),
    }
}

fn submission_sentence(error: &smtp::Error) -> String {
    match error {
        smtp::Error::Connect(why) => format!("cannot connect: {why}"),
        smtp::Error::Insecure(why) => format!("the connection is not safe: {why}"),
        smtp::Error::SignIn(said) if said.is_temporary() => "can't prove this name and password now".to_owned(),
        smtp::Error::SignIn(_) => "refuses this name and password".to_owned(),
        smtp::Error::NoWayToSignIn => "offers no way to sign in that we know: AUTH PLAIN or LOGIN".to_owned(),
        smtp::Error::TimedOut => "does not answer in time".to_owned(),
        smtp::Error::Closed => "closed the connection".to_owned(),
        smtp::Error::Refused(said) => format!("sends us away: {said}"),
        smtp::Error::Garbled(what) => format!("does not answer as a submission server does: {what}"),
        other => other.to_string(),
    }
}

fn say(text: &str) {
    // A reader that went away (`| head`) wants to hear no more.
    let _ = stdout().write_all(text.as_bytes());
}
