//! The closed forms of every text that a report may hold.
//!
//! A value of one of these types was checked once, and the type is the proof. What has another form
//! is absent: it is never shortened or repaired. [`Misfit`] says which form was expected and never
//! what was found, so it is fit for a log.
//!
//! [`Form`] borrows the text from whoever read it. [`Owned`] keeps it in memory of fixed size.

mod characters;
mod database;
mod installation;
mod integration_version;
mod owned;
mod positions;

pub use characters::{
    AddonVersion, AddonVersionKind, Domain, DomainKind, FunctionName, FunctionNameKind, Label, LabelKind,
    OwnedAddonVersion, OwnedDomain, OwnedFunctionName, OwnedLabel, OwnedSlug, Slug, SlugKind,
};
pub use database::{DatabaseVersion, DatabaseVersionKind, Engine, OwnedDatabaseVersion};
pub use installation::{
    CoreVersion, CoreVersionKind, InstallationId, InstallationIdKind, OwnedCoreVersion, OwnedInstallationId,
};
pub use integration_version::{IntegrationVersion, IntegrationVersionKind, OwnedIntegrationVersion};
pub use owned::Owned;

use core::fmt;
use core::marker::PhantomData;

/// What a form demands. Its implementations are the forms of this module; nobody needs others.
pub trait Kind: Copy + Ord + fmt::Debug {
    /// The most bytes.
    const MOST: usize;
    /// The form in words, as they follow "it must be".
    const EXPECTED: &'static str;

    /// Whether a text of 1 to [`MOST`](Self::MOST) bytes has the form.
    fn fits(text: &str) -> bool;
}

/// A text of a closed form, borrowed. Use the names of the forms: [`Domain`], [`Label`], ….
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Form<'a, K>(&'a str, PhantomData<K>);

/// A text that has another form than the expected one. It does not hold the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The expected form in words.
    pub expected: &'static str,
}

impl<'a, K: Kind> Form<'a, K> {
    /// Takes the text as it is.
    ///
    /// # Errors
    ///
    /// [`Misfit`]: it has another form.
    pub fn parse(text: &'a str) -> Result<Self, Misfit> {
        if (1..=K::MOST).contains(&text.len()) && K::fits(text) {
            Ok(Form(text, PhantomData))
        } else {
            Err(Misfit { expected: K::EXPECTED })
        }
    }

    /// Takes bytes that nobody has checked for UTF-8.
    ///
    /// # Errors
    ///
    /// [`Misfit`]: they have another form.
    pub fn parse_bytes(bytes: &'a [u8]) -> Result<Self, Misfit> {
        core::str::from_utf8(bytes).map_err(|_| Misfit { expected: K::EXPECTED }).and_then(Self::parse)
    }

    /// The text itself.
    #[must_use]
    pub const fn as_str(self) -> &'a str {
        self.0
    }
}

impl<K> fmt::Debug for Form<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0, f)
    }
}

impl<K> fmt::Display for Form<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it must be {}", self.expected)
    }
}

impl core::error::Error for Misfit {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misfit_says_the_form_and_not_the_text() {
        extern crate std;
        use std::string::ToString;
        let misfit = Label::parse("S3CR3T S3CR3T").unwrap_err();
        assert_eq!(misfit.to_string(), "it must be 1 to 64 of A-Z, a-z, 0-9, ., _, + and -");
        assert_eq!(Label::parse_bytes(b"S3CR3T\xff"), Err(misfit));
        assert_eq!(Label::parse_bytes(b"green").map(Label::as_str), Ok("green"));
    }
}
