//! A page of a mailbox, true at the moment it is given.

use std::sync::Arc;

use super::account::Inner;
use super::overview::counts_of;
use super::{Account, Asked, Error, Listing, Row, Sort, What, essence, sorted};
use crate::imap::{self, Capability, Link, Purpose};
use crate::mail::{Flag, Flags, MailboxName, Pages, Uid};

/// Rows on a page.
const PER_PAGE: u32 = 50;

impl Account {
    /// The rows of one page, newest first unless asked otherwise, with everything the server knows by now.
    ///
    /// Warm, this is one round trip that tells whether anything changed; what is asked for together is answered
    /// together.
    pub async fn list_messages(&self, mailbox: &MailboxName, asked: &Asked) -> Result<Listing, Error> {
        let name = mailbox.clone();
        let asked = asked.clone();
        let listed = self
            .read(Purpose::Mailbox(mailbox), move |inner| {
                let (name, asked) = (name.clone(), asked.clone());
                Box::new(move |link| Box::pin(async move { inner.list(link, name, asked).await }))
            })
            .await
            .map_err(|error| Error::about(error, mailbox))?;
        let mut listing = listed.ok_or_else(|| Error::NotFound(What::Mailbox(mailbox.clone())))?;
        self.tell_when_they_go(mailbox, &mut listing.rows).await;
        if listing.pages.exists() { Ok(listing) } else { Err(Error::NotFound(What::Page(mailbox.clone()))) }
    }
}

impl Inner {
    /// `None` if LIST has no such mailbox.
    async fn list(&self, link: &mut Link, name: MailboxName, asked: Asked) -> Result<Option<Listing>, imap::Error> {
        // UIDs of a mailbox that was renamed or made anew behind our back are caught here: it is selected afresh
        // whenever LIST does not know it any more
        let overview = match self.open_mailbox(link, &name).await {
            Ok(overview) => overview,
            Err(imap::Error::No(code))
                if !link.has_open(&name)
                    && !matches!(code, imap::Code::Busy | imap::Code::Limit | imap::Code::OverQuota) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let Some(mailbox) = overview.find(&name).filter(|mailbox| mailbox.selectable) else {
            link.forget_selected();
            return Ok(None);
        };
        let uids = sorted::uids(link, &asked, &self.sorted).await?;
        if let Some(uids) = &uids {
            self.remember_walk(link, &asked, uids);
        }
        let Some(total) = uids
            .as_ref()
            .map(|uids| u32::try_from(uids.len()).unwrap_or(u32::MAX))
            .or(link.view().map(|view| view.exists()))
        else {
            return Ok(None);
        };
        let pages = Pages { page: asked.page, per_page: PER_PAGE, total };
        let rows = match &uids {
            None => self.rows_by_arrival(link, &pages, asked.sort).await?,
            Some(uids) => {
                let range = pages.rows();
                let chosen = uids.get(range.start as usize..range.end as usize).unwrap_or_default();
                self.rows(link, chosen, Vec::new()).await?
            }
        };
        let can_sort = link.capabilities().has(Capability::Sort);
        let Some(view) = link.view() else { return Ok(None) };
        let counts = counts_of(mailbox, view.exists());
        let mailbox = crate::mail::Mailbox { counts: Some(counts), ..mailbox.clone() };
        Ok(Some(Listing {
            mailbox,
            uid_validity: view.uid_validity,
            counts,
            pages,
            sort: match asked.sort {
                Sort::Sender | Sort::Subject | Sort::Size if !can_sort => Sort::Newest,
                sort => sort,
            },
            can_sort,
            rows,
            departed: view.departed().collect(),
            version: view.version(),
        }))
    }

    /// Rows by sequence windows: cheap in any mailbox (`R-18`).
    async fn rows_by_arrival(&self, link: &mut Link, pages: &Pages, sort: Sort) -> Result<Vec<Row>, imap::Error> {
        let range = pages.rows();
        let oldest_first = sort == Sort::Oldest;
        let places = if oldest_first { pages.total - range.end..pages.total - range.start } else { range };
        let items = essence::items(link);
        let fetched = link.window(places.clone(), &items).await?;
        let mut uids: Vec<Uid> =
            link.view().map(|view| places.filter_map(|place| view.from_newest(place)).collect()).unwrap_or_default();
        if oldest_first {
            uids.reverse();
        }
        let mut rows = self.rows(link, &uids, fetched).await?;
        // a message that was moved away and back is the last in sequence, and as old as it was: on a page it stands by
        // its date. Sorting the whole mailbox for that would cost every page of a large one
        rows.sort_by_key(|row| if oldest_first { row.internal_date.seconds } else { -row.internal_date.seconds });
        Ok(rows)
    }

    /// Rows of these messages, in this order; what is gone by now is left out.
    async fn rows(&self, link: &mut Link, uids: &[Uid], fetched: Vec<imap::Fetched>) -> Result<Vec<Row>, imap::Error> {
        let essences = self.essences(link, uids, fetched).await?;
        // an essence that was remembered comes without flags: they are asked for where the view has none
        let without: crate::mail::UidSet = match link.view() {
            Some(view) => uids.iter().filter(|uid| view.flags(**uid).is_none()).copied().collect(),
            None => return Ok(Vec::new()),
        };
        if !without.is_empty() {
            link.fetch(&without, &[imap::Item::Uid, imap::Item::Flags]).await?;
        }
        let hides_deleted = link.hides_deleted();
        let Some(view) = link.view() else { return Ok(Vec::new()) };
        let row = |uid: &Uid| {
            let essence = essences.get(uid)?;
            let flags: Flags = view.flags(*uid)?.clone();
            let hidden = hides_deleted && flags.contains(&Flag::Deleted);
            (!hidden).then(|| Row {
                uid: *uid,
                flags,
                envelope: Arc::clone(&essence.envelope),
                internal_date: essence.internal_date,
                saved: essence.saved,
                size: essence.size,
                goes: None,
                has_attachments: essence.has_attachments,
                preview: Arc::clone(&essence.preview),
            })
        };
        Ok(uids.iter().filter_map(row).collect())
    }
}
