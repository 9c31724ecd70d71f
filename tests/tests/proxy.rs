//! Through a proxy, if the environment names one; never around one that does not work.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test ends by panicking")]

#[path = "common/world.rs"]
mod world;

use core::net::Ipv4Addr;
use haos_analytics_tests::collector::{Collector, Run};
use haos_analytics_tests::fixture::Fixture;
use haos_analytics_tests::http_server::Listen;
use haos_analytics_tests::proxy::{self, Proxy};
use haos_analytics_tests::receiver::{Behaviour, Receiver};
use haos_analytics_tests::supervisor::{Options, Supervisor};
use haos_analytics_tests::tls::{Authority, Leaf, Versions};
use std::net::TcpListener;
use std::{fs, thread};

/// Home Assistant's receivers, of which nothing here may reach the real one.
const DEFAULT: &str = "analytics-api.home-assistant.io";
const DEVELOPMENT: &str = "analytics-api-dev.home-assistant.io";
const HA_VERSION: &str = "mnt/data/supervisor/homeassistant/.HA_VERSION";

/// A machine, and a receiver of this name to which every tunnel of the proxy leads.
struct Net {
    fixture: Fixture,
    supervisor: Supervisor,
    authority: Authority,
    receiver: Receiver,
    proxy: Proxy,
}

impl Net {
    fn new(leaf: Leaf<'_>) -> Self {
        Self::with(leaf, None)
    }

    fn with(leaf: Leaf<'_>, credentials: Option<(&str, &str)>) -> Self {
        let fixture = Fixture::copy("odroid-n2");
        let supervisor = Supervisor::start(Options::default().of(&fixture));
        let authority = Authority::new();
        let receiver = Receiver::start(Listen::tls(authority.server(leaf, Versions::All)), Behaviour::Contract);
        let credentials = credentials.map(|(user, password)| (user.to_owned(), password.to_owned()));
        let proxy = Proxy::start(proxy::Options { credentials, target: Some(receiver.address()) });
        Self { fixture, supervisor, authority, receiver, proxy }
    }

    fn collector(&self) -> Collector {
        let collector = world::collector(self.fixture.root()).arg("--ca").arg(self.authority.ca_file());
        collector.args(["send", "--supervisor", &self.supervisor.url()])
    }

    fn send(&self, endpoint: &str, variables: &[(&str, &str)]) -> Run {
        run(&self.collector().args(["--endpoint", endpoint]), variables)
    }

    /// Hosts and ports that the proxy was asked for.
    fn asked(&self) -> Vec<String> {
        self.proxy.tunnels().into_iter().map(|tunnel| tunnel.authority).collect()
    }
}

fn run(collector: &Collector, variables: &[(&str, &str)]) -> Run {
    let collector = variables.iter().fold(collector.clone(), |collector, (name, value)| collector.env(name, value));
    let run = world::run(&collector);
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    run
}

/// A port on which nobody listens.
fn closed_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// The name is for the proxy to look up: here it has no address at all.
#[test]
fn each_variable_leads_through_the_proxy() {
    for name in ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        let net = Net::new(Leaf::Named("receiver.invalid"));
        let run = net.send("https://receiver.invalid/v1", &[(name, &net.proxy.url(None))]);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{name}");
        assert_eq!(net.asked(), ["receiver.invalid:443"], "{name}");
        assert_eq!((net.proxy.connections(), net.receiver.connections()), (1, 1), "{name}");
        assert_eq!(net.receiver.bodies(), [run.payload()], "{name}");
    }
    // A port that is not the usual one, and a proxy without a scheme.
    let net = Net::new(Leaf::Named("receiver.invalid"));
    let address = net.proxy.url(None).replace("http://", "");
    let run = net.send("https://receiver.invalid:8443/v1", &[("https_proxy", &address)]);
    assert_eq!(
        (run.code, net.asked().as_slice()),
        (Some(0), ["receiver.invalid:8443".to_owned()].as_slice()),
        "{}",
        run.stderr
    );
}

#[test]
fn home_assistants_own_receivers_by_version() {
    for (version, host) in [
        ("2026.2.3", DEFAULT),
        ("2026.3.0b1", DEFAULT),
        ("2026.3.0.dev20260212", DEFAULT),
        ("2026.3.0.dev0", DEVELOPMENT),
        ("2026.3.0dev0", DEVELOPMENT),
    ] {
        let net = Net::new(Leaf::Named(host));
        net.fixture.write(HA_VERSION, version);
        let run = run(&net.collector(), &[("https_proxy", &net.proxy.url(None))]);
        assert_eq!(run.code, Some(0), "{version}: {}", run.stderr);
        assert_eq!(net.asked(), [format!("{host}:443")], "{version}");
        let requests = net.receiver.requests();
        let [request] = requests.as_slice() else { panic!("{version}: {} requests", requests.len()) };
        assert_eq!((request.path.as_str(), request.header("host")), ("/v1", Some(host)), "{version}");
        assert_eq!(request.body, run.payload(), "{version}");
    }
}

/// The certificate is the receiver's business with us; a proxy cannot answer in its place.
#[test]
fn a_proxy_that_leads_elsewhere_gets_nothing() {
    let net = Net::new(Leaf::Named("somebody.invalid"));
    let run = run(&net.collector(), &[("https_proxy", &net.proxy.url(None))]);
    assert_eq!(run.code, Some(75), "{}", run.stderr);
    assert!(run.stderr.contains("certificate"), "{}", run.stderr);
    assert_eq!((net.asked().len(), net.receiver.requests().len()), (1, 0));
}

#[test]
fn no_name_is_looked_up_here() {
    let Some(strace) = world::find_program("strace") else { return world::skipped("look-ups: there is no strace") };
    let net = Net::new(Leaf::Named(DEFAULT));
    let trace = net.fixture.path("trace");
    let words = ["-f", "-qq", "-s", "256", "-e", "trace=%network,%file", "-o"];
    let collector = net
        .collector()
        .under([strace.as_os_str()].into_iter().chain(words.map(AsRef::as_ref)).chain([trace.as_os_str()]));
    let run = run(&collector, &[("https_proxy", &net.proxy.url(None))]);
    if run.code != Some(0) && !trace.exists() {
        return world::skipped("look-ups: this user may not trace");
    }
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let trace = fs::read_to_string(trace).unwrap();
    let connects: Vec<&str> =
        trace.lines().filter(|line| line.contains("connect(") || line.contains("sendto(")).collect();
    assert!(connects.iter().any(|line| line.contains("127.0.0.1")), "{trace}");
    for line in connects.iter().filter(|line| line.contains("sa_family=")) {
        assert!(line.contains("sa_family=AF_INET, ") && line.contains("inet_addr(\"127.0.0.1\")"), "{line}");
    }
    for file in ["/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/nscd/"] {
        assert!(!trace.contains(file), "{file} was read");
    }
}

#[test]
fn credentials_with_escapes_are_refused_and_not_sent_as_they_are() {
    let known = Some(("user", "pass word%"));
    let net = Net::with(Leaf::Named("receiver.invalid"), known);
    let url = net.proxy.url(Some(("user", "pass%20word%25")));
    let run = net.send("https://receiver.invalid/v1", &[("https_proxy", &url)]);
    assert_eq!(run.code, Some(78), "{}", run.stderr);
    assert_eq!((net.proxy.connections(), net.receiver.connections()), (0, 0));
    assert!(run.stderr.contains("https_proxy") && !run.stderr.contains("pass"), "{}", run.stderr);
}

#[test]
fn plain_credentials() {
    let net = Net::with(Leaf::Named("receiver.invalid"), Some(("user", "secret")));
    let run = net.send("https://receiver.invalid/v1", &[("ALL_PROXY", &net.proxy.url(Some(("user", "secret"))))]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!((net.asked().len(), net.receiver.requests().len()), (1, 1));
    assert!(net.receiver.requests()[0].header("proxy-authorization").is_none(), "the receiver need not know them");
}

#[test]
fn a_proxy_that_refuses_is_not_gone_around() {
    thread::scope(|scope| {
        for password in [None, Some("a-wrong-one")] {
            scope.spawn(move || {
                let net = Net::with(Leaf::Good, Some(("user", "secret")));
                let url = net.proxy.url(password.map(|password| ("user", password)));
                let run = net.send(&net.receiver.url(), &[("https_proxy", &url)]);
                assert_eq!(run.code, Some(75), "{}", run.stderr);
                assert_eq!(net.receiver.connections(), 0);
                assert!(net.proxy.tunnels().iter().all(|tunnel| tunnel.status == 407));
                assert!((1..=3).contains(&net.proxy.connections()));
                assert!(password.is_none_or(|password| !run.stderr.contains(password)), "{}", run.stderr);
                assert!(run.stderr.to_lowercase().contains("proxy"), "who refused: {}", run.stderr);
            });
        }
        scope.spawn(|| {
            let net = Net::new(Leaf::Good);
            let closed = format!("http://user:a-secret@127.0.0.1:{}", closed_port());
            let run = net.send(&net.receiver.url(), &[("https_proxy", &closed)]);
            assert_eq!(run.code, Some(75), "{}", run.stderr);
            assert_eq!((net.receiver.connections(), net.proxy.connections()), (0, 0));
            assert!(!run.stderr.contains("a-secret"), "{}", run.stderr);
        });
    });
}

#[test]
fn what_is_no_http_proxy_is_a_mistake_in_the_configuration() {
    let net = Net::new(Leaf::Good);
    let port = net.proxy.url(None).rsplit(':').next().unwrap().to_owned();
    let socks = ["socks5", "socks5h", "socks4", "socks4a", "socks", "SOCKS5"]
        .map(|scheme| format!("{scheme}://127.0.0.1:{port}"));
    let bad = ["http://", "://", "http://a b:1", "http://127.0.0.1:99999", "ftp://127.0.0.1:1", "http://[::1", " "];
    let mut wrong = Vec::new();
    for value in socks.iter().map(String::as_str).chain(bad) {
        for name in ["https_proxy", "ALL_PROXY"] {
            let run = net.send(&net.receiver.url(), &[(name, value)]);
            if run.code != Some(78) || !run.stderr.contains(name) || !run.stdout.is_empty() {
                wrong.push(format!("{name}={value:?}: {:?}, {}", run.code, run.stderr));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!((net.receiver.connections(), net.proxy.connections()), (0, 0));
}

#[test]
fn exceptions_go_directly() {
    for (exceptions, direct) in [
        ("127.0.0.1", true),
        ("*", true),
        ("a.invalid, 127.0.0.1 ,b.invalid", true),
        ("", false),
        ("127.0.0.2,localhost", false),
    ] {
        for name in ["no_proxy", "NO_PROXY"] {
            let net = Net::new(Leaf::Good);
            let run = net.send(&net.receiver.url(), &[("https_proxy", &net.proxy.url(None)), (name, exceptions)]);
            assert_eq!(run.code, Some(0), "{name}={exceptions}: {}", run.stderr);
            assert_eq!(net.proxy.connections(), usize::from(!direct), "{name}={exceptions}");
            assert_eq!(net.receiver.connections(), 1, "{name}={exceptions}");
        }
    }
}

/// An empty variable is one that is not set; one for HTTP says nothing about HTTPS, and in capitals nothing at all.
#[test]
fn variables_that_do_not_count() {
    let net = Net::new(Leaf::Good);
    let url = net.proxy.url(None);
    for name in ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        assert_eq!(net.send(&net.receiver.url(), &[(name, "")]).code, Some(0), "{name}");
    }
    for name in ["http_proxy", "HTTP_PROXY", "ftp_proxy", "proxy"] {
        assert_eq!(net.send(&net.receiver.url(), &[(name, &url)]).code, Some(0), "{name}");
    }
    assert_eq!(net.proxy.connections(), 0);
}

/// The Supervisor is inside the machine: its token does not go through a proxy.
#[test]
fn the_supervisor_is_asked_directly() {
    let net = Net::new(Leaf::Named("receiver.invalid"));
    let url = net.proxy.url(None);
    let names = ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
    let run = net.send("https://receiver.invalid/v1", &names.map(|name| (name, url.as_str())));
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert_eq!(net.asked(), ["receiver.invalid:443"]);
    assert_eq!(net.supervisor.requests().len(), 1);
}

/// A receiver without TLS behind a proxy is reached by the same means.
#[test]
fn a_plain_receiver_through_a_proxy() {
    let net = Net::new(Leaf::Good);
    let plain = Receiver::start(Listen::plain(), Behaviour::Contract);
    let proxy = Proxy::start(proxy::Options::default());
    let run = net.send(&plain.url(), &[("http_proxy", &proxy.url(None))]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(
        (proxy.tunnels()[0].authority.as_str(), plain.requests().len()),
        (plain.address().to_string().as_str(), 1)
    );
}
