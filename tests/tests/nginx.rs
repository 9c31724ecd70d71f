//! A real nginx as the receiver, or before it: what it answers, and what TLS it speaks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "common/world.rs"]
mod world;

use core::net::Ipv4Addr;
use core::time::Duration;
use haos_analytics_tests::collector::Run;
use haos_analytics_tests::tls::{Authority, Leaf};
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use tempfile::TempDir;
use world::{find_program, run, skipped, World};

/// A running nginx, which ends with this value.
struct Nginx {
    child: Child,
    directory: TempDir,
    /// Of its servers, in their order.
    ports: Vec<u16>,
}

/// One process, by whoever started it, and nothing outside of its directory.
const COMMON: &str = "daemon off; master_process off; pid nginx.pid; error_log errors info; events { }
http {
  log_format line '$server_port $request_method $uri $status'; access_log log line;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi;
  scgi_temp_path scgi; keepalive_timeout 60; ssl_certificate good.pem; ssl_certificate_key good.key;
  ssl_protocols TLSv1.2 TLSv1.3;
";

impl Nginx {
    /// With servers of these settings; those of `ssl` are behind TLS. PORT0 stands for a port at
    /// which nobody listens.
    fn start(program: &Path, authority: &Authority, servers: &[(&str, &str)]) -> Self {
        let directory = TempDir::new().unwrap();
        for (name, leaf) in [("good", Leaf::Good), ("expired", Leaf::Expired), ("future", Leaf::NotYetValid)] {
            let (certificate, key) = authority.server_files(leaf);
            fs::rename(certificate, directory.path().join(format!("{name}.pem"))).unwrap();
            fs::rename(key, directory.path().join(format!("{name}.key"))).unwrap();
        }
        fs::copy(authority.ca_file(), directory.path().join("ca.pem")).unwrap();
        // All at once, so that they differ.
        let free: Vec<_> = (0..=servers.len()).map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap()).collect();
        let mut ports: Vec<u16> = free.iter().map(|listener| listener.local_addr().unwrap().port()).collect();
        drop(free);
        let nobody = ports.pop().unwrap().to_string();
        let servers = servers.iter().zip(&ports).map(|((listen, settings), port)| {
            format!("server {{ listen 127.0.0.1:{port} {listen}; {} }}\n", settings.replace("PORT0", &nobody))
        });
        let settings = [COMMON, &servers.collect::<String>(), "}\n"].concat();
        fs::write(directory.path().join("nginx.conf"), settings).unwrap();
        let mut command = Command::new(program);
        command.arg("-p").arg(directory.path()).args(["-c", "nginx.conf", "-e", "errors"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut nginx = Self { child: command.spawn().unwrap(), directory, ports };
        let listens = |port: &u16| TcpStream::connect((Ipv4Addr::LOCALHOST, *port)).is_ok();
        while !nginx.ports.iter().all(listens) {
            let ended = nginx.child.try_wait().unwrap();
            assert!(ended.is_none(), "nginx: {}", nginx.text("errors"));
            thread::sleep(Duration::from_millis(20));
        }
        nginx
    }

    fn text(&self, file: &str) -> String {
        fs::read_to_string(self.directory.path().join(file)).unwrap()
    }

    /// The statuses that it answered a POST to this path of a server with.
    fn answered(&self, server: usize, path: &str) -> Vec<String> {
        let begin = format!("{} POST {path} ", self.ports[server]);
        self.text("log").lines().filter_map(|line| line.strip_prefix(&begin)).map(str::to_owned).collect()
    }

    /// A run that sends to it. Whatever it answers is no fault of the program.
    fn send(&self, world: &World, authority: &Authority, scheme: &str, server: usize, path: &str) -> Run {
        let endpoint = format!("{scheme}://127.0.0.1:{}{path}", self.ports[server]);
        let run = run(&world.collector("send").args(["--endpoint", &endpoint]).arg("--ca").arg(authority.ca_file()));
        assert!(!run.stderr.contains("panicked") && !run.stderr.contains("fault of"), "{}", run.stderr);
        run
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn what_nginx_answers() {
    let Some(program) = find_program("nginx") else { return skipped("there is no nginx") };
    let (authority, world) = (Authority::new(), World::of("odroid-n2"));
    let large = format!("add_header x {};", "x".repeat(2000)).repeat(5);
    let settings = format!(
        "location /v1 {{ proxy_pass {}; }}
         location /gzip {{ default_type application/json; gzip on; gzip_types *; gzip_min_length 0; return 200 '{{}}'; }}
         location /coded {{ default_type application/json; add_header content-encoding gzip; return 200 '{{}}'; }}
         location /close {{ keepalive_timeout 0; default_type application/json; return 200 '{{}}'; }}
         location /page {{ default_type text/html; return 200 '<html>sign in</html>'; }}
         location /large {{ {large} return 200 ''; }}
         location /413 {{ client_max_body_size 10; return 200 ''; }}
         location /301 {{ return 301 https://127.0.0.1:PORT0/v1; }}
         location /502 {{ proxy_pass http://127.0.0.1:PORT0; }}
         location /429 {{ add_header retry-after 3600 always; return 429; }}
         location /444 {{ return 444; }}",
        world.receiver.url().trim_end_matches("/v1")
    );
    let nginx = Nginx::start(&program, &authority, &[("", &settings)]);
    // Most of what the runs do is wait.
    thread::scope(|scope| {
        for (path, code, statuses, told) in [
            ("/v1", 0, &["200"][..], ""),
            ("/gzip", 0, &["200"], ""),
            ("/close", 0, &["200"], ""),
            ("/coded", 75, &["200"], "200, but in the coding gzip"),
            ("/page", 75, &["200"], "captive portal"),
            ("/large", 75, &["200"], "the header of the answer is too large"),
            ("/413", 75, &["413"], ": 413 "),
            ("/301", 78, &["301"], "redirect"),
            ("/429", 75, &["429"], ": 429 "),
            ("/502", 75, &["502"; 3], ": 502 "),
            ("/444", 75, &["444"; 3], "not delivered"),
        ] {
            let (nginx, world, authority) = (&nginx, &world, &authority);
            scope.spawn(move || {
                let run = nginx.send(world, authority, "http", 0, path);
                assert_eq!(run.code, Some(code), "{path}: {run:?}");
                assert_eq!(nginx.answered(0, path), statuses, "{path}: {run:?}");
                assert!(run.stderr.contains(told) && run.stderr.is_empty() == (code == 0), "{path}: {}", run.stderr);
            });
        }
    });
    assert_eq!(world.receiver.stored().len(), 1);
}

#[test]
fn what_tls_nginx_speaks() {
    let Some(program) = find_program("nginx") else { return skipped("there is no nginx") };
    let (authority, world) = (Authority::new(), World::of("odroid-n2"));
    let own = |name: &str| format!("ssl_certificate {name}.pem; ssl_certificate_key {name}.key; return 200 '';");
    let nginx = Nginx::start(
        &program,
        &authority,
        &[
            ("ssl http2", "return 200 '';"),
            ("ssl", "ssl_protocols TLSv1.2; return 200 '';"),
            ("ssl", &own("expired")),
            ("ssl", &own("future")),
            ("ssl", "ssl_verify_client on; ssl_client_certificate ca.pem; return 200 '';"),
            ("", "return 200 '';"),
        ],
    );
    for (scheme, server, code, statuses, told) in [
        ("https", 0, 0, &["200"][..], ""),
        ("https", 1, 75, &[], "/v1: the server does not speak TLS 1.3\n"),
        ("https", 2, 75, &[], "expired"),
        ("https", 3, 75, &[], "not valid yet"),
        ("https", 4, 78, &["400"], ": 400 "),
        ("https", 5, 75, &[], "/v1: the server does not speak TLS; http:// instead?\n"),
        // "The plain HTTP request was sent to HTTPS port".
        ("http", 0, 78, &["400"], ": 400 "),
    ] {
        let before = nginx.answered(server, "/v1").len();
        let run = nginx.send(&world, &authority, scheme, server, "/v1");
        let answered = nginx.answered(server, "/v1").split_off(before);
        assert_eq!(run.code, Some(code), "{server}: {run:?}");
        assert_eq!(answered, statuses, "{server}: {run:?}");
        assert!(run.stderr.contains(told) && run.stderr.is_empty() == (code == 0), "{server}: {}", run.stderr);
        // Neither has more than one try.
        assert!(!run.stderr.contains("next try"), "{server}: {}", run.stderr);
    }
}
