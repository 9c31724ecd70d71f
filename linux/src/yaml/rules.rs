//! What Home Assistant makes of the configuration.

use super::base_platforms::is_base_platform;
use super::database::Database;
use super::error::Cause;
use super::node::{Key, Map, Node};
use super::packages;
use super::scalar::is_name;
use super::Yaml;

/// The most values that are looked at: aliases can make many out of few.
const STEPS: usize = 1_000_000;
/// The most integrations.
const DOMAINS: usize = 10_000;

/// Takes the facts out of the whole configuration.
///
/// # Errors
///
/// Home Assistant would not load it.
pub fn interpret(configuration: &Node) -> Result<Yaml, Cause> {
    let root = match configuration {
        Node::Map(map) => map,
        Node::Null => return Ok(Yaml::default()),
        _ => return Err(Cause::Refused("not a mapping")),
    };
    let packages = match root.get("homeassistant") {
        Some(Node::Map(map)) => map.get("packages"),
        None | Some(Node::Null) => None,
        Some(_) => return Err(Cause::Refused("homeassistant: not a mapping")),
    };
    let mut findings = Findings { yaml: Yaml::default(), recorder: None, steps: 0 };
    findings.components(root)?;
    for package in packages::valid(packages) {
        findings.components(package)?;
    }
    Ok(Yaml { recorder: findings.recorder.unwrap_or_default(), ..findings.yaml })
}

/// The integration of a key of the top level: what stands before the label, if there is one.
pub fn domain(key: &str) -> Option<&str> {
    let (domain, label) = key.split_once(' ').unwrap_or((key, "-"));
    (!domain.is_empty() && label.contains(|character| character != ' ')).then_some(domain)
}

struct Findings {
    yaml: Yaml,
    /// What the first `recorder:` with a `db_url` says: the configuration comes before its packages.
    recorder: Option<Database>,
    steps: usize,
}

impl Findings {
    fn components(&mut self, components: &Map) -> Result<(), Cause> {
        components.entries.iter().try_for_each(|(key, node)| self.component(key, node))
    }

    fn component(&mut self, key: &Key, node: &Node) -> Result<(), Cause> {
        self.step()?;
        let Some(domain) = domain(&key.text).filter(|_| key.is_text) else {
            return Ok(());
        };
        if is_name(&key.text, key.is_text) {
            self.found(&key.text)?;
        }
        match (&*key.text, node) {
            ("recorder", Node::Map(map)) => self.recorder(map),
            ("http", node) => self.http(node),
            _ if domain == "automation" => self.automations(node)?,
            _ if is_base_platform(domain) => self.platforms(node)?,
            _ => {}
        }
        Ok(())
    }

    fn recorder(&mut self, recorder: &Map) {
        if self.recorder.is_none() {
            self.recorder = recorder.get("db_url").map(|url| match url {
                Node::Database(database) => database.clone(),
                _ => Database::Unknown,
            });
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
        for item in items(node) {
            self.step()?;
            let has_id = item.get("id").is_some_and(|id| !matches!(id, Node::Null));
            self.yaml.automations_without_id += u64::from(!item.is_empty && !has_id);
        }
        Ok(())
    }

    fn platforms(&mut self, node: &Node) -> Result<(), Cause> {
        for item in items(node) {
            self.step()?;
            if let Some(Node::Name(platform)) = item.get("platform") {
                if is_name(platform, true) {
                    self.found(platform)?;
                }
            }
        }
        Ok(())
    }

    fn found(&mut self, name: &str) -> Result<(), Cause> {
        if !self.yaml.domains.contains(name) {
            self.yaml.domains.insert(name.to_owned());
        }
        at_most(self.yaml.domains.len(), DOMAINS, "integrations")
    }

    fn step(&mut self) -> Result<(), Cause> {
        self.steps += 1;
        at_most(self.steps, STEPS, "values, aliases counted,")
    }
}

/// The items of a list, or the one that stands alone. What is no mapping is passed over.
fn items(node: &Node) -> impl Iterator<Item = &Map> {
    let (list, alone) = match node {
        Node::List(elements) => (elements.as_slice(), None),
        Node::Map(map) => ([].as_slice(), Some(map)),
        _ => ([].as_slice(), None),
    };
    let listed = list.iter().filter_map(|element| match &**element {
        Node::Map(map) => Some(map),
        _ => None,
    });
    listed.chain(alone)
}

fn at_most(count: usize, most: usize, what: &'static str) -> Result<(), Cause> {
    if count > most {
        return Err(Cause::TooMuch { what, most });
    }
    Ok(())
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
