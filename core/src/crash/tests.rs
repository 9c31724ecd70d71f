extern crate std;
use super::*;
use std::boxed::Box;
use std::string::{String, ToString};
use std::vec::Vec;
use std::{format, vec};

const ID: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255];

fn event() -> Event<'static> {
    Event {
        id: ID,
        time: 1_795_444_260,
        level: "fatal",
        release: "haos-analytics@0.1.0",
        kind: "panic",
        message: "a \"quoted\" message",
        place: Some(Place { file: "/b/vendor/ureq/src/lib.rs", line: 7, column: 9 }),
        functions: &[],
        machine: Machine { board: Label::parse("odroid-n2").ok(), os_version: Label::parse("17.1").ok(), arch: None },
        command: "send",
        file: Some("core.entity_registry"),
    }
}

fn written(event: &Event<'_>) -> Vec<u8> {
    let mut buffer = [0; CAPACITY];
    write(event, &mut buffer).unwrap().to_vec()
}

#[test]
fn every_byte() {
    let body = concat!(
        r#"{"event_id":"000102030405060708090a0b0c0d0eff","timestamp":1795444260,"platform":"native","#,
        r#""logger":"haos-analytics","level":"fatal","release":"haos-analytics@0.1.0","#,
        r#""exception":{"values":[{"type":"panic","value":"a \"quoted\" message","#,
        r#""mechanism":{"type":"generic","handled":false},"stacktrace":{"frames":["#,
        r#"{"filename":"ureq/src/lib.rs","lineno":7,"colno":9,"in_app":true}]}}]},"#,
        r#""contexts":{"os":{"name":"Home Assistant OS","version":"17.1"},"device":{"arch":"unknown"}},"#,
        r#""tags":{"board":"odroid-n2","command":"send","file":"core.entity_registry","shortened":"no"},"#,
        r#""sdk":{"name":"haos-analytics","version":"1","settings":{"infer_ip":"never"}}}"#,
    );
    let head = format!(
        "{{\"event_id\":\"000102030405060708090a0b0c0d0eff\"}}\n{{\"type\":\"event\",\"length\":{}}}\n",
        body.len()
    );
    assert_eq!(String::from_utf8(written(&event())).unwrap(), head + body);
}

/// Everything as long as it can be, and every shorter slice.
#[test]
fn the_longest_fits_and_less_room_is_an_error() {
    let long: &'static str = Box::leak("\u{1}".repeat(2 * MESSAGE).into_boxed_str());
    let label = Label::parse("generic-x86-64.generic-x86-64.generic-x86-64.generic-x86-64.gene").ok();
    // Functions have plain names, which are not escaped: those of the kernel.
    let plain = "f".repeat(64);
    let plain = vec![FunctionName::parse(&plain).unwrap(); 2 * FRAMES];
    let longest = Event {
        time: u64::MAX,
        level: long,
        release: long,
        kind: long,
        message: long,
        place: Some(Place { file: long, line: u32::MAX, column: u32::MAX }),
        functions: &plain,
        machine: Machine { board: label, os_version: label, arch: label },
        command: long,
        file: Some(long),
        ..event()
    };
    for event in [longest, Event { functions: &plain, ..event() }] {
        let whole = written(&event);
        assert_eq!(check(&whole), Ok("000102030405060708090a0b0c0d0eff"));
        // Every length near the one that is needed, and some of those that are far from it.
        let near = whole.len()..whole.len() + 2 * HEAD;
        for length in (0..CAPACITY).filter(|length| near.contains(length) || length % 101 == 0) {
            let mut buffer = vec![0; length];
            match write(&event, &mut buffer) {
                Ok(shorter) => assert_eq!(shorter, whole),
                Err(Full) => assert!(length < whole.len() + HEAD, "{length}"),
            }
        }
    }
}

#[test]
fn what_is_too_long_ends_at_a_character_and_is_told() {
    let message = "ü".repeat(MESSAGE);
    let text = String::from_utf8(written(&Event { message: &message, ..event() })).unwrap();
    assert!(text.contains(&format!("\"value\":\"{}\"", "ü".repeat(MESSAGE / 2))), "{text}");
    assert!(text.contains(r#""shortened":"yes""#));
    let odd = "x".to_string() + &message;
    let text = String::from_utf8(written(&Event { message: &odd, ..event() })).unwrap();
    assert!(text.contains(&format!("\"value\":\"x{}\"", "ü".repeat(MESSAGE / 2 - 1))), "{text}");
}

#[test]
fn what_is_not_known_is_still_a_report() {
    let nothing = Event { place: None, machine: Machine::default(), file: None, ..event() };
    let names = ["do_exit", "panic"].map(|name| FunctionName::parse(name).unwrap());
    let functions = Event { functions: &names, ..nothing };
    for event in [event(), nothing, functions, Event { message: "", time: 0, ..event() }] {
        let report = written(&event);
        assert_eq!(check(&report), Ok("000102030405060708090a0b0c0d0eff"));
        let lines: Vec<&[u8]> = report.split(|byte| *byte == b'\n').collect();
        assert_eq!(lines.len(), 3);
        for line in lines {
            let _: serde_json::Value = serde_json::from_slice(line).unwrap();
        }
    }
}

#[test]
fn anything_less_or_else_is_no_report() {
    let whole = written(&event());
    for length in 0..whole.len() {
        assert_eq!(check(&whole[..length]), Err(NoReport), "cut at {length}");
    }
    assert_eq!(check(&[&whole[..], b"\n"].concat()), Err(NoReport));
    let text = String::from_utf8(whole).unwrap();
    for (from, to) in [
        (r#""board":"odroid-n2""#, r#""board":["odroid"]"#),
        (r#""board":"odroid-n2""#, r#""board":"my board""#),
        (r#""board":"odroid-n2""#, r#""board":"""#),
        (r#""arch":"unknown""#, "\"arch\":\"\u{9b}\""),
        (r#""version":"17.1""#, r#""version":"17\"1""#),
        (r#""tags":{"#, r#""user":{"id":1},"tags":{"#),
        (r#""command":"send""#, r#""command":"se\u006e""#),
        (r#""level":"fatal""#, "\"level\":\"fa\nal\""),
        ("1795444260", "0795444260"),
        ("[{\"filename\"", "[,{\"filename\""),
        ("[{\"filename\"", "[{\"instruction_addr\":\"0x1\"},{\"filename\""),
        (r#""contexts":"#, r#""debug_meta":{"images":[]},"contexts":"#),
        ("a \\\"quoted", "a \u{9b}quoted"),
        ("a \\\"quoted", "a \u{202e}quoted"),
        ("\"lineno\":7", "\"lineno\":x"),
    ] {
        assert!(text.contains(from), "{from}");
        let changed = text.replacen(from, to, 1);
        assert_eq!(check(changed.as_bytes()), Err(NoReport), "{to}");
    }
}

/// One byte changed anywhere either is a report that could have been written, or none; whatever is one is JSON.
#[test]
fn whatever_is_taken_is_json() {
    let whole = written(&event());
    for place in 0..whole.len() {
        for byte in *b"\"{}[],:\\01xf\n\0\xff" {
            let mut changed = whole.clone();
            changed[place] = byte;
            if check(&changed).is_ok() {
                for line in changed.split(|byte| *byte == b'\n') {
                    let parsed: Result<serde_json::Value, _> = serde_json::from_slice(line);
                    assert!(parsed.is_ok(), "{}", String::from_utf8_lossy(&changed));
                }
            }
        }
    }
}
