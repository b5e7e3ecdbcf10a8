//! A stream of server-sent events, read as a browser reads it: unpacked, and each event as soon as it is whole.

use std::io::Write;
use std::time::Duration;

use tokio::time::timeout;

/// Longer than this nobody waits for an event.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// An open stream.
pub(crate) struct Stream {
    response: reqwest::Response,
    packing: Packing,
    text: Vec<u8>,
}

/// One event.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) data: serde_json::Value,
}

/// How the stream is packed on its way.
enum Packing {
    None,
    Gzip(Box<flate2::write::GzDecoder<Vec<u8>>>),
    Zstd(Box<zstd::stream::write::Decoder<'static, Vec<u8>>>),
}

impl Stream {
    pub(super) fn read(response: reqwest::Response) -> Self {
        assert_eq!(response.status(), 200);
        let packing = match response.headers().get("content-encoding").map(|coding| coding.to_str().unwrap()) {
            None => Packing::None,
            Some("gzip") => Packing::Gzip(Box::new(flate2::write::GzDecoder::new(Vec::new()))),
            Some("zstd") => Packing::Zstd(Box::new(zstd::stream::write::Decoder::new(Vec::new()).unwrap())),
            Some(other) => panic!("a stream packed by {other}"),
        };
        Self { response, packing, text: Vec::new() }
    }

    /// A header of the response.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Which HTTP it came by.
    pub(crate) fn version(&self) -> reqwest::Version {
        self.response.version()
    }

    /// The next event; `None` when the stream has ended.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        timeout(PATIENCE, async {
            loop {
                if let Some(end) = memchr::memmem::find(&self.text, b"\n\n") {
                    let event: Vec<u8> = self.text.drain(..end + 2).collect();
                    let event = std::str::from_utf8(&event).expect("UTF-8");
                    let field = |name: &str| {
                        let found = event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
                        found.unwrap_or_default().to_owned()
                    };
                    let (name, id) = (field("event"), field("id"));
                    let data = serde_json::from_str(&field("data")).expect("JSON");
                    return Some(Event { name, id, data });
                }
                let piece = self.response.chunk().await.ok()??;
                let piece = self.packing.unpack(&piece);
                self.text.extend(piece);
            }
        })
        .await
        .expect("an event in time")
    }

    /// The next event that is so.
    pub(crate) async fn until(&mut self, what: &str, is_so: impl Fn(&Event) -> bool) -> Event {
        let mut seen = Vec::new();
        while let Some(event) = self.next().await {
            if is_so(&event) {
                return event;
            }
            seen.push(event.name);
        }
        panic!("the stream ended before {what}: {seen:?}");
    }

    /// The next page event whose part holds these words.
    pub(crate) async fn until_part(&mut self, part: &str, words: &str) -> Event {
        let holds = |event: &Event| event.data[part].as_str().is_some_and(|html| html.contains(words));
        self.until(words, |event| event.name == "page" && holds(event)).await
    }
}

impl Packing {
    /// All that can be known from what has come so far.
    fn unpack(&mut self, piece: &[u8]) -> Vec<u8> {
        match self {
            Self::None => piece.to_vec(),
            Self::Gzip(decoder) => {
                decoder.write_all(piece).and_then(|()| decoder.flush()).expect("gzip");
                std::mem::take(decoder.get_mut())
            }
            Self::Zstd(decoder) => {
                decoder.write_all(piece).and_then(|()| decoder.flush()).expect("zstd");
                std::mem::take(decoder.get_mut())
            }
        }
    }
}
