//! The history is written whole or not at all, and no trouble with it is trouble for the report.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/kept.rs"]
mod kept;
#[path = "common/trace.rs"]
mod trace;
#[path = "common/world.rs"]
mod world;

use kept::{Kept, RECORD};
use std::fs;
use trace::traced_with;
use world::run;

/// No byte of a file can be written: the report is sent, and what was kept before stays.
#[test]
fn a_full_disk() {
    let kept = Kept::new();
    let sent = kept.send();
    let before = fs::read(kept.path(RECORD)).unwrap();
    let full = ["/bin/sh", "-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh"];
    let run = run(&kept.collector("send").under(full));
    assert_eq!((run.code, run.payload()), (Some(0), &*sent), "{}", run.stderr);
    assert_eq!(kept.world.receiver.bodies().len(), 2);
    let told = format!("haos-analytics: {}: this report is not kept: File too large\n", kept.state().display());
    assert_eq!(run.stderr, told, "told once");
    assert_eq!(kept.names(), ["0000000000-bus.report", RECORD], "no half is left");
    assert_eq!(fs::read(kept.path(RECORD)).unwrap(), before);
}

/// Killed, as by a power cut, at the calls that write: each file is whole, and the next run keeps its report.
#[test]
fn killed_while_writing() {
    let (mut reports, mut records) = (0, 0);
    for call in ["write", "fdatasync", "renameat", "unlinkat"] {
        for when in 1..=40 {
            let kept = Kept::new();
            let first = kept.send();
            // Five are kept, so the sixth makes the oldest go.
            for number in 1..5 {
                fs::copy(kept.path("0000000000-bus.report"), kept.path(&format!("{number:010}-bus.report"))).unwrap();
            }
            let kill = format!("inject={call}:signal=KILL:when={when}");
            let Some((collector, _)) = traced_with(&kept.collector("send"), &["-e", &kill]) else { return };
            let run = collector.run();
            if run.signal.is_none() {
                assert!(when > 1, "no {call}");
                break;
            }
            let case = format!("{call} {when}");
            for name in kept.reports() {
                assert_eq!(fs::read(kept.path(&name)).unwrap(), first, "{case}: {name}");
            }
            let halves = kept.names().into_iter().filter(|name| name.starts_with(".new-")).collect::<Vec<_>>();
            reports += halves.iter().filter(|name| name.ends_with(".report")).count();
            records += halves.iter().filter(|name| name.ends_with(RECORD)).count();
            let record = fs::read_to_string(kept.path(RECORD)).unwrap();
            assert!(record.contains(" delivered to ") && record.ends_with(" s\n"), "{case}: {record}");
            let sent = kept.send();
            assert_eq!(kept.run("show --last").payload(), sent, "{case}");
            assert_eq!(kept.reports().len(), 5, "{case}: {:?}", kept.names());
            assert_eq!(kept.names().len(), 6, "{case}: no half is left: {:?}", kept.names());
        }
    }
    assert!(reports > 1 && records > 1, "halves of both were left: {reports}, {records}");
}
