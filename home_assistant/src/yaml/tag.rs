//! Tags: YAML's own and Home Assistant's. Another is refused, wherever it stands.

use super::error::Cause;
use super::include::Include;

/// What begins the tags of YAML itself.
const YAML: &str = "tag:yaml.org,2002:";

/// What a tag says of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// Nothing: there is none, or a lone `!`.
    None,
    /// One of the tags that bring in files.
    Include(Include),
    /// `!secret`
    Secret,
    /// `!env_var`
    Variable,
    /// `!input`
    Input,
    /// `!!str`, and `!!value`, which means the same for a key.
    Text,
    /// `!!null`
    Null,
    /// `!!bool`
    Bool,
    /// `!!int`
    Integer,
    /// `!!float`
    Float,
    /// `!!binary`
    Binary,
    /// `!!timestamp`
    Date,
    /// `!!merge`
    Merge,
    /// `!!seq`
    List,
    /// `!!omap` or `!!pairs`: a list of mappings of one entry each.
    Pairs,
    /// `!!map`
    Map,
    /// `!!set`
    Set,
}

impl Tag {
    /// Of a value.
    ///
    /// # Errors
    ///
    /// Home Assistant knows no such tag.
    pub(super) fn of(tag: Option<&str>) -> Result<Self, Cause> {
        let Some(tag) = tag else {
            return Ok(Tag::None);
        };
        let known = match tag.strip_prefix(YAML) {
            Some(name) => yaml(name),
            None => tag.strip_prefix('!').and_then(own),
        };
        known.ok_or(Cause::Refused("an unknown tag"))
    }
}

fn yaml(name: &str) -> Option<Tag> {
    Some(match name {
        "str" => Tag::Text,
        "null" => Tag::Null,
        "bool" => Tag::Bool,
        "int" => Tag::Integer,
        "float" => Tag::Float,
        "binary" => Tag::Binary,
        "timestamp" => Tag::Date,
        "merge" => Tag::Merge,
        "seq" => Tag::List,
        "omap" | "pairs" => Tag::Pairs,
        "map" => Tag::Map,
        "set" => Tag::Set,
        _ => return None,
    })
}

fn own(name: &str) -> Option<Tag> {
    Some(match name {
        "" => Tag::None,
        "secret" => Tag::Secret,
        "env_var" => Tag::Variable,
        "input" => Tag::Input,
        name => Tag::Include(Include::of(name)?),
    })
}
