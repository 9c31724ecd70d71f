//! What Home Assistant's own files say, read as fast as can be and in fixed memory.
//!
//! * [`json`]: JSON of any size; [`lines`]: YAML in its plainest form;
//! * `apps`, `config_entries`, `energy`, `entity_registry`, `http_config`, `manifest`, `sqlite`, `users`: a file each, or one
//!   of many like it; `installed`: an answer of the Supervisor's;
//! * `stored`, `domains`: what these have in common.
//!
//! A package of its own because programs are built small, but this part quick: what is read here may have any size. That
//! is also why the source is a `dyn Read`: a generic function would be built with the package that calls it.
#![allow(clippy::std_instead_of_core, reason = "it reads from std")]

pub mod apps;
pub mod config_entries;
pub mod domains;
pub mod energy;
pub mod entity_registry;
pub mod http_config;
pub mod installed;
pub mod json;
pub mod lines;
pub mod manifest;
pub mod sqlite;
pub mod users;

mod stored;

pub use json::Error;
