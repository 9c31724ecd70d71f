//! Long texts of which something would be lost if their inside were left out.

use super::{load, of, one};

/// A text that is long by its comments, blanks or escapes is short.
#[test]
fn a_short_value_is_not_thinned() {
    let comment = format!("# {}\n", "x".repeat(20_000));
    let table = [
        format!("sensor: {{platform:\n{comment} \"hu\\\n e\"}}"),
        format!("sensor: {{platform: \"hu{}e\"}}", "\\\n ".repeat(9000)),
        format!("sensor: {{platform: \"hu\\\n{}e\"}}", " ".repeat(20_000)),
        format!("sensor: {{platform:\n{comment} \"h\\\n u\\\n e\"}}"),
    ];
    for text in table {
        assert_eq!(of(&text).0, "hue sensor");
    }
    assert_eq!(of(&format!("sensor: {{platform:\n{comment} 'hu\n e'}}")).0, "sensor");
    assert_eq!(of(&format!("sensor: {{platform:\n{comment} \"hu\n e\"}}")).0, "sensor");
    // Of use elsewhere: the key is `sensor x`.
    let anchored = format!("a: &a 'sensor{}\n x'\n*a : {{platform: hue}}", " ".repeat(20_000));
    assert_eq!(of(&anchored).0, "a hue");
}

/// What a text is may depend on all of it.
#[test]
fn numbers_and_tagged_texts_are_not_thinned() {
    let text = |value: &str| load(&one(format!("x: {value}\nsensor:"))).map_err(|error| error.to_string());
    let digits = "1".repeat(20_000);
    assert!(text(&digits).unwrap_err().ends_with("a number with too many digits"));
    assert!(text(&format!("1{}", "_".repeat(20_000))).is_ok());
    assert!(text(&format!("1{}", "____1".repeat(5000))).is_err());
    assert!(text(&format!("{digits}a{digits}")).is_ok());
    assert!(text(&format!("{digits}\n  {digits}\n  x")).is_ok());
    assert!(text(&format!("0x{}f{}", "_".repeat(20_000), "_".repeat(20_000))).is_ok());
    for length in 20_000..20_008 {
        let whole = "QUJD".repeat(5002);
        let is_whole = length % 4 == 0;
        assert_eq!(text(&format!("!!binary '{}'", &whole[..length])).is_ok(), is_whole, "{length}");
        assert_eq!(text(&format!("!!binary |\n  {}\n", &whole[..length])).is_ok(), is_whole, "{length}");
    }
    // Zero and one: the first is taken for nothing.
    let zeros = |last: &str| of(&format!("homeassistant: 0{}{last}{}", "_".repeat(20_000), "_".repeat(9000))).0;
    assert_eq!(zeros("0"), "homeassistant");
    assert!(zeros("1").ends_with("homeassistant: not a mapping"));
}

#[test]
fn long_keys() {
    let key = |start: &str, length: usize| {
        of(&format!("script:\n  a: b\n  c: {{{start}{}: d}}\nsensor:\n", "k".repeat(length))).0
    };
    assert_eq!(key("", 1000), "script sensor");
    assert!(key("", 1100).ends_with("did not find expected ',' or '}'"));
    assert_eq!(key("? ", 1100), "script sensor");
    // Two that begin alike are not one.
    assert!(key("? ", 20_000).ends_with("more than 4096 bytes of a key"));
}

/// A mistake is told with its own line, whatever the ends of lines are.
#[test]
fn lines_are_counted() {
    for end in ["\n", "\r\n"] {
        for unit in ["some words@", "words \\@", "@@ x", "\\\\@\\x41 @"] {
            let value = unit.repeat(9000).replace('@', &format!("{end} "));
            let text = format!("x: \"{value}\"{end}y:{end}- a{end}- b: 2026-13-01{end}");
            let error = load(&one(text.clone())).unwrap_err();
            assert_eq!(error.line, Some(text.lines().count()), "{error} {unit:?}");
        }
    }
}
