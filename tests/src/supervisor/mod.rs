//! The Supervisor's API, as far as the collector may see it, refusals included.
//!
//! The order is that of the real one: its state comes before the token, the token before the path. Left out is its
//! filter for suspicious paths, which comes first of all: the collector asks for one fixed path.

#[cfg(test)]
mod tests;

use crate::behaviour::{Behaviour, Script};
use crate::fixture::{write_token, Fixture};
use crate::http_server::{Listen, Reply, Request, Response, Server, Service};
use core::net::SocketAddr;
use serde_json::{json, Value};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// The observer's token, of the length that real ones have.
pub const TOKEN: &str =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// What a Supervisor is to be like.
pub struct Options {
    /// The observer's token that it knows.
    pub token: String,
    /// The token changes under the collector's feet: see [`TokenChange`].
    pub token_change: Option<TokenChange>,
    /// Its state: it answers in `startup`, `running` and `freeze`.
    pub state: String,
    /// `data` of its `/supervisor/info`.
    pub info: Value,
    /// [`Behaviour::Contract`] unless it is to misbehave.
    pub behaviour: Behaviour,
}

/// The observer is started anew just as its old token is used: that one is refused, and the file has a new one.
pub struct TokenChange {
    /// The `observer.json` to replace.
    pub file: PathBuf,
    /// The token after that.
    pub token: String,
}

/// A running Supervisor.
pub struct Supervisor {
    server: Server,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            token: TOKEN.to_owned(),
            token_change: None,
            state: "running".to_owned(),
            info: info(true, true, "aarch64"),
            behaviour: Behaviour::Contract,
        }
    }
}

/// `data` of `/supervisor/info` with everything that a real one says.
pub fn info(healthy: bool, supported: bool, arch: &str) -> Value {
    json!({
        "version": "2026.02.3", "version_latest": "2026.02.3", "update_available": false, "channel": "stable",
        "arch": arch, "supported": supported, "healthy": healthy, "ip_address": "172.30.32.2",
        "timezone": "Europe/Oslo", "logging": "info", "debug": false, "debug_block": false, "diagnostics": true,
        "auto_update": true, "detect_blocking_io": false, "country": "NO", "wait_boot": 5,
        "addons": [{
            "name": "Mosquitto broker", "slug": "core_mosquitto", "version": "6.5.2", "version_latest": "6.5.2",
            "update_available": false, "state": "started", "repository": "core", "icon": true
        }],
        "addons_repositories": [{"name": "Official add-ons", "slug": "core"}]
    })
}

/// The add-ons that the fixture's Supervisor has installed, as `/supervisor/info` lists them.
fn installed(fixture: &Fixture) -> Value {
    let file = ["apps.json", "addons.json"].map(|name| fixture.path(fixture.data_path(name)));
    let text = file.iter().find_map(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
    let apps: Value = serde_json::from_str(&text).unwrap_or_default();
    let listed = apps["user"].as_object().into_iter().flatten();
    listed
        .map(|(slug, user)| json!({"name": slug, "slug": slug, "version": user["version"], "state": "started"}))
        .collect()
}

impl Options {
    /// As usual, with this health.
    pub fn health(healthy: bool, supported: bool, arch: &str) -> Self {
        Self { info: info(healthy, supported, arch), ..Self::default() }
    }

    /// The same for the machine of `fixture`: it knows the token of the observer there.
    #[must_use]
    pub fn of(self, fixture: &Fixture) -> Self {
        let mut info = self.info;
        if info.get("addons").is_some() {
            info["addons"] = installed(fixture);
        }
        Self { token: fixture.observer_token(), info, ..self }
    }

    /// As usual, but the values are not of the types that they should be.
    pub fn wrong_types() -> Self {
        let mut info = info(true, true, "aarch64");
        (info["healthy"], info["supported"], info["arch"]) = (json!("true"), json!(1), json!(["aarch64"]));
        Self { info, ..Self::default() }
    }

    /// As usual, but misbehaving.
    pub fn misbehaving(behaviour: Behaviour) -> Self {
        Self { behaviour, ..Self::default() }
    }

    /// As usual, but not up yet, or no longer: `initialize`, `setup`, `shutdown`, `stopping`, `close`.
    pub fn in_state(state: &str) -> Self {
        Self { state: state.to_owned(), ..Self::default() }
    }
}

impl Supervisor {
    /// Starts it, with plain HTTP, which is all that the real one speaks.
    pub fn start(options: Options) -> Self {
        let Options { token, token_change, state, info, behaviour } = options;
        let desk = Desk {
            script: Script::new(behaviour),
            token: Mutex::new(token),
            token_change: Mutex::new(token_change),
            state,
            info,
        };
        Self { server: Server::start(Listen::plain(), Arc::new(desk)) }
    }

    /// Its URL, for `--supervisor`: `http://127.0.0.1:1234`
    pub fn url(&self) -> String {
        self.server.url("")
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
}

struct Desk {
    script: Script,
    token: Mutex<String>,
    token_change: Mutex<Option<TokenChange>>,
    state: String,
    info: Value,
}

impl Service for Desk {
    fn hangs_up(&self) -> bool {
        self.script.hangs_up()
    }

    fn reply(&self, request: &Request) -> Reply {
        self.script.reply().unwrap_or_else(|| Reply::Full(self.answer(request)))
    }
}

impl Desk {
    fn answer(&self, request: &Request) -> Response {
        if !["startup", "running", "freeze"].contains(&self.state.as_str()) {
            let message = format!("System is not ready with state: {}", self.state);
            return Response::json(400, &json!({"result": "error", "message": message}));
        }
        let path = request.path.split('?').next().unwrap_or_default();
        let open = path == "/supervisor/ping";
        match token(request) {
            _ if open => {}
            None => return Response::text(401, "401: Unauthorized"),
            Some(token) if self.lets_in(token) && observer_may_see(path) => {}
            Some(_) => return Response::text(403, "403: Forbidden"),
        }
        let data = match path {
            "/supervisor/ping" => json!({}),
            "/supervisor/info" => self.info.clone(),
            _ => return Response::text(404, "404: Not Found"),
        };
        if request.method != "GET" {
            return Response::text(405, "405: Method Not Allowed").header("allow", "GET,HEAD");
        }
        Response::json(200, &json!({"result": "ok", "data": data}))
    }

    fn lets_in(&self, token: &str) -> bool {
        let mut known = self.token.lock().unwrap();
        if let Some(change) = self.token_change.lock().unwrap().take() {
            write_token(&change.file, &change.token);
            *known = change.token;
        }
        *known == token
    }
}

/// The first token header that there is, in the order in which the Supervisor looks.
fn token(request: &Request) -> Option<&str> {
    let named = request.header("x-supervisor-token").or_else(|| request.header("x-hassio-key"));
    named.or_else(|| request.header("authorization")?.split_whitespace().last())
}

/// The observer's rule on paths: `^(?:|/.+/info)$`
fn observer_may_see(path: &str) -> bool {
    let middle = path.strip_prefix('/').and_then(|rest| rest.strip_suffix("/info"));
    path.is_empty() || middle.is_some_and(|middle| !middle.is_empty())
}
