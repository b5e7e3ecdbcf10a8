//! Messages as they are written: RFC 5322 headers, RFC 2045 parts, and everything that is found in their place.
//!
//! Pure functions from bytes to what a person should see. They never fail, never panic, and take bounded time and
//! memory for any input; what can't be understood is left as it is.

mod address_list;
mod address_token;
mod authentication;
mod authentication_results;
mod charset;
mod content_type;
mod date;
mod domain;
mod dos_code_page;
mod doubts;
mod encoded_word;
mod entity;
mod envelope;
mod file_name;
mod flowed;
mod header_field;
mod html_context;
mod parameter;
mod preview;
mod reading;
mod received;
mod structure;
mod text;
mod transfer;
mod unsubscribe;
mod usage;

pub use authentication::{Trust, authenticity};
pub use doubts::{doubts, looks, readable_domain};
pub use envelope::envelope;
pub use file_name::{file_name, message_file_name};
pub use header_field::headers;
pub use html_context::{inline_ids, plain_alternative, unused_pictures};
pub use preview::{preview, preview_of_html};
pub use reading::{Reading, Shown, has_attachments, reading};
pub use structure::{Parsed, structure};
pub use text::{html, text};
pub use transfer::{Decoder, decode, decoded_size};
pub use unsubscribe::unsubscribe;
