//! What the page that shows the mail allows, and where it keeps the mail's own pictures.

/// The choices that differ from page to page.
pub struct Policy<'a> {
    /// From a content id (`cid:` without its scheme, percent-decoded) or a content location to the address that
    /// serves that part; `None` when the message has no such part. The address must begin with a single `/`, or, for
    /// markup that goes into a message, be `cid:` and plain characters: anything else is refused by the last check and
    /// the picture is not shown.
    pub inline: &'a dyn Fn(&str) -> Option<String>,
    /// What happens to pictures on other people's servers.
    pub remote: Remote<'a>,
    /// What becomes of addresses that links lead to.
    pub links: Links,
    /// Where links to mail addresses lead.
    pub mail_links: MailLinks<'a>,
}

impl Policy<'static> {
    /// For markup that goes into a message: its pictures keep their names there, nothing is loaded from elsewhere, and links
    /// stay as they are.
    pub fn for_a_message() -> Self {
        Self { inline: &named, remote: Remote::Blocked, links: Links::AsWritten, mail_links: MailLinks::AsWritten }
    }

    /// For markup that is quoted in a message: without any pictures. Those on other people's servers would tell them of everybody
    /// who reads the answer, and those of the quoted message do not go along.
    pub fn for_a_quote() -> Self {
        Self { inline: &|_| None, ..Self::for_a_message() }
    }
}

/// The name of a picture in the message, and no address of one elsewhere.
fn named(id: &str) -> Option<String> {
    (!id.contains([':', '/'])).then(|| format!("cid:{id}"))
}

/// Pictures on other people's servers. Trackers are left out in any case.
#[derive(Clone, Copy, Default)]
pub enum Remote<'a> {
    /// Not loaded: a box with the alternative text stands where they would be, and they are counted.
    #[default]
    Blocked,
    /// Loaded from the address that this makes of theirs (absolute, `http` or `https`, as [`url::Url`] writes it); it
    /// must begin with a single `/`.
    Shown(&'a dyn Fn(&str) -> String),
}

impl std::fmt::Debug for Remote<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Blocked => "Blocked",
            Self::Shown(_) => "Shown",
        })
    }
}

/// What becomes of addresses that links lead to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Links {
    /// They stay as they are.
    #[default]
    AsWritten,
    /// Parameters that only tell who followed them, and from which mail, are taken out.
    Untracked,
}

/// Where links to mail addresses lead.
#[derive(Clone, Copy, Default)]
pub enum MailLinks<'a> {
    /// To whatever the browser opens for them.
    #[default]
    AsWritten,
    /// To the address that this makes of a `mailto:` link: a path that begins with a single `/`, and `?mailto=` with the whole
    /// link percent-encoded. Anything else is not used.
    Ours(&'a dyn Fn(&str) -> String),
}

impl std::fmt::Debug for MailLinks<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::AsWritten => "AsWritten",
            Self::Ours(_) => "Ours",
        })
    }
}
