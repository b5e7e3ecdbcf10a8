//! The mail that waits for a POP client (RFC 1939 5).

use std::collections::BTreeMap;

use tokio::io::AsyncWrite;

use super::Error;
use super::talk::Talk;

/// The most messages that are listed.
const MOST_MESSAGES: usize = 1_000_000;
/// The longest header that is read by itself, in octets.
const LONGEST_HEADER: u64 = 1 << 20;
/// The longest unique id that is taken: RFC 1939 7 allows 70, and nothing depends on it.
const LONGEST_ID: usize = 255;

/// What waits, in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    /// Messages.
    pub messages: u32,
    /// Octets, as the server says: some count line ends in another way.
    pub octets: u64,
}

/// A maildrop that was signed in to. Messages have numbers from 1, which hold as long as this does.
pub struct Maildrop {
    talk: Talk,
}

impl Maildrop {
    pub(super) fn new(talk: Talk) -> Self {
        Self { talk }
    }

    /// How much waits.
    pub async fn total(&mut self) -> Result<Total, Error> {
        let text = self.talk.ask("STAT\r\n").await?;
        let mut numbers = text.split_ascii_whitespace();
        let wrong = || Error::Garbled("an answer to STAT without its numbers");
        Ok(Total {
            messages: numbers.next().and_then(|word| word.parse().ok()).ok_or_else(wrong)?,
            octets: numbers.next().and_then(|word| word.parse().ok()).ok_or_else(wrong)?,
        })
    }

    /// How many octets each message has, as the server says, by its number.
    pub async fn sizes(&mut self) -> Result<BTreeMap<u32, u64>, Error> {
        self.list("LIST\r\n", |word| word.parse().ok()).await
    }

    /// What each message is called for good, by its number: the same in each session (RFC 1939 7). [`Error::Refused`] where the
    /// server gives no such names.
    pub async fn unique_ids(&mut self) -> Result<BTreeMap<u32, String>, Error> {
        let fits = |word: &str| word.len() <= LONGEST_ID && word.bytes().all(|byte| byte.is_ascii_graphic());
        self.list("UIDL\r\n", |word| fits(word).then(|| word.to_owned())).await
    }

    /// A message's header and so many lines of its text. [`Error::Refused`] where there is none of this number, or no TOP.
    pub async fn top(&mut self, number: u32, lines: u32) -> Result<Vec<u8>, Error> {
        self.talk.ask(&format!("TOP {number} {lines}\r\n")).await?;
        let mut text = Vec::new();
        self.talk.text(&mut text, LONGEST_HEADER).await?;
        Ok(text)
    }

    /// Writes a whole message to `into` as it comes, and says how many octets it had: what LIST said of it is no promise. One of
    /// more than `most` octets is [`Error::TooLarge`].
    pub async fn retrieve<W: AsyncWrite + Unpin>(
        &mut self,
        number: u32,
        into: &mut W,
        most: u64,
    ) -> Result<u64, Error> {
        self.talk.ask(&format!("RETR {number}\r\n")).await?;
        self.talk.text(into, most).await
    }

    /// Marks a message to be deleted: [`Self::quit`] does it, and nothing else.
    pub async fn delete(&mut self, number: u32) -> Result<(), Error> {
        self.talk.ask(&format!("DELE {number}\r\n")).await.map(drop)
    }

    /// Signs off; now the server deletes what was marked. An error says that some of it may be there still.
    pub async fn quit(mut self) -> Result<(), Error> {
        self.talk.ask("QUIT\r\n").await.map(drop)
    }

    async fn list<T>(&mut self, command: &str, value: impl Fn(&str) -> Option<T>) -> Result<BTreeMap<u32, T>, Error> {
        self.talk.ask(command).await?;
        let entry = |line: &str| {
            let mut words = line.split_ascii_whitespace();
            let number = words.next().and_then(|word| word.parse::<u32>().ok()).filter(|number| *number > 0);
            let value = words.next().and_then(&value);
            number.zip(value).ok_or(Error::Garbled("a list of something else"))
        };
        let found = self.talk.lines(MOST_MESSAGES, entry).await?;
        let count = found.len();
        let by_number: BTreeMap<u32, T> = found.into_iter().collect();
        if by_number.len() < count {
            return Err(Error::Garbled("a list with one number twice"));
        }
        Ok(by_number)
    }
}

/// Nothing of what passes.
impl std::fmt::Debug for Maildrop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Maildrop").finish_non_exhaustive()
    }
}
