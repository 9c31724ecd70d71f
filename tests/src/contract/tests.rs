//! The cases that were tried on the receiver's own code, one row each.

use super::check;
use serde_json::{json, Value};

fn full() -> Value {
    json!({
        "uuid": "0123456789abcdef0123456789abcdef",
        "version": "2026.2.3",
        "installation_type": "Home Assistant OS",
        "supervisor": {"healthy": true, "supported": true, "arch": "aarch64"},
        "operating_system": {"board": "odroid-n2", "version": "17.1"},
        "certificate": false,
        "integrations": ["automation", "default_config", "mqtt", "zha"],
        "custom_integrations": [{"domain": "hacs", "version": "2.0.5"}],
        "addons": [{"slug": "core_mosquitto", "protected": true, "version": "6.5.2", "auto_update": false}],
        "energy": {"configured": true},
        "recorder": {"engine": "sqlite", "version": "3.49.2"},
        "state_count": 512, "automation_count": 23, "integration_count": 4, "addon_count": 1, "user_count": 3
    })
}

/// The status for the full payload with one value put in, or taken out (`None`), at a JSON pointer.
fn status(pointer: &str, value: Option<Value>) -> u16 {
    let mut payload = full();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = payload.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Some(value) => parent.insert(key.to_owned(), value),
        None => parent.remove(key),
    };
    check(payload.to_string().as_bytes()).map_or_else(|refusal| refusal.status, |()| 200)
}

#[test]
fn takes_the_full_and_the_smallest_payload() {
    assert_eq!(check(full().to_string().as_bytes()), Ok(()));
    let smallest = br#"{"uuid":"0123456789abcdef0123456789abcdef","version":"2026.2.3","installation_type":"Unknown"}"#;
    assert_eq!(check(smallest), Ok(()));
}

#[test]
fn what_is_not_json_is_an_error_of_the_server() {
    for (body, expected) in [("", 500), ("{", 500), ("null", 500), ("uuid=1", 500), ("[]", 400), ("{}", 400)] {
        assert_eq!(check(body.as_bytes()).unwrap_err().status, expected, "{body}");
    }
    assert_eq!(check(b"{\"uuid\":\"\xff\"}").unwrap_err().status, 500);
}

#[test]
fn the_reason_names_the_place() {
    let reason = |body: Value| check(body.to_string().as_bytes()).unwrap_err().reason;
    let mut payload = full();
    payload["addons"][0]["slug"] = Value::Null;
    assert_eq!(reason(payload), "addons: 0: slug: is null");
    let mut payload = full();
    payload["supervisor"]["channel"] = json!("stable");
    assert_eq!(reason(payload), "supervisor: channel: unknown");
    let mut payload = full();
    payload["version"] = json!("2026.2");
    assert_eq!(reason(payload), "version: has 6 characters");
}

#[test]
fn every_probed_value() {
    let integrations = |count: usize| json!(vec!["x"; count]);
    let addon = |changes: Value| {
        let mut addon = full()["addons"][0].clone();
        for (key, value) in changes.as_object().unwrap() {
            addon[key] = value.clone();
        }
        json!([addon])
    };
    for (pointer, value, expected) in [
        // uuid: 32 UTF-16 units, hexadecimal or not.
        ("/uuid", json!("12a3456bc78d90123ef4567g789012h3"), 200),
        ("/uuid", json!("01234567-89ab-cdef-0123-456789abcdef"), 400),
        ("/uuid", json!("é".repeat(32)), 200),
        ("/uuid", json!("\u{1f3e0}".repeat(16)), 200),
        ("/uuid", json!("\u{1f3e0}".repeat(32)), 400),
        ("/uuid", Value::Null, 400),
        // version: 7 to 25.
        ("/version", json!("2026.2"), 400),
        ("/version", json!("2026.2."), 200),
        ("/version", json!("landingpage"), 200),
        ("/version", json!("2026.3.0.dev2026021203055"), 200),
        ("/version", json!("2026.3.0.dev20260212030555"), 400),
        // installation_type: one of six, as written.
        ("/installation_type", json!("Home Assistant Container"), 200),
        ("/installation_type", json!("Home Assistant Core"), 200),
        ("/installation_type", json!("Home Assistant Supervised"), 200),
        ("/installation_type", json!("Unsupported Third Party Container"), 200),
        ("/installation_type", json!("Unknown"), 200),
        ("/installation_type", json!("home assistant os"), 400),
        ("/installation_type", Value::Null, 400),
        // supervisor
        ("/supervisor/healthy", Value::Null, 400),
        ("/supervisor/supported", Value::Null, 400),
        ("/supervisor/arch", Value::Null, 400),
        ("/supervisor", Value::Null, 400),
        ("/supervisor", json!({}), 400),
        // operating_system
        ("/operating_system/board", Value::Null, 400),
        ("/operating_system/version", Value::Null, 200),
        // integrations
        ("/integrations", integrations(999), 200),
        ("/integrations", integrations(1000), 400),
        ("/integrations", json!([]), 200),
        ("/integrations", Value::Null, 400),
        // custom_integrations
        ("/custom_integrations", json!([{"domain": "hacs"}]), 200),
        ("/custom_integrations", json!([{"domain": "hacs", "version": null}]), 200),
        ("/custom_integrations", json!([{"domain": "hacs", "version": 2}]), 400),
        ("/custom_integrations", json!([{"version": "2.0.5"}]), 400),
        // addons: two keys must be there and may be null; no limit to their number.
        ("/addons", addon(json!({"protected": null, "auto_update": null, "version": null})), 200),
        ("/addons", json!([{"slug": "a", "protected": true, "auto_update": false}]), 200),
        ("/addons", json!([{"slug": "a", "auto_update": false}]), 400),
        ("/addons", json!([{"slug": "a", "protected": true}]), 400),
        ("/addons", addon(json!({"slug": null})), 400),
        ("/addons", json!(vec![full()["addons"][0].clone(); 5000]), 200),
        // energy, certificate, recorder
        ("/energy", json!({}), 400),
        ("/energy", Value::Null, 400),
        ("/energy/configured", Value::Null, 400),
        ("/certificate", Value::Null, 400),
        ("/certificate", json!(true), 200),
        ("/recorder/engine", json!("SQLite"), 200),
        ("/recorder/version", Value::Null, 400),
        // counts
        ("/state_count", json!(-1.5), 200),
        ("/automation_count", json!("23"), 400),
        ("/integration_count", Value::Null, 400),
        ("/addon_count", json!(0), 200),
        ("/user_count", json!("3"), 400),
        // the server's own
        ("/country", json!("NO"), 200),
        ("/country", json!("NOR"), 400),
        ("/region", json!("CA"), 200),
        // strict at every level
        ("/arch", json!("aarch64"), 400),
        ("/operating_system/arch", json!("aarch64"), 400),
        ("/recorder/path", json!("/config"), 400),
        ("/addons", addon(json!({"name": "Mosquitto"})), 400),
    ] {
        assert_eq!(status(pointer, Some(value.clone())), expected, "{pointer} = {value:.80}");
    }
}

#[test]
fn what_must_be_there_and_what_need_not() {
    for key in ["/uuid", "/version", "/installation_type", "/supervisor/healthy", "/supervisor/supported"] {
        assert_eq!(status(key, None), 400, "{key}");
    }
    for key in ["/operating_system/board", "/energy/configured", "/recorder/engine", "/recorder/version"] {
        assert_eq!(status(key, None), 400, "{key}");
    }
    for key in ["/supervisor", "/supervisor/arch", "/operating_system", "/operating_system/version", "/integrations"] {
        assert_eq!(status(key, None), 200, "{key}");
    }
    for key in ["/custom_integrations", "/addons", "/energy", "/certificate", "/recorder", "/state_count"] {
        assert_eq!(status(key, None), 200, "{key}");
    }
}
