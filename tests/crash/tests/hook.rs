//! What the hook writes, in the words of Sentry's own types; that it takes no memory; and that it quotes nothing.
#![allow(missing_docs, reason = "tests")]

use sentry_types::protocol::v7::{Envelope, EnvelopeItem, Event, Level};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const FAULTY: &str = env!("CARGO_BIN_EXE_faulty");
/// It begins with a character of two bytes, so that cutting it at the first is a fault.
const SECRET: &str = "üS3CR3T";

/// Panics in this way: what became of the program, and the report.
fn report(way: &str) -> (Output, Vec<u8>) {
    let (root, state) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/odroid-n2/etc");
    fs::create_dir(root.path().join("etc")).unwrap();
    fs::copy(fixture.join("os-release"), root.path().join("etc/os-release")).unwrap();
    fs::write(root.path().join("secret"), SECRET).unwrap();
    let output = Command::new(FAULTY).env_clear().arg(root.path()).arg(state.path()).arg(way).output().unwrap();
    let files: Vec<_> = fs::read_dir(state.path()).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{way}: {files:?}, {}", String::from_utf8_lossy(&output.stderr));
    (output, fs::read(&files[0]).unwrap())
}

fn event(report: &[u8]) -> Event<'static> {
    let envelope = Envelope::from_slice(report).unwrap();
    let items: Vec<_> = envelope.items().collect();
    let [EnvelopeItem::Event(event)] = items.as_slice() else { panic!("one event: {items:?}") };
    assert_eq!(envelope.uuid(), Some(&event.event_id));
    event.clone()
}

#[test]
fn no_memory_is_taken_and_sentry_understands_the_report() {
    for way in ["still", "still in a thread"] {
        let (output, report) = report(way);
        assert_eq!(output.status.code(), Some(70), "{way}: {output:?}");
        let event = event(&report);
        assert_eq!((event.level, &*event.platform), (Level::Fatal, "native"));
        assert_eq!(event.release.as_deref(), Some(concat!("haos-analytics@", env!("CARGO_PKG_VERSION"))));
        let exception = &event.exception.values[0];
        assert_eq!((exception.ty.as_str(), exception.value.as_deref()), ("panic", Some("a message of the source")));
        let frames = &exception.stacktrace.as_ref().unwrap().frames;
        let [frame] = frames.as_slice() else { panic!("file, line and column: {frames:?}") };
        assert_eq!(frame.filename.as_deref(), Some("faulty.rs"));
        assert!(frame.lineno > Some(0) && frame.colno > Some(0) && frame.instruction_addr.is_none(), "{frame:?}");
        assert!(event.debug_meta.images.is_empty());
        assert_eq!(event.tags["board"], "odroid-n2");
        assert!(
            event.user.is_none()
                && event.server_name.is_none()
                && event.request.is_none()
                && event.breadcrumbs.is_empty()
        );
    }
}

#[test]
fn what_a_message_quotes_is_in_no_report_and_on_no_line() {
    for (way, expected) in [
        ("formatted", "the message is left out, it was made while running"),
        ("unwrap", "called `Result::unwrap()` on an `Err` value"),
        ("expect", "the message is left out, it was made while running"),
        ("character", "end byte index"),
        ("index", "index out of bounds"),
        ("parse", "called `Result::unwrap()` on an `Err` value"),
        ("owned", "the message is left out, it was made while running"),
        ("two at once", "one of two"),
    ] {
        let (output, report) = report(way);
        assert_eq!(output.status.code(), Some(70), "{way}: {output:?}");
        let event = event(&report);
        assert_eq!(event.exception.values[0].value.as_deref(), Some(expected), "{way}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(stderr.lines().count(), 1, "{way}: {stderr}");
        assert!(stderr.contains(expected), "{way}: {stderr}");
        let everything = stderr + &String::from_utf8(report).unwrap();
        assert!(!everything.contains("S3CR3T") && !everything.contains('ü'), "{way}: {everything}");
    }
}
