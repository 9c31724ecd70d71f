//! Consent holds until the last byte: withdrawn while a run is under way, nothing more is sent.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/crashes.rs"]
mod crashes;
#[path = "common/world.rs"]
mod world;

use crashes::Crashes;
use haos_analytics_tests::collector::{Collector, Run};
use haos_analytics_tests::fixture::{golden, Fixture};
use haos_analytics_tests::http_server::{Listen, Reply, Request, Response, Server, Service};
use haos_analytics_tests::sentry::KEY;
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use world::{run, World};

/// Changes a file whenever it is asked, and then answers; so the change is there before the answer
/// is.
struct Owner {
    file: PathBuf,
    content: Option<Vec<u8>>,
    answer: Response,
}

impl Service for Owner {
    fn reply(&self, _: &Request) -> Reply {
        match &self.content {
            Some(content) => fs::write(&self.file, content).unwrap(),
            None => fs::remove_file(&self.file).unwrap(),
        }
        Reply::Full(self.answer.clone())
    }
}

/// While this is served, the owner changes Home Assistant's file of analytics.
fn owner(fixture: &Fixture, change: impl FnOnce(&mut Value), answer: Response) -> Server {
    let file = fixture.path(fixture.analytics_path());
    let mut content: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    change(&mut content);
    let content = Some(content.to_string().into_bytes());
    Server::start(Listen::plain(), Arc::new(Owner { file, content, answer }))
}

fn busy() -> Response {
    Response::new(503).header("retry-after", "1")
}

fn send(world: &World, receiver: &Server) -> Run {
    let supervisor = world.supervisor.url();
    let arguments = ["send", "--supervisor", &supervisor, "--endpoint", &receiver.url("/v1")];
    run(&world::collector(world.fixture.root()).args(arguments))
}

/// Of the end there is one line; before the pause there was one that announced the next try.
fn ended(of: &str, run: &Run, receiver: &Server) {
    ended_so(of, run, receiver, 77, "not opted in");
}

fn ended_so(of: &str, run: &Run, receiver: &Server, code: i32, why: &str) {
    assert_eq!(receiver.requests().len(), 1, "{of}: {}", run.stderr);
    assert_eq!((run.code, run.payload()), (Some(code), golden("odroid-n2").as_slice()), "{of}: {}", run.stderr);
    let lines: Vec<_> = run.stderr.lines().collect();
    let [pause, end] = lines.as_slice() else { panic!("{of}: {lines:?}") };
    assert!(pause.contains("503 Service Unavailable; next try in "), "{of}: {pause}");
    assert!(end.starts_with(&format!("haos-analytics: {why}")) && end.contains("core.analytics: "), "{of}: {end}");
}

#[test]
fn in_a_pause() {
    type Change = fn(&mut Value);
    let cases: [(&str, Change); 5] = [
        ("base", |file| file["data"]["preferences"]["base"] = false.into()),
        ("usage", |file| file["data"]["preferences"]["usage"] = false.into()),
        ("statistics", |file| file["data"]["preferences"]["statistics"] = false.into()),
        ("all of it", |file| file["data"]["preferences"] = serde_json::json!({})),
        ("onboarded", |file| file["data"]["onboarded"] = false.into()),
    ];
    for (case, change) in cases {
        let world = World::of("odroid-n2");
        let receiver = owner(&world.fixture, change, busy());
        ended(case, &send(&world, &receiver), &receiver);
    }
    let world = World::of("odroid-n2");
    let receiver = owner(&world.fixture, |file| file["version"] = 2.into(), busy());
    ended_so("a later form", &send(&world, &receiver), &receiver, 66, "error: cannot tell whether you opted in");
    let world = World::of("odroid-n2");
    let file = world.fixture.path(world.fixture.analytics_path());
    let service = Owner { file, content: None, answer: busy() };
    let receiver = Server::start(Listen::plain(), Arc::new(service));
    ended("the file", &send(&world, &receiver), &receiver);
}

#[test]
fn what_is_still_agreed_to_is_tried_again() {
    let world = World::of("odroid-n2");
    let diagnostics = |file: &mut Value| file["data"]["preferences"]["diagnostics"] = true.into();
    let receiver = owner(&world.fixture, diagnostics, busy());
    let run = send(&world, &receiver);
    assert_eq!((run.code, receiver.requests().len()), (Some(75), 3), "{}", run.stderr);
}

/// Between the first look and the first try the Supervisor is asked, and everything is read.
#[test]
fn before_the_first_try() {
    let world = World::of("odroid-n2");
    let off = |file: &mut Value| file["data"]["preferences"]["base"] = false.into();
    let supervisor = owner(&world.fixture, off, Response::new(404));
    let arguments = ["send", "--supervisor", &supervisor.url(""), "--endpoint", &world.receiver.url()];
    let run = run(&world::collector(world.fixture.root()).args(arguments));
    assert_eq!((run.code, world.receiver.connections()), (Some(77), 0), "{}", run.stderr);
    assert_eq!(run.stderr.lines().filter(|line| line.contains("not opted in")).count(), 1, "{}", run.stderr);
}

/// Two reports wait, and the owner says no while the first is answered.
fn crash_reports(crashes: &Crashes, sentry: &Server) -> Collector {
    let dsn = format!("http://{KEY}@{}/42", sentry.address());
    crashes.world.collector("send").args(["--dsn", &dsn]).arg("--state").arg(crashes.state())
}

#[test]
fn crash_reports_too() {
    for by_supervisor in [false, true] {
        let crashes = Crashes::new();
        let (_, first) = crashes.waits(100);
        crashes.waits(200);
        crashes.waits(300);
        let fixture = &crashes.world.fixture;
        let taken = Response::json(200, &serde_json::json!({}));
        let sentry = if by_supervisor {
            let file = fixture.path(fixture.data_path("config.json"));
            let service = Owner { file, content: Some(br#"{"diagnostics":false}"#.to_vec()), answer: taken };
            Server::start(Listen::plain(), Arc::new(service))
        } else {
            owner(fixture, |file| file["data"]["preferences"]["diagnostics"] = false.into(), taken)
        };
        let run = run(&crash_reports(&crashes, &sentry));
        let bodies: Vec<_> = sentry.requests().into_iter().map(|request| request.body).collect();
        assert_eq!((bodies, crashes.names()), (vec![first], Vec::new()), "{}", run.stderr);
        assert!(run.stderr.contains("2 deleted unsent, not opted in: "), "{}", run.stderr);
        assert_eq!(
            (run.code, crashes.world.receiver.requests().len()),
            (Some(0), 1),
            "the analytics are another matter"
        );
    }
}
