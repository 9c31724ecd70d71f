//! Senders that take their time lose their connection; in one process, where patience can be short.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use common::smallest;
use core::net::SocketAddr;
use core::time::Duration;
use haos_analytics_receiver::admission::Admission;
use haos_analytics_receiver::desk::{self, Books};
use haos_analytics_receiver::http::guests::Guests;
use haos_analytics_receiver::http::{self, Metrics, Service};
use haos_analytics_receiver::origin::Origin;
use haos_analytics_receiver::store::sqlite::Sqlite;
use haos_analytics_receiver::time::Time;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// Much more than the receiver has here, much less than it has in earnest.
const LONG: Duration = Duration::from_secs(20);

fn start(runtime: &Runtime, directory: &TempDir) -> SocketAddr {
    let store = Sqlite::open(&directory.path().join("store")).unwrap();
    let (desk, _) =
        desk::open(Books::Elsewhere(Box::new(store)), LONG, Arc::new(Time::now), Admission::unlimited()).unwrap();
    let service = Service {
        desk,
        mirror: None,
        published: None,
        origin: Origin::default(),
        metrics: Metrics::default(),
        guests: Guests::new(100, 1 << 20),
        patience: Duration::from_millis(300),
    };
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(http::serve(listener, Arc::new(service), core::future::pending()));
    address
}

/// What comes back until the connection is closed, by one who sends byte after byte and never has enough.
fn drip(address: SocketAddr, begin: &str, byte: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    let mut dripping = stream.try_clone().unwrap();
    stream.write_all(begin.as_bytes()).unwrap();
    let byte = byte.to_owned();
    std::thread::spawn(move || {
        while dripping.write_all(byte.as_bytes()).is_ok() {
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    let mut answer = Vec::new();
    let mut part = [0; 1024];
    loop {
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(more) => answer.extend(&part[..more]),
            // What was still on its way when the connection was closed.
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => break,
            Err(error) => panic!("{begin:?}: it is still open: {error}"),
        }
    }
    String::from_utf8(answer).unwrap()
}

#[test]
fn heads_and_bodies_have_their_time() {
    let (runtime, directory) = (Runtime::new().unwrap(), TempDir::new().unwrap());
    let address = start(&runtime, &directory);
    let body = smallest(&"a".repeat(32), "2026.2.1");
    let whole = format!("POST /v1 HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    for (begin, byte, expected) in [
        ("POST /v1 HTTP/1.1\r\nx: ", "y", ""),
        ("POST /v1 HTTP/1.1\r\ncontent-length: 100000\r\n\r\n", " ", "HTTP/1.1 408 "),
        ("POST /v1 HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n", "1\r\n \r\n", "HTTP/1.1 408 "),
        ("", "", ""),
        (&*whole, "", "HTTP/1.1 200 "),
        (&*whole, "G", "HTTP/1.1 200 "),
    ] {
        let answer = drip(address, begin, byte);
        assert!(answer.starts_with(expected) && answer.is_empty() == expected.is_empty(), "{begin:?}: {answer:?}");
    }
}
