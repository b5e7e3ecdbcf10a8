//! Whom a person wrote to before anybody took note of it: Sent knows.

use super::{Account, Asked, Error};
use crate::mail::{Address, Moment, PageNumber, Role};

/// How many pages of Sent are looked through.
const PAGES: u32 = 2;
/// A message to more people than this is a mailing: whom one writes to is not who is in it.
const MOST: usize = 50;

impl Account {
    /// The recipients of the newest messages in Sent, the newest first, each with when it went there; some of them more
    /// than once. Nobody where there is no Sent.
    pub async fn acquaintances(&self) -> Result<Vec<(Address, Moment)>, Error> {
        // each letter that is typed asks: the first reads, the others find it read
        let _one = self.0.acquainting.acquire().await;
        let overview = self.overview().await?;
        let Some(sent) = overview.with_role(Role::Sent) else { return Ok(Vec::new()) };
        let mut people = Vec::new();
        for page in (1..=PAGES).filter_map(PageNumber::new) {
            let listing = match self.list_messages(&sent.name, &Asked { page, ..Asked::default() }).await {
                Err(Error::NotFound(_)) => break, // it is not that long
                listing => listing?,
            };
            for row in &listing.rows {
                let envelope = &row.envelope;
                let to = || envelope.to.iter().chain(&envelope.cc).chain(&envelope.bcc);
                if to().count() <= MOST {
                    people.extend(to().map(|address| (address.clone(), row.internal_date)));
                }
            }
        }
        Ok(people)
    }
}
