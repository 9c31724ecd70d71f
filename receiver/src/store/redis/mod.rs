//! A store for more than one machine: a cluster of Valkey or Redis.
//!
//! Under `uuid:<uuid>` stands one text: when the first report came and when the last one was written, the digest, and the
//! payload; the server itself lets it expire. Whatever changes is also noted in a feed, for the machines that publish:
//! see [`Mirror`]. Acknowledged is durable if that is promised, see [`Promise`].

mod entry;
mod feed;
mod mirror;
mod nodes;
mod promise;
mod topology;

pub use mirror::Mirror;
pub use promise::{Durability, Promise};

use super::{decide, expired, Error, Outcome, Quarantine, Store, Stored, Write, KEPT, PREFIX};
use crate::admission::Admission;
use crate::fact::Facts;
use crate::time::Time;
use ::redis::cluster::{cluster_pipe, ClusterClient, ClusterConnection};
use ::redis::cluster_routing::{RoutingInfo, SingleNodeRoutingInfo};
use ::redis::{cmd, from_redis_value, Cmd, FromRedisValue, RedisError, Value};
use core::time::Duration;
use entry::Head;
use nodes::Nodes;
use std::collections::HashMap;

const TIMEOUT: Duration = Duration::from_secs(10);
/// Keys of one step of a scan.
const STEP: usize = 500;

/// A connection to a cluster.
pub struct Redis {
    client: ClusterClient,
    connection: ClusterConnection,
    nodes: Nodes,
    promise: Promise,
    /// What the promise lacks, as long as it does.
    unmet: Option<String>,
    quarantine: Quarantine,
}

impl Redis {
    /// Connects; a few nodes are enough, they know the others.
    ///
    /// # Errors
    ///
    /// None of them answers, or they are no cluster.
    pub fn open(nodes: &[String]) -> Result<Self, Error> {
        let builder = ClusterClient::builder(nodes.to_vec()).connection_timeout(TIMEOUT).response_timeout(TIMEOUT);
        let (client, mut nodes) = (builder.build()?, Nodes::new(nodes)?);
        if let Some(node) = nodes.standalone() {
            return Err(Error::Unmet(promise::line(&node, "cluster-enabled", "no", "yes")));
        }
        let connection = client.get_connection()?;
        let (promise, quarantine) = (Promise::default(), Quarantine::default());
        Ok(Self { client, connection, nodes, promise, unmet: None, quarantine })
    }

    /// With this promise, once it can be made.
    ///
    /// # Errors
    ///
    /// [`Error::Unmet`] if a setting is missing; or a node does not answer.
    pub fn promising(mut self, promise: Promise) -> Result<Self, Error> {
        self.promise = promise;
        if promise.is_strict() {
            promise.ask(&mut self.nodes)?;
        }
        Ok(self)
    }

    /// With this quarantine, as the mirrors have it; without, an installation counts at once.
    #[must_use]
    pub fn with_quarantine(self, quarantine: Quarantine) -> Self {
        Self { quarantine, ..self }
    }

    /// What is there of these installations, without the payload.
    fn heads(&mut self, uuids: &[&str]) -> Result<Vec<Option<Head>>, Error> {
        let ranges = uuids.iter().map(|uuid| {
            let mut range = cmd("GETRANGE");
            range.arg(key(uuid)).arg(0).arg(entry::HEAD - 1);
            (key(uuid), range)
        });
        let ranges: Vec<_> = ranges.collect();
        let mut heads = self.ask(&ranges);
        // The cluster may have changed since the last batch. The library sees to that by itself.
        if self.promise.waits() && heads.as_ref().is_err_and(|error| !error.is_timeout()) {
            heads = self.ask(&ranges);
        }
        let heads = heads?;
        let heads = heads.into_iter().map(|head| from_redis_value(head).map_err(RedisError::from));
        let heads: Vec<String> = heads.collect::<Result<_, _>>()?;
        heads.iter().map(|text| if text.is_empty() { Ok(None) } else { entry::head(text).map(Some) }).collect()
    }

    /// Sends commands with their keys, each to the node that has it.
    fn ask(&mut self, commands: &[(String, Cmd)]) -> Result<Vec<Value>, Error> {
        if commands.is_empty() {
            return Ok(Vec::new()); // the library sends no empty pipeline
        }
        if self.promise.waits() {
            return self.nodes.ask(commands);
        }
        let mut pipe = cluster_pipe();
        for (_, command) in commands {
            pipe.add_command(command.clone());
        }
        Ok(pipe.query(&mut self.connection)?)
    }

    /// Installations, as far as they are there.
    fn entries(&mut self, uuids: &[String]) -> Result<Vec<Option<Stored>>, Error> {
        if uuids.is_empty() {
            return Ok(Vec::new()); // a step of SCAN may find nothing
        }
        let mut pipe = cluster_pipe();
        for uuid in uuids {
            pipe.cmd("GET").arg(key(uuid));
        }
        let texts: Vec<Option<String>> = pipe.query(&mut self.connection)?;
        let pairs = uuids.iter().zip(texts);
        pairs.map(|(uuid, text)| text.map(|text| entry::read(uuid, &text)).transpose()).collect()
    }

    /// The addresses of the nodes that have keys of their own.
    fn masters(&mut self) -> Result<Vec<(String, u16)>, Error> {
        let nodes: String = cmd("CLUSTER").arg("NODES").query(&mut self.connection)?;
        let masters = nodes.lines().filter_map(|line| {
            let mut words = line.split(' ');
            let (_, address, flags) = (words.next()?, words.next()?, words.next()?);
            let (host, port) = address.split('@').next()?.rsplit_once(':')?;
            flags.split(',').any(|flag| flag == "master").then(|| Some((host.to_owned(), port.parse().ok()?)))?
        });
        Ok(masters.collect())
    }

    fn at<T: FromRedisValue>(&mut self, node: &(String, u16), command: &::redis::Cmd) -> Result<T, Error> {
        let address = SingleNodeRoutingInfo::ByAddress { host: node.0.clone(), port: node.1 };
        let value: Value = self.connection.route_command(command, RoutingInfo::SingleNode(address))?;
        Ok(from_redis_value(value).map_err(::redis::RedisError::from)?)
    }

    /// All installation ids, in steps.
    fn ids(&mut self, mut each: impl FnMut(&mut Self, Vec<String>) -> Result<(), Error>) -> Result<(), Error> {
        for node in self.masters()? {
            let mut cursor = String::from("0");
            loop {
                let mut scan = cmd("SCAN");
                scan.arg(&cursor).arg("MATCH").arg(format!("{PREFIX}*")).arg("COUNT").arg(STEP);
                let (next, keys): (String, Vec<String>) = self.at(&node, &scan)?;
                let ids = keys.iter().filter_map(|key| key.strip_prefix(PREFIX)).map(str::to_owned).collect();
                each(self, ids)?;
                if next == "0" {
                    break;
                }
                cursor = next;
            }
        }
        Ok(())
    }
}

fn key(uuid: &str) -> String {
    format!("{PREFIX}{uuid}")
}

/// Commands that write, with their keys, to be sent together.
#[derive(Default)]
struct Writes {
    commands: Vec<(String, Cmd)>,
    changed: Vec<String>,
}

impl Writes {
    fn put(&mut self, uuid: &str, head: &Head, facts: &Facts, now: Time) {
        let left = KEPT.saturating_sub(now.since(head.updated)).as_millis().max(1);
        let left = u64::try_from(left).unwrap_or(u64::MAX);
        let mut set = cmd("SET");
        set.arg(key(uuid)).arg(entry::write(uuid, head, facts)).arg("PX").arg(left);
        self.commands.push((key(uuid), set));
        self.changed.push(uuid.to_owned());
    }

    fn delete(&mut self, uuid: &str) {
        let mut unlink = cmd("UNLINK");
        unlink.arg(key(uuid));
        self.commands.push((key(uuid), unlink));
        self.changed.push(uuid.to_owned());
    }

    /// First the entries, then the feed: who reads the feed finds what it tells of.
    fn send(self, redis: &mut Redis) -> Result<(), Error> {
        redis.ask(&self.commands)?;
        feed::note(redis, &self.changed)?;
        if redis.promise.waits() {
            redis.nodes.wait(redis.promise.replicas)?;
        }
        Ok(())
    }
}

impl Redis {
    fn try_write(&mut self, batch: &[Write], now: Time, admission: &mut Admission) -> Result<Vec<Outcome>, Error> {
        let uuids: Vec<&str> = batch.iter().map(Write::uuid).collect();
        // One installation may come twice in a batch: what the first does the second sees.
        let mut heads: HashMap<&str, Option<Head>> = uuids.iter().copied().zip(self.heads(&uuids)?).collect();
        let mut writes = Writes::default();
        let mut outcomes = Vec::with_capacity(batch.len());
        for write in batch {
            let old = heads.get(write.uuid()).copied().flatten().filter(|head| !expired(head.updated, now));
            let mut new = None;
            outcomes.push(match write {
                Write::Put { uuid, facts, digest, network } => {
                    let mut outcome = decide(old, *digest, now, self.quarantine);
                    new = old;
                    if outcome == Outcome::New && !admission.admits(*network) {
                        outcome = Outcome::Limited;
                    } else if outcome != Outcome::Unchanged {
                        admission.count(*network, outcome == Outcome::New, 0);
                        let first_seen = old.map_or(now, |head| head.first_seen);
                        let head = Head { first_seen, updated: now, digest: *digest };
                        writes.put(uuid, &head, facts, now);
                        new = Some(head);
                    }
                    outcome
                }
                Write::Delete { uuid } => {
                    writes.delete(uuid);
                    if old.is_some() {
                        Outcome::Deleted
                    } else {
                        Outcome::Absent
                    }
                }
            });
            heads.insert(write.uuid(), new);
        }
        writes.send(self)?;
        Ok(outcomes)
    }
}

impl Store for Redis {
    fn write_within(&mut self, batch: &[Write], now: Time, admission: &mut Admission) -> Result<Vec<Outcome>, Error> {
        if let Some(unmet) = &self.unmet {
            return Err(Error::Unmet(unmet.clone()));
        }
        let done = self.try_write(batch, now, admission);
        if done.is_err() && !self.promise.waits() {
            // A connection does not always find back to a node that was lost and has come again.
            if let Ok(fresh) = self.client.get_connection() {
                self.connection = fresh;
            }
        }
        done
    }

    fn read(&mut self, uuid: &str, now: Time) -> Result<Option<Stored>, Error> {
        let found = self.entries(&[uuid.to_owned()])?.pop().flatten();
        Ok(found.filter(|stored| !expired(stored.updated, now)))
    }

    fn scan(&mut self, now: Time, each: &mut dyn FnMut(Stored) -> Result<(), Error>) -> Result<(), Error> {
        self.ids(|redis, ids| {
            let entries = redis.entries(&ids)?.into_iter().flatten();
            entries.filter(|stored| !expired(stored.updated, now)).try_for_each(&mut *each)
        })
    }

    fn restore(&mut self, batch: &[Stored], now: Time) -> Result<usize, Error> {
        let uuids: Vec<&str> = batch.iter().map(|stored| &*stored.uuid).collect();
        let mut heads: HashMap<&str, Option<Head>> = uuids.iter().copied().zip(self.heads(&uuids)?).collect();
        let (mut writes, mut written) = (Writes::default(), 0);
        for stored in batch {
            let old = heads.get(&*stored.uuid).copied().flatten();
            let newer = old.is_some_and(|head| head.updated > stored.updated);
            if !newer && !expired(stored.updated, now) {
                let digest = stored.facts.digest();
                let head = Head { first_seen: stored.first_seen, updated: stored.updated, digest };
                writes.put(&stored.uuid, &head, &stored.facts, now);
                heads.insert(&stored.uuid, Some(head));
                written += 1;
            }
        }
        writes.send(self)?;
        Ok(written)
    }

    fn sweep(&mut self, _: Time) -> Result<usize, Error> {
        Ok(0)
    }

    fn check(&mut self) -> Result<bool, Error> {
        if !self.promise.is_strict() {
            return Ok(false);
        }
        self.nodes.forget();
        let asked = self.promise.ask(&mut self.nodes);
        match &asked {
            Ok(()) => self.unmet = None,
            Err(Error::Unmet(what)) => self.unmet = Some(what.clone()),
            // Nobody knows: what was lacking still is.
            Err(_) => (),
        }
        asked?;
        self.nodes.try_all(self.promise.replicas)?;
        Ok(true)
    }
}
