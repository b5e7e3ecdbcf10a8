//! The application as people and their browsers meet it: the real one, on a port of its own, with a real Dovecot.

mod helpers;

mod filing;
mod login;
mod operation;
mod reading;
mod requests;
mod session;
