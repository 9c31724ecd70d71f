//! What the program prints, against the schema that our receiver publishes: from the wire, by a validator of others.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/world.rs"]
mod world;

use boon::{Compiler, SchemaIndex, Schemas};
use haos_analytics_tests::fixture::golden;
use haos_analytics_tests::http_server::Listen;
use haos_analytics_tests::receiver::{Behaviour, Receiver};
use serde_json::{json, Value};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use world::{fixtures, reports, World};

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
            let sent: Value = serde_json::from_slice(shown.payload()).unwrap();
            let has = |key| sent.get(key).is_some();
            assert_eq!((has("integrations"), has("state_count")), (usage, statistics), "{name}: {sent}");
        }
    }
}
