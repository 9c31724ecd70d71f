//! The shapes that serde takes too generously: objects (it takes lists for them), lists with a limit, numbers, and keys
//! that may be absent but not null.

use core::fmt;
use core::marker::PhantomData;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// An object, and nothing else.
#[derive(Clone, Debug, PartialEq)]
pub struct Object<T>(pub T);

/// A list of fewer than `LIMIT` items.
#[derive(Clone, Debug, PartialEq)]
pub struct List<T, const LIMIT: usize>(pub Vec<T>);

/// A number within ±2⁵³, where neighbours differ. Fractions and negative ones are fine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Count(pub f64);

impl Count {
    /// The largest, and with a minus the smallest.
    pub const MAX: f64 = 9_007_199_254_740_991.0;
    /// The same.
    pub const WHOLE_MAX: i64 = 9_007_199_254_740_991;
}

/// For a key that may be absent: what is there is a `T`, which null is not unless `T` says so.
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// For a key that may not be absent, but null.
pub(super) fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(from)
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData)).map(Self)
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

impl<'de, T: Deserialize<'de>, const LIMIT: usize> Deserialize<'de> for List<T, LIMIT> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ListVisitor::<T, LIMIT>(PhantomData)).map(Self)
    }
}

struct ListVisitor<T, const LIMIT: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const LIMIT: usize> Visitor<'de> for ListVisitor<T, LIMIT> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
            if list.len() >= LIMIT {
                return Err(A::Error::custom(format_args!("has {LIMIT} items or more")));
            }
        }
        Ok(list)
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        if number.abs() <= Self::MAX {
            return Ok(Self(number));
        }
        Err(D::Error::custom("is not within 2^53"))
    }
}
