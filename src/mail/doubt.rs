//! What makes a sender doubtful: said to the person, who decides.

/// One thing that is not as it looks. Texts are a stranger's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// The domain of `From` is made of letters that look like those of another one.
    LookAlike {
        /// As it looks.
        domain: String,
        /// As the network spells it (`xn--…`).
        ascii: String,
        /// What it looks like; empty where it mixes alphabets and looks like nothing in particular.
        like: String,
    },
    /// A word of the sender's name mixes alphabets whose letters look alike.
    MixedAlphabets {
        /// That word.
        word: String,
    },
    /// The sender's name contains another address, or another domain.
    NamesAnother {
        /// What the name says.
        claimed: String,
        /// The domain of the address.
        domain: String,
    },
    /// `From` names several people (RFC 5322 allows it; hardly anybody does it in good faith), or there are several.
    SeveralSenders,
    /// Answers go to another registered domain, and it is no mailing list.
    AnswersElsewhere {
        /// The address in `Reply-To`.
        address: String,
    },
    /// Signs that turn the direction of writing hide what a text says (UAX #9).
    TurnedName,
    /// The same, in the subject.
    TurnedSubject,
    /// Nobody has written from this address, and somebody whom the person writes to has this name.
    KnownName {
        /// The address of that one.
        known: String,
    },
    /// The sender's name is the person's own, the address is not.
    OwnName,
}
