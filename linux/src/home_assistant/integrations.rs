//! Which integrations are reported.
//!
//! Home Assistant reports what it has loaded and what the user set up in YAML, by an entity or by a config entry. From
//! outside one cannot see what is loaded, so whatever is set up counts. An integration that failed, or that is no
//! longer part of Home Assistant, is therefore reported although Home Assistant itself would not.

use std::collections::BTreeMap;

use haos_analytics_core::{CustomIntegration, Text};
use haos_analytics_files::domains::Domains;

/// What is installed below `custom_components`: the version of each, if its manifest names one.
pub type Customs = BTreeMap<Text, Option<Text>>;

/// What is reported, in ascending order.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Integrations {
    /// Those that are part of Home Assistant.
    pub built_in: Vec<Text>,
    /// Those that are not, with their versions.
    pub custom: Vec<Custom>,
}

/// A custom integration that Home Assistant loads.
#[derive(Debug, PartialEq, Eq)]
pub struct Custom {
    domain: Text,
    version: Text,
}

impl Custom {
    /// For the payload.
    pub fn as_reported(&self) -> CustomIntegration<'_> {
        CustomIntegration { domain: &self.domain, version: Some(&self.version) }
    }
}

/// Tells which of the domains in use are part of Home Assistant. What is no domain is passed over.
pub fn reported<'a>(in_use: impl Iterator<Item = &'a str>, customs: &Customs) -> Integrations {
    let mut domains = Domains::default();
    for domain in in_use {
        // More than so many are more than a report may hold, and it is not sent.
        if domains.insert(domain.as_bytes()).is_err() {
            break;
        }
    }
    let mut integrations = Integrations::default();
    for domain in domains.into_texts() {
        match customs.get(&domain) {
            None => integrations.built_in.push(domain),
            Some(Some(version)) => integrations.custom.push(Custom { domain, version: version.clone() }),
            // Home Assistant refuses to load it.
            Some(None) => {}
        }
    }
    integrations
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Text {
        Text::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn sorted_once_and_told_apart() {
        let customs: Customs = [("hacs", Some("2.0")), ("old", None), ("random", Some("0.9")), ("unused", Some("1"))]
            .map(|(domain, version)| (text(domain), version.map(text)))
            .into();
        let in_use = ["zone", "random", "old", "met", "met", "backup", "hacs", "sun", ""];
        let expected = Integrations {
            built_in: ["backup", "met", "sun", "zone"].map(text).into(),
            custom: [("hacs", "2.0"), ("random", "0.9")]
                .map(|(domain, version)| Custom { domain: text(domain), version: text(version) })
                .into(),
        };
        assert_eq!(reported(in_use.into_iter(), &customs), expected);
    }
}
