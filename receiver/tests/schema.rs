//! The schema and the validator, of one mind over a large corpus; and every value that was tried on the original.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use boon::{Compiler, SchemaIndex, Schemas};
use common::full;
use haos_analytics_receiver::payload::{read, schema};
use haos_analytics_receiver::sample::Population;
use serde_json::{json, Map, Value};

struct Schema {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Schema {
    fn compile() -> Self {
        let mut compiler = Compiler::new();
        compiler.add_resource("schema.json", schema::schema()).unwrap();
        let mut schemas = Schemas::new();
        let index = compiler.compile("schema.json", &mut schemas).unwrap();
        Self { schemas, index }
    }

    fn takes(&self, value: &Value) -> bool {
        self.schemas.validate(value, self.index).is_ok()
    }

    /// What both say.
    fn verdict(&self, value: &Value) -> bool {
        let body = value.to_string();
        let read = read(body.as_bytes());
        assert_eq!(read.is_ok(), self.takes(value), "{body:.300} {read:?}");
        read.is_ok()
    }
}

#[test]
fn every_probed_value() {
    let schema = Schema::compile();
    let strings = |count: usize| json!(vec!["x"; count]);
    let addon = |changes: Value| {
        let mut addon = full()["addons"][0].clone();
        for (key, value) in changes.as_object().unwrap() {
            addon[key] = value.clone();
        }
        json!([addon])
    };
    let pair = "\u{1f3e0}";
    for (pointer, value, taken) in [
        // 32 UTF-16 units, hexadecimal or not.
        ("/uuid", json!("12a3456bc78d90123ef4567g789012h3"), true),
        ("/uuid", json!("01234567-89ab-cdef-0123-456789abcdef"), false),
        ("/uuid", json!("é".repeat(32)), true),
        ("/uuid", json!("é".repeat(31)), false),
        ("/uuid", json!(pair.repeat(16)), true),
        ("/uuid", json!(pair.repeat(17)), false),
        ("/uuid", json!(pair.repeat(32)), false),
        ("/uuid", json!(pair.repeat(15) + "ab"), true),
        ("/uuid", json!(pair.repeat(15) + "abc"), false),
        ("/uuid", json!("\n".repeat(32)), true),
        ("/uuid", json!("a".repeat(31) + "\n"), true),
        ("/uuid", json!("a".repeat(32) + "\n"), false),
        ("/uuid", Value::Null, false),
        ("/version", json!("2026.2"), false),
        ("/version", json!("2026.2."), true),
        ("/version", json!("landingpage"), true),
        ("/version", json!("2026.3.0.dev2026021203055"), true),
        ("/version", json!("2026.3.0.dev20260212030555"), false),
        ("/version", json!(pair.repeat(12) + "a"), true),
        ("/version", json!(pair.repeat(13)), false),
        ("/installation_type", json!("Home Assistant Container"), true),
        ("/installation_type", json!("Home Assistant Core"), true),
        ("/installation_type", json!("Home Assistant Supervised"), true),
        ("/installation_type", json!("Unsupported Third Party Container"), true),
        ("/installation_type", json!("Unknown"), true),
        ("/installation_type", json!("home assistant os"), false),
        ("/installation_type", json!({"Unknown": null}), false),
        ("/installation_type", Value::Null, false),
        ("/supervisor/healthy", Value::Null, false),
        ("/supervisor/supported", Value::Null, false),
        ("/supervisor/arch", Value::Null, false),
        ("/supervisor/arch", json!("a".repeat(64)), true),
        ("/supervisor/arch", json!("a".repeat(65)), false),
        ("/supervisor", Value::Null, false),
        ("/supervisor", json!({}), false),
        ("/supervisor", json!([true, true, "aarch64"]), false),
        ("/operating_system/board", Value::Null, false),
        ("/operating_system/version", Value::Null, true),
        ("/operating_system/version", json!(pair.repeat(128)), true),
        ("/operating_system/version", json!(pair.repeat(129)), false),
        ("/integrations", strings(999), true),
        ("/integrations", strings(1000), false),
        ("/integrations", json!([]), true),
        ("/integrations", json!([""]), true),
        ("/integrations", json!([1]), false),
        ("/integrations", json!({"0": "a"}), false),
        ("/integrations", Value::Null, false),
        ("/integrations", json!(["i".repeat(128)]), true),
        ("/integrations", json!(["i".repeat(129)]), false),
        ("/custom_integrations", json!([{"domain": "hacs"}]), true),
        ("/custom_integrations", json!([{"domain": "hacs", "version": null}]), true),
        ("/custom_integrations", json!([{"domain": "hacs", "version": 2}]), false),
        ("/custom_integrations", json!([{"version": "2.0.5"}]), false),
        ("/custom_integrations", json!([["hacs", "2.0.5"]]), false),
        ("/addons", addon(json!({"protected": null, "auto_update": null, "version": null})), true),
        ("/addons", json!([{"slug": "a", "protected": true, "auto_update": false}]), true),
        ("/addons", json!([{"slug": "a", "auto_update": false}]), false),
        ("/addons", json!([{"slug": "a", "protected": true}]), false),
        ("/addons", addon(json!({"slug": null})), false),
        ("/addons", json!(vec![full()["addons"][0].clone(); 1000]), true),
        ("/addons", json!(vec![full()["addons"][0].clone(); 1001]), false),
        ("/custom_integrations", json!(vec![json!({"domain": "hacs"}); 1000]), true),
        ("/custom_integrations", json!(vec![json!({"domain": "hacs"}); 1001]), false),
        ("/energy", json!({}), false),
        ("/energy", json!([true]), false),
        ("/energy", Value::Null, false),
        ("/energy/configured", Value::Null, false),
        ("/certificate", Value::Null, false),
        ("/certificate", json!(true), true),
        ("/certificate", json!(1), false),
        ("/recorder/engine", json!("SQLite"), true),
        ("/recorder/version", Value::Null, false),
        ("/state_count", json!(-1.5), true),
        ("/state_count", json!(9_007_199_254_740_991_u64), true),
        ("/state_count", json!(-9_007_199_254_740_991_i64), true),
        ("/state_count", json!(9_007_199_254_740_992_u64), false),
        ("/state_count", json!(u64::MAX), false),
        ("/state_count", json!(1e300), false),
        ("/automation_count", json!("23"), false),
        ("/integration_count", Value::Null, false),
        ("/addon_count", json!(0), true),
        ("/user_count", json!("3"), false),
        ("/country", json!("NO"), true),
        ("/country", json!(pair), true),
        ("/country", json!("NOR"), false),
        ("/country", Value::Null, false),
        ("/region", json!("CA"), true),
        ("/arch", json!("aarch64"), false),
        ("/operating_system/arch", json!("aarch64"), false),
        ("/recorder/path", json!("/config"), false),
        ("/addons", addon(json!({"name": "Mosquitto"})), false),
    ] {
        let mut payload = full();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        payload.pointer_mut(parent).unwrap()[key] = value.clone();
        assert_eq!(schema.verdict(&payload), taken, "{pointer} = {value:.80}");
    }
}

#[test]
fn what_must_be_there_and_what_need_not() {
    let schema = Schema::compile();
    let needed = ["/uuid", "/version", "/installation_type", "/supervisor/healthy", "/supervisor/supported"];
    let needed_within = ["/operating_system/board", "/energy/configured", "/recorder/engine", "/recorder/version"];
    for pointer in pointers(&full()) {
        let mut payload = full();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let Some(object) = payload.pointer_mut(parent).and_then(Value::as_object_mut) else { continue };
        object.remove(key);
        let within_list = ["slug", "protected", "auto_update", "domain"].contains(&key);
        let refused = needed.contains(&&*pointer) || needed_within.contains(&&*pointer) || within_list;
        assert_eq!(schema.verdict(&payload), !refused, "{pointer}");
    }
}

#[test]
fn they_agree_on_a_large_corpus() {
    let schema = Schema::compile();
    let population = Population::new(3);
    let mut chance = Chance(5);
    let (mut taken, mut refused) = (0, 0);
    for number in 0..1500 {
        let valid = Value::Object(population.payload(number, number % 5));
        assert!(schema.verdict(&valid));
        for _ in 0..12 {
            let mut mutant = valid.clone();
            for _ in 0..=chance.below(3) {
                mutate(&mut mutant, &mut chance);
            }
            *if schema.verdict(&mutant) { &mut taken } else { &mut refused } += 1;
        }
    }
    println!("{taken} changed payloads taken, {refused} refused");
    assert!(taken > 2000 && refused > 5000, "{taken} taken, {refused} refused");
}

#[test]
fn what_a_schema_cannot_see() {
    let small = r#""uuid":"0123456789abcdef0123456789abcdef","version":"2026.2.3","installation_type":"Unknown""#;
    let refusal = |body: &[u8]| read(body).unwrap_err().0;
    assert!(read(format!(" \n{{{small}}}\t").as_bytes()).is_ok());
    for (body, why) in [
        (format!("{{{small},\"version\":\"2026.2.3\"}}"), "duplicate field `version`"),
        (format!("{{{small},\"energy\":{{\"configured\":true,\"configured\":true}}}}"), "energy: duplicate field"),
        (format!("{{{small},\"addons\":[{{\"slug\":\"a\",\"slug\":\"a\"}}]}}"), "addons[0]: duplicate field"),
        (format!("{{{small}}} x"), "trailing characters"),
        (format!("{{{small}"), "EOF"),
        (format!("{{{small},}}"), "trailing comma"),
        (format!("\u{feff}{{{small}}}"), "expected value"),
        (format!("[{{{small}}}]"), "expected an object"),
        ("null".to_owned(), "expected an object"),
        (String::new(), "EOF"),
        ("[".repeat(100_000), "expected an object"),
        (format!("{{{small},\"addons\":{}", "[".repeat(100_000)), "addons[0]"),
        (format!("{{{small},\"state_count\":1e400}}"), "out of range"),
        (format!("{{{small},\"state_count\":NaN}}"), "expected value"),
        (format!("{{{small},\"{}\":1}}", "k".repeat(5000)), "unknown field"),
        (format!("{{{small},\"supervisor\":{{\"healthy\":1}}}}"), "supervisor.healthy: invalid type"),
    ] {
        let refusal = refusal(body.as_bytes());
        assert!(
            refusal.contains(why) && refusal.chars().count() <= 200 && !refusal.contains('\n'),
            "{refusal:?}, {why}"
        );
    }
    assert!(refusal(b"{\"uuid\":\"\xff\"}").contains("unicode"));
    assert!(refusal(br#"{"uuid":"\ud800"}"#).contains("uuid"));
}

fn pointers(value: &Value) -> Vec<String> {
    let within = |key: String, value: &Value| -> Vec<String> {
        let mut all: Vec<String> = pointers(value).into_iter().map(|rest| format!("/{key}{rest}")).collect();
        all.push(format!("/{key}"));
        all
    };
    match value {
        Value::Object(object) => object.iter().flat_map(|(key, value)| within(key.clone(), value)).collect(),
        Value::Array(list) => list.iter().enumerate().flat_map(|(at, value)| within(at.to_string(), value)).collect(),
        _ => Vec::new(),
    }
}

/// One change somewhere: another value, a key less, more, or twice under another name.
fn mutate(payload: &mut Value, chance: &mut Chance) {
    let all = pointers(payload);
    let Some(pointer) = all.get(chance.below(all.len().max(1))) else { return };
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let (parent, key) = (parent.to_owned(), key.to_owned());
    let value = any(chance);
    match payload.pointer_mut(&parent) {
        Some(Value::Object(object)) => match chance.below(5) {
            0 => drop(object.remove(&key)),
            1 => drop(object.insert(ODD_KEYS[chance.below(ODD_KEYS.len())].to_owned(), value)),
            2 => {
                let old = object.get(&key).cloned().unwrap_or(Value::Null);
                object.insert(key, near(old, chance));
            }
            _ => drop(object.insert(key, value)),
        },
        Some(Value::Array(list)) => {
            let at: usize = key.parse().unwrap();
            match chance.below(3) {
                0 => drop(list.remove(at)),
                1 => list.push(list[at].clone()),
                _ => list[at] = value,
            }
        }
        _ => (),
    }
}

const ODD_KEYS: [&str; 8] = ["arch", "version", "country", "region", "certificate", "Uuid", "", "state_count"];

/// A value like another one: a little longer or shorter.
fn near(value: Value, chance: &mut Chance) -> Value {
    match value {
        Value::String(mut text) => {
            match chance.below(4) {
                0 => drop(text.pop()),
                1 => text.push('\u{1f3e0}'),
                2 => text.insert(0, 'é'),
                _ => text = text.repeat(1 + chance.below(12)),
            }
            json!(text)
        }
        Value::Bool(one) => json!(!one),
        Value::Number(number) => json!(number.as_f64().unwrap_or(0.0) * -1.5),
        Value::Array(list) => Value::Array(list.iter().cycle().take(list.len() * chance.below(30)).cloned().collect()),
        Value::Object(mut object) => {
            object.insert("more".to_owned(), Value::Null);
            Value::Object(object)
        }
        Value::Null => Value::Null,
    }
}

fn any(chance: &mut Chance) -> Value {
    match chance.below(12) {
        0 => Value::Null,
        1 => json!(chance.below(2) == 0),
        2 => json!(chance.below(1000)),
        3 => json!(-0.5),
        4 => json!(""),
        5 => json!("Unknown"),
        6 => json!("a".repeat(chance.below(140))),
        7 => json!("é\u{1f3e0}".repeat(chance.below(20))),
        8 => json!([]),
        9 => json!([{"slug": "a", "protected": null, "auto_update": true}]),
        10 => Value::Object(Map::new()),
        _ => json!({"configured": true}),
    }
}

struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}
