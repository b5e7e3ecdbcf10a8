use std::path::Path;

use super::*;
use crate::config::Addresses;
use crate::tls::Tls;

const LEAST: &str = "[imap]\nhost = \"imap.example.org\"\n";

fn error(text: &str) -> String {
    Config::parse(text, &[]).unwrap_err().to_string()
}

#[test]
fn a_host_is_enough() {
    let config = Config::parse(LEAST, &[]).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.base_path, "/webmail");
    let imap = config.imap.unwrap();
    assert_eq!((imap.at.port, imap.at.tls, imap.max_connections_per_user), (993, Tls::Implicit, 4));
    assert_eq!(config.session.idle, Duration::from_secs(1800));
}

#[test]
fn every_key_of_the_manual_is_known() {
    let config = Config::parse(
        r#"
        listen = "127.0.0.1:8080"
        base_path = "/webmail/"
        public_url = "https://mail.example.org"
        trusted_proxies = ["127.0.0.1", "::1", "10.0.0.0/8"]
        admin_listen = "127.0.0.1:9090"
        database_url = "sqlite:fernpost.db"
        secret_file = "fernpost.secret"
        uploads_folder = "/var/lib/fernpost/uploads"
        log = "debug"
        time_zone = "Europe/Berlin"
        workers = 2
        [imap]
        host = "imap.example.org"
        port = 143
        tls = "starttls"
        disabled_capabilities = ["preview"]
        max_connections_per_user = 2
        command_seconds = 10
        [submission]
        host = "smtp.example.org"
        files_sent = true
        [sieve]
        host = "sieve.example.org"
        [login]
        default_domain = "Example.org"
        [session]
        idle_minutes = 10
        absolute_hours = 8
        remember_days = 30
        [limits]
        actions_per_second = 0
        actions_burst = 5
        upload_megabytes = 50
        [compose]
        message_megabytes = 10
        [authentication]
        trusted = ["mx.example.org"]
        hosts = ["imap.example.org", "10.0.0.7", "*.internal"]
        [client_setup]
        name = "Example Mail"
        user_name = "address"
        imap = { host = "imap.example.org", port = 993, tls = "implicit" }
        pop3 = { host = "pop.example.org", port = 995, tls = "implicit" }
        submission = { host = "smtp.example.org", port = 465, tls = "implicit" }
        [remote]
        enabled = false
        allow = ["10.1.0.0/16", "fd00::/8", "127.0.0.1:8081", "[::1]:8081"]
        [identities]
        addresses = "domain"
        aliases = { "Ann@example.org" = ["office@example.org", "büro@bücher.example"] }
        [[domain]]
        name = "Other.example"
        [domain.identities]
        addresses = "any"
        [domain.authentication]
        trusted = []
        [domain.imap]
        host = "localhost"
        tls = "none"
        "#,
        &[],
    )
    .unwrap();
    assert_eq!(config.base_path, "/webmail");
    let imap = config.imap.unwrap();
    assert_eq!((imap.at.disabled_capabilities, imap.command), (vec!["PREVIEW".to_owned()], Duration::from_secs(10)));
    assert_eq!(config.uploads_folder, Path::new("/var/lib/fernpost/uploads"));
    assert_eq!((config.limits.uploads, config.compose.message), (50_000_000, 10_000_000));
    let submission = config.submission.unwrap();
    assert_eq!((submission.at.port, submission.files_sent), (465, true));
    assert_eq!(config.sieve.unwrap().at.tls, Tls::Starttls);
    assert_eq!(config.login.default_domain.unwrap(), "example.org");
    assert_eq!((config.authentication.trusted.len(), config.authentication.hosts.len()), (1, 3));
    assert_eq!(config.domains[0].authentication, Some(Authentication::default()));
    assert!(!config.remote.enabled && config.remote.allow.len() == 4);
    assert_eq!(config.identities.addresses, Addresses::Domain);
    assert_eq!(config.identities.aliases["ann@example.org"].len(), 2);
    assert_eq!(config.domains[0].identities.as_ref().unwrap().addresses, Addresses::Any);
    assert_eq!(config.domains[0].name, "other.example");
    assert_eq!(config.domains[0].imap.as_ref().unwrap().at.tls, Tls::None);
}

#[test]
fn each_mistake_is_one_line_that_names_its_key() {
    // R-55
    for (text, expected) in [
        ("", "imap.host: is missing"),
        ("[imap]\nport = 993", "imap.host: is missing"),
        ("[imap]\nhost = \"a b\"", "imap.host: must be a host name"),
        ("[imap]\nhost = \"x\"\nprot = 1", "imap.prot: there is no such key"),
        ("[imap]\nhost = \"x\"\nport = \"993\"", "imap.port: invalid type: string \"993\", expected u16"),
        ("[imap]\nhost = \"x\"\nport = 70000", "imap.port: invalid value"),
        ("[imap]\nhost = \"x\"\nfiles_sent = true", "imap.files_sent: there is no such key"),
        ("[imap]\nhost = \"x\"\nport = 0", "imap.port: must be from 1"),
        ("[imap]\nhost = \"x\"\ntls = \"ssl\"", "imap.tls: must be implicit, starttls or none"),
        ("[imap]\nhost = \"x\"\ntls = \"none\"", "imap.tls: none is for loopback hosts only"),
        ("[imap]\nhost = \"x\"\nca_file = \"/nowhere.pem\"", "imap.ca_file: /nowhere.pem: "),
        ("[imap]\nhost = \"x\"\ncommand_seconds = 0", "imap.command_seconds: must be from 1 to 600"),
        ("base_pth = \"/x\"", "base_pth: there is no such key"),
        ("base_path = \"webmail\"", "base_path: must be / or a path like /webmail"),
        ("base_path = \"/a/../b\"", "base_path: must be"),
        ("listen = \"8080\"", "listen: must be an address with a port"),
        ("listen = \"0.0.0.0:8080\"", "public_url: is needed"),
        ("public_url = \"mail.example.org\"", "public_url: must be an origin"),
        ("public_url = \"https://mail.example.org/webmail\"", "public_url: must be an origin"),
        ("trusted_proxies = [\"proxy\"]", "trusted_proxies: \"proxy\" is no address"),
        ("time_zone = \"Mars/North\"", "time_zone: \"Mars/North\" is no IANA time zone"),
        ("database_url = \"postgres://x/y\"", "database_url: PostgreSQL is not in this version"),
        ("database_url = \"mysql:x\"", "database_url: must begin with sqlite:"),
        ("workers = 0", "workers: must be at least 1"),
        ("[compose]\nmessage_megabytes = 0", "compose.message_megabytes: must be at least 1"),
        ("[session]\nidle_minutes = 0", "session.idle_minutes: must be from 1"),
        ("[login]\ndefault_domain = \"a@b\"", "login.default_domain: must be a domain"),
        ("[authentication]\ntrusted = [\"a b\"]", "authentication.trusted: \"a b\" is no name"),
        ("[authentication]\nhosts = [\"*\"]", "authentication.hosts: \"*\" is no name"),
        ("[remote]\nallow = [\"intranet\"]", "remote.allow: \"intranet\" is no address"),
        ("[identities]\naddresses = \"all\"", "identities.addresses: must be own, domain or any"),
        ("[identities.aliases]\n\"a@x.org\" = [\"b\"]", "identities.aliases: \"b\" is no address"),
        ("[identities]\nalias = 1", "identities.alias: there is no such key"),
        ("[[domain]]\nname = \"x.org\"", "imap.host: is missing, and x.org has none"),
        ("listen = \n", "line 1: "),
    ] {
        let text = if text.contains("imap") || text.contains("domain]]") || text.is_empty() {
            text.to_owned()
        } else {
            format!("{text}\n{LEAST}")
        };
        let said = error(&text);
        assert!(said.starts_with(expected), "{text:?} gave {said:?}");
        assert!(!said.contains('\n'), "{said:?}");
    }
}

#[test]
fn the_environment_wins_over_the_file() {
    let environment = [
        ("FERNPOST_IMAP__HOST", "other.example.org"),
        ("FERNPOST_IMAP__PORT", "1993"),
        ("FERNPOST_TRUSTED_PROXIES", "10.0.0.1, 10.0.1.0/24"),
        ("FERNPOST_SESSION__IDLE_MINUTES", "5"),
        ("FERNPOST_REMOTE__ENABLED", "false"),
        ("FERNPOST_REMOTE__ALLOW", "10.1.0.0/16"),
        ("FERNPOST_CONFIG", "ignored.toml"),
        ("HOME", "/root"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let config = Config::parse(LEAST, &environment).unwrap();
    let imap = config.imap.unwrap();
    assert_eq!((imap.at.host.as_str(), imap.at.port), ("other.example.org", 1993));
    assert_eq!(config.trusted_proxies.len(), 2);
    assert_eq!(config.session.idle, Duration::from_secs(300));
    assert_eq!((config.remote.enabled, config.remote.allow.len()), (false, 1));
}

#[test]
fn a_wrong_variable_is_named() {
    let wrong =
        |name: &str, value: &str| Config::parse(LEAST, &[(name.to_owned(), value.to_owned())]).unwrap_err().to_string();
    assert_eq!(wrong("FERNPOST_IMAP__PORT", "x"), "FERNPOST_IMAP__PORT: must be a number");
    assert_eq!(wrong("FERNPOST_IMAP__PROT", "x"), "imap.prot: there is no such key");
}
