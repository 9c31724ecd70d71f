//! The Supervisor at its own address, in a network that exists only for the test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/world.rs"]
mod world;

use core::net::SocketAddr;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::env;
use std::io::{self, BufRead as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use world::{find_program, run, skipped, World};

const INSIDE: &str = "INSIDE_A_NETWORK_OF_ITS_OWN";

/// Runs the other test of this file in a network namespace, which ends with it.
#[test]
fn the_bridge_decides_over_the_default_address() {
    let (Some(unshare), Some(ip)) = (find_program("unshare"), find_program("ip")) else {
        return skipped("there is no unshare or no ip");
    };
    let in_namespace = |words: &[&str], program: &Path| {
        let mut command = Command::new(&unshare);
        command.args(words).arg(program).stdin(Stdio::null());
        command
    };
    let works = |words: &[&str]| {
        let mut probe = in_namespace(words, &ip);
        probe.args(["link", "add", "hassio", "type", "bridge"]).stderr(Stdio::null());
        probe.status().is_ok_and(|status| status.success())
    };
    let Some(words) = [["-n"].as_slice(), &["-r", "-n"]].into_iter().find(|words| works(words)) else {
        return skipped("no network namespace with a bridge can be made here");
    };
    let mut again = in_namespace(words, &env::current_exe().unwrap());
    again.args(["--exact", "inside", "--ignored", "--nocapture"]).env(INSIDE, "1");
    let output = again.output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[test]
#[ignore = "the other test runs it in a network namespace"]
fn inside() {
    if env::var_os(INSIDE).is_none() {
        return skipped("this would change the network of the machine");
    }
    ip("link set lo up");
    ip("link add docker0 type bridge");
    ip("addr add 172.30.32.1/23 dev docker0");
    ip("addr add 172.30.32.2/32 dev docker0");
    ip("link set docker0 up");
    let world = World::of("odroid-n2");
    let calls = relay("172.30.32.2:80", world.supervisor.address());
    let (root, endpoint) = (world.fixture.root(), world.receiver.url());
    let collector = world::collector(root).args(["send", "--endpoint", &endpoint]);

    // The right network behind the wrong interface: somebody else's container may answer there.
    let spellings =
        ["172.30.32.2", "172.30.32.2:80", "[::ffff:172.30.32.2]", "172.30.8194", "2887655426", "0xac1e2002"];
    let others = spellings.map(|host| collector.clone().args(["--supervisor", &format!("http://{host}")]));
    for collector in others.iter().chain([&collector]) {
        let sent = run(collector);
        assert_eq!((sent.code, calls.load(Ordering::SeqCst)), (Some(0), 0), "{}", sent.stderr);
        assert!(sent.stderr.contains("hassio") && !sent.text().contains("\"supervisor\""), "{}", sent.stderr);
    }

    ip("link set docker0 down");
    ip("link set docker0 name hassio");
    ip("link set hassio up");
    let sent = run(&collector);
    assert_eq!((sent.code, sent.stderr.as_str(), calls.load(Ordering::SeqCst)), (Some(0), "", 1));
    assert!(
        sent.text().contains(r#""supervisor":{"healthy":true,"supported":true,"arch":"aarch64"}"#),
        "{}",
        sent.text()
    );
    let bearer = format!("Bearer {}", world.fixture.observer_token());
    assert_eq!(world.supervisor.requests()[0].header("authorization"), Some(bearer.as_str()));
    assert_eq!(world.supervisor.requests()[0].header("host"), Some("172.30.32.2"));

    // The interface is there, but it no longer carries the network.
    ip("addr flush dev hassio");
    let sent = run(&collector);
    assert_eq!((sent.code, calls.load(Ordering::SeqCst)), (Some(0), 1), "{}", sent.stderr);
    assert!(sent.stderr.contains("hassio"), "{}", sent.stderr);
}

fn ip(words: &str) {
    let output = Command::new(find_program("ip").unwrap()).args(words.split(' ')).output().unwrap();
    assert!(output.status.success(), "ip {words}: {}", output.stderr.lines().map_while(Result::ok).collect::<String>());
}

/// Hands every connection to `address` on to the double, which listens on loopback; counts them.
fn relay(address: &str, double: SocketAddr) -> Arc<AtomicUsize> {
    let listener = TcpListener::bind(address).unwrap();
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            counted.fetch_add(1, Ordering::SeqCst);
            let _ = hand_on(client, double);
        }
    });
    calls
}

fn hand_on(mut client: TcpStream, double: SocketAddr) -> io::Result<()> {
    let mut server = TcpStream::connect(double)?;
    let (mut answers, mut to_client) = (server.try_clone()?, client.try_clone()?);
    let back = thread::spawn(move || {
        let _ = io::copy(&mut answers, &mut to_client);
        let _ = to_client.shutdown(Shutdown::Both);
    });
    io::copy(&mut client, &mut server)?;
    server.flush()?;
    server.shutdown(Shutdown::Both)?;
    let _ = back.join();
    Ok(())
}
