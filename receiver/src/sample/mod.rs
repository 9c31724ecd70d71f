//! Installations that do not exist, in realistic shares: for tests, benchmarks, and operators who try the receiver.
//!
//! The same seed gives the same population. Names are made of syllables; how many there are of each, and how often the
//! frequent ones come, is shaped after the public figures: some 6 in 10 report usage and statistics, with 45
//! integrations, 12 add-ons and 12 custom integrations on average.

mod random;
mod words;

pub use random::Random;
use serde_json::{json, Map, Value};
use words::{name, version};

/// A seeded population.
#[derive(Clone, Copy, Debug)]
pub struct Population {
    seed: u64,
}

const COUNTRIES: [&str; 24] = [
    "US", "DE", "GB", "NL", "FR", "SE", "IT", "AU", "CA", "BE", "PL", "NO", "ES", "DK", "CH", "AT", "CZ", "FI", "NZ",
    "ZA", "BR", "RU", "IN", "CN",
];
const STATES: [&str; 12] = ["CA", "TX", "FL", "NY", "WA", "CO", "IL", "PA", "OH", "NC", "MN", "UT"];
const BOARDS: [(&str, &str); 15] = [
    ("ova", "amd64"),
    ("rpi4-64", "aarch64"),
    ("generic-x86-64", "amd64"),
    ("rpi5-64", "aarch64"),
    ("green", "aarch64"),
    ("rpi3-64", "aarch64"),
    ("yellow", "aarch64"),
    ("odroid-n2", "aarch64"),
    ("generic-aarch64", "aarch64"),
    ("rpi4", "armv7"),
    ("odroid-c4", "aarch64"),
    ("odroid-m1", "aarch64"),
    ("khadas-vim3", "aarch64"),
    ("odroid-m1s", "aarch64"),
    ("tinker", "armv7"),
];

impl Population {
    /// Of this seed.
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The installation id of one of them.
    pub fn uuid(&self, number: u64) -> String {
        let mut random = Random::new(self.seed, number, 0);
        format!("{:016x}{:016x}", random.next(), random.next())
    }

    /// Its country, and for the US its state.
    pub fn place(&self, number: u64) -> (&'static str, Option<&'static str>) {
        let mut random = Random::new(self.seed, number, 1);
        let country = COUNTRIES[random.skewed(COUNTRIES.len())];
        (country, (country == "US").then(|| STATES[random.skewed(STATES.len())]))
    }

    /// What it reports after so many changes: the next version, an add-on updated, some states more.
    pub fn report(&self, number: u64, changes: u64) -> String {
        Value::Object(self.payload(number, changes)).to_string()
    }

    /// As [`Self::report`], as a value.
    pub fn payload(&self, number: u64, changes: u64) -> Map<String, Value> {
        let mut random = Random::new(self.seed, number, 2);
        let mut payload = Map::new();
        payload.insert("uuid".to_owned(), json!(self.uuid(number)));
        payload.insert("version".to_owned(), json!(home_assistant(&mut random, changes)));
        let kind = random.below(1000);
        let (installation, supervised) = match kind {
            0..=699 => ("Home Assistant OS", true),
            700..=919 => ("Home Assistant Container", false),
            920..=979 => ("Home Assistant Supervised", true),
            980..=991 => ("Home Assistant Core", false),
            992..=996 => ("Unsupported Third Party Container", false),
            _ => ("Unknown", false),
        };
        payload.insert("installation_type".to_owned(), json!(installation));
        let (board, arch) = BOARDS[random.skewed(BOARDS.len())];
        if supervised {
            let (healthy, supported) = (random.below(100) > 1, random.below(100) > 3);
            payload.insert("supervisor".to_owned(), json!({"healthy": healthy, "supported": supported, "arch": arch}));
        }
        if installation == "Home Assistant OS" {
            let minor = random.skewed(4);
            let version = format!("{}.{minor}", 17 - random.skewed(10));
            payload.insert("operating_system".to_owned(), json!({"board": board, "version": version}));
        }
        if random.below(100) < 62 {
            usage(&mut random, &mut payload, supervised, changes);
        }
        if random.below(100) < 60 {
            statistics(&mut random, &mut payload, supervised, changes);
        }
        payload
    }
}

fn home_assistant(random: &mut Random, changes: u64) -> String {
    let months = 24 * 12 + 14 - random.skewed(48) as u64;
    let patch = random.skewed(6) as u64 + changes % 3;
    match random.below(200) {
        0 => format!("{}.{}.0b{patch}", 2000 + months / 12, months % 12 + 1),
        1 => format!("{}.{}.0.dev2026021203{:02}", 2000 + months / 12, months % 12 + 1, random.below(60)),
        _ => format!("{}.{}.{patch}", 2000 + months / 12, months % 12 + 1),
    }
}

fn usage(random: &mut Random, payload: &mut Map<String, Value>, supervised: bool, changes: u64) {
    let count = random.around(45);
    let mut integrations: Vec<String> = random.distinct(count, 1400).map(|one| name("i", one)).collect();
    integrations.sort();
    payload.insert("integrations".to_owned(), json!(integrations));
    let count = if random.below(100) < 75 { random.around(16) } else { 0 };
    let custom: Vec<_> = random.distinct(count, 4000).collect();
    let custom =
        custom.into_iter().map(|one| json!({"domain": name("c", one), "version": version(one, random.skewed(12))}));
    payload.insert("custom_integrations".to_owned(), custom.collect());
    if supervised {
        let count = random.around(12);
        let addons: Vec<_> = random.distinct(count, 900).collect();
        let addons = addons.into_iter().enumerate().map(|(at, one)| {
            // The first one is updated by each change.
            let newer = if at == 0 { usize::try_from(changes % 8).unwrap_or(0) } else { 0 };
            let slug = if one % 37 == 36 { format!("local_{}", name("a", one)) } else { name("a0d7b954", one) };
            let version = version(one, random.skewed(8) + newer);
            json!({"slug": slug, "protected": random.below(10) > 0, "version": version, "auto_update": random.below(3) == 0})
        });
        payload.insert("addons".to_owned(), addons.collect());
    }
    payload.insert("energy".to_owned(), json!({"configured": random.below(100) < 35}));
    payload.insert("certificate".to_owned(), json!(random.below(100) < 12));
    let (engine, version) = match random.below(100) {
        0..=89 => ("sqlite", format!("3.{}.{}", 49 - random.skewed(6), random.below(3))),
        90..=97 => ("mysql", format!("11.{}.{}", random.skewed(8), random.skewed(10))),
        _ => ("postgresql", format!("{}.{}", 17 - random.skewed(5), random.skewed(9))),
    };
    payload.insert("recorder".to_owned(), json!({"engine": engine, "version": version}));
}

fn statistics(random: &mut Random, payload: &mut Map<String, Value>, supervised: bool, changes: u64) {
    let states = random.around(350) as u64 * (1 + random.skewed(6) as u64) + changes;
    payload.insert("state_count".to_owned(), json!(states));
    payload.insert("automation_count".to_owned(), json!(random.around(22)));
    payload.insert("integration_count".to_owned(), json!(random.around(45)));
    if supervised {
        payload.insert("addon_count".to_owned(), json!(random.around(12)));
    }
    payload.insert("user_count".to_owned(), json!(1 + random.skewed(8)));
}
