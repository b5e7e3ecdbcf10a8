//! Live updates: `GET /events?on=&at=…`, a stream of server-sent events (WHATWG HTML 9.2).
//!
//! The stream is about the pages that a browser has open. Whenever something they show changes on the mail server, it
//! carries the changed part of each page, drawn as a reload would draw it. Nothing is kept for a stream that broke: the
//! next one says what its pages were made from, and gets what differs from that.

use std::convert::Infallible;
use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, rt, web};
use bytes::Bytes;
use serde::Serialize;
use tokio::sync::mpsc;
use tokio::time::{Instant, interval_at};

use super::error::Error;
use super::live_page::LivePage;
use super::locale::Locale;
use super::state::State;
use super::subject::{Subject, asked};
use super::visit::Visit;
use crate::account::{self, Health, Pulsed};

/// Something is said at least this often, so that nothing on the way takes the stream for dead, and the page knows.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// A stream ends after this time. The browser asks again at once, and with that shows that its session still lives.
const LONGEST: Duration = Duration::from_secs(10 * 60);
/// Streams for one person, at most, in all of their browsers.
const MOST: usize = 32;
/// Events that a slow browser has not taken yet; while they wait, nothing is drawn for it.
const WAITING: usize = 4;

/// The connection to a browser.
pub(super) struct Out {
    events: mpsc::Sender<Result<Bytes, Infallible>>,
    /// The states of all pages, as the event's id.
    id: String,
}

/// The browser went away.
pub(super) struct Gone;

impl Out {
    /// Sends one event with its data as one line of JSON.
    pub(super) async fn send(&self, name: &str, data: &impl Serialize) -> Result<(), Gone> {
        let data = serde_json::to_string(data).map_err(|_| Gone)?;
        let text = format!("event: {name}\nid: {}\ndata: {data}\n\n", self.id);
        self.events.send(Ok(text.into())).await.map_err(|_| Gone)
    }
}

/// An event that says all by its name.
#[derive(Serialize)]
struct Nothing {}

/// A sentence for the page.
#[derive(Serialize)]
struct Sentence<'a> {
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

/// `GET /events`. Who is not signed in (any more) is told so by the stream: a redirect would be followed in silence.
pub(super) async fn events(
    visit: Result<Visit, actix_web::Error>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Error> {
    let (sender, receiver) = mpsc::channel(WAITING);
    let out = Out { events: sender, id: String::new() };
    match visit {
        Ok(visit) if visit.account().watchers() >= MOST => return Err(Error::TooMany { retry_after: 60 }),
        Ok(visit) => {
            let pages = asked(request.query_string());
            rt::spawn(async move {
                // who left needs no answer
                let _ = follow(out, visit, pages.into_iter().map(|(on, made)| LivePage::new(on, made)).collect()).await;
            });
        }
        Err(_) => {
            if let Some(locale) = Locale::of(&request, &state.words, None) {
                let _ = ended(&out, &locale, &state).await;
            }
        }
    }
    let stream = futures_util::stream::unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|event| (event, receiver))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(("X-Accel-Buffering", "no")) // nginx would gather it
        .streaming(stream))
}

/// Sends what changes until one of both sides ends it.
async fn follow(mut out: Out, visit: Visit, mut pages: Vec<LivePage>) -> Result<(), Gone> {
    let subjects = pages.iter().map(|page| &page.subject);
    let mut watch = visit.account().watch(subjects.filter_map(Subject::mailbox).cloned().collect());
    let mut heartbeat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    let end = Instant::now() + LONGEST;
    let mut pulsed = watch.now();
    let mut told = Health::Unknown;
    loop {
        match &pulsed.health {
            Health::Unknown => {}
            Health::Fine => {
                let looked = look(&mut out, &visit, &mut pages).await?;
                let health = looked.map_or_else(Health::Trouble, |()| Health::Fine);
                tell(&out, &visit, &health, &mut told).await?;
            }
            Health::Trouble(_) => tell(&out, &visit, &pulsed.health, &mut told).await?,
            Health::SignedOut => return ended(&out, &visit.locale, &visit.state).await,
            Health::Closed => return out.send("bye", &Nothing {}).await,
        }
        pulsed = tokio::select! {
            pulsed = watch.changed() => pulsed,
            _ = heartbeat.tick() => {
                out.send("beat", &Nothing {}).await?;
                if Instant::now() >= end {
                    return Ok(());
                }
                Pulsed { health: Health::Unknown, ..pulsed }
            }
            () = out.events.closed() => return Err(Gone),
            () = visit.state.stop.cancelled() => return out.send("bye", &Nothing {}).await,
        };
    }
}

/// Looks at each page, and sends what changed.
async fn look(out: &mut Out, visit: &Visit, pages: &mut [LivePage]) -> Result<Result<(), account::Error>, Gone> {
    for at in 0..pages.len() {
        let Some(page) = pages.get_mut(at) else { continue };
        let news = match page.look(visit).await {
            Ok(news) => news,
            Err(super::Error::Account(error)) => return Ok(Err(error)),
            Err(_) => continue, // is in the log
        };
        out.id = pages.iter().map(|page| page.made.to_string()).collect::<Vec<_>>().join(".");
        for (name, news) in news {
            out.send(name, &news).await?;
        }
    }
    Ok(Ok(()))
}

/// Says how the mail server is, when that changes.
async fn tell(out: &Out, visit: &Visit, health: &Health, told: &mut Health) -> Result<(), Gone> {
    let is_fine = *health == Health::Fine;
    if (*told == Health::Fine) == is_fine && *told != Health::Unknown {
        return Ok(());
    }
    *told = health.clone();
    let (name, text) = if is_fine { ("fine", "live-fine") } else { ("trouble", "live-trouble") };
    out.send(name, &Sentence { text: visit.locale.text(text), url: None }).await
}

async fn ended(out: &Out, locale: &Locale, state: &State) -> Result<(), Gone> {
    out.send("ended", &Sentence { text: locale.text("live-ended"), url: Some(state.urls.login()) }).await
}
