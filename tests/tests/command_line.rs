//! The command line: what it takes, what it refuses, and where its words go.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/world.rs"]
mod world;

use haos_analytics_tests::collector::{Collector, Run};
use haos_analytics_tests::fixture::Fixture;
use haos_analytics_tests::tls::Authority;
use serde_json::{json, Value};
use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use world::{program, run, World};

const OPTIONS: [(&str, &str); 15] = [
    ("--root", "HAOS_ANALYTICS_ROOT"),
    ("--endpoint", "HAOS_ANALYTICS_ENDPOINT"),
    ("--supervisor", "HAOS_ANALYTICS_SUPERVISOR"),
    ("--ca", "HAOS_ANALYTICS_CA"),
    ("--explain", "HAOS_ANALYTICS_EXPLAIN"),
    ("--all", "HAOS_ANALYTICS_ALL"),
    ("--raw", "HAOS_ANALYTICS_RAW"),
    ("--as", "HAOS_ANALYTICS_AS"),
    ("--dsn", "HAOS_ANALYTICS_DSN"),
    ("--state", "HAOS_ANALYTICS_STATE"),
    ("--diagnostics", "HAOS_ANALYTICS_DIAGNOSTICS"),
    ("--board-crashes", "HAOS_ANALYTICS_BOARD_CRASHES"),
    ("--last", "HAOS_ANALYTICS_LAST"),
    ("--diff", "HAOS_ANALYTICS_DIFF"),
    ("--json", "HAOS_ANALYTICS_JSON"),
];

/// Runs what must fail with this code: one line on stderr, nothing on stdout.
fn fails(collector: &Collector, code: i32, case: &str) -> String {
    let run = run(collector);
    assert_eq!((run.code, run.text()), (Some(code), ""), "{case}: {}", run.stderr);
    assert!(run.stderr.starts_with("haos-analytics: "), "{case}: {}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 1, "{case}: {}", run.stderr);
    run.stderr
}

fn succeeds(collector: &Collector) -> Run {
    let run = run(collector);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    run
}

/// The words after `Exit codes:` of the help.
fn exit_codes(help: &str) -> BTreeSet<u8> {
    let (_, codes) = help.split_once("Exit codes:\n").expect("the help tells the exit codes");
    codes.lines().map_while(|line| line.split_whitespace().next()?.parse().ok()).collect()
}

#[test]
fn help_names_everything() {
    let help = succeeds(&program().arg("--help"));
    let text = help.text();
    for (option, variable) in OPTIONS {
        assert!(text.contains(option) && text.contains(variable), "{option}");
    }
    for word in ["send", "show", "status", "detect", "forget", "--version", "--help", "https_proxy", "no_proxy"] {
        assert!(text.contains(word), "{word}");
    }
    assert_eq!(exit_codes(text), [0, 64, 65, 66, 70, 75, 77, 78].into());
    assert!(text.ends_with('\n') && !text.ends_with("\n\n"));
    for arguments in [["-h"].as_slice(), &["send", "--help"], &["--help", "nonsense"], &["--root", "/nothing", "-h"]] {
        assert_eq!(succeeds(&program().args(arguments)).stdout, help.stdout, "{arguments:?}");
    }
}

#[test]
fn the_documentation_tells_the_same_exit_codes() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/device.md");
    let Ok(page) = std::fs::read_to_string(page) else {
        return world::skipped("there is no docs/device.md to compare the exit codes with");
    };
    let first = |line: &str| line.strip_prefix('|')?.split('|').next()?.trim().trim_matches('`').parse().ok();
    let told: BTreeSet<u8> = page.lines().filter_map(first).collect();
    assert_eq!(told, exit_codes(succeeds(&program().arg("--help")).text()), "rows of the table in docs/device.md");
}

#[test]
fn version() {
    for option in ["--version", "-V"] {
        let version = succeeds(&program().arg(option));
        let expected = format!("haos-analytics {} (", env!("CARGO_PKG_VERSION"));
        assert!(version.text().starts_with(&expected) && version.text().lines().count() == 1, "{}", version.text());
    }
}

#[test]
fn usage_errors() {
    let words = |line: &'static str| line.split_whitespace().map(OsString::from).collect::<Vec<_>>();
    let mut cases: Vec<Vec<OsString>> = [
        "",
        "fly",
        "Send",
        "send send",
        "send show",
        "detect /",
        "--what",
        "send --what",
        "send -x",
        "-",
        "--root",
        "detect --root",
        "send --endpoint",
        "send --supervisor",
        "send --ca",
        "show --explain=1",
        "detect --json=yes",
        "send --json",
        "show --json",
        "send --explain",
        "detect --explain",
        "forget send",
        "status --json",
        "send --last",
        "status --diff",
        "show --last --diff",
        "forget --json",
        "forget --explain",
        "forget --diagnostics",
        "forget --endpoint junk",
        "send --endpoint receiver/v1",
        "send --endpoint ftp://127.0.0.1/",
        "send --endpoint http://",
        "send --endpoint https://u:p@127.0.0.1/",
        "send --endpoint=",
        "send --supervisor 127.0.0.1",
        "send --supervisor unix:///run/x",
        "detect --endpoint junk",
    ]
    .into_iter()
    .map(words)
    .collect();
    let odd: [&[u8]; 3] = [b"se\xffnd", b"--r\xff", b"se\nnd"];
    cases.extend(odd.map(|word| vec![OsStr::from_bytes(word).to_owned()]));
    cases.push(vec!["send".into(), "--endpoint".into(), OsStr::from_bytes(b"http://127.0.0.1/\xff").to_owned()]);
    cases.push(vec!["send".into(), "--endpoint".into(), "http://127.0.0.1/a b".into()]);
    for arguments in cases {
        let why = fails(&program().args(&arguments), 64, &format!("{arguments:?}"));
        assert!(why.starts_with("haos-analytics: error: "), "{why}");
        assert!(!why.contains("u:p"), "credentials are not repeated: {why}");
    }
}

#[test]
fn a_line_end_in_an_argument_does_not_make_two_lines() {
    let world = World::of("odroid-n2");
    let https = world.receiver.url().replace("http:", "https:");
    let ca = world.collector("send").args(["--endpoint", &https, "--ca", "/no\nthing"]);
    for (code, collector) in
        [(64, program().arg("--two\nlines")), (78, ca), (78, program().root("/no\nthing").arg("send"))]
    {
        fails(&collector, code, "a line end");
    }
}

#[test]
fn options_stand_before_or_after_the_command() {
    let world = World::of("odroid-n2");
    let root = world.fixture.root().to_str().unwrap();
    let joined = format!("--root={root}");
    let (supervisor, endpoint) = (world.supervisor.url(), world.receiver.url());
    let plain = succeeds(&program().args(["detect", "--root", root])).stdout;
    for arguments in [["--root", root, "detect"].as_slice(), &[&joined, "detect"], &["detect", &joined]] {
        assert_eq!(succeeds(&program().args(arguments)).stdout, plain, "{arguments:?}");
    }
    let json = succeeds(&program().args(["detect", "--json", "--root", root])).stdout;
    assert_eq!(succeeds(&program().args(["--json", "--root", root, "detect"])).stdout, json);
    let authority = Authority::new();
    let ca = authority.ca_file();
    let ca = ca.to_str().unwrap();
    let options = ["--supervisor", &supervisor, "--ca", ca, "--endpoint", &endpoint, "--root", root];
    let shown = succeeds(&program().arg("show").args(options)).stdout;
    assert_eq!(succeeds(&program().args(options).arg("show")).stdout, shown);
    assert_eq!(succeeds(&program().args(options).arg("send")).stdout, shown);
    assert_eq!(world.receiver.requests().len(), 1);
}

#[test]
fn a_variable_for_every_option() {
    let world = World::of("odroid-n2");
    let (root, receiver, supervisor) = (world.fixture.root(), world.receiver.url(), world.supervisor.url());
    let authority = Authority::new();
    let by_variables = |command| {
        let addresses =
            program().env("HAOS_ANALYTICS_ENDPOINT", &receiver).env("HAOS_ANALYTICS_SUPERVISOR", &supervisor);
        addresses.env("HAOS_ANALYTICS_ROOT", root).env("HAOS_ANALYTICS_CA", authority.ca_file()).arg(command)
    };
    let sent = succeeds(&by_variables("send"));
    assert_eq!((world.receiver.bodies(), world.supervisor.requests().len()), (vec![sent.payload().to_vec()], 1));

    let object =
        |value: &str| succeeds(&by_variables("detect").env("HAOS_ANALYTICS_JSON", value)).text().starts_with('{');
    let lines = |value: &str| run(&by_variables("show").env("HAOS_ANALYTICS_EXPLAIN", value)).stderr.lines().count();
    for on in ["1", "true", "yes"] {
        assert!(object(on) && lines(on) > 5, "{on}");
    }
    for off in ["0", "false", "no", ""] {
        assert!(!object(off) && lines(off) == 0, "{off}");
    }
    // A variable that does not fit the command is for another one.
    succeeds(&by_variables("send").env("HAOS_ANALYTICS_JSON", "1").env("HAOS_ANALYTICS_EXPLAIN", "1"));
}

#[test]
fn the_command_line_overrides_a_variable() {
    let (world, other) = (World::of("odroid-n2"), World::of("yellow"));
    let collector = world.collector("send").env("HAOS_ANALYTICS_ROOT", other.fixture.root());
    let collector = collector.env("HAOS_ANALYTICS_ENDPOINT", other.receiver.url());
    succeeds(&collector.env("HAOS_ANALYTICS_SUPERVISOR", other.supervisor.url()));
    assert_eq!((world.connections(), other.connections()), ((1, 1), (0, 0)));
}

#[test]
fn a_bad_variable_is_a_configuration_error() {
    let world = World::of("odroid-n2");
    let not_text = OsStr::from_bytes(b"http://127.0.0.1/\xff");
    let cases: [(&str, &OsStr); 14] = [
        ("HAOS_ANALYTICS_ROOT", OsStr::new("/nothing/here")),
        ("HAOS_ANALYTICS_ROOT", OsStr::new("/dev/null")),
        ("HAOS_ANALYTICS_ROOT", OsStr::from_bytes(b"/\xff")),
        ("HAOS_ANALYTICS_ENDPOINT", OsStr::new("receiver")),
        ("HAOS_ANALYTICS_ENDPOINT", OsStr::new("ftp://127.0.0.1/")),
        ("HAOS_ANALYTICS_ENDPOINT", OsStr::new("http://u:p@127.0.0.1/")),
        ("HAOS_ANALYTICS_ENDPOINT", not_text),
        ("HAOS_ANALYTICS_SUPERVISOR", OsStr::new("172.30.32.2")),
        ("HAOS_ANALYTICS_SUPERVISOR", not_text),
        ("HAOS_ANALYTICS_EXPLAIN", OsStr::new("maybe")),
        ("HAOS_ANALYTICS_EXPLAIN", not_text),
        ("HAOS_ANALYTICS_JSON", OsStr::new("2")),
        ("HAOS_ANALYTICS_JSON", OsStr::new("YES")),
        ("HAOS_ANALYTICS_JSON", OsStr::new(" ")),
    ];
    for (name, value) in cases {
        let others =
            [("HAOS_ANALYTICS_ENDPOINT", world.receiver.url()), ("HAOS_ANALYTICS_SUPERVISOR", world.supervisor.url())];
        let collector = others.iter().fold(program(), |it, (name, value)| it.env(name, value));
        let collector = collector.env("HAOS_ANALYTICS_ROOT", world.fixture.root()).env(name, value);
        for command in ["send", "show"] {
            let why = fails(&collector.clone().arg(command), 78, &format!("{name}={value:?} {command}"));
            assert!(name == "HAOS_ANALYTICS_ROOT" || why.contains(name), "{name}: {why}");
            assert!(!why.contains("u:p"), "{why}");
        }
    }
    assert_eq!(world.connections(), (0, 0));
}

#[test]
fn certificates_that_cannot_be_read_are_a_configuration_error() {
    let world = World::of("odroid-n2");
    let empty = tempfile::NamedTempFile::new().unwrap();
    let endpoint = world.receiver.url().replace("http:", "https:");
    for file in [Path::new("/nothing.pem"), Path::new("/"), empty.path()] {
        let collector = world.collector("send").args(["--endpoint", &endpoint]);
        let by_option = collector.clone().arg("--ca").arg(file);
        let by_variable = collector.env("HAOS_ANALYTICS_CA", file);
        for collector in [by_option, by_variable] {
            let why = fails(&collector, 78, &file.display().to_string());
            assert!(why.contains(file.to_str().unwrap()), "{why}");
        }
    }
    assert_eq!(world.receiver.connections(), 0);
}

#[test]
fn an_empty_variable_is_not_set() {
    let empty = OPTIONS.iter().fold(program(), |collector, (_, name)| collector.env(name, ""));
    let facts = |collector: &Collector| {
        let run = run(collector);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        run.stdout
    };
    assert_eq!(facts(&empty.clone().arg("detect")), facts(&program().args(["--root", "/", "detect"])));
    let fixture = Fixture::copy("yellow");
    let found = facts(&empty.root(fixture.root()).args(["detect", "--json"]));
    assert_eq!(serde_json::from_slice::<Value>(&found).unwrap()["board"], json!("yellow"));
}

#[test]
fn the_journal_gets_a_level_for_each_line() {
    let world = World::of("odroid-n2");
    let level = |collector: Collector| {
        let run = run(&collector.env("JOURNAL_STREAM", "8:12345"));
        let levels: BTreeSet<_> =
            run.stderr.lines().map(|line| line.split_inclusive('>').next().unwrap_or_default().to_owned()).collect();
        assert!(run.stderr.lines().all(|line| line[3..].starts_with("haos-analytics: ")), "{}", run.stderr);
        (run.code.unwrap(), levels.into_iter().collect::<Vec<_>>().join(" "))
    };
    assert_eq!(level(program().arg("fly")), (64, "<3>".to_owned()), "an error");
    world.fixture.uuid(Some("short"));
    assert_eq!(level(world.collector("send")), (65, "<3>".to_owned()), "an error");
    world.fixture.uuid(None);
    assert_eq!(level(world.collector("send")), (75, "<5>".to_owned()), "a notice: try again later");
    world.fixture.preferences(false, false, false, false);
    assert_eq!(level(world.collector("send")), (77, "<5>".to_owned()), "a notice: the user's choice");
    world.fixture.write("sys/firmware/devicetree/base/compatible", "khadas,vim3\0");
    assert_eq!(level(world::collector(world.fixture.root()).arg("detect")), (0, "<4>".to_owned()), "a warning");
    let world = World::of("odroid-n2");
    world.fixture.remove(world.fixture.data_path("observer.json"));
    assert_eq!(level(world.collector("send")), (0, "<5>".to_owned()), "a notice: sent without the Supervisor");
}
