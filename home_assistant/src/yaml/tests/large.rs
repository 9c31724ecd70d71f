//! A great deal of something.

use super::{load, of, one};

fn refused(text: impl Into<Vec<u8>>) -> String {
    load(&one(text)).unwrap_err().to_string()
}

/// What no limit of length holds for.
#[test]
fn values_that_do_not_matter_have_any_length() {
    let letters = "QUJD/+09".repeat(15_000);
    let prose = "The fox said \"no\", it's 5 o'clock: {{ x[1:] }} # or not!\n".repeat(1500);
    let words = "    some words, and others (of it)\n".repeat(2500);
    let lines = format!("    {}", prose.replace('\n', "\n    "));
    let table = [
        format!("x: {letters}"),
        format!("x: '{letters}'"),
        format!("x: \"{}\"", "a\\x41\\u00e4\\\"b \\\\ ".repeat(6000)),
        format!("x: '{}'", prose.replace('\'', "''")),
        format!("x: \"{}\"", prose.replace('"', "\\\"")),
        format!("x: |\n{lines}"),
        format!("x: >+2\n{lines}\n\n"),
        format!("x:\n  - |\n{lines}\n  - {{a: b}}"),
        format!("x: begins\n{words}"),
        format!("x: {{a: begins\n{}}}", words.replace(',', "")),
        format!("x: [{}]", "b, ".repeat(20_000)),
        format!("x: {{{}}}", "b: c, ".repeat(12_000)),
        format!("x: # {letters}\n{}", "# a\n".repeat(6000)),
        format!("x:\n{}", "\n".repeat(25_000)),
    ];
    for text in table {
        let (start, _) = text.split_at(12);
        let start = start.to_owned();
        let text = format!("{text}\nsensor:\n- platform: y\n  broken: 2026-13-01\n");
        let line = text.lines().count();
        // What follows is seen, and on its own line.
        assert_eq!(
            refused(text.clone()),
            format!("/config/configuration.yaml: line {line}: a date that does not exist")
        );
        assert_eq!(of(&text.replace("2026-13", "2026-12")).0, "sensor x y", "{start}");
    }
}

/// A mistake at the end of something long is still one.
#[test]
fn mistakes_are_found_in_long_values() {
    let letters = "QUJD/+09".repeat(8000);
    let lines = format!("    {letters}\n").repeat(3);
    for text in [
        format!("x: \"{letters}"),
        format!("x: \"{letters}\\q\""),
        format!("x: \"{letters}\\ud800\""),
        format!("x: '{letters}\n---\n'"),
        format!("x: '{letters}' y"),
        format!("x: |\n{lines}  y"),
        format!("x: {letters}\n{lines}y"),
        format!("x: {letters}: y"),
        format!("{letters}: y"),
        format!("x: '{letters}\u{7}'"),
        format!("x: |\n{lines}\u{7}"),
    ] {
        let end = text.len() - 9;
        assert!(load(&one(text.clone())).is_err(), "{} {}", &text[..9], text.get(end..).unwrap_or_default());
    }
    let ours = load(&one([letters.as_bytes(), b"\xff"].concat())).unwrap_err().to_string();
    assert_eq!(ours, "/config/configuration.yaml: line 1: not UTF-8");
}

#[test]
fn bounds() {
    let many = |count: usize, line: fn(usize) -> String| (0..count).map(line).collect::<String>();
    assert!(refused(many(10_001, |n| format!("d{n}:\n"))).ends_with("more than 10000 integrations"));
    assert!(
        refused(many(65_000, |n| format!("{}{n}:\n", "d".repeat(50)))).ends_with("bytes of keys and values to keep")
    );
    assert!(refused(format!("a:\n{}", many(10_001, |n| format!("- &a{n} x\n")))).ends_with("more than 10000 anchors"));
    let automations = format!("automation:\n{}", many(11_000, |n| format!("- alias: a{n}\n")));
    assert_eq!(of(&automations), ("automation".to_owned(), 11_000));
    assert_eq!(of(&many(12_000, |_| "a: b\n".to_owned())).0, "a");
    let name = "n".repeat(65);
    assert_eq!(of(&format!("{name}:\nsensor: {{platform: {name}}}")).0, "sensor");
}
