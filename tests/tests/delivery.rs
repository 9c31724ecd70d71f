//! The way to the receiver: what counts as delivered, what is tried again, and what comes of everything else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test ends by panicking")]

#[path = "common/world.rs"]
mod world;

use core::net::Ipv4Addr;
use core::time::Duration;
use haos_analytics_tests::collector::Run;
use haos_analytics_tests::fixture::{golden, Fixture};
use haos_analytics_tests::http_server::{read, Listen};
use haos_analytics_tests::listener::Listener;
use haos_analytics_tests::receiver::{Behaviour, Receiver};
use haos_analytics_tests::supervisor::{Options, Supervisor};
use std::io::Write as _;
use std::net::TcpListener;
use std::thread;

const DELIVERED: i32 = 0;
const BROKEN: i32 = 65;
const NOT_DELIVERED: i32 = 75;
/// The endpoint that somebody chose is no receiver, or refuses.
const CONFIGURATION: i32 = 78;
/// Three tries of 30 seconds, the pauses between them, and time to spare.
const LIMIT: Duration = Duration::from_secs(180);
/// An answer of 50 MB must leave no trace.
const MEMORY: u64 = 20 << 20;

/// A machine whose report is known, byte for byte.
struct Machine {
    fixture: Fixture,
    supervisor: Supervisor,
}

impl Machine {
    fn new() -> Self {
        let fixture = Fixture::copy("odroid-n2");
        let supervisor = Supervisor::start(Options::default().of(&fixture));
        Self { fixture, supervisor }
    }

    fn send_to(&self, endpoint: &str) -> Run {
        let arguments = ["send", "--supervisor", &self.supervisor.url(), "--endpoint", endpoint];
        let run = world::run(&world::collector(self.fixture.root()).args(arguments).limit(LIMIT));
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
        run
    }
}

/// One run against a receiver of this behaviour.
fn send(behaviour: Behaviour) -> (Run, Receiver) {
    let receiver = Receiver::start(Listen::plain(), behaviour);
    let run = Machine::new().send_to(&receiver.url());
    (run, receiver)
}

/// What must be so however it ends: the bytes are printed once, and every try sends those.
fn check(of: &str, run: &Run, receiver: &Receiver, code: i32, tries: usize) {
    assert_eq!(run.code, Some(code), "{of}: {}", run.stderr);
    assert_eq!(run.payload(), golden("odroid-n2"), "{of}");
    assert_eq!(receiver.connections(), tries, "{of}: connections: {}", run.stderr);
    for request in receiver.requests() {
        assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/v1"), "{of}");
        assert_eq!(request.body, run.payload(), "{of}");
        assert_eq!(request.header("content-type"), Some("application/json"), "{of}");
    }
    check_log(of, run, code, tries);
}

/// A line for each pause, one for the end, and the chain of its causes. None of it is an alarm, but
/// for a wrong endpoint.
fn check_log(of: &str, run: &Run, code: i32, tries: usize) {
    assert_eq!(run.stderr.contains("haos-analytics: error"), code == CONFIGURATION, "{of}: {}", run.stderr);
    let lines: Vec<&str> = run.stderr.lines().collect();
    let (chain, lines): (Vec<&str>, Vec<&str>) = lines.iter().partition(|line| line.starts_with(" -> "));
    let (pauses, ends): (Vec<&str>, Vec<&str>) = lines.iter().partition(|line| line.contains("; next try in "));
    assert!(pauses.iter().chain(&ends).all(|line| line.starts_with("haos-analytics: ")), "{of}: {}", run.stderr);
    assert_eq!(pauses.len(), tries.saturating_sub(1), "{of}: {}", run.stderr);
    if code == DELIVERED {
        assert!(ends.is_empty() && chain.is_empty(), "{of}: {}", run.stderr);
    } else {
        assert_eq!(ends.len(), 1, "{of}: {}", run.stderr);
        assert!(ends[0].contains("not delivered: POST http://127.0.0.1:"), "{of}: {}", run.stderr);
        assert!(run.stderr.ends_with('\n'), "{of}: {}", run.stderr);
        assert!(!chain.iter().any(|cause| ends[0].ends_with(&cause[4..])), "{of}: told twice: {}", run.stderr);
    }
}

/// Tries them at the same time: most of what they do is wait.
fn at_once<T: Sync>(cases: &[T], check: impl Fn(&T) + Sync) {
    let check = &check;
    thread::scope(|scope| {
        let threads: Vec<_> = cases.iter().map(|case| scope.spawn(move || check(case))).collect();
        let failed = threads.into_iter().filter_map(|thread| thread.join().err()).count();
        assert_eq!(failed, 0, "each has told what is wrong");
    });
}

fn after(seconds: &str, code: u16) -> Behaviour {
    Behaviour::Status { code, headers: vec![("retry-after".to_owned(), seconds.to_owned())] }
}

fn then_accept(first: Behaviour) -> Behaviour {
    Behaviour::Sequence(vec![first, Behaviour::Accept])
}

#[test]
fn delivered_at_once() {
    for behaviour in [Behaviour::Contract, Behaviour::Accept, Behaviour::Json] {
        let (run, receiver) = send(behaviour.clone());
        check(&format!("{behaviour:?}"), &run, &receiver, DELIVERED, 1);
        assert_eq!(run.stderr, "");
    }
}

#[test]
fn a_slow_answer_is_an_answer() {
    let (run, receiver) = send(Behaviour::SlowDrip { every: Duration::from_millis(20) });
    check("drip", &run, &receiver, DELIVERED, 1);
}

#[test]
fn a_web_page_is_no_receiver() {
    let (run, receiver) = send(Behaviour::Html);
    check("html", &run, &receiver, NOT_DELIVERED, 1);
    assert!(run.stderr.contains("captive portal"), "{}", run.stderr);
}

/// A status that another try would only repeat.
#[test]
fn refusals_are_final() {
    at_once(&[201_u16, 202, 204, 300, 304, 400, 401, 403, 404, 405, 408, 410, 413, 418, 451], |code| {
        let (run, receiver) = send(Behaviour::status(*code));
        check(&code.to_string(), &run, &receiver, end_by(*code), 1);
        assert!(
            run.stderr.contains(&format!(": {code} ")) || run.stderr.contains(&format!(": {code}\n")),
            "{}",
            run.stderr
        );
    });
}

/// How it ends that an endpoint of the command line answers so.
fn end_by(status: u16) -> i32 {
    match status {
        301 | 400 | 401 | 403 | 404 | 405 | 410 => CONFIGURATION,
        _ => NOT_DELIVERED,
    }
}

/// What a receiver says of it is told, as far as it is one line of a sensible length.
#[test]
fn a_refusal_says_why_and_who_chose_the_endpoint() {
    let long = "y".repeat(1000);
    let refusals = [
        (r#"{"error":"version: too short"}"#.to_owned(), ": version: too short"),
        (r#"{"more":[1],"error":"a\u001b[31m\nb"}"#.to_owned(), r": a\u{1b}[31m"),
        (format!(r#"{{"error":"{long}"}}"#), &format!(": {}…", "y".repeat(200))),
        (r#"{"error":1}"#.to_owned(), ""),
        (r#"["error"]"#.to_owned(), ""),
        ("<html>no</html>".to_owned(), ""),
        (String::new(), ""),
    ];
    at_once(&refusals, |(body, told)| {
        let answer = format!("HTTP/1.1 403 Forbidden\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        let (run, _) = raw(&answer);
        assert_eq!(run.code, Some(CONFIGURATION), "{body}: {}", run.stderr);
        let end = format!("/v1: 403 Forbidden{told}\n -> the endpoint comes from the option --endpoint\n");
        assert!(run.stderr.ends_with(&end), "{body}: {}", run.stderr);
    });
}

#[test]
fn redirects_are_not_followed() {
    let elsewhere = Receiver::start(Listen::plain(), Behaviour::Accept);
    for code in [301, 302, 303, 307, 308] {
        let headers = vec![("location".to_owned(), elsewhere.url())];
        let (run, receiver) = send(Behaviour::Status { code, headers });
        check(&code.to_string(), &run, &receiver, end_by(code), 1);
        assert!(run.stderr.contains("redirect"), "{}", run.stderr);
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[test]
fn three_tries_and_no_more() {
    at_once(&[429, 500, 502, 503, 504, 520, 599], |code| {
        let (run, receiver) = send(Behaviour::status(*code));
        check(&code.to_string(), &run, &receiver, NOT_DELIVERED, 3);
        assert_eq!(receiver.requests().len(), 3);
        // 1 s and 4 s at the least, and as much again by chance.
        assert!(run.elapsed >= Duration::from_secs(5), "{code}: the pauses are too short: {:?}", run.elapsed);
    });
}

#[test]
fn a_connection_that_breaks_is_tried_again() {
    let half = || Behaviour::HalfResponse;
    let cases = [
        (Behaviour::CloseAtOnce, NOT_DELIVERED, 3),
        (half(), NOT_DELIVERED, 3),
        (then_accept(Behaviour::CloseAtOnce), DELIVERED, 2),
        (then_accept(half()), DELIVERED, 2),
        (then_accept(Behaviour::status(500)), DELIVERED, 2),
        (then_accept(Behaviour::status(429)), DELIVERED, 2),
        (Behaviour::Sequence(vec![Behaviour::status(502), Behaviour::CloseAtOnce, Behaviour::Accept]), DELIVERED, 3),
        (
            Behaviour::Sequence(vec![Behaviour::status(502), Behaviour::status(400), Behaviour::Accept]),
            CONFIGURATION,
            2,
        ),
    ];
    at_once(&cases, |(behaviour, code, tries)| {
        let (run, receiver) = send(behaviour.clone());
        check(&format!("{behaviour:?}"), &run, &receiver, *code, *tries);
    });
}

#[test]
fn a_port_where_nobody_listens() {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let run = Machine::new().send_to(&format!("http://127.0.0.1:{port}/v1"));
    assert_eq!((run.code, run.payload()), (Some(NOT_DELIVERED), golden("odroid-n2").as_slice()));
    check_log("refused", &run, NOT_DELIVERED, 3);
    assert!(run.stderr.contains("refused"), "{}", run.stderr);
}

/// It must not become the usual one, where somebody else may listen.
#[test]
fn a_port_that_is_none() {
    let machine = Machine::new();
    for (option, other) in [("--endpoint", "--supervisor"), ("--supervisor", "--endpoint")] {
        for port in ["65536", "99999", "4294967376"] {
            let url = format!("http://127.0.0.1:{port}");
            let arguments = ["send", option, &url, other, &machine.supervisor.url()];
            let run = world::run(&world::collector(machine.fixture.root()).args(arguments));
            assert_eq!(run.code, Some(64), "{option} {url}: {}", run.stderr);
        }
    }
    assert_eq!(machine.supervisor.connections(), 0);
}

#[test]
fn the_pause_that_a_receiver_asks_for() {
    let cases = [
        // Longer than the pause that would be made anyway, which is under 2 s.
        ("3", DELIVERED, 2, 3),
        ("0", DELIVERED, 2, 1),
        ("Thu, 01 Jan 1970 00:00:00 GMT", DELIVERED, 2, 1),
        ("soon", DELIVERED, 2, 1),
        ("-5", DELIVERED, 2, 1),
        ("", DELIVERED, 2, 1),
        // Longer than is waited for.
        ("61", NOT_DELIVERED, 1, 0),
        ("86400", NOT_DELIVERED, 1, 0),
        ("18446744073709551615", NOT_DELIVERED, 1, 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", NOT_DELIVERED, 1, 0),
    ];
    at_once(&cases, |(value, code, tries, seconds)| {
        for status in [429, 503] {
            let (run, receiver) = send(then_accept(after(value, status)));
            check(&format!("{status} retry-after {value:?}"), &run, &receiver, *code, *tries);
            assert!(run.elapsed >= Duration::from_secs(*seconds), "{value}: only {:?}", run.elapsed);
        }
    });
}

#[test]
fn an_answer_of_any_size_fits() {
    let (run, receiver) = send(Behaviour::HugeBody { bytes: 50_000_000 });
    check("50 MB", &run, &receiver, NOT_DELIVERED, 1);
    assert!(run.peak_rss.is_none_or(|bytes| bytes < MEMORY), "{:?}", run.peak_rss);
}

/// Answers that no well-meaning server gives, and some that one may.
#[test]
fn answers_byte_by_byte() {
    let hurry = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
    let cases: [(&str, String, i32, usize); 15] = [
        ("go on", hurry.into(), DELIVERED, 1),
        (
            "chunked",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n3\r\n:1}\r\n0\r\n\r\n".into(),
            DELIVERED,
            1,
        ),
        ("chunked nothing", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n".into(), DELIVERED, 1),
        ("until the end", "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}".into(), DELIVERED, 1),
        ("HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\n".into(), DELIVERED, 1),
        ("no reason", "HTTP/1.1 200 \r\ncontent-length: 0\r\n\r\n".into(), DELIVERED, 1),
        ("a cut chunk", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n{\"".into(), NOT_DELIVERED, 3),
        (
            "a chunk of nonsense",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}".into(),
            NOT_DELIVERED,
            1,
        ),
        ("another protocol", "SSH-2.0-OpenSSH_9.9\r\n".into(), NOT_DELIVERED, 1),
        ("a line without end", "a".repeat(100_000), NOT_DELIVERED, 1),
        ("a header without end", format!("HTTP/1.1 200 OK\r\nx: {}", "a".repeat(1_000_000)), NOT_DELIVERED, 1),
        ("headers without end", format!("HTTP/1.1 200 OK\r\n{}", "x: y\r\n".repeat(100_000)), NOT_DELIVERED, 1),
        ("a portal without a type", "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>".into(), NOT_DELIVERED, 1),
        ("half of JSON", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{\"a\":".into(), NOT_DELIVERED, 1),
        ("an odd status", "HTTP/1.1 999 What\r\ncontent-length: 0\r\n\r\n".into(), NOT_DELIVERED, 1),
    ];
    at_once(&cases, |(name, answer, code, tries)| {
        let (run, connections) = raw(answer);
        assert_eq!(run.code, Some(*code), "{name}: {}", run.stderr);
        assert_eq!(connections, *tries, "{name}: {}", run.stderr);
        assert!(run.peak_rss.is_none_or(|bytes| bytes < MEMORY), "{name}: {:?}", run.peak_rss);
        assert!(run.stderr.len() < 4096, "{name}: {:.400}", run.stderr);
        check_log(name, &run, *code, *tries);
    });
}

/// A run against a server that answers every request with these bytes, and the number of connections.
fn raw(answer: &str) -> (Run, usize) {
    let answer = answer.to_owned();
    let listener = Listener::start(Ipv4Addr::LOCALHOST.into(), move |mut accepted| {
        if let Ok(Some(_)) = read(&mut accepted.stream, &mut Vec::new()) {
            // The other side may be gone before the end.
            let _ = accepted.stream.write_all(answer.as_bytes());
        }
    });
    let run = Machine::new().send_to(&format!("http://{}/v1", listener.address()));
    let connections = listener.connections();
    (run, connections)
}

/// The journal knows the difference between a notice and an alarm.
#[test]
fn a_failed_upload_is_a_notice_and_a_wrong_endpoint_an_alarm() {
    for (status, code, begin) in
        [(413, NOT_DELIVERED, "<5>haos-analytics: "), (400, CONFIGURATION, "<3>haos-analytics: error: ")]
    {
        let receiver = Receiver::start(Listen::plain(), Behaviour::status(status));
        let machine = Machine::new();
        let arguments = ["send", "--supervisor", &machine.supervisor.url(), "--endpoint", &receiver.url()];
        let run = world::collector(machine.fixture.root()).args(arguments).env("JOURNAL_STREAM", "8:1").run();
        assert_eq!(run.code, Some(code), "{}", run.stderr);
        assert!(run.stderr.starts_with(&format!("{begin}not delivered: POST ")), "{}", run.stderr);
    }
}

/// A name, what is done to the machine, and how it ends.
type Spoilt<'a> = (&'a str, &'a dyn Fn(&Machine), i32);

/// What the receiver would refuse does not reach it.
#[test]
fn limits_are_checked_before_sending() {
    let long = "x".repeat(65);
    let board = format!("ID=haos\nVARIANT_ID={long}\n");
    let with_id = |machine: &Machine, id| {
        machine.fixture.uuid(Some(id));
    };
    let with_file = |machine: &Machine, file, content: &str| {
        machine.fixture.write(file, content);
    };
    let cases: [Spoilt<'_>; 5] = [
        ("short id", &|machine| with_id(machine, "0123456789abcdef0123456789abcde"), BROKEN),
        ("dashed id", &|machine| with_id(machine, "01234567-89ab-cdef-0123-456789abcdef"), BROKEN),
        ("short version", &|machine| with_file(machine, HA_VERSION, "2026.2"), BROKEN),
        ("long version", &|machine| with_file(machine, HA_VERSION, "2026.3.0.dev20260212030512"), BROKEN),
        ("long board", &|machine| with_file(machine, "usr/lib/os-release", &board), DELIVERED),
    ];
    for (name, spoil, code) in cases {
        let (machine, receiver) = (Machine::new(), Receiver::start(Listen::plain(), Behaviour::Contract));
        spoil(&machine);
        let run = machine.send_to(&receiver.url());
        assert_eq!(run.code, Some(code), "{name}: {}", run.stderr);
        assert_eq!(receiver.connections(), usize::from(code == DELIVERED), "{name}");
        assert!(receiver.refusals().is_empty() && !run.text().contains(&long), "{name}");
    }
}

const HA_VERSION: &str = "mnt/data/supervisor/homeassistant/.HA_VERSION";

/// Takes a minute and a half: three tries of 30 seconds each, whatever the way in which nothing comes.
#[test]
#[ignore = "takes more than 90 seconds"]
fn a_receiver_that_never_answers() {
    let drip = Behaviour::SlowDrip { every: Duration::from_secs(2) };
    at_once(&[Behaviour::NeverAnswer, drip], |behaviour| {
        let (run, receiver) = send(behaviour.clone());
        check(&format!("{behaviour:?}"), &run, &receiver, NOT_DELIVERED, 3);
        assert!(run.elapsed.as_secs() >= 90, "{behaviour:?}: {:?}", run.elapsed);
        assert!(run.stderr.contains("no answer within 30 s"), "{}", run.stderr);
    });
}
