//! A listener between a Fernpost and its mail server, which are not encrypted there: passes everything on, and counts
//! the commands that go by.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A tap on the line.
pub struct Tap {
    /// Where Fernpost is to connect.
    pub port: u16,
    commands: Arc<AtomicU64>,
}

impl Tap {
    /// On the line to this port.
    pub fn open(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let tap = Self { port: listener.local_addr().unwrap().port(), commands: Arc::default() };
        let commands = tap.commands.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let server = TcpStream::connect(("127.0.0.1", server)).unwrap();
                client.set_nodelay(true).unwrap();
                server.set_nodelay(true).unwrap();
                let (back, forth) = ((server.try_clone().unwrap(), client.try_clone().unwrap()), (client, server));
                let commands = commands.clone();
                std::thread::spawn(move || {
                    pass_on(forth, |bytes| {
                        let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
                        commands.fetch_add(lines as u64, Ordering::SeqCst);
                    })
                });
                std::thread::spawn(move || pass_on(back, |_| {}));
            }
        });
        tap
    }

    /// Lines that Fernpost has said so far: a command each, and DONE after IDLE.
    pub fn commands(&self) -> u64 {
        self.commands.load(Ordering::SeqCst)
    }
}

/// Until one side hangs up; then the other one learns of it.
fn pass_on((mut from, mut to): (TcpStream, TcpStream), seen: impl Fn(&[u8])) {
    let mut bytes = vec![0; 64 << 10];
    while let Ok(read @ 1..) = from.read(&mut bytes) {
        seen(&bytes[..read]);
        if to.write_all(&bytes[..read]).is_err() {
            break;
        }
    }
    from.shutdown(Shutdown::Both).ok();
    to.shutdown(Shutdown::Both).ok();
}
