//! What the program prints, against the schema that our receiver publishes (from the wire), and
//! against our own, which is closer: every text has a closed form. The validator is one of others.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/world.rs"]
mod world;

use boon::{Compiler, SchemaIndex, Schemas};
use haos_analytics_core::form::{
    AddonVersionKind, CoreVersionKind, DatabaseVersionKind, DomainKind, Form, InstallationIdKind,
    IntegrationVersionKind, Kind, LabelKind, SlugKind,
};
use haos_analytics_tests::fixture::golden;
use haos_analytics_tests::http_server::Listen;
use haos_analytics_tests::receiver::{Behaviour, Receiver};
use serde_json::{json, Value};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use world::{fixtures, reports, schema, World};

struct Schema {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Schema {
    /// The one at `/schema.json` of a running receiver.
    fn published() -> Self {
        let receiver = Receiver::start(Listen::plain(), Behaviour::Contract);
        let mut stream = TcpStream::connect(receiver.real()).unwrap();
        write!(stream, "GET /schema.json HTTP/1.0\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, schema) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(" 200 OK\r\n") && head.contains("application/schema+json"), "{head}");
        let schema: Value = serde_json::from_str(schema).unwrap();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        let (mut compiler, mut schemas) = (Compiler::new(), Schemas::new());
        compiler.add_resource("schema.json", schema).unwrap();
        let index = compiler.compile("schema.json", &mut schemas).unwrap();
        Self { schemas, index }
    }

    fn check(&self, payload: &[u8]) -> Result<(), String> {
        let value: Value = serde_json::from_slice(payload).unwrap();
        self.schemas.validate(&value, self.index).map_err(|error| error.to_string())
    }
}

#[test]
fn every_golden_payload() {
    let schema = Schema::published();
    let names: Vec<_> = fixtures().into_iter().filter(|name| reports(name)).collect();
    assert!(names.len() > 15, "{names:?}");
    for name in names {
        assert_eq!(schema.check(&golden(&name)), Ok(()), "{name}");
        assert_eq!(schema::check(&golden(&name)), Ok(()), "{name}");
    }
    // It does say no.
    let mut payload: Value = serde_json::from_slice(&golden("odroid-n2")).unwrap();
    payload["operating_system"]["serial"] = json!("0123");
    assert!(schema.check(payload.to_string().as_bytes()).unwrap_err().contains("serial"));
}

#[test]
fn what_is_printed_at_every_level() {
    let schema = Schema::published();
    for name in ["odroid-n2", "ova"] {
        let world = World::of(name);
        for (usage, statistics) in [(false, false), (true, false), (false, true), (true, true)] {
            world.fixture.preferences(true, usage, statistics, false);
            let shown = world.run("show");
            assert_eq!(shown.code, Some(0), "{name}: {}", shown.stderr);
            assert_eq!(schema.check(shown.payload()), Ok(()), "{name}");
            assert_eq!(schema::check(shown.payload()), Ok(()), "{name}");
            let sent: Value = serde_json::from_slice(shown.payload()).unwrap();
            let has = |key| sent.get(key).is_some();
            assert_eq!((has("integrations"), has("state_count")), (usage, statistics), "{name}: {sent}");
        }
    }
}

/// Versions, names and what is none, whole and with one character more.
fn corpus() -> Vec<String> {
    let versions = include_str!("../../core/tests/data/integration_versions.txt").lines().map(|line| &line[4..]);
    let others =
        "0123456789abcdef0123456789abcdef 2026.2.3 2026.12.0.dev202602120305 2026.3.0b1 2026.3.0.dev0 odroid-n2 \
                  core_mosquitto default_config generic-x86-64 1.0~rc1 my:board A landingpage 3.49.2 3..4 2026.02.3";
    let words = versions.chain(others.split(' ')).map(str::to_owned);
    let lengths = [1, 25, 26, 31, 32, 33, 63, 64, 65, 127, 128, 129].map(|length| "7".repeat(length));
    let mut all: Vec<String> = words.chain(lengths).collect();
    for more in [" ", "\n", "\u{9b}", "é", "７", "\"", "/", "x", "X", "_", "-", ".", "+", "~", "0"] {
        let longer: Vec<_> = all.iter().take(180).map(|word| word.clone() + more).collect();
        all.extend(longer);
    }
    all
}

/// The types of the core and the schema say the same.
#[test]
fn the_forms_of_the_core() {
    fn same<K: Kind>(name: &str) {
        let mut taken = 0;
        for text in corpus() {
            let parsed = Form::<K>::parse(&text).is_ok();
            assert_eq!(schema::check_definition(name, &json!(text)).is_ok(), parsed, "{name}: {text:?}");
            taken += usize::from(parsed);
        }
        assert!(taken > 0, "{name}");
    }
    same::<InstallationIdKind>("installation_id");
    same::<CoreVersionKind>("core_version");
    same::<IntegrationVersionKind>("integration_version");
    same::<AddonVersionKind>("addon_version");
    same::<DomainKind>("domain");
    same::<SlugKind>("slug");
    same::<LabelKind>("label");
    same::<DatabaseVersionKind>("database_version");
}

/// No definition, and so no place of a payload, takes a text that is not ASCII or that a log would
/// have to escape.
#[test]
fn no_text_is_free() {
    let schema: Value = serde_json::from_str(include_str!("../schema.json")).unwrap();
    let mut waiting = vec![&schema];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Object(object) => {
                if object.get("type") == Some(&json!("string")) {
                    assert!(object.contains_key("pattern"), "{value}");
                }
                waiting.extend(object.values());
            }
            Value::Array(list) => waiting.extend(list),
            _ => {}
        }
    }
}
