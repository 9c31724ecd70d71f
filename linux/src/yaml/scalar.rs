//! What is kept of a scalar: almost always nothing.

use haos_analytics_files::lines::{Plain, Quotes};
use saphyr_parser::{ScalarStyle, Tag};

use super::database::Database;
use super::node::{Key, Node};

/// The longest name of an integration.
const NAME: usize = 64;

/// Those of YAML 1.1 that could be names; with a capital they could not.
const TRUTH_VALUES: [&str; 6] = ["yes", "no", "true", "false", "on", "off"];

/// A scalar that just went by.
pub struct Scalar<'e> {
    /// Its text.
    pub text: &'e str,
    /// How it was quoted.
    pub style: ScalarStyle,
    /// Its tag.
    pub tag: Option<&'e Tag>,
}

impl<'t> From<Plain<'t>> for Scalar<'t> {
    /// What the parser would have made of it.
    fn from(Plain { text, quotes }: Plain<'t>) -> Self {
        let style = match quotes {
            Quotes::None => ScalarStyle::Plain,
            Quotes::Single => ScalarStyle::SingleQuoted,
            Quotes::Double => ScalarStyle::DoubleQuoted,
        };
        Scalar { text, style, tag: None }
    }
}

impl<'e> Scalar<'e> {
    /// One without quotes.
    pub fn plain(text: &'e str) -> Self {
        Scalar { text, style: ScalarStyle::Plain, tag: None }
    }

    /// What is kept of it as the value of `key`. A value with a tag of Home Assistant's, such as `!secret`, is not known.
    pub fn value(&self, key: Option<&str>) -> Node {
        let hidden = self.tag.is_some_and(|tag| !tag.is_yaml_core_schema() && tag.suffix != "!");
        match key {
            _ if self.is_null() => Node::Null,
            Some("db_url") if hidden => Node::Database(Database::Unknown),
            Some("db_url") => Node::Database(Database::of_url(self.text)),
            Some("platform") if !hidden && is_name(self.text, self.is_text()) => Node::Name(self.text.into()),
            _ => Node::Scalar,
        }
    }

    /// The key that it is.
    pub fn key(&self) -> Key {
        Key { text: self.text.into(), is_text: self.is_text() }
    }

    /// `<<`, which brings in the entries of other mappings.
    pub fn is_merge_key(&self) -> bool {
        self.text == "<<" && self.is_bare()
    }

    fn is_null(&self) -> bool {
        self.is_bare() && matches!(self.text, "" | "~" | "null" | "Null" | "NULL")
    }

    fn is_text(&self) -> bool {
        !self.is_null() && (!self.is_bare() || !TRUTH_VALUES.contains(&self.text))
    }

    /// Neither quoted nor tagged, so that it need not be a text.
    fn is_bare(&self) -> bool {
        self.style == ScalarStyle::Plain && self.tag.is_none()
    }
}

/// Whether this can be the name of an integration. Whatever cannot is never reported, whoever wrote it.
pub fn is_name(text: &str, is_text: bool) -> bool {
    is_text
        && text.len() <= NAME
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
        && text.bytes().any(|byte| byte.is_ascii_lowercase())
}
