//! Each file that usage and statistics read, spoiled: what it tells is lost, nothing else, and a line says so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test ends by panicking")]

#[path = "common/payload.rs"]
mod payload;
#[path = "common/world.rs"]
mod world;

use haos_analytics_tests::fixture::Damage;
use payload::{report, shown, write, ENTRIES, REGISTRY, YAML};
use serde_json::{Map, Value};
use std::fs;
use world::{run, World};

const ENERGY: &str = "homeassistant/.storage/energy";
const HTTP: &str = "homeassistant/.storage/http";
const AUTH: &str = "homeassistant/.storage/auth";
const DATABASE: &str = "homeassistant/home-assistant_v2.db";
const MANIFEST: &str = "homeassistant/custom_components/acme_hub/manifest.json";
const SECRETS: &str = "homeassistant/secrets.yaml";

/// What is lost with a file. Whatever is wrong with it, there is a line that names it.
struct Input {
    file: &'static str,
    /// These keys are absent.
    lost: &'static [&'static str],
    /// It need not be there: nothing is lost without it, nor said.
    optional: bool,
}

/// What only the YAML tells, or tells besides others.
const BY_YAML: [&str; 7] = [
    "integrations",
    "custom_integrations",
    "integration_count",
    "automation_count",
    "state_count",
    "energy",
    "recorder",
];

const INPUTS: [Input; 7] = [
    Input {
        file: REGISTRY,
        lost: &["integrations", "custom_integrations", "integration_count", "state_count", "automation_count"],
        optional: false,
    },
    Input { file: ENTRIES, lost: &["integrations", "custom_integrations", "integration_count"], optional: false },
    Input { file: AUTH, lost: &["user_count"], optional: false },
    Input { file: ENERGY, lost: &["energy"], optional: true },
    Input { file: HTTP, lost: &["certificate"], optional: true },
    Input { file: DATABASE, lost: &["recorder"], optional: false },
    // How many there are the Supervisor says as well.
    Input { file: "addons.json", lost: &["addons"], optional: false },
];

#[test]
fn a_file_of_no_use_costs_what_it_tells_and_nothing_else() {
    let mut wrong = Vec::new();
    for Input { file, lost, optional } in INPUTS {
        for damage in Damage::ALL {
            let case = format!("{file} {damage:?}");
            let world = World::of("odroid-n2");
            world.fixture.damage(world.fixture.data_path(file), damage);
            let mut expected = report("odroid-n2");
            let absent = optional && matches!(damage, Damage::Missing);
            if !absent {
                expected.retain(|key, _| !lost.contains(&key.as_str()));
            }
            let (found, stderr) = shown(&world, &case);
            if found != expected {
                let differ = |key: &&String| found.get(*key) != expected.get(*key);
                let keys: Vec<_> = found.keys().chain(expected.keys()).filter(differ).collect();
                wrong.push(format!("{case}: wrong: {keys:?}: {stderr}"));
            }
            let named = stderr.lines().filter(|line| line.contains(file)).count();
            if named != usize::from(!absent) || stderr.lines().count() != named {
                wrong.push(format!("{case}: {named} lines name it: {stderr:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Cut anywhere, each still gives the truth or nothing, and none of its secrets.
#[test]
fn a_file_cut_anywhere() {
    for Input { file, lost, .. } in INPUTS {
        let world = World::of("odroid-n2");
        let whole = fs::read(world.fixture.path(world.fixture.data_path(file))).unwrap();
        let whole = whole.trim_ascii_end();
        for percent in 0..100 {
            write(&world.fixture, file, &whole[..whole.len() * percent / 100]);
            let case = format!("{file} cut at {percent} %");
            let (found, stderr) = shown(&world, &case);
            let mut expected = report("odroid-n2");
            expected.retain(|key, _| !lost.contains(&key.as_str()));
            assert_eq!(found, expected, "{case}");
            assert!(stderr.contains(file) && stderr.lines().count() == 1, "{case}: {stderr}");
        }
    }
}

/// Both lists of integrations of a report.
fn names(report: &Map<String, Value>) -> Vec<String> {
    let lists = ["integrations", "custom_integrations"].map(|list| &report[list]);
    let items = lists.iter().flat_map(|list| list.as_array().unwrap());
    items.map(|item| item.get("domain").unwrap_or(item).as_str().unwrap().to_owned()).collect()
}

/// YAML that is cut may still be YAML: then less is in use. Else all that depends on it is left
/// out.
#[test]
fn yaml_cut_anywhere() {
    let mut refused = 0;
    for file in [YAML, "homeassistant/automations.yaml"] {
        let world = World::of("odroid-n2");
        let whole = fs::read(world.fixture.path(world.fixture.data_path(file))).unwrap();
        for percent in 0..100 {
            let case = format!("{file} cut at {percent} %");
            write(&world.fixture, file, &whole[..whole.len() * percent / 100]);
            let (mut found, stderr) = shown(&world, &case);
            let mut expected = report("odroid-n2");
            assert!(stderr.lines().count() <= 1, "{case}: {stderr}");
            if stderr.contains("cannot load it either") {
                refused += 1;
                assert!(stderr.contains(file) && BY_YAML.iter().all(|key| stderr.contains(key)), "{case}: {stderr}");
                assert!(!BY_YAML.iter().any(|key| found.contains_key(*key)), "{case}: {found:?}");
            } else {
                let known = names(&expected);
                let unknown: Vec<_> = names(&found).into_iter().filter(|name| !known.contains(name)).collect();
                assert!(unknown.is_empty(), "{case}: {unknown:?}");
            }
            for payload in [&mut found, &mut expected] {
                payload.retain(|key, _| !BY_YAML.contains(&key.as_str()));
            }
            assert_eq!(found, expected, "{case}");
        }
    }
    assert!(refused > 20, "{refused} of 200");
}

#[test]
fn a_custom_integration_that_says_nothing_is_left_out() {
    let file = MANIFEST;
    let mut expected = report("odroid-n2");
    expected["custom_integrations"].as_array_mut().unwrap().retain(|custom| custom["domain"] != "acme_hub");
    let check = |world: &World, case: &str| {
        let (found, stderr) = shown(world, case);
        assert_eq!(found, expected, "{case}");
        // Home Assistant passes over it, and then knows no such integration.
        assert!(stderr.contains(" 1 stand for no integration") && stderr.lines().count() == 1, "{case}: {stderr}");
    };
    for damage in [Damage::Empty, Damage::Binary, Damage::Directory, Damage::Fifo, Damage::Junk(1 << 20)] {
        let world = World::of("odroid-n2");
        world.fixture.damage(world.fixture.data_path(file), damage);
        check(&world, &format!("{damage:?}"));
    }
    let world = World::of("odroid-n2");
    let whole = fs::read(world.fixture.path(world.fixture.data_path(file))).unwrap();
    let whole = whole.trim_ascii_end();
    for percent in 0..100 {
        write(&world.fixture, file, &whole[..whole.len() * percent / 100]);
        check(&world, &format!("cut at {percent} %"));
    }
}

/// More than a whole report needs, unoptimized, and less than any of the files below.
const MEMORY: u64 = 20 << 20;

/// JSON that is none, or not what it should be: what does not depend on it is as before.
#[test]
fn hostile_json() {
    // One that is too large leaves it open what it is of; any other that is broken is of nothing.
    let lost = &["custom_integrations", "integrations", "integration_count"];
    let manifest = Input { file: MANIFEST, lost, optional: false };
    for Input { file, lost, .. } in INPUTS.iter().filter(|input| input.file != DATABASE).chain([&manifest]) {
        let world = World::of("odroid-n2");
        let whole = fs::read_to_string(world.fixture.path(world.fixture.data_path(file))).unwrap();
        let inner = whole.trim_end().strip_prefix('{').unwrap();
        let cases: [(&str, Vec<u8>, bool); 9] = [
            ("deep", "[".repeat(100_000).into(), true),
            ("deep in a value", [r#"{"a":"#, &"[".repeat(100_000)].concat().into(), true),
            (
                "a deep value",
                ["{\"a\":", &"[".repeat(100_000), &"]".repeat(100_000), ",", inner].concat().into(),
                false,
            ),
            ("a long text", ["{\"a\":\"", &"x".repeat(50 << 20), "\",", inner].concat().into(), false),
            ("a long key", ["{\"", &"x".repeat(50 << 20), "\":1,", inner].concat().into(), false),
            ("no text", [b"{\"a\":\"\xff\xfe\",", inner.as_bytes()].concat(), false),
            ("lone surrogates", [r#"{"\ud800":"\udc00","#, inner].concat().into(), false),
            ("a long number", ["{\"a\":", &"9".repeat(400), ",", inner].concat().into(), false),
            ("another version", whole.replacen("\"version\": 1", "\"version\": 2", 1).into(), false),
        ];
        for (case, content, useless) in cases {
            let case = format!("{file}: {case}");
            write(&world.fixture, file, content);
            let run = run(&world.collector("show"));
            assert_eq!(run.code, Some(0), "{case}: {}", run.stderr);
            assert!(run.peak_rss.is_none_or(|peak| peak < MEMORY), "{case}: {:?}", run.peak_rss);
            let mut found: Map<_, _> = serde_json::from_slice(run.payload()).unwrap();
            let mut expected = report("odroid-n2");
            // Either the right value, or none and a line.
            if found != expected {
                let told = run.stderr.contains(file) || (*file == MANIFEST && run.stderr.contains(" 1 stand for no "));
                assert!(told && run.stderr.lines().count() == 1, "{case}: {}", run.stderr);
                for payload in [&mut found, &mut expected] {
                    payload.retain(|key, _| !lost.contains(&key.as_str()));
                }
            } else {
                assert!(!useless && run.stderr.is_empty(), "{case}: {}", run.stderr);
            }
            assert_eq!(found, expected, "{case}");
        }
    }
}

#[test]
fn without_the_yaml_what_depends_on_it_is_left_out() {
    let automations = "homeassistant/automations.yaml";
    let cases: [(&str, &str, Option<&str>); 7] = [
        ("missing", YAML, None),
        ("no mapping", YAML, Some("- demo:\n")),
        ("not closed", YAML, Some("default_config:\ndemo: [1, 2\n")),
        ("an include that is not there", YAML, Some("default_config:\nautomation: !include nothing.yaml\n")),
        ("an include out of the directory", YAML, Some("default_config:\nautomation: !include ../../observer.json\n")),
        ("an include that is missing", automations, None),
        ("an include that is no YAML", automations, Some("- id: '1\n")),
    ];
    for (case, file, content) in cases {
        let world = World::of("odroid-n2");
        let path = world.fixture.data_path(file);
        match content {
            Some(content) => world.fixture.write(path, content),
            None => world.fixture.remove(path),
        };
        let (found, stderr) = shown(&world, case);
        let mut expected = report("odroid-n2");
        expected.retain(|key, _| !BY_YAML.contains(&key.as_str()));
        assert_eq!(found, expected, "{case}");
        let line = stderr.strip_suffix('\n').unwrap();
        assert!(!line.contains('\n') && BY_YAML.iter().all(|key| line.contains(key)), "{case}: {stderr}");
        assert!(line.contains(file) || line.contains("configuration.yaml: line"), "{case}: {stderr}");
        let explained = run(&world.collector("show").arg("--explain")).stderr;
        let marked = explained.lines().find(|line| line.starts_with("integrations: ")).unwrap();
        assert!(marked.contains("left out, not known"), "{case}: {marked}");
    }
}

/// What `!secret` stands for makes no difference, not even if the file is broken.
#[test]
fn secrets_are_not_looked_up() {
    for damage in Damage::ALL {
        let world = World::of("odroid-n2");
        world.fixture.damage(world.fixture.data_path(SECRETS), damage);
        assert_eq!(shown(&world, &format!("{damage:?}")), (report("odroid-n2"), String::new()), "{damage:?}");
    }
}

/// What is kept of lists counts as long as it is kept: with a label each, there may be thousands.
#[test]
fn yaml_that_was_made_to_hurt_takes_little_memory() {
    let many = |count: usize, line: &dyn Fn(usize) -> String| (0..count).map(line).collect::<String>();
    let letters: String = ('a'..='z').map(|letter| format!("*p : {letter},")).collect();
    let ten = |at: usize| (0..10).map(|item| format!("- platform: a{}\n", at * 10 + item)).collect::<String>();
    let url = |at: usize| format!("- &a{at} {{db_url: 'sqlite:////config/{}'}}\n", "x".repeat(15_000));
    let world = World::of("odroid-n2");
    for (case, yaml) in [
        ("aliases for keys", format!("x: &p platform\n{}", many(45_000, &|at| format!("tts {at}: [{letters}]\n")))),
        ("labels and lists", many(50_000, &|at| format!("sensor {at}:\n{}", ten(at)))),
        ("anchored URLs", format!("recorder:\n{}", many(1000, &url))),
        ("one list", format!("sensor:\n{}", many(400_000, &|at| format!("- platform: a{at}\n")))),
    ] {
        world.fixture.write(world.fixture.data_path("homeassistant/configuration.yaml"), yaml);
        let run = run(&world.collector("show"));
        assert_eq!(run.code, Some(0), "{case}: {}", run.stderr);
        assert!(run.peak_rss.is_none_or(|peak| peak < MEMORY), "{case}: {:?}", run.peak_rss);
    }
}

/// What is no folder in `custom_components` is passed over, as Home Assistant does.
#[test]
fn what_is_no_custom_integration_costs_no_list() {
    let world = World::of("odroid-n2");
    let before = run(&world.collector("show")).stdout;
    let customs = world.fixture.path(world.fixture.data_path("homeassistant/custom_components"));
    nix::unistd::mkfifo(&customs.join("a_fifo"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    std::os::unix::net::UnixListener::bind(customs.join("a_socket")).unwrap();
    fs::create_dir(customs.join("a_link")).unwrap();
    let to_nothing = "../acme_hub/manifest.json/x";
    std::os::unix::fs::symlink(to_nothing, customs.join("a_link/manifest.json")).unwrap();
    let run = run(&world.collector("show"));
    assert_eq!(String::from_utf8(run.stdout).unwrap(), String::from_utf8(before).unwrap(), "{}", run.stderr);
}
