//! What a configuration may cost, but for files and bytes.

use std::rc::Rc;

use super::error::Cause;
use super::node::{Key, Node};

/// The most values inside one another, includes and aliases counted. Every level of it takes some
/// stack.
const NESTING: usize = 200;
/// The most memory for what is kept, in bytes, as it is counted here.
const KEPT: usize = 6 * 1024 * 1024;
/// The most values that are looked at again, because an alias or a merge key brings them back.
const STEPS: usize = 10_000_000;
/// What a node, an entry, an element or a platform counts for, in bytes.
pub(super) const NODE: usize = 64;
pub(super) const ENTRY: usize = 48;
pub(super) const ELEMENT: usize = 16;
pub(super) const PLATFORM: usize = 96;

/// What was kept and looked at so far, and how deep it is.
#[derive(Debug, Default)]
pub(super) struct Budget {
    /// What is kept, in bytes.
    pub(super) kept: usize,
    steps: usize,
    /// How many values are around.
    pub(super) depth: usize,
    /// The greatest depth since it was last set.
    pub(super) deepest: usize,
}

impl Budget {
    /// Counts what is kept, in bytes.
    pub(super) fn spend(&mut self, bytes: usize) -> Result<(), Cause> {
        self.kept = self.kept.saturating_add(bytes);
        Cause::at_most(self.kept, KEPT, "bytes of keys and values to keep")
    }

    /// Counts values that are looked at again.
    pub(super) fn step(&mut self, values: usize) -> Result<(), Cause> {
        self.steps = self.steps.saturating_add(values);
        Cause::at_most(self.steps, STEPS, "values, aliases counted,")
    }

    /// One level down, by `levels` for something that has so many itself.
    pub(super) fn enter(&mut self, levels: usize) -> Result<(), Cause> {
        self.depth += levels;
        self.deepest = self.deepest.max(self.depth);
        Cause::at_most(self.depth, NESTING, "values inside one another")
    }

    /// Up again.
    pub(super) fn leave(&mut self, levels: usize) {
        self.depth -= levels;
    }
}

/// What entries count for, in bytes.
pub(super) fn size(entries: &[(Key, Rc<Node>)]) -> usize {
    entries.iter().map(|(key, _)| ENTRY + key.text.len()).sum()
}
