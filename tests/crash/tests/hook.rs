//! What the hook writes, in the words of Sentry's own types; that it takes no memory; and that it quotes nothing.
#![allow(missing_docs, reason = "tests")]

use sentry_types::protocol::v7::{DebugImage, Envelope, EnvelopeItem, Event, Level};
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
        assert_eq!(frames.last().unwrap().filename.as_deref(), Some("faulty.rs"), "{frames:?}");
        assert!((5..=65).contains(&frames.len()), "{frames:?}");
        assert_eq!(event.debug_meta.images.len(), 1);
        assert_eq!(event.tags["board"], "odroid-n2");
        assert!(
            event.user.is_none()
                && event.server_name.is_none()
                && event.request.is_none()
                && event.breadcrumbs.is_empty()
        );
    }
}

/// The addresses are those of the functions that were under way, in their order, by the program's own symbols.
#[test]
fn the_way_to_the_fault_is_found() {
    for (way, path) in [
        ("still", ["faulty::main", "faulty::outermost", "faulty::between", "faulty::innermost"].as_slice()),
        ("index", &["faulty::main", "faulty::outermost", "faulty::between", "faulty::innermost"]),
        ("still in a thread", &["faulty::innermost::{"]),
    ] {
        let event = event(&report(way).1);
        let DebugImage::Symbolic(image) = &event.debug_meta.images[0] else { panic!("{:?}", event.debug_meta) };
        let frames = &event.exception.values[0].stacktrace.as_ref().unwrap().frames;
        let names: Vec<String> = frames
            .iter()
            .filter_map(|frame| Some(symbol(frame.instruction_addr?.0 - image.image_addr.0 - 1)))
            .collect();
        let mut left = names.iter();
        for function in path {
            assert!(left.any(|name| name.contains(function)), "{way}: {function}: {names:#?}");
        }
        let code_id = image.code_id.as_ref().unwrap().to_string();
        let notes = Command::new("readelf").args(["--notes", FAULTY]).output().unwrap();
        let notes = String::from_utf8_lossy(&notes.stdout).into_owned();
        assert!(notes.contains(&format!("Build ID: {code_id}")), "{code_id}: {notes}");
    }
}

/// The function that an address of the file belongs to.
fn symbol(address: u64) -> String {
    let found = Command::new("addr2line").args(["-Cfe", FAULTY, &format!("{address:#x}")]).output().unwrap();
    String::from_utf8_lossy(&found.stdout).lines().next().unwrap_or_default().to_owned()
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
