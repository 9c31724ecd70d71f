//! Sentry, or whatever takes crash reports as it does, on loopback.

use crate::behaviour::Script;
use crate::http_server::{Listen, Reply, Request, Response, Server, Service};
use core::net::SocketAddr;
use serde_json::{json, Value};
use std::sync::{Arc, Mutex};

pub use crate::behaviour::Behaviour;

/// The one key that it knows.
pub const KEY: &str = "0123456789abcdef0123456789abcdef";
const PATH: &str = "/api/42/envelope/";

/// A running server. Under [`Behaviour::Contract`] it keeps what it accepts, one event of each id.
pub struct Sentry {
    server: Server,
    desk: Arc<Desk>,
}

struct Desk {
    script: Script,
    events: Mutex<Vec<Value>>,
}

impl Sentry {
    /// Starts it.
    pub fn start(behaviour: Behaviour) -> Self {
        let desk = Arc::new(Desk { script: Script::new(behaviour), events: Mutex::default() });
        Self { server: Server::start(Listen::plain(), Arc::clone(&desk)), desk }
    }

    /// For `--dsn`.
    pub fn dsn(&self) -> String {
        format!("http://{KEY}@{}/42", self.server.address())
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The exact number of connections made to it so far.
    pub fn connections(&self) -> usize {
        self.server.connections()
    }

    /// The requests that came, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.server.requests()
    }

    /// The bodies that came, in order.
    pub fn bodies(&self) -> Vec<Vec<u8>> {
        self.requests().into_iter().map(|request| request.body).collect()
    }

    /// The events that it has.
    pub fn events(&self) -> Vec<Value> {
        self.desk.events.lock().unwrap().clone()
    }
}

impl Service for Desk {
    fn hangs_up(&self) -> bool {
        self.script.hangs_up()
    }

    fn reply(&self, request: &Request) -> Reply {
        self.script.reply().unwrap_or_else(|| {
            Reply::Full(match self.take(request) {
                Ok(id) => Response::json(200, &json!({ "id": id })),
                Err(status) => Response::json(status, &json!({ "detail": "refused" })),
            })
        })
    }
}

impl Desk {
    fn take(&self, request: &Request) -> Result<String, u16> {
        if request.path != PATH || request.method != "POST" {
            return Err(404);
        }
        let key = format!("sentry_key={KEY}");
        let auth = request.header("x-sentry-auth").and_then(|value| value.strip_prefix("Sentry ")).unwrap_or_default();
        if !auth.split(", ").any(|part| part == key) || !auth.split(", ").any(|part| part == "sentry_version=7") {
            return Err(403);
        }
        let event = event(&request.body).ok_or(400_u16)?;
        let id = event["event_id"].as_str().ok_or(400_u16)?.to_owned();
        let mut events = self.events.lock().unwrap();
        if events.iter().all(|known| known["event_id"] != id.as_str()) {
            events.push(event);
        }
        Ok(id)
    }
}

/// The one event of an envelope that is whole: its head, the head of the item, and so many bytes as that says.
pub fn event(envelope: &[u8]) -> Option<Value> {
    let mut lines = envelope.splitn(3, |byte| *byte == b'\n');
    let (head, item) = (parsed(lines.next()?)?, parsed(lines.next()?)?);
    let body = lines.next()?;
    let event = parsed(body)?;
    let fits = item["type"] == "event" && item["length"] == body.len() && head["event_id"] == event["event_id"];
    fits.then_some(event)
}

fn parsed(json: &[u8]) -> Option<Value> {
    serde_json::from_slice(json).ok()
}
