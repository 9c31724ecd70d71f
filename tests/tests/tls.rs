//! Who the receiver is: proved by its certificate, or nothing is sent.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test ends by panicking")]

#[path = "common/world.rs"]
mod world;

use core::net::Ipv4Addr;
use haos_analytics_tests::collector::Run;
use haos_analytics_tests::fixture::{golden, Damage, Fixture};
use haos_analytics_tests::http_server::Listen;
use haos_analytics_tests::listener::{has_ipv6, Listener};
use haos_analytics_tests::receiver::{Behaviour, Receiver};
use haos_analytics_tests::supervisor::{Options, Supervisor};
use haos_analytics_tests::tls::{Authority, Leaf, Versions};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const BUNDLE: &str = "etc/ssl/certs/ca-certificates.crt";

fn receiver(authority: &Authority, leaf: Leaf<'_>, versions: Versions) -> Receiver {
    Receiver::start(Listen::tls(authority.server(leaf, versions)), Behaviour::Contract)
}

/// A run over a copy of a machine whose files `prepare` may change.
fn send(endpoint: &str, ca: Option<&Path>, prepare: impl FnOnce(&Fixture) -> &Fixture) -> Run {
    let fixture = Fixture::copy("odroid-n2");
    let _ = prepare(&fixture);
    let supervisor = Supervisor::start(Options::default().of(&fixture));
    let collector = world::collector(fixture.root());
    let collector = collector.args(["send", "--supervisor", &supervisor.url(), "--endpoint", endpoint]);
    let run = world::run(&ca.into_iter().fold(collector, |collector, ca| collector.arg("--ca").arg(ca)));
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    run
}

#[test]
fn a_good_certificate() {
    let authority = Authority::new();
    let receiver = receiver(&authority, Leaf::Good, Versions::All);
    let run = send(&receiver.url(), Some(&authority.ca_file()), |fixture| fixture);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert_eq!(run.payload(), golden("odroid-n2"));
    assert_eq!(receiver.bodies(), [run.payload()]);
    assert_eq!(receiver.server().tls_versions(), ["TLSv1_3"]);
    assert_eq!((receiver.connections(), receiver.stored().len()), (1, 1));
    assert_eq!(receiver.server().failures(), [""; 0]);
}

/// Another try would meet the same certificate, so there is none.
#[test]
fn a_bad_certificate_ends_it_at_once() {
    let authority = Authority::new();
    let stranger = Authority::new();
    let cases = [
        (Leaf::Named("example.org"), &authority, "not valid for name"),
        (Leaf::Expired, &authority, "expired"),
        (Leaf::NotYetValid, &authority, "not valid yet"),
        (Leaf::Good, &stranger, "UnknownIssuer"),
    ];
    for (leaf, trusted, reason) in cases {
        let receiver = receiver(&authority, leaf, Versions::All);
        let run = send(&receiver.url(), Some(&trusted.ca_file()), |fixture| fixture);
        assert_eq!(run.code, Some(75), "{leaf:?}: {}", run.stderr);
        assert_eq!((receiver.connections(), receiver.requests().len()), (1, 0), "{leaf:?}: {}", run.stderr);
        assert_eq!(receiver.server().failures().len(), 1, "{leaf:?}");
        let (first, chain) = run.stderr.split_once('\n').unwrap();
        assert!(first.contains("not delivered: POST https://") && first.contains("certificate"), "{leaf:?}: {first}");
        assert!(chain.contains(reason), "{leaf:?}: {chain}");
        assert!(chain.lines().all(|line| line.starts_with(" -> ")), "{leaf:?}: {chain}");
    }
}

/// What a server is does not change in a minute: each is named, and tried once.
#[test]
fn a_server_that_speaks_something_else() {
    let authority = Authority::new();
    let ca = authority.ca_file();
    let old = receiver(&authority, Leaf::Good, Versions::OnlyTls12);
    let run = send(&old.url(), Some(&ca), |fixture| fixture);
    assert_eq!((run.code, old.connections(), old.requests().len()), (Some(75), 1, 0), "{}", run.stderr);
    assert!(run.stderr.ends_with("/v1: the server does not speak TLS 1.3\n"), "{}", run.stderr);
    for answer in ["HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n", "SSH-2.0-OpenSSH_9.9\r\n"] {
        let plain = Listener::start(Ipv4Addr::LOCALHOST.into(), move |mut accepted| {
            let _ = accepted.stream.read(&mut [0; 1024]);
            let _ = accepted.stream.write_all(answer.as_bytes());
        });
        let run = send(&format!("https://{}/v1", plain.address()), Some(&ca), |fixture| fixture);
        assert_eq!((run.code, plain.connections()), (Some(75), 1), "{answer}: {}", run.stderr);
        assert!(
            run.stderr.ends_with("/v1: the server does not speak TLS; http:// instead?\n"),
            "{answer}: {}",
            run.stderr
        );
    }
}

/// The same said by OpenSSL, which many servers use.
#[test]
fn what_openssl_says() {
    let Some(openssl) = world::find_program("openssl") else { return world::skipped("there is no openssl") };
    let authority = Authority::new();
    let (certificate, key) = authority.server_files(Leaf::Good);
    for (words, code, told) in [
        (&["-tls1_3"][..], 0, ""),
        (&["-tls1_2"], 75, "/v1: the server does not speak TLS 1.3\n"),
        (
            &["-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"],
            75,
            "/v1: the server refuses TLS 1.3 as this program speaks it: HandshakeFailure\n",
        ),
    ] {
        let run = over_openssl(&openssl, [&certificate, &key].map(AsRef::as_ref), words, &authority.ca_file());
        assert_eq!(run.code, Some(code), "{words:?}: {}", run.stderr);
        assert!(run.stderr.ends_with(told) && run.stderr.lines().count() <= 1, "{words:?}: {}", run.stderr);
    }
}

/// A server that shows the certificate with which it could sign others.
#[test]
fn a_certificate_of_an_authority() {
    let Some(openssl) = world::find_program("openssl") else { return world::skipped("there is no openssl") };
    let directory = tempfile::tempdir().unwrap();
    let [certificate, key] = ["certificate", "key"].map(|name| directory.path().join(name));
    let mut made = Command::new(&openssl);
    made.args(["req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]);
    made.args(["-subj", "/CN=x", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout"]).arg(&key);
    assert!(made.arg("-out").arg(&certificate).stderr(Stdio::null()).status().unwrap().success());
    let run = over_openssl(&openssl, [&certificate, &key].map(AsRef::as_ref), &[], &certificate);
    assert_eq!(run.code, Some(75), "{}", run.stderr);
    assert!(run.stderr.ends_with("/v1: this certificate is an authority's, not a server's\n"), "{}", run.stderr);
}

/// Sends to OpenSSL with a certificate and its key.
fn over_openssl(openssl: &Path, [certificate, key]: [&Path; 2], words: &[&str], ca: &Path) -> Run {
    let mut server = Command::new(openssl);
    server.args(["s_server", "-accept", "127.0.0.1:0", "-cert"]).arg(certificate).arg("-key").arg(key);
    server.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut server = server.spawn().unwrap();
    // It says to the client what it is told.
    server.stdin.as_mut().unwrap().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
    // "ACCEPT 127.0.0.1:40123", once it listens.
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let address = lines.find_map(|line| line.unwrap().strip_prefix("ACCEPT ").map(str::to_owned)).unwrap();
    let run = send(&format!("https://{address}/v1"), Some(ca), |fixture| fixture);
    let _ = server.kill();
    let _ = server.wait();
    run
}

/// On a board without a battery that is most likely not the fault of the certificate.
#[test]
fn a_certificate_of_another_time_raises_a_question() {
    let authority = Authority::new();
    for (leaf, told) in [
        (Leaf::NotYetValid, "the server's certificate is not valid before 01 Jan 3000: is the clock right? It says "),
        (Leaf::Expired, "the server's certificate has expired on 01 Jan 2002: is the clock right? It says "),
    ] {
        let receiver = receiver(&authority, leaf, Versions::All);
        let run = send(&receiver.url(), Some(&authority.ca_file()), |fixture| fixture);
        assert_eq!((run.code, receiver.connections()), (Some(75), 1), "{}", run.stderr);
        let (_, says) = run.stderr.split_once(told).unwrap_or_else(|| panic!("{}", run.stderr));
        let day: Vec<&str> = says.lines().next().unwrap().split(' ').collect();
        assert!(day.len() == 3 && day[2].parse::<u16>().is_ok_and(|year| year > 2000), "{says}");
    }
}

#[test]
fn a_ca_file_that_holds_no_certificate() {
    let (authority, directory) = (Authority::new(), tempfile::tempdir().unwrap());
    let receiver = receiver(&authority, Leaf::Good, Versions::All);
    let pem = authority.ca_pem();
    let file = |name: &str, content: &[u8]| {
        let path = directory.path().join(name);
        fs::write(&path, content).unwrap();
        path
    };
    let half = file("half", &pem.as_bytes()[..pem.len() / 2]);
    let junk = file("junk", b"-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n");
    let key = file("key", pem.replace("CERTIFICATE", "PRIVATE KEY").as_bytes());
    let fifo = directory.path().join("fifo");
    nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRUSR).unwrap();
    let bad: [PathBuf; 9] = [
        directory.path().join("missing"),
        directory.path().to_owned(),
        fifo,
        PathBuf::from("/dev/zero"),
        file("empty", b""),
        file("text", b"trust me\n"),
        half,
        junk,
        key,
    ];
    for ca in bad {
        let run = send(&receiver.url(), Some(&ca), |fixture| fixture);
        assert_eq!(run.code, Some(78), "{}: {}", ca.display(), run.stderr);
        assert!(run.stdout.is_empty(), "{}", ca.display());
        assert!(run.stderr.contains(&ca.display().to_string()), "not named: {}", run.stderr);
    }
    assert_eq!(receiver.connections(), 0);
}

#[test]
fn the_machines_own_bundle() {
    let authority = Authority::new();
    let receiver = receiver(&authority, Leaf::Good, Versions::All);
    let with_bundle = |content: &str| send(&receiver.url(), None, |fixture| fixture.write(BUNDLE, content));
    let run = with_bundle(&authority.ca_pem());
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    // Certificates that cannot be read do not take the others with them.
    let mixed = "# authorities\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_owned();
    let run = with_bundle(&(mixed + &Authority::new().ca_pem() + &authority.ca_pem()));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(receiver.bodies().len(), 2);
}

/// The built-in authorities do not know ours, so it fails; that they were used is seen by the remark.
#[test]
fn a_broken_bundle_leaves_the_built_in_authorities() {
    let authority = Authority::new();
    let receiver = receiver(&authority, Leaf::Good, Versions::All);
    for damage in [Damage::Empty, Damage::Binary, Damage::Truncated, Damage::Directory, Damage::SymlinkLoop] {
        let run =
            send(&receiver.url(), None, |fixture| fixture.write(BUNDLE, authority.ca_pem()).damage(BUNDLE, damage));
        assert_eq!(run.code, Some(75), "{damage:?}: {}", run.stderr);
        assert!(run.stderr.contains("UnknownIssuer"), "{damage:?}: {}", run.stderr);
        let remark = run.stderr.lines().find(|line| line.contains(BUNDLE));
        assert!(remark.is_some_and(|line| line.contains("built-in")), "{damage:?}: {}", run.stderr);
    }
    let run = send(&receiver.url(), None, |fixture| fixture);
    assert_eq!(run.code, Some(75), "no bundle: {}", run.stderr);
    assert!(!run.stderr.contains(BUNDLE), "having none is no fault: {}", run.stderr);
    assert!(receiver.requests().is_empty());
}

#[test]
fn the_ca_option_trusts_nobody_else() {
    let (authority, other) = (Authority::new(), Authority::new());
    let receiver = receiver(&authority, Leaf::Good, Versions::All);
    let run = send(&receiver.url(), Some(&other.ca_file()), |fixture| fixture.write(BUNDLE, authority.ca_pem()));
    assert_eq!(run.code, Some(75), "{}", run.stderr);
    assert!(run.stderr.contains("UnknownIssuer"), "{}", run.stderr);
    assert!(receiver.requests().is_empty());
}

#[test]
fn by_name_and_by_address() {
    let authority = Authority::new();
    let ca = authority.ca_file();
    let four = receiver(&authority, Leaf::Good, Versions::All);
    let port = four.address().port();
    for host in ["localhost", "127.0.0.1"] {
        let run = send(&format!("https://{host}:{port}/v1"), Some(&ca), |fixture| fixture);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{host}");
    }
    if !has_ipv6() {
        return world::skipped("[::1]: this machine has no IPv6");
    }
    let listen = Listen::tls(authority.server(Leaf::Good, Versions::All)).on_ipv6();
    let six = Receiver::start(listen, Behaviour::Contract);
    let run = send(&six.url(), Some(&ca), |fixture| fixture);
    assert!(six.url().starts_with("https://[::1]:"));
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert_eq!((six.requests().len(), six.server().tls_versions().len()), (1, 1));
}

/// Statically linked (musl) the name would not be found in `/etc/hosts`, where it stands in small letters.
#[test]
fn by_name_in_capitals() {
    let authority = Authority::new();
    let receiver = receiver(&authority, Leaf::Good, Versions::All);
    let endpoint = format!("https://LOCALHOST:{}/v1", receiver.address().port());
    let run = send(&endpoint, Some(&authority.ca_file()), |fixture| fixture);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
}

/// A clock that is behind the day of the source is told of; the day is that of `--version`.
#[test]
fn the_version_has_a_date() {
    let run = world::run(&world::program().arg("--version"));
    let text = run.text().trim_end();
    let (name, date) = text.split_once(" (").unwrap();
    let version = name.strip_prefix("haos-analytics ").unwrap();
    assert!(version.split('.').count() == 3 && version.starts_with(|first: char| first.is_ascii_digit()), "{text}");
    let parts: Vec<&str> = date.strip_suffix(')').unwrap().split(' ').collect();
    let [day, month, year] = parts.as_slice() else { panic!("{text}") };
    assert!(
        (1..=31).contains(&day.parse::<u32>().unwrap()) && (1970..3000).contains(&year.parse::<u32>().unwrap()),
        "{text}"
    );
    assert!("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(' ').any(|known| known == *month), "{text}");
}
