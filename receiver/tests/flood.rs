//! Senders of what nobody had before: installations that do not exist, and names. They are limited
//! by their network, and others are served in the meantime.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use common::cluster::Cluster;
use common::program::Program;
use common::run::{refused, run};
use common::{skipped, smallest, wait_until};
use core::fmt::Write as _;
use haos_analytics_receiver::time::Time;
use rusqlite::Connection;
use serde_json::{json, Value};
use std::path::Path;
use tempfile::TempDir;

/// In KiB. A debug build needs no more.
const MEMORY: u64 = 64 * 1024;
/// What comes is counted and published at once, so that all of it costs something.
const OPTIONS: [&str; 10] =
    ["--trusted-proxy", "127.0.0.1", "--quarantine", "0", "--least", "1", "--publish", "1", "--refresh", "1"];

fn peak(program: &Program) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", program.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// As a proxy hands it on.
fn post(program: &Program, client: &str, body: &str) -> String {
    let answer = program.request("POST", "/v1", &format!("x-forwarded-for: {client}\r\n"), body.as_bytes());
    if answer.starts_with("HTTP/1.1 429 ") {
        assert!(answer.contains("\r\nretry-after: 3600\r\n"), "{answer}");
    }
    answer[9..12].to_owned()
}

fn uuid(number: u64) -> String {
    format!("{number:032}")
}

/// As many names as a report can have, which no other one has.
fn names(number: u64) -> String {
    let all = |what: &str, count: usize| (0..count).map(|at| format!("{what}{number}_{at}")).collect::<Vec<_>>();
    let custom: Vec<Value> = all("c", 1000).iter().map(|name| json!({"domain": name, "version": "1"})).collect();
    let addon = |slug: &String| json!({"slug": slug, "version": "1", "protected": true, "auto_update": true});
    let addons: Vec<Value> = all("a", 1000).iter().map(addon).collect();
    let mut body: Value = serde_json::from_str(&smallest(&uuid(number), "2026.2.1")).unwrap();
    body["integrations"] = json!(all("i", 999));
    body["custom_integrations"] = json!(custom);
    body["addons"] = json!(addons);
    body.to_string()
}

fn facts(file: &Path) -> i64 {
    let db = Connection::open(file).unwrap();
    db.query_row("SELECT count(*) FROM fact", [], |row| row.get(0)).unwrap()
}

fn metric(program: &Program, name: &str) -> u64 {
    let metrics = program.get("/metrics");
    let line = metrics.lines().find_map(|line| line.strip_prefix(&format!("haos_analytics_receiver_{name} ")));
    line.unwrap().parse().unwrap()
}

#[test]
fn names_that_nobody_had() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("store");
    let program = Program::with_file(&file, &OPTIONS);
    let answers: Vec<_> = (0..60)
        .map(|number| {
            let answer = post(&program, &format!("192.0.2.{number}"), &names(number));
            // Whoever is in another network is served, with names of his own.
            let other = smallest(&uuid(1000 + number), "2026.2.1")
                .replace('}', &format!(",\"integrations\":[\"o{number}\"]}}"));
            assert_eq!(post(&program, &format!("198.51.{number}.1"), &other), "200");
            answer
        })
        .collect();
    // 1,000 names of each report, until 10,000 have come from this network.
    let taken = answers.iter().take_while(|answer| *answer == "200").count();
    assert!((10..=11).contains(&taken) && answers[taken..].iter().all(|answer| answer == "429"), "{answers:?}");
    assert!((10_000..11_200).contains(&facts(&file)), "{} facts", facts(&file));
    // Who has no new name is not kept out, and what is there says so again.
    assert_eq!(post(&program, "192.0.2.1", &smallest(&uuid(500), "2026.2.1")), "200");
    assert_eq!(post(&program, "192.0.2.1", &names(3)), "200");
    assert_eq!(metric(&program, "writes_total{outcome=\"limited\"}"), 60 - taken as u64);
    assert_eq!(metric(&program, "writes_total{outcome=\"unchanged\"}"), 1);
    wait_until("published", || program.get("/data.json").contains(&format!("\"active_installations\":{}", 61 + taken)));
    assert!(peak(&program) < MEMORY / 2, "{} KiB", peak(&program));
    println!("{} KiB at most, with 60 reports of 3,000 names each", peak(&program));
}

#[test]
fn installations_that_do_not_exist() {
    let directory = TempDir::new().unwrap();
    let program = Program::with_file(&directory.path().join("store"), &OPTIONS);
    let green = |number| {
        let body = smallest(&uuid(number), "2026.2.1");
        body.replace('}', ",\"operating_system\":{\"board\":\"green\",\"version\":\"17.1\"}}")
    };
    for number in 0..64 {
        assert_eq!(post(&program, &format!("198.51.{number}.1"), &green(number)), "200");
    }
    // One after the other on one connection.
    let mut requests = String::new();
    for number in 100..2100 {
        let (body, client) = (green(number), number % 250);
        let length = body.len();
        write!(
            requests,
            "POST /v1 HTTP/1.1\r\nhost: a\r\nx-forwarded-for: 192.0.2.{client}\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .unwrap();
    }
    let answers = program.exchange(requests.as_bytes());
    let count = |status: &str| answers.matches(&format!("HTTP/1.1 {status} ")).count();
    assert_eq!((count("200"), count("429")), (50, 1950));
    wait_until("counted", || program.get("/current_data.json").contains("\"boards\":{\"green\":114}"));
    // Who is there already goes on reporting, and may leave and be new to the count.
    assert_eq!(post(&program, "192.0.2.1", &green(101).replace("17.1", "17.0")), "200");
    assert_eq!(post(&program, "192.0.2.1", &green(5000)), "429");
    // An address that is not said by a trusted proxy is that of the peer: this machine's own is not
    // limited.
    let answer = program.request("POST", "/v1", "", green(5000).as_bytes());
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

/// A bad hour is taken back, also from under a receiver that serves.
#[test]
fn a_bad_hour() {
    let directory = TempDir::new().unwrap();
    let url = format!("sqlite:{}", directory.path().join("store").display());
    let hour = 3_600_000;
    let now = Time::now().0;
    // One an hour, and 20 in the seventh.
    let first_seen = (0..12).map(|at| now - at * hour).chain((0..20).map(|at| now - 7 * hour - at)).zip(0..);
    let lines = first_seen.map(|(added, number)| {
        let value: Value = serde_json::from_str(&smallest(&uuid(number), "2026.2.1")).unwrap();
        format!(
            "{}\n",
            json!({"key": format!("uuid:{}", uuid(number)), "added": added, "updated": now, "value": value})
        )
    });
    run(&["import", "--store", &url], &lines.collect::<String>());
    let program = Program::serve(&url, &OPTIONS);
    let counted = |count: u64| {
        program.request("GET", "/data.json", "", b"").contains(&format!("\"active_installations\":{count},"))
    };
    wait_until("counted", || counted(32));
    let (since, until) = ((now - 7 * hour - 60_000).to_string(), (now - 7 * hour + 1).to_string());
    run(&["purge", "--store", &url, "--since", &since, "--until", &until], "");
    wait_until("purged", || counted(11));
    let left = run(&["export", "--store", &url], "");
    assert!(left.lines().count() == 11 && !left.contains(&uuid(7)) && left.contains(&uuid(8)), "{left}");
    run(&["purge", "--store", &url, "--since", "2026-01-01"], "");
    wait_until("purged", || counted(0));
    for (code, words, expected) in [
        (64, &["purge", "--store", &url][..], "were not provided: --since <TIME>"),
        (
            64,
            &["purge", "--store", &url, "--since", "yesterday"],
            "--since: \"yesterday\" is no time, such as 2026-02-03T18:00Z",
        ),
        (64, &["purge", "--store", &url, "--since", "2026-01-01", "--until", "1.5"], "--until: \"1.5\" is no time"),
        (1, &["purge", "--store", "sqlite:/nowhere/store", "--since", "2026-01-01"], "there is no such file"),
    ] {
        let said = refused(code, words);
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn a_cluster_limits_too() {
    let Some(cluster) = Cluster::start() else { return skipped("redis-server is missing") };
    let options = ["--replicas", "0", "--trusted-proxy", "127.0.0.1", "--new-per-network", "3"];
    let program = Program::serve(&cluster.url(), &options);
    let answers: Vec<_> =
        (0..5).map(|number| post(&program, "192.0.2.1", &smallest(&uuid(number), "2026.2.1"))).collect();
    assert_eq!(answers, ["200", "200", "200", "429", "429"]);
    assert_eq!(post(&program, "192.0.2.1", &smallest(&uuid(1), "2026.2.2")), "200");
    // And a bad hour can be taken back there.
    run(&["purge", "--store", &cluster.url(), "--since", "2026-01-01"], "");
    assert_eq!(run(&["export", "--store", &cluster.url()], ""), "");
}

/// Many networks: each is limited, and what all of them bring has its place in bounded memory.
#[test]
fn names_from_everywhere() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("store");
    let program = Program::with_file(&file, &OPTIONS);
    for number in 0..300 {
        assert_eq!(post(&program, &format!("192.0.{}.1", number % 100), &names(number)), "200");
    }
    assert!(facts(&file) > 250_000, "{} facts", facts(&file));
    wait_until("counted", || program.get("/current_data.json").contains("\"active_installations\":300"));
    assert!(peak(&program) < MEMORY, "{} KiB", peak(&program));
    println!("{} KiB at most, with {} facts", peak(&program), facts(&file));
}
