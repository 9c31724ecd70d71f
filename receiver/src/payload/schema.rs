//! The payload as a JSON Schema, published at `/schema.json`.
//!
//! It is written from the validator's own limits. What a schema cannot say: a key that comes twice is refused too, and
//! so is a body of more than 256 KiB.

use super::shape::Count;
use super::{INSTALLATION_TYPES, INTEGRATIONS_LIMIT, NAME, THINGS_LIMIT, VERSION, WORD};
use serde_json::{json, Map, Value};

/// Any character that is two UTF-16 units; written out, for not every regex engine takes the escape.
const PAIR: &str = "[\u{10000}-\u{10FFFF}]";
/// Any other.
const SINGLE: &str = "[^\u{10000}-\u{10FFFF}]";

/// The schema, draft 2020-12.
pub fn schema() -> Value {
    let boolean = json!({"type": "boolean"});
    let boolean_or_null = json!({"type": ["boolean", "null"]});
    let version = text(VERSION);
    let version_or_null = json!({"type": ["string", "null"], "maxLength": VERSION});
    let supervisor =
        object(&[("healthy", &boolean), ("supported", &boolean), ("arch", &text(WORD))], &["healthy", "supported"]);
    let operating_system = object(&[("board", &text(NAME)), ("version", &version_or_null)], &["board"]);
    let custom_integration = object(&[("domain", &text(NAME)), ("version", &version_or_null)], &["domain"]);
    let addon = object(
        &[
            ("slug", &text(NAME)),
            ("protected", &boolean_or_null),
            ("version", &version_or_null),
            ("auto_update", &boolean_or_null),
        ],
        &["slug", "protected", "auto_update"],
    );
    let count = json!({"type": "number", "minimum": -Count::WHOLE_MAX, "maximum": Count::WHOLE_MAX});
    let ignored = described(units(2, 2), "Ignored: the receiver derives it from the address.");
    let mut schema = object(
        &[
            ("uuid", &described(units(32, 32), "The installation id: 32 UTF-16 units, hexadecimal or not.")),
            ("version", &described(units(7, 25), "Of Home Assistant: 7 to 25 UTF-16 units.")),
            ("installation_type", &json!({"enum": INSTALLATION_TYPES})),
            ("supervisor", &supervisor),
            ("operating_system", &operating_system),
            ("integrations", &list(&text(NAME), INTEGRATIONS_LIMIT)),
            ("custom_integrations", &list(&custom_integration, THINGS_LIMIT)),
            ("addons", &list(&addon, THINGS_LIMIT)),
            ("energy", &object(&[("configured", &boolean)], &["configured"])),
            ("certificate", &boolean),
            ("recorder", &object(&[("engine", &text(WORD)), ("version", &version)], &["engine", "version"])),
            ("state_count", &count),
            ("automation_count", &count),
            ("integration_count", &count),
            ("addon_count", &count),
            ("user_count", &count),
            ("country", &ignored),
            ("region", &ignored),
        ],
        &["uuid", "version", "installation_type"],
    );
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("Home Assistant analytics: one report");
    schema["description"] = json!(
        "No key may come twice, and the body has at most 262144 bytes. Lengths are in code points, but where said \
         otherwise."
    );
    schema
}

fn object(properties: &[(&str, &Value)], required: &[&str]) -> Value {
    let properties: Map<_, _> = properties.iter().map(|(name, value)| ((*name).to_owned(), (*value).clone())).collect();
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

/// A list of fewer items.
fn list(items: &Value, limit: usize) -> Value {
    json!({"type": "array", "items": items, "maxItems": limit - 1})
}

fn text(most: usize) -> Value {
    json!({"type": "string", "maxLength": most})
}

fn described(mut schema: Value, description: &str) -> Value {
    schema["description"] = json!(description);
    schema
}

/// UTF-16 units, where a schema counts code points: one case for each number of characters that are two units.
fn units(least: usize, most: usize) -> Value {
    let cases = (0..=most / 2).map(|pairs| {
        let pattern = format!("^{SINGLE}*({PAIR}{SINGLE}*){{{pairs}}}$");
        json!({"pattern": pattern, "minLength": least.saturating_sub(pairs).max(pairs), "maxLength": most - pairs})
    });
    json!({"type": "string", "anyOf": cases.collect::<Vec<_>>()})
}
