//! `fernpost check`: connects to each server that the configuration names and says what it offers.

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write, stderr, stdin, stdout};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::config::{Config, Origin, Server};
use crate::imap::{self, Capabilities, Capability, Dialer};
use crate::mail::{Civil, Secret};
use crate::pop3;
use crate::smtp;
use crate::tls::{self, Certificate, Seen, Tls};

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
        let (host, port) = (&server.at.host, server.at.port);
        let secured = match server.at.tls {
            Tls::Implicit => "TLS from the first byte",
            Tls::Starttls => "STARTTLS",
            Tls::None => "not encrypted",
        };
        let who = who.clone().filter(|_| homes.contains(&key));
        let Asked { seen, outcome } = kind.ask(&server, who).await;
        let is_doubted = seen.as_ref().is_some_and(|seen| seen.doubt.is_some());
        let certificate = seen.and_then(|seen| seen.certificate);
        let shown = certificate.as_ref().map(|one| format!("; its certificate is {}", shown(one))).unwrap_or_default();
        match outcome {
            Ok(lines) => say(&format!("{key}: {host}:{port}, {secured}: answers{shown}\n{}", lines.concat())),
            Err(what) if is_doubted => problems.push(format!("{key}: {host}:{port}: {what}{shown}")),
            Err(what) => problems.push(format!("{key}: {host}:{port}: {what}")),
        }
        if let Some(certificate) = certificate.filter(|one| one.ends_soon() && one.days_left() >= 0) {
            let days = certificate.days_left();
            problems
                .push(format!("{key}: {host}:{port}: the certificate ends in {days} days, and nobody has renewed it"));
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
        section("pop3", own.and_then(|own| own.pop3.as_ref())),
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
    Pop3,
    Sieve,
}

/// Every server with the section that names it: those that we use, and those that mail programs are told to use.
fn named(config: &Config) -> Vec<(String, Kind, Server)> {
    let common = [
        ("imap", Kind::Imap, &config.imap),
        ("submission", Kind::Submission, &config.submission),
        ("pop3", Kind::Pop3, &config.pop3),
        ("sieve", Kind::Sieve, &config.sieve),
    ];
    let mut all: Vec<(String, Kind, Server)> = Vec::new();
    let mut add = |key: String, kind: Kind, server: &Option<Server>| {
        all.extend(server.clone().map(|server| (key, kind, server)));
    };
    for (section, kind, server) in common {
        add(section.to_owned(), kind, server);
    }
    for domain in &config.domains {
        let own = [
            ("imap", Kind::Imap, &domain.imap),
            ("submission", Kind::Submission, &domain.submission),
            ("pop3", Kind::Pop3, &domain.pop3),
            ("sieve", Kind::Sieve, &domain.sieve),
        ];
        for (section, kind, server) in own {
            add(format!("domain {}: {section}", domain.name), kind, server);
        }
    }
    let told_to_all = ("client_setup".to_owned(), Some(&config.client_setup));
    let told_to_some = config
        .domains
        .iter()
        .map(|domain| (format!("domain {}: client_setup", domain.name), domain.client_setup.as_ref()));
    for (section, setup) in std::iter::once(told_to_all).chain(told_to_some) {
        let Some(setup) = setup else { continue };
        let told = [
            ("imap", Kind::Imap, &setup.imap),
            ("submission", Kind::Submission, &setup.submission),
            ("pop3", Kind::Pop3, &setup.pop3),
        ];
        for (name, kind, server) in told {
            let Some(server) = server.as_ref().map(|server| config.told(server)) else { continue };
            let at = &server.at;
            let same = |one: &tls::Server| one.host == at.host && one.port == at.port && one.tls == at.tls;
            if !all.iter().any(|(_, _, known)| same(&known.at)) {
                all.push((format!("{section}.{name}"), kind, server));
            }
        }
    }
    all
}

/// What came of asking a server: whose certificate was met, and what it offers, a line each; or what is wrong, in a sentence.
struct Asked {
    seen: Option<Seen>,
    outcome: Result<Vec<String>, String>,
}

impl Kind {
    async fn ask(self, server: &Server, who: Option<(&str, Secret)>) -> Asked {
        let known = who.as_ref().map(|(user, password)| (*user, password));
        let (seen, outcome) = match self {
            Self::Imap => {
                let is_final = who.is_some();
                let probe = imap::probe(&server.at, who, PATIENCE).await;
                let outcome = probe.outcome.map(|capabilities| imap_offers(&capabilities, is_final));
                (probe.seen, outcome.map_err(|error| sentence(&error)))
            }
            Self::Submission => {
                let probe = smtp::probe(&server.at, known, PATIENCE).await;
                let outcome = probe.outcome.map(|offers| in_a_line(&offers.words));
                (probe.seen, outcome.map_err(|error| submission_sentence(&error)))
            }
            Self::Pop3 => {
                let probe = pop3::probe(&server.at, known, PATIENCE).await;
                let outcome = probe.outcome.map(|offers| in_a_line(&offers.words));
                (probe.seen, outcome.map_err(|error| pop3_sentence(&error)))
            }
            Self::Sieve => {
                let (seen, outcome) = greeting(server, sieve).await;
                (seen, outcome.map(|words| in_a_line(&words)))
            }
        };
        Asked { seen, outcome }
    }
}

fn in_a_line(offered: &[String]) -> Vec<String> {
    vec![format!("  offers {}\n", if offered.is_empty() { "nothing".to_owned() } else { offered.join(", ") })]
}

/// Whom a certificate is for, who answers for it, and until when.
fn shown(certificate: &Certificate) -> String {
    let day = Civil::from_seconds(certificate.not_after);
    let day = day.map_or_else(String::new, |day| format!("{:04}-{:02}-{:02}", day.year, day.month, day.day));
    let issuer = if certificate.is_self_signed { "itself" } else { &certificate.issuer };
    let names = certificate.names.join(", ");
    format!("for {names}, by {issuer}, until {day} ({} days left)", certificate.days_left())
}

/// A line for each extension: what it gains, or what it costs to be without.
fn imap_offers(capabilities: &Capabilities, is_final: bool) -> Vec<String> {
    let line = |capability: &Capability| {
        let name = capability.as_wire();
        match (capabilities.has(*capability), is_final) {
            (true, _) => format!("  yes {name:<14} {}\n", capability.gain()),
            (false, true) => format!("  no  {name:<14} costs: {}\n", capability.cost()),
            (false, false) => format!("  ?   {name:<14} if missing, it costs: {}\n", capability.cost()),
        }
    };
    let mut lines: Vec<String> = Capability::ALL.iter().map(line).collect();
    if !is_final {
        lines.push("  (before sign-in; most servers offer more after it: --user ADDRESS looks there)\n".to_owned());
    }
    lines
}

/// What the server says in its greeting, under TLS; and whose certificate was met.
async fn greeting<F>(server: &Server, speak: F) -> (Option<Seen>, Result<Vec<String>, String>)
where
    F: AsyncFn(&mut BufReader<imap::Socket>, Step) -> Result<Vec<String>, String>,
{
    match Dialer::witnessed(server.at.clone()) {
        Ok((dialer, witness)) => {
            let outcome = converse(&dialer, server.at.tls, speak).await;
            (witness.seen(), outcome)
        }
        Err(error) => (None, Err(sentence(&error))),
    }
}

async fn converse<F>(dialer: &Dialer, tls: Tls, speak: F) -> Result<Vec<String>, String>
where
    F: AsyncFn(&mut BufReader<imap::Socket>, Step) -> Result<Vec<String>, String>,
{
    let socket = dialer.dial().await.map_err(|error| sentence(&error))?;
    let mut stream = BufReader::new(socket);
    let offered = speak(&mut stream, Step::Greeting).await?;
    if tls != Tls::Starttls {
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

fn pop3_sentence(error: &pop3::Error) -> String {
    match error {
        pop3::Error::Connect(why) => format!("cannot connect: {why}"),
        pop3::Error::Insecure(why) => format!("the connection is not safe: {why}"),
        pop3::Error::SignIn => "refuses this name and password".to_owned(),
        pop3::Error::NoWayToSignIn => "offers no way to sign in that we know: AUTH PLAIN, or USER and PASS".to_owned(),
        pop3::Error::InUse => "says that the mailbox is in use by another program".to_owned(),
        pop3::Error::Busy => "can't now".to_owned(),
        pop3::Error::TimedOut => "does not answer in time".to_owned(),
        pop3::Error::Closed => "closed the connection".to_owned(),
        pop3::Error::Refused => "sends us away (-ERR)".to_owned(),
        pop3::Error::Garbled(what) => format!("does not answer as a POP3 server does: {what}"),
        other => other.to_string(),
    }
}

fn say(text: &str) {
    // A reader that went away (`| head`) wants to hear no more.
    let _ = stdout().write_all(text.as_bytes());
}
