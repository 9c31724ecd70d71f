//! Other files.

use super::{facts, load, memory, one};
use crate::yaml::{read, Cause};

#[test]
fn each_tag_brings_in_its_files() {
    let with = |first: &str| {
        facts(&[
            ("configuration.yaml", first),
            ("empty.yaml", ""),
            ("item.yaml", "{platform: one}"),
            ("deep/list.yaml", "- platform: two\n- !include ../item.yaml\n- !include /config/deep/more/x.yaml"),
            ("deep/more/x.yaml", "platform: x"),
            ("items/a.yaml", "platform: a"),
            ("items/b.yaml", "[{platform: b}]"),
            ("items/c.yaml", ""),
            ("items/sub/d.yaml", "platform: d"),
            ("items/.sub/e.yaml", "platform: e"),
            ("items/.f.yaml", "platform: f"),
            ("items/g.yml", "platform: g"),
            ("items/secrets.yaml", "platform: h"),
            ("items/sub/secrets.yaml", "platform: i"),
            ("packages/one.yaml", "sun:\nautomation: !include ../automations.yaml"),
            ("packages/Two.yaml", "met:"),
            ("packages/three.yaml", ""),
            ("merged/one.yaml", "one: {sun: }\ntwo: {met: }"),
            ("merged/two.yaml", "two: {zone: }"),
            ("merged/list.yaml", "[text]"),
            ("automations.yaml", "[{alias: a}, {id: 1}]"),
            ("all.yaml", "sun:\nhomeassistant: !include ha.yaml"),
            ("ha.yaml", "packages: !include_dir_merge_named merged"),
            ("secrets.yaml", "platform: secret"),
        ])
    };
    let table = [
        ("sensor: !include empty.yaml", "sensor", 0),
        ("automation: !include empty.yaml", "automation", 0),
        ("automation: !include automations.yaml", "automation", 1),
        ("sensor: !include item.yaml", "one sensor", 0),
        ("sensor: [!include item.yaml, !include deep/list.yaml]", "one sensor", 0),
        ("sensor: !include deep/list.yaml", "one sensor two x", 0),
        ("sensor: !<!include> item.yaml", "one sensor", 0),
        ("sensor: {platform: !include item.yaml}", "sensor", 0),
        ("sensor: !include_dir_list items", "a d sensor", 0),
        ("sensor: !include_dir_merge_list items", "b sensor", 0),
        ("sensor: !include_dir_merge_named items", "d sensor", 0),
        ("sensor: !include_dir_named items", "sensor", 0),
        ("sensor: !include_dir_list items/sub", "d sensor", 0),
        ("sensor: !include_dir_list no/such/directory", "sensor", 0),
        ("automation: !include_dir_named items", "automation", 1),
        ("homeassistant: {packages: !include_dir_named packages}", "automation homeassistant sun", 1),
        ("homeassistant: {packages: !include_dir_merge_named merged}", "homeassistant sun zone", 0),
        ("homeassistant: {packages: {a: !include packages/one.yaml}}", "automation homeassistant sun", 1),
        ("homeassistant: {packages: {a: !include packages/three.yaml, b: {sun: }}}", "homeassistant sun", 0),
        ("!include all.yaml", "homeassistant sun zone", 0),
        (
            "<<: &a {x: !include automations.yaml}\nautomation b: *a\nautomation: !include automations.yaml",
            "automation x",
            2,
        ),
        ("sensor: !include secrets.yaml\nlight: !include items/../secrets.yaml", "light sensor", 0),
    ];
    for (text, domains, automations) in table {
        assert_eq!(with(text), (domains.to_owned(), automations), "{text}");
    }
}

/// A package of which one part is no list or mapping is none, and what such a part is may stand in another file.
#[test]
fn what_a_package_is_made_of() {
    for (part, expected) in [
        ("a: 1", "homeassistant script sun"),
        ("- a", "homeassistant script sun"),
        ("# nothing", "homeassistant script sun"),
        ("text", "homeassistant"),
        ("'text'", "homeassistant"),
        ("5", "homeassistant"),
    ] {
        let packages = "homeassistant:\n  packages: !include_dir_named packages";
        let files = [
            ("configuration.yaml", packages),
            ("packages/one.yaml", "sun:\nscript: !include ../part.yaml"),
            ("part.yaml", part),
        ];
        assert_eq!(facts(&files).0, expected, "{part}");
        let plain = format!("sun:\n  x: 1\nscript:\n  {part}\n");
        let files = [("configuration.yaml", packages), ("packages/one.yaml", &*plain)];
        assert_eq!(facts(&files).0, expected, "{part}");
    }
}

#[test]
fn what_is_wrong_is_named_by_file_and_line() {
    let table: [(&[(&str, &str)], &str); 15] = [
        (
            &[("configuration.yaml", "a:\nb: !include c.yaml")],
            "/config/configuration.yaml: line 2: the file that is included: there is no such file",
        ),
        (
            &[("configuration.yaml", "script: {a: {b: [!include c.yaml]}}")],
            "/config/configuration.yaml: line 1: the file that is included: there is no such file",
        ),
        (
            &[("configuration.yaml", "a: !include b.yaml"), ("b.yaml", "\n\nx: [")],
            "/config/b.yaml: line 4: did not find expected node content",
        ),
        (
            &[("configuration.yaml", "a: !include_dir_list d"), ("d/b.yaml", "x: !include c.yaml")],
            "/config/d/b.yaml: line 1: the file that is included: there is no such file",
        ),
        (
            &[("configuration.yaml", "a: !include ../b.yaml")],
            "/config/configuration.yaml: line 1: the file that is included: it leads out of Home Assistant's directories",
        ),
        (
            &[("configuration.yaml", "a: !include_dir_named /etc/x")],
            "/config/configuration.yaml: line 1: the file that is included: it leads out of Home Assistant's directories",
        ),
        (
            &[("configuration.yaml", "a: !include b.yaml/."), ("b.yaml", "x: y")],
            "/config/configuration.yaml: line 1: the file that is included: not a regular file",
        ),
        (&[("configuration.yaml", "a: !include ''")], "/config/configuration.yaml: line 1: includes nothing"),
        (
            &[("configuration.yaml", "a: !include [b]")],
            "/config/configuration.yaml: line 1: includes something that is no path",
        ),
        (
            &[("configuration.yaml", "a: !include_dir_list {b: c}")],
            "/config/configuration.yaml: line 1: includes something that is no path",
        ),
        (&[("configuration.yaml", "!include a : b")], "/config/configuration.yaml: line 1: the file that is included: there is no such file"),
        (
            &[("configuration.yaml", "a:\n  <<: !include b.yaml"), ("b.yaml", "c: d")],
            "/config/configuration.yaml: line 2: a merge key without a mapping",
        ),
        (
            &[("configuration.yaml", "a: !include b.yaml"), ("b.yaml", "!include configuration.yaml")],
            "/config/configuration.yaml: line 1: more than 50 files that include one another",
        ),
        (&[("configuration.yaml", "!include b.yaml"), ("b.yaml", "[a]")], "/config/configuration.yaml: not a mapping"),
        (&[("b.yaml", "")], "/config/configuration.yaml: there is no such file"),
    ];
    for (files, expected) in table {
        assert_eq!(load(&memory(files)).unwrap_err().to_string(), expected);
    }
}

#[test]
fn files_and_bytes_are_counted() {
    let mut files = one("a: !include_dir_list d");
    for number in 0..1999 {
        files.file(format!("d/{number}.yaml"), "x");
    }
    assert!(load(&files).is_ok());
    files.file("e.yaml", "");
    files.file("configuration.yaml", "a: !include_dir_list d\nb: !include e.yaml");
    assert_eq!(load(&files).unwrap_err().to_string(), "/config/e.yaml: more than 2000 files");

    let filler = format!("x: |\n{}", "  some words and more\n".repeat(9100)).into_bytes();
    let mut files = one("a: !include_dir_list d");
    for number in 0..90 {
        files.file(format!("d/{number:02}.yaml"), filler.clone());
    }
    let error = read(&files).unwrap_err();
    assert!(matches!(error.cause, Cause::TooMuch { what: "bytes of YAML", .. }), "{error}");
    let error = load(&one(vec![b'a'; 50_000_000])).unwrap_err();
    assert_eq!(error.to_string(), "/config/configuration.yaml: more than 16777216 bytes of YAML");
}
