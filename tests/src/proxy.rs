//! An HTTP proxy on loopback that knows one method, CONNECT, and leads to loopback only.

use crate::http_server::{read, Request, Response};
use crate::listener::{Accepted, Listener};
use core::net::{Ipv4Addr, SocketAddr};
use std::io::{self, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What a proxy is to be like.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// User and password that it demands.
    pub credentials: Option<(String, String)>,
    /// Where all tunnels lead, whatever is asked for. So a program can be run with the real address of a service,
    /// and nothing leaves the machine. Without it the tunnel leads where asked, if that is an address on loopback.
    pub target: Option<SocketAddr>,
}

/// A running proxy.
pub struct Proxy {
    listener: Listener,
    tunnels: Arc<Mutex<Vec<Tunnel>>>,
}

/// What was asked of the proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tunnel {
    /// `host:port`, as asked.
    pub authority: String,
    /// 200 if there is a tunnel; 403, 405, 407 or 502 if not.
    pub status: u16,
}

impl Proxy {
    /// Starts it.
    pub fn start(options: Options) -> Self {
        let tunnels = Arc::new(Mutex::default());
        let listener = {
            let tunnels = Arc::clone(&tunnels);
            Listener::start(Ipv4Addr::LOCALHOST.into(), move |accepted| {
                // A client that fails is one that is gone.
                let _ = serve(accepted, &options, &tunnels);
            })
        };
        Self { listener, tunnels }
    }

    /// Its URL, for `HTTPS_PROXY`; with the credentials, if the client is to know them.
    pub fn url(&self, credentials: Option<(&str, &str)>) -> String {
        let user = credentials.map_or_else(String::new, |(user, password)| format!("{user}:{password}@"));
        format!("http://{user}{}", self.listener.address())
    }

    /// The exact number of connections made to it so far.
    pub fn connections(&self) -> usize {
        self.listener.connections()
    }

    /// What was asked of it, in order.
    pub fn tunnels(&self) -> Vec<Tunnel> {
        self.tunnels.lock().unwrap().clone()
    }
}

fn serve(accepted: Accepted, options: &Options, tunnels: &Mutex<Vec<Tunnel>>) -> io::Result<()> {
    let (mut client, mut ahead) = (accepted.stream, Vec::new());
    let Ok(Some(request)) = read(&mut client, &mut ahead) else { return Ok(()) };
    let expected = options.credentials.as_ref().map(|(user, password)| basic(user, password));
    let upstream = match options.target.or_else(|| loopback(&request.path)) {
        _ if request.method != "CONNECT" => Err(405),
        _ if expected.is_some() && told(&request) != expected.as_deref() => Err(407),
        None => Err(403),
        Some(target) => TcpStream::connect(target).map_err(|_| 502),
    };
    let status = upstream.as_ref().err().copied().unwrap_or(200);
    tunnels.lock().unwrap().push(Tunnel { authority: request.path, status });
    let Ok(mut upstream) = upstream else {
        return client.write_all(&Response::new(status).header("proxy-authenticate", "Basic").bytes(false));
    };
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    upstream.write_all(&ahead)?;
    relay(client, upstream)
}

/// Both directions until either ends; then both are over.
fn relay(mut client: TcpStream, mut upstream: TcpStream) -> io::Result<()> {
    let (mut client_too, mut upstream_too) = (client.try_clone()?, upstream.try_clone()?);
    let answers = thread::spawn(move || {
        let _ = io::copy(&mut upstream_too, &mut client_too);
        let _ = client_too.shutdown(Shutdown::Both);
    });
    let _ = io::copy(&mut client, &mut upstream);
    let _ = upstream.shutdown(Shutdown::Both);
    let _ = answers.join();
    Ok(())
}

/// The address meant by `127.0.0.1:1`, `[::1]:1` or `localhost:1`.
fn loopback(authority: &str) -> Option<SocketAddr> {
    let address: SocketAddr = authority.replace("localhost:", "127.0.0.1:").parse().ok()?;
    address.ip().is_loopback().then_some(address)
}

/// The credentials of a request. The scheme's name has no case (RFC 9110 §11.1).
fn told(request: &Request) -> Option<&str> {
    let (scheme, credentials) = request.header("proxy-authorization")?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("basic").then_some(credentials)
}

/// The credentials as `Proxy-Authorization` has them.
fn basic(user: &str, password: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut value = String::new();
    for chunk in format!("{user}:{password}").as_bytes().chunks(3) {
        let bits = chunk.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for digit in 0..4 {
            let sextet = bits >> (18 - 6 * digit) & 0x3f;
            value.push(if digit > chunk.len() { '=' } else { char::from(DIGITS[sextet as usize]) });
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::exchange;
    use crate::http_server::Listen;
    use crate::receiver::{Behaviour, Receiver};

    #[test]
    fn leads_to_loopback_and_counts() {
        let receiver = Receiver::start(Listen::plain(), Behaviour::Accept);
        let (proxy, target) = (Proxy::start(Options::default()), receiver.address());
        let request = format!("CONNECT {target} HTTP/1.1\r\n\r\nPOST /v1 HTTP/1.0\r\n\r\n");
        let answer = exchange(proxy.listener.address(), &request);
        assert!(answer.starts_with("HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 OK\r\n"), "{answer}");
        let answer = exchange(proxy.listener.address(), "CONNECT 192.0.2.1:443 HTTP/1.1\r\n\r\n");
        assert!(answer.starts_with("HTTP/1.1 403 "));
        let answer = exchange(proxy.listener.address(), "GET http://localhost/ HTTP/1.1\r\n\r\n");
        assert!(answer.starts_with("HTTP/1.1 405 "));
        assert_eq!(proxy.tunnels().iter().map(|t| t.status).collect::<Vec<_>>(), [200, 403, 405]);
        assert_eq!((proxy.connections(), receiver.connections()), (3, 1));
    }

    #[test]
    fn a_fixed_target_stands_for_every_name() {
        let receiver = Receiver::start(Listen::plain(), Behaviour::Accept);
        let proxy = Proxy::start(Options { target: Some(receiver.address()), ..Options::default() });
        exchange(proxy.listener.address(), "CONNECT receiver.invalid:443 HTTP/1.1\r\n\r\nGET / HTTP/1.0\r\n\r\n");
        assert_eq!(proxy.tunnels(), [Tunnel { authority: "receiver.invalid:443".to_owned(), status: 200 }]);
        assert_eq!(receiver.requests().len(), 1);
    }

    #[test]
    fn demands_credentials() {
        let receiver = Receiver::start(Listen::plain(), Behaviour::Accept);
        let credentials = Some(("Aladdin".to_owned(), "open sesame".to_owned()));
        let proxy = Proxy::start(Options { credentials, target: Some(receiver.address()) });
        let ask = |header: &str| {
            let request = format!("CONNECT a:1 HTTP/1.1\r\n{header}\r\nGET / HTTP/1.0\r\n\r\n");
            exchange(proxy.listener.address(), &request)
        };
        assert!(ask("").starts_with("HTTP/1.1 407 "));
        assert!(ask("Proxy-Authorization: Basic AAAA\r\n").starts_with("HTTP/1.1 407 "));
        assert!(ask("Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n").starts_with("HTTP/1.1 200 "));
        assert!(proxy.url(Some(("a", "b"))).starts_with("http://a:b@127.0.0.1:"));
        assert_eq!(basic("a", "bc"), "YTpiYw==");
        assert_eq!(basic("a", "bcd"), "YTpiY2Q=");
    }
}
