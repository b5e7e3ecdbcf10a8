//! `docs/faults.md` as the tests read it: its table is what they expect.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::connection::ROWS;
use super::operations::OPERATIONS;

/// The cells by row and column.
pub(super) struct Table(BTreeMap<(String, String), String>);

const WORDS: [&str; 6] = ["page", "try again", "broken off", "done", "not done", "unknown"];

fn document() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/faults.md")).expect("docs/faults.md")
}

fn cells(line: &str) -> Vec<String> {
    line.trim().trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`').to_owned()).collect()
}

impl Table {
    /// The one whose head names the operations.
    pub(super) fn read() -> Self {
        let text = document();
        let mut lines = text.lines().skip_while(|line| !(line.starts_with("| test") && line.contains("attachment")));
        let head = cells(lines.next().expect("the table"));
        let mut table = BTreeMap::new();
        for line in lines.skip(1).take_while(|line| line.starts_with('|')) {
            let row = cells(line);
            for (column, word) in head.iter().zip(&row).skip(1) {
                table.insert((row[0].clone(), column.clone()), word.clone());
            }
        }
        Self(table)
    }

    /// What is expected.
    pub(super) fn cell(&self, row: &str, column: &str) -> &str {
        let found = self.0.get(&(row.to_owned(), column.to_owned()));
        found.unwrap_or_else(|| panic!("docs/faults.md has no cell {row} × {column}"))
    }
}

#[test]
fn the_table_has_every_fault_and_every_operation_and_no_other() {
    let Table(table) = Table::read();
    let expected: BTreeSet<(String, String)> = ROWS
        .iter()
        .flat_map(|row| OPERATIONS.iter().map(|(_, name)| (row.name.to_owned(), (*name).to_owned())))
        .collect();
    assert_eq!(table.keys().cloned().collect::<BTreeSet<_>>(), expected);
    for (cell, word) in &table {
        assert!(word.split(" / ").all(|word| WORDS.contains(&word)), "{cell:?}: {word}");
    }
}

/// Every test that the page names is there, under this name.
#[test]
fn the_tests_that_the_page_names_exist() {
    let mut sources = String::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            match entry.extension().and_then(|extension| extension.to_str()) {
                Some("rs") => sources += &fs::read_to_string(&entry).unwrap(),
                None if entry.is_dir() && !entry.ends_with("corpus") => folders.push(entry),
                _ => {}
            }
        }
    }
    let text = document();
    let named: Vec<&str> = text
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| word.contains('_') && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
        .collect();
    assert!(named.len() > 40, "{named:?}");
    for name in named {
        let is_row = ROWS.iter().any(|row| row.name == name);
        assert!(is_row || name == "command_seconds" || sources.contains(&format!("fn {name}()")), "no test {name}");
    }
}
