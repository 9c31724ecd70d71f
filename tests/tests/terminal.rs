//! What a person gets in front of a terminal, and what a pipe gets beside it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/world.rs"]
mod world;

use haos_analytics_tests::collector::{Collector, Run};
use serde_json::Value;
use std::process::Command;
use world::{run, skipped, World};

/// Runs what follows in a terminal of its own, in which stdout and stderr are one.
const IN_TERMINAL: &str = "
import os, pty, sys
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
try:
    while shown := os.read(terminal, 65536):
        sys.stdout.buffer.write(shown)
except OSError:
    pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
";

/// What a terminal shows, line by line; `None` where there is none to be had.
fn on_terminal(collector: Collector) -> Option<Run> {
    if Command::new("python3").args(["-c", "import pty"]).status().map_or(true, |status| !status.success()) {
        skipped("there is no python3 to open a terminal with");
        return None;
    }
    let mut shown = run(&collector.under(["python3", "-c", IN_TERMINAL]));
    shown.stdout = String::from_utf8(shown.stdout).unwrap().replace("\r\n", "\n").into_bytes();
    assert_eq!(shown.code, Some(0), "{}{}", shown.text(), shown.stderr);
    Some(shown)
}

#[test]
fn json_is_indented_for_a_person_and_the_bytes_stay_with_raw() {
    let world = World::of("odroid-n2");
    let piped = run(&world.collector("show"));
    let plain: Value = serde_json::from_slice(piped.payload()).unwrap();
    let Some(shown) = on_terminal(world.collector("show")) else { return };
    let lines: Vec<_> = shown.text().lines().collect();
    assert!(lines.len() > 10 && lines[1].starts_with("  \"uuid\": \""), "{lines:?}");
    assert_eq!(serde_json::from_str::<Value>(shown.text()).unwrap(), plain);
    for raw in [world.collector("show").arg("--raw"), world.collector("show").env("HAOS_ANALYTICS_RAW", "1")] {
        assert_eq!(on_terminal(raw).unwrap().stdout, piped.stdout);
    }
    // The same bytes without a terminal, whatever is asked for.
    assert_eq!(run(&world.collector("show").arg("--raw")).stdout, piped.stdout);
    assert_eq!(run(&world.collector("show").env("TERM", "xterm")).stdout, piped.stdout);
}

#[test]
fn colour_is_for_a_terminal_without_no_color() {
    let world = World::of("odroid-n2");
    let colours = |name: &str, value: &str| {
        let shown = on_terminal(world.collector("show").env("TERM", "xterm").env(name, value))?;
        Some(shown.text().contains("\u{1b}[36m\"uuid\"\u{1b}[0m: "))
    };
    let Some(coloured) = colours("A", "") else { return };
    assert!(coloured);
    assert_eq!(colours("NO_COLOR", ""), Some(true), "an empty one is none: no-color.org");
    assert_eq!(colours("NO_COLOR", "1"), Some(false));
    assert_eq!(colours("TERM", "dumb"), Some(false));
    assert!(!run(&world.collector("show").env("TERM", "xterm")).text().contains('\u{1b}'));
}

#[test]
fn explain_is_a_table_of_80_columns() {
    let world = World::of("odroid-n2");
    let Some(shown) = on_terminal(world.collector("show").arg("--explain")) else { return };
    let before: Vec<_> = shown.text().lines().take_while(|line| *line != "{").collect();
    let wide: Vec<_> = before.iter().filter(|line| line.chars().count() > 80 && !line.starts_with("to: ")).collect();
    assert!(wide.is_empty(), "{wide:?}");
    let value_of = |field: &str| {
        let line = before.iter().find(|line| line.starts_with(&format!("  {field} ")));
        line.unwrap_or_else(|| panic!("{field}: {before:?}")).get(28..).unwrap().to_owned()
    };
    let payload: Value = serde_json::from_slice(run(&world.collector("show")).payload()).unwrap();
    assert_eq!(value_of("uuid"), payload["uuid"].as_str().unwrap());
    assert_eq!(value_of("operating_system.board"), "odroid-n2");
    let integrations = payload["integrations"].as_array().unwrap();
    let short = value_of("integrations");
    assert!(short.starts_with(&format!("{}: ", integrations.len())), "{short}");
    let all = on_terminal(world.collector("show").args(["--explain", "--all"])).unwrap();
    let all: String = all.text().split("\n{").next().unwrap().split_whitespace().collect();
    let names: Vec<_> = integrations.iter().map(|name| name.as_str().unwrap()).collect();
    assert!(all.contains(&names.join(",")), "{all}");
    assert!(before.iter().any(|line| line.starts_with("statistics")), "{before:?}");
}

#[test]
fn detect_is_a_table_too() {
    let world = World::of("odroid-n2");
    let Some(shown) = on_terminal(world.collector("detect")) else { return };
    assert!(shown.text().lines().all(|line| line.chars().count() <= 80), "{}", shown.text());
    assert!(shown.text().contains(&format!("  {:26}odroid-n2\n", "board")), "{}", shown.text());
    let json = on_terminal(world.collector("detect").arg("--json")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(json.text()).unwrap()["board"], "odroid-n2");
}
