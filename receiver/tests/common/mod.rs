//! What the tests of the receiver share.
#![allow(dead_code, reason = "each test program uses a part of it")]

pub mod cluster;
pub mod program;
pub mod run;

use core::time::Duration;
use haos_analytics_receiver::fact::Facts;
use haos_analytics_receiver::origin::Place;
use haos_analytics_receiver::payload;
use haos_analytics_receiver::sample::Population;
use haos_analytics_receiver::store::Write;
use haos_analytics_receiver::time::Time;
use serde_json::Value;
use std::io::Write as _;

/// Noon of some day.
pub const NOON: Time = Time(1_770_000_000_000);

pub fn days(days: u64) -> Duration {
    Duration::from_secs(days * 86_400)
}

/// The facts of a payload, from a place.
pub fn facts(payload: &str, place: Option<&str>) -> Facts {
    let read = payload::read(payload.as_bytes()).unwrap_or_else(|refusal| panic!("{refusal:?}: {payload}"));
    let place = place.map(|place| {
        let (country, region) =
            place.split_once(' ').map_or((place, None), |(country, region)| (country, Some(region)));
        Place::of(country, region).unwrap()
    });
    Facts::of(&read, place)
}

/// A made-up installation's report.
pub fn put(population: &Population, number: u64, changes: u64) -> Write {
    let (country, region) = population.place(number);
    let read = population.report(number, changes);
    let read = payload::read(read.as_bytes()).unwrap();
    Write::put(&population.uuid(number), Facts::of(&read, Place::of(country, region)))
}

/// The smallest payload of this installation.
pub fn smallest(uuid: &str, version: &str) -> String {
    serde_json::json!({"uuid": uuid, "version": version, "installation_type": "Home Assistant OS"}).to_string()
}

/// The contract's example with every key.
pub fn full() -> Value {
    serde_json::json!({
        "uuid": "0123456789abcdef0123456789abcdef", "version": "2026.2.3", "installation_type": "Home Assistant OS",
        "supervisor": {"healthy": true, "supported": true, "arch": "aarch64"},
        "operating_system": {"board": "odroid-n2", "version": "17.1"},
        "certificate": false,
        "integrations": ["automation", "default_config", "mqtt", "zha"],
        "custom_integrations": [{"domain": "hacs", "version": "2.0.5"}],
        "addons": [{"slug": "core_mosquitto", "protected": true, "version": "6.5.2", "auto_update": false}],
        "energy": {"configured": true}, "recorder": {"engine": "sqlite", "version": "3.49.2"},
        "state_count": 512, "automation_count": 23, "integration_count": 4, "addon_count": 1, "user_count": 3
    })
}

/// Says that something was not tried, past the test harness. Where everything has to be tried, that is a failure.
pub fn skipped(why: &str) {
    assert!(std::env::var_os("HAOS_ANALYTICS_SKIP_NOTHING").is_none(), "skipped: {why}");
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// Tries until it is so, for a minute.
pub fn wait_until(what: &str, mut so: impl FnMut() -> bool) {
    for _ in 0..6000 {
        if so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{what}: not within a minute");
}
