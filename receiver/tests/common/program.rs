//! The real program, serving on loopback.

use core::net::SocketAddr;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Of an answer: `200`; all of it if it is none.
pub fn status(answer: &str) -> &str {
    answer.get(9..12).unwrap_or(answer)
}

pub struct Program {
    child: Child,
    pub address: SocketAddr,
}

impl Program {
    /// With this store, and more options.
    pub fn serve(store: &str, options: &[&str]) -> Self {
        Self::start(&mut Command::new(env!("CARGO_BIN_EXE_haos-analytics-receiver")), store, options)
    }

    /// By a command that runs the program with the words that are added to it.
    pub fn start(command: &mut Command, store: &str, options: &[&str]) -> Self {
        let mut child = command
            .args(["serve", "--listen", "127.0.0.1:0", "--store", store])
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("http://").unwrap_or_else(|| panic!("it says {line:?}"));
        Self { address: address.parse().unwrap(), child }
    }

    pub fn with_file(file: &Path, options: &[&str]) -> Self {
        Self::serve(&format!("sqlite:{}", file.display()), options)
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and its exit code.
    pub fn stop(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }

    /// Sends bytes, and gives all that comes back until the connection ends.
    pub fn exchange(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    pub fn request(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> String {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n",
            body.len()
        );
        self.exchange(&[head.as_bytes(), body].concat())
    }

    pub fn post(&self, body: &str) -> String {
        self.request("POST", "/v1", "", body.as_bytes())
    }

    /// The body of what is there.
    pub fn get(&self, path: &str) -> String {
        let answer = self.request("GET", path, "", b"");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        body.to_owned()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
