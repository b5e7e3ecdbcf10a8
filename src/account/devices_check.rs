//! Whether what is said on how to set up devices works: each way is tried, with the person's own password.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::future::join_all;
use tokio::time::{Instant, timeout};

use super::account::locked;
use super::{Account, PopLook};
use crate::imap::{self, Code, ImapServer};
use crate::mail::{Moment, Secret};
use crate::pop3::{self, Pop3Server};
use crate::smtp::{self, SmtpServer};
use crate::tls::{Doubt, Seen};

/// How long a server may take for one step, and all ways together: somebody waits for the page.
const STEP: Duration = Duration::from_secs(6);
const WHOLE: Duration = Duration::from_secs(15);
/// For so long what was found stands: servers count sign-ins, and lock out whoever comes too often.
const STANDS: Duration = Duration::from_secs(10);
/// For so long it stands where a server refused the password: it is the same password.
const STANDS_REFUSED: Duration = Duration::from_secs(60);

/// What is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Reading.
    Imap,
    /// Fetching.
    Pop3,
    /// Sending.
    Submission,
}

/// How a mail program is told to reach a server, by the operator's configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// What is spoken.
    pub protocol: Protocol,
    /// The server's name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether TLS begins with STARTTLS; else from the first byte. Never without.
    pub starttls: bool,
    /// The user name.
    pub user: String,
    /// Certificates to trust instead of the system's (PEM), where the operator named some for this very host.
    pub ca_file: Option<PathBuf>,
}

/// What came of trying it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayChecked {
    /// What was tried.
    pub way: Way,
    /// Whose certificate was met; `None`: TLS did not come so far.
    pub seen: Option<Seen>,
    /// What the server called itself; empty where it did not come so far.
    pub greeting: String,
    /// Whether it works.
    pub finding: Finding,
}

/// Whether a way works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// All of it: the server answers, is believed, and takes name and password.
    Works,
    /// The server asks for no password, and mail programs that have one to send may stop at that.
    NoSignIn,
    /// Nothing answers there.
    NoAnswer,
    /// It answers too slowly.
    TooSlow,
    /// It ended the connection.
    Closed,
    /// It can't now, or says that there are too many.
    Busy,
    /// What answers speaks no TLS as it is said: not from the first byte, or no STARTTLS.
    NoTls,
    /// Its certificate is not believed.
    Doubted(Doubt),
    /// TLS failed for another reason.
    BrokenTls,
    /// What answers speaks something else.
    OtherProtocol,
    /// It does not take this name and password.
    Refused,
    /// It takes passwords in no way that is known.
    NoWayToSignIn,
    /// Another program has the mail open, and it lets in one at a time.
    InUse,
}

/// What was found, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkup {
    /// When.
    pub at: Moment,
    /// Each way, in the order in which they were asked for.
    pub ways: Vec<WayChecked>,
}

/// What a person's last check found.
#[derive(Debug, Default)]
pub(super) struct Checkups {
    last: Mutex<Option<(Instant, Arc<Checkup>)>>,
    /// And what was last seen by POP.
    pub(super) pop: Mutex<Option<(Instant, Arc<PopLook>)>>,
    /// One at a time.
    pub(super) running: tokio::sync::Mutex<()>,
}

impl Account {
    /// What was found when the ways were last tried; `None`: they were not, or it is long forgotten.
    pub fn last_checkup(&self) -> Option<Arc<Checkup>> {
        locked(&self.0.checkups.last).as_ref().map(|(_, found)| found.clone())
    }

    /// Tries all ways at once, each with one sign-in. Whoever asks again in a moment is told the same.
    pub async fn check_devices(&self, ways: Vec<Way>) -> Arc<Checkup> {
        let _one = self.0.checkups.running.lock().await;
        if let Some(found) = self.standing() {
            return found;
        }
        let password = &self.0.password;
        let tried = ways.into_iter().map(|way| try_way(way, password.clone()));
        let ways = join_all(tried).await;
        let found = Arc::new(Checkup { at: now(), ways });
        *locked(&self.0.checkups.last) = Some((Instant::now(), found.clone()));
        found
    }

    fn standing(&self) -> Option<Arc<Checkup>> {
        let last = locked(&self.0.checkups.last);
        let (at, found) = last.as_ref()?;
        let is_refused = found.ways.iter().any(|one| one.finding == Finding::Refused);
        let stands = if is_refused { STANDS_REFUSED } else { STANDS };
        (at.elapsed() < stands).then(|| found.clone())
    }
}

pub(super) fn now() -> Moment {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Moment { seconds: i64::try_from(seconds).unwrap_or(i64::MAX), offset_minutes: 0 }
}

/// What a probe of any protocol says.
type Probed = (Option<Seen>, String, Finding);

async fn try_way(way: Way, password: Secret) -> WayChecked {
    let probing: Pin<Box<dyn Future<Output = Probed> + Send>> = match way.protocol {
        Protocol::Imap => Box::pin(try_imap(way.clone(), password)),
        Protocol::Pop3 => Box::pin(try_pop3(way.clone(), password)),
        Protocol::Submission => Box::pin(try_submission(way.clone(), password)),
    };
    let (seen, greeting, finding) =
        timeout(WHOLE, probing).await.unwrap_or_else(|_| (None, String::new(), Finding::TooSlow));
    let finding = match (finding, &seen) {
        (Finding::BrokenTls, Some(Seen { doubt: Some(doubt), .. })) => Finding::Doubted(*doubt),
        (Finding::BrokenTls, None) => Finding::NoTls,
        (finding, _) => finding,
    };
    WayChecked { way, seen, greeting, finding }
}

async fn try_imap(way: Way, password: Secret) -> Probed {
    let server = ImapServer {
        tls: if way.starttls { imap::Tls::Starttls } else { imap::Tls::Implicit },
        host: way.host,
        port: way.port,
        ca_file: way.ca_file,
        disabled_capabilities: Vec::new(),
    };
    let probe = imap::probe(&server, Some((&way.user, password)), STEP).await;
    let finding = probe.outcome.map_or_else(|error| of_imap(&error), |_| Finding::Works);
    (probe.seen, probe.greeting, finding)
}

async fn try_submission(way: Way, password: Secret) -> Probed {
    let server = SmtpServer {
        tls: if way.starttls { smtp::Tls::Starttls } else { smtp::Tls::Implicit },
        host: way.host,
        port: way.port,
        ca_file: way.ca_file,
        disabled_capabilities: Vec::new(),
    };
    let probe = smtp::probe(&server, Some((&way.user, &password)), STEP).await;
    let finding = match probe.outcome {
        Ok(offers) if !offers.auth => Finding::NoSignIn,
        Ok(_) => Finding::Works,
        Err(smtp::Error::Connect(_)) => Finding::NoAnswer,
        Err(smtp::Error::Insecure(_)) => Finding::BrokenTls,
        Err(smtp::Error::TimedOut) => Finding::TooSlow,
        Err(smtp::Error::Closed) => Finding::Closed,
        Err(smtp::Error::Garbled(_)) => Finding::OtherProtocol,
        Err(smtp::Error::SignIn(said) | smtp::Error::Refused(said)) if said.is_temporary() => Finding::Busy,
        Err(smtp::Error::NoWayToSignIn) => Finding::NoWayToSignIn,
        Err(smtp::Error::SignIn(_)) => Finding::Refused,
        // sent away before anything was asked for; the rest is about messages, and none was sent
        Err(_) => Finding::Closed,
    };
    (probe.seen, probe.greeting, finding)
}

async fn try_pop3(way: Way, password: Secret) -> Probed {
    let server = Pop3Server {
        tls: if way.starttls { pop3::Tls::Starttls } else { pop3::Tls::Implicit },
        host: way.host,
        port: way.port,
        ca_file: way.ca_file,
        disabled_capabilities: Vec::new(),
    };
    let probe = pop3::probe(&server, Some((&way.user, &password)), STEP).await;
    let finding = probe.outcome.map_or_else(|error| of_pop3(&error), |_| Finding::Works);
    (probe.seen, probe.greeting, finding)
}

/// What a failure of POP3 says about the way.
pub(super) fn of_pop3(error: &pop3::Error) -> Finding {
    match error {
        pop3::Error::Connect(_) => Finding::NoAnswer,
        pop3::Error::Insecure(_) => Finding::BrokenTls,
        pop3::Error::TimedOut => Finding::TooSlow,
        pop3::Error::Closed | pop3::Error::Refused => Finding::Closed,
        pop3::Error::Busy => Finding::Busy,
        pop3::Error::InUse => Finding::InUse,
        pop3::Error::NoWayToSignIn => Finding::NoWayToSignIn,
        pop3::Error::Garbled(_) | pop3::Error::TooLarge | pop3::Error::NoPlace(_) => Finding::OtherProtocol,
        pop3::Error::SignIn | pop3::Error::Argument => Finding::Refused,
    }
}

/// What a failure of IMAP says about the way.
pub(super) fn of_imap(error: &imap::Error) -> Finding {
    match error {
        imap::Error::Connect(_) => Finding::NoAnswer,
        imap::Error::Insecure(_) => Finding::BrokenTls,
        imap::Error::TimedOut => Finding::TooSlow,
        imap::Error::Closed | imap::Error::NotSent => Finding::Closed,
        imap::Error::Bye(Code::Busy | Code::Limit) | imap::Error::No(_) => Finding::Busy,
        imap::Error::Bye(_) => Finding::Closed,
        imap::Error::Garbled(_) => Finding::OtherProtocol,
        imap::Error::Refused | imap::Error::Bad | imap::Error::Argument | imap::Error::Rebuilt => Finding::Refused,
    }
}
