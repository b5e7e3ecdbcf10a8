//! What is to be measured: the words and numbers after `cargo bench --bench pages --`. A word names a part, the numbers
//! after it say how large it is; numbers before any word are sizes of mailboxes.

/// A part of the bench.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Pages beside raw IMAP; numbers: messages in INBOX.
    Pages,
    /// Newsletters opened for the first time; numbers: kilobytes.
    Letters,
    /// A conversation on one page; numbers: its messages.
    Conversation,
    /// An open page in Chromium, while other programs change the mailbox; numbers: messages in INBOX.
    Live,
    /// Event streams that are open at once; numbers: how many.
    Streams,
    /// Sessions that nobody uses; numbers: how many.
    Idle,
    /// What remembering a message costs; numbers: pages of 50 that are looked at.
    Remembered,
    /// Deleting for good; numbers: messages.
    Removal,
    /// Writing and sending; numbers: kilobytes of the file that goes along.
    Writing,
    /// What fills a mailbox; numbers: messages in 42 folders.
    Storage,
    /// A mailbox taken along; numbers: its megabytes.
    Export,
}

/// The parts, how they are called, and what is measured unless numbers say otherwise.
const PARTS: [(Part, &str, &[u32]); 11] = [
    (Part::Pages, "pages", &[1_000, 10_000, 100_000]),
    (Part::Letters, "letters", &[8, 50, 1_000]),
    (Part::Conversation, "conversation", &[50]),
    (Part::Live, "live", &[100_000]),
    (Part::Streams, "streams", &[1_000]),
    (Part::Idle, "idle", &[10_000]),
    (Part::Remembered, "remembered", &[60]),
    (Part::Removal, "removal", &[10_000]),
    (Part::Writing, "writing", &[1_000]),
    (Part::Storage, "storage", &[100_000]),
    (Part::Export, "export", &[1_000]),
];

/// Reads the words; without any, everything is measured.
pub fn read(words: impl Iterator<Item = String>) -> Vec<(Part, Vec<u32>)> {
    let mut plan: Vec<(Part, Vec<u32>)> = Vec::new();
    // cargo itself adds --bench
    for word in words.filter(|word| !word.starts_with("--")) {
        if let Ok(number) = word.parse() {
            if plan.is_empty() {
                plan.push((Part::Pages, Vec::new()));
            }
            plan.last_mut().unwrap().1.push(number);
        } else {
            let known = PARTS.iter().find(|(_, name, _)| *name == word);
            let names = PARTS.map(|(_, name, _)| name).join(", ");
            plan.push((known.unwrap_or_else(|| panic!("{word} is none of {names}")).0, Vec::new()));
        }
    }
    if plan.is_empty() {
        plan = PARTS.map(|(part, ..)| (part, Vec::new())).to_vec();
    }
    for (part, numbers) in plan.iter_mut().filter(|(_, numbers)| numbers.is_empty()) {
        let (_, _, usual) = PARTS.iter().find(|(known, ..)| known == part).unwrap();
        numbers.extend_from_slice(usual);
    }
    plan
}
