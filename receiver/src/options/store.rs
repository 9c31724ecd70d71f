//! Where reports are kept, and what of them is published.

use super::form;
use crate::aggregate::Rules;
use crate::store::redis::{Durability, Promise};
use crate::store::{Quarantine, Url};
use clap::Args;
use core::time::Duration;
use serde::Deserialize;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// Options about the store.
#[derive(Args, Clone, Debug)]
pub struct StoreOptions {
    /// sqlite:PATH or redis://HOST:PORT,...
    #[arg(long, env = "HAOS_ANALYTICS_RECEIVER_STORE", hide_env = true, value_name = "URL")]
    #[arg(default_value = "sqlite:haos-analytics-receiver.sqlite")]
    pub store: Url,
}

/// Options about what 200 means on a cluster.
#[derive(Args, Clone, Debug)]
pub struct PromiseOptions {
    /// With redis: whether 200 means durable
    #[arg(long, env = "HAOS_ANALYTICS_RECEIVER_DURABILITY", hide_env = true, value_name = "HOW")]
    #[arg(value_enum, default_value = "strict")]
    pub durability: Durability,
    /// With redis: acknowledge a report when so many replicas have it; 0: when its node has it on disk
    #[arg(long, env = "HAOS_ANALYTICS_RECEIVER_REPLICAS", hide_env = true, value_name = "N")]
    #[arg(default_value_t = 1, value_parser = form::small)]
    pub replicas: u32,
}

impl PromiseOptions {
    /// As the store takes it.
    pub fn promise(&self) -> Promise {
        Promise { durability: self.durability, replicas: self.replicas }
    }
}

/// Options about what is published.
#[derive(Args, Clone, Debug)]
pub struct Publication {
    /// With redis: publish the aggregate from this copy of the store; without, publish nothing
    #[arg(long, env = "HAOS_ANALYTICS_RECEIVER_MIRROR", hide_env = true, value_name = "FILE")]
    pub mirror: Option<PathBuf>,
    /// Publish no number over fewer installations than this, nor what gives one away
    #[arg(long, env = "HAOS_ANALYTICS_RECEIVER_LEAST", hide_env = true, value_name = "K")]
    #[arg(default_value_t = 10, value_parser = form::whole)]
    pub least: u64,
    /// When an installation begins to count: with the first report that comes so many hours after its
    /// first one, and on another day; 0: at once
    #[arg(long, env = "HAOS_ANALYTICS_RECEIVER_QUARANTINE", hide_env = true, value_name = "HOURS")]
    #[arg(default_value = "24", value_parser = quarantine)]
    pub quarantine: Quarantine,
    /// Publish only custom integrations of this list: {"core": [...], "custom": [...]}
    #[arg(long, env = "HAOS_ANALYTICS_RECEIVER_DOMAINS", hide_env = true, value_name = "FILE")]
    pub domains: Option<PathBuf>,
}

impl Publication {
    /// What is told and what is folded.
    ///
    /// # Errors
    ///
    /// The list of domains cannot be read.
    pub fn rules(&self) -> Result<Rules, String> {
        let domains = self.domains.as_deref().map(domains).transpose()?;
        Ok(Rules { least: self.least, domains })
    }
}

fn quarantine(text: &str) -> Result<Quarantine, String> {
    form::small(text).map(|hours| Quarantine(Duration::from_secs(u64::from(hours) * 3600)))
}

fn domains(file: &Path) -> Result<HashSet<String>, String> {
    #[derive(Deserialize)]
    struct Domains {
        core: Vec<String>,
        custom: Vec<String>,
    }
    let failed = |error: &dyn core::fmt::Display| format!("--domains: {}: {error}", file.display());
    let bytes = std::fs::read(file).map_err(|error| failed(&error))?;
    let domains: Domains = serde_json::from_slice(&bytes).map_err(|error| failed(&error))?;
    Ok(domains.core.into_iter().chain(domains.custom).collect())
}
