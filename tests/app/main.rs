//! The application as people and their browsers meet it: the real one, on a port of its own, with a real Dovecot.

mod helpers;

mod login;
mod operation;
mod requests;
mod session;
