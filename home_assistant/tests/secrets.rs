//! What must stay where it is: a marker stands for every secret, and must not come out, whatever is asked or goes wrong.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use core::fmt::{Debug, Display};

use haos_analytics_home_assistant::addons::apps;
use haos_analytics_home_assistant::integrations::manifest;
use haos_analytics_home_assistant::storage::config_entries::ConfigEntries;
use haos_analytics_home_assistant::storage::exposed_entities::Unregistered;
use haos_analytics_home_assistant::storage::{config_entries, energy, entity_registry, http as http_config, users};

const MARKER: &str = "S3CR3T";

const FILES: [(&str, &str); 7] = [
    (
        "entity_registry",
        r#"{"version":1,"key":"S3CR3T","data":{"entities":[{"entity_id":"automation.S3CR3T","platform":"p","name":"S3CR3T",
        "unique_id":"S3CR3T","options":{"S3CR3T":["S3CR3T"]}},{"entity_id":"light.S3CR3T","platform":"S3CR3T","disabled_by":"S3CR3T"}],
        "deleted_entities":[{"platform":"S3CR3T"}]}}"#,
    ),
    (
        "config_entries",
        r#"{"version":1,"data":{"entries":[{"domain":"p","source":"S3CR3T","title":"S3CR3T","unique_id":"S3CR3T",
        "data":{"password":"S3CR3T","S3CR3T":1,"domain":"S3CR3T"},"options":{"token":"S3\u0043R3T S3CR3T"},"subentries":["S3CR3T"]}]}}"#,
    ),
    (
        "users",
        r#"{"version":1,"data":{"users":[{"name":"S3CR3T","system_generated":false}],
        "credentials":[{"data":{"username":"S3CR3T"}}],"refresh_tokens":[{"token":"S3CR3T","jwt_key":"S3CR3T"}]}}"#,
    ),
    ("energy", r#"{"version":1,"data":{"energy_sources":[{"stat_energy_from":"S3CR3T"}],"S3CR3T":"S3CR3T"}}"#),
    (
        "http_config",
        r#"{"version":1,"data":{"ssl_certificate":"S3CR3T","ssl_key":"S3CR3T","trusted_proxies":["S3CR3T"]}}"#,
    ),
    (
        "apps",
        r#"{"user":{"s":{"version":"1","access_token":"S3CR3T","ingress_token":"S3CR3T","options":{"password":"S3CR3T","S3CR3T":[]}}},
        "system":{"s":{"version":"S3CR3T","name":"S3CR3T"}},"S3CR3T":"S3CR3T"}"#,
    ),
    ("manifest", r#"{"domain":"d","version":"1","name":"S3CR3T","requirements":["S3CR3T"]}"#),
];

fn told<T: Debug, E: Debug + Display>(result: Result<T, E>) -> (bool, String) {
    match result {
        Ok(found) => (true, format!("{found:?} {found:#?}")),
        Err(error) => (false, format!("{error} {error:?} {error:#?}")),
    }
}

fn read(name: &str, file: &[u8]) -> (bool, String) {
    match name {
        "entity_registry" => {
            told(entity_registry::read(&mut &file[..], &ConfigEntries::default(), &mut Unregistered::default()))
        }
        "config_entries" => told(config_entries::read(&mut &file[..])),
        "users" => told(users::read(&mut &file[..])),
        "energy" => told(energy::read(&mut &file[..])),
        "http_config" => told(http_config::read(&mut &file[..])),
        "apps" => told(apps::read(&mut &file[..])),
        "manifest" => told(manifest::read(&mut &file[..])),
        other => panic!("{other}"),
    }
}

#[test]
fn no_secret_in_answers_and_errors() {
    for (name, file) in FILES {
        let (whole, answer) = read(name, file.as_bytes());
        assert!(whole, "{name}: {answer}");
        assert!(!answer.contains(MARKER), "{name}: {answer}");
        for place in 0..file.len() {
            let mut broken = file.as_bytes().to_vec();
            let (_, answer) = read(name, &broken[..place]);
            assert!(!answer.contains(MARKER), "{name} cut at {place}: {answer}");
            for byte in *b"\"{]\\1\xff" {
                broken[place] = byte;
                let (usable, answer) = read(name, &broken);
                // A changed name may be another name: only what is refused is looked at.
                assert!(usable || !answer.contains(MARKER), "{name} changed at {place}: {answer}");
            }
        }
    }
}
