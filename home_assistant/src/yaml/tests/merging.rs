//! Packages, aliases and merge keys.

use super::{load, names, of, one};
use crate::yaml::Database;

#[test]
fn packages_are_merged() {
    let table = [
        ("", "", 0),
        ("{}", "", 0),
        ("{a: {}}", "", 0),
        ("{a: {sun: , met: {}, tts: [{platform: x}]}}", "met sun tts x", 0),
        ("{a: {automation: [{alias: b}], automation c: {alias: c}}}", "automation", 2),
        ("{a: {sensor b: {platform: x}}}", "x", 0),
        ("{a: {homeassistant: {packages: {b: {sun: }}}}}", "", 0),
        // One that is wrong is passed over, and with one that is empty all of them.
        ("{a: {sun: }, B: {met: }, c-d: {met: }, _e: {met: }, on: {met: }}", "sun", 0),
        ("{a: {sun: }, b: {met: text}, c: {met: 5}, d: {met: !secret x}, e: [met: ]}", "sun", 0),
        ("{a: {sun: }, b: }", "", 0),
        ("{a: {sun: }, b: text}", "", 0),
        ("[{sun: }]", "", 0),
        ("text", "", 0),
        ("!secret text", "", 0),
        ("{a: {sun: }, a: {met: }}", "met", 0),
    ];
    for (text, domains, automations) in table {
        let yaml = load(&one(format!("homeassistant:\n  packages: {text}"))).unwrap();
        let found = names(&yaml).split(' ').filter(|name| *name != "homeassistant").collect::<Vec<_>>().join(" ");
        assert_eq!((&*found, yaml.automations_without_id), (domains, automations), "{text}");
    }
}

#[test]
fn the_configuration_comes_before_its_packages() {
    let load = |text: &str| load(&one(text)).unwrap();
    let both = "homeassistant: {packages: {a: {recorder: {db_url: mysql://a}, http: {ssl_certificate: b}}}}\n";
    let yaml = load(&format!("{both}recorder: {{db_url: postgresql://a}}\nhttp:"));
    assert_eq!((yaml.recorder, yaml.http_certificate), (Database::PostgreSql, Some(true)));
    assert_eq!(load(&format!("{both}recorder:")).recorder, Database::MySql);
}

#[test]
fn aliases_and_merge_keys() {
    let table = [
        ("sensor: &a [{platform: x}]\nlight: *a", "light sensor x", 0),
        ("notes: &a {platform: x, id: 1}\nsensor: *a\nlight: [*a, *a]", "light notes sensor x", 0),
        ("notes: {deep: [&a {platform: x}]}\nsensor: {<<: *a, name: y}", "notes sensor x", 0),
        ("notes: &a {platform: x}\nsensor: {<<: *a, platform: y}", "notes sensor y", 0),
        ("notes: &a {platform: x}\nsensor: {platform: y, <<: *a}", "notes sensor y", 0),
        ("n: [&a {platform: x}, &b {platform: y}]\nsensor: {<<: [*a, *b]}", "n sensor x", 0),
        ("n: [&a {platform: x}, &b {platform: y}]\nsensor: {<<: *a, <<: *b}", "n sensor y", 0),
        ("sensor: {<<: {platform: x}}", "sensor x", 0),
        ("sensor: {<<: [{platform: x}, {platform: y}]}", "sensor x", 0),
        ("sensor: {\"<<\": {platform: x}}", "sensor", 0),
        ("n: {deep: {platform: &a x}}\nsensor: {platform: *a}", "n sensor x", 0),
        ("n: &a x\nsensor: {platform: *a}", "n sensor x", 0),
        ("&a sensor: {platform: x}\nn: {? *a : y}", "n sensor x", 0),
        ("n: &all {sun: , met: }\n<<: *all", "met n sun", 0),
        ("n: &all {automation: [{alias: a}]}\n<<: *all\nautomation b: *all", "automation n", 2),
        ("automation: [&a {alias: a}, *a, {<<: *a, id: 1}]", "automation", 2),
        ("n: &p {a: {sun: }}\nhomeassistant: {packages: {<<: *p, b: {met: }}}", "homeassistant met n sun", 0),
        ("&a x: 1\ny: *a", "x y", 0),
    ];
    for (text, domains, automations) in table {
        assert_eq!(of(text), (domains.to_owned(), automations), "{text}");
    }
}
