//! Foreign text on its way to a person: nothing in it moves, hides or reverses, and a piece of it
//! has an end.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/world.rs"]
mod world;

use haos_analytics_tests::collector::Run;
use haos_analytics_tests::fixture::Fixture;
use haos_analytics_tests::http_server::Listen;
use haos_analytics_tests::receiver::{Behaviour, Receiver};
use haos_analytics_tests::supervisor::Options;
use serde_json::{json, Value};
use world::{program, run, World};

/// What must not be shown: each set of control characters, formats and separators; and what it must
/// become.
const HOSTILE: &str = "\u{1b}\u{9b}\u{85}\u{202e}\u{2028}\u{200b}\u{2066}\u{feff}\r";
const HARMLESS: &str = "\\u{1b}\\u{9b}\\u{85}\\u{202e}\\u{2028}\\u{200b}\\u{2066}\\u{feff}\\r";

/// Whether all that was told is harmless, and the hostile text was told.
fn told(of: &str, run: &Run) {
    for output in [run.stderr.as_str(), run.text()] {
        let active = output.chars().find(|character| *character != '\n' && haos_analytics_core::is_active(*character));
        assert_eq!(active, None, "{of}: {output:?}");
    }
    assert!(run.stderr.contains(HARMLESS) || run.text().contains(HARMLESS), "{of}: {} {}", run.stderr, run.text());
}

#[test]
fn arguments_and_paths() {
    let odd = |text: &str| format!("{text}{HOSTILE}");
    let cases: [(&str, Vec<String>, i32); 6] = [
        ("a command", vec![odd("fly")], 64),
        ("an option", vec![odd("--what")], 64),
        ("a value", vec!["detect".into(), odd("--json=")], 64),
        ("a root", vec!["--root".into(), odd("/no"), "detect".into()], 78),
        ("authorities", ["send", "--ca"].map(str::to_owned).into_iter().chain([odd("/no")]).collect(), 78),
        ("a state", vec!["show".into(), "--state".into(), odd("/no")], 77),
    ];
    for (case, arguments, code) in cases {
        let world = World::of("odroid-n2");
        if case == "a state" {
            world.fixture.preferences(false, false, false, false);
        }
        let collector = if case == "a root" { program() } else { world::collector(world.fixture.root()) };
        let endpoint = ["--endpoint", "https://127.0.0.1:9/v1"];
        let collector = if case == "authorities" { collector.args(endpoint) } else { collector };
        let run = run(&collector.args(arguments));
        assert_eq!(run.code, Some(code), "{case}: {}", run.stderr);
        told(case, &run);
    }
}

/// The installer's file names a directory, which is told with every fact that comes from there.
fn supervised(name: &str) -> Fixture {
    let fixture = Fixture::copy("debian-supervised").with_data(name);
    let data = fixture.path(name);
    std::fs::create_dir_all(data.parent().unwrap()).unwrap();
    std::fs::rename(fixture.path("var/lib/homeassistant"), data).unwrap();
    fixture.write("etc/hassio.json", json!({ "data": format!("/{name}") }).to_string());
    fixture
}

#[test]
fn evidence_in_detect_and_explain() {
    let name = format!("srv/ha{HOSTILE}");
    let fixture = supervised(&name);
    let supervisor = Options::default().of(&fixture);
    let world = World::with(fixture, supervisor);
    let detected = run(&world::collector(world.fixture.root()).arg("detect"));
    assert_eq!(detected.code, Some(0), "{}", detected.stderr);
    told("detect", &detected);
    let explained = run(&world.collector("show").arg("--explain"));
    assert_eq!(explained.code, Some(0), "{}", explained.stderr);
    told("explain", &explained);
    let sent = run(&world.collector("send"));
    assert_eq!(sent.code, Some(0), "{}", sent.stderr);

    // JSON is for programs: it says the same, whole, by its own escapes.
    let object = run(&world::collector(world.fixture.root()).args(["detect", "--json"]));
    assert!(!object.text().chars().any(|it| it != '\n' && haos_analytics_core::is_active(it)), "{:?}", object.text());
    let object: Value = serde_json::from_str(object.text()).unwrap();
    assert!(object["evidence"]["installation_type"].as_str().unwrap().contains(&name), "{object}");
}

#[test]
fn a_piece_has_at_most_200_characters() {
    let name = format!("srv/{}/{}", "a".repeat(150), "b".repeat(150));
    let world = {
        let fixture = supervised(&name);
        let supervisor = Options::default().of(&fixture);
        World::with(fixture, supervisor)
    };
    let root = world.fixture.root().to_str().unwrap().to_owned();
    let whole = format!("{root}/{name}");
    let shown: String = whole.chars().take(200).chain(['…']).collect();
    let detected = run(&world::collector(&root).arg("detect"));
    let line = format!("installation_type: Home Assistant Supervised ({shown} exists)");
    assert!(detected.text().lines().any(|it| it == line), "{line}\n{}", detected.text());
    let refused = run(&program().arg("x".repeat(1000)));
    assert!(refused.stderr.contains(&format!(" {}… is no command", "x".repeat(200))), "{}", refused.stderr);
    world.fixture.preferences(false, false, false, false);
    let sent = run(&world.collector("send"));
    assert!(sent.stderr.contains(&format!("not opted in: {shown}: ")), "{}", sent.stderr);
}

#[test]
fn the_query_of_an_endpoint_is_told_nowhere() {
    let world = World::of("odroid-n2");
    let secret = format!("{}?key=S3CR3T", world.receiver.url());
    let refusing = Receiver::start(Listen::plain(), Behaviour::status(404));
    let refused = format!("{}?key=S3CR3T", refusing.url());
    let unencrypted = "http://analytics.invalid/v1?key=S3CR3T";
    let https = "https://127.0.0.1:9/v1?key=S3CR3T";
    let home = "https://analytics-api.home-assistant.io/v1?key=S3CR3T";
    for (command, endpoint, code) in [
        ("show", secret.as_str(), 0),
        ("send", &secret, 0),
        ("send", &refused, 78),
        ("forget", &secret, 0),
        ("send", unencrypted, 75),
        ("send", https, 75),
        ("forget", home, 78),
    ] {
        let supervisor = world.supervisor.url();
        let arguments = [command, "--endpoint", endpoint, "--supervisor", &supervisor];
        let explain = (command == "show").then_some("--explain");
        let run = run(&world::collector(world.fixture.root()).args(arguments).args(explain));
        assert_eq!(run.code, Some(code), "{command} {endpoint}: {}", run.stderr);
        let all = format!("{}{}", run.stderr, run.text());
        // What arrives at once is told by the payload alone.
        let is_told = all.contains(endpoint.split('?').next().unwrap());
        assert_eq!(is_told, (command, code) != ("send", 0), "{command} {endpoint}: {all}");
        assert!(!all.contains("S3CR3T") && !all.contains("key="), "{command} {endpoint}: {all}");
    }
    let asked = world.receiver.requests();
    assert!(asked.iter().all(|request| request.path.contains("?key=S3CR3T")), "it is sent nevertheless");
}

/// What the Supervisor says of its refusal is its own text.
#[test]
fn a_refusal_is_not_quoted() {
    let world = World::with(Fixture::copy("odroid-n2"), Options::in_state("setup"));
    let run = world.run("send");
    assert!(run.stderr.contains("400 Bad Request") && !run.stderr.contains("setup"), "{}", run.stderr);
}
