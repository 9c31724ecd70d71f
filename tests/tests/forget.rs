//! `forget`: what a receiver keeps of this installation is deleted at once, and only when that is asked for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/trace.rs"]
mod trace;
#[path = "common/world.rs"]
mod world;

use haos_analytics_tests::collector::Run;
use haos_analytics_tests::fixture::Fixture;
use haos_analytics_tests::http_server::Listen;
use haos_analytics_tests::receiver::{Behaviour, Receiver};
use trace::traced;
use world::{collector, run, World};

const UUID: &str = "fa25ba87885d483b9f37b62defde517d";

fn forget(fixture: &Fixture, endpoint: &str) -> Run {
    run(&collector(fixture.root()).args(["forget", "--endpoint", endpoint]))
}

/// A machine of which the receiver has a report, and whose owner has opted out since.
fn opted_out() -> World {
    let world = World::of("odroid-n2");
    assert_eq!(world.run("send").code, Some(0));
    assert_eq!(world.receiver.stored().len(), 1);
    world.fixture.preferences(false, false, false, false);
    world
}

#[test]
fn at_once_and_without_a_trace() {
    let world = opted_out();
    let other = World::of("yellow");
    let (addresses, of_other) = (["--endpoint", &world.receiver.url()], other.fixture.root());
    other.fixture.uuid(Some("00000000000000000000000000000001"));
    let words = ["send", "--supervisor", &other.supervisor.url()];
    assert_eq!(run(&collector(of_other).args(words).args(addresses)).code, Some(0));
    assert_eq!(world.receiver.published()["active_installations"], 2);

    let (connections, asked) = (world.receiver.connections(), world.supervisor.connections());
    let forgotten = forget(&world.fixture, &world.receiver.url());
    let url = format!("{}/{UUID}", world.receiver.url());
    assert_eq!((forgotten.code, forgotten.text()), (Some(0), &*format!("DELETE {url}\n")), "{}", forgotten.stderr);
    let told = format!("haos-analytics: {}: nothing is kept of this installation any more\n", world.receiver.url());
    assert_eq!(forgotten.stderr, told);
    assert_eq!((world.receiver.connections(), world.supervisor.connections()), (connections + 1, asked));
    let request = world.receiver.requests().pop().unwrap();
    assert_eq!((&*request.method, &*request.path, request.body.len()), ("DELETE", &*format!("/v1/{UUID}"), 0));
    assert_eq!(world.receiver.stored().into_keys().collect::<Vec<_>>(), ["uuid:00000000000000000000000000000001"]);
    assert_eq!(world.receiver.published()["active_installations"], 1);

    // What is not there any more can be forgotten all the same.
    assert_eq!(forget(&world.fixture, &world.receiver.url()).code, Some(0));
}

#[test]
fn whoever_goes_on_reporting_is_told() {
    let world = World::of("odroid-n2");
    assert_eq!(world.run("send").code, Some(0));
    let run = forget(&world.fixture, &world.receiver.url());
    assert_eq!((run.code, world.receiver.stored().len()), (Some(0), 0), "{}", run.stderr);
    assert!(run.stderr.contains("analytics is on, so the next report makes it known again"), "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 2, "{}", run.stderr);
    assert_eq!(world.run("send").code, Some(0));
    assert_eq!(world.receiver.stored().len(), 1);
}

#[test]
fn without_a_receiver_of_ones_own_nobody_is_asked() {
    let fixture = Fixture::copy("odroid-n2");
    fixture.preferences(false, false, false, false);
    let collector = collector(fixture.root()).arg("forget");
    let check = |run: &Run| {
        assert_eq!((run.code, run.text()), (Some(78), ""), "{}", run.stderr);
        assert!(run.stderr.starts_with("haos-analytics: error: no --endpoint: "), "{}", run.stderr);
        assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    };
    check(&run(&collector));
    let Some((run, trace)) = traced(&collector) else { return };
    check(&run);
    assert_eq!(trace.of(&["socket", "socketpair", "clone", "clone3", "execve"]).len(), 1, "its own start");
}

/// Nothing but 32 small letters and digits gets into an address; so nothing of another form is
/// asked to be deleted.
#[test]
fn an_id_of_another_form() {
    let world = World::of("odroid-n2");
    for uuid in ["../../v1/?x=1#y%2f\\\"' +&;:@,.~_é", "12A3456BC78D90123EF4567G789012H3"] {
        world.fixture.uuid(Some(uuid));
        let run = forget(&world.fixture, &world.receiver.url());
        assert_eq!((run.code, run.text(), world.receiver.connections()), (Some(65), "", 0), "{}", run.stderr);
        assert!(run.stderr.contains("core.analytics: uuid: it must be 32 of a-z and 0-9"), "{}", run.stderr);
        assert!(!run.stderr.contains(uuid), "{}", run.stderr);
    }
}

#[test]
fn who_never_reported_is_known_to_nobody() {
    let world = opted_out();
    let connections = world.receiver.connections();
    world.fixture.uuid(None);
    let run = forget(&world.fixture, &world.receiver.url());
    assert_eq!((run.code, run.text()), (Some(0), ""), "{}", run.stderr);
    assert!(run.stderr.contains("core.analytics: there is no installation id yet"), "{}", run.stderr);
    // Which installation it is about must be certain.
    for spoil in [
        &(|fixture: &Fixture| _ = fixture.remove(fixture.analytics_path())) as &dyn Fn(&Fixture),
        &|fixture| _ = fixture.write(fixture.analytics_path(), "{\"version\": 1"),
        &|fixture| _ = fixture.uuid(Some("0123456789abcdef")),
    ] {
        let fixture = Fixture::copy("odroid-n2");
        spoil(&fixture);
        let run = forget(&fixture, &world.receiver.url());
        assert_eq!((run.code, run.text()), (Some(65), ""), "{}", run.stderr);
        assert!(run.stderr.contains("core.analytics: ") && run.stderr.lines().count() == 1, "{}", run.stderr);
    }
    assert_eq!((world.receiver.connections(), world.receiver.stored().len()), (connections, 1));
}

/// Only a receiver that says so has forgotten anything.
#[test]
fn not_forgotten_is_no_success() {
    let busy = Behaviour::Status { code: 503, headers: vec![("retry-after".to_owned(), "0".to_owned())] };
    for (behaviour, words, tries, code) in [
        (Behaviour::status(405), "405 Method Not Allowed", 1, 78),
        (Behaviour::status(404), "404 Not Found", 1, 78),
        (Behaviour::status(204), "204 No Content", 1, 75),
        (Behaviour::Html, "captive portal", 1, 75),
        (Behaviour::Redirect { to: "http://127.0.0.1:9/v1".to_owned() }, "307", 1, 75),
        (busy, "503", 3, 75),
    ] {
        let receiver = Receiver::start(Listen::plain(), behaviour);
        let run = forget(&Fixture::copy("odroid-n2"), &receiver.url());
        assert_eq!((run.code, receiver.connections()), (Some(code), tries), "{words}: {}", run.stderr);
        assert!(run.stderr.contains("not delivered: DELETE http://127.0.0.1:"), "{}", run.stderr);
        assert!(run.stderr.contains(words) && !run.stderr.contains("any more"), "{words}: {}", run.stderr);
    }
}

#[test]
fn nothing_goes_out_that_was_not_shown_first() {
    let world = opted_out();
    let connections = world.receiver.connections();
    let words = ["forget", "--endpoint", &world.receiver.url()];
    let run = run(&collector(world.fixture.root()).args(words).stdout_to("/dev/full"));
    assert_ne!(run.code, Some(0), "{}", run.stderr);
    assert_eq!((world.receiver.connections(), world.receiver.stored().len()), (connections, 1));
}
