//! What nobody would write.

use std::fmt::Write;

use super::{load, memory, of, one};

fn refused(text: impl Into<Vec<u8>>) -> String {
    let text = text.into();
    let start = String::from_utf8_lossy(&text).chars().take(60).collect::<String>();
    match load(&one(text)) {
        Ok(yaml) => panic!("{start}: {yaml:?}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_home_assistant_does_not_load() {
    let table = [
        ("a: b\n---\nc: d", "line 2: a second document"),
        ("- a", "not a mapping"),
        ("text", "not a mapping"),
        ("homeassistant: [a]", "homeassistant: not a mapping"),
        ("a: {{ b }}", "line 1: a key that is no single value"),
        ("? [a]\n: b", "line 1: a key that is no single value"),
        ("a: &a [b]\nc: {*a : d}", "line 2: a key that is no single value"),
        ("a: {<<: b}", "line 1: a merge key without a mapping"),
        ("a: &a 5\nb: {<<: *a}", "line 2: a merge key without a mapping"),
        ("a: {<<: [5]}", "line 1: a merge key without a mapping"),
        ("a: !!omap [b: c, d]", "line 1: a tag that does not fit its value"),
        ("a: !!pairs [[b]]", "line 1: a tag that does not fit its value"),
        ("a: &a [*a]", "line 1: a value that contains itself"),
        ("a: &a {b: {c: *a}}", "line 1: a value that contains itself"),
        ("a: *b", "line 1: an alias without its anchor"),
        ("a: b\nc: @d", "line 2: found character that cannot start any token"),
        ("a: 'b\nc: d\n", "line 3: found unexpected end of stream"),
        ("a: b: c", "line 1: mapping values are not allowed in this context"),
        ("a: b\nc: \0d", "line 2: a control character"),
        ("a: b\0", "line 1: a control character"),
        ("a: \u{7}", "line 1: a control character"),
        ("a: \u{9f}", "line 1: a control character"),
    ];
    for (text, expected) in table {
        assert_eq!(refused(text), format!("/config/configuration.yaml: {expected}"), "{text:?}");
    }
    assert_eq!(refused(b"a: b\nc: \xff\xfe".as_slice()), "/config/configuration.yaml: line 2: not UTF-8");
    assert_eq!(refused(b"a: \xed\xa0\x80".as_slice()), "/config/configuration.yaml: line 1: not UTF-8");
}

#[test]
fn deep_nesting() {
    for opening in ["[", "{", "- ", "? ", "[[a: ", "{a: ", "- - ? ", "-\n ", "&a [", "!x {", "a: {", "a: [", "\""] {
        let error = refused(opening.repeat(100_000));
        assert!(error.len() < 200, "{error}");
    }
    let mut stairs = String::new();
    for level in 0..3000 {
        writeln!(stairs, "{}a:", " ".repeat(level)).unwrap();
    }
    assert_eq!(refused(stairs), "/config/configuration.yaml: line 201: more than 200 values inside one another");
    // Includes count: fifty files, each as deep as is allowed, would be too deep together.
    let deep = format!("{}!include configuration.yaml{}", "[".repeat(100), "]".repeat(100));
    assert!(refused(format!("a: {deep}")).ends_with("more than 200 values inside one another"));
    assert_eq!(of(&format!("sun: {}{}", "[".repeat(190), "]".repeat(190))).0, "sun");
}

#[test]
fn more_out_of_less() {
    let laughs = |open: &str, close: &str, item: &str| {
        let mut text = "x: &a0 {platform: x}\n".to_owned();
        for level in 1..60 {
            let before = item.replace('@', &format!("*a{}", level - 1));
            writeln!(text, "x{level}: &a{level} {open}{}{close}", vec![before; 9].join(", ")).unwrap();
        }
        text
    };
    for text in
        [laughs("[", "]", "@"), laughs("{", "}", "k: @"), laughs("{<<: [", "]}", "@"), laughs("{", "}", "<<: @")]
    {
        let (domains, _) = of(&format!("{text}sensor: *a59"));
        assert!(domains.contains("sensor") && domains.contains("x59"), "{domains}");
    }
    // Each level wide, and all of them where they count.
    let mut wide = "i: &i {platform: x}\n".to_owned();
    writeln!(wide, "l: &l [{}]", vec!["*i"; 5000].join(",")).unwrap();
    for number in 0..1000 {
        writeln!(wide, "sensor {number}: *l").unwrap();
    }
    assert!(refused(wide).ends_with("more than 1000000 values, aliases counted,"));
    let chain = (1..9000).fold("a0: &a0 []\n".to_owned(), |mut text, n| {
        writeln!(text, "a{n}: &a{n} [*a{}]", n - 1).unwrap();
        text
    });
    assert!(refused(chain).ends_with("more than 200 values inside one another"));
}

/// The parser panics at a comma right after a tag in brackets; so it never sees one.
#[test]
fn a_comma_after_a_tag() {
    let blanks = " ".repeat(9000);
    for length in [1, 1000, 4095, 4096, 8192] {
        let name = "t".repeat(length);
        for tag in [
            format!("!{name}"),
            format!("!!{name}"),
            format!("!<{name}>"),
            format!("!{name}!{name}"),
            "!".repeat(length),
        ] {
            for start in
                ["[", "{a:", "{\"a\":", "[ ", "[b, ", "[\n", "[#'\n", &format!("[{blanks}"), &format!("['{name}', ")]
            {
                let end = if start.starts_with('[') { ']' } else { '}' };
                let _ = load(&one(format!("x: {start}{tag},{end}")));
            }
        }
    }
}

/// The same behind a long comment: the parser tells of what is empty before it only when it has
/// read on.
#[test]
fn a_comma_after_a_tag_after_a_comment() {
    let comment = format!("#{}\n", "c".repeat(17_000));
    let name = "t".repeat(17_000);
    for start in ["{a: ", "{? ", "[[!t", "-? ", "[{a: b, ? ", "[&b "] {
        for middle in [&comment, "\n", &name] {
            for tag in [
                "!t,",
                "? !t,",
                ": !t,",
                "a, !t,",
                "}, !t,",
                "], !t,",
                "!<t>,!u,",
                &format!("!{name},!u,"),
                "!<a,b>\t!<a>,",
                "- \n !t,",
                "*a {!,",
            ] {
                for text in [format!("{start}{middle}{tag}"), format!("x: {start}{middle}{tag}")] {
                    let _ = load(&one(text));
                }
            }
        }
    }
}

/// Cut anywhere, a configuration is read or refused, and nothing out of it is repeated.
#[test]
fn truncation() {
    let whole = include_bytes!("../testdata/configuration.yaml");
    for cut in 0..whole.len() {
        let mut files = memory(&[("automations.yaml", "[]"), ("scripts.yaml", "[]"), ("lights/all.yaml", "[]")]);
        files.file("configuration.yaml", whole.get(..cut).unwrap());
        if let Err(error) = load(&files) {
            assert!(!error.to_string().contains("MARKER"), "{cut}: {error}");
        }
    }
}

/// Bytes that are changed here and there. What matters is that it comes back.
#[test]
fn noise() {
    const PIECES: [&str; 24] = [
        "- ",
        "? ",
        ": ",
        "[",
        "]",
        "{",
        "}",
        ",",
        "\n",
        "\n  ",
        "\t",
        " #",
        "&a ",
        "*a ",
        "!t ",
        "!include x",
        "|",
        ">-\n",
        "'",
        "\"",
        "<<: ",
        "---\n",
        "%TAG ! x\n",
        "\\x4",
    ];
    let whole = include_str!("../testdata/configuration.yaml");
    let mut state = 88_172_645_463_325_252_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    for _ in 0..3000 {
        let mut text: Vec<char> = whole.chars().collect();
        for _ in 0..=next(5) {
            let at = next(text.len());
            text.splice(at..(at + next(4)).min(text.len()), PIECES[next(PIECES.len())].chars());
        }
        let _ = load(&one(text.into_iter().collect::<String>()));
    }
}
