//! Answers, byte by byte: whatever a receiver, a Supervisor, Sentry or a proxy says, it is never a
//! fault of the program.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/crashes.rs"]
mod crashes;
#[path = "common/world.rs"]
mod world;

use core::net::Ipv4Addr;
use crashes::Crashes;
use haos_analytics_tests::collector::Run;
use haos_analytics_tests::http_server::{read, Request};
use haos_analytics_tests::listener::Listener;
use haos_analytics_tests::sentry::KEY;
use std::io::{Read as _, Write as _};
use std::net::Shutdown;
use std::sync::{Arc, Mutex};
use std::thread;
use world::{run, World};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
const TUNNEL: &str = "HTTP/1.1 200 Connection established\r\n\r\n";
const STATE: &str = r#"{"result":"ok","data":{"healthy":true,"supported":true,"arch":"aarch64"}}"#;

/// A server that answers every request with the same bytes.
struct Peer {
    listener: Listener,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Peer {
    fn saying(answer: impl Into<String>) -> Self {
        let (answer, requests) = (answer.into(), Arc::new(Mutex::new(Vec::new())));
        let kept = Arc::clone(&requests);
        let listener = Listener::start(Ipv4Addr::LOCALHOST.into(), move |mut accepted| {
            if let Ok(Some(request)) = read(&mut accepted.stream, &mut Vec::new()) {
                kept.lock().unwrap().push(request);
                // The other side may be gone before the end.
                let _ = accepted.stream.write_all(answer.as_bytes());
                let _ = accepted.stream.shutdown(Shutdown::Write);
                // A proxy takes what the tunnel is for.
                let _ = accepted.stream.read_to_end(&mut Vec::new());
            }
        });
        Self { listener, requests }
    }

    fn url(&self) -> String {
        format!("http://{}", self.listener.address())
    }

    fn connections(&self) -> usize {
        self.listener.connections()
    }

    fn accepts(&self) -> Option<String> {
        self.requests.lock().unwrap()[0].header("accept-encoding").map(str::to_owned)
    }
}

/// A run in which this is the receiver.
fn receiver(peer: &Peer) -> Run {
    let world = World::of("odroid-n2");
    ends(run(&world.collector("send").args(["--endpoint", &peer.url()])))
}

/// A run in which this is the proxy, and the receiver is behind it.
fn proxy(peer: &Peer) -> Run {
    let world = World::of("odroid-n2");
    let collector = world.collector("send").args(["--endpoint", "http://receiver.invalid/v1"]);
    ends(run(&collector.env("http_proxy", peer.url())))
}

/// A run in which this is the Supervisor; its report arrives.
fn supervisor(peer: &Peer) -> Run {
    let world = World::of("odroid-n2");
    let run = ends(run(&world.collector("send").args(["--supervisor", &peer.url()])));
    assert_eq!((run.code, world.receiver.stored().len()), (Some(0), 1), "{}", run.stderr);
    run
}

/// A run in which this is Sentry, for one report that waits; how many wait then. The analytics
/// arrive.
fn sentry(peer: &Peer) -> (Run, usize) {
    let crashes = Crashes::new();
    let (name, _) = crashes.waits(100);
    let dsn = format!("http://{KEY}@{}/42", peer.listener.address());
    let run = ends(run(&crashes.collector("send").args(["--dsn", &dsn])));
    assert_eq!((run.code, crashes.world.receiver.stored().len()), (Some(0), 1), "{}", run.stderr);
    let names = crashes.names();
    assert!(names.iter().all(|waiting| *waiting == name), "a fault was noted: {names:?}, {}", run.stderr);
    (run, names.len())
}

fn ends(run: Run) -> Run {
    assert!(!run.stderr.contains("panicked") && !run.stderr.contains("fault of"), "{}", run.stderr);
    run
}

/// Most of what the runs do is wait.
fn at_once<T: Sync>(cases: &[T], check: impl Fn(&T) + Sync) {
    thread::scope(|scope| {
        let threads: Vec<_> = cases.iter().map(|case| scope.spawn(|| check(case))).collect();
        assert_eq!(threads.into_iter().filter_map(|thread| thread.join().err()).count(), 0, "told above");
    });
}

#[test]
fn no_status_is_a_fault_of_ours() {
    let why = "the answer is not HTTP";
    at_once(&["000 x", "001 x", "042", "099 "], |status| {
        let bad = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
        let peer = Peer::saying(&bad);
        let run = receiver(&peer);
        assert_eq!((run.code, peer.connections()), (Some(75), 1), "{}", run.stderr);
        assert!(run.stderr.ends_with(&format!(": {why}\n")), "{}", run.stderr);

        let peer = Peer::saying(&bad);
        let run = supervisor(&peer);
        let told = format!("the report goes without the Supervisor's state: it did not answer: {why}\n");
        assert!(run.stderr.ends_with(&told) && peer.connections() == 1, "{}", run.stderr);

        let peer = Peer::saying(&bad);
        let (run, waiting) = sentry(&peer);
        assert_eq!((waiting, peer.connections()), (1, 1), "{}", run.stderr);
        assert!(run.stderr.contains(why), "{}", run.stderr);

        // The proxy itself, and what is behind it.
        for (answer, who) in [(bad.clone(), "the proxy 127.0.0.1:"), (format!("{TUNNEL}{bad}"), "/v1: the answer")] {
            let peer = Peer::saying(answer);
            let run = proxy(&peer);
            assert_eq!((run.code, peer.connections()), (Some(75), 1), "{}", run.stderr);
            assert!(run.stderr.contains(why) && run.stderr.contains(who), "{}", run.stderr);
        }
    });
}

#[test]
fn interim_answers_are_read_past() {
    let cases = [
        "HTTP/1.1 102 Processing\r\n\r\n".to_owned(),
        "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n".to_owned(),
        "HTTP/1.1 100 Continue\r\nx: y\r\n\r\n".to_owned(),
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 \r\na: b\r\n\r\nHTTP/1.1 199 What\r\n\r\n".to_owned(),
        "HTTP/1.1 100 Continue\r\n\r\n".repeat(100_000),
    ];
    at_once(&cases, |interim| {
        let peer = Peer::saying(format!("{interim}{OK}"));
        let run = receiver(&peer);
        assert_eq!((run.code, run.stderr.as_str(), peer.connections()), (Some(0), "", 1));

        let state = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{STATE}", STATE.len());
        let peer = Peer::saying(format!("{interim}{state}"));
        let run = supervisor(&peer);
        assert!(run.text().contains("\"supervisor\":{\"healthy\":true") && peer.connections() == 1, "{}", run.stderr);

        let peer = Peer::saying(format!("{interim}{OK}"));
        let (run, waiting) = sentry(&peer);
        assert_eq!((waiting, peer.connections()), (0, 1), "{}", run.stderr);

        let peer = Peer::saying(format!("{interim}{TUNNEL}{interim}{OK}"));
        let run = proxy(&peer);
        assert_eq!((run.code, run.stderr.lines().count(), peer.connections()), (Some(0), 1, 1), "{}", run.stderr);
        assert!(run.stderr.contains("what is sent goes unencrypted"), "{}", run.stderr);
    });
}

/// A server that changes the protocol unasked has not answered, and would do so again.
#[test]
fn another_protocol_is_no_answer() {
    let peer = Peer::saying(format!("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n{OK}"));
    let run = receiver(&peer);
    assert_eq!((run.code, peer.connections()), (Some(75), 1), "{}", run.stderr);
    assert!(run.stderr.contains("101 Switching Protocols"), "{}", run.stderr);
}

#[test]
fn no_coding_is_asked_for_and_none_is_taken() {
    let coded =
        |coding: &str| format!("HTTP/1.1 200 OK\r\ncontent-encoding: {coding}\r\ncontent-length: 2\r\n\r\n{{}}");
    for (coding, told) in
        [("gzip", "in the coding gzip"), ("\u{9b}31m", "in a coding"), ("identity, a b", "in a coding")]
    {
        let peer = Peer::saying(coded(coding));
        let run = receiver(&peer);
        assert_eq!((run.code, peer.connections()), (Some(75), 1), "{coding}: {}", run.stderr);
        assert!(run.stderr.contains(told), "{coding}: {}", run.stderr);
        assert_eq!(peer.accepts().as_deref(), Some("identity"));
    }
    let peer = Peer::saying(coded("br"));
    let run = supervisor(&peer);
    assert!(run.stderr.contains("state: 200, but in the coding br, which was not asked for"), "{}", run.stderr);
    assert_eq!(peer.accepts().as_deref(), Some("identity"));
    let peer = Peer::saying(coded("br"));
    let (run, waiting) = sentry(&peer);
    assert!(waiting == 1 && run.stderr.contains("200, but in the coding br"), "{}", run.stderr);
    assert_eq!(peer.accepts().as_deref(), Some("identity"));
    let answer = "HTTP/1.1 200 OK\r\ntransfer-encoding: deflate, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
    let run = receiver(&Peer::saying(answer));
    assert!(run.code == Some(75) && run.stderr.contains("in the coding deflate"), "{}", run.stderr);
    for coding in ["identity", "Identity", ""] {
        let run = receiver(&Peer::saying(coded(coding)));
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{coding}");
    }
    // Of nothing there is nothing to decode.
    let run = receiver(&Peer::saying(OK.replace("\r\n\r\n", "\r\ncontent-encoding: gzip\r\n\r\n")));
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_large_header_is_called_that() {
    let long = format!("HTTP/1.1 200 OK\r\nset-cookie: {}\r\n\r\n", "x".repeat(10_000));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "x: y\r\n".repeat(129));
    at_once(&[long, many], |answer| {
        let peer = Peer::saying(answer);
        let run = receiver(&peer);
        assert_eq!((run.code, peer.connections()), (Some(75), 1), "{}", run.stderr);
        assert!(run.stderr.contains("the header of the answer is too large"), "{}", run.stderr);
        let run = proxy(&Peer::saying(answer));
        assert!(run.stderr.contains("the proxy 127.0.0.1:") && run.stderr.contains("too large"), "{}", run.stderr);
        let run = supervisor(&Peer::saying(answer));
        assert!(run.stderr.contains("it did not answer: the header of the answer is too large"), "{}", run.stderr);
    });
}

/// Framing that is broken is the peer's, and would be again.
#[test]
fn broken_framing_is_named_and_tried_once() {
    at_once(&["transfer-encoding: chunked\r\n\r\nzz\r\n{}", "content-length: 2, 2\r\n\r\n{}"], |rest| {
        let peer = Peer::saying(format!("HTTP/1.1 200 OK\r\n{rest}"));
        let run = receiver(&peer);
        assert_eq!((run.code, peer.connections()), (Some(75), 1), "{}", run.stderr);
        assert!(run.stderr.contains(": the answer is broken HTTP: "), "{}", run.stderr);
    });
}
