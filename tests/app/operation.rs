//! The program in its operator's hands: security.md 5, "Operation".

use std::io::Write;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use super::helpers::{
    NO_SUBMISSION, Program, Scripted, Visitor, configuration, differs_on, fernpost, free_port, letter, mail_server,
    spawn_app, spawn_app_with,
};

#[test]
fn a_mistake_in_the_configuration_is_one_line_and_nothing_is_bound() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fernpost.toml");
    for (text, line) in [
        ("[imap]\nprot = 1\nhost = \"x\"\n", "fernpost: imap.prot: there is no such key\n"),
        (
            "[imap]\nhost = \"imap.example.org\"\ntls = \"none\"\n",
            "fernpost: imap.tls: none is for loopback hosts only: ",
        ),
        ("base_path = \"x\"\n[imap]\nhost = \"x\"\n", "fernpost: base_path: must be / or a path"),
        ("", "fernpost: imap.host: is missing\n"),
    ] {
        std::fs::write(&path, text).unwrap();
        for command in ["serve", "check", "healthz"] {
            let output = Program::run(&[command], &path);
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{command}: {said}");
            assert!(said.starts_with(line), "{command}: {said}");
            assert_eq!(said.lines().count(), 1, "{said}");
            assert!(output.stdout.is_empty());
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "a file was made");
    }
}

#[test]
fn a_missing_file_is_named() {
    let output = Program::run(&["serve"], std::path::Path::new("/nowhere/fernpost.toml"));
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("fernpost: /nowhere/fernpost.toml: "));
    let output = fernpost().arg("check").env("FERNPOST_CONFIG", "/nowhere/else.toml").output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("fernpost: /nowhere/else.toml: "));
}

#[test]
fn the_environment_alone_is_enough() {
    let server = mail_server();
    let folder = tempfile::tempdir().unwrap();
    let mut command = fernpost();
    command.arg("check").current_dir(folder.path());
    command.env("FERNPOST_IMAP__HOST", "127.0.0.1").env("FERNPOST_IMAP__TLS", "none");
    command.env("FERNPOST_IMAP__PORT", server.setting("IMAP_PORT"));
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn check_says_what_each_server_offers() {
    let server = mail_server();
    let (ca_file, folder) = (server.ca_file(), tempfile::tempdir().unwrap());
    let section = |name: &str, port: &str, tls: &str| {
        let (port, ca_file) = (server.port(port), ca_file.display());
        format!("[{name}]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"{tls}\"\nca_file = \"{ca_file}\"\n")
    };
    let mut keys = section("imap", "IMAPS_PORT", "implicit");
    let mut expected = vec![
        "imap: 127.0.0.1:",
        "answers; its certificate is for localhost, 127.0.0.1, ::1, by Fernpost development CA, until 20",
        "(before sign-in;",
        "domain other.example: imap: 127.0.0.1:",
        "The configuration holds.",
    ];
    if !differs_on!(Cyrus | Courier | Bare, "imap-only") {
        keys += &(section("submission", "SUBMISSION_PORT", "starttls") + &section("sieve", "SIEVE_PORT", "starttls"));
        keys += &section("pop3", "POP3_PORT", "starttls");
        expected.extend([
            "submission: 127.0.0.1:",
            "AUTH PLAIN",
            "sieve: 127.0.0.1:",
            "NOTIFY",
            "pop3: 127.0.0.1:",
            "UIDL",
        ]);
    }
    keys += &("[[domain]]\nname = \"other.example\"\n".to_owned() + &section("domain.imap", "IMAP_PORT", "starttls"));
    let output = check(folder.path(), &keys);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    for words in expected {
        assert!(said.contains(words), "{words:?} in {said}");
    }
}

/// What an operator copies into the DNS (RFC 6186, RFC 8314, and what Thunderbird and Outlook ask for).
#[test]
fn check_prints_the_records_by_which_mail_programs_set_themselves_up() {
    let folder = tempfile::tempdir().unwrap();
    let server = mail_server();
    let (port, ca_file) = (server.port("IMAPS_PORT"), server.ca_file());
    let imap = format!("host = \"127.0.0.1\"\nport = {port}\nca_file = \"{}\"\n", ca_file.display());
    let own = "imap = { host = \"imap.b.example\", port = 143, tls = \"starttls\" }\n\
               submission = { host = \"smtp.b.example\", port = 465 }\n";
    let keys = format!(
        "public_url = \"https://mail.a.example\"\n[imap]\n{imap}{NO_SUBMISSION}[login]\ndefault_domain = \"a.example\"\n\
         [client_setup]\nimap = {{ host = \"imap.a.example\", port = 993 }}\npop3 = {{ host = \"pop.a.example\", port = 995 }}\n\
         submission = {{ host = \"smtp.a.example\", port = 587, tls = \"starttls\" }}\n\
         [[domain]]\nname = \"b.example\"\n[domain.imap]\n{imap}[domain.client_setup]\n{own}"
    );
    let output = check(folder.path(), &keys);
    let said = String::from_utf8_lossy(&output.stdout);
    let records = said.split("DNS records by which mail programs set themselves up:\n").nth(1);
    let records: Vec<&str> = records.unwrap_or_default().lines().map_while(|line| line.strip_prefix("  ")).collect();
    let expected = [
        "_imaps._tcp.a.example. SRV 0 1 993 imap.a.example.",
        "_pop3s._tcp.a.example. SRV 0 1 995 pop.a.example.",
        "_submission._tcp.a.example. SRV 0 1 587 smtp.a.example.",
        "_autodiscover._tcp.a.example. SRV 0 1 443 mail.a.example.",
        "autoconfig.a.example. CNAME mail.a.example.",
        "autodiscover.a.example. CNAME mail.a.example.",
        "_imap._tcp.b.example. SRV 0 1 143 imap.b.example.",
    ];
    assert_eq!(
        records.get(..expected.len()),
        Some(&expected[..]),
        "{said} {}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(records.contains(&"_submissions._tcp.b.example. SRV 0 1 465 smtp.b.example."), "{records:?}");
    assert!(!check(folder.path(), "").stdout.windows(4).any(|words| words == b" SRV"), "nobody said where this is");
}

/// The table of `docs/servers.md` is what `fernpost check` finds; and each capability that is missing has its price.
#[test]
fn check_signs_in_and_names_what_each_missing_capability_costs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fernpost.toml");
    std::fs::write(&path, configuration(folder.path(), "127.0.0.1:0", "127.0.0.1:0", NO_SUBMISSION)).unwrap();
    let ann = mail_server().person("ann");
    let check_with = |password: &str| {
        let mut child = fernpost()
            .args(["check", "--user", &ann.user, "--config"])
            .arg(&path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(format!("{password}\n").as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let output = check_with(&ann.password);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let documented = include_str!("../../docs/servers.md");
    let column = 2 + mail_server().kind() as usize;
    let mut found = 0;
    for line in said.lines().filter(|line| line.starts_with("  ")) {
        let (here, capability) = (line[2..6].trim(), line[6..].split_whitespace().next().unwrap());
        let row = documented.lines().find(|row| row.starts_with(&format!("| `{capability}` |")));
        let row = row.unwrap_or_else(|| panic!("{capability} is not in docs/servers.md"));
        assert_eq!(row.split('|').nth(column).unwrap().trim(), here, "{capability} in docs/servers.md");
        assert_eq!(line.contains(" costs: "), here == "no", "{line}");
        found += 1;
    }
    assert!(found >= 12, "{said}");
    let output = check_with("not the password");
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.ends_with(": refuses this name and password\n") && said.lines().count() == 1, "{said}");
}

#[tokio::test]
async fn check_says_one_line_for_each_problem() {
    let silent = free_port();
    let clear = Scripted::greeting("* OK [CAPABILITY IMAP4rev1] ready\r\n").await.port;
    let odd = Scripted::greeting("HTTP/1.1 400 Bad Request\r\n").await.port;
    let keys = format!(
        "[imap]\nhost = \"127.0.0.1\"\nport = {clear}\ntls = \"starttls\"\n\
         [submission]\nhost = \"127.0.0.1\"\nport = {silent}\ntls = \"none\"\n\
         [sieve]\nhost = \"127.0.0.1\"\nport = {odd}\ntls = \"none\"\n"
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    let output = tokio::task::spawn_blocking(move || check(&path, &keys)).await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 3, "{said}");
    assert!(lines[0].starts_with(&format!("fernpost: imap: 127.0.0.1:{clear}: the connection is not safe")), "{said}");
    assert!(lines[1].starts_with(&format!("fernpost: submission: 127.0.0.1:{silent}: cannot connect")), "{said}");
    assert_eq!(lines[2], format!("fernpost: sieve: 127.0.0.1:{odd}: does not answer as a ManageSieve server does"));
}

#[tokio::test]
async fn health_asks_no_mail_server() {
    let app = spawn_app_with(&format!("[imap]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n", free_port())).await;
    let admin = Visitor::new(&format!("http://127.0.0.1:{}", app.admin_port));
    for (path, words) in [("/healthz", "ok"), ("/readyz", "ready"), ("/metrics", "fernpost_build_info")] {
        let page = admin.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.source().contains(words), "{path}");
    }
    assert_eq!(app.visitor().get("/webmail/healthz").await.status, 404);
    assert_eq!(app.visitor().get("/metrics").await.status, 404);
}

#[tokio::test]
async fn metrics_name_routes_and_nobody() {
    let app = spawn_app().await;
    let ann = app.person().await;
    ann.open("/webmail/").await;
    ann.get("/webmail/mailbox/Some~20Folder?q=canary-word").await;
    let metrics = Visitor::new(&format!("http://127.0.0.1:{}", app.admin_port)).get("/metrics").await.source();
    assert!(metrics.contains("route=\"/webmail/mailbox/{mailbox}\",status=\"200\""), "{metrics}");
    assert!(metrics.contains("fernpost_sessions 1\n") && metrics.contains("fernpost_people 1\n"), "{metrics}");
    let named = ["ann", "Some", "canary", &ann.who.password];
    assert!(!named.iter().any(|word| metrics.contains(word)), "{metrics}"); // S-10
}

#[tokio::test]
async fn metrics_count_open_streams_and_what_is_remembered_of_mail() {
    let app = spawn_app().await;
    let ann = app.person().await.with_messages("INBOX", [letter("One"), letter("Two")]).await;
    let admin = Visitor::new(&format!("http://127.0.0.1:{}", app.admin_port));
    let gauge = async |name: &str| -> usize {
        let metrics = admin.get("/metrics").await.source();
        metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok()).expect("a number")
    };
    assert_eq!(gauge("fernpost_remembered_octets").await, 0, "nothing was read yet");
    ann.open_mailbox("INBOX").await;
    let remembered = gauge("fernpost_remembered_octets").await;
    assert!((400..20_000).contains(&remembered), "two short messages: {remembered}");

    assert_eq!(gauge("fernpost_event_streams").await, 0);
    let mut stream = ann.follow_pages(&["mailbox/INBOX"]).await;
    stream.until("the list", |event| event.name == "page").await;
    assert_eq!(gauge("fernpost_event_streams").await, 1);
    drop(stream);
    let since = Instant::now();
    while gauge("fernpost_event_streams").await > 0 {
        assert!(since.elapsed() < Duration::from_secs(20), "a browser that went away still counts");
    }
}

#[tokio::test]
async fn the_log_knows_no_secrets_and_no_mail() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fernpost.toml");
    let (port, admin) = (free_port(), free_port());
    let text = configuration(folder.path(), &format!("127.0.0.1:{port}"), &format!("127.0.0.1:{admin}"), "");
    std::fs::write(&path, text).unwrap();
    let program = Program::serve(&path, "trace", port);
    let ann = mail_server().person("ann");
    let visitor = Visitor::new(&format!("http://127.0.0.1:{port}"));
    assert_eq!(visitor.sign_in(&ann.user, "canary of a wrong password").await.status, 401);
    assert_eq!(visitor.sign_in(&ann.user, &ann.password).await.status, 303);
    let mut mail = super::helpers::MailClient::sign_in(mail_server(), &ann).await;
    let uid = mail.append("INBOX", "", super::helpers::letter("canary subject").as_bytes()).await;
    let uid_validity = mail.select("INBOX").await;
    assert_eq!(visitor.open("/webmail/").await.rows().len(), 1);
    visitor.get(&format!("/webmail/message/INBOX/{uid_validity}/{uid}")).await;
    visitor.get("/webmail/mailbox/INBOX?q=canary-search").await;
    let cookies = visitor.cookies();
    assert!(Program::run(&["healthz"], &path).status.success());
    let (code, log) = tokio::task::spawn_blocking(|| program.terminate()).await.unwrap();
    assert_eq!(code, Some(0));
    assert!(log.contains("fernpost::access") && log.contains("TRACE"), "the log is not at TRACE: {log}");
    let mut secrets = vec![ann.user, ann.password, "canary".to_owned()];
    secrets.extend(cookies.iter().map(|cookie| cookie.split_once('=').unwrap().1.to_owned()));
    for secret in secrets {
        let line = log.lines().find(|line| line.contains(&secret));
        assert!(line.is_none(), "{secret:?} in {line:?}"); // S-08
    }
}

#[tokio::test]
async fn a_program_that_is_told_to_stop_finishes_what_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fernpost.toml");
    let (port, admin) = (free_port(), free_port());
    let text = configuration(folder.path(), &format!("127.0.0.1:{port}"), &format!("127.0.0.1:{admin}"), "");
    std::fs::write(&path, text).unwrap();
    let program = Program::serve(&path, "info", port);
    let ann = mail_server().person("ann");
    let visitor = Visitor::new(&format!("http://127.0.0.1:{port}"));
    let form = visitor.sign_in_form(&ann.user, "wrong, so it takes its half second").await;
    let running = tokio::spawn(async move { visitor.submit(&form).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let (code, _) = tokio::task::spawn_blocking(|| program.terminate()).await.unwrap();
    assert_eq!(code, Some(0));
    assert_eq!(running.await.unwrap().status, 401);
    assert!(!Program::run(&["healthz"], &path).status.success());
}

fn check(folder: &std::path::Path, keys: &str) -> Output {
    let path = folder.join("fernpost.toml");
    std::fs::write(&path, configuration(folder, "127.0.0.1:0", "127.0.0.1:0", keys)).unwrap();
    Program::run(&["check"], &path)
}
