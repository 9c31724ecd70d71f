//! A real proxy between the program and the receiver.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/world.rs"]
mod world;

use core::net::Ipv4Addr;
use core::time::Duration;
use haos_analytics_tests::collector::Run;
use haos_analytics_tests::fixture::Fixture;
use haos_analytics_tests::http_server::Listen;
use haos_analytics_tests::receiver::{Behaviour, Receiver};
use haos_analytics_tests::supervisor::{Options, Supervisor};
use haos_analytics_tests::tls::{Authority, Leaf, Versions};
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use tempfile::TempDir;
use world::{find_program, run, skipped};

/// A running tinyproxy, which ends with this value.
struct Tinyproxy {
    child: Child,
    port: u16,
    _directory: TempDir,
}

impl Tinyproxy {
    fn start(program: &Path, settings: &str) -> Self {
        let directory = TempDir::new().unwrap();
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let file = directory.path().join("tinyproxy.conf");
        let common = format!("Port {port}\nListen 127.0.0.1\nTimeout 60\nMaxClients 20\n");
        fs::write(&file, common + settings).unwrap();
        let mut command = Command::new(program);
        command.arg("-d").arg("-c").arg(&file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let tinyproxy = Self { child: command.spawn().unwrap(), port, _directory: directory };
        let listens = || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok();
        let pause = || thread::sleep(Duration::from_millis(20));
        assert!(
            (0..500).any(|_| listens() || {
                pause();
                false
            }),
            "tinyproxy does not listen"
        );
        tinyproxy
    }
}

impl Drop for Tinyproxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn through_tinyproxy() {
    let Some(program) = find_program("tinyproxy") else { return skipped("there is no tinyproxy") };
    let fixture = Fixture::copy("odroid-n2");
    let supervisor = Supervisor::start(Options::default().of(&fixture));
    let authority = Authority::new();
    let receiver = Receiver::start(Listen::tls(authority.server(Leaf::Good, Versions::All)), Behaviour::Contract);
    let collector = world::collector(fixture.root()).arg("--ca").arg(authority.ca_file());
    let collector = collector.args(["send", "--supervisor", &supervisor.url(), "--endpoint", &receiver.url()]);
    let send = |proxy: &Tinyproxy, credentials: &str| -> Run {
        run(&collector.clone().env("https_proxy", format!("http://{credentials}127.0.0.1:{}", proxy.port)))
    };

    let open = Tinyproxy::start(&program, "");
    let sent = send(&open, "");
    assert_eq!((sent.code, sent.stderr.as_str(), receiver.connections()), (Some(0), "", 1));

    let guarded = Tinyproxy::start(&program, "BasicAuth user pass-word\n");
    let sent = send(&guarded, "user:pass%2Dword@");
    assert_eq!((sent.code, sent.stderr.as_str(), receiver.connections()), (Some(0), "", 2));
    let narrow = Tinyproxy::start(&program, "ConnectPort 443\n");
    for (proxy, credentials, words) in [
        (&guarded, "", "407 Proxy Authentication Required"),
        (&guarded, "user:wrong@", "40"),
        (&narrow, "", "403 Forbidden"),
    ] {
        let sent = send(proxy, credentials);
        let told = format!(": the proxy 127.0.0.1:{} (https_proxy): {words}", proxy.port);
        assert_eq!((sent.code, receiver.connections()), (Some(75), 2), "{words}: {}", sent.stderr);
        assert!(sent.stderr.contains(&told) && sent.stderr.lines().count() == 1, "{words}: {}", sent.stderr);
    }
}
