//! How a mailbox is set up in other programs: what the page shows is what they sign in with, whoever asks.

use std::io::Write;
use std::process::{Command, Stdio};

use super::helpers::{Page, mail_server, skip_on, spawn_app_with};

/// The private server as other machines would reach it.
fn setup() -> String {
    let port = |name: &str| mail_server().port(name);
    format!(
        "[login]\ndefault_domain = \"fernpost.example\"\n[client_setup]\nname = \"Harbour <Mail>\"\n\
         imap = {{ host = \"localhost\", port = {} }}\npop3 = {{ host = \"localhost\", port = {} }}\n\
         submission = {{ host = \"localhost\", port = {}, tls = \"starttls\" }}\n",
        port("IMAPS_PORT"),
        port("POP3S_PORT"),
        port("SUBMISSION_PORT")
    )
}

/// Python reads `input` and does what `program` says; it fails unless all of that holds.
fn python(program: &str, arguments: &[&str], input: &[u8]) -> String {
    let mut child = Command::new("python3")
        .arg("-c")
        .arg(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

/// Server, port, security and user name of the card with this title.
fn card(page: &Page, title: &str) -> Vec<String> {
    let at = page.texts(".server-card h3").iter().position(|one| one == title).unwrap();
    page.texts(".server-card__value")[at * 4..at * 4 + 4].to_vec()
}

const SIGN_IN: &str = r#"
import imaplib, poplib, smtplib, ssl, sys
ca, secret = sys.argv[1], sys.stdin.read()
tls = ssl.create_default_context(cafile=ca)
imap, smtp, pop = (sys.argv[at:at + 4] for at in (2, 6, 10))
assert imap[2] == "SSL/TLS" and pop[2] == "SSL/TLS" and smtp[2] == "STARTTLS", sys.argv
with imaplib.IMAP4_SSL(imap[0], int(imap[1]), ssl_context=tls) as client:
    assert client.login(imap[3], secret)[0] == "OK"
client = poplib.POP3_SSL(pop[0], int(pop[1]), context=tls)
client.user(pop[3]); client.pass_(secret); client.quit()
with smtplib.SMTP(smtp[0], int(smtp[1])) as client:
    client.starttls(context=tls); client.login(smtp[3], secret)
print("signed in three times")
"#;

#[tokio::test]
async fn other_programs_sign_in_with_exactly_what_the_page_shows() {
    skip_on!(Cyrus | Courier | Bare, "imap-alone");
    let app = spawn_app_with(&setup()).await;
    let who = mail_server().person_at("ann", "fernpost.example");
    let ann = app.signed_in(who.clone()).await;
    let page = ann.open(&ann.open_mailbox("INBOX").await.link("Phone and PC")).await;
    assert_eq!(page.texts("h1"), ["Your mail on a phone or PC"]);
    assert!(!page.source().contains(&who.password));
    let ca = mail_server().ca_file();
    let mut arguments = vec![ca.to_str().unwrap().to_owned()];
    for title in ["IMAP, incoming", "SMTP, outgoing", "POP3, incoming"] {
        arguments.extend(card(&page, title));
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    assert_eq!(python(SIGN_IN, &arguments, who.password.as_bytes()).trim(), "signed in three times");
}

#[tokio::test]
async fn anybody_sees_the_settings_of_an_address_of_ours_and_of_no_other() {
    let app = spawn_app_with(
        "[login]\ndefault_domain = \"fernpost.example\"\n[client_setup]\nimap = { host = \"imap.fernpost.example\" }\n",
    )
    .await;
    let visitor = app.visitor();
    let page = visitor.open("/webmail/devices").await;
    assert_eq!(card(&page, "IMAP, incoming"), ["imap.fernpost.example", "993", "SSL/TLS", "your whole mail address"]);
    assert!(page.texts("a").iter().all(|text| text != "Apple profile"), "a profile is for an address");
    let page = visitor.submit(&page.form("Show settings").fill("address", "ann@fernpost.example")).await;
    assert_eq!(card(&page, "IMAP, incoming")[3], "ann@fernpost.example");
    assert!(page.text().contains("This service has no POP."));
    for wrong in ["ann@other.example", "a b@fernpost.example", "<script>alert(1)</script>@fernpost.example"] {
        let page = visitor.submit(&page.form("Show settings").fill("address", wrong)).await;
        assert_eq!(page.status, 422, "{wrong}");
        assert!(page.text().contains("That is no address of this service."), "{wrong}");
    }
}

#[tokio::test]
async fn thunderbird_finds_it_under_any_name_of_the_host() {
    skip_on!(Cyrus | Courier | Bare, "imap-alone");
    let app = spawn_app_with(&setup()).await;
    let client = reqwest::Client::new();
    let at = |path: &str| format!("{}{path}", app.origin);
    let program = r#"
import sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
assert root.tag == "clientConfig" and root.get("version") == "1.1"
provider = root.find("emailProvider")
assert provider.get("id") == "fernpost.example" and provider.findtext("domain") == "fernpost.example"
assert provider.findtext("displayName") == "Harbour <Mail>"
for server in [*provider.findall("incomingServer"), *provider.findall("outgoingServer")]:
    assert [one.tag for one in server] == ["hostname", "port", "socketType", "authentication", "username"]
    assert server.findtext("authentication") == "password-cleartext" and server.findtext("username") == "%EMAILADDRESS%"
    print(server.tag, server.get("type"), server.findtext("hostname"), server.findtext("port"), server.findtext("socketType"))
"#;
    let port = |name: &str| mail_server().port(name);
    let expected = format!(
        "incomingServer imap localhost {} SSL\nincomingServer pop3 localhost {} SSL\noutgoingServer smtp localhost {} STARTTLS",
        port("IMAPS_PORT"),
        port("POP3S_PORT"),
        port("SUBMISSION_PORT")
    );
    for (path, host) in [
        ("/mail/config-v1.1.xml?emailaddress=ann%40fernpost.example", "autoconfig.fernpost.example"),
        ("/mail/config-v1.1.xml", "autoconfig.fernpost.example"),
        ("/.well-known/autoconfig/mail/config-v1.1.xml", "fernpost.example"),
    ] {
        let answer = client.get(at(path)).header("host", host).send().await.unwrap();
        assert_eq!(
            (answer.status(), answer.headers()["content-type"].to_str().unwrap()),
            (reqwest::StatusCode::OK, "application/xml; charset=utf-8")
        );
        assert_eq!(python(program, &[], &answer.bytes().await.unwrap()).trim(), expected, "{path}");
    }
    let foreign = client.get(at("/mail/config-v1.1.xml?emailaddress=ann%40other.example")).send().await.unwrap();
    assert_eq!(foreign.status(), 404);
    // and nothing else of ours is at such a name (C-05)
    let page = client.get(at("/webmail/devices")).header("host", "autoconfig.fernpost.example").send().await.unwrap();
    assert_eq!(page.status(), 421);
}

#[tokio::test]
async fn outlook_asks_in_its_own_way_and_gets_an_error_of_its_own_kind() {
    skip_on!(Cyrus | Courier | Bare, "imap-alone");
    let app = spawn_app_with(&setup()).await;
    let client = reqwest::Client::new();
    let program = r#"
import sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
e = "{http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006}"
o = "{http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a}"
assert root.tag == e + "Autodiscover"
error = root.find(f"{e}Response/{e}Error")
if error is not None:
    print(error.findtext(e + "ErrorCode"))
    sys.exit()
account = root.find(f"{o}Response/{o}Account")
assert (account.findtext(o + "AccountType"), account.findtext(o + "Action")) == ("email", "settings")
print(*(protocol.findtext(o + name) for protocol in account.findall(o + "Protocol") for name in ("Type", "Server", "LoginName", "SSL", "Encryption")))
"#;
    let question = |address: &str| {
        format!(
            "<?xml version=\"1.0\"?><Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006\">\
             <Request><EMailAddress>{address}</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a\
             </AcceptableResponseSchema></Request></Autodiscover>"
        )
    };
    let bomb = format!("<!DOCTYPE a [<!ENTITY b \"{}\">]>{}", "x".repeat(1000), question("&b;&b;&b;"));
    let who = "ann@fernpost.example";
    for (path, body, expected) in [
        (
            "/autodiscover/autodiscover.xml",
            question(who),
            format!("IMAP localhost {who} on SSL POP3 localhost {who} on SSL SMTP localhost {who} off TLS"),
        ),
        ("/Autodiscover/Autodiscover.xml", question("ann@other.example"), "600".to_owned()),
        ("/autodiscover/autodiscover.xml", bomb, "600".to_owned()),
        ("/autodiscover/autodiscover.xml", "x".repeat(100_000), "600".to_owned()),
    ] {
        let url = format!("{}{path}", app.origin);
        let asked = client.post(url).header("host", "autodiscover.fernpost.example").header("content-type", "text/xml");
        let answer = asked.body(body).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(python(program, &[], &answer.bytes().await.unwrap()).trim(), expected);
    }
}

#[tokio::test]
async fn apples_profile_is_a_property_list_without_a_password() {
    skip_on!(Cyrus | Courier | Bare, "imap-alone");
    let app = spawn_app_with(&setup()).await;
    let who = mail_server().person_at("ann", "fernpost.example");
    let ann = app.signed_in(who.clone()).await;
    let page = ann.open("/webmail/devices").await;
    let program = r#"
import plistlib, sys, uuid
profile = plistlib.loads(sys.stdin.buffer.read())
assert profile["PayloadType"] == "Configuration" and profile["PayloadVersion"] == 1
[mail] = profile["PayloadContent"]
assert mail["PayloadType"] == "com.apple.mail.managed" and mail["EmailAddress"] == sys.argv[1]
for part in (profile, mail):
    uuid.UUID(part["PayloadUUID"]); assert part["PayloadIdentifier"] and part["PayloadDisplayName"] == "Harbour <Mail>"
for way in ("Incoming", "Outgoing"):
    assert mail[way + "MailServerHostName"] == "localhost" and mail[way + "MailServerUseSSL"] is True
    assert mail[way + "MailServerUsername"] == sys.argv[1] and mail[way + "MailServerAuthentication"] == "EmailAuthPassword"
assert mail["OutgoingPasswordSameAsIncomingPassword"] is True
assert not [key for key in mail if key.endswith("Password") and key != "OutgoingPasswordSameAsIncomingPassword"]
print(mail["EmailAccountType"], mail["IncomingMailServerPortNumber"], mail["OutgoingMailServerPortNumber"])
"#;
    let port = |name: &str| mail_server().port(name);
    for (url, kind, incoming) in [
        (page.link("Apple profile"), "EmailTypeIMAP", "IMAPS_PORT"),
        (format!("{}&pop=1", page.link("Apple profile")), "EmailTypePOP", "POP3S_PORT"),
    ] {
        let profile = ann.get(&url).await;
        assert_eq!(profile.header("content-type"), Some("application/x-apple-aspen-config; charset=utf-8"));
        let said = python(program, &[&who.user], &profile.body);
        assert_eq!(said.trim(), format!("{kind} {} {}", port(incoming), port("SUBMISSION_PORT")));
        assert_eq!(ann.get(&url).await.body, profile.body, "the same each time: it takes the place of the one before");
    }
}
