//! 200 means durable, on a cluster too: what that rests on is asked for, and replicas are waited for.
//!
//! Redis 7.0 as Debian 12 has it knows WAIT and no WAITAOF: what is proved here is that replicas have it in memory.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use common::cluster::{find, free_port, Cluster};
use common::program::Program;
use common::run::{refused, run};
use common::{skipped, smallest, wait_until};
use core::sync::atomic::{AtomicBool, Ordering};
use std::process::{Command, Stdio};
use std::sync::Mutex;

const OFTEN: [&str; 2] = ["--refresh", "1"];

fn post(program: &Program, number: u32, version: u32) -> String {
    let answer = program.post(&smallest(&format!("{number:032}"), &format!("2026.2.{version}")));
    answer.get(9..12).unwrap_or_default().to_owned()
}

/// The answer to `/healthz`, and all that it says.
fn health(program: &Program) -> String {
    program.request("GET", "/healthz", "", b"")
}

fn is_well(program: &Program) -> bool {
    health(program).starts_with("HTTP/1.1 200 ")
}

#[test]
fn what_is_missing_is_named() {
    let Some(cluster) = Cluster::with_replicas(1) else { return skipped("redis-server is missing") };
    let url = cluster.url();
    let program = Program::serve(&url, &OFTEN);
    assert_eq!(post(&program, 1, 1), "200");
    assert!(program.get("/metrics").contains("receiver_durability_best_effort 0\n"));
    wait_until("well", || is_well(&program));
    // Of a master and of a replica.
    for (at, name, is, must) in [
        (0, "appendonly", "no", "yes"),
        (4, "appendonly", "no", "yes"),
        (1, "appendfsync", "everysec", "always"),
        (5, "appendfsync", "no", "always"),
        (2, "maxmemory-policy", "allkeys-lru", "noeviction"),
    ] {
        cluster.set(at, name, is);
        let line = format!("{}: {name} is {is:?} and must be {must:?}", cluster.name(at));
        assert_eq!(refused(78, &["serve", "--store", &url]), format!("haos-analytics-receiver: {line}\n"));
        // The one that runs notices, takes nothing more, and says why.
        let quoted = serde_json::to_string(&line).unwrap();
        wait_until("noticed", || {
            let said = health(&program);
            said.starts_with("HTTP/1.1 503 ") && said.contains("\"cannot write\"") && said.contains(&quoted)
        });
        assert_eq!(post(&program, 1, 1), "500");
        // And all is well again when it is so again.
        cluster.set(at, name, must);
        wait_until("well again", || is_well(&program) && post(&program, 1, 1) == "200");
    }
    let line = format!("{}: number of replicas is \"1\" and must be \"2 or more\"\n", cluster.name(0));
    let said = refused(78, &["serve", "--store", &url, "--replicas", "2"]);
    let names = [0, 1, 2].map(|at| said.replace(&cluster.name(at), &cluster.name(0)));
    assert!(names.contains(&format!("haos-analytics-receiver: {line}")), "{said}");
    assert_eq!(program.stop(), Some(0));
}

#[test]
fn best_effort_takes_what_comes() {
    let Some(cluster) = Cluster::start() else { return skipped("redis-server is missing") };
    cluster.set(1, "appendonly", "no");
    let url = cluster.url();
    refused(78, &["serve", "--store", &url, "--replicas", "0"]);
    let program = Program::serve(&url, &["--durability", "best-effort"]);
    (0..20).for_each(|number| assert_eq!(post(&program, number, 1), "200"));
    assert!(program.get("/metrics").contains("receiver_durability_best_effort 1\n"));
    wait_until("well", || is_well(&program));
    assert_eq!(run(&["export", "--store", &url], "").lines().count(), 20);
}

#[test]
fn one_server_is_no_cluster() {
    let Some(server) = find("redis-server") else { return skipped("redis-server is missing") };
    let port = free_port().to_string();
    let mut child = Command::new(server)
        .args(["--port", &port, "--bind", "127.0.0.1", "--save", ""])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let store = format!("redis://127.0.0.1:{port}");
    wait_until("it answers", || std::net::TcpStream::connect(format!("127.0.0.1:{port}")).is_ok());
    let commands = [&["serve", "--store", &store][..], &["serve", "--store", &store, "--durability", "best-effort"]];
    let said = std::panic::catch_unwind(|| commands.map(|words| refused(78, words)));
    child.kill().unwrap();
    child.wait().unwrap();
    let said = said.unwrap();
    let line = format!("haos-analytics-receiver: 127.0.0.1:{port}: cluster-enabled is \"no\" and must be \"yes\"\n");
    assert_eq!(said, [line.clone(), line]);
}

#[test]
fn replicas_that_do_not_answer() {
    let Some(cluster) = Cluster::with_replicas(1) else { return skipped("redis-server is missing") };
    // No refresh gets in between: what refuses is that nobody says that it has it.
    let program = Program::serve(&cluster.url(), &["--refresh", "3600"]);
    (0..10).for_each(|number| assert_eq!(post(&program, number, 1), "200"));
    (3..6).for_each(|at| cluster.pause(at));
    assert_eq!(post(&program, 20, 1), "500");
    // The master has it. Sent again it is nothing new there, and still on one machine only.
    assert_eq!(post(&program, 20, 1), "500");
    // Somebody else has written it, and did not wait.
    let careless = Program::serve(&cluster.url(), &["--durability", "best-effort"]);
    assert_eq!(post(&careless, 21, 1), "200");
    assert_eq!(post(&program, 21, 1), "500");
    (3..6).for_each(|at| cluster.resume(at));
    wait_until("taken again", || post(&program, 20, 1) == "200" && post(&program, 21, 1) == "200");
    assert_eq!(program.stop(), Some(0));
}

#[test]
fn a_master_that_is_killed() {
    let Some(mut cluster) = Cluster::with_replicas(1) else { return skipped("redis-server is missing") };
    let url = cluster.url();
    let program = Program::serve(&url, &OFTEN);
    let (acknowledged, stop) = (Mutex::new(Vec::new()), AtomicBool::new(false));
    std::thread::scope(|scope| {
        for sender in 0..4 {
            let (program, acknowledged, stop) = (&program, &acknowledged, &stop);
            scope.spawn(move || {
                for number in (sender * 100_000..).take_while(|_| !stop.load(Ordering::Relaxed)) {
                    if post(program, number, 1) == "200" {
                        acknowledged.lock().unwrap().push(number);
                    }
                }
            });
        }
        let count = || acknowledged.lock().unwrap().len();
        wait_until("under way", || count() > 200);
        cluster.lose(0);
        // Its replica takes its place, but has none itself: nothing is taken until it has.
        wait_until("taken over", || {
            cluster.ask_at(1, &["cluster", "info"]).contains("cluster_state:ok") && {
                let nodes = cluster.ask_at(1, &["cluster", "nodes"]);
                nodes.lines().filter(|line| line.contains("master") && line.contains("connected ")).count() >= 3
                    && nodes.lines().any(|line| line.contains(&cluster.name(0)) && line.contains("fail"))
            }
        });
        wait_until("told", || health(&program).contains("number of replicas is"));
        cluster.bring_back(0);
        cluster.wait_for_replica(0);
        let before = count();
        wait_until("taken again", || count() > before + 200);
        stop.store(true, Ordering::Relaxed);
    });
    let exported = run(&["export", "--store", &url], "");
    let acknowledged = acknowledged.into_inner().unwrap();
    let lost = acknowledged.iter().filter(|number| !exported.contains(&format!("{number:032}"))).count();
    println!("{lost} lost of {} that were acknowledged", acknowledged.len());
    assert_eq!(lost, 0);
    wait_until("well again", || is_well(&program));
    assert_eq!(program.stop(), Some(0));
}
