//! Each file that the program reads, spoiled in every way: a clear outcome, at once, in little memory.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test ends by panicking")]

#[path = "common/world.rs"]
mod world;

use core::time::Duration;
use haos_analytics_tests::collector::Run;
use haos_analytics_tests::fixture::{Damage, Fixture};
use haos_analytics_tests::http_server::Listen;
use haos_analytics_tests::receiver::{Behaviour, Receiver};
use haos_analytics_tests::supervisor::Options;
use haos_analytics_tests::tls::{Authority, Leaf, Versions};
use nix::sys::stat::{makedev, mknod, Mode, SFlag};
use std::fs;
use std::io::{self, Read as _};
use std::os::unix::fs::{symlink, PermissionsExt as _};
use std::os::unix::net::UnixListener;
use std::thread;
use world::World;

const BASE: &str = "mnt/data/supervisor/homeassistant";
const ANALYTICS: &str = "mnt/data/supervisor/homeassistant/.storage/core.analytics";
const VERSION: &str = "mnt/data/supervisor/homeassistant/.HA_VERSION";
const OBSERVER: &str = "mnt/data/supervisor/observer.json";
const OS_RELEASE: &str = "usr/lib/os-release";
const COMPATIBLE: &str = "sys/firmware/devicetree/base/compatible";
/// An os-release that does not name the board of a PC.
const PC: &str = "ID=haos\nSUPERVISOR_ARCH=amd64\n";
const CA: &str = "etc/ssl/certs/ca-certificates.crt";

/// A run takes some hundredths of a second; a hang takes for ever. Between the two there is room for a busy machine.
const SOON: Duration = Duration::from_secs(10);
/// A run that reads none of the 24 MiB needs half of this, unoptimized; one that reads them needs more than 24.
const MEMORY: u64 = 20 << 20;
const JUNK: u64 = 24 << 20;

/// What becomes of the report if the file is of no use.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Without {
    /// It is not made, and the program ends with this code.
    No(i32),
    /// It goes out without these keys of the outermost object.
    Less(&'static [&'static str]),
}

/// A file that the program reads, in a machine where it matters.
struct Input {
    machine: &'static str,
    file: &'static str,
    /// Makes the file matter.
    prepare: fn(&Fixture) -> &Fixture,
    without: Without,
    /// It need not be there, and so its absence is not worth a word.
    optional: bool,
    /// Contents that merely say nothing of use, which is not worth a word either.
    quiet: &'static [Damage],
}

const DUMB: &[Damage] = &[Damage::Empty, Damage::Truncated, Damage::Binary];

const INPUTS: &[Input] = &[
    Input {
        machine: "odroid-n2",
        file: ANALYTICS,
        prepare: |fixture| fixture,
        without: Without::No(66),
        optional: false,
        quiet: &[],
    },
    Input {
        machine: "odroid-n2",
        file: VERSION,
        prepare: |fixture| fixture,
        without: Without::No(65),
        optional: false,
        quiet: &[],
    },
    Input {
        machine: "odroid-n2",
        file: OBSERVER,
        prepare: |fixture| fixture,
        without: Without::Less(&["supervisor"]),
        optional: false,
        quiet: &[],
    },
    Input {
        machine: "odroid-n2",
        file: OS_RELEASE,
        prepare: |fixture| fixture,
        without: Without::Less(&["operating_system"]),
        optional: true,
        // Half of it still says what is needed.
        quiet: &[Damage::Truncated],
    },
    Input {
        machine: "odroid-n2",
        file: "etc/os-release",
        prepare: |fixture| fixture.remove(OS_RELEASE).write("etc/os-release", "ID=haos\nVARIANT_ID=odroid-n2\n# x\n"),
        without: Without::Less(&["operating_system"]),
        optional: true,
        quiet: &[Damage::Truncated],
    },
    Input {
        machine: "odroid-n2",
        file: COMPATIBLE,
        prepare: |fixture| fixture.write(OS_RELEASE, "ID=haos\n"),
        without: Without::Less(&["operating_system"]),
        optional: true,
        quiet: DUMB,
    },
    Input {
        machine: "odroid-n2",
        file: "proc/device-tree/compatible",
        prepare: |fixture| {
            let tree = fs::read(fixture.path(COMPATIBLE)).unwrap();
            fixture.write(OS_RELEASE, "ID=haos\n").remove(COMPATIBLE).remove("proc/device-tree");
            fixture.write("proc/device-tree/compatible", tree)
        },
        without: Without::Less(&["operating_system"]),
        optional: true,
        quiet: DUMB,
    },
    Input {
        machine: "odroid-n2",
        file: "proc/sys/kernel/arch",
        // Without an arch of the user space the arch that this test was built for counts, and no board is of it.
        prepare: |fixture| fixture.write(OS_RELEASE, "ID=haos\n"),
        without: Without::Less(if cfg!(target_arch = "aarch64") { &[] } else { &["operating_system"] }),
        optional: true,
        quiet: &[Damage::Truncated],
    },
    Input {
        machine: "ova",
        file: "sys/class/dmi/id/sys_vendor",
        // Who has the flag of a guest is not asked for the maker.
        prepare: |fixture| fixture.write(OS_RELEASE, PC).remove("proc/cpuinfo"),
        without: Without::Less(&["operating_system"]),
        optional: true,
        quiet: DUMB,
    },
    Input {
        machine: "generic-x86-64",
        file: "sys/class/dmi/id/sys_vendor",
        prepare: |fixture| fixture.write(OS_RELEASE, PC),
        without: Without::Less(&["operating_system"]),
        optional: true,
        quiet: DUMB,
    },
    Input {
        machine: "generic-x86-64",
        file: "sys/class/dmi/id/product_name",
        prepare: |fixture| fixture.write(OS_RELEASE, PC),
        without: Without::Less(&[]),
        optional: true,
        quiet: DUMB,
    },
    Input {
        machine: "generic-x86-64",
        file: "proc/cpuinfo",
        prepare: |fixture| fixture.write(OS_RELEASE, PC),
        without: Without::Less(&["operating_system"]),
        optional: true,
        // The first processor is in its first half.
        quiet: &[Damage::Truncated],
    },
    Input {
        machine: "debian-supervised",
        file: "etc/hassio.json",
        prepare: |fixture| fixture,
        without: Without::Less(&[]),
        optional: true,
        quiet: &[],
    },
];

/// What can be in a file's place beside [`Damage::ALL`].
const PLACES: [&str; 7] = ["dangling", "outside", "socket", "device", "block", "sparse", "junk"];

#[test]
fn every_file_in_every_kind_of_disrepair() {
    of_each_input(|input, wrong| {
        for damage in Damage::ALL.into_iter().filter(|damage| !matches!(damage, Damage::Junk(_))) {
            let world = input.world();
            world.fixture.damage(input.file, damage);
            let silent = matches!(damage, Damage::Missing) && input.optional
                || input.quiet.iter().any(|quiet| format!("{quiet:?}") == format!("{damage:?}"));
            // Half of a text can still be good for something.
            let useless = !matches!(damage, Damage::Truncated);
            wrong.extend(input.check(&world, &format!("{damage:?}"), silent, useless).err());
        }
    });
}

#[test]
fn every_file_replaced_by_what_is_none_or_far_too_large() {
    of_each_input(|input, wrong| {
        for place in PLACES {
            let world = input.world();
            let Some(_guard) = put(&world.fixture, input.file, place) else { continue };
            // Links stay below the root, where their targets are not.
            let absent = matches!(place, "dangling" | "outside");
            wrong.extend(input.check(&world, place, absent && input.optional, true).err());
        }
    });
}

#[test]
fn what_may_not_be_read() {
    let fixture = Fixture::copy("odroid-n2");
    fs::set_permissions(fixture.path(VERSION), fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(fixture.path(VERSION)).is_ok() {
        // The same test, run by an ordinary user, tries it.
        return;
    }
    of_each_input(|input, wrong| {
        let world = input.world();
        fs::set_permissions(world.fixture.path(input.file), fs::Permissions::from_mode(0o000)).unwrap();
        wrong.extend(input.check(&world, "mode 000", false, true).err());
    });
}

/// Everything that is wrong, not just the first thing.
fn of_each_input(try_out: impl Fn(&Input, &mut Vec<String>) + Sync) {
    let wrong = thread::scope(|scope| {
        let try_out = &try_out;
        let run = |input| {
            move || {
                let mut wrong = Vec::new();
                try_out(input, &mut wrong);
                wrong
            }
        };
        let threads: Vec<_> = INPUTS.iter().map(|input| scope.spawn(run(input))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A directory on the way to the file is spoiled rather than the file.
#[test]
fn directories_on_the_way() {
    for damage in [Damage::Missing, Damage::Empty, Damage::Fifo, Damage::SymlinkLoop] {
        for (directory, file) in [(BASE, ANALYTICS), ("mnt/data/supervisor", ANALYTICS), ("mnt", ANALYTICS)] {
            let world = World::of("odroid-n2");
            world.fixture.damage(directory, damage);
            let run = run(&world);
            let is_gone = matches!(damage, Damage::Missing);
            expect(&run, if is_gone { 77 } else { 66 }, &format!("{directory} {damage:?}"));
            assert!(run.stderr.contains(if is_gone { BASE } else { file }), "{directory} {damage:?}: {}", run.stderr);
            assert_eq!(world.connections(), (0, 0));
        }
    }
}

#[test]
fn a_link_to_consent_outside_the_root_is_not_consent() {
    let (world, elsewhere) = (World::of("odroid-n2"), Fixture::copy("odroid-n2"));
    let target = elsewhere.path(ANALYTICS).display().to_string();
    for target in [target.clone(), format!("../../../../../../../../../../../..{target}")] {
        world.fixture.link(ANALYTICS, &target);
        expect(&run(&world), 66, &target);
    }
    assert_eq!(world.connections(), (0, 0));
    // The same within Home Assistant's directories is as good as the file.
    let content = fs::read(elsewhere.path(ANALYTICS)).unwrap();
    world.fixture.write(format!("{BASE}/kept"), content).link(ANALYTICS, "/config/kept");
    expect(&run(&world), 0, "a link within Home Assistant's directories");
}

/// Cut after every byte: no board but the right one is ever claimed.
#[test]
fn os_release_cut_anywhere() {
    let fixture = Fixture::copy("odroid-n2");
    let whole = fs::read(fixture.path(OS_RELEASE)).unwrap();
    let mut wrong = Vec::new();
    for length in 0..whole.len() {
        fixture.write(OS_RELEASE, &whole[..length]);
        let (found, _) = world::detect(fixture.root());
        if !found["board"].is_null() && found["board"] != "odroid-n2" {
            wrong.push(format!(
                "{}: {}",
                String::from_utf8_lossy(&whole[..length]).lines().last().unwrap(),
                found["board"]
            ));
        }
    }
    assert!(wrong.is_empty(), "half a board id is the id of another board:\n{}", wrong.join("\n"));
}

#[test]
fn device_tree_cut_anywhere() {
    let fixture = Fixture::copy("odroid-n2");
    fixture.write(OS_RELEASE, "ID=haos\n");
    let tree = fs::read(fixture.path(COMPATIBLE)).unwrap();
    for length in 0..tree.len() {
        let (found, _) = world::detect(fixture.write(COMPATIBLE, &tree[..length]).root());
        assert!(found["board"].is_null() || found["board"] == "odroid-n2", "{length}: {found}");
    }
}

/// Cut after every byte: only the whole file is a yes, and only the whole token is used.
#[test]
fn consent_and_token_cut_anywhere() {
    let world = World::of("odroid-n2");
    for (file, code) in [(ANALYTICS, 66), (OBSERVER, 0)] {
        let whole = fs::read(world.fixture.path(file)).unwrap();
        let end = whole.trim_ascii_end().len();
        for length in (0..end).step_by(3).chain([end - 1]) {
            world.fixture.write(file, &whole[..length]);
            let run = world.run("show");
            expect(&run, code, &format!("{file} cut after {length} bytes"));
            let name = file.rsplit('/').next().unwrap();
            assert!(run.stderr.contains(name), "{file} {length}: {}", run.stderr);
            assert_eq!(run.stdout.is_empty(), code != 0);
        }
        world.fixture.write(file, whole);
    }
    assert_eq!(world.connections(), (0, 0), "nothing was asked with a token that was cut");
}

#[test]
fn a_certificate_bundle_in_every_kind_of_disrepair() {
    let authority = Authority::new();
    let damages = Damage::ALL.into_iter().filter(|damage| !matches!(damage, Damage::Junk(_)));
    let ways = damages.map(Ok).chain(PLACES.into_iter().map(Err));
    let mut wrong = Vec::new();
    for way in ways {
        let fixture = Fixture::copy("odroid-n2");
        fixture.write(CA, authority.ca_pem()).remove(OBSERVER);
        let (name, guard) = match way {
            Ok(damage) => (format!("{damage:?}"), Some(fixture.damage(CA, damage)).map(|_| None)),
            Err(place) => (place.to_owned(), put(&fixture, CA, place)),
        };
        let Some(_guard) = guard else { continue };
        let receiver = Receiver::start(Listen::tls(authority.server(Leaf::Good, Versions::All)), Behaviour::Accept);
        let run = world::collector(fixture.root()).args(["send", "--endpoint", &receiver.url()]).limit(SOON).run();
        // The built-in authorities do not know ours.
        wrong.extend(outcome(&run, &[75], &name).err());
        assert!(receiver.requests().is_empty(), "{name}: sent to one whom nobody vouches for");
        let silent = matches!(name.as_str(), "Missing" | "dangling" | "outside");
        wrong.extend((!silent && !run.stderr.contains(CA)).then(|| format!("{name}: not named: {}", run.stderr)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

impl Input {
    fn world(&self) -> World {
        let fixture = Fixture::copy(self.machine);
        let fixture =
            if self.machine == "debian-supervised" { fixture.with_data("var/lib/homeassistant") } else { fixture };
        (self.prepare)(&fixture);
        let supervisor = Options::default().of(&fixture);
        World::with(fixture, supervisor)
    }

    /// Runs `send` and compares the outcome with what the file's absence means.
    fn check(&self, world: &World, how: &str, silent: bool, useless: bool) -> Result<(), String> {
        let of = format!("{} {how}", self.file);
        let run = run(world);
        let connections = world.connections();
        let bodies = world.receiver.bodies();
        match (self.without, useless) {
            (Without::No(code), true) => {
                // Nobody has been asked yet.
                let is_asked = self.file != ANALYTICS || world.fixture.path(ANALYTICS).symlink_metadata().is_ok();
                outcome(&run, &[if is_asked { code } else { 77 }], &of)?;
                claim(connections == (0, 0) && run.stdout.is_empty(), || format!("{of}: {connections:?} connections"))?;
            }
            (Without::Less(keys), true) => {
                outcome(&run, &[0], &of)?;
                let sent: serde_json::Value = serde_json::from_slice(&bodies[0]).unwrap();
                for key in ["supervisor", "operating_system"] {
                    let usual = key == "supervisor" || self.machine != "debian-supervised";
                    let expected = usual && !keys.contains(&key);
                    claim(sent.get(key).is_some() == expected, || format!("{of}: {key}, expected {expected}: {sent}"))?;
                }
            }
            (_, false) => outcome(&run, &[0, 65, 66, 77], &of)?,
        }
        let refusals = world.receiver.refusals();
        claim(refusals.is_empty(), || format!("{of}: {refusals:?}"))?;
        claim(run.code != Some(0) || bodies == [run.payload()], || format!("{of}: it posts what it does not print"))?;
        // On Home Assistant OS the one is a link to the other, and is opened by its usual name.
        let name = if self.file == OS_RELEASE { "etc/os-release" } else { self.file };
        claim(silent || run.stderr.contains(name), || format!("{of}: the file is not named: {:?}", run.stderr))
    }
}

fn run(world: &World) -> Run {
    world.collector("send").limit(SOON).run()
}

fn expect(run: &Run, code: i32, of: &str) {
    outcome(run, &[code], of).unwrap();
}

/// The code, and what is true of every run.
fn outcome(run: &Run, codes: &[i32], of: &str) -> Result<(), String> {
    let stderr = &run.stderr;
    claim(!run.timed_out, || format!("{of}: it hangs"))?;
    claim(run.code.is_some_and(|code| codes.contains(&code)), || format!("{of}: {:?}, {stderr}", run.code))?;
    claim(!stderr.contains("panicked"), || format!("{of}: {stderr}"))?;
    let peak = run.peak_rss.unwrap_or(0);
    claim(peak < MEMORY, || format!("{of}: {} kB of memory", peak >> 10))?;
    let known = |line: &str| line.starts_with("haos-analytics: ") || line.starts_with(" -> ");
    claim(stderr.len() < 8192 && stderr.lines().all(known), || format!("{of}: {} bytes: {stderr:.200}", stderr.len()))
}

fn claim(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(otherwise())
    }
}

/// Puts something that is no file there. `None` if this user may not; what is returned must live as long as it.
fn put(fixture: &Fixture, file: &str, what: &str) -> Option<Option<UnixListener>> {
    let path = fixture.remove(file).path(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let device = |kind, major, minor| mknod(&path, kind, Mode::S_IRUSR, makedev(major, minor)).ok().map(|()| None);
    match what {
        "dangling" => symlink("nowhere", &path).ok().map(|()| None),
        // Device files outside of the root, of which /dev/zero has no end.
        "outside" => symlink("/dev/zero", &path).ok().map(|()| None),
        "socket" => {
            // A socket's path has to be short.
            let short = tempfile::tempdir().unwrap();
            let listener = UnixListener::bind(short.path().join("s")).unwrap();
            fs::rename(short.path().join("s"), &path).ok().map(|()| Some(listener))
        }
        "device" => device(SFlag::S_IFCHR, 1, 5),
        "block" => device(SFlag::S_IFBLK, 7, 250),
        // Written bit by bit: what this process holds could be taken for the program's.
        "junk" => {
            let mut file = fs::File::create(&path).unwrap();
            io::copy(&mut io::repeat(b'a').take(JUNK), &mut file).ok().map(|_| None)
        }
        "sparse" => fs::File::create(&path).unwrap().set_len(1 << 40).ok().map(|()| None),
        _ => unreachable!("{what}"),
    }
}
