//! Which part of the configuration a value is, and so what of it matters.

use haos_analytics_files::lines::{Kind, Passes, ITEM_KEYS};

use super::base_platforms::is_base_platform;
use super::rules;

/// Which part of the configuration a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
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
    pub fn as_mapping(self) -> Self {
        match self {
            Role::Items => Role::Item,
            other => other,
        }
    }

    /// The role of a list's elements.
    pub fn element(self) -> Self {
        match self {
            Role::Items => Role::Item,
            Role::Any => Role::Any,
            _ => Role::Nothing,
        }
    }

    /// Whether an entry of a mapping is kept.
    pub fn keeps(self, key: &str) -> bool {
        self.kept().is_none_or(|kept| kept.contains(&key))
    }

    /// The entries that do not matter.
    pub fn passes(self) -> Passes<'static> {
        self.kept().map_or(Passes::None, Passes::AllBut)
    }

    /// Which entries of a mapping are kept; `None` stands for all.
    fn kept(self) -> Option<&'static [&'static str]> {
        match self {
            Role::Root | Role::Packages | Role::Package | Role::Any => None,
            Role::Core => Some(&["packages"]),
            Role::Item => Some(&ITEM_KEYS),
            Role::Settings => Some(&["db_url", "ssl_certificate"]),
            Role::Items | Role::Nothing => Some(&[]),
        }
    }

    /// What an entry has to be for the parser not to see it.
    pub fn kind(self, key: &str) -> Kind {
        match self.value(key) {
            Role::Items => Kind::Items,
            Role::Nothing => Kind::Nothing,
            _ => Kind::Other,
        }
    }

    /// Whether the parser has to see an entry's value.
    pub fn looks_at(self, key: &str) -> bool {
        match self {
            Role::Root | Role::Package => self.value(key) != Role::Nothing,
            _ => self.keeps(key),
        }
    }

    /// The role of an entry's value.
    pub fn value(self, key: &str) -> Self {
        match self {
            Role::Root if key == "homeassistant" => Role::Core,
            Role::Root | Role::Package => component(key),
            Role::Core if self.keeps(key) => Role::Packages,
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
