//! What a server can do (RFC 5321 4.1.1.1): the lines of its answer to EHLO.

use std::time::Duration;

/// A way to sign in (RFC 4954).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    /// RFC 4616.
    Plain,
    /// Older than its standards, and all that some servers have.
    Login,
}

/// What a server offers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offers {
    /// The largest message in octets; `None`: it names no limit (RFC 1870).
    pub size: Option<u64>,
    /// Whether it wants to know sizes at all.
    pub asks_size: bool,
    /// 8BITMIME (RFC 6152).
    pub eight_bit: bool,
    /// SMTPUTF8 (RFC 6531).
    pub utf8: bool,
    /// DSN (RFC 3461).
    pub dsn: bool,
    /// PIPELINING (RFC 2920).
    pub pipelining: bool,
    /// STARTTLS (RFC 3207).
    pub starttls: bool,
    /// FUTURERELEASE (RFC 4865): for how long it holds a message back at most.
    pub longest_hold: Option<Duration>,
    /// Whether it knows AUTH.
    pub auth: bool,
    /// The ways to sign in that we know too.
    pub mechanisms: Vec<Mechanism>,
    /// Each line as it came, those left out that are switched off.
    pub words: Vec<String>,
}

impl Offers {
    /// Reads the lines of an answer to EHLO, of which the first names the server. What is `disabled` is not seen.
    pub(super) fn read(lines: &[String], disabled: &[String]) -> Self {
        let mut offers = Self::default();
        for line in lines.iter().skip(1) {
            // "AUTH=PLAIN" is how it was written before RFC 4954, and still is
            let mut words = line.split([' ', '=']).filter(|word| !word.is_empty());
            let Some(keyword) = words.next().map(str::to_ascii_uppercase) else { continue };
            if disabled.contains(&keyword) {
                continue;
            }
            match keyword.as_str() {
                "SIZE" => {
                    offers.asks_size = true;
                    offers.size = words.next().and_then(|size| size.parse().ok()).filter(|size| *size > 0);
                }
                "8BITMIME" => offers.eight_bit = true,
                "SMTPUTF8" => offers.utf8 = true,
                "DSN" => offers.dsn = true,
                "PIPELINING" => offers.pipelining = true,
                "STARTTLS" => offers.starttls = true,
                "FUTURERELEASE" => {
                    offers.longest_hold = words.next().and_then(|time| time.parse().ok()).map(Duration::from_secs);
                }
                "AUTH" => {
                    offers.auth = true;
                    for word in words {
                        let known = [("PLAIN", Mechanism::Plain), ("LOGIN", Mechanism::Login)];
                        let known = known.into_iter().find(|(name, _)| word.eq_ignore_ascii_case(name));
                        let new = known.map(|(_, mechanism)| mechanism).filter(|one| !offers.mechanisms.contains(one));
                        offers.mechanisms.extend(new);
                    }
                }
                _ => {}
            }
            offers.words.push(line.clone());
        }
        offers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str], disabled: &[&str]) -> Offers {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        Offers::read(&owned(lines), &owned(disabled))
    }

    #[test]
    fn an_offer_is_read_however_it_is_written() {
        let offers = read(
            &[
                "DSN.example.org greets you", // a name is no offer
                "size 26214400",
                "8BITMIME",
                "SmtpUtf8",
                "DSN",
                "PIPELINING",
                "STARTTLS",
                "AUTH CRAM-MD5 login plain",
                "AUTH=LOGIN PLAIN",
                "FUTURERELEASE 86400 2026-12-01T00:00:00Z",
                "",
                "X-ODD",
            ],
            &[],
        );
        assert_eq!((offers.size, offers.asks_size), (Some(26_214_400), true));
        assert!(offers.eight_bit && offers.utf8 && offers.dsn && offers.pipelining && offers.starttls && offers.auth);
        assert_eq!(offers.mechanisms, [Mechanism::Login, Mechanism::Plain]);
        assert_eq!(offers.longest_hold, Some(Duration::from_secs(86_400)));
        assert_eq!(offers.words.last().unwrap(), "X-ODD");
    }

    #[test]
    fn no_limit_has_two_spellings() {
        assert_eq!(read(&["x", "SIZE"], &[]).size, None);
        assert_eq!(read(&["x", "SIZE 0"], &[]).size, None);
        assert!(read(&["x", "SIZE 0"], &[]).asks_size);
        assert_eq!(read(&["x"], &[]), Offers::default());
    }

    #[test]
    fn what_the_operator_switched_off_is_not_offered() {
        let offers = read(&["x", "SMTPUTF8", "SIZE 5", "DSN"], &["SMTPUTF8", "SIZE"]);
        assert!(!offers.utf8 && !offers.asks_size && offers.size.is_none() && offers.dsn);
        assert_eq!(offers.words, ["DSN"]);
    }
}
