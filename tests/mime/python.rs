//! Python's `email`, which shares no line with us: `written.py` holds messages against what must be in them.

use std::io::Write as _;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use fernpost::mail::{Address, Draft, MessageId};
use fernpost::mime;
use serde_json::{Value, json};

/// What must be found in it.
pub(crate) fn expected(draft: &Draft, files: &[Bytes]) -> Value {
    let people = |list: &[Address]| -> Vec<Value> {
        let ascii = |addr: &str| mime::wire_address(addr).expect("an address");
        list.iter().map(|one| json!([one.name, ascii(&one.addr)])).collect()
    };
    let ids = |list: &[MessageId]| list.iter().map(|id| format!("<{id}>")).collect::<Vec<_>>().join(" ");
    let files: Vec<Value> = draft
        .attachments
        .iter()
        .zip(files)
        .map(|(attachment, file)| {
            json!({ "name": attachment.name, "type": attachment.media_type, "id": attachment.content_id, "octets": STANDARD.encode(file) })
        })
        .collect();
    json!({
        "From": people(std::slice::from_ref(&draft.from)), "Reply-To": people(&draft.reply_to), "To": people(&draft.to),
        "Cc": people(&draft.cc), "Bcc": people(&draft.bcc), "Subject": draft.subject, "Organization": draft.organisation,
        "Message-ID": format!("<{}>", draft.message_id), "In-Reply-To": ids(&draft.in_reply_to), "References": ids(&draft.references),
        "date": draft.date.seconds, "offset": draft.date.offset_minutes, "text": draft.text, "html": draft.html, "files": files,
    })
}

/// Has Python read messages, as they are or came, and compare each with what [`expected`] says.
pub(crate) fn assert_read_by_python(messages: &[(Vec<u8>, Value)]) {
    let case =
        |(message, expected): &(Vec<u8>, Value)| json!({ "message": STANDARD.encode(message), "expected": expected });
    let cases: Vec<Value> = messages.iter().map(case).collect();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mime/written.py");
    let mut python =
        Command::new("python3").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python3 runs");
    let mut input = python.stdin.take().expect("a pipe");
    input.write_all(&serde_json::to_vec(&cases).expect("JSON")).expect("Python reads");
    drop(input);
    let output = python.wait_with_output().expect("Python ends");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.trim() == format!("{} messages are right", cases.len()), "{said}");
}
