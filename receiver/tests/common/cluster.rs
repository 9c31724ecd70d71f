//! A cluster of three servers, and a replica of each where that is wanted, in a directory of its own, on loopback.

use super::wait_until;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

pub struct Cluster {
    servers: Vec<(Child, Command)>,
    ports: Vec<u16>,
    _directory: TempDir,
}

impl Cluster {
    /// Starts it; none if there is no server to start.
    pub fn start() -> Option<Self> {
        Self::with_replicas(0)
    }

    /// With so many replicas of each; the masters are the first three.
    pub fn with_replicas(replicas: usize) -> Option<Self> {
        let server = find("redis-server")?;
        let client = find("redis-cli")?;
        let directory = TempDir::new().unwrap();
        let ports: Vec<u16> = (0..3 * (1 + replicas)).map(|_| free_port()).collect();
        let servers = ports.iter().map(|port| {
            let folder = directory.path().join(port.to_string());
            std::fs::create_dir(&folder).unwrap();
            let (number, bus) = (port.to_string(), free_port().to_string());
            let words = [
                ["--port", &number],
                ["--bind", "127.0.0.1"],
                ["--cluster-enabled", "yes"],
                ["--cluster-port", &bus],
                ["--cluster-node-timeout", "5000"],
                ["--appendonly", "yes"],
                ["--appendfsync", "always"],
                ["--save", ""],
                ["--dir", folder.to_str().unwrap()],
            ]
            .concat();
            let mut command = Command::new(&server);
            command.args(words).stdout(Stdio::null());
            (command.spawn().unwrap(), command)
        });
        let cluster = Self { servers: servers.collect(), ports, _directory: directory };
        let nodes: Vec<_> = cluster.ports.iter().map(|port| format!("127.0.0.1:{port}")).collect();
        let talk = |words: &[&str]| {
            let output = Command::new(&client).args(words).stdin(Stdio::null()).output().unwrap();
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        for port in &cluster.ports {
            wait_until("a server answers", || talk(&["-p", &port.to_string(), "ping"]).trim() == "PONG");
        }
        let mut create = vec!["--cluster", "create"];
        create.extend(nodes.iter().map(String::as_str));
        let wanted = replicas.to_string();
        create.extend(["--cluster-replicas", &wanted, "--cluster-yes"]);
        let said = talk(&create);
        for port in &cluster.ports {
            let state = || talk(&["-p", &port.to_string(), "cluster", "info"]);
            wait_until(&said, || {
                let state = state();
                state.contains("cluster_state:ok") && state.contains(&format!("cluster_known_nodes:{}", nodes.len()))
            });
        }
        (3..nodes.len()).for_each(|at| cluster.wait_for_replica(at));
        Some(cluster)
    }

    /// Until it is one, and has all that its master has.
    pub fn wait_for_replica(&self, at: usize) {
        wait_until("a replica follows", || self.ask_at(at, &["info", "replication"]).contains("master_link_status:up"));
    }

    /// It answers nothing any more, and keeps its connections.
    pub fn pause(&self, at: usize) {
        self.signal(at, "-STOP");
    }

    /// It goes on.
    pub fn resume(&self, at: usize) {
        self.signal(at, "-CONT");
    }

    fn signal(&self, at: usize, signal: &str) {
        let id = self.servers[at].0.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// As messages name it.
    pub fn name(&self, at: usize) -> String {
        format!("127.0.0.1:{}", self.ports[at])
    }

    /// Changes a setting of one of them.
    pub fn set(&self, at: usize, name: &str, value: &str) {
        assert_eq!(self.ask_at(at, &["config", "set", name, value]), "OK");
    }

    /// Kills one of the servers.
    pub fn lose(&mut self, at: usize) {
        let (server, _) = &mut self.servers[at];
        server.kill().unwrap();
        server.wait().unwrap();
    }

    /// Starts it again, with what it had on disk.
    pub fn bring_back(&mut self, at: usize) {
        let (server, command) = &mut self.servers[at];
        *server = command.spawn().unwrap();
    }

    /// For `Redis::open`.
    pub fn nodes(&self) -> Vec<String> {
        self.ports.iter().map(|port| format!("redis://127.0.0.1:{port}")).collect()
    }

    /// For `--store`.
    pub fn url(&self) -> String {
        format!("redis://{}", self.ports.iter().map(|port| format!("127.0.0.1:{port}")).collect::<Vec<_>>().join(","))
    }

    /// Asks the one that knows.
    pub fn ask(&self, words: &[&str]) -> String {
        self.ask_at(0, &[&["-c"], words].concat())
    }

    /// Asks one of the servers itself.
    pub fn ask_at(&self, at: usize, words: &[&str]) -> String {
        let port = self.ports[at].to_string();
        let all = [&["-p", &port], words].concat();
        let output = Command::new(find("redis-cli").unwrap()).args(all).output().unwrap();
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for (server, _) in &mut self.servers {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

pub fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
