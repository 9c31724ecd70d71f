//! The documented settings of nginx, in a real nginx with TLS: what it answers, and that no log has an
//! installation id.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use common::full;
use common::program::{status, Program};
use core::net::Ipv4Addr;
use core::time::Duration;
use std::fs;
use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

const SETTINGS: &str = include_str!("../nginx/haos-analytics-receiver.conf");
const ID: &str = "0123456789abcdef0123456789abcdef";

struct Nginx {
    child: Child,
    directory: TempDir,
    port: u16,
}

/// Whether it can be had, or the test is left out.
fn is_there(program: &str) -> bool {
    let there = Command::new(program).arg("version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !there {
        common::skipped(&format!("there is no {program}"));
    }
    there
}

impl Nginx {
    /// In front of this address, with these settings.
    fn start(settings: &str, receiver: &str) -> Self {
        let directory = TempDir::new().unwrap();
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"])
            .args(["-subj", "/CN=analytics.example.org", "-keyout", "key.pem", "-out", "certificate.pem"])
            .current_dir(directory.path())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(made.success());
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut settings = settings.to_owned();
        for (of_file, here) in [
            ("listen 443 ssl", &*format!("listen 127.0.0.1:{port} ssl")),
            ("listen [::]:443 ssl", &format!("listen [::1]:{port} ssl")),
            ("/etc/letsencrypt/live/analytics.example.org/fullchain.pem", "certificate.pem"),
            ("/etc/letsencrypt/live/analytics.example.org/privkey.pem", "key.pem"),
            ("/var/log/nginx/error.log", "errors"),
            ("127.0.0.1:8080", receiver),
        ] {
            assert_eq!(settings.matches(of_file).count(), 1, "{of_file}");
            settings = settings.replace(of_file, here);
        }
        let common = "daemon off; master_process off; pid nginx.pid; error_log main info; events { }\n\
            http { access_log requests; client_body_temp_path body; proxy_temp_path proxy;\n\
            fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;\n";
        fs::write(directory.path().join("nginx.conf"), [common, &settings, "}\n"].concat()).unwrap();
        let mut child = Command::new("nginx")
            .arg("-p")
            .arg(directory.path())
            .args(["-c", "nginx.conf", "-e", "main"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            let said = || fs::read_to_string(directory.path().join("main")).unwrap_or_default();
            assert!(child.try_wait().unwrap().is_none(), "nginx: {}", said());
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { child, directory, port }
    }

    /// The answer, its body as text as far as it is.
    fn request(&self, method: &str, path: &str, headers: &str, body: &str) -> String {
        let mut client = Command::new("openssl")
            .args(["s_client", "-quiet", "-connect", &format!("127.0.0.1:{}", self.port)])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: analytics.example.org\r\nconnection: close\r\n\
             content-length: {}\r\n{headers}\r\n",
            body.len()
        );
        // It may answer before it has read all.
        let _ = client.stdin.as_mut().unwrap().write_all([head.as_bytes(), body.as_bytes()].concat().as_slice());
        let mut stdout = client.stdout.take().unwrap();
        let mut answer = Vec::new();
        std::io::Read::read_to_end(&mut stdout, &mut answer).unwrap();
        drop(client.stdin.take());
        client.wait().unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// The files in which these words stand.
    fn files_with(&self, words: &str) -> Vec<String> {
        let mut found = Vec::new();
        search(self.directory.path(), words, &mut found);
        found
    }
}

fn search(directory: &Path, words: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            search(&path, words, found);
        } else if fs::read(&path).unwrap().windows(words.len()).any(|window| window == words.as_bytes()) {
            found.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn behind_nginx() {
    if !is_there("nginx") || !is_there("openssl") {
        return;
    }
    let directory = TempDir::new().unwrap();
    let options = ["--trusted-proxy", "127.0.0.1", "--least", "1", "--quarantine", "0", "--publish", "1"];
    let receiver = Program::with_file(&directory.path().join("store"), &options);
    let address = receiver.address.to_string();
    let nginx = Nginx::start(SETTINGS, &address);
    let mut report = full();
    report["uuid"] = ID.into();
    let report = report.to_string();
    assert_eq!(status(&nginx.request("POST", "/v1", "", &report)), "200");
    // Compressed, its tag is a weak one, and known again all the same.
    let page = nginx.request("GET", "/", "accept-encoding: gzip\r\n", "");
    assert!(status(&page) == "200" && page.contains("Content-Encoding: gzip"), "{}", &page[..page.len().min(600)]);
    let tag = page.lines().find(|line| line.to_ascii_lowercase().starts_with("etag: ")).unwrap();
    let tag = tag["etag: ".len()..].trim();
    assert!(tag.starts_with("W/"), "{tag}");
    let known = format!("accept-encoding: gzip\r\nif-none-match: {tag}\r\n");
    assert_eq!(status(&nginx.request("GET", "/", &known, "")), "304");
    for path in ["/metrics", "/healthz"] {
        assert_eq!(status(&nginx.request("GET", path, "", "")), "403", "{path}");
    }
    let large = format!("{{\"uuid\":\"{ID}\",\"x\":\"{}\"}}", "x".repeat(300_000));
    assert_eq!(status(&nginx.request("POST", &format!("/v1?{ID}"), "", &large)), "413");
    // Down: each is refused, and would be logged with the address.
    assert_eq!(receiver.stop(), Some(0));
    assert_eq!(status(&nginx.request("POST", "/v1", "", &report)), "502");
    assert_eq!(status(&nginx.request("DELETE", &format!("/v1/{ID}"), "", "")), "502");
    assert_eq!(nginx.files_with(ID), Vec::<String>::new());

    // Logged as nginx does by default, it is found: the search can fail.
    let usual = SETTINGS.replace("access_log off;", "").replace("error.log emerg", "error.log error");
    let nginx = Nginx::start(&usual, &address);
    assert_eq!(status(&nginx.request("DELETE", &format!("/v1/{ID}"), "", "")), "502");
    let mut found = nginx.files_with(ID);
    found.sort();
    assert_eq!(found, ["errors", "requests"]);
}

/// From one address, the twentieth request at once is the last that is handed on.
#[test]
fn too_many_requests_of_one_address() {
    if !is_there("nginx") || !is_there("openssl") {
        return;
    }
    let directory = TempDir::new().unwrap();
    let receiver = Program::with_file(&directory.path().join("store"), &[]);
    // Slower, so that the clients of this test are fast enough.
    let nginx = Nginx::start(&SETTINGS.replace("rate=10r/s", "rate=1r/m"), &receiver.address.to_string());
    let statuses: Vec<_> = (0..22).map(|_| status(&nginx.request("GET", "/schema.json", "", "")).to_owned()).collect();
    assert!(statuses[..21].iter().all(|status| status == "200"), "{statuses:?}");
    assert_eq!(statuses[21], "429");
}
