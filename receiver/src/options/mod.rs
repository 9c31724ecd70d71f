//! The command line. Each option has an environment variable: `--listen` is
//! `HAOS_ANALYTICS_RECEIVER_LISTEN`. Help, manual page and completions are made of these types.
//!
//! To add an option: a field, with what it does as its comment, the name of its variable, and a
//! function of `form` where it is not text.

mod error;
mod form;
mod moment;
mod origin;
mod store;

pub use error::Unusable;
pub use origin::OriginOptions;
pub use store::{PromiseOptions, Publication, StoreOptions};

use crate::publisher::Period;
use crate::time::Time;
use clap::{Args, Parser, Subcommand};
use core::net::SocketAddr;
use std::ffi::OsString;

/// What each variable begins with.
pub const PREFIX: &str = "HAOS_ANALYTICS_RECEIVER_";

/// Takes the reports of haos-analytics, keeps them 60 days, publishes only the aggregate.
#[derive(Debug, Parser)]
#[command(
    name = "haos-analytics-receiver",
    version,
    max_term_width = 100,
    after_help = "Each option can also be set in the environment: --trusted-proxy as \
                  HAOS_ANALYTICS_RECEIVER_TRUSTED_PROXY. An empty variable is none."
)]
pub struct Options {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Take reports and publish the aggregate, until SIGTERM or SIGINT
    Serve(Box<Serve>),
    /// Print the aggregate of a store (as /data.json) and exit
    Aggregate(Aggregate),
    /// Print every installation of a store, one JSON object a line
    Export(StoreOptions),
    /// Read such lines from stdin into a store; what is there and newer stays
    Import(StoreOptions),
    /// Remove the installations that were first seen in a bad hour
    Purge(Purge),
    /// Print installations that do not exist, for import
    Sample(Sample),
}

/// Options of `serve`.
#[derive(Args, Debug)]
pub struct Serve {
    #[command(flatten)]
    #[allow(missing_docs, reason = "clap would show it as a heading")]
    pub store: StoreOptions,
    #[command(flatten)]
    #[allow(missing_docs, reason = "clap would show it as a heading")]
    pub promise: PromiseOptions,
    #[command(flatten)]
    #[allow(missing_docs, reason = "clap would show it as a heading")]
    pub publication: Publication,
    #[command(flatten)]
    #[allow(missing_docs, reason = "clap would show it as a heading")]
    pub origin: OriginOptions,
    /// Where to listen; port 0 takes a free one
    #[arg(long, env = "HAOS_ANALYTICS_RECEIVER_LISTEN", hide_env = true, value_name = "ADDRESS:PORT")]
    #[arg(default_value = "127.0.0.1:8080", value_parser = form::address)]
    pub listen: SocketAddr,
    /// How often expired reports are removed, and how soon a publication is seen
    #[arg(long, env = "HAOS_ANALYTICS_RECEIVER_REFRESH", hide_env = true, value_name = "SECONDS")]
    #[arg(default_value_t = 60, value_parser = form::from_one)]
    pub refresh: u64,
    /// How often the published numbers change, all together: daily, hourly, or a number of seconds
    #[arg(long, env = "HAOS_ANALYTICS_RECEIVER_PUBLISH", hide_env = true, value_name = "PERIOD")]
    #[arg(default_value = "daily")]
    pub publish: Period,
    /// How many new installations of each network (/24, /48) and hour are taken, and 200 times as many
    /// names that nobody had before; 0: any number
    #[arg(long, env = "HAOS_ANALYTICS_RECEIVER_NEW_PER_NETWORK", hide_env = true, value_name = "N")]
    #[arg(default_value_t = 50, value_parser = form::small)]
    pub new_per_network: u32,
    /// How many connections there may be at a time
    #[arg(long, env = "HAOS_ANALYTICS_RECEIVER_CONNECTIONS", hide_env = true, value_name = "N")]
    #[arg(default_value_t = 1024, value_parser = form::from_one)]
    pub connections: u64,
}

/// Options of `aggregate`.
#[derive(Args, Debug)]
pub struct Aggregate {
    #[command(flatten)]
    #[allow(missing_docs, reason = "clap would show it as a heading")]
    pub store: StoreOptions,
    #[command(flatten)]
    #[allow(missing_docs, reason = "clap would show it as a heading")]
    pub publication: Publication,
}

/// Options of `purge`.
#[derive(Args, Debug)]
pub struct Purge {
    #[command(flatten)]
    #[allow(missing_docs, reason = "clap would show it as a heading")]
    pub store: StoreOptions,
    /// From the first report at this time on, as 2026-02-03T18:00Z
    #[arg(long, value_name = "TIME", value_parser = moment::moment)]
    pub since: Time,
    /// And before this time; without, until now
    #[arg(long, value_name = "TIME", value_parser = moment::moment)]
    pub until: Option<Time>,
}

/// Options of `sample`.
#[derive(Args, Debug)]
pub struct Sample {
    /// How many installations
    #[arg(long, env = "HAOS_ANALYTICS_RECEIVER_COUNT", hide_env = true, value_name = "N")]
    #[arg(default_value_t = 1000, value_parser = form::whole)]
    pub count: u64,
    /// Which ones: the same number makes the same installations
    #[arg(long, env = "HAOS_ANALYTICS_RECEIVER_SEED", hide_env = true, value_name = "N")]
    #[arg(default_value_t = 1, value_parser = form::whole)]
    pub seed: u64,
}

impl Options {
    /// Reads the command line, with the program's name in front, and the environment.
    ///
    /// # Errors
    ///
    /// Help or the version was asked for, or a line says what is wrong.
    pub fn parse_from_all(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, Unusable> {
        error::no_unknown_variables()?;
        Self::try_parse_from(arguments).map_err(Unusable::from)
    }
}
