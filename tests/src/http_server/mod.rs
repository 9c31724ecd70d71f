//! The HTTP/1.1 server under the receiver and the Supervisor: plain or TLS, it records what it is asked.

mod request;
mod response;
mod stream;

pub use request::{read, Refused, Request};
pub use response::{Reply, Response};

use crate::listener::{Accepted, Listener};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use rustls::ServerConfig;
use std::io::Write as _;
use std::sync::{Arc, Mutex};
use stream::Stream;

/// Where to listen, and how. Without TLS on 127.0.0.1 unless told otherwise.
#[derive(Clone)]
pub struct Listen {
    host: IpAddr,
    tls: Option<Arc<ServerConfig>>,
}

/// What a server answers.
pub trait Service: Send + Sync + 'static {
    /// Whether the connection just accepted is closed at once, before a byte is read.
    fn hangs_up(&self) -> bool {
        false
    }

    /// The answer to a request.
    fn reply(&self, request: &Request) -> Reply;
}

/// A running server. Dropping it closes its connections and ends its threads.
pub struct Server {
    listener: Listener,
    log: Arc<Log>,
    scheme: &'static str,
}

#[derive(Default)]
struct Log {
    requests: Mutex<Vec<Request>>,
    tls_versions: Mutex<Vec<String>>,
    failures: Mutex<Vec<String>>,
}

impl Listen {
    /// HTTP on 127.0.0.1.
    pub fn plain() -> Self {
        Self { host: Ipv4Addr::LOCALHOST.into(), tls: None }
    }

    /// HTTPS on 127.0.0.1.
    pub fn tls(config: Arc<ServerConfig>) -> Self {
        Self { tls: Some(config), ..Self::plain() }
    }

    /// The same on `[::1]`.
    #[must_use]
    pub fn on_ipv6(self) -> Self {
        Self { host: Ipv6Addr::LOCALHOST.into(), ..self }
    }
}

impl Server {
    /// Starts answering with `service`.
    pub fn start(listen: Listen, service: Arc<impl Service>) -> Self {
        let log = Arc::new(Log::default());
        let scheme = if listen.tls.is_some() { "https" } else { "http" };
        let listener = {
            let log = Arc::clone(&log);
            Listener::start(listen.host, move |accepted| serve(accepted, listen.tls.as_ref(), &*service, &log))
        };
        Self { listener, log, scheme }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.listener.address()
    }

    /// The URL of a path (which begins with a slash, or is empty), with the address as its host.
    pub fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.address())
    }

    /// The exact number of connections made to it so far, whether anything was said on them or not.
    pub fn connections(&self) -> usize {
        self.listener.connections()
    }

    /// The requests that were read whole, in order. One is listed before its answer is written.
    pub fn requests(&self) -> Vec<Request> {
        self.log.requests.lock().unwrap().clone()
    }

    /// The TLS version of each completed handshake, such as `TLSv1_3`.
    pub fn tls_versions(&self) -> Vec<String> {
        self.log.tls_versions.lock().unwrap().clone()
    }

    /// What went wrong before there was a request: failed handshakes and unreadable requests.
    /// Waits until all connections are over, so the clients must be.
    pub fn failures(&self) -> Vec<String> {
        self.listener.wait_idle();
        self.log.failures.lock().unwrap().clone()
    }
}

fn serve(accepted: Accepted, tls: Option<&Arc<ServerConfig>>, service: &impl Service, log: &Log) {
    if service.hangs_up() {
        return;
    }
    let mut stream = match Stream::open(accepted.stream, tls) {
        Ok(stream) => stream,
        Err(error) => return log.failures.lock().unwrap().push(error.to_string()),
    };
    log.tls_versions.lock().unwrap().extend(stream.tls_version());
    let mut ahead = Vec::new();
    loop {
        match read(&mut stream, &mut ahead) {
            Ok(Some(mut request)) => {
                let reply = service.reply(&request);
                let keep = request.keeps_alive();
                request.answer = reply.status();
                log.requests.lock().unwrap().push(request);
                if !matches!(reply.send(&mut stream, keep, &accepted.stop), Ok(true)) {
                    return;
                }
            }
            Ok(None) => return,
            Err(refused) => {
                log.failures.lock().unwrap().push(refused.reason.to_owned());
                let _ = stream.write_all(&Response::new(refused.status).bytes(false));
                return stream.drain();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client;

    struct Echo;

    impl Service for Echo {
        fn reply(&self, request: &Request) -> Reply {
            Reply::Full(Response { body: request.body.clone(), ..Response::new(200) })
        }
    }

    #[test]
    fn two_requests_on_one_connection() {
        let server = Server::start(Listen::plain(), Arc::new(Echo));
        let one = "POST /a HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi";
        let two = "POST /b HTTP/1.1\r\ncontent-length: 3\r\nConnection: close\r\n\r\nyou";
        let answer = client::exchange(server.address(), &format!("{one}{two}"));
        assert!(answer.ends_with("\r\n\r\nyou"), "{answer}");
        let requests = server.requests();
        assert_eq!(requests.iter().map(|r| r.path.as_str()).collect::<Vec<_>>(), ["/a", "/b"]);
        assert_eq!(requests[0].body, b"hi");
        assert_eq!(requests[1].header("CONTENT-LENGTH"), Some("3"));
        assert_eq!(requests[1].answer, Some(200));
        assert_eq!(server.connections(), 1);
    }

    #[test]
    fn refuses_what_it_will_not_read() {
        let server = Server::start(Listen::plain(), Arc::new(Echo));
        let long = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(20 * 1024));
        for (request, status) in [
            ("POST / HTTP/1.1\r\ncontent-length: 1048577\r\n\r\n", "413"),
            ("POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", "411"),
            ("POST / HTTP/1.1\r\ncontent-length: x\r\n\r\n", "400"),
            ("\u{1}\r\n\r\n", "400"),
            (long.as_str(), "431"),
        ] {
            let answer = client::exchange(server.address(), request);
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        }
        assert_eq!(server.requests().len(), 0);
        assert_eq!(server.failures().len(), 5);
    }

    #[test]
    fn listens_on_ipv6_where_there_is_one() {
        if crate::listener::has_ipv6() {
            let server = Server::start(Listen::plain().on_ipv6(), Arc::new(Echo));
            assert!(server.url("/x").starts_with("http://[::1]:"));
            let answer = client::exchange(server.address(), "GET / HTTP/1.0\r\n\r\n");
            assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        }
    }
}
