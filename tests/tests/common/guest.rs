//! A machine that QEMU emulates: a real kernel, our programs, the files of a fixture, and no way out but to us.

use core::time::Duration;
use haos_analytics_tests::collector::Collector;
use haos_analytics_tests::fixture::Fixture;
use haos_analytics_tests::tls::Authority;
use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The address at which the guest finds what it is allowed to reach.
pub const HOST: &str = "10.0.2.100";
/// A boot takes seconds; on a busy machine some more.
const LIMIT: Duration = Duration::from_secs(120);

/// A board.
#[derive(Clone, Copy, Debug)]
pub enum Board {
    /// QEMU's own machine, which calls itself by the device tree of this name.
    Virt(&'static str),
    /// QEMU's Raspberry Pi 3 with the tree of the real one. It has no clock that goes on without power.
    Pi,
}

/// What a run in the guest said.
#[derive(Debug)]
pub struct Said {
    /// The exit code.
    pub code: i32,
    /// The lines of stdout.
    pub stdout: Vec<String>,
    /// The lines of stderr.
    pub stderr: Vec<String>,
}

/// A guest before it is switched on.
pub struct Guest {
    board: Board,
    files: Fixture,
    forwards: Vec<String>,
    steps: String,
}

impl Guest {
    /// With the files of a fixture and with the kernel's own in the place of its `/proc` and `/sys`.
    pub fn new(board: Board, fixture: &str) -> Self {
        let files = Fixture::copy(fixture);
        for kernels in ["proc", "sys"] {
            files.remove(kernels);
            fs::create_dir(files.path(kernels)).unwrap();
        }
        fs::create_dir(files.path("dev")).unwrap();
        fs::create_dir(files.path("modules")).unwrap();
        let modules = given("HAOS_ANALYTICS_GUEST").join(if matches!(board, Board::Pi) { "pi" } else { "virt" });
        for module in fs::read_dir(modules).unwrap().map(Result::unwrap) {
            fs::copy(module.path(), files.path("modules").join(module.file_name())).unwrap();
        }
        let programs = [
            ("busybox", given("HAOS_ANALYTICS_GUEST").join("busybox")),
            ("aarch64", given("HAOS_ANALYTICS_AARCH64")),
            ("armv7", given("HAOS_ANALYTICS_ARMV7")),
        ];
        for (name, file) in programs {
            executable(&files, &format!("bin/{name}"), fs::read(file).unwrap());
        }
        Self { board, files, forwards: Vec::new(), steps: String::new() }
    }

    /// The files, to be changed.
    pub fn files(&self) -> &Fixture {
        &self.files
    }

    /// Makes the authority one of the image's.
    pub fn trusts(&self, authority: &Authority) {
        self.files.write("etc/ssl/certs/ca-certificates.crt", authority.ca_pem());
    }

    /// Lets it reach a port of ours, as that port of [`HOST`].
    pub fn reaches(&mut self, port: u16, ours: u16) {
        self.forwards.push(format!("guestfwd=tcp:{HOST}:{port}-cmd:/bin/bash {{relay}} {ours}"));
    }

    /// Then runs a command of busybox's shell, whose output is not looked at.
    pub fn then(&mut self, command: &str) {
        self.steps += &format!("{command}\n");
    }

    /// Then runs one of the programs. What it says is part of what [`Self::boot`] gives.
    pub fn runs(&mut self, program: &str, arguments: &str) {
        self.steps += &format!("run {program} {arguments}\n");
    }

    /// Switches it on, waits until it switches itself off, and tells what each run said.
    pub fn boot(&self) -> Vec<Said> {
        executable(&self.files, "init", self.init());
        let directory = tempfile::tempdir().unwrap();
        let (initramfs, relay) = (directory.path().join("initramfs"), directory.path().join("relay"));
        pack(self.files.root(), &initramfs);
        fs::write(&relay, RELAY).unwrap();
        let run = self.machine(&initramfs, &relay).limit(LIMIT).run();
        let console = String::from_utf8_lossy(&run.stdout).into_owned();
        assert_eq!(run.code, Some(0), "QEMU: {}\n{console}", run.stderr);
        let said = said(&console).unwrap_or_else(|| panic!("{console}"));
        assert_eq!(said.len(), self.steps.lines().filter(|step| step.starts_with("run ")).count(), "{console}");
        said
    }

    fn machine(&self, initramfs: &Path, relay: &Path) -> Collector {
        let guest = given("HAOS_ANALYTICS_GUEST");
        let (tree, console, hardware) = match self.board {
            Board::Virt(tree) => (
                format!("{tree}.dtb"),
                "ttyAMA0",
                "-M virt -cpu cortex-a72 -m 512 -serial stdio -device virtio-net-device,netdev=n",
            ),
            Board::Pi => ("rpi3.dtb".into(), "ttyS1", "-M raspi3b -serial null -serial stdio -device usb-net,netdev=n"),
        };
        // Restricted: whatever is not forwarded goes nowhere.
        let forwards = self.forwards.join(",").replace("{relay}", relay.to_str().unwrap());
        Collector::new("qemu-system-aarch64")
            .args(hardware.split(' '))
            .args(["-display", "none", "-monitor", "none", "-no-reboot", "-kernel"])
            .arg(guest.join("Image"))
            .arg("-dtb")
            .arg(guest.join(tree))
            .arg("-initrd")
            .arg(initramfs)
            .args(["-netdev", &format!("user,id=n,restrict=on,{forwards}")])
            .args(["-append", &format!("console={console},115200 panic=-1 quiet")])
            .env("PATH", env::var_os("PATH").unwrap_or_default())
    }

    fn init(&self) -> String {
        // The Pi cannot switch itself off, but QEMU ends where it would start anew.
        let end = if matches!(self.board, Board::Pi) { "reboot -f" } else { "poweroff -f" };
        format!("{INIT}{}{end}\n", self.steps)
    }
}

/// The first process.
const INIT: &str = r#"#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc && mount -t sysfs sysfs /sys && mount -t devtmpfs dev /dev
mkdir -p /tmp
dmesg -n 1; echo
for module in /modules/*; do insmod $module; done
for second in 1 2 3 4 5 6 7 8 9 10; do [ ! -e /sys/class/net/eth0 ] || break; sleep 1; done
# The one card has the name of the Supervisor's bridge: its token leaves by no other.
ip link set lo up && ip link set eth0 name hassio && ip addr add 10.0.2.15/24 dev hassio && ip link set hassio up
run() {
  program=$1; shift
  /bin/$program "$@" >/tmp/stdout 2>/tmp/stderr
  echo "@@ $?"; sed 's/^/@1 /' /tmp/stdout; sed 's/^/@2 /' /tmp/stderr
}
"#;

/// Joins QEMU's side of a forwarded connection to ours.
const RELAY: &str = "exec 3<>/dev/tcp/127.0.0.1/$1\ncat <&3 &\ncat >&3\nkill $!\n";

/// What `.ci/boot` tells us.
fn given(variable: &str) -> PathBuf {
    env::var_os(variable).unwrap_or_else(|| panic!("{variable} is not set: this is for .ci/boot")).into()
}

fn executable(files: &Fixture, path: &str, content: impl AsRef<[u8]>) {
    files.write(path, content);
    fs::set_permissions(files.path(path), fs::Permissions::from_mode(0o755)).unwrap();
}

fn pack(root: &Path, initramfs: &Path) {
    let script = "cd \"$0\" && find . | cpio --create --format newc --owner 0:0 --quiet >\"$1\"";
    let status = Command::new("/bin/sh").args(["-c", script]).args([root, initramfs]).status().unwrap();
    assert!(status.success(), "cpio: {status}");
}

/// The runs of a console; `None` if a line makes no sense.
fn said(console: &str) -> Option<Vec<Said>> {
    let mut all: Vec<Said> = Vec::new();
    for line in console.lines().filter(|line| line.starts_with('@')) {
        let (mark, rest) = line.trim_end_matches('\r').split_at_checked(3)?;
        match mark {
            "@@ " => all.push(Said { code: rest.parse().ok()?, stdout: Vec::new(), stderr: Vec::new() }),
            "@1 " => all.last_mut()?.stdout.push(rest.to_owned()),
            "@2 " => all.last_mut()?.stderr.push(rest.to_owned()),
            _ => return None,
        }
    }
    Some(all)
}
