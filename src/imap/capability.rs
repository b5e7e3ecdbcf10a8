//! What a server can do, an RFC per line.

use std::collections::BTreeSet;

macro_rules! capabilities {
    ($($(#[$doc:meta])* $name:ident = $wire:literal, $gain:literal, $cost:literal;)*) => {
        /// An extension that Fernpost makes use of.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Capability {
            $($(#[$doc])* $name,)*
        }

        impl Capability {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its name on the wire.
            pub fn as_wire(self) -> &'static str {
                match self { $(Self::$name => $wire,)* }
            }

            /// What it is good for, in a sentence for the operator.
            pub fn gain(self) -> &'static str {
                match self { $(Self::$name => $gain,)* }
            }

            /// What it costs to be without, in a sentence for the operator.
            pub fn cost(self) -> &'static str {
                match self { $(Self::$name => $cost,)* }
            }
        }
    };
}

capabilities! {
    /// RFC 6851.
    Move = "MOVE", "messages move in one step instead of copy, mark and expunge",
        "each move is copy, mark and expunge: a lost connection in between leaves both";
    /// RFC 4315.
    UidPlus = "UIDPLUS", "moves can be undone, and only chosen messages are ever expunged",
        "no undo, and what is moved or deleted stays behind, marked and out of sight";
    /// RFC 8508.
    Replace = "REPLACE", "a message whose attachments are removed changes in one step",
        "it is there twice for a moment, and needs that room";
    /// RFC 8514.
    SaveDate = "SAVEDATE", "rules count the days since a message came into its folder",
        "rules count the days since a message arrived, in whatever folder";
    /// RFC 5819.
    ListStatus = "LIST-STATUS", "all folders with their counts in one command",
        "one STATUS for each folder, a second round trip for each page";
    /// RFC 5258.
    ListExtended = "LIST-EXTENDED", "subscriptions come with the folder list",
        "subscriptions are asked for apart, by LSUB";
    /// RFC 6154.
    SpecialUse = "SPECIAL-USE", "the server names Drafts, Sent, Archive, Junk and Trash",
        "Drafts, Sent, Archive, Junk and Trash are guessed by their names";
    /// RFC 5256.
    Sort = "SORT", "lists in other orders than by arrival",
        "lists in the order of arrival only, newest or oldest first";
    /// draft-ietf-morg-inthread; Dovecot's, by references alone and not by subject.
    ThreadRefs = "THREAD=REFS", "the server knows which messages belong to a conversation",
        "conversations by THREAD=REFERENCES or THREADID where offered, else by a search for each";
    /// RFC 5256.
    ThreadReferences = "THREAD=REFERENCES", "the server knows which messages belong to a conversation",
        "conversations by THREAD=REFS or THREADID where offered, else by a search for each";
    /// RFC 8474.
    ObjectId = "OBJECTID", "a conversation has one name in all folders",
        "one's own answers in Sent are found by their header fields";
    /// RFC 7888.
    LiteralPlus = "LITERAL+", "texts beyond ASCII are sent without waiting",
        "one more round trip for each text beyond ASCII";
    /// RFC 7888.
    LiteralMinus = "LITERAL-", "short texts beyond ASCII are sent without waiting",
        "one more round trip for each text beyond ASCII, where LITERAL+ is missing too";
    /// RFC 8970.
    Preview = "PREVIEW", "the server makes the first line of text for the list",
        "one more round trip to see a page of new messages, for their first lines";
    /// RFC 3516.
    Binary = "BINARY", "large files come decoded: a quarter less on the line",
        "large files are decoded here";
    /// RFC 9208.
    Quota = "QUOTA", "how full the mailbox is",
        "what is in use is estimated, and nobody sees how much may be before it is full";
    /// RFC 8438.
    StatusSize = "STATUS=SIZE", "what each folder takes, without looking at its messages",
        "what a folder takes is known when all of its messages were looked at, one by one";
    /// RFC 2342.
    Namespace = "NAMESPACE", "own and shared folders are told apart",
        "shared folders look like one's own; the prefix for new ones is guessed";
    /// RFC 2971.
    Id = "ID", "the server learns whose connection it is",
        "its log shows our address and not the browser's";
    /// RFC 2177.
    Idle = "IDLE", "the server tells of changes in the open folder on its own",
        "an open page learns of changes by asking again and again";
    /// RFC 5465.
    Notify = "NOTIFY", "the server tells of changes in all folders on its own",
        "on an open page the counts of the other folders follow later";
    /// RFC 7162.
    CondStore = "CONDSTORE", "after a reconnect only changed flags are read",
        "after a reconnect the flags of what is shown are read anew";
    /// RFC 7162.
    QResync = "QRESYNC", "after a reconnect the server tells what is gone",
        "after a reconnect a folder is read anew to see what is gone";
}

/// The server's own list, less what the operator switched off.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    words: BTreeSet<String>,
}

impl Capabilities {
    /// From the words of a CAPABILITY answer; `disabled` are the operator's (RFC 9051 7.2.2).
    pub fn new<'a>(words: impl IntoIterator<Item = &'a str>, disabled: &[String]) -> Self {
        let words = words
            .into_iter()
            .map(str::to_ascii_uppercase)
            .filter(|word| !disabled.iter().any(|off| off.eq_ignore_ascii_case(word)))
            .collect();
        Self { words }
    }

    /// Whether `capability` can be used.
    pub fn has(&self, capability: Capability) -> bool {
        let rev2 = self.words.contains("IMAP4REV2");
        use Capability::*;
        // RFC 9051 appendix E: these are part of IMAP4rev2
        let included = matches!(
            capability,
            Move | UidPlus | ListStatus | ListExtended | SpecialUse | StatusSize | Namespace | Idle
        );
        self.words.contains(capability.as_wire()) || (rev2 && included)
    }

    /// Whether the server offers this SASL mechanism.
    pub fn authenticates_by(&self, mechanism: &str) -> bool {
        self.words.contains(&format!("AUTH={mechanism}"))
    }

    /// Whether LOGIN is forbidden (RFC 3501 6.2.3).
    pub fn login_disabled(&self) -> bool {
        self.words.contains("LOGINDISABLED")
    }

    /// Whether STARTTLS is offered.
    pub fn starttls(&self) -> bool {
        self.words.contains("STARTTLS")
    }

    /// The words themselves, upper case, sorted.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operator_can_switch_a_broken_extension_off() {
        let some = Capabilities::new(["IMAP4rev1", "PREVIEW", "Move"], &["preview".into()]);
        assert!(some.has(Capability::Move) && !some.has(Capability::Preview));
    }

    #[test]
    fn rev2_brings_what_it_includes() {
        let some = Capabilities::new(["IMAP4rev2"], &[]);
        assert!(some.has(Capability::UidPlus) && !some.has(Capability::Sort));
    }
}
