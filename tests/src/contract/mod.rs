//! What the analytics receiver accepts, as a table and a pure function over the bytes of a body.
//!
//! The receiver is strict: an unknown key at any level is refused, and so is null but for the four places that say
//! `or_null`. The tests beside this file are the cases that were tried on the receiver's own code.

#[cfg(test)]
mod tests;

use core::fmt;
use serde_json::{Map, Value};

/// Why a body is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// 400: not the schema; 500: not JSON, or null.
    pub status: u16,
    /// Where and why. The real receiver keeps this to itself.
    pub reason: String,
}

/// One key of an object.
struct Field {
    name: &'static str,
    kind: Kind,
    required: bool,
    nullable: bool,
}

enum Kind {
    Bool,
    /// Fractions and negative numbers are fine.
    Number,
    /// Length limits in UTF-16 units, as JavaScript counts.
    Text {
        min: usize,
        max: usize,
    },
    OneOf(&'static [&'static str]),
    /// Nothing else in it than these.
    Object(&'static [Field]),
    List {
        of: &'static Kind,
        fewer_than: usize,
    },
}

const TEXT: Kind = text(0, usize::MAX);

const PAYLOAD: &[Field] = &[
    required("uuid", text(32, 32)),
    required("version", text(7, 25)),
    required("installation_type", Kind::OneOf(INSTALLATION_TYPES)),
    optional("supervisor", Kind::Object(SUPERVISOR)),
    optional("operating_system", Kind::Object(OPERATING_SYSTEM)),
    optional("integrations", Kind::List { of: &TEXT, fewer_than: 1000 }),
    optional("custom_integrations", list_of(&Kind::Object(CUSTOM_INTEGRATION))),
    optional("addons", list_of(&Kind::Object(ADDON))),
    optional("energy", Kind::Object(ENERGY)),
    optional("certificate", Kind::Bool),
    optional("recorder", Kind::Object(RECORDER)),
    optional("state_count", Kind::Number),
    optional("automation_count", Kind::Number),
    optional("integration_count", Kind::Number),
    optional("addon_count", Kind::Number),
    optional("user_count", Kind::Number),
    // These two are the server's to fill in, from the address that the request came from.
    optional("country", text(2, 2)),
    optional("region", text(2, 2)),
];
const INSTALLATION_TYPES: &[&str] = &[
    "Home Assistant OS",
    "Home Assistant Container",
    "Home Assistant Core",
    "Home Assistant Supervised",
    "Unsupported Third Party Container",
    "Unknown",
];
const SUPERVISOR: &[Field] =
    &[required("supported", Kind::Bool), required("healthy", Kind::Bool), optional("arch", TEXT)];
const OPERATING_SYSTEM: &[Field] = &[required("board", TEXT), optional("version", TEXT).or_null()];
const CUSTOM_INTEGRATION: &[Field] = &[required("domain", TEXT), optional("version", TEXT).or_null()];
const ADDON: &[Field] = &[
    required("slug", TEXT),
    required("protected", Kind::Bool).or_null(),
    optional("version", TEXT).or_null(),
    required("auto_update", Kind::Bool).or_null(),
];
const ENERGY: &[Field] = &[required("configured", Kind::Bool)];
const RECORDER: &[Field] = &[required("engine", TEXT), required("version", TEXT)];

const fn text(min: usize, max: usize) -> Kind {
    Kind::Text { min, max }
}

const fn list_of(of: &'static Kind) -> Kind {
    Kind::List { of, fewer_than: usize::MAX }
}

const fn required(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, required: true, nullable: false }
}

const fn optional(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, required: false, nullable: false }
}

impl Field {
    const fn or_null(self) -> Self {
        // Written out, for `..self` would have to drop a value at compile time.
        match self {
            Self { name, kind, required, .. } => Self { name, kind, required, nullable: true },
        }
    }
}

/// Says what the receiver says to a POST with this body: `Ok` is status 200.
pub fn check(body: &[u8]) -> Result<(), Refusal> {
    match serde_json::from_slice(body) {
        Err(error) => Err(Refusal { status: 500, reason: format!("not JSON: {error}") }),
        Ok(Value::Null) => Err(Refusal { status: 500, reason: "null".to_owned() }),
        Ok(value) => {
            Kind::Object(PAYLOAD).check(&value).map_err(|reason| Refusal { status: 400, reason: reason.to_string() })
        }
    }
}

/// The reason and, from the inside out, the keys that lead to it.
struct Reason {
    path: Vec<String>,
    what: String,
}

impl Reason {
    fn new(what: impl Into<String>) -> Self {
        Self { path: Vec::new(), what: what.into() }
    }

    fn within(mut self, key: impl ToString) -> Self {
        self.path.push(key.to_string());
        self
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for key in self.path.iter().rev() {
            write!(f, "{key}: ")?;
        }
        f.write_str(&self.what)
    }
}

impl Kind {
    fn check(&self, value: &Value) -> Result<(), Reason> {
        match (self, value) {
            (Self::Bool, Value::Bool(_)) | (Self::Number, Value::Number(_)) => Ok(()),
            (Self::Text { min, max }, Value::String(text)) => match text.encode_utf16().count() {
                length if length < *min || length > *max => Err(Reason::new(format!("has {length} characters"))),
                _ => Ok(()),
            },
            (Self::OneOf(values), Value::String(text)) if values.contains(&text.as_str()) => Ok(()),
            (Self::Object(fields), Value::Object(object)) => check_object(fields, object),
            (Self::List { fewer_than, .. }, Value::Array(items)) if items.len() >= *fewer_than => {
                Err(Reason::new(format!("has {} items", items.len())))
            }
            (Self::List { of, .. }, Value::Array(items)) => {
                let mut items = items.iter().enumerate();
                items.try_for_each(|(at, item)| of.check(item).map_err(|reason| reason.within(at)))
            }
            _ => Err(Reason::new(format!("is {value}"))),
        }
    }
}

fn check_object(fields: &[Field], object: &Map<String, Value>) -> Result<(), Reason> {
    if let Some(key) = object.keys().find(|key| fields.iter().all(|field| field.name != key.as_str())) {
        return Err(Reason::new("unknown").within(key));
    }
    for field in fields {
        match object.get(field.name) {
            None if field.required => return Err(Reason::new("missing").within(field.name)),
            None => {}
            Some(Value::Null) if field.nullable => {}
            Some(value) => field.kind.check(value).map_err(|reason| reason.within(field.name))?,
        }
    }
    Ok(())
}
