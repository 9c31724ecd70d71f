//! Crash reports: kept, sent, and not sent.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/crashes.rs"]
mod crashes;
#[path = "common/world.rs"]
mod world;

use crashes::{report, Crashes};
use haos_analytics_tests::fixture::Damage;
use haos_analytics_tests::sentry::{Behaviour, KEY};
use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};
use world::run;

#[test]
fn what_waits_is_sent_before_the_analytics_and_deleted() {
    let crashes = Crashes::new();
    let (_, first) = crashes.waits(100);
    let (_, second) = crashes.waits(200);
    let run = crashes.run("send");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(crashes.sentry.bodies(), [first, second], "the oldest first, byte for byte");
    for request in crashes.sentry.requests() {
        let client = concat!("haos-analytics/", env!("CARGO_PKG_VERSION"));
        let auth = format!("Sentry sentry_version=7, sentry_client={client}, sentry_key={KEY}");
        assert_eq!(request.header("x-sentry-auth"), Some(auth.as_str()));
        assert_eq!(request.header("content-type"), Some("application/x-sentry-envelope"));
        assert_eq!(request.answer, Some(200));
    }
    assert_eq!(crashes.names(), Vec::<String>::new());
    assert_eq!(run.stderr.matches("sent\n").count(), 2, "{}", run.stderr);
    assert_eq!(crashes.world.receiver.requests().len(), 1);
    let again = crashes.run("send");
    assert_eq!((again.code, again.stderr.as_str()), (Some(0), ""));
    assert_eq!(crashes.sentry.connections(), 2);
}

#[test]
fn both_have_to_agree() {
    let yes = Some(r#"{"diagnostics":true}"#);
    for (onboarded, base, diagnostics, supervisor, expected) in [
        (true, true, true, yes, true),
        (true, false, true, yes, true),
        (true, true, false, yes, false),
        (true, true, true, Some(r#"{"diagnostics":false}"#), false),
        (true, true, true, Some(r#"{"diagnostics":null}"#), false),
        (true, true, true, Some(r#"{"diagnostics":"true"}"#), false),
        (true, true, true, Some("{}"), false),
        (true, true, true, Some("{"), false),
        (true, true, true, None, false),
        (false, true, true, yes, false),
    ] {
        let case = format!("{onboarded} {base} {diagnostics} {supervisor:?}");
        let crashes = Crashes::new();
        let fixture = &crashes.world.fixture;
        fixture.preferences(base, false, false, diagnostics).onboarded(onboarded);
        match supervisor {
            Some(settings) => fixture.write(fixture.data_path("config.json"), settings),
            None => fixture.remove(fixture.data_path("config.json")),
        };
        crashes.waits(100);
        let shown = run(&crashes.collector("show").arg("--diagnostics"));
        assert_eq!((shown.code == Some(0), shown.stdout.is_empty()), (expected, !expected), "{case}");
        let run = crashes.run("send");
        assert_eq!(run.code, Some(if onboarded && base { 0 } else { 77 }), "{case}: {}", run.stderr);
        assert_eq!(crashes.sentry.events().len(), usize::from(expected), "{case}: {}", run.stderr);
        assert_eq!(crashes.names(), Vec::<String>::new(), "{case}: sent, or deleted unsent");
        assert_eq!(crashes.sentry.connections(), usize::from(expected), "{case}");
        assert_eq!(run.stderr.contains("1 deleted unsent, not opted in: "), !expected, "{case}: {}", run.stderr);
    }
}

#[test]
fn where_consent_cannot_be_read_reports_wait() {
    for file in ["homeassistant/.storage/core.analytics", "config.json"] {
        for damage in [Damage::Directory, Damage::Fifo, Damage::SymlinkLoop] {
            let crashes = Crashes::new();
            let (name, _) = crashes.waits(100);
            let path = crashes.world.fixture.data_path(file);
            crashes.world.fixture.damage(path, damage);
            let run = crashes.run("send");
            assert!(run.stderr.contains("not known whether they may be"), "{file} {damage:?}: {}", run.stderr);
            assert_eq!((crashes.names(), crashes.sentry.connections()), (vec![name], 0), "{file} {damage:?}");
        }
    }
}

#[test]
fn without_a_dsn_nothing_is_sent() {
    let crashes = Crashes::new();
    let (name, _) = crashes.waits(100);
    let collector = crashes.world.collector("send").arg("--state").arg(crashes.state());
    let run = run(&collector);
    assert_eq!((run.code, crashes.names()), (Some(0), vec![name]), "{}", run.stderr);
    assert!(run.stderr.contains("no DSN is set") && run.stderr.lines().count() == 1, "{}", run.stderr);
}

#[test]
fn a_dsn_that_is_none_ends_the_run() {
    let crashes = Crashes::new();
    let collector = crashes.world.collector("send").env("HAOS_ANALYTICS_DSN", "https://sentry.example/42");
    let run = run(&collector);
    assert_eq!(run.code, Some(78));
    assert_eq!(run.stderr, "haos-analytics: error: HAOS_ANALYTICS_DSN: without a key in front of the host\n");
    assert_eq!(crashes.world.connections(), (0, 0));
}

#[test]
fn explain_says_whether_it_is_on() {
    let line = |crashes: &Crashes, dsn: bool| {
        let collector = if dsn { crashes.collector("show") } else { crashes.world.collector("show") };
        let run = run(&collector.arg("--explain"));
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        run.stderr.lines().find(|line| line.starts_with("diagnostics: ")).unwrap().to_owned()
    };
    let crashes = Crashes::new();
    assert_eq!(line(&crashes, false), "diagnostics: off (no DSN is set)");
    crashes.waits(100);
    let on = line(&crashes, true);
    assert!(on.starts_with("diagnostics: 1 crash reports wait (") && on.ends_with("/api/42/envelope/"), "{on}");
    crashes.world.fixture.preferences(true, true, true, false);
    assert!(line(&crashes, true).starts_with("diagnostics: off (not opted in: "));
}

#[test]
fn show_prints_what_send_posts() {
    let crashes = Crashes::new();
    let show = || run(&crashes.collector("show").arg("--diagnostics"));
    assert_eq!((show().code, show().stdout), (Some(0), Vec::new()));
    crashes.waits(200);
    crashes.waits(100);
    fs::write(crashes.state().join(report(300).0), "none").unwrap();
    let shown = show();
    assert_eq!((shown.code, shown.stderr.lines().count()), (Some(0), 1), "{}", shown.stderr);
    assert_eq!(crashes.names().len(), 3, "show changes nothing");
    crashes.run("send");
    let posted: Vec<u8> = crashes.sentry.bodies().iter().flat_map(|body| [body, &b"\n"[..]].concat()).collect();
    assert_eq!(shown.stdout, posted);
}

/// Whoever can write there can only make this program delete what is no report.
#[test]
fn what_is_no_report_is_never_sent() {
    let crashes = Crashes::new();
    let (name, whole) = crashes.waits(100);
    let mut spoiled: Vec<Vec<u8>> =
        [0, 1, 60, 90, whole.len() / 2, whole.len() - 1].map(|length| whole[..length].to_vec()).into();
    spoiled.push([whole.as_slice(), b"x"].concat());
    spoiled.push(report(101).1);
    spoiled.push(vec![b'{'; 1 << 20]);
    for bytes in spoiled {
        fs::write(crashes.state().join(&name), &bytes).unwrap();
        let run = crashes.run("send");
        assert_eq!(run.code, Some(0));
        assert!(run.stderr.contains("no report of this program; deleted"), "{} bytes: {}", bytes.len(), run.stderr);
        assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
        assert_eq!((crashes.names(), crashes.sentry.connections()), (Vec::new(), 0), "{} bytes", bytes.len());
    }
    let secret = crashes.world.fixture.path("secret");
    fs::write(&secret, &whole).unwrap();
    std::os::unix::fs::symlink(&secret, crashes.state().join(&name)).unwrap();
    crashes.run("send");
    assert_eq!((crashes.names(), crashes.sentry.connections()), (Vec::new(), 0), "a link is not followed");
    assert_eq!(fs::read(&secret).unwrap(), whole);
    nix::unistd::mkfifo(&crashes.state().join(&name), nix::sys::stat::Mode::S_IRWXU).unwrap();
    crashes.run("send");
    assert_eq!((crashes.names(), crashes.sentry.connections()), (Vec::new(), 0), "a FIFO");
    fs::create_dir(crashes.state().join(&name)).unwrap();
    let run = crashes.run("send");
    assert_eq!((run.code, crashes.sentry.connections()), (Some(0), 0), "a directory: {}", run.stderr);
    for other in ["notes.txt", "x.envelope"] {
        fs::write(crashes.state().join(other), "mine").unwrap();
    }
    fs::remove_dir(crashes.state().join(&name)).unwrap();
    crashes.run("send");
    assert_eq!(crashes.names(), ["notes.txt", "x.envelope"], "what is not ours stays");
}

#[test]
fn the_ten_newest_are_kept() {
    let crashes = Crashes::with(Behaviour::status(503));
    let mut names: Vec<_> = (1..=14).map(|second| crashes.waits(second).0).collect();
    let run = crashes.run("send");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(crashes.names(), names.split_off(4));
    assert_eq!(crashes.sentry.connections(), 1, "the first no is for all");
}

#[test]
fn trouble_there_is_none_for_the_analytics() {
    let busy =
        |name: &str, value: &str| Behaviour::Status { code: 429, headers: vec![(name.to_owned(), value.to_owned())] };
    for behaviour in [
        Behaviour::status(500),
        Behaviour::status(403),
        Behaviour::Html,
        Behaviour::CloseAtOnce,
        Behaviour::HalfResponse,
        Behaviour::Redirect { to: "http://127.0.0.1:9/".to_owned() },
        busy("retry-after", "3600"),
    ] {
        let crashes = Crashes::with(behaviour.clone());
        let (first, second) = (crashes.waits(100).0, crashes.waits(200).0);
        let run = crashes.run("send");
        assert_eq!((run.code, crashes.world.receiver.requests().len()), (Some(0), 1), "{behaviour:?}: {}", run.stderr);
        assert_eq!(run.stderr.lines().count(), 1, "{behaviour:?}: {}", run.stderr);
        let names = crashes.names();
        assert!(names.contains(&first) && names.contains(&second), "{behaviour:?}: {names:?}");
        assert_eq!(crashes.sentry.connections(), 1, "{behaviour:?}");
    }
}

#[test]
fn a_report_that_is_refused_does_not_hold_up_the_next() {
    let crashes = Crashes::with(Behaviour::Sequence(vec![Behaviour::status(400), Behaviour::Contract]));
    let (first, _) = crashes.waits(100);
    crashes.waits(200);
    crashes.run("send");
    assert_eq!((crashes.names(), crashes.sentry.events().len()), (vec![first], 1));
}

#[test]
fn the_server_is_left_alone_for_as_long_as_it_wants_in_later_runs_too() {
    let limit = |code: u16, name: &str, value: &str| Behaviour::Status {
        code,
        headers: vec![(name.to_owned(), value.to_owned())],
    };
    for (behaviour, sent) in [
        (limit(429, "retry-after", "3600"), 0),
        (limit(429, "x-sentry-rate-limits", "3600:error:organization"), 0),
        (Behaviour::status(429), 0),
        (limit(200, "x-sentry-rate-limits", "60:transaction:key, 3600::organization:quota"), 1),
    ] {
        let crashes = Crashes::with(behaviour.clone());
        let names = [crashes.waits(100).0, crashes.waits(200).0];
        for _ in 0..2 {
            assert_eq!(crashes.run("send").code, Some(0));
            assert_eq!(crashes.sentry.connections(), 1, "{behaviour:?}");
            let left = crashes.names();
            assert_eq!(left[..left.len() - 1], names[sent..], "{behaviour:?}");
            assert!(left.last().unwrap().starts_with("until-"), "{behaviour:?}: {left:?}");
        }
    }
}

#[test]
fn a_pause_ends_and_one_that_no_server_means_is_none() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    for (until, waits) in [(now + 3600, true), (now - 1, false), (now + 30 * 86_400, false), (u64::MAX, false)] {
        let crashes = Crashes::new();
        crashes.waits(100);
        fs::write(crashes.state().join(format!("until-{until}")), "").unwrap();
        crashes.run("send");
        assert_eq!(crashes.sentry.connections(), usize::from(!waits), "{until}");
        assert_eq!(crashes.names().len(), if waits { 2 } else { 0 }, "{until}");
    }
}

#[test]
fn without_a_state_directory_nothing_is_made() {
    let crashes = Crashes::new();
    let dsn = crashes.sentry.dsn();
    let run_of = |state: Option<&str>| {
        run(&crashes
            .world
            .collector("send")
            .args(["--dsn", &dsn])
            .args(state.iter().flat_map(|state| ["--state", *state])))
    };
    let before = world::snapshot(crashes.world.fixture.root());
    let run = run_of(None);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let missing = crashes.world.fixture.path("missing");
    let run = run_of(missing.to_str());
    assert_eq!((run.code, run.stderr.lines().count()), (Some(0), 1), "told once: {}", run.stderr);
    assert!(before == world::snapshot(crashes.world.fixture.root()));

    // The usual one, below the root, if it is there; and systemd's.
    let usual = crashes.world.fixture.path("var/lib/haos-analytics");
    fs::create_dir_all(&usual).unwrap();
    let (name, bytes) = report(100);
    fs::write(usual.join(&name), bytes).unwrap();
    run_of(None);
    assert_eq!(crashes.sentry.events().len(), 1);
    crashes.waits(200);
    let of_systemd = format!("{}:/nonexistent", crashes.state().display());
    world::run(&crashes.world.collector("send").args(["--dsn", &dsn]).env("STATE_DIRECTORY", of_systemd));
    assert_eq!(crashes.sentry.events().len(), 2);
}
