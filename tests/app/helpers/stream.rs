//! A stream of server-sent events, read as a browser reads it.

use std::time::Duration;

use tokio::time::timeout;

/// Longer than this nobody waits for an event.
const PATIENCE: Duration = Duration::from_secs(20);

/// An open stream.
pub(crate) struct Stream {
    response: reqwest::Response,
    text: String,
}

/// One event.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) data: serde_json::Value,
}

impl Stream {
    pub(super) fn read(response: reqwest::Response) -> Self {
        assert_eq!(response.status(), 200);
        Self { response, text: String::new() }
    }

    /// A header of the response.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The next event; `None` when the stream has ended.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        timeout(PATIENCE, async {
            loop {
                if let Some((event, rest)) = self.text.split_once("\n\n") {
                    let field = |name: &str| {
                        let found = event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
                        found.unwrap_or_default().to_owned()
                    };
                    let (name, id) = (field("event"), field("id"));
                    let data = serde_json::from_str(&field("data")).expect("JSON");
                    self.text = rest.to_owned();
                    return Some(Event { name, id, data });
                }
                let piece = self.response.chunk().await.ok()??;
                self.text.push_str(std::str::from_utf8(&piece).expect("UTF-8"));
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
