//! Crash reports: what is taken for one, where they go, what a server answers, what the board has left.

use core::time::Duration;
use haos_analytics::parse::{failed_units, kernel_crash, pause_of_limits, says_yes, Dsn};
use haos_analytics_core::crash::{check, safe_message, source_file, CAPACITY};
use haos_analytics_core::is_active;
use serde::de::IgnoredAny;
use serde_json::Value;
use std::time::UNIX_EPOCH;

/// A file of the state directory: what is taken for a report is an envelope with one event, and says nothing but what it may.
pub fn crash_report(file: &[u8]) {
    let Ok(id) = check(file) else { return };
    assert!(file.len() <= CAPACITY);
    let mut lines = file.splitn(3, |byte| *byte == b'\n');
    let mut json = || -> Value { serde_json::from_slice(lines.next().unwrap()).unwrap() };
    let (head, item, event) = (json(), json(), json());
    assert!(head["event_id"] == id && event["event_id"] == id && item["type"] == "event");
    let end = file.iter().rposition(|byte| *byte == b'\n').unwrap();
    assert_eq!(item["length"], file.len() - end - 1);
    assert_eq!(event.as_object().unwrap().len(), 10);
    // It is printed for a person.
    assert!(!core::str::from_utf8(file).unwrap().chars().any(|character| character != '\n' && is_active(character)));
    assert_eq!(event["tags"].as_object().unwrap().len(), 4);
    assert!(event.get("user").is_none() && event.get("server_name").is_none());
}

/// A DSN: what is taken goes to the host that it names, and nothing behind the key gets into the URL.
pub fn dsn(text: &[u8]) {
    let Ok(text) = core::str::from_utf8(text) else { return };
    let Ok(Dsn { endpoint, key }) = Dsn::parse(text) else { return };
    assert!(!endpoint.contains('@') && endpoint.ends_with("/envelope/"), "{endpoint}");
    assert!(text.contains(&format!("://{key}@")), "{text}");
    assert!(key.bytes().all(|byte| byte.is_ascii_alphanumeric()));
}

/// `X-Sentry-Rate-Limits` and `Retry-After`, with a line end between them: a 429 is always a pause.
pub fn rate_limits(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    let (limits, retry_after) = text.split_once('\n').unwrap_or((text, ""));
    let now = UNIX_EPOCH + Duration::from_secs(1_795_444_260);
    assert!(pause_of_limits(429, Some(limits), Some(retry_after), now).is_some());
    let pause = pause_of_limits(200, Some(limits), Some(retry_after), now);
    assert!(pause.is_none() || limits.is_empty() || limits.contains(':'));
    assert_eq!(pause_of_limits(200, None, Some(retry_after), now), None);
}

/// A kernel's record and what systemd says: only names of a plain form come out.
pub fn board_crashes(data: &[u8]) {
    let plain = |text: &str, more: &[u8]| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte));
    if let Some(crash) = kernel_crash(data) {
        assert!(crash.functions.len() <= 32);
        let mut names = crash.functions.iter().map(|name| name.as_str());
        assert!(names.all(|name| name.len() <= 64 && plain(name, b"_.")), "{crash:?}");
    }
    for failure in failed_units(&String::from_utf8_lossy(data)) {
        assert!(
            failure.name.len() <= 73 && failure.name.ends_with(".service") && plain(&failure.name, b"_.-@"),
            "{failure:?}"
        );
        assert!(!failure.name.contains('@') || failure.name.ends_with("@.service"), "{failure:?}");
        assert!(failure.result.len() <= 64 && plain(&failure.result, b"-"), "{failure:?}");
    }
}

/// The Supervisor's settings: a yes is a yes to a strict reader as well.
pub fn supervisor_settings(file: &[u8]) {
    if says_yes(file) == Ok(true) {
        match serde_json::from_slice::<Value>(file) {
            Ok(value) => assert_eq!(value["diagnostics"], true),
            // What is skipped may be what no value holds, such as half a surrogate pair or a number of 400 digits.
            Err(error) => assert!(serde_json::from_slice::<IgnoredAny>(file).is_ok(), "{error}"),
        }
    }
}

/// The message and the place of a panic.
pub fn panic(data: &[u8]) {
    if let Ok(text) = core::str::from_utf8(data) {
        let kept = safe_message(None, Some(text));
        assert!(text.starts_with(kept) || kept.starts_with("the message is left out"), "{text}");
        assert!(text.ends_with(source_file(text)));
    }
}
