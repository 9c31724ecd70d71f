//! What was sent stays on the device: the last five reports, in the order in which they were sent, until consent is
//! withdrawn.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/kept.rs"]
mod kept;
#[path = "common/world.rs"]
mod world;

use haos_analytics_tests::fixture::Damage;
use kept::{Kept, RECORD};
use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use world::run;

/// Whole, readable by nobody else, and nothing but the bytes that were sent.
#[test]
fn the_last_five() {
    let kept = Kept::new();
    let sent: Vec<_> = (0..7)
        .map(|number| {
            kept.world.fixture.uuid(Some(&format!("{number:032}")));
            kept.send()
        })
        .collect();
    assert_eq!(kept.world.receiver.bodies(), sent);
    let expected: Vec<_> = (2..7).map(|number| format!("{number:010}-bus.report")).collect();
    assert_eq!(kept.reports(), expected);
    for (name, sent) in expected.iter().zip(&sent[2..]) {
        assert_eq!(&fs::read(kept.path(name)).unwrap(), sent, "{name}");
        assert_eq!(fs::metadata(kept.path(name)).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
    }
    assert_eq!(kept.names().len(), 6, "and the record: {:?}", kept.names());
    let connections = kept.world.connections();
    let shown = kept.run("show --last");
    assert_eq!((shown.code, shown.payload(), shown.stderr.as_str()), (Some(0), &*sent[6], ""));
    assert_eq!(kept.world.connections(), connections, "nobody is asked");
}

/// The order is that of the numbers, whatever the times of the files say.
#[test]
fn the_clock_does_not_matter() {
    let kept = Kept::new();
    let first = kept.send();
    kept.world.fixture.uuid(Some("00000000000000000000000000000001"));
    let second = kept.send();
    assert_ne!(first, second);
    let ahead = std::time::SystemTime::now() + core::time::Duration::from_secs(1 << 32);
    let oldest = fs::File::options().write(true).open(kept.path(&kept.reports()[0])).unwrap();
    oldest.set_modified(ahead).unwrap();
    assert_eq!(kept.run("show --last").payload(), second);
}

#[test]
fn what_did_not_arrive_is_not_kept() {
    let kept = Kept::new();
    let nobody = run(&kept.collector("send").args(["--endpoint", "http://127.0.0.1:9/v1"]));
    assert_eq!((nobody.code, kept.names()), (Some(75), vec![RECORD.to_owned()]), "{}", nobody.stderr);
    for words in ["show --last", "show --diff"] {
        let run = kept.run(words);
        assert_eq!((run.code, run.text()), (Some(66), ""), "{words}");
        let told = format!("no report is kept: none has arrived yet that is in {}\n", kept.state().display());
        assert_eq!(run.stderr, format!("haos-analytics: error: {told}"), "{words}");
        let without = run_without_state(&kept, words);
        assert_eq!((without.code, without.text()), (Some(66), ""), "{words}");
        assert!(without.stderr.ends_with("no report is kept: there is no state directory\n"), "{}", without.stderr);
    }
}

fn run_without_state(kept: &Kept, words: &str) -> haos_analytics_tests::collector::Run {
    let words: Vec<_> = words.split_whitespace().collect();
    run(&kept.world.collector(words[0]).args(&words[1..]))
}

/// A clear no removes all of it, at the next run of the service; a file that cannot be read is no clear no.
#[test]
fn withdrawn() {
    let kept = Kept::new();
    kept.send();
    let before = kept.names();
    fs::write(kept.path(".new-0000000009-b.report"), "half").unwrap();
    fs::write(kept.path("notes.report"), "mine").unwrap();
    let analytics = fs::read(kept.world.fixture.path(kept.world.fixture.analytics_path())).unwrap();
    for damage in [Damage::Directory, Damage::Binary] {
        kept.world.fixture.damage(kept.world.fixture.analytics_path(), damage);
        assert_ne!(kept.run("send").code, Some(0));
        assert!(before.iter().all(|name| kept.names().contains(name)), "{damage:?}: {:?}", kept.names());
        kept.world.fixture.remove(kept.world.fixture.analytics_path());
    }
    kept.world.fixture.write(kept.world.fixture.analytics_path(), analytics).preferences(false, true, true, true);
    let shown = kept.run("show");
    assert_eq!((shown.code, kept.names().contains(&before[0])), (Some(77), true), "show changes nothing");
    let run = kept.run("send");
    assert_eq!((run.code, kept.names()), (Some(77), vec!["notes.report".to_owned()]), "{}", run.stderr);
    assert!(run.stderr.contains(": what was kept of earlier reports is deleted\n"), "{}", run.stderr);
    let again = kept.run("send");
    assert_eq!((again.code, again.stderr.lines().count()), (Some(77), 1), "{}", again.stderr);
}

/// With a level, what says more than is agreed to now goes too, whether or not the next report arrives.
/// Home Assistant without the file has not asked yet: nobody agrees to anything. Without its
/// directory it is not known where it is.
#[test]
fn not_asked_any_more() {
    let kept = Kept::new();
    kept.send();
    let before = kept.names();
    let storage = kept.world.fixture.data_path("homeassistant");
    let aside = kept.world.fixture.path("aside");
    fs::rename(kept.world.fixture.path(&storage), &aside).unwrap();
    assert_eq!((kept.run("send").code, kept.names()), (Some(77), before));
    fs::rename(&aside, kept.world.fixture.path(&storage)).unwrap();
    kept.world.fixture.remove(kept.world.fixture.analytics_path());
    let run = kept.run("send");
    assert_eq!((run.code, kept.reports().len()), (Some(77), 0), "{}", run.stderr);
}

#[test]
fn a_level_withdrawn() {
    for (usage, statistics, name, arrives) in
        [(true, false, "bu", true), (true, false, "bu", false), (false, true, "bs", true), (false, true, "bs", false)]
    {
        let kept = Kept::new();
        for (usage, statistics) in [(false, false), (usage, statistics), (true, true)] {
            kept.world.fixture.preferences(true, usage, statistics, false);
            kept.send();
        }
        let [basic, one, both, next] =
            ["0-b", &format!("1-{name}"), "2-bus", &format!("3-{name}")].map(|name| format!("000000000{name}.report"));
        assert_eq!(kept.reports(), [basic.clone(), one.clone(), both]);
        kept.world.fixture.preferences(true, usage, statistics, false);
        if arrives {
            kept.send();
            assert_eq!(kept.reports(), [basic, one, next]);
        } else {
            let run = run(&kept.collector("send").args(["--endpoint", "http://127.0.0.1:9/v1"]));
            assert_eq!((run.code, kept.reports()), (Some(75), vec![basic, one]), "{}", run.stderr);
        }
    }
}

#[test]
fn forgotten() {
    let kept = Kept::new();
    kept.send();
    let run = kept.run("forget");
    assert_eq!((run.code, kept.names()), (Some(0), Vec::new()), "{}", run.stderr);
    assert!(run.stderr.contains(": what was kept of earlier reports is deleted\n"), "{}", run.stderr);
    // Home Assistant's own receiver takes no such request; what is kept here goes all the same.
    kept.send();
    let words = [kept.state().to_str().unwrap()];
    let own = world::run(&world::collector(kept.world.fixture.root()).args(["forget", "--state"]).args(words));
    assert_eq!((own.code, kept.names()), (Some(78), Vec::new()), "{}", own.stderr);
    let file = kept.world.fixture.write("file", "").path("file");
    let unknown = world::run(&kept.world.collector("forget").arg("--state").arg(file));
    assert_eq!(unknown.code, Some(0), "{}", unknown.stderr);
    assert!(unknown.stderr.contains(": earlier reports may still be kept: /"), "{}", unknown.stderr);
}

#[test]
fn in_words() {
    let kept = Kept::new();
    kept.send();
    let unchanged = kept.run("show --diff");
    assert_eq!((unchanged.code, unchanged.text(), unchanged.stderr.as_str()), (Some(0), "nothing changes\n", ""));
    let name = kept.path(&kept.reports()[0]);
    let mut last: serde_json::Value = serde_json::from_slice(&fs::read(&name).unwrap()).unwrap();
    let (states, integrations) = (last["state_count"].as_u64().unwrap(), last["integrations"].as_array_mut().unwrap());
    let gone = integrations.pop().unwrap();
    integrations.push(json!("matter"));
    last["state_count"] = json!(states + 3);
    last["uuid"] = json!("a\u{1b}[2Jb");
    last.as_object_mut().unwrap().remove("supervisor");
    fs::write(&name, last.to_string()).unwrap();
    let connections = kept.world.connections();
    let run = kept.run("show --diff");
    assert_eq!(kept.world.connections(), (connections.0, connections.1 + 1), "the Supervisor alone");
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let lines: Vec<_> = run.text().lines().collect();
    for line in [
        &*format!("+ integrations: {}", gone.as_str().unwrap()),
        "- integrations: matter",
        &*format!("~ state_count: {} -> {states}", states + 3),
        "+ supervisor.healthy: true",
    ] {
        assert!(lines.contains(&line), "{line} is missing: {lines:#?}");
    }
    assert!(lines.iter().any(|line| line.starts_with("~ uuid: a\\u{1b}[2Jb -> ")), "{lines:#?}");
}

/// What somebody or something has spoilt is told, and the next report is kept as ever.
#[test]
fn spoilt() {
    let large = vec![b' '; 64 * 1024 + 1];
    for (content, why) in [
        (&b""[..], "it ends too early"),
        (b"{\"uuid\":", "it ends too early"),
        (b"[1]", "not of the form"),
        (b"\xff", "not UTF-8"),
        (&large, "ends too early"),
    ] {
        let kept = Kept::new();
        kept.send();
        let name = kept.path(&kept.reports()[0]);
        fs::write(&name, content).unwrap();
        for words in ["show --last", "show --diff"] {
            let run = kept.run(words);
            assert_eq!((run.code, run.text(), run.stderr.lines().count()), (Some(66), "", 1), "{why}: {}", run.stderr);
            let path = name.to_str().unwrap();
            assert!(run.stderr.contains(path) && run.stderr.contains(why), "{why}: {}", run.stderr);
        }
        let sent = kept.send();
        assert_eq!(kept.run("show --last").payload(), sent);
    }
    let kept = Kept::new();
    kept.send();
    let name = kept.path(&kept.reports()[0]);
    fs::remove_file(&name).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", &name).unwrap();
    let run = kept.run("show --last");
    assert_eq!((run.code, run.text()), (Some(66), ""), "a link is not followed: {}", run.stderr);
}
