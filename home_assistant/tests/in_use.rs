//! Usage and statistics over whole installations in memory: what is reported, and what is left out
//! with its source.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test ends by panicking")]

use haos_analytics_core::Base;
use haos_analytics_home_assistant::files::Memory;
use haos_analytics_home_assistant::in_use::{self, InUse};

const ALL: Base = Base { usage: true, statistics: true };
const REGISTRY: &str = ".storage/core.entity_registry";
const ENTRIES: &str = ".storage/core.config_entries";
const EXPOSED: &str = ".storage/homeassistant.exposed_entities";

fn stored(data: &str) -> String {
    format!(r#"{{"version":1,"minor_version":1,"key":"k","data":{data}}}"#)
}

/// An installation as it is after the first start, with a config entry, an entity, an automation
/// and a user of each kind.
fn home() -> Memory {
    let mut files = Memory::new();
    files.file("configuration.yaml", "default_config:\nautomation: !include automations.yaml\n");
    files.file("automations.yaml", "- id: '1'\n  alias: a\n- alias: b\n");
    let entries = r#"{"entries":[{"entry_id":"m1","domain":"met","source":"user","disabled_by":null}]}"#;
    files.file(ENTRIES, stored(entries));
    let entities = r#"{"entities":[
        {"entity_id":"weather.home","platform":"met","config_entry_id":"m1"},
        {"entity_id":"automation.a","platform":"automation"},
        {"entity_id":"light.off","platform":"hue","disabled_by":"user"}]}"#;
    files.file(REGISTRY, stored(entities));
    files.file(".storage/auth", stored(r#"{"users":[{"system_generated":true},{"system_generated":false}]}"#));
    let mut header = b"SQLite format 3\0".to_vec();
    header.resize(96, 0);
    header.extend(3_040_001_u32.to_be_bytes());
    files.file("home-assistant_v2.db", header);
    files
}

/// What is found, and the remarks.
fn read(files: &Memory, base: Base) -> (InUse, Vec<String>) {
    let mut remarks = Vec::new();
    let in_use = in_use::read(files, base, "2026.2.3", &mut |remark| remarks.push(remark.to_string()));
    (in_use, remarks)
}

fn built_in(in_use: &InUse) -> Option<Vec<&str>> {
    let integrations = in_use.integrations.as_ref()?;
    Some(integrations.built_in.iter().map(|domain| domain.as_str()).collect())
}

#[test]
fn a_whole_installation() {
    let (found, remarks) = read(&home(), ALL);
    assert_eq!(remarks, [""; 0]);
    assert_eq!(built_in(&found), Some(vec!["automation", "default_config", "met"]));
    assert_eq!((found.energy, found.certificate, found.users), (Some(false), Some(false), Some(1)));
    assert_eq!(found.sqlite.as_ref().map(|version| version.as_str()), Some("3.40.1"));
    // Two entities, the zone, the sun, the conversation and the automation without an id.
    assert_eq!((found.states, found.automations), (Some(6), Some(2)));
}

#[test]
fn nothing_is_read_for_basic_and_only_its_own_for_a_level() {
    let mut files = Memory::new();
    for file in ["configuration.yaml", REGISTRY, ENTRIES, EXPOSED, ".storage/auth", ".storage/energy", ".storage/http"]
    {
        files.unreadable(file);
    }
    assert_eq!(read(&files, Base::default()), (InUse::default(), vec![]));
    let named = |base| {
        let (_, remarks) = read(&files, base);
        remarks.join("\n")
    };
    let usage = named(Base { usage: true, statistics: false });
    assert!(!usage.contains("auth") && !usage.contains("exposed") && !usage.contains("state_count"), "{usage}");
    let statistics = named(Base { usage: false, statistics: true });
    assert!(!statistics.contains(".storage/http") && !statistics.contains("energy"), "{statistics}");
}

/// A source that is spoiled, how, what is left out and how the line that says so ends.
#[test]
fn a_list_that_would_be_too_short_is_left_out() {
    type Spoil = fn(&mut Memory) -> &mut Memory;
    let lists = "integrations, custom_integrations, integration_count";
    let with_counts = format!("{lists}, automation_count, state_count");
    let unread = format!("left out: {lists}, energy, recorder, automation_count, state_count");
    let yaml = format!("; Home Assistant cannot load it either; {unread}");
    let cases: [(Spoil, &str, String); 14] = [
        (|files| files.file("configuration.yaml", "a: [1"), "/config/configuration.yaml: line ", yaml.clone()),
        (|files| files.link("automations.yaml", "/config/git/gone.yaml"), "/config/configuration.yaml: line 2: ", yaml),
        (
            |files| files.link("configuration.yaml", "/root/configuration.yaml"),
            "/config/configuration.yaml: it leads out",
            format!("directories; {unread}"),
        ),
        (
            |files| files.file("secrets.yaml", "a: b").link("configuration.yaml", "secrets.yaml"),
            "/config/configuration.yaml: it is secrets.yaml",
            format!("opened; {unread}"),
        ),
        (
            |files| files.file("configuration.yaml", "[".repeat(300) + &"]".repeat(300)),
            "/config/configuration.yaml: line 1: more than 200 values inside one another",
            format!("another; {unread}"),
        ),
        (
            |files| files.file(REGISTRY, "{"),
            "/config/.storage/core.entity_registry: it ends too early",
            with_counts.clone(),
        ),
        (
            |files| files.link(REGISTRY, "gone"),
            "/config/.storage/core.entity_registry: a symlink that leads to nothing",
            with_counts,
        ),
        (|files| files.unreadable(ENTRIES), "/config/.storage/core.config_entries: permission denied", lists.into()),
        (|files| files.unreadable("custom_components"), "/config/custom_components: permission denied", lists.into()),
        (
            |files| files.file(EXPOSED, "[]"),
            "/config/.storage/homeassistant.exposed_entities: an object",
            "state_count".into(),
        ),
        (
            |files| files.link(EXPOSED, "gone"),
            "/config/.storage/homeassistant.exposed_entities: a symlink",
            "state_count".into(),
        ),
        (|files| files.link(".storage/energy", "gone"), "/config/.storage/energy: a symlink", "energy".into()),
        (|files| files.link(".storage/http", "gone"), "/config/.storage/http: a symlink", "certificate".into()),
        (
            |files| files.link("home-assistant_v2.db", "/data/a.db"),
            "/config/home-assistant_v2.db: it leads out",
            "recorder".into(),
        ),
    ];
    let (whole, _) = read(&home(), ALL);
    for (spoil, begins, ends) in cases {
        let mut files = home();
        spoil(&mut files);
        let (found, remarks) = read(&files, ALL);
        assert_eq!(remarks.len(), 1, "{begins}: {remarks:?}");
        assert!(remarks[0].starts_with(begins), "{begins}: {remarks:?}");
        assert!(remarks[0].ends_with(&ends), "{begins}: {remarks:?}");
        let lost = |field: &str| ends.split(", ").any(|lost| lost.ends_with(field));
        let mut expected = whole.clone();
        if lost("integrations") {
            expected.integrations = None;
        }
        if lost("energy") {
            expected.energy = None;
        }
        if lost("certificate") {
            expected.certificate = None;
        }
        if lost("recorder") {
            expected.sqlite = None;
        }
        if lost("automation_count") {
            expected.automations = None;
        }
        if lost("state_count") {
            expected.states = None;
        }
        // Without the YAML it is not known whether a certificate is set, either.
        if lost("energy") && lost("recorder") {
            expected.certificate = None;
        }
        assert_eq!(found, expected, "{begins}");
    }
}

#[test]
fn a_path_out_of_the_yaml_is_not_named() {
    for (url, cause) in [
        ("sqlite:////config/S3CR3T.db", "there is no such file"),
        ("sqlite:////config/automations.yaml", "it ends too early"),
        ("sqlite:////share/../../S3CR3T/a.db", "it leads out of Home Assistant's directories"),
    ] {
        let mut files = home();
        files.file("configuration.yaml", format!("recorder:\n  db_url: {url}\n"));
        let (found, remarks) = read(&files, ALL);
        assert_eq!(found.sqlite, None, "{url}");
        let expected =
            format!("/config/configuration.yaml: the file that db_url of recorder names: {cause}; left out: recorder");
        assert_eq!(remarks, [expected], "{url}");
    }
}

#[test]
fn what_is_not_there_says_so() {
    let mut files = home();
    files.file("configuration.yaml", "frontend:\n");
    let (found, remarks) = read(&files, ALL);
    assert_eq!(remarks, [""; 0]);
    assert_eq!((found.energy, found.sqlite), (None, None), "neither is loaded, whatever files there are");
    assert_eq!(found.states, Some(3), "neither is the sun, nor the conversation");
    files.file("configuration.yaml", "history:\nenergy:\n");
    files.file(".storage/energy", stored(r#"{"energy_sources":[{}],"device_consumption":[]}"#));
    let (found, _) = read(&files, ALL);
    assert_eq!((found.energy, found.sqlite.as_ref().map(|version| version.as_str())), (Some(true), Some("3.40.1")));
}

#[test]
fn states_need_to_know_what_is_loaded() {
    let mut files = home();
    files.file("configuration.yaml", "frontend:\n");
    files.file(ENTRIES, stored(r#"{"entries":[{"entry_id":"s","domain":"sun","source":"user"}]}"#));
    assert_eq!(read(&files, ALL).0.states, Some(4), "two entities, the zone and the sun");
    for source in [ENTRIES, "custom_components"] {
        let mut files = files.clone();
        files.unreadable(source);
        let (found, remarks) = read(&files, ALL);
        assert_eq!((found.integrations, found.states, found.automations), (None, None, Some(1)), "{source}");
        assert_eq!(remarks.len(), 2, "{remarks:?}");
        assert_eq!(remarks[1], "it is not known which integrations are loaded; left out: state_count");
    }
}

#[test]
fn a_folder_that_is_no_integration_is_none_of_a_newer_home_assistant() {
    for manifest in ["\u{feff}{}", "", "{"] {
        let mut files = home();
        files.file("configuration.yaml", "default_config:\n").file("custom_components/mine/manifest.json", manifest);
        files.file(ENTRIES, stored(r#"{"entries":[{"entry_id":"m","domain":"mine","source":"user"}]}"#));
        files.file(REGISTRY, stored(r#"{"entities":[{"entity_id":"a.b","platform":"mine","config_entry_id":"m"}]}"#));
        let found = in_use::read(&files, ALL, "2099.1.0", &mut |_| {});
        assert_eq!(built_in(&found).unwrap(), ["default_config"], "{manifest:?}");
    }
}

#[test]
fn states_that_voice_assistants_have_seen() {
    let mut files = home();
    let ids = r#"{"exposed_entities":{"sun.sun":{},"zone.home":{},"conversation.home_assistant":{},"automation.b":{},
        "sensor.seen":{},"light.off":{},"weather.home":{}}}"#;
    files.file(EXPOSED, stored(ids));
    let (found, _) = read(&files, ALL);
    // Two enabled entities, and five ids that are not registered.
    assert_eq!(found.states, Some(7));
    files.file(EXPOSED, stored(r#"{"exposed_entities":{}}"#));
    assert_eq!(read(&files, ALL).0.states, Some(6), "it is empty without voice assistants");
}

#[test]
fn a_certificate_by_file_else_by_yaml() {
    let yaml = "default_config:\nhttp:\n  ssl_certificate: /ssl/a.pem\n";
    let second = |data: &str| format!(r#"{{"version":2,"data":{data}}}"#);
    for (file, expected) in [
        (None, Some(true)),
        (Some(stored("{}")), Some(false)),
        (Some(second(r#"{"stable":null,"pending":null,"yaml_migration_done":false}"#)), Some(true)),
        (Some(second(r#"{"stable":null,"pending":null,"yaml_migration_done":true}"#)), Some(false)),
        (Some(second(r#"{"stable":{"ssl_certificate":"a"},"pending":{}}"#)), Some(false)),
    ] {
        let mut files = home();
        files.file("configuration.yaml", yaml);
        if let Some(file) = &file {
            files.file(".storage/http", file.as_str());
        }
        assert_eq!(read(&files, ALL).0.certificate, expected, "{file:?}");
    }
}

/// Names that only the owner knows, wherever one can be written.
#[test]
fn names_of_the_owner_are_neither_reported_nor_told() {
    const OWN: &str = "zz_owner";
    let mut files = home();
    let yaml = "default_config:\nzz_owner_key:\nsensor:\n  - platform: zz_owner_platform\nsensor zz_owner label:\n  - platform: \
                uptime\nhomeassistant:\n  packages:\n    zz_owner_package:\n      zz_owner_inner:\nscript:\n  zz_owner_script:\n    \
                sequence: []\nfrontend: !include zz_owner_file.yaml\n";
    files.file("configuration.yaml", yaml).file("zz_owner_file.yaml", "zz_owner_value: zz_owner\n");
    let entries = r#"{"entries":[{"entry_id":"zz_owner_id","domain":"zz_owner@example.com","title":"zz_owner","source":"user"},
        {"entry_id":"x","domain":"zz_owner_domain","source":"user"}]}"#;
    files.file(ENTRIES, stored(entries));
    let entities = r#"{"entities":[{"entity_id":"light.zz_owner","platform":"zz_owner_platform","config_entry_id":"x"},
        {"entity_id":"light.a","platform":"zz_owner@example.com"},{"entity_id":"light.b","platform":"zz_owner\u009b"}]}"#;
    files.file(REGISTRY, stored(entities));
    files.file(EXPOSED, stored(r#"{"exposed_entities":{"light.zz_owner_exposed":{}}}"#));
    files.file(
        "custom_components/zz_owner_folder/manifest.json",
        r#"{"domain":"zz_owner_custom","version":"zz_owner"}"#,
    );
    files.file("custom_components/zz_owner_broken/manifest.json", "zz_owner");
    let (found, remarks) = read(&files, ALL);
    let said = format!("{found:?} {remarks:?}");
    assert!(!said.contains(OWN), "{said}");
    assert_eq!(remarks.len(), 1, "{remarks:?}");
    assert!(found.integrations.is_some_and(|integrations| integrations.left_out > 0));
}
