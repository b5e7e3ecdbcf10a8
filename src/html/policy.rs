//! What the page that shows the mail allows, and where it keeps the mail's own pictures.

/// The choices that differ from page to page.
pub struct Policy<'a> {
    /// From a content id (`cid:` without its scheme, percent-decoded) or a content location to the address that
    /// serves that part; `None` when the message has no such part. The address must begin with a single `/`:
    /// anything else is refused by the last check and the picture is not shown.
    pub inline: &'a dyn Fn(&str) -> Option<String>,
    /// What happens to pictures on other people's servers.
    pub remote: Remote,
}

/// Pictures on other people's servers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Remote {
    /// Not loaded: a box with the alternative text stands where they would be, and they are counted.
    #[default]
    Blocked,
}
