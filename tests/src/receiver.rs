//! The analytics receiver, on loopback.

use crate::behaviour::Script;
use crate::contract::{self, Refusal};
use crate::http_server::{Listen, Reply, Request, Response, Server, Service};
use core::net::SocketAddr;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

pub use crate::behaviour::Behaviour;

/// The one path of the receiver.
pub const PATH: &str = "/v1";

/// A running receiver. It records everything and, under [`Behaviour::Contract`], keeps what it accepts.
pub struct Receiver {
    server: Server,
    desk: Arc<Desk>,
}

struct Desk {
    script: Script,
    stored: Mutex<BTreeMap<String, Vec<u8>>>,
    refusals: Mutex<Vec<Refusal>>,
}

impl Receiver {
    /// Starts it.
    pub fn start(listen: Listen, behaviour: Behaviour) -> Self {
        let desk =
            Arc::new(Desk { script: Script::new(behaviour), stored: Mutex::default(), refusals: Mutex::default() });
        Self { server: Server::start(listen, Arc::clone(&desk)), desk }
    }

    /// Its URL, for `--endpoint`: `http://127.0.0.1:1234/v1`
    pub fn url(&self) -> String {
        self.server.url(PATH)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The server under it: its connections, handshakes and failures.
    pub fn server(&self) -> &Server {
        &self.server
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

    /// The key-value store: each accepted body, as it came, under `uuid:<uuid>`.
    ///
    /// The real one keeps it for 60 days, with the country that it derived from the address.
    pub fn stored(&self) -> BTreeMap<String, Vec<u8>> {
        self.desk.stored.lock().unwrap().clone()
    }

    /// Why bodies were refused under [`Behaviour::Contract`].
    pub fn refusals(&self) -> Vec<Refusal> {
        self.desk.refusals.lock().unwrap().clone()
    }
}

impl Service for Desk {
    fn hangs_up(&self) -> bool {
        self.script.hangs_up()
    }

    fn reply(&self, request: &Request) -> Reply {
        self.script.reply().unwrap_or_else(|| Reply::Full(Response::new(self.take(request))))
    }
}

impl Desk {
    /// The contract: the bodies of all answers are empty, so the status is all there is.
    fn take(&self, request: &Request) -> u16 {
        // Another path is none of the receiver's: what stands before it answers that.
        if request.path != PATH {
            return 404;
        }
        if request.method != "POST" {
            return 405;
        }
        match contract::check(&request.body) {
            Ok(()) => {
                self.stored.lock().unwrap().insert(key(&request.body), request.body.clone());
                200
            }
            Err(refusal) => {
                let status = refusal.status;
                self.refusals.lock().unwrap().push(refusal);
                status
            }
        }
    }
}

fn key(accepted: &[u8]) -> String {
    let payload: Value = serde_json::from_slice(accepted).expect("an accepted payload is JSON");
    format!("uuid:{}", payload["uuid"].as_str().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{exchange, get, post};
    use core::time::Duration;

    const PAYLOAD: &str =
        r#"{"uuid":"0123456789abcdef0123456789abcdef","version":"2026.2.3","installation_type":"Home Assistant OS"}"#;

    fn start(behaviour: Behaviour) -> Receiver {
        Receiver::start(Listen::plain(), behaviour)
    }

    #[test]
    fn keeps_what_the_contract_allows() {
        let receiver = start(Behaviour::Contract);
        let at = receiver.address();
        assert_eq!(post(at, PAYLOAD), "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
        assert!(post(at, "{}").starts_with("HTTP/1.1 400 "));
        assert!(post(at, "nonsense").starts_with("HTTP/1.1 500 "));
        assert!(get(at, PATH, "").starts_with("HTTP/1.1 405 "));
        assert!(get(at, "/", "").starts_with("HTTP/1.1 404 "));
        let stored = receiver.stored();
        assert_eq!(stored.len(), 1);
        assert_eq!(stored["uuid:0123456789abcdef0123456789abcdef"], PAYLOAD.as_bytes());
        assert_eq!(receiver.refusals()[0].reason, "uuid: missing");
        assert_eq!(receiver.bodies()[0], PAYLOAD.as_bytes());
        let answers: Vec<_> = receiver.requests().iter().map(|request| request.answer).collect();
        assert_eq!(answers, [Some(200), Some(400), Some(500), Some(405), Some(404)]);
    }

    #[test]
    fn misbehaves_as_told() {
        let answer = |behaviour| post(start(behaviour).address(), PAYLOAD);
        assert!(answer(Behaviour::Accept).ends_with("content-length: 0\r\n\r\n"));
        assert!(answer(Behaviour::Json).ends_with(r#"{"data":{},"result":"ok"}"#));
        assert!(answer(Behaviour::Html).contains("content-type: text/html"));
        let busy = Behaviour::Status { code: 429, headers: vec![("retry-after".to_owned(), "1".to_owned())] };
        assert!(answer(busy).contains("429 Too Many Requests\r\nretry-after: 1\r\n"));
        let away = answer(Behaviour::Redirect { to: "http://127.0.0.1:9/".to_owned() });
        assert!(away.contains("307 Temporary Redirect\r\nlocation: http://127.0.0.1:9/\r\n"));
        assert!(answer(Behaviour::SlowDrip { every: Duration::from_micros(50) }).ends_with(r#""result":"ok"}"#));
        assert_eq!(answer(Behaviour::CloseAtOnce), "");
        assert!(answer(Behaviour::HalfResponse).ends_with("content-length: 25\r\n\r\n{\"data\":{},\""));
        assert!(answer(Behaviour::HugeBody { bytes: 3 << 20 }).len() > 3 << 20);
    }

    #[test]
    fn a_silent_one_waits_for_the_client() {
        let receiver = start(Behaviour::NeverAnswer);
        let mut client = std::net::TcpStream::connect(receiver.address()).unwrap();
        std::io::Write::write_all(&mut client, b"POST /v1 HTTP/1.1\r\ncontent-length: 0\r\n\r\n").unwrap();
        client.shutdown(std::net::Shutdown::Write).unwrap();
        assert_eq!(std::io::Read::read(&mut client, &mut [0; 8]).unwrap(), 0);
        assert_eq!(receiver.requests()[0].answer, None);
    }

    #[test]
    fn a_sequence_goes_by_requests_and_its_last_step_stays() {
        let steps = vec![Behaviour::status(503), Behaviour::CloseAtOnce, Behaviour::Contract];
        let receiver = start(Behaviour::Sequence(steps));
        let answers: Vec<_> = (0..4).map(|_| post(receiver.address(), PAYLOAD)).collect();
        assert!(answers[0].starts_with("HTTP/1.1 503 "));
        assert_eq!(answers[1], "");
        assert!(answers[2].starts_with("HTTP/1.1 200 ") && answers[3] == answers[2]);
        assert_eq!((receiver.connections(), receiver.requests().len()), (4, 3));
    }

    #[test]
    fn on_a_connection_that_stays_open_the_sequence_goes_on() {
        let receiver = start(Behaviour::Sequence(vec![Behaviour::status(500), Behaviour::Accept]));
        let twice = "POST /v1 HTTP/1.1\r\ncontent-length: 0\r\n\r\nPOST /v1 HTTP/1.0\r\ncontent-length: 0\r\n\r\n";
        let answers = exchange(receiver.address(), twice);
        assert!(answers.contains("HTTP/1.1 500 ") && answers.contains("HTTP/1.1 200 "), "{answers}");
        assert_eq!(receiver.connections(), 1);
    }
}
