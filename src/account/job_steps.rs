//! Which step is whose.

use super::job::{Order, Place, Step};
use super::keeper::Keeper;
use super::{Account, Error, fetching, importing, removal, stripping};

/// Does one window of the work: killed anywhere and run again it loses nothing, and doubles at most what the next run removes.
/// After an error it is gone on with from what the keeper has.
pub(super) async fn step(account: &Account, order: &Order, place: Place, keeper: &mut Keeper) -> Result<Step, Error> {
    match order {
        Order::Remove(removal) => removal::step(account, removal, place, keeper).await,
        Order::Fetch(fetching) => fetching::step(account, fetching, place, keeper).await,
        Order::Strip(stripping) => stripping::step(account, stripping, place, keeper).await,
        Order::Import(importing) => importing::step(account, importing, place, keeper).await,
    }
}
