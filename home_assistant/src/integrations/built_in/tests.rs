use std::collections::BTreeSet;

use super::*;

#[test]
fn the_table_is_whole() {
    assert_eq!(TABLE.lines().nth(1), Some("core 2026.2.3"));
    assert_eq!(core_version(), "2026.2.3");
    // Counted in the manifests and sources of that version, with a parser of Python.
    let count = |is: fn(BuiltIn) -> bool| all().filter(|row| is(*row)).count();
    assert_eq!(count(|_| true), 1400);
    assert_eq!(count(BuiltIn::has_config_flow), 802);
    assert_eq!(count(BuiltIn::is_disabled), 6);
    assert_eq!(count(BuiltIn::has_setup), 386);
    assert_eq!(count(BuiltIn::has_entry_setup), 865);
    assert_eq!(defaults().count(), 27);
    assert!(defaults().all(|domain| find(domain).is_some()));
    assert_eq!(count(|row| base_platforms().any(|platform| row.loads(platform))), 518);
    let kinds = [
        (Kind::Device, 211),
        (Kind::Entity, 44),
        (Kind::Hardware, 6),
        (Kind::Helper, 27),
        (Kind::Hub, 707),
        (Kind::Service, 216),
        (Kind::System, 67),
        (Kind::Virtual, 122),
    ];
    for (kind, rows) in kinds {
        assert_eq!(all().filter(|row| row.kind() == kind).count(), rows, "{kind:?}");
    }
}

#[test]
fn every_row_has_the_form_that_is_searched_for() {
    let domains: Vec<_> = all().map(BuiltIn::domain).collect();
    assert!(domains.windows(2).all(|pair| pair[0] < pair[1]), "sorted, each once");
    let letters: String = ('A'..='Z').chain('a'..='z').take(base_platforms().count()).collect();
    for (row, line) in all().zip(rows().lines()) {
        let domain = row.domain;
        assert!(is_domain(domain), "{domain}");
        assert!(row.flags.starts_with(|kind| "DEHLSVWY".contains(kind)), "{domain}");
        assert!(row.flags[1..].chars().all(|flag| "cdesx".contains(flag)), "{domain}");
        assert!(row.platforms == "-" || row.platforms.chars().all(|letter| letters.contains(letter)), "{domain}");
        for dependency in row.dependencies() {
            assert!(find(dependency).is_some(), "{domain} needs {dependency}");
        }
        assert!(line.split(' ').count() <= 4 && line.split(' ').all(|field| !field.is_empty()), "{domain}");
    }
    assert!(TABLE.ends_with('\n') && !TABLE.contains('\r') && TABLE.is_ascii());
}

#[test]
fn finds_every_domain_and_nothing_else() {
    let domains: BTreeSet<_> = all().map(BuiltIn::domain).collect();
    for row in all() {
        assert_eq!(find(row.domain), Some(row));
        let longer = [" ", "\n", "0", "_", "z", "\u{7f}", "ü", "\0"].map(|end| format!("{}{end}", row.domain));
        let shorter = (0..row.domain.len()).map(|end| row.domain[..end].to_string());
        for near in shorter.chain(longer) {
            assert_eq!(find(&near).map(BuiltIn::domain), domains.get(near.as_str()).copied(), "{near:?}");
        }
        let line = rows().lines().find(|line| line.starts_with(row.domain)).unwrap();
        assert_eq!(find(line), None);
    }
    for miss in ["", "\n", " ", "-", "/", "0", "zzz", "ä", "LIGHT", "# Written", "core 2026.2.3", "a b"] {
        assert_eq!(find(miss), None, "{miss:?}");
    }
}

#[test]
fn tells_what_core_says_of_an_integration() {
    let light = find("light").unwrap();
    assert_eq!(light.kind(), Kind::Entity);
    assert!(light.has_setup() && light.has_entry_setup() && !light.has_config_flow());

    let template = find("template").unwrap();
    assert!(template.is_helper() && template.has_config_flow() && template.has_setup());
    assert!(["sensor", "weather", "alarm_control_panel"].iter().all(|platform| template.loads(platform)));
    assert!(!template.loads("notify") && !template.loads("infrared") && !template.loads(""));

    let acaia = find("acaia").unwrap();
    assert!(!acaia.has_setup() && acaia.has_entry_setup() && acaia.kind() == Kind::Device);
    assert!(acaia.dependencies().eq(["bluetooth_adapters"]));
    assert!(!acaia.loads("-") && !acaia.loads("sensor"));

    // What has a setup is loaded by a platform that is for config entries alone.
    let mqtt = find("mqtt").unwrap();
    assert!(mqtt.loads("sensor") && mqtt.loads("notify") && !mqtt.loads("weather"));
    let uptime = find("uptime").unwrap();
    assert!(!uptime.loads("sensor"));

    // Legacy interfaces, under names of their own.
    assert_eq!(find("asuswrt").unwrap().dependencies().next(), None);
    assert!(find("actiontec").unwrap().loads("device_tracker"));
    assert!(find("smtp").unwrap().loads("notify"));
    assert!(find("voicerss").unwrap().loads("tts"));

    assert!(find("default_config").unwrap().dependencies().any(|domain| domain == "energy"));
    let is_default = |name: &str| defaults().any(|domain| domain == name);
    assert!(is_default("hassio") && is_default("homeassistant") && !is_default("default_config"));
    assert_eq!(find("3_day_blinds").unwrap().kind(), Kind::Virtual);
}

#[test]
fn each_line_has_its_label() {
    for (line, label) in [(CORE, "core "), (PLATFORMS, "platforms "), (BLOCKED, "blocked "), (DEFAULT, "default ")] {
        assert!(TABLE[LINES[line]..].starts_with(label), "{label}");
    }
    assert!(TABLE[..ROWS].ends_with('\n') && !TABLE[ROWS..].starts_with("default "));
}

#[test]
fn knows_base_platforms_of_newer_cores_too() {
    let own: Vec<_> = base_platforms().collect();
    assert_eq!(own.len(), 43);
    assert!(own.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(own.iter().all(|domain| is_base_platform(domain) && find(domain).is_some()));
    assert!(NEWER_BASE_PLATFORMS.iter().all(|domain| is_base_platform(domain) && !own.contains(domain)));
    assert!(!["", "platforms", "template", "sensor kitchen", "Light"].iter().any(|domain| is_base_platform(domain)));
}

#[test]
fn knows_what_core_does_not_load() {
    assert_eq!(blocked("spook"), Some(Blocked::Below("4.0.0")));
    assert_eq!(blocked("dreame_vacuum"), Some(Blocked::Below("1.0.4")));
    assert_eq!(blocked("variable"), Some(Blocked::Below("3.4.4")));
    assert_eq!(words(BLOCKED).count(), 8);
    for other in ["", "hacs", "spook=4.0.0", "4.0.0", "light"] {
        assert_eq!(blocked(other), None, "{other:?}");
    }
}

fn is_domain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

#[test]
fn newer_by_year_month_and_patch() {
    for (version, expected) in [
        ("2026.2.3", false),
        ("2026.2.4", true),
        ("2026.3.0b1", true),
        ("2026.10.0.dev202609120305", true),
        ("2025.12.9", false),
        ("2026.2.10", true),
        ("landingpage", false),
        ("", false),
    ] {
        assert_eq!(is_newer(version), expected, "{version}");
    }
}
