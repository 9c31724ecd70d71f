//! One function per fuzz target: it reads the bytes as the program would, and checks what must be so whatever they are.
//!
//! The functions need no fuzzer. `fuzz_targets` hands them to libFuzzer; `tests/replay.rs` tries the seeds, and changed
//! copies of them, with any compiler.
// One module asks a parser that is not safe.
#![deny(unsafe_code)]

mod answers;
mod diagnostics;
mod home_assistant;
mod json;
mod network;
mod payload;
mod receiver;
mod report;
mod scratch;
mod state;
mod tree;
mod yaml;
mod yaml_events;

pub use answers::answers;
pub use diagnostics::{board_crashes, crash_report, dsn, panic, rate_limits, supervisor_settings};
pub use home_assistant::{
    apps, config_entries, energy, entity_registry, exposed_entities, http_config, installed, manifest, sqlite, users,
};
pub use json::{consent, hassio, observer, supervisor_answer};
pub use network::{ca_bundle, proxy_variable};
pub use payload::payload;
pub use receiver::{geoip, request, stored};
pub use report::report;
pub use state::state;
pub use tree::tree;
pub use yaml::yaml;
pub use yaml_events::yaml_events;

use core::time::Duration;
use haos_analytics::parse::{self, pause_of, says_hypervisor, OsRelease};
use haos_analytics_boards::{find, BOARDS};
use haos_analytics_core::form::{
    AddonVersionKind, CoreVersionKind, DatabaseVersionKind, DomainKind, Form, FunctionNameKind, InstallationIdKind,
    IntegrationVersionKind, Kind, LabelKind, SlugKind,
};
use haos_analytics_core::Text;
use std::time::UNIX_EPOCH;

/// A target's name and what it does.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 38] = [
    ("os_release", os_release),
    ("environment_file", environment_file),
    ("consent", consent),
    ("observer", observer),
    ("supervisor_answer", supervisor_answer),
    ("answers", answers),
    ("cpuinfo", cpuinfo),
    ("compatible", compatible),
    ("text", text),
    ("payload", payload),
    ("retry_after", retry_after),
    ("entity_registry", entity_registry),
    ("config_entries", config_entries),
    ("exposed_entities", exposed_entities),
    ("users", users),
    ("energy", energy),
    ("http_config", http_config),
    ("apps", apps),
    ("installed", installed),
    ("manifest", manifest),
    ("sqlite", sqlite),
    ("yaml", yaml),
    ("yaml_events", yaml_events),
    ("crash_report", crash_report),
    ("dsn", dsn),
    ("rate_limits", rate_limits),
    ("board_crashes", board_crashes),
    ("supervisor_settings", supervisor_settings),
    ("panic", panic),
    ("report", report),
    ("proxy_variable", proxy_variable),
    ("ca_bundle", ca_bundle),
    ("hassio", hassio),
    ("state", state),
    ("tree", tree),
    ("request", request),
    ("stored", stored),
    ("geoip", geoip),
];

/// A settings file: what it sets can be written anew in the plainest form, and is read as the same.
/// A line that is added at the end of a whole one is read, and changes nothing before it.
pub fn environment_file(file: &[u8]) {
    let lines = file.iter().filter(|byte| **byte == b'\n').count() + 1;
    let parsed = match parse::environment_file(file) {
        Ok(parsed) => parsed,
        Err(malformed) => return assert!((1..=lines).contains(&malformed.line)),
    };
    assert!(parsed.windows(2).all(|pair| pair[0].line <= pair[1].line));
    assert!(parsed.iter().all(|it| (1..=lines).contains(&it.line)));
    let pairs = |parsed: &[parse::Assignment]| -> Vec<(String, String)> {
        parsed.iter().map(|it| (it.name.clone(), it.value.clone())).collect()
    };
    let quoted = |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"");
    let written: String = parsed.iter().map(|it| format!("{}=\"{}\"\n", it.name, quoted(&it.value))).collect();
    let again = parse::environment_file(written.as_bytes()).expect("what is written so can be read");
    assert_eq!(pairs(&parsed), pairs(&again));
    // Two line ends, for the first may be escaped.
    let longer = parse::environment_file(&[file, b"\n\nZZ='o'k\n"].concat()).expect("it stays as it is");
    let (last, before) = longer.split_last().expect("there is one more");
    assert_eq!((last.name.as_str(), last.value.as_str()), ("ZZ", "ok"));
    assert_eq!(pairs(&parsed), pairs(before));
}

/// `os-release`: a line that is added at the end is read, and changes nothing before it.
pub fn os_release(file: &[u8]) {
    let parsed = OsRelease::parse(file);
    let lines = file.iter().filter(|byte| matches!(**byte, b'\n' | b'\r')).count() + 1;
    assert!(parsed.passed_over.iter().all(|malformed| (1..=lines).contains(&malformed.line)));
    if file.ends_with(b"\\") {
        return; // it takes the new line in
    }
    let longer = OsRelease::parse(&[file, b"\nZZ_LAST='o'k\n"].concat());
    if longer.get("ZZ_LAST") != Some(b"ok") {
        // So does an open quote, which is told.
        assert!(!parsed.passed_over.is_empty());
        return;
    }
    for key in ["ID", "CPE_NAME", "VARIANT_ID", "VERSION_ID", "SUPERVISOR_MACHINE", "SUPERVISOR_ARCH", "A"] {
        assert_eq!(parsed.get(key), longer.get(key), "{key}");
    }
}

/// The kernel's list of processors: the first whole line of flags decides, and what follows changes
/// nothing.
pub fn cpuinfo(text: &[u8]) {
    let says = |text| says_hypervisor(text).expect("memory can be read");
    let answer = says(text);
    let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(&[][..], |end| &text[..=end]);
    let is_flags = |line: &&[u8]| {
        let key = line.split(|byte| *byte == b':').next().expect("a line has a beginning");
        key.len() < line.len() && key.trim_ascii() == b"flags"
    };
    let flags = whole.split(|byte| *byte == b'\n').find(is_flags);
    let named = |line: &[u8]| line.split(u8::is_ascii_whitespace).any(|word| word.ends_with(b"hypervisor"));
    assert_eq!(answer.is_some(), flags.is_some());
    assert!(answer != Some(true) || flags.is_some_and(named));
    assert_eq!(says(whole), answer, "a line that was cut says nothing");
    if answer.is_some() {
        assert_eq!(says(&[text, b"\nflags\t: hypervisor\nflags\t: x\n"].concat()), answer);
    }
}

/// A device tree's `compatible`, after a byte that chooses the arch: the first whole entry that the table has decides.
pub fn compatible(data: &[u8]) {
    let Some((choice, property)) = data.split_first() else { return };
    let arch = [None, Some("aarch64"), Some("armv7"), Some("armhf"), Some("amd64"), Some("")][usize::from(choice % 6)];
    let mut entries: Vec<&[u8]> = property.split(|byte| *byte == 0).collect();
    entries.pop();
    let known = |entry: &&[u8]| BOARDS.iter().any(|board| board.compatible.iter().any(|own| own.as_bytes() == *entry));
    let first = entries.into_iter().find(known);
    if let Some(found) = find(property, arch) {
        assert_eq!(Some(found.compatible.as_bytes()), first);
        assert!(found.board.compatible.contains(&found.compatible));
        assert!(arch.is_none_or(|arch| (arch == "aarch64") == (found.board.arch == "aarch64")));
    }
}

/// A fact: taken exactly as it is, or not at all. One of a closed form has nothing that JSON or a
/// log would have to escape.
pub fn text(bytes: &[u8]) {
    closed::<AddonVersionKind>(bytes);
    closed::<CoreVersionKind>(bytes);
    closed::<DatabaseVersionKind>(bytes);
    closed::<DomainKind>(bytes);
    closed::<FunctionNameKind>(bytes);
    closed::<InstallationIdKind>(bytes);
    closed::<IntegrationVersionKind>(bytes);
    closed::<LabelKind>(bytes);
    closed::<SlugKind>(bytes);
    let good = core::str::from_utf8(bytes)
        .is_ok_and(|text| (1..=Text::CAPACITY).contains(&text.len()) && !text.chars().any(char::is_control));
    let parsed = Text::parse(bytes);
    assert_eq!(parsed.is_ok(), good, "{parsed:?}");
    if let Ok(text) = parsed {
        assert_eq!(text.as_str().as_bytes(), bytes);
    }
}

fn closed<K: Kind>(bytes: &[u8]) {
    if let Ok(text) = Form::<K>::parse_bytes(bytes) {
        assert!(text.as_str().as_bytes() == bytes && bytes.len() <= K::MOST);
        assert!(bytes.iter().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b'/' | b'@')));
    }
}

/// `Retry-After`, with eight bytes in front that set the clock.
pub fn retry_after(data: &[u8]) {
    let Some((clock, value)) = data.split_first_chunk::<8>() else { return };
    let Ok(value) = core::str::from_utf8(value) else { return };
    // As far as the clock of any machine goes.
    let now = UNIX_EPOCH + Duration::from_secs(u64::from_le_bytes(*clock) >> 24);
    let pause = pause_of(value, now);
    // RFC 9110 allows digits alone, without the sign that Rust takes.
    match value.parse::<u64>() {
        Ok(_) if value.starts_with('+') => assert_eq!(pause, None),
        Ok(seconds) => assert_eq!(pause, Some(Duration::from_secs(seconds))),
        Err(_) => {}
    }
}
