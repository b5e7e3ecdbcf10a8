//! How a mailbox is set up in other programs: what the page shows is what they sign in with, whoever asks.

use std::io::Write;
use std::process::{Command, Stdio};

use super::helpers::{
    Authority, NO_SUBMISSION, NOW, P_256, P_384, Page, PopServer, RSA, Submission, free_port, letter, mail_server,
    skip_on, spawn_app_with, verified,
};

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

/// Reads the squares of a QR code as ISO/IEC 18004 has it, versions 1 to 10 at level M: no error is corrected, since a page has none.
const READ_CODE: &str = r#"
import re, sys
width, path = int(sys.argv[1]), sys.stdin.read()
square = [[0] * width for _ in range(width)]
for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", path):
    square[int(y)][int(x)] = 1
version, last = (width - 17) // 4, width - 1
places = [(8, n) for n in (0, 1, 2, 3, 4, 5, 7, 8)] + [(n, 8) for n in (7, 5, 4, 3, 2, 1, 0)]
form = int("".join(str(square[y][x]) for y, x in places), 2) ^ 0b101010000010010
assert form >> 13 == 0, "not level M"
mask = [
    lambda y, x: (y + x) % 2, lambda y, x: y % 2, lambda y, x: x % 3, lambda y, x: (y + x) % 3,
    lambda y, x: (y // 2 + x // 3) % 2, lambda y, x: y * x % 2 + y * x % 3,
    lambda y, x: (y * x % 2 + y * x % 3) % 2, lambda y, x: ((y + x) % 2 + y * x % 3) % 2,
][form >> 10 & 7]
centres = {1: [], 7: [6, 22, 38], 8: [6, 24, 42], 9: [6, 26, 46], 10: [6, 28, 50]}.get(version, [6, last - 6])
corners = [(6, 6), (6, last - 6), (last - 6, 6)]
near = [(y, x) for y in centres for x in centres if (y, x) not in corners]
def is_data(y, x):
    if y == 6 or x == 6 or (y < 9 and x < 9) or (y < 9 and x > last - 8) or (y > last - 8 and x < 9):
        return False
    if version > 6 and (y < 6 and x > last - 11 or x < 6 and y > last - 11):
        return False
    return not any(abs(y - a) < 3 and abs(x - b) < 3 for a, b in near)
bits, up, right = [], True, last
while right > 0:
    right -= right == 6
    for y in range(last, -1, -1) if up else range(width):
        bits += [square[y][x] ^ (mask(y, x) == 0) for x in (right, right - 1) if is_data(y, x)]
    up, right = not up, right - 2
octets = [int("".join(str(int(bit)) for bit in bits[at:at + 8]), 2) for at in range(0, len(bits) - 7, 8)]
blocks = {1: [16], 2: [28], 3: [44], 4: [32] * 2, 5: [43] * 2, 6: [27] * 4, 7: [31] * 4, 8: [38] * 2 + [39] * 2,
          9: [36] * 3 + [37] * 2, 10: [43] * 4 + [44]}[version]
found, data = iter(octets), [[] for _ in blocks]
for row in range(max(blocks)):
    for block, size in zip(data, blocks):
        if row < size:
            block.append(next(found))
stream = "".join(f"{octet:08b}" for block in data for octet in block)
at, text = 0, b""
def take(count):
    global at
    at += count
    return int(stream[at - count:at], 2)
letters = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
while at + 4 <= len(stream) and (mode := take(4)):
    if mode == 4:
        text += bytes(take(8) for _ in range(take(8 if version < 10 else 16)))
    elif mode == 2:
        left = take(9 if version < 10 else 11)
        while left > 1:
            pair, left = take(11), left - 2
            text += bytes([letters[pair // 45], letters[pair % 45]])
        text += bytes([letters[take(6)]]) if left else b""
    else:
        assert mode == 1, mode
        left = take(10 if version < 10 else 12)
        while left:
            digits, left = min(left, 3), max(left - 3, 0)
            text += b"%0*d" % (digits, take({3: 10, 2: 7, 1: 4}[digits]))
print(text.decode())
"#;

#[tokio::test]
async fn the_code_for_a_phones_camera_leads_to_the_page_about_this_address() {
    skip_on!(Cyrus | Courier | Bare, "imap-alone");
    let app = spawn_app_with(&setup()).await;
    for address in ["a@fernpost.example", "somebody.with.a.long.name+and.more@fernpost.example"] {
        let page = app.visitor().open(&format!("/webmail/devices?address={}", address.replace('+', "%2B"))).await;
        let width = page.attributes("svg.qr", "viewBox").remove(0).rsplit(' ').next().unwrap().to_owned();
        let squares = page.attributes("svg.qr path", "d").remove(0);
        let read = python(READ_CODE, &[&width], squares.as_bytes());
        let there = read.trim().strip_prefix(&app.origin).unwrap_or_else(|| panic!("{read} is not at {}", app.origin));
        assert!(page.attributes("svg.qr", "aria-label")[0].contains(read.trim()), "{read}");
        let again = app.visitor().open(there).await;
        assert_eq!((again.status, again.texts("h1")), (200, page.texts("h1")));
        assert!(again.text().contains(address), "{}", again.text());
    }
}

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

/// The private server under the name that the operator has a file of authorities for.
fn as_we_reach_it() -> String {
    let (port, ca_file) = (mail_server().port("IMAPS_PORT"), mail_server().ca_file());
    format!("[imap]\nhost = \"localhost\"\nport = {port}\nca_file = \"{}\"\n", ca_file.display())
}

#[tokio::test]
async fn settings_that_work_are_said_to_work_with_their_certificate() {
    skip_on!(Cyrus | Courier | Bare, "imap-alone");
    let app = spawn_app_with(&(as_we_reach_it() + &setup())).await;
    let who = mail_server().person_at("ann", "fernpost.example");
    let ann = app.signed_in(who.clone()).await;
    let page = ann.open("/webmail/devices").await;
    assert_eq!(page.texts(".mark"), [""; 0], "nothing is said before it is known");
    let page = ann.send(&page.form("Try them now")).await;
    assert_eq!(page.texts(".server-card .mark"), ["Works"; 3]);
    let said = page.texts("#check").join(" ");
    for (name, port) in [("IMAP", "IMAPS_PORT"), ("SMTP", "SUBMISSION_PORT"), ("POP3", "POP3S_PORT")] {
        let sentence = format!("localhost answers on port {} and takes your password.", mail_server().port(port));
        assert!(said.contains(&sentence), "{name}: {said}");
    }
    let certificate =
        "Its certificate is for localhost, 127.0.0.1, ::1, issued by Fernpost development CA, and holds until";
    assert_eq!(said.matches(certificate).count(), 3, "{said}");
    assert!(said.contains("Devices that do not know Fernpost development CA will warn you"), "{said}");
    assert_eq!(said.matches("It calls itself “").count(), 3, "{said}");
    assert!(said.starts_with("Tried: Today, "), "{said}");
    assert!(page.offers("Try again") && !page.source().contains(&who.password));
    // and whoever is not signed in is told nothing of it, and can't ask
    let stranger = app.visitor();
    assert!(!stranger.open("/webmail/devices?address=ann@fernpost.example").await.offers("Try them now"));
}

#[tokio::test]
async fn what_is_wrong_with_a_setting_is_said_in_a_sentence_with_a_way_out() {
    skip_on!(Cyrus | Courier | Bare, "imap-alone");
    let (silent, port) = (free_port(), |name: &str| mail_server().port(name));
    let ways = |imap: String, pop3: String, submission: String, more: &str| {
        format!(
            "{}[login]\ndefault_domain = \"fernpost.example\"\n[client_setup]\n{more}imap = {{ {imap} }}\npop3 = {{ {pop3} }}\nsubmission = {{ {submission} }}\n{NO_SUBMISSION}",
            as_we_reach_it()
        )
    };
    let host = |host: &str, port: u16, tls: &str| format!("host = \"{host}\", port = {port}, tls = \"{tls}\"");
    for (keys, expected) in [
        (
            // nobody answers for the certificate where no file names its authority; nothing there; a port of another kind
            ways(
                host("127.0.0.1", port("IMAPS_PORT"), "implicit"),
                host("localhost", silent, "implicit"),
                host("localhost", port("SUBMISSION_PORT"), "implicit"),
                "",
            ),
            [
                format!(
                    "Nobody who is known answers for the certificate of 127.0.0.1 on port {}. Phones will warn you.",
                    port("IMAPS_PORT")
                ),
                format!("Nothing answers at localhost on port {silent}. Tell whoever runs this service"),
                format!(
                    "localhost on port {} offers no encryption of the kind that is set here.",
                    port("SUBMISSION_PORT")
                ),
            ],
        ),
        (
            // the wrong name; other protocols
            ways(
                host("localhost", port("IMAP_PORT"), "starttls"),
                host("localhost", port("IMAP_PORT"), "starttls"),
                host("localhost", port("POP3_PORT"), "starttls"),
                "user_name = \"local_part\"\n",
            ),
            [
                format!("localhost answers on port {} but does not take your password for ann-", port("IMAP_PORT")),
                format!("What answers at localhost on port {} is no POP3 server.", port("IMAP_PORT")),
                format!("What answers at localhost on port {} is no SMTP server.", port("POP3_PORT")),
            ],
        ),
    ] {
        let app = spawn_app_with(&keys).await;
        let who = mail_server().person_at("ann", "fernpost.example");
        let ann = app.signed_in(who.clone()).await;
        let page = ann.open("/webmail/devices").await;
        let page = ann.send(&page.form("Try them now")).await;
        assert_eq!(page.texts(".server-card .mark"), ["Does not work"; 3]);
        let said = page.texts("#check").join(" ");
        for sentence in expected {
            assert!(said.contains(&sentence), "{sentence:?} in {said}");
        }
        assert!(!page.source().contains(&who.password));
        // the session is as good as before: it was another server, or another name
        assert_eq!(ann.open("/webmail/mailbox/INBOX").await.status, 200);
    }
}

#[tokio::test]
async fn a_password_is_tried_once_however_often_somebody_asks() {
    let tls = mail_server().ca_file().parent().unwrap().to_owned();
    let pop = PopServer::under_tls(&[], &tls.join("cert.pem"), &tls.join("key.pem")).await;
    let pop = pop.saying("AUTH", "-ERR [AUTH] no\r\n");
    let submission = Submission::implicit().await;
    let keys = format!(
        "{}[login]\ndefault_domain = \"fernpost.example\"\n[client_setup]\nimap = {{ host = \"localhost\", port = 1 }}\n\
         pop3 = {{ host = \"LOCALHOST\", port = {} }}\nsubmission = {{ host = \"localhost\", port = {} }}\n",
        as_we_reach_it(),
        pop.port,
        submission.port
    );
    let app = spawn_app_with(&keys).await;
    let ann = app.signed_in(mail_server().person_at("ann", "fernpost.example")).await;
    let mut page = ann.open("/webmail/devices").await;
    for button in ["Try them now", "Try again", "Try again"] {
        page = ann.send(&page.form(button)).await;
    }
    let said = page.texts("#check").join(" ");
    assert!(
        said.contains(&format!("LOCALHOST answers on port {} but does not take your password for", pop.port)),
        "{said}"
    );
    assert_eq!(pop.heard().iter().filter(|line| line.starts_with("AUTH")).count(), 1);
    assert_eq!(submission.signed_in().len(), 1);
}

#[tokio::test]
async fn a_profile_is_signed_by_the_operators_certificate_and_holds_the_same() {
    let authority = Authority::new();
    for kind in [P_256, P_384, RSA] {
        let made = authority.issue("DNS:mail.harbour.example", kind, NOW);
        let signing =
            format!("sign_certificate = \"{}\"\nsign_key = \"{}\"\n", made.certificate.display(), made.key.display());
        let keys = "[login]\ndefault_domain = \"fernpost.example\"\n[client_setup]\nimap = { host = \"imap.fernpost.example\" }\n";
        let mut app = spawn_app_with(&(keys.to_owned() + &signing)).await;
        let visitor = app.visitor();
        let address = "/webmail/devices/mail.mobileconfig?address=ann%40fernpost.example";
        let signed = visitor.get(address).await;
        assert_eq!(signed.header("content-type"), Some("application/x-apple-aspen-config"));
        let content = verified(&signed.body, &authority.file());
        let program =
            "import plistlib, sys; print(plistlib.loads(sys.stdin.buffer.read())['PayloadContent'][0]['EmailAddress'])";
        assert_eq!(python(program, &[], &content).trim(), "ann@fernpost.example");
        // what is renewed counts at once; what is broken meanwhile costs the signature, and nobody their profile
        let renewed = authority.issue("DNS:other.harbour.example", kind, NOW);
        std::fs::copy(&renewed.certificate, &made.certificate).unwrap();
        std::fs::copy(&renewed.key, &made.key).unwrap();
        assert_eq!(verified(&visitor.get(address).await.body, &authority.file()), content);
        std::fs::write(&made.key, "nothing").unwrap();
        let unsigned = visitor.get(address).await;
        assert_eq!(
            (unsigned.header("content-type"), &unsigned.body[..]),
            (Some("application/x-apple-aspen-config; charset=utf-8"), &content[..])
        );
        app.replace_in_configuration(&signing, "").await;
        assert_eq!(&app.visitor().get(address).await.body[..], &content[..]);
    }
}

#[tokio::test]
async fn a_certificate_that_can_sign_nothing_is_told_before_anything_is_served() {
    let authority = Authority::new();
    let (one, other) = (authority.issue("DNS:x.example", P_256, NOW), authority.issue("DNS:x.example", P_256, NOW));
    for (certificate, key) in
        [(&one.certificate, &other.key), (&one.key, &one.key), (&one.certificate, &one.certificate)]
    {
        let keys = format!("sign_certificate = \"{}\"\nsign_key = \"{}\"\n", certificate.display(), key.display());
        let folder = tempfile::tempdir().unwrap();
        let text = super::helpers::configuration(
            folder.path(),
            "127.0.0.1:0",
            "127.0.0.1:0",
            &format!("[client_setup]\n{keys}"),
        );
        let config = fernpost::config::Config::parse(&text, &[]).unwrap();
        let told = fernpost::app::App::build(config).await.map(drop).unwrap_err().to_string();
        assert!(told.starts_with("client_setup.sign_certificate: "), "{told}");
    }
}

#[tokio::test]
async fn whoever_fetches_by_pop_sees_what_their_program_would_see() {
    skip_on!(Cyrus | Courier | Bare, "imap-alone");
    let app = spawn_app_with(&(as_we_reach_it() + &setup())).await;
    let who = mail_server().person_at("ann", "fernpost.example");
    let ann = app.signed_in(who.clone()).await.with_messages("INBOX", [letter("One"), letter("Two")]).await;
    let ann = ann.with_messages("Archive", [letter("Three")]).await;
    let page = ann.open("/webmail/devices").await;
    let page = ann.open(&page.link("More about POP")).await;
    assert_eq!(page.texts("h1"), ["Fetching by POP"]);
    assert_eq!(page.texts("#look li"), [""; 0], "nobody is signed in anywhere by looking at a page");
    let page = ann.send(&page.form("Look now")).await;
    let lines = page.texts("#look li");
    assert!(lines[0].starts_with("A POP program would see 2 messages, "), "{lines:?}");
    assert!(lines[0].ends_with(", of the inbox only."), "{lines:?}");
    assert!(lines[1].starts_with("The first of them is of 2 November 2026, the biggest has "), "{lines:?}");
    assert_eq!(lines[2], "That is exactly what is in your inbox here.");
    assert_eq!(lines[3], "One message in other folders, Sent and Drafts among them, is out of its sight.");
    assert!(lines[4].starts_with("Every message has a name that stays the same"), "{lines:?}");
    assert!(page.text().contains("Looked: Today, ") && !page.source().contains(&who.password));
    // and nothing was changed by it
    let seen = ann.mail().await.everything().await;
    assert!(seen["INBOX"].iter().all(|one| one.flags.is_empty()), "{seen:?}");
}

#[tokio::test]
async fn what_a_pop_server_refuses_or_lies_about_is_said_and_it_is_asked_once() {
    let tls = mail_server().ca_file().parent().unwrap().to_owned();
    let section = |pop: &PopServer| {
        format!(
            "[pop3]\nhost = \"localhost\"\nport = {}\nca_file = \"{}\"\n",
            pop.port,
            mail_server().ca_file().display()
        )
    };
    let pop = async || PopServer::under_tls(&["Subject: x\r\n\r\n"], &tls.join("cert.pem"), &tls.join("key.pem")).await;
    for (pop, expected) in [
        (pop().await.saying("AUTH", "-ERR [AUTH] no\r\n"), "localhost does not take your password for POP."),
        (
            pop().await.saying("AUTH", "-ERR [IN-USE] no\r\n"),
            "another program is fetching your mail at this moment. Try again when",
        ),
        (pop().await.saying("LIST", "+OK\r\n1 many\r\n.\r\n"), "is no POP3 server. Tell whoever runs this service"),
        (pop().await.saying("UIDL", "-ERR no\r\n"), "The server gives messages no lasting names"),
        (pop().await.saying("TOP", "-ERR no\r\n"), "A POP program would see one message, 14 bytes, of the inbox only."),
    ] {
        let app = spawn_app_with(&section(&pop)).await;
        let ann = app.person().await;
        let page = ann.open("/webmail/devices/pop").await;
        let page = ann.send(&page.form("Look now")).await;
        assert!(page.text().contains(expected), "{expected}: {}", page.text());
        ann.send(&page.form("Try again")).await;
        assert_eq!(pop.heard().iter().filter(|line| line.starts_with("AUTH")).count(), 1);
        assert!(pop.heard().iter().all(|line| !line.starts_with("DELE") && !line.starts_with("RETR")));
    }
    let app = spawn_app_with("").await;
    let page = app.person().await.open("/webmail/devices/pop").await;
    assert!(page.text().contains("This service has no POP.") && !page.offers("Look now"));
}
