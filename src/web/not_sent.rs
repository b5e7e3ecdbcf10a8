//! Why a message was not saved or not sent, in sentences; what a mail server said is a stranger's text.

use actix_web::http::StatusCode;

use super::error_page::sentence;
use super::locale::Locale;
use super::shown::clean;
use super::sizes::size;
use super::typed::Complaint;
use crate::account::{self, Reply, Why, recipients_so_far, wire_address};
use crate::mail::Address;

/// Why the draft was not saved, and the answer's status.
pub(super) fn not_saved(error: &account::Error, locale: &Locale) -> (String, StatusCode) {
    use account::Error as Account;
    let status = match error {
        Account::Unreachable(_) | Account::Unknown => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let text = match error {
        Account::OverQuota => locale.text("compose-not-saved-quota").to_owned(),
        _ => locale.language.say("compose-not-saved", [("why", reason(error, locale).into())]),
    };
    (text, status)
}

/// Why nothing was begun, and the answer's status.
pub(super) fn not_begun(error: &account::Error, locale: &Locale) -> (String, StatusCode) {
    let text = locale.language.say("compose-not-sent-because", [("why", reason(error, locale).into())]);
    (text, not_saved(error, locale).1)
}

fn reason(error: &account::Error, locale: &Locale) -> String {
    match error {
        account::Error::NotFound(_) | account::Error::MailboxRebuilt(_) => locale.text("unsent-file-gone").to_owned(),
        _ => format!("{}.", sentence(error, locale)),
    }
}

/// What is said of a message that was refused, and which fields are to blame. `typed` are the fields that it was made of:
/// those with people, and `files` or `text` if it has some.
pub(super) fn failed(why: &Why, typed: &[(&'static str, &str)], locale: &Locale) -> (String, Vec<Complaint>) {
    let language = &locale.language;
    let mut complaints = Vec::new();
    let fields = Fields::of(typed);
    match why {
        // nobody got anything, and who is refused is named
        Why::Recipients(refused) => {
            for (address, said) in refused {
                let (field, address) = fields.find(address);
                let of = [("address", address.into()), ("said", quoted(said, locale).into())];
                complaints.push(Complaint::new(field, language.say("unsent-recipient", of)));
            }
        }
        Why::NotAddresses(wrong) => {
            for address in wrong {
                let (field, address) = fields.find(address);
                let text = language.say("compose-not-an-address", [("address", address.into())]);
                complaints.push(Complaint::new(field, text));
            }
        }
        Why::NeedsSmtpUtf8(addresses) if !addresses.is_empty() => {
            for address in addresses {
                let (field, address) = fields.find(address);
                let text = language.say("unsent-unicode", [("address", address.into())]);
                complaints.push(Complaint::new(field, text));
            }
        }
        // both numbers
        Why::TooLarge { .. } => {
            let field = ["files", "text"].into_iter().find(|field| typed.iter().any(|(name, _)| name == field));
            complaints.push(Complaint::new(field.unwrap_or_default(), told(why, locale)));
        }
        Why::Sender(_) => complaints.push(Complaint::new("from", told(why, locale))),
        _ => {}
    }
    let lead = match complaints.is_empty() {
        true => language.say("compose-not-sent-because", [("why", told(why, locale).into())]),
        false => String::new(),
    };
    (lead, complaints)
}

/// One sentence.
pub(super) fn told(why: &Why, locale: &Locale) -> String {
    let language = &locale.language;
    let said = |key, reply: &Reply| language.say(key, [("said", quoted(reply, locale).into())]);
    let key = match why {
        Why::Recipients(refused) => {
            let said = refused.iter().map(|(address, said)| {
                let of = [("address", clean(address).into()), ("said", quoted(said, locale).into())];
                language.say("unsent-recipient", of)
            });
            return said.collect::<Vec<_>>().join(" ");
        }
        Why::NotAddresses(wrong) => {
            let wrong = clean(wrong.first().map(String::as_str).unwrap_or_default());
            return language.say("compose-not-an-address", [("address", wrong.into())]) + ".";
        }
        Why::Sender(reply) => return said("unsent-sender", reply),
        Why::Refused(reply) if (400..500).contains(&reply.code) => return said("unsent-temporary", reply),
        Why::Refused(reply) => return said("unsent-refused", reply),
        Why::TooLarge { size: whole, limit } => {
            let of = [("size", size(*whole, language).into()), ("limit", size(*limit, language).into())];
            return language.say("unsent-too-large", of);
        }
        Why::NeedsSmtpUtf8(addresses) => {
            let first = clean(addresses.first().map(String::as_str).unwrap_or_default());
            return language.say("unsent-unicode", [("address", first.into())]);
        }
        Why::SignIn(reply) if (400..500).contains(&reply.code) => return said("unsent-temporary", reply),
        Why::SignIn(_) | Why::NoWayToSignIn => "unsent-sign-in",
        Why::NoServer => "unsent-off",
        Why::NoConnection => "unsent-unreachable",
        Why::Insecure => "unsent-insecure",
        Why::TooSlow => "unsent-too-slow",
        Why::Closed => "unsent-closed",
        Why::Garbled => "unsent-garbled",
        Why::NotSendable => "unsent-not-sendable",
        Why::DraftGone => "unsent-draft-gone",
        Why::NoMailServer => "unsent-no-mail-server",
        Why::SignedOut => "unsent-signed-out",
        Why::NotKept => "unsent-not-kept",
    };
    locale.text(key).to_owned()
}

/// What the server said, as its own words.
fn quoted(reply: &Reply, locale: &Locale) -> String {
    let (code, text) = (reply.code.to_string(), clean(&reply.text));
    match text.is_empty() {
        true => code,
        false => locale.language.say("unsent-said", [("code", code.into()), ("text", text.into())]),
    }
}

/// Who was typed into which field.
struct Fields(Vec<(&'static str, Vec<Address>)>);

impl Fields {
    fn of(typed: &[(&'static str, &str)]) -> Self {
        Self(typed.iter().map(|(field, text)| (*field, recipients_so_far(text))).collect())
    }

    /// Where an address was typed, and how: a refusal has its domain in ASCII.
    fn find(&self, address: &str) -> (&'static str, String) {
        let wanted = ascii(address);
        let is_it = |one: &&Address| ascii(&one.addr).eq_ignore_ascii_case(&wanted);
        let mut found = self.0.iter().filter_map(|(field, people)| Some((*field, people.iter().find(is_it)?)));
        found.next().map_or(("to", clean(address)), |(field, one)| (field, clean(&one.addr)))
    }
}

/// An address with its domain in ASCII, whatever is before the `@`; what is no address stays.
fn ascii(address: &str) -> String {
    let parts = address.rsplit_once('@');
    let in_ascii = parts.and_then(|(local, domain)| {
        let wire = wire_address(&format!("x@{domain}"))?;
        Some(format!("{local}{}", wire.strip_prefix('x')?))
    });
    in_ascii.unwrap_or_else(|| address.to_owned())
}
