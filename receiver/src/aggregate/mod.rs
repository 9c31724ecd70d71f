//! What is published: sums over all installations, and never a number over fewer than k of them.
//!
//! [`Tally`] counts facts; [`Builder`] makes an [`Aggregate`] of the counts, by the rules of the
//! original and within the `threshold`; [`publish`] writes it in the public forms. No key of a map
//! is a word of ours: what is not published of a whole is the difference.

mod boards;
mod build;
mod groups;
pub mod history;
mod index;
mod making;
mod matrix;
mod median;
mod names;
mod nature;
pub mod publish;
mod published;
mod tally;
mod threshold;

pub use boards::BOARDS;
pub use build::{Builder, Rules};
pub use history::Entry;
pub use nature::Nature;
pub use published::Published;
pub(crate) use tally::Counters;
pub use tally::{Tally, LIMIT};

use crate::time::Time;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Values and in how many installations each is.
pub type Counts = BTreeMap<String, u64>;

/// Things that have versions, by name; shared with the aggregates before and after, as far as they have not changed.
pub type Things<T> = BTreeMap<Arc<str>, Arc<T>>;

/// The sums. What is not published because of the threshold is 0, or not in its map.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Aggregate {
    /// When these sums were made.
    pub last_updated: Time,
    /// The threshold k.
    pub least: u64,
    /// Installations in all.
    pub active_installations: u64,
    /// How they are installed.
    pub installation_types: InstallationTypes,
    /// Where they are.
    pub countries: Counts,
    /// States of the US: `US CA`.
    pub regions: Counts,
    /// Versions of Home Assistant.
    pub versions: Counts,
    /// The first two parts of these: `2026.2`.
    pub releases: Counts,
    /// Home Assistant OS.
    pub operating_system: OperatingSystem,
    /// The Supervisor.
    pub supervisor: Supervisor,
    /// Medians of the counts.
    #[serde(flatten)]
    pub medians: Medians,
    /// Integrations of the core.
    pub integrations: Counts,
    /// Installations that report at least one integration.
    pub reports_integrations: u64,
    /// Installations that report at least one add-on.
    pub reports_addons: u64,
    /// Installations that report more than no state.
    pub reports_statistics: u64,
    /// Installations whose web server has a certificate.
    pub certificate_count_configured: u64,
    /// Installations with the energy dashboard set up.
    pub energy_count_configured: u64,
    /// Databases.
    pub recorder_engines: Things<Engine>,
    /// Add-ons.
    pub addons: Things<Addon>,
    /// Integrations from elsewhere.
    pub custom_integrations: Things<CustomIntegration>,
}

/// How many are installed in each way.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub struct InstallationTypes {
    /// Home Assistant OS
    pub os: u64,
    /// Home Assistant Container
    pub container: u64,
    /// Home Assistant Core
    pub core: u64,
    /// Home Assistant Supervised
    pub supervised: u64,
    /// Unsupported Third Party Container
    pub unsupported_container: u64,
    /// Unknown
    pub unknown: u64,
}

/// Home Assistant OS, on boards that it is still made for.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct OperatingSystem {
    /// Boards.
    pub boards: Counts,
    /// Versions.
    pub versions: Counts,
    /// Versions on each board.
    pub board_versions: BTreeMap<String, Counts>,
}

/// The Supervisor.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Supervisor {
    /// Architectures.
    pub arch: Counts,
    /// How many are not healthy.
    pub unhealthy: u64,
    /// How many are not supported.
    pub unsupported: u64,
}

/// Medians over the installations that report a number other than 0. (The original calls them averages.)
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Medians {
    /// Of users.
    #[serde(serialize_with = "median::serialize")]
    pub avg_users: f64,
    /// Of automations.
    #[serde(serialize_with = "median::serialize")]
    pub avg_automations: f64,
    /// Of integrations.
    #[serde(serialize_with = "median::serialize")]
    pub avg_integrations: f64,
    /// Of add-ons.
    #[serde(serialize_with = "median::serialize")]
    pub avg_addons: f64,
    /// Of states.
    #[serde(serialize_with = "median::serialize")]
    pub avg_states: f64,
}

/// A kind of database.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub struct Engine {
    /// How many have it.
    pub count_configured: u64,
    /// Its versions.
    pub versions: Counts,
}

/// An add-on.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub struct Addon {
    /// How many have it.
    pub total: u64,
    /// Its versions.
    pub versions: Counts,
    /// How many have it kept from the host.
    pub protected: u64,
    /// How many have it update itself.
    pub auto_update: u64,
}

/// An integration from elsewhere.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub struct CustomIntegration {
    /// How many have it.
    pub total: u64,
    /// Its versions.
    pub versions: Counts,
}
