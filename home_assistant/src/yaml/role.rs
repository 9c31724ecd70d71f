//! Which part of the configuration a value is, and so what of it matters.

use super::node::Kind;
use super::rules;
use super::scalar::is_name;
use crate::integrations::built_in::is_base_platform;

/// What is kept of an item below a base platform or of an automation.
const ITEM_KEYS: [&str; 2] = ["id", "platform"];
/// What is kept of `recorder:` and `http:`.
const SETTINGS: [&str; 2] = ["db_url", "ssl_certificate"];

/// Which part of the configuration a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The whole.
    Root,
    /// `homeassistant:`.
    Core,
    /// `packages:`, a mapping of names to packages.
    Packages,
    /// A package: the whole once more, but without packages.
    Package,
    /// Below a base platform or `automation`: a list, or one item.
    Items,
    /// One of them.
    Item,
    /// `recorder:` or `http:`.
    Settings,
    /// Something with an anchor. Where it will be used is not known yet, so all its keys are kept.
    Any,
    /// Nothing in it matters. It is read for what it includes: a file that is missing breaks the whole.
    Nothing,
}

impl Role {
    /// The role of a mapping in this place: where there may be a list of items, there may be one item as well.
    pub(super) fn as_mapping(self) -> Self {
        match self {
            Role::Items => Role::Item,
            other => other,
        }
    }

    /// The role of a list's elements.
    pub(super) fn element(self) -> Self {
        match self {
            Role::Items => Role::Item,
            Role::Any => Role::Any,
            _ => Role::Nothing,
        }
    }

    /// Whether an entry of a mapping is kept.
    pub(super) fn keeps(self, key: &str, kind: Kind) -> bool {
        match self {
            Role::Root => kind == Kind::Text && rules::domain(key).is_some_and(is_name),
            Role::Packages | Role::Package | Role::Any => true,
            Role::Core => key == "packages",
            Role::Item => ITEM_KEYS.contains(&key),
            Role::Settings => SETTINGS.contains(&key),
            Role::Items | Role::Nothing => false,
        }
    }

    /// Whether most entries of such a mapping say nothing, so that lines of it may go unseen.
    pub(super) fn is_quiet(self) -> bool {
        matches!(self, Role::Item | Role::Settings | Role::Nothing)
    }

    /// The role of an entry's value.
    pub(super) fn value(self, key: &str) -> Self {
        match self {
            Role::Root if key == "homeassistant" => Role::Core,
            Role::Root | Role::Package => component(key),
            Role::Core if key == "packages" => Role::Packages,
            Role::Packages => Role::Package,
            Role::Any => Role::Any,
            _ => Role::Nothing,
        }
    }
}

fn component(key: &str) -> Role {
    match rules::domain(key) {
        Some(_) if matches!(key, "recorder" | "http") => Role::Settings,
        Some(domain) if domain == "automation" || is_base_platform(domain) => Role::Items,
        _ => Role::Nothing,
    }
}
