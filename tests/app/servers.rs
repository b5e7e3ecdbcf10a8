//! `docs/servers.md` explains every test that is left out on a mail server, or expects something else there.

use std::collections::BTreeSet;
use std::path::Path;

/// A reason, and a server in small letters.
type Exception = (String, String);

#[test]
fn what_is_left_out_is_explained() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut made = BTreeSet::new();
    for file in std::fs::read_dir(folder.join("tests/app")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            made.extend(exceptions(&std::fs::read_to_string(path).unwrap()));
        }
    }
    assert!(made.len() > 5, "{made:?}");
    let document = std::fs::read_to_string(folder.join("docs/servers.md")).unwrap();
    assert_eq!(made, explained(&document), "tests/app on the left, docs/servers.md on the right");
}

#[test]
fn an_exception_without_a_line_is_seen() {
    let macros = ["skip_", "differs_"].map(|name| format!("{name}on!(Bare | Cyrus, \"odd\");"));
    let both = [("odd", "bare"), ("odd", "cyrus")].map(|(reason, server)| (reason.to_owned(), server.to_owned()));
    for text in macros {
        assert_eq!(exceptions(&text), BTreeSet::from(both.clone()));
    }
    assert_eq!(explained("| `odd` | Cyrus, bare | why |\n| `MOVE` | yes |\n"), BTreeSet::from(both));
}

/// What the two macros say in a source.
fn exceptions(source: &str) -> BTreeSet<Exception> {
    let calls = source.split("_on!(").skip(1).filter_map(|rest| rest.split_once(')')?.0.split_once(", \""));
    let each = |(servers, reason): (&str, &str)| {
        let reason = reason.trim_end_matches('"').to_owned();
        let servers: Vec<_> = servers.split('|').map(|server| server.trim().to_lowercase()).collect();
        servers.into_iter().map(move |server| (reason.clone(), server)).collect::<Vec<_>>()
    };
    calls.flat_map(each).collect()
}

/// What the table with a reason in its first column says.
fn explained(document: &str) -> BTreeSet<Exception> {
    let table = document.split("| reason |").last().unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    let small = |text: &str| text == text.to_lowercase();
    let each = |(reason, rest): (&str, &str)| {
        let (reason, servers) = (reason.to_owned(), rest.split(" |").next().unwrap().to_lowercase());
        let pairs: Vec<_> = servers.split(", ").map(|server| (reason.clone(), server.to_owned())).collect();
        pairs
    };
    rows.filter(|(reason, _)| small(reason)).flat_map(each).collect()
}
