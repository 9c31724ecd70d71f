//! Our own receiver, with a store of its own. What stands in front of it hands requests on, as a TLS proxy does.

use super::program::program;
use crate::http_server::{Request, Response};
use core::net::SocketAddr;
use core::time::Duration;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
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
    child: Child,
    address: SocketAddr,
    agent: Agent,
    directory: TempDir,
}

impl Real {
    pub(super) fn start() -> Self {
        let directory = TempDir::new().expect("there is a temporary directory");
        let log = directory.path().join("log");
        let mut command = receiver("serve", &directory);
        // One installation is enough to be published, and soon.
        command.args(["--listen", "127.0.0.1:0", "--least", "1", "--refresh", "1", "--publish", "1"]);
        command.args(["--quarantine", "0"]);
        command.stdout(Stdio::piped()).stderr(File::create(&log).expect("the temporary directory is writable"));
        let mut child = command.spawn().expect("the receiver starts");
        let mut line = String::new();
        let said = child.stdout.take().map(|stdout| BufReader::new(stdout).read_line(&mut line));
        let address = line.trim_end().strip_prefix("http://").and_then(|address| address.parse().ok());
        let Some(address) = address else {
            let _ = child.kill();
            panic!("the receiver says {said:?} {line:?}: {}", fs::read_to_string(log).unwrap_or_default());
        };
        // Whatever the environment says, there is no proxy on the way; and every answer is one.
        let config = Agent::config_builder().proxy(None).http_status_as_error(false).max_redirects(0).build();
        Self { child, address, agent: config.into(), directory }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
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
        let exported = receiver("export", &self.directory).output().expect("the receiver's program starts");
        assert!(exported.status.success(), "{}", String::from_utf8_lossy(&exported.stderr));
        let exported = String::from_utf8(exported.stdout).expect("an export is text");
        exported.lines().map(entry).collect()
    }
}

impl Drop for Real {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A command over the store in this directory, whatever the environment says.
fn receiver(command: &str, directory: &TempDir) -> Command {
    let mut receiver = Command::new(program());
    receiver.env_clear().stdin(Stdio::null()).arg(command);
    receiver.arg("--store").arg(format!("sqlite:{}", directory.path().join("store.sqlite").display()));
    receiver
}

/// Key and value of an exported line. The value is exactly what stands there, and the last thing in the line.
fn entry(line: &str) -> (String, String) {
    let parsed: Value = serde_json::from_str(line).expect("an export is lines of JSON");
    let (_, value) = line.split_once(r#","value":"#).expect("a line has a value");
    let value = value.strip_suffix('}').expect("a line is an object");
    (parsed["key"].as_str().expect("a line has a key").to_owned(), value.to_owned())
}

fn goes_on(name: &str) -> bool {
    NEIGHBOURS.iter().all(|neighbour| !name.eq_ignore_ascii_case(neighbour))
}
