//! Whatever is not clearly a yes is a no: no connection to anyone, nothing on stdout, nothing written.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/world.rs"]
mod world;

use haos_analytics_tests::collector::Run;
use haos_analytics_tests::fixture::Fixture;
use haos_analytics_tests::proxy::{self, Proxy};
use haos_analytics_tests::supervisor::Options;
use serde_json::{json, Value};
use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use world::{run, snapshot, World};

const NO: i32 = 77;
/// The file is not what is known here: what the owner decided cannot be told.
const UNKNOWN: i32 = 66;

/// A machine whose way out, if it took one, would lead over a proxy.
struct Watched {
    world: World,
    proxy: Proxy,
}

impl Watched {
    fn new() -> Self {
        Self { world: World::of("odroid-n2"), proxy: Proxy::start(proxy::Options::default()) }
    }

    fn fixture(&self) -> &Fixture {
        &self.world.fixture
    }

    /// Writes `core.analytics`.
    fn says(&self, content: impl AsRef<[u8]>) -> &Self {
        self.fixture().write(self.fixture().analytics_path(), content);
        self
    }

    /// Connections to the receiver, the Supervisor and the proxy.
    fn connections(&self) -> [usize; 3] {
        let (receiver, supervisor) = self.world.connections();
        [receiver, supervisor, self.proxy.connections()]
    }

    /// Runs `send`; Home Assistant's files must be as they were.
    fn send(&self, case: &str) -> Run {
        let before = snapshot(self.fixture().root());
        let proxy = self.proxy.url(None);
        let names = ["http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"];
        let run = run(&names.iter().fold(self.world.collector("send"), |collector, name| collector.env(name, &proxy)));
        assert!(before == snapshot(self.fixture().root()), "{case}: a file has changed");
        run
    }

    /// Runs `send`, which must end with this code and without a trace.
    fn ends(&self, code: i32, case: &str) -> String {
        let before = self.connections();
        let run = self.send(case);
        assert_eq!((run.code, run.text()), (Some(code), ""), "{case}: {}", run.stderr);
        assert_eq!(self.connections(), before, "{case}");
        assert!(
            run.stderr.starts_with("haos-analytics: ") && run.stderr.lines().count() == 1,
            "{case}: {}",
            run.stderr
        );
        run.stderr
    }

    /// Runs `send`, which must arrive; gives the payload.
    fn arrives(&self, case: &str) -> Value {
        let before = self.connections();
        let run = self.send(case);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{case}");
        assert_eq!(self.connections(), before.map(|count| count + 1), "{case}");
        let body = self.world.receiver.bodies().pop().unwrap();
        assert_eq!(run.payload(), body, "{case}");
        serde_json::from_slice(&body).unwrap()
    }
}

/// The file as Home Assistant writes it.
fn file(onboarded: &str, preferences: &str) -> String {
    format!(
        r#"{{"version":1,"minor_version":1,"key":"core.analytics","data":{{"onboarded":{onboarded},"preferences":{preferences},"uuid":"0123456789abcdef0123456789abcdef"}}}}"#
    )
}

const YES: &str = r#"{"base":true,"diagnostics":false,"usage":false,"statistics":false}"#;

/// What each level adds to the payload of a machine that has it all.
const BASE: [&str; 5] = ["uuid", "version", "installation_type", "supervisor", "operating_system"];
const USAGE: [&str; 6] = ["integrations", "custom_integrations", "addons", "energy", "certificate", "recorder"];
const STATISTICS: [&str; 5] = ["state_count", "automation_count", "integration_count", "addon_count", "user_count"];

fn keys(payload: &Value) -> BTreeSet<&str> {
    payload.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn the_matrix() {
    let machine = Watched::new();
    for bits in 0..32_u8 {
        let [onboarded, base, usage, statistics, diagnostics] = [1, 2, 4, 8, 16].map(|bit| bits & bit != 0);
        let case = format!("{bits:05b}");
        machine.fixture().preferences(base, usage, statistics, diagnostics).onboarded(onboarded);
        if !(onboarded && base) {
            let why = machine.ends(NO, &case);
            assert!(why.contains("not opted in: ") && why.contains("core.analytics: "), "{why}");
            continue;
        }
        let payload = machine.arrives(&case);
        let levels = [(true, BASE.as_slice()), (usage, &USAGE), (statistics, &STATISTICS)];
        let allowed: BTreeSet<_> = levels.iter().filter(|(yes, _)| *yes).flat_map(|(_, keys)| *keys).copied().collect();
        assert_eq!(keys(&payload), allowed, "{case}");
        machine.fixture().preferences(base, usage, statistics, !diagnostics);
        assert_eq!(machine.arrives(&case), payload, "{case}: diagnostics have no part in it");
    }
}

#[test]
fn what_is_clearly_a_yes() {
    let yes = file("true", YES);
    let padded = format!("{yes}{}", " ".repeat(64 * 1024 - yes.len()));
    let machine = Watched::new();
    for (case, content) in [
        ("as it is", yes.clone()),
        ("only base", file("true", r#"{"base":true}"#)),
        ("minor_version 2", yes.replace("\"minor_version\":1", "\"minor_version\":2")),
        ("without minor_version", yes.replace("\"minor_version\":1,", "")),
        ("keys of a later version", yes.replace("\"uuid\"", "\"later\":[{\"base\":false}],\"uuid\"")),
        ("a line end", format!("{yes}\n")),
        ("64 KiB", padded),
    ] {
        machine.says(content).arrives(case);
    }
}

#[test]
fn whatever_is_not_clearly_a_yes() {
    let yes = file("true", YES);
    let machine = Watched::new();
    for preferences in ["{}", r#"{"Base":true}"#, r#"{"usage":true,"statistics":true}"#] {
        machine.says(file("true", preferences)).ends(NO, preferences);
    }
    for preferences in [
        "null",
        "true",
        "[]",
        "[true,true,true,true]",
        r#"["base"]"#,
        r#""base""#,
        "1",
        r#"{"base":null}"#,
        r#"{"base":"true"}"#,
        r#"{"base":1}"#,
        r#"{"base":[true]}"#,
        r#"{"base":{}}"#,
        r#"{"base":true,"base":true}"#,
        r#"{"base":false,"base":true}"#,
        r#"{"base":true,"base":false}"#,
        r#"{"base":true,"usage":"yes"}"#,
        r#"{"base":True}"#,
        r#"{"base":true,}"#,
    ] {
        machine.says(file("true", preferences)).ends(UNKNOWN, preferences);
    }
    machine.says(file("false", YES)).ends(NO, "not asked yet");
    for onboarded in ["null", "1", "\"true\"", "[true]", "true,\"onboarded\":true"] {
        machine.says(file(onboarded, YES)).ends(UNKNOWN, onboarded);
    }
    let data = yes.split_once("\"data\":").unwrap().1.strip_suffix('}').unwrap();
    machine.says(yes.replace("\"onboarded\":true,", "")).ends(NO, "no onboarded");
    machine.says(yes.replace(&format!("\"preferences\":{YES},"), "")).ends(NO, "no preferences");
    for (case, content) in [
        ("no data", r#"{"version":1,"minor_version":1,"key":"core.analytics"}"#.to_owned()),
        ("data null", yes.replace(data, "null")),
        ("data in a list", yes.replace(data, &format!("[true,{YES},\"0123456789abcdef0123456789abcdef\"]"))),
        ("all in a list", format!("[1,\"core.analytics\",{data}]")),
        ("data twice", yes.replace(data, &format!("{data},\"data\":{data}"))),
        ("preferences twice", yes.replace(YES, &format!("{{}},\"preferences\":{YES}"))),
        ("no version", yes.replace("\"version\":1,", "")),
        ("version 2", yes.replace("\"version\":1", "\"version\":2")),
        ("version 0", yes.replace("\"version\":1", "\"version\":0")),
        ("version 1.0", yes.replace("\"version\":1", "\"version\":1.0")),
        ("version in words", yes.replace("\"version\":1", "\"version\":\"1\"")),
        ("version null", yes.replace("\"version\":1", "\"version\":null")),
        ("another key", yes.replace("core.analytics", "core.config")),
        ("a key that is no text", yes.replace("\"core.analytics\"", "1")),
        ("a BOM", format!("\u{feff}{yes}")),
        ("trailing junk", format!("{yes}x")),
        ("a second object", format!("{yes}{yes}")),
        ("a NUL at the end", format!("{yes}\0")),
        ("a lone surrogate in the key", yes.replace("core.analytics", r"core.analytics\ud800")),
        ("a lone surrogate in the uuid", yes.replace("0123456789abcdef0", r"\udc000123456789abcde")),
        ("64 KiB + 1", format!("{yes}{}", " ".repeat(64 * 1024 + 1 - yes.len()))),
        ("nothing", String::new()),
        ("a comment", format!("// yes\n{yes}")),
        ("single quotes", yes.replace('"', "'")),
    ] {
        machine.says(content).ends(UNKNOWN, case);
    }
    assert_eq!(machine.connections(), [0; 3]);
}

/// A file that is not text is no JSON, wherever in it the bytes are.
#[test]
fn bytes_that_are_no_text() {
    let machine = Watched::new();
    let yes = file("true", YES).into_bytes();
    for mark in ["core.analytics", "0123456789", "minor_version", "statistics"] {
        let mut content = yes.clone();
        let at = content.windows(mark.len()).position(|window| window == mark.as_bytes()).unwrap();
        content[at] = 0xff;
        machine.says(content).ends(UNKNOWN, mark);
    }
    let other = String::from_utf8(yes).unwrap().replace("\"uuid\"", "\"submission_identifier\":\"?\",\"uuid\"");
    let other = other.into_bytes().into_iter().map(|byte| if byte == b'?' { 0xff } else { byte });
    machine.says(other.collect::<Vec<_>>()).ends(UNKNOWN, "a value that is not needed");
}

#[test]
fn cut_at_every_byte() {
    let machine = Watched::new();
    let whole = std::fs::read(machine.fixture().path(machine.fixture().analytics_path())).unwrap();
    machine.arrives("the whole file");
    let text = whole.trim_ascii_end().len();
    for length in 0..text {
        machine.says(&whole[..length]).ends(UNKNOWN, &format!("{length} of {text} bytes"));
    }
}

#[test]
fn without_an_installation_id() {
    let machine = Watched::new();
    let id = |letter: &str, count| letter.repeat(count);
    machine.fixture().preferences(true, false, false, false);
    for (uuid, code) in [
        (Value::Null, 75),
        (json!(""), 65),
        (json!(id("a", 31)), 65),
        (json!(id("a", 33)), 65),
        (json!("01234567-89ab-cdef-0123-456789abcdef"), 65),
        (json!(id("🏠", 32)), 65),
        (json!(id("🏠", 16)), 65),
        (json!(id("a", 31) + "\u{9b}"), 65),
        (json!(id("A", 32)), 65),
        (json!(5), UNKNOWN),
        (json!(["0123456789abcdef0123456789abcdef"]), UNKNOWN),
    ] {
        machine.fixture().change_analytics(|data| data["uuid"] = uuid.clone());
        let why = machine.ends(code, &uuid.to_string());
        assert!(why.contains("core.analytics: "), "{why}");
        assert!(!uuid.as_str().is_some_and(|uuid| !uuid.is_empty() && why.contains(uuid)), "{why}");
    }
    machine.fixture().change_analytics(|data| drop(data.as_object_mut().unwrap().remove("uuid")));
    machine.ends(75, "no uuid");
    for uuid in ["12a3456bc78d90123ef4567g789012h3", &id("z", 32)] {
        machine.fixture().uuid(Some(uuid));
        assert_eq!(machine.arrives(uuid)["uuid"], json!(uuid));
    }
}

#[test]
fn without_the_version_of_home_assistant() {
    let machine = Watched::new();
    let file = machine.fixture().data_path("homeassistant/.HA_VERSION");
    for version in
        ["", "\n", "2026.2", "2026.2.3.dev202602120305x5", "2026.2.3\0", "2026.2.3\nx", "2026.2.\u{85}", "2026.2."]
    {
        machine.fixture().write(&file, version);
        let why = machine.ends(65, version);
        assert!(why.contains(".HA_VERSION: "), "{why}");
    }
    machine.fixture().remove(&file);
    machine.ends(65, "no version");
    for version in ["2021.6.0", "2026.12.10", "2026.3.0b3", "2026.3.0.dev202602120305", "2026.2.3\n"] {
        machine.fixture().write(&file, version);
        assert_eq!(machine.arrives(version)["version"], json!(version.trim_end()));
    }
}

/// Why nothing is sent, in the owner's words.
#[test]
fn what_cannot_be_told_is_no_no() {
    let machine = Watched::new();
    let (analytics, data) = (machine.fixture().analytics_path(), machine.fixture().data_path(""));
    let shown = |path: &str| format!("{}", machine.fixture().path(path).display());
    let told = machine.says("{").ends(UNKNOWN, "broken");
    let begin = "haos-analytics: error: cannot tell whether you opted in, so nothing is sent: ";
    assert!(told.starts_with(&format!("{begin}{}: ", shown(analytics.to_str().unwrap()))), "{told}");
    machine.fixture().link(&analytics, "/config/.storage/nowhere");
    machine.ends(UNKNOWN, "a link that leads nowhere");
    machine.fixture().remove(&analytics);
    let told = machine.ends(NO, "not asked");
    assert!(told.contains("not opted in: Home Assistant has not asked yet: "), "{told}");
    machine.fixture().remove(data.join("homeassistant"));
    let told = machine.ends(NO, "no Home Assistant");
    let end = format!(
        "no Home Assistant on this machine: {}: no such directory\n",
        shown("mnt/data/supervisor/homeassistant")
    );
    assert!(told.ends_with(&end), "{told}");
}

/// Root may read every file, so this is tried as an ordinary user only.
#[test]
fn a_file_of_somebody_else_is_told() {
    let machine = Watched::new();
    let path = machine.fixture().path(machine.fixture().analytics_path());
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(&path).is_ok() {
        return;
    }
    let run = run(&machine.world.collector("send"));
    assert_eq!((run.code, run.text()), (Some(UNKNOWN), ""), "{}", run.stderr);
    assert_eq!(machine.connections(), [0; 3]);
    let end = "core.analytics: permission denied. The service reads it as its own user; run this with sudo\n";
    assert!(run.stderr.ends_with(end), "{}", run.stderr);
}

#[test]
fn show_asks_nobody_either() {
    let world = World::with(Fixture::copy("odroid-n2"), Options::default());
    world.fixture.preferences(false, true, true, true);
    let shown = world.run("show");
    assert_eq!((shown.code, shown.text(), world.connections()), (Some(NO), "", (0, 0)), "{}", shown.stderr);
}
