//! Samples of how a mailbox is set up elsewhere: every answer that a server can give, with a stranger's markup in it.

use super::devices::{Devices, DevicesPublic, Guide};
use super::devices_check::Checked;
use super::devices_pop::{DevicesPop, PopSeen};
use super::import_account::{self, ImportAccount};
use super::import_account_show::{ImportAccountShow, row};
use super::sample_words::overview;
use super::samples::Studio;
use crate::account::{
    Checkup, FetchBy, Fetching, Finding, Job, JobState, Maildrop, Notice, Obstacle, Order, PopLook, Protocol, Remark,
    Source, Way, WayChecked,
};
use crate::config::Config;
use crate::mail::{MailboxName, Moment};
use crate::tls::{Certificate, Doubt, Seen};

const AT: Moment = Moment { seconds: 1_795_424_400, offset_minutes: 0 };

/// The pages.
pub(super) fn draw(studio: &mut Studio) {
    let config = "[login]\ndefault_domain = \"nordhafen.example\"\n[imap]\nhost = \"mail.nordhafen.example\"\n\
        [submission]\nhost = \"mail.nordhafen.example\"\n[client_setup]\npop3 = { host = \"mail.nordhafen.example\" }\n[fetch]\nhosts = [\"pop.example.net\"]\n";
    let config = Config::parse(config, &[]).unwrap();
    let guide = |studio: &Studio, asked: &str| Guide::new(asked, &config, &studio.urls, &studio.locale);
    let works = |protocol| checked(protocol, Finding::Works, Some(Seen { doubt: None, certificate: certificate(90) }));
    let doubted = |doubt| {
        let seen = Seen { doubt: Some(doubt), certificate: certificate(-3) };
        checked(Protocol::Imap, Finding::Doubted(doubt), Some(seen))
    };
    let plain = |finding| checked(Protocol::Pop3, finding, None);
    let all_findings = vec![
        checked(Protocol::Imap, Finding::Works, Some(Seen { doubt: None, certificate: certificate(1) })),
        doubted(Doubt::OtherName),
        doubted(Doubt::Expired),
        doubted(Doubt::NotYetValid),
        doubted(Doubt::SelfSigned),
        doubted(Doubt::UnknownIssuer),
        doubted(Doubt::Revoked),
        doubted(Doubt::Unfit),
        plain(Finding::NoSignIn),
        plain(Finding::NoAnswer),
        plain(Finding::TooSlow),
        plain(Finding::Closed),
        plain(Finding::Busy),
        plain(Finding::NoTls),
        plain(Finding::BrokenTls),
        plain(Finding::OtherProtocol),
        plain(Finding::Refused),
        plain(Finding::NoWayToSignIn),
        plain(Finding::InUse),
    ];
    for (name, found) in [
        ("devices", None),
        ("devices-work", Some([Protocol::Imap, Protocol::Submission, Protocol::Pop3].map(works).to_vec())),
        ("devices-fail", Some(all_findings)),
    ] {
        let found = found.map(|ways| Checkup { at: AT, ways });
        let checked = Checked::new(found.as_ref(), "token".to_owned(), &studio.urls, &studio.locale);
        let guide = guide(studio, "mara@nordhafen.example").with(checked, &config, &studio.urls);
        let (head, shell) = (studio.head("Phone and PC"), studio.shell("INBOX"));
        studio.draw(name, &Devices { head, shell, guide });
    }
    for (name, asked) in [("devices-public", ""), ("devices-refused", "mara@other.example\"><script>")] {
        let (head, guide) = (studio.head("Phone and PC"), guide(studio, asked));
        studio.draw(name, &DevicesPublic { head, guide, action: studio.urls.devices() });
    }
    let maildrop = |messages, is_named| Maildrop {
        messages,
        octets: 48_000_000,
        biggest: 9_000_000,
        oldest: Some(Moment { seconds: 1_560_000_000, offset_minutes: 0 }),
        is_named,
    };
    for (name, has_pop, outcome) in [
        ("devices-pop", true, None),
        ("devices-pop-none", false, None),
        ("devices-pop-seen", true, Some(Ok(maildrop(312, true)))),
        ("devices-pop-one", true, Some(Ok(maildrop(1, false)))),
        ("devices-pop-empty", true, Some(Ok(maildrop(0, true)))),
        ("devices-pop-refused", true, Some(Err(Finding::Refused))),
        ("devices-pop-in-use", true, Some(Err(Finding::InUse))),
    ] {
        let look = outcome.map(|outcome| PopLook { at: AT, host: "mail.nordhafen.example".into(), port: 995, outcome });
        let seen = PopSeen::new(has_pop, look.as_ref(), &overview(), &studio.urls, &studio.locale);
        let (head, shell) = (studio.head("Fetching by POP"), studio.shell("INBOX"));
        studio.draw(name, &DevicesPop { head, shell, seen });
    }
}

/// Mail from an account elsewhere, in each state.
pub(super) fn draw_imports(studio: &mut Studio) {
    let fetching = Fetching {
        from: Source {
            by: FetchBy::Pop3,
            host: "pop.example.net".into(),
            port: 995,
            starttls: false,
            user: "<b>ann</b>@example.net".into(),
        },
        folder: String::new(),
        into: MailboxName::new("Old <i>mail</i>").unwrap(),
        as_read: true,
        delete: true,
    };
    let remark = |notice| Remark { notice, about: "<u>Ferns</u>".into(), count: 3 };
    let job = |state| Job {
        id: "AAAAAAAAAAAAAAAAAAAAAA".parse().unwrap(),
        order: Order::Fetch(fetching.clone()),
        state,
        begun: AT.seconds,
        since: AT.seconds,
        done: 120,
        skipped: 0,
        total: 312,
        octets: 48_000_000,
        report: [Notice::TooLarge, Notice::GoneBefore, Notice::NotTheSame, Notice::Refused].map(remark).to_vec(),
        left_out: 0,
    };
    let states = [
        ("import-account-running", JobState::Running),
        ("import-account-stopped", JobState::Stopped),
        ("import-account-done", JobState::Done),
        ("import-account-full", JobState::Waiting(Obstacle::OverQuota)),
        ("import-account-waits", JobState::Waiting(Obstacle::NoSource)),
        ("import-account-no-folder", JobState::Waiting(Obstacle::NoFolder)),
        ("import-account-no-source-folder", JobState::Waiting(Obstacle::NoSourceFolder)),
        ("import-account-password", JobState::Waiting(Obstacle::NoSourcePassword)),
    ];
    for (name, state) in states {
        let knows = name != "import-account-password";
        let row = row(&job(state), knows, &studio.urls, &studio.locale);
        let (head, shell) = (studio.head("Bring mail"), studio.shell("INBOX"));
        studio.draw(name, &ImportAccountShow { head, shell, row, back: studio.urls.import_account() });
    }
    for (name, is_on) in [("import-account", true), ("import-account-off", false)] {
        let fetches = states.map(|(_, state)| row(&job(state), true, &studio.urls, &studio.locale)).into();
        let form = import_account::sample(is_on, &studio.locale);
        let (head, shell) = (studio.head("Bring mail"), studio.shell("INBOX"));
        studio.draw(name, &ImportAccount { head, shell, form, fetches });
    }
}

fn checked(protocol: Protocol, finding: Finding, seen: Option<Seen>) -> WayChecked {
    let way = Way {
        protocol,
        host: "mail.nordhafen.example".to_owned(),
        port: 993,
        starttls: false,
        user: "mara@nordhafen.example".to_owned(),
        ca_file: Some("/etc/ssl/company.pem".into()),
    };
    WayChecked { way, seen, greeting: "Harbour <b>ready</b>\u{202e}".to_owned(), finding }
}

/// One that holds for so many more days.
fn certificate(days: i64) -> Option<Certificate> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let not_after = i64::try_from(now).unwrap() + days * 86_400 + 3_600;
    Some(Certificate {
        names: ["mail", "imap", "smtp", "<b>", "pop"].map(|name| format!("{name}.nordhafen.example")).to_vec(),
        issuer: "Harbour <script>alert(1)</script> Authority".to_owned(),
        is_self_signed: days < 0,
        not_before: not_after - 90 * 86_400,
        not_after,
    })
}
