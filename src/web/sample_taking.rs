//! Taking mail along and bringing it in, for `samples`.

use super::export_show::{About, ExportShow};
use super::import::{Filled, ImportShow};
use super::samples::{Studio, name, overview};
use crate::account::{Asked, Export, Filter, Weight};
use crate::mail::{Selection, UidSet, UidValidity};

fn export(mailbox: &str, uids: &str) -> Export {
    let uid_validity = UidValidity::new(7).unwrap();
    let uids = UidSet::parse(uids).unwrap();
    Export { selections: vec![Selection { mailbox: name(mailbox), uid_validity, uids }] }
}

/// Draws them.
pub(super) fn draw(studio: &mut Studio) {
    let overview = overview();
    let folder = name("Clients");
    let all = About {
        export: &export("Clients", "1:12840"),
        weight: Weight { octets: 3_412_000_000, is_exact: false },
        mailbox: Some(&folder),
        folder: Some("Clients".to_owned()),
        asked: None,
    };
    let page = ExportShow::new(studio.shell("Clients"), &all, &overview, &studio.locale, &studio.urls);
    studio.draw("export_show", &page);
    let asked = Asked { filter: Filter::Unread, query: "Hafenmuseum plans".to_owned(), ..Asked::default() };
    let found = About { export: &export("Clients", "3,9"), asked: Some(&asked), ..all };
    let page = ExportShow::new(studio.shell("Clients"), &found, &overview, &studio.locale, &studio.urls);
    studio.draw("export_show_found", &page);
    let chosen = About {
        export: &export("INBOX", "3,9"),
        weight: Weight { octets: 34_120, is_exact: true },
        mailbox: None,
        folder: None,
        asked: None,
    };
    let page = ExportShow::new(studio.shell("INBOX"), &chosen, &overview, &studio.locale, &studio.urls);
    studio.draw("export_show_chosen", &page);
    let mut filled = Filled { into: name("Family"), skips: true, problem: String::new(), limit: 1_000_000_000 };
    let page = ImportShow::new(studio.shell("Family"), &filled, &overview, &studio.locale, &studio.urls);
    studio.draw("import_show", &page);
    filled.problem = studio.locale.text("import-no-file").to_owned();
    let page = ImportShow::new(studio.shell("Family"), &filled, &overview, &studio.locale, &studio.urls);
    studio.draw("import_show_problem", &page);
}
