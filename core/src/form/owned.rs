//! A text of a closed form, in memory of fixed size.

use core::fmt;
use core::marker::PhantomData;

use super::{Form, Kind, Misfit};

/// A text of the form `K` in `N` bytes. Use the names of the forms:
/// [`OwnedLabel`](super::OwnedLabel), ….
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owned<K, const N: usize>(heapless::String<N>, PhantomData<K>);

impl<K: Kind, const N: usize> Owned<K, N> {
    /// Copies the text, if it has the form.
    ///
    /// # Errors
    ///
    /// [`Misfit`]: it has another form.
    pub fn parse(text: &str) -> Result<Self, Misfit> {
        Form::parse(text).and_then(Self::copy)
    }

    /// Copies bytes that nobody has checked for UTF-8, if they have the form.
    ///
    /// # Errors
    ///
    /// [`Misfit`]: they have another form.
    pub fn parse_bytes(bytes: &[u8]) -> Result<Self, Misfit> {
        Form::parse_bytes(bytes).and_then(Self::copy)
    }

    fn copy(form: Form<'_, K>) -> Result<Self, Misfit> {
        const { assert!(N >= K::MOST, "every text of the form must fit") };
        let mut owned = heapless::String::new();
        owned.push_str(form.as_str()).map_err(|()| Misfit { expected: K::EXPECTED })?;
        Ok(Owned(owned, PhantomData))
    }

    /// The same text, borrowed. It is not checked again.
    #[must_use]
    pub fn lend(&self) -> Form<'_, K> {
        Form(&self.0, PhantomData)
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<K, const N: usize> fmt::Debug for Owned<K, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0.as_str(), f)
    }
}

impl<K, const N: usize> fmt::Display for Owned<K, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{OwnedLabel, OwnedSlug};

    #[test]
    fn it_keeps_what_fits_and_nothing_else() {
        extern crate std;
        let longest = "x".repeat(128);
        assert_eq!(OwnedSlug::parse(&longest).unwrap().lend().as_str(), longest);
        assert!(OwnedLabel::parse(&longest).is_err() && OwnedLabel::parse_bytes(b"\xff").is_err());
        assert!(OwnedLabel::parse("a").unwrap() < OwnedLabel::parse("b").unwrap());
    }
}
