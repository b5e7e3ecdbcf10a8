//! A part read as text, whatever it calls itself.

use super::{Account, Error};
use crate::mail::{MessageRef, PartPath};
use crate::mime;

/// The beginning of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextPart {
    /// Decoded, line ends as `\n`, without control characters.
    pub text: String,
    /// Whether there is more.
    pub cut: bool,
}

impl Account {
    /// At most so many octets of a part, as text.
    pub async fn open_text(&self, message: &MessageRef, path: &PartPath, most: usize) -> Result<TextPart, Error> {
        let mut file = self.open_part(message, path).await?;
        let mut octets = Vec::new();
        while octets.len() <= most
            && let Some(piece) = file.bytes.next().await
        {
            octets.extend_from_slice(&piece?);
        }
        let cut = octets.len() > most;
        octets.truncate(most);
        Ok(TextPart { text: mime::decoded_text(&file.charset, &octets), cut })
    }
}
