//! The state directory with any names in it, of files, directories, links and FIFOs.

use crate::scratch;
use haos_analytics_core::crash::{check, write, Event, Machine, CAPACITY};
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

const OS_RELEASE: &str = "ID=haos\nVARIANT_ID=odroid-n2\nVERSION_ID=17.1\nSUPERVISOR_ARCH=aarch64\n";
const OUTSIDE: &str = "outside, not to be shown";
/// More would be slow, and no other.
const MOST: usize = 64;
/// What waits at most.
const KEPT: usize = 10;
/// Nobody listens there.
const DSN: &str = "http://0123456789abcdef0123456789abcdef@127.0.0.1:1/1";

fn base() -> &'static Path {
    static BASE: OnceLock<PathBuf> = OnceLock::new();
    BASE.get_or_init(|| {
        let base = scratch::directory("state");
        for (root, agreed) in [("yes", true), ("no", false)] {
            let root = base.join(root);
            let analytics = format!(
                r#"{{"version":1,"data":{{"onboarded":true,"preferences":{{"base":false,"diagnostics":{agreed}}},"uuid":null}}}}"#
            );
            scratch::write(root.join("etc/os-release"), OS_RELEASE);
            scratch::write(root.join("mnt/data/supervisor/homeassistant/.storage/core.analytics"), analytics);
            scratch::write(root.join("mnt/data/supervisor/config.json"), r#"{"diagnostics":true}"#);
        }
        scratch::write(base.join("outside"), OUTSIDE);
        base
    })
}

/// Which command is run is the first byte's choice; of each line the first byte says what the rest
/// is the name of.
pub fn state(input: &[u8]) {
    let Some((choice, lines)) = input.split_first() else { return };
    let base = base();
    let state = base.join("state");
    let _ = fs::remove_dir_all(&state);
    fs::create_dir(&state).expect("a directory can be made");
    let mut made: Vec<&str> = Vec::new();
    let mut all_files = true;
    for line in lines.split(|byte| *byte == b'\n').take(MOST) {
        let Some((kind, name)) = line.split_first() else { continue };
        let Ok(name) = core::str::from_utf8(name) else { continue };
        if name.is_empty() || name.len() > 255 || matches!(name, "." | "..") || name.contains(['/', '\0']) {
            continue;
        }
        let at = state.join(name);
        // Nor is anything written through a link.
        if made.contains(&name) {
            continue;
        }
        let is_made = match kind {
            b'+' => fs::write(at, envelope(name)).is_ok(),
            b'/' => fs::create_dir(at).is_ok(),
            b'>' => symlink("../outside", at).is_ok(),
            b'|' => mkfifo(&at, Mode::S_IRUSR | Mode::S_IWUSR).is_ok(),
            _ => fs::write(at, name).is_ok(),
        };
        all_files &= *kind != b'/';
        if is_made {
            made.push(name);
        }
    }

    let (root, command): (_, &[&str]) = match choice % 4 {
        0 => ("yes", &["show", "--diagnostics"]),
        1 => ("yes", &["send"]),
        2 => ("no", &["send"]),
        _ => ("yes", &["detect"]),
    };
    let (root, state_path) = (base.join(root), state.to_str().expect("a plain path"));
    let mut arguments = vec!["--root", root.to_str().expect("a plain path")];
    arguments.extend(command);
    arguments.extend(["--dsn", DSN, "--state", state_path]);
    let (code, stdout, stderr) = scratch::run(&arguments);
    assert!(matches!(code, 0 | 66 | 77), "{code}: {stderr}");

    let left = |name: &&str| fs::symlink_metadata(state.join(name)).is_ok();
    let is_own = |name: &str| {
        let ends = [".envelope", ".report", "last-attempt"];
        ends.iter().any(|end| name.ends_with(end))
            || [".new-", "until-", "told-"].iter().any(|begin| name.starts_with(begin))
    };
    assert!(made.iter().filter(|name| !is_own(name)).all(left), "of others: {made:?} {stderr}");
    assert_eq!(fs::read_to_string(base.join("outside")).expect("it is there"), OUTSIDE);
    match choice % 4 {
        0 => {
            assert!(made.iter().all(left), "nothing is changed");
            assert!(!stdout.contains(OUTSIDE));
            // Three lines and a line end each.
            let lines: Vec<&str> = stdout.split_inclusive('\n').collect();
            assert!(lines.chunks_exact(3).remainder().is_empty() && lines.len() / 3 <= KEPT, "{stdout}");
            let is_whole = |report: &[&str]| check(report.concat().trim_end_matches('\n').as_bytes()).is_ok();
            assert!(lines.chunks(3).all(is_whole), "{stdout}");
        }
        2 if all_files => {
            let kept = made.iter().filter(|name| is_mark(name)).filter(|name| left(name));
            assert_eq!(kept.count(), 0, "{made:?} {stderr}");
        }
        _ => {}
    }
}

fn is_mark(name: &str) -> bool {
    [".new-", "until-", "told-"].iter().any(|begin| name.starts_with(begin))
}

/// A report of the id that is in the name, if one is.
fn envelope(name: &str) -> Vec<u8> {
    let id = name.get(11..43).and_then(|id| u128::from_str_radix(id, 16).ok()).unwrap_or(1);
    let event = Event {
        id: id.to_be_bytes(),
        time: 1,
        level: "fatal",
        release: "haos-analytics@0.1.0",
        kind: "panic",
        message: "index out of bounds",
        place: None,
        functions: &[],
        machine: Machine::default(),
        command: "show",
        file: Some("manifest.json"),
    };
    let mut buffer = [0; CAPACITY];
    write(&event, &mut buffer).expect("it fits").to_vec()
}
