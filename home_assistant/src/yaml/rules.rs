//! What Home Assistant makes of the configuration.

use super::budget::Budget;
use super::database::Database;
use super::error::Cause;
use super::items::Items;
use super::node::{Key, Map, Node};
use super::packages;
use super::scalar::is_name;
use super::Yaml;
use crate::integrations::built_in::is_base_platform;

/// The most values that are looked at: aliases can make many out of few.
const STEPS: usize = 1_000_000;
/// The most names.
const NAMES: usize = 10_000;

/// Takes the facts out of the whole configuration.
///
/// # Errors
///
/// Home Assistant would not load it.
pub(super) fn interpret(configuration: &Node) -> Result<Yaml, Cause> {
    let root = match configuration {
        Node::Map(map) => map,
        Node::Null => return Ok(Yaml::default()),
        _ => return Err(Cause::Refused("not a mapping")),
    };
    let packages = match root.get("homeassistant") {
        Some(Node::Map(map)) => map.get("packages"),
        None | Some(Node::Null | Node::Falsy | Node::Unknown) => None,
        Some(_) => return Err(Cause::Refused("homeassistant: not a mapping")),
    };
    let mut findings = Findings { yaml: Yaml::default(), recorder: Url::Absent, automations_fail: false, steps: 0 };
    findings.components(root)?;
    for package in packages::named(packages) {
        findings.step(package.entries.len())?;
        if packages::is_whole(package) {
            findings.components(package)?;
        }
    }
    if findings.automations_fail {
        findings.yaml.automations_without_id = 0;
    }
    findings.yaml.recorder = match findings.recorder {
        Url::Absent => Database::default(),
        Url::Null => Database::Unknown,
        Url::Set(database) => database,
    };
    Ok(findings.yaml)
}

/// The integration of a key of the top level: what stands before the label, if there is one.
pub(super) fn domain(key: &str) -> Option<&str> {
    let (domain, label) = key.split_once(' ').unwrap_or((key, "-"));
    (!domain.is_empty() && label.contains(|character| character != ' ')).then_some(domain)
}

/// What `db_url:` says.
enum Url {
    Absent,
    Null,
    Set(Database),
}

struct Findings {
    yaml: Yaml,
    /// What the first `recorder:` with a `db_url` says: the configuration comes before its
    /// packages.
    recorder: Url,
    /// Home Assistant gives up all automations at one of them.
    automations_fail: bool,
    steps: usize,
}

impl Findings {
    fn components(&mut self, components: &Map) -> Result<(), Cause> {
        components.entries.iter().try_for_each(|(key, node)| self.component(key, node))
    }

    fn component(&mut self, key: &Key, node: &Node) -> Result<(), Cause> {
        self.step(1 + node.entries())?;
        let Some(domain) = domain(&key.text).filter(|_| key.is_text()) else {
            return Ok(());
        };
        if is_name(domain) {
            let is_labelled = domain.len() < key.text.len();
            let names = if is_labelled { &mut self.yaml.labelled } else { &mut self.yaml.keys };
            if !names.contains(domain) {
                names.insert(domain.into());
                Cause::at_most(names.len(), NAMES, "integrations")?;
            }
        }
        match (&*key.text, node) {
            ("recorder", Node::Map(map)) => self.recorder(map),
            ("recorder", Node::Unknown) => self.unknown_recorder(),
            ("http", Node::Unknown) => {}
            ("http", node) => self.http(node),
            _ if domain == "automation" => self.automations(node)?,
            _ if is_base_platform(domain) => self.platforms(domain, node)?,
            _ => {}
        }
        Ok(())
    }

    fn recorder(&mut self, recorder: &Map) {
        let found = match recorder.get("db_url") {
            None => return,
            Some(Node::Database(database)) => Url::Set(database.clone()),
            Some(Node::Text(url)) => Url::Set(Database::of_url(url)),
            Some(Node::Null) => Url::Null,
            Some(_) => Url::Set(Database::Unknown),
        };
        // One that is null gives way to another.
        if !matches!(self.recorder, Url::Set(_)) {
            self.recorder = found;
        }
    }

    fn unknown_recorder(&mut self) {
        if !matches!(self.recorder, Url::Set(_)) {
            self.recorder = Url::Set(Database::Unknown);
        }
    }

    fn http(&mut self, http: &Node) {
        let certificate = match http {
            Node::Map(map) => map.get("ssl_certificate").is_some_and(|value| !matches!(value, Node::Null)),
            _ => false,
        };
        self.yaml.http_certificate = Some(certificate || self.yaml.http_certificate == Some(true));
    }

    fn automations(&mut self, node: &Node) -> Result<(), Cause> {
        let items = self.items(node)?;
        self.yaml.automations_without_id += items.without_id;
        self.automations_fail |= items.fails;
        Ok(())
    }

    fn platforms(&mut self, domain: &str, node: &Node) -> Result<(), Cause> {
        for platform in self.items(node)?.platforms {
            self.yaml.platforms.insert((domain.into(), platform));
        }
        Cause::at_most(self.yaml.platforms.len(), NAMES, "platforms")
    }

    /// What the items of a list say, or the one that stands alone.
    fn items(&mut self, node: &Node) -> Result<Items, Cause> {
        let (mut items, mut budget) = (Items::default(), Budget::default());
        match node {
            Node::Items(list) => items.add_all(&mut budget, list)?,
            Node::List(elements) => {
                for element in elements {
                    self.step(1 + element.entries())?;
                    items.add(&mut budget, element)?;
                }
            }
            // Nothing, not even an item.
            Node::Null | Node::Falsy => {}
            Node::Map(map) if map.is_empty => {}
            one => items.add(&mut budget, one)?,
        }
        Ok(items)
    }

    fn step(&mut self, values: usize) -> Result<(), Cause> {
        self.steps = self.steps.saturating_add(values);
        Cause::at_most(self.steps, STEPS, "values, aliases counted,")
    }
}

#[cfg(test)]
mod tests {
    use super::domain;

    #[test]
    fn a_label_is_set_off_by_spaces() {
        let table = [
            ("hue", Some("hue")),
            ("hue 1", Some("hue")),
            ("hue  1", Some("hue")),
            ("i n v a-@@", Some("i")),
            ("hue ", None),
            ("hue  ", None),
            (" hue", None),
            ("", None),
        ];
        for (key, expected) in table {
            assert_eq!(domain(key), expected, "{key:?}");
        }
    }
}
