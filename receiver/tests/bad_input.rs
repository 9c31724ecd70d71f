//! Senders that mean no good: they get an error or lose their place, others are served, memory stays bounded.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use common::full;
use common::program::Program;
use core::net::SocketAddr;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use tempfile::TempDir;

/// In KiB. The limit is 64 MiB; a debug build needs no more.
const MEMORY: u64 = 64 * 1024;

fn start(options: &[&str]) -> (Program, TempDir) {
    let directory = TempDir::new().unwrap();
    (Program::with_file(&directory.path().join("store"), options), directory)
}

fn serves(program: &Program) {
    let answer = program.post(&full().to_string());
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

fn peak(program: &Program) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", program.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn connect(address: SocketAddr, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    let _ = stream.write_all(bytes);
    stream
}

#[test]
fn junk_is_answered_or_cut_off() {
    let (program, _directory) = start(&[]);
    let lines = |count: usize| (0..count).map(|at| format!("x-{at}: y\r\n")).collect::<String>();
    let long = "a".repeat(100_000);
    let gzip = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03".repeat(1000);
    for (bytes, expected) in [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(), "400"),
        (b"\0\0\0\0\r\n\r\n".to_vec(), "400"),
        (b"POST /v1 HTTP/9.9\r\n\r\n".to_vec(), "400"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), ""),
        (format!("GET /{long} HTTP/1.1\r\nhost: a\r\n\r\n").into_bytes(), "4"),
        (format!("POST /v1 HTTP/1.1\r\n{}\r\n", lines(10_000)).into_bytes(), "431"),
        (format!("POST /v1 HTTP/1.1\r\n{}\r\n", lines(65)).into_bytes(), "431"),
        (format!("POST /v1 HTTP/1.1\r\nx: {long}\r\n\r\n").into_bytes(), "431"),
        (b"POST /v1 HTTP/1.1\r\ncontent-length: 99999999999999999999999\r\n\r\n".to_vec(), "400"),
        (b"POST /v1 HTTP/1.1\r\ncontent-length: -1\r\n\r\n".to_vec(), "400"),
        (b"POST /v1 HTTP/1.1\r\ncontent-length: 99999999999\r\n\r\n".to_vec(), "413"),
        (b"POST /v1 HTTP/1.1\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n{}{}{}".to_vec(), "400"),
        (b"POST /v1 HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n".to_vec(), "400"),
        (b"POST /v1 HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffff\r\n".to_vec(), "4"),
        (b"POST /v1 HTTP/1.1\r\ncontent-length: 100\r\n\r\n{\"uuid\"".to_vec(), ""),
        ([b"POST /v1 HTTP/1.1\r\ncontent-length: 10000\r\n\r\n", &*gzip].concat(), "400"),
        ([b"POST /v1 HTTP/1.1\r\ncontent-encoding: gzip\r\ncontent-length: 10000\r\n\r\n", &*gzip].concat(), "400"),
    ] {
        let answer = program.exchange(&bytes);
        let status = answer.get(9..).unwrap_or_default();
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        assert!(status.starts_with(expected), "{head:?}: {answer}");
        serves(&program);
    }
    // Chunked is fine, within the limit.
    let chunk = "8000\r\n".to_owned() + &" ".repeat(0x8000) + "\r\n";
    let begin = "POST /v1 HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n".to_owned();
    let body = full().to_string();
    let good = format!("{begin}{chunk}{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    assert!(program.exchange(good.as_bytes()).starts_with("HTTP/1.1 200 "));
    assert!(program.exchange((begin + &chunk.repeat(9)).as_bytes()).starts_with("HTTP/1.1 413 "));
    // One after the other on one connection, junk last.
    let one = format!("POST /v1 HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let answers = program.exchange((one.repeat(50) + "junk\r\n\r\n").as_bytes());
    assert_eq!(answers.matches("HTTP/1.1 200 ").count(), 50, "{answers:.600}");
    assert!(answers.contains("HTTP/1.1 400 "), "{answers:.600}");
    assert!(peak(&program) < MEMORY, "{} KiB", peak(&program));
}

#[test]
fn ten_thousand_silent_connections() {
    let (program, _directory) = start(&["--connections", "200"]);
    let mut held = Vec::new();
    // As many at a time as an ordinary user may open; those that were turned out are closed here too.
    for number in 0..10_000 {
        let half = ["", "POST /v1 HTTP/1.1\r\nho", "POST /v1 HTTP/1.1\r\ncontent-length: 100000\r\n\r\n{\"uuid\":"];
        held.push(connect(program.address, half[number % 3].as_bytes()));
        if held.len() > 400 {
            held.drain(..200);
        }
        if number % 500 == 0 {
            serves(&program);
        }
    }
    serves(&program);
    let metrics = program.get("/metrics");
    let connections = metrics.lines().find_map(|line| line.strip_prefix("haos_analytics_receiver_connections "));
    assert!(connections.unwrap().parse::<u64>().unwrap() <= 201, "{metrics}");
    assert!(peak(&program) < MEMORY, "{} KiB", peak(&program));
    println!("{} KiB at most, with 10,000 connections that say nothing", peak(&program));
}

#[test]
fn bodies_that_do_not_end() {
    let (program, _directory) = start(&[]);
    let head = "POST /v1 HTTP/1.1\r\ncontent-length: 262144\r\n\r\n".to_owned();
    let nearly = head + &"[".repeat(262_143);
    let mut held = Vec::new();
    for number in 0..300 {
        held.push(connect(program.address, nearly.as_bytes()));
        if number % 20 == 0 {
            serves(&program);
        }
    }
    serves(&program);
    assert!(peak(&program) < MEMORY, "{} KiB", peak(&program));
    println!("{} KiB at most, with 300 bodies of 256 KiB that do not end", peak(&program));
    // Who was turned out reads the end.
    let mut first = held.remove(0);
    assert_eq!(first.read(&mut [0]).unwrap_or(0), 0);
}

#[test]
fn one_who_does_not_read_the_answers() {
    let (program, _directory) = start(&[]);
    let mut stream = TcpStream::connect(program.address).unwrap();
    stream.set_nonblocking(true).unwrap();
    let request = b"GET /schema.json HTTP/1.1\r\nhost: a\r\n\r\n".repeat(1000);
    let mut sent = 0;
    for _ in 0..2000 {
        sent += stream.write(&request).unwrap_or(0);
    }
    assert!(sent > 0);
    serves(&program);
    assert!(peak(&program) < MEMORY, "{} KiB", peak(&program));
}
