//! What the receiver takes.

use haos_analytics_receiver::payload::{read, INSTALLATION_TYPES};
use serde_json::Value;

/// A body: whatever is taken is JSON of the shape that the contract says, and a refusal is one short line.
pub fn report(body: &[u8]) {
    let payload = match read(body) {
        Ok(payload) => payload,
        Err(refusal) => {
            assert!(refusal.0.chars().count() <= 200 && !refusal.0.chars().any(char::is_control), "{refusal:?}");
            let json: Value = serde_json::from_str(&refusal.json()).expect("a refusal is JSON");
            assert_eq!(json["error"], refusal.0);
            return;
        }
    };
    let value: Value = serde_json::from_slice(body).expect("what is taken is JSON");
    assert_eq!(payload.uuid.0.encode_utf16().count(), 32);
    assert!((7..=25).contains(&payload.version.0.encode_utf16().count()));
    assert!(INSTALLATION_TYPES.contains(&payload.installation_type.0));
    assert_eq!(value["uuid"], *payload.uuid.0);
    assert_eq!(value["version"], *payload.version.0);
    let items = |key: &str| value.get(key).map(|list| list.as_array().expect("a list is a list").len());
    assert_eq!(payload.integrations.map(|list| list.0.len()), items("integrations"));
    assert_eq!(payload.custom_integrations.map(|list| list.0.len()), items("custom_integrations"));
    assert_eq!(payload.addons.map(|list| list.0.len()), items("addons"));
    // What is taken is taken again when it is written another way.
    assert!(read(value.to_string().as_bytes()).is_ok());
}
