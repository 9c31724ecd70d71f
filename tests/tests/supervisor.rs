//! The Supervisor in every mood: the report goes out with its state or without, and the token goes to nobody else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/world.rs"]
mod world;

use core::time::Duration;
use haos_analytics_tests::collector::{Collector, Run};
use haos_analytics_tests::fixture::{Damage, Fixture};
use haos_analytics_tests::http_server::Listen;
use haos_analytics_tests::proxy::{self, Proxy};
use haos_analytics_tests::receiver::{Behaviour, Receiver};
use haos_analytics_tests::supervisor::{info, Options, TokenChange};
use serde_json::{json, Value};
use std::net::TcpListener;
use world::{run, World};

/// Its limit is five seconds; a run that waits for a server that never ends takes more than a minute.
const SOON: Duration = Duration::from_secs(20);
const LEFT_OUT: &str = "the report goes without the Supervisor's state";

/// An ODROID-N2 and a Supervisor like this, which knows the machine's token.
fn world(options: Options) -> World {
    let fixture = Fixture::copy("odroid-n2");
    let options = options.of(&fixture);
    World::with(fixture, options)
}

/// Runs `send`, which must arrive; gives the payload.
fn sent(world: &World, collector: &Collector) -> (Value, Run) {
    let run = run(collector);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.elapsed < SOON, "{:?}", run.elapsed);
    assert_eq!(world.receiver.stored().len(), 1, "{:?}", world.receiver.refusals());
    assert!(!run.stderr.contains(&world.fixture.observer_token()), "{}", run.stderr);
    (serde_json::from_slice(run.payload()).unwrap(), run)
}

/// Runs `send`, which must arrive without the Supervisor's state; gives what the log says.
fn left_out(world: &World, case: &str) -> String {
    let (payload, run) = sent(world, &world.collector("send"));
    assert_eq!(payload.get("supervisor"), None, "{case}");
    assert_eq!(payload["operating_system"]["board"], "odroid-n2", "{case}");
    let remarks: Vec<_> = run.stderr.lines().collect();
    assert!(remarks.len() == 1 && remarks[0].contains(LEFT_OUT), "{case}: {}", run.stderr);
    run.stderr
}

/// `/supervisor/info` with one key changed, or taken out.
fn info_with(key: &str, value: Option<Value>) -> Options {
    let mut info = info(true, true, "aarch64");
    match value {
        Some(value) => info[key] = value,
        None => drop(info.as_object_mut().unwrap().remove(key)),
    }
    Options { info, ..Options::default() }
}

#[test]
fn its_state_goes_into_the_report() {
    for (healthy, supported, arch) in
        [(true, true, "aarch64"), (false, true, "aarch64"), (true, false, "armv7"), (false, false, "amd64")]
    {
        let world = world(Options::health(healthy, supported, arch));
        let (payload, run) = sent(&world, &world.collector("send"));
        let expected = json!({"healthy": healthy, "supported": supported, "arch": arch});
        assert_eq!((&payload["supervisor"], run.stderr.as_str()), (&expected, ""));
    }
}

#[test]
fn without_an_arch_the_detected_one_is_told() {
    let detected = json!({"healthy": true, "supported": true, "arch": "aarch64"});
    for (case, value, remarks) in [
        ("none", None, 0),
        ("null", Some(Value::Null), 0),
        ("empty", Some(json!("")), 1),
        ("too long", Some(json!("x".repeat(65))), 1),
        ("two lines", Some(json!("arm\nv7")), 1),
    ] {
        let world = world(info_with("arch", value));
        let (payload, run) = sent(&world, &world.collector("send"));
        assert_eq!(
            (&payload["supervisor"], run.stderr.lines().count()),
            (&detected, remarks),
            "{case}: {}",
            run.stderr
        );
    }
}

#[test]
fn an_answer_that_does_not_tell() {
    for (case, options) in [
        ("wrong types", Options::wrong_types()),
        ("healthy missing", info_with("healthy", None)),
        ("supported missing", info_with("supported", None)),
        ("healthy null", info_with("healthy", Some(Value::Null))),
        ("supported in words", info_with("supported", Some(json!("yes")))),
        ("arch a number", info_with("arch", Some(json!(64)))),
        ("a list", Options { info: json!([true, true, "aarch64"]), ..Options::default() }),
        ("null", Options { info: Value::Null, ..Options::default() }),
        ("empty", Options { info: json!({}), ..Options::default() }),
        ("JSON of another kind", Options::misbehaving(Behaviour::Json)),
        ("an empty answer", Options::misbehaving(Behaviour::Accept)),
        ("a page", Options::misbehaving(Behaviour::Html)),
        ("half an answer", Options::misbehaving(Behaviour::HalfResponse)),
        ("an answer without end", Options::misbehaving(Behaviour::HugeBody { bytes: 8 << 20 })),
        ("a closed door", Options::misbehaving(Behaviour::CloseAtOnce)),
        ("status 500", Options::misbehaving(Behaviour::status(500))),
        ("status 404", Options::misbehaving(Behaviour::status(404))),
        ("status 201", Options::misbehaving(Behaviour::status(201))),
    ] {
        let world = world(options);
        left_out(&world, case);
        assert_eq!(world.connections(), (1, 1), "{case}");
    }
}

#[test]
fn a_large_answer_is_read() {
    let world = world(Options::misbehaving(Behaviour::HugeBody { bytes: 500_000 }));
    let (payload, _) = sent(&world, &world.collector("send"));
    assert_eq!(payload["supervisor"], json!({"healthy": true, "supported": true, "arch": "aarch64"}));
}

#[test]
fn a_supervisor_that_is_not_ready_is_not_quoted() {
    for state in ["initialize", "setup", "shutdown", "stopping", "close"] {
        let world = world(Options::in_state(state));
        let log = left_out(&world, state);
        assert!(log.contains("400") && !log.contains("not ready"), "{log}");
    }
}

#[test]
fn a_new_token_is_tried_once() {
    let fixture = Fixture::copy("odroid-n2");
    let (old, new) = (fixture.observer_token(), "f".repeat(112));
    let change = TokenChange { file: fixture.path(fixture.data_path("observer.json")), token: new.clone() };
    let options = Options { token_change: Some(change), ..Options::default() }.of(&fixture);
    let world = World::with(fixture, options);
    let (payload, run) = sent(&world, &world.collector("send"));
    assert_eq!((&payload["supervisor"]["healthy"], run.stderr.as_str()), (&json!(true), ""));
    let headers: Vec<_> =
        world.supervisor.requests().iter().map(|it| it.header("authorization").map(str::to_owned)).collect();
    assert_eq!(headers, [old, new].map(|token| Some(format!("Bearer {token}"))));
}

#[test]
fn one_that_refuses_a_token_that_has_not_changed_is_not_asked_again() {
    for (code, first) in [(401, Behaviour::status(401)), (403, Behaviour::status(403)), (403, Behaviour::Contract)] {
        let fixture = Fixture::copy("odroid-n2");
        let options = Options { token: "another".to_owned(), behaviour: first, ..Options::default() };
        let world = World::with(fixture, options);
        let log = left_out(&world, "refused");
        assert!(log.contains(&code.to_string()), "{log}");
        assert_eq!(world.supervisor.requests().len(), 1);
    }
}

#[test]
fn one_that_takes_its_time_is_not_waited_for() {
    let slow = Behaviour::SlowDrip { every: Duration::from_secs(1) };
    std::thread::scope(|scope| {
        for (case, behaviour) in [("never", Behaviour::NeverAnswer), ("slowly", slow)] {
            scope.spawn(move || {
                let world = world(Options::misbehaving(behaviour));
                left_out(&world, case);
                assert_eq!(world.supervisor.requests().len(), 1, "{case}");
            });
        }
    });
}

#[test]
fn one_that_is_not_there() {
    let world = world(Options::default());
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let supervisor = format!("http://{closed}");
    let collector = world.collector("send").args(["--supervisor", &supervisor]);
    let (payload, run) = sent(&world, &collector);
    assert!(payload.get("supervisor").is_none() && run.stderr.contains(LEFT_OUT), "{}", run.stderr);
    assert_eq!(world.supervisor.connections(), 0);
}

#[test]
fn without_a_token_nobody_is_asked() {
    let damages = [
        Damage::Missing,
        Damage::Empty,
        Damage::Truncated,
        Damage::Binary,
        Damage::Directory,
        Damage::Fifo,
        Damage::SymlinkLoop,
    ];
    for damage in damages {
        let world = world(Options::default());
        let token = world.fixture.observer_token();
        world.fixture.damage(world.fixture.data_path("observer.json"), damage);
        let run = run(&world.collector("send"));
        assert_eq!((run.code, world.connections()), (Some(0), (1, 0)), "{damage:?}: {}", run.stderr);
        assert!(run.stderr.contains(LEFT_OUT) && run.stderr.contains("observer.json"), "{damage:?}: {}", run.stderr);
        assert!(!run.stderr.contains(&token) && !run.text().contains("\"supervisor\""), "{damage:?}: {}", run.stderr);
    }
    for content in [
        "{}",
        "[]",
        "null",
        r#"["abc"]"#,
        r#"{"access_token":null}"#,
        r#"{"access_token":1}"#,
        r#"{"access_token":""}"#,
        r#"{"access_token":"abc\n"}"#,
        r#"{"access_token":"a\r\nx: y"}"#,
        r#"{"access_token":"a\u0000"}"#,
        r#"{"token":"abc"}"#,
        r#"{"access_token":"abc"}x"#,
    ] {
        let world = world(Options::default());
        world.fixture.write(world.fixture.data_path("observer.json"), content);
        let run = run(&world.collector("send"));
        assert_eq!((run.code, world.connections()), (Some(0), (1, 0)), "{content}: {}", run.stderr);
        assert!(run.stderr.contains(LEFT_OUT) && run.stderr.contains("observer.json"), "{content}: {}", run.stderr);
        assert!(!run.stderr.contains("abc"), "{content}: {}", run.stderr);
    }
}

#[test]
fn it_is_asked_one_thing_with_one_header() {
    for slash in ["", "/"] {
        let world = world(Options::default());
        let url = format!("{}{slash}", world.supervisor.url());
        let (payload, _) = sent(&world, &world.collector("send").args(["--supervisor", &url]));
        assert!(payload["supervisor"].is_object());
        let [request] = world.supervisor.requests().try_into().unwrap();
        assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", "/supervisor/info"));
        let bearer = format!("Bearer {}", world.fixture.observer_token());
        let secret: Vec<_> = request.headers.iter().filter(|(_, value)| value.contains(&bearer[7..])).collect();
        let [(name, value)] = secret.as_slice() else { panic!("{:?}", request.headers) };
        assert!(name.eq_ignore_ascii_case("authorization") && *value == bearer, "{name}: {value}");
        assert!(request.body.is_empty());
    }
}

#[test]
fn no_proxy_stands_between() {
    let world = world(Options::default());
    let proxy = Proxy::start(proxy::Options::default());
    let names = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
    let through = |command| names.iter().fold(world.collector(command), |it, name| it.env(name, proxy.url(None)));
    let shown = run(&through("show"));
    assert!(shown.text().contains("\"supervisor\":"), "{}", shown.stderr);
    assert_eq!((world.supervisor.connections(), proxy.connections()), (1, 0));
    sent(&world, &through("send"));
    let asked: Vec<_> = proxy.tunnels().into_iter().map(|tunnel| tunnel.authority).collect();
    assert_eq!(asked, [world.receiver.address().to_string()], "the receiver alone");
}

#[test]
fn a_redirect_does_not_take_the_token_away() {
    let elsewhere = Receiver::start(Listen::plain(), Behaviour::Json);
    let world = world(Options::misbehaving(Behaviour::Redirect { to: elsewhere.url() }));
    let log = left_out(&world, "redirect");
    assert!(log.contains("307"), "{log}");
    assert_eq!((elsewhere.connections(), world.supervisor.requests().len()), (0, 1));
}
