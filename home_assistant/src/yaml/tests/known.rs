//! What is taken out of one file.

use super::{load, of, one};
use crate::yaml::Database;

#[test]
fn domains_and_automations() {
    let table = [
        ("", "", 0),
        ("# nothing\n", "", 0),
        ("---\n", "", 0),
        ("\u{feff}zone:\n", "zone", 0),
        ("zone:\r\nsun:\r\n", "sun zone", 0),
        ("default_config:\nenergy: ~\nmet: null\nsun: {}", "default_config energy met sun", 0),
        ("{\"zone\": null, \"sun\": []}", "sun zone", 0),
        ("sensor extra: {platform: mqtt}", "mqtt", 0),
        ("sensor  two  spaces: {platform: mqtt}", "mqtt", 0),
        ("sensor : {platform: mqtt}", "mqtt sensor", 0),
        ("'sensor ': {platform: mqtt}", "", 0),
        ("' sensor': {platform: mqtt}", "", 0),
        ("5: \non:\nnull:\n2024-01-01:\nZone:\n'5':\nzo-ne:\n\"on\":", "5 on", 0),
        ("sensor:\n- platform: mqtt\n- platform: 'template'\n- text\n-\n- [platform: no]", "mqtt sensor template", 0),
        ("sensor: {platform: mqtt}", "mqtt sensor", 0),
        (
            "sensor: {platform: [mqtt]}\nlight: {platform: {a: b}}\nlock: {platform: }\nfan: {platform: ''}",
            "fan light lock sensor",
            0,
        ),
        (
            "tts: {platform: on}\nfan: {platform: 'on'}\nlock: {platform: 5}\nimage: {platform: Big}",
            "fan image lock on tts",
            0,
        ),
        ("tts: {platform: !secret a}\nfan: {platform: !env_var a b}\nlock: {platform: !input a}", "b fan lock tts", 0),
        ("infrared: [{platform: mqtt}]", "infrared mqtt", 0),
        ("zone: {platform: mqtt}\nsensor_x: {platform: mqtt}", "sensor_x zone", 0),
        ("sensor: {list: [{platform: deeper}]}", "sensor", 0),
        ("sensor: {platform: a}\nsensor: {platform: b}", "b sensor", 0),
        ("sensor: {platform: a, platform: b}", "b sensor", 0),
        ("automation: []", "automation", 0),
        ("automation: {}", "automation", 0),
        ("automation: {alias: a}", "automation", 1),
        ("automation: [{alias: a}, {id: 1}, {id: ''}, {id: }, {id: null, id: 2}, text]", "automation", 1),
        ("automation a: [{alias: a}]\nautomation b: [{alias: b}]\nautomations: [{alias: c}]", "automations", 2),
        ("automation: [{triggers: [{id: inside}]}]", "automation", 1),
        ("script: {a: {id: 1}}", "script", 0),
    ];
    for (text, domains, automations) in table {
        assert_eq!(of(text), (domains.to_owned(), automations), "{text}");
    }
}

#[test]
fn labels() {
    let text =
        "template kitchen: []\ntemplate hall: []\nsensor a: []\ntimer:\nBig a:\n'mqtt ':\na-b c:\nhomeassistant:\n  \
                packages: {a: {group b: {}}}\n";
    let yaml = load(&one(text)).unwrap();
    assert_eq!(yaml.labelled.iter().map(|name| &**name).collect::<Vec<_>>(), ["group", "sensor", "template"]);
    assert_eq!(yaml.keys.iter().map(|name| &**name).collect::<Vec<_>>(), ["homeassistant", "timer"]);
}

#[test]
fn recorder_and_certificate() {
    let sqlite = Database::default;
    let table = [
        ("sun:", sqlite(), None),
        ("recorder:\nhttp:", sqlite(), Some(false)),
        ("recorder: {purge_keep_days: 5}\nhttp: {server_port: 1}", sqlite(), Some(false)),
        ("recorder: {db_url: mysql://a:b@c/d}\nhttp: {ssl_certificate: /ssl/a.pem}", Database::MySql, Some(true)),
        ("recorder: {db_url: !secret a}\nhttp: {ssl_certificate: !secret a}", Database::Unknown, Some(true)),
        ("recorder: {db_url: !env_var URL postgresql://a}", Database::PostgreSql, None),
        ("recorder: {db_url: !env_var TZ postgresql://a}", Database::Unknown, None),
        ("recorder: {db_url: 'sqlite:////share/a.db'}", Database::Sqlite("/share/a.db".into()), None),
        ("recorder: {db_url: }\nhttp: {ssl_certificate: }", Database::Unknown, Some(false)),
        ("recorder: {db_url: [postgresql://a]}\nhttp: [1]", Database::Unknown, Some(false)),
        ("recorder: {db_url: ' postgresql://a'}", Database::Unknown, None),
        ("recorder:\n  db_url: >-\n    postgresql://a\n", Database::PostgreSql, None),
        ("recorder extra: {db_url: mysql://a}\nhttp extra: {ssl_certificate: a}", sqlite(), None),
        ("recorder: &a {db_url: mysql://a}\nhttp: *a", Database::MySql, Some(false)),
        ("notes: &a {db_url: mysql://a}\nrecorder: {<<: *a}", Database::MySql, None),
    ];
    for (text, recorder, certificate) in table {
        let yaml = load(&one(text)).unwrap();
        assert_eq!((yaml.recorder, yaml.http_certificate), (recorder, certificate), "{text}");
    }
}
