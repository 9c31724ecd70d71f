//! What a fact is part of: the add-on whatever its version, the release of a version, the country of a state.

use super::Kind;
use serde::Deserialize;
use std::borrow::Cow;

/// A group, which is a fact of its own and can itself be part of one.
pub type Group = (Kind, String);

/// The group of a fact; counted whenever the fact is.
pub fn group(kind: Kind, text: &str) -> Option<Group> {
    let parsed = |text| serde_json::from_str::<Part<'_>>(text).ok();
    match kind {
        Kind::Version => {
            let end = text.match_indices('.').nth(1).map_or(text.len(), |(at, _)| at);
            Some((Kind::Release, text[..end].to_owned()))
        }
        Kind::Place => Some((Kind::Country, text.split(' ').next()?.to_owned())),
        Kind::Supervisor => Some((Kind::Arch, parsed(text)?.arch?.into_owned())),
        Kind::OperatingSystem => Some((Kind::Board, parsed(text)?.board?.into_owned())),
        Kind::CustomIntegration => Some((Kind::CustomDomain, parsed(text)?.domain?.into_owned())),
        Kind::Recorder => Some((Kind::Engine, parsed(text)?.engine?.into_owned())),
        Kind::AddonVersion => Some((Kind::AddonSlug, parsed(text)?.slug?.into_owned())),
        Kind::Addon => {
            let addon = parsed(text)?;
            let slug = addon.slug?;
            match addon.version.filter(|version| !version.is_empty()) {
                Some(version) => Some((Kind::AddonVersion, version_of(&slug, &version))),
                None => Some((Kind::AddonSlug, slug.into_owned())),
            }
        }
        _ => None,
    }
}

fn version_of(slug: &str, version: &str) -> String {
    serde_json::json!({"slug": slug, "version": version}).to_string()
}

/// Whatever of these keys an object has.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Part<'a> {
    #[serde(borrow)]
    pub(crate) arch: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) board: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) domain: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) engine: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) slug: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) version: Option<Cow<'a, str>>,
    pub(crate) healthy: Option<bool>,
    pub(crate) supported: Option<bool>,
    pub(crate) protected: Option<bool>,
    pub(crate) auto_update: Option<bool>,
    pub(crate) configured: Option<bool>,
}
