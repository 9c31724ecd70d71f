//! The analytics receiver, on loopback: our own, or one that misbehaves.

mod program;
mod real;

use crate::behaviour::Script;
use crate::http_server::{Listen, Reply, Request, Server, Service};
use core::net::SocketAddr;
use real::Real;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

pub use crate::behaviour::Behaviour;
pub use program::{program, BIN};

/// Where reports go.
pub const PATH: &str = "/v1";

/// A running receiver. It records every request and, under [`Behaviour::Contract`], hands it to our own.
pub struct Receiver {
    server: Server,
    desk: Arc<Desk>,
}

struct Desk {
    script: Script,
    /// Started for the first request that it is to answer: most tests want none.
    real: OnceLock<Real>,
    refusals: Mutex<Vec<String>>,
}

impl Receiver {
    /// Starts it.
    pub fn start(listen: Listen, behaviour: Behaviour) -> Self {
        let script = Script::new(behaviour);
        if script.asks_the_contract() {
            program();
        }
        let desk = Arc::new(Desk { script, real: OnceLock::new(), refusals: Mutex::default() });
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

    /// Where our own receiver stands, in clear text, with its page and the aggregate.
    pub fn real(&self) -> SocketAddr {
        self.desk.real().address()
    }

    /// What our own receiver keeps: each report, as JSON in the order of the contract, under `uuid:<uuid>`.
    pub fn stored(&self) -> BTreeMap<String, String> {
        self.desk.real.get().map_or_else(BTreeMap::new, Real::stored)
    }

    /// What our own receiver publishes, as `/current_data.json`, of what it keeps now.
    pub fn published(&self) -> Value {
        self.desk.real().published()
    }

    /// What our own receiver said of the requests that it did not take.
    pub fn refusals(&self) -> Vec<String> {
        self.desk.refusals.lock().unwrap().clone()
    }
}

impl Service for Desk {
    fn hangs_up(&self) -> bool {
        self.script.hangs_up()
    }

    fn reply(&self, request: &Request) -> Reply {
        self.script.reply().unwrap_or_else(|| {
            let answer = self.real().answer(request);
            if answer.status != 200 {
                self.refusals.lock().unwrap().push(String::from_utf8_lossy(&answer.body).into_owned());
            }
            Reply::Full(answer)
        })
    }
}

impl Desk {
    fn real(&self) -> &Real {
        self.real.get_or_init(Real::start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{exchange, get, post};
    use core::time::Duration;

    const UUID: &str = "0123456789abcdef0123456789abcdef";
    const PAYLOAD: &str =
        r#"{"uuid":"0123456789abcdef0123456789abcdef","version":"2026.2.3","installation_type":"Home Assistant OS"}"#;

    fn start(behaviour: Behaviour) -> Receiver {
        Receiver::start(Listen::plain(), behaviour)
    }

    #[test]
    fn our_own_keeps_what_the_contract_allows() {
        let receiver = start(Behaviour::Contract);
        let at = receiver.address();
        let taken = post(at, PAYLOAD);
        assert!(taken.starts_with("HTTP/1.1 200 OK\r\n") && taken.ends_with("content-length: 0\r\n\r\n"), "{taken}");
        assert!(post(at, "{}").starts_with("HTTP/1.1 400 "));
        assert!(post(at, "nonsense").starts_with("HTTP/1.1 400 "));
        assert!(get(at, PATH, "").starts_with("HTTP/1.1 405 "));
        assert!(get(at, "/v2", "").starts_with("HTTP/1.1 404 "));
        assert_eq!(receiver.stored(), BTreeMap::from([(format!("uuid:{UUID}"), PAYLOAD.to_owned())]));
        assert_eq!(receiver.published()["versions"], serde_json::json!({"2026.2.3": 1}));
        assert_eq!(receiver.refusals()[0], r#"{"error":"missing field `uuid` at line 1 column 2"}"#);
        assert_eq!(receiver.bodies()[0], PAYLOAD.as_bytes());
        let forget = format!("DELETE {PATH}/{UUID} HTTP/1.1\r\nconnection: close\r\n\r\n");
        assert!(exchange(at, &forget).starts_with("HTTP/1.1 200 "));
        assert!(receiver.stored().is_empty());
        let answers: Vec<_> = receiver.requests().iter().map(|request| request.answer).collect();
        assert_eq!(answers, [Some(200), Some(400), Some(400), Some(405), Some(404), Some(200)]);
        assert!(get(receiver.real(), "/schema.json", "").contains("json-schema.org"));
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
