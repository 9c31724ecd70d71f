//! Which board, which version, which architecture: over every fixture, and where os-release does not tell.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/world.rs"]
mod world;

use haos_analytics_tests::fixture::{golden, Fixture};
use haos_analytics_tests::supervisor::{info, Options};
use serde_json::{json, Value};
use world::{detect, empty_root, fixtures, reports, run, World};

const TREE: &str = "sys/firmware/devicetree/base/compatible";
const N2: &[u8] = b"hardkernel,odroid-n2\0amlogic,s922x\0amlogic,g12b\0";
const VIM3: &[u8] = b"khadas,vim3\0amlogic,s922x\0amlogic,g12b\0";
const UNKNOWN: &[u8] = b"acme,board\0amlogic,s922x\0amlogic,g12b\0";

#[test]
fn every_fixture_is_recognised() {
    for name in fixtures() {
        let fixture = Fixture::copy(&name);
        let run = run(&world::collector(fixture.root()).args(["detect", "--json"]));
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{name}");
        let facts = String::from_utf8(golden(&format!("{name}.detect"))).unwrap();
        let expected = facts.strip_suffix('}').unwrap();
        assert!(run.text().starts_with(&format!("{expected},\"evidence\":{{")), "{name}: {}", run.text());

        let found: Value = serde_json::from_slice(run.payload()).unwrap();
        for (fact, value) in serde_json::from_str::<Value>(&facts).unwrap().as_object().unwrap() {
            let evidence = found["evidence"][fact].as_str().unwrap_or_default();
            assert!(value.is_null() || !evidence.is_empty(), "{name}: {fact}");
        }
    }
}

#[test]
fn every_fixture_reports() {
    for name in fixtures().iter().filter(|name| reports(name)) {
        let fixture = Fixture::copy(name);
        let fixture = if name == "debian-supervised" { fixture.with_data("var/lib/homeassistant") } else { fixture };
        let (found, _) = detect(fixture.root());
        let info = info(true, true, found["arch"].as_str().unwrap());
        let options = Options { info, ..Options::default() }.of(&fixture);
        let world = World::with(fixture, options);

        let run = world.run("send");
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{name}");
        let golden = golden(name);
        assert_eq!(run.text(), format!("{}\n", core::str::from_utf8(&golden).unwrap()), "{name}");
        assert_eq!(world.receiver.bodies(), [golden], "{name}");
        assert_eq!((world.connections(), world.receiver.stored().len()), ((1, 1), 1), "{name}");
    }
}

#[test]
fn a_machine_that_nobody_asked_says_nothing() {
    let silent: Vec<_> = fixtures().into_iter().filter(|name| !reports(name)).collect();
    assert_eq!(silent, ["fedora", "no-os-release-odroid-n2"]);
    for name in silent {
        let world = World::with(Fixture::copy(&name), Options::default());
        let run = world.run("send");
        assert_eq!((run.code, run.text()), (Some(77), ""), "{name}: {}", run.stderr);
        assert!(
            run.stderr.contains("o Home Assistant on this machine: ") || run.stderr.contains("has not asked yet"),
            "{name}: {}",
            run.stderr
        );
        assert_eq!(world.connections(), (0, 0), "{name}");
    }
}

#[test]
fn disagreements_are_told_and_os_release_counts() {
    let cpe = "CPE_NAME=cpe:2.3:o:home-assistant:haos:17.1:*:production:*:*:*:odroid-n2:*";
    // os-release, device tree, board, version, and the words of the one remark
    type Case<'a> = (&'a str, &'a [u8], &'a str, &'a str, &'a [&'a str]);
    let cases: [Case<'_>; 6] = [
        ("VARIANT_ID=odroid-n2\nVERSION_ID=17.1", N2, "odroid-n2", "17.1", &[]),
        (
            "VARIANT_ID=green\nVERSION_ID=17.1",
            N2,
            "odroid-n2",
            "17.1",
            &["CPE_NAME", "odroid-n2", "VARIANT_ID", "green"],
        ),
        ("VERSION_ID=16.3", N2, "odroid-n2", "17.1", &["CPE_NAME", "17.1", "VERSION_ID", "16.3"]),
        ("", VIM3, "odroid-n2", "17.1", &["odroid-n2", "CPE_NAME", "khadas-vim3", TREE, "khadas,vim3"]),
        ("", UNKNOWN, "odroid-n2", "17.1", &[]),
        ("", b"", "odroid-n2", "17.1", &[]),
    ];
    for (lines, tree, board, version, remark) in cases {
        let root = empty_root();
        root.write("etc/os-release", format!("ID=haos\n{cpe}\n{lines}\nSUPERVISOR_ARCH=aarch64\n")).write(TREE, tree);
        let (found, log) = detect(root.root());
        assert_eq!((&found["board"], &found["os_version"]), (&json!(board), &json!(version)), "{lines}");
        assert_eq!(log.lines().count(), usize::from(!remark.is_empty()), "{lines}: {log}");
        assert!(remark.iter().all(|word| log.contains(word)), "{lines}: {log}");
    }
    for name in ["generic-aarch64", "generic-x86-64", "ova"] {
        let fixture = Fixture::copy(name);
        fixture.write(TREE, VIM3);
        let (found, log) = detect(fixture.root());
        assert_eq!((&found["board"], log.as_str()), (&json!(name), ""), "an image for any machine");
    }
}

/// A Home Assistant OS whose os-release does not name the board.
fn nameless(arch: &str) -> Fixture {
    let root = empty_root();
    root.write("etc/os-release", "ID=haos\nVERSION_ID=17.1\n").write("proc/sys/kernel/arch", format!("{arch}\n"));
    root
}

#[test]
fn without_a_name_the_device_tree_or_the_firmware_tells() {
    let (proc, efi) = ("proc/device-tree/compatible", "sys/firmware/efi/systab");
    let vendor = "sys/class/dmi/id/sys_vendor";
    // the kernel's arch, files, board, and what the evidence names
    type Files<'a> = &'a [(&'a str, &'a [u8])];
    type Case<'a> = (&'a str, Files<'a>, Option<(&'a str, &'a str)>);
    let cases: [Case<'_>; 16] = [
        ("aarch64", &[(TREE, N2)], Some(("odroid-n2", TREE))),
        ("aarch64", &[(proc, N2)], Some(("odroid-n2", proc))),
        ("aarch64", &[(TREE, VIM3), (proc, N2)], Some(("khadas-vim3", TREE))),
        ("aarch64", &[(TREE, N2), (efi, b"")], Some(("odroid-n2", TREE))),
        ("aarch64", &[(TREE, UNKNOWN)], None),
        ("aarch64", &[(TREE, b"")], None),
        ("aarch64", &[(TREE, b"hardkernel,odroid-n2")], None),
        ("aarch64", &[(TREE, b"linux,dummy-virt\0")], Some(("generic-aarch64", TREE))),
        ("aarch64", &[(efi, b"")], Some(("generic-aarch64", "sys/firmware/efi"))),
        ("aarch64", &[(efi, b""), (TREE, UNKNOWN)], Some(("generic-aarch64", "sys/firmware/efi"))),
        ("aarch64", &[(vendor, b"QEMU\n")], None),
        ("aarch64", &[], None),
        ("aarch64", &[(TREE, b"raspberrypi,4-model-b\0brcm,bcm2711\0")], Some(("rpi4-64", TREE))),
        ("armv7l", &[(TREE, b"raspberrypi,4-model-b\0brcm,bcm2711\0")], Some(("rpi4", TREE))),
        ("armv7l", &[(efi, b"")], None),
        ("x86_64", &[(efi, b"")], None),
    ];
    for (arch, files, expected) in cases {
        let root = nameless(arch);
        for (file, content) in files {
            root.write(file, content);
        }
        let (found, log) = detect(root.root());
        assert_eq!(found["board"], json!(expected.map(|(board, _)| board)), "{arch} {files:?}");
        let evidence = found["evidence"]["board"].as_str().unwrap_or_default();
        assert!(evidence.contains(expected.map_or("", |(_, evidence)| evidence)), "{evidence}");
        assert_eq!((&found["os_version"], log.as_str()), (&json!("17.1"), ""), "{arch} {files:?}");
    }
}

#[test]
fn a_pc_with_another_system_is_no_board_of_ours() {
    let tells = "VERSION_ID=17.1\nVARIANT_ID=odroid-n2\nSUPERVISOR_MACHINE=odroid-n2\nSUPERVISOR_ARCH=armhf\n\
                 CPE_NAME=cpe:2.3:o:home-assistant:haos:17.1:*:production:*:*:*:odroid-n2:*\n";
    for id in ["debian", "fedora", "HAOS", "haos-fork", "hassio-os"] {
        let root = nameless("aarch64");
        root.write("etc/os-release", format!("ID={id}\n{tells}")).write(TREE, N2);
        let (found, _) = detect(root.root());
        for fact in ["board", "os_version", "machine"] {
            assert_eq!(found[fact], Value::Null, "{id}: {fact}");
        }
        assert_eq!((&found["installation_type"], &found["arch"]), (&json!("Unknown"), &json!("aarch64")), "{id}");
    }
}
