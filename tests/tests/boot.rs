//! The programs on a machine that has just booted: its own `/proc`, `/sys` and clock, and what arrives at the receiver.
//!
//! `.ci/boot` brings the kernel and the programs and runs these tests, which are ignored otherwise.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test ends by panicking")]

#[path = "common/guest.rs"]
mod guest;

use guest::{Board, Guest, Said, HOST};
use haos_analytics_tests::fixture::golden;
use haos_analytics_tests::http_server::Listen;
use haos_analytics_tests::receiver::{Behaviour, Receiver};
use haos_analytics_tests::supervisor::{Options, Supervisor};
use haos_analytics_tests::tls::{Authority, Leaf, Versions};
use serde_json::Value;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Home Assistant OS, but not what it was built for.
const NAMELESS: &str = "ID=haos\nVERSION_ID=17.1\n";
const TREE: &str = "/sys/firmware/devicetree/base/compatible";
const CONSENT: &str = "mnt/data/supervisor/homeassistant/.storage/core.analytics";
const SECURE: &str = "https://10.0.2.100/v1";
const PLAIN: &str = "http://10.0.2.100/v1";
const UNENCRYPTED: &str = "haos-analytics: http://10.0.2.100/v1: what is sent goes unencrypted";

/// A guest, and all that it may reach: the receiver in plain and with TLS, and its Supervisor.
struct World {
    guest: Guest,
    plain: Receiver,
    secure: Receiver,
    _supervisor: Supervisor,
}

impl World {
    fn of(board: Board, fixture: &str) -> Self {
        let mut guest = Guest::new(board, fixture);
        let authority = Authority::new();
        guest.trusts(&authority);
        let plain = Receiver::start(Listen::plain(), Behaviour::Contract);
        let config = authority.server(Leaf::Named(HOST), Versions::All);
        let secure = Receiver::start(Listen::tls(config), Behaviour::Contract);
        let supervisor = Supervisor::start(Options::default().of(guest.files()));
        guest.reaches(80, plain.address().port());
        guest.reaches(443, secure.address().port());
        guest.reaches(8080, supervisor.address().port());
        Self { guest, plain, secure, _supervisor: supervisor }
    }

    fn sends(&mut self, program: &str, scheme: &str) {
        self.guest.runs(program, &format!("send --endpoint {scheme}://{HOST}/v1 --supervisor http://{HOST}:8080"));
    }

    /// From now on os-release does not name the board, and nothing but the machine itself does.
    fn forgets_its_name(&mut self) {
        self.guest.then(&format!("printf '{}' >/etc/os-release", NAMELESS.replace('\n', "\\n")));
    }

    fn boot(&self, name: &str) -> Vec<Said> {
        let start = Instant::now();
        let said = self.guest.boot();
        println!("{name}: {} runs, {:.1} s", said.len(), start.elapsed().as_secs_f64());
        said
    }
}

/// What a delivered report prints: its bytes, no more remarks than these, and at the end that it has arrived.
fn delivered<const N: usize>(said: &Said, payload: &[u8], remarks: [&str; N]) {
    assert_eq!(said.code, 0, "{said:?}");
    let Some((arrived, before)) = said.stderr.split_last() else { panic!("{said:?}") };
    assert_eq!(before, remarks.map(str::to_owned).as_slice(), "{said:?}");
    let (url, rest) = arrived
        .strip_prefix("haos-analytics: delivered to ")
        .and_then(|told| told.split_once(": "))
        .unwrap_or_else(|| panic!("{said:?}"));
    assert_eq!(url, if N == 0 { SECURE } else { PLAIN }, "{said:?}");
    assert!(rest.starts_with("200, ") && rest.ends_with(" s"), "{said:?}");
    assert_eq!(said.stdout, [core::str::from_utf8(payload).unwrap()]);
}

fn evidence(said: &Said) -> (Value, String) {
    assert_eq!((said.code, said.stderr.len()), (0, 0), "{said:?}");
    let found: Value = serde_json::from_str(&said.stdout[0]).unwrap();
    (found["board"].clone(), found["evidence"]["board"].as_str().unwrap_or_default().to_owned())
}

#[test]
#[ignore = "boots a machine: .ci/boot"]
fn an_odroid_n2() {
    let mut world = World::of(Board::Virt("odroid-n2"), "odroid-n2");
    for program in ["aarch64", "armv7"] {
        world.sends(program, "http");
        world.sends(program, "https");
    }
    world.forgets_its_name();
    for program in ["aarch64", "armv7"] {
        world.guest.runs(program, "detect --json");
        world.sends(program, "https");
    }
    world.guest.then(&format!(r#"sed -i 's/"base": true/"base": false/' /{CONSENT}"#));
    for program in ["aarch64", "armv7"] {
        world.sends(program, "http");
        world.sends(program, "https");
    }
    let said = world.boot("ODROID-N2");

    let golden = golden("odroid-n2");
    for runs in said[..4].chunks(2) {
        delivered(&runs[0], &golden, [UNENCRYPTED]);
        delivered(&runs[1], &golden, []);
    }
    for runs in said[4..8].chunks(2) {
        assert_eq!(evidence(&runs[0]), ("odroid-n2".into(), format!("{TREE} hardkernel,odroid-n2")));
        delivered(&runs[1], &golden, []);
    }
    for declined in &said[8..] {
        assert_eq!((declined.code, declined.stdout.len()), (77, 0), "{declined:?}");
        assert!(declined.stderr[0].contains("not opted in"), "{declined:?}");
    }
    // Byte for byte, and after the owner's no not even a connection.
    assert_eq!(world.plain.bodies(), [golden.as_slice(); 2]);
    assert_eq!(world.secure.bodies(), [golden.as_slice(); 4]);
    assert_eq!((world.plain.connections(), world.secure.connections()), (2, 4));
    assert_eq!((world.plain.stored().len(), world.secure.stored().len()), (1, 1));
    assert_eq!(world.secure.server().tls_versions(), ["TLSv1_3"; 4]);
}

/// The tests above and below can fail: with the tree of another board it is another board.
#[test]
#[ignore = "boots a machine: .ci/boot"]
fn the_tree_of_another_board() {
    let mut world = World::of(Board::Virt("khadas-vim3"), "odroid-n2");
    world.forgets_its_name();
    world.sends("aarch64", "https");
    let said = world.boot("Khadas VIM3");

    let expected = String::from_utf8(golden("odroid-n2")).unwrap();
    let expected = expected.replace(r#""board":"odroid-n2""#, r#""board":"khadas-vim3""#);
    assert_ne!(expected.as_bytes(), golden("odroid-n2"));
    delivered(&said[0], expected.as_bytes(), []);
    assert_eq!(world.secure.bodies(), [expected.as_bytes()]);
}

/// Without a battery its clock starts in 1970, when no certificate holds. That is told, and passes once the clock is set.
#[test]
#[ignore = "boots a machine: .ci/boot"]
fn a_raspberry_pi_3() {
    let mut world = World::of(Board::Pi, "rpi3-64");
    world.forgets_its_name();
    world.guest.runs("aarch64", "detect --json");
    world.sends("aarch64", "https");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    world.guest.then(&format!("date -s @{now} >/dev/null"));
    world.sends("aarch64", "https");
    world.sends("armv7", "http");
    let said = world.boot("Raspberry Pi 3");

    assert_eq!(evidence(&said[0]), ("rpi3-64".into(), format!("{TREE} raspberrypi,3-model-b")));
    let [clock, failure, cause] = said[1].stderr.as_slice() else { panic!("{:?}", said[1]) };
    assert!(clock.contains("the clock says 01 Jan 1970, but this program is of "), "{clock}");
    assert!(clock.ends_with(": the clock is not set"), "{clock}");
    let not_yet =
        "not delivered: POST https://10.0.2.100/v1: the server's certificate is not valid before 01 Jan 1975: ";
    assert!(failure.contains(not_yet), "{failure}");
    assert!(failure.ends_with("is the clock right? It says 01 Jan 1970"), "{failure}");
    assert!(cause.contains("not valid yet"), "{cause}");
    assert_eq!(said[1].code, 75);

    let golden = golden("rpi3-64");
    delivered(&said[2], &golden, []);
    delivered(&said[3], &golden, [UNENCRYPTED]);
    assert_eq!(world.secure.bodies(), [golden.as_slice()]);
    assert_eq!(world.plain.bodies(), [golden.as_slice()]);
    assert_eq!((world.secure.connections(), world.plain.connections()), (2, 1));
}
