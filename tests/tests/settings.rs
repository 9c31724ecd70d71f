//! Settings in files: the owner's is stronger than the image's, both are read below the root, and
//! a mistake in them is told.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/crashes.rs"]
mod crashes;
#[path = "common/world.rs"]
mod world;

use crashes::Crashes;
use haos_analytics_tests::behaviour::Behaviour;
use haos_analytics_tests::collector::{Collector, Run};
use haos_analytics_tests::fixture::golden;
use haos_analytics_tests::http_server::Listen;
use haos_analytics_tests::receiver::Receiver;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use world::{collector, run, World};

const OWNER: &str = "etc/default/haos-analytics";
const IMAGE: &str = "usr/lib/haos-analytics/environment";

/// `command` without the addresses of the services, which a file has.
fn plain(world: &World, command: &str) -> Collector {
    collector(world.fixture.root()).arg(command)
}

/// What a file says for a Supervisor and a receiver.
fn addresses(world: &World, endpoint: &str) -> String {
    format!("HAOS_ANALYTICS_SUPERVISOR='{}'\nHAOS_ANALYTICS_ENDPOINT={endpoint}\n", world.supervisor.url())
}

/// One line on stderr, nothing on stdout, nobody was asked.
fn fails(world: &World, run: &Run, code: i32, told: &str) {
    assert_eq!((run.code, run.text()), (Some(code), ""), "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    assert!(run.stderr.ends_with(&format!("{told}\n")), "{told}: {}", run.stderr);
    assert_eq!(world.connections(), (0, 0), "{}", run.stderr);
}

#[test]
fn the_stronger_place_decides() {
    let world = World::of("odroid-n2");
    let receivers = [(); 4].map(|()| Receiver::start(Listen::plain(), Behaviour::Contract));
    let [image, owner, variable, option] = &receivers;
    let counts = || receivers.each_ref().map(|receiver| receiver.requests().len());
    let send = |collector: Collector| {
        let run = run(&collector);
        assert_eq!((run.code, run.payload(), run.stderr.as_str()), (Some(0), golden("odroid-n2").as_slice(), ""));
    };

    world.fixture.write(IMAGE, addresses(&world, &image.url()));
    send(plain(&world, "send"));
    assert_eq!(counts(), [1, 0, 0, 0], "the image's");

    world.fixture.write(OWNER, format!("; the owner's\nHAOS_ANALYTICS_ENDPOINT=\"{}\"", owner.url()));
    send(plain(&world, "send"));
    assert_eq!(counts(), [1, 1, 0, 0], "the owner's; the Supervisor is still the image's");

    let with_variable = plain(&world, "send").env("HAOS_ANALYTICS_ENDPOINT", variable.url());
    send(with_variable.clone());
    assert_eq!(counts(), [1, 1, 1, 0], "the environment's");

    send(with_variable.arg("--endpoint").arg(option.url()));
    assert_eq!(counts(), [1, 1, 1, 1], "the command line's");
    assert_eq!(world.receiver.connections(), 0);
}

#[test]
fn a_run_by_hand_says_which_file_decides() {
    let world = World::of("odroid-n2");
    let shown_to = |collector: Collector| {
        let run = run(&collector.arg("--explain"));
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        run.stderr.lines().find(|line| line.starts_with("to: ")).unwrap().to_owned()
    };
    world.fixture.write(IMAGE, format!("\n{}", addresses(&world, &world.receiver.url())));
    let image = world.fixture.path(IMAGE);
    let expected = format!("to: {} ({}: line 3)", world.receiver.url(), image.display());
    assert_eq!(shown_to(plain(&world, "show")), expected);
    // Nothing in the owner's file takes back what the image sets.
    world.fixture.write(OWNER, "HAOS_ANALYTICS_ENDPOINT=\n");
    assert_eq!(shown_to(plain(&world, "show")), "to: https://analytics-api.home-assistant.io/v1 (built in)");
    assert_eq!(shown_to(world.collector("show")), format!("to: {} (the option --endpoint)", world.receiver.url()));
    world.fixture.write(OWNER, "HAOS_ANALYTICS_SEND=0");
    let owner = world.fixture.path(OWNER);
    let off = format!("to: nobody (HAOS_ANALYTICS_SEND is off in {}: line 1)", owner.display());
    assert_eq!(shown_to(world.collector("show")), off);
    assert_eq!(world.receiver.connections(), 0);
}

#[test]
fn proxies_stand_in_the_files_too() {
    let world = World::of("odroid-n2");
    world.fixture.write(IMAGE, addresses(&world, "http://receiver.invalid/v1") + "http_proxy=socks5://127.0.0.1:9\n");
    let told = "the variable http_proxy: SOCKS is not supported, only HTTP proxies are";
    let wrong = run(&plain(&world, "send"));
    assert_eq!(wrong.code, Some(78), "{}", wrong.stderr);
    assert!(wrong.stderr.contains(told), "{}", wrong.stderr);
    let direct = plain(&world, "send").env("HAOS_ANALYTICS_ENDPOINT", world.receiver.url());
    let run = run(&direct.env("no_proxy", "127.0.0.1").env("http_proxy", "http://127.0.0.1:9"));
    assert_eq!((run.code, world.receiver.requests().len()), (Some(0), 1), "{}", run.stderr);
}

#[test]
fn a_mistake_in_a_file_is_told_with_its_line() {
    for (file, text, told) in [
        (
            OWNER,
            "HAOS_ANALYTICS_ENPOINT=x",
            "line 1: HAOS_ANALYTICS_ENPOINT: no such setting; did you mean HAOS_ANALYTICS_ENDPOINT?",
        ),
        (IMAGE, "# x\nhttps_prox=y\n", "line 2: https_prox: no such setting; did you mean https_proxy?"),
        (IMAGE, "TZ=UTC", "line 1: TZ: no such setting (see --help)"),
        (
            OWNER,
            "HAOS_ANALYTICS_ROOT=/",
            "line 1: HAOS_ANALYTICS_ROOT: not in this file, which is below that directory",
        ),
        (OWNER, "\n\nexport HAOS_ANALYTICS_CA=/x", "line 3: what stands before = is no name"),
        (OWNER, "HAOS_ANALYTICS_SEND", "line 1: no NAME=VALUE"),
        (IMAGE, "HAOS_ANALYTICS_CA='/x\n\n", "line 1: a quote that is not closed"),
        (OWNER, "\nHAOS_ANALYTICS_ENDPOINT=ftp://x", "line 2: HAOS_ANALYTICS_ENDPOINT: not a URL of https or http"),
        (IMAGE, "HAOS_ANALYTICS_SUPERVISOR=x", "line 1: HAOS_ANALYTICS_SUPERVISOR: not a URL of http"),
        (
            IMAGE,
            "HAOS_ANALYTICS_DSN=https://S3CR3T/1",
            "line 1: HAOS_ANALYTICS_DSN: without a key in front of the host",
        ),
        (
            OWNER,
            "HAOS_ANALYTICS_BOARD_CRASHES=on",
            "line 1: HAOS_ANALYTICS_BOARD_CRASHES: not one of 1, true, yes, 0, false, no",
        ),
    ] {
        let world = World::of("odroid-n2");
        world.fixture.write(file, text);
        let told = format!("haos-analytics: error: {}: {told}", world.fixture.path(file).display());
        for command in ["send", "show", "detect", "forget"] {
            let run = run(&plain(&world, command));
            fails(&world, &run, 78, &told);
            assert!(!run.stderr.contains("S3CR3T"), "{}", run.stderr);
        }
        let help = run(&plain(&world, "--help"));
        assert_eq!((help.code, help.stderr.as_str()), (Some(0), ""), "help is there for who made a mistake");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_told() {
    let world = World::of("odroid-n2");
    fs::create_dir_all(world.fixture.path(OWNER)).unwrap();
    fails(&world, &run(&plain(&world, "send")), 78, "/etc/default/haos-analytics: not a regular file");
    let world = World::of("odroid-n2");
    world.fixture.write(OWNER, vec![b'\n'; 64 * 1024 + 1]);
    fails(&world, &run(&plain(&world, "send")), 78, "/etc/default/haos-analytics: larger than 65536 bytes");
    let world = World::of("odroid-n2");
    world.fixture.write(IMAGE, b"\nHAOS_ANALYTICS_CA=\xff".as_slice());
    fails(&world, &run(&plain(&world, "send")), 78, "/environment: line 2: not UTF-8");
    // Root may read whatever it likes.
    let world = World::of("odroid-n2");
    world.fixture.write(OWNER, "");
    fs::set_permissions(world.fixture.path(OWNER), fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(world.fixture.path(OWNER)).is_err() {
        fails(&world, &run(&plain(&world, "send")), 78, "Permission denied (os error 13)");
    }
}

#[test]
fn a_variable_that_sets_nothing_is_a_mistake() {
    let world = World::of("odroid-n2");
    for (name, told) in [
        ("HAOS_ANALYTICS_ENPOINT", "no such setting; did you mean HAOS_ANALYTICS_ENDPOINT?"),
        ("HAOS_ANALYTICS_SENT", "no such setting; did you mean HAOS_ANALYTICS_SEND?"),
        ("HAOS_ANALYTICS_URL", "no such setting (see --help)"),
    ] {
        for command in ["send", "show", "detect"] {
            let run = run(&world.collector(command).env(name, ""));
            fails(&world, &run, 78, &format!("haos-analytics: error: {name}: {told}"));
        }
    }
    // Others are for other programs.
    assert_eq!(run(&world.collector("send").env("HAOS", "x").env("ENDPOINT", "x")).code, Some(0));
}

#[test]
fn it_can_be_turned_off_and_sends_nothing_at_all() {
    for file in [OWNER, IMAGE] {
        let crashes = Crashes::new();
        let (waiting, _) = crashes.waits(100);
        let world = &crashes.world;
        world.fixture.write(file, "\nHAOS_ANALYTICS_SEND=no\n");
        let off = run(&crashes.collector("send"));
        let place = format!("{}: line 2", world.fixture.path(file).display());
        fails(world, &off, 77, &format!("haos-analytics: nothing is sent: HAOS_ANALYTICS_SEND is off in {place}"));
        assert_eq!((crashes.names(), crashes.sentry.connections()), (vec![waiting], 0), "crash reports wait");
        // It is a switch for `send` alone, and a stronger place turns it on again.
        assert_eq!(run(&crashes.collector("show")).code, Some(0));
        let on = run(&crashes.collector("send").env("HAOS_ANALYTICS_SEND", "yes"));
        assert_eq!((on.code, world.receiver.requests().len()), (Some(0), 1), "{}", on.stderr);
        assert_eq!((crashes.names().len(), crashes.sentry.events().len()), (0, 1), "{}", on.stderr);
    }
    let world = World::of("odroid-n2");
    for no in ["no", "0", "false"] {
        let run = run(&world.collector("send").env("HAOS_ANALYTICS_SEND", no));
        fails(&world, &run, 77, "haos-analytics: nothing is sent: HAOS_ANALYTICS_SEND is off in the environment");
    }
    let run = run(&world.collector("send").env("HAOS_ANALYTICS_SEND", "off"));
    fails(&world, &run, 78, "HAOS_ANALYTICS_SEND: not one of 1, true, yes, 0, false, no");
}
