//! A JSON object, and nothing that merely looks like one.

use core::fmt;
use core::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// Reads an object out of the whole of a file or an answer.
///
/// # Errors
///
/// It is no such object. The text gives the place and kind of the mistake, and nothing of the
/// content.
pub fn read<'t, T: Deserialize<'t>>(bytes: &'t [u8]) -> Result<T, String> {
    // serde_json does not look at the text of values that it skips.
    let text = core::str::from_utf8(bytes).map_err(|_| "not UTF-8")?;
    let Object(value) = serde_json::from_str::<Object<T>>(text).map_err(|error| without_values(&error))?;
    Ok(value)
}

fn without_values(error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    let what = match error.classify() {
        Category::Io => "cannot be read",
        Category::Syntax => "no JSON",
        Category::Data => "not of the form that is expected",
        Category::Eof => "it ends too early",
    };
    format!("{what} at line {} column {}", error.line(), error.column())
}

/// Reads `T` from an object only. A derived `Deserialize` also takes an array of the fields' values in order, and
/// `[true, true]` must not pass for consent.
#[derive(Default)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData)).map(Object)
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}
