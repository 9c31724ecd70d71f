//! The Supervisor at its own address, in networks that exist only for the test: its token leaves by
//! its bridge or not at all.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/trace.rs"]
mod trace;
#[path = "common/world.rs"]
mod world;

use core::net::SocketAddr;
use core::sync::atomic::{AtomicUsize, Ordering};
use haos_analytics_tests::collector::Collector;
use haos_analytics_tests::http_server::Request;
use haos_analytics_tests::receiver::{program, BIN};
use haos_analytics_tests::supervisor::{Options, Supervisor};
use std::io::{self, stdin, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::{env, fs, thread};
use trace::traced;
use world::{find_program, run, skipped, World};

const INSIDE: &str = "INSIDE_A_NETWORK_OF_ITS_OWN";
/// The bearer that a container's Supervisor knows.
const TOKEN: &str = "TOKEN_OF_THE_CONTAINER";
const SUPERVISOR: &str = "172.30.32.2:80";
const STATE: &str = r#""supervisor":{"healthy":true,"supported":true,"arch":"aarch64"}"#;

/// Runs the other tests of this file in network namespaces, which end with them.
#[test]
fn the_token_leaves_by_the_bridge_or_not_at_all() {
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
    // There cargo would have no network to build it with.
    again.env(BIN, program());
    let output = again.output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[test]
#[ignore = "the first test runs it in a network namespace"]
fn inside() {
    if env::var_os(INSIDE).is_none() {
        return skipped("this would change the network of the machine");
    }
    // No packet but those that are asked for.
    fs::write("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1").unwrap();
    ip("link set lo up");
    let world = World::of("odroid-n2");
    let (root, endpoint) = (world.fixture.root(), world.receiver.url());
    let collector = world::collector(root).args(["send", "--endpoint", &endpoint]);
    ip("link add docker0 type bridge");
    let mut real = Container::start("docker0-port", &world.fixture.observer_token());
    ip("link set docker0-port master docker0");
    ip("link set docker0 up");
    ip("addr add 172.30.32.1/23 dev docker0");

    // The right network behind the wrong interface: somebody else's container may answer there.
    let spellings =
        ["172.30.32.2", "172.30.32.2:80", "[::ffff:172.30.32.2]", "172.30.8194", "2887655426", "0xac1e2002"];
    let others = spellings.map(|host| collector.clone().args(["--supervisor", &format!("http://{host}")]));
    for collector in others.iter().chain([&collector]) {
        not_asked(collector, "there is no interface hassio (is Docker running?)");
    }
    assert_eq!(real.counts(), (0, 0));

    ip("link set docker0 down");
    ip("link set docker0 name hassio");
    ip("link set hassio up");
    asked(&collector);
    assert_eq!(real.counts(), (1, 1));

    // As a VPN with policy routing sets it up: the main table says hassio, and another one is asked
    // before it.
    let mut stranger = Container::start("vpn0", &world.fixture.observer_token());
    // No bridge, which would send something now and then.
    ip(&format!("neigh replace 172.30.32.2 lladdr {} nud permanent dev vpn0", stranger.address));
    ip("addr add 10.9.0.1/24 dev vpn0");
    ip("route add 172.30.32.0/23 dev vpn0 src 10.9.0.1 table 52");
    ip("rule add pref 5270 lookup 52");
    let mut control = TcpStream::connect(SUPERVISOR).unwrap();
    control.shutdown(Shutdown::Write).unwrap();
    control.read_to_end(&mut Vec::new()).unwrap();
    assert_eq!((real.counts(), stranger.counts()), ((1, 1), (1, 0)), "the rule leads to the stranger");
    // What the stranger asks for at the end is not answered: from here on no packet is due.
    ip("link set vpn0 arp off");
    let packets = packets_of("vpn0");
    asked(&collector);
    for collector in &others {
        asked(collector);
    }
    assert_eq!((real.counts(), stranger.counts()), ((8, 8), (1, 0)));
    if let Some(bare) = without_capabilities(&collector) {
        asked(&bare);
        assert_eq!((real.counts(), stranger.counts()), ((9, 9), (1, 0)));
    }
    binds_before_it_connects(&collector);

    // The interface is there, but it no longer carries the network.
    ip("addr flush dev hassio");
    not_asked(&collector, "");
    ip("link set hassio down");
    not_asked(&collector, "by the interface hassio: ");
    ip("link del hassio");
    not_asked(&collector, "there is no interface hassio (is Docker running?)");
    assert_eq!((stranger.counts(), packets_of("vpn0")), ((1, 0), packets));
}

/// The report goes out without the Supervisor's state, and the log says why.
fn not_asked(collector: &Collector, why: &str) {
    let sent = run(collector);
    assert_eq!(sent.code, Some(0), "{}", sent.stderr);
    assert!(sent.stderr.contains("the report goes without the Supervisor's state: it "), "{why}: {}", sent.stderr);
    assert!(sent.stderr.contains(why) && !sent.text().contains("\"supervisor\""), "{why}: {}", sent.stderr);
}

fn asked(collector: &Collector) {
    let sent = run(collector);
    assert_eq!((sent.code, sent.stderr.as_str()), (Some(0), ""));
    assert!(sent.text().contains(STATE), "{}", sent.text());
}

/// The same run by a process that may do nothing special.
fn without_capabilities(collector: &Collector) -> Option<Collector> {
    let Some(setpriv) = find_program("setpriv") else {
        skipped("without capabilities: there is no setpriv");
        return None;
    };
    let words = ["--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"].map(str::to_owned);
    Some(collector.clone().under([setpriv.into_os_string()].into_iter().chain(words.map(Into::into))))
}

fn binds_before_it_connects(collector: &Collector) {
    let Some((sent, trace)) = traced(collector) else { return };
    assert_eq!(sent.code, Some(0), "{}", sent.stderr);
    let calls = trace.of(&["setsockopt", "connect"]);
    let connect = calls.iter().position(|call| call.contains("172.30.32.2")).unwrap();
    let socket = calls[connect].split(['(', ',']).nth(1).unwrap();
    let bound = format!("setsockopt({socket}, SOL_SOCKET, SO_BINDTODEVICE, \"hassio\"");
    assert!(calls[..connect].iter().any(|call| call.starts_with(&bound)), "{calls:#?}");
    // Before that, whether there is a bridge at all; what is for anybody else goes where the tables
    // say.
    assert_eq!(calls.iter().filter(|call| call.contains("SO_BINDTODEVICE")).count(), 2, "{calls:#?}");
}

fn ip(words: &str) {
    let output = Command::new(find_program("ip").unwrap()).args(words.split(' ')).output().unwrap();
    assert!(output.status.success(), "ip {words}: {}", String::from_utf8_lossy(&output.stderr));
}

/// How many packets have left by an interface.
fn packets_of(interface: &str) -> u64 {
    let output = Command::new(find_program("ip").unwrap()).args(["-s", "-j", "link", "show", interface]).output();
    let links: serde_json::Value = serde_json::from_slice(&output.unwrap().stdout).unwrap();
    links[0]["stats64"]["tx"]["packets"].as_u64().unwrap()
}

/// A Supervisor at its own address, in a network namespace of its own behind a new interface.
struct Container {
    child: Child,
    lines: BufReader<ChildStdout>,
    /// The hardware address of its interface.
    address: String,
}

impl Container {
    fn start(interface: &str, token: &str) -> Self {
        let inner = format!("{}-in", &interface[..4]);
        let mut command = Command::new(find_program("unshare").unwrap());
        command.arg("-n").arg(env::current_exe().unwrap()).args(["--exact", "container", "--ignored", "--nocapture"]);
        command.env(INSIDE, &inner).env(TOKEN, token).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        let mut container = Self { child, lines, address: String::new() };
        container.read("here");
        ip(&format!("link add {interface} type veth peer name {inner}"));
        ip(&format!("link set {inner} netns {}", container.child.id()));
        ip(&format!("link set {interface} up"));
        container.address = container.tell("listens at ");
        container
    }

    /// Its connections, and the requests with its token.
    fn counts(&mut self) -> (usize, usize) {
        let counts = self.tell("counts ");
        let (connections, authorized) = counts.split_once(' ').unwrap();
        (connections.parse().unwrap(), authorized.parse().unwrap())
    }

    fn tell(&mut self, before_answer: &str) -> String {
        self.child.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
        self.read(before_answer)
    }

    fn read(&mut self, before: &str) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            assert!(self.lines.read_line(&mut line).unwrap() > 0, "the container has ended");
            if let Some((_, after)) = line.split_once(before) {
                return after.trim_end().to_owned();
            }
        }
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
#[ignore = "the others run it in a network namespace"]
fn container() {
    let (Ok(interface), Ok(token)) = (env::var(INSIDE), env::var(TOKEN)) else {
        return skipped("this would change the network of the machine");
    };
    let mut orders = stdin().lines();
    println!("here");
    orders.next();
    ip("link set lo up");
    ip(&format!("addr add 172.30.32.2/23 dev {interface}"));
    ip(&format!("link set {interface} up"));
    if interface.starts_with("vpn0") {
        ip("route add default via 172.30.32.1"); // its answers are for another network
    }
    let supervisor = Supervisor::start(Options { token: token.clone(), ..Options::default() });
    let calls = relay(SUPERVISOR, supervisor.address());
    let output = Command::new(find_program("ip").unwrap()).args(["-j", "link", "show", &interface]).output().unwrap();
    let links: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    println!("listens at {}", links[0]["address"].as_str().unwrap());
    let bearer = format!("Bearer {token}");
    let knows = |request: &&Request| request.header("authorization") == Some(bearer.as_str());
    for _ in orders {
        println!("counts {} {}", calls.load(Ordering::SeqCst), supervisor.requests().iter().filter(knows).count());
    }
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
