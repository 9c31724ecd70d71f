//! What 200 rests on in a cluster: settings of every node, and replicas.

use super::super::Error;
use super::nodes::Nodes;

/// Whether 200 means durable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Durability {
    /// It does: what that needs is asked for, and without it nothing is taken
    Strict,
    /// It does as far as the cluster is set up for it
    #[default]
    BestEffort,
}

/// What is promised with 200. Without more, nothing that the cluster does not keep by itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Promise {
    /// Whether it is one.
    pub durability: Durability,
    /// So many replicas have a report before it is acknowledged.
    pub replicas: u32,
}

/// What each node has to be set to.
const SETTINGS: [(&str, &str); 4] =
    [("cluster-enabled", "yes"), ("appendonly", "yes"), ("appendfsync", "always"), ("maxmemory-policy", "noeviction")];

impl Promise {
    pub(super) fn is_strict(self) -> bool {
        self.durability == Durability::Strict
    }

    /// Replicas are waited for.
    pub(super) fn waits(self) -> bool {
        self.is_strict() && self.replicas > 0
    }

    /// Asks every node that is well. The first that lacks something is named: [`Error::Unmet`].
    pub(super) fn ask(self, nodes: &mut Nodes) -> Result<(), Error> {
        let topology = nodes.topology()?;
        if !topology.is_whole() {
            return Err(Error::Broken("the cluster has a slot without a master".to_owned()));
        }
        let groups: Vec<_> =
            topology.groups().map(|(master, replicas)| (master.to_owned(), replicas.to_vec())).collect();
        for (master, replicas) in &groups {
            for node in core::iter::once(master).chain(replicas) {
                for (name, must) in SETTINGS {
                    let is = nodes.setting(node, name)?;
                    if is != must {
                        return Err(Error::Unmet(line(node, name, &is, must)));
                    }
                }
            }
            if replicas.len() < self.replicas as usize {
                let must = format!("{} or more", self.replicas);
                return Err(Error::Unmet(line(master, "number of replicas", &replicas.len().to_string(), &must)));
            }
        }
        Ok(())
    }
}

pub(super) fn line(node: &str, name: &str, is: &str, must: &str) -> String {
    format!("{node}: {name} is {is:?} and must be {must:?}")
}
