//! What the next report changes, in words: `+ integrations: matter`, `~ state_count: 812 -> 815`.

use core::fmt::{self, Write as _};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// A value that has no parts, or an item of a list.
#[derive(Debug, PartialEq, Eq)]
struct Leaf {
    /// `state_count`, `addons: core_ssh.version`
    path: String,
    /// As a person reads it; `None` for an item of a list, which its path names.
    value: Option<String>,
    /// How much of the path names the item of a list that it is in; 0 outside of lists.
    item: usize,
}

/// The value of a list without items.
const NO_ITEMS: &str = "[]";

/// A line for each difference: what goes and what changes, then what comes.
///
/// # Errors
///
/// One of them is no report.
pub fn diff(before: &[u8], after: &[u8]) -> serde_json::Result<String> {
    let (before, after) = (leaves(before)?, leaves(after)?);
    let mut lines = String::new();
    for leaf in &before {
        match find(&after, &leaf.path) {
            Some(same) if same.value == leaf.value => {}
            Some(other) => line(&mut lines, '~', leaf, other.value.as_deref()),
            None => one_side(&mut lines, '-', leaf, &after),
        }
    }
    for leaf in after.iter().filter(|leaf| find(&before, &leaf.path).is_none()) {
        one_side(&mut lines, '+', leaf, &before);
    }
    Ok(lines)
}

fn find<'l>(leaves: &'l [Leaf], path: &str) -> Option<&'l Leaf> {
    leaves.iter().find(|leaf| leaf.path == path)
}

/// An item of a list that comes or goes is one line, whatever is in it.
fn one_side(lines: &mut String, sign: char, leaf: &Leaf, others: &[Leaf]) {
    let item = leaf.path.get(..leaf.item).unwrap_or_default();
    let is_item = |other: &Leaf| other.path.strip_prefix(&leaf.path).is_some_and(|rest| rest.starts_with(": "));
    if leaf.value.as_deref() == Some(NO_ITEMS) && others.iter().any(is_item) {
        return;
    }
    if item.is_empty() || item == leaf.path || find(others, item).is_some() {
        line(lines, sign, leaf, None);
    }
}

fn line(lines: &mut String, sign: char, leaf: &Leaf, after: Option<&str>) {
    let colon = if leaf.value.is_some() { ": " } else { "" };
    let arrow = if after.is_some() { " -> " } else { "" };
    let (value, after) = (leaf.value.as_deref().unwrap_or_default(), after.unwrap_or_default());
    // Writing to a string does not fail.
    let _ = writeln!(lines, "{sign} {}{colon}{value}{arrow}{after}", leaf.path);
}

fn leaves(json: &[u8]) -> serde_json::Result<Vec<Leaf>> {
    let mut leaves = Vec::new();
    let text = core::str::from_utf8(json).map_err(Error::custom)?;
    let mut json = serde_json::Deserializer::from_str(text);
    Below { path: String::new(), into: &mut leaves }.deserialize(&mut json)?;
    Ok(leaves)
}

/// Takes the leaves of a value at this path.
struct Below<'l> {
    path: String,
    into: &'l mut Vec<Leaf>,
}

impl Below<'_> {
    fn leaf<E>(self, value: &str) -> Result<(), E> {
        self.into.push(Leaf { path: self.path, value: Some(value.to_owned()), item: 0 });
        Ok(())
    }
}

impl<'d> DeserializeSeed<'d> for Below<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'d>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'d> Visitor<'d> for Below<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a report")
    }

    fn visit_map<M: MapAccess<'d>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(key) = map.next_key::<String>()? {
            let path = if self.path.is_empty() { key } else { format!("{}.{key}", self.path) };
            map.next_value_seed(Below { path, into: self.into })?;
        }
        Ok(())
    }

    /// Items go by their names, not their places: an integration is its domain, an add-on its slug.
    fn visit_seq<S: SeqAccess<'d>>(self, mut list: S) -> Result<(), S::Error> {
        let mut is_empty = true;
        loop {
            let mut item = Vec::new();
            if list.next_element_seed(Below { path: String::new(), into: &mut item })?.is_none() {
                break;
            }
            is_empty = false;
            let is_name = |leaf: &Leaf| matches!(leaf.path.as_str(), "" | "slug" | "domain");
            let name = item.iter().position(is_name).ok_or_else(|| S::Error::custom("an item without a name"))?;
            let name = item.swap_remove(name).value.unwrap_or_default();
            let path = format!("{}: {name}", self.path);
            for Leaf { path: field, value, .. } in item {
                self.into.push(Leaf { path: format!("{path}.{field}"), value, item: path.len() });
            }
            self.into.push(Leaf { item: path.len(), path, value: None });
        }
        if is_empty {
            return self.leaf(NO_ITEMS);
        }
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.leaf(text)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.leaf(&number.to_string())
    }

    fn visit_bool<E: Error>(self, is_true: bool) -> Result<(), E> {
        self.leaf(if is_true { "true" } else { "false" })
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.leaf("null")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_words() {
        let addon = r#""addons":[{"slug":"core_ssh","protected":true,"version":"9.1","auto_update":false}]"#;
        let newer = addon.replace("9.1", "9.2");
        for (before, after, expected) in [
            (r#""a":1"#, r#""a":1"#, ""),
            (r#""state_count":812"#, r#""state_count":815"#, "~ state_count: 812 -> 815\n"),
            (r#""integrations":["a","b"]"#, r#""integrations":["b","c"]"#, "- integrations: a\n+ integrations: c\n"),
            (r#""integrations":["a","b"]"#, r#""integrations":["b","a"]"#, ""),
            (r#""integrations":["a"]"#, r#""a":1"#, "- integrations: a\n+ a: 1\n"),
            (r#""a":1"#, r#""a":1,"integrations":[]"#, "+ integrations: []\n"),
            (r#""integrations":[]"#, r#""integrations":["a"]"#, "+ integrations: a\n"),
            (addon, r#""addons":[]"#, "- addons: core_ssh\n"),
            (r#""addons":[]"#, addon, "+ addons: core_ssh\n"),
            (addon, &newer, "~ addons: core_ssh.version: 9.1 -> 9.2\n"),
            (
                r#""custom_integrations":[{"domain":"x","version":null}]"#,
                r#""custom_integrations":[{"domain":"x","version":"1"}]"#,
                "~ custom_integrations: x.version: null -> 1\n",
            ),
            (r#""a":1"#, r#""a":1,"recorder":{"engine":"sqlite"}"#, "+ recorder.engine: sqlite\n"),
            (r#""supervisor":{"healthy":true}"#, "", "- supervisor.healthy: true\n"),
            (r#""certificate":false"#, r#""certificate":true"#, "~ certificate: false -> true\n"),
        ] {
            let value = |fields: &str| format!("{{{fields}}}").into_bytes();
            assert_eq!(diff(&value(before), &value(after)).unwrap(), expected, "{before} -> {after}");
        }
    }

    #[test]
    fn what_is_no_report() {
        for json in ["", "{", r#"{"a":[{"b":1}]}"#, r#"{"a":0.5}"#] {
            assert!(diff(json.as_bytes(), b"{}").is_err(), "{json}");
        }
    }
}
