//! Where actix-session keeps its sessions: in ours, under the hash of their id.

use std::collections::HashMap;
use std::fmt::Write;
use std::time::Duration;

use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::cookie::time::Duration as Ttl;

use super::session::STAY;
use crate::config::Session;
use crate::store::{Lifetime, SessionId, Sessions, random, unix_now};

/// The sessions of `store`, with the lifetimes of the configuration; actix-session's own ttl is not asked.
pub(super) struct SessionTable {
    sessions: Sessions,
    limits: Session,
}

impl SessionTable {
    pub(super) fn new(sessions: Sessions, limits: Session) -> Self {
        Self { sessions, limits }
    }

    fn lifetime(&self, state: &HashMap<String, String>) -> Lifetime {
        let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        let stays = state.get(STAY).is_some_and(|stay| stay == "true");
        let (idle, whole) =
            if stays { (self.limits.remember, self.limits.remember) } else { (self.limits.idle, self.limits.absolute) };
        Lifetime { idle: seconds(idle), ends: unix_now().saturating_add(seconds(whole)) }
    }
}

impl SessionStore for SessionTable {
    async fn load(&self, key: &SessionKey) -> Result<Option<HashMap<String, String>>, LoadError> {
        match self.sessions.load(SessionId::of(key.as_ref())).await {
            Ok(state) => Ok(state.map(|state| state.as_ref().clone())),
            // A row that can't be read is nobody's session.
            Err(crate::store::Error::Damaged) => Ok(None),
            Err(error) => Err(LoadError::Other(error.into())),
        }
    }

    async fn save(&self, state: HashMap<String, String>, _: &Ttl) -> Result<SessionKey, SaveError> {
        let failed = |error: crate::store::Error| SaveError::Other(error.into());
        let bytes: [u8; 32] = random().map_err(failed)?;
        let mut id = String::with_capacity(64);
        for byte in bytes {
            // Writing to a String can't fail.
            let _ = write!(id, "{byte:02x}");
        }
        let lifetime = self.lifetime(&state);
        self.sessions.insert(SessionId::of(&id), state, lifetime).await.map_err(failed)?;
        id.try_into().map_err(|_| failed(crate::store::Error::Damaged))
    }

    async fn update(
        &self,
        key: SessionKey,
        state: HashMap<String, String>,
        _: &Ttl,
    ) -> Result<SessionKey, UpdateError> {
        let id = SessionId::of(key.as_ref());
        self.sessions.update(id, state).await.map_err(|error| UpdateError::Other(error.into()))?;
        Ok(key)
    }

    /// Nothing: each load counts as a request already.
    async fn update_ttl(&self, _: &SessionKey, _: &Ttl) -> Result<(), anyhow::Error> {
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        Ok(self.sessions.delete(SessionId::of(key.as_ref())).await?)
    }
}
