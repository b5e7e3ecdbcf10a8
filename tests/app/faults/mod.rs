//! What happens when the mail server, the line to it or another mail program does the worst, in the middle of
//! everything: never a wrong page, a lost or doubled message, somebody signed out, a stuck request or a leaked
//! connection. `docs/faults.md` is the table of it.

mod connection;
mod dovecot;
mod folders;
mod matrix;
mod operations;
mod outcome;
mod table;
