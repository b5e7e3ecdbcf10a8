//! What a row of the outbox keeps beside its letter, sealed: the message's octets where they lie nowhere else, and a password.

use sqlx::Row;

use super::outbox_entry::Column;
use super::{Entry, Error, Outbox, ServerKey};
use crate::mail::Secret;

impl Outbox {
    /// Keeps the message's octets, sealed, beside a row that is the caller's.
    pub async fn keep_message(&self, entry: &Entry, message: &[u8], key: &ServerKey) -> Result<(), Error> {
        let sealed = entry.row.seal(message, Column::Message, key)?;
        self.keep(entry, "UPDATE outbox SET message = ? WHERE user_hash = ? AND id_hash = ?", sealed).await
    }

    /// The octets that were kept.
    pub async fn message(&self, entry: &Entry, key: &ServerKey) -> Result<Option<Vec<u8>>, Error> {
        let sealed = self.kept(entry, "SELECT message FROM outbox WHERE user_hash = ? AND id_hash = ?").await?;
        let opened = sealed.map(|sealed| entry.row.open(&sealed, Column::Message, key)).transpose()?;
        Ok(opened.map(|mut octets| std::mem::take(&mut *octets)))
    }

    /// Keeps its owner's password, sealed with a key of this machine, until the row comes to rest: for what is to be done
    /// while its owner is away, and for nothing else.
    pub async fn keep_password(&self, entry: &mut Entry, password: &Secret, key: &ServerKey) -> Result<(), Error> {
        let sealed = entry.row.seal(password.expose(), Column::Password, key)?;
        self.keep(entry, "UPDATE outbox SET password = ? WHERE user_hash = ? AND id_hash = ?", sealed).await?;
        entry.has_password = true;
        Ok(())
    }

    /// The password that was kept.
    pub async fn password(&self, entry: &Entry, key: &ServerKey) -> Result<Option<Secret>, Error> {
        let sealed = self.kept(entry, "SELECT password FROM outbox WHERE user_hash = ? AND id_hash = ?").await?;
        let opened = sealed.map(|sealed| entry.row.open(&sealed, Column::Password, key)).transpose()?;
        Ok(opened.map(|password| Secret::new(password.as_slice())))
    }

    async fn keep(&self, entry: &Entry, statement: &'static str, sealed: Vec<u8>) -> Result<(), Error> {
        sqlx::query(statement)
            .bind(sealed)
            .bind(entry.row.whose.as_slice())
            .bind(entry.row.which.as_slice())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn kept(&self, entry: &Entry, statement: &'static str) -> Result<Option<Vec<u8>>, Error> {
        let row = sqlx::query(statement)
            .bind(entry.row.whose.as_slice())
            .bind(entry.row.which.as_slice())
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?.flatten())
    }
}
