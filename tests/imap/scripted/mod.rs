//! An IMAP server for faults: honest by default, and at any command as odd as a test wants it.

mod command;
mod mailboxes;
mod session;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};

pub(crate) use command::{Command, Word};
pub(crate) use mailboxes::{Mailbox, Mailboxes, Message, empty, mail};
use session::Session;

/// What the server does with a command. `TAG` in a text becomes the command's tag.
pub(crate) enum Reply {
    /// The usual answer.
    Usual,
    /// These octets, then the usual answer.
    Before(Vec<u8>),
    /// The usual answer, then these octets, together.
    After(Vec<u8>),
    /// These octets instead of the usual answer.
    Say(Vec<u8>),
    /// These octets instead of the usual answer, then the end of the connection.
    Cut(Vec<u8>),
    /// What was asked for is done, and the connection ends without a word.
    DoneThenCut,
    /// What was asked for is done, and then nothing, ever.
    DoneThenSilence,
    /// Nothing, ever.
    Silence,
}

impl Reply {
    pub(crate) fn before(text: impl Into<Vec<u8>>) -> Self {
        Self::Before(text.into())
    }
    pub(crate) fn after(text: impl Into<Vec<u8>>) -> Self {
        Self::After(text.into())
    }
    pub(crate) fn say(text: impl Into<Vec<u8>>) -> Self {
        Self::Say(text.into())
    }
    pub(crate) fn cut(text: impl Into<Vec<u8>>) -> Self {
        Self::Cut(text.into())
    }
}

type Twist = dyn Fn(&Command, usize) -> Reply + Send + Sync;

/// How a server behaves.
pub(crate) struct Script {
    /// What comes first; `None`: an honest greeting.
    pub(crate) greeting: Option<Vec<u8>>,
    pub(crate) capabilities: &'static str,
    /// Namespace prefix; `INBOX.` as on Courier.
    pub(crate) prefix: &'static str,
    /// Octets of each write; 0 for all at once.
    pub(crate) chunk: usize,
    /// What happens at a command; its second argument is the number of the connection, from 0.
    pub(crate) twist: Box<Twist>,
    pub(crate) mailboxes: Mailboxes,
}

impl Default for Script {
    /// One person with three mails in INBOX and an empty Trash, on a server with MOVE and UIDPLUS.
    fn default() -> Self {
        let mut inbox = empty(7);
        for subject in ["one", "two", "three"] {
            inbox.add(&mail(subject), &Default::default());
        }
        Self {
            greeting: None,
            capabilities: "IMAP4rev1 MOVE UIDPLUS LITERAL+",
            prefix: "",
            chunk: 0,
            twist: Box::new(|_, _| Reply::Usual),
            mailboxes: [("INBOX".to_owned(), inbox), ("Trash".to_owned(), empty(8))].into(),
        }
    }
}

/// A running server.
pub(crate) struct Scripted {
    pub(crate) port: u16,
    heard: Arc<Mutex<Vec<(usize, Command)>>>,
    connections: Arc<AtomicUsize>,
    mailboxes: Arc<Mutex<Mailboxes>>,
}

impl Scripted {
    /// A server that is honest but for this.
    pub(crate) async fn but(twist: impl Fn(&Command, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(Script { twist: Box::new(twist), ..Script::default() }).await
    }

    pub(crate) async fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard: Arc<Mutex<Vec<(usize, Command)>>> = Arc::default();
        let connections: Arc<AtomicUsize> = Arc::default();
        let mailboxes = Arc::new(Mutex::new(script.mailboxes.clone()));
        let server =
            Self { port, heard: heard.clone(), connections: connections.clone(), mailboxes: mailboxes.clone() };
        let script = Arc::new(script);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let number = connections.fetch_add(1, Ordering::SeqCst);
                let session = Session::new(mailboxes.clone(), script.capabilities.to_owned(), script.prefix);
                let (script, heard) = (script.clone(), heard.clone());
                tokio::spawn(async move { serve(socket, number, script, session, heard).await });
            }
        });
        server
    }

    /// Every command so far, with the number of its connection.
    pub(crate) fn heard(&self) -> Vec<(usize, Command)> {
        self.heard.lock().unwrap().clone()
    }

    /// How many commands with this verb came.
    pub(crate) fn count(&self, verb: &str) -> usize {
        self.heard.lock().unwrap().iter().filter(|(_, command)| command.verb == verb).count()
    }

    /// How many connections were opened.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Looks at or changes what the server keeps, as another client would.
    pub(crate) fn with<T>(&self, look: impl FnOnce(&mut Mailboxes) -> T) -> T {
        look(&mut self.mailboxes.lock().unwrap())
    }

    /// UIDs in a mailbox.
    pub(crate) fn uids(&self, mailbox: &str) -> Vec<u32> {
        self.with(|mailboxes| mailboxes[mailbox].uids())
    }
}

async fn serve(
    socket: TcpStream,
    number: usize,
    script: Arc<Script>,
    mut session: Session,
    heard: Arc<Mutex<Vec<(usize, Command)>>>,
) -> Option<()> {
    socket.set_nodelay(true).ok()?;
    let mut stream = BufStream::new(socket);
    let usual = format!("* OK [CAPABILITY {}] hello\r\n", script.capabilities).into_bytes();
    send(&mut stream, script.greeting.as_ref().unwrap_or(&usual), &script).await?;
    while let Some(command) = command::read(&mut stream).await {
        heard.lock().unwrap().push((number, command.clone()));
        if command.verb == "AUTHENTICATE" {
            send(&mut stream, b"+ \r\n", &script).await?;
            let mut line = Vec::new();
            tokio::io::AsyncBufReadExt::read_until(&mut stream, b'\n', &mut line).await.ok()?;
            let answer = String::from_utf8(line).ok()?.trim_end().to_owned();
            let last = heard.lock().unwrap().len() - 1;
            heard.lock().unwrap()[last].1.words.push(Word::Text(answer));
        }
        let reply = (script.twist)(&command, number);
        match reply {
            Reply::Usual => {
                let answer = session.answer(&command);
                send(&mut stream, answer.as_bytes(), &script).await?;
            }
            Reply::Before(octets) => {
                let mut all = with_tag(&octets, &command);
                all.extend_from_slice(session.answer(&command).as_bytes());
                send(&mut stream, &all, &script).await?;
            }
            Reply::After(octets) => {
                let mut all = session.answer(&command).into_bytes();
                all.extend_from_slice(&with_tag(&octets, &command));
                send(&mut stream, &all, &script).await?;
            }
            Reply::Say(octets) => send(&mut stream, &with_tag(&octets, &command), &script).await?,
            Reply::Cut(octets) => {
                send(&mut stream, &with_tag(&octets, &command), &script).await?;
                stream.shutdown().await.ok()?;
                // until the client has closed too: a reset would take what is still on its way
                tokio::io::copy(&mut stream, &mut tokio::io::sink()).await.ok();
                return None;
            }
            Reply::DoneThenCut => {
                session.answer(&command);
                return None;
            }
            Reply::Silence | Reply::DoneThenSilence => {
                if matches!(reply, Reply::DoneThenSilence) {
                    session.answer(&command);
                }
                stream.read_to_end(&mut Vec::new()).await.ok()?;
                return None;
            }
        }
        if command.verb == "LOGOUT" {
            return None;
        }
    }
    None
}

fn with_tag(octets: &[u8], command: &Command) -> Vec<u8> {
    let mut out = Vec::with_capacity(octets.len());
    let mut rest = octets;
    while let Some(at) = rest.windows(3).position(|three| three == b"TAG") {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(command.tag.as_bytes());
        rest = &rest[at + 3..];
    }
    out.extend_from_slice(rest);
    out
}

async fn send(stream: &mut BufStream<TcpStream>, octets: &[u8], script: &Script) -> Option<()> {
    match script.chunk {
        0 => stream.write_all(octets).await.ok()?,
        chunk => {
            for piece in octets.chunks(chunk) {
                stream.write_all(piece).await.ok()?;
                stream.flush().await.ok()?;
            }
        }
    }
    stream.flush().await.ok()
}
