//! The nodes of a cluster, with one connection to each: a write and the question whether the replicas have it (WAIT)
//! go over the same one, else the answer says nothing. The cluster connection of the library may replace a connection
//! between the two. Here it is never replaced within a batch: what fails is forgotten, and the batch with it.

use super::super::Error;
use super::topology::{slot, Topology};
use ::redis::{cmd, from_redis_value, Client, Cmd, Connection, ConnectionAddr, ConnectionInfo, FromRedisValue, Value};
use ::redis::{IntoConnectionInfo as _, RedisError};
use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// So long replicas may take.
const WAIT: Duration = Duration::from_secs(1);
/// So long a node may take for an answer, a wait included, and for a connection.
const TIMEOUT: Duration = Duration::from_secs(3);

pub(super) struct Nodes {
    seeds: Vec<ConnectionInfo>,
    topology: Option<Topology>,
    open: HashMap<String, Node>,
    /// Nodes that were asked something since the last wait.
    touched: BTreeSet<String>,
}

struct Node {
    connection: Connection,
    /// It can say that replicas have it on disk, not only in memory.
    has_waitaof: bool,
}

impl Nodes {
    pub(super) fn new(seeds: &[String]) -> Result<Self, Error> {
        let seeds = seeds.iter().map(|seed| seed.as_str().into_connection_info()).collect::<Result<_, _>>()?;
        Ok(Self { seeds, topology: None, open: HashMap::new(), touched: BTreeSet::new() })
    }

    /// Begins anew: with what the cluster says now, and new connections.
    pub(super) fn forget(&mut self) {
        self.topology = None;
        self.open.clear();
        self.touched.clear();
    }

    /// The first of the named nodes that answers, if it is no cluster.
    pub(super) fn standalone(&mut self) -> Option<String> {
        for address in self.seeds.iter().map(|seed| seed.addr().to_string()).collect::<Vec<_>>() {
            if let Ok(enabled) = self.setting(&address, "cluster-enabled") {
                return (enabled == "no").then_some(address);
            }
        }
        None
    }

    /// What the cluster says of itself; of the named nodes, the first one that answers is asked.
    pub(super) fn topology(&mut self) -> Result<&Topology, Error> {
        if self.topology.is_none() {
            let mut failed = None;
            for address in self.seeds.iter().map(|seed| seed.addr().to_string()).collect::<Vec<_>>() {
                match self.at::<String>(&address, cmd("CLUSTER").arg("NODES")) {
                    Ok(text) => {
                        self.topology = Some(Topology::of(&text, &address));
                        break;
                    }
                    Err(error) => failed = Some(error),
                }
            }
            if let (None, Some(error)) = (&self.topology, failed) {
                return Err(error);
            }
        }
        self.topology.as_ref().ok_or_else(|| Error::Broken("no node is named".to_owned()))
    }

    pub(super) fn setting(&mut self, address: &str, name: &str) -> Result<String, Error> {
        let pairs: HashMap<String, String> = self.at(address, cmd("CONFIG").arg("GET").arg(name))?;
        Ok(pairs.into_values().next().unwrap_or_default())
    }

    fn at<T: FromRedisValue>(&mut self, address: &str, command: &Cmd) -> Result<T, Error> {
        let asked = self.node(address).and_then(|node| Ok(command.query(&mut node.connection)?));
        if asked.is_err() {
            self.open.remove(address);
        }
        asked
    }

    fn node(&mut self, address: &str) -> Result<&mut Node, Error> {
        if !self.open.contains_key(address) {
            let node = self.connect(address).map_err(|error| Error::Broken(format!("{address}: {error}")))?;
            self.open.insert(address.to_owned(), node);
        }
        self.open.get_mut(address).ok_or_else(|| Error::Broken(format!("{address}: is not open")))
    }

    /// With the name and password of the first one that was named.
    fn connect(&self, address: &str) -> Result<Node, RedisError> {
        let (host, port) = address.rsplit_once(':').unwrap_or((address, ""));
        let address = ConnectionAddr::Tcp(host.to_owned(), port.parse().unwrap_or(6379));
        let Some(seed) = self.seeds.first() else { return Err((::redis::ErrorKind::Client, "no node").into()) };
        let client = Client::open(seed.clone().set_addr(address))?;
        let mut connection = client.get_connection_with_timeout(TIMEOUT)?;
        connection.set_read_timeout(Some(TIMEOUT))?;
        connection.set_write_timeout(Some(TIMEOUT))?;
        let known: Vec<Value> = cmd("COMMAND").arg("INFO").arg("WAITAOF").query(&mut connection).unwrap_or_default();
        let has_waitaof = matches!(known.first(), Some(Value::Array(_)));
        Ok(Node { connection, has_waitaof })
    }

    /// Sends each command to the master of its key, all before an answer is awaited; gives the answers in this order.
    pub(super) fn ask(&mut self, commands: &[(String, Cmd)]) -> Result<Vec<Value>, Error> {
        let asked = self.try_ask(commands);
        if asked.is_err() {
            self.forget();
        }
        asked
    }

    fn try_ask(&mut self, commands: &[(String, Cmd)]) -> Result<Vec<Value>, Error> {
        let mut of_nodes: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, (key, _)) in commands.iter().enumerate() {
            let master = self.topology()?.master(slot(key.as_bytes()));
            let master = master.ok_or_else(|| Error::Broken("the cluster has a slot without a master".to_owned()))?;
            of_nodes.entry(master.to_owned()).or_default().push(at);
        }
        for (address, of_node) in &of_nodes {
            let mut bytes = Vec::new();
            of_node.iter().for_each(|at| commands[*at].1.write_packed_command(&mut bytes));
            self.touched.insert(address.clone());
            self.node(address)?.connection.send_packed_command(&bytes)?;
        }
        let mut answers = vec![Value::Nil; commands.len()];
        for (address, of_node) in &of_nodes {
            for at in of_node {
                answers[*at] = self.node(address)?.connection.recv_response()?.extract_error()?;
            }
        }
        Ok(answers)
    }

    /// Waits until so many replicas of each node that was asked have all that was written there and read there.
    ///
    /// What is waited for is the last write of the connection. So there has to be one: what was only read may have been
    /// written a moment ago by another, or by a batch that failed, and be on no replica yet.
    pub(super) fn wait(&mut self, replicas: u32) -> Result<(), Error> {
        let waited = self.try_wait(replicas);
        if waited.is_err() {
            self.forget();
        }
        self.touched.clear();
        waited
    }

    fn try_wait(&mut self, replicas: u32) -> Result<(), Error> {
        let touched = core::mem::take(&mut self.touched);
        let limit = u64::try_from(WAIT.as_millis()).unwrap_or(u64::MAX);
        for address in &touched {
            let mark = self.topology()?.mark(address);
            let node = self.node(address)?;
            let mut bytes = cmd("SET").arg(mark).arg(1).arg("EX").arg(60).get_packed_command();
            if replicas > 0 && node.has_waitaof {
                cmd("WAITAOF").arg(1).arg(replicas).arg(limit).write_packed_command(&mut bytes);
            } else if replicas > 0 {
                cmd("WAIT").arg(replicas).arg(limit).write_packed_command(&mut bytes);
            }
            node.connection.send_packed_command(&bytes)?;
        }
        for address in &touched {
            let node = self.node(address)?;
            node.connection.recv_response()?.extract_error()?;
            if replicas == 0 {
                continue;
            }
            let answer = node.connection.recv_response()?.extract_error()?;
            let (local, have): (u32, u32) = if node.has_waitaof {
                from_redis_value(answer).map_err(RedisError::from)?
            } else {
                (1, from_redis_value(answer).map_err(RedisError::from)?)
            };
            if local == 0 || have < replicas {
                return Err(Error::Broken(format!("{address}: {have} replicas have it, and {replicas} must")));
            }
        }
        Ok(())
    }

    /// Writes to every master, and waits.
    pub(super) fn try_all(&mut self, replicas: u32) -> Result<(), Error> {
        self.touched = self.topology()?.masters().map(str::to_owned).collect();
        self.wait(replicas)
    }
}
