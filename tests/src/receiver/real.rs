//! Our own receiver, with a store of its own. What stands in front of it hands requests on, as a TLS proxy does.

use crate::http_server::{Request, Response};
use core::net::SocketAddr;
use core::time::Duration;
use haos_analytics_receiver::embedded::Embedded;
use haos_analytics_receiver::fact::to_json;
use haos_analytics_receiver::options::Options;
use haos_analytics_receiver::store::sqlite::Sqlite;
use haos_analytics_receiver::store::{Store as _, Stored, PREFIX};
use haos_analytics_receiver::time::Time;
use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::thread;
use std::time::Instant;
use tempfile::TempDir;
use ureq::http;
use ureq::Agent;

/// Headers that are between two neighbours, and no part of what is handed on (RFC 9110, 7.6.1); and the length.
const NEIGHBOURS: [&str; 6] = ["connection", "keep-alive", "te", "transfer-encoding", "upgrade", "content-length"];

/// Far more than the aggregate takes.
const SOON: Duration = Duration::from_secs(60);

pub(super) struct Real {
    server: Embedded,
    agent: Agent,
    directory: TempDir,
}

impl Real {
    pub(super) fn start() -> Self {
        let directory = TempDir::new().expect("there is a temporary directory");
        let store = format!("sqlite:{}", directory.path().join("store.sqlite").display());
        // One installation is enough to be published, and soon.
        let words = ["serve", "--listen", "127.0.0.1:0", "--store", &store, "--least", "1", "--refresh", "1"];
        let options = Options::parse(words.map(OsString::from), |_| None).expect("these options make sense");
        let server = Embedded::start(options).expect("the receiver starts");
        // Whatever the environment says, there is no proxy on the way; and every answer is one.
        let config = Agent::config_builder().proxy(None).http_status_as_error(false).max_redirects(0).build();
        Self { server, agent: config.into(), directory }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Hands a request on, and the answer back.
    pub(super) fn answer(&self, request: &Request) -> Response {
        let url = format!("http://{}{}", self.address(), request.path);
        let mut handed = http::Request::builder().method(request.method.as_str()).uri(url);
        for (name, value) in request.headers.iter().filter(|(name, _)| goes_on(name)) {
            handed = handed.header(name, value);
        }
        let answer = match request.body.as_slice() {
            [] => self.agent.run(handed.body(()).expect("it was read as a request")),
            body => self.agent.run(handed.body(body).expect("it was read as a request")),
        };
        let mut answer = answer.expect("the receiver answers");
        let mut response = Response::new(answer.status().as_u16());
        for (name, value) in answer.headers().iter().filter(|(name, _)| goes_on(name.as_str())) {
            response = response.header(name.as_str(), value.to_str().expect("its headers are ASCII"));
        }
        response.body = answer.body_mut().read_to_vec().expect("the answer is whole");
        response
    }

    /// What it publishes, once that is made of what it keeps now.
    pub(super) fn published(&self) -> Value {
        let url = format!("http://{}/current_data.json", self.address());
        let deadline = Instant::now() + SOON;
        loop {
            let mut answer = self.agent.get(&url).call().expect("the receiver answers");
            let text = answer.body_mut().read_to_string().expect("the answer is whole");
            let published: Value = serde_json::from_str(&text).unwrap_or_default();
            if published["active_installations"] == self.stored().len() {
                return published;
            }
            assert!(Instant::now() < deadline, "the aggregate is not made anew: {text}");
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// What it keeps: each report, as JSON in the order of the contract, under `uuid:<uuid>`.
    pub(super) fn stored(&self) -> BTreeMap<String, String> {
        let mut all = BTreeMap::new();
        let mut store = Sqlite::open(&self.directory.path().join("store.sqlite")).expect("the store opens");
        let take = &mut |kept: Stored| {
            all.insert(format!("{PREFIX}{}", kept.uuid), to_json(&kept.uuid, &kept.facts));
            Ok(())
        };
        store.scan(Time::now(), take).expect("the store can be read");
        all
    }
}

fn goes_on(name: &str) -> bool {
    NEIGHBOURS.iter().all(|neighbour| !name.eq_ignore_ascii_case(neighbour))
}
