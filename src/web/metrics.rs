//! What was counted, as Prometheus reads it. No names, no addresses, no mail (`S-10`).

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::account::Census;

/// Counters of this process.
#[derive(Debug, Default)]
pub struct Metrics {
    requests: Mutex<BTreeMap<(String, u16), Timed>>,
    sign_ins: Mutex<BTreeMap<&'static str, u64>>,
}

#[derive(Debug, Default)]
struct Timed {
    count: u64,
    seconds: f64,
}

impl Metrics {
    /// A request was answered. `route` is the pattern of the route, never the address asked for.
    pub(super) fn answered(&self, route: &str, status: u16, took: Duration) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let timed = match requests.get_mut(&(route.to_owned(), status)) {
            Some(timed) => timed,
            None => requests.entry((route.to_owned(), status)).or_default(),
        };
        timed.count += 1;
        timed.seconds += took.as_secs_f64();
    }

    /// Somebody tried to sign in.
    pub(super) fn sign_in(&self, outcome: &'static str) {
        *self.sign_ins.lock().unwrap_or_else(PoisonError::into_inner).entry(outcome).or_default() += 1;
    }

    /// All of it in the text format of Prometheus 0.0.4.
    pub(super) fn render(&self, sessions: Option<i64>, census: &Census) -> String {
        let mut text = String::new();
        let mut line = |what: std::fmt::Arguments<'_>| {
            // Writing to a String can't fail.
            let _ = text.write_fmt(what);
            text.push('\n');
        };
        line(format_args!("# TYPE fernpost_build_info gauge"));
        line(format_args!("fernpost_build_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION")));
        if let Some(sessions) = sessions {
            line(format_args!("# TYPE fernpost_sessions gauge"));
            line(format_args!("fernpost_sessions {sessions}"));
        }
        for (name, value) in [
            ("fernpost_people", census.people),
            ("fernpost_imap_connections", census.connections),
            ("fernpost_event_streams", census.watchers),
            ("fernpost_remembered_octets", census.remembered),
        ] {
            line(format_args!("# TYPE {name} gauge"));
            line(format_args!("{name} {value}"));
        }
        line(format_args!("# TYPE fernpost_sign_ins_total counter"));
        for (outcome, count) in &*self.sign_ins.lock().unwrap_or_else(PoisonError::into_inner) {
            line(format_args!("fernpost_sign_ins_total{{outcome=\"{outcome}\"}} {count}"));
        }
        line(format_args!("# TYPE fernpost_request_seconds summary"));
        for ((route, status), timed) in &*self.requests.lock().unwrap_or_else(PoisonError::into_inner) {
            let labels = format!("{{route=\"{route}\",status=\"{status}\"}}");
            line(format_args!("fernpost_request_seconds_sum{labels} {:.6}", timed.seconds));
            line(format_args!("fernpost_request_seconds_count{labels} {}", timed.count));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_route_and_status() {
        let metrics = Metrics::default();
        metrics.answered("/webmail/mailbox/{mailbox}", 200, Duration::from_millis(2));
        metrics.answered("/webmail/mailbox/{mailbox}", 200, Duration::from_millis(2));
        metrics.sign_in("refused");
        let text = metrics.render(Some(3), &Census { people: 2, connections: 5, watchers: 1, remembered: 4096 });
        assert!(
            text.contains("fernpost_request_seconds_count{route=\"/webmail/mailbox/{mailbox}\",status=\"200\"} 2\n")
        );
        assert!(
            text.contains(
                "fernpost_request_seconds_sum{route=\"/webmail/mailbox/{mailbox}\",status=\"200\"} 0.004000\n"
            )
        );
        assert!(text.contains("fernpost_sign_ins_total{outcome=\"refused\"} 1\n"));
        for gauge in ["sessions 3", "people 2", "imap_connections 5", "event_streams 1", "remembered_octets 4096"] {
            assert!(text.contains(&format!("fernpost_{gauge}\n")), "{gauge}");
        }
    }
}
