//! Pictures of what fills the mailbox: lengths for the templates to draw, and the same as rows of a table.

use serde::Serialize;

use super::locale::Locale;
use super::sizes::size;
use super::storage_gauge::is_waste;
use super::storage_query::StorageQuery;
use super::tree::path;
use super::urls::Urls;
use crate::account::{FolderUse, Heap, Overview, YearUse};

/// Folders in the picture; the table has all.
const BARS: usize = 10;
/// Years in the picture; the table has all.
const YEARS: usize = 12;
/// The height of the picture of years, and the width of one of them with the gap beside it.
const HEIGHT: u64 = 100;
const STEP: usize = 50;

/// A folder: a bar in the picture, a row of the table.
#[derive(Serialize)]
pub(super) struct Bar {
    name: String,
    url: String,
    look_label: String,
    /// Of the largest folder, as SVG has lengths.
    whole: String,
    files: String,
    /// Whether all of it can go.
    waste: bool,
    size: String,
    files_size: String,
    messages: String,
}

/// The folders: those in the picture, and all.
#[derive(Serialize)]
pub(super) struct Folders {
    bars: Vec<Bar>,
    rows: Vec<Bar>,
    all_label: String,
}

impl Folders {
    /// Of what was counted, largest first.
    pub(super) fn new(folders: &[FolderUse], overview: &Overview, locale: &Locale, urls: &Urls) -> Self {
        let largest = folders.iter().map(|folder| folder.octets).max().unwrap_or_default();
        let filled = folders.iter().filter(|folder| folder.messages > 0);
        let bar = |folder: &FolderUse| bar(folder, largest, overview, locale, urls);
        Self {
            bars: filled.take(BARS).map(bar).collect(),
            rows: folders.iter().map(bar).collect(),
            all_label: locale.language.count("storage-all-folders", count(folders.len()), []),
        }
    }
}

fn bar(folder: &FolderUse, largest: u64, overview: &Overview, locale: &Locale, urls: &Urls) -> Bar {
    let name = path(&folder.mailbox, overview, locale);
    Bar {
        url: urls.storage_messages(&StorageQuery::first(Heap::Folder(folder.mailbox.clone())).suffix()),
        look_label: locale.language.say("storage-look-at", [("what", name.as_str().into())]),
        whole: percent(folder.octets, largest),
        files: percent(folder.file_octets.min(folder.octets), largest),
        waste: is_waste(&folder.mailbox, overview),
        size: size(folder.octets, &locale.language),
        files_size: size(folder.file_octets, &locale.language),
        messages: locale.language.number(folder.messages.into()),
        name,
    }
}

/// What arrived in the years, as a picture and as a table.
#[derive(Serialize)]
pub(super) struct Years {
    /// What the picture says, in words.
    label: String,
    view_box: String,
    columns: Vec<Column>,
    labels: Vec<String>,
    rows: Vec<YearRow>,
    /// Years before which there is something.
    before: Vec<i32>,
}

#[derive(Serialize)]
struct Column {
    x: usize,
    y: u64,
    height: u64,
    /// Among the large ones.
    much: bool,
}

#[derive(Serialize)]
struct YearRow {
    year: i32,
    size: String,
    messages: String,
    url: String,
    look_label: String,
}

impl Years {
    /// Of what was counted, earliest first.
    pub(super) fn new(years: &[YearUse], locale: &Locale, urls: &Urls) -> Self {
        let language = &locale.language;
        let shown = years.get(years.len().saturating_sub(YEARS)..).unwrap_or_default();
        let largest = shown.iter().map(|year| year.octets).max().unwrap_or_default();
        let said = shown.iter().map(|year| {
            language.say(
                "storage-year-size",
                [("year", year.year.to_string().into()), ("size", size(year.octets, language).into())],
            )
        });
        let list = said.collect::<Vec<_>>().join(", ");
        let columns = shown.iter().enumerate().map(|(at, year)| {
            // what is there at all can be seen
            let height = share(year.octets, largest, HEIGHT).max(u64::from(year.messages > 0));
            Column { x: at * STEP + STEP / 10, y: HEIGHT - height, height, much: height * 10 >= HEIGHT * 6 }
        });
        let short = |year: &YearUse| {
            let two = format!("{:02}", year.year.rem_euclid(100));
            language.say("storage-short-year", [("year", two.into())])
        };
        Self {
            label: language.say("storage-years-label", [("list", list.into())]),
            view_box: format!("0 0 {} {HEIGHT}", shown.len().max(1) * STEP),
            columns: columns.collect(),
            labels: shown.iter().map(short).collect(),
            rows: years.iter().rev().map(|year| row(year, locale, urls)).collect(),
            before: years.iter().skip(1).map(|year| year.year).collect(),
        }
    }
}

fn row(year: &YearUse, locale: &Locale, urls: &Urls) -> YearRow {
    let look = [("what", year.year.to_string().into())];
    YearRow {
        year: year.year,
        size: size(year.octets, &locale.language),
        messages: locale.language.number(year.messages.into()),
        url: urls.storage_messages(&StorageQuery::first(Heap::Year(year.year)).suffix()),
        look_label: locale.language.say("storage-look-at", look),
    }
}

/// `part` of `whole`, which is `of` long; never more.
fn share(part: u64, whole: u64, of: u64) -> u64 {
    let share = u128::from(part.min(whole)) * u128::from(of) / u128::from(whole.max(1));
    u64::try_from(share).unwrap_or(of)
}

/// A length in tenths of a percent: "61.4%".
fn percent(part: u64, whole: u64) -> String {
    let tenths = share(part, whole, 1000);
    format!("{}.{}%", tenths / 10, tenths % 10)
}

/// As many as there are.
pub(super) fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_never_longer_than_the_whole_and_huge_ones_are_no_less() {
        assert_eq!(percent(614, 1000), "61.4%");
        assert_eq!(percent(u64::MAX, u64::MAX), "100.0%");
        assert_eq!(percent(u64::MAX / 2, u64::MAX), "49.9%");
        assert_eq!(percent(5, 3), "100.0%");
        assert_eq!(percent(0, 0), "0.0%");
        assert_eq!(share(1, 0, 100), 0);
    }
}
