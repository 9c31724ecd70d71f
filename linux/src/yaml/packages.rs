//! Which packages count.

use super::node::{Map, Node};

/// The packages that Home Assistant merges. A mistake in one makes it pass over that one, and an empty one over all.
pub fn valid(packages: Option<&Node>) -> impl Iterator<Item = &Map> {
    let entries = match packages {
        Some(Node::Map(map)) if map.entries.iter().all(|(_, node)| matches!(**node, Node::Map(_) | Node::List(_))) => {
            map.entries.as_slice()
        }
        _ => &[],
    };
    entries.iter().filter(|(name, _)| name.is_text && is_slug(&name.text)).filter_map(|(_, node)| match &**node {
        Node::Map(package) if package.entries.iter().all(|(_, value)| is_component(value)) => Some(package),
        _ => None,
    })
}

/// A package's name; that of the file without `.yaml` where a directory is included.
fn is_slug(name: &str) -> bool {
    name.split('_')
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

fn is_component(node: &Node) -> bool {
    matches!(node, Node::Map(_) | Node::List(_) | Node::Null)
}

#[cfg(test)]
mod tests {
    use super::is_slug;

    #[test]
    fn names_of_packages() {
        for name in ["a", "heating", "heating_2", "2", "a_b_c"] {
            assert!(is_slug(name), "{name}");
        }
        for name in ["", "_a", "a_", "a__b", "Heating", "a-b", "a b", "ä"] {
            assert!(!is_slug(name), "{name}");
        }
    }
}
