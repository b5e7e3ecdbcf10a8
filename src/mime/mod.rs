//! Messages as they are written: RFC 5322 headers, RFC 2045 parts, and everything that is found in their place.
//!
//! Pure functions from bytes to what a person should see. They never fail, never panic, and take bounded time and
//! memory for any input; what can't be understood is left as it is. And back: what a person writes becomes bytes
//! ([`build()`]), strictly; what is typed where addresses belong is taken or refused ([`recipients()`]).

mod addr_spec;
mod address_list;
mod address_token;
mod answering;
mod authentication;
mod authentication_results;
mod bcc;
mod bounce_cause;
mod build;
mod build_header;
mod build_parts;
mod calendar;
mod calendar_zone;
mod charset;
mod cms;
mod code_page;
mod contact;
mod containers;
mod content_line;
mod content_type;
mod date;
mod domain;
mod dos_code_page;
mod doubts;
mod draft_header;
mod encoded_word;
mod entity;
mod envelope;
mod file_name;
mod flowed;
mod glance;
mod header_field;
mod header_write;
mod html_context;
mod mailto;
mod mend;
mod parameter;
mod preview;
mod quote;
mod reading;
mod received;
mod recipients;
mod report;
mod resent;
mod seal;
mod seven_bit;
mod strip;
mod structure;
mod subject_prefix;
mod telling;
mod text;
mod thumbnail;
mod tnef;
mod transfer;
mod unsubscribe;
mod usage;

pub use addr_spec::wire_address;
pub use answering::{
    Answer, Routes, addressees, answered_ids, answering_identity, default_identity, identity_of, routes,
};
pub use authentication::{Trust, authenticity};
pub use bcc::without_bcc;
pub use build::{Copy, build};
pub use calendar::calendar;
pub use contact::contacts;
pub use containers::{Containers, LARGEST_CONTAINER, close_encoded_messages, containers};
pub use doubts::{doubts, looks, readable_domain};
pub use draft_header::{draft_of_header, told_openly};
pub use envelope::envelope;
pub use file_name::{file_name, message_file_name};
pub use glance::{Glance, glance};
pub use header_field::headers;
pub use html_context::{inline_ids, plain_alternative, unused_pictures};
pub use mailto::mailto;
pub use mend::{doubtful, mend};
pub use preview::{preview, preview_of_html};
pub use quote::{passed_on, quoted};
pub use reading::{Reading, Shown, has_attachments, reading};
pub use recipients::{recipients, recipients_field, recipients_so_far};
pub use report::{complaint, delivery, failed_recipients, receipt};
pub use resent::{Resending, resent};
pub use seal::{seal_of_text, seals};
pub use seven_bit::seven_bit;
pub use strip::{Intact, Stripped, Taken, Wanted, strip};
pub use structure::{Parsed, structure};
pub use subject_prefix::{forward_subject, reply_subject};
pub use telling::{Telling, Told, tellings};
pub use text::{decoded_text, html, text};
pub use thumbnail::{Thumbnail, thumbnail};
pub use transfer::{Decoder, decode, decoded_size};
pub use unsubscribe::unsubscribe;
