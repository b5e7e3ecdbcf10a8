//! The first visit in Chromium: what is asked for, how much comes, when the first row stands.

use std::process::Command;

/// What was counted; sign-in is done before, in the same browser, with its cache emptied.
pub struct Visit {
    pub requests: u32,
    pub kilobytes: f64,
    pub first_row_ms: f64,
}

/// Runs `tests/browser/first_visit.mjs`; `None`, with a line that says so, where Node.js or Chromium is missing.
pub fn first_visit(port: u16, user: &str, password: &str) -> Option<Visit> {
    let output = Command::new("node")
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser"))
        .args(["first_visit.mjs", &format!("http://127.0.0.1:{port}/webmail"), user, password])
        .output()
        .ok()?;
    if !output.status.success() {
        eprintln!("no first visit: {}", String::from_utf8_lossy(&output.stderr));
        return None;
    }
    let text = String::from_utf8(output.stdout).ok()?;
    let mut numbers = text.split_whitespace().map(str::parse::<f64>);
    let (requests, bytes, first_row_ms) = (numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    Some(Visit { requests: requests as u32, kilobytes: bytes / 1000.0, first_row_ms })
}
