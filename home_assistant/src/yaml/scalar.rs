//! What is kept of a scalar: almost always nothing.

use std::borrow::Cow;

use super::database::Database;
use super::date;
use super::error::Cause;
use super::implicit::{self, Plain};
use super::node::{Kind, Node};
use super::tag::Tag;

/// The longest name of an integration.
const NAME: usize = 64;
/// The longest text with an anchor that may be of use elsewhere.
const ANCHORED: usize = 1024;
/// Variables that Core's container has, so that a default says nothing.
const VARIABLES: [&str; 12] = [
    "HASSIO",
    "HASSIO_TOKEN",
    "HOME",
    "HOSTNAME",
    "LANG",
    "LD_PRELOAD",
    "PATH",
    "PWD",
    "SHLVL",
    "SUPERVISOR",
    "SUPERVISOR_TOKEN",
    "TZ",
];

/// A scalar that just went by.
pub(super) struct Scalar<'e> {
    /// Its text.
    pub(super) text: &'e str,
    /// Its tag.
    pub(super) tag: Tag,
    /// What it is is told by its text.
    pub(super) is_implicit: bool,
}

/// What a scalar is.
enum Value<'e> {
    Null,
    Falsy,
    Integer,
    Other,
    Merge,
    /// `=` as a value.
    Equals,
    Text(&'e str),
    /// A text that is not known.
    Hidden,
    Variable(String),
}

impl<'e> Scalar<'e> {
    /// What is kept of it as the value of `key`.
    ///
    /// # Errors
    ///
    /// Home Assistant does not load it.
    pub(super) fn value(&self, key: Option<&str>, is_anchored: bool) -> Result<Node, Cause> {
        let default;
        let text = match self.resolve()? {
            Value::Null => return Ok(Node::Null),
            Value::Falsy | Value::Text("") => return Ok(Node::Falsy),
            Value::Integer | Value::Other => return Ok(Node::Number),
            Value::Hidden => return Ok(Node::Scalar),
            Value::Merge => return Err(Cause::Refused("a merge key that is no key")),
            Value::Equals => return Err(Cause::Refused("an equals sign alone")),
            Value::Text(text) => text,
            Value::Variable(words) => {
                default = words;
                default.as_str()
            }
        };
        Ok(match key {
            Some("db_url") => Node::Database(Database::of_url(text)),
            Some("platform") if is_name(text) => Node::Text(text.into()),
            _ if is_anchored && text.len() <= ANCHORED => Node::Text(text.into()),
            _ => Node::Scalar,
        })
    }

    /// The key that it is, and its text; `None` for a merge key.
    ///
    /// # Errors
    ///
    /// Home Assistant does not load it.
    pub(super) fn key(&self) -> Result<Option<(Cow<'e, str>, Kind)>, Cause> {
        let kind = match self.resolve()? {
            Value::Merge => return Ok(None),
            Value::Null => Kind::Null,
            Value::Integer => Kind::Integer,
            Value::Falsy if self.tag == Tag::None && self.text.starts_with(|first: char| first.is_ascii_digit()) => {
                Kind::Integer
            }
            Value::Falsy | Value::Other | Value::Hidden => Kind::Other,
            Value::Equals | Value::Text(_) => Kind::Text,
            Value::Variable(words) => return Ok(Some((Cow::Owned(words), Kind::Text))),
        };
        Ok(Some((Cow::Borrowed(self.text), kind)))
    }

    fn resolve(&self) -> Result<Value<'e>, Cause> {
        match self.tag {
            Tag::None if self.is_implicit => self.implicit(),
            Tag::None | Tag::Text => Ok(Value::Text(self.text)),
            Tag::Merge => Ok(Value::Merge),
            Tag::Null => Ok(Value::Null),
            Tag::Secret => Ok(Value::Hidden),
            Tag::Input => Ok(Value::Hidden),
            Tag::Variable => self.variable(),
            Tag::Bool if is_truth(self.text) => Ok(Value::Other),
            Tag::Integer | Tag::Float => self.number(),
            Tag::Date if date::is_date(self.text, 1)? => Ok(Value::Other),
            Tag::Binary => binary(self.text),
            Tag::Date | Tag::Bool | Tag::List | Tag::Pairs | Tag::Map | Tag::Set => {
                Err(Cause::Refused("a tag that does not fit its value"))
            }
            Tag::Include(_) => Err(Cause::Refused("a key that is no single value")),
        }
    }

    fn implicit(&self) -> Result<Value<'e>, Cause> {
        Ok(match implicit::resolve(self.text)? {
            Plain::Null => Value::Null,
            Plain::Bool(true) | Plain::Integer(true) => Value::Falsy,
            Plain::Integer(false) => Value::Integer,
            Plain::Bool(false) | Plain::Float | Plain::Date => Value::Other,
            Plain::Merge => Value::Merge,
            Plain::Value => Value::Equals,
            Plain::Text => Value::Text(self.text),
        })
    }

    /// `!!int` and `!!float`: what Python's own conversion takes, near enough.
    fn number(&self) -> Result<Value<'e>, Cause> {
        let misfit = Cause::Refused("a tag that does not fit its value");
        let has_base = self.text.contains(['x', 'b']);
        match (self.tag, implicit::resolve(self.text.trim())?) {
            (Tag::Float, Plain::Integer(_)) if has_base => Err(misfit),
            (_, Plain::Integer(true)) => Ok(Value::Falsy),
            (_, Plain::Integer(false)) => Ok(Value::Integer),
            (Tag::Float, Plain::Float) => Ok(Value::Other),
            (Tag::Float, _) => {
                let text = self.text.replace('_', "");
                if is_float(text.trim()) {
                    Ok(Value::Other)
                } else {
                    Err(misfit)
                }
            }
            _ => Err(misfit),
        }
    }

    /// `!env_var NAME default`: Core's container has none of its user's variables.
    fn variable(&self) -> Result<Value<'e>, Cause> {
        let mut words = self.text.split_whitespace();
        let name = words.next().ok_or(Cause::Refused("an environment variable without a name"))?;
        let default = words.collect::<Vec<_>>().join(" ");
        if VARIABLES.contains(&name) {
            return Ok(Value::Hidden);
        }
        if default.is_empty() {
            return Err(Cause::Refused("an environment variable that is not set"));
        }
        Ok(Value::Variable(default))
    }
}

/// Whether Python's `float()` takes it. Rust's own parser would bring tables of 20 kB.
fn is_float(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_number = digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    let is_word = ["inf", "infinity", "nan"].iter().any(|word| text.eq_ignore_ascii_case(word));
    is_word || (is_number && digits(exponent) && !exponent.is_empty())
}

#[cfg(test)]
#[test]
fn what_python_takes_for_a_float() {
    for (text, expected) in [
        ("1", true),
        ("-1.5e+3", true),
        (".5", true),
        ("5.", true),
        ("1e5", true),
        ("+Infinity", true),
        ("NaN", true),
        ("", false),
        (".", false),
        ("e5", false),
        ("1e", false),
        ("1.2.3", false),
        ("--1", false),
        ("x", false),
    ] {
        assert_eq!(is_float(text), expected, "{text}");
    }
}

fn is_truth(text: &str) -> bool {
    ["yes", "no", "true", "false", "on", "off"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// As Python decodes base64: other characters are passed over.
fn binary<'e>(text: &str) -> Result<Value<'e>, Cause> {
    let mut digits = 0;
    let mut padding = 0;
    for byte in text.bytes() {
        match byte {
            b'=' if digits % 4 >= 2 => padding += 1,
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => {
                digits += 1;
                padding = 0;
            }
            0x80.. => return Err(Cause::Refused("a tag that does not fit its value")),
            _ => {}
        }
        if digits % 4 >= 2 && (digits % 4) + padding >= 4 {
            return Ok(Value::Other);
        }
    }
    if digits % 4 == 0 {
        Ok(Value::Other)
    } else {
        Err(Cause::Refused("a tag that does not fit its value"))
    }
}

/// Whether this can be the name of an integration. Whatever cannot is never reported, whoever wrote
/// it.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= NAME && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}
