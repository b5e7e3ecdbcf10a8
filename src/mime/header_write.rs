//! Single fields, written outside of a whole message.

use mail_builder::headers::{Header as _, HeaderType};

/// Writes a field, folded; nothing where there is no value.
pub(super) fn write(out: &mut Vec<u8>, name: &str, value: Option<HeaderType<'_>>) {
    if let Some(value) = value {
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b": ");
        value.write_header(out, name.len() + 2);
    }
}
