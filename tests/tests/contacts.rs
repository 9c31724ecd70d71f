//! Every contact of every command with the machine, as the kernel sees it, is one of PLATFORM.md;
//! and each of PLATFORM.md is made.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/contacts.rs"]
mod contacts;
#[path = "common/crashes.rs"]
mod crashes;
#[path = "common/judge.rs"]
mod judge;
#[path = "common/own_network.rs"]
mod own_network;
#[path = "common/page.rs"]
mod page;
#[path = "common/touched.rs"]
mod touched;
#[path = "common/trace.rs"]
mod trace;
#[path = "common/world.rs"]
mod world;

use contacts::{Case, Extra};
use page::{matches, Agreed, How, Page, Place, COMMANDS};
use std::collections::BTreeSet;

const NONE: Agreed = Agreed { base: false, usage: false, statistics: false, diagnostics: false };
const BASE: Agreed = Agreed { base: true, ..NONE };
const USAGE: Agreed = Agreed { usage: true, ..BASE };
const STATISTICS: Agreed = Agreed { statistics: true, ..BASE };
const CRASHES: Agreed = Agreed { diagnostics: true, ..NONE };

const EACH: &[&str] = &["send", "show", "show --explain", "status", "detect", "forget"];
const OUT: &[&str] = &["send", "forget"];
const IN_USE: &[&str] = &["send", "show --explain"];
const WITH_REPORTS: &[&str] =
    &["send", "show --explain", "show --diagnostics", "show --last", "show --diff", "status", "detect", "forget"];

/// A machine of `tests/fixtures`, what is different about it or the run, the owner's choices, and
/// the commands: each is run under each choice.
type Row = (&'static str, &'static [Extra], &'static [Agreed], &'static [&'static str]);
#[rustfmt::skip]
const CASES: [Row; 25] = [
    // What a machine is.
    ("odroid-n2",         &[],                                      &[NONE, BASE, Agreed::ALL],  EACH),
    ("odroid-n2",         &[Extra::Nameless],                       &[BASE],                     EACH),
    ("odroid-n2",         &[Extra::Nameless, Extra::TreeInProc],    &[BASE],                     EACH),
    ("generic-x86-64",    &[Extra::Nameless],                       &[BASE],                     EACH),
    ("ova",               &[Extra::Nameless],                       &[BASE],                     EACH),
    ("generic-aarch64",   &[Extra::Nameless],                       &[BASE],                     EACH),
    ("debian-supervised", &[],                                      &[BASE],                     EACH),
    ("debian-supervised", &[Extra::NoHassio],                       &[BASE],                     EACH),
    ("debian-supervised", &[Extra::DataElsewhere],                  &[BASE],                     EACH),
    // What is set.
    ("odroid-n2",         &[Extra::Settings],                       &[NONE, BASE],               EACH),
    // What is in use.
    ("odroid-n2",         &[],                                      &[USAGE, STATISTICS],        IN_USE),
    ("odroid-n2",         &[Extra::Apps, Extra::Includes],          &[USAGE, STATISTICS],        IN_USE),
    ("odroid-n2",         &[Extra::Database],                       &[USAGE],                    IN_USE),
    ("odroid-n2",         &[Extra::Includes, Extra::OldKernel],     &[Agreed::ALL],              EACH),
    // The way to the servers.
    ("odroid-n2",         &[Extra::Https, Extra::Report],           &[BASE, CRASHES],            OUT),
    ("odroid-n2",         &[Extra::Https, Extra::Ca, Extra::Report], &[BASE, CRASHES],           OUT),
    ("odroid-n2",         &[Extra::Https, Extra::Proxy, Extra::Report], &[BASE, CRASHES],        OUT),
    ("odroid-n2",         &[Extra::Named, Extra::Report],           &[BASE, CRASHES],            OUT),
    ("odroid-n2",         &[Extra::Unknown, Extra::Report],         &[BASE, CRASHES],            OUT),
    // Crashes.
    ("odroid-n2",         &[Extra::Report],                         &[NONE, Agreed::ALL],        WITH_REPORTS),
    ("odroid-n2",         &[Extra::State, Extra::Report],           &[NONE, Agreed::ALL],        WITH_REPORTS),
    ("odroid-n2",         &[Extra::BoardCrashes, Extra::Report],    &[NONE, Agreed::ALL],        &["send", "status"]),
    ("odroid-n2",         &[Extra::Fault, Extra::Report],           &[BASE],                     OUT),
    ("odroid-n2",         &[Extra::Fault, Extra::State, Extra::Report], &[BASE],                 OUT),
    ("odroid-n2",         &[Extra::NoStdin],                        &[BASE],                     EACH),
];

/// What a static program touches of what its C library may, as the page says above that table.
const OF_STATIC: [&str; 3] = ["/dev/null", "/etc/hosts", "/etc/resolv.conf"];

#[test]
fn what_is_touched_is_what_the_page_says() {
    let page = Page::read();
    let rows: Vec<_> = page.rows().collect();
    assert!(page.paths.len() > 50 && page.peers.len() > 5 && page.programs.len() == 2, "{rows:#?}");
    // Which row, by which command, with which consent alone of those that are enough.
    let mut made = BTreeSet::new();
    let mut strange = Vec::new();
    for (fixture, extras, owners, commands) in CASES {
        for agreed in owners {
            for command in commands {
                let case = Case::new(fixture, extras, *agreed);
                let Some(verdict) = case.run(&page, command) else { return };
                let name = format!("{command} on {fixture} with {extras:?} and {agreed:?}");
                strange.extend(verdict.strange.into_iter().map(|call| format!("{name}: {call}")));
                let command = command.split(' ').next().unwrap();
                for index in verdict.made {
                    let consents = rows[index].consent.iter().map(String::as_str);
                    let alone = rows[index].consent.iter().filter(|consent| agreed.has(consent)).count() == 1;
                    let given = consents.filter(|consent| command == "forget" || alone && agreed.has(consent));
                    made.extend(given.map(|consent| (index, command, consent)));
                }
            }
        }
    }
    assert!(strange.is_empty(), "PLATFORM.md does not allow {} of these: {strange:#?}", strange.len());

    let of_library = made.iter().map(|(index, ..)| rows[*index]).filter(|row| row.place == Place::Library);
    let of_library: BTreeSet<_> = of_library.map(|row| row.name.as_str()).collect();
    let is_static = !of_library.contains("/etc/ld.so.cache");
    if is_static {
        assert_eq!(of_library, BTreeSet::from(OF_STATIC));
    }
    let stale = stale(&rows, &made, is_static);
    assert!(stale.is_empty(), "PLATFORM.md has {} of these, and no run made them: {stale:#?}", stale.len());
}

/// What the page says and no run has done.
fn stale(rows: &[&page::Row], made: &BTreeSet<(usize, &str, &str)>, is_static: bool) -> Vec<String> {
    let mut stale = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let by_library = row.place == Place::Library;
        // What a C library opens depends on its maker, and on where its libraries are.
        let others = rows.iter().enumerate().filter(|(_, other)| by_library && other.line == row.line);
        let same: Vec<_> = others.map(|(other, _)| other).chain([index]).collect();
        for command in row.by.iter().filter(|_| !(by_library && is_static)) {
            for consent in &row.consent {
                if !same.iter().any(|index| made.contains(&(*index, command, consent))) {
                    stale.push(format!("{}: {:?} by {command} with {consent}", row.name, row.how));
                }
            }
        }
    }
    stale
}

/// What the page allows nobody: the word for it would have to be added first.
#[test]
fn the_page_allows_nothing_that_identifies() {
    let page = Page::read();
    for path in [
        "/etc/machine-id",
        "/etc/hostname",
        "/proc/sys/kernel/hostname",
        "/proc/sys/kernel/random/boot_id",
        "/proc/self/environ",
        "/proc/self/mem",
        "/proc/net/route",
        "/proc/net/arp",
        "/proc/cmdline",
        "/proc/version",
        "/proc/device-tree/model",
        "/proc/device-tree/serial-number",
        "/sys/firmware/devicetree/base/serial-number",
        "/sys/class/dmi/id/product_serial",
        "/sys/class/dmi/id/product_uuid",
        "/sys/class/net/eth0/address",
        "/etc/passwd",
        "/etc/shadow",
    ] {
        let named: Vec<_> = page.paths.iter().filter(|row| matches(&row.name, path)).collect();
        assert!(named.is_empty(), "{path}: {named:?}");
    }
    let of_proc: BTreeSet<_> =
        page.paths.iter().map(|row| row.name.as_str()).filter(|name| name.starts_with("/proc")).collect();
    let expected = [
        "/proc/cpuinfo",
        "/proc/device-tree/compatible",
        "/proc/self/fd/*",
        "/proc/self/maps",
        "/proc/sys/kernel/arch",
    ];
    assert_eq!(of_proc, BTreeSet::from(expected));
}

#[test]
fn the_page_is_read() {
    const PAGE: &str =
        "## Files, read below `--root`\n\n| path | by | consent | how | what for |\n|---|---|---|---|---|\n\
        | `/a`, `/b/*` | send, forget (show) | usage or statistics | read, 2 KiB | `c` |\n\
        | `/c` | all | none | look | |\n\n| `/d` | no table |\n";
    let page = Page::parse(PAGE);
    let [a, b, c] = page.paths.as_slice() else { panic!("{:?}", page.paths) };
    assert_eq!((a.name.as_str(), b.name.as_str(), a.how, c.how), ("/a", "/b/*", How::Read, How::Look));
    assert_eq!(
        (a.by.join(" "), a.on_a_fault.join(" "), c.by.len()),
        ("send forget".to_owned(), "show".to_owned(), COMMANDS.len())
    );
    assert!(a.allows("send", USAGE) && a.allows("show", STATISTICS) && a.allows("forget", NONE));
    assert!(!a.allows("send", BASE) && !a.allows("detect", Agreed::ALL) && c.allows("detect", NONE));
    for (pattern, path, expected) in [
        ("/a", "/a", true),
        ("/a", "/a/b", false),
        ("/a/*", "/a/b", true),
        ("/a/*", "/a", false),
        ("/a/*", "/a/b/c", false),
        ("/a/d-*", "/a/d-1", true),
        ("/a/d-*", "/a/e-1", false),
        ("/a/**/s", "/a/s", true),
        ("/a/**/s", "/a/b/c/s", true),
        ("/a/**/s", "/a/b/c", false),
        ("/l*/**", "/lib/x/y", true),
    ] {
        assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
    }
}
