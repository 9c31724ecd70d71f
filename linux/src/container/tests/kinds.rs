//! What is found where a path leads: a secret, a directory, what is no file, and what is replaced
//! meanwhile.

use core::sync::atomic::{AtomicBool, Ordering};
use std::os::unix::fs::PermissionsExt;
use std::thread;

use haos_analytics_home_assistant::files::Kind;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;

use super::*;

#[test]
fn secrets_are_known_under_every_name() {
    let machine = Machine::new("secrets");
    machine.write("homeassistant/git/secrets.yaml", "never").link("homeassistant/secrets.yaml", "/config/git/x.yaml");
    machine.write("homeassistant/git/x.yaml", "never either").write("homeassistant/open.yaml", "open");
    machine.link("homeassistant/other.yaml", "secrets.yaml").link("homeassistant/far.yaml", "/config/git/secrets.yaml");
    machine.hard_link("homeassistant/hard.yaml", "homeassistant/git/x.yaml");
    machine.hard_link("share/hard.yaml", "homeassistant/git/x.yaml");
    machine.write("homeassistant/packages/secrets.yaml", "of a folder");
    machine.hard_link("homeassistant/packages/hard.yaml", "homeassistant/packages/secrets.yaml");
    machine.hard_link("homeassistant/packages/a/b/hard.yaml", "homeassistant/packages/secrets.yaml");
    machine.write("homeassistant/packages/open.yaml", "open").write("share/secrets.yaml", "of another");
    machine.link("homeassistant/shared.yaml", "/share/secrets.yaml").link("homeassistant/name/secrets.yaml", "../open");
    machine.write("homeassistant/open", "by its link's name").link("homeassistant/folder", "/config/packages");
    machine.link("homeassistant/renamed.yaml", "name/secrets.yaml");
    machine.reads(&[
        ("/config/secrets.yaml", Err(SECRET)),
        ("/config/git/secrets.yaml", Err(SECRET)),
        ("/config/git/x.yaml", Err(SECRET)),
        ("/config/git/../secrets.yaml", Err(SECRET)),
        ("/config/other.yaml", Err(SECRET)),
        ("/config/far.yaml", Err(SECRET)),
        ("/config/hard.yaml", Err(SECRET)),
        ("/share/hard.yaml", Err(SECRET)),
        ("/config/packages/hard.yaml", Err(SECRET)),
        ("/config/folder/hard.yaml", Err(SECRET)),
        ("/config/packages/a/b/hard.yaml", Err(SECRET)),
        ("/config/shared.yaml", Err(SECRET)),
        ("/config/name/secrets.yaml", Err(SECRET)),
        ("/config/renamed.yaml", Err(SECRET)),
        ("/config/open.yaml", Ok("open")),
        ("/config/packages/open.yaml", Ok("open")),
    ]);
}

#[test]
fn a_directory_is_listed_as_the_container_has_it() {
    let machine = Machine::new("list");
    machine.write("homeassistant/file", "x").write("homeassistant/sub/file", "x").write("share/s/t", "x");
    machine.link("homeassistant/a", "/config/sub").link("homeassistant/b", "../share/s");
    machine.link("homeassistant/c", "sub/file").link("homeassistant/d", "/data/homeassistant/file");
    machine.link("homeassistant/e", "e").link("homeassistant/g", "fifo").link("homeassistant/h", "/share");
    mkfifo(&machine.path("homeassistant/fifo"), Mode::S_IRWXU).unwrap();
    machine.each(|container, how| {
        let list = |path: &str| container.list(Path::new(path), 99).map_err(|cause| cause.to_string());
        let entries = |path: &str| -> Vec<(String, Kind)> {
            let entries = list(path).unwrap().into_iter();
            entries.map(|entry| (entry.name.into_string().unwrap(), entry.kind)).collect()
        };
        let expected = [
            ("a", Kind::LinkToDirectory),
            ("b", Kind::LinkToDirectory),
            ("c", Kind::File),
            ("d", Kind::BrokenLink),
            ("e", Kind::BrokenLink),
            ("fifo", Kind::Other),
            ("file", Kind::File),
            ("g", Kind::Other),
            ("h", Kind::LinkToDirectory),
            ("sub", Kind::Directory),
        ];
        assert_eq!(entries("/config"), expected.map(|(name, kind)| (name.to_owned(), kind)), "{how}");
        assert_eq!(entries("/config/b"), [("t".to_owned(), Kind::File)], "{how}");
        assert_eq!(list("/config/file"), Err("not a directory".to_owned()), "{how}");
        assert_eq!(list("/config/gone"), Err(MISSING.to_owned()), "{how}");
        assert_eq!(list("/config/d"), Err(OUTSIDE.to_owned()), "{how}");
        assert!(matches!(container.list(Path::new("/config"), 9), Err(Cause::TooMany { limit: 9 })), "{how}");
        assert_eq!(container.list(Path::new("/config"), 10).unwrap().len(), 10, "{how}");
    });
}

#[test]
fn what_is_no_file_or_may_not_be_read() {
    let machine = Machine::new("none");
    machine
        .write("homeassistant/closed", "x")
        .write("homeassistant/shut/file", "x")
        .write("homeassistant/large", "12345");
    mkfifo(&machine.path("homeassistant/fifo"), Mode::S_IRWXU).unwrap();
    machine.link("homeassistant/pipe", "fifo");
    machine.reads(&[("/config/fifo", Err(NO_FILE)), ("/config/pipe", Err(NO_FILE))]);
    for name in ["homeassistant/closed", "homeassistant/shut"] {
        fs::set_permissions(machine.path(name), fs::Permissions::from_mode(0o000)).unwrap();
    }
    // Root may read everything.
    let expected = match fs::read(machine.path("homeassistant/closed")) {
        Ok(_) => Ok("x"),
        Err(_) => Err("Permission denied (os error 13)"),
    };
    machine.reads(&[("/config/closed", expected), ("/config/shut/file", expected)]);
    fs::set_permissions(machine.path("homeassistant/shut"), fs::Permissions::from_mode(0o700)).unwrap();
    machine.each(|container, how| {
        assert_eq!(read(container, Path::new("/config/large"), 5).unwrap(), b"12345", "{how}");
        let error = read(container, Path::new("/config/large"), 4).unwrap_err();
        let shown = machine.path("homeassistant/large");
        assert_eq!(error.to_string(), format!("{}: larger than 4 bytes", shown.display()), "{how}");
        assert_eq!(container.shown(Path::new("/etc/passwd")), Path::new("/etc/passwd"), "{how}");
        assert!(read(container, Path::new("/config/gone"), 4).is_err_and(|error| error.is_missing()), "{how}");
    });
    fs::remove_dir_all(machine.path("ssl")).unwrap();
    machine.link("homeassistant/ssl", "/ssl/x");
    machine.reads(&[("/ssl/x", Err(MISSING)), ("/config/ssl", Err(BROKEN))]);
}

#[test]
fn a_file_that_is_replaced_meanwhile_is_one_of_the_two() {
    let machine = Machine::new("replaced");
    machine.write("homeassistant/file", "x").link("homeassistant/link", "file");
    let (new, file) = (machine.path("homeassistant/new"), machine.path("homeassistant/file"));
    let reading = AtomicBool::new(true);
    let still = || reading.load(Ordering::Relaxed);
    thread::scope(|scope| {
        scope.spawn(|| {
            while still() {
                fs::write(&new, "x").unwrap();
                fs::rename(&new, &file).unwrap();
            }
        });
        let outcome = std::panic::catch_unwind(|| {
            for _ in 0..200 {
                machine.reads(&[("/config/file", Ok("x")), ("/config/link", Ok("x"))]);
            }
        });
        reading.store(false, Ordering::Relaxed);
        assert!(outcome.is_ok());
    });
}
