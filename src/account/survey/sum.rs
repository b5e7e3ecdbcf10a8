//! Sums up what is kept of folders.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::folder::{Folder, Kept, NO_LIST, moment};
use super::found::{ListUse, OLD_DAYS, SenderUse, Survey, Twins, Weighed, YearUse};
use crate::mail::{Address, MessageRef, Moment, Role, Uid};

/// Rows of each part of a survey.
pub(super) const MOST: usize = 100;
/// And of what is there twice: each of them is looked up once more for its subject.
const TWINS: usize = 20;

/// A folder, and what it is for.
pub(super) type Known = (Arc<Folder>, Option<Role>);

/// A message by its folder's place.
pub(super) type Found = (usize, Kept);

/// What is known of all these folders together, and which messages stay of those that are there twice, in the order of
/// [`Survey::duplicates`]. `now` in seconds since the epoch.
pub(super) fn sum(folders: &[Known], now: i64) -> (Survey, Vec<Found>) {
    let mut survey = Survey { taken: now, ..Survey::default() };
    let mut years: BTreeMap<i32, YearUse> = BTreeMap::new();
    let mut senders: HashMap<&str, SenderUse> = HashMap::new();
    let mut lists: HashMap<&str, (ListUse, u32)> = HashMap::new();
    let old = old_before(now, OLD_DAYS);
    for (folder, role) in folders {
        let mut by_sender = vec![(0_u32, 0_u64); folder.senders.len()];
        let mut by_list = vec![(0_u32, 0_u64, 0_u32); folder.lists.len()];
        let mut this_year = YearSpan::default();
        for kept in &folder.messages {
            let octets = u64::from(kept.octets);
            if !this_year.has(kept.arrived) {
                this_year = YearSpan::of(kept.arrived);
            }
            let year = years.entry(this_year.year).or_insert(YearUse { year: this_year.year, messages: 0, octets: 0 });
            year.messages += 1;
            year.octets += octets;
            if let Some(sum) = place(kept.sender).and_then(|at| by_sender.get_mut(at)) {
                *sum = (sum.0 + 1, sum.1 + octets);
            }
            if let Some((messages, sum, newest)) = place(kept.list).and_then(|at| by_list.get_mut(at)) {
                let counts = u32::from(kept.arrived < old && kept.arrived > 0);
                *messages += counts;
                *sum += octets * u64::from(counts);
                *newest = (*newest).max(kept.arrived);
            }
        }
        for (named, (messages, octets)) in
            folder.senders.iter().zip(by_sender).filter(|(_, (messages, _))| *messages > 0)
        {
            let sender = senders.entry(&named.id).or_insert_with(|| SenderUse {
                address: named.id.to_string(),
                name: String::new(),
                messages: 0,
                octets: 0,
            });
            sender.messages += messages;
            sender.octets += octets;
            if sender.name.is_empty() {
                sender.name = named.name.to_string();
            }
        }
        if holds_lists(*role) {
            for (named, (messages, octets, newest)) in
                folder.lists.iter().zip(by_list).filter(|(named, _)| !named.id.is_empty())
            {
                let (list, when) = lists.entry(&named.id).or_insert_with(|| {
                    let newest = Moment { seconds: 0, offset_minutes: 0 };
                    let id = named.id.to_string();
                    (ListUse { list_id: id, name: String::new(), messages: 0, octets: 0, newest }, 0)
                });
                list.messages += messages;
                list.octets += octets;
                *when = (*when).max(newest);
                if list.name.is_empty() {
                    list.name = named.name.to_string();
                }
            }
        }
        let usage = folder.usage();
        survey.messages += u64::from(usage.messages);
        survey.octets += usage.octets;
        survey.file_octets += usage.file_octets;
        survey.folders.push(usage);
    }
    survey.years = years.into_values().collect();
    survey.senders = senders.into_values().collect();
    survey.senders.sort_unstable_by(|a, b| (b.octets, &a.address).cmp(&(a.octets, &b.address)));
    survey.senders.truncate(MOST);
    let lists = lists.into_values().filter(|(list, _)| list.messages > 0);
    survey.lists =
        lists.map(|(list, newest)| ListUse { newest: moment(newest).unwrap_or(list.newest), ..list }).collect();
    survey.lists.sort_unstable_by(|a, b| (b.octets, &a.list_id).cmp(&(a.octets, &b.list_id)));
    survey.lists.truncate(MOST);
    let weighed = |found: Vec<Found>| found.iter().filter_map(|found| weighed(folders, found)).collect();
    survey.biggest = weighed(largest(folders, |kept| kept.octets));
    survey.with_files = weighed(largest(folders, |kept| kept.file_octets));
    let twins = twins(folders);
    for group in &twins {
        survey.extra += u64::try_from(group.extra.len()).unwrap_or(0);
        survey.extra_octets += group.octets();
    }
    let shown: Vec<_> =
        twins.iter().take(TWINS).filter_map(|copies| Some((told(folders, copies)?, copies.kept))).collect();
    let stay;
    (survey.duplicates, stay) = shown.into_iter().unzip();
    (survey, stay)
}

fn place(number: u32) -> Option<usize> {
    usize::try_from(number).ok().filter(|_| number != NO_LIST)
}

/// Bulk mail in these is not clutter: it is thrown away already, or one's own.
pub(super) fn holds_lists(role: Option<Role>) -> bool {
    !matches!(role, Some(Role::Trash | Role::Junk | Role::Drafts | Role::Sent))
}

/// What arrived before this is older than so many days.
pub(super) fn old_before(now: i64, days: u32) -> u32 {
    u32::try_from(now - i64::from(days) * 86_400).unwrap_or(0)
}

/// The year of a time, in UTC, and where it begins and ends: most messages are of the same year as the one before.
#[derive(Default)]
struct YearSpan {
    year: i32,
    from: i64,
    to: i64,
}

impl YearSpan {
    fn has(&self, arrived: u32) -> bool {
        (self.from..self.to).contains(&i64::from(arrived))
    }

    fn of(arrived: u32) -> Self {
        let (year, ..) = Moment { seconds: i64::from(arrived), offset_minutes: 0 }.civil_date();
        let year = i32::try_from(year).unwrap_or(1970);
        Self { year, from: year_begins(year), to: year_begins(year + 1) }
    }
}

/// When a year begins, in UTC, in seconds since the epoch.
pub(super) fn year_begins(year: i32) -> i64 {
    Moment::from_civil((year, 1, 1), (0, 0, 0), 0).map_or(0, |moment| moment.seconds)
}

/// The [`MOST`] with the largest `size`, largest first; those without any are none.
pub(super) fn largest(folders: &[Known], size: impl Fn(&Kept) -> u32) -> Vec<Found> {
    let mut largest: Vec<Found> = Vec::with_capacity(2 * MOST + 1);
    let order = |found: &Found| Reverse((size(&found.1), found.1.arrived, found.1.uid, found.0));
    let mut bar = 1;
    for (at, (folder, _)) in folders.iter().enumerate() {
        for kept in folder.messages.iter() {
            if size(kept) < bar {
                continue;
            }
            largest.push((at, *kept));
            if largest.len() > 2 * MOST {
                largest.sort_unstable_by_key(order);
                largest.truncate(MOST);
                bar = largest.last().map_or(1, |(_, kept)| size(kept).max(1));
            }
        }
    }
    largest.sort_unstable_by_key(order);
    largest.truncate(MOST);
    largest
}

/// A message as it is told; the subject as far as it is known.
pub(super) fn weighed(folders: &[Known], (at, kept): &Found) -> Option<Weighed> {
    let (folder, _) = folders.get(*at)?;
    let from = folder.sender(kept).filter(|named| !named.id.is_empty() || !named.name.is_empty());
    Some(Weighed {
        message: MessageRef {
            mailbox: folder.mailbox.clone(),
            uid_validity: folder.uid_validity,
            uid: Uid::new(kept.uid)?,
        },
        octets: u64::from(kept.octets),
        file_octets: u64::from(kept.file_octets),
        subject: folder.titles.get(&kept.uid).map(|title| title.to_string()).unwrap_or_default(),
        from: from.map(|named| Address { name: named.name.to_string(), addr: named.id.to_string() }),
        date: moment(kept.arrived),
    })
}

/// Copies of one message.
pub(super) struct Copies {
    pub(super) kept: Found,
    pub(super) extra: Vec<Found>,
}

impl Copies {
    pub(super) fn octets(&self) -> u64 {
        self.extra.iter().map(|(_, kept)| u64::from(kept.octets)).sum()
    }
}

/// Messages that are there more than once, what frees most first.
///
/// One stays. It is one that somebody filed, before one in Archive, before one in the inbox; among those the one that came first.
/// What was sent is one's own record: a copy elsewhere does not stand for it. Copies in Trash and Junk go when there is another
/// anywhere; drafts are left alone.
pub(super) fn twins(folders: &[Known]) -> Vec<Copies> {
    let mut all: Vec<((u64, u32), u8, Found)> = Vec::new();
    for (at, (folder, role)) in folders.iter().enumerate() {
        let rank = match role {
            None => 0,
            Some(Role::Archive) => 1,
            Some(Role::Inbox) => 2,
            Some(Role::Sent) => SENT,
            Some(Role::Junk) => 4,
            Some(Role::Trash) => 5,
            Some(Role::Drafts) => continue,
        };
        let known = folder.messages.iter().filter(|kept| kept.identity != 0);
        all.extend(known.map(|kept| ((kept.identity, kept.octets), rank, (at, *kept))));
    }
    all.sort_unstable_by_key(|(key, rank, (at, kept))| (*key, *rank, kept.arrived, *at, kept.uid));
    let mut twins: Vec<Copies> = all
        .chunk_by(|(one, ..), (other, ..)| one == other)
        .filter(|copies| copies.len() > 1)
        .filter_map(|copies| {
            let mut copies = copies.iter();
            let (_, first_rank, kept) = copies.next()?;
            let mut sent_stays = *first_rank < SENT;
            // the first of what was sent stays beside one that was received
            let mut goes = |rank: u8| !(rank == SENT && std::mem::take(&mut sent_stays));
            let extra: Vec<Found> = copies.filter(|(_, rank, _)| goes(*rank)).map(|(.., found)| *found).collect();
            (!extra.is_empty()).then_some(Copies { kept: *kept, extra })
        })
        .collect();
    twins.sort_unstable_by_key(|copies| (Reverse(copies.octets()), copies.kept.0, copies.kept.1.uid));
    twins
}

const SENT: u8 = 3;

fn told(folders: &[Known], copies: &Copies) -> Option<Twins> {
    let extra = copies.extra.iter().filter_map(|found| Some(weighed(folders, found)?.message)).collect();
    Some(Twins { kept: weighed(folders, &copies.kept)?, extra, octets: copies.octets() })
}
