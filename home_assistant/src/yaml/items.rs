//! What is kept of a list below a base platform or `automation`: no more for ten thousand items
//! than for ten.

use std::collections::BTreeSet;

use super::budget::{Budget, PLATFORM};
use super::error::Cause;
use super::node::{Map, Node};
use super::scalar::is_name;

/// The most different platforms.
const PLATFORMS: usize = 10_000;

/// What the items of a list say together.
#[derive(Clone, Debug, Default)]
pub(super) struct Items {
    /// Their platforms.
    pub(super) platforms: BTreeSet<Box<str>>,
    /// How many have no `id`.
    pub(super) without_id: u64,
    /// There is one of a kind at which Home Assistant gives up all automations.
    pub(super) fails: bool,
}

impl Items {
    /// Adds an element of the list, or what stands in its place. What is no mapping is passed over.
    pub(super) fn add(&mut self, budget: &mut Budget, element: &Node) -> Result<(), Cause> {
        match element {
            Node::Map(item) => return self.add_item(budget, item),
            Node::Null | Node::Number => self.fails = true,
            _ => {}
        }
        Ok(())
    }

    fn add_item(&mut self, budget: &mut Budget, item: &Map) -> Result<(), Cause> {
        // Null is no id either, but an automation that has it is refused.
        self.without_id += u64::from(item.get("id").is_none());
        match item.get("platform") {
            Some(Node::Text(platform)) if is_name(platform) => self.add_platform(budget, platform),
            _ => Ok(()),
        }
    }

    /// Adds what another list says.
    pub(super) fn add_all(&mut self, budget: &mut Budget, other: &Items) -> Result<(), Cause> {
        self.without_id += other.without_id;
        self.fails |= other.fails;
        other.platforms.iter().try_for_each(|platform| self.add_platform(budget, platform))
    }

    fn add_platform(&mut self, budget: &mut Budget, platform: &str) -> Result<(), Cause> {
        if !self.platforms.contains(platform) {
            budget.spend(PLATFORM + platform.len())?;
            self.platforms.insert(platform.into());
        }
        Cause::at_most(self.platforms.len(), PLATFORMS, "platforms")
    }
}
