//! `status` and the line of a delivery: what the owner is told of what has happened.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/kept.rs"]
mod kept;
#[path = "common/world.rs"]
mod world;

use haos_analytics_tests::fixture::{Damage, Fixture};
use kept::{Kept, RECORD};
use std::fs;
use world::{collector, run, World};

/// Tenths of a second, of which a test knows nothing else.
fn without_seconds(line: &str) -> &str {
    let (line, seconds) = line.rsplit_once(", ").unwrap();
    let (whole, tenths) = seconds.strip_suffix(" s").unwrap().split_once('.').unwrap();
    assert!(whole.parse::<u32>().is_ok() && tenths.len() == 1 && tenths.parse::<u32>().is_ok(), "{seconds}");
    line
}

#[test]
fn a_line_when_it_arrived() {
    let world = World::of("odroid-n2");
    let endpoint = format!("{}?key=S3CR3T", world.receiver.url());
    let run = run(&world.collector("send").args(["--endpoint", &endpoint]));
    let bytes = run.payload().len();
    assert!((1000..10_000).contains(&bytes), "{bytes}");
    let bytes = format!("{},{:03}", bytes / 1000, bytes % 1000);
    let expected = format!("delivered to {}: 200, {bytes} bytes", world.receiver.url());
    assert_eq!((run.code, without_seconds(run.delivered.as_ref().unwrap())), (Some(0), &*expected));
    assert_eq!(run.stderr, "");
    let failed = world::run(&world.collector("send").args(["--endpoint", "http://127.0.0.1:9/v1"]));
    assert_eq!((failed.code, failed.delivered), (Some(75), None));
}

/// In the journal it is no notice.
#[test]
fn its_level() {
    let world = World::of("odroid-n2");
    let script = "exec \"$@\" 2>&1";
    let collector = world.collector("send").env("JOURNAL_STREAM", "8:1").under(["/bin/sh", "-c", script, "sh"]);
    let run = collector.run();
    let told = run.text().lines().last().unwrap();
    assert!(told.starts_with("<6>haos-analytics: delivered to http://127.0.0.1:"), "{told}");
}

/// The lines of an answer, each begun by what it is about.
fn line<'r>(text: &'r str, about: &str) -> &'r str {
    let mut lines = text.lines().filter_map(|line| line.strip_prefix(about)?.strip_prefix(": "));
    let line = lines.next().unwrap_or_else(|| panic!("no {about}: {text}"));
    assert_eq!(lines.next(), None, "{about}");
    line
}

#[test]
fn all_of_it() {
    let kept = Kept::new();
    kept.world.fixture.preferences(true, true, false, true);
    let fresh = kept.run("status");
    assert_eq!(
        (fresh.code, fresh.stderr.as_str(), line(fresh.text(), "last report")),
        (Some(0), "", "none is recorded")
    );
    assert_eq!(kept.names(), Vec::<String>::new(), "status changes nothing");
    assert_eq!(kept.world.connections(), (0, 0), "and asks nobody");
    let analytics = kept.world.fixture.path(kept.world.fixture.analytics_path());
    let expected = format!("basic yes, usage yes, statistics no ({})", analytics.display());
    assert_eq!(line(fresh.text(), "consent"), expected);
    let supervisor = kept.world.fixture.path(kept.world.fixture.data_path("config.json"));
    let expected = format!("no ({}: there is no such file)", supervisor.display());
    assert_eq!(line(fresh.text(), "crash reports"), expected);
    assert!(fresh.text().contains("\nnext report: systemctl list-timers haos-analytics.timer"), "{}", fresh.text());
    assert!(fresh.text().contains("\nto turn it off: in Home Assistant, Settings → System"), "{}", fresh.text());
    let receiver = kept.world.receiver.url();
    assert_eq!(line(fresh.text(), "sends to"), format!("{receiver} (the option --endpoint)"));

    let sent = kept.run("send");
    let status = kept.run("status");
    let last = line(status.text(), "last report");
    assert!(last.ends_with(&format!(" GMT: {}", sent.delivered.as_ref().unwrap())), "{last}");
    assert_eq!(line(status.text(), "kept here"), "1, for show --last and show --diff");

    let failed = run(&kept.collector("send").args(["--endpoint", "http://127.0.0.1:9/v1?key=S3CR3T"]));
    assert_eq!(failed.code, Some(75));
    let status = kept.run("status");
    let last = line(status.text(), "last report");
    assert!(last.contains(" GMT: not delivered: POST http://127.0.0.1:9/v1: "), "{last}");
    let uuid = &sent.text()[9..41];
    let record = fs::read_to_string(kept.path(RECORD)).unwrap();
    assert!(!record.contains(uuid) && !record.contains("S3CR3T"), "{record}");

    kept.world.fixture.preferences(false, true, true, false);
    let out = kept.run("status");
    assert_eq!(out.code, Some(0), "{}", out.stderr);
    let expected = format!("basic no, usage no, statistics no ({}; basic analytics is off)", analytics.display());
    assert_eq!(line(out.text(), "consent"), expected);
}

/// Each way to name the receiver is told.
#[test]
fn where_it_sends_to() {
    let fixture = Fixture::copy("odroid-n2");
    let status = || collector(fixture.root()).arg("status");
    let to = |collector| line(run(&collector).text(), "sends to").to_owned();
    assert_eq!(to(status()), "https://analytics-api.home-assistant.io/v1 (built in)");
    for file in ["usr/lib/haos-analytics/environment", "etc/default/haos-analytics"] {
        fixture.write(file, "# x\nHAOS_ANALYTICS_ENDPOINT=http://f.example/v1\n");
        let place = format!("{}: line 2", fixture.path(file).display());
        assert_eq!(to(status()), format!("http://f.example/v1 ({place})"));
        fixture.write(file, "HAOS_ANALYTICS_SEND=no\n");
        let place = format!("{}: line 1", fixture.path(file).display());
        assert_eq!(to(status()), format!("nobody (HAOS_ANALYTICS_SEND is off in {place})"));
        fixture.write(file, "");
    }
    let by_variable = status().env("HAOS_ANALYTICS_ENDPOINT", "http://v.example/v1?key=S3CR3T");
    assert_eq!(to(by_variable.clone()), "http://v.example/v1 (the variable HAOS_ANALYTICS_ENDPOINT)");
    let by_option = by_variable.args(["--endpoint", "http://o.example/v1"]);
    assert_eq!(to(by_option), "http://o.example/v1 (the option --endpoint)");
    fixture.write(fixture.data_path("homeassistant/.HA_VERSION"), "2026.3.0.dev0");
    assert!(to(status()).starts_with("https://analytics-api-dev.home-assistant.io/v1 ("));
}

/// Not known is not "no".
#[test]
fn what_cannot_be_told() {
    type Spoil = fn(&Kept);
    let cases: [(&str, Spoil); 5] = [
        ("consent", |kept| _ = kept.world.fixture.damage(kept.world.fixture.analytics_path(), Damage::Directory)),
        ("consent", |kept| _ = kept.world.fixture.write(kept.world.fixture.analytics_path(), "{\"version\": 2}")),
        ("crash reports", |kept| {
            kept.world.fixture.preferences(true, true, true, true);
            kept.world.fixture.damage(kept.world.fixture.data_path("config.json"), Damage::Directory);
        }),
        ("last report", |kept| fs::write(kept.path(RECORD), "yesterday\n").unwrap()),
        ("last report", |kept| {
            fs::remove_file(kept.path(RECORD)).unwrap();
            fs::create_dir(kept.path(RECORD)).unwrap();
        }),
    ];
    for (about, spoil) in cases {
        let kept = Kept::new();
        kept.send();
        spoil(&kept);
        let run = kept.run("status");
        let told = line(run.text(), about);
        assert!(told.starts_with("cannot tell: /"), "{told}");
        assert_eq!((run.code, run.text().matches("cannot tell").count() >= 1), (Some(66), true), "{}", run.text());
        assert!(
            run.stderr.ends_with(
                "error: not all of it can be told, see above; where permission is denied, run this with sudo\n"
            ),
            "{}",
            run.stderr
        );
        assert!(run.text().contains("\nnext report: "), "the rest is told: {}", run.text());
    }
    // But that nobody was asked is known.
    let fixture = Fixture::copy("odroid-n2");
    fixture.remove(fixture.analytics_path());
    let unasked = run(&collector(fixture.root()).arg("status"));
    assert_eq!(unasked.code, Some(0), "{}", unasked.stderr);
    assert!(line(unasked.text(), "consent").starts_with("no (not opted in: "), "{}", unasked.text());
    fixture.remove(fixture.data_path("homeassistant/.HA_VERSION"));
    let run = run(&collector(fixture.root()).arg("status"));
    assert_eq!(run.code, Some(66), "{}", run.stderr);
    assert!(line(run.text(), "sends to").starts_with("cannot tell: /"), "{}", run.text());
}
