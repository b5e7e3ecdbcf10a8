//! What a server can do (RFC 2449).

/// What a server offers; empty where it knows no CAPA.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offers {
    /// STLS (RFC 2595).
    pub starttls: bool,
    /// USER and PASS.
    pub user: bool,
    /// AUTH PLAIN (RFC 5034, 4616).
    pub plain: bool,
    /// UIDL: whether messages have names that last.
    pub unique_ids: bool,
    /// TOP: whether headers can be read alone.
    pub top: bool,
    /// Each line as it came, those left out that are switched off.
    pub words: Vec<String>,
}

impl Offers {
    /// Reads the lines of an answer to CAPA. What is `disabled` is not seen.
    pub(super) fn read(lines: &[String], disabled: &[String]) -> Self {
        let mut offers = Self::default();
        for line in lines {
            let mut words = line.split_ascii_whitespace();
            let Some(keyword) = words.next().map(str::to_ascii_uppercase) else { continue };
            if disabled.contains(&keyword) {
                continue;
            }
            match keyword.as_str() {
                "STLS" => offers.starttls = true,
                "USER" => offers.user = true,
                "SASL" => offers.plain = words.any(|word| word.eq_ignore_ascii_case("PLAIN")),
                "UIDL" => offers.unique_ids = true,
                "TOP" => offers.top = true,
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

    #[test]
    fn an_offer_is_read_however_it_is_written_and_not_when_it_is_switched_off() {
        let lines = ["stls", "User", "SASL login Plain", "UIDL", "TOP", "", "X-ODD  1"].map(str::to_owned);
        let offers = Offers::read(&lines, &["TOP".to_owned()]);
        assert!(offers.starttls && offers.user && offers.plain && offers.unique_ids && !offers.top);
        assert_eq!(offers.words, ["stls", "User", "SASL login Plain", "UIDL", "X-ODD  1"]);
        assert_eq!(Offers::read(&[], &[]), Offers::default());
    }
}
