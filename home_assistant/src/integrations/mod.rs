//! Integrations: those that are part of Home Assistant, those that are not, and which are reported.
//!
//! Home Assistant reports an integration if it is loaded *and* was set up by somebody. From
//! outside, what is loaded can be inferred: [`loaded`] begins with what Home Assistant loads by
//! itself, what the YAML sets up and what has a config entry, and follows the dependencies. What
//! fails while it is set up is seen by nobody but Home Assistant.

pub mod built_in;
pub mod custom;
pub mod loaded;
pub mod manifest;

mod reported;

pub use reported::{reported, Custom, InUse, Integrations};
