//! JSON that is as bad as it gets, in each place where the program reads some.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test ends by panicking")]

#[path = "common/world.rs"]
mod world;

use core::time::Duration;
use haos_analytics_tests::collector::Run;
use haos_analytics_tests::fixture::golden;
use haos_analytics_tests::http_server::{Listen, Reply, Request, Response, Server, Service};
use serde_json::Value;
use std::fs;
use std::sync::Arc;
use world::World;

const ANALYTICS: &str = "mnt/data/supervisor/homeassistant/.storage/core.analytics";
const OBSERVER: &str = "mnt/data/supervisor/observer.json";
const LIMIT: Duration = Duration::from_secs(10);
const MEMORY: u64 = 20 << 20;

/// Neither of these is an object that anybody can understand.
fn horrors() -> Vec<Vec<u8>> {
    let digits = "9".repeat(400);
    let mut horrors: Vec<Vec<u8>> = [
        "",
        " ",
        "null",
        "true",
        "0",
        "\"\"",
        "[]",
        "{}",
        "[[]]",
        "{",
        "}",
        "{\"",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,}",
        "{,}",
        "{1:2}",
        "{'a':1}",
        "NaN",
        "-",
        "1e",
        "1.e1",
        "\\",
        "\"\\x\"",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\u{feff}{}",
        "{} {}",
        "{}\0",
        "\0{}",
        "/**/{}",
        "{\"data\":{}}",
        "{\"access_token\":[]}",
        "{\"version\":1e400}",
    ]
    .into_iter()
    .map(Vec::from)
    .collect();
    for depth in [127, 128, 129, 60_000, 100_000] {
        horrors.push(b"[".repeat(depth));
        horrors.push(b"{\"data\":".repeat(depth));
        horrors.push([b"{\"data\":".to_vec(), b"[".repeat(depth), b"]".repeat(depth), b"}".to_vec()].concat());
    }
    for number in [digits.clone(), format!("-{digits}"), format!("1e{digits}"), format!("0.{digits}")] {
        horrors.push(number.clone().into_bytes());
        horrors.push(format!("{{\"version\":{number},\"data\":{number},\"result\":{number}}}").into_bytes());
    }
    horrors.push(b"{\"\xff\xfe\":\"\xc3\x28\"}".to_vec());
    horrors.push(vec![0; 4096]);
    horrors
}

/// An answer with these bytes.
struct Says(Vec<u8>);

impl Service for Says {
    fn reply(&self, _: &Request) -> Reply {
        Reply::Full(Response { body: self.0.clone(), ..Response::new(200).header("content-type", "application/json") })
    }
}

#[test]
fn consent_is_no() {
    let world = World::of("odroid-n2");
    let valid = String::from_utf8(fs::read(world.fixture.path(ANALYTICS)).unwrap()).unwrap();
    let change = |from: &str, to: &str| {
        assert!(valid.contains(from), "{from}");
        valid.replace(from, to).into_bytes()
    };
    let digits = "9".repeat(400);
    let more = [
        // Two answers are none.
        change("\"base\": true", "\"base\": false, \"base\": true"),
        change("\"base\": true", "\"base\": true, \"base\": true"),
        change("\"onboarded\": true", "\"onboarded\": false, \"onboarded\": true"),
        change("\"version\": 1,", "\"version\": 1, \"version\": 1,"),
        change("\"preferences\"", "\"preferences\": {\"base\": true}, \"preferences\""),
        change("\"version\": 1,", &format!("\"version\": {digits},")),
        change("\"version\": 1,", "\"version\": 1.0,"),
        change("\"version\": 1,", "\"version\": -1,"),
        change("\"base\": true", "\"base\": 1"),
        change("\"base\": true", "\"base\": \"true\""),
        change("\"base\": true", "\"\\ud800\": 1, \"base\": true"),
        change("\"uuid\": \"", "\"uuid\": \"\\ud800"),
        change("\"uuid\": \"", "\"uuid\": [], \"x\": \""),
        [b"\xef\xbb\xbf", valid.as_bytes()].concat(),
        [valid.as_bytes(), b"x"].concat(),
        [valid.as_bytes(), b"\0"].concat(),
        [valid.as_bytes(), valid.as_bytes()].concat(),
        [b"[".to_vec(), valid.clone().into_bytes(), b"]".to_vec()].concat(),
        change("\"uuid\": \"", "\"uuid\": \"\u{7f}")
            .iter()
            .map(|byte| if *byte == 0x7f { 0xff } else { *byte })
            .collect(),
        // Larger than anything that is read.
        change("\"version\": 1,", &format!("\"version\": 1, \"x\": \"{}\",", "a".repeat(50_000_000))),
        change("\"uuid\": \"", &format!("\"uuid\": \"{}", "a".repeat(50_000_000))),
    ];
    for file in horrors().into_iter().chain(more) {
        world.fixture.write(ANALYTICS, &file);
        let run = send(&world, &file);
        assert_eq!(run.code, Some(66), "{}: {}", begin(&file), run.stderr);
        assert!(run.stdout.is_empty() && run.stderr.contains(ANALYTICS), "{}: {}", begin(&file), run.stderr);
    }
    assert_eq!(world.connections(), (0, 0));
}

#[test]
fn consent_in_another_order_or_with_strange_neighbours_is_the_same() {
    let world = World::of("odroid-n2");
    let uuid = "fa25ba87885d483b9f37b62defde517d";
    let nested = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let digits = "9".repeat(400);
    for file in [
        format!(r#"{{"data":{{"uuid":"{uuid}","preferences":{{"statistics":true,"usage":true,"base":true}},"onboarded":true}},"key":"core.analytics","version":1}}"#),
        format!(r#"{{"x":{nested},"version":1,"key":"core.analytics","data":{{"onboarded":true,"y":{digits},"preferences":{{"usage":true,"base":true,"statistics":true}},"uuid":"{uuid}"}}}}"#),
        format!("\r\n\t {{ \"version\" : 1 , \"key\" : \"core.analytics\" , \"d\\u0061ta\" : {{ \"onboarded\" : true , \"preferences\" : {{ \"b\\u0061se\" : true , \"us\\u0061ge\" : true , \"statistic\\u0073\" : true }} , \"uuid\" : \"{uuid}\" }} }} \r\n"),
    ] {
        world.fixture.write(ANALYTICS, &file);
        let run = send(&world, file.as_bytes());
        assert_eq!(run.code, Some(0), "{}: {}", begin(file.as_bytes()), run.stderr);
        assert_eq!(run.payload(), golden("odroid-n2"));
    }
}

#[test]
fn a_token_that_is_none_is_not_used() {
    let world = World::of("odroid-n2");
    let more = [
        br#"{"access_token":null}"#.to_vec(),
        br#"{"access_token":""}"#.to_vec(),
        br#"{"access_token":7}"#.to_vec(),
        br#"["token"]"#.to_vec(),
        br#"{"access_token":"a","access_token":"b"}"#.to_vec(),
        br#"{"access_token":"a\r\nx-evil: b"}"#.to_vec(),
        br#"{"access_token":"a\u0000b"}"#.to_vec(),
        br#"{"access_token":"\ud800"}"#.to_vec(),
        b"{\"access_token\":\"\xff\"}".to_vec(),
        format!(r#"{{"access_token":"{}"}}"#, "a".repeat(50_000_000)).into_bytes(),
    ];
    for file in horrors().into_iter().chain(more) {
        world.fixture.write(OBSERVER, &file);
        let run = send(&world, &file);
        assert_eq!(run.code, Some(0), "{}: {}", begin(&file), run.stderr);
        let sent: Value = serde_json::from_slice(run.payload()).unwrap();
        assert!(sent.get("supervisor").is_none() && run.stderr.contains("observer.json"), "{}", begin(&file));
    }
    assert_eq!(world.supervisor.connections(), 0);
}

#[test]
fn the_installers_file_is_passed_over() {
    let world = World::with(
        haos_analytics_tests::fixture::Fixture::copy("debian-supervised").with_data("var/lib/homeassistant"),
        haos_analytics_tests::supervisor::Options::default(),
    );
    let more = [br#"{"data":7}"#.to_vec(), br#"{"data":"a","data":"b"}"#.to_vec(), b"{\"data\":\"/\xff\"}".to_vec()];
    for file in horrors().into_iter().chain(more) {
        world.fixture.write("etc/hassio.json", &file);
        let run = send(&world, &file);
        assert_eq!(run.code, Some(0), "{}: {}", begin(&file), run.stderr);
        let sent: Value = serde_json::from_slice(run.payload()).unwrap();
        assert_eq!(sent["installation_type"], "Home Assistant Supervised", "{}", begin(&file));
    }
    // A directory that is no place on this machine.
    for data in ["", "relative", "/nowhere", "/\\u0000", "/../../../etc", "/etc/hassio.json"] {
        world.fixture.write("etc/hassio.json", format!("{{\"data\":\"{data}\"}}"));
        let run = send(&world, data.as_bytes());
        assert!(matches!(run.code, Some(0 | 66 | 77)), "{data}: {:?} {}", run.code, run.stderr);
    }
}

#[test]
fn the_supervisors_answer_is_left_out() {
    let long = "a".repeat(50_000_000);
    let more = [
        br#"{"result":"ok","data":{"healthy":true}}"#.to_vec(),
        br#"{"result":"ok","data":{"healthy":"true","supported":true}}"#.to_vec(),
        br#"{"result":"ok","data":{"healthy":1,"supported":1}}"#.to_vec(),
        br#"{"result":"ok","data":{"healthy":null,"supported":null}}"#.to_vec(),
        br#"{"result":"ok","data":[true,true,"aarch64"]}"#.to_vec(),
        br#"{"result":"ok","data":{"healthy":true,"healthy":true,"supported":true}}"#.to_vec(),
        br#"{"result":"error","data":{"healthy":true,"supported":true}}"#.to_vec(),
        br#"{"data":{"healthy":true,"supported":true}}"#.to_vec(),
        br#"{"result":"ok","data":{"healthy":true,"supported":true,"arch":["aarch64"]}}"#.to_vec(),
        br#"{"result":"ok","data":{"healthy":true,"supported":true,"arch":"\ud800"}}"#.to_vec(),
        br#"{"result":"ok","data":{"healthy":true,"supported":true}}x"#.to_vec(),
        format!(r#"{{"result":"ok","x":"{long}","data":{{"healthy":true,"supported":true}}}}"#).into_bytes(),
        format!(r#"{{"result":"ok","data":{{"healthy":true,"supported":true,"arch":"{long}"}}}}"#).into_bytes(),
    ];
    let world = World::of("odroid-n2");
    for answer in horrors().into_iter().chain(more) {
        let supervisor = Server::start(Listen::plain(), Arc::new(Says(answer.clone())));
        let run = ask(&world, &supervisor);
        calm(&run, &answer);
        assert_eq!(run.code, Some(0), "{}: {}", begin(&answer), run.stderr);
        let sent: Value = serde_json::from_slice(run.payload()).unwrap();
        assert!(sent.get("supervisor").is_none(), "{}: {sent}", begin(&answer));
        assert!(run.stderr.contains("without the Supervisor's state"), "{}: {}", begin(&answer), run.stderr);
        assert_eq!(supervisor.requests().len(), 1);
    }
}

/// An architecture that is no text of ours is not repaired; the rest of the answer counts.
#[test]
fn the_supervisors_arch_alone_is_bad() {
    let world = World::of("odroid-n2");
    let long = "a".repeat(65);
    for arch in ["", "aarch64\\n", "\\u0000", &long] {
        let answer = format!(r#"{{"result":"ok","data":{{"healthy":false,"supported":true,"arch":"{arch}"}}}}"#);
        let supervisor = Server::start(Listen::plain(), Arc::new(Says(answer.clone().into_bytes())));
        let run = ask(&world, &supervisor);
        let sent: Value = serde_json::from_slice(run.payload()).unwrap();
        assert_eq!(sent["supervisor"]["healthy"], false, "{arch:?}");
        assert_eq!(sent["supervisor"]["arch"], "aarch64", "{arch:?}: what was detected");
        assert!(run.stderr.contains("Supervisor's API"), "{arch:?}: {}", run.stderr);
    }
}

fn ask(world: &World, supervisor: &Server) -> Run {
    let endpoint = world.receiver.url();
    let run = world::collector(world.fixture.root()).limit(LIMIT);
    run.args(["send", "--supervisor", &supervisor.url(""), "--endpoint", &endpoint]).run()
}

fn send(world: &World, file: &[u8]) -> Run {
    let run = world.collector("send").limit(LIMIT).run();
    calm(&run, file);
    run
}

/// True of every run, whatever it read.
fn calm(run: &Run, input: &[u8]) {
    assert!(!run.timed_out && run.signal.is_none(), "{}: signal {:?}: {}", begin(input), run.signal, run.stderr);
    assert!(!run.stderr.contains("panicked") && run.stderr.len() < 4096, "{}: {:.400}", begin(input), run.stderr);
    // Looked at in another test where this process itself is small.
    assert!(run.peak_rss.is_none_or(|bytes| bytes < MEMORY), "{}: {:?}", begin(input), run.peak_rss);
}

fn begin(bytes: &[u8]) -> String {
    format!("{} ({} bytes)", bytes[..bytes.len().min(80)].escape_ascii(), bytes.len())
}
