//! What Home Assistant wrote, read by Home Assistant's own rules.
//!
//! This crate knows no path of the machine and no socket: a [`Files`] lends it the files and
//! directories of Home Assistant, under the names that Home Assistant's container gives them. So
//! every rule is tested in memory ([`files::Memory`]).
//!
//! * [`files`]: what lends files, and which directories there are;
//! * [`json`]: JSON of any size in fixed memory; [`yaml`]: the configuration, in libyaml's own
//!   grammar;
//! * [`storage`]: a file for each file of `.storage`; [`recorder`]: the database's header;
//! * [`integrations`]: the built-in and the custom ones, which are loaded, which are reported;
//! * [`in_use`]: usage and statistics, out of all of these;
//! * [`addons`]: the Supervisor's file of add-ons and its answer;
//! * [`names`]: a sorted set of short names.
#![allow(clippy::std_instead_of_core, reason = "it reads from std")]

pub mod addons;
mod error;
pub mod files;
pub mod in_use;
pub mod integrations;
pub mod names;
pub mod recorder;
mod sorted;
pub mod storage;
pub mod yaml;

pub use error::{ReadError, Why};
pub use files::Files;
pub use haos_analytics_json as json;
pub use json::Error;
