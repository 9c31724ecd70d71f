//! Senders on loopback: each thread has many connections, and a report under way on each.

use crate::population::population;
use core::net::SocketAddr;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Instant;

const THREADS: usize = 2;
/// Of each thread.
const CONNECTIONS: usize = 256;

/// The request with the report of one installation.
pub fn request(number: u64, changes: u64) -> Vec<u8> {
    let body = population().report(number, changes);
    let (country, region) = population().place(number);
    let region = region.map_or_else(String::new, |region| format!("cf-region-code: {region}\r\n"));
    let head = format!(
        "POST /v1 HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncf-ipcountry: {country}\r\n{region}content-length: {}\r\n\r\n",
        body.len()
    );
    (head + &body).into_bytes()
}

/// Sends them all, as fast as they are answered; gives how many were a second.
#[allow(clippy::cast_precision_loss, reason = "small")]
pub fn send(address: SocketAddr, requests: &[Vec<u8>]) -> f64 {
    let parts = requests.chunks(requests.len().div_ceil(THREADS));
    let mut senders: Vec<_> = parts
        .map(|part| {
            let connect = |_| {
                let stream = TcpStream::connect(address).unwrap();
                stream.set_nodelay(true).unwrap();
                stream
            };
            ((0..CONNECTIONS).map(connect).collect::<Vec<_>>(), part)
        })
        .collect();
    let began = Instant::now();
    std::thread::scope(|scope| {
        for (streams, part) in &mut senders {
            scope.spawn(|| exchange(streams, part));
        }
    });
    requests.len() as f64 / began.elapsed().as_secs_f64()
}

/// One after the other each connection gets the next request as soon as it has answered the last.
fn exchange(streams: &mut [TcpStream], requests: &[Vec<u8>]) {
    let at_once = streams.len();
    for (at, request) in requests.iter().enumerate() {
        let stream = &mut streams[at % at_once];
        if at >= at_once {
            answered(stream);
        }
        stream.write_all(request).unwrap();
    }
    for at in requests.len().saturating_sub(at_once)..requests.len() {
        answered(&mut streams[at % at_once]);
    }
}

fn answered(stream: &mut TcpStream) {
    let mut answer = [0; 512];
    let mut length = 0;
    while !answer[..length].ends_with(b"\r\n\r\n") {
        let more = stream.read(&mut answer[length..]).unwrap();
        assert!(more > 0, "the connection ended");
        length += more;
    }
    assert!(answer.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&answer[..length]));
}
