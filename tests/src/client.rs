//! A client as plain as can be, for the tests of the doubles.

use core::net::SocketAddr;
use core::time::Duration;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// Writes `request`, reads until the server ends the connection.
pub(crate) fn exchange(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let _ = stream.write_all(request.as_bytes());
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// A POST to `/v1` that asks for the connection to be closed.
pub(crate) fn post(address: SocketAddr, body: &str) -> String {
    let length = body.len();
    exchange(address, &format!("POST /v1 HTTP/1.1\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"))
}

/// A GET with further header lines, each with its line end.
pub(crate) fn get(address: SocketAddr, path: &str, headers: &str) -> String {
    exchange(address, &format!("GET {path} HTTP/1.1\r\nconnection: close\r\n{headers}\r\n"))
}
