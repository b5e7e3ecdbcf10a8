//! What a client sent, read by a parser that shares no line with the program under test.

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// A word of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Word {
    /// An atom, with any section in brackets.
    Atom(String),
    /// A quoted string or a literal.
    Text(String),
    /// A parenthesis.
    Open,
    /// Its end.
    Close,
}

/// One command.
#[derive(Debug, Clone)]
pub(crate) struct Command {
    pub(crate) tag: String,
    /// `SELECT`, `UID FETCH`, in capitals.
    pub(crate) verb: String,
    /// What follows the verb.
    pub(crate) words: Vec<Word>,
    /// Whether a literal was sent without waiting.
    pub(crate) non_synchronizing: bool,
}

impl Command {
    /// The atoms and texts, without parentheses.
    pub(crate) fn texts(&self) -> Vec<&str> {
        self.words
            .iter()
            .filter_map(|word| match word {
                Word::Atom(text) | Word::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }

    /// Verb and arguments, for messages.
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.verb, self.texts().join(" "))
    }
}

/// Reads one command, answering `+` to each literal that waits for it; `None` at the end of the connection.
pub(crate) async fn read(stream: &mut (impl AsyncBufRead + AsyncWrite + Unpin)) -> Option<Command> {
    let mut words = Vec::new();
    let mut non_synchronizing = false;
    loop {
        let mut line = Vec::new();
        if stream.read_until(b'\n', &mut line).await.ok()? == 0 {
            return None;
        }
        let line = String::from_utf8(line).expect("commands are UTF-8");
        let line = line.strip_suffix("\r\n").expect("a command line ends in CRLF, and has no other line end");
        assert!(!line.contains(['\r', '\0']), "a control character in a command");
        let (text, literal) = match line.strip_suffix('}').and_then(|text| text.rsplit_once('{')) {
            Some((text, size)) if !inside_quotes(text) => {
                non_synchronizing |= size.ends_with('+');
                (text, Some((size.trim_end_matches('+').parse::<usize>().ok()?, size.ends_with('+'))))
            }
            _ => (line, None),
        };
        split(text, &mut words);
        let Some((size, at_once)) = literal else { break };
        if !at_once {
            stream.write_all(b"+ go ahead\r\n").await.ok()?;
            stream.flush().await.ok()?;
        }
        let mut bytes = vec![0; size];
        stream.read_exact(&mut bytes).await.ok()?;
        words.push(Word::Text(String::from_utf8(bytes).expect("literals are UTF-8")));
    }
    let mut words = words.into_iter();
    let (Some(Word::Atom(tag)), Some(Word::Atom(verb))) = (words.next(), words.next()) else {
        panic!("a command begins with a tag and a verb")
    };
    let mut verb = verb.to_uppercase();
    if verb == "UID" {
        let Some(Word::Atom(second)) = words.next() else { panic!("UID stands before a verb") };
        verb = format!("UID {}", second.to_uppercase());
    }
    Some(Command { tag, verb, words: words.collect(), non_synchronizing })
}

fn inside_quotes(text: &str) -> bool {
    let mut inside = false;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if inside => drop(chars.next()),
            '"' => inside = !inside,
            _ => {}
        }
    }
    inside
}

fn split(text: &str, words: &mut Vec<Word>) {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            ' ' => {}
            '(' => words.push(Word::Open),
            ')' => words.push(Word::Close),
            '"' => {
                let mut string = String::new();
                loop {
                    match chars.next().expect("a quoted string ends") {
                        '"' => break,
                        '\\' => {
                            let escaped = chars.next().expect("something is escaped");
                            assert!(matches!(escaped, '"' | '\\'), "only quote and backslash are escaped");
                            string.push(escaped);
                        }
                        other => string.push(other),
                    }
                }
                words.push(Word::Text(string));
            }
            first => {
                let mut atom = String::from(first);
                let mut depth = 0;
                while let Some(next) = chars.peek() {
                    match next {
                        '[' => depth += 1,
                        ']' => depth -= 1,
                        ' ' | '(' | ')' if depth == 0 => break,
                        _ => {}
                    }
                    atom.extend(chars.next());
                }
                words.push(Word::Atom(atom));
            }
        }
    }
}
