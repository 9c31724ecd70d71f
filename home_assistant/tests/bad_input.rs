//! Files that nobody should have written, for every reader: no crash, no hang, and no memory that grows with them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::io::{self, Read};

use haos_analytics_home_assistant::addons::apps;
use haos_analytics_home_assistant::integrations::manifest;
use haos_analytics_home_assistant::storage::config_entries::ConfigEntries;
use haos_analytics_home_assistant::storage::entity_registry::Entities;
use haos_analytics_home_assistant::storage::exposed_entities::Unregistered;
use haos_analytics_home_assistant::storage::{config_entries, energy, exposed_entities, http as http_config, users};
use haos_analytics_home_assistant::Error;

/// The registry without config entries and states beside it.
mod entity_registry {
    use super::{ConfigEntries, Entities, Error, Read, Unregistered};

    pub fn read(source: &mut dyn Read) -> Result<Entities, Error> {
        let entries = ConfigEntries::default();
        haos_analytics_home_assistant::storage::entity_registry::read(source, &entries, &mut Unregistered::default())
    }
}

/// A file with a place for something bad, and what the reader says of it.
struct Case {
    name: &'static str,
    before: &'static str,
    after: &'static str,
    read: fn(&mut dyn Read) -> Result<String, String>,
    /// The answer if the place is skipped.
    answer: &'static str,
}

macro_rules! case {
    ($name:ident, $before:expr, $after:expr, $answer:expr) => {
        Case {
            name: stringify!($name),
            before: $before,
            after: $after,
            read: |source| $name::read(source).map(|found| format!("{found:?}")).map_err(|error| error.to_string()),
            answer: $answer,
        }
    };
}

const CASES: [Case; 8] = [
    case!(
        entity_registry,
        r#"{"version":1,"data":{"entities":[{"entity_id":"a.b","platform":"p","x":"#,
        "}]}}",
        r#"Entities { with_entry: [], without_entry: ["p"], enabled: 1, automations: 0, unusable_platforms: 0, unusable_names: 0 }"#
    ),
    case!(
        config_entries,
        r#"{"version":1,"data":{"entries":[{"domain":"p","data":"#,
        "}]}}",
        r#"ConfigEntries { domains: ["p"], ids: [], unusable: 0 }"#
    ),
    case!(exposed_entities, r#"{"version":1,"data":{"exposed_entities":{"a.b":"#, "}}}", r#"Unregistered({"a.b"})"#),
    case!(users, r#"{"version":1,"data":{"tokens":"#, r#","users":[{"system_generated":false}]}}"#, "1"),
    case!(energy, r#"{"version":1,"data":{"energy_sources":["#, "]}}", "true"),
    case!(
        http_config,
        r#"{"version":1,"data":{"ssl_certificate":null,"x":"#,
        "}}",
        "Certificate { is_set: false, is_final: true }"
    ),
    case!(
        apps,
        r#"{"user":{"s":{"options":"#,
        r#"}},"system":{"s":{}}}"#,
        r#"[App { slug: "s", version: None, protected: true, auto_update: false }]"#
    ),
    case!(
        manifest,
        r#"{"domain":"d","x":"#,
        "}",
        r#"Manifest { domain: "d", version: None, config_flow: false, dependencies: Some([]) }"#
    ),
];

impl Case {
    fn with(&self, bad: impl Read) -> Result<String, String> {
        (self.read)(&mut self.before.as_bytes().chain(bad).chain(self.after.as_bytes()))
    }
}

fn many(byte: u8, count: u64) -> impl Read {
    io::repeat(byte).take(count)
}

#[test]
fn skipped_however_bad() {
    for case in &CASES {
        let right = Ok(case.answer.to_owned());
        assert_eq!(case.with(&b"{}"[..]), right, "{}", case.name);
        assert_eq!(case.with(b"\"".chain(many(b'x', 50 << 20)).chain(&b"\""[..])), right, "{}", case.name);
        assert_eq!(case.with(many(b'[', 100_000).chain(many(b']', 100_000))), right, "{}", case.name);
        assert_eq!(case.with(many(b'9', 400)), right, "{}", case.name);
        assert_eq!(case.with(many(b' ', 1 << 20).chain(&b"-1.5e+400"[..])), right, "{}", case.name);
        assert_eq!(case.with(&b"\"\xff\xc0\x80\""[..]), right, "{}", case.name);
        assert_eq!(case.with(&br#""\ud800 \udc00\ud800""#[..]), right, "{}", case.name);
        assert_eq!(case.with(b"{\"".chain(many(b'k', 1 << 20)).chain(&b"\":{}}"[..])), right, "{}", case.name);
    }
}

#[test]
fn refused() {
    for case in &CASES {
        assert_eq!(case.with(many(b'[', 100_000)), Err("it ends too early".to_owned()), "{}", case.name);
        assert!(case.with(b"\"".chain(many(b'\\', 100_001))).is_err(), "{}", case.name);
        for (file, expected) in [
            (format!("\u{feff}{}1{}", case.before, case.after), "no JSON at byte 0".to_owned()),
            (
                format!("{}1{}garbage", case.before, case.after),
                format!("no JSON at byte {}", case.before.len() + case.after.len() + 1),
            ),
            (String::new(), "it ends too early".to_owned()),
            ("[".repeat(100_000), "it ends too early".to_owned()),
            ("null".to_owned(), "an object is missing at byte 0".to_owned()),
        ] {
            assert_eq!((case.read)(&mut file.as_bytes()), Err(expected), "{}", case.name);
        }
        let whole = format!("{}{{\"a\":[\"b\"]}}{}", case.before, case.after);
        for end in 0..whole.len() {
            assert!((case.read)(&mut &whole.as_bytes()[..end]).is_err(), "{} cut at {end}", case.name);
        }
    }
}

#[test]
fn another_version_is_unknown_and_a_newer_minor_version_is_not() {
    for case in &CASES[..5] {
        for (envelope, known) in [
            (r#"{"version":1,"minor_version":9999,"#, true),
            (r#"{"version":2,"minor_version":1,"#, false),
            (r#"{"version":null,"#, false),
        ] {
            let before = case.before.replace(r#"{"version":1,"#, envelope);
            let file = format!("{before}1{}", case.after);
            assert_eq!((case.read)(&mut file.as_bytes()).is_ok(), known, "{file}");
        }
    }
}

/// A name that cannot be used is counted, or the end of that file; never half of it is taken.
#[test]
fn wanted_values_that_are_bad() {
    let longest = "x".repeat(64);
    for (name, usable) in
        [(longest.clone(), true), (longest + "x", false), ("x".repeat(1 << 20), false), ("9\\u0000".to_owned(), false)]
    {
        let short = name.len();
        let file = format!(r#"{{"version":1,"data":{{"entities":[{{"entity_id":"a.b","platform":"{name}"}}]}}}}"#);
        assert_eq!(entity_registry::read(&mut file.as_bytes()).unwrap().unusable_platforms == 0, usable, "{short}");
        let file = format!(r#"{{"version":1,"data":{{"entries":[{{"domain":"{name}"}}]}}}}"#);
        assert_eq!(config_entries::read(&mut file.as_bytes()).unwrap().unusable == 0, usable, "{short}");
        let file = format!(r#"{{"user":{{"{name}":{{}}}},"system":{{"{name}":{{}}}}}}"#);
        // The name of an add-on may have twice as many characters.
        assert_eq!(apps::read(&mut file.as_bytes()).is_ok(), usable || short == 65, "{short}");
        let file = format!(r#"{{"domain":"{name}"}}"#);
        assert_eq!(manifest::read(&mut file.as_bytes()).is_ok(), usable, "{short}");
    }
}

#[test]
fn no_more_names_than_are_kept() {
    let file = |count: usize| {
        let entities: Vec<_> = (0..count).map(|n| format!(r#"{{"entity_id":"a.b","platform":"p{n}"}}"#)).collect();
        format!(r#"{{"version":1,"data":{{"entities":[{}]}}}}"#, entities.join(","))
    };
    assert_eq!(entity_registry::read(&mut file(4096).as_bytes()).unwrap().without_entry.iter().count(), 4096);
    assert_eq!(entity_registry::read(&mut file(4097).as_bytes()).unwrap_err().to_string(), "more than 4096 names");
}
