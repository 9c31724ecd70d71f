//! Values that are no facts, the order of the sources of a fact, and links that point out of the root.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/world.rs"]
mod world;

use haos_analytics_tests::fixture::Fixture;
use serde_json::{json, Value};
use world::{detect, empty_root};

const N2: &[u8] = b"hardkernel,odroid-n2\0amlogic,s922x\0amlogic,g12b\0";
/// The form of a fact, as a remark says it.
const LABEL: &str = "it must be 1 to 64 of A-Z, a-z, 0-9, ., _, + and -; treated as absent";
const KERNEL_ARCH: &str = "proc/sys/kernel/arch";

/// An ODROID-N2 by its tree, with these lines in os-release.
fn root(lines: &[&[u8]]) -> Fixture {
    let root = empty_root();
    let os_release = [b"ID=haos".as_slice()].iter().chain(lines).copied().collect::<Vec<_>>().join(&b'\n');
    root.write("usr/lib/os-release", os_release).link("etc/os-release", "../usr/lib/os-release");
    root.write("sys/firmware/devicetree/base/compatible", N2).write(KERNEL_ARCH, "aarch64\n");
    root
}

fn cpe(board: &[u8]) -> Vec<u8> {
    [b"CPE_NAME=cpe:2.3:o:home-assistant:haos:17.1:*:production:*:*:*:", board, b":*"].concat()
}

#[test]
fn a_board_that_is_no_text_is_absent_and_told() {
    let variant = |board: &[u8]| [b"VARIANT_ID=", board].concat();
    let (longest, too_long) = ([b'x'; 64], [b'x'; 65]);
    let known = variant(b"green");
    // lines of os-release, board, and the words of the remark on the value
    let tree = "odroid-n2";
    type Case<'a> = (&'a [&'a [u8]], &'a str, &'a [&'a str]);
    let cases: [Case<'_>; 14] = [
        (&[&variant(&too_long)], tree, &["VARIANT_ID", LABEL]),
        (&[&variant(b"odroid\xff")], tree, &["VARIANT_ID", LABEL]),
        (&[&variant(b"")], tree, &["VARIANT_ID", LABEL]),
        (&[&variant(b"'green\r'")], tree, &["VARIANT_ID", LABEL]),
        (&[b"VARIANT_ID='my board'"], tree, &["VARIANT_ID", LABEL]),
        (&[&variant("Grün".as_bytes())], tree, &["VARIANT_ID", LABEL]),
        (&[&cpe(&too_long), &known], "green", &["CPE_NAME", LABEL]),
        (&[&cpe(b"odroid\xff"), &known], "green", &["CPE_NAME", LABEL]),
        (&[&cpe(b""), &known], "green", &["CPE_NAME", LABEL]),
        (&[b"CPE_NAME=cpe:2.3:o:acme:system:1:*:*:*:*:*:box:*", &known], "green", &["CPE_NAME"]),
        (&[b"CPE_NAME=haos", &known], "green", &["CPE_NAME"]),
        // Not a remark on the value, but on the tree that says otherwise.
        (&[&variant(&longest)], core::str::from_utf8(&longest).unwrap(), &["the former counts"]),
        (&[&variant(b"jethub-d1")], "jethub-d1", &["the former counts"]),
        (&[&cpe(b"jethub-d1"), &variant(b"jethub-d1")], "jethub-d1", &["the former counts"]),
    ];
    for (lines, board, words) in cases {
        let (found, log) = detect(root(lines).root());
        let lines = String::from_utf8_lossy(&lines.join(&b' ')).into_owned();
        assert_eq!(found["board"], json!(board), "{lines}: {log}");
        let told = log.lines().filter(|line| words.iter().all(|word| line.contains(word))).count();
        assert_eq!(told, 1, "{lines}: {log}");
    }
}

#[test]
fn an_os_version_that_is_no_text_is_absent_and_told() {
    for value in [[b'1'; 65].as_slice(), b"17\xff", b"", b"'17.1 of hunter2'", "17\u{9b}".as_bytes()] {
        let (found, log) = detect(root(&[&[b"VERSION_ID=", value].concat()]).root());
        assert_eq!(found["os_version"], Value::Null);
        assert!(log.contains("VERSION_ID") && log.contains(LABEL) && !log.contains("hunter2"), "{log}");
    }
}

#[test]
fn the_sources_of_the_arch_and_their_order() {
    let built_for = detect(empty_root().root()).0["arch"].clone();
    assert!(built_for.is_string());
    let (long, line) = ([b'x'; 65], b"SUPERVISOR_ARCH=");
    let (os_release, kernel, build) = ("SUPERVISOR_ARCH", KERNEL_ARCH, "built for");
    // SUPERVISOR_ARCH, the kernel's file, arch, what the evidence names, and how many remarks there are
    type Bytes<'a> = Option<&'a [u8]>;
    let cases: [(Bytes<'_>, Bytes<'_>, Value, &str, usize); 17] = [
        (Some(b"aarch64"), Some(b"x86_64\n"), json!("aarch64"), os_release, 0),
        (Some(b"riscv64"), None, json!("riscv64"), os_release, 0),
        (None, Some(b"aarch64\n"), json!("aarch64"), kernel, 0),
        (None, Some(b"aarch64"), json!("aarch64"), kernel, 0),
        (None, Some(b"x86_64\n"), json!("amd64"), kernel, 0),
        (None, Some(b"i686\n"), json!("i386"), kernel, 0),
        (None, Some(b"armv7l\n"), json!("armv7"), kernel, 0),
        (None, Some(b"armv6l\n"), json!("armhf"), kernel, 0),
        (Some(b""), Some(b"aarch64\n"), json!("aarch64"), kernel, 1),
        (Some(b"arm\xff"), Some(b"aarch64\n"), json!("aarch64"), kernel, 1),
        (Some(&long), Some(b"aarch64\n"), json!("aarch64"), kernel, 1),
        (None, None, built_for.clone(), build, 0),
        (None, Some(b""), built_for.clone(), build, 1),
        (None, Some(b"\n"), built_for.clone(), build, 1),
        (None, Some(b"arm\xff\n"), built_for.clone(), build, 1),
        (None, Some(&long), built_for.clone(), build, 1),
        (Some(&long), Some(&[b'x'; 5000]), built_for.clone(), build, 2),
    ];
    for (told, file, arch, evidence, remarks) in cases {
        let line = told.map(|value| [line.as_slice(), value].concat());
        let root = root(&line.iter().map(Vec::as_slice).collect::<Vec<_>>());
        match file {
            Some(content) => root.write(KERNEL_ARCH, content),
            None => root.remove(KERNEL_ARCH),
        };
        let (found, log) = detect(root.root());
        assert_eq!(found["arch"], arch, "{told:?} {file:?}: {log}");
        assert!(found["evidence"]["arch"].as_str().unwrap().contains(evidence), "{told:?} {file:?}: {found}");
        assert_eq!(log.lines().count(), remarks, "{told:?} {file:?}: {log}");
        assert!(log.lines().all(|line| line.contains("treated as absent")), "{log}");
    }
}

#[test]
fn links_stay_in_the_root() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("os-release"), "ID=haos\nVARIANT_ID=yellow\n").unwrap();
    let outside = outside.path().join("os-release");
    let up = format!("{}{}", "../".repeat(30), outside.strip_prefix("/").unwrap().display());
    // what etc/os-release points to, and whether that is in the root
    for (target, inside) in [
        ("/usr/lib/os-release", true),
        ("../usr/lib/os-release", true),
        ("../../../../../../../../usr/lib/os-release", true),
        ("/../usr/./lib/os-release", true),
        (outside.to_str().unwrap(), false),
        (up.as_str(), false),
    ] {
        let root = root(&[b"VARIANT_ID=odroid-n2"]);
        root.link("etc/os-release", target);
        let (found, _) = detect(root.root());
        // Without what the link leads to, usr/lib/os-release is read under its own name.
        let evidence = if inside { "etc/os-release VARIANT_ID" } else { "usr/lib/os-release VARIANT_ID" };
        assert_eq!(found["board"], json!("odroid-n2"), "{target}");
        assert!(found["evidence"]["board"].as_str().unwrap().ends_with(evidence), "{target}: {found}");
    }
}

#[test]
fn a_directory_that_is_a_link_stays_in_the_root_too() {
    let root = root(&[b"VERSION_ID=17.1"]);
    root.remove("sys").write("tree/compatible", N2).link("proc/device-tree", "/tree");
    assert_eq!(detect(root.root()).0["board"], json!("odroid-n2"));
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("compatible"), N2).unwrap();
    root.link("proc/device-tree", outside.path().to_str().unwrap());
    assert_eq!(detect(root.root()).0["board"], Value::Null);
}
