//! Which packages count.

use super::node::{Key, Kind, Map, Node};

/// The packages that Home Assistant looks at. A mistake in one makes it pass over that one; a value
/// that is neither list nor mapping, or a key that is null, makes it pass over all.
pub(super) fn named(packages: Option<&Node>) -> impl Iterator<Item = &Map> {
    let is_package = |node: &Node| matches!(node, Node::Map(_) | Node::List(_) | Node::Items(_) | Node::Unknown);
    let entries = match packages {
        Some(Node::Map(map)) if map.entries.iter().all(|(key, node)| key.kind != Kind::Null && is_package(node)) => {
            map.entries.as_slice()
        }
        _ => &[],
    };
    entries.iter().filter(|(name, _)| is_name_of_package(name)).filter_map(|(_, node)| match &**node {
        Node::Map(package) => Some(package),
        _ => None,
    })
}

/// Whether Home Assistant merges a package: all of its parts are lists or mappings, or nothing.
pub(super) fn is_whole(package: &Map) -> bool {
    package.entries.iter().all(|(key, value)| is_component(key, value))
}

fn is_name_of_package(name: &Key) -> bool {
    match name.kind {
        Kind::Text => name.text.is_empty() || is_slug(&name.text),
        // A number is written as Python would: there is no sign in a slug.
        Kind::Integer => !name.text.starts_with('-'),
        Kind::Null | Kind::Other => false,
    }
}

/// A package's name; that of the file without `.yaml` where a directory is included.
fn is_slug(name: &str) -> bool {
    name.split('_')
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

fn is_component(key: &Key, value: &Node) -> bool {
    key.kind != Kind::Null
        && matches!(value, Node::Map(_) | Node::List(_) | Node::Items(_) | Node::Unknown | Node::Null)
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
