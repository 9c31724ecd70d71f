//! The public forms, as the original has them.

mod json;
mod prometheus;

pub use json::{addons, current, custom_integrations, data};
pub use prometheus::{
    addons as prometheus_addons, base as prometheus_base, custom_integrations as prometheus_custom_integrations,
    integrations as prometheus_integrations,
};
