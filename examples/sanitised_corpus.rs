//! Writes every HTML body of a folder of mails, sanitised, as a page that has nothing else to protect it:
//! `sanitised_corpus [--raw] FROM TO [BEACON]`. `BEACON` (`host:port`) takes the place of the corpus's own in the mails.
//! `--raw` leaves the bodies as they came, for a test of what else protects.

#[allow(clippy::indexing_slicing)]
#[path = "../tests/html/mail.rs"]
mod mail;

use std::path::PathBuf;
use std::{env, fs, io};

use fernpost::html::{Policy, document, sanitize};
use fernpost::mail::UntrustedHtml;

fn main() -> io::Result<()> {
    let (options, arguments): (Vec<String>, Vec<String>) = env::args().skip(1).partition(|one| one == "--raw");
    let (Some(from), Some(to)) = (arguments.first().map(PathBuf::from), arguments.get(1).map(PathBuf::from)) else {
        return Err(io::Error::other("sanitised_corpus [--raw] FROM TO [BEACON]"));
    };
    fs::create_dir_all(&to)?;
    let inline = |name: &str| name.contains('@').then(|| "/inline/part.png".to_owned());
    for entry in fs::read_dir(&from)? {
        let path = entry?.path();
        let Some(id) =
            path.file_stem().and_then(|s| s.to_str()).filter(|_| path.extension().is_some_and(|e| e == "eml"))
        else {
            continue;
        };
        let raw = fs::read(&path)?;
        for (number, part) in
            mail::text_parts(&raw).iter().filter(|part| part.kind != "text/plain").take(20).enumerate()
        {
            let text = arguments.get(2).map_or(part.text.clone(), |beacon| part.text.replace("127.0.0.1:9", beacon));
            let page = if options.is_empty() {
                let policy = Policy { inline: &inline, ..Policy::for_a_message() };
                document(&sanitize(&UntrustedHtml::new(text), &policy), None).as_str().to_owned()
            } else {
                text
            };
            fs::write(to.join(format!("{id}.{number}.html")), page)?;
        }
    }
    Ok(())
}
