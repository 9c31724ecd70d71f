//! Through a proxy, if the environment names one; never around one that does not work.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test ends by panicking")]

#[path = "common/world.rs"]
mod world;

use core::net::Ipv4Addr;
use core::time::Duration;
use haos_analytics_tests::collector::{Collector, Run};
use haos_analytics_tests::fixture::Fixture;
use haos_analytics_tests::http_server::Listen;
use haos_analytics_tests::listener::{has_ipv6, Listener};
use haos_analytics_tests::proxy::{self, Proxy};
use haos_analytics_tests::receiver::{Behaviour, Receiver};
use haos_analytics_tests::supervisor::{Options, Supervisor};
use haos_analytics_tests::tls::{Authority, Leaf, Versions};
use rustls::{ServerConfig, ServerConnection};
use std::io::{self, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
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

    /// Host and port of the proxy.
    fn place(&self) -> String {
        self.proxy.url(None).replace("http://", "")
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
    let run = net.send("https://receiver.invalid:8443/v1", &[("https_proxy", &net.place())]);
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
        ("2026.3.0b1.dev0", DEVELOPMENT),
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
fn credentials_with_escapes() {
    let known = Some(("us:er", "pass word%"));
    let net = Net::with(Leaf::Named("receiver.invalid"), known);
    let url = net.proxy.url(Some(("us%3aer", "pass%20word%25")));
    let run = net.send("https://receiver.invalid/v1", &[("https_proxy", &url)]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert_eq!((net.asked().len(), net.receiver.requests().len()), (1, 1));
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
                assert_eq!(net.proxy.tunnels().iter().map(|tunnel| tunnel.status).collect::<Vec<_>>(), [407]);
                assert_eq!(net.proxy.connections(), 1, "another try would be refused as well");
                assert!(password.is_none_or(|password| !run.stderr.contains(password)), "{}", run.stderr);
                let told = format!(": the proxy {} (https_proxy): 407 Proxy Authentication Required\n", net.place());
                assert!(run.stderr.ends_with(&told), "{}", run.stderr);
            });
        }
        scope.spawn(|| {
            let net = Net::new(Leaf::Good);
            let place = format!("127.0.0.1:{}", closed_port());
            let run = net.send(&net.receiver.url(), &[("https_proxy", &format!("http://user:a-secret@{place}"))]);
            assert_eq!(run.code, Some(75), "{}", run.stderr);
            assert_eq!((net.receiver.connections(), net.proxy.connections()), (0, 0));
            assert!(!run.stderr.contains("a-secret"), "{}", run.stderr);
            let told = format!(": the proxy {place} (https_proxy): Connection refused");
            assert_eq!(run.stderr.matches(&told).count(), 3, "each try: {}", run.stderr);
        });
        scope.spawn(|| {
            let net = Net::new(Leaf::Good);
            let run = net.send(&net.receiver.url(), &[("all_proxy", "http://proxy.invalid:3128")]);
            assert_eq!((run.code, net.receiver.connections()), (Some(75), 0), "{}", run.stderr);
            assert!(run.stderr.contains(": the proxy proxy.invalid:3128 (all_proxy): "), "{}", run.stderr);
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
        ("a.invalid 127.0.0.1", true),
        ("127.0.0.0/8", true),
        ("::1 ,127.0.0.1/32", true),
        ("128.0.0.0/8, ::/0", false),
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

/// What was to stay inside would go to the proxy otherwise.
#[test]
fn exceptions_that_are_not_understood_end_the_run() {
    let net = Net::new(Leaf::Good);
    for name in ["no_proxy", "NO_PROXY"] {
        for (exceptions, entry) in [("127.0.0.1/33", 1), ("a.invalid, http://b.invalid", 2), ("a.invalid:80", 1)] {
            let variables = [("https_proxy", net.proxy.url(None)), (name, exceptions.to_owned())];
            let run = net.send(&net.receiver.url(), &variables.each_ref().map(|(name, value)| (*name, value.as_str())));
            assert_eq!((run.code, run.text()), (Some(78), ""), "{exceptions}: {}", run.stderr);
            let told = format!("the variable {name}: entry {entry} is no host, address, network or *\n");
            assert!(run.stderr.ends_with(&told), "{exceptions}: {}", run.stderr);
        }
    }
    assert_eq!((net.proxy.connections(), net.receiver.connections()), (0, 0));
}

/// By name and by IPv6 address, as curl matches them.
#[test]
fn exceptions_by_name_and_by_ipv6_address() {
    let authority = Authority::new();
    let config = authority.server(Leaf::Good, Versions::All);
    let proxy = Proxy::start(proxy::Options::default());
    let fixture = Fixture::copy("odroid-n2");
    let supervisor = Supervisor::start(Options::default().of(&fixture));
    let collector = world::collector(fixture.root()).arg("--ca").arg(authority.ca_file());
    let send = |endpoint: &str, exceptions: &str| {
        let words = ["send", "--supervisor", &supervisor.url(), "--endpoint", endpoint];
        let variables = [("https_proxy", proxy.url(None)), ("no_proxy", exceptions.to_owned())];
        let run = run(&collector.clone().args(words), &variables.each_ref().map(|(name, value)| (*name, &**value)));
        assert_eq!(run.code, Some(0), "{exceptions}: {}", run.stderr);
    };
    let four = Receiver::start(Listen::tls(Arc::clone(&config)), Behaviour::Contract);
    for exceptions in [".localhost", "localhost.", "*.localhost", "LocalHost"] {
        send(&four.url().replace("127.0.0.1", "localhost"), exceptions);
    }
    assert_eq!((proxy.connections(), four.connections()), (0, 4));
    send(&four.url().replace("127.0.0.1", "localhost"), "host");
    assert_eq!((proxy.connections(), four.connections()), (1, 5));
    if !has_ipv6() {
        return world::skipped("[::1]: this machine has no IPv6");
    }
    let six = Receiver::start(Listen::tls(config).on_ipv6(), Behaviour::Contract);
    for exceptions in ["::1", "[::1]", "0:0:0::1", "::/8"] {
        send(&six.url(), exceptions);
    }
    assert_eq!((proxy.connections(), six.connections()), (1, 4));
    send(&six.url(), "::2");
    assert_eq!((proxy.connections(), six.connections()), (2, 5));
}

/// A proxy that takes no `CONNECT`, or will not now.
#[test]
fn a_proxy_that_makes_no_tunnel() {
    thread::scope(|scope| {
        for (code, words, tries) in
            [(405, "405 Method Not Allowed", 1), (403, "403 Forbidden", 1), (502, "502 Bad Gateway", 3)]
        {
            scope.spawn(move || {
                let net = Net::new(Leaf::Good);
                let proxy = Receiver::start(Listen::plain(), Behaviour::status(code));
                let url = proxy.url().replace("/v1", "");
                let run = net.send(&net.receiver.url(), &[("https_proxy", &url)]);
                assert_eq!((run.code, proxy.connections()), (Some(75), tries), "{code}: {}", run.stderr);
                let told = format!(": the proxy {} (https_proxy): {words}", url.replace("http://", ""));
                assert_eq!(run.stderr.matches(&told).count(), tries, "{code}: {}", run.stderr);
                assert_eq!(net.receiver.connections(), 0);
            });
        }
    });
}

/// A proxy that is spoken to by TLS: two handshakes, and each has to hold.
#[test]
fn a_proxy_behind_tls() {
    let net = Net::new(Leaf::Named("receiver.invalid"));
    let stranger = Authority::new();
    for (authority, code) in [(&net.authority, 0), (&stranger, 75)] {
        let front = front(authority.server(Leaf::Good, Versions::All), net.proxy.url(None).replace("http://", ""));
        let url = format!("https://localhost:{}", front.address().port());
        let run = net.send("https://receiver.invalid/v1", &[("https_proxy", &url)]);
        assert_eq!(run.code, Some(code), "{}", run.stderr);
        let named = run.stderr.contains(&format!("the proxy {} (https_proxy): the server's certificate", &url[8..]));
        assert_eq!((named, front.connections()), (code != 0, 1), "{}", run.stderr);
    }
    assert_eq!(net.asked(), ["receiver.invalid:443"]);
}

/// TLS in front of a plain server.
fn front(config: Arc<ServerConfig>, behind: String) -> Listener {
    Listener::start(Ipv4Addr::LOCALHOST.into(), move |accepted| {
        let (mut client, mut server) = (accepted.stream, TcpStream::connect(&behind).unwrap());
        let mut session = ServerConnection::new(Arc::clone(&config)).unwrap();
        // In turns, without waiting long for either: neither side of a tunnel has to speak first.
        for stream in [&client, &server] {
            stream.set_read_timeout(Some(Duration::from_millis(10))).unwrap();
        }
        let mut buffer = [0; 16 * 1024];
        let mut pass = |client: &mut TcpStream, server: &mut TcpStream| -> io::Result<bool> {
            while session.wants_write() {
                session.write_tls(client)?;
            }
            let waits = |error: &io::Error| error.kind() == io::ErrorKind::WouldBlock;
            match session.read_tls(client) {
                Ok(0) => return Ok(false),
                Ok(_) => _ = session.process_new_packets().map_err(io::Error::other)?,
                Err(error) if waits(&error) => {}
                Err(error) => return Err(error),
            }
            while let Ok(amount @ 1..) = session.reader().read(&mut buffer) {
                server.write_all(&buffer[..amount])?;
            }
            match server.read(&mut buffer) {
                Ok(0) => return Ok(false),
                Ok(amount) => session.writer().write_all(&buffer[..amount])?,
                Err(error) if waits(&error) => {}
                Err(error) => return Err(error),
            }
            Ok(true)
        };
        while let Ok(true) = pass(&mut client, &mut server) {}
    })
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
