//! The real program over HTTP: what the contract says, and what it publishes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use common::cluster::Cluster;
use common::program::{status, Program};
use common::{full, skipped, smallest, wait_until};
use haos_analytics_receiver::payload::schema;
use serde_json::{json, Value};
use std::io::Write as _;
use std::process::{Command, Stdio};
use tempfile::TempDir;

const UUID: &str = "0123456789abcdef0123456789abcdef";

/// What comes is published a second later.
const AT_ONCE: [&str; 6] = ["--refresh", "1", "--publish", "1", "--quarantine", "0"];

/// The program without `serve`, fed with text; stdout.
fn run(words: &[&str], stdin: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_haos-analytics-receiver"))
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{words:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn sorted(text: String) -> Vec<String> {
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

#[test]
fn the_contract() {
    let directory = TempDir::new().unwrap();
    let program = Program::with_file(&directory.path().join("store"), &[]);
    let good = full().to_string();
    let answer = program.post(&good);
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\n"), "{answer}");
    assert!(answer.contains("content-length: 0\r\n"), "{answer}");
    for (method, path, headers, body, expected) in [
        ("POST", "/", "", &*good, "200"),
        ("POST", "/v1", "content-type: text/plain\r\n", &good, "200"),
        ("POST", "/v1", "content-encoding: identity\r\n", &good, "200"),
        ("POST", "/v1", "content-encoding: gzip\r\n", &good, "400"),
        ("POST", "/v1", "", "", "400"),
        ("POST", "/v1", "", "nonsense", "400"),
        ("POST", "/v1", "", "null", "400"),
        ("POST", "/v1", "", "{}", "400"),
        ("POST", "/v1", "", &"x".repeat(256 * 1024), "400"),
        ("POST", "/v1", "", &"x".repeat(256 * 1024 + 1), "413"),
        ("GET", "/v1", "", "", "405"),
        ("PUT", "/v1", "", &good, "405"),
        ("OPTIONS", "/v1", "", "", "405"),
        ("DELETE", "/v1", "", "", "405"),
        ("DELETE", "/", "", "", "405"),
        ("POST", "/v1/", "", &good, "405"),
        ("DELETE", "/v1/short", "", "", "400"),
        ("GET", "/nothing", "", "", "404"),
        ("POST", "/data.json", "", &good, "404"),
        ("GET", "/healthz", "", "", "200"),
        ("GET", "/metrics", "", "", "200"),
    ] {
        let answer = program.request(method, path, headers, body.as_bytes());
        assert_eq!(status(&answer), expected, "{method} {path} {headers} {body:.40}: {answer}");
    }
    let refused = program.post(&good.replace("odroid-n2", &"o".repeat(129)));
    let body = refused.split("\r\n\r\n").nth(1).unwrap();
    let expected = "operating_system.board: has more than 128 characters";
    assert!(serde_json::from_str::<Value>(body).unwrap()["error"].as_str().unwrap().starts_with(expected), "{body}");
    assert!(!body.contains('\n'));
    let published: Value = serde_json::from_str(&program.get("/schema.json")).unwrap();
    assert!(published == schema::schema());
    let metrics = program.get("/metrics");
    assert!(metrics.contains("writes_total{outcome=\"new\"} 1\n"), "{metrics}");
    assert!(metrics.contains("writes_total{outcome=\"unchanged\"} 3\n"), "{metrics}");
    assert_eq!(program.stop(), Some(0));
}

#[test]
fn says_why_it_does_not_serve() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_haos-analytics-receiver"));
    let output = program.args(["serve", "--listen", "127.0.0.1:0", "--store", "sqlite:/proc/none/store"]).output();
    let output = output.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{said}");
    assert!(said.contains("/proc/none/store: SQLite: unable to open database file"), "{said}");
}

#[test]
fn the_country_is_the_proxys_to_say() {
    let directory = TempDir::new().unwrap();
    let store = directory.path().join("store");
    let url = format!("sqlite:{}", store.display());
    let kept = |options: &[&str], headers: &str| {
        let program = Program::with_file(&store, options);
        let mut payload = full();
        payload["country"] = json!("ZZ");
        payload["region"] = json!("ZZ");
        let answer = program.request("POST", "/v1", headers, payload.to_string().as_bytes());
        assert_eq!(status(&answer), "200");
        program.stop();
        let exported = run(&["export", "--store", &url], "");
        let line: Value = serde_json::from_str(&exported).unwrap();
        (line["value"]["country"].clone(), line["value"]["region"].clone())
    };
    let trusting = ["--trusted-proxy", "10.0.0.0/8,127.0.0.0/8"];
    let german = "cf-ipcountry: DE\r\ncf-region-code: BE\r\n";
    let californian = "cf-ipcountry: US\r\ncf-region-code: CA\r\n";
    assert_eq!(kept(&[], californian), (Value::Null, Value::Null));
    assert_eq!(kept(&["--trusted-proxy", "10.0.0.0/8"], californian), (Value::Null, Value::Null));
    assert_eq!(kept(&trusting, californian), (json!("US"), json!("CA")));
    assert_eq!(kept(&trusting, german), (json!("DE"), Value::Null));
    assert_eq!(kept(&trusting, "cf-ipcountry: XX\r\n"), (Value::Null, Value::Null));
    let named = [&trusting[..], &["--country-header", "X-Country", "--region-header", "X-State"]].concat();
    assert_eq!(kept(&named, "x-country: US\r\nx-state: NY\r\n"), (json!("US"), json!("NY")));
    assert_eq!(kept(&named, californian), (Value::Null, Value::Null));
}

#[test]
fn deleted_at_once() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("store");
    let program = Program::with_file(&file, &[]);
    let odd = "a%7Bé%2F".to_owned() + &"x".repeat(27);
    let odd_uuid = "a{é/".to_owned() + &"x".repeat(28);
    assert_eq!(status(&program.post(&full().to_string())), "200");
    assert_eq!(status(&program.post(&smallest(&odd_uuid, "2026.2.1"))), "200");
    for path in [UUID.to_owned(), odd + "x", "f".repeat(32)] {
        let answer = program.request("DELETE", &format!("/v1/{}", path.replace('é', "%C3%A9")), "", b"");
        assert_eq!(status(&answer), "200", "{path}");
    }
    // Without a stop: it is gone already.
    assert_eq!(run(&["export", "--store", &format!("sqlite:{}", file.display())], ""), "");
}

#[test]
fn what_is_published() {
    let directory = TempDir::new().unwrap();
    let store = format!("sqlite:{}", directory.path().join("store").display());
    let sample = run(&["sample", "--count", "500"], "");
    run(&["import", "--store", &store], &sample);
    let program = Program::serve(&store, &AT_ONCE);
    wait_until("published", || status(&program.request("GET", "/data.json", "", b"")) == "200");
    let data: Value = serde_json::from_str(&program.get("/data.json")).unwrap();
    assert_eq!(data["current"]["active_installations"], 500);
    assert_eq!(data["schema_version"], 1);
    assert_eq!(data["history"].as_array().unwrap().len(), 1);
    let current: Value = serde_json::from_str(&program.get("/current_data.json")).unwrap();
    assert_eq!(current, data["current"]);
    assert!(program.get("/").contains("500"));
    for path in ["/addons.json", "/custom_integrations.json", "/prometheus/base", "/prometheus/addons"] {
        assert!(program.get(path).len() > 100, "{path}");
    }
    assert!(program.get("/prometheus/base").contains("\ninstallation_type{type=\"os\"} "));
    let head = program.request("HEAD", "/data.json", "", b"");
    assert!(status(&head) == "200" && head.ends_with("\r\n\r\n"), "{head}");
    let tag = head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap();
    let again = program.request("GET", "/data.json", &format!("if-none-match: {tag}\r\n"), b"");
    assert_eq!(status(&again), "304");
    // As a proxy that compresses asks, a cache that has several, and who takes any.
    for known in [format!("W/{tag}"), format!("\"other\", W/{tag}"), "*".to_owned()] {
        let again = program.request("GET", "/data.json", &format!("if-none-match: {known}\r\n"), b"");
        assert_eq!(status(&again), "304", "{known}");
    }
    let other = program.request("GET", "/data.json", "if-none-match: W/\"other\"\r\n", b"");
    assert_eq!(status(&other), "200");
    for path in ["/", "/data.json", "/prometheus/base", "/healthz", "/metrics", "/schema.json", "/none"] {
        let head = program.request("HEAD", path, "", b"");
        assert!(head.contains("\r\nx-content-type-options: nosniff\r\n"), "{path}: {head}");
    }
    // A report shows at the next refresh.
    assert_eq!(status(&program.post(&full().to_string())), "200");
    wait_until("refreshed", || program.get("/data.json").contains("\"active_installations\":501"));
    let known: Value = serde_json::from_str(&run(&["aggregate", "--quarantine", "0", "--store", &store], "")).unwrap();
    assert_eq!(known["current"]["active_installations"], 501);
}

#[test]
fn from_store_to_store_and_back() {
    let Some(cluster) = Cluster::start() else { return skipped("redis-server is missing") };
    let directory = TempDir::new().unwrap();
    let file = |name: &str| format!("sqlite:{}", directory.path().join(name).display());
    run(&["import", "--store", &file("a")], &run(&["sample", "--count", "700"], ""));
    let first = run(&["export", "--store", &file("a")], "");
    run(&["import", "--store", &cluster.url()], &first);
    let second = run(&["export", "--store", &cluster.url()], "");
    run(&["import", "--store", &file("b")], &second);
    let third = run(&["export", "--store", &file("b")], "");
    let (first, second, third) = (sorted(first), sorted(second), sorted(third));
    assert_eq!(first.len(), 700);
    assert_eq!(first, second);
    assert_eq!(first, third);

    // And a cluster serves, and publishes from a mirror.
    let mirror = directory.path().join("mirror");
    let options = [&["--replicas", "0", "--mirror", mirror.to_str().unwrap()], &AT_ONCE[..]].concat();
    let program = Program::serve(&cluster.url(), &options);
    assert_eq!(status(&program.post(&full().to_string())), "200");
    wait_until("published", || program.request("GET", "/data.json", "", b"").contains("\"active_installations\":701"));
    assert_eq!(program.stop(), Some(0));
}

#[test]
fn imported_while_it_serves() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("store");
    let store = format!("sqlite:{}", file.display());
    let program = Program::with_file(&file, &[&AT_ONCE[..], &["--least", "1"]].concat());
    let installations = |program: &Program| {
        let answer = program.request("GET", "/current_data.json", "", b"");
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str::<Value>(body).unwrap()["active_installations"].clone()
    };
    assert_eq!(status(&program.post(&full().to_string())), "200");
    wait_until("counted", || installations(&program) == 1);
    let sample = run(&["sample", "--count", "300"], "");
    run(&["import", "--store", &store], &sample);
    wait_until("counted with what was imported", || installations(&program) == 301);
    // What it says is in other reports too, of which the receiver was not told.
    assert_eq!(
        status(&program.request("DELETE", &format!("/v1/{}", full()["uuid"].as_str().unwrap()), "", b"")),
        "200"
    );
    wait_until("counted without it", || installations(&program) == 300);
    let alone = format!("sqlite:{}", directory.path().join("alone").display());
    run(&["import", "--store", &alone], &sample);
    assert!(sorted(run(&["export", "--store", &store], "")) == sorted(run(&["export", "--store", &alone], "")));
}

#[test]
fn nobody_is_in_the_log() {
    let directory = TempDir::new().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_haos-analytics-receiver"))
        .args(["serve", "--listen", "127.0.0.1:0", "--trusted-proxy", "127.0.0.1", "--store"])
        .arg(format!("sqlite:{}", directory.path().join("store").display()))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.take().unwrap()), &mut line).unwrap();
    let address = line.trim().strip_prefix("http://").unwrap().to_owned();
    let body = full().to_string();
    for payload in [&*body, "{\"uuid\":\"secret-id\"}"] {
        let mut stream = std::net::TcpStream::connect(&address).unwrap();
        let length = payload.len();
        write!(stream, "POST /v1 HTTP/1.1\r\nhost: a\r\ncf-ipcountry: DE\r\nx-forwarded-for: 192.0.2.77\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{payload}").unwrap();
        std::io::copy(&mut stream, &mut std::io::sink()).unwrap();
    }
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    for line in log.lines() {
        assert!(serde_json::from_str::<Value>(line).unwrap()["event"].is_string(), "{line}");
    }
    assert!(log.contains("\"stopped\""), "{log}");
    for secret in [UUID, "secret-id", "192.0.2.77", "odroid", "\"DE\""] {
        assert!(!log.contains(secret), "{log}");
    }
    // Nor is an address in the store.
    let stored: Vec<u8> = ["store", "store-wal"]
        .iter()
        .flat_map(|name| std::fs::read(directory.path().join(name)).unwrap_or_default())
        .collect();
    assert!(!String::from_utf8_lossy(&stored).contains("192.0.2"));
}
