//! What is marked on a message, as the names of files in a Maildir say it: `1768293000.M1.host:2,FS`.

use crate::mail::{Flag, Flags};

/// Letters and what they mean, in the order in which they stand.
const LETTERS: [(char, Flag); 6] = [
    ('D', Flag::Draft),
    ('F', Flag::Flagged),
    ('P', Flag::Forwarded),
    ('R', Flag::Answered),
    ('S', Flag::Seen),
    ('T', Flag::Deleted),
];

/// What stands behind the colon of a name.
pub fn maildir_info(flags: &Flags) -> String {
    let letters = LETTERS.iter().filter(|(_, flag)| flags.contains(flag)).map(|(letter, _)| letter);
    ["2,".to_owned()].into_iter().chain(letters.map(char::to_string)).collect()
}

/// The marks in a file's name; `None` where it is no name of a Maildir. Archives that are made for other systems have another
/// sign in the place of the colon.
pub fn flags_of_maildir(name: &str) -> Option<Flags> {
    let at = [":2,", ";2,", "!2,", "_2,"].iter().filter_map(|info| name.rfind(info)).max()?;
    let letters = name.get(at + 3..)?;
    // small letters are keywords of one server's own
    let is_info = letters.chars().all(|c| c.is_ascii_alphabetic());
    is_info
        .then(|| LETTERS.iter().filter(|(letter, _)| letters.contains(*letter)).map(|(_, flag)| flag.clone()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_as_they_were_written() {
        let all: Flags = LETTERS.iter().map(|(_, flag)| flag.clone()).collect();
        assert_eq!(maildir_info(&all), "2,DFPRST");
        assert_eq!(flags_of_maildir("1768293000.M1.host:2,DFPRST"), Some(all));
        assert_eq!(maildir_info(&Flags::default()), "2,");
        assert_eq!(flags_of_maildir("cur/1.2.host,S=12:2,"), Some(Flags::default()));
        assert_eq!(flags_of_maildir("1.2.host;2,Sab"), Some([Flag::Seen].into_iter().collect()));
        for other in ["letter.eml", "1.2.host", "a:2,S.eml", ""] {
            assert_eq!(flags_of_maildir(other), None, "{other}");
        }
    }
}
