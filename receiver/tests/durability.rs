//! Killed under load, again and again: what was answered with 200 is there.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use common::program::Program;
use common::{smallest, NOON};
use core::net::SocketAddr;
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use core::time::Duration;
use haos_analytics_receiver::fact::to_json;
use haos_analytics_receiver::store::sqlite::Sqlite;
use haos_analytics_receiver::store::Store as _;
use haos_analytics_receiver::time::Time;
use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Mutex;
use tempfile::TempDir;

const ROUNDS: u64 = 12;
const SENDERS: u64 = 8;
/// Installations of each sender; their version goes up with every report.
const INSTALLATIONS: u64 = 16;

#[test]
fn what_was_acknowledged_is_kept() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("store");
    let acknowledged: Mutex<HashMap<String, u64>> = Mutex::default();
    let version = AtomicU64::new(0);
    let mut all = 0;
    for round in 0..ROUNDS {
        let program = Program::with_file(&file, &["--refresh", "1"]);
        let (address, stop) = (program.address, AtomicBool::new(false));
        let sent = AtomicU64::new(0);
        std::thread::scope(|scope| {
            for sender in 0..SENDERS {
                let (acknowledged, version, stop, sent) = (&acknowledged, &version, &stop, &sent);
                scope.spawn(move || load(address, sender, acknowledged, version, stop, sent));
            }
            // At another point of the work each time; a slow machine only means fewer reports.
            while sent.load(Ordering::Relaxed) < 40 + round * 37 {
                std::thread::sleep(Duration::from_millis(1));
            }
            program.kill();
            stop.store(true, Ordering::Relaxed);
        });
        all += sent.load(Ordering::Relaxed);
        let mut store = Sqlite::open(&file).unwrap();
        for (uuid, least) in acknowledged.lock().unwrap().iter() {
            let stored = store.read(uuid, Time::now()).unwrap();
            let stored = stored.unwrap_or_else(|| panic!("round {round}: {uuid} is lost"));
            let json: serde_json::Value = serde_json::from_str(&to_json(uuid, &stored.facts)).unwrap();
            let kept: u64 = json["version"].as_str().unwrap().strip_prefix("2026.1.0b").unwrap().parse().unwrap();
            assert!(kept >= *least, "round {round}: {uuid} has {kept}, {least} was acknowledged");
        }
    }
    println!("{all} reports acknowledged over {ROUNDS} kills");
    assert!(NOON < Time::now());
}

fn load(
    address: SocketAddr,
    sender: u64,
    acknowledged: &Mutex<HashMap<String, u64>>,
    version: &AtomicU64,
    stop: &AtomicBool,
    sent: &AtomicU64,
) {
    let Ok(mut stream) = TcpStream::connect(address) else { return };
    for number in 0.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let uuid = format!("{:032}", sender * INSTALLATIONS + number % INSTALLATIONS);
        let newer = version.fetch_add(1, Ordering::SeqCst);
        let body = smallest(&uuid, &format!("2026.1.0b{newer:09}"));
        let head = format!("POST /v1 HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n", body.len());
        if stream.write_all((head + &body).as_bytes()).is_err() {
            return;
        }
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            if !matches!(stream.read(&mut byte), Ok(1)) {
                return;
            }
            answer.push(byte[0]);
        }
        if answer.starts_with(b"HTTP/1.1 200 ") {
            let mut acknowledged = acknowledged.lock().unwrap();
            acknowledged.insert(uuid, newer);
            sent.fetch_add(1, Ordering::Relaxed);
        }
    }
}
