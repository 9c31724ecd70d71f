//! A fleet of a few dozen, whose values are such that many counts are close to the threshold or to
//! a whole.

use haos_analytics_receiver::sample::Random;
use serde_json::{json, Value};

/// The chances of one history.
pub struct Fleet {
    random: Random,
    /// In percent, for whatever is asked by this number.
    chances: [u64; 16],
}

const TYPES: [&str; 6] = [
    "Home Assistant OS",
    "Home Assistant Container",
    "Home Assistant Supervised",
    "Home Assistant Core",
    "Unsupported Third Party Container",
    "Unknown",
];

impl Fleet {
    pub fn new(seed: u64) -> Self {
        let mut random = Random::new(seed, 1, 1);
        // Rare, usual, and nearly all.
        let chances = core::array::from_fn(|_| [3, 8, 20, 50, 90, 97, 100][below(&mut random, 7)]);
        Self { random, chances }
    }

    pub fn below(&mut self, limit: usize) -> usize {
        below(&mut self.random, limit)
    }

    fn happens(&mut self, what: usize) -> bool {
        self.random.below(100) < self.chances[what]
    }

    /// Mostly the first, the others rarely.
    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        let mut at = 0;
        while at + 1 < of.len() && self.random.below(3) == 0 {
            at += 1;
        }
        of[at]
    }

    fn some(&mut self, what: usize, names: &[&str]) -> Vec<String> {
        let names = names.iter().enumerate();
        names.filter(|(at, _)| self.happens((what + at) % 16)).map(|(_, name)| (*name).to_owned()).collect()
    }

    pub fn country(&mut self) -> Option<&'static str> {
        let place = self.one(&["US CA", "US NY", "DE", "US", "NZ", ""]);
        (!place.is_empty()).then_some(place)
    }

    pub fn payload(&mut self, uuid: &str) -> Value {
        let installation = if self.happens(0) { TYPES[0] } else { self.one(&TYPES) };
        let version = self.one(&["2026.2.1", "2026.2.0", "2026.1.3", "2026.1.2", "2025.12.4", "2026.2.0b1"]);
        let mut payload = json!({"uuid": uuid, "version": version, "installation_type": installation});
        if installation == TYPES[0] {
            let board = self.one(&["green", "ova", "odroid-n2", "rpi", "yellow"]);
            let version = self.one(&["17.1", "17.0", "16.3", ""]);
            let version = if version.is_empty() { Value::Null } else { json!(version) };
            payload["operating_system"] = json!({"board": board, "version": version});
        }
        if [TYPES[0], TYPES[2]].contains(&installation) {
            payload["supervisor"] = json!({"healthy": self.happens(1), "supported": self.happens(2)});
            if self.happens(3) {
                payload["supervisor"]["arch"] = json!(self.one(&["aarch64", "amd64", "armv7"]));
            }
        }
        if self.happens(4) {
            payload["integrations"] = json!(self.some(5, &["mqtt", "zha", "hue", "cast", "other", "sun"]));
            let custom = self.some(7, &["hacs", "frigate", "unknown"]).into_iter();
            let custom = custom.map(|domain| json!({"domain": domain, "version": self.one(&["1", "2", "3"])}));
            payload["custom_integrations"] = custom.collect();
            if installation == TYPES[0] {
                let addons = self.some(9, &["core_ssh", "a0d7b954_x", "other", "local_mine"]).into_iter();
                let addons = addons.map(|slug| {
                    let (protected, auto_update) = (self.happens(10), self.happens(11));
                    let version = self.one(&["1", "2", "3"]);
                    json!({"slug": slug, "version": version, "protected": protected, "auto_update": auto_update})
                });
                payload["addons"] = addons.collect();
            }
            payload["energy"] = json!({"configured": self.happens(12)});
            payload["certificate"] = json!(self.happens(13));
            let engine = self.one(&["sqlite", "mysql", "postgresql"]);
            payload["recorder"] = json!({"engine": engine, "version": self.one(&["3.49.2", "3.48.0", "11.4"])});
        }
        if self.happens(14) {
            payload["state_count"] = json!(self.below(4) * 100);
            for key in ["automation_count", "integration_count", "addon_count", "user_count"] {
                if self.happens(15) {
                    payload[key] = json!(self.below(20));
                }
            }
        }
        payload
    }
}

fn below(random: &mut Random, limit: usize) -> usize {
    usize::try_from(random.below(limit as u64)).unwrap()
}
