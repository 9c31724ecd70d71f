//! What the tally has to know of a fact beside its number.

use crate::fact::{Kind, Part};

/// Of an add-on: it is protected; it updates itself. Of a slug: one's own. Of a Supervisor: unhealthy; unsupported. Of a
/// switch: on.
pub(super) const FIRST: u8 = 1;
pub(super) const SECOND: u8 = 2;

/// The nature of a fact.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nature {
    /// What it is about.
    pub kind: Kind,
    /// The group that is counted with it.
    pub part_of: Option<u32>,
    pub(super) switches: u8,
    pub(super) value: Option<f64>,
}

impl Nature {
    /// Of a fact with this text.
    pub fn of(kind: Kind, text: &str, part_of: Option<u32>) -> Self {
        let part = || serde_json::from_str::<Part<'_>>(text).unwrap_or_default();
        let on = |first: bool, second: bool| if first { FIRST } else { 0 } | if second { SECOND } else { 0 };
        let switches = match kind {
            // Null counts as protected, and as not updating itself.
            Kind::Addon => on(part().protected.unwrap_or(true), part().auto_update.unwrap_or(false)),
            // An add-on of one's own has a name of one's own.
            Kind::AddonSlug => on(text.starts_with("local_"), false),
            Kind::Supervisor => on(part().healthy == Some(false), part().supported == Some(false)),
            Kind::Energy => on(part().configured == Some(true), false),
            Kind::Certificate => on(text == "true", false),
            _ => 0,
        };
        let value = if kind.is_count() { text.parse().ok() } else { None };
        Self { kind, part_of, switches, value }
    }
}
