//! The receiver: whole requests, what its store reads back, files of addresses.

use crate::scratch;
use core::net::{IpAddr, SocketAddr};
use core::time::Duration;
use haos_analytics_receiver::command;
use haos_analytics_receiver::fact::{to_json, Facts, Kind};
use haos_analytics_receiver::options::Options;
use haos_analytics_receiver::origin::Geoip;
use haos_analytics_receiver::store::sqlite::Sqlite;
use haos_analytics_receiver::store::{Store, Write};
use haos_analytics_receiver::time::Time;
use std::io::{Read, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Instant;

/// Longer than any answer takes.
const WITHIN: Duration = Duration::from_secs(5);
/// What the service answers, if not to a fault of its own.
const STATUSES: [&str; 11] = ["200", "304", "400", "404", "405", "408", "413", "414", "429", "431", "503"];

fn service() -> SocketAddr {
    static SERVICE: OnceLock<SocketAddr> = OnceLock::new();
    let start = || {
        // A port that is free now; nobody else here takes one in the meantime.
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
        let address = listener.local_addr().expect("it has an address");
        drop(listener);
        let listen = address.to_string();
        let store = format!("sqlite:{}", scratch::directory("service").join("store").display());
        let words = [
            "haos-analytics-receiver",
            "serve",
            "--listen",
            &listen,
            "--trusted-proxy",
            "127.0.0.0/8",
            "--refresh",
            "1",
            "--store",
            &store,
        ];
        let options = Options::parse_from_all(words.map(Into::into)).expect("the options are in order");
        std::thread::spawn(|| command::run(options).expect("it serves"));
        let end = Instant::now() + WITHIN;
        while TcpStream::connect(address).is_err() {
            assert!(Instant::now() < end, "it does not listen");
            std::thread::sleep(Duration::from_millis(10));
        }
        address
    };
    *SERVICE.get_or_init(start)
}

/// Whatever comes over a connection is answered in order, or not at all, and the service goes on.
pub fn request(bytes: &[u8]) {
    let answers = exchange(bytes);
    let mut rest = answers.as_slice();
    while !rest.is_empty() {
        let head = rest.windows(4).position(|part| part == b"\r\n\r\n").expect("a head has an end");
        let (head, behind) = rest.split_at(head + 4);
        let head = core::str::from_utf8(head).expect("a head is text");
        let status = head.strip_prefix("HTTP/1.").and_then(|rest| rest.split(' ').nth(1)).expect("a status");
        assert!(STATUSES.contains(&status) || status == "100", "{head}");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        // That to HEAD has a length and no bytes.
        let length: usize = length.unwrap_or(0);
        let is_next = behind.starts_with(b"HTTP/1.") || behind.is_empty();
        assert!(is_next || length <= behind.len(), "{head}");
        rest = if is_next { behind } else { &behind[length..] };
    }
    let health = exchange(b"GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    assert!(health.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&health));
}

fn exchange(bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(service()).expect("it listens");
    stream.set_read_timeout(Some(WITHIN)).expect("not zero");
    let mut answers = Vec::new();
    // It may close the connection before all is written, or read.
    if stream.write_all(bytes).and_then(|()| stream.shutdown(Shutdown::Write)).is_ok() {
        if let Err(error) = stream.read_to_end(&mut answers) {
            assert!(
                !matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut),
                "no answer"
            );
            answers.clear();
        }
    }
    answers
}

const UUID: &str = "0123456789abcdef0123456789abcdef";

/// A file, since its counts are made by several connections.
fn new_store() -> Sqlite {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    let file = FILE.get_or_init(|| scratch::directory("stored").join("store"));
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(file.with_file_name(format!("store{end}")));
    }
    Sqlite::open(file).expect("a file is a store")
}

/// A store that somebody else has written: the first line is a report's list of facts; each other
/// begins with a fact's kind and what it is part of, and the rest is its text.
pub fn stored(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    let mut lines = text.split('\n').take(64);
    let list = lines.next().unwrap_or_default();
    let mut store = new_store();
    for line in lines {
        let mut words = line.splitn(3, ' ');
        let (Some(kind), Some(part_of), Some(text)) = (words.next(), words.next(), words.next()) else { continue };
        let (kind, part_of) = (kind.parse::<u8>().unwrap_or(1), part_of.parse::<u32>().ok());
        // One fact is there once.
        let insert = "INSERT OR IGNORE INTO fact (kind, part_of, text) VALUES (?, ?, ?)";
        store.connection().execute(insert, (kind, part_of, text)).expect("a fact can be written");
    }
    let insert =
        "INSERT INTO report (uuid, first_seen, updated, digest, facts) VALUES (?, 1000, 1000, zeroblob(16), ?)";
    store.connection().execute(insert, (UUID, list)).expect("a report can be written");

    let now = Time(2000);
    let read = store.read(UUID, now).expect("a store can be read").expect("the report is there");
    assert!(read.facts.iter().all(|(kind, text)| text.len() <= data.len() && Kind::of(kind as u8).is_some()));
    to_json(UUID, &read.facts);
    let mut all = 0;
    let count = &mut |_| {
        all += 1;
        Ok(())
    };
    store.scan(now, count).expect("a store can be read");
    assert_eq!(all, 1);
    store.count_all().expect("a store can be counted");
    store.counts().expect("it is counted");
    // What comes next is as in a store of its own.
    let mut facts = Facts::default();
    facts.push(Kind::Version, "2026.2.3");
    facts.push(Kind::Integration, "sun");
    store.write(&[Write::put(UUID, facts.clone())], now).expect("a store can be written");
    let read = store.read(UUID, now).expect("a store can be read").expect("the report is there");
    assert_eq!(read.facts, facts);
    store.sweep(now).expect("a store can be swept");
    store.write(&[Write::delete(UUID)], now).expect("a store can be written");
    assert!(store.read(UUID, now).expect("a store can be read").is_none());
}

/// A database of addresses: it is none, or every address has a place of the form that is published,
/// or none.
pub fn geoip(file: &[u8]) {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    let path = FILE.get_or_init(|| scratch::directory("geoip").join("database"));
    scratch::write(path, file);
    let Ok(database) = Geoip::open(path) else { return };
    for address in ["1.1.1.1", "81.2.69.160", "200.1.1.1", "::1", "2001:218::1", "::ffff:81.2.69.160", "ffff::"] {
        let address: IpAddr = address.parse().expect("an address");
        if let Some(place) = database.place(address) {
            let is_code = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' ';
            assert!(matches!(place.as_str().len(), 2 | 5) && place.as_str().bytes().all(is_code), "{place:?}");
        }
    }
}
